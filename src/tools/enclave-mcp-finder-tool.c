/* enclave-mcp-finder-tool.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-finder-tool.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-mcp-budget.h"
#include "enclave-mcp-server-tool.h"
#include "enclave-tool-registry.h"

typedef struct
{
  EnclaveMcpServer *server;
  EnclaveMcpTool *tool;
  gboolean is_pinned;
} Offer;

struct _EnclaveMcpFinder
{
  GPtrArray *offers; /* of Offer */
  GHashTable *tools; /* name → EnclaveTool */
  EnclaveMcpBudget *budget;
};

/* One of the two. */
#define ENCLAVE_TYPE_MCP_FINDER_TOOL (enclave_mcp_finder_tool_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMcpFinderTool, enclave_mcp_finder_tool, ENCLAVE, MCP_FINDER_TOOL, GObject)

struct _EnclaveMcpFinderTool
{
  GObject parent_instance;

  EnclaveMcpFinder *finder;
  JsonObject *function;
  EnclaveToolSpec spec;
};

static void tool_iface_init (EnclaveToolInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveMcpFinderTool, enclave_mcp_finder_tool, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_TOOL, tool_iface_init))

static void
offer_free (gpointer data)
{
  Offer *offer = data;

  g_object_unref (offer->server);
  enclave_mcp_tool_unref (offer->tool);
  g_free (offer);
}

EnclaveMcpFinder *
enclave_mcp_finder_new (void)
{
  EnclaveMcpFinder *self = g_atomic_rc_box_new0 (EnclaveMcpFinder);

  self->offers = g_ptr_array_new_with_free_func (offer_free);
  self->tools = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  return self;
}

EnclaveMcpFinder *
enclave_mcp_finder_ref (EnclaveMcpFinder *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
finder_clear (gpointer data)
{
  EnclaveMcpFinder *self = data;

  g_ptr_array_unref (self->offers);
  g_hash_table_unref (self->tools);
  g_clear_pointer (&self->budget, enclave_mcp_budget_free);
}

void
enclave_mcp_finder_unref (EnclaveMcpFinder *self)
{
  g_atomic_rc_box_release_full (self, finder_clear);
}

void
enclave_mcp_finder_add (EnclaveMcpFinder *self, EnclaveMcpServer *server, EnclaveMcpTool *tool, gboolean is_pinned)
{
  Offer *offer = g_new0 (Offer, 1);

  offer->server = g_object_ref (server);
  offer->tool = enclave_mcp_tool_ref (tool);
  offer->is_pinned = is_pinned;
  g_ptr_array_add (self->offers, offer);
}

static EnclaveTool *
new_finder_tool (EnclaveMcpFinder *finder, JsonObject *function)
{
  EnclaveMcpFinderTool *self = g_object_new (ENCLAVE_TYPE_MCP_FINDER_TOOL, NULL);
  JsonObject *inner = enclave_json_peek_object (function, "function");

  self->finder = enclave_mcp_finder_ref (finder);
  self->function = json_object_ref (function);
  self->spec.name = enclave_json_peek_string (inner, "name");
  self->spec.description = enclave_json_peek_string (inner, "description");
  self->spec.effects = ENCLAVE_EFFECT_EXTERNAL;
  self->spec.function = self->function;
  return ENCLAVE_TOOL (self);
}

GPtrArray *
enclave_mcp_finder_settle (EnclaveMcpFinder *self, guint window_tokens, EnclaveMcpSearchMode mode, EnclaveMcpTokenEstimate estimate)
{
  g_autofree EnclaveMcpToolOffer *offers = g_new0 (EnclaveMcpToolOffer, self->offers->len + 1);
  GPtrArray *tools = g_ptr_array_new_with_free_func (g_object_unref);
  JsonArray *functions;

  g_return_val_if_fail (self->budget == NULL, tools);

  for (guint i = 0; i < self->offers->len; i++)
    {
      Offer *offer = g_ptr_array_index (self->offers, i);

      offers[i].server = enclave_mcp_server_get_name (offer->server);
      offers[i].tool = offer->tool->name;
      offers[i].definition = offer->tool->definition;
      offers[i].is_pinned = offer->is_pinned;
    }
  self->budget = enclave_mcp_budget_new (offers, self->offers->len, window_tokens, mode, estimate);
  for (guint i = 0; i < self->offers->len; i++)
    {
      Offer *offer = g_ptr_array_index (self->offers, i);
      const char *name = enclave_mcp_tool_names_get (enclave_mcp_budget_get_names (self->budget), offers[i].server, offers[i].tool);
      EnclaveTool *tool = name != NULL ? enclave_mcp_server_tool_new (offer->server, offer->tool, name) : NULL;

      if (tool == NULL)
        continue;
      g_ptr_array_add (tools, g_object_ref (tool));
      g_hash_table_replace (self->tools, (gpointer) enclave_tool_get_spec (tool)->name, tool);
    }
  functions = enclave_mcp_budget_get_tools (self->budget);
  for (guint i = 0; enclave_mcp_budget_is_searched (self->budget) && i < json_array_get_length (functions); i++)
    {
      JsonObject *function = enclave_json_array_peek_object (functions, i);
      const char *name = enclave_json_peek_string (enclave_json_peek_object (function, "function"), "name");

      if (g_strcmp0 (name, ENCLAVE_MCP_SEARCH_TOOL) == 0 || g_strcmp0 (name, ENCLAVE_MCP_CALL_TOOL) == 0)
        g_ptr_array_add (tools, new_finder_tool (self, function));
    }
  return tools;
}

JsonArray *
enclave_mcp_finder_get_functions (EnclaveMcpFinder *self)
{
  return self->budget != NULL ? enclave_mcp_budget_get_tools (self->budget) : NULL;
}

static void
enclave_mcp_finder_tool_finalize (GObject *object)
{
  EnclaveMcpFinderTool *self = ENCLAVE_MCP_FINDER_TOOL (object);

  g_clear_pointer (&self->finder, enclave_mcp_finder_unref);
  g_clear_pointer (&self->function, json_object_unref);
  G_OBJECT_CLASS (enclave_mcp_finder_tool_parent_class)->finalize (object);
}

static void
enclave_mcp_finder_tool_class_init (EnclaveMcpFinderToolClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_mcp_finder_tool_finalize;
}

static void
enclave_mcp_finder_tool_init (EnclaveMcpFinderTool *self)
{
}

static const EnclaveToolSpec *
get_spec (EnclaveTool *tool)
{
  return &ENCLAVE_MCP_FINDER_TOOL (tool)->spec;
}

static void
on_called (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  EnclaveToolResult *outcome = enclave_tool_run_finish (ENCLAVE_TOOL (source), result, &error);

  if (outcome != NULL)
    g_task_return_pointer (task, outcome, (GDestroyNotify) enclave_tool_result_free);
  else
    g_task_return_error (task, error);
}

static void
search (EnclaveMcpFinderTool *self, EnclaveToolScope *scope, JsonObject *arguments, GTask *task)
{
  const char *words = enclave_json_peek_string (arguments, "query");
  g_autofree char *found = enclave_mcp_budget_search (self->finder->budget, words != NULL ? words : "");
  g_autoptr (EnclaveContextItem) item = enclave_tool_scope_admit_words (scope, found, NULL);

  g_task_return_pointer (task, enclave_tool_result_new (item), (GDestroyNotify) enclave_tool_result_free);
}

static void
call (EnclaveMcpFinderTool *self, EnclaveToolScope *scope, JsonObject *arguments, GTask *task)
{
  g_autoptr (JsonObject) inner = NULL;
  g_autoptr (GError) error = NULL;
  EnclaveMcpToolId id;
  const char *name;
  EnclaveTool *tool;

  if (!enclave_mcp_budget_resolve_call (self->finder->budget, self->spec.name, arguments, &id, &inner, &error))
    {
      g_task_return_new_error (task, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_ARGUMENTS, "%s", error->message);
      return;
    }
  name = enclave_mcp_tool_names_get (enclave_mcp_budget_get_names (self->finder->budget), id.server, id.tool);
  tool = name != NULL ? g_hash_table_lookup (self->finder->tools, name) : NULL;
  if (tool == NULL)
    g_task_return_new_error (task, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_UNKNOWN, "%s: there is no such tool", self->spec.name);
  else
    enclave_tool_run_async (tool, scope, inner, g_task_get_cancellable (task), on_called, g_object_ref (task));
}

static void
run_async (EnclaveTool *tool, EnclaveToolScope *scope, JsonObject *arguments, GCancellable *cancellable, GAsyncReadyCallback callback,
           gpointer user_data)
{
  EnclaveMcpFinderTool *self = ENCLAVE_MCP_FINDER_TOOL (tool);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, run_async);
  if (strcmp (self->spec.name, ENCLAVE_MCP_SEARCH_TOOL) == 0)
    search (self, scope, arguments, task);
  else
    call (self, scope, arguments, task);
}

static EnclaveToolResult *
run_finish (EnclaveTool *tool, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, tool), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
tool_iface_init (EnclaveToolInterface *iface)
{
  iface->get_spec = get_spec;
  iface->run_async = run_async;
  iface->run_finish = run_finish;
}
