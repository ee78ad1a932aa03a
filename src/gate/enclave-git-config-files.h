/* enclave-git-config-files.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* More than so many configurations and files that they include are not looked for. */
#define ENCLAVE_GIT_CONFIG_MAX_FILES 256

/* The text of @fd, whatever its offset is. Returns: (transfer full) (nullable): ending in a NUL; NULL with errno, EFBIG for more
 * than @max_bytes or what is no file. */
char *enclave_git_config_read (int fd, gsize max_bytes, gsize *length);
/* Adds @path, absolute, and what it includes below @root to @found, a set of absolute paths. What lies elsewhere or is not there
 * is left out. Blocks. */
void enclave_git_config_files_add (GHashTable *found, const char *root, const char *path);
/* Those of the repository of @root and of its submodules. Returns: (transfer full) (element-type utf8): as above. Blocks. */
GHashTable *enclave_git_config_files_find (const char *root);

G_END_DECLS
