/* enclave-git-differences.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What each commit of a repository has that its parents have not, as git prints it. To ask git for all of them takes long where there
 * are many, and what a commit has never changes: what was asked for once is kept in a file, and only new commits are asked for. */
typedef struct _EnclaveGitDifferences EnclaveGitDifferences;

/* A few seconds' worth. */
#define ENCLAVE_GIT_DIFFERENCES_BATCH 50000

/* @kept: (nullable): the file, which need not be there, and what is damaged in it is left. Returns: (transfer full). Blocks. */
EnclaveGitDifferences *enclave_git_differences_new (const char *kept);
void enclave_git_differences_free (EnclaveGitDifferences *self);
/* The first time, reads `objects` in @folder (`cat-file --batch-all-objects --batch-check='%(objectname) %(objecttype)'`) and writes `wanted`
 * there: all commits that are to be asked for, one a line. Where a commit that was asked for once is no longer there, these are all that
 * there are: nothing of what is gone counts. Then writes the next of them as `asked`, ENCLAVE_GIT_DIFFERENCES_BATCH at most. @asks: (out):
 * whether there is one. Returns: FALSE with @error. Blocks. */
gboolean enclave_git_differences_want (EnclaveGitDifferences *self, const char *folder, gboolean *asks, GError **error);
/* Takes `differences` in @folder, what git has printed of those in `asked`. @keep: also into the file, which nobody else may be writing:
 * whoever is ended after that goes on behind them. Returns: FALSE with @error. Blocks. */
gboolean enclave_git_differences_take (EnclaveGitDifferences *self, const char *folder, gboolean keep, GError **error);
/* (element-type GBytes) (transfer none). */
GPtrArray *enclave_git_differences_get (EnclaveGitDifferences *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveGitDifferences, enclave_git_differences_free)

G_END_DECLS
