/* enclave-mcp-budget.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-budget-private.h"

#include <math.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-mcp-schema-projection.h"

static void
priced_tool_free (gpointer data)
{
  EnclaveMcpPricedTool *tool = data;

  g_free (tool->server);
  g_free (tool->tool);
  json_object_unref (tool->function);
  g_free (tool->text);
  g_free (tool);
}

static guint
price_of (EnclaveMcpBudget *self, const char *text)
{
  return (guint) (self->estimate != NULL ? ceil (self->estimate (text)) : (double) ((strlen (text) + 3) / 4));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  const EnclaveMcpPricedTool *first = *(EnclaveMcpPricedTool *const *) a;
  const EnclaveMcpPricedTool *second = *(EnclaveMcpPricedTool *const *) b;

  return strcmp (first->name, second->name);
}

static void
add_offers (EnclaveMcpBudget *self, const EnclaveMcpToolOffer *offers, guint n_offers)
{
  g_autofree EnclaveMcpToolId *ids = g_new0 (EnclaveMcpToolId, n_offers);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < n_offers; i++)
    ids[i] = (EnclaveMcpToolId) { offers[i].server, offers[i].tool };
  self->names = enclave_mcp_tool_names_new (ids, n_offers);
  for (guint i = 0; i < n_offers; i++)
    {
      const char *name = enclave_mcp_tool_names_get (self->names, offers[i].server, offers[i].tool);
      EnclaveMcpPricedTool *tool;

      /* Of a server that names two tools alike the first counts. */
      if (name == NULL || !g_hash_table_add (seen, (char *) name))
        continue;
      tool = g_new0 (EnclaveMcpPricedTool, 1);
      tool->name = name;
      tool->server = g_strdup (offers[i].server);
      tool->tool = g_strdup (offers[i].tool);
      tool->is_pinned = offers[i].is_pinned;
      tool->function = enclave_mcp_schema_project_tool (offers[i].definition, name, &tool->is_simplified);
      tool->text = enclave_json_object_to_text (tool->function);
      tool->price = price_of (self, tool->text);
      g_ptr_array_add (self->tools, tool);
    }
  g_ptr_array_sort (self->tools, compare_names);
}

static gboolean
list (EnclaveMcpBudget *self, JsonObject *function, guint price)
{
  if (self->n_tokens + price > self->max_tokens)
    return FALSE;
  json_array_add_object_element (self->listed, json_object_ref (function));
  self->n_tokens += price;
  return TRUE;
}

static void
list_what_fits (EnclaveMcpBudget *self, gboolean only_pinned)
{
  for (guint i = 0; i < self->tools->len; i++)
    {
      EnclaveMcpPricedTool *tool = g_ptr_array_index (self->tools, i);

      if (only_pinned && !tool->is_pinned)
        continue;
      if (!list (self, tool->function, tool->price) && !only_pinned)
        self->n_left_out++;
    }
}

/* FALSE: both together are too much for this window. */
static gboolean
list_search (EnclaveMcpBudget *self)
{
  g_autoptr (JsonObject) search = enclave_mcp_search_new_search_function (self);
  g_autoptr (JsonObject) call = enclave_mcp_search_new_call_function ();
  g_autofree char *search_text = enclave_json_object_to_text (search);
  g_autofree char *call_text = enclave_json_object_to_text (call);
  guint search_price = price_of (self, search_text);
  guint call_price = price_of (self, call_text);

  if (search_price + call_price > self->max_tokens)
    return FALSE;
  return list (self, search, search_price) && list (self, call, call_price);
}

EnclaveMcpBudget *
enclave_mcp_budget_new (const EnclaveMcpToolOffer *offers, guint n_offers, guint window_tokens, EnclaveMcpSearchMode mode,
                        EnclaveMcpTokenEstimate estimate)
{
  EnclaveMcpBudget *self = g_new0 (EnclaveMcpBudget, 1);
  guint64 total = 0;

  g_return_val_if_fail (offers != NULL || n_offers == 0, NULL);

  self->tools = g_ptr_array_new_with_free_func (priced_tool_free);
  self->listed = json_array_new ();
  self->estimate = estimate;
  self->max_tokens = (guint) ((guint64) window_tokens * ENCLAVE_MCP_BUDGET_PERCENT / 100);
  add_offers (self, offers, n_offers);
  for (guint i = 0; i < self->tools->len; i++)
    total += ((EnclaveMcpPricedTool *) g_ptr_array_index (self->tools, i))->price;

  self->is_searched = mode == ENCLAVE_MCP_SEARCH_ALWAYS
                      || (mode == ENCLAVE_MCP_SEARCH_AUTOMATIC
                          && (total > self->max_tokens || self->tools->len > ENCLAVE_MCP_MAX_LISTED_TOOLS));
  if (self->is_searched && self->tools->len > 0)
    self->is_searched = list_search (self);
  else
    self->is_searched = FALSE;
  list_what_fits (self, self->is_searched);

  return self;
}

void
enclave_mcp_budget_free (EnclaveMcpBudget *self)
{
  g_ptr_array_unref (self->tools);
  json_array_unref (self->listed);
  enclave_mcp_tool_names_free (self->names);
  g_free (self);
}

JsonArray *
enclave_mcp_budget_get_tools (EnclaveMcpBudget *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->listed;
}

guint
enclave_mcp_budget_get_tokens (EnclaveMcpBudget *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_tokens;
}

guint
enclave_mcp_budget_get_max_tokens (EnclaveMcpBudget *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->max_tokens;
}

gboolean
enclave_mcp_budget_is_searched (EnclaveMcpBudget *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_searched;
}

guint
enclave_mcp_budget_get_n_left_out (EnclaveMcpBudget *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_left_out;
}

guint
enclave_mcp_budget_get_price (EnclaveMcpBudget *self, const char *server, const char *tool)
{
  guint price = 0;

  g_return_val_if_fail (self != NULL && server != NULL, 0);

  for (guint i = 0; i < self->tools->len; i++)
    {
      const EnclaveMcpPricedTool *other = g_ptr_array_index (self->tools, i);

      if (strcmp (other->server, server) == 0 && (tool == NULL || strcmp (other->tool, tool) == 0))
        price += other->price;
    }
  return price;
}

gboolean
enclave_mcp_budget_is_simplified (EnclaveMcpBudget *self, const char *server, const char *tool)
{
  g_return_val_if_fail (self != NULL && server != NULL && tool != NULL, FALSE);

  for (guint i = 0; i < self->tools->len; i++)
    {
      const EnclaveMcpPricedTool *other = g_ptr_array_index (self->tools, i);

      if (strcmp (other->server, server) == 0 && strcmp (other->tool, tool) == 0)
        return other->is_simplified;
    }
  return FALSE;
}

EnclaveMcpToolNames *
enclave_mcp_budget_get_names (EnclaveMcpBudget *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->names;
}
