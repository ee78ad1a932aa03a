/* enclave-window-terminal.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-application.h"
#include "enclave-limits.h"
#include "enclave-task-detector.h"
#include "enclave-utf8.h"
#include "enclave-window-private.h"

/* Of what stands in a terminal: through the gate, as everything. @text: (nullable). */
static void
attach (EnclaveWindow *self, const char *text, const char *source)
{
  g_autoptr (GError) error = NULL;
  gsize length;

  if (self->gate == NULL || text == NULL || *text == '\0')
    return;

  length = strlen (text);
  if (length > ENCLAVE_TASK_ATTACH_MAX_BYTES)
    {
      const char *line = strchr (text + length - ENCLAVE_TASK_ATTACH_MAX_BYTES, '\n');

      text = line != NULL ? line + 1 : g_utf8_find_next_char (text + length - ENCLAVE_TASK_ATTACH_MAX_BYTES, NULL);
    }
  if (!enclave_chat_pane_attach (self->chat, text, NULL, source, &error))
    {
      const char *const responses[] = { "close", _("_Close"), NULL };

      enclave_info_row_present (self->info_row, ENCLAVE_WINDOW_NOTE_NOT_ATTACHED, "changes-prevent-symbolic",
                                _("The text of the terminal is not shared with the agent."), error->message, responses);
      return;
    }
  _enclave_window_focus_pane (self, ENCLAVE_PANE_CHAT);
}

static void
ask_about_output_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);
  gboolean is_selection = FALSE;
  g_autofree char *text = enclave_terminal_pane_dup_shared (self->terminal, &is_selection);

  if (text == NULL)
    {
      enclave_last_toast_show (self->note, _("Nothing is selected, and no command has told where its output ends"), NULL);
      return;
    }
  /* the source stands in what the model reads: not translated */
  attach (self, text, is_selection ? "Terminal selection" : "Output of the last command");
}

static void
ask_about_task_cb (EnclaveWindow *self, const char *output)
{
  attach (self, output, "Output of a task that failed");
}

typedef struct
{
  EnclaveWindow *window;
  guint line;
  guint column;
} Location;

static void
location_free (Location *self)
{
  g_object_unref (self->window);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Location, location_free)

static void
location_looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Location) location = user_data;
  EnclaveWindow *self = location->window;
  GFile *file = G_FILE (source);
  g_autoptr (GFileInfo) info = g_file_query_info_finish (file, result, NULL);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  /* A build may be told to complain about a pipe or a device: only what is a file is opened. */
  if (info == NULL || g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    {
      g_autofree char *name = enclave_utf8_display_name (g_file_peek_path (file));
      g_autofree char *text = g_strdup_printf (_("%s is not there"), name);

      enclave_last_toast_show (self->note, text, NULL);
      return;
    }
  _enclave_window_hide_review (self);
  _enclave_window_hide_activity (self);
  enclave_editor_pane_open (self->editor, file, location->line, location->column);
  _enclave_window_focus_pane (self, ENCLAVE_PANE_EDITOR);
}

static void
open_location_cb (EnclaveWindow *self, const char *path, guint line, guint column)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  Location *location = g_new0 (Location, 1);

  location->window = g_object_ref (self);
  location->line = line;
  location->column = column;
  g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT, self->cancellable,
                           location_looked_cb, location);
}

static void
open_address_cb (EnclaveWindow *self, const char *address)
{
  _enclave_window_ask_link (self, address);
}

static char *
dup_notification_id (EnclaveWindow *self)
{
  return g_strdup_printf ("command-%u", gtk_application_window_get_id (GTK_APPLICATION_WINDOW (self)));
}

/* That one has ended and how, and nothing of what it was: who sees the screen, locked or not, is not known. */
static void
command_ended_cb (EnclaveWindow *self, int status, gint64 span_us)
{
  GApplication *application = G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
  guint seconds = self->settings != NULL ? g_settings_get_uint (self->settings, "notify-command-seconds") : 0;
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *id = NULL;

  if (application == NULL || seconds == 0 || span_us < (gint64) seconds * G_USEC_PER_SEC
      || gtk_window_is_active (GTK_WINDOW (self)))
    return;

  notification = g_notification_new (status == 0 ? _("A command has ended") : _("A command has failed"));
  if (self->project != NULL)
    g_notification_set_body (notification, enclave_project_get_name (self->project));
  id = dup_notification_id (self);
  self->command_notified = TRUE;
  g_application_send_notification (application, id, notification);
  _enclave_window_sound (self);
}

static void
task_allowed_cb (EnclaveWindow *self, const char *command)
{
  g_auto (GStrv) allowed = NULL;
  g_autoptr (GStrvBuilder) builder = NULL;
  g_auto (GStrv) now = NULL;

  if (self->project_settings == NULL)
    return;

  allowed = g_settings_get_strv (self->project_settings, "allowed-tasks");
  if (g_strv_contains ((const char *const *) allowed, command))
    return;
  builder = g_strv_builder_new ();
  g_strv_builder_addv (builder, (const char **) allowed);
  g_strv_builder_add (builder, command);
  now = g_strv_builder_end (builder);
  g_settings_set_strv (self->project_settings, "allowed-tasks", (const char *const *) now);
}

/* What the person has set, else what the files at the root tell. (transfer full) (nullable) */
static char *
dup_command (EnclaveWindow *self, const char *key)
{
  g_autofree char *set = self->project_settings != NULL ? g_settings_get_string (self->project_settings, key) : NULL;
  g_autoptr (GPtrArray) found = NULL;

  if (set != NULL && *set != '\0')
    return g_steal_pointer (&set);

  found = enclave_task_detector_list (enclave_project_get_path (self->project));
  for (guint i = 0; i < found->len; i++)
    {
      const EnclaveDetectedTask *task = g_ptr_array_index (found, i);
      const char *line = strcmp (key, "task-build") == 0 ? task->build : strcmp (key, "task-run") == 0 ? task->run : task->test;

      if (line != NULL)
        return g_strdup (line);
    }

  return NULL;
}

static void
run_task (EnclaveWindow *self, const char *key, const char *title, const char *none)
{
  g_autofree char *command = NULL;
  g_auto (GStrv) allowed = NULL;
  gboolean is_allowed;

  if (self->project == NULL)
    return;

  command = dup_command (self, key);
  if (command == NULL)
    {
      self->task_wanted = key;
      enclave_last_toast_show (self->note, none, NULL);
      g_action_group_activate_action (G_ACTION_GROUP (self), "set-task", NULL);
      return;
    }
  if (self->project_settings != NULL)
    allowed = g_settings_get_strv (self->project_settings, "allowed-tasks");
  is_allowed = allowed != NULL && g_strv_contains ((const char *const *) allowed, command);

  if (!_enclave_window_pane_is_shown (self, ENCLAVE_PANE_TERMINAL))
    _enclave_window_toggle_pane (self, ENCLAVE_PANE_TERMINAL);
  _enclave_window_set_stepped (self, NULL);
  enclave_terminal_pane_run_task (self->terminal, title, command, is_allowed);
}

static void
task_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);
  const char *name = g_action_get_name (G_ACTION (action));

  if (strcmp (name, "build") == 0)
    run_task (self, "task-build", _("Build"), _("No file here tells how this project is built"));
  else if (strcmp (name, "run") == 0)
    run_task (self, "task-run", _("Run"), _("No file here tells how this project is run"));
  else
    run_task (self, "task-test", _("Tests"), _("No file here tells how this project is tested"));
}

static void
set_task_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);

  if (self->service == NULL)
    return;
  _enclave_window_show_project_page (self);
  if (self->project_page != NULL)
    enclave_project_page_focus_task (self->project_page, self->task_wanted != NULL ? self->task_wanted : "task-build");
}

/* What is selected in the editor, else the line of the caret. It waits at the prompt: the person presses Enter. */
static void
send_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);
  GtkSourceView *view = enclave_editor_pane_get_view (self->editor);
  g_autofree char *text = NULL;
  GtkTextBuffer *buffer;
  GtkTextIter start;
  GtkTextIter end;
  gsize length;

  if (view == NULL)
    {
      enclave_last_toast_show (self->note, _("No file is open to send text from"), NULL);
      return;
    }
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  if (!gtk_text_buffer_get_selection_bounds (buffer, &start, &end))
    {
      gtk_text_buffer_get_iter_at_mark (buffer, &start, gtk_text_buffer_get_insert (buffer));
      gtk_text_iter_set_line_offset (&start, 0);
      end = start;
      if (!gtk_text_iter_ends_line (&end))
        gtk_text_iter_forward_to_line_end (&end);
    }
  text = gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
  for (length = strlen (text); length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r');)
    text[--length] = '\0';
  if (length == 0)
    return;
  _enclave_window_focus_pane (self, ENCLAVE_PANE_TERMINAL);
  enclave_terminal_pane_type_command (self->terminal, text);
}

static void
stop_task_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);

  if (!enclave_terminal_pane_stop_task (self->terminal))
    enclave_last_toast_show (self->note, _("No task is running"), NULL);
}

static void
state_cb (EnclaveWindow *self)
{
  enclave_terminal_pane_set_calm (self->terminal, enclave_agent_service_get_state (self->service) == ENCLAVE_TURN_STREAMING);
}

/* Tokens are drawn before a flood of output is. */
void
_enclave_window_calm_terminal (EnclaveWindow *self)
{
  g_signal_connect_object (self->service, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
}

static void
active_cb (EnclaveWindow *self)
{
  GApplication *application = G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
  g_autofree char *id = dup_notification_id (self);

  if (self->command_notified && application != NULL && gtk_window_is_active (GTK_WINDOW (self)))
    {
      self->command_notified = FALSE;
      g_application_withdraw_notification (application, id);
    }
}

static void
profiles_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (user_data));

  if (ENCLAVE_IS_APPLICATION (application))
    enclave_application_show_preferences (ENCLAVE_APPLICATION (application), "terminal", GTK_WINDOW (user_data));
}

void
_enclave_window_connect_terminal (EnclaveWindow *self)
{
  static const GActionEntry entries[] = {
    { "ask-about-output", ask_about_output_cb },
    { "terminal-profiles", profiles_cb },
    { "build", task_cb },
    { "run", task_cb },
    { "test", task_cb },
    { "stop-task", stop_task_cb },
    { "set-task", set_task_cb },
    { "send-to-terminal", send_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  _enclave_window_install_stepping (self);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (active_cb), NULL);
  g_signal_connect_swapped (self->terminal, "open-location", G_CALLBACK (open_location_cb), self);
  g_signal_connect_swapped (self->terminal, "open-address", G_CALLBACK (open_address_cb), self);
  g_signal_connect_swapped (self->terminal, "command-ended", G_CALLBACK (command_ended_cb), self);
  g_signal_connect_swapped (self->terminal, "task-allowed", G_CALLBACK (task_allowed_cb), self);
  g_signal_connect_swapped (self->terminal, "ask-about-task", G_CALLBACK (ask_about_task_cb), self);
}
