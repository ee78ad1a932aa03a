/* enclave-mcp-result.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_MCP_CONTENT_TEXT,
  ENCLAVE_MCP_CONTENT_IMAGE,
  ENCLAVE_MCP_CONTENT_AUDIO,
  ENCLAVE_MCP_CONTENT_LINK,     /* to a resource */
  ENCLAVE_MCP_CONTENT_RESOURCE,
  ENCLAVE_MCP_CONTENT_OTHER,
} EnclaveMcpContentKind;

typedef struct
{
  EnclaveMcpContentKind kind;
  const char *text;      /* (nullable): as the server sent it */
  const char *mime_type; /* (nullable) */
  const char *uri;       /* (nullable) */
  const char *name;      /* (nullable) */
  const char *role;      /* (nullable): of a prompt: "user" or "assistant" */
  gsize data_bytes;      /* of what is no text, as it was sent */
} EnclaveMcpContent;

/* What a tool gave back, a resource holds, or a prompt says. Counted; immutable. All text is the server's. */
typedef struct
{
  JsonObject *whole;      /* as it came */
  gboolean is_error;      /* the tool says that it failed */
  JsonNode *structured;   /* (nullable): structuredContent */
  GArray *contents;       /* of EnclaveMcpContent, which borrow from @whole */
} EnclaveMcpResult;

#define ENCLAVE_TYPE_MCP_RESULT (enclave_mcp_result_get_type ())
GType enclave_mcp_result_get_type (void);
/* @result: of tools/call; what is not understood is left, never an error. (transfer full) */
EnclaveMcpResult *enclave_mcp_result_parse (JsonObject *result);
/* The same of resources/read and prompts/get. */
EnclaveMcpResult *enclave_mcp_result_parse_resource (JsonObject *result);
EnclaveMcpResult *enclave_mcp_result_parse_prompt (JsonObject *result);
EnclaveMcpResult *enclave_mcp_result_ref (EnclaveMcpResult *self);
void enclave_mcp_result_unref (EnclaveMcpResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveMcpResult, enclave_mcp_result_unref)

/* What a model gets: the texts, without escapes and hidden characters, or else the structured content; what is no text is told of. At most
 * @max_bytes, the head and a quarter of that from the end, with how much was left out. @truncated: (out) (optional).
 * (transfer full): valid UTF-8. */
char *enclave_mcp_result_dup_text (EnclaveMcpResult *self, gsize max_bytes, gboolean *truncated);

G_END_DECLS
