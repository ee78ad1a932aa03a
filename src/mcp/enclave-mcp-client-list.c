/* enclave-mcp-client-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-client-private.h"

#include <glib/gi18n.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-mcp-error.h"
#include "enclave-utf8.h"

typedef struct
{
  char *method;
  char *member;
  char *cursor; /* (nullable) */
  GHashTable *seen;
  JsonArray *items;
  guint n_pages;
} Pages;

static void
pages_free (gpointer data)
{
  Pages *pages = data;

  g_free (pages->method);
  g_free (pages->member);
  g_free (pages->cursor);
  g_hash_table_unref (pages->seen);
  json_array_unref (pages->items);
  g_free (pages);
}

static void ask_page (GTask *task);

static void
on_page (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Pages *pages = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (JsonObject) page = enclave_mcp_client_request_finish (ENCLAVE_MCP_CLIENT (source), result, &error);
  JsonArray *items = enclave_json_peek_array (page, pages->member);
  const char *cursor = enclave_json_peek_string (page, "nextCursor");

  if (page == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  for (guint i = 0; items != NULL && i < json_array_get_length (items) && json_array_get_length (pages->items) < ENCLAVE_MCP_MAX_TOOLS; i++)
    json_array_add_element (pages->items, json_node_copy (json_array_get_element (items, i)));
  /* An empty one is a cursor like others; one that was there before leads in a circle. */
  if (cursor != NULL && ++pages->n_pages < ENCLAVE_MCP_MAX_PAGES && json_array_get_length (pages->items) < ENCLAVE_MCP_MAX_TOOLS
      && g_hash_table_add (pages->seen, g_strdup (cursor)))
    {
      g_free (pages->cursor);
      pages->cursor = g_strdup (cursor);
      ask_page (g_steal_pointer (&task));
      return;
    }
  g_task_return_pointer (task, json_array_ref (pages->items), (GDestroyNotify) json_array_unref);
}

/* @task: (transfer full). */
static void
ask_page (GTask *task)
{
  Pages *pages = g_task_get_task_data (task);
  JsonObject *params = NULL;

  if (pages->cursor != NULL)
    {
      params = json_object_new ();
      json_object_set_string_member (params, "cursor", pages->cursor);
    }
  enclave_mcp_client_request_async (g_task_get_source_object (task), pages->method, params, g_task_get_cancellable (task), on_page, task);
}

void
enclave_mcp_client_list_async (EnclaveMcpClient *self, const char *method, const char *member, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Pages *pages;

  g_return_if_fail (ENCLAVE_IS_MCP_CLIENT (self) && method != NULL && member != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_mcp_client_list_async);
  pages = g_new0 (Pages, 1);
  pages->method = g_strdup (method);
  pages->member = g_strdup (member);
  pages->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  pages->items = json_array_new ();
  g_task_set_task_data (task, pages, pages_free);
  ask_page (task);
}

JsonArray *
enclave_mcp_client_list_finish (EnclaveMcpClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
tell (EnclaveMcpClient *self, const char *line)
{
  g_signal_emit_by_name (self, "log", line);
}

/* The first of a name counts. */
static void
add_tool (EnclaveMcpClient *self, GPtrArray *tools, GHashTable *names, JsonObject *definition)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveMcpTool) tool = definition != NULL ? enclave_mcp_tool_parse (definition, &error) : NULL;

  if (error != NULL)
    tell (self, error->message);
  if (tool == NULL)
    return;
  if (g_hash_table_add (names, tool->name))
    g_ptr_array_add (tools, g_steal_pointer (&tool));
  else
    {
      g_autofree char *shown = enclave_utf8_make_visible (tool->name, NULL);
      /* Translators: a tool's name */
      g_autofree char *line = g_strdup_printf (_ ("The server has more than one tool “%s”; the first is used"), shown);

      tell (self, line);
    }
}

static void
on_tools_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveMcpClient *self = ENCLAVE_MCP_CLIENT (source);
  GError *error = NULL;
  g_autoptr (JsonArray) items = enclave_mcp_client_list_finish (self, result, &error);
  g_autoptr (GPtrArray) tools = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_mcp_tool_unref);
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  if (items == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  for (guint i = 0; i < json_array_get_length (items); i++)
    add_tool (self, tools, names, enclave_json_array_peek_object (items, i));
  g_task_return_pointer (task, g_steal_pointer (&tools), (GDestroyNotify) g_ptr_array_unref);
}

void
enclave_mcp_client_list_tools_async (EnclaveMcpClient *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_MCP_CLIENT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_mcp_client_list_tools_async);
  enclave_mcp_client_list_async (self, "tools/list", "tools", cancellable, on_tools_listed, task);
}

GPtrArray *
enclave_mcp_client_list_tools_finish (EnclaveMcpClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_called (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (JsonObject) object = enclave_mcp_client_request_finish (ENCLAVE_MCP_CLIENT (source), result, &error);

  if (object != NULL)
    g_task_return_pointer (task, enclave_mcp_result_parse (object), (GDestroyNotify) enclave_mcp_result_unref);
  else
    g_task_return_error (task, error);
}

void
enclave_mcp_client_call_async (EnclaveMcpClient *self, EnclaveMcpTool *tool, JsonObject *arguments, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GPtrArray) headers = g_ptr_array_new_with_free_func (g_free);
  ClientRequest request = { .method = "tools/call" };
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_MCP_CLIENT (self) && tool != NULL);

  enclave_mcp_tool_add_headers (tool, arguments, headers);
  g_ptr_array_add (headers, NULL);
  request.params = json_object_new ();
  json_object_set_string_member (request.params, "name", tool->name);
  json_object_set_object_member (request.params, "arguments", arguments != NULL ? json_object_ref (arguments) : json_object_new ());
  request.headers = (const char *const *) headers->pdata;
  request.timeout_ms = self->call_timeout_ms;
  request.tool = tool->name;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_mcp_client_call_async);
  enclave_mcp_client_send_async (self, &request, cancellable, on_called, task);
}

EnclaveMcpResult *
enclave_mcp_client_call_finish (EnclaveMcpClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
enclave_mcp_client_use_async (EnclaveMcpClient *self, const char *method, JsonObject *params, const char *what, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  ClientRequest request = { .method = method, .params = params, .tool = what };

  g_return_if_fail (ENCLAVE_IS_MCP_CLIENT (self) && method != NULL && what != NULL);

  request.timeout_ms = self->call_timeout_ms;
  enclave_mcp_client_send_async (self, &request, cancellable, callback, user_data);
}

JsonObject *
enclave_mcp_client_use_finish (EnclaveMcpClient *self, GAsyncResult *result, GError **error)
{
  return enclave_mcp_client_request_finish (self, result, error);
}
