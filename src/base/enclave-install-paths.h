/* enclave-install-paths.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where the program's own parts lie. When the running program lies in the folder it was built in,
 * these are the build's own places; otherwise the installed ones. No environment variable is read. */

/* Path of a helper in libexec (`enclave-confine`, `enclave-practice-engine`). (transfer full) */
char *enclave_install_paths_helper (const char *name);
/* What a person types to run `enclavectl`: its name, or the path of the one that was built with this program. (transfer full) */
char *enclave_install_paths_ctl (void);
/* Folder with the compiled GSettings schemas, or NULL when the system's place is right. */
const char *enclave_install_paths_schema_dir (void);
const char *enclave_install_paths_locale_dir (void);
/* Folder with what shells read to tell the terminal of their commands. (transfer full) */
char *enclave_install_paths_shell_integration_dir (void);

G_END_DECLS
