/* enclave-mcp-transport.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-transport.h"

G_DEFINE_INTERFACE (EnclaveMcpTransport, enclave_mcp_transport, G_TYPE_OBJECT)

static void
enclave_mcp_transport_default_init (EnclaveMcpTransportInterface *iface)
{
  g_signal_new ("received", ENCLAVE_TYPE_MCP_TRANSPORT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                ENCLAVE_TYPE_RPC_MESSAGE);
  g_signal_new ("sent", ENCLAVE_TYPE_MCP_TRANSPORT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, JSON_TYPE_OBJECT);
  g_signal_new ("failed", ENCLAVE_TYPE_MCP_TRANSPORT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT64,
                G_TYPE_ERROR);
  g_signal_new ("log", ENCLAVE_TYPE_MCP_TRANSPORT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  g_signal_new ("closed", ENCLAVE_TYPE_MCP_TRANSPORT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

void
enclave_mcp_transport_start_async (EnclaveMcpTransport *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  ENCLAVE_MCP_TRANSPORT_GET_IFACE (self)->start_async (self, cancellable, callback, user_data);
}

gboolean
enclave_mcp_transport_start_finish (EnclaveMcpTransport *self, GAsyncResult *result, GError **error)
{
  return ENCLAVE_MCP_TRANSPORT_GET_IFACE (self)->start_finish (self, result, error);
}

void
enclave_mcp_transport_send (EnclaveMcpTransport *self, JsonObject *message, gint64 request_id, const char *const *headers)
{
  g_signal_emit_by_name (self, "sent", message);
  ENCLAVE_MCP_TRANSPORT_GET_IFACE (self)->send (self, message, request_id, headers);
}

void
enclave_mcp_transport_give_up (EnclaveMcpTransport *self, gint64 request_id)
{
  EnclaveMcpTransportInterface *iface = ENCLAVE_MCP_TRANSPORT_GET_IFACE (self);

  if (iface->give_up != NULL)
    iface->give_up (self, request_id);
}

void
enclave_mcp_transport_set_revision (EnclaveMcpTransport *self, const char *revision, gboolean modern)
{
  EnclaveMcpTransportInterface *iface = ENCLAVE_MCP_TRANSPORT_GET_IFACE (self);

  if (iface->set_revision != NULL)
    iface->set_revision (self, revision, modern);
}

void
enclave_mcp_transport_listen (EnclaveMcpTransport *self)
{
  EnclaveMcpTransportInterface *iface = ENCLAVE_MCP_TRANSPORT_GET_IFACE (self);

  if (iface->listen != NULL)
    iface->listen (self);
}

void
enclave_mcp_transport_close (EnclaveMcpTransport *self)
{
  ENCLAVE_MCP_TRANSPORT_GET_IFACE (self)->close (self);
}

char *
enclave_mcp_transport_dup_errors (EnclaveMcpTransport *self)
{
  EnclaveMcpTransportInterface *iface = ENCLAVE_MCP_TRANSPORT_GET_IFACE (self);

  return iface->dup_errors != NULL ? iface->dup_errors (self) : g_strdup ("");
}
