/* enclave-mcp-server.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-server-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-limits.h"
#include "enclave-mcp-clean-text.h"
#include "enclave-mcp-error.h"
#include "enclave-mcp-http-transport.h"
#include "enclave-mcp-stdio-transport.h"

#define LOG_LINE_BYTES 500
/* After an end that nobody wanted; doubled each time. */
#define AGAIN_MS 1000
#define AGAIN_MAX_MS 30000
/* One that has lived shorter has died quickly. */
#define QUICK_MS 60000
#define QUICK_MAX 3

enum
{
  PROP_0,
  PROP_STATE,
  PROP_REASON,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint tools_changed;

G_DEFINE_FINAL_TYPE (EnclaveMcpServer, enclave_mcp_server, G_TYPE_OBJECT)

const char *
enclave_mcp_server_state_to_word (EnclaveMcpServerState state)
{
  static const char *const words[] = { "off", "starting", "ready", "failed", "stopping" };

  return (guint) state < G_N_ELEMENTS (words) ? words[state] : "failed";
}

static void
drop_client (EnclaveMcpServer *self)
{
  if (self->client == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->client);
}

static void
enclave_mcp_server_dispose (GObject *object)
{
  EnclaveMcpServer *self = ENCLAVE_MCP_SERVER (object);

  g_clear_handle_id (&self->again, g_source_remove);
  self->verify = NULL;
  self->judge = NULL;
  self->ask = NULL;
  g_clear_object (&self->verifying);
  drop_client (self);
  g_ptr_array_set_size (self->waiting, 0);
  g_clear_object (&self->gate);
  g_clear_object (&self->door);
  G_OBJECT_CLASS (enclave_mcp_server_parent_class)->dispose (object);
}

static void
enclave_mcp_server_finalize (GObject *object)
{
  EnclaveMcpServer *self = ENCLAVE_MCP_SERVER (object);

  g_clear_pointer (&self->entry, enclave_mcp_server_entry_unref);
  g_strfreev (self->argv);
  g_strfreev (self->readable);
  g_free (self->key);
  g_free (self->reason);
  g_free (self->errors);
  g_ptr_array_unref (self->tools);
  g_ptr_array_unref (self->waiting);
  _enclave_mcp_server_clear_log (self);
  g_clear_pointer (&self->messages, enclave_mcp_message_log_free);
  G_OBJECT_CLASS (enclave_mcp_server_parent_class)->finalize (object);
}

static void
enclave_mcp_server_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  EnclaveMcpServer *self = ENCLAVE_MCP_SERVER (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_REASON:
      g_value_set_string (value, self->reason);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
enclave_mcp_server_class_init (EnclaveMcpServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_mcp_server_dispose;
  object_class->finalize = enclave_mcp_server_finalize;
  object_class->get_property = enclave_mcp_server_get_property;

  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, ENCLAVE_MCP_SERVER_STOPPING, 0,
                                              G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL,
                                                 G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  g_signal_new ("progress", ENCLAVE_TYPE_MCP_SERVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4, G_TYPE_STRING, G_TYPE_DOUBLE,
                G_TYPE_DOUBLE, G_TYPE_STRING);
  tools_changed = g_signal_new ("tools-changed", ENCLAVE_TYPE_MCP_SERVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enclave_mcp_server_init (EnclaveMcpServer *self)
{
  self->tools = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_mcp_tool_unref);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  self->log_level = -1;
}

EnclaveMcpServer *
enclave_mcp_server_new (EnclaveGate *gate, EnclaveNetworkDoor *door, EnclaveMcpServerEntry *entry, const char *const *argv,
                        const char *const *readable, const char *key)
{
  EnclaveMcpServer *self;

  g_return_val_if_fail (ENCLAVE_IS_GATE (gate) && ENCLAVE_IS_NETWORK_DOOR (door) && entry != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_MCP_SERVER, NULL);
  self->gate = g_object_ref (gate);
  self->door = g_object_ref (door);
  self->entry = enclave_mcp_server_entry_ref (entry);
  self->argv = argv != NULL ? g_strdupv ((char **) argv) : enclave_mcp_server_entry_dup_argv (entry);
  self->readable = enclave_mcp_server_entry_dup_readable (entry, readable);
  self->messages = enclave_mcp_message_log_new_of (entry, key);
  self->key = g_strdup (key);
  self->is_old = entry->kind == ENCLAVE_MCP_SERVER_SSE;
  return self;
}

void
enclave_mcp_server_set_patience (EnclaveMcpServer *self, guint connect_ms)
{
  g_return_if_fail (ENCLAVE_IS_MCP_SERVER (self));

  self->connect_ms = connect_ms;
}

/* @reason: (transfer full) (nullable). */
static void
set_state (EnclaveMcpServer *self, EnclaveMcpServerState state, char *reason)
{
  gboolean same_reason = g_strcmp0 (reason, self->reason) == 0;

  g_free (self->reason);
  self->reason = reason;
  if (!same_reason)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REASON]);
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/* Answers all that wait. @error: (nullable). */
static void
answer (EnclaveMcpServer *self, const GError *error)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < waiting->len; i++)
    if (error != NULL)
      g_task_return_error (g_ptr_array_index (waiting, i), g_error_copy (error));
    else
      g_task_return_boolean (g_ptr_array_index (waiting, i), TRUE);
}

static void
keep_errors (EnclaveMcpServer *self)
{
  /* one that closes at once has told so, and all has been kept */
  if (self->client == NULL)
    return;
  g_free (self->errors);
  self->errors = enclave_mcp_transport_dup_errors (enclave_mcp_client_get_transport (self->client));
}

static void
fail (EnclaveMcpServer *self, const GError *error)
{
  g_autoptr (EnclaveMcpServer) held = g_object_ref (self);

  keep_errors (self);
  drop_client (self);
  _enclave_mcp_server_add_log (self, ENCLAVE_MCP_LOG_ERROR, error->message);
  set_state (self, ENCLAVE_MCP_SERVER_FAILED, enclave_mcp_clean_line (error->message, LOG_LINE_BYTES));
  answer (self, error);
}

static void begin (EnclaveMcpServer *self);

static gboolean
on_again (gpointer user_data)
{
  EnclaveMcpServer *self = user_data;

  self->again = 0;
  begin (self);
  return G_SOURCE_REMOVE;
}

static void
on_closed (EnclaveMcpClient *client, const GError *error, EnclaveMcpServer *self)
{
  g_autoptr (EnclaveMcpServer) held = g_object_ref (self);
  gboolean was_ready = self->listed;

  if (error == NULL)
    {
      keep_errors (self);
      drop_client (self);
      set_state (self, ENCLAVE_MCP_SERVER_OFF, NULL);
      return;
    }
  if (was_ready && g_get_monotonic_time () - self->ready_us > QUICK_MS * G_TIME_SPAN_MILLISECOND)
    self->n_quick = 0;
  self->n_quick++;
  fail (self, error);
  if (was_ready && self->n_quick < QUICK_MAX && g_error_matches (error, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_ENDED))
    self->again = g_timeout_add (MIN (AGAIN_MS << (self->n_quick - 1), AGAIN_MAX_MS), on_again, self);
}

void
_enclave_mcp_server_take_tools (EnclaveMcpServer *self, GPtrArray *tools)
{
  g_ptr_array_ref (tools);
  g_ptr_array_unref (self->tools);
  self->tools = tools;
  g_signal_emit (self, tools_changed, 0);
}

static void
on_tools (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpServer) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) tools = enclave_mcp_client_list_tools_finish (ENCLAVE_MCP_CLIENT (source), result, &error);

  if (self->client != ENCLAVE_MCP_CLIENT (source) || (self->state != ENCLAVE_MCP_SERVER_STARTING && tools == NULL))
    return;
  if (tools == NULL)
    {
      enclave_mcp_client_close (ENCLAVE_MCP_CLIENT (source));
      fail (self, error);
      return;
    }
  if (self->state == ENCLAVE_MCP_SERVER_STARTING)
    {
      self->listed = TRUE;
      self->ready_us = g_get_monotonic_time ();
      g_ptr_array_unref (self->tools);
      self->tools = g_ptr_array_ref (tools);
      set_state (self, ENCLAVE_MCP_SERVER_READY, NULL);
    }
  _enclave_mcp_server_take_tools (self, tools);
  answer (self, NULL);
}

static void
ask_for_tools (EnclaveMcpServer *self)
{
  enclave_mcp_client_list_tools_async (self->client, NULL, on_tools, g_object_ref (self));
}

static void
on_changed (EnclaveMcpClient *client, const char *what, EnclaveMcpServer *self)
{
  if (self->state == ENCLAVE_MCP_SERVER_READY && strcmp (what, "tools") == 0)
    ask_for_tools (self);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpServer) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean connected = enclave_mcp_client_connect_finish (ENCLAVE_MCP_CLIENT (source), result, &error);

  if (self->client != ENCLAVE_MCP_CLIENT (source))
    return;
  if (connected && enclave_mcp_client_offers (self->client, "tools"))
    ask_for_tools (self);
  else if (connected)
    {
      self->listed = TRUE;
      self->ready_us = g_get_monotonic_time ();
      set_state (self, ENCLAVE_MCP_SERVER_READY, NULL);
      answer (self, NULL);
    }
  else if (self->entry->kind == ENCLAVE_MCP_SERVER_HTTP_OR_SSE && !self->is_old
           && g_error_matches (error, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_REFUSED))
    {
      self->is_old = TRUE;
      drop_client (self);
      begin (self);
    }
  else
    fail (self, error);
}

/* Header lines as pairs. (transfer full) */
static GStrv
split_headers (GStrv lines)
{
  g_autoptr (GStrvBuilder) pairs = g_strv_builder_new ();

  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (lines[i], ":", 2);

      if (parts[0] == NULL || parts[1] == NULL)
        continue;
      g_strv_builder_add (pairs, g_strstrip (parts[0]));
      g_strv_builder_add (pairs, g_strstrip (parts[1]));
    }
  return g_strv_builder_end (pairs);
}

EnclaveGate *
enclave_mcp_server_get_gate (EnclaveMcpServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_SERVER (self), NULL);

  return self->gate;
}

gboolean
enclave_mcp_server_get_options (EnclaveMcpServer *self, EnclavePipedServiceOptions *options)
{
  EnclaveMcpServerEntry *entry;

  g_return_val_if_fail (ENCLAVE_IS_MCP_SERVER (self) && options != NULL, FALSE);

  entry = self->entry;
  if (entry->kind != ENCLAVE_MCP_SERVER_STDIO || self->argv == NULL || self->argv[0] == NULL)
    return FALSE;
  *options = (EnclavePipedServiceOptions) {
    .argv = (const char *const *) self->argv,
    .actor = entry->name,
    .with_workspace = entry->workspace != ENCLAVE_MCP_WORKSPACE_NONE,
    .read_only = entry->workspace != ENCLAVE_MCP_WORKSPACE_WRITE,
    .folder = entry->cwd,
    .environment = (const char *const *) entry->env,
    .unset = (const char *const *) entry->unset,
    .readable = (const char *const *) self->readable,
    .network = (const char *const *) entry->network,
  };
  return TRUE;
}

static EnclaveMcpTransport *
new_transport (EnclaveMcpServer *self, GError **error)
{
  EnclaveMcpServerEntry *entry = self->entry;
  EnclavePipedServiceOptions options;
  g_auto (GStrv) headers = NULL;
  EnclaveMcpHttpTransport *transport;

  if (enclave_mcp_server_get_options (self, &options))
    return ENCLAVE_MCP_TRANSPORT (enclave_mcp_stdio_transport_new (self->gate, &options));
  if (entry->kind == ENCLAVE_MCP_SERVER_STDIO || entry->url == NULL)
    {
      g_set_error_literal (error, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_UNKNOWN, _ ("There is no command to start the server with"));
      return NULL;
    }
  headers = split_headers (entry->headers);
  transport = enclave_mcp_http_transport_new (self->door, entry->url, (const char *const *) headers, self->key, self->is_old,
                                              entry->name, error);
  return transport != NULL ? ENCLAVE_MCP_TRANSPORT (transport) : NULL;
}

static void
on_sent (EnclaveMcpTransport *transport, JsonObject *message, EnclaveMcpServer *self)
{
  enclave_mcp_message_log_add_sent (self->messages, message);
}

static void
on_received (EnclaveMcpTransport *transport, EnclaveRpcMessage *message, EnclaveMcpServer *self)
{
  enclave_mcp_message_log_add_received (self->messages, message);
}

static void
connect_it (EnclaveMcpServer *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveMcpTransport) transport = new_transport (self, &error);

  self->listed = FALSE;
  if (transport == NULL)
    {
      set_state (self, ENCLAVE_MCP_SERVER_FAILED, enclave_mcp_clean_line (error->message, LOG_LINE_BYTES));
      answer (self, error);
      return;
    }
  g_signal_connect_object (transport, "sent", G_CALLBACK (on_sent), self, 0);
  g_signal_connect_object (transport, "received", G_CALLBACK (on_received), self, 0);
  self->client = enclave_mcp_client_new (transport, self->entry->era);
  enclave_mcp_client_set_call_timeout (self->client, self->entry->timeout_ms);
  enclave_mcp_client_set_patience (self->client, self->connect_ms);
  g_signal_connect (self->client, "closed", G_CALLBACK (on_closed), self);
  _enclave_mcp_server_watch_client (self);
  g_signal_connect (self->client, "changed", G_CALLBACK (on_changed), self);
  set_state (self, ENCLAVE_MCP_SERVER_STARTING, NULL);
  enclave_mcp_client_connect_async (self->client, NULL, on_connected, g_object_ref (self));
}

static void
on_verified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpServer) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean verified = g_task_propagate_boolean (G_TASK (result), &error);

  /* It was stopped meanwhile. */
  if (self->verifying == NULL || self->verifying != g_task_get_cancellable (G_TASK (result)))
    return;
  g_clear_object (&self->verifying);
  if (verified)
    {
      connect_it (self);
      return;
    }
  _enclave_mcp_server_add_log (self, ENCLAVE_MCP_LOG_ERROR, error->message);
  set_state (self, ENCLAVE_MCP_SERVER_FAILED, enclave_mcp_clean_line (error->message, LOG_LINE_BYTES));
  answer (self, error);
}

/* Whoever knows what the person has agreed to looks at it before each start, also at one after an end that nobody wanted. */
static void
begin (EnclaveMcpServer *self)
{
  GTask *task;

  if (self->verify == NULL)
    {
      connect_it (self);
      return;
    }
  set_state (self, ENCLAVE_MCP_SERVER_STARTING, NULL);
  self->verifying = g_cancellable_new ();
  task = g_task_new (self, self->verifying, on_verified, g_object_ref (self));
  g_task_set_source_tag (task, begin);
  self->verify (self, task, self->guard_data);
}

void
enclave_mcp_server_start_async (EnclaveMcpServer *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ENCLAVE_IS_MCP_SERVER (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_mcp_server_start_async);
  if (self->state == ENCLAVE_MCP_SERVER_READY)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (self->state == ENCLAVE_MCP_SERVER_STOPPING)
    {
      g_task_return_new_error (task, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_ENDED, _ ("The server is being stopped"));
      return;
    }
  g_ptr_array_add (self->waiting, g_steal_pointer (&task));
  if (self->state == ENCLAVE_MCP_SERVER_STARTING)
    return;
  g_clear_handle_id (&self->again, g_source_remove);
  begin (self);
}

gboolean
enclave_mcp_server_start_finish (EnclaveMcpServer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
enclave_mcp_server_stop (EnclaveMcpServer *self)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (ENCLAVE_IS_MCP_SERVER (self));

  g_clear_handle_id (&self->again, g_source_remove);
  self->n_quick = 0;
  if (self->verifying != NULL)
    {
      g_cancellable_cancel (self->verifying);
      g_clear_object (&self->verifying);
    }
  if (self->client == NULL)
    {
      set_state (self, ENCLAVE_MCP_SERVER_OFF, NULL);
      error = g_error_new_literal (ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_ENDED, _ ("The server was stopped"));
      answer (self, error);
      return;
    }
  if (self->state == ENCLAVE_MCP_SERVER_READY)
    {
      set_state (self, ENCLAVE_MCP_SERVER_STOPPING, NULL);
      enclave_mcp_client_close (self->client);
      return;
    }
  error = g_error_new_literal (ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_ENDED, _ ("The server was stopped"));
  enclave_mcp_client_close (self->client);
  keep_errors (self);
  drop_client (self);
  set_state (self, ENCLAVE_MCP_SERVER_OFF, NULL);
  answer (self, error);
}

const char *
enclave_mcp_server_get_name (EnclaveMcpServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_SERVER (self), NULL);

  return self->entry->name;
}

EnclaveMcpServerState
enclave_mcp_server_get_state (EnclaveMcpServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_SERVER (self), ENCLAVE_MCP_SERVER_OFF);

  return self->state;
}

const char *
enclave_mcp_server_get_reason (EnclaveMcpServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_SERVER (self), NULL);

  return self->reason;
}

EnclaveMcpClient *
enclave_mcp_server_get_client (EnclaveMcpServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_SERVER (self), NULL);

  return self->state == ENCLAVE_MCP_SERVER_READY ? self->client : NULL;
}

char *
enclave_mcp_server_dup_errors (EnclaveMcpServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_SERVER (self), NULL);

  if (self->client != NULL)
    return enclave_mcp_transport_dup_errors (enclave_mcp_client_get_transport (self->client));
  return g_strdup (self->errors != NULL ? self->errors : "");
}

EnclaveMcpMessageLog *
enclave_mcp_server_get_messages (EnclaveMcpServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_SERVER (self), NULL);

  return self->messages;
}

GPtrArray *
enclave_mcp_server_get_tools (EnclaveMcpServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_SERVER (self), NULL);

  return self->tools;
}
