/* enclave-servers-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-local-servers.h"
#include "enclave-secret-store.h"
#include "enclave-server-list.h"

G_BEGIN_DECLS

/* Servers with their state and models, own entries, networks that may hold a server. */
#define ENCLAVE_TYPE_SERVERS_PAGE (enclave_servers_page_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveServersPage, enclave_servers_page, ENCLAVE, SERVERS_PAGE, AdwPreferencesPage)

/* Once, before it is shown. */
void enclave_servers_page_set_up (EnclaveServersPage *self, GSettings *settings, EnclaveServerList *servers,
                                  EnclaveSecretStore *secrets);
/* Once. Shows the group of what Enclave starts itself. */
void enclave_servers_page_set_local_servers (EnclaveServersPage *self, EnclaveLocalServers *local_servers);
void enclave_servers_page_focus_address (EnclaveServersPage *self);

G_END_DECLS
