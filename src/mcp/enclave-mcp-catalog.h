/* enclave-mcp-catalog.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-mcp-configured.h"
#include "enclave-mcp-offers.h"

G_BEGIN_DECLS

/* What the servers that run offer beside tools: listed when one becomes ready and again when it says that it has changed; what can't be listed is
 * not there. Signal: "changed". */
#define ENCLAVE_TYPE_MCP_CATALOG (enclave_mcp_catalog_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMcpCatalog, enclave_mcp_catalog, ENCLAVE, MCP_CATALOG, GObject)

/* @servers: of EnclaveMcpConfigured. */
EnclaveMcpCatalog *enclave_mcp_catalog_new (GListModel *servers);
/* In the order of the servers, each in its own. (transfer full) (element-type EnclaveMcpResource), (element-type EnclaveMcpPrompt). */
GPtrArray *enclave_mcp_catalog_dup_resources (EnclaveMcpCatalog *self);
GPtrArray *enclave_mcp_catalog_dup_prompts (EnclaveMcpCatalog *self);
/* What `SERVER:NAME` calls. (transfer full) (nullable) */
EnclaveMcpPrompt *enclave_mcp_catalog_find_prompt (EnclaveMcpCatalog *self, const char *command);
/* Whether @target has the form `SERVER:URI` with a server that is configured. @server: (out) (transfer full) (nullable): NULL: it does not run.
 * @uri: (out) (transfer none): within @target. */
gboolean enclave_mcp_catalog_find (EnclaveMcpCatalog *self, const char *target, EnclaveMcpServer **server, const char **uri);

G_END_DECLS
