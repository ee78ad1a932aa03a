/* enclave-document-config.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A document and the .editorconfig files above it.
 */

#include "config.h"

#include <string.h>

#include "enclave-document-private.h"

void
enclave_document_set_use_editor_config (EnclaveDocument *self, gboolean use)
{
  g_return_if_fail (ENCLAVE_IS_DOCUMENT (self));

  self->use_editor_config = use;
}

const EnclaveEditorConfig *
enclave_document_get_editor_config (EnclaveDocument *self)
{
  static const EnclaveEditorConfig nothing = { 0 };

  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), &nothing);

  return self->use_editor_config ? &self->editor_config : &nothing;
}

EnclaveTextFile *
_enclave_document_new_empty (EnclaveDocument *self)
{
  switch (enclave_document_get_editor_config (self)->charset)
    {
    case ENCLAVE_EDITOR_CONFIG_CHARSET_UTF_8_BOM:
      return enclave_text_file_new_empty_as ("UTF-8", TRUE);
    case ENCLAVE_EDITOR_CONFIG_CHARSET_UTF_16LE:
      /* without its mark UTF-16 is not known again */
      return enclave_text_file_new_empty_as ("UTF-16LE", TRUE);
    case ENCLAVE_EDITOR_CONFIG_CHARSET_UTF_16BE:
      return enclave_text_file_new_empty_as ("UTF-16BE", TRUE);
    case ENCLAVE_EDITOR_CONFIG_CHARSET_LATIN1:
      return enclave_text_file_new_empty_as ("ISO-8859-1", FALSE);
    case ENCLAVE_EDITOR_CONFIG_CHARSET_UTF_8:
    case ENCLAVE_EDITOR_CONFIG_CHARSET_UNSET:
    default:
      return enclave_text_file_new_empty ();
    }
}

EnclaveLineEnds
_enclave_document_get_wanted_ends (EnclaveDocument *self, EnclaveLineEnds fallback)
{
  switch (enclave_document_get_editor_config (self)->end_of_line)
    {
    case ENCLAVE_EDITOR_CONFIG_END_LF:
      return ENCLAVE_LINE_ENDS_LF;
    case ENCLAVE_EDITOR_CONFIG_END_CRLF:
      return ENCLAVE_LINE_ENDS_CRLF;
    case ENCLAVE_EDITOR_CONFIG_END_CR:
      return ENCLAVE_LINE_ENDS_CR;
    case ENCLAVE_EDITOR_CONFIG_END_UNSET:
    default:
      return fallback;
    }
}

typedef struct
{
  int first; /* characters */
  int last;
} Run;

/* Only what goes is taken out, so that carets and marks stay where they are. @cleaned is @text without some runs of ASCII, and
 * with something more at the end. */
static void
take_cleaned (EnclaveDocument *self, const char *text, const char *cleaned)
{
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (Run));
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
  GtkTextIter start;
  GtkTextIter end;
  int at = 0;

  while (*text != '\0')
    {
      Run run = { at, at };

      if (*text == *cleaned)
        {
          at += (*text & 0xc0) != 0x80;
          text++;
          cleaned++;
          continue;
        }
      for (; *text != '\0' && *text != *cleaned; text++)
        at++;
      run.last = at;
      g_array_append_val (runs, run);
    }

  self->verbatim++;
  gtk_text_buffer_begin_user_action (buffer);
  if (*cleaned != '\0')
    {
      gboolean at_end;

      /* the caret stays in the line that it is in */
      gtk_text_buffer_get_iter_at_mark (buffer, &start, gtk_text_buffer_get_insert (buffer));
      at_end = gtk_text_iter_is_end (&start) && !gtk_text_buffer_get_has_selection (buffer);
      gtk_text_buffer_get_end_iter (buffer, &end);
      gtk_text_buffer_insert (buffer, &end, cleaned, -1);
      if (at_end)
        {
          gtk_text_buffer_get_iter_at_offset (buffer, &start, at);
          gtk_text_buffer_place_cursor (buffer, &start);
        }
    }
  for (guint i = runs->len; i > 0; i--)
    {
      const Run *run = &g_array_index (runs, Run, i - 1);

      gtk_text_buffer_get_iter_at_offset (buffer, &start, run->first);
      gtk_text_buffer_get_iter_at_offset (buffer, &end, run->last);
      gtk_text_buffer_delete (buffer, &start, &end);
    }
  gtk_text_buffer_end_user_action (buffer);
  self->verbatim--;
}

void
_enclave_document_clean (EnclaveDocument *self)
{
  const EnclaveEditorConfig *config = enclave_document_get_editor_config (self);
  const char *end = self->line_ends == ENCLAVE_LINE_ENDS_CRLF ? "\r\n" : self->line_ends == ENCLAVE_LINE_ENDS_CR ? "\r" : "\n";
  g_autofree char *text = NULL;
  g_autofree char *cleaned = NULL;

  if (self->heavy
      || (config->trim_trailing_whitespace != ENCLAVE_EDITOR_CONFIG_TRUE
          && config->insert_final_newline == ENCLAVE_EDITOR_CONFIG_UNSET))
    return;
  text = enclave_document_dup_text (self);
  cleaned = enclave_editor_config_clean (config, text, end);
  if (strcmp (text, cleaned) != 0)
    take_cleaned (self, text, cleaned);
}
