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

typedef struct
{
  EnclaveWindow *window;
  guint line;
  guint number;
} Following;

static void
following_free (Following *self)
{
  g_object_unref (self->window);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Following, following_free)

/* Whoever works in the editor is left alone. */
static gboolean
may_show (EnclaveWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  return focus != NULL && !gtk_widget_is_ancestor (focus, GTK_WIDGET (self->editor)) && !_enclave_window_in_review (self)
         && !_enclave_window_in_activity (self) && _enclave_window_pane_is_shown (self, ENCLAVE_PANE_EDITOR);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Following) following = user_data;
  EnclaveWindow *self = following->window;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, NULL);
  g_autoptr (GtkWidget) focus = NULL;

  if (info == NULL || g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR || g_cancellable_is_cancelled (self->cancellable)
      || following->number != self->n_followed || self->project == NULL || !may_show (self))
    return;
  focus = g_object_ref (gtk_window_get_focus (GTK_WINDOW (self)));
  enclave_editor_pane_open (self->editor, G_FILE (source), following->line, following->line > 0 ? 1 : 0);
  gtk_widget_grab_focus (focus);
}

static void
result_cb (EnclaveWindow *self, EnclaveToolCall *call)
{
  const char *path = enclave_tool_call_get_subject (call);
  g_autoptr (GFile) file = NULL;
  Following *following;

  if (!g_settings_get_boolean (self->settings, KEY) || !is_of_a_file (enclave_tool_call_get_name (call))
      || enclave_tool_call_get_state (call) != ENCLAVE_TOOL_CALL_DONE || path == NULL || *path == '\0')
    return;
  if (!may_show (self))
    return;
  file = g_file_resolve_relative_path (enclave_project_get_folder (self->project), path);
  if (!enclave_window_contains (self, file))
    return;

  following = g_new0 (Following, 1);
  following->window = g_object_ref (self);
  following->line = get_line (call);
  following->number = ++self->n_followed;
  g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT, self->cancellable,
                           looked_cb, following);
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
