/* enclave-file-operation.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a person does with files of the tree. Nothing that is there is ever written over, and nothing is deleted for good.
 * All work is done on a worker; messages are for people. */

/* Whether @name can be the name of a file: one component, no control characters, at most 255 bytes.
 * @error: (nullable): G_IO_ERROR_INVALID_FILENAME. */
gboolean enclave_file_operation_check_name (const char *name, GError **error);
/* Makes an empty file or a folder named @name in @folder. Finish: (transfer full): it. */
void enclave_file_operation_make_async (GFile *folder, const char *name, gboolean is_folder, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
/* Gives @file the name @name in @folder (its own or another); a link is moved, not what it points to. Within one file system.
 * Finish: (transfer full): where it is now. */
void enclave_file_operation_move_async (GFile *file, GFile *folder, const char *name, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
/* Into the desktop's trash, from where it can be taken back. Finish: (transfer full): where it was. Where there is no trash
 * it stays. */
void enclave_file_operation_trash_async (GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback,
                                         gpointer user_data);
/* Takes back what went from @file into the trash last. Finish: (transfer full): @file. */
void enclave_file_operation_restore_async (GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback,
                                           gpointer user_data);
GFile *enclave_file_operation_finish (GAsyncResult *result, GError **error);

G_END_DECLS
