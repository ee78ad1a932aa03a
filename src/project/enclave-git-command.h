/* enclave-git-command.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-gate.h"

G_BEGIN_DECLS

/* One run of git for the person's view of the repository: in the box like every command, since a plain `git status` starts what
 * the repository says; quietly, and recorded as the person's. Where commands can't be confined there is no git. */

/* @arguments: behind git and its safe options; NULL-terminated. @input: (nullable): for its input. @writes: it may change the repository.
 * Errors: ENCLAVE_GATE_ERROR; G_IO_ERROR_FAILED with what git said. Finish: its output, at most ENCLAVE_GIT_OUTPUT_MAX_BYTES. */
void enclave_git_command_async (EnclaveGate *gate, const char *const *arguments, GBytes *input, gboolean writes,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GBytes *enclave_git_command_finish (EnclaveGate *gate, GAsyncResult *result, GError **error);
/* The same in the middle of @task, which is ended with the error where there is one. (transfer full) (nullable) */
GBytes *enclave_git_command_finish_for (GTask *task, GAsyncResult *result);
/* @path: (nullable), relative, raw: it is denied to be read, so git in its box does not have it. */
gboolean enclave_git_command_is_denied (EnclaveGate *gate, const char *path);
/* Ends @task with G_IO_ERROR_PERMISSION_DENIED when @path (nullable) is denied. */
gboolean enclave_git_command_refuse_denied (EnclaveGate *gate, const char *path, GTask *task);

G_END_DECLS
