/* enclave-server-setup.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-network-door.h"
#include "enclave-secret-store.h"
#include "enclave-server-list.h"

G_BEGIN_DECLS

/* Keeps the list of servers as the settings say (own addresses, allowed networks, whether to look for others), and asks
 * again by itself every five seconds while none is ready, every half minute otherwise. */
#define ENCLAVE_TYPE_SERVER_SETUP (enclave_server_setup_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveServerSetup, enclave_server_setup, ENCLAVE, SERVER_SETUP, GObject)

/* @settings: (nullable): none, only this machine's well-known ports. */
EnclaveServerSetup *enclave_server_setup_new (GSettings *settings);
EnclaveServerList *enclave_server_setup_get_servers (EnclaveServerSetup *self);
EnclaveNetworkDoor *enclave_server_setup_get_network_door (EnclaveServerSetup *self);
EnclaveSecretStore *enclave_server_setup_get_secret_store (EnclaveServerSetup *self);
/* The first look. Nothing is asked before. */
void enclave_server_setup_start (EnclaveServerSetup *self);
void enclave_server_setup_refresh (EnclaveServerSetup *self);

G_END_DECLS
