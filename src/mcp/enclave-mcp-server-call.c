/* enclave-mcp-server-call.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-server.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-mcp-clean-text.h"
#include "enclave-mcp-error.h"

typedef struct
{
  char *tool;
  JsonObject *arguments; /* (nullable) */
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  g_free (call->tool);
  g_clear_pointer (&call->arguments, json_object_unref);
  g_free (call);
}

static void
on_called (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  EnclaveMcpResult *outcome = enclave_mcp_client_call_finish (ENCLAVE_MCP_CLIENT (source), result, &error);

  if (outcome != NULL)
    g_task_return_pointer (task, outcome, (GDestroyNotify) enclave_mcp_result_unref);
  else
    g_task_return_error (task, error);
}

static EnclaveMcpTool *
find_tool (EnclaveMcpServer *self, const char *name)
{
  GPtrArray *tools = enclave_mcp_server_get_tools (self);

  for (guint i = 0; i < tools->len; i++)
    if (strcmp (((EnclaveMcpTool *) g_ptr_array_index (tools, i))->name, name) == 0)
      return g_ptr_array_index (tools, i);
  return NULL;
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveMcpServer *self = ENCLAVE_MCP_SERVER (source);
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;
  EnclaveMcpClient *client;
  EnclaveMcpTool *tool;

  if (!enclave_mcp_server_start_finish (self, result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  client = enclave_mcp_server_get_client (self);
  tool = find_tool (self, call->tool);
  if (client == NULL)
    g_task_return_new_error (task, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_ENDED, _ ("The server is not connected"));
  else if (tool == NULL)
    {
      g_autofree char *server_name = enclave_mcp_clean_line (enclave_mcp_server_get_name (self), 100);
      g_autofree char *tool_name = enclave_mcp_clean_line (call->tool, 100);

      g_task_return_new_error (task, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_UNKNOWN,
                               /* Translators: a server's name, then a tool's */
                               _ ("The server “%s” has no tool “%s”"), server_name, tool_name);
    }
  else
    enclave_mcp_client_call_async (client, tool, call->arguments, g_task_get_cancellable (task), on_called, g_object_ref (task));
}

void
enclave_mcp_server_call_async (EnclaveMcpServer *self, const char *tool, JsonObject *arguments, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Call *call;

  g_return_if_fail (ENCLAVE_IS_MCP_SERVER (self) && tool != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_mcp_server_call_async);
  call = g_new0 (Call, 1);
  call->tool = g_strdup (tool);
  call->arguments = arguments != NULL ? json_object_ref (arguments) : NULL;
  g_task_set_task_data (task, call, call_free);
  enclave_mcp_server_start_async (self, cancellable, on_started, task);
}

EnclaveMcpResult *
enclave_mcp_server_call_finish (EnclaveMcpServer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
