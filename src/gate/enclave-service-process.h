/* enclave-service-process.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-gate-error.h"

G_BEGIN_DECLS

/* A long-lived confined child of ours (practice engine, later inference and MCP servers): no network, no workspace,
 * @socket_dir the only place it may write. Killed when the object goes. Signal "exited" (int wait_status). */
#define ENCLAVE_TYPE_SERVICE_PROCESS (enclave_service_process_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveServiceProcess, enclave_service_process, ENCLAVE, SERVICE_PROCESS, GObject)

EnclaveServiceProcess *enclave_service_process_start (const char *const *argv, const char *socket_dir,
                                                      GError **error);
void enclave_service_process_stop (EnclaveServiceProcess *self);

G_END_DECLS
