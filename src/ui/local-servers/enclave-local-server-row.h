/* enclave-local-server-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-local-servers.h"

G_BEGIN_DECLS

/* A server that Enclave starts: what it is, its state, the progress of its loading, why it failed with its last lines, and what can
 * be done about it. "Change…" activates the action app.choose-model-file. */
#define ENCLAVE_TYPE_LOCAL_SERVER_ROW (enclave_local_server_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveLocalServerRow, enclave_local_server_row, ENCLAVE, LOCAL_SERVER_ROW, AdwPreferencesRow)

/* @ollama: the one of both. @can_forget: with buttons that take another model, or this one off. */
GtkWidget *enclave_local_server_row_new (EnclaveLocalServers *servers, gboolean ollama, gboolean can_forget);
/* Whether there is something to show. */
gboolean enclave_local_server_row_is_needed (EnclaveLocalServers *servers, gboolean ollama);

G_END_DECLS
