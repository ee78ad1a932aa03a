/* enclave-mcp-config.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-mcp-expansion.h"
#include "enclave-mcp-server-entry.h"

G_BEGIN_DECLS

/* A value that a file wants to be asked for (`${input:id}`). */
typedef struct
{
  char *id;
  char *description; /* for people; text of the file */
  char *fallback;    /* (nullable): to begin with */
  GStrv options;     /* (nullable): the only answers */
  gboolean is_secret;
} EnclaveMcpInput;

typedef struct
{
  GPtrArray *entries; /* (element-type EnclaveMcpServerEntry): as they stand in the file */
  GPtrArray *inputs;  /* (element-type EnclaveMcpInput) */
} EnclaveMcpConfig;

void enclave_mcp_config_free (EnclaveMcpConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveMcpConfig, enclave_mcp_config_free)

typedef struct
{
  EnclaveMcpSource source;
  const char *path;     /* of the file, absolute: for people, and to remember */
  gboolean in_project;
  gboolean is_trusted;  /* FALSE: its entries are proposals */
} EnclaveMcpConfigOrigin;

/* The servers that a file names, as the host whose file it is reads them: `mcpServers`, else `servers`, else
 * `context_servers`. Comments and trailing commas are taken everywhere. An entry that can't be used is there with its
 * reason and stops no other. At most ENCLAVE_MCP_MAX_SERVERS. Pure. @length: bytes, or -1.
 * Returns: (transfer full): NULL with ENCLAVE_JSON_ERROR for a file that is none of JSON. A file without servers has no
 * entries. */
EnclaveMcpConfig *enclave_mcp_config_parse (const EnclaveMcpConfigOrigin *origin, const EnclaveMcpContext *context,
                                            const char *text, gssize length, GError **error);
/* Of several files, the person's own first: of entries with the same name only the first stays enabled.
 * @entries: (element-type EnclaveMcpServerEntry): may be replaced by changed copies. */
void enclave_mcp_config_settle_names (GPtrArray *entries);

G_END_DECLS
