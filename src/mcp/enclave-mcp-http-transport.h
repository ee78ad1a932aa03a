/* enclave-mcp-http-transport.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-mcp-transport.h"
#include "enclave-network-door.h"

G_BEGIN_DECLS

/* A server at an address: streamable HTTP of all revisions. Each message is a request of its own; a stream that ends before its answer is
 * taken up again where the server has given ids. */
#define ENCLAVE_TYPE_MCP_HTTP_TRANSPORT (enclave_mcp_http_transport_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMcpHttpTransport, enclave_mcp_http_transport, ENCLAVE, MCP_HTTP_TRANSPORT, GObject)

/* @uri: `http://127.0.0.1:8080/mcp`. @headers: (nullable): fixed ones, name, value, …, NULL; @key: (nullable): bearer token; both go to
 * this origin and to no other. @old: the transport of 2024-11-05, an event stream beside the messages.
 * Returns: (transfer full): NULL with ENCLAVE_GATE_ERROR_ADDRESS. */
EnclaveMcpHttpTransport *enclave_mcp_http_transport_new (EnclaveNetworkDoor *door, const char *uri, const char *const *headers,
                                                         const char *key, gboolean old, const char *name, GError **error);

G_END_DECLS
