/* enclave-file-apply.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-path-resolver.h"

G_BEGIN_DECLS

/* Writes several files, all or none. Private to the gate. Works on a worker thread; the list of changes is not
 * touched by others while it does. */
typedef struct _EnclaveFileApply EnclaveFileApply;

EnclaveFileApply *enclave_file_apply_new (EnclavePathResolver *resolver);
void enclave_file_apply_unref (EnclaveFileApply *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveFileApply, enclave_file_apply_unref)

/* @path: relative to the project. @old_text: (nullable): what must be there, NULL for no file. @new_text: (nullable):
 * NULL deletes. */
void enclave_file_apply_add (EnclaveFileApply *self, const char *path, const char *true_path, const char *old_text,
                             const char *new_text);
guint enclave_file_apply_get_n_changes (EnclaveFileApply *self);

/* First checks every file (decision and content), then writes. After a failure everything is as before.
 * Once it has begun to write it is not interrupted. */
void enclave_file_apply_run_async (EnclaveFileApply *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean enclave_file_apply_run_finish (EnclaveFileApply *self, GAsyncResult *result, GError **error);
/* Takes back what a run has written. */
void enclave_file_apply_revert_async (EnclaveFileApply *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_file_apply_revert_finish (EnclaveFileApply *self, GAsyncResult *result, GError **error);

G_END_DECLS
