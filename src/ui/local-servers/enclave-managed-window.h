/* enclave-managed-window.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-local-servers.h"

G_BEGIN_DECLS

/* Where a person chooses a llama-server and a model file, sees what the file is and whether it fits, and starts it. Closing it
 * leaves what is loading alone. */
#define ENCLAVE_TYPE_MANAGED_WINDOW (enclave_managed_window_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveManagedWindow, enclave_managed_window, ENCLAVE, MANAGED_WINDOW, AdwWindow)

GtkWidget *enclave_managed_window_new (GSettings *settings, EnclaveLocalServers *servers);

G_END_DECLS
