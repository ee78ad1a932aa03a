/* enclave-mcp-transport.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-rpc-message.h"

G_BEGIN_DECLS

/* How messages come and go. Signals:
 *   "received" (EnclaveRpcMessage *)
 *   "sent" (JsonObject *): about to be written; not to be changed
 *   "failed" (gint64 request_id, GError *): the answer of that request can't come any more
 *   "log" (const char *line): something to know of it, for people
 *   "closed" (GError *error): (nullable): NULL when it was closed by this side. Comes once for each start */
#define ENCLAVE_TYPE_MCP_TRANSPORT (enclave_mcp_transport_get_type ())
G_DECLARE_INTERFACE (EnclaveMcpTransport, enclave_mcp_transport, ENCLAVE, MCP_TRANSPORT, GObject)

struct _EnclaveMcpTransportInterface
{
  GTypeInterface parent_iface;

  void (*start_async) (EnclaveMcpTransport *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
  gboolean (*start_finish) (EnclaveMcpTransport *self, GAsyncResult *result, GError **error);
  void (*send) (EnclaveMcpTransport *self, JsonObject *message, gint64 request_id, const char *const *headers);
  void (*give_up) (EnclaveMcpTransport *self, gint64 request_id);
  void (*set_revision) (EnclaveMcpTransport *self, const char *revision, gboolean modern);
  void (*listen) (EnclaveMcpTransport *self);
  void (*close) (EnclaveMcpTransport *self);
  char *(*dup_errors) (EnclaveMcpTransport *self);
};

/* May be started again once it was closed. */
void enclave_mcp_transport_start_async (EnclaveMcpTransport *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                        gpointer user_data);
gboolean enclave_mcp_transport_start_finish (EnclaveMcpTransport *self, GAsyncResult *result, GError **error);
/* @request_id: -1 when it is no request. @headers: (nullable): name, value, …, NULL: beside it where there are heads. */
void enclave_mcp_transport_send (EnclaveMcpTransport *self, JsonObject *message, gint64 request_id, const char *const *headers);
/* Nobody waits for that answer any more. */
void enclave_mcp_transport_give_up (EnclaveMcpTransport *self, gint64 request_id);
/* What is spoken from now on. @revision: (nullable): not known yet. @modern: without sessions. */
void enclave_mcp_transport_set_revision (EnclaveMcpTransport *self, const char *revision, gboolean modern);
/* The handshake is over: the server may send by itself. */
void enclave_mcp_transport_listen (EnclaveMcpTransport *self);
/* "closed" follows. Nothing when it is not open. */
void enclave_mcp_transport_close (EnclaveMcpTransport *self);
/* The last that the server has written to its standard error, for people. (transfer full): maybe "" */
char *enclave_mcp_transport_dup_errors (EnclaveMcpTransport *self);

G_END_DECLS
