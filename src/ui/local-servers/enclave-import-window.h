/* enclave-import-window.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-server-list.h"

G_BEGIN_DECLS

/* Where a person gives a model file to an Ollama server. Closing it ends what goes on. */
#define ENCLAVE_TYPE_IMPORT_WINDOW (enclave_import_window_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveImportWindow, enclave_import_window, ENCLAVE, IMPORT_WINDOW, AdwWindow)

/* @list: asked anew when a model has come in. */
GtkWidget *enclave_import_window_new (EnclaveServer *server, EnclaveServerList *list);

G_END_DECLS
