/* enclave-local-servers.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-local-servers.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "enclave-gguf-header.h"
#include "enclave-machine.h"
#include "enclave-model-fit.h"

#define LEAST_WINDOW 4096

struct _EnclaveLocalServers
{
  GObject parent_instance;

  GSettings *settings; /* (nullable) */
  EnclaveServerList *list;
  EnclaveLocalServer *llama;
  EnclaveLocalServer *ollama;
  GCancellable *cancellable; /* of a model file that is being opened */
  char *problem;
  char *ollama_program; /* NULL: none in PATH */
  gboolean looked_for_ollama;
  gboolean other_ollama; /* one that is not ours answers */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveLocalServers, enclave_local_servers, G_TYPE_OBJECT)

static void
emit_changed (EnclaveLocalServers *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
set_problem (EnclaveLocalServers *self, const char *problem)
{
  g_free (self->problem);
  self->problem = g_strdup (problem);
}

/* A state that people see is that of the list, too: it is asked anew at once. */
static void
state_cb (EnclaveLocalServers *self, GParamSpec *pspec, EnclaveLocalServer *server)
{
  if (enclave_local_server_get_state (server) == ENCLAVE_LOCAL_SERVER_READY)
    enclave_server_list_refresh_async (self->list, NULL, NULL, NULL);
  emit_changed (self);
}

static void
take (EnclaveLocalServers *self, EnclaveLocalServer **place, EnclaveLocalServer *server)
{
  if (*place != NULL)
    {
      g_signal_handlers_disconnect_by_data (*place, self);
      enclave_local_server_stop (*place);
    }
  g_set_object (place, server);
  if (server == NULL)
    return;
  g_signal_connect_swapped (server, "notify::fraction", G_CALLBACK (emit_changed), self);
  g_signal_connect_object (server, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
}

static void
busy_cb (EnclaveLocalServers *self)
{
  gboolean busy = FALSE;
  gboolean other = FALSE;

  g_object_get (self->list, "busy", &busy, NULL);
  if (busy)
    return;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->list)); i++)
    {
      g_autoptr (EnclaveServer) server = g_list_model_get_item (G_LIST_MODEL (self->list), i);

      other |= enclave_server_get_state (server) != ENCLAVE_SERVER_NO_ANSWER
               && enclave_server_get_state (server) != ENCLAVE_SERVER_NOT_A_SERVER
               && enclave_endpoint_get_kind (enclave_server_get_endpoint (server)) == ENCLAVE_ENDPOINT_OLLAMA
               && !enclave_server_get_is_managed (server);
    }
  if (!self->looked_for_ollama)
    self->ollama_program = g_find_program_in_path ("ollama");
  if (other != self->other_ollama || !self->looked_for_ollama)
    {
      self->other_ollama = other;
      self->looked_for_ollama = TRUE;
      emit_changed (self);
    }
}

static void
enclave_local_servers_dispose (GObject *object)
{
  EnclaveLocalServers *self = ENCLAVE_LOCAL_SERVERS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  take (self, &self->llama, NULL);
  take (self, &self->ollama, NULL);
  g_clear_object (&self->list);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (enclave_local_servers_parent_class)->dispose (object);
}

static void
enclave_local_servers_finalize (GObject *object)
{
  EnclaveLocalServers *self = ENCLAVE_LOCAL_SERVERS (object);

  g_free (self->problem);
  g_free (self->ollama_program);
  G_OBJECT_CLASS (enclave_local_servers_parent_class)->finalize (object);
}

static void
enclave_local_servers_class_init (EnclaveLocalServersClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_local_servers_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_local_servers_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
enclave_local_servers_init (EnclaveLocalServers *self)
{
  self->problem = g_strdup ("");
}

EnclaveLocalServers *
enclave_local_servers_new (GSettings *settings, EnclaveServerList *list)
{
  EnclaveLocalServers *self = g_object_new (ENCLAVE_TYPE_LOCAL_SERVERS, NULL);

  g_return_val_if_fail (settings == NULL || G_IS_SETTINGS (settings), self);
  g_return_val_if_fail (ENCLAVE_IS_SERVER_LIST (list), self);

  g_set_object (&self->settings, settings);
  self->list = g_object_ref (list);
  g_signal_connect_object (list, "notify::busy", G_CALLBACK (busy_cb), self, G_CONNECT_SWAPPED);
  return self;
}

EnclaveLocalServer *
enclave_local_servers_get_llama (EnclaveLocalServers *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LOCAL_SERVERS (self), NULL);

  return self->llama;
}

EnclaveLocalServer *
enclave_local_servers_get_ollama (EnclaveLocalServers *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LOCAL_SERVERS (self), NULL);

  return self->ollama;
}

void
enclave_local_servers_start_llama (EnclaveLocalServers *self, const char *program, EnclaveModelFile *model, guint window)
{
  g_autoptr (EnclaveLocalServer) server = NULL;

  g_return_if_fail (ENCLAVE_IS_LOCAL_SERVERS (self));
  g_return_if_fail (program != NULL && ENCLAVE_IS_MODEL_FILE (model));

  if (self->settings != NULL)
    {
      g_settings_set_string (self->settings, "managed-program", program);
      g_settings_set_string (self->settings, "managed-model", enclave_model_file_get_path (model));
      g_settings_set_uint (self->settings, "managed-window", window);
    }
  set_problem (self, "");
  server = enclave_local_server_new_llama (program, model, window);
  take (self, &self->llama, server);
  enclave_local_server_start (server, self->list);
  emit_changed (self);
}

static guint
choose_window (EnclaveModelFile *model, const EnclaveGgufHeader *header)
{
  const EnclaveMachine *machine = enclave_machine_get_default ();
  guint window;

  window = enclave_model_fit_window (enclave_model_file_get_size (model), header->kv_bytes_per_token, header->context_length,
                                     machine->ram_bytes, machine->vram_bytes);
  return window > 0 ? window : LEAST_WINDOW;
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveLocalServers) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveModelFile) model = enclave_model_file_open_finish (result, &error);
  g_autoptr (EnclaveGgufHeader) header = NULL;
  g_autofree char *program = NULL;
  guint window;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  if (model != NULL)
    header = enclave_gguf_header_parse (enclave_model_file_get_head (model), enclave_model_file_get_first_size (model), &error);
  program = enclave_local_servers_dup_program (self);
  if (header == NULL || program == NULL)
    {
      set_problem (self, error != NULL ? error->message : _("There is no llama-server in PATH."));
      emit_changed (self);
      return;
    }
  window = enclave_local_servers_get_window (self);
  enclave_local_servers_start_llama (self, program, model, window > 0 ? window : choose_window (model, header));
}

void
enclave_local_servers_restart_llama (EnclaveLocalServers *self)
{
  g_autofree char *path = NULL;

  g_return_if_fail (ENCLAVE_IS_LOCAL_SERVERS (self));

  if (self->llama != NULL)
    {
      enclave_local_server_start (self->llama, self->list);
      return;
    }
  path = enclave_local_servers_dup_model_path (self);
  if (path == NULL || self->cancellable != NULL)
    return;
  self->cancellable = g_cancellable_new ();
  enclave_model_file_open_async (path, self->cancellable, opened_cb, g_object_ref (self));
}

void
enclave_local_servers_start_as_set (EnclaveLocalServers *self)
{
  g_return_if_fail (ENCLAVE_IS_LOCAL_SERVERS (self));

  if (self->settings != NULL && g_settings_get_boolean (self->settings, "managed-start"))
    enclave_local_servers_restart_llama (self);
}

void
enclave_local_servers_start_ollama (EnclaveLocalServers *self)
{
  const char *set = g_getenv ("OLLAMA_MODELS");
  g_autofree char *store = NULL;
  g_autoptr (EnclaveLocalServer) server = NULL;

  g_return_if_fail (ENCLAVE_IS_LOCAL_SERVERS (self));

  if (!enclave_local_servers_can_start_ollama (self))
    return;
  store = set != NULL && g_path_is_absolute (set) ? g_strdup (set)
                                                  : g_build_filename (g_get_home_dir (), ".ollama", "models", NULL);
  if (g_mkdir_with_parents (store, 0755) != 0)
    g_message ("The folder of Ollama’s models can’t be made: %s: %s", store, g_strerror (errno));
  server = enclave_local_server_new_ollama (self->ollama_program, store);
  take (self, &self->ollama, server);
  enclave_local_server_start (server, self->list);
  emit_changed (self);
}

void
enclave_local_servers_forget_llama (EnclaveLocalServers *self)
{
  static const char *const keys[] = { "managed-program", "managed-model", "managed-window", "managed-start" };

  g_return_if_fail (ENCLAVE_IS_LOCAL_SERVERS (self));

  take (self, &self->llama, NULL);
  set_problem (self, "");
  for (guint i = 0; self->settings != NULL && i < G_N_ELEMENTS (keys); i++)
    g_settings_reset (self->settings, keys[i]);
  emit_changed (self);
}

char *
enclave_local_servers_dup_program (EnclaveLocalServers *self)
{
  g_autofree char *program = NULL;

  g_return_val_if_fail (ENCLAVE_IS_LOCAL_SERVERS (self), NULL);

  if (self->settings != NULL)
    program = g_settings_get_string (self->settings, "managed-program");
  return program != NULL && g_path_is_absolute (program) ? g_steal_pointer (&program) : g_find_program_in_path ("llama-server");
}

char *
enclave_local_servers_dup_model_path (EnclaveLocalServers *self)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (ENCLAVE_IS_LOCAL_SERVERS (self), NULL);

  if (self->settings != NULL)
    path = g_settings_get_string (self->settings, "managed-model");
  return path != NULL && g_path_is_absolute (path) ? g_steal_pointer (&path) : NULL;
}

guint
enclave_local_servers_get_window (EnclaveLocalServers *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LOCAL_SERVERS (self), 0);

  return self->settings != NULL ? g_settings_get_uint (self->settings, "managed-window") : 0;
}

const char *
enclave_local_servers_get_problem (EnclaveLocalServers *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LOCAL_SERVERS (self), "");

  return self->problem;
}

gboolean
enclave_local_servers_can_start_ollama (EnclaveLocalServers *self)
{
  EnclaveLocalServerState state;

  g_return_val_if_fail (ENCLAVE_IS_LOCAL_SERVERS (self), FALSE);

  state = self->ollama != NULL ? enclave_local_server_get_state (self->ollama) : ENCLAVE_LOCAL_SERVER_STOPPED;
  return self->ollama_program != NULL && !self->other_ollama
         && (state == ENCLAVE_LOCAL_SERVER_STOPPED || state == ENCLAVE_LOCAL_SERVER_FAILED);
}
