/* enclave-mcp-expansion.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-mcp-server-entry.h"

G_BEGIN_DECLS

/* What the variables of a configuration file stand for. All of it is the caller's and outlives the call. */
typedef struct
{
  const char *const *environment; /* (nullable): NAME=VALUE, of the person's login shell */
  const char *home;
  const char *workspace;          /* (nullable): true path of the project */
  GHashTable *inputs;             /* (nullable): id → value (element-type utf8 utf8): what the person has answered */
} EnclaveMcpContext;

#define ENCLAVE_MCP_EXPANSION_ERROR (enclave_mcp_expansion_error_quark ())

typedef enum
{
  ENCLAVE_MCP_EXPANSION_ERROR_MISSING,     /* a variable that is not set, or a project where none is open */
  ENCLAVE_MCP_EXPANSION_ERROR_UNSUPPORTED, /* of another host's, which has no meaning here */
  ENCLAVE_MCP_EXPANSION_ERROR_TOO_LONG,
} EnclaveMcpExpansionError;

GQuark enclave_mcp_expansion_error_quark (void);

/* @text with its variables in the form that the host of @source has, once: a value is never expanded again. What is no
 * variable of that host stays as it is. `${NAME}`, `${NAME:-otherwise}`: Claude Code, .mcp.json; `${env:NAME}`, `${userHome}`,
 * `${workspaceFolder}`, `${workspaceFolderBasename}`, `${pathSeparator}`, `${/}`: Cursor, VS Code, .mcp.json; `${input:id}`: VS Code,
 * .mcp.json; our own files: all of them; the others: none.
 * @missing_inputs: (element-type utf8): ids without an answer are added, each once; their place stays as it is.
 * Returns: (transfer full): NULL with ENCLAVE_MCP_EXPANSION_ERROR, which names the variable: never an empty text for a
 * missing one. */
char *enclave_mcp_expand (EnclaveMcpSource source, const EnclaveMcpContext *context, const char *text,
                          GPtrArray *missing_inputs, GError **error);

G_END_DECLS
