/* enclave-git-store.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-git-progress.h"
#include "enclave-policy.h"

G_BEGIN_DECLS

/* Before a script that gets the folder of the files as $1 and that of the repository as $3: the objects as they are, of this
 * repository and no other, whoever owns it, and nothing that somebody wrote down of them. */
#define ENCLAVE_GIT_LOOK                                                                                                           \
  "export GIT_DIR=\"$3\" GIT_WORK_TREE=\"$1\" GIT_OBJECT_DIRECTORY=\"$3/objects\" GIT_NO_REPLACE_OBJECTS=1 GIT_NO_LAZY_FETCH=1"     \
  " GIT_GRAFT_FILE=/dev/null GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'"                            \
  " GIT_CONFIG_KEY_1=core.commitGraph GIT_CONFIG_VALUE_1=false"

/* Behind it: writes the files that enclave_git_graph_read() takes into $out. What is staged in worktrees counts, too. */
#define ENCLAVE_GIT_LIST                                                                                                           \
  "git cat-file --batch-all-objects --unordered --batch-check='%(objectname) %(objecttype)' >\"$out/objects\"\n"                   \
  "git ls-files -s -z --full-name >\"$out/index\"\n"                                                                              \
  "for index in \"$3\"/worktrees/*/index; do [ ! -f \"$index\" ] ||"                                                              \
  " GIT_INDEX_FILE=$index git ls-files -s -z --full-name >>\"$out/index\"; done\n"

/* Then: what the commits in $out/asked have that their parents have not, as $out/differences. Where a parent or a folder is lacking, as
 * in a damaged repository, all that there is of each. Meanwhile $out/done becomes a byte longer with so many commits. */
#define ENCLAVE_GIT_DIFFERENCES_STEP 1000
#define ENCLAVE_GIT_DIFFERENCES                                                                                                    \
  "export out SHELL=/bin/sh\n"                                                                                                     \
  "differ () { { split -l " G_STRINGIFY (ENCLAVE_GIT_DIFFERENCES_STEP) " --filter='cat && printf . >>\"$out/done\"' \"$1\" &&"        \
  " : >\"$1.fed\"; } | git diff-tree --stdin --no-commit-id -r -c --root --raw -z --no-renames --no-abbrev >\"$1.differences\" &&"    \
  " [ -f \"$1.fed\" ] ||\n"                                                                                                         \
  "while read -r commit; do git ls-tree -r -z --full-tree \"$commit\" || :; done <\"$1\" >\"$1.differences\"; }\n"                   \
  "rm -f \"$out\"/asked.*; : >>\"$out/done\"; n=$(nproc); [ \"$n\" -le 4 ] || n=4\n"                                                 \
  "each=$(($(wc -l <\"$out/asked\") / n / " G_STRINGIFY (ENCLAVE_GIT_DIFFERENCES_STEP) " + 1))000\n"                                 \
  "split -l \"$each\" \"$out/asked\" \"$out/asked.\"; all=\n"                                                                       \
  "for part in \"$out\"/asked.*; do differ \"$part\" & all=\"$all $!\"; done; for one in $all; do wait \"$one\"; done\n"             \
  "cat \"$out\"/asked.*.differences >\"$out/differences\"; rm -f \"$out\"/asked.*\n"

/* What a command may see of the git objects of the project's repositories (its own, those of submodules and others in it, see
 * enclave-git-repositories.h), worked out by git itself in a box of its own: a blob that no commit and no
 * index has under an allowed path is left out, whatever still refers to it, and so is one that nothing refers to. The answer is
 * a folder for `enclave-view --store`; it is kept and used again while the repository and the rules stay the same:
 *
 *   blobs   the loose blobs that may be read, one a line
 *   packs   the packs that hold nothing hidden
 *   pack/   packs in place of the others, and one with a notice under each hidden name
 *
 * Whoever asks for the same meanwhile, in this process or another one, waits for it and gets the same folder. Cancelling ends the
 * waiting and the making at once, and leaves nothing half made that anybody would use.
 *
 * @reduced: the box of git has to do without namespaces. @progress: (nullable): is told how far it is. @cancellable: (nullable).
 */
void enclave_git_store_prepare_async (EnclavePolicy *policy, const char *root, gboolean reduced, EnclaveGitProgress *progress,
                                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* @others: (out) (transfer full): for each further repository a line with the path of its object store, a tab and its folder; one
 * that could not be looked through is left out. Returns: (transfer full) (nullable): the folder of the project's own; NULL without
 * an error when it has none. */
char *enclave_git_store_prepare_finish (GAsyncResult *result, char **others, GError **error);
/* Where the stores of the repository in @git_folder keep its enclave-git-differences.h. (transfer full) */
char *enclave_git_store_dup_differences_path (const char *git_folder);
/* Changes with the objects and the index of the repository in @git_folder, and with the rules. Returns: (transfer full):
 * hexadecimal. Blocks. */
char *enclave_git_store_fingerprint (EnclavePolicy *policy, const char *git_folder);

G_END_DECLS
