/* enclave-state-file.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Small files of Enclave's own in a subfolder of its state folder, readable by the user alone (0600). Both block, for one
 * small file. @subfolder, @name: one component each. */

/* Returns: (transfer full) (nullable): its bytes; NULL when there is none, it is no regular file of the user's, or it is
 * larger than @max_bytes. */
GBytes *enclave_state_file_load (const char *subfolder, const char *name, gsize max_bytes);
/* Whole or not at all. */
gboolean enclave_state_file_save (const char *subfolder, const char *name, GBytes *contents, GError **error);

G_END_DECLS
