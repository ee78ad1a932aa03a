/* enclave-git-log.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-gate.h"

G_BEGIN_DECLS

/* A commit as lists show it. Texts are one printable line each, whatever its author wrote. Immutable. */
#define ENCLAVE_TYPE_GIT_COMMIT (enclave_git_commit_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveGitCommit, enclave_git_commit, ENCLAVE, GIT_COMMIT, GObject)

/* @hash: of 40 or 64 hexadecimal digits. @author, @subject: any bytes, bounded and made printable here. @path, @old_path: (nullable). */
EnclaveGitCommit *enclave_git_commit_new (const char *hash, gint64 time, const char *author, const char *subject, const char *path,
                                          const char *old_path);
const char *enclave_git_commit_get_hash (EnclaveGitCommit *self);
/* Seconds since 1970. */
gint64 enclave_git_commit_get_time (EnclaveGitCommit *self);
const char *enclave_git_commit_get_author (EnclaveGitCommit *self);
const char *enclave_git_commit_get_subject (EnclaveGitCommit *self);
/* (nullable): what the file was called there, raw; and before it, where this commit renamed it. */
const char *enclave_git_commit_get_path (EnclaveGitCommit *self);
const char *enclave_git_commit_get_old_path (EnclaveGitCommit *self);

/* The bytes of `git log -z` as enclave_git_log_load_async() asks for it, any bytes. (transfer full) (element-type EnclaveGitCommit) */
GPtrArray *enclave_git_log_parse (const char *bytes, gsize length);

/* @count commits, the newest first, of those that HEAD comes from; @first of them are left out. @path: (nullable): of this file alone,
 * relative, through its renames; one that has a denied name in a commit is not in its list.
 * Finish: @more: there are others. Errors: as of enclave_git_command_async(); G_IO_ERROR_PERMISSION_DENIED: @path is denied. */
void enclave_git_log_load_async (EnclaveGate *gate, const char *path, guint first, guint count, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) (element-type EnclaveGitCommit) */
GPtrArray *enclave_git_log_load_finish (EnclaveGate *gate, GAsyncResult *result, gboolean *more, GError **error);

/* What @commit changed in its file, or without one in all files that are not denied, as text to read: its head, its message, a diff; of a
 * merge what it brought. Long lines and long diffs are cut, which the text says. Finish: (transfer full). */
void enclave_git_show_async (EnclaveGate *gate, EnclaveGitCommit *commit, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data);
char *enclave_git_show_finish (EnclaveGate *gate, GAsyncResult *result, GError **error);
/* The same text from the bytes that git gave, any bytes. @n_denied: files that are left out. Pure. (transfer full) */
char *enclave_git_show_text (const char *bytes, gsize length, guint n_denied);

G_END_DECLS
