/* enclave-git-blame.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-git-log.h"

G_BEGIN_DECLS

/* Which commit each line of a file is from, as the file is in HEAD. Immutable, may be read by several threads. */
typedef struct _EnclaveGitBlame EnclaveGitBlame;

EnclaveGitBlame *enclave_git_blame_ref (EnclaveGitBlame *self);
void enclave_git_blame_unref (EnclaveGitBlame *self);
/* The bytes of `git blame --porcelain`, any bytes. (transfer full) */
EnclaveGitBlame *enclave_git_blame_parse (const char *bytes, gsize length);
guint enclave_git_blame_get_n_lines (EnclaveGitBlame *self);
/* @line: of HEAD, from 0. (nullable): there is none. Borrowed. */
EnclaveGitCommit *enclave_git_blame_get_commit (EnclaveGitBlame *self, guint line);
/* The text of HEAD, each line ended as it is there; any bytes but NUL. Borrowed. */
const char *enclave_git_blame_get_text (EnclaveGitBlame *self);

/* @path: relative. Errors: as of enclave_git_command_async(), G_IO_ERROR_NOT_FOUND: HEAD does not have the file; G_IO_ERROR_PERMISSION_DENIED: it is denied. */
void enclave_git_blame_load_async (EnclaveGate *gate, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data);
/* (transfer full) */
EnclaveGitBlame *enclave_git_blame_load_finish (EnclaveGate *gate, GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveGitBlame, enclave_git_blame_unref)

G_END_DECLS
