/* enclave-run-command-tool.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-tool-private.h"

#define COMMAND_MAX_BYTES (32 * 1024)

static const EnclaveToolParameter parameters[] = {
  { .name = "command", .kind = ENCLAVE_PARAMETER_TEXT, .required = TRUE, .max_bytes = COMMAND_MAX_BYTES },
  { .name = "timeout_s", .kind = ENCLAVE_PARAMETER_INTEGER },
  { .name = "network", .kind = ENCLAVE_PARAMETER_TEXT_LIST,
    .description = "Addresses that the command must reach, as 127.0.0.1:5432; the user is asked. Leave out for none." },
};

static const EnclaveToolSpec spec = {
  .name = "run_command",
  .description = "Run a shell command in the project folder, confined, without network.",
  .effects = ENCLAVE_EFFECT_RUN,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
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
  const char *command = enclave_json_peek_string (arguments, "command");
  gint64 timeout_s = enclave_json_get_int (arguments, "timeout_s", 0);
  g_autofree char *bash = g_find_program_in_path ("bash");
  /* A pager on the command's terminal would wait for keys until the time is over, and a model presses none. */
  g_autoptr (GPtrArray) network = g_ptr_array_new ();
  JsonArray *addresses = enclave_json_peek_array (arguments, "network");
  const char *argv[] = { "/usr/bin/env", "PAGER=cat", "GIT_PAGER=cat", bash != NULL ? "/bin/bash" : "/bin/sh", "-c", command, NULL };

  for (guint i = 0; addresses != NULL && i < json_array_get_length (addresses); i++)
    g_ptr_array_add (network, (gpointer) json_array_get_string_element (addresses, i));
  g_ptr_array_add (network, NULL);
  enclave_tool_scope_run_connected_async (scope, argv, command, (const char *const *) network->pdata, ENCLAVE_RUN_NONE,
                                          (guint) MIN (timeout_s, ENCLAVE_COMMAND_MAX_TIMEOUT_S),
                                          g_task_get_cancellable (task), done_cb, task);
}

ENCLAVE_DEFINE_TOOL (EnclaveRunCommandTool, enclave_run_command_tool)
