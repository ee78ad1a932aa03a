/* enclave-read-file-tool.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-json.h"
#include "enclave-tool-private.h"

static const EnclaveToolParameter parameters[] = {
  { .name = "path", .kind = ENCLAVE_PARAMETER_PATH, .required = TRUE },
  { .name = "start_line", .kind = ENCLAVE_PARAMETER_INTEGER },
  { .name = "line_count", .kind = ENCLAVE_PARAMETER_INTEGER },
};

static const EnclaveToolSpec spec = {
  .name = "read_file",
  .description = "Read a text file. Lines come numbered; the numbers are not part of the file.",
  .effects = ENCLAVE_EFFECT_READ,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveContextItem) item = NULL;

  item = enclave_tool_scope_read_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);
  if (item == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, enclave_tool_result_new (item), (GDestroyNotify) enclave_tool_result_free);
}

static void
run (EnclaveTool *self, EnclaveToolScope *scope, JsonObject *arguments, GTask *task)
{
  const char *path = enclave_json_peek_string (arguments, "path");
  guint start_line = (guint) enclave_json_get_int (arguments, "start_line", 0);
  guint line_count = (guint) enclave_json_get_int (arguments, "line_count", 0);

  enclave_tool_scope_read_async (scope, path, start_line, line_count, g_task_get_cancellable (task), done_cb,
                                 task);
}

ENCLAVE_DEFINE_TOOL (EnclaveReadFileTool, enclave_read_file_tool)
