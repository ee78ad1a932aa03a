/* enclave-git-repositories.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* So many are looked through before a command; one more is not shown to it. */
#define ENCLAVE_GIT_MAX_REPOSITORIES 32

typedef struct
{
  char *git_folder; /* absolute: where its HEAD and its objects are */
  char *work;       /* absolute: where its files are */
} EnclaveGitRepository;

/* The repository of @root, those of its submodules and those in folders of it, three deep, whose folders all lie in @root. A
 * linked worktree has no objects of its own and is none of them.
 * Returns: (transfer full) (element-type EnclaveGitRepository): that of @root first. Blocks. */
GPtrArray *enclave_git_repositories_find (const char *root);

G_END_DECLS
