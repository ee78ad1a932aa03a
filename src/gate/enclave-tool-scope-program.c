/* enclave-tool-scope-program.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-tool-scope-program.h"

void
enclave_tool_scope_work (GTask *task, GTaskThreadFunc function, GAsyncReadyCallback callback)
{
  g_autoptr (GTask) worker = g_task_new (g_task_get_source_object (task), NULL, callback, task);

  g_task_set_task_data (worker, g_task_get_task_data (task), NULL);
  g_task_run_in_thread (worker, function);
}

void
enclave_tool_scope_run_program (GTask *task, GStrv argv, int input_fd, guint timeout_s, char **shown, GAsyncReadyCallback callback)
{
  EnclaveToolScope *self = g_task_get_source_object (task);
  EnclaveAuditRecord record = { 0 };
  EnclaveCommandOptions options = {
    .argv = (const char *const *) argv,
    .read_only = TRUE,
    .quiet = TRUE,
    .plain = TRUE,
    .timeout_s = timeout_s,
    .input_fd = input_fd,
  };

  g_free (*shown);
  *shown = g_strjoinv (" ", argv);
  options.shown = *shown;
  record.path = *shown;
  if (enclave_tool_scope_record (self, task, &record, NULL))
    enclave_command_door_run_async (enclave_tool_scope_get_gate (self), &options, g_task_get_cancellable (task), callback, task);
  else
    g_object_unref (task);
}

EnclaveCommandResult *
enclave_tool_scope_run_program_finish (GTask *task, GAsyncResult *result, const char *shown)
{
  EnclaveToolScope *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  EnclaveCommandResult *outcome = enclave_command_door_run_finish (enclave_tool_scope_get_gate (self), result, &error);
  EnclaveAuditRecord record = { .path = shown, .decision = ENCLAVE_AUDIT_FINISHED, .effect = "run" };

  if (outcome == NULL)
    {
      enclave_tool_scope_fail (self, g_object_ref (task), shown, g_steal_pointer (&error));
      return NULL;
    }
  record.exit_status = outcome->wait_status;
  enclave_tool_scope_record_end (self, &record, NULL);

  return outcome;
}

gboolean
enclave_tool_scope_program_is_whole (const EnclaveCommandResult *outcome)
{
  return !outcome->timed_out && !outcome->stopped && outcome->limit == NULL && !outcome->truncated;
}
