/* enclave-server-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-server-list.h"

G_BEGIN_DECLS

/* One server: name, address, state, and its models when opened. Signals "removed": the person took the entry off;
 * "import": a model file is to be imported (Ollama). */
#define ENCLAVE_TYPE_SERVER_ROW (enclave_server_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveServerRow, enclave_server_row, ENCLAVE, SERVER_ROW, AdwExpanderRow)

GtkWidget *enclave_server_row_new (EnclaveServer *server);
EnclaveServer *enclave_server_row_get_server (EnclaveServerRow *self);

G_END_DECLS
