/* enclave-window-beside.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A window of its own for a tab: an editor without tree, terminal and agent. The files in it stay files of the project: the deny-list marks
 * them, the language servers know them, and what the agent reads and writes of them is their unsaved text.
 */

#include "config.h"

#include "enclave-language-editor.h"
#include "enclave-window-private.h"

static EnclaveEditorPane *
window_cb (gpointer user_data)
{
  EnclaveWindow *self = user_data;
  EnclaveWindow *origin = self->origin != NULL ? self->origin : self;
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  EnclaveWindow *window;

  if (!ENCLAVE_IS_APPLICATION (application) || self->closing)
    return NULL;

  window = enclave_window_new (ENCLAVE_APPLICATION (application));
  g_set_weak_pointer (&window->origin, origin);
  enclave_editor_pane_set_origin (window->editor, origin->editor);
  enclave_editor_pane_set_project (window->editor, origin->project, origin->gate);
  if (origin->language != NULL)
    gtk_widget_insert_action_group (GTK_WIDGET (window), "language", enclave_language_controller_get_actions (origin->language));
  if (origin->project != NULL)
    {
      adw_window_title_set_title (window->title, enclave_project_get_name (origin->project));
      gtk_window_set_title (GTK_WINDOW (window), enclave_project_get_name (origin->project));
    }
  window->files_wanted = window->chat_wanted = window->terminal_wanted = FALSE;
  gtk_stack_set_visible_child_name (window->root_stack, "panes");
  _enclave_window_layout_apply (window);
  _enclave_window_update_actions (window);
  gtk_window_present (GTK_WINDOW (window));
  return window->editor;
}

void
_enclave_window_let_tabs_go (EnclaveWindow *self)
{
  enclave_editor_pane_set_window_func (self->editor, window_cb, self);
}

void
_enclave_window_for_each_beside (EnclaveWindow *self, void (*func) (EnclaveWindow *window))
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (ENCLAVE_IS_WINDOW (window) && ENCLAVE_WINDOW (window)->origin == self)
        func (ENCLAVE_WINDOW (window));
    }
}

static void
drop_language (EnclaveWindow *window)
{
  gtk_widget_insert_action_group (GTK_WIDGET (window), "language", NULL);
}

void
_enclave_window_leave_beside (EnclaveWindow *self)
{
  g_autoptr (GPtrArray) pages = self->language != NULL ? enclave_editor_pane_list_pages (self->editor) : NULL;

  /* The servers end with this window; the pages in others go on without them. */
  for (guint i = 0; pages != NULL && i < pages->len; i++)
    enclave_language_editor_detach (g_ptr_array_index (pages, i));
  _enclave_window_for_each_beside (self, drop_language);
  g_clear_weak_pointer (&self->origin);
}
