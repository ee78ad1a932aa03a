/* enclave-project-memory.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-project-memory.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "enclave-agent-service-private.h"
#include "enclave-change-set-private.h"
#include "enclave-limits.h"

/* Of prose. */
#define BYTES_PER_TOKEN 3.5
/* A twentieth of the window, so that the files and the conversation have the rest. */
#define WINDOW_SHARE 20
#define MIN_TOKENS 400
#define CUT_NOTE "(cut; read the file for the rest)\n"

void
enclave_memory_status_free (EnclaveMemoryStatus *status)
{
  g_clear_pointer (&status->file, enclave_instructions_free);
  g_strfreev (status->secrets);
  g_free (status);
}

gsize
enclave_project_memory_get_budget (guint window)
{
  if (window == 0)
    return ENCLAVE_INSTRUCTIONS_GIVEN_BYTES;

  return MIN ((gsize) (MAX (window / WINDOW_SHARE, MIN_TOKENS) * BYTES_PER_TOKEN), ENCLAVE_INSTRUCTIONS_GIVEN_BYTES);
}

char *
enclave_project_memory_clip (const char *text, guint window)
{
  gsize budget = enclave_project_memory_get_budget (window);
  const char *end;

  g_return_val_if_fail (text != NULL, NULL);

  if (strlen (text) <= budget)
    return g_strdup (text);
  end = text + budget;
  while (end > text && end[-1] != '\n')
    end--;

  return g_strdup_printf ("%.*s" CUT_NOTE, (int) (end - text), text);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveAgentService *service = g_task_get_source_object (task);
  g_autoptr (EnclaveMemoryStatus) status = g_new0 (EnclaveMemoryStatus, 1);
  GError *error = NULL;
  EnclaveModelInfo *model = enclave_agent_service_peek_model (service, service->mode, NULL);
  gsize budget = enclave_project_memory_get_budget (model != NULL ? enclave_agent_service_choose_window (service, model) : 0);

  status->file = enclave_gate_look_at_instructions_finish (ENCLAVE_GATE (source), result, &error);
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (status->file != NULL)
    {
      g_auto (GStrv) values = NULL;

      status->given_bytes = MIN (status->file->n_bytes, budget);
      status->is_cut = status->file->n_bytes > budget;
      status->n_tokens = (guint) ((double) status->given_bytes / BYTES_PER_TOKEN) + 1;
      enclave_gate_list_secrets (service->gate, status->file->text, &status->secrets, &values);
    }
  if (status->secrets == NULL)
    status->secrets = g_new0 (char *, 1);
  g_task_return_pointer (task, g_steal_pointer (&status), (GDestroyNotify) enclave_memory_status_free);
}

void
enclave_project_memory_look_async (EnclaveAgentService *service, GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (service));

  task = g_task_new (service, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_project_memory_look_async);
  enclave_gate_look_at_instructions_async (service->gate, cancellable, on_looked, task);
}

EnclaveMemoryStatus *
enclave_project_memory_look_finish (EnclaveAgentService *service, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, service), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_added (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveAgentService *service = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (EnclaveToolResult) outcome = enclave_tool_run_finish (ENCLAVE_TOOL (source), result, &error);
  EnclaveChange *change;

  if (outcome == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  change = enclave_change_set_add (service->change_set, g_ptr_array_index (outcome->proposals, 0), ENCLAVE_MATCH_EXACT);
  g_object_ref (change);
  enclave_agent_service_emit_change (service, change);
  g_task_return_pointer (task, change, g_object_unref);
}

void
enclave_project_memory_add_async (EnclaveAgentService *service, const char *line, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  EnclaveTool *tool;
  g_autoptr (EnclaveToolScope) scope = NULL;
  g_autoptr (JsonObject) arguments = NULL;
  GError *error = NULL;
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (service));
  g_return_if_fail (line != NULL);

  task = g_task_new (service, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_project_memory_add_async);
  tool = enclave_tool_registry_find (service->registry, "save_memory", &error);
  if (tool == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  scope = enclave_gate_open_scope (service->gate, "user", "save_memory", enclave_tool_get_spec (tool)->effects);
  arguments = json_object_new ();
  json_object_set_string_member (arguments, "text", line);
  enclave_tool_run_async (tool, scope, arguments, cancellable, on_added, task);
}

EnclaveChange *
enclave_project_memory_add_finish (EnclaveAgentService *service, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, service), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
