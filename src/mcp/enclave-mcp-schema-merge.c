/* enclave-mcp-schema-merge.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-schema-merge-private.h"

#include <string.h>

#include "enclave-json.h"

static gboolean
array_has (JsonArray *array, const char *text)
{
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    if (g_strcmp0 (enclave_json_array_peek_string (array, i), text) == 0)
      return TRUE;
  return FALSE;
}

void
enclave_mcp_schema_add_required (JsonObject *into, JsonArray *required)
{
  JsonObject *properties = enclave_json_peek_object (into, "properties");
  JsonArray *before = enclave_json_peek_array (into, "required");
  g_autoptr (JsonArray) kept = json_array_new ();

  for (guint i = 0; before != NULL && i < json_array_get_length (before); i++)
    json_array_add_string_element (kept, json_array_get_string_element (before, i));
  for (guint i = 0; required != NULL && i < json_array_get_length (required); i++)
    {
      const char *name = enclave_json_array_peek_string (required, i);

      if (name != NULL && properties != NULL && json_object_has_member (properties, name) && !array_has (kept, name))
        json_array_add_string_element (kept, name);
    }
  if (json_array_get_length (kept) > 0)
    json_object_set_array_member (into, "required", g_steal_pointer (&kept));
}

void
enclave_mcp_schema_merge_all (JsonObject *into, JsonObject *other)
{
  static const char *const members[] = { "type", "description", "enum", "items" };
  JsonObject *properties = enclave_json_peek_object (other, "properties");

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    if (!json_object_has_member (into, members[i]) && json_object_has_member (other, members[i]))
      json_object_set_member (into, members[i], json_object_dup_member (other, members[i]));
  if (properties != NULL)
    {
      JsonObject *own = enclave_json_peek_object (into, "properties");
      JsonObjectIter iter;
      const char *name;
      JsonNode *node;

      if (own == NULL)
        {
          own = json_object_new ();
          json_object_set_object_member (into, "properties", own);
        }
      json_object_iter_init_ordered (&iter, properties);
      while (json_object_iter_next_ordered (&iter, &name, &node))
        if (!json_object_has_member (own, name))
          json_object_set_member (own, name, json_node_copy (node));
    }
  enclave_mcp_schema_add_required (into, enclave_json_peek_array (other, "required"));
}

/* Of alternatives that are all objects: what all of them require. (transfer full) */
static JsonArray *
common_required (GPtrArray *alternatives)
{
  JsonArray *first = enclave_json_peek_array (g_ptr_array_index (alternatives, 0), "required");
  JsonArray *common = json_array_new ();

  for (guint i = 0; first != NULL && i < json_array_get_length (first); i++)
    {
      const char *name = json_array_get_string_element (first, i);
      gboolean in_all = TRUE;

      for (guint j = 1; j < alternatives->len && in_all; j++)
        in_all = array_has (enclave_json_peek_array (g_ptr_array_index (alternatives, j), "required"), name);
      if (in_all)
        json_array_add_string_element (common, name);
    }
  return common;
}

JsonObject *
enclave_mcp_schema_merge_objects (GPtrArray *alternatives)
{
  JsonObject *merged = json_object_new ();
  g_autoptr (JsonArray) required = common_required (alternatives);

  for (guint i = 0; i < alternatives->len; i++)
    {
      json_object_remove_member (g_ptr_array_index (alternatives, i), "required");
      enclave_mcp_schema_merge_all (merged, g_ptr_array_index (alternatives, i));
    }
  enclave_mcp_schema_add_required (merged, required);

  return merged;
}

JsonObject *
enclave_mcp_schema_put_in_order (JsonObject *schema)
{
  static const char *const members[] = { "type", "description", "enum", "properties", "required", "items" };
  JsonObject *ordered = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      JsonNode *node = json_object_get_member (schema, members[i]);

      if (node == NULL)
        continue;
      if (strcmp (members[i], "items") == 0)
        {
          json_object_set_object_member (ordered, "items", enclave_mcp_schema_put_in_order (json_node_get_object (node)));
        }
      else if (strcmp (members[i], "properties") == 0)
        {
          JsonObject *properties = json_object_new ();
          JsonObjectIter iter;
          const char *name;
          JsonNode *property;

          json_object_iter_init_ordered (&iter, json_node_get_object (node));
          while (json_object_iter_next_ordered (&iter, &name, &property))
            json_object_set_object_member (properties, name, enclave_mcp_schema_put_in_order (json_node_get_object (property)));
          json_object_set_object_member (ordered, "properties", properties);
        }
      else
        {
          json_object_set_member (ordered, members[i], json_node_copy (node));
        }
    }
  return ordered;
}
