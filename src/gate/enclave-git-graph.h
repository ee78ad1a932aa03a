/* enclave-git-graph.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-policy.h"

G_BEGIN_DECLS

/* Which blobs of a repository are the content of a file whose path may be read, in any commit or in the index. What git printed is
 * read as the hostile text it is. */
typedef struct _EnclaveGitGraph EnclaveGitGraph;

/* @folder: where these files of git's lie: `objects` (`cat-file --batch-all-objects --batch-check='%(objectname) %(objecttype)'`),
 * `index` (`ls-files -s -z`). @differences: (element-type GBytes): what every commit has that none of its parents has, together all that
 * any commit has: `diff-tree --stdin -r -c --root --raw -z` of all commits, or `ls-tree -r -z` of each. @work: where the repository has
 * its files, which the policy of @root judges. @cancellable: (nullable). Returns: (transfer full); NULL with @error. Blocks. */
EnclaveGitGraph *enclave_git_graph_read (const char *folder, GPtrArray *differences, EnclavePolicy *policy, const char *root,
                                         const char *work, GCancellable *cancellable, GError **error);
void enclave_git_graph_free (EnclaveGitGraph *self);
/* @object: hexadecimal. TRUE for a blob that nothing allows and for what git has not listed: nobody has looked at it. Commits,
 * trees and tags that it has listed are never hidden. */
gboolean enclave_git_graph_hides (EnclaveGitGraph *self, const char *object);
/* How many bytes the names of objects have; 0 where there are none. */
gsize enclave_git_graph_get_hash_length (EnclaveGitGraph *self);
/* (element-type utf8) (transfer none): all blobs that are hidden, sorted. */
GPtrArray *enclave_git_graph_get_hidden (EnclaveGitGraph *self);
/* Returns: (nullable): a path below the root, and denied, that @object has in a commit or the index; NULL for what nothing names. */
const char *enclave_git_graph_get_denied_path (EnclaveGitGraph *self, const char *object);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveGitGraph, enclave_git_graph_free)

G_END_DECLS
