/* enclave-mcp-tool.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* One tool as a server defines it. All text is the server's. Counted; immutable. */
typedef struct
{
  char *name;
  char *title;            /* (nullable) */
  char *description;      /* maybe "" */
  JsonObject *definition; /* all of it, as it came */
  JsonObject *input_schema;
  JsonObject *output_schema; /* (nullable) */
  /* What the server claims: hints for people, never a permission. */
  gboolean read_only_hint;
  gboolean destructive_hint;
  GPtrArray *mirrored;    /* (nullable): arguments that a server wants in a header of HTTP as well */
} EnclaveMcpTool;

#define ENCLAVE_TYPE_MCP_TOOL (enclave_mcp_tool_get_type ())
GType enclave_mcp_tool_get_type (void);
/* @definition: (transfer none). Returns: (transfer full): NULL with ENCLAVE_MCP_ERROR_PROTOCOL, the sentence naming the tool, when it has no
 * name, no schema of an object, or annotations of headers that the revision 2026-07-28 forbids. */
EnclaveMcpTool *enclave_mcp_tool_parse (JsonObject *definition, GError **error);
EnclaveMcpTool *enclave_mcp_tool_ref (EnclaveMcpTool *self);
void enclave_mcp_tool_unref (EnclaveMcpTool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveMcpTool, enclave_mcp_tool_unref)

/* Appends name and value of each header that a call with @arguments (nullable) has to have. @pairs: (element-type utf8), owning. */
void enclave_mcp_tool_add_headers (EnclaveMcpTool *self, JsonObject *arguments, GPtrArray *pairs);
/* @value as a header may hold it: as it is, or `=?base64?…?=`. (transfer full) */
char *enclave_mcp_tool_encode_header (const char *value);

G_END_DECLS
