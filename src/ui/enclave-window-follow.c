/* enclave-window-follow.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the person wants it, the editor shows the file that the agent has just read or written. The focus stays where it is, and whoever
 * works in the editor is left alone.
 */

#include "config.h"

#include "enclave-json.h"
#include "enclave-window-private.h"

#define KEY "follow-agent"

/* The line that was asked for. */
static guint
get_line (EnclaveToolCall *call)
{
  const char *text = enclave_tool_call_get_arguments (call);
  g_autoptr (JsonObject) arguments = text != NULL ? enclave_json_parse_object (text, -1, NULL) : NULL;
  gint64 line = arguments != NULL ? enclave_json_get_int (arguments, "start_line", 0) : 0;

  return line > 0 && line < G_MAXINT ? (guint) line : 0;
}

static gboolean
is_of_a_file (const char *name)
{
  return g_strcmp0 (name, "read_file") == 0 || g_strcmp0 (name, "edit_file") == 0 || g_strcmp0 (name, "write_file") == 0;
}

static void
result_cb (EnclaveWindow *self, EnclaveToolCall *call)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  const char *path = enclave_tool_call_get_subject (call);
  g_autoptr (GFile) file = NULL;
  guint line;

  if (!g_settings_get_boolean (self->settings, KEY) || !is_of_a_file (enclave_tool_call_get_name (call))
      || enclave_tool_call_get_state (call) != ENCLAVE_TOOL_CALL_DONE || path == NULL || *path == '\0')
    return;
  if (focus == NULL || gtk_widget_is_ancestor (focus, GTK_WIDGET (self->editor)) || _enclave_window_in_review (self)
      || _enclave_window_in_activity (self) || !_enclave_window_pane_is_shown (self, ENCLAVE_PANE_EDITOR))
    return;
  file = g_file_resolve_relative_path (enclave_project_get_folder (self->project), path);
  if (!enclave_window_contains (self, file) || !g_file_test (g_file_peek_path (file), G_FILE_TEST_IS_REGULAR))
    return;

  line = get_line (call);
  g_object_ref (focus);
  enclave_editor_pane_open (self->editor, file, line, line > 0 ? 1 : 0);
  gtk_widget_grab_focus (focus);
  g_object_unref (focus);
}

void
_enclave_window_follow_agent (EnclaveWindow *self)
{
  g_autoptr (GAction) action = NULL;

  if (self->settings == NULL)
    return;
  action = g_settings_create_action (self->settings, KEY);
  g_action_map_add_action (G_ACTION_MAP (self), action);
  g_signal_connect_object (self->service, "tool-result", G_CALLBACK (result_cb), self, G_CONNECT_SWAPPED);
}
