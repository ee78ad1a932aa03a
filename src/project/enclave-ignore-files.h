/* enclave-ignore-files.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-ignore-level.h"

G_BEGIN_DECLS

/* Adds to @level what the ignore files of one folder say: `.gitignore`, `.ignore` and, at the root, `.git/info/exclude`. Links and what
 * is no ordinary file are passed over, and so is a file of more than 256 KiB. Blocks: for workers. */
void enclave_ignore_files_add (EnclaveIgnoreLevel *level, int folder_fd, gboolean is_root);
/* TRUE for a name whose content says what is ignored in its folder. */
gboolean enclave_ignore_files_is_one (const char *name);

G_END_DECLS
