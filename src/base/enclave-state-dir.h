/* enclave-state-dir.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Enclave's own files below the XDG state, config and runtime folders. Folders are made with mode 0700
 * when first needed; an existing folder that is a symbolic link or not ours is refused. */

/* @subfolder: (nullable): one component. Returns: (transfer full): absolute path, or NULL. */
char *enclave_state_dir_ensure (const char *subfolder, GError **error);
char *enclave_config_dir_ensure (const char *subfolder, GError **error);
/* A folder for sockets: below XDG_RUNTIME_DIR when that is there, else a fresh 0700 folder in /tmp. */
char *enclave_runtime_dir_ensure (const char *subfolder, GError **error);
/* Paths only, nothing is made. (transfer full) */
char *enclave_state_dir_path (const char *subfolder);
char *enclave_config_dir_path (const char *name);

G_END_DECLS
