/* enclave-editor-page-columns.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-editor-page-private.h"

void
_enclave_editor_page_end_places (EnclaveEditorPage *self)
{
  g_clear_object (&self->occurrences);
  _enclave_editor_page_end_columns (self);
  _enclave_editor_page_leave_snippet (self);
  enclave_inline_completion_drop (self->completion);
}

static void
add (EnclaveEditorPage *self, EnclaveColumnSelection **columns, GtkSourceView *view)
{
  if (view == NULL || *columns != NULL || !enclave_document_get_loaded (self->document))
    return;
  *columns = enclave_column_selection_new (ENCLAVE_GHOST_VIEW (view));
  g_signal_connect_object (*columns, "began", G_CALLBACK (_enclave_editor_page_end_places), self, G_CONNECT_SWAPPED);
}

void
_enclave_editor_page_update_columns (EnclaveEditorPage *self)
{
  add (self, &self->columns, self->view);
  add (self, &self->second_columns, _enclave_editor_page_get_second (self));
}

void
_enclave_editor_page_drop_columns (EnclaveEditorPage *self)
{
  if (self->columns != NULL)
    enclave_column_selection_drop (self->columns);
  if (self->second_columns != NULL)
    enclave_column_selection_drop (self->second_columns);
  g_clear_object (&self->columns);
  g_clear_object (&self->second_columns);
}

gboolean
_enclave_editor_page_end_columns (EnclaveEditorPage *self)
{
  gboolean ended = self->columns != NULL && enclave_column_selection_end (self->columns);

  return (self->second_columns != NULL && enclave_column_selection_end (self->second_columns)) || ended;
}

void
enclave_editor_page_select_columns (EnclaveEditorPage *self)
{
  GtkSourceView *second;

  g_return_if_fail (ENCLAVE_IS_EDITOR_PAGE (self));

  second = _enclave_editor_page_get_second (self);
  if (_enclave_editor_page_end_columns (self))
    return;
  if (second != NULL && gtk_widget_has_focus (GTK_WIDGET (second)))
    enclave_column_selection_begin (self->second_columns);
  else if (self->columns != NULL)
    enclave_column_selection_begin (self->columns);
}
