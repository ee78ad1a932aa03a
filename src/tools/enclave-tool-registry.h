/* enclave-tool-registry.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-tool.h"

G_BEGIN_DECLS

#define ENCLAVE_TOOL_ERROR (enclave_tool_error_quark ())

typedef enum
{
  ENCLAVE_TOOL_ERROR_UNKNOWN,    /* no such tool; the message names the nearest */
  ENCLAVE_TOOL_ERROR_ARGUMENTS,  /* what is wrong with which argument */
  ENCLAVE_TOOL_ERROR_SPEC,       /* a tool that may not be registered */
  ENCLAVE_TOOL_ERROR_FAILED,     /* an edit that does not match and the like */
} EnclaveToolError;

GQuark enclave_tool_error_quark (void);

/* The closed list of tools, in a fixed order. */
#define ENCLAVE_TYPE_TOOL_REGISTRY (enclave_tool_registry_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveToolRegistry, enclave_tool_registry, ENCLAVE, TOOL_REGISTRY, GObject)

/* With all tools of Enclave. */
EnclaveToolRegistry *enclave_tool_registry_new (void);
/* FALSE with ENCLAVE_TOOL_ERROR_SPEC: no effects, a parameter without kind, a name taken. */
gboolean enclave_tool_registry_register (EnclaveToolRegistry *self, EnclaveTool *tool, GError **error);
/* Nothing when there is none of that name. */
void enclave_tool_registry_remove (EnclaveToolRegistry *self, const char *name);
guint enclave_tool_registry_get_n_tools (EnclaveToolRegistry *self);
EnclaveTool *enclave_tool_registry_get_tool (EnclaveToolRegistry *self, guint index);
/* The real name of the tool that a model calls @name, where only case, hyphens or underscores differ. Borrowed; NULL: none, or more
 * than one. */
const char *enclave_tool_registry_resolve (EnclaveToolRegistry *self, const char *name);
/* Borrowed; NULL with ENCLAVE_TOOL_ERROR_UNKNOWN. */
EnclaveTool *enclave_tool_registry_find (EnclaveToolRegistry *self, const char *name, GError **error);
/* How a call of @tool is written: `{"path": string, "start_line"?: integer}`. (transfer full) */
char *enclave_tool_describe_arguments (EnclaveTool *tool);
/* Checks and completes arguments: required ones, kinds, lengths, choices; a number as text and the like is
 * repaired when the repair is unique; unknown members are an error that lists the known ones.
 * @arguments: JSON object as text. Returns: (transfer full): the object to run with. */
JsonObject *enclave_tool_registry_check (EnclaveToolRegistry *self, EnclaveTool *tool, const char *arguments,
                                         GError **error);
/* JSON schema list as chat routes take it, of the tools whose effects lie within @allowed; @few: without those that are extra.
 * Byte-stable.
 * (transfer full) */
JsonArray *enclave_tool_registry_to_schema (EnclaveToolRegistry *self, EnclaveEffects allowed, gboolean few);

G_END_DECLS
