/* enclave-mcp-stdio-transport.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-command-door.h"
#include "enclave-mcp-transport.h"

G_BEGIN_DECLS

/* A server that is a program: one message a line on its standard input and output, confined by the command door. Its standard error is
 * read all the time and the last of it is kept. */
#define ENCLAVE_TYPE_MCP_STDIO_TRANSPORT (enclave_mcp_stdio_transport_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMcpStdioTransport, enclave_mcp_stdio_transport, ENCLAVE, MCP_STDIO_TRANSPORT, GObject)

/* @options: copied; what the person has agreed to. Nothing is started yet. */
EnclaveMcpStdioTransport *enclave_mcp_stdio_transport_new (EnclaveGate *gate, const EnclavePipedServiceOptions *options);

G_END_DECLS
