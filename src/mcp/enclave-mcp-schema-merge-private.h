/* enclave-mcp-schema-merge-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* For schemas that are projected already: they have type, description, enum, properties, required and items alone. */

/* Those of @required that @into has a property for, beside those that it has already. @required: (nullable). */
void enclave_mcp_schema_add_required (JsonObject *into, JsonArray *required);
/* What @other says where @into says nothing yet. */
void enclave_mcp_schema_merge_all (JsonObject *into, JsonObject *other);
/* Of objects that are alternatives, at least one: all properties, and required what each of them requires. @alternatives:
 * (element-type JsonObject): used up. (transfer full) */
JsonObject *enclave_mcp_schema_merge_objects (GPtrArray *alternatives);
/* The members in their order, whichever way they came. (transfer full) */
JsonObject *enclave_mcp_schema_put_in_order (JsonObject *schema);

G_END_DECLS
