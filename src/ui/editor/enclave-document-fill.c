/* enclave-document-fill.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The text of a file comes into its buffer. The toolkit takes some 20 ns for each byte: a long text comes in slices, so that
 * the first lines are there with the first frame and keys are answered meanwhile.
 */

#include "config.h"

#include <string.h>

#include "enclave-document-private.h"
#include "enclave-limits.h"

/* What fits into one frame with all that belongs to it. */
#define WHOLE_BYTES (512 * 1024)
#define FIRST_BYTES (64 * 1024)
#define PIECE_BYTES (32 * 1024)
#define SLICE_MS 8
/* After events and frames, before the view measures lines that nobody sees: it would do that for all before more came. */
#define PRIORITY (GDK_PRIORITY_REDRAW + 2)

typedef struct
{
  EnclaveDocument *document;
  GTask *task;
  EnclaveTextFile *text_file;
  gsize at;
} Fill;

static void
fill_free (gpointer data)
{
  Fill *fill = data;

  g_object_unref (fill->task);
  g_object_unref (fill->text_file);
  g_free (fill);
}

/* Up to the end of a line where one is near, and never within a character or a pair of CR and LF. */
static gsize
piece_end (const char *text, gsize length, gsize at, gsize bytes)
{
  gsize end = at + bytes;
  const char *line;

  if (end >= length)
    return length;
  line = memchr (text + end, '\n', MIN (length - end, PIECE_BYTES));
  if (line != NULL)
    return (gsize) (line - text) + 1;
  while (end < length && (((guint8) text[end] & 0xc0) == 0x80 || text[end - 1] == '\r'))
    end++;
  return end;
}

static void
insert (EnclaveDocument *self, const char *text, gsize length)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
  GtkTextIter end;

  self->verbatim++;
  self->showing = TRUE;
  gtk_text_buffer_begin_irreversible_action (buffer);
  gtk_text_buffer_get_end_iter (buffer, &end);
  gtk_text_buffer_insert (buffer, &end, text, (int) length);
  gtk_text_buffer_end_irreversible_action (buffer);
  self->showing = FALSE;
  self->verbatim--;
}

/* At once, and nothing to be undone. */
static void
clear (EnclaveDocument *self)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);

  self->verbatim++;
  self->showing = TRUE;
  gtk_text_buffer_begin_irreversible_action (buffer);
  gtk_text_buffer_set_text (buffer, "", 0);
  gtk_text_buffer_end_irreversible_action (buffer);
  self->showing = FALSE;
  self->verbatim--;
}

static void
place_at_start (EnclaveDocument *self)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
  GtkTextIter start;

  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_place_cursor (buffer, &start);
}

static void
set_filling (EnclaveDocument *self, gboolean filling)
{
  if (self->filling == filling)
    return;
  self->filling = filling;
  g_object_notify (G_OBJECT (self), "filling");
}

static gboolean
fill_cb (gpointer data)
{
  Fill *fill = data;
  EnclaveDocument *self = fill->document;
  const char *text = enclave_text_file_get_text (fill->text_file);
  gsize length = enclave_text_file_get_length (fill->text_file);
  gint64 until = g_get_monotonic_time () + SLICE_MS * G_TIME_SPAN_MILLISECOND;

  if (g_cancellable_is_cancelled (self->cancellable))
    {
      self->fill_source = 0;
      g_task_return_new_error (fill->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
      return G_SOURCE_REMOVE;
    }
  /* what follows when all is there has a turn of its own */
  if (fill->at < length)
    {
      do
        {
          gsize end = piece_end (text, length, fill->at, PIECE_BYTES);

          insert (self, text + fill->at, end - fill->at);
          fill->at = end;
        }
      while (fill->at < length && g_get_monotonic_time () < until);
      return G_SOURCE_CONTINUE;
    }

  self->fill_source = 0;
  set_filling (self, FALSE);
  _enclave_document_text_shown (self);
  g_task_return_boolean (fill->task, TRUE);
  return G_SOURCE_REMOVE;
}

/* The beginning of a text that is not whole yet. Whoever goes to its end meanwhile goes on to the end of the whole. */
static void
begin_filling (EnclaveDocument *self, const char *text, gsize length)
{
  clear (self);
  /* Nothing is analysed before it is there: the analysis would begin anew with each slice. */
  gtk_source_buffer_set_highlight_syntax (self->buffer, FALSE);
  insert (self, text, length);
  place_at_start (self);
  set_filling (self, TRUE);
}

void
_enclave_document_peek_async (EnclaveDocument *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  enclave_text_file_peek_async (self->file, WHOLE_BYTES, FIRST_BYTES, cancellable, callback, user_data);
}

void
_enclave_document_peek_finish (EnclaveDocument *self, GAsyncResult *result, GError **error)
{
  gsize length;
  const char *text;

  g_clear_pointer (&self->first_lines, g_bytes_unref);
  self->first_lines = enclave_text_file_peek_finish (result, error);
  if (self->first_lines == NULL)
    return;

  text = g_bytes_get_data (self->first_lines, &length);
  begin_filling (self, text, length);
}

void
_enclave_document_drop_peek (EnclaveDocument *self)
{
  if (self->first_lines == NULL)
    return;
  g_clear_pointer (&self->first_lines, g_bytes_unref);
  clear (self);
  set_filling (self, FALSE);
}

/* Returns: how much of @text is shown already; 0 where it is not how the text begins. */
static gsize
take_peek (EnclaveDocument *self, const char *text, gsize length)
{
  g_autoptr (GBytes) lines = g_steal_pointer (&self->first_lines);
  gsize shown = 0;
  const char *start = lines != NULL ? g_bytes_get_data (lines, &shown) : NULL;

  return shown > 0 && shown < length && memcmp (start, text, shown) == 0 ? shown : 0;
}

void
_enclave_document_fill (EnclaveDocument *self, GTask *task)
{
  const char *text = enclave_text_file_get_text (self->text_file);
  gsize length = enclave_text_file_get_length (self->text_file);
  gsize shown = take_peek (self, text, length);
  Fill *fill;

  self->heavy = length > ENCLAVE_EDITOR_HEAVY_BYTES || self->longest_line > ENCLAVE_EDITOR_HEAVY_LINE_BYTES;
  self->loaded = FALSE;
  g_clear_handle_id (&self->fill_source, g_source_remove);

  if (length <= WHOLE_BYTES)
    {
      clear (self);
      insert (self, text, length);
      place_at_start (self);
      set_filling (self, FALSE);
      _enclave_document_text_shown (self);
      g_task_return_boolean (task, TRUE);
      return;
    }

  fill = g_new0 (Fill, 1);
  /* The task holds it. */
  fill->document = self;
  fill->task = g_object_ref (task);
  fill->text_file = g_object_ref (self->text_file);
  fill->at = shown > 0 ? shown : piece_end (text, length, 0, FIRST_BYTES);
  if (shown == 0)
    begin_filling (self, text, fill->at);
  self->fill_source = g_idle_add_full (PRIORITY, fill_cb, fill, fill_free);
}

void
enclave_document_show_text (EnclaveDocument *self, const char *text)
{
  g_return_if_fail (ENCLAVE_IS_DOCUMENT (self));
  g_return_if_fail (self->file == NULL);
  g_return_if_fail (text != NULL);

  if (!g_utf8_validate (text, -1, NULL))
    return;
  clear (self);
  insert (self, text, strlen (text));
  place_at_start (self);
  _enclave_document_text_shown (self);
  self->matches_file = FALSE;
}
