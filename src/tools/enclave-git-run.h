/* enclave-git-run.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-tool-scope.h"

G_BEGIN_DECLS

/* What the git tools share. git runs confined and read-only, with everything switched off that a repository's
 * configuration could make it start. */

/* A command line that begins with git and its safe options. (transfer full) (element-type utf8) */
GPtrArray *enclave_git_command_new (const char *subcommand);
void enclave_git_command_add (GPtrArray *command, const char *argument);
/* @command: (transfer full): ended here. */
void enclave_git_run_async (EnclaveToolScope *scope, GPtrArray *command, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);

/* Names as `--name-only` prints them with core.quotePath. (transfer full) (element-type utf8) */
GPtrArray *enclave_git_parse_names (const char *text);

typedef struct
{
  GPtrArray *allowed; /* (element-type utf8) */
  GPtrArray *refused; /* (element-type utf8): "NAME (RULE)" */
} EnclaveGitNames;

void enclave_git_names_free (EnclaveGitNames *names);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveGitNames, enclave_git_names_free)

typedef enum
{
  ENCLAVE_GIT_JUDGE_NONE = 0,
  ENCLAVE_GIT_JUDGE_STRICT = 1 << 0,     /* the first refusal is the error, not an entry in the list of the refused */
  ENCLAVE_GIT_JUDGE_FILES_ONLY = 1 << 1, /* a folder is refused: what is in it would not be judged */
} EnclaveGitJudgeFlags;

/* Asks the gate about each of @paths, for reading. @paths: (element-type utf8) (transfer none). */
void enclave_git_judge_async (EnclaveToolScope *scope, GPtrArray *paths, EnclaveGitJudgeFlags flags,
                              GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
EnclaveGitNames *enclave_git_judge_finish (EnclaveToolScope *scope, GAsyncResult *result, GError **error);

G_END_DECLS
