/* enclave-window-project.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-checkpoint.h"
#include "enclave-file-watch.h"
#include "enclave-recent.h"
#include "enclave-settings.h"
#include "enclave-utf8.h"
#include "enclave-window-private.h"

#define MAX_RECENT 12
#define PROJECT_SCHEMA "dev.enclave.Enclave.Project"

void
_enclave_window_set_choice (EnclaveWindow *self, EnclaveModelChoice *choice)
{
  if (self->choice != NULL)
    g_signal_handlers_disconnect_by_func (self->choice, _enclave_window_update_models, self);
  g_set_object (&self->choice, choice);
  g_signal_connect_object (choice, "changed", G_CALLBACK (_enclave_window_update_models), self, G_CONNECT_SWAPPED);
  if (self->settings != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->settings, _enclave_window_update_models, self);
      g_signal_connect_object (self->settings, "changed::edit-model", G_CALLBACK (_enclave_window_update_models), self,
                               G_CONNECT_SWAPPED);
    }
  enclave_model_menu_set_choice (self->model_menu, choice);
  enclave_editor_pane_set_servers (self->editor, enclave_model_choice_get_servers (choice));
  _enclave_window_update_models (self);
}

static void
state_cb (EnclaveWindow *self)
{
  enclave_model_menu_set_waiting (self->model_menu,
                                  enclave_agent_service_get_state (self->service) == ENCLAVE_TURN_WAITING);
  _enclave_window_update_actions (self);
}

static void
approval_cb (EnclaveWindow *self)
{
  const char *const responses[] = { "show", _("_Show"), NULL };
  g_autofree char *subject = NULL;
  gboolean waiting = FALSE;
  gboolean hidden = !_enclave_window_pane_is_shown (self, ENCLAVE_PANE_CHAT);

  g_object_get (self->chat, "approval-waiting", &waiting, "approval-subject", &subject, NULL);
  gtk_widget_set_visible (self->waiting_dot, waiting && hidden);
  if (waiting && hidden)
    enclave_info_row_present (self->info_row, ENCLAVE_WINDOW_NOTE_WAITING, "enclave-terminal-symbolic",
                              _("The agent waits for you:"), subject, responses);
  else
    enclave_info_row_withdraw (self->info_row, ENCLAVE_WINDOW_NOTE_WAITING);
}

static void
remember (EnclaveWindow *self)
{
  g_auto (GStrv) before = NULL;
  g_autoptr (GPtrArray) now = NULL;
  const char *path = enclave_project_get_path (self->project);
  g_autoptr (GFile) folder = path != NULL ? g_file_new_for_path (path) : NULL;
  g_autofree char *entry = NULL;

  if (self->settings == NULL || path == NULL)
    return;
  /* Settings hold text, and a name need not be any. */
  entry = g_utf8_validate (path, -1, NULL) ? g_strdup (path) : g_file_get_uri (folder);
  before = g_settings_get_strv (self->settings, "recent-projects");
  now = g_ptr_array_new ();
  g_ptr_array_add (now, entry);
  for (guint i = 0; before[i] != NULL && now->len < MAX_RECENT; i++)
    if (strcmp (before[i], entry) != 0)
      g_ptr_array_add (now, before[i]);
  g_ptr_array_add (now, NULL);
  g_settings_set_strv (self->settings, "recent-projects", (const char *const *) now->pdata);
  enclave_recent_add (folder, "inode/directory");
}

/* One branch of the settings a project, named by a hash: paths are not valid there. */
static GSettings *
open_project_settings (EnclaveProject *project)
{
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, enclave_project_get_path (project), -1);
  g_autofree char *path = g_strdup_printf ("/dev/enclave/Enclave/projects/%.16s/", hash);

  return enclave_settings_new (PROJECT_SCHEMA, path, NULL);
}

static void
audit_problem_cb (EnclaveWindow *self)
{
  const char *problem = self->gate != NULL ? enclave_gate_get_audit_problem (self->gate) : NULL;
  g_autofree char *text = problem != NULL
                            ? g_strdup_printf (_("The agent is stopped: its actions can’t be recorded. %s"), problem)
                            : g_strdup ("");

  gtk_label_set_text (self->status_text, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->status_text), problem != NULL ? text : NULL);
  if (problem != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->status_text), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->status_text), "error");
}

static void
make_service (EnclaveWindow *self)
{
  self->service = enclave_agent_service_new (self->gate);
  if (self->settings != NULL)
    {
      g_settings_bind (self->settings, "mode", self->service, "mode", G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (self->settings, "apply-edits-at-once", self->service, "apply-at-once", G_SETTINGS_BIND_GET);
      enclave_agent_service_set_max_rounds (self->service, g_settings_get_uint (self->settings, "max-rounds"));
    }
  _enclave_window_set_up_agent (self);
  _enclave_window_follow_agent (self);
  g_signal_connect_object (self->service, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (enclave_agent_service_get_change_set (self->service), "items-changed",
                           G_CALLBACK (_enclave_window_update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (enclave_agent_service_get_change_set (self->service), "notify::n-missed",
                           G_CALLBACK (_enclave_window_update_actions), self, G_CONNECT_SWAPPED);
  enclave_editor_pane_set_change_set (self->editor, enclave_agent_service_get_change_set (self->service));
}

/* A deny-list that can't be read leaves the old one in force, and that is said. */
static void
policy_cb (EnclaveWindow *self)
{
  const char *const responses[] = { "close", _("_Close"), NULL };
  const char *problem = enclave_gate_get_policy_problem (self->gate);

  if (problem != NULL)
    enclave_info_row_present (self->info_row, ENCLAVE_WINDOW_NOTE_POLICY, "dialog-warning-symbolic",
                              _("A changed deny-list can’t be used; the rules from before stay in force."), problem,
                              responses);
  else
    enclave_info_row_withdraw (self->info_row, ENCLAVE_WINDOW_NOTE_POLICY);
}

void
_enclave_window_open_first_shell (EnclaveWindow *self)
{
  if (!gtk_widget_in_destruction (GTK_WIDGET (self)) && self->chat != NULL && self->terminal_wanted
      && enclave_terminal_pane_get_n_tabs (self->terminal) == 0)
    {
      EnclavePane pane = _enclave_window_get_focused_pane (self);

      enclave_terminal_pane_open_shell (self->terminal);
      /* its tab takes the focus, and with it every plain key */
      if (pane == ENCLAVE_PANE_TERMINAL)
        pane = ENCLAVE_PANE_EDITOR;
      if (_enclave_window_pane_is_shown (self, pane))
        _enclave_window_focus_pane (self, pane);
    }
}

static gboolean
first_shell_cb (gpointer user_data)
{
  _enclave_window_restore_session (ENCLAVE_WINDOW (user_data));
  return G_SOURCE_REMOVE;
}

/* What an earlier run, which was killed, had left. It stays until it was read. */
static void
tell_recovery (EnclaveWindow *self)
{
  const char *notice = enclave_gate_get_recovery_notice (self->gate);
  g_autofree char *title = NULL;
  AdwToast *toast;

  if (notice == NULL)
    return;
  title = g_markup_escape_text (notice, -1);
  toast = adw_toast_new (title);
  adw_toast_set_timeout (toast, 0);
  adw_toast_set_button_label (toast, _("Undo History"));
  adw_toast_set_action_name (toast, "win.undo-history");
  adw_toast_overlay_add_toast (self->toasts, toast);
}

gboolean
_enclave_window_set_project (EnclaveWindow *self, GFile *folder, GError **error)
{
  EnclaveApplication *application = ENCLAVE_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
  g_autoptr (EnclaveProject) project = enclave_project_new (folder, error);
  g_autoptr (EnclaveGate) gate = NULL;

  g_return_val_if_fail (self->project == NULL, FALSE);

  if (project == NULL)
    return FALSE;
  gate = enclave_gate_new (enclave_project_get_path (project), enclave_application_get_sandbox (application), error);
  if (gate == NULL)
    return FALSE;

  g_set_object (&self->project, project);
  g_set_object (&self->gate, gate);
  g_signal_connect_object (gate, "policy-changed", G_CALLBACK (policy_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gate, "audit-problem-changed", G_CALLBACK (audit_problem_cb), self, G_CONNECT_SWAPPED);
  self->project_settings = open_project_settings (project);
  _enclave_window_layout_load (self);

  enclave_gate_set_terminal_host (gate, ENCLAVE_TERMINAL_HOST (self->terminal));
  enclave_gate_set_buffer_overlay (gate, ENCLAVE_BUFFER_OVERLAY (self->editor));
  make_service (self);
  _enclave_window_set_up_mcp (self, application);
  _enclave_window_set_up_language (self);
  _enclave_window_notify_turns (self);
  _enclave_window_calm_terminal (self);
  _enclave_window_update_models (self);

  adw_window_title_set_title (self->title, enclave_project_get_name (project));
  gtk_window_set_title (GTK_WINDOW (self), enclave_project_get_name (project));
  g_signal_connect_object (project, "notify::branch", G_CALLBACK (_enclave_window_update_branch), self, G_CONNECT_SWAPPED);

  _enclave_window_set_up_finding (self);
  enclave_files_pane_set_project (self->files, project, gate);
  enclave_editor_pane_set_project (self->editor, project, gate);
  _enclave_window_set_up_git (self);
  _enclave_window_watch_files (self);
  _enclave_window_update_branch (self);
  enclave_terminal_pane_set_folder (self->terminal, enclave_project_get_path (project));
  enclave_chat_pane_set_service (self->chat, self->service, enclave_project_get_name (project));
  _enclave_window_keep_conversations (self);
  gtk_stack_set_visible_child_name (self->root_stack, "panes");
  tell_recovery (self);
  _enclave_window_update_badges (self);
  _enclave_window_layout_apply (self);
  /* A shell takes its time to start: the window is drawn before. */
  g_idle_add_full (GDK_PRIORITY_REDRAW + 10, first_shell_cb, g_object_ref (self), g_object_unref);
  /* the shell of a window that just opened waits; it would take every plain key */
  _enclave_window_focus_pane (self, _enclave_window_pane_is_shown (self, ENCLAVE_PANE_FILES) ? ENCLAVE_PANE_FILES
                                                                                             : ENCLAVE_PANE_EDITOR);
  remember (self);
  return TRUE;
}

static char *
dup_selection (EnclaveWindow *self, char **path, char **source)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;
  guint first = 0;
  guint last = 0;

  text = enclave_editor_pane_dup_selection (self->editor, &file, &first, &last);
  if (text == NULL || *text == '\0')
    return NULL;
  *path = file != NULL ? g_file_get_path (file) : NULL;
  name = file != NULL ? enclave_project_dup_relative (self->project, file) : NULL;
  *source = g_strdup_printf ("%s lines %u–%u", name != NULL ? name : "Selection", first, last);

  return g_steal_pointer (&text);
}

/* What a message mentions by a word. The source stands in what the model reads: it is translated where it is shown. */
static char *
text_cb (EnclaveMentionKind kind, char **path, char **source, gpointer user_data)
{
  EnclaveWindow *self = user_data;

  if (kind == ENCLAVE_MENTION_SELECTION)
    return dup_selection (self, path, source);
  if (kind == ENCLAVE_MENTION_DIAGNOSTICS)
    return _enclave_window_dup_diagnostics (self, source);

  /* Without the title of the tab: a program and its command stand there, and only the text is looked at for secrets. */
  *source = g_strdup (N_("Terminal output"));

  return enclave_terminal_pane_dup_text (self->terminal);
}

void
_enclave_window_attach_selection (EnclaveWindow *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *path = NULL;
  g_autofree char *source = NULL;

  if (self->gate == NULL)
    return;
  text = dup_selection (self, &path, &source);
  if (text == NULL)
    return;
  if (!enclave_chat_pane_attach (self->chat, text, path, source, &error))
    {
      const char *const responses[] = { "close", _("_Close"), NULL };

      enclave_info_row_present (self->info_row, ENCLAVE_WINDOW_NOTE_NOT_ATTACHED, "changes-prevent-symbolic",
                                _("The selection is not shared with the agent."), error->message, responses);
    }
}

void
_enclave_window_enter_address (EnclaveWindow *self)
{
  EnclaveApplication *application = ENCLAVE_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));

  enclave_application_show_preferences (application, "servers", GTK_WINDOW (self));
}

static void
open_recent_cb (EnclaveWindow *self, GFile *folder)
{
  _enclave_window_open_folder_in_time (self, folder);
}

static void
look_again_cb (EnclaveWindow *self)
{
  enclave_application_look_for_servers (ENCLAVE_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))));
}

static void
activate_open_folder_cb (EnclaveWindow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.open-folder", NULL);
}

/* The first thing to do, not the first button of the header. */
static void
focus_welcome_cb (EnclaveWindow *self)
{
  gtk_widget_child_focus (GTK_WIDGET (self->welcome), GTK_DIR_TAB_FORWARD);
}

static void
activate_open_file_cb (EnclaveWindow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.open-file", NULL);
}

void
enclave_window_show_welcome (EnclaveWindow *self)
{
  EnclaveApplication *application = ENCLAVE_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));

  if (self->welcome == NULL)
    {
      self->welcome = ENCLAVE_WELCOME_PAGE (enclave_welcome_page_new ());
      gtk_stack_add_named (self->root_stack, GTK_WIDGET (self->welcome), "welcome");
      g_signal_connect_swapped (self->welcome, "map", G_CALLBACK (focus_welcome_cb), self);
      g_signal_connect_swapped (self->welcome, "open-folder", G_CALLBACK (activate_open_folder_cb), self);
      g_signal_connect_swapped (self->welcome, "open-file", G_CALLBACK (activate_open_file_cb), self);
      g_signal_connect_swapped (self->welcome, "open-recent", G_CALLBACK (open_recent_cb), self);
      g_signal_connect_swapped (self->welcome, "take-tour", G_CALLBACK (_enclave_window_take_tour), self);
      g_signal_connect_swapped (self->welcome, "enter-address", G_CALLBACK (_enclave_window_enter_address), self);
      g_signal_connect_swapped (self->welcome, "retry", G_CALLBACK (look_again_cb), self);
      enclave_welcome_page_set_servers (self->welcome, enclave_application_get_servers (application));
      enclave_welcome_page_set_choice (self->welcome, self->choice);
      enclave_welcome_page_set_local_servers (self->welcome, enclave_application_get_local_servers (application));
    }
  gtk_stack_set_visible_child_name (self->root_stack, "welcome");
  _enclave_window_update_badges (self);
  _enclave_window_update_actions (self);
}

static void
open_from_tree_cb (EnclaveWindow *self, GFile *file)
{
  _enclave_window_hide_activity (self);
  enclave_editor_pane_open (self->editor, file, 0, 0);
  if (self->width_class == ENCLAVE_WIDTH_SINGLE)
    _enclave_window_focus_pane (self, ENCLAVE_PANE_EDITOR);
}

static void
active_file_cb (EnclaveWindow *self)
{
  g_autoptr (GFile) file = NULL;

  if (enclave_file_watch_is_limited () && !self->watches_told)
    {
      self->watches_told = TRUE;
      enclave_info_row_present (self->info_row, ENCLAVE_WINDOW_NOTE_WATCHES, "dialog-information-symbolic",
                                _("The system lets no more files be watched. What others change is seen a few seconds later."), NULL,
                                (const char *const[]) { "close", _("_Close"), NULL });
    }

  g_object_get (self->editor, "active-file", &file, NULL);
  if (file != NULL && self->project != NULL)
    enclave_files_pane_select_file (self->files, file);
  _enclave_window_tell_open_files (self);
}

static void
insert_text_cb (EnclaveWindow *self, const char *text)
{
  if (!enclave_editor_pane_insert_text (self->editor, text))
    enclave_last_toast_show (self->note, _("No file is open to insert into"), NULL);
}

static void
run_in_terminal_cb (EnclaveWindow *self, const char *command)
{
  _enclave_window_focus_pane (self, ENCLAVE_PANE_TERMINAL);
  enclave_terminal_pane_type_command (self->terminal, command);
}

static void
open_from_chat_cb (EnclaveWindow *self, const char *path, guint line)
{
  g_autoptr (GFile) file = NULL;

  if (self->project == NULL)
    return;
  file = g_file_resolve_relative_path (enclave_project_get_folder (self->project), path);
  _enclave_window_hide_review (self);
  _enclave_window_hide_activity (self);
  enclave_editor_pane_open (self->editor, file, line, 0);
  if (self->width_class == ENCLAVE_WIDTH_SINGLE)
    _enclave_window_focus_pane (self, ENCLAVE_PANE_EDITOR);
}

static void
show_rule_cb (EnclaveWindow *self, const char *rule)
{
  enclave_application_show_rule (ENCLAVE_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))), rule,
                                 GTK_WINDOW (self));
}

static void
edit_rule_cb (EnclaveWindow *self, const char *path)
{
  enclave_application_edit_rule (ENCLAVE_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))), path,
                                 GTK_WINDOW (self));
}

static void
terminal_wanted_cb (EnclaveWindow *self)
{
  /* no focus jump: the person may be typing elsewhere */
  if (!_enclave_window_pane_is_shown (self, ENCLAVE_PANE_TERMINAL) && self->width_class != ENCLAVE_WIDTH_SINGLE
      && !_enclave_window_in_review (self) && !_enclave_window_in_activity (self))
    _enclave_window_toggle_pane (self, ENCLAVE_PANE_TERMINAL);
}

static void
response_cb (EnclaveWindow *self, guint key, const char *id)
{
  if (key == ENCLAVE_WINDOW_NOTE_WAITING)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-waiting", NULL);
  else if (key == ENCLAVE_WINDOW_NOTE_LINK)
    _enclave_window_answer_link (self, id);
  else if (key == ENCLAVE_WINDOW_NOTE_LANGUAGE)
    _enclave_window_answer_language (self, id);
  else if (key == ENCLAVE_WINDOW_NOTE_OPEN_FAILED)
    /* One that can't be opened has nothing that goes on. */
    _enclave_window_leave_folder (self);
}

void
_enclave_window_connect_panes (EnclaveWindow *self)
{
  g_signal_connect_swapped (self->files, "file-moved", G_CALLBACK (enclave_editor_pane_file_moved), self->editor);
  g_signal_connect_swapped (self->files, "file-trashed", G_CALLBACK (_enclave_window_tell_trashed), self);
  g_signal_connect_swapped (self->files, "open-file", G_CALLBACK (open_from_tree_cb), self);
  g_signal_connect_swapped (self->editor, "notify::active-file", G_CALLBACK (active_file_cb), self);
  enclave_chat_pane_set_text_func (self->chat, text_cb, self);
  g_signal_connect_swapped (self->chat, "review", G_CALLBACK (_enclave_window_show_review), self);
  g_signal_connect_swapped (self->chat, "insert-text", G_CALLBACK (insert_text_cb), self);
  g_signal_connect_swapped (self->chat, "run-in-terminal", G_CALLBACK (run_in_terminal_cb), self);
  g_signal_connect_swapped (self->chat, "open-file", G_CALLBACK (open_from_chat_cb), self);
  g_signal_connect_swapped (self->chat, "show-rule", G_CALLBACK (show_rule_cb), self);
  g_signal_connect_swapped (self->chat, "edit-rule", G_CALLBACK (edit_rule_cb), self);
  g_signal_connect_swapped (self->chat, "take-tour", G_CALLBACK (_enclave_window_take_tour), self);
  g_signal_connect_swapped (self->chat, "enter-address", G_CALLBACK (_enclave_window_enter_address), self);
  g_signal_connect_swapped (self->chat, "retry-servers", G_CALLBACK (look_again_cb), self);
  g_signal_connect_swapped (self->chat, "notify::approval-waiting", G_CALLBACK (approval_cb), self);
  g_signal_connect_swapped (self->chat, "notify::visible", G_CALLBACK (approval_cb), self);
  g_signal_connect_swapped (self->terminal, "wanted", G_CALLBACK (terminal_wanted_cb), self);
  _enclave_window_connect_terminal (self);
  g_signal_connect_swapped (self->info_row, "response", G_CALLBACK (response_cb), self);
}
