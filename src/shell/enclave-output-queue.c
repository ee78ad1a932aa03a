/* enclave-output-queue.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-output-queue.h"

#include <string.h>

#include "enclave-line-scan.h"

#define ESCAPE '\033'
/* Fewer are not worth it. */
#define PASS_MIN_BYTES (64 * 1024)
/* Of how many bytes a line has its share is taken. */
#define MEAN_BYTES (512 * 1024)

typedef struct
{
  GBytes *bytes;
  gsize n_lines; /* ends of lines */
  gsize reset; /* where the last sequence begins that ends all colours, ENCLAVE_LINE_SCAN_NOWHERE */
} Piece;

struct _EnclaveOutputQueue
{
  GQueue pieces; /* (element-type Piece) */
  gsize size;
  gsize n_lines;
  EnclaveLineScan *scan; /* of all that came */

  gsize mean_bytes;
  gsize mean_lines;
};

static void
piece_free (Piece *piece)
{
  g_bytes_unref (piece->bytes);
  g_free (piece);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Piece, piece_free)

EnclaveOutputQueue *
enclave_output_queue_new (void)
{
  EnclaveOutputQueue *self = g_new0 (EnclaveOutputQueue, 1);

  g_queue_init (&self->pieces);
  self->scan = enclave_line_scan_new ();
  return self;
}

void
enclave_output_queue_free (EnclaveOutputQueue *self)
{
  enclave_output_queue_clear (self);
  enclave_line_scan_free (self->scan);
  g_free (self);
}

void
enclave_output_queue_clear (EnclaveOutputQueue *self)
{
  g_return_if_fail (self != NULL);

  g_queue_clear_full (&self->pieces, (GDestroyNotify)piece_free);
  enclave_line_scan_reset (self->scan);
  self->size = 0;
  self->n_lines = 0;
  self->mean_bytes = 0;
  self->mean_lines = 0;
}

gsize
enclave_output_queue_get_size (const EnclaveOutputQueue *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->size;
}

gboolean
enclave_output_queue_is_empty (const EnclaveOutputQueue *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->size == 0;
}

/* In words that a compiler makes vectors of. */
static gsize
count_lines (const char *bytes, gsize length)
{
  gsize n = 0;

  for (gsize at = 0; at < length;)
    {
      gsize end = MIN (length, at + 255);
      guint8 few = 0;

      for (; at < end; at++)
        few = (guint8)(few + (bytes[at] == '\n'));
      n += few;
    }

  return n;
}

void
enclave_output_queue_push (EnclaveOutputQueue *self, GBytes *bytes)
{
  Piece *piece;
  const char *data;
  gsize length;

  g_return_if_fail (self != NULL);
  g_return_if_fail (bytes != NULL);

  data = g_bytes_get_data (bytes, &length);
  if (length == 0)
    return;

  piece = g_new0 (Piece, 1);
  piece->bytes = g_bytes_ref (bytes);
  piece->n_lines = count_lines (data, length);
  piece->reset = enclave_line_scan_feed (self->scan, data, length);
  g_queue_push_tail (&self->pieces, piece);
  self->size += length;
  self->n_lines += piece->n_lines;

  self->mean_bytes += length;
  self->mean_lines += piece->n_lines;
  if (self->mean_bytes > MEAN_BYTES)
    {
      self->mean_bytes /= 2;
      self->mean_lines /= 2;
    }
}

/* (transfer full): the first @n_bytes of @piece, which keeps the others. */
static GBytes *
cut (EnclaveOutputQueue *self, Piece *piece, gsize n_bytes)
{
  GBytes *first = g_bytes_new_from_bytes (piece->bytes, 0, n_bytes);
  GBytes *rest
      = g_bytes_new_from_bytes (piece->bytes, n_bytes, g_bytes_get_size (piece->bytes) - n_bytes);
  gsize n_lines = count_lines (g_bytes_get_data (first, NULL), n_bytes);

  g_bytes_unref (piece->bytes);
  piece->bytes = rest;
  piece->n_lines -= n_lines;
  piece->reset = piece->reset == ENCLAVE_LINE_SCAN_NOWHERE || piece->reset < n_bytes
                     ? ENCLAVE_LINE_SCAN_NOWHERE
                     : piece->reset - n_bytes;
  self->size -= n_bytes;
  self->n_lines -= n_lines;
  return first;
}

/* (transfer full): the oldest piece, which waits no more. */
static Piece *
take_piece (EnclaveOutputQueue *self)
{
  Piece *piece = g_queue_pop_head (&self->pieces);

  self->size -= g_bytes_get_size (piece->bytes);
  self->n_lines -= piece->n_lines;
  return piece;
}

GBytes *
enclave_output_queue_pop (EnclaveOutputQueue *self, gsize max_bytes)
{
  Piece *piece;
  GBytes *bytes;

  g_return_val_if_fail (self != NULL, NULL);

  piece = g_queue_peek_head (&self->pieces);
  if (piece == NULL || max_bytes == 0)
    return NULL;

  if (g_bytes_get_size (piece->bytes) > max_bytes)
    bytes = cut (self, piece, max_bytes);
  else
    {
      g_autoptr (Piece) whole = take_piece (self);

      bytes = g_bytes_ref (whole->bytes);
    }
  return bytes;
}

void
enclave_output_queue_leave_out (EnclaveOutputQueue *self, gsize n_bytes)
{
  g_return_if_fail (self != NULL);

  while (n_bytes > 0 && self->size > 0)
    {
      g_autoptr (GBytes) gone = enclave_output_queue_pop (self, n_bytes);

      n_bytes -= g_bytes_get_size (gone);
    }
  /* half of a sequence may have gone, or one that sets margins */
  enclave_line_scan_doubt (self->scan);
}

static gboolean
is_lines (const EnclaveOutputQueue *self, guint n_rows)
{
  return enclave_line_scan_get_n_bytes (self->scan) >= self->size
         && enclave_line_scan_is_whole (self->scan, n_rows);
}

gsize
enclave_output_queue_get_line_bytes (const EnclaveOutputQueue *self, guint n_rows)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->mean_lines > 0 && is_lines (self, n_rows)
             ? MAX (self->mean_bytes / self->mean_lines, 1)
             : 0;
}

/* Adds the sequences in @bytes to those that the view has to have nevertheless; a cut one is
 * continued by the next bytes. */
static void
keep_sequences (GString *kept, gboolean *within, const char *bytes, gsize length)
{
  gsize at = 0;

  while (at < length)
    {
      gsize end;

      if (!*within)
        {
          const char *escape = memchr (bytes + at, ESCAPE, length - at);

          if (escape == NULL)
            return;
          at = (gsize)(escape - bytes);
        }
      end = at;
      while (end < length && !g_ascii_isalpha (bytes[end]))
        end++;
      *within = end == length;
      end = MIN (end + 1, length);
      g_string_append_len (kept, bytes + at, (gssize)(end - at));
      at = end;
    }
}

/* Where in @piece the last row ends behind which more than @n_lines of the @left lines are that end
 * in it or later; -1: nowhere. */
static gssize
find_end (Piece *piece, gsize left, gsize n_lines)
{
  gsize length;
  const char *bytes = g_bytes_get_data (piece->bytes, &length);
  const char *at = bytes;
  gssize found = -1;

  for (; left > n_lines; left--)
    {
      at = memchr (at, '\n', length - (gsize)(at - bytes));
      if (at == NULL)
        break;
      /* with CR the column is the first one, wherever it was */
      if (at > bytes && at[-1] == '\r')
        found = at - 1 - bytes;
      at++;
    }

  return found;
}

gsize
enclave_output_queue_pass (EnclaveOutputQueue *self,
                           gsize n_lines,
                           guint n_rows,
                           EnclaveOutputFunc func,
                           gpointer user_data)
{
  g_autoptr (GString) kept = NULL;
  gboolean within = FALSE;
  gboolean from_reset = FALSE;
  gsize before;
  gsize left;
  gsize n_whole = 0;
  gsize n_bytes = 0;
  gssize end = -1;

  g_return_val_if_fail (self != NULL, 0);

  if (self->n_lines <= n_lines || !is_lines (self, n_rows))
    return 0;

  left = self->n_lines;
  for (GList *link = self->pieces.head; link != NULL && left > n_lines; link = link->next)
    {
      Piece *piece = link->data;

      if (left - piece->n_lines <= n_lines)
        end = find_end (piece, left, n_lines);
      if (end >= 0)
        break;
      left -= piece->n_lines;
      n_bytes += g_bytes_get_size (piece->bytes);
      n_whole++;
    }
  if (end < 0 || n_bytes + (gsize)end < PASS_MIN_BYTES)
    return 0;

  before = self->size;
  kept = g_string_new (NULL);
  for (gsize n = 0; n <= n_whole; n++)
    {
      Piece *head = g_queue_peek_head (&self->pieces);
      gsize length = n < n_whole ? g_bytes_get_size (head->bytes) : (gsize)end;
      g_autoptr (GBytes) gone = NULL;
      gsize from
          = head->reset != ENCLAVE_LINE_SCAN_NOWHERE && head->reset < length ? head->reset : 0;
      const char *data;

      if (length == 0)
        break;
      if (head->reset != ENCLAVE_LINE_SCAN_NOWHERE && head->reset < length)
        {
          g_string_truncate (kept, 0);
          within = FALSE;
          from_reset = TRUE;
        }
      gone = enclave_output_queue_pop (self, length);
      data = g_bytes_get_data (gone, NULL);
      keep_sequences (kept, &within, data + from, length - from);
      if (func != NULL)
        func (data, length, user_data);
    }
  if (kept->len > 0)
    {
      Piece *piece = g_new0 (Piece, 1);

      piece->reset = from_reset ? 0 : ENCLAVE_LINE_SCAN_NOWHERE;
      self->size += kept->len;
      piece->bytes = g_string_free_to_bytes (g_steal_pointer (&kept));
      g_queue_push_head (&self->pieces, piece);
    }

  return before - self->size;
}
