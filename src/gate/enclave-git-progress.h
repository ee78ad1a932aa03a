/* enclave-git-progress.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How far the look at the history of a project is, which nobody sees where it is short. "changed" is emitted in the main loop, a few times
 * a second at most. */
#define ENCLAVE_TYPE_GIT_PROGRESS (enclave_git_progress_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveGitProgress, enclave_git_progress, ENCLAVE, GIT_PROGRESS, GObject)

typedef enum
{
  ENCLAVE_GIT_PROGRESS_NONE,      /* nothing goes on, or not for long */
  ENCLAVE_GIT_PROGRESS_COMMITS,   /* commits are asked for what they have */
  ENCLAVE_GIT_PROGRESS_PREPARING, /* what may be seen is put together */
} EnclaveGitProgressStep;

EnclaveGitProgress *enclave_git_progress_new (void);
/* @done, @total: (out): commits, where they are being asked; 0 otherwise. */
EnclaveGitProgressStep enclave_git_progress_get (EnclaveGitProgress *self, guint *done, guint *total);

/* The following are for those who look, in any thread; @self: (nullable). */

/* One begins or ends to look, or to wait for another one's look; when all have ended nothing goes on. */
void enclave_git_progress_begin (EnclaveGitProgress *self);
void enclave_git_progress_end (EnclaveGitProgress *self);
/* Takes how far it is from @folder, in which somebody is looking; what is there is not trusted. Blocks. */
void enclave_git_progress_look (EnclaveGitProgress *self, const char *folder);
/* The same from whichever folder in @kept somebody is looking in, here or in another process. */
void enclave_git_progress_look_within (EnclaveGitProgress *self, const char *kept);

G_END_DECLS
