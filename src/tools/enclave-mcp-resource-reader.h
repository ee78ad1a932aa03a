/* enclave-mcp-resource-reader.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-mcp-toolbox.h"
#include "enclave-tool-scope.h"

G_BEGIN_DECLS

/* Whether @target is `SERVER:URI` of a server that is configured, running or not. */
gboolean enclave_mcp_resource_reader_knows (EnclaveMcpToolbox *toolbox, const char *target);
/* What the resource @target holds, for the conversation, because the person has named it: the URI is judged as an argument of a tool is, what comes
 * is cleaned, cut to ENCLAVE_MCP_RESULT_MAX_BYTES and masked. @scope: with ENCLAVE_EFFECT_EXTERNAL. Finish: (transfer full); errors of
 * ENCLAVE_MCP_ERROR, ENCLAVE_RPC_ERROR, ENCLAVE_GATE_ERROR, as clean as the reader's words are. */
void enclave_mcp_resource_reader_read_async (EnclaveMcpToolbox *toolbox, EnclaveToolScope *scope, const char *target,
                                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
EnclaveContextItem *enclave_mcp_resource_reader_read_finish (EnclaveMcpToolbox *toolbox, GAsyncResult *result, GError **error);

G_END_DECLS
