/* enclave-editor-page-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What can't be edited as text is shown to be read: the bytes of a binary file, the rows of one that is too large.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-editor-page-private.h"
#include "enclave-limits.h"

static void
show (EnclaveEditorPage *self, EnclaveFileRowsKind kind)
{
  GFile *file = enclave_document_get_file (self->document);
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self)));
  int height = gtk_widget_get_height (GTK_WIDGET (self->stack));
  GtkWidget *view;

  /* it may not have been on the screen yet */
  if (height == 0 && root != NULL)
    height = gtk_widget_get_height (root);
  view = enclave_file_view_new (g_file_peek_path (file), kind, height);

  if (self->file_view != NULL)
    gtk_stack_remove (self->stack, GTK_WIDGET (self->file_view));
  self->file_view = ENCLAVE_FILE_VIEW (view);
  gtk_stack_add_named (self->stack, view, "file");
  gtk_stack_set_visible_child (self->stack, view);
}

static void
present_note (EnclaveEditorPage *self)
{
  const char *name = enclave_document_get_title (self->document);
  gboolean bytes = enclave_file_view_get_kind (self->file_view) == ENCLAVE_FILE_ROWS_BYTES;
  const char *const other[] = { "other", bytes ? _("Show lines") : _("Show bytes"), NULL };
  const char *const edit[] = { "other", bytes ? _("Show lines") : _("Show bytes"), "anyway", _("Edit anyway"), NULL };
  g_autofree char *size = NULL;
  g_autofree char *text = NULL;

  switch (self->file_reason)
    {
    case ENCLAVE_FILE_REASON_BINARY:
      text = g_strdup_printf (_("%s is not text. It is shown to be read, not edited."), name);
      break;
    case ENCLAVE_FILE_REASON_LONG_LINE:
      size = g_format_size (enclave_document_get_longest_line (self->document));
      /* Translators: first a file's name, then a size. */
      text = g_strdup_printf (_("%s has a line of %s. It is shown in rows, to be read."), name, size);
      break;
    case ENCLAVE_FILE_REASON_TOO_LARGE:
    default:
      size = g_format_size_full (ENCLAVE_EDITOR_MAX_BYTES, G_FORMAT_SIZE_IEC_UNITS);
      text = g_strdup_printf (_("%s is larger than %s. It is shown to be read, not edited."), name, size);
      break;
    }
  enclave_info_row_present (self->info_row, ENCLAVE_EDITOR_NOTE_FILE_VIEW, "help-about-symbolic", text, NULL,
                            self->file_reason == ENCLAVE_FILE_REASON_LONG_LINE ? edit : other);
}

gboolean
_enclave_editor_page_show_file (EnclaveEditorPage *self, const GError *error)
{
  GFile *file = enclave_document_get_file (self->document);
  gboolean binary = g_error_matches (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_BINARY);

  if ((!binary && !g_error_matches (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_TOO_LARGE)) || file == NULL
      || g_file_peek_path (file) == NULL)
    return FALSE;

  self->file_reason = binary                                                                  ? ENCLAVE_FILE_REASON_BINARY
                      : enclave_document_get_longest_line (self->document) > ENCLAVE_EDITOR_MAX_LINE_BYTES
                        ? ENCLAVE_FILE_REASON_LONG_LINE
                        : ENCLAVE_FILE_REASON_TOO_LARGE;
  show (self, binary ? ENCLAVE_FILE_ROWS_BYTES : ENCLAVE_FILE_ROWS_TEXT);
  present_note (self);
  return TRUE;
}

gboolean
_enclave_editor_page_answer_file (EnclaveEditorPage *self, const char *id)
{
  if (self->file_view == NULL)
    return FALSE;
  if (g_str_equal (id, "anyway"))
    {
      gtk_stack_remove (self->stack, GTK_WIDGET (self->file_view));
      self->file_view = NULL;
      return TRUE;
    }
  show (self, enclave_file_view_get_kind (self->file_view) == ENCLAVE_FILE_ROWS_BYTES ? ENCLAVE_FILE_ROWS_TEXT
                                                                                     : ENCLAVE_FILE_ROWS_BYTES);
  present_note (self);
  enclave_file_view_focus (self->file_view);
  return FALSE;
}
