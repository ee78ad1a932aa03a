/* enclave-mcp-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-mcp-budget.h"
#include "enclave-mcp-server-list.h"

G_BEGIN_DECLS

/* One configured MCP server: its state in a word, why in a sentence, what it starts and may do, and its tools with a switch each.
 * Signals: "failed" (const char *message): something that the person asked for was not done. */
#define ENCLAVE_TYPE_MCP_ROW (enclave_mcp_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMcpRow, enclave_mcp_row, ENCLAVE, MCP_ROW, AdwExpanderRow)

GtkWidget *enclave_mcp_row_new (EnclaveMcpServerList *list, EnclaveMcpConfigured *configured);
/* Borrowed. */
EnclaveMcpConfigured *enclave_mcp_row_get_configured (EnclaveMcpRow *self);
/* Of the tools that are on: adds them to what a budget is made of. @offers: of EnclaveMcpToolOffer, which borrow from the row's
 * server. */
void enclave_mcp_row_add_offers (EnclaveMcpRow *self, GArray *offers);

G_END_DECLS
