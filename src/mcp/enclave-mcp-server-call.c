/* enclave-mcp-server-call.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-server-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-mcp-clean-text.h"
#include "enclave-mcp-error.h"
#include "enclave-rpc-error.h"

/* The arguments that the headers repeat are not those that the server expects there: its definition of the tool is another one by now. Source:
 * revision 2026-07-28, SEP-2243. */
#define HEADER_MISMATCH (-32020)

typedef struct
{
  char *tool;
  JsonObject *arguments; /* (nullable) */
  gboolean listed_again;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  g_free (call->tool);
  g_clear_pointer (&call->arguments, json_object_unref);
  g_free (call);
}

static void call_it (GTask *task);

static void
on_listed_again (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveMcpServer *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) tools = enclave_mcp_client_list_tools_finish (ENCLAVE_MCP_CLIENT (source), result, &error);

  if (tools == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (self->client == ENCLAVE_MCP_CLIENT (source))
    _enclave_mcp_server_take_tools (self, tools);
  call_it (g_steal_pointer (&task));
}

static void
on_called (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;
  EnclaveMcpResult *outcome = enclave_mcp_client_call_finish (ENCLAVE_MCP_CLIENT (source), result, &error);

  if (outcome != NULL)
    g_task_return_pointer (task, outcome, (GDestroyNotify) enclave_mcp_result_unref);
  else if (enclave_rpc_error_get_code (error) == HEADER_MISMATCH && !call->listed_again)
    {
      call->listed_again = TRUE;
      g_error_free (error);
      enclave_mcp_client_list_tools_async (ENCLAVE_MCP_CLIENT (source), g_task_get_cancellable (task), on_listed_again,
                                           g_object_ref (task));
    }
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

/* @task: (transfer full). */
static void
call_it (GTask *owned)
{
  g_autoptr (GTask) task = owned;
  EnclaveMcpServer *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  EnclaveMcpClient *client = enclave_mcp_server_get_client (self);
  EnclaveMcpTool *tool = find_tool (self, call->tool);
  g_autofree char *server_name = enclave_mcp_clean_line (enclave_mcp_server_get_name (self), 100);
  g_autofree char *tool_name = enclave_mcp_clean_line (call->tool, 100);

  if (client == NULL)
    g_task_return_new_error (task, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_ENDED, _ ("The server is not connected"));
  else if (tool == NULL)
    g_task_return_new_error (task, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_UNKNOWN,
                             /* Translators: a server's name, then a tool's */
                             _ ("The server “%s” has no tool “%s”"), server_name, tool_name);
  else if (self->judge != NULL && !self->judge (self, tool, self->guard_data))
    g_task_return_new_error (task, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_UNKNOWN,
                             /* Translators: a tool's name, then a server's */
                             _ ("The tool “%s” of “%s” is not what was allowed any more"), tool_name, server_name);
  else
    enclave_mcp_client_call_async (client, tool, call->arguments, g_task_get_cancellable (task), on_called, g_object_ref (task));
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (enclave_mcp_server_start_finish (ENCLAVE_MCP_SERVER (source), result, &error))
    call_it (g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
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
