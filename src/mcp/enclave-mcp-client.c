/* enclave-mcp-client.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-client-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-mcp-error.h"
#include "enclave-rpc-error.h"

enum
{
  CHANGED,
  LOG,
  MESSAGE,
  PROGRESS,
  CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveMcpClient, enclave_mcp_client, G_TYPE_OBJECT)

static void
call_free (gpointer data)
{
  CallInFlight *call = data;

  g_free (call->tool);
  g_free (call);
}

static void
drop_peer (EnclaveMcpClient *self)
{
  if (self->peer == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->peer, self);
  g_clear_object (&self->peer);
}

static void
enclave_mcp_client_dispose (GObject *object)
{
  EnclaveMcpClient *self = ENCLAVE_MCP_CLIENT (object);

  if (self->transport != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->transport, self);
      enclave_mcp_transport_close (self->transport);
    }
  if (self->peer != NULL)
    enclave_rpc_peer_close (self->peer, NULL);
  drop_peer (self);
  g_clear_object (&self->transport);
  g_clear_object (&self->connecting);
  G_OBJECT_CLASS (enclave_mcp_client_parent_class)->dispose (object);
}

static void
enclave_mcp_client_finalize (GObject *object)
{
  EnclaveMcpClient *self = ENCLAVE_MCP_CLIENT (object);

  g_free (self->revision);
  g_clear_pointer (&self->server, json_object_unref);
  g_hash_table_unref (self->calls);
  g_ptr_array_unref (self->asked);
  g_free (self->root_uri);
  g_free (self->root_name);
  G_OBJECT_CLASS (enclave_mcp_client_parent_class)->finalize (object);
}

static void
enclave_mcp_client_class_init (EnclaveMcpClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_mcp_client_dispose;
  object_class->finalize = enclave_mcp_client_finalize;

  signals[CHANGED] = g_signal_new ("changed", ENCLAVE_TYPE_MCP_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                   G_TYPE_STRING);
  signals[LOG] = g_signal_new ("log", ENCLAVE_TYPE_MCP_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                               G_TYPE_STRING);
  signals[MESSAGE] = g_signal_new ("message", ENCLAVE_TYPE_MCP_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                   G_TYPE_UINT, G_TYPE_STRING);
  signals[PROGRESS] = g_signal_new ("progress", ENCLAVE_TYPE_MCP_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4,
                                    G_TYPE_STRING, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_STRING);
  signals[CLOSED] = g_signal_new ("closed", ENCLAVE_TYPE_MCP_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_ERROR);
}

static void
enclave_mcp_client_init (EnclaveMcpClient *self)
{
  self->calls = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, call_free);
  self->asked = g_ptr_array_new ();
  self->call_timeout_ms = ENCLAVE_MCP_CALL_MS;
  self->connect_ms = ENCLAVE_MCP_CONNECT_MS;
}

static void
on_transport_received (EnclaveMcpTransport *transport, EnclaveRpcMessage *message, EnclaveMcpClient *self)
{
  g_autoptr (EnclaveMcpClient) held = g_object_ref (self);

  if (self->peer != NULL)
    enclave_rpc_peer_receive (self->peer, message);
}

static void
on_transport_failed (EnclaveMcpTransport *transport, gint64 id, const GError *error, EnclaveMcpClient *self)
{
  g_autoptr (EnclaveMcpClient) held = g_object_ref (self);

  if (self->peer != NULL)
    enclave_rpc_peer_fail (self->peer, id, error);
}

static void
on_transport_log (EnclaveMcpTransport *transport, const char *line, EnclaveMcpClient *self)
{
  g_signal_emit (self, signals[LOG], 0, line);
}

static void
on_transport_closed (EnclaveMcpTransport *transport, const GError *error, EnclaveMcpClient *self)
{
  g_autoptr (EnclaveMcpClient) held = g_object_ref (self);
  g_autoptr (EnclaveRpcPeer) peer = self->peer != NULL ? g_object_ref (self->peer) : NULL;
  gboolean was_connecting = self->state == CLIENT_CONNECTING;

  self->state = CLIENT_OFF;
  drop_peer (self);
  g_hash_table_remove_all (self->calls);
  enclave_mcp_client_end_questions (self);
  /* Before those that wait: it decides whether they are asked again. */
  if (was_connecting)
    enclave_mcp_client_on_closed_while_connecting (self, error);
  if (peer != NULL)
    enclave_rpc_peer_close (peer, error);
  if (!was_connecting)
    g_signal_emit (self, signals[CLOSED], 0, error);
}

EnclaveMcpClient *
enclave_mcp_client_new (EnclaveMcpTransport *transport, EnclaveMcpEra era)
{
  EnclaveMcpClient *self;

  g_return_val_if_fail (ENCLAVE_IS_MCP_TRANSPORT (transport), NULL);

  self = g_object_new (ENCLAVE_TYPE_MCP_CLIENT, NULL);
  self->transport = g_object_ref (transport);
  self->era = era;
  g_signal_connect (transport, "received", G_CALLBACK (on_transport_received), self);
  g_signal_connect (transport, "failed", G_CALLBACK (on_transport_failed), self);
  g_signal_connect (transport, "log", G_CALLBACK (on_transport_log), self);
  g_signal_connect (transport, "closed", G_CALLBACK (on_transport_closed), self);
  return self;
}

void
enclave_mcp_client_set_elicit (EnclaveMcpClient *self, EnclaveMcpElicit elicit, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_MCP_CLIENT (self));

  self->elicit = elicit;
  self->elicit_data = user_data;
}

void
enclave_mcp_client_set_call_timeout (EnclaveMcpClient *self, guint timeout_ms)
{
  g_return_if_fail (ENCLAVE_IS_MCP_CLIENT (self));

  self->call_timeout_ms = timeout_ms > 0 ? MIN (timeout_ms, ENCLAVE_MCP_CALL_MAX_MS) : ENCLAVE_MCP_CALL_MS;
}

void
enclave_mcp_client_set_log_level (EnclaveMcpClient *self, const EnclaveMcpLogLevel *level)
{
  g_return_if_fail (ENCLAVE_IS_MCP_CLIENT (self));

  self->log_level = level != NULL ? enclave_mcp_log_level_to_word (*level) : NULL;
  if (self->state == CLIENT_READY)
    enclave_mcp_client_send_log_level (self);
}

void
enclave_mcp_client_set_patience (EnclaveMcpClient *self, guint connect_ms)
{
  g_return_if_fail (ENCLAVE_IS_MCP_CLIENT (self));

  self->connect_ms = connect_ms > 0 ? connect_ms : ENCLAVE_MCP_CONNECT_MS;
}

static void
send_message (JsonObject *message, gint64 id, gpointer user_data)
{
  EnclaveMcpClient *self = user_data;

  if (self->transport != NULL)
    enclave_mcp_transport_send (self->transport, message, id, id >= 0 ? self->sending_headers : NULL);
}

static void
on_progress (EnclaveMcpClient *self, JsonObject *params)
{
  gint64 token = enclave_json_get_int (params, "progressToken", 0);
  CallInFlight *call = g_hash_table_lookup (self->calls, &token);
  gint64 left_ms;

  if (call == NULL)
    return;
  left_ms = ENCLAVE_MCP_CALL_MAX_MS - (g_get_monotonic_time () - call->began_us) / 1000;
  if (left_ms > 0)
    enclave_rpc_peer_extend (self->peer, call->rpc_id, (guint) MIN (left_ms, call->timeout_ms));
  g_signal_emit (self, signals[PROGRESS], 0, call->tool, enclave_json_get_double (params, "progress", 0),
                 enclave_json_get_double (params, "total", 0), enclave_json_peek_string (params, "message"));
}

static void
on_log_message (EnclaveMcpClient *self, JsonObject *params)
{
  JsonNode *data = params != NULL ? json_object_get_member (params, "data") : NULL;
  const char *words = enclave_json_peek_string (params, "data");
  const char *logger = enclave_json_peek_string (params, "logger");
  EnclaveMcpLogLevel level = enclave_mcp_log_level_from_word (enclave_json_peek_string (params, "level"));
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;

  if (data == NULL)
    return;
  text = words != NULL ? g_strdup (words) : enclave_json_to_text (data, FALSE);
  line = logger != NULL ? g_strdup_printf ("%s: %s", logger, text) : g_strdup (text);
  g_signal_emit (self, signals[MESSAGE], 0, level, line);
}

static void
on_notification (EnclaveRpcPeer *peer, EnclaveRpcMessage *message, EnclaveMcpClient *self)
{
  if (self->state != CLIENT_READY)
    return;
  if (strcmp (message->method, "notifications/progress") == 0)
    on_progress (self, message->params);
  else if (strcmp (message->method, "notifications/message") == 0)
    on_log_message (self, message->params);
  else if (strcmp (message->method, "notifications/cancelled") == 0)
    enclave_mcp_client_on_taken_back (self, message->params);
  else if (strcmp (message->method, "notifications/tools/list_changed") == 0)
    g_signal_emit (self, signals[CHANGED], 0, "tools");
  else if (strcmp (message->method, "notifications/resources/list_changed") == 0)
    g_signal_emit (self, signals[CHANGED], 0, "resources");
  else if (strcmp (message->method, "notifications/prompts/list_changed") == 0)
    g_signal_emit (self, signals[CHANGED], 0, "prompts");
}

static void
on_given_up (EnclaveRpcPeer *peer, gint64 id, gboolean timed_out, EnclaveMcpClient *self)
{
  JsonObject *params;

  /* A probe, or the handshake itself, is not to be cancelled. */
  if (self->state == CLIENT_READY)
    {
      params = json_object_new ();
      json_object_set_int_member (params, "requestId", id);
      json_object_set_string_member (params, "reason", timed_out ? "It took too long" : "It is no longer wanted");
      enclave_rpc_peer_notify (peer, "notifications/cancelled", self->modern ? enclave_mcp_client_add_meta (self, params, 0) : params);
    }
  enclave_mcp_transport_give_up (self->transport, id);
}

void
enclave_mcp_client_open_peer (EnclaveMcpClient *self)
{
  drop_peer (self);
  self->peer = enclave_rpc_peer_new (send_message, self);
  g_signal_connect (self->peer, "notification", G_CALLBACK (on_notification), self);
  g_signal_connect (self->peer, "request", G_CALLBACK (enclave_mcp_client_on_request), self);
  g_signal_connect (self->peer, "given-up", G_CALLBACK (on_given_up), self);
}

gboolean
enclave_mcp_client_is_connected (EnclaveMcpClient *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_CLIENT (self), FALSE);

  return self->state == CLIENT_READY;
}

void
enclave_mcp_client_close (EnclaveMcpClient *self)
{
  g_return_if_fail (ENCLAVE_IS_MCP_CLIENT (self));

  if (self->state == CLIENT_READY)
    self->state = CLIENT_CLOSING;
  enclave_mcp_client_stop_connecting (self);
  enclave_mcp_transport_close (self->transport);
}

EnclaveMcpTransport *
enclave_mcp_client_get_transport (EnclaveMcpClient *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_CLIENT (self), NULL);

  return self->transport;
}

const char *
enclave_mcp_client_get_revision (EnclaveMcpClient *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_CLIENT (self), NULL);

  return self->revision;
}

static JsonObject *
peek_info (EnclaveMcpClient *self)
{
  JsonObject *info = enclave_json_peek_object (self->server, "serverInfo");

  return info != NULL
           ? info
           : enclave_json_peek_object (enclave_json_peek_object (self->server, "_meta"), "io.modelcontextprotocol/serverInfo");
}

const char *
enclave_mcp_client_get_server_version (EnclaveMcpClient *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_CLIENT (self), NULL);

  return enclave_json_peek_string (peek_info (self), "version");
}

gboolean
enclave_mcp_client_offers (EnclaveMcpClient *self, const char *what)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_CLIENT (self), FALSE);

  return enclave_json_peek_object (enclave_json_peek_object (self->server, "capabilities"), what) != NULL;
}
