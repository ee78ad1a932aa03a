/* enclave-service-folder.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Makes a folder that nobody else may enter, for the socket of one service, in the runtime folder, else in the one for temporary
 * files; what a process that was killed has left of its own is removed. @name: the beginning of its name.
 * Returns: (transfer full): its path, NULL with G_IO_ERROR. */
char *enclave_service_folder_make (const char *name, GError **error);
/* A file in it with a random key of 64 digits, for this user alone. Returns: (transfer full): its path; @key: (out). */
char *enclave_service_folder_make_key (const char *folder, char **key, GError **error);
/* Removes it and the files in it. */
void enclave_service_folder_remove (const char *folder);

G_END_DECLS
