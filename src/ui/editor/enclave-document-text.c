/* enclave-document-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The text of a document: line ends, minimal edits, language.
 */

#include "config.h"

#include <string.h>

#include "enclave-code-language.h"
#include "enclave-document-private.h"
#include "enclave-limits.h"

/* Text for the content type; more tells no more. */
#define SPECS_READ "enclave-specs-read"
#define SNIFF_BYTES 4096
/* The frame with the text is painted by then. */
#define GUESS_MS 20
#define LONG_LINES 5000

static const char *
line_end_text (EnclaveLineEnds line_ends)
{
  switch (line_ends)
    {
    case ENCLAVE_LINE_ENDS_CRLF:
      return "\r\n";
    case ENCLAVE_LINE_ENDS_CR:
      return "\r";
    case ENCLAVE_LINE_ENDS_LF:
    case ENCLAVE_LINE_ENDS_MIXED:
    default:
      return "\n";
    }
}

/* In a file with mixed line ends a new line takes the end of the line above it. */
static EnclaveLineEnds
line_ends_at (EnclaveDocument *self, const GtkTextIter *location)
{
  GtkTextIter end = *location;

  if (self->line_ends != ENCLAVE_LINE_ENDS_MIXED)
    return self->line_ends;

  if (!gtk_text_iter_ends_line (&end) && !gtk_text_iter_forward_to_line_end (&end))
    return ENCLAVE_LINE_ENDS_LF;
  if (gtk_text_iter_is_end (&end))
    {
      end = *location;
      if (!gtk_text_iter_backward_line (&end))
        return ENCLAVE_LINE_ENDS_LF;
      if (!gtk_text_iter_ends_line (&end))
        gtk_text_iter_forward_to_line_end (&end);
    }

  if (gtk_text_iter_get_char (&end) != '\r')
    return ENCLAVE_LINE_ENDS_LF;

  return gtk_text_iter_forward_char (&end) && gtk_text_iter_get_char (&end) == '\n' ? ENCLAVE_LINE_ENDS_CRLF
                                                                                     : ENCLAVE_LINE_ENDS_CR;
}

char *
_enclave_document_convert_line_ends (const char *text, gsize length, EnclaveLineEnds line_ends)
{
  GString *converted = g_string_sized_new (length + length / 16);
  const char *end = line_end_text (line_ends);

  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == '\r')
        {
          if (i + 1 < length && text[i + 1] == '\n')
            i++;
          g_string_append (converted, end);
        }
      else if (text[i] == '\n')
        {
          g_string_append (converted, end);
        }
      else
        {
          g_string_append_c (converted, text[i]);
        }
    }

  return g_string_free (converted, FALSE);
}

char *
_enclave_document_dup_typed (EnclaveDocument *self, const GtkTextIter *location, const char *text)
{
  if (strpbrk (text, "\r\n") == NULL)
    return g_strdup (text);
  return _enclave_document_convert_line_ends (text, strlen (text), line_ends_at (self, location));
}

static void
insert_text_cb (EnclaveDocument *self, GtkTextIter *location, const char *text, int length, GtkTextBuffer *buffer)
{
  g_autofree char *converted = NULL;
  EnclaveLineEnds line_ends;
  gsize n_bytes = length < 0 ? strlen (text) : (gsize) length;

  if (self->verbatim > 0
      || (memchr (text, '\n', n_bytes) == NULL && memchr (text, '\r', n_bytes) == NULL))
    return;

  line_ends = line_ends_at (self, location);
  converted = _enclave_document_convert_line_ends (text, n_bytes, line_ends);
  if (strlen (converted) == n_bytes && memcmp (converted, text, n_bytes) == 0)
    return;

  g_signal_stop_emission_by_name (buffer, "insert-text");
  self->verbatim++;
  gtk_text_buffer_insert (buffer, location, converted, -1);
  self->verbatim--;
}

/* What undo brings back was right when it was there. */
static void
history_begin_cb (EnclaveDocument *self)
{
  self->verbatim++;
}

static void
history_end_cb (EnclaveDocument *self)
{
  self->verbatim--;
}

void
_enclave_document_connect_line_ends (EnclaveDocument *self)
{
  g_signal_connect_object (self->buffer, "insert-text", G_CALLBACK (insert_text_cb), self, G_CONNECT_SWAPPED);

  for (guint i = 0; i < 2; i++)
    {
      const char *signal = i == 0 ? "undo" : "redo";

      g_signal_connect_object (self->buffer, signal, G_CALLBACK (history_begin_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->buffer, signal, G_CALLBACK (history_end_cb), self,
                               G_CONNECT_SWAPPED | G_CONNECT_AFTER);
    }
}

char *
enclave_document_dup_text (EnclaveDocument *self)
{
  GtkTextIter start;
  GtkTextIter end;

  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), NULL);

  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (self->buffer), &start, &end);

  return gtk_text_buffer_get_text (GTK_TEXT_BUFFER (self->buffer), &start, &end, TRUE);
}

/* Bytes at the start and the end that both texts have in common, never cutting a character or a CR LF pair. */
static void
common_ends (const char *a, gsize a_length, const char *b, gsize b_length, gsize *prefix, gsize *suffix)
{
  gsize shorter = MIN (a_length, b_length);
  gsize p = 0;
  gsize s = 0;

  while (p < shorter && a[p] == b[p])
    p++;
  while (p > 0 && ((a[p] & 0xc0) == 0x80 || (b[p] & 0xc0) == 0x80 || a[p - 1] == '\r'))
    p--;

  while (s < shorter - p && a[a_length - s - 1] == b[b_length - s - 1])
    s++;
  while (s > 0
         && ((a[a_length - s] & 0xc0) == 0x80
             || (a[a_length - s] == '\n'
                 && ((a_length > s && a[a_length - s - 1] == '\r') || (b_length > s && b[b_length - s - 1] == '\r')))))
    s--;

  *prefix = p;
  *suffix = s;
}

gboolean
enclave_document_apply_text (EnclaveDocument *self, const char *text)
{
  g_autofree char *old = NULL;
  GtkTextBuffer *buffer;
  GtkTextIter start;
  GtkTextIter end;
  gsize old_length;
  gsize new_length;
  gsize prefix;
  gsize suffix;
  glong first;

  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  if (!self->loaded || !g_utf8_validate (text, -1, NULL))
    return FALSE;

  old = enclave_document_dup_text (self);
  if (strcmp (old, text) == 0)
    return TRUE;

  g_signal_emit_by_name (self, "rewriting");
  old_length = strlen (old);
  new_length = strlen (text);
  common_ends (old, old_length, text, new_length, &prefix, &suffix);

  buffer = GTK_TEXT_BUFFER (self->buffer);
  first = g_utf8_strlen (old, prefix);
  gtk_text_buffer_get_iter_at_offset (buffer, &start, first);
  gtk_text_buffer_get_iter_at_offset (buffer, &end,
                                      first + g_utf8_strlen (old + prefix, old_length - prefix - suffix));

  self->verbatim++;
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, &start, &end);
  gtk_text_buffer_insert (buffer, &start, text + prefix, new_length - prefix - suffix);
  gtk_text_buffer_end_user_action (buffer);
  self->verbatim--;

  return TRUE;
}

void
enclave_document_set_line_ends (EnclaveDocument *self, EnclaveLineEnds line_ends)
{
  g_autofree char *text = NULL;
  g_autofree char *converted = NULL;

  g_return_if_fail (ENCLAVE_IS_DOCUMENT (self));
  g_return_if_fail (line_ends != ENCLAVE_LINE_ENDS_MIXED);

  if (!self->loaded)
    return;

  text = enclave_document_dup_text (self);
  converted = _enclave_document_convert_line_ends (text, strlen (text), line_ends);
  enclave_document_apply_text (self, converted);

  if (self->line_ends != line_ends)
    {
      self->line_ends = line_ends;
      g_object_notify (G_OBJECT (self), "line-ends");
    }
}

static void
guess_language (EnclaveDocument *self)
{
  GtkSourceLanguageManager *manager = gtk_source_language_manager_get_default ();
  g_autofree char *content_type = NULL;
  g_autofree char *name = NULL;
  GtkSourceLanguage *language = NULL;
  gboolean uncertain = TRUE;

  if (!self->heavy)
    {
      const char *text = enclave_text_file_get_text (self->text_file);
      gsize length = MIN (enclave_text_file_get_length (self->text_file), SNIFF_BYTES);

      name = g_file_get_basename (self->file);
      content_type = g_content_type_guess (name, (const guchar *) text, length, &uncertain);
      language = enclave_code_language_guess_typed (name, uncertain ? NULL : content_type);
      g_object_set_data (G_OBJECT (manager), SPECS_READ, GINT_TO_POINTER (TRUE));
    }

  gtk_source_buffer_set_language (self->buffer, language);
  gtk_source_buffer_set_highlight_syntax (self->buffer, !self->heavy);
}

static gboolean
guess_language_cb (gpointer user_data)
{
  guess_language (ENCLAVE_DOCUMENT (user_data));
  return G_SOURCE_REMOVE;
}

void
_enclave_document_guess_language (EnclaveDocument *self)
{
  if (self->file == NULL)
    return;

  /* GtkSourceView reads some 150 files before its first guess; the text is shown before that. A moment of rest comes only when
   * all lines are measured, which for a long text is after seconds. */
  if (g_object_get_data (G_OBJECT (gtk_source_language_manager_get_default ()), SPECS_READ) != NULL || self->heavy)
    guess_language (self);
  else if (gtk_text_buffer_get_line_count (GTK_TEXT_BUFFER (self->buffer)) > LONG_LINES)
    g_timeout_add_full (GTK_TEXT_VIEW_PRIORITY_VALIDATE - 1, GUESS_MS, guess_language_cb, g_object_ref (self), g_object_unref);
  else
    g_idle_add_full (G_PRIORITY_LOW, guess_language_cb, g_object_ref (self), g_object_unref);
}
