/* enclave-mcp-schema-projection.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What a model gets of a tool's schema. Servers with a grammar compile the schemas of all tools into one, where a single odd word makes
 * every request fail; and a small model reads each byte. Kept are type, description, enum, properties, required and items,
 * in this order, with the properties in the order of the server; references within the schema are put in their place, alternatives
 * become one (objects together, else the first that is not null), and patterns, formats, bounds, conditions and defaults are
 * left out: the server holds the arguments against its own schema. The same bytes for the same schema; nothing is ever fetched.
 * @schema: (nullable). @is_simplified: (out) (optional): the server may refuse what this allows.
 * Returns: (transfer full): always an object's schema. */
JsonObject *enclave_mcp_schema_project (JsonObject *schema, gboolean *is_simplified);
/* A tool of tools/list as a function of a chat request, called @name there. @definition: as the server gave it.
 * Returns: (transfer full). */
JsonObject *enclave_mcp_schema_project_tool (JsonObject *definition, const char *name, gboolean *is_simplified);

G_END_DECLS
