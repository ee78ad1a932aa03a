/* enclave-settings-file.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-gate-error.h"

G_BEGIN_DECLS

/* Files that say how Enclave is set up, read for the person and never for a model: those of a project, of other programs in the home folder,
 * and our own. None of these blocks. */

/* @root: (nullable): of a project: then @path is relative to it, and no link is followed on the way. Otherwise @path is absolute, and the
 * file must be one that only this user or root could have written.
 * Result: (transfer full) (nullable): NULL without an error when there is no such file. ENCLAVE_GATE_ERROR_TOO_LARGE, _NOT_REGULAR,
 * _OUTSIDE_ROOT, _FAILED. */
void enclave_settings_file_read_async (const char *root, const char *path, gsize max_bytes, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
GBytes *enclave_settings_file_read_finish (GAsyncResult *result, GError **error);

/* Replaces the file @name of our configuration folder, whole or not at all; readable by this user alone. @seen: (nullable): what
 * the file held when it was read, NULL when there was none: ENCLAVE_GATE_ERROR_CHANGED when that is no longer so. */
void enclave_settings_file_save_async (const char *name, GBytes *seen, GBytes *contents, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_settings_file_save_finish (GAsyncResult *result, GError **error);

G_END_DECLS
