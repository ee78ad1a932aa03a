/* enclave-mcp-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-mcp-server-list.h"
#include "enclave-server-list.h"

G_BEGIN_DECLS

/* The MCP servers: list, add, import, switch, try, and what their tools cost of each request. Files are read when it is first shown. */
#define ENCLAVE_TYPE_MCP_PAGE (enclave_mcp_page_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMcpPage, enclave_mcp_page, ENCLAVE, MCP_PAGE, AdwPreferencesPage)

/* Once. @models: whose first ready model has the window that the budget is of. */
void enclave_mcp_page_set_up (EnclaveMcpPage *self, EnclaveMcpServerList *list, EnclaveServerList *models, GSettings *settings);

G_END_DECLS
