/* enclave-language-controller-edits.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Renaming, formatting, and fixes that a server offers.
 */

#include "config.h"

#include "enclave-language-controller-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-accessible.h"
#include "enclave-caret-popover.h"
#include "enclave-json.h"


typedef struct
{
  EnclaveLanguageController *controller;
  EnclaveLanguageServer *server;
  GWeakRef editor;
  char *path;
  EnclaveLanguageSnapshot *snapshot;
  EnclaveLanguagePosition position;
  GPtrArray *actions; /* (nullable): of EnclaveLanguageAction */
} Edit;

/* What a server does that the person has chosen. */
typedef struct
{
  EnclaveLanguageSnapshot *snapshot; /* what it knew then */
  guint n_running;
} Command;

static void
edit_free (Edit *edit)
{
  g_object_unref (edit->controller);
  g_object_unref (edit->server);
  g_weak_ref_clear (&edit->editor);
  g_free (edit->path);
  enclave_language_snapshot_unref (edit->snapshot);
  g_clear_pointer (&edit->actions, g_ptr_array_unref);
  g_free (edit);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Edit, edit_free)

/* (transfer full) (nullable): none can; the person is told. */
static Edit *
edit_new (EnclaveLanguageController *self, const char *capability)
{
  EnclaveLanguageEditor *editor = _enclave_language_controller_get_active (self);
  EnclaveLanguagePosition position;
  EnclaveLanguageServer *server = editor != NULL ? enclave_language_editor_prepare (editor, capability, NULL, &position) : NULL;
  Edit *edit;

  if (server == NULL)
    {
      _enclave_language_controller_say_none (self, _ ("No language server can do that here"));
      return NULL;
    }
  edit = g_new0 (Edit, 1);
  edit->controller = g_object_ref (self);
  edit->server = g_object_ref (server);
  g_weak_ref_init (&edit->editor, editor);
  edit->path = g_strdup (enclave_language_editor_get_path (editor));
  edit->snapshot = _enclave_language_controller_take_snapshot (self, server);
  edit->position = position;
  return edit;
}

/* A popover at the caret with @child, which has the focus until it closes. (transfer none) */
static GtkWidget *
show_popover (Edit *edit, GtkWidget *child, const char *label)
{
  g_autoptr (EnclaveLanguageEditor) editor = g_weak_ref_get (&edit->editor);

  if (editor == NULL)
    {
      g_object_ref_sink (child);
      g_object_unref (child);
      return NULL;
    }
  enclave_language_editor_hide_text (editor);

  return enclave_caret_popover_show (GTK_TEXT_VIEW (enclave_editor_page_get_view (enclave_language_editor_get_page (editor))), child, label);
}

static void
say_error (Edit *edit, const GError *error)
{
  _enclave_language_controller_say (edit->controller, error != NULL ? error->message : _ ("There is nothing to change"));
}

static void
on_renamed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Edit) edit = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = enclave_language_server_request_finish (ENCLAVE_LANGUAGE_SERVER (source), result, &error);

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      say_error (edit, error);
      return;
    }
  _enclave_language_controller_change (edit->controller, edit->server, json_node_get_object (node), edit->snapshot, FALSE);
}

static void
on_rename_activated (GtkEntry *entry, GtkWidget *popover)
{
  Edit *edit = g_object_steal_data (G_OBJECT (popover), "enclave-edit");
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));
  JsonObject *params;

  gtk_popover_popdown (GTK_POPOVER (popover));
  if (edit == NULL || *name == '\0')
    {
      g_clear_pointer (&edit, edit_free);
      return;
    }
  params = enclave_language_server_new_params (edit->server, edit->path, &edit->position);
  json_object_set_string_member (params, "newName", name);
  enclave_language_server_request_async (edit->server, "textDocument/rename", params, NULL, on_renamed, edit);
}

/* The name that the caret is in or at. (transfer full) */
static char *
dup_name (EnclaveLanguageServer *server, const char *path, EnclaveLanguagePosition position)
{
  EnclaveLanguageText *text = enclave_language_server_get_text (server, path);
  g_autofree char *line = enclave_language_text_dup_line (text, position.line);
  const char *at = g_utf8_offset_to_pointer (line, enclave_language_text_get_column (text, position));
  const char *end = at;

  while (at > line)
    {
      const char *before = g_utf8_prev_char (at);

      if (!g_unichar_isalnum (g_utf8_get_char (before)) && *before != '_')
        break;
      at = before;
    }
  while (*end != '\0' && (g_unichar_isalnum (g_utf8_get_char (end)) || *end == '_'))
    end = g_utf8_next_char (end);
  return g_strndup (at, (gsize) (end - at));
}

void
_enclave_language_controller_rename (EnclaveLanguageController *self)
{
  Edit *edit = edit_new (self, "renameProvider");
  g_autofree char *name = edit != NULL ? dup_name (edit->server, edit->path, edit->position) : NULL;
  GtkWidget *entry;
  GtkWidget *popover;

  if (edit == NULL)
    return;
  if (*name == '\0')
    {
      _enclave_language_controller_say (self, _ ("There is no name at the caret"));
      edit_free (edit);
      return;
    }
  entry = gtk_entry_new ();
  gtk_editable_set_text (GTK_EDITABLE (entry), name);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 28);
  enclave_accessible_set_label (entry, _ ("New name"));
  popover = show_popover (edit, entry, _ ("Rename"));
  if (popover == NULL)
    {
      edit_free (edit);
      return;
    }
  g_object_set_data_full (G_OBJECT (popover), "enclave-edit", edit, (GDestroyNotify) edit_free);
  g_signal_connect (entry, "activate", G_CALLBACK (on_rename_activated), popover);
  gtk_widget_grab_focus (entry);
  gtk_editable_select_region (GTK_EDITABLE (entry), 0, -1);
}

/* As an edit of one file. (transfer full) */
static JsonObject *
wrap_edits (Edit *edit, JsonArray *edits)
{
  JsonObject *params = enclave_language_server_new_params (edit->server, edit->path, NULL);
  JsonObject *changes = json_object_new ();
  JsonObject *wrapped = json_object_new ();

  json_object_set_array_member (changes, enclave_json_peek_string (enclave_json_peek_object (params, "textDocument"), "uri"),
                                json_array_ref (edits));
  json_object_set_object_member (wrapped, "changes", changes);
  json_object_unref (params);
  return wrapped;
}

static void
on_formatted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Edit) edit = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = enclave_language_server_request_finish (ENCLAVE_LANGUAGE_SERVER (source), result, &error);
  g_autoptr (JsonObject) wrapped = NULL;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node) || json_array_get_length (json_node_get_array (node)) == 0)
    {
      say_error (edit, error);
      return;
    }
  wrapped = wrap_edits (edit, json_node_get_array (node));
  _enclave_language_controller_change (edit->controller, edit->server, wrapped, edit->snapshot, TRUE);
}

void
_enclave_language_controller_format (EnclaveLanguageController *self)
{
  Edit *edit = edit_new (self, "documentFormattingProvider");
  g_autoptr (EnclaveLanguageEditor) editor = edit != NULL ? g_weak_ref_get (&edit->editor) : NULL;
  EnclaveIndentation indentation;
  JsonObject *params;
  JsonObject *options;

  if (editor == NULL)
    {
      g_clear_pointer (&edit, edit_free);
      return;
    }
  indentation = enclave_editor_page_get_indentation (enclave_language_editor_get_page (editor));
  params = enclave_language_server_new_params (edit->server, edit->path, NULL);
  options = json_object_new ();
  json_object_set_int_member (options, "tabSize", indentation.width);
  json_object_set_boolean_member (options, "insertSpaces", indentation.spaces);
  json_object_set_object_member (params, "options", options);
  enclave_language_server_request_async (edit->server, "textDocument/formatting", params, NULL, on_formatted, edit);
}

static void
on_command (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Edit) edit = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = enclave_language_server_request_finish (ENCLAVE_LANGUAGE_SERVER (source), result, &error);

  _enclave_language_controller_end_command (edit->controller, edit->server);
  if (node == NULL)
    say_error (edit, error);
}

static void
command_free (gpointer data)
{
  Command *command = data;

  enclave_language_snapshot_unref (command->snapshot);
  g_free (command);
}

GHashTable *
_enclave_language_controller_new_commands (void)
{
  return g_hash_table_new_full (NULL, NULL, g_object_unref, command_free);
}

void
_enclave_language_controller_begin_command (EnclaveLanguageController *self, EnclaveLanguageServer *server,
                                            EnclaveLanguageSnapshot *snapshot)
{
  Command *command = g_hash_table_lookup (self->commands, server);

  if (command != NULL)
    {
      /* Which of them an edit is of is not said: it must fit to what was known at the first. */
      command->n_running++;
      return;
    }
  command = g_new0 (Command, 1);
  command->snapshot = enclave_language_snapshot_ref (snapshot);
  command->n_running = 1;
  g_hash_table_insert (self->commands, g_object_ref (server), command);
}

void
_enclave_language_controller_end_command (EnclaveLanguageController *self, EnclaveLanguageServer *server)
{
  Command *command = g_hash_table_lookup (self->commands, server);

  if (command != NULL && --command->n_running == 0)
    g_hash_table_remove (self->commands, server);
}

EnclaveLanguageSnapshot *
_enclave_language_controller_get_command (EnclaveLanguageController *self, EnclaveLanguageServer *server)
{
  Command *command = g_hash_table_lookup (self->commands, server);

  return command != NULL ? command->snapshot : NULL;
}

void
_enclave_language_controller_renew_command (EnclaveLanguageController *self, EnclaveLanguageServer *server,
                                            EnclaveLanguageSnapshot *snapshot)
{
  Command *command = g_hash_table_lookup (self->commands, server);

  if (command == NULL)
    return;
  enclave_language_snapshot_unref (command->snapshot);
  command->snapshot = enclave_language_snapshot_ref (snapshot);
}

/* @action: with its edit. Its command, when it has one too, comes behind it. */
static void
do_action (Edit *owned, const EnclaveLanguageAction *action)
{
  g_autoptr (Edit) edit = owned;
  EnclaveLanguageServer *server = edit->server;
  const char *name = action->command != NULL ? enclave_json_peek_string (action->command, "command") : NULL;
  JsonObject *params;
  JsonNode *arguments;

  if (action->edit != NULL
      && !_enclave_language_controller_change (edit->controller, edit->server, action->edit, edit->snapshot, TRUE))
    return;
  if (action->edit == NULL && name == NULL)
    say_error (edit, NULL);
  if (name == NULL)
    return;
  if (action->edit != NULL)
    {
      enclave_language_snapshot_unref (edit->snapshot);
      edit->snapshot = _enclave_language_controller_take_snapshot (edit->controller, edit->server);
    }
  _enclave_language_controller_begin_command (edit->controller, edit->server, edit->snapshot);
  params = json_object_new ();
  arguments = json_object_get_member (action->command, "arguments");
  json_object_set_string_member (params, "command", name);
  if (arguments != NULL)
    json_object_set_member (params, "arguments", json_node_copy (arguments));
  enclave_language_server_request_async (server, "workspace/executeCommand", params, NULL, on_command, g_steal_pointer (&edit));
}

static void
on_resolved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Edit) edit = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = enclave_language_server_request_finish (ENCLAVE_LANGUAGE_SERVER (source), result, &error);
  g_autoptr (JsonNode) list = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();
  g_autoptr (GPtrArray) actions = NULL;

  if (node != NULL)
    json_array_add_element (array, json_node_copy (node));
  json_node_take_array (list, array);
  actions = enclave_language_read_actions (list);
  if (actions->len == 0)
    say_error (edit, error);
  else
    do_action (g_steal_pointer (&edit), g_ptr_array_index (actions, 0));
}

static void
on_fix_chosen (GtkListBox *list, GtkListBoxRow *row, GtkWidget *popover)
{
  Edit *edit = g_object_steal_data (G_OBJECT (popover), "enclave-edit");
  const EnclaveLanguageAction *action;

  gtk_popover_popdown (GTK_POPOVER (popover));
  if (edit == NULL)
    return;
  action = g_ptr_array_index (edit->actions, (guint) gtk_list_box_row_get_index (row));
  if (action->edit == NULL && action->command == NULL && JSON_NODE_HOLDS_OBJECT (action->wire))
    enclave_language_server_request_async (edit->server, "codeAction/resolve", json_object_ref (json_node_get_object (action->wire)), NULL,
                                           on_resolved, edit);
  else
    do_action (edit, action);
}

static void
on_fixes (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Edit) edit = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = enclave_language_server_request_finish (ENCLAVE_LANGUAGE_SERVER (source), result, &error);
  GtkWidget *list;
  GtkWidget *popover;

  edit->actions = enclave_language_read_actions (node);
  if (edit->actions->len == 0)
    {
      _enclave_language_controller_say (edit->controller, error != NULL ? error->message : _ ("No fixes are offered here"));
      return;
    }
  list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_BROWSE);
  enclave_accessible_set_label (list, _ ("Fixes"));
  for (guint i = 0; i < edit->actions->len; i++)
    {
      const EnclaveLanguageAction *action = g_ptr_array_index (edit->actions, i);
      GtkWidget *row = gtk_list_box_row_new ();
      GtkWidget *label = gtk_label_new (action->title);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 60);
      gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
      enclave_accessible_set_label (row, action->title);
      gtk_list_box_append (GTK_LIST_BOX (list), row);
    }
  popover = show_popover (edit, list, _ ("Fixes"));
  if (popover == NULL)
    return;
  g_object_set_data_full (G_OBJECT (popover), "enclave-edit", g_steal_pointer (&edit), (GDestroyNotify) edit_free);
  g_signal_connect (list, "row-activated", G_CALLBACK (on_fix_chosen), popover);
  gtk_widget_grab_focus (GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 0)));
}

/* What is said of the lines that are asked about goes with the question. (transfer full) */
static JsonArray *
new_diagnostics (Edit *edit, guint line)
{
  GPtrArray *all = enclave_language_server_get_diagnostics (edit->server, edit->path);
  JsonArray *array = json_array_new ();

  for (guint i = 0; all != NULL && i < all->len; i++)
    {
      const EnclaveDiagnostic *one = g_ptr_array_index (all, i);

      if (one->range.start.line <= line && one->range.end.line >= line)
        json_array_add_element (array, json_node_copy (one->wire));
    }
  return array;
}

void
_enclave_language_controller_show_fixes (EnclaveLanguageController *self)
{
  Edit *edit = edit_new (self, "codeActionProvider");
  EnclaveLanguageRange range;
  JsonObject *params;
  JsonObject *context;

  if (edit == NULL)
    return;
  range.start = range.end = edit->position;
  params = enclave_language_server_new_params (edit->server, edit->path, NULL);
  context = json_object_new ();
  json_object_set_array_member (context, "diagnostics", new_diagnostics (edit, edit->position.line));
  json_object_set_object_member (params, "range", enclave_language_write_range (&range));
  json_object_set_object_member (params, "context", context);
  enclave_language_server_request_async (edit->server, "textDocument/codeAction", params, NULL, on_fixes, edit);
}
