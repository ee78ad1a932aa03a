/* enclave-mcp-log-window.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-mcp-configured.h"

G_BEGIN_DECLS

/* What a server has said: the messages of both sides, what it wrote to its standard error, and why it failed. It follows the server while it is shown,
 * a few times a second, however much that says. */
#define ENCLAVE_TYPE_MCP_LOG_WINDOW (enclave_mcp_log_window_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMcpLogWindow, enclave_mcp_log_window, ENCLAVE, MCP_LOG_WINDOW, AdwWindow)

/* (transfer floating as every window) */
GtkWidget *enclave_mcp_log_window_new (GtkWindow *parent, EnclaveMcpConfigured *configured);

G_END_DECLS
