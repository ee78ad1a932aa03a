/* enclave-mcp-http-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-event-parser.h"
#include "enclave-network-door.h"
#include "enclave-rpc-inbox.h"

G_BEGIN_DECLS

/* One request of HTTP and what comes back on it: nothing, one message, or a stream of them. Signals:
 *   "head" (EnclaveNetworkReply *): the reply's head, before its body is read
 *   "message" (EnclaveRpcMessage *)
 *   "event" (const char *name, const char *data): of another name than `message`
 *   "done" (GError *error, guint status): (nullable): the whole reply has been told; @status 0: there was none. With a status from 400 on
 *     a message in the body was told before. Comes once. */
#define ENCLAVE_TYPE_MCP_HTTP_EXCHANGE (enclave_mcp_http_exchange_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMcpHttpExchange, enclave_mcp_http_exchange, ENCLAVE, MCP_HTTP_EXCHANGE, GObject)

/* @request: copied. */
EnclaveMcpHttpExchange *enclave_mcp_http_exchange_new (void);
void enclave_mcp_http_exchange_start (EnclaveMcpHttpExchange *self, EnclaveNetworkChannel *channel,
                                      const EnclaveNetworkRequest *request);
/* Nothing is told any more, and the connection ends. */
void enclave_mcp_http_exchange_stop (EnclaveMcpHttpExchange *self);
gboolean enclave_mcp_http_exchange_is_stream (EnclaveMcpHttpExchange *self);
/* (nullable): what to resume from. */
const char *enclave_mcp_http_exchange_get_last_id (EnclaveMcpHttpExchange *self);
/* Milliseconds; -1: not said. */
gint enclave_mcp_http_exchange_get_retry (EnclaveMcpHttpExchange *self);

G_END_DECLS
