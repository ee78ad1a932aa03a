/* enclave-git-values.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-git-progress.h"
#include "enclave-value-scan.h"

G_BEGIN_DECLS

/* What only git's objects have of denied files (history, stash, index, objects that nothing names): its values, for a level of the
 * sandbox at which a command can read those objects. Git runs in a box of its own and nothing of it is written to a disk.
 *
 * At most ENCLAVE_VALUE_HISTORY_MAX_BLOBS files of ENCLAVE_VALUE_HISTORY_MAX_BYTES in all, the smallest first, within
 * ENCLAVE_VALUE_HISTORY_MAX_MS for all. What commits have is looked for once, here or for a store (enclave-git-store.h): what was found of
 * them is kept for both, also where the time was too short for all. @repositories: from enclave_git_repositories_find(). @progress:
 * (nullable): is told how far it is. Blocks: for workers. Returns: FALSE when git could not be asked about one, with G_IO_ERROR_TIMED_OUT where
 * that took too long and another call would go on; what was learnt of the others stays. */
gboolean enclave_git_values_learn (EnclaveValueScan *scan, EnclaveValueHashes *hashes, EnclavePolicy *policy, const char *root,
                                   GPtrArray *repositories, EnclaveGitProgress *progress, GError **error);

G_END_DECLS
