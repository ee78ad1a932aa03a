/* enclave-service-process-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-confined-spawn.h"
#include "enclave-service-process.h"

G_BEGIN_DECLS

/* Starts what @plan says, with pipes for its three standard descriptors; "output" tells what it writes to its standard error.
 * (transfer full), NULL with ENCLAVE_GATE_ERROR_NOT_CONFINED. */
EnclaveServiceProcess *enclave_service_process_start_piped (EnclaveConfinedPlan *plan, GError **error);
void enclave_service_process_set_workspace (EnclaveServiceProcess *self, const char *workspace);

G_END_DECLS
