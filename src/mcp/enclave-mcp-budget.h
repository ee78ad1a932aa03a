/* enclave-mcp-budget.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-mcp-tool-name.h"

G_BEGIN_DECLS

/* What the model is told of the tools of MCP servers, and what that costs of every request. */

#define ENCLAVE_MCP_SEARCH_TOOL "search_tools"
#define ENCLAVE_MCP_CALL_TOOL "call_tool"

typedef enum
{
  ENCLAVE_MCP_SEARCH_AUTOMATIC, /* when the list would be too long */
  ENCLAVE_MCP_SEARCH_ALWAYS,
  ENCLAVE_MCP_SEARCH_NEVER,     /* what doesn't fit is left out */
} EnclaveMcpSearchMode;

/* One tool that the person has switched on. */
typedef struct
{
  const char *server;
  const char *tool;
  JsonObject *definition; /* as the server gave it */
  gboolean is_pinned;     /* listed as long as it fits, even while others are searched */
} EnclaveMcpToolOffer;

/* Tokens of a text. NULL stands for a quarter of its bytes, rounded up. */
typedef double (*EnclaveMcpTokenEstimate) (const char *text);

typedef struct _EnclaveMcpBudget EnclaveMcpBudget;

/* @offers: any order; what it gives is always in the order of the names. @window_tokens: of the model, as it really is; of it
 * ENCLAVE_MCP_BUDGET_PERCENT at most are spent, and nothing where even two tools are too much.
 * Returns: (transfer full). */
EnclaveMcpBudget *enclave_mcp_budget_new (const EnclaveMcpToolOffer *offers, guint n_offers, guint window_tokens,
                                          EnclaveMcpSearchMode mode, EnclaveMcpTokenEstimate estimate);
void enclave_mcp_budget_free (EnclaveMcpBudget *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveMcpBudget, enclave_mcp_budget_free)

/* For a chat request, after the tools of our own. Borrowed. */
JsonArray *enclave_mcp_budget_get_tools (EnclaveMcpBudget *self);
/* Tokens of them, and the most there may be. */
guint enclave_mcp_budget_get_tokens (EnclaveMcpBudget *self);
guint enclave_mcp_budget_get_max_tokens (EnclaveMcpBudget *self);
/* Whether the model searches; and how many tools it isn't told of and can't find either. */
gboolean enclave_mcp_budget_is_searched (EnclaveMcpBudget *self);
guint enclave_mcp_budget_get_n_left_out (EnclaveMcpBudget *self);
/* What it costs to list them, listed or not. @tool: (nullable): all of the server. */
guint enclave_mcp_budget_get_price (EnclaveMcpBudget *self, const char *server, const char *tool);
/* Whether a server may refuse what the model is told of this tool's arguments. */
gboolean enclave_mcp_budget_is_simplified (EnclaveMcpBudget *self, const char *server, const char *tool);
/* Borrowed. */
EnclaveMcpToolNames *enclave_mcp_budget_get_names (EnclaveMcpBudget *self);

/* The tools that fit @words best, with their arguments; without words, or when none fits, the names of all. For the model. (transfer full) */
char *enclave_mcp_budget_search (EnclaveMcpBudget *self, const char *words);
/* Which tool a call means: by the name of a tool, listed or found, or through ENCLAVE_MCP_CALL_TOOL.
 * @arguments: of the call. @id: (out): borrowed from @self. @tool_arguments: (out) (transfer full): for the server.
 * FALSE with ENCLAVE_JSON_ERROR_MEMBER: told in words for the model. */
gboolean enclave_mcp_budget_resolve_call (EnclaveMcpBudget *self, const char *name, JsonObject *arguments, EnclaveMcpToolId *id,
                                          JsonObject **tool_arguments, GError **error);

G_END_DECLS
