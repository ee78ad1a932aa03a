/* enclave-tree-walk.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* All files below a folder, for the person's own finding: names as the file system has them, in no order. Links and `.git` are not
 * followed. What `.gitignore`, `.ignore` and `.git/info/exclude` leave out is left out, as gitignore(5) says, unless it was asked for:
 * no git runs for it. Nothing is judged: the person may see every file. Blocks: for workers. */

typedef enum
{
  ENCLAVE_TREE_WALK_DEFAULT = 0,
  ENCLAVE_TREE_WALK_IGNORED = 1 << 0, /* what the ignore files leave out as well */
} EnclaveTreeWalkFlags;

/* @path: relative, `/` separated, gone after the call. Returns: FALSE ends the walk. */
typedef gboolean (*EnclaveTreeWalkFunc) (const char *path, gpointer user_data);

/* @root: absolute. A folder that can't be read is left out. @problem: (out) (optional): the error of the first that was left out for want
 * of what the system gives, such as EMFILE, or 0. Returns: FALSE when it ended before all was seen: cancelled, by @visit, or there are more
 * than ENCLAVE_TREE_WALK_MAX_FILES. */
gboolean enclave_tree_walk (const char *root, EnclaveTreeWalkFlags flags, GCancellable *cancellable, EnclaveTreeWalkFunc visit,
                            gpointer user_data, int *problem);
/* Whether @code says that the system fails, and not that a file may not be read or is none. */
gboolean enclave_tree_walk_is_problem (int code);

G_END_DECLS
