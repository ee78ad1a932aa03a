/* fuzz-marks.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <stdint.h>
#include <string.h>

#include "enclave-mark-parser.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

typedef struct
{
  guint64 hash;
  gsize before;
  gsize length;
} Seen;

static void
note (const EnclaveMark *mark, gsize end, gpointer user_data)
{
  Seen *seen = user_data;

  if (end == 0 || end > seen->length)
    g_error ("a mark ends at %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT, end, seen->length);
  if (mark->status < ENCLAVE_MARK_STATUS_UNKNOWN || mark->status > 255)
    g_error ("status %d", mark->status);
  if ((mark->kind == ENCLAVE_MARK_FOLDER) != (mark->text != NULL))
    g_error ("a text of the wrong mark");
  seen->hash = seen->hash * 31 + mark->kind * 1000 + (guint) (mark->status + 1);
  seen->hash = seen->hash * 31 + seen->before + end;
  if (mark->text != NULL)
    seen->hash = seen->hash * 31 + g_str_hash (mark->text);
}

/* The first byte says how large the pieces are; whatever they are, the marks are those of the whole. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (EnclaveMarkParser) whole = enclave_mark_parser_new ();
  g_autoptr (EnclaveMarkParser) pieces = enclave_mark_parser_new ();
  Seen of_whole = { 0 };
  Seen of_pieces = { 0 };
  const char *bytes = (const char *) data + 1;
  gsize piece;
  gsize between;

  if (size < 2)
    return 0;
  size--;
  piece = 1 + data[0] % 17;

  of_whole.length = size;
  between = enclave_mark_parser_feed (whole, bytes, size, note, &of_whole);
  if (between > size || (enclave_mark_parser_is_between (whole) != (between == size)))
    g_error ("nothing is cut at %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT, between, size);

  for (gsize at = 0; at < size; at += piece)
    {
      of_pieces.before = at;
      of_pieces.length = MIN (piece, size - at);
      enclave_mark_parser_feed (pieces, bytes + at, of_pieces.length, note, &of_pieces);
    }
  if (of_whole.hash != of_pieces.hash)
    g_error ("pieces of %" G_GSIZE_FORMAT " have other marks", piece);

  /* Cut there, and something put in: the rest is read as before. */
  enclave_mark_parser_reset (whole);
  enclave_mark_parser_feed (whole, bytes, between, NULL, NULL);
  if (between > 0 && !enclave_mark_parser_is_between (whole))
    g_error ("something is cut at %" G_GSIZE_FORMAT, between);

  return 0;
}
