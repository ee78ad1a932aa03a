/* enclave-git-log-tool.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-run.h"
#include "enclave-json.h"
#include "enclave-tool-private.h"

#define DEFAULT_COUNT 20
#define MAX_COUNT 200

static const EnclaveToolParameter parameters[] = {
  { .name = "path", .kind = ENCLAVE_PARAMETER_PATH },
  { .name = "count", .kind = ENCLAVE_PARAMETER_INTEGER },
};

static const EnclaveToolSpec spec = {
  .name = "git_log",
  .description = "Newest commits, one a line.",
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

static void
log_paths (EnclaveToolScope *scope, guint count, GPtrArray *paths, GTask *task)
{
  GPtrArray *command = enclave_git_command_new ("log");
  g_autofree char *limit = g_strdup_printf ("--max-count=%u", count);

  enclave_git_command_add (command, "--no-ext-diff");
  enclave_git_command_add (command, "--no-textconv");
  enclave_git_command_add (command, "--date=short");
  enclave_git_command_add (command, "--format=%h %ad %an: %s");
  enclave_git_command_add (command, limit);
  enclave_git_command_add (command, "--");
  for (guint i = 0; paths != NULL && i < paths->len; i++)
    enclave_git_command_add (command, g_ptr_array_index (paths, i));
  enclave_git_run_async (scope, command, g_task_get_cancellable (task), done_cb, task);
}

static void
judged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveToolScope *scope = ENCLAVE_TOOL_SCOPE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveGitNames) names = enclave_git_judge_finish (scope, result, &error);

  if (names == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    log_paths (scope, GPOINTER_TO_UINT (g_task_get_task_data (task)), names->allowed, g_object_ref (task));
}

static void
run (EnclaveTool *self, EnclaveToolScope *scope, JsonObject *arguments, GTask *task)
{
  const char *path = enclave_json_peek_string (arguments, "path");
  guint count = (guint) CLAMP (enclave_json_get_int (arguments, "count", DEFAULT_COUNT), 1, MAX_COUNT);
  g_autoptr (GPtrArray) paths = NULL;

  if (path == NULL)
    {
      log_paths (scope, count, NULL, task);
      return;
    }

  g_task_set_task_data (task, GUINT_TO_POINTER (count), NULL);
  paths = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (paths, g_strdup (path));
  enclave_git_judge_async (scope, paths, ENCLAVE_GIT_JUDGE_STRICT, g_task_get_cancellable (task), judged_cb, task);
}

ENCLAVE_DEFINE_TOOL (EnclaveGitLogTool, enclave_git_log_tool)
