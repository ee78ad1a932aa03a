/* enclave-mcp-budget-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-mcp-budget.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name;   /* of the table */
  char *server;
  char *tool;
  JsonObject *function;
  char *text;         /* of @function */
  guint price;
  gboolean is_pinned;
  gboolean is_simplified;
} EnclaveMcpPricedTool;

struct _EnclaveMcpBudget
{
  EnclaveMcpToolNames *names;
  GPtrArray *tools; /* (element-type EnclaveMcpPricedTool), by name */
  JsonArray *listed;
  EnclaveMcpTokenEstimate estimate;
  guint n_tokens;
  guint max_tokens;
  guint n_left_out;
  gboolean is_searched;
};

/* The two functions by which a model finds tools and calls them. (transfer full) */
JsonObject *enclave_mcp_search_new_search_function (EnclaveMcpBudget *self);
JsonObject *enclave_mcp_search_new_call_function (void);

G_END_DECLS
