/* enclave-git-head.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-gate.h"

G_BEGIN_DECLS

/* What HEAD is: its commit, or with @path (nullable, relative) what it has of that file. Errors: as of enclave_git_command_async().
 * Finish: (transfer full): an object's name; "" when there is none: no commit yet, or a file that is not in it. */
void enclave_git_head_load_async (EnclaveGate *gate, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
char *enclave_git_head_load_finish (EnclaveGate *gate, GAsyncResult *result, GError **error);

G_END_DECLS
