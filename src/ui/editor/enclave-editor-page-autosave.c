/* enclave-editor-page-autosave.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-editor-page-private.h"

/* Nothing is asked and nothing overwritten: what needs an answer waits for the person's own save. */
static gboolean
can_save (EnclaveEditorPage *self)
{
  return self->document != NULL && self->settings != NULL && g_settings_get_boolean (self->settings, "autosave")
         && self->editable && !self->is_dropped && !self->is_moved && self->close_task == NULL && self->overwrite_task == NULL
         && enclave_document_get_file (self->document) != NULL && enclave_document_get_loaded (self->document)
         && enclave_document_get_modified (self->document) && !enclave_document_get_busy (self->document)
         && !enclave_document_get_read_only (self->document)
         && enclave_document_get_disk_state (self->document) == ENCLAVE_DISK_SAME;
}

static gboolean
left_cb (gpointer user_data)
{
  EnclaveEditorPage *self = user_data;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean is_here = GTK_IS_WINDOW (root) && gtk_window_is_active (GTK_WINDOW (root)) && focus != NULL
                     && gtk_widget_is_ancestor (focus, GTK_WIDGET (self));

  /* Into its menu, or into its bar for finding: that is nowhere else. */
  if (!is_here && can_save (self))
    enclave_editor_page_save_async (self, FALSE, NULL, NULL, NULL);
  return G_SOURCE_REMOVE;
}

static void
leave_cb (EnclaveEditorPage *self)
{
  if (self->settings != NULL && g_settings_get_boolean (self->settings, "autosave"))
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, left_cb, g_object_ref (self), g_object_unref);
}

void
_enclave_editor_page_connect_autosave (EnclaveEditorPage *self)
{
  GtkEventController *controller = gtk_event_controller_focus_new ();

  g_signal_connect_object (controller, "leave", G_CALLBACK (leave_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}
