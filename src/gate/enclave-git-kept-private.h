/* enclave-git-kept-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The file in each folder that says where its repository is. */
#define ENCLAVE_GIT_KEPT_PLACE "place"

/* Returns: (transfer full): the folder of all of them. */
char *_enclave_git_kept_dup_all (void);
/* In @folder, which is that of one repository: what has ended without having finished, and what nothing has used for @age_s. The view keeps
 * a shared lock on `blobs` of the store that it serves. @but: (nullable): a name that stays. Whoever calls this has the lock of @folder, so
 * that nobody else is making anything there. Blocks. */
void _enclave_git_kept_remove_unused (const char *folder, const char *but, gint64 age_s);

G_END_DECLS
