/* enclave-mcp-schema-projection.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-schema-projection.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-mcp-schema-merge-private.h"
#include "enclave-mcp-clean-text.h"

/* Levels of a schema; more a model does not fill in either. */
#define MAX_LEVELS 16

typedef struct
{
  JsonObject *root;
  GPtrArray *path; /* (element-type JsonObject): what is being put in place of references, outermost first */
  guint n_nodes;
  gboolean is_simplified;
} Projection;

static JsonObject *project (Projection *self, JsonNode *node, guint level);

static gboolean
is_type (const char *word)
{
  static const char *const types[] = { "string", "number", "integer", "boolean", "object", "array", "null", NULL };

  return word != NULL && g_strv_contains (types, word);
}

static const char *
type_of_value (JsonNode *node)
{
  if (JSON_NODE_HOLDS_NULL (node))
    return "null";
  if (!JSON_NODE_HOLDS_VALUE (node))
    return NULL;
  switch (json_node_get_value_type (node))
    {
    case G_TYPE_STRING:
      return "string";
    case G_TYPE_BOOLEAN:
      return "boolean";
    case G_TYPE_INT64:
      return "integer";
    case G_TYPE_DOUBLE:
      return "number";
    default:
      return NULL;
    }
}

static gboolean
value_fits (JsonNode *node, const char *type)
{
  const char *own = type_of_value (node);

  return own != NULL && (type == NULL || strcmp (own, type) == 0 || (strcmp (own, "integer") == 0 && strcmp (type, "number") == 0));
}

/* The first one that is not null. Borrowed; (nullable). */
static const char *
read_type (Projection *self, JsonObject *schema)
{
  const char *word = enclave_json_peek_string (schema, "type");
  JsonArray *array = enclave_json_peek_array (schema, "type");

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      const char *other = enclave_json_array_peek_string (array, i);

      if (!is_type (other))
        continue;
      if (word == NULL || strcmp (word, "null") == 0)
        word = other;
      else if (strcmp (other, "null") != 0)
        self->is_simplified = TRUE;
    }
  return is_type (word) ? word : NULL;
}

static void
add_text (JsonObject *into, const char *member, const char *text, gsize max_bytes)
{
  g_autofree char *line = enclave_mcp_clean_line (text, max_bytes);

  if (*line != '\0')
    json_object_set_string_member (into, member, line);
}

/* @values: what is to be chosen from; @into: has its type, where the schema says one. */
static void
add_values (Projection *self, JsonObject *into, JsonArray *values)
{
  g_autoptr (JsonArray) kept = json_array_new ();
  const char *type = enclave_json_peek_string (into, "type");
  gsize n_bytes = 0;

  for (guint i = 0; i < json_array_get_length (values); i++)
    {
      JsonNode *value = json_array_get_element (values, i);

      if (!value_fits (value, type))
        {
          self->is_simplified = TRUE;
          continue;
        }
      n_bytes += type_of_value (value)[0] == 's' ? strlen (json_node_get_string (value)) + 4 : 12;
      json_array_add_element (kept, json_node_copy (value));
    }
  if (json_array_get_length (kept) > ENCLAVE_MCP_SCHEMA_MAX_VALUES || n_bytes > ENCLAVE_MCP_SCHEMA_VALUES_MAX_BYTES)
    {
      self->is_simplified = TRUE;
      return;
    }
  if (json_array_get_length (kept) == 0)
    return;
  if (type == NULL)
    {
      type = type_of_value (json_array_get_element (kept, 0));
      for (guint i = 1; i < json_array_get_length (kept); i++)
        if (strcmp (type_of_value (json_array_get_element (kept, i)), type) != 0)
          return;
      json_object_set_string_member (into, "type", type);
    }
  json_object_set_array_member (into, "enum", g_steal_pointer (&kept));
}

static gboolean
is_property_name (const char *name)
{
  g_autofree char *clean = enclave_mcp_clean_text (name, -1, NULL);

  return *name != '\0' && strlen (name) <= ENCLAVE_MCP_NAME_MAX_BYTES && strcmp (clean, name) == 0 && strchr (name, '\n') == NULL;
}

static void
add_properties (Projection *self, JsonObject *into, JsonObject *properties, guint level)
{
  JsonObject *projected = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, properties);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      gboolean is_never = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN && !json_node_get_boolean (node);

      if (is_never || !is_property_name (name) || self->n_nodes >= ENCLAVE_MCP_SCHEMA_MAX_NODES)
        self->is_simplified = TRUE;
      else
        json_object_set_object_member (projected, name, project (self, node, level + 1));
    }
  json_object_set_object_member (into, "properties", projected);
}

static void
add_items (Projection *self, JsonObject *into, JsonObject *schema, guint level)
{
  JsonArray *tuple = enclave_json_peek_array (schema, "prefixItems");
  JsonNode *items = json_object_get_member (schema, "items");

  if (items != NULL && JSON_NODE_HOLDS_ARRAY (items))
    tuple = json_node_get_array (items);
  if (tuple != NULL)
    {
      self->is_simplified = TRUE;
      items = json_array_get_length (tuple) > 0 ? json_array_get_element (tuple, 0) : NULL;
    }
  if (items != NULL && JSON_NODE_HOLDS_OBJECT (items))
    json_object_set_object_member (into, "items", project (self, items, level + 1));
}

/* Alternatives of one type that are all lists of values: one list. (transfer full) */
static JsonObject *
merge_values (Projection *self, GPtrArray *alternatives)
{
  JsonObject *merged = json_object_new ();
  g_autoptr (JsonArray) values = json_array_new ();

  json_object_set_string_member (merged, "type", enclave_json_peek_string (g_ptr_array_index (alternatives, 0), "type"));
  for (guint i = 0; i < alternatives->len; i++)
    {
      JsonArray *own = enclave_json_peek_array (g_ptr_array_index (alternatives, i), "enum");

      for (guint j = 0; j < json_array_get_length (own); j++)
        json_array_add_element (values, json_node_copy (json_array_get_element (own, j)));
    }
  add_values (self, merged, values);

  return merged;
}

/* (transfer full) (nullable) */
static JsonObject *
project_alternatives (Projection *self, JsonArray *array, guint level)
{
  g_autoptr (GPtrArray) alternatives = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  const char *type = NULL;
  gboolean same_type = TRUE;
  gboolean all_values = TRUE;
  guint free_one = 0;

  for (guint i = 0; i < json_array_get_length (array) && self->n_nodes < ENCLAVE_MCP_SCHEMA_MAX_NODES; i++)
    {
      JsonObject *alternative = project (self, json_array_get_element (array, i), level + 1);
      const char *own = enclave_json_peek_string (alternative, "type");

      if (own != NULL && strcmp (own, "null") == 0)
        {
          json_object_unref (alternative);
          continue;
        }
      if (alternatives->len == 0)
        type = own;
      same_type &= g_strcmp0 (own, type) == 0;
      if (!json_object_has_member (alternative, "enum"))
        {
          free_one = all_values ? alternatives->len : free_one;
          all_values = FALSE;
        }
      g_ptr_array_add (alternatives, alternative);
    }
  if (alternatives->len == 0)
    return NULL;
  if (alternatives->len == 1)
    return json_object_ref (g_ptr_array_index (alternatives, 0));

  self->is_simplified = TRUE;
  if (same_type && type != NULL && strcmp (type, "object") == 0)
    return enclave_mcp_schema_merge_objects (alternatives);
  if (same_type && type != NULL && all_values)
    return merge_values (self, alternatives);
  /* Of one type: the one that takes any value. */
  return json_object_ref (g_ptr_array_index (alternatives, same_type ? free_one : 0));
}

/* A JSON pointer in a URI fragment. (nullable), borrowed. */
static JsonNode *
find_reference (Projection *self, const char *reference)
{
  g_auto (GStrv) parts = NULL;
  g_autofree char *pointer = NULL;
  JsonObject *object = self->root;
  JsonNode *node = NULL;

  if (reference[0] != '#' || reference[1] != '/')
    return NULL;
  pointer = g_uri_unescape_string (reference + 2, NULL);
  if (pointer == NULL)
    return NULL;
  parts = g_strsplit (pointer, "/", MAX_LEVELS);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autoptr (GString) name = g_string_new (parts[i]);

      g_string_replace (name, "~1", "/", 0);
      g_string_replace (name, "~0", "~", 0);
      node = object != NULL ? json_object_get_member (object, name->str) : NULL;
      object = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
    }
  return object != NULL ? node : NULL;
}

/* (transfer full) (nullable): NULL for one that leads nowhere, out of the schema or back to itself. */
static JsonObject *
project_reference (Projection *self, const char *reference, guint level)
{
  JsonNode *node = find_reference (self, reference);
  JsonObject *target = node != NULL ? json_node_get_object (node) : NULL;
  JsonObject *projected;

  self->is_simplified |= target == NULL;
  if (target == NULL)
    return NULL;
  if (g_ptr_array_find (self->path, target, NULL) || self->path->len >= ENCLAVE_MCP_SCHEMA_MAX_DEPTH)
    {
      const char *type = read_type (self, target);

      self->is_simplified = TRUE;
      projected = json_object_new ();
      if (type != NULL)
        json_object_set_string_member (projected, "type", type);
      return projected;
    }
  g_ptr_array_add (self->path, target);
  projected = project (self, node, level + 1);
  g_ptr_array_remove_index (self->path, self->path->len - 1);

  return projected;
}

/* What the words of @schema itself say. */
static void
add_own (Projection *self, JsonObject *into, JsonObject *schema, guint level)
{
  const char *type = read_type (self, schema);
  JsonObject *properties = enclave_json_peek_object (schema, "properties");
  JsonArray *values = enclave_json_peek_array (schema, "enum");
  JsonNode *constant = json_object_get_member (schema, "const");

  if (type == NULL && properties != NULL)
    type = "object";
  if (type == NULL && (json_object_has_member (schema, "items") || json_object_has_member (schema, "prefixItems")))
    type = "array";
  if (type != NULL)
    json_object_set_string_member (into, "type", type);
  add_text (into, "description", enclave_json_peek_string (schema, "description"), ENCLAVE_MCP_PARAMETER_MAX_BYTES);
  if (values != NULL)
    {
      add_values (self, into, values);
    }
  else if (constant != NULL)
    {
      g_autoptr (JsonArray) one = json_array_new ();

      json_array_add_element (one, json_node_copy (constant));
      add_values (self, into, one);
    }
  if (properties != NULL && g_strcmp0 (type, "object") == 0)
    {
      add_properties (self, into, properties, level);
      enclave_mcp_schema_add_required (into, enclave_json_peek_array (schema, "required"));
    }
  if (g_strcmp0 (type, "array") == 0)
    add_items (self, into, schema, level);
}

static gboolean
has_what_is_left_out (JsonObject *schema)
{
  static const char *const words[] = {
    "pattern", "format", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minItems", "maxItems", "uniqueItems", "contains", "minProperties", "maxProperties", "patternProperties", "propertyNames",
    "dependentRequired", "dependentSchemas", "dependencies", "not", "if", "unevaluatedProperties", "unevaluatedItems", "$dynamicRef",
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (json_object_has_member (schema, words[i]))
      return TRUE;
  return enclave_json_peek_object (schema, "additionalProperties") != NULL;
}

static JsonObject *
project (Projection *self, JsonNode *node, guint level)
{
  JsonObject *projected = json_object_new ();
  JsonObject *schema = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  static const char *const alternatives[] = { "anyOf", "oneOf" };
  const char *reference;
  JsonArray *all;

  self->n_nodes++;
  if (schema == NULL)
    return projected;
  if (level > MAX_LEVELS || self->n_nodes > ENCLAVE_MCP_SCHEMA_MAX_NODES)
    {
      self->is_simplified = TRUE;
      return projected;
    }

  self->is_simplified |= has_what_is_left_out (schema);
  add_own (self, projected, schema, level);
  reference = enclave_json_peek_string (schema, "$ref");
  if (reference != NULL)
    {
      g_autoptr (JsonObject) target = project_reference (self, reference, level);

      if (target != NULL)
        enclave_mcp_schema_merge_all (projected, target);
    }
  all = enclave_json_peek_array (schema, "allOf");
  for (guint i = 0; all != NULL && i < json_array_get_length (all) && self->n_nodes < ENCLAVE_MCP_SCHEMA_MAX_NODES; i++)
    {
      g_autoptr (JsonObject) part = project (self, json_array_get_element (all, i), level + 1);

      enclave_mcp_schema_merge_all (projected, part);
    }
  for (guint i = 0; i < G_N_ELEMENTS (alternatives); i++)
    {
      JsonArray *array = enclave_json_peek_array (schema, alternatives[i]);
      g_autoptr (JsonObject) one = array != NULL ? project_alternatives (self, array, level) : NULL;

      if (one != NULL)
        enclave_mcp_schema_merge_all (projected, one);
    }

  return projected;
}

JsonObject *
enclave_mcp_schema_project (JsonObject *schema, gboolean *is_simplified)
{
  g_autoptr (GPtrArray) path = g_ptr_array_new ();
  g_autoptr (JsonObject) projected = NULL;
  Projection self = { schema, path, 0, FALSE };

  if (schema != NULL)
    {
      g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), schema);

      g_ptr_array_add (path, schema);
      projected = project (&self, node, 0);
    }
  else
    {
      projected = json_object_new ();
    }
  json_object_set_string_member (projected, "type", "object");
  json_object_remove_member (projected, "description");
  json_object_remove_member (projected, "enum");
  json_object_remove_member (projected, "items");
  if (enclave_json_peek_object (projected, "properties") == NULL)
    json_object_set_object_member (projected, "properties", json_object_new ());
  if (is_simplified != NULL)
    *is_simplified = self.is_simplified;

  return enclave_mcp_schema_put_in_order (projected);
}

JsonObject *
enclave_mcp_schema_project_tool (JsonObject *definition, const char *name, gboolean *is_simplified)
{
  JsonObject *tool = json_object_new ();
  JsonObject *function = json_object_new ();
  const char *description = enclave_json_peek_string (definition, "description");

  g_return_val_if_fail (definition != NULL && name != NULL, NULL);

  if (description == NULL)
    description = enclave_json_peek_string (definition, "title");
  json_object_set_string_member (tool, "type", "function");
  json_object_set_string_member (function, "name", name);
  add_text (function, "description", description, ENCLAVE_MCP_DESCRIPTION_MAX_BYTES);
  json_object_set_object_member (function, "parameters",
                                 enclave_mcp_schema_project (enclave_json_peek_object (definition, "inputSchema"), is_simplified));
  json_object_set_object_member (tool, "function", function);

  return tool;
}
