/* enclave-git-store-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-git-progress.h"
#include "enclave-policy.h"

G_BEGIN_DECLS

/* One repository that a store is made of. All is borrowed. */
typedef struct
{
  EnclavePolicy *policy;
  const char *root;
  const char *git_folder;
  const char *work;
  gboolean reduced;
  EnclaveGitProgress *progress; /* (nullable) */
  GCancellable *cancellable;    /* (nullable) */
} EnclaveGitStoreInput;

/* Before what runs in the box: it takes all processors for many seconds, and a window that wants to draw goes first. With nothing else
 * to do it takes no longer. */
#define ENCLAVE_GIT_NICE "/usr/bin/nice", "-n", "5"

/* Runs @script in a box that sees the project as it is and can write nothing but @folder; it gets the folder of the files as $1,
 * @folder as $2 and that of the repository as $3, and leaves what went wrong in a file `problem` there. Blocks; a cancelled one is
 * ended. */
gboolean _enclave_git_store_run (const EnclaveGitStoreInput *input, const char *script, const char *folder, GError **error);
/* Fills @folder, which is empty, with the files of a store. @kept: where what is dear to make is kept for other stores. Blocks. */
gboolean _enclave_git_store_fill (const EnclaveGitStoreInput *input, const char *kept, const char *folder, GError **error);
/* The folder and all in it. */
void _enclave_git_store_remove_folder (const char *path);

G_END_DECLS
