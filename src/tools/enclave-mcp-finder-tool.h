/* enclave-mcp-finder-tool.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-mcp-budget.h"
#include "enclave-mcp-server.h"
#include "enclave-tool.h"

G_BEGIN_DECLS

/* The tools of servers within the budget of one window, and the two tools by which a model reaches those that it isn't told of. Counted. */
typedef struct _EnclaveMcpFinder EnclaveMcpFinder;

EnclaveMcpFinder *enclave_mcp_finder_new (void);
EnclaveMcpFinder *enclave_mcp_finder_ref (EnclaveMcpFinder *self);
void enclave_mcp_finder_unref (EnclaveMcpFinder *self);
/* Before it is settled. */
void enclave_mcp_finder_add (EnclaveMcpFinder *self, EnclaveMcpServer *server, EnclaveMcpTool *tool, gboolean is_pinned);
/* Once. Returns: (transfer full) (element-type EnclaveTool): all tools, by the names that a model calls them. */
GPtrArray *enclave_mcp_finder_settle (EnclaveMcpFinder *self, guint window_tokens, EnclaveMcpSearchMode mode,
                                       EnclaveMcpTokenEstimate estimate);
/* What a model is told. Borrowed. */
JsonArray *enclave_mcp_finder_get_functions (EnclaveMcpFinder *self);

G_END_DECLS
