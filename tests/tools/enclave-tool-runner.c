/* enclave-tool-runner.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-test-project.h"
#include "enclave-tool-runner.h"

EnclaveToolResult *
enclave_tool_runner_call (EnclaveToolRegistry *registry, EnclaveGate *gate, const char *name, const char *arguments,
                          GError **error)
{
  EnclaveTool *tool = enclave_tool_registry_find (registry, name, error);
  g_autoptr (JsonObject) checked = NULL;
  g_autoptr (EnclaveToolScope) scope = NULL;
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  if (tool == NULL)
    return NULL;
  checked = enclave_tool_registry_check (registry, tool, arguments, error);
  if (checked == NULL)
    return NULL;

  scope = enclave_gate_open_scope (gate, "agent", name, enclave_tool_get_spec (tool)->effects);
  enclave_tool_run_async (tool, scope, checked, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);

  return enclave_tool_run_finish (tool, result, error);
}

guint
enclave_tool_runner_count_audit_lines (EnclaveGate *gate)
{
  g_autofree char *path = enclave_gate_dup_audit_path (gate);
  g_autofree char *text = NULL;
  guint n = 0;

  /* Decisions; that there is no keyring is a line as well. */
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  for (const char *p = text; (p = strstr (p, "\"kind\":\"decision\"")) != NULL; p++)
    n++;

  return n;
}
