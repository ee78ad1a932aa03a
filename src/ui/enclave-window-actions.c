/* enclave-window-actions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-help-window.h"
#include "enclave-shortcuts-window.h"
#include "enclave-window-private.h"

static void
open_folder_response_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);
  g_autoptr (GFile) folder = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    folder = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (folder != NULL)
    _enclave_window_open_folder_in_time (self, folder);
  g_object_unref (dialog);
}

static void
open_folder_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
    _("Open a folder"), GTK_WINDOW (user_data), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _("_Open"), _("_Cancel"));

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (open_folder_response_cb), user_data, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
open_file_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);

  gtk_widget_activate_action (GTK_WIDGET (self->editor), "editor.open", NULL);
}

static void
new_window_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_action_group_activate_action (G_ACTION_GROUP (gtk_window_get_application (GTK_WINDOW (user_data))), "new-window",
                                  NULL);
}

static void
toggle_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);
  const char *name = g_action_get_name (G_ACTION (action));
  EnclavePane pane = ENCLAVE_PANE_TERMINAL;

  if (strcmp (name, "toggle-files") == 0)
    pane = ENCLAVE_PANE_FILES;
  else if (strcmp (name, "toggle-chat") == 0)
    pane = ENCLAVE_PANE_CHAT;

  if (pane == ENCLAVE_PANE_TERMINAL && !_enclave_window_pane_is_shown (self, pane))
    {
      if (enclave_terminal_pane_get_n_tabs (self->terminal) == 0)
        enclave_terminal_pane_open_shell (self->terminal);
      _enclave_window_focus_pane (self, pane);
      return;
    }
  _enclave_window_toggle_pane (self, pane);
}

static void
new_terminal_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);

  enclave_terminal_pane_open_shell (self->terminal);
  _enclave_window_focus_pane (self, ENCLAVE_PANE_TERMINAL);
}

static void
focus_pane_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);
  const char *name = g_variant_get_string (parameter, NULL);

  if (strcmp (name, "files") == 0)
    _enclave_window_focus_pane (self, ENCLAVE_PANE_FILES);
  else if (strcmp (name, "terminal") == 0)
    {
      if (enclave_terminal_pane_get_n_tabs (self->terminal) == 0)
        enclave_terminal_pane_open_shell (self->terminal);
      _enclave_window_focus_pane (self, ENCLAVE_PANE_TERMINAL);
    }
  else if (strcmp (name, "chat") == 0)
    _enclave_window_focus_pane (self, ENCLAVE_PANE_CHAT);
  else
    _enclave_window_focus_pane (self, ENCLAVE_PANE_EDITOR);
}

static void
step_pane_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gboolean next = strcmp (g_action_get_name (G_ACTION (action)), "next-pane") == 0;

  _enclave_window_step_pane (ENCLAVE_WINDOW (user_data), next ? 1 : -1);
}

static void
full_screen_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  if (gtk_window_is_fullscreen (GTK_WINDOW (user_data)))
    gtk_window_unfullscreen (GTK_WINDOW (user_data));
  else
    gtk_window_fullscreen (GTK_WINDOW (user_data));
}

/* What a key opened over the window gives the focus back to where the key was pressed, not to its button. */
static gboolean
give_focus_back_cb (gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (self->focus_before != NULL
      && (focus == NULL || gtk_widget_is_ancestor (focus, GTK_WIDGET (self->header_bar))))
    gtk_widget_grab_focus (self->focus_before);
  g_clear_weak_pointer (&self->focus_before);
  return G_SOURCE_REMOVE;
}

static void
popover_closed_cb (EnclaveWindow *self)
{
  if (self->focus_before != NULL)
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, give_focus_back_cb, g_object_ref (self), g_object_unref);
}

static void
popup (EnclaveWindow *self, GtkMenuButton *button)
{
  GtkPopover *popover;

  g_set_weak_pointer (&self->focus_before, gtk_window_get_focus (GTK_WINDOW (self)));
  gtk_menu_button_popup (button);
  /* made by the first time */
  popover = gtk_menu_button_get_popover (button);
  if (popover != NULL && g_signal_handler_find (popover, G_SIGNAL_MATCH_FUNC | G_SIGNAL_MATCH_DATA, 0, 0, NULL,
                                                popover_closed_cb, self) == 0)
    g_signal_connect_object (popover, "closed", G_CALLBACK (popover_closed_cb), self, G_CONNECT_SWAPPED);
  /* a menu takes the focus by itself, another popover only when the pointer opened it */
  if (popover != NULL && !GTK_IS_POPOVER_MENU (popover))
    gtk_widget_child_focus (GTK_WIDGET (popover), GTK_DIR_TAB_FORWARD);
}

static void
main_menu_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);

  popup (self, self->menu_button);
}

static void
ask_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);

  _enclave_window_attach_selection (self);
  _enclave_window_focus_pane (self, ENCLAVE_PANE_CHAT);
}

static void
show_waiting_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);
  EnclaveEditorPage *page = enclave_editor_pane_get_active_page (self->editor);
  gboolean of_agent = FALSE;

  g_object_get (self->chat, "approval-waiting", &of_agent, NULL);
  /* The agent stands still until it is answered; what the window asks can wait. */
  if (!of_agent && (enclave_info_row_focus (self->info_row)
                    || (page != NULL && enclave_info_row_focus (enclave_editor_page_get_info_row (page)))))
    return;
  _enclave_window_focus_pane (self, ENCLAVE_PANE_CHAT);
  gtk_widget_activate_action (GTK_WIDGET (self->chat), "chat.focus-approval", NULL);
}

static void
stop_agent_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);

  if (self->service != NULL)
    enclave_agent_service_stop (self->service);
}

/* For what stands outside of the pane. */
static void
undo_history_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_widget_activate_action (GTK_WIDGET (ENCLAVE_WINDOW (user_data)->chat), "chat.undo-history", NULL);
}

static void
undo_turn_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_widget_activate_action (GTK_WIDGET (ENCLAVE_WINDOW (user_data)->chat), "chat.undo-turn", NULL);
}

static void
review_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  _enclave_window_show_review (ENCLAVE_WINDOW (user_data));
}

static void
activity_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);

  if (_enclave_window_in_activity (self))
    _enclave_window_hide_activity (self);
  else
    _enclave_window_show_activity (self);
}

static void
what_left_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  _enclave_window_show_egress (ENCLAVE_WINDOW (user_data));
}

static void
model_check_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  _enclave_window_show_model_check (ENCLAVE_WINDOW (user_data));
}

static void
project_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  _enclave_window_show_project_page (ENCLAVE_WINDOW (user_data));
}

static void
choose_model_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);

  popup (self, enclave_model_menu_get_button (self->model_menu));
}

static void
close_pane_tab_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);
  guint n_documents = 0;

  g_object_get (self->editor, "n-documents", &n_documents, NULL);
  if (_enclave_window_in_review (self))
    _enclave_window_hide_review (self);
  else if (_enclave_window_in_activity (self))
    _enclave_window_hide_activity (self);
  else if (n_documents > 0)
    gtk_widget_activate_action (GTK_WIDGET (self->editor), "editor.close", NULL);
  else
    gtk_window_close (GTK_WINDOW (self));
}

static void
step_back_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  _enclave_window_focus_pane (ENCLAVE_WINDOW (user_data), ENCLAVE_PANE_EDITOR);
}

static void
shortcuts_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWidget *window = enclave_shortcuts_window_new (_enclave_window_get_keys (ENCLAVE_WINDOW (user_data)));

  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (user_data));
  gtk_window_present (GTK_WINDOW (window));
}

static void
help_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWidget *window = enclave_help_window_new ();

  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (user_data));
  gtk_window_present (GTK_WINDOW (window));
}

static void
take_tour_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  _enclave_window_take_tour (ENCLAVE_WINDOW (user_data));
}

static void
open_link_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  _enclave_window_ask_link (ENCLAVE_WINDOW (user_data), g_variant_get_string (parameter, NULL));
}

static void
type_in_new_terminal_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);

  _enclave_window_focus_pane (self, ENCLAVE_PANE_TERMINAL);
  enclave_terminal_pane_type_in_new_shell (self->terminal, g_variant_get_string (parameter, NULL));
}

static void
conversations_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);

  _enclave_window_focus_pane (self, ENCLAVE_PANE_CHAT);
  gtk_widget_activate_action (GTK_WIDGET (self->chat), "chat.conversations", NULL);
}

static const GActionEntry entries[] = {
  { "open-folder", open_folder_cb },
  { "open-file", open_file_cb },
  { "new-window", new_window_cb },
  { "toggle-files", toggle_cb, NULL, "true" },
  { "toggle-chat", toggle_cb, NULL, "true" },
  { "toggle-terminal", toggle_cb, NULL, "true" },
  { "new-terminal", new_terminal_cb },
  { "focus-pane", focus_pane_cb, "s" },
  { "next-pane", step_pane_cb },
  { "previous-pane", step_pane_cb },
  { "full-screen", full_screen_cb },
  { "main-menu", main_menu_cb },
  { "ask", ask_cb },
  { "ask-with-selection", ask_cb },
  { "show-waiting", show_waiting_cb },
  { "stop-agent", stop_agent_cb },
  { "review", review_cb },
  { "undo-history", undo_history_cb },
  { "undo-turn", undo_turn_cb },
  { "conversations", conversations_cb },
  { "activity", activity_cb },
  { "choose-model", choose_model_cb },
  { "model-check", model_check_cb },
  { "what-left", what_left_cb },
  { "project", project_cb },
  { "close-pane-tab", close_pane_tab_cb },
  { "step-back", step_back_cb },
  { "shortcuts", shortcuts_cb },
  { "help", help_cb },
  { "take-tour", take_tour_cb },
  { "open-link", open_link_cb, "s" },
  { "type-in-new-terminal", type_in_new_terminal_cb, "s" },
};

static void
set_state (EnclaveWindow *self, const char *name, gboolean state)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_boolean (state));
}

static void
set_enabled (EnclaveWindow *self, const char *name, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), name)), enabled);
}

void
_enclave_window_update_actions (EnclaveWindow *self)
{
  static const char *const with_panes[] = { "toggle-files", "toggle-chat", "toggle-terminal", "new-terminal",
                                            "focus-pane", "next-pane", "previous-pane", "ask", "ask-with-selection",
                                            "show-waiting", "step-back", "conversations", "activity", "model-check", "what-left", "project", NULL };
  gboolean panes = g_strcmp0 (gtk_stack_get_visible_child_name (self->root_stack), "panes") == 0;
  guint n_changes = 0;

  for (guint i = 0; with_panes[i] != NULL; i++)
    set_enabled (self, with_panes[i], panes);
  set_state (self, "toggle-files", _enclave_window_pane_is_shown (self, ENCLAVE_PANE_FILES));
  set_state (self, "toggle-chat", _enclave_window_pane_is_shown (self, ENCLAVE_PANE_CHAT));
  set_state (self, "toggle-terminal", _enclave_window_pane_is_shown (self, ENCLAVE_PANE_TERMINAL));

  if (self->service != NULL)
    {
      EnclaveChangeSet *changes = enclave_agent_service_get_change_set (self->service);

      n_changes = g_list_model_get_n_items (G_LIST_MODEL (changes)) + g_list_model_get_n_items (enclave_change_set_get_missed (changes));
    }
  set_enabled (self, "review", n_changes > 0);
  set_enabled (self, "stop-agent", self->service != NULL && enclave_agent_service_get_busy (self->service));
  _enclave_window_update_finding (self);
  gtk_widget_set_visible (GTK_WIDGET (self->files_button), panes);
  gtk_widget_set_visible (gtk_widget_get_parent (GTK_WIDGET (self->chat_button)), panes);
  gtk_widget_set_visible (GTK_WIDGET (self->model_menu), panes);
}

static void
review_closed_cb (EnclaveWindow *self)
{
  _enclave_window_hide_review (self);
}

static void
review_open_file_cb (EnclaveWindow *self, GFile *file)
{
  _enclave_window_hide_review (self);
  enclave_editor_pane_open (self->editor, file, 0, 0);
}

static void
review_ask_again_cb (EnclaveWindow *self, EnclaveMissedEdit *edit)
{
  g_autofree char *request = enclave_missed_edit_dup_request (edit);

  if (enclave_chat_pane_say (self->chat, request))
    enclave_change_set_drop_missed (enclave_agent_service_get_change_set (self->service), edit);
}

static void
review_current_cb (EnclaveWindow *self)
{
  if (self->changes != NULL)
    enclave_changes_list_select (self->changes, enclave_review_page_get_current_change (self->review));
}

static void
show_change_cb (EnclaveWindow *self, EnclaveChange *change, gboolean focus)
{
  if (focus)
    _enclave_window_focus_pane (self, ENCLAVE_PANE_EDITOR);
  enclave_review_page_show_change (self->review, change, focus);
}

void
_enclave_window_show_review (EnclaveWindow *self)
{
  if (self->service == NULL)
    return;
  if (self->review == NULL)
    {
      self->review = ENCLAVE_REVIEW_PAGE (enclave_review_page_new ());
      gtk_stack_add_named (self->middle_stack, GTK_WIDGET (self->review), "review");
      g_signal_connect_swapped (self->review, "closed", G_CALLBACK (review_closed_cb), self);
      g_signal_connect_swapped (self->review, "open-file", G_CALLBACK (review_open_file_cb), self);
      g_signal_connect_swapped (self->review, "applied", G_CALLBACK (review_closed_cb), self);
      g_signal_connect_swapped (self->review, "ask-again", G_CALLBACK (review_ask_again_cb), self);
      g_signal_connect_swapped (self->review, "current-changed", G_CALLBACK (review_current_cb), self);
    }
  enclave_review_page_set_change_set (self->review, enclave_agent_service_get_change_set (self->service));
  gtk_stack_set_visible_child_name (self->middle_stack, "review");
  if (self->changes == NULL)
    {
      self->changes = ENCLAVE_CHANGES_LIST (enclave_changes_list_new ());
      g_signal_connect_swapped (self->changes, "show-change", G_CALLBACK (show_change_cb), self);
      enclave_files_pane_set_changes (self->files, GTK_WIDGET (self->changes));
    }
  enclave_changes_list_set_change_set (self->changes, enclave_agent_service_get_change_set (self->service));
  review_current_cb (self);
  enclave_chat_pane_set_in_review (self->chat, TRUE);
  _enclave_window_focus_pane (self, ENCLAVE_PANE_EDITOR);
  _enclave_window_layout_apply (self);
}

/* What was applied is written a moment later: who has gone elsewhere meanwhile stays there. A row that had the focus and is gone was
 * one of the review. */
static gboolean
is_focus_in_review (EnclaveWindow *self)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));

  return focus == NULL || !gtk_widget_get_mapped (focus) || gtk_widget_is_ancestor (focus, GTK_WIDGET (self->review))
         || (self->changes != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->changes)));
}

void
_enclave_window_hide_review (EnclaveWindow *self)
{
  gboolean had_focus;

  if (!_enclave_window_in_review (self))
    return;
  had_focus = is_focus_in_review (self);
  gtk_stack_set_visible_child_name (self->middle_stack, "work");
  enclave_files_pane_set_changes (self->files, NULL);
  self->changes = NULL;
  enclave_chat_pane_set_in_review (self->chat, FALSE);
  _enclave_window_layout_apply (self);
  if (had_focus)
    _enclave_window_focus_pane (self, ENCLAVE_PANE_EDITOR);
}

void
_enclave_window_show_activity (EnclaveWindow *self)
{
  if (self->gate == NULL)
    return;
  if (self->activity == NULL)
    {
      self->activity = ENCLAVE_ACTIVITY_PAGE (enclave_activity_page_new ());
      gtk_stack_add_named (self->middle_stack, GTK_WIDGET (self->activity), "activity");
      g_signal_connect_swapped (self->activity, "closed", G_CALLBACK (_enclave_window_hide_activity), self);
    }
  enclave_activity_page_set_gate (self->activity, self->gate);
  _enclave_window_hide_review (self);
  gtk_stack_set_visible_child_name (self->middle_stack, "activity");
  _enclave_window_focus_pane (self, ENCLAVE_PANE_EDITOR);
  _enclave_window_layout_apply (self);
}

void
_enclave_window_hide_activity (EnclaveWindow *self)
{
  if (!_enclave_window_in_activity (self))
    return;
  gtk_stack_set_visible_child_name (self->middle_stack, "work");
  _enclave_window_layout_apply (self);
  _enclave_window_focus_pane (self, ENCLAVE_PANE_EDITOR);
}

void
_enclave_window_install_actions (EnclaveWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  if (self->settings != NULL)
    {
      g_autoptr (GAction) style = g_settings_create_action (self->settings, "style-variant");

      g_action_map_add_action (G_ACTION_MAP (self), style);
    }
}
