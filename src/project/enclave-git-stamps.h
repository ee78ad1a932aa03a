/* enclave-git-stamps.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-gate.h"

G_BEGIN_DECLS

/* What tells whether files are others than before. Nothing is opened; in a thread, there can be many. */

typedef struct _EnclaveGitStamps EnclaveGitStamps;

void enclave_git_stamps_free (EnclaveGitStamps *self);
/* @paths: (element-type utf8): relative. There are no errors: what can't be seen is a file that is not there. */
void enclave_git_stamps_take_async (EnclaveGate *gate, GPtrArray *paths, GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) */
EnclaveGitStamps *enclave_git_stamps_take_finish (EnclaveGate *gate, GAsyncResult *result);
/* Those that were written, made or removed between two stamps of the same paths. (transfer full) (element-type utf8) */
GPtrArray *enclave_git_stamps_list_changed (EnclaveGitStamps *before, EnclaveGitStamps *after);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveGitStamps, enclave_git_stamps_free)

G_END_DECLS
