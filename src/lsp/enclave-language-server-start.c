/* enclave-language-server-start.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a language server's program is found, started, and talked to.
 */

#include "config.h"

#include "enclave-language-server-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-command-door.h"
#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-utf8.h"

static void
on_exited (EnclaveServiceProcess *process, int wait_status, EnclaveLanguageServer *self)
{
  g_autoptr (GError) failure = enclave_service_process_dup_failure (process);
  g_autofree char *words = NULL;

  if (failure != NULL)
    {
      /* What can't be confined is not tried again and again. */
      _enclave_language_server_let_go (self);
      _enclave_language_server_set_state (self, ENCLAVE_LANGUAGE_SERVER_FAILED, failure->message);
      return;
    }
  words = enclave_service_process_explain_end (process, self->kind->title);
  _enclave_language_server_crashed (self, words);
}

static void
on_skipped (EnclaveRpcInbox *inbox, const char *text, EnclaveLanguageServer *self)
{
  _enclave_language_server_log (self, text);
  if (++self->n_skipped > ENCLAVE_LANGUAGE_MAX_SKIPPED)
    _enclave_language_server_give_up (self, _ ("The server writes what is no message of the protocol"));
}

static void
on_inbox_failed (EnclaveRpcInbox *inbox, const GError *error, EnclaveLanguageServer *self)
{
  /* Translators: what is wrong with it */
  g_autofree char *reason = g_strdup_printf (_ ("The server sent what can’t be read: %s"), error->message);

  _enclave_language_server_give_up (self, reason);
}

static void
on_message (EnclaveRpcInbox *inbox, EnclaveRpcMessage *message, EnclaveLanguageServer *self)
{
  g_autoptr (EnclaveRpcPeer) peer = g_object_ref (self->peer);

  enclave_rpc_peer_receive (peer, message);
}

static void
on_blocked (EnclaveRpcPipe *pipe, EnclaveLanguageServer *self)
{
  _enclave_language_server_give_up (self, _ ("The server does not read what it is sent"));
}

static void
on_errors (EnclaveServiceProcess *process, const char *text, EnclaveLanguageServer *self)
{
  _enclave_language_server_log (self, text);
}

static void
send_message (JsonObject *message, gint64 request_id, gpointer user_data)
{
  EnclaveLanguageServer *self = user_data;

  if (self->pipe != NULL)
    enclave_rpc_pipe_send (self->pipe, message);
}

void
_enclave_language_server_notify (EnclaveLanguageServer *self, const char *method, JsonObject *params)
{
  if (self->peer != NULL)
    enclave_rpc_peer_notify (self->peer, method, params);
  else
    json_object_unref (params);
}

static void
on_given_up (EnclaveRpcPeer *peer, gint64 id, gboolean timed_out, EnclaveLanguageServer *self)
{
  JsonObject *params = json_object_new ();

  json_object_set_int_member (params, "id", id);
  _enclave_language_server_notify (self, "$/cancelRequest", params);
}

static void
on_initialized (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveLanguageServer) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = enclave_rpc_peer_request_finish (ENCLAVE_RPC_PEER (source), result, &error);
  JsonObject *capabilities = NULL;
  g_autofree char *reason = NULL;

  if (self->peer != ENCLAVE_RPC_PEER (source))
    return;
  if (answer != NULL && JSON_NODE_HOLDS_OBJECT (answer))
    capabilities = enclave_json_peek_object (json_node_get_object (answer), "capabilities");
  if (capabilities == NULL)
    {
      /* Translators: what is wrong with it */
      reason = g_strdup_printf (_ ("The server does not start: %s"), error != NULL ? error->message : _ ("its answer can’t be read"));
      _enclave_language_server_give_up (self, reason);
      return;
    }
  self->capabilities = json_object_ref (capabilities);
  self->ready_since = g_get_monotonic_time ();
  _enclave_language_server_notify (self, "initialized", json_object_new ());
  /* Pyright asks for its settings, and begins, only when it is told that they changed. */
  _enclave_language_server_notify (self, "workspace/didChangeConfiguration", _enclave_language_server_new_settings (self));
  _enclave_language_server_set_state (self, ENCLAVE_LANGUAGE_SERVER_READY, NULL);
  _enclave_language_server_tell_all (self);
}

static void
connect_process (EnclaveLanguageServer *self, EnclaveServiceProcess *process)
{
  self->process = process;
  self->root = g_strdup (enclave_service_process_get_workspace (process));
  self->n_skipped = self->n_silent = 0;
  self->inbox = enclave_rpc_inbox_new (ENCLAVE_RPC_FRAMING_CONTENT_LENGTH, ENCLAVE_RPC_MAX_BYTES);
  g_signal_connect (self->inbox, "message", G_CALLBACK (on_message), self);
  g_signal_connect (self->inbox, "skipped", G_CALLBACK (on_skipped), self);
  g_signal_connect (self->inbox, "failed", G_CALLBACK (on_inbox_failed), self);
  g_signal_connect (process, "output", G_CALLBACK (on_errors), self);
  g_signal_connect (process, "exited", G_CALLBACK (on_exited), self);
  self->pipe = enclave_rpc_pipe_new (enclave_service_process_get_output (process), enclave_service_process_get_input (process),
                                     ENCLAVE_RPC_FRAMING_CONTENT_LENGTH, self->inbox, ENCLAVE_LANGUAGE_QUEUE_MAX_BYTES);
  g_signal_connect (self->pipe, "blocked", G_CALLBACK (on_blocked), self);
  self->peer = enclave_rpc_peer_new (send_message, self);
  g_signal_connect_swapped (self->peer, "request", G_CALLBACK (_enclave_language_server_take_request), self);
  g_signal_connect_swapped (self->peer, "notification", G_CALLBACK (_enclave_language_server_take_notification), self);
  g_signal_connect (self->peer, "given-up", G_CALLBACK (on_given_up), self);
  enclave_rpc_peer_request_async (self->peer, "initialize", _enclave_language_server_new_initialize (self), self->start_ms, NULL, NULL,
                                  on_initialized, g_object_ref (self));
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveLanguageServer) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveServiceProcess) process = enclave_command_door_start_service_finish (ENCLAVE_GATE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->state != ENCLAVE_LANGUAGE_SERVER_STARTING
      || self->process != NULL)
    return;
  if (process == NULL)
    {
      _enclave_language_server_let_go (self);
      _enclave_language_server_set_state (self, ENCLAVE_LANGUAGE_SERVER_FAILED, error->message);
      return;
    }
  connect_process (self, g_steal_pointer (&process));
}

/* "NAME=FOLDER": what is in the home folder is shown, and named. */
static void
add_folders (const EnclaveLanguageKind *kind, GStrvBuilder *readable, GStrvBuilder *environment)
{
  g_auto (GStrv) folders = g_strsplit (kind->folders != NULL ? kind->folders : "", " ", -1);
  g_auto (GStrv) values = g_strsplit (kind->environment != NULL ? kind->environment : "", " ", -1);

  for (guint i = 0; folders[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (folders[i], "=", 2);
      g_autofree char *folder = g_strv_length (pair) == 2 ? g_build_filename (g_get_home_dir (), pair[1], NULL) : NULL;
      g_autofree char *variable = folder != NULL ? g_strconcat (pair[0], "=", folder, NULL) : NULL;

      if (folder == NULL || !g_file_test (folder, G_FILE_TEST_IS_DIR))
        continue;
      g_strv_builder_add (readable, folder);
      g_strv_builder_add (environment, variable);
    }
  g_strv_builder_addv (environment, (const char **) values);
}

static void
start_program (EnclaveLanguageServer *self)
{
  g_autoptr (GStrvBuilder) readable_builder = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) environment_builder = g_strv_builder_new ();
  g_auto (GStrv) readable = NULL;
  g_auto (GStrv) environment = NULL;
  EnclavePipedServiceOptions options = { 0 };

  add_folders (self->kind, readable_builder, environment_builder);
  if (self->program->readable != NULL)
    g_strv_builder_addv (readable_builder, (const char **) self->program->readable);
  if (self->readable != NULL)
    g_strv_builder_addv (readable_builder, (const char **) self->readable);
  readable = g_strv_builder_end (readable_builder);
  environment = g_strv_builder_end (environment_builder);
  g_strfreev (self->folders);
  self->folders = g_strdupv (readable);

  options.argv = (const char *const *) self->program->argv;
  options.actor = self->kind->id;
  options.with_workspace = TRUE;
  options.read_only = TRUE;
  options.environment = (const char *const *) environment;
  options.readable = (const char *const *) readable;
  enclave_command_door_start_service_async (self->gate, &options, self->cancellable, on_started, g_object_ref (self));
}

static void on_found (GObject *source, GAsyncResult *result, gpointer user_data);

/* A script of a package needs all of its packages, and Node: it is found once more as what it is. FALSE: it is none. */
static gboolean
find_script (EnclaveLanguageServer *self, const EnclaveInstalledProgram *program)
{
  const char *root = enclave_gate_get_root (self->gate);
  const char *path = program->files->len == 1 ? ((EnclaveProgramFile *) g_ptr_array_index (program->files, 0))->path : NULL;
  g_autoptr (GStrvBuilder) builder = NULL;
  g_auto (GStrv) words = NULL;
  g_auto (GStrv) environment = NULL;

  if (self->is_script || path == NULL || strstr (path, "/node_modules/") == NULL)
    return FALSE;
  self->is_script = TRUE;
  builder = g_strv_builder_new ();
  g_strv_builder_add (builder, "node");
  g_strv_builder_add (builder, path);
  g_strv_builder_addv (builder, (const char **) program->argv + 1);
  words = g_strv_builder_end (builder);
  environment = enclave_language_kind_dup_environment (root);
  enclave_installed_program_locate_async ((const char *const *) words, (const char *const *) environment, root, self->cancellable, on_found,
                                          g_object_ref (self));
  return TRUE;
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveLanguageServer) self = user_data;
  g_autoptr (GError) error = NULL;
  EnclaveInstalledProgram *program = enclave_installed_program_find_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->state != ENCLAVE_LANGUAGE_SERVER_STARTING)
    {
      g_clear_pointer (&program, enclave_installed_program_free);
      return;
    }
  if (program == NULL)
    {
      self->candidate++;
      self->is_script = FALSE;
      if (self->command == NULL && self->candidate < G_N_ELEMENTS (self->kind->commands) && self->kind->commands[self->candidate] != NULL)
        {
          _enclave_language_server_find_program (self);
          return;
        }
      self->only_look = FALSE;
      _enclave_language_server_set_state (self, ENCLAVE_LANGUAGE_SERVER_MISSING, NULL);
      return;
    }
  if (find_script (self, program))
    {
      enclave_installed_program_free (program);
      return;
    }
  g_clear_pointer (&self->program, enclave_installed_program_free);
  self->program = program;
  g_free (self->shown);
  self->shown = enclave_utf8_display_name (program->files->len > 0
                                             ? ((EnclaveProgramFile *) g_ptr_array_index (program->files, program->files->len > 1 ? 1 : 0))->path
                                             : program->argv[0]);
  if (self->only_look)
    {
      self->only_look = FALSE;
      _enclave_language_server_set_state (self, ENCLAVE_LANGUAGE_SERVER_OFF, NULL);
      return;
    }
  start_program (self);
}

void
_enclave_language_server_find_program (EnclaveLanguageServer *self)
{
  const char *root = enclave_gate_get_root (self->gate);
  g_auto (GStrv) words = self->command == NULL ? g_strsplit (self->kind->commands[self->candidate], " ", -1) : g_strdupv (self->command);
  g_auto (GStrv) environment = enclave_language_kind_dup_environment (root);

  enclave_installed_program_locate_async ((const char *const *) words, (const char *const *) environment, root, self->cancellable, on_found,
                                          g_object_ref (self));
}
