/* enclave-mcp-tool-name.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a model calls the tools of MCP servers: `server__tool`, letters, digits, `_` and `-` alone, at most
 * ENCLAVE_MCP_TOOL_NAME_MAX_BYTES. The same two names give the same name whatever else there is and in whichever order servers
 * answer; a name is mapped back through the table, never taken apart. */
typedef struct _EnclaveMcpToolNames EnclaveMcpToolNames;

typedef struct
{
  const char *server; /* as it is configured */
  const char *tool;   /* as the server calls it */
} EnclaveMcpToolId;

/* @ids: any order. The same pair twice counts once.
 * Returns: (transfer full). */
EnclaveMcpToolNames *enclave_mcp_tool_names_new (const EnclaveMcpToolId *ids, guint n_ids);
void enclave_mcp_tool_names_free (EnclaveMcpToolNames *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveMcpToolNames, enclave_mcp_tool_names_free)

/* (nullable): NULL for a pair that was not given. Borrowed. */
const char *enclave_mcp_tool_names_get (EnclaveMcpToolNames *self, const char *server, const char *tool);
/* FALSE for a name that stands for no tool. @id: (out): borrowed from @self. */
gboolean enclave_mcp_tool_names_find (EnclaveMcpToolNames *self, const char *name, EnclaveMcpToolId *id);

/* The name of one pair by itself. (transfer full) */
char *enclave_mcp_tool_name_make (const char *server, const char *tool);

G_END_DECLS
