/* enclave-local-server-start.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-local-server-private.h"

#include <glib/gi18n.h>
#include <sys/wait.h>

#include "enclave-limits.h"
#include "enclave-llama-arguments.h"
#include "enclave-machine.h"
#include "enclave-service-folder.h"

#define TICK_MS 200
/* In a network of its own no port is taken. */
#define INNER_PORT 8080
#define INNER_ADDRESS "127.0.0.1:8080"
#define OLLAMA_ADDRESS "127.0.0.1:11434"

static GStrv
make_arguments (EnclaveLocalServer *self, const char *socket, const char *key_path)
{
  const EnclaveLlamaOptions options = { .program = self->program, .model = enclave_model_file_get_path (self->model),
                                        .name = self->name, .socket = socket, .key_path = key_path, .window = self->window,
                                        .port = INNER_PORT };

  return enclave_llama_arguments_new (&options, self->help->str, self->use_socket);
}

static gboolean
start_process (EnclaveLocalServer *self, const char *socket, const char *key_path, GError **error)
{
  g_autofree char *models = self->store != NULL ? g_strconcat ("OLLAMA_MODELS=", self->store, NULL) : NULL;
  const char *environment[] = { "OLLAMA_NO_CLOUD=1", "OLLAMA_HOST=" OLLAMA_ADDRESS, models, NULL };
  const char *writable[] = { self->store, NULL };
  const char *serve[] = { self->program, "serve", NULL };
  g_auto (GStrv) arguments = self->model != NULL ? make_arguments (self, socket, key_path) : NULL;
  EnclaveServiceOptions options = { .socket_dir = self->folder, .use_graphics = TRUE, .keep_output = TRUE };

  options.max_memory_bytes = enclave_machine_get_default ()->ram_bytes;
  if (self->max_memory_bytes > 0)
    options.max_memory_bytes = self->max_memory_bytes;
  if (self->model != NULL)
    {
      options.argv = (const char *const *) arguments;
      options.readable = enclave_model_file_get_parts (self->model);
    }
  else
    {
      options.argv = serve;
      options.writable = writable;
      options.environment = environment;
    }
  if (!self->use_socket)
    {
      options.serve_socket = socket;
      options.serve_address = self->model != NULL ? INNER_ADDRESS : OLLAMA_ADDRESS;
    }
  self->process = enclave_service_process_start_with (&options, error);
  if (self->process == NULL)
    return FALSE;
  g_signal_connect_swapped (self->process, "output", G_CALLBACK (_enclave_local_server_hear), self);
  g_signal_connect_swapped (self->process, "exited", G_CALLBACK (_enclave_local_server_end), self);
  return TRUE;
}

static gboolean
begin_or_fail (EnclaveLocalServer *self, GError **error)
{
  g_autofree char *socket = NULL;
  g_autofree char *address = NULL;
  g_autofree char *key_path = NULL;
  g_autofree char *key = NULL;
  EnclaveServer *server;

  self->folder = enclave_service_folder_make ("llm", error);
  if (self->folder == NULL)
    return FALSE;
  socket = g_build_filename (self->folder, "llm.sock", NULL);
  if (!self->use_socket && self->model != NULL && enclave_llama_help_knows (self->help->str, "--api-key-file")
      && (key_path = enclave_service_folder_make_key (self->folder, &key, error)) == NULL)
    return FALSE;
  if (!start_process (self, socket, key_path, error))
    return FALSE;
  address = g_strconcat ("unix:", socket, NULL);
  server = enclave_server_list_add (self->servers, address, key, error);
  if (server == NULL)
    return FALSE;
  self->server = g_object_ref (server);
  enclave_server_set_is_managed (server, TRUE);
  return TRUE;
}

void
_enclave_local_server_begin (EnclaveLocalServer *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->log, enclave_load_log_free);
  self->log = enclave_load_log_new ();
  self->bytes_read = 0;
  self->started_at = self->active_at = g_get_monotonic_time ();
  self->cancellable = g_cancellable_new ();
  if (!begin_or_fail (self, &error))
    {
      _enclave_local_server_fail (self, error->message);
      return;
    }
  self->timer = g_timeout_add (TICK_MS, _enclave_local_server_tick, self);
  _enclave_local_server_settle (self, ENCLAVE_LOCAL_SERVER_LOADING, "");
}

/* What can it do? */

static void
help_output_cb (EnclaveLocalServer *self, const char *text)
{
  enclave_load_log_feed (self->log, text);
  if (self->help->len < ENCLAVE_LOCAL_SERVER_HELP_MAX_BYTES)
    g_string_append (self->help, text);
}

static void
help_exited_cb (EnclaveLocalServer *self)
{
  g_autoptr (GError) error = enclave_service_process_dup_failure (self->process);
  g_autofree char *program = g_path_get_basename (self->program);
  g_autofree char *message = NULL;
  int status = enclave_service_process_get_status (self->process);

  if (error != NULL)
    message = g_strdup (error->message);
  else if (WIFEXITED (status) && WEXITSTATUS (status) >= 126)
    message = g_strdup_printf (_ ("%s can’t be run here."), program);
  else if (!enclave_llama_help_knows (self->help->str, "--host") || !enclave_llama_help_knows (self->help->str, "-m"))
    message = g_strdup_printf (_ ("%s is no llama-server: what it says to --help names neither --host nor -m."), program);
  if (message != NULL)
    {
      _enclave_local_server_fail (self, message);
      return;
    }
  _enclave_local_server_clear (self);
  self->use_socket = enclave_llama_help_knows_sockets (self->help->str);
  _enclave_local_server_begin (self);
}

static gboolean
help_late_cb (gpointer user_data)
{
  EnclaveLocalServer *self = user_data;
  g_autofree char *program = g_path_get_basename (self->program);
  g_autofree char *message = g_strdup_printf (_ ("%s did not say within %d seconds what it can do."), program,
                                              ENCLAVE_LOCAL_SERVER_HELP_MS / 1000);

  self->timer = 0;
  _enclave_local_server_fail (self, message);
  return G_SOURCE_REMOVE;
}

/* In the same box: it is the person's program, but nobody has looked at it. */
void
_enclave_local_server_ask_for_help (EnclaveLocalServer *self)
{
  const char *argv[] = { self->program, "--help", NULL };
  EnclaveServiceOptions options = { .argv = argv, .keep_output = TRUE };
  g_autoptr (GError) error = NULL;

  g_string_truncate (self->help, 0);
  self->folder = enclave_service_folder_make ("llm", &error);
  options.socket_dir = self->folder;
  if (self->folder != NULL)
    self->process = enclave_service_process_start_with (&options, &error);
  if (self->process == NULL)
    {
      _enclave_local_server_fail (self, error->message);
      return;
    }
  g_signal_connect_swapped (self->process, "output", G_CALLBACK (help_output_cb), self);
  g_signal_connect_swapped (self->process, "exited", G_CALLBACK (help_exited_cb), self);
  self->timer = g_timeout_add (ENCLAVE_LOCAL_SERVER_HELP_MS, help_late_cb, self);
}
