/* enclave-tool-description.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The tools in words, and how to call one, for a model whose server does not understand calls: what it then writes is what
 * EnclaveToolCallParser reads. @tools: as for a chat route. The same bytes for the same tools.
 * Returns: (transfer full): "" without tools */
char *enclave_tool_description_build (JsonArray *tools);
/* A JSON schema that one call of one of @tools fits, and nothing else. (transfer full) */
JsonObject *enclave_tool_description_build_schema (JsonArray *tools);

G_END_DECLS
