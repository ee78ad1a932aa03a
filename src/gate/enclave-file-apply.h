/* enclave-file-apply.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-checkpoint-label.h"
#include "enclave-checkpoint-store.h"
#include "enclave-path-resolver.h"

G_BEGIN_DECLS

/* Writes several files, all or none, also when the program is killed meanwhile: what was there and what is to be there is
 * kept in the store first, and the next program that looks finds the plan. Private to the gate. Works on a worker thread;
 * the list of changes is not touched by others while it does. */
typedef struct _EnclaveFileApply EnclaveFileApply;

/* @label: (nullable): whose it is. */
EnclaveFileApply *enclave_file_apply_new (EnclavePathResolver *resolver, EnclaveCheckpointStore *store,
                                          const EnclaveCheckpointLabel *label);
void enclave_file_apply_unref (EnclaveFileApply *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveFileApply, enclave_file_apply_unref)

/* @path: relative to the project. @old_text: (nullable): what must be there, NULL for no file. @new_text: (nullable):
 * NULL deletes. @new_mode: permission bits of a file that is made; 0: as the umask says. @is_latin_1: @new_text is written so even
 * when the file is not in it now. */
void enclave_file_apply_add (EnclaveFileApply *self, const char *path, const char *true_path, const char *old_text,
                             const char *new_text, guint32 new_mode, gboolean is_latin_1);
/* A change of unsaved text in the editor, which its caller makes: it is kept for undoing together with the others. */
void enclave_file_apply_add_buffered (EnclaveFileApply *self, const char *path, const char *true_path, const char *old_text,
                                      const char *new_text);
guint enclave_file_apply_get_n_changes (EnclaveFileApply *self);

/* First checks every file (decision and content), then writes. After a failure everything is as before.
 * Once it has begun to write it is not interrupted. It is to be followed by a commit or by a revert: until then nobody else
 * can apply to this project, and a program that is killed has it taken back. */
void enclave_file_apply_run_async (EnclaveFileApply *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean enclave_file_apply_run_finish (EnclaveFileApply *self, GAsyncResult *result, GError **error);
/* What a run has written stands, and is a part of the history. Never fails: what can't be noted now is found later. */
void enclave_file_apply_commit_async (EnclaveFileApply *self, GAsyncReadyCallback callback, gpointer user_data);
void enclave_file_apply_commit_finish (EnclaveFileApply *self, GAsyncResult *result);
/* Takes back what a run has written. */
void enclave_file_apply_revert_async (EnclaveFileApply *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_file_apply_revert_finish (EnclaveFileApply *self, GAsyncResult *result, GError **error);

G_END_DECLS
