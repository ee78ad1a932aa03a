/* enclave-tool-scope-survey.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-tool-scope-private.h"

#include "enclave-gate-private.h"
#include "enclave-survey-door.h"

static void
on_surveyed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveToolScope *self = g_task_get_source_object (task);
  g_autoptr (EnclaveProjectSurvey) survey = NULL;
  EnclaveAuditRecord record = { .path = "." };
  GError *error = NULL;

  survey = enclave_survey_door_look_finish (ENCLAVE_PATH_RESOLVER (object), result, &error);
  if (survey == NULL)
    {
      enclave_tool_scope_fail (self, g_steal_pointer (&task), ".", error);
      return;
    }
  if (enclave_tool_scope_record (self, task, &record, NULL))
    g_task_return_pointer (task, g_steal_pointer (&survey), (GDestroyNotify) enclave_project_survey_unref);
}

static void
look (GTask *task)
{
  EnclaveToolScope *self = g_task_get_source_object (task);
  EnclaveSandbox *sandbox = enclave_gate_get_sandbox (enclave_tool_scope_get_gate (self));

  enclave_survey_door_look_async (enclave_tool_scope_get_resolver (self), g_task_get_task_data (task),
                                  sandbox != NULL ? enclave_sandbox_get_level (sandbox) : ENCLAVE_SANDBOX_TOOLS_ONLY,
                                  enclave_gate_get_admission (enclave_tool_scope_get_gate (self)),
                                  g_task_get_cancellable (task), on_surveyed, task);
}

/**
 * enclave_tool_scope_survey_async:
 * @previous: (nullable): what was found before; what has not changed since is not read again
 *
 * Looks at all files of the project. The program that finds definitions gets their texts in a box of its own, and no question is
 * asked: it is ours, and what it is run with is fixed.
 */
void
enclave_tool_scope_survey_async (EnclaveToolScope *self, EnclaveProjectSurvey *previous, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));

  task = enclave_tool_scope_begin (self, ENCLAVE_EFFECT_READ, NULL, enclave_tool_scope_survey_async, cancellable, callback,
                                   user_data);
  if (task == NULL)
    return;
  if (previous != NULL)
    g_task_set_task_data (task, enclave_project_survey_ref (previous), (GDestroyNotify) enclave_project_survey_unref);
  enclave_sandbox_continue_when_known (enclave_gate_get_sandbox (enclave_tool_scope_get_gate (self)), task, look);
}

/**
 * enclave_tool_scope_survey_finish:
 *
 * Returns: (transfer full): what was found; %NULL with %ENCLAVE_GATE_ERROR_NOT_RECORDED or the folder's own error
 */
EnclaveProjectSurvey *
enclave_tool_scope_survey_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
