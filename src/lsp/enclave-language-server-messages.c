/* enclave-language-server-messages.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a language server is told and asked, and what it says by itself.
 */

#include "config.h"

#include "enclave-language-server-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-rpc-error.h"

/* What Enclave can take, as the protocol says it. Nothing that would let a server make, rename or delete files. */
static const char client_capabilities[]
    = "{\"general\":{\"positionEncodings\":[\"utf-16\"]},"
      "\"workspace\":{\"applyEdit\":true,\"workspaceEdit\":{\"documentChanges\":true},\"configuration\":true,\"workspaceFolders\":true,"
      "\"didChangeWatchedFiles\":{\"dynamicRegistration\":true},"
      "\"symbol\":{\"symbolKind\":{\"valueSet\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26]}}},"
      "\"window\":{\"workDoneProgress\":true},"
      "\"textDocument\":{\"synchronization\":{\"didSave\":true},"
      "\"publishDiagnostics\":{\"versionSupport\":true,\"relatedInformation\":false},"
      "\"hover\":{\"contentFormat\":[\"markdown\",\"plaintext\"]},"
      "\"definition\":{\"linkSupport\":true},\"references\":{},\"rename\":{\"prepareSupport\":false},\"formatting\":{},"
      "\"documentSymbol\":{\"hierarchicalDocumentSymbolSupport\":true},"
      "\"signatureHelp\":{\"signatureInformation\":{\"documentationFormat\":[\"plaintext\"],"
      "\"parameterInformation\":{\"labelOffsetSupport\":true},\"activeParameterSupport\":true}},"
      "\"completion\":{\"contextSupport\":true,\"completionItem\":{\"snippetSupport\":true,\"documentationFormat\":[\"plaintext\"],"
      "\"insertReplaceSupport\":true}},"
      "\"codeAction\":{\"isPreferredSupport\":true,\"dataSupport\":true,\"resolveSupport\":{\"properties\":[\"edit\"]},"
      "\"codeActionLiteralSupport\":{\"codeActionKind\":{\"valueSet\":[\"\",\"quickfix\",\"refactor\",\"source\"]}}}}}";

/* How often what it is at is told of. */
#define PROGRESS_MS 250

/* (transfer full) */
static JsonArray *
new_folders (EnclaveLanguageServer *self)
{
  JsonArray *folders = json_array_new ();
  JsonObject *folder = json_object_new ();
  g_autofree char *uri = _enclave_language_server_dup_uri (self, ".");
  g_autofree char *name = g_path_get_basename (enclave_gate_get_root (self->gate));

  uri[strlen (uri) - strlen ("/.")] = '\0';
  json_object_set_string_member (folder, "uri", uri);
  json_object_set_string_member (folder, "name", g_utf8_validate (name, -1, NULL) ? name : "project");
  json_array_add_object_element (folders, folder);
  return folders;
}

JsonObject *
_enclave_language_server_new_initialize (EnclaveLanguageServer *self)
{
  JsonObject *params = json_object_new ();
  JsonObject *client = json_object_new ();
  JsonArray *folders = new_folders (self);
  g_autoptr (JsonNode) settings = self->kind->settings != NULL ? enclave_json_parse (self->kind->settings, -1, NULL) : NULL;

  json_object_set_string_member (client, "name", "Enclave");
  json_object_set_null_member (params, "processId");
  json_object_set_object_member (params, "clientInfo", client);
  json_object_set_string_member (params, "rootUri", enclave_json_peek_string (enclave_json_array_peek_object (folders, 0), "uri"));
  json_object_set_array_member (params, "workspaceFolders", folders);
  json_object_set_member (params, "capabilities", enclave_json_parse (client_capabilities, -1, NULL));
  if (settings != NULL)
    {
      /* What a server takes at its start has no section around it; see on_configuration(). */
      JsonObject *object = json_node_get_object (settings);
      JsonNode *inner = json_object_get_member (object, self->kind->id);

      json_object_set_member (params, "initializationOptions", json_node_copy (inner != NULL ? inner : settings));
    }
  return params;
}

JsonObject *
_enclave_language_server_new_settings (EnclaveLanguageServer *self)
{
  JsonObject *params = json_object_new ();
  g_autoptr (JsonNode) settings = self->kind->settings != NULL ? enclave_json_parse (self->kind->settings, -1, NULL) : NULL;

  if (settings != NULL)
    json_object_set_member (params, "settings", g_steal_pointer (&settings));
  else
    json_object_set_object_member (params, "settings", json_object_new ());
  return params;
}

/* (transfer full): what the settings of its kind have for @section. */
static JsonNode *
new_setting (EnclaveLanguageServer *self, const char *section)
{
  g_autoptr (JsonNode) settings = self->kind->settings != NULL ? enclave_json_parse (self->kind->settings, -1, NULL) : NULL;
  JsonObject *object = settings != NULL ? json_node_get_object (settings) : NULL;
  JsonNode *found = NULL;
  g_auto (GStrv) words = g_strsplit (section != NULL ? section : "", ".", 8);

  for (guint i = 0; words[i] != NULL && object != NULL; i++)
    {
      found = json_object_get_member (object, words[i]);
      object = found != NULL && JSON_NODE_HOLDS_OBJECT (found) ? json_node_get_object (found) : NULL;
    }
  return found != NULL ? json_node_copy (found) : json_node_new (JSON_NODE_NULL);
}

static JsonNode *
new_configuration (EnclaveLanguageServer *self, JsonObject *params)
{
  JsonArray *items = params != NULL ? enclave_json_peek_array (params, "items") : NULL;
  JsonArray *answers = json_array_new ();
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);

  for (guint i = 0; items != NULL && i < MIN (json_array_get_length (items), 100); i++)
    {
      JsonObject *item = enclave_json_array_peek_object (items, i);

      json_array_add_element (answers, new_setting (self, item != NULL ? enclave_json_peek_string (item, "section") : NULL));
    }
  json_node_take_array (node, answers);
  return node;
}

static void
answer_edit (EnclaveLanguageServer *self, EnclaveRpcMessage *message)
{
  JsonObject *edit = message->params != NULL ? enclave_json_peek_object (message->params, "edit") : NULL;
  JsonObject *result = json_object_new ();
  gboolean taken = edit != NULL && _enclave_language_server_emit_edit (self, edit);

  if (!taken)
    _enclave_language_server_log (self, _ ("The server wanted to change files, which nobody had asked for; it was refused"));
  json_object_set_boolean_member (result, "applied", taken);
  if (self->peer != NULL)
    enclave_rpc_peer_reply (self->peer, message->id, result);
  else
    json_object_unref (result);
}

void
_enclave_language_server_take_request (EnclaveLanguageServer *self, EnclaveRpcMessage *message)
{
  JsonNode *folders;

  if (strcmp (message->method, "workspace/configuration") == 0)
    enclave_rpc_peer_reply_node (self->peer, message->id, new_configuration (self, message->params));
  else if (strcmp (message->method, "workspace/workspaceFolders") == 0)
    {
      folders = json_node_new (JSON_NODE_ARRAY);
      json_node_take_array (folders, new_folders (self));
      enclave_rpc_peer_reply_node (self->peer, message->id, folders);
    }
  else if (strcmp (message->method, "workspace/applyEdit") == 0)
    answer_edit (self, message);
  else if (strcmp (message->method, "client/registerCapability") == 0 || strcmp (message->method, "client/unregisterCapability") == 0)
    {
      _enclave_language_server_watch (self, message->params, strcmp (message->method, "client/unregisterCapability") == 0);
      enclave_rpc_peer_reply_node (self->peer, message->id, NULL);
    }
  else if (strcmp (message->method, "window/workDoneProgress/create") == 0 || g_str_has_suffix (message->method, "/refresh"))
    enclave_rpc_peer_reply_node (self->peer, message->id, NULL);
  else if (strcmp (message->method, "window/showMessageRequest") == 0)
    {
      const char *text = message->params != NULL ? enclave_json_peek_string (message->params, "message") : NULL;

      /* A question that pops up is no answer to anything that the person did. */
      _enclave_language_server_log (self, text != NULL ? text : "");
      enclave_rpc_peer_reply_node (self->peer, message->id, NULL);
    }
  else
    enclave_rpc_peer_reply_error (self->peer, message->id, ENCLAVE_RPC_CODE_METHOD_NOT_FOUND, "Method not found");
}

void
_enclave_language_server_drop_diagnostics (EnclaveLanguageServer *self)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer path;

  g_hash_table_iter_init (&iter, self->diagnostics);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    g_ptr_array_add (paths, g_strdup (path));
  g_hash_table_remove_all (self->diagnostics);
  self->n_diagnostics = 0;
  for (guint i = 0; i < paths->len; i++)
    _enclave_language_server_emit_diagnostics (self, g_ptr_array_index (paths, i));
}

void
_enclave_language_server_keep_diagnostics (EnclaveLanguageServer *self, const char *path, GPtrArray *diagnostics)
{
  GPtrArray *before = g_hash_table_lookup (self->diagnostics, path);

  if (before == NULL && diagnostics->len == 0)
    {
      g_ptr_array_unref (diagnostics);
      return;
    }
  if (before != NULL)
    {
      self->n_diagnostics -= before->len;
      g_hash_table_remove (self->diagnostics, path);
    }
  if (diagnostics->len > 0 && self->n_diagnostics + diagnostics->len <= ENCLAVE_LANGUAGE_MAX_ALL_DIAGNOSTICS
      && g_hash_table_size (self->diagnostics) < ENCLAVE_LANGUAGE_MAX_FILES)
    {
      self->n_diagnostics += diagnostics->len;
      g_hash_table_insert (self->diagnostics, g_strdup (path), diagnostics);
    }
  else
    g_ptr_array_unref (diagnostics);
  _enclave_language_server_emit_diagnostics (self, path);
}

void
_enclave_language_server_move_diagnostics (EnclaveLanguageServer *self, const char *path, EnclaveLanguageText *before,
                                           EnclaveLanguageText *after)
{
  GPtrArray *known = g_hash_table_lookup (self->diagnostics, path);

  if (known == NULL)
    return;
  g_hash_table_insert (self->diagnostics, g_strdup (path), enclave_diagnostic_move_all (known, before, after));
  _enclave_language_server_emit_diagnostics (self, path);
}

static void
take_diagnostics (EnclaveLanguageServer *self, JsonObject *params)
{
  const char *uri = enclave_json_peek_string (params, "uri");
  g_autofree char *path = uri != NULL ? enclave_language_server_dup_path (self, uri) : NULL;
  EnclaveLanguageDocument *document = path != NULL ? g_hash_table_lookup (self->documents, path) : NULL;
  gint64 version = enclave_json_get_int (params, "version", -1);
  g_autoptr (GPtrArray) diagnostics = NULL;

  if (path == NULL)
    return;
  diagnostics = enclave_diagnostic_read_all (enclave_json_peek_array (params, "diagnostics"));
  if (_enclave_language_server_look_take (self, path, version, diagnostics))
    return;
  /* Of a text that is not there any more: those of the newer one follow. */
  if (document != NULL && version >= 0 && version != document->version)
    return;
  if (document != NULL)
    document->told_of = document->version;
  _enclave_language_server_keep_diagnostics (self, path, g_steal_pointer (&diagnostics));
}

static gboolean
on_progress_due (gpointer user_data)
{
  EnclaveLanguageServer *self = user_data;

  self->progress_timer = 0;
  _enclave_language_server_emit_progress (self);
  return G_SOURCE_REMOVE;
}

/* A server that goes through a large project says so for each file: nobody reads that fast. */
static void
take_progress (EnclaveLanguageServer *self, JsonObject *params)
{
  JsonObject *value = enclave_json_peek_object (params, "value");
  const char *kind = value != NULL ? enclave_json_peek_string (value, "kind") : NULL;
  const char *title = value != NULL ? enclave_json_peek_string (value, "title") : NULL;
  const char *message = value != NULL ? enclave_json_peek_string (value, "message") : NULL;
  g_autofree char *text = NULL;
  g_autofree char *clean = NULL;

  if (g_strcmp0 (kind, "end") != 0)
    {
      if (title == NULL && message == NULL)
        return;
      text = g_strconcat (title != NULL ? title : "", title != NULL && message != NULL ? " " : "", message != NULL ? message : "", NULL);
      clean = enclave_language_clean (text, ENCLAVE_LANGUAGE_LABEL_BYTES);
    }
  if (g_strcmp0 (clean, self->progress) == 0)
    return;
  g_free (self->progress);
  self->progress = g_steal_pointer (&clean);
  if (self->progress_timer == 0)
    self->progress_timer = g_timeout_add (PROGRESS_MS, on_progress_due, self);
}

void
_enclave_language_server_take_notification (EnclaveLanguageServer *self, EnclaveRpcMessage *message)
{
  const char *text;

  if (message->params == NULL || self->state != ENCLAVE_LANGUAGE_SERVER_READY)
    return;
  text = enclave_json_peek_string (message->params, "message");
  if (strcmp (message->method, "textDocument/publishDiagnostics") == 0)
    take_diagnostics (self, message->params);
  else if (strcmp (message->method, "$/progress") == 0)
    take_progress (self, message->params);
  else if ((strcmp (message->method, "window/logMessage") == 0 || strcmp (message->method, "window/showMessage") == 0) && text != NULL)
    _enclave_language_server_log (self, text);
}

GPtrArray *
enclave_language_server_get_diagnostics (EnclaveLanguageServer *self, const char *path)
{
  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self) && path != NULL, NULL);

  return g_hash_table_lookup (self->diagnostics, path);
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *
enclave_language_server_list_paths (EnclaveLanguageServer *self)
{
  GPtrArray *paths;
  GHashTableIter iter;
  gpointer path;

  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self), NULL);

  paths = g_ptr_array_new ();
  g_hash_table_iter_init (&iter, self->diagnostics);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    g_ptr_array_add (paths, path);
  g_ptr_array_sort (paths, compare_paths);
  return paths;
}

/* (nullable): not said, false or null. */
static JsonNode *
find_capability (EnclaveLanguageServer *self, const char *capability)
{
  JsonNode *node = self->capabilities != NULL ? json_object_get_member (self->capabilities, capability) : NULL;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node) || (JSON_NODE_HOLDS_VALUE (node) && !json_node_get_boolean (node)))
    return NULL;
  return node;
}

gboolean
enclave_language_server_can (EnclaveLanguageServer *self, const char *capability)
{
  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self) && capability != NULL, FALSE);

  return self->state == ENCLAVE_LANGUAGE_SERVER_READY && find_capability (self, capability) != NULL;
}

char *
enclave_language_server_dup_triggers (EnclaveLanguageServer *self, const char *capability)
{
  GString *triggers = g_string_new (NULL);
  JsonNode *node;
  JsonArray *words;

  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self) && capability != NULL, NULL);

  node = find_capability (self, capability);
  words = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? enclave_json_peek_array (json_node_get_object (node), "triggerCharacters") : NULL;
  for (guint i = 0; words != NULL && i < MIN (json_array_get_length (words), 64); i++)
    {
      const char *word = enclave_json_array_peek_string (words, i);

      if (word != NULL && g_utf8_strlen (word, -1) == 1)
        g_string_append (triggers, word);
    }
  return g_string_free (triggers, FALSE);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveLanguageServer *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  JsonNode *node = enclave_rpc_peer_request_finish (ENCLAVE_RPC_PEER (source), result, &error);

  if (GPOINTER_TO_INT (g_task_get_task_data (task)) && self->n_commands > 0)
    self->n_commands--;
  if (node != NULL || g_error_matches (error, ENCLAVE_RPC_ERROR, ENCLAVE_RPC_ERROR_REMOTE))
    self->n_silent = 0;
  else if (g_error_matches (error, ENCLAVE_RPC_ERROR, ENCLAVE_RPC_ERROR_TIMED_OUT) && self->peer == ENCLAVE_RPC_PEER (source)
           && ++self->n_silent >= ENCLAVE_LANGUAGE_MAX_SILENT)
    _enclave_language_server_give_up (self, _ ("The server does not answer any more"));
  if (node != NULL)
    g_task_return_pointer (task, node, (GDestroyNotify) json_node_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
enclave_language_server_request_async (EnclaveLanguageServer *self, const char *method, JsonObject *params, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data)
{
  gboolean is_command;
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self));
  g_return_if_fail (method != NULL && params != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_language_server_request_async);
  if (self->state != ENCLAVE_LANGUAGE_SERVER_READY)
    {
      json_object_unref (params);
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, _ ("The language server does not run"));
      g_object_unref (task);
      return;
    }
  is_command = strcmp (method, "workspace/executeCommand") == 0;
  self->n_commands += is_command;
  g_task_set_task_data (task, GINT_TO_POINTER (is_command), NULL);
  enclave_rpc_peer_request_async (self->peer, method, params, self->request_ms, NULL, cancellable, on_answered, task);
}

JsonNode *
enclave_language_server_request_finish (EnclaveLanguageServer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
