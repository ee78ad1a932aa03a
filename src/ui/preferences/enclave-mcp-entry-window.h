/* enclave-mcp-entry-window.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-mcp-server-list.h"

G_BEGIN_DECLS

/* What our own mcp.json says of one server, as fields: what is started, what it may see and reach, and for a server at an address its token, which
 * goes to the keyring. It changes only what is changed here; where that can't be kept, the fields stay as they are and say why. */
#define ENCLAVE_TYPE_MCP_ENTRY_WINDOW (enclave_mcp_entry_window_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMcpEntryWindow, enclave_mcp_entry_window, ENCLAVE, MCP_ENTRY_WINDOW, AdwWindow)

/* @configured: (nullable): NULL: a server is to be added. One of our own file. (transfer floating as every window) */
GtkWidget *enclave_mcp_entry_window_new (GtkWindow *parent, EnclaveMcpServerList *list, EnclaveMcpConfigured *configured);

G_END_DECLS
