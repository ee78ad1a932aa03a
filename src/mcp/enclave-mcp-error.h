/* enclave-mcp-error.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ENCLAVE_MCP_ERROR (enclave_mcp_error_quark ())

/* Beside these come ENCLAVE_RPC_ERROR (a server's own answer, a time limit) and ENCLAVE_GATE_ERROR (it may not be started or
 * reached). */
typedef enum
{
  ENCLAVE_MCP_ERROR_ENDED,        /* the server has gone; the message says how */
  ENCLAVE_MCP_ERROR_PROTOCOL,     /* what it sends is not the protocol, or breaks its limits */
  ENCLAVE_MCP_ERROR_VERSION,      /* no revision that both speak */
  ENCLAVE_MCP_ERROR_UNREACHABLE,  /* nobody answers at the address */
  ENCLAVE_MCP_ERROR_UNAUTHORIZED, /* HTTP 401, 403 */
  ENCLAVE_MCP_ERROR_REFUSED,      /* another HTTP 4xx */
  ENCLAVE_MCP_ERROR_FAILED,       /* HTTP 5xx and the like */
  ENCLAVE_MCP_ERROR_UNKNOWN,      /* no such server, no such tool */
} EnclaveMcpError;

GQuark enclave_mcp_error_quark (void);
/* "ended", "protocol", …: a stable word. */
const char *enclave_mcp_error_to_word (EnclaveMcpError code);

G_END_DECLS
