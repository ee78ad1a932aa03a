/* enclave-application.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-local-servers.h"
#include "enclave-network-door.h"
#include "enclave-sandbox.h"
#include "enclave-secret-store.h"
#include "enclave-server-list.h"

G_BEGIN_DECLS

/* What all windows share: settings, servers, keys, sandbox, network door. One instance a session. */
#define ENCLAVE_TYPE_APPLICATION (enclave_application_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveApplication, enclave_application, ENCLAVE, APPLICATION, AdwApplication)

EnclaveApplication *enclave_application_new (void);
/* (nullable): NULL when the schema is not installed. */
GSettings *enclave_application_get_settings (EnclaveApplication *self);
EnclaveServerList *enclave_application_get_servers (EnclaveApplication *self);
EnclaveNetworkDoor *enclave_application_get_network_door (EnclaveApplication *self);
EnclaveSecretStore *enclave_application_get_secret_store (EnclaveApplication *self);
/* Those that Enclave starts itself. */
EnclaveLocalServers *enclave_application_get_local_servers (EnclaveApplication *self);
EnclaveSandbox *enclave_application_get_sandbox (EnclaveApplication *self);
/* Asks all servers again, now. */
void enclave_application_look_for_servers (EnclaveApplication *self);
/* @page: (nullable): "servers" and the like. @parent: the window to stand on. */
void enclave_application_show_preferences (EnclaveApplication *self, const char *page, GtkWindow *parent);
/* The deny-list, with the focus on the rule of this id; or with an exception for exactly this file prepared. @path:
 * relative to the project of @parent, or absolute. */
void enclave_application_show_rule (EnclaveApplication *self, const char *rule, GtkWindow *parent);
void enclave_application_edit_rule (EnclaveApplication *self, const char *path, GtkWindow *parent);

G_END_DECLS
