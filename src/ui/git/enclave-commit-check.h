/* enclave-commit-check.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-gate.h"

G_BEGIN_DECLS

/* What everybody who clones the repository gives to a model: the memory files among @paths (relative, NULL-terminated), looked through
 * for secrets before they are committed. Finish: words for the person (transfer full), NULL: nothing was found, or there was an error. */
void enclave_commit_check_async (EnclaveGate *gate, const char *const *paths, GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data);
char *enclave_commit_check_finish (EnclaveGate *gate, GAsyncResult *result, GError **error);

G_END_DECLS
