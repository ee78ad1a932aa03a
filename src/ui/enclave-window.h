/* enclave-window.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-application.h"
#include "enclave-gate.h"
#include "enclave-language-service.h"
#include "enclave-mcp-server-list.h"

G_BEGIN_DECLS

/* One project: Files, editor over terminal, chat. The composition root: it builds the project, its gate and its agent and
 * joins them with the panes; no other place knows everything. */
#define ENCLAVE_TYPE_WINDOW (enclave_window_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveWindow, enclave_window, ENCLAVE, WINDOW, AdwApplicationWindow)

EnclaveWindow *enclave_window_new (EnclaveApplication *application);
/* The page for a window with nothing open. */
void enclave_window_show_welcome (EnclaveWindow *self);
/* Failure is said in the window. A window that has a folder already opens another window. */
void enclave_window_open_folder (EnclaveWindow *self, GFile *folder);
/* @line, @column: from 1; 0: where it was. */
void enclave_window_open_file (EnclaveWindow *self, GFile *file, guint line, guint column);
/* @folder: (nullable): NULL asks whether it shows nothing yet. */
gboolean enclave_window_has_folder (EnclaveWindow *self, GFile *folder);
gboolean enclave_window_contains (EnclaveWindow *self, GFile *file);
/* (nullable) (transfer none) */
EnclaveGate *enclave_window_get_gate (EnclaveWindow *self);
/* (nullable): the MCP servers of its project. Borrowed. */
EnclaveMcpServerList *enclave_window_get_mcp_servers (EnclaveWindow *self);
/* (nullable): no project is open. Borrowed. */
EnclaveLanguageService *enclave_window_get_language_service (EnclaveWindow *self);

G_END_DECLS
