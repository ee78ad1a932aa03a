/* enclave-mcp-add-window.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-mcp-server-list.h"

G_BEGIN_DECLS

/* Asks for a new server, and writes it into the person's own file. It starts nothing. */
#define ENCLAVE_TYPE_MCP_ADD_WINDOW (enclave_mcp_add_window_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMcpAddWindow, enclave_mcp_add_window, ENCLAVE, MCP_ADD_WINDOW, AdwWindow)

GtkWidget *enclave_mcp_add_window_new (GtkWindow *parent, EnclaveMcpServerList *list);

G_END_DECLS
