/* enclave-local-servers-actions.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-local-servers.h"

G_BEGIN_DECLS

/* Adds the actions "choose-model-file", and "start-ollama", which is enabled while that makes sense, to @application.
 * @settings: (nullable): without them neither can be used. */
void enclave_local_servers_actions_add (GtkApplication *application, GSettings *settings, EnclaveLocalServers *servers);

G_END_DECLS
