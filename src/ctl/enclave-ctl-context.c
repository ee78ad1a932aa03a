/* enclave-ctl-context.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-ctl-context.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "enclave-checkpoint.h"
#include "enclave-ctl-output.h"
#include "enclave-managed-server.h"
#include "enclave-server-settings.h"
#include "enclave-settings.h"
#include "enclave-tour.h"

#define TOUR_ENDPOINT "tour:"

struct _EnclaveCtlContext
{
  EnclaveCtlArguments *arguments;
  GCancellable *cancellable;
  guint signal_watches[3];
  int signal;
  GAsyncResult *result;
  GSettings *settings;
  gboolean asked_settings;
  EnclaveSandbox *sandbox;
  EnclaveGate *gate;
  EnclaveNetworkDoor *door;
  EnclaveServerList *servers;
  EnclaveManagedServer *engine;
};

static void
on_signal (EnclaveCtlContext *self, int number)
{
  if (self->signal != 0)
    _exit (ENCLAVE_CTL_RUN_SIGNAL_BASE + number);
  self->signal = number;
  g_cancellable_cancel (self->cancellable);
}

static gboolean
on_interrupt (gpointer user_data)
{
  on_signal (user_data, SIGINT);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_terminate (gpointer user_data)
{
  on_signal (user_data, SIGTERM);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_hang_up (gpointer user_data)
{
  on_signal (user_data, SIGHUP);
  return G_SOURCE_CONTINUE;
}

EnclaveCtlContext *
enclave_ctl_context_new (EnclaveCtlArguments *arguments)
{
  EnclaveCtlContext *self = g_new0 (EnclaveCtlContext, 1);

  self->arguments = arguments;
  self->cancellable = g_cancellable_new ();
  self->signal_watches[0] = g_unix_signal_add (SIGINT, on_interrupt, self);
  self->signal_watches[1] = g_unix_signal_add (SIGTERM, on_terminate, self);
  self->signal_watches[2] = g_unix_signal_add (SIGHUP, on_hang_up, self);
  return self;
}

void
enclave_ctl_context_free (EnclaveCtlContext *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->signal_watches); i++)
    g_source_remove (self->signal_watches[i]);
  g_clear_object (&self->gate);
  g_clear_object (&self->servers);
  g_clear_object (&self->door);
  g_clear_object (&self->engine);
  g_clear_object (&self->sandbox);
  g_clear_object (&self->settings);
  g_clear_object (&self->result);
  g_clear_object (&self->cancellable);
  g_free (self);
}

const char *
enclave_ctl_context_get_option (EnclaveCtlContext *self, const char *name)
{
  return enclave_ctl_arguments_get_option (self->arguments, name);
}

const char *const *
enclave_ctl_context_get_words (EnclaveCtlContext *self, guint *n_words)
{
  return enclave_ctl_arguments_get_words (self->arguments, n_words);
}

gboolean
enclave_ctl_context_get_json (EnclaveCtlContext *self)
{
  return enclave_ctl_context_get_option (self, "json") != NULL;
}

GCancellable *
enclave_ctl_context_get_cancellable (EnclaveCtlContext *self)
{
  return self->cancellable;
}

int
enclave_ctl_context_get_signal (EnclaveCtlContext *self)
{
  return self->signal;
}

GSettings *
enclave_ctl_context_get_settings (EnclaveCtlContext *self)
{
  if (!self->asked_settings)
    {
      g_autoptr (GError) error = NULL;

      self->asked_settings = TRUE;
      self->settings = enclave_settings_new (ENCLAVE_APPLICATION_ID, NULL, &error);
      if (self->settings == NULL)
        enclave_ctl_note ("%s", error->message);
    }
  return self->settings;
}

int
enclave_ctl_context_refuse_usage (EnclaveCtlContext *self, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  va_list arguments;

  va_start (arguments, format);
  error = g_error_new_valist (ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_USAGE, format, arguments);
  va_end (arguments);
  return enclave_ctl_report_error (enclave_ctl_context_get_json (self), error);
}

void
enclave_ctl_context_take_result (GObject *source, GAsyncResult *result, gpointer context)
{
  EnclaveCtlContext *self = context;

  g_set_object (&self->result, result);
}

GAsyncResult *
enclave_ctl_context_wait (EnclaveCtlContext *self)
{
  while (self->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return g_steal_pointer (&self->result);
}

void
enclave_ctl_context_wait_for (EnclaveCtlContext *self, const gboolean *flag)
{
  while (!*flag)
    g_main_context_iteration (NULL, TRUE);
}

EnclaveSandbox *
enclave_ctl_context_get_sandbox (EnclaveCtlContext *self)
{
  if (self->sandbox == NULL)
    self->sandbox = enclave_sandbox_new ();
  return self->sandbox;
}

EnclaveGate *
enclave_ctl_context_open_gate (EnclaveCtlContext *self, GError **error)
{
  const char *workspace = enclave_ctl_context_get_option (self, "workspace");
  g_autofree char *folder = g_canonicalize_filename (workspace != NULL ? workspace : ".", NULL);

  g_clear_object (&self->gate);
  self->gate = enclave_gate_new (folder, enclave_ctl_context_get_sandbox (self), error);
  if (self->gate != NULL && enclave_gate_get_recovery_notice (self->gate) != NULL)
    enclave_ctl_note ("%s", enclave_gate_get_recovery_notice (self->gate));
  return self->gate != NULL ? g_object_ref (self->gate) : NULL;
}

void
enclave_ctl_context_close_audit (EnclaveCtlContext *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (self->gate == NULL)
    return;
  enclave_gate_close_audit_async (self->gate, NULL, enclave_ctl_context_take_result, self);
  result = enclave_ctl_context_wait (self);
  enclave_gate_close_audit_finish (self->gate, result);
}

/* The list of the practice engine alone, once it answers. */
static EnclaveServerList *
start_engine (EnclaveCtlContext *self, GError **error)
{
  g_autofree char *socket_path = enclave_tour_socket_path (error);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) local_error = NULL;
  g_auto (GStrv) argv = NULL;

  if (socket_path == NULL)
    return NULL;
  argv = enclave_tour_engine_argv (socket_path);
  enclave_managed_server_start_async ((const char *const *) argv, socket_path, self->door, self->cancellable,
                                      enclave_ctl_context_take_result, self);
  result = enclave_ctl_context_wait (self);
  self->engine = enclave_managed_server_start_finish (result, &local_error);
  if (self->engine != NULL)
    return g_object_ref (enclave_managed_server_get_servers (self->engine));

  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)
      || g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_FAILED))
    g_set_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_OFFLINE,
                 _ ("Starting the practice engine: it does not answer; “enclavectl doctor” tells whether programs can be "
                    "confined here"));
  else
    g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

static gboolean
add_endpoint (EnclaveCtlContext *self, const char *address, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (enclave_server_list_add (self->servers, address, NULL, &local_error) != NULL)
    return TRUE;
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT))
    g_set_error_literal (error, ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_USAGE, local_error->message);
  else
    g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static void
add_from_settings (EnclaveCtlContext *self, const EnclaveServerSettings *wanted)
{
  enclave_server_list_set_discover (self->servers, wanted->discover);
  for (guint i = 0; wanted->addresses[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      if (enclave_server_list_add (self->servers, wanted->addresses[i], NULL, &error) == NULL)
        enclave_ctl_note ("%s", error->message);
    }
}

static gboolean
refresh (EnclaveCtlContext *self, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  enclave_server_list_refresh_async (self->servers, self->cancellable, enclave_ctl_context_take_result, self);
  result = enclave_ctl_context_wait (self);
  return enclave_server_list_refresh_finish (self->servers, result, error);
}

void
enclave_ctl_context_allow_networks (EnclaveNetworkDoor *door, const EnclaveServerSettings *settings)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (ENCLAVE_IS_NETWORK_DOOR (door));
  g_return_if_fail (settings != NULL);

  if (!enclave_network_door_set_allowed (door, (const char *const *) settings->networks, &error))
    enclave_ctl_note (_ ("An allowed network is left out: %s"), error->message);
}

EnclaveServerList *
enclave_ctl_context_find_servers (EnclaveCtlContext *self, GError **error)
{
  const char *endpoint = enclave_ctl_context_get_option (self, "endpoint");
  gboolean is_tour = endpoint != NULL && strcmp (endpoint, TOUR_ENDPOINT) == 0;
  g_autoptr (EnclaveServerSettings) wanted = NULL;

  if (self->servers != NULL)
    return self->servers;

  wanted = enclave_server_settings_read (enclave_ctl_context_get_settings (self));
  if (wanted->problem != NULL)
    enclave_ctl_note ("%s", wanted->problem);
  self->door = enclave_network_door_new ();
  enclave_ctl_context_allow_networks (self->door, wanted);
  if (is_tour)
    return self->servers = start_engine (self, error);

  self->servers = enclave_server_list_new (self->door);
  if (wanted->permitted != NULL)
    enclave_server_list_set_fixed (self->servers, (const char *const *) wanted->permitted);
  if (endpoint != NULL)
    {
      enclave_server_list_set_discover (self->servers, FALSE);
      if (!add_endpoint (self, endpoint, error))
        return NULL;
    }
  else
    add_from_settings (self, wanted);
  return refresh (self, error) ? self->servers : NULL;
}

/* A model that is there but would run elsewhere. */
static EnclaveModelInfo *
find_remote (EnclaveServerList *servers, const char *wanted)
{
  for (guint i = 0; wanted != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (servers)); i++)
    {
      g_autoptr (EnclaveServer) server = g_list_model_get_item (G_LIST_MODEL (servers), i);
      GListModel *models = enclave_server_get_models (server);

      for (guint k = 0; k < g_list_model_get_n_items (models); k++)
        {
          g_autoptr (EnclaveModelInfo) info = g_list_model_get_item (models, k);

          if (enclave_model_info_get_remote (info) && strcmp (enclave_model_info_get_id (info), wanted) == 0)
            return g_steal_pointer (&info);
        }
    }
  return NULL;
}

static GError *
explain_no_model (EnclaveServerList *servers, const char *wanted)
{
  g_autoptr (EnclaveModelInfo) remote = find_remote (servers, wanted);
  g_autoptr (GString) tried = g_string_new (NULL);
  guint n_ready = 0;

  if (remote != NULL)
    return g_error_new (ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL,
                        _ ("Choosing the model %s: its server would send your text elsewhere (%s), so it is refused"),
                        wanted, enclave_model_info_get_remote_host (remote));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (servers)); i++)
    {
      g_autoptr (EnclaveServer) server = g_list_model_get_item (G_LIST_MODEL (servers), i);

      if (enclave_server_get_state (server) == ENCLAVE_SERVER_READY)
        n_ready++;
      if (tried->len > 0)
        g_string_append (tried, ", ");
      g_string_append (tried, enclave_endpoint_get_address (enclave_server_get_endpoint (server)));
      if (enclave_server_get_is_configured (server) && *enclave_server_get_message (server) != '\0')
        g_string_append_printf (tried, " (%s)", enclave_server_get_message (server));
    }
  if (n_ready > 0 && wanted != NULL)
    return g_error_new (ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_MODEL,
                        _ ("Choosing the model %s: no server has it; “enclavectl models” lists what there is"),
                        wanted);
  if (n_ready > 0)
    return g_error_new (ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_MODEL,
                        _ ("Choosing a model: the server has none that can chat on this machine"));
  if (tried->len == 0)
    return g_error_new (ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_OFFLINE,
                        _ ("Looking for a server: no address is set; give one with --endpoint"));
  return g_error_new (ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_OFFLINE,
                      _ ("Looking for a server: none is ready at %s; start one, or give its address with --endpoint"),
                      tried->str);
}

gboolean
enclave_ctl_context_choose_model (EnclaveCtlContext *self, const char *wanted, EnclaveServer **server,
                                  EnclaveModelInfo **model, GError **error)
{
  EnclaveServerList *servers = enclave_ctl_context_find_servers (self, error);
  GSettings *settings = enclave_ctl_context_get_settings (self);

  if (servers == NULL)
    return FALSE;
  if (wanted == NULL)
    wanted = enclave_ctl_context_get_option (self, "model");

  if (wanted == NULL && settings != NULL)
    {
      g_autofree char *last = g_settings_get_string (settings, "model");
      const char *blank = strchr (last, ' ');

      /* A wish only: the server may not have it any more. */
      if (blank != NULL && enclave_server_list_find_model (servers, blank + 1, server, model))
        {
          g_object_ref (*server);
          g_object_ref (*model);
          return TRUE;
        }
    }
  if (!enclave_server_list_find_model (servers, wanted, server, model))
    {
      g_propagate_error (error, explain_no_model (servers, wanted));
      return FALSE;
    }
  g_object_ref (*server);
  g_object_ref (*model);
  return TRUE;
}
