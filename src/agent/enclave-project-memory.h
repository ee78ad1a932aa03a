/* enclave-project-memory.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-gate.h"

G_BEGIN_DECLS

/* The project's memory file, through a scope. Result: (transfer full) (nullable): NULL when there is none, it can't be
 * read or a rule denies it; that is no error. At most 8 KiB, cut at a line. */
void enclave_project_memory_read_async (EnclaveGate *gate, GCancellable *cancellable, GAsyncReadyCallback callback,
                                        gpointer user_data);
char *enclave_project_memory_read_finish (EnclaveGate *gate, GAsyncResult *result);

G_END_DECLS
