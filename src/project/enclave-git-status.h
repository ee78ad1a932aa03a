/* enclave-git-status.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-gate.h"

G_BEGIN_DECLS

/* What git says of a project: which files are changed, how a file was, and what the person does about it: stage a piece, commit. All of
 * it by git in the box (see enclave-git-command.h); denied files are left out, what stands in the box in their place is not theirs.
 * Signal: "changed": the list is another one, or lacks the new files now. Property: none. */
#define ENCLAVE_TYPE_GIT_STATUS (enclave_git_status_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveGitStatus, enclave_git_status, ENCLAVE, GIT_STATUS, GObject)

typedef struct
{
  char *path;     /* relative to the project, raw */
  char staged;    /* as `git status --porcelain` has it: ' ', M, A, D, R, C, U, ? */
  char unstaged;
} EnclaveGitChange;

/* What became of a file since the last commit. */
typedef enum
{
  ENCLAVE_GIT_UNCHANGED,
  ENCLAVE_GIT_CHANGED,
  ENCLAVE_GIT_NEW,
  ENCLAVE_GIT_DELETED,
  ENCLAVE_GIT_RENAMED,
  ENCLAVE_GIT_IN_CONFLICT,
} EnclaveGitKind;

/* Never UNCHANGED. */
EnclaveGitKind enclave_git_change_get_kind (const EnclaveGitChange *change);

/* Nothing runs before the first refresh, and nothing where the folder has no `.git`. */
EnclaveGitStatus *enclave_git_status_new (EnclaveGate *gate);
/* Whether the folder is a repository. */
gboolean enclave_git_status_get_has_repository (EnclaveGitStatus *self);
/* Asks git soon; several wishes become one. */
void enclave_git_status_refresh (EnclaveGitStatus *self);
/* Asks git now. Where git can't name all new files, because they are too many, say, the changes are those of the files it knows. */
void enclave_git_status_refresh_async (EnclaveGitStatus *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data);
gboolean enclave_git_status_refresh_finish (EnclaveGitStatus *self, GAsyncResult *result, GError **error);
/* In the order of paths: (element-type EnclaveGitChange), borrowed. */
GPtrArray *enclave_git_status_get_changes (EnclaveGitStatus *self);
/* There may be new files that git could not name: too many, say. */
gboolean enclave_git_status_get_lacks_new_files (EnclaveGitStatus *self);
/* The same list from the bytes of `git status --porcelain=v1 -z`, any bytes. (transfer full) (element-type EnclaveGitChange) */
GPtrArray *enclave_git_status_parse (const char *bytes, gsize length);

/* The text of a file as it is staged. @path: relative. Finish: (transfer full): NULL with an error: git does not have it, or it is denied
 * or no UTF-8 text. */
void enclave_git_status_load_base_async (EnclaveGitStatus *self, const char *path, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);
char *enclave_git_status_load_base_finish (EnclaveGitStatus *self, GAsyncResult *result, GError **error);
/* Stages @patch, a unified diff of one file against what is staged. */
void enclave_git_status_stage_async (EnclaveGitStatus *self, const char *patch, GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);
/* Commits @paths (NULL-terminated, relative) as they are on disk, and nothing else; a denied one is refused. @paths NULL: what is
 * staged. No hook and no signature. */
void enclave_git_status_commit_async (EnclaveGitStatus *self, const char *const *paths, const char *message, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
/* Of stage and commit. */
gboolean enclave_git_status_write_finish (EnclaveGitStatus *self, GAsyncResult *result, GError **error);
/* `git diff HEAD`, for the person to read. Finish: (transfer full). */
void enclave_git_status_diff_async (EnclaveGitStatus *self, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data);
char *enclave_git_status_diff_finish (EnclaveGitStatus *self, GAsyncResult *result, GError **error);

G_END_DECLS
