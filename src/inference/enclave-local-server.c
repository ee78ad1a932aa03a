/* enclave-local-server.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-local-server-private.h"

#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "enclave-limits.h"
#include "enclave-load-log.h"
#include "enclave-server-private.h"
#include "enclave-service-folder.h"
#include "enclave-service-process.h"

#define CHECK_TIMEOUT_MS 5000
/* What was read is no more than almost all: it is the server that says when it is ready. */
#define MOST_FRACTION 0.99
/* A program that draws dots has begun by then. */
#define DOTS_WITHIN_MS 2000

enum
{
  PROP_0,
  PROP_STATE,
  PROP_MESSAGE,
  PROP_FRACTION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (EnclaveLocalServer, enclave_local_server, G_TYPE_OBJECT)

static void
set_fraction (EnclaveLocalServer *self, double fraction)
{
  if (self->fraction == fraction)
    return;
  self->fraction = fraction;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
}

void
_enclave_local_server_settle (EnclaveLocalServer *self, EnclaveLocalServerState state, const char *message)
{
  if (g_strcmp0 (self->message, message) != 0)
    {
      g_free (self->message);
      self->message = g_strdup (message);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
    }
  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
}

static void
forget_process (EnclaveLocalServer *self)
{
  if (self->process == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->process, self);
  g_clear_object (&self->process);
}

/* Ends what runs and takes away what was made for it; the log stays. */
void
_enclave_local_server_clear (EnclaveLocalServer *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->checking = FALSE;
  forget_process (self);
  if (self->server != NULL)
    enclave_server_list_remove (self->servers, self->server);
  g_clear_object (&self->server);
  if (self->folder != NULL)
    enclave_service_folder_remove (self->folder);
  g_clear_pointer (&self->folder, g_free);
}

void
_enclave_local_server_fail (EnclaveLocalServer *self, const char *message)
{
  _enclave_local_server_clear (self);
  _enclave_local_server_settle (self, ENCLAVE_LOCAL_SERVER_FAILED, message);
}

static void
enclave_local_server_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EnclaveLocalServer *self = ENCLAVE_LOCAL_SERVER (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, self->message);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, self->fraction);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_local_server_dispose (GObject *object)
{
  EnclaveLocalServer *self = ENCLAVE_LOCAL_SERVER (object);

  _enclave_local_server_clear (self);
  g_clear_object (&self->servers);
  G_OBJECT_CLASS (enclave_local_server_parent_class)->dispose (object);
}

static void
enclave_local_server_finalize (GObject *object)
{
  EnclaveLocalServer *self = ENCLAVE_LOCAL_SERVER (object);

  g_clear_object (&self->model);
  g_clear_pointer (&self->log, enclave_load_log_free);
  g_string_free (self->help, TRUE);
  g_free (self->program);
  g_free (self->name);
  g_free (self->store);
  g_free (self->message);
  G_OBJECT_CLASS (enclave_local_server_parent_class)->finalize (object);
}

static void
enclave_local_server_class_init (EnclaveLocalServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = enclave_local_server_get_property;
  object_class->dispose = enclave_local_server_dispose;
  object_class->finalize = enclave_local_server_finalize;

  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, ENCLAVE_LOCAL_SERVER_STOPPED, ENCLAVE_LOCAL_SERVER_FAILED,
                                              ENCLAVE_LOCAL_SERVER_STOPPED, flags);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, "", flags);
  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, -1, 1, -1, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enclave_local_server_init (EnclaveLocalServer *self)
{
  self->message = g_strdup ("");
  self->fraction = -1;
  self->log = enclave_load_log_new ();
  self->help = g_string_new (NULL);
  self->silence_ms = ENCLAVE_LOCAL_SERVER_SILENCE_MS;
}

/* Why it ended. */

/* (transfer full) */
static char *
describe_end (EnclaveLocalServer *self)
{
  g_autofree char *limit = enclave_service_process_dup_limit (self->process);
  int status = enclave_service_process_get_status (self->process);
  gboolean was_ready = self->state == ENCLAVE_LOCAL_SERVER_READY;
  g_autofree char *program = g_path_get_basename (self->program);

  self->out_of_memory = limit != NULL || enclave_load_log_get_problem (self->log) == ENCLAVE_LOAD_OUT_OF_MEMORY
                        || (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
  if (limit != NULL)
    /* Translators: a program, then the limit, such as “more than 4096 MiB of memory” */
    return g_strdup_printf (_ ("%s was ended before it took all memory: %s."), program, limit);
  if (self->out_of_memory && WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL)
    return g_strdup_printf (_ ("The system ended %s, most likely because memory ran out."), program);
  if (self->out_of_memory)
    return g_strdup_printf (_ ("%s ran out of memory."), program);
  if (WIFSIGNALED (status))
    return g_strdup_printf (_ ("%s crashed: %s."), program, g_strsignal (WTERMSIG (status)));
  if (was_ready)
    return g_strdup_printf (_ ("%s ended with status %d."), program, WEXITSTATUS (status));
  if (enclave_load_log_get_problem (self->log) == ENCLAVE_LOAD_BAD_MODEL)
    return g_strdup_printf (_ ("%s can’t load this model file."), program);
  return g_strdup_printf (_ ("%s ended with status %d before it was ready."), program, WEXITSTATUS (status));
}

void
_enclave_local_server_end (EnclaveLocalServer *self)
{
  g_autoptr (GError) error = enclave_service_process_dup_failure (self->process);
  g_autofree char *message = NULL;

  if (error != NULL)
    {
      _enclave_local_server_fail (self, error->message);
      return;
    }
  message = describe_end (self);
  if (self->use_socket && self->state == ENCLAVE_LOCAL_SERVER_LOADING
      && enclave_load_log_get_problem (self->log) == ENCLAVE_LOAD_NO_SOCKET)
    {
      /* Its help promised more than it holds. */
      _enclave_local_server_clear (self);
      self->use_socket = FALSE;
      _enclave_local_server_begin (self);
      return;
    }
  _enclave_local_server_fail (self, message);
}

/* Loading */

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveLocalServer) self = user_data;
  EnclaveServer *server = ENCLAVE_SERVER (source);

  enclave_server_check_finish (server, result);
  if (server != self->server)
    return;
  self->checking = FALSE;
  if (self->state != ENCLAVE_LOCAL_SERVER_LOADING || enclave_server_get_state (server) != ENCLAVE_SERVER_READY)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  set_fraction (self, 1);
  _enclave_local_server_settle (self, ENCLAVE_LOCAL_SERVER_READY, "");
}

static void
update_fraction (EnclaveLocalServer *self)
{
  double told = enclave_load_log_get_fraction (self->log);
  guint64 size = self->model != NULL ? enclave_model_file_get_size (self->model) : 0;

  if (told < 0 && size > 0 && self->bytes_read > 0
      && g_get_monotonic_time () - self->started_at > DOTS_WITHIN_MS * G_GINT64_CONSTANT (1000))
    told = (double) self->bytes_read / (double) size;
  if (told >= 0)
    set_fraction (self, MAX (self->fraction, MIN (told, MOST_FRACTION)));
}

gboolean
_enclave_local_server_tick (gpointer user_data)
{
  EnclaveLocalServer *self = user_data;
  guint64 bytes_read = enclave_service_process_get_bytes_read (self->process);
  gint64 now = g_get_monotonic_time ();

  if (self->heard || bytes_read > self->bytes_read)
    self->active_at = now;
  self->heard = FALSE;
  self->bytes_read = MAX (self->bytes_read, bytes_read);
  update_fraction (self);
  if (now - self->active_at > self->silence_ms * G_GINT64_CONSTANT (1000))
    {
      guint seconds = MAX (self->silence_ms / 1000, 1);
      g_autofree char *program = g_path_get_basename (self->program);
      g_autofree char *message = g_strdup_printf (
        ngettext ("%s has neither read nor said anything for %u second, and is not ready; it was ended.",
                  "%s has neither read nor said anything for %u seconds, and is not ready; it was ended.", seconds),
        program, seconds);

      self->timer = 0;
      _enclave_local_server_fail (self, message);
      return G_SOURCE_REMOVE;
    }
  if (!self->checking)
    {
      self->checking = TRUE;
      enclave_server_check_async (self->server, CHECK_TIMEOUT_MS, self->cancellable, checked_cb, g_object_ref (self));
    }
  return G_SOURCE_CONTINUE;
}

void
_enclave_local_server_hear (EnclaveLocalServer *self, const char *text)
{
  self->heard = TRUE;
  enclave_load_log_feed (self->log, text);
}

void
enclave_local_server_start (EnclaveLocalServer *self, EnclaveServerList *servers)
{
  g_return_if_fail (ENCLAVE_IS_LOCAL_SERVER (self));
  g_return_if_fail (ENCLAVE_IS_SERVER_LIST (servers));

  if (self->state != ENCLAVE_LOCAL_SERVER_STOPPED && self->state != ENCLAVE_LOCAL_SERVER_FAILED)
    return;
  _enclave_local_server_clear (self);
  g_set_object (&self->servers, servers);
  g_clear_pointer (&self->log, enclave_load_log_free);
  self->log = enclave_load_log_new ();
  self->out_of_memory = FALSE;
  self->use_socket = FALSE;
  self->started_at = g_get_monotonic_time ();
  set_fraction (self, -1);
  _enclave_local_server_settle (self, ENCLAVE_LOCAL_SERVER_STARTING, "");
  if (self->model != NULL)
    _enclave_local_server_ask_for_help (self);
  else
    _enclave_local_server_begin (self);
}

void
enclave_local_server_stop (EnclaveLocalServer *self)
{
  g_return_if_fail (ENCLAVE_IS_LOCAL_SERVER (self));

  _enclave_local_server_clear (self);
  _enclave_local_server_settle (self, ENCLAVE_LOCAL_SERVER_STOPPED, "");
}

/* The file's name without its ending and the number of its part. */
static char *
name_of (EnclaveModelFile *model)
{
  g_autofree char *name = g_strdup (enclave_model_file_get_name (model));
  char *part;

  if (g_str_has_suffix (name, ".gguf"))
    name[strlen (name) - strlen (".gguf")] = '\0';
  part = strstr (name, "-00001-of-");
  if (part != NULL && enclave_model_file_get_parts (model)[1] != NULL)
    *part = '\0';
  return g_steal_pointer (&name);
}

EnclaveLocalServer *
enclave_local_server_new_llama (const char *program, EnclaveModelFile *model, guint window)
{
  EnclaveLocalServer *self;

  g_return_val_if_fail (program != NULL && g_path_is_absolute (program), NULL);
  g_return_val_if_fail (ENCLAVE_IS_MODEL_FILE (model), NULL);

  self = g_object_new (ENCLAVE_TYPE_LOCAL_SERVER, NULL);
  self->program = g_strdup (program);
  self->model = g_object_ref (model);
  self->name = name_of (model);
  self->window = window;
  return self;
}

EnclaveLocalServer *
enclave_local_server_new_ollama (const char *program, const char *store)
{
  EnclaveLocalServer *self;

  g_return_val_if_fail (program != NULL && g_path_is_absolute (program), NULL);
  g_return_val_if_fail (store != NULL && g_path_is_absolute (store), NULL);

  self = g_object_new (ENCLAVE_TYPE_LOCAL_SERVER, NULL);
  self->program = g_strdup (program);
  self->store = g_strdup (store);
  self->name = g_strdup (enclave_endpoint_kind_to_name (ENCLAVE_ENDPOINT_OLLAMA));
  return self;
}

EnclaveLocalServerState
enclave_local_server_get_state (EnclaveLocalServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LOCAL_SERVER (self), ENCLAVE_LOCAL_SERVER_STOPPED);
  return self->state;
}

const char *
enclave_local_server_get_message (EnclaveLocalServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LOCAL_SERVER (self), "");
  return self->message;
}

double
enclave_local_server_get_fraction (EnclaveLocalServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LOCAL_SERVER (self), -1);
  return self->fraction;
}

guint
enclave_local_server_get_elapsed_seconds (EnclaveLocalServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LOCAL_SERVER (self), 0);
  return self->started_at > 0 ? (guint) ((g_get_monotonic_time () - self->started_at) / G_USEC_PER_SEC) : 0;
}

gboolean
enclave_local_server_get_ran_out_of_memory (EnclaveLocalServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LOCAL_SERVER (self), FALSE);
  return self->state == ENCLAVE_LOCAL_SERVER_FAILED && self->out_of_memory;
}

char *
enclave_local_server_dup_log (EnclaveLocalServer *self, guint n_lines)
{
  g_return_val_if_fail (ENCLAVE_IS_LOCAL_SERVER (self), NULL);
  return enclave_load_log_dup_last (self->log, n_lines);
}

EnclaveServer *
enclave_local_server_get_server (EnclaveLocalServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LOCAL_SERVER (self), NULL);
  return self->server;
}

const char *
enclave_local_server_get_name (EnclaveLocalServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LOCAL_SERVER (self), "");
  return self->name;
}

gboolean
enclave_local_server_get_is_ollama (EnclaveLocalServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LOCAL_SERVER (self), FALSE);
  return self->model == NULL;
}

void
enclave_local_server_set_limits (EnclaveLocalServer *self, guint silence_ms, guint64 max_memory_bytes)
{
  g_return_if_fail (ENCLAVE_IS_LOCAL_SERVER (self));

  self->silence_ms = silence_ms > 0 ? silence_ms : ENCLAVE_LOCAL_SERVER_SILENCE_MS;
  self->max_memory_bytes = max_memory_bytes;
}
