/* enclave-ctl-mcp.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-ctl-context.h"
#include "enclave-mcp-server.h"
#include "enclave-tool-registry.h"

G_BEGIN_DECLS

/* Waits for it. */
gboolean enclave_ctl_mcp_connect (EnclaveCtlContext *context, EnclaveMcpClient *client, GError **error);
/* Ends it and waits for its end. */
void enclave_ctl_mcp_close (EnclaveCtlContext *context, EnclaveMcpClient *client);

/* The person's own servers, then those of the project. (transfer full) (element-type EnclaveMcpServerEntry): NULL with an error for a
 * file that was named and can't be read. */
GPtrArray *enclave_ctl_mcp_read_entries (EnclaveCtlContext *context, GError **error);
/* The server @name, once who is at the keyboard has agreed to what would be started, here or in the window, whose record counts as long as entry
 * and program are what was agreed to: ENCLAVE_GATE_ERROR_NEEDS_APPROVAL before that, after all of it was told; ENCLAVE_GATE_ERROR_UNTRUSTED for
 * what only the project proposes. (transfer full) */
EnclaveMcpServer *enclave_ctl_mcp_open_server (EnclaveCtlContext *context, const char *name, GError **error);

/* Its program, confined as it is as a server, on our own standard descriptors until it ends. Returns: the exit status. */
int enclave_ctl_mcp_run (EnclaveCtlContext *context, EnclaveGate *gate, EnclaveMcpServer *server);
/* Starts the servers of the file that --mcp names: who named it has agreed to them. One that fails is told of and left.
 * Returns: (transfer full) (element-type EnclaveMcpServer): none without the option; NULL with an error when there is no such file. */
GPtrArray *enclave_ctl_mcp_start_servers (EnclaveCtlContext *context, EnclaveGate *gate, GError **error);
/* Puts all their tools into @registry. */
gboolean enclave_ctl_mcp_add_tools (EnclaveCtlContext *context, EnclaveGate *gate, EnclaveToolRegistry *registry, GError **error);

G_END_DECLS
