/* enclave-git-status-tool.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-run.h"
#include "enclave-tool-private.h"

static const EnclaveToolSpec spec = {
  .name = "git_status",
  .description = "Branch and changed files.",
  .effects = ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_RUN,
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
run (EnclaveTool *self, EnclaveToolScope *scope, JsonObject *arguments, GTask *task)
{
  GPtrArray *command = enclave_git_command_new ("status");

  enclave_git_command_add (command, "--short");
  enclave_git_command_add (command, "--branch");
  enclave_git_run_async (scope, command, g_task_get_cancellable (task), done_cb, task);
}

ENCLAVE_DEFINE_TOOL (EnclaveGitStatusTool, enclave_git_status_tool)
