/* enclave-git-kept.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-git-progress.h"

G_BEGIN_DECLS

/* What is dear to make of a repository's history is kept for the next time: one folder for each repository, below
 * $XDG_CACHE_HOME/enclave/git. In it:
 *
 *   place         the path of the repository
 *   lock          whoever makes something here holds it
 *   differences   see enclave-git-differences.h
 *   …             stores and their packs, see enclave-git-store.h
 */

/* @git_folder: absolute. Returns: (transfer full): the folder, which need not be there. */
char *enclave_git_kept_dup_folder (const char *git_folder);
/* Makes the folder where it is not there and waits for its lock. The kernel gives the lock back when its process ends. @progress:
 * (nullable): is told how far is who holds it. @cancellable: (nullable): ends the waiting. @end_us: monotonic, when the waiting ends with
 * G_IO_ERROR_TIMED_OUT; 0: never. Returns: a descriptor, to be
 * closed; -1 with @error. Blocks. */
int enclave_git_kept_lock (const char *git_folder, EnclaveGitProgress *progress, GCancellable *cancellable, gint64 end_us, GError **error);
/* Writes down where the repository is, so that what is kept of it can go when it has gone. Whoever calls this has the lock.
 * Returns: whether that was not known before. Blocks. */
gboolean enclave_git_kept_note_place (const char *git_folder);
/* Removes what is kept of repositories that are no longer at their place; of others what nothing has used for
 * ENCLAVE_GIT_KEPT_MAX_S; and where more than @max_bytes are kept, what was used the longest ago. What is in use stays, and what
 * was used within a day is not too much. Links are not followed. Blocks. */
void enclave_git_kept_clean (guint64 max_bytes);
/* The same, within ENCLAVE_GIT_KEPT_MAX_BYTES, in a thread of its own that is in nobody's way. */
void enclave_git_kept_clean_in_thread (void);

G_END_DECLS
