/* enclave-write-file-tool.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-tool-private.h"

static const EnclaveToolParameter parameters[] = {
  { .name = "path", .kind = ENCLAVE_PARAMETER_PATH, .required = TRUE },
  { .name = "content", .kind = ENCLAVE_PARAMETER_TEXT, .required = TRUE, .max_bytes = ENCLAVE_PATCH_MAX_BYTES },
};

static const EnclaveToolSpec spec = {
  .name = "write_file",
  .description = "Write a whole file: a new one, or a short one anew.",
  .effects = ENCLAVE_EFFECT_WRITE,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};

static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveProposal) proposal = NULL;

  proposal = enclave_tool_scope_prepare_write_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);
  if (proposal == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    enclave_tool_return_proposal (g_steal_pointer (&task), ENCLAVE_TOOL_SCOPE (source), proposal, FALSE);
}

static void
run (EnclaveTool *self, EnclaveToolScope *scope, JsonObject *arguments, GTask *task)
{
  enclave_tool_scope_prepare_write_async (scope, enclave_json_peek_string (arguments, "path"), NULL,
                                          enclave_json_peek_string (arguments, "content"),
                                          g_task_get_cancellable (task), prepared_cb, task);
}

ENCLAVE_DEFINE_TOOL (EnclaveWriteFileTool, enclave_write_file_tool)
