/* enclave-editor-pane-actions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The action group "editor" and the keys of the pane.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-editor-pane-private.h"

static GtkTextBuffer *
active_buffer (EnclaveEditorPane *self)
{
  return GTK_TEXT_BUFFER (enclave_document_get_buffer (enclave_editor_page_get_document (self->active)));
}

static void
new_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  _enclave_editor_pane_open_untitled (ENCLAVE_EDITOR_PANE (user_data));
}

static void
open_response_cb (GtkNativeDialog *dialog, int response, EnclaveEditorPane *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));

      for (guint i = 0; i < g_list_model_get_n_items (files); i++)
        {
          g_autoptr (GFile) file = g_list_model_get_item (files, i);

          enclave_editor_pane_open (self, file, 0, 0);
        }
    }

  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

static void
open_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkFileChooserNative *chooser;

  chooser = gtk_file_chooser_native_new (_("Open"), GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                         GTK_FILE_CHOOSER_ACTION_OPEN, _("Open"), _("Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (chooser), TRUE);
  if (self->project != NULL)
    gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (chooser), enclave_project_get_folder (self->project),
                                         NULL);
  g_signal_connect_object (chooser, "response", G_CALLBACK (open_response_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
save_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);

  if (self->active != NULL)
    enclave_editor_page_save_async (self->active, FALSE, NULL, NULL, NULL);
}

static void
save_as_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);

  if (self->active != NULL)
    enclave_editor_page_save_async (self->active, TRUE, NULL, NULL, NULL);
}

static void
close_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);

  AdwTabPage *tab_page = adw_tab_view_get_selected_page (self->tab_view);

  if (tab_page != NULL)
    adw_tab_view_close_page (self->tab_view, tab_page);
}

static void
reopen_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  _enclave_editor_pane_reopen (ENCLAVE_EDITOR_PANE (user_data));
}

static void
find_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);

  if (self->active != NULL)
    enclave_editor_page_find (self->active, g_str_equal (g_action_get_name (G_ACTION (action)), "replace"));
}

static void
find_next_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);

  if (self->active != NULL)
    enclave_editor_page_find_next (self->active, g_str_equal (g_action_get_name (G_ACTION (action)), "find-next"));
}

static void
go_to_line_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);

  if (self->active != NULL)
    enclave_editor_page_ask_line (self->active);
}

static void
step_back_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);

  if (self->active != NULL)
    enclave_editor_page_step_back (self->active);
}

/* Not while a text comes, or matches are replaced in it: that is one step. */
static gboolean
can_edit (EnclaveEditorPane *self)
{
  return self->active != NULL && gtk_text_view_get_editable (GTK_TEXT_VIEW (enclave_editor_page_get_view (self->active)));
}

static void
undo_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);

  if (can_edit (self) && gtk_text_buffer_get_can_undo (active_buffer (self)))
    gtk_text_buffer_undo (active_buffer (self));
}

static void
redo_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);

  if (can_edit (self) && gtk_text_buffer_get_can_redo (active_buffer (self)))
    gtk_text_buffer_redo (active_buffer (self));
}

static void
next_tab_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);
  gboolean forward = g_str_equal (g_action_get_name (G_ACTION (action)), "next-tab");
  int n = adw_tab_view_get_n_pages (self->tab_view);
  AdwTabPage *selected = adw_tab_view_get_selected_page (self->tab_view);

  if (n < 2 || selected == NULL)
    return;

  adw_tab_view_set_selected_page (
      self->tab_view,
      adw_tab_view_get_nth_page (self->tab_view,
                                 (adw_tab_view_get_page_position (self->tab_view, selected) + (forward ? 1 : n - 1))
                                     % n));
  enclave_editor_pane_focus (self);
}

static void
move_tab_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);
  AdwTabPage *selected = adw_tab_view_get_selected_page (self->tab_view);

  if (selected == NULL)
    return;

  if (g_str_equal (g_action_get_name (G_ACTION (action)), "move-tab-next"))
    adw_tab_view_reorder_forward (self->tab_view, selected);
  else
    adw_tab_view_reorder_backward (self->tab_view, selected);
}

/* The parameter counts from 1. */
static void
show_tab_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);
  int position = g_variant_get_int32 (parameter);

  if (position < 1 || position > adw_tab_view_get_n_pages (self->tab_view))
    return;

  adw_tab_view_set_selected_page (self->tab_view, adw_tab_view_get_nth_page (self->tab_view, position - 1));
  enclave_editor_pane_focus (self);
}

static void
zoom_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);
  const char *name = g_action_get_name (G_ACTION (action));
  int zoom = enclave_text_style_get_zoom (self->style);

  if (g_str_equal (name, "zoom-in"))
    zoom++;
  else if (g_str_equal (name, "zoom-out"))
    zoom--;
  else
    zoom = 0;

  enclave_text_style_set_zoom (self->style, zoom);
}

static void
next_change_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  _enclave_editor_pane_go_to_change (ENCLAVE_EDITOR_PANE (user_data), 1);
}

static void
previous_change_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  _enclave_editor_pane_go_to_change (ENCLAVE_EDITOR_PANE (user_data), -1);
}

static void
wrap_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);

  if (self->settings != NULL)
    g_settings_set_boolean (self->settings, "wrap-lines", !g_settings_get_boolean (self->settings, "wrap-lines"));
}

static void
suggest_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);

  if (self->active != NULL)
    enclave_inline_completion_suggest_now (enclave_editor_page_get_completion (self->active));
}

static void
take_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);
  const char *name = g_action_get_name (G_ACTION (action));

  if (self->active != NULL)
    enclave_inline_completion_take (enclave_editor_page_get_completion (self->active),
                                    g_str_has_suffix (name, "-word")   ? ENCLAVE_SUGGESTION_WORD
                                    : g_str_has_suffix (name, "-line") ? ENCLAVE_SUGGESTION_LINE
                                                                       : ENCLAVE_SUGGESTION_ALL);
}

static const GActionEntry entries[] = {
  { "new", new_cb },
  { "open", open_cb },
  { "save", save_cb },
  { "save-as", save_as_cb },
  { "close", close_cb },
  { "reopen", reopen_cb },
  { "find", find_cb },
  { "replace", find_cb },
  { "find-next", find_next_cb },
  { "find-previous", find_next_cb },
  { "go-to-line", go_to_line_cb },
  { "step-back", step_back_cb },
  { "undo", undo_cb },
  { "redo", redo_cb },
  { "next-tab", next_tab_cb },
  { "previous-tab", next_tab_cb },
  { "move-tab-next", move_tab_cb },
  { "move-tab-previous", move_tab_cb },
  { "show-tab", show_tab_cb, "i" },
  { "zoom-in", zoom_cb },
  { "zoom-out", zoom_cb },
  { "zoom-reset", zoom_cb },
  { "wrap", wrap_cb },
  { "next-change", next_change_cb },
  { "previous-change", previous_change_cb },
  { "suggest", suggest_cb },
  { "take-suggestion", take_cb },
  { "take-word", take_cb },
  { "take-line", take_cb },
};

/* Keys while the focus is in the pane. They are asked before the text view's own ones. */
static const struct
{
  const char *trigger;
  const char *action;
} keys[] = {
  { "<Control>f", "editor.find" },
  { "<Control>h", "editor.replace" },
  { "<Control>g", "editor.find-next" },
  { "<Control><Shift>g", "editor.find-previous" },
  { "<Control>i", "editor.go-to-line" },
  { "<Control>s", "editor.save" },
  { "<Control><Shift>s", "editor.save-as" },
  { "<Control>w", "editor.close" },
  { "<Control><Shift>t", "editor.reopen" },
  { "<Control>n", "editor.new" },
  { "<Control>o", "editor.open" },
  { "<Control>slash", "editor.comment" },
  { "<Alt><Shift>Down", "editor.duplicate-line" },
  { "<Control><Shift>k", "editor.delete-line" },
  { "<Control>j", "editor.join-lines" },
  { "<Control><Alt>s", "editor.sort-lines" },
  { "<Control>F2", "editor.change-all" },
  { "<Alt><Shift>Insert", "editor.select-columns" },
  { "<Control>backslash", "editor.split" },
  { "<Control><Alt>p", "editor.print" },
  { "<Alt>z", "editor.wrap" },
  { "<Alt>Page_Down", "editor.next-change" },
  { "<Alt>Page_Up", "editor.previous-change" },
  { "<Alt>backslash", "editor.suggest" },
  { "<Control>plus", "editor.zoom-in" },
  { "<Control>equal", "editor.zoom-in" },
  { "<Control>KP_Add", "editor.zoom-in" },
  { "<Control>minus", "editor.zoom-out" },
  { "<Control>KP_Subtract", "editor.zoom-out" },
  { "<Control>0", "editor.zoom-reset" },
  { "<Control>Page_Down", "editor.next-tab" },
  { "<Control>Page_Up", "editor.previous-tab" },
  { "<Control>Tab", "editor.next-tab" },
  { "<Control><Shift>ISO_Left_Tab", "editor.previous-tab" },
  { "<Control><Shift>Page_Down", "editor.move-tab-next" },
  { "<Control><Shift>Page_Up", "editor.move-tab-previous" },
};

static void
install_keys (EnclaveEditorPane *self)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (
        GTK_SHORTCUT_CONTROLLER (controller),
        gtk_shortcut_new (gtk_shortcut_trigger_parse_string (keys[i].trigger),
                          gtk_named_action_new (keys[i].action)));

  for (int i = 1; i <= 9; i++)
    gtk_shortcut_controller_add_shortcut (
        GTK_SHORTCUT_CONTROLLER (controller),
        gtk_shortcut_new_with_arguments (gtk_keyval_trigger_new (GDK_KEY_0 + i, GDK_ALT_MASK),
                                         gtk_named_action_new ("editor.show-tab"), "i", i));

  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

void
_enclave_editor_pane_install_actions (EnclaveEditorPane *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  _enclave_editor_pane_add_edits (self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "editor", G_ACTION_GROUP (self->actions));
  /* the status items stand elsewhere in the window */
  gtk_widget_insert_action_group (GTK_WIDGET (self->status), "editor", G_ACTION_GROUP (self->actions));
  install_keys (self);
}

void
_enclave_editor_pane_update_actions (EnclaveEditorPane *self)
{
  static const char *const with_text[] = { "save", "save-as", "find", "replace", "find-next", "find-previous",
                                           "go-to-line", "undo", "redo", "comment", "duplicate-line", "delete-line",
                                           "join-lines", "sort-lines", "move-line-up", "move-line-down", "change-all", "split", "print",
                                           "insert-snippet", "select-columns",
                                           "suggest", "move-to-window", NULL };
  gboolean loaded = self->active != NULL
                    && enclave_document_get_loaded (enclave_editor_page_get_document (self->active));

  for (gsize i = 0; with_text[i] != NULL; i++)
    g_simple_action_set_enabled (
        G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), with_text[i])), loaded);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), "close")),
                               adw_tab_view_get_selected_page (self->tab_view) != NULL);
}
