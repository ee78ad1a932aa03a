/* enclave-text-hits.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-text-hits.h"

#include "enclave-limits.h"

EnclaveTextHits *
enclave_text_hits_new (const char *path)
{
  EnclaveTextHits *hits = g_new0 (EnclaveTextHits, 1);

  hits->path = g_strdup (path);
  hits->hits = g_array_new (FALSE, FALSE, sizeof (EnclaveTextHit));

  return hits;
}

void
enclave_text_hits_free (EnclaveTextHits *hits)
{
  for (guint i = 0; i < hits->hits->len; i++)
    g_free (g_array_index (hits->hits, EnclaveTextHit, i).text);
  g_array_unref (hits->hits);
  g_free (hits->path);
  g_free (hits);
}

static guint
count_characters (const char *text, const char *end)
{
  guint n = 0;

  for (; text < end; text++)
    n += ((guchar) *text & 0xC0) != 0x80 ? 1 : 0;

  return n;
}

static gboolean
begins_character (const char *at)
{
  return ((guchar) *at & 0xC0) != 0x80;
}

void
enclave_text_hits_add (EnclaveTextHits *hits, guint line, const char *line_start, const char *line_end, const char *start, const char *end)
{
  EnclaveTextHit hit = { .line = line };
  const char *from = line_start;
  const char *to = line_end;

  if (to - from > ENCLAVE_TEXT_SEARCH_LINE_BYTES)
    {
      if (start - from > ENCLAVE_TEXT_SEARCH_LINE_BYTES / 3)
        from = start - ENCLAVE_TEXT_SEARCH_LINE_BYTES / 3;
      if (to - from > ENCLAVE_TEXT_SEARCH_LINE_BYTES)
        to = from + ENCLAVE_TEXT_SEARCH_LINE_BYTES;
      while (from > line_start && !begins_character (from))
        from--;
      while (to < line_end && to > from && !begins_character (to))
        to--;
    }
  hit.column = count_characters (line_start, start) + 1;
  hit.text = g_strndup (from, (gsize) (to - from));
  hit.start = (guint32) (start - from);
  hit.end = (guint32) (MIN (end, to) - from);
  g_array_append_val (hits->hits, hit);
}
