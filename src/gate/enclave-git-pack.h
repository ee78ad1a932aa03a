/* enclave-git-pack.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* (element-type utf8) (transfer full): the hexadecimal names of the objects of a pack, by its `.idx` file. */
GPtrArray *enclave_git_pack_read_names (const char *index_path, gsize hash_length, GError **error);
/* Writes `pack-enclave.pack` and its index into @folder: under each of @names (sorted, hexadecimal) a blob that says that the
 * file is hidden. Git does not compare what it reads from a pack with the name; so what asks for such an object gets these words,
 * and what only needs it to be there goes on. */
gboolean enclave_git_pack_write_blanks (const char *folder, GPtrArray *names, GError **error);

G_END_DECLS
