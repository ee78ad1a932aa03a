/* enclave-mcp-toolbox.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-mcp-budget.h"
#include "enclave-mcp-catalog.h"
#include "enclave-mcp-server-list.h"
#include "enclave-tool-registry.h"

G_BEGIN_DECLS

/* The tools of MCP servers that the person has switched on, for the agent: those that fit are told of one by one, of more the model is told two
 * that search and call. Signal: "changed". */
#define ENCLAVE_TYPE_MCP_TOOLBOX (enclave_mcp_toolbox_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMcpToolbox, enclave_mcp_toolbox, ENCLAVE, MCP_TOOLBOX, GObject)

EnclaveMcpToolbox *enclave_mcp_toolbox_new (EnclaveMcpServerList *servers);
/* All tools of servers that run, for a program without a window, whose user has named them. @servers: (element-type EnclaveMcpServer). */
EnclaveMcpToolbox *enclave_mcp_toolbox_new_of (GPtrArray *servers);
/* What its servers offer beside tools. (nullable): with a fixed list there is none. Borrowed. */
EnclaveMcpCatalog *enclave_mcp_toolbox_get_catalog (EnclaveMcpToolbox *self);
/* When tools are searched, and what counts the tokens of a text (nullable). Automatically, by bytes, unless said. */
void enclave_mcp_toolbox_set_search (EnclaveMcpToolbox *self, EnclaveMcpSearchMode mode, EnclaveMcpTokenEstimate estimate);
/* Puts the tools into @registry, in place of those that it put there before. @window_tokens: of the model, as it really is. */
void enclave_mcp_toolbox_sync (EnclaveMcpToolbox *self, EnclaveToolRegistry *registry, guint window_tokens);
/* What a model is told of them, as of the last sync; byte-stable. Borrowed. */
JsonArray *enclave_mcp_toolbox_get_functions (EnclaveMcpToolbox *self);

G_END_DECLS
