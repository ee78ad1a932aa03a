/* enclave-mcp-facts.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-mcp-server-list.h"

G_BEGIN_DECLS

/* The panel of one server: the command line as it is started, what it may see and reach, where it comes from, what it speaks, and what can be done with
 * it. It follows the server. Signals: "failed" (const char *message): something that the person asked for was not done. */
#define ENCLAVE_TYPE_MCP_FACTS (enclave_mcp_facts_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMcpFacts, enclave_mcp_facts, ENCLAVE, MCP_FACTS, GtkBox)

GtkWidget *enclave_mcp_facts_new (EnclaveMcpServerList *list, EnclaveMcpConfigured *configured);

G_END_DECLS
