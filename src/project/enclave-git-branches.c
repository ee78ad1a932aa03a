/* enclave-git-branches.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-branches.h"

#include <string.h>

#include "enclave-git-command.h"
#include "enclave-git-text.h"
#include "enclave-utf8.h"

#define MAX_BRANCHES "5000"
#define REFS_HEADS "refs/heads/"

void
enclave_git_branch_free (EnclaveGitBranch *branch)
{
  g_free (branch->name);
  g_free (branch->shown);
  g_free (branch->subject);
  g_free (branch);
}

/* A name that begins with a dash is one that git itself refuses to make. */
static gboolean
is_name (const char *reference, gsize length)
{
  return length > strlen (REFS_HEADS) && strncmp (reference, REFS_HEADS, strlen (REFS_HEADS)) == 0
         && reference[strlen (REFS_HEADS)] != '-';
}

GPtrArray *
enclave_git_branches_parse (const char *bytes, gsize length)
{
  GPtrArray *branches = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_git_branch_free);
  EnclaveGitFields fields = { bytes, bytes + length };
  const char *reference;
  gsize reference_length;

  while ((reference = enclave_git_fields_next (&fields, &reference_length)) != NULL)
    {
      gsize head_length = 0, time_length = 0, subject_length = 0;
      const char *head = enclave_git_fields_next (&fields, &head_length);
      const char *seconds = enclave_git_fields_next (&fields, &time_length);
      const char *subject = enclave_git_fields_next (&fields, &subject_length);
      EnclaveGitBranch *branch;

      if (subject == NULL)
        break;
      /* each line begins behind the end of the one before */
      if (reference_length > 0 && *reference == '\n')
        {
          reference++;
          reference_length--;
        }
      if (!is_name (reference, reference_length))
        continue;
      branch = g_new0 (EnclaveGitBranch, 1);
      branch->name = g_strndup (reference + strlen (REFS_HEADS), reference_length - strlen (REFS_HEADS));
      branch->shown = enclave_git_dup_line (branch->name, strlen (branch->name), ENCLAVE_GIT_SUBJECT_MAX_BYTES);
      branch->is_current = head_length == 1 && *head == '*';
      branch->time = enclave_git_parse_time (seconds, time_length);
      branch->subject = enclave_git_dup_line (subject, subject_length, ENCLAVE_GIT_SUBJECT_MAX_BYTES);
      g_ptr_array_add (branches, branch);
    }

  return branches;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GBytes) output = enclave_git_command_finish_for (task, result);
  gsize length = 0;
  const char *bytes;

  if (output == NULL)
    return;
  bytes = g_bytes_get_data (output, &length);
  g_task_return_pointer (task, enclave_git_branches_parse (bytes, length), (GDestroyNotify) g_ptr_array_unref);
}

void
enclave_git_branches_load_async (EnclaveGate *gate, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  static const char *const arguments[] = { "for-each-ref", "--count=" MAX_BRANCHES, "--sort=-committerdate",
                                           "--format=%(refname)%00%(HEAD)%00%(committerdate:unix)%00%(contents:subject)%00",
                                           REFS_HEADS, NULL };
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_GATE (gate));

  task = g_task_new (gate, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_git_branches_load_async);
  enclave_git_command_async (gate, arguments, NULL, FALSE, cancellable, loaded_cb, task);
}

GPtrArray *
enclave_git_branches_load_finish (EnclaveGate *gate, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, gate), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GBytes) output = enclave_git_command_finish_for (task, result);

  if (output != NULL)
    g_task_return_boolean (task, TRUE);
}

void
enclave_git_branches_create_async (EnclaveGate *gate, const char *name, GAsyncReadyCallback callback, gpointer user_data)
{
  const char *arguments[] = { "switch", "--quiet", "--no-track", "--create", name, NULL };
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_GATE (gate));
  g_return_if_fail (name != NULL);

  task = g_task_new (gate, NULL, callback, user_data);
  g_task_set_source_tag (task, enclave_git_branches_create_async);
  enclave_git_command_async (gate, arguments, NULL, TRUE, NULL, created_cb, task);
}

gboolean
enclave_git_branches_create_finish (EnclaveGate *gate, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, gate), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
