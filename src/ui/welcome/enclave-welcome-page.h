/* enclave-welcome-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-local-servers.h"
#include "enclave-model-choice.h"
#include "enclave-server-list.h"

G_BEGIN_DECLS

/* What a window without a folder shows: recent projects, the tour, the servers that were found.
 * Signals: "open-folder", "open-file", "open-recent" (GFile), "take-tour", "enter-address", "retry". */
#define ENCLAVE_TYPE_WELCOME_PAGE (enclave_welcome_page_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveWelcomePage, enclave_welcome_page, ENCLAVE, WELCOME_PAGE, GtkWidget)

GtkWidget *enclave_welcome_page_new (void);
/* @servers: (nullable): followed as it changes. */
void enclave_welcome_page_set_servers (EnclaveWelcomePage *self, EnclaveServerList *servers);
/* @choice: (nullable): lets the person choose one of the models; without it they are only listed. */
/* Once. What Enclave starts itself. */
void enclave_welcome_page_set_local_servers (EnclaveWelcomePage *self, EnclaveLocalServers *local_servers);
void enclave_welcome_page_set_choice (EnclaveWelcomePage *self, EnclaveModelChoice *choice);

G_END_DECLS
