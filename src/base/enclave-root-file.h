/* enclave-root-file.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A file by which the administrator says something for all users of a machine. Blocks for one small file.
 * @owner: whose it has to be, 0 but in tests. Returns: (transfer full) (nullable): its text, which may hold anything; NULL with
 * @error when it is no regular file of @owner's, others may write it, it is larger than @max_bytes or can't be read; NULL without
 * one when there is no such file. */
char *enclave_root_file_read (const char *path, guint32 owner, gsize max_bytes, GError **error);

G_END_DECLS
