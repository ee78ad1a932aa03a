/* enclave-git-commit-tool.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-git-run.h"
#include "enclave-json.h"
#include "enclave-memory-files.h"
#include "enclave-tool-private.h"

#define MESSAGE_MAX_BYTES (16 * 1024)
/* A commit of more files than this is none that a person can judge. */
#define MAX_FILES 200
#define CHECK_KEY "enclave-memory-check"

static const EnclaveToolParameter parameters[] = {
  { .name = "message", .kind = ENCLAVE_PARAMETER_TEXT, .required = TRUE, .max_bytes = MESSAGE_MAX_BYTES },
  { .name = "paths", .kind = ENCLAVE_PARAMETER_PATH_LIST },
};

static const EnclaveToolSpec spec = {
  .name = "git_commit",
  .description = "Commit paths or, without them, all changed tracked files.",
  .effects = ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_RUN,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
  .extra = TRUE,
};

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveContextItem) item = NULL;
  EnclaveToolResult *outcome;
  int wait_status = 0;

  item = enclave_tool_scope_run_finish (ENCLAVE_TOOL_SCOPE (source), result, &wait_status, &error);
  if (item == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  outcome = enclave_tool_result_new (item);
  outcome->wait_status = wait_status;
  g_task_return_pointer (task, outcome, (GDestroyNotify) enclave_tool_result_free);
}

/* Denied files are masked in the box: committing them would commit the mask, so each path is named. */
static void
commit (EnclaveToolScope *scope, EnclaveGitNames *names, GTask *owned_task)
{
  static const char options[] = "git --literal-pathspecs -c core.hooksPath=/dev/null -c core.fsmonitor=false"
                                " -c commit.gpgSign=false -c 'safe.directory=*'";
  const char *message = g_task_get_task_data (owned_task);
  g_autofree char *quoted_message = g_shell_quote (message);
  g_autoptr (GString) paths = g_string_new (NULL);
  g_autofree char *command = NULL;
  const char *argv[] = { "/bin/sh", "-c", NULL, NULL };

  if (names->allowed->len == 0)
    {
      g_task_return_new_error (owned_task, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_FAILED,
                               "Committing: no changed file may be committed");
      g_object_unref (owned_task);
      return;
    }

  for (guint i = 0; i < names->allowed->len; i++)
    {
      g_autofree char *quoted = g_shell_quote (g_ptr_array_index (names->allowed, i));

      g_string_append_printf (paths, " %s", quoted);
    }
  command = g_strdup_printf ("%s add --%s && %s commit --quiet --message=%s --%s", options, paths->str, options,
                             quoted_message, paths->str);
  argv[2] = command;
  enclave_tool_scope_run_async (scope, argv, command, ENCLAVE_RUN_NONE, 0, g_task_get_cancellable (owned_task),
                                done_cb, owned_task);
}

typedef struct
{
  EnclaveGitNames *names;
  guint next; /* of the allowed ones */
} MemoryCheck;

static void
memory_check_free (gpointer data)
{
  MemoryCheck *check = data;

  enclave_git_names_free (check->names);
  g_free (check);
}

static void check_memory (EnclaveToolScope *scope, GTask *owned_task);

static gboolean
is_memory_file (const char *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (enclave_memory_files); i++)
    if (strcmp (enclave_memory_files[i], path) == 0)
      return TRUE;

  return FALSE;
}

/* What a memory file holds every clone of the repository gives to a model: a secret in it is taken out first. */
static void
memory_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveToolScope *scope = ENCLAVE_TOOL_SCOPE (source);
  MemoryCheck *check = g_object_get_data (G_OBJECT (task), CHECK_KEY);
  const char *path = g_ptr_array_index (check->names->allowed, check->next);
  g_autoptr (EnclaveContextItem) item = enclave_tool_scope_read_finish (scope, result, NULL);

  if (item != NULL && enclave_context_item_count_masks (enclave_context_item_get_text (item)) > 0)
    {
      g_task_return_new_error (task, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_FAILED,
                               "Committing: %s has what looks like a secret in it (masked when it is read); take it out first",
                               path);
      return;
    }
  check->next++;
  check_memory (scope, g_steal_pointer (&task));
}

static void
check_memory (EnclaveToolScope *scope, GTask *owned_task)
{
  MemoryCheck *check = g_object_get_data (G_OBJECT (owned_task), CHECK_KEY);

  while (check->next < check->names->allowed->len && !is_memory_file (g_ptr_array_index (check->names->allowed, check->next)))
    check->next++;
  if (check->next < check->names->allowed->len)
    enclave_tool_scope_read_async (scope, g_ptr_array_index (check->names->allowed, check->next), 0, 0,
                                   g_task_get_cancellable (owned_task), memory_read_cb, owned_task);
  else
    commit (scope, check->names, owned_task);
}

static void
judged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveToolScope *scope = ENCLAVE_TOOL_SCOPE (source);
  g_autoptr (GError) error = NULL;
  EnclaveGitNames *names = enclave_git_judge_finish (scope, result, &error);
  MemoryCheck *check;

  if (names == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  check = g_new0 (MemoryCheck, 1);
  check->names = names;
  g_object_set_data_full (G_OBJECT (task), CHECK_KEY, check, memory_check_free);
  check_memory (scope, g_steal_pointer (&task));
}

static void
named_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveToolScope *scope = ENCLAVE_TOOL_SCOPE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveContextItem) item = NULL;
  g_autoptr (GPtrArray) names = NULL;
  int wait_status = 0;

  item = enclave_tool_scope_run_finish (scope, result, &wait_status, &error);
  if (item == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  names = enclave_git_parse_names (enclave_context_item_get_text (item));
  if (wait_status != 0 || names->len > MAX_FILES || enclave_context_item_get_truncated (item))
    {
      g_task_return_new_error (task, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_FAILED,
                               "Committing: the changed files can’t be listed; give paths");
      return;
    }
  enclave_git_judge_async (scope, names, ENCLAVE_GIT_JUDGE_FILES_ONLY, g_task_get_cancellable (task), judged_cb,
                           g_object_ref (task));
}

static void
run (EnclaveTool *self, EnclaveToolScope *scope, JsonObject *arguments, GTask *task)
{
  JsonArray *list = enclave_json_peek_array (arguments, "paths");
  GPtrArray *command;

  g_task_set_task_data (task, g_strdup (enclave_json_peek_string (arguments, "message")), g_free);
  if (list != NULL && json_array_get_length (list) > 0)
    {
      g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

      for (guint i = 0; i < json_array_get_length (list); i++)
        g_ptr_array_add (paths, g_strdup (enclave_json_array_peek_string (list, i)));
      enclave_git_judge_async (scope, paths, ENCLAVE_GIT_JUDGE_STRICT | ENCLAVE_GIT_JUDGE_FILES_ONLY,
                               g_task_get_cancellable (task), judged_cb, task);
      return;
    }

  command = enclave_git_command_new ("diff");
  enclave_git_command_add (command, "--no-ext-diff");
  enclave_git_command_add (command, "--no-textconv");
  enclave_git_command_add (command, "--name-only");
  enclave_git_command_add (command, "HEAD");
  enclave_git_run_async (scope, command, g_task_get_cancellable (task), named_cb, task);
}

ENCLAVE_DEFINE_TOOL (EnclaveGitCommitTool, enclave_git_commit_tool)
