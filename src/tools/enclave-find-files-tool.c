/* enclave-find-files-tool.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-json.h"
#include "enclave-tool-private.h"

static const EnclaveToolParameter parameters[] = {
  { .name = "pattern", .kind = ENCLAVE_PARAMETER_TEXT, .required = TRUE },
  { .name = "start", .kind = ENCLAVE_PARAMETER_INTEGER },
};

static const EnclaveToolSpec spec = {
  .name = "find_files",
  .description = "Find files by name, such as *.c or src/ring*.",
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

  item = enclave_tool_scope_find_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);
  if (item == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, enclave_tool_result_new (item), (GDestroyNotify) enclave_tool_result_free);
}

static void
run (EnclaveTool *self, EnclaveToolScope *scope, JsonObject *arguments, GTask *task)
{
  const char *pattern = enclave_json_peek_string (arguments, "pattern");

  gint64 start = enclave_json_get_int (arguments, "start", 1);

  enclave_tool_scope_find_page_async (scope, pattern, (guint) CLAMP (start, 1, G_MAXINT), g_task_get_cancellable (task),
                                      done_cb, task);
}

ENCLAVE_DEFINE_TOOL (EnclaveFindFilesTool, enclave_find_files_tool)
