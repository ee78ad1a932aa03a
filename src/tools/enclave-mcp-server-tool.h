/* enclave-mcp-server-tool.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-mcp-server.h"
#include "enclave-tool.h"

G_BEGIN_DECLS

/* One tool of a server, as the agent calls it: EXTERNAL, asked for each time, its answer cleaned, masked and cut. */
#define ENCLAVE_TYPE_MCP_SERVER_TOOL (enclave_mcp_server_tool_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMcpServerTool, enclave_mcp_server_tool, ENCLAVE, MCP_SERVER_TOOL, GObject)

/* @name: (nullable): what the model calls it; NULL: enclave_mcp_tool_name_make(). (transfer full) */
EnclaveTool *enclave_mcp_server_tool_new (EnclaveMcpServer *server, EnclaveMcpTool *tool, const char *name);

G_END_DECLS
