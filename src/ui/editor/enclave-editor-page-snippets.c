/* enclave-editor-page-snippets.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-editor-page-private.h"

void
_enclave_editor_page_drop_snippets (EnclaveEditorPage *self)
{
  if (self->snippet_input != NULL)
    enclave_snippet_input_drop (self->snippet_input);
  g_clear_object (&self->snippet_input);
}

void
_enclave_editor_page_update_snippets (EnclaveEditorPage *self)
{
  gboolean wanted = self->snippets != NULL && self->settings != NULL && g_settings_get_boolean (self->settings, "snippets")
                    && enclave_document_get_loaded (self->document);

  if (!wanted)
    {
      _enclave_editor_page_drop_snippets (self);
      return;
    }
  if (self->snippet_input == NULL)
    {
      self->snippet_input = enclave_snippet_input_new (self->view, self->document, self->snippets);
      g_signal_connect_object (self->snippet_input, "began", G_CALLBACK (_enclave_editor_page_end_places), self, G_CONNECT_SWAPPED);
    }
  enclave_snippet_input_set_second (self->snippet_input, _enclave_editor_page_get_second (self));
}

gboolean
_enclave_editor_page_leave_snippet (EnclaveEditorPage *self)
{
  return self->snippet_input != NULL && enclave_snippet_input_leave (self->snippet_input);
}

void
enclave_editor_page_set_snippets (EnclaveEditorPage *self, EnclaveSnippets *snippets)
{
  g_return_if_fail (ENCLAVE_IS_EDITOR_PAGE (self));
  g_return_if_fail (ENCLAVE_IS_SNIPPETS (snippets));

  g_set_object (&self->snippets, snippets);
  _enclave_editor_page_update_snippets (self);
}

GPtrArray *
enclave_editor_page_list_snippets (EnclaveEditorPage *self)
{
  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PAGE (self), NULL);

  if (self->snippet_input == NULL || !gtk_text_view_get_editable (GTK_TEXT_VIEW (self->view)))
    return NULL;
  return enclave_snippet_input_list (self->snippet_input);
}

gboolean
enclave_editor_page_insert_snippet (EnclaveEditorPage *self, const char *trigger)
{
  g_autoptr (GPtrArray) list = NULL;

  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PAGE (self), FALSE);
  g_return_val_if_fail (trigger != NULL, FALSE);

  list = enclave_editor_page_list_snippets (self);
  for (guint i = 0; list != NULL && i < list->len; i++)
    if (g_str_equal (((EnclaveSnippet *) g_ptr_array_index (list, i))->trigger, trigger))
      {
        enclave_snippet_input_insert (self->snippet_input, g_ptr_array_index (list, i), NULL, NULL);
        return TRUE;
      }
  return FALSE;
}
