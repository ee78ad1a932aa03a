/* enclave-git-run.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-git-run.h"

#include "enclave-git-options.h"

GPtrArray *
enclave_git_command_new (const char *subcommand)
{
  GPtrArray *command = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (enclave_git_options); i++)
    enclave_git_command_add (command, enclave_git_options[i]);
  enclave_git_command_add (command, subcommand);

  return command;
}

void
enclave_git_command_add (GPtrArray *command, const char *argument)
{
  g_ptr_array_add (command, g_strdup (argument));
}

void
enclave_git_run_async (EnclaveToolScope *scope, GPtrArray *command, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GPtrArray) owned = command;

  g_ptr_array_add (owned, NULL);
  enclave_tool_scope_run_async (scope, (const char *const *) owned->pdata, NULL,
                                ENCLAVE_RUN_QUIET | ENCLAVE_RUN_READ_ONLY, 0, cancellable, callback, user_data);
}

GPtrArray *
enclave_git_parse_names (const char *text)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *line = g_strchomp (lines[i]);
      gsize length = strlen (line);

      /* What git says beside its answer comes on the same way; a file of such a name is left out. */
      if (g_str_has_prefix (line, "warning: ") || g_str_has_prefix (line, "hint: ") || g_str_has_prefix (line, "error: "))
        continue;
      if (length >= 2 && *line == '"' && line[length - 1] == '"')
        {
          line[length - 1] = '\0';
          g_ptr_array_add (names, g_strcompress (line + 1));
        }
      else if (length > 0)
        {
          g_ptr_array_add (names, g_strdup (line));
        }
    }

  return names;
}

void
enclave_git_names_free (EnclaveGitNames *names)
{
  g_clear_pointer (&names->allowed, g_ptr_array_unref);
  g_clear_pointer (&names->refused, g_ptr_array_unref);
  g_free (names);
}

typedef struct
{
  GPtrArray *paths;
  EnclaveGitNames *names;
  EnclaveGitJudgeFlags flags;
  guint next;
} JudgeState;

static void
judge_state_free (gpointer data)
{
  JudgeState *state = data;

  g_ptr_array_unref (state->paths);
  g_clear_pointer (&state->names, enclave_git_names_free);
  g_free (state);
}

static void judge_next (GTask *owned_task);

/* A path that exists as something else than a text file, or in the repository only, is allowed as far as rules go. */
static gboolean
is_refusal (const GError *error, EnclaveGitJudgeFlags flags)
{
  static const EnclaveGateError harmless[] = { ENCLAVE_GATE_ERROR_NOT_FOUND, ENCLAVE_GATE_ERROR_NOT_REGULAR,
                                               ENCLAVE_GATE_ERROR_TOO_LARGE, ENCLAVE_GATE_ERROR_NOT_TEXT };

  if ((flags & ENCLAVE_GIT_JUDGE_FILES_ONLY) != 0
      && g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_REGULAR))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (harmless); i++)
    if (g_error_matches (error, ENCLAVE_GATE_ERROR, (int) harmless[i]))
      return FALSE;

  return TRUE;
}

static void
judged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  JudgeState *state = g_task_get_task_data (task);
  const char *path = g_ptr_array_index (state->paths, state->next);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveContextItem) item = NULL;

  item = enclave_tool_scope_read_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);
  if (item == NULL && is_refusal (error, state->flags))
    {
      const char *rule = enclave_gate_error_get_rule (error);

      if ((state->flags & ENCLAVE_GIT_JUDGE_STRICT) != 0 || error->domain != ENCLAVE_GATE_ERROR)
        {
          g_task_return_error (task, g_steal_pointer (&error));
          return;
        }
      g_ptr_array_add (state->names->refused,
                       g_strdup_printf ("%s (%s)", path,
                                        rule != NULL ? rule : enclave_gate_error_to_word ((EnclaveGateError) error->code)));
    }
  else
    {
      g_ptr_array_add (state->names->allowed, g_strdup (path));
    }

  state->next++;
  judge_next (g_steal_pointer (&task));
}

static void
judge_next (GTask *owned_task)
{
  JudgeState *state = g_task_get_task_data (owned_task);

  if (state->next < state->paths->len)
    {
      enclave_tool_scope_read_async (g_task_get_source_object (owned_task),
                                     g_ptr_array_index (state->paths, state->next), 1, 1,
                                     g_task_get_cancellable (owned_task), judged_cb, owned_task);
      return;
    }

  g_task_return_pointer (owned_task, g_steal_pointer (&state->names), (GDestroyNotify) enclave_git_names_free);
  g_object_unref (owned_task);
}

void
enclave_git_judge_async (EnclaveToolScope *scope, GPtrArray *paths, EnclaveGitJudgeFlags flags,
                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  JudgeState *state;

  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (scope));
  g_return_if_fail (paths != NULL);

  task = g_task_new (scope, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_git_judge_async);
  state = g_new0 (JudgeState, 1);
  state->paths = g_ptr_array_ref (paths);
  state->flags = flags;
  state->names = g_new0 (EnclaveGitNames, 1);
  state->names->allowed = g_ptr_array_new_with_free_func (g_free);
  state->names->refused = g_ptr_array_new_with_free_func (g_free);
  g_task_set_task_data (task, state, judge_state_free);

  judge_next (g_steal_pointer (&task));
}

EnclaveGitNames *
enclave_git_judge_finish (EnclaveToolScope *scope, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, scope), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
