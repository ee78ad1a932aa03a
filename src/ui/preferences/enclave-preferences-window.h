/* enclave-preferences-window.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-gate.h"
#include "enclave-language-service.h"
#include "enclave-secret-store.h"
#include "enclave-local-servers.h"
#include "enclave-mcp-server-list.h"
#include "enclave-server-list.h"

G_BEGIN_DECLS

#define ENCLAVE_TYPE_PREFERENCES_WINDOW (enclave_preferences_window_get_type ())
G_DECLARE_FINAL_TYPE (EnclavePreferencesWindow, enclave_preferences_window, ENCLAVE, PREFERENCES_WINDOW, AdwWindow)

/* @settings: of schema dev.enclave.Enclave; what is changed is stored at once. Servers are added and removed in its key
 * `servers`, by address; whoever keeps @servers follows that key. @gate: (nullable): of the project whose deny-list is
 * shown; without one the rules that hold everywhere. */
GtkWidget *enclave_preferences_window_new (GSettings *settings, EnclaveServerList *servers,
                                           EnclaveSecretStore *secrets, EnclaveGate *gate);
/* Once. What Enclave starts itself, beside the servers. */
void enclave_preferences_window_set_local_servers (EnclavePreferencesWindow *self, EnclaveLocalServers *local_servers);
/* Once. */
void enclave_preferences_window_set_mcp_servers (EnclavePreferencesWindow *self, EnclaveMcpServerList *mcp_servers);
/* Once. @service: (nullable): of the project that is open. */
void enclave_preferences_window_set_language_service (EnclavePreferencesWindow *self, EnclaveLanguageService *service);
/* @page: "servers" (with the focus in the entry for an address), "agent", "deny-list", "mcp", "appearance", "editor", "language" or
 * "terminal". Another word changes nothing. */
void enclave_preferences_window_show_page (EnclavePreferencesWindow *self, const char *page);
/* The page of the deny-list with the focus on a rule, or, of that page, with an exception for a file prepared: see
 * enclave_deny_list_page_prepare_exception(). */
void enclave_preferences_window_show_rule (EnclavePreferencesWindow *self, const char *id);
void enclave_preferences_window_prepare_exception (EnclavePreferencesWindow *self, const char *path);
/* As if @words were typed into the search entry; "" shows everything again. */
void enclave_preferences_window_search (EnclavePreferencesWindow *self, const char *words);

G_END_DECLS
