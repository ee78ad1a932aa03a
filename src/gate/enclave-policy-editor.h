/* enclave-policy-editor.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-policy.h"

G_BEGIN_DECLS

/* Changes the user's own policy file, and no other: only a person does that, from the preferences. Each change reads the
 * file anew, keeps all that it is not about, and replaces the file as a whole or not at all. A file that does not parse is
 * not touched. One change at a time. Gates see it by their monitors, or at once by enclave_gate_reload_policy(). */
#define ENCLAVE_TYPE_POLICY_EDITOR (enclave_policy_editor_get_type ())
G_DECLARE_FINAL_TYPE (EnclavePolicyEditor, enclave_policy_editor, ENCLAVE, POLICY_EDITOR, GObject)

/* @file: (nullable): NULL is the file of the configuration folder. */
EnclavePolicyEditor *enclave_policy_editor_new (const char *file);
const char *enclave_policy_editor_get_file (EnclavePolicyEditor *self);

/* Whether @pattern could be added. FALSE with @error. */
gboolean enclave_policy_editor_check_pattern (const char *pattern, GError **error);

/* @pattern: a denial. Finish all of these with enclave_policy_editor_change_finish(). */
void enclave_policy_editor_add_async (EnclavePolicyEditor *self, const char *pattern, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
/* @pattern, @verdict: as enclave_policy_get_rule() tells them of a rule of the source `user`. */
void enclave_policy_editor_remove_async (EnclavePolicyEditor *self, const char *pattern, EnclaveVerdict verdict,
                                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* An exception for the file of this absolute path and nothing else. */
void enclave_policy_editor_except_async (EnclavePolicyEditor *self, const char *path, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);
/* Takes back the last change, unless the file has been changed by somebody since. */
void enclave_policy_editor_undo_async (EnclavePolicyEditor *self, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_policy_editor_change_finish (EnclavePolicyEditor *self, GAsyncResult *result, GError **error);

G_END_DECLS
