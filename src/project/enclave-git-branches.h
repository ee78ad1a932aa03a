/* enclave-git-branches.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-gate.h"

G_BEGIN_DECLS

/* The local branches of a project, and going to another one.
 *
 * A switch writes the person's files, and git does it in the box, where it sees the project through the filter: of what the repository
 * holds of a denied file it reads a notice instead, it can't write one, and it may not write what other rules protect. Git takes no file
 * for a reason to stop once it has begun: it would leave such a file out, go on, and the file would look deleted or changed. So nothing is
 * begun before it is known to end well:
 *   1. The two commits are compared. Trees can be read for every path, also for denied ones, and git leaves alone each path that is the
 *      same in both: a denied file that differs in neither is not touched, whatever stands in its place.
 *   2. When a path that differs is denied, or protected from being written, the switch is refused and names it. The person's own
 *      terminal can do it. Only of a path that may be read is the content the real one.
 *   3. A folder that would become a file must not hold anything denied: git can't see into it, and would stop in the middle.
 *   4. No file that has to be written may need a filter, git-lfs say: the box has none of the person's, and git would write the pointer
 *      over the file.
 *   5. Every content that has to be written must be there: what came a moment ago, or what a partial clone has not fetched, is found
 *      before, not in between.
 *   6. `git switch` runs, never with --force, --merge or --discard-changes, and with --no-overwrite-ignore: without it git replaces an
 *      ignored file without a word. It refuses by itself to lose a local change, and its words are what the person reads. No hook, no
 *      submodule, nothing remote.
 *   7. What git says of the paths afterwards is read: a disk that was full is told, not taken for a success. When git failed, each path is
 *      looked at: an end in the middle is told, not taken for a refusal.
 * It is not cancelled once it runs: half of a switch is worse than a long one. */

typedef struct
{
  char *name;       /* without refs/heads/, raw bytes */
  char *shown;      /* the same as one printable line */
  char *subject;    /* of its last commit, printable */
  gint64 time;      /* of its last commit, seconds since 1970 */
  gboolean is_current;
} EnclaveGitBranch;

void enclave_git_branch_free (EnclaveGitBranch *branch);
/* The branches of the bytes of `git for-each-ref` as enclave_git_branches_load_async() asks for them, any bytes; names that a command line
 * could take for an option are left out. (transfer full) (element-type EnclaveGitBranch) */
GPtrArray *enclave_git_branches_parse (const char *bytes, gsize length);
/* All local branches, the one with the newest commit first. Errors: as of enclave_git_command_async(). */
void enclave_git_branches_load_async (EnclaveGate *gate, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) (element-type EnclaveGitBranch) */
GPtrArray *enclave_git_branches_load_finish (EnclaveGate *gate, GAsyncResult *result, GError **error);

/* Goes to the branch @name. Finish: @removed: (out) (transfer full) (optional): the files that are not in that branch, relative.
 * Errors: G_IO_ERROR_PERMISSION_DENIED: git in its box can't write a file that differs; G_IO_ERROR_FAILED: git's reason; in both cases nothing is
 * changed. G_IO_ERROR_PARTIAL_INPUT: git has begun, but files could not be written, or it ended in the middle. */
void enclave_git_branches_switch_async (EnclaveGate *gate, const char *name, GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_git_branches_switch_finish (EnclaveGate *gate, GAsyncResult *result, GPtrArray **removed, GError **error);
/* Makes a branch where HEAD is and goes to it: no file changes. Errors: G_IO_ERROR_FAILED with git's reason, a name that can't be one say. */
void enclave_git_branches_create_async (EnclaveGate *gate, const char *name, GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_git_branches_create_finish (EnclaveGate *gate, GAsyncResult *result, GError **error);

typedef struct
{
  char *path;           /* relative, raw */
  char *object;         /* (nullable): its new content; NULL: it goes */
  gboolean is_folder;   /* a submodule, or one that becomes something else */
  gboolean is_submodule; /* it will be one */
} EnclaveGitDifference;

void enclave_git_difference_free (EnclaveGitDifference *difference);
/* The bytes of `git diff-tree --raw -r -z --no-renames --no-abbrev`, any bytes. NULL when they are none: nothing may be done that trusts them.
 * (transfer full) (nullable) (element-type EnclaveGitDifference) */
GPtrArray *enclave_git_differences_parse (const char *bytes, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveGitBranch, enclave_git_branch_free)

G_END_DECLS
