/* enclave-mcp-text-window.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A text that the person has to judge or read, whole and literal, in lines; those that begin with "+ " and "- " stand on tinted ground.
 * Signal: "allowed": the person agrees. */
#define ENCLAVE_TYPE_MCP_TEXT_WINDOW (enclave_mcp_text_window_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMcpTextWindow, enclave_mcp_text_window, ENCLAVE, MCP_TEXT_WINDOW, AdwWindow)

/* @text: without hidden characters. @can_allow: whether there is something to agree to: then the answer counts only after a moment, so that
 * keys meant for something else don't give it. (transfer floating as every window) */
GtkWidget *enclave_mcp_text_window_new (GtkWindow *parent, const char *title, const char *heading, const char *text,
                                        gboolean can_allow);

G_END_DECLS
