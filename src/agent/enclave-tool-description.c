/* enclave-tool-description.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-tool-description.h"

#include <string.h>

#include "enclave-json.h"

static const char intro[] =
  "\nTo call a tool write this as the end of your reply, and nothing after it:\n"
  "<tool_call>\n"
  "{\"name\": \"NAME\", \"arguments\": {\"PARAMETER\": VALUE}}\n"
  "</tool_call>\n"
  "The result comes in the next message. The tools (? marks what may be left out):\n";

static gboolean
is_required (JsonArray *required, const char *name)
{
  for (guint i = 0; required != NULL && i < json_array_get_length (required); i++)
    if (g_strcmp0 (enclave_json_array_peek_string (required, i), name) == 0)
      return TRUE;
  return FALSE;
}

static void
add_parameters (GString *text, JsonObject *parameters)
{
  JsonObject *properties = enclave_json_peek_object (parameters, "properties");
  JsonArray *required = enclave_json_peek_array (parameters, "required");
  g_autoptr (GList) names = properties != NULL ? json_object_get_members (properties) : NULL;

  for (GList *l = names; l != NULL; l = l->next)
    {
      JsonObject *property = enclave_json_peek_object (properties, l->data);
      const char *type = property != NULL ? enclave_json_peek_string (property, "type") : NULL;

      g_string_append_printf (text, "%s%s%s: %s", l == names ? "" : ", ", (const char *) l->data,
                              is_required (required, l->data) ? "" : "?", type != NULL ? type : "string");
    }
}

char *
enclave_tool_description_build (JsonArray *tools)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; tools != NULL && i < json_array_get_length (tools); i++)
    {
      JsonObject *tool = enclave_json_array_peek_object (tools, i);
      JsonObject *function = tool != NULL ? enclave_json_peek_object (tool, "function") : NULL;
      JsonObject *parameters = function != NULL ? enclave_json_peek_object (function, "parameters") : NULL;
      const char *name = function != NULL ? enclave_json_peek_string (function, "name") : NULL;
      const char *description = function != NULL ? enclave_json_peek_string (function, "description") : NULL;

      if (name == NULL)
        continue;
      if (text->len == 0)
        g_string_append (text, intro);
      g_string_append_printf (text, "- %s {", name);
      if (parameters != NULL)
        add_parameters (text, parameters);
      g_string_append_printf (text, "}: %s\n", description != NULL ? description : "");
    }
  return g_strdup (text->str);
}

static JsonObject *
build_call_schema (const char *name, JsonObject *parameters)
{
  JsonObject *schema = json_object_new ();
  JsonObject *properties = json_object_new ();
  JsonObject *name_schema = json_object_new ();
  JsonArray *names = json_array_new ();
  JsonArray *required = json_array_new ();

  json_array_add_string_element (names, name);
  json_object_set_string_member (name_schema, "type", "string");
  json_object_set_array_member (name_schema, "enum", names);
  json_object_set_object_member (properties, "name", name_schema);
  json_object_set_object_member (properties, "arguments", json_object_ref (parameters));
  json_array_add_string_element (required, "name");
  json_array_add_string_element (required, "arguments");
  json_object_set_string_member (schema, "type", "object");
  json_object_set_object_member (schema, "properties", properties);
  json_object_set_array_member (schema, "required", required);

  return schema;
}

JsonObject *
enclave_tool_description_build_schema (JsonArray *tools)
{
  JsonObject *schema = json_object_new ();
  JsonArray *forms = json_array_new ();

  for (guint i = 0; tools != NULL && i < json_array_get_length (tools); i++)
    {
      JsonObject *tool = enclave_json_array_peek_object (tools, i);
      JsonObject *function = tool != NULL ? enclave_json_peek_object (tool, "function") : NULL;
      JsonObject *parameters = function != NULL ? enclave_json_peek_object (function, "parameters") : NULL;
      const char *name = function != NULL ? enclave_json_peek_string (function, "name") : NULL;

      if (name != NULL && parameters != NULL)
        json_array_add_object_element (forms, build_call_schema (name, parameters));
    }
  json_object_set_array_member (schema, "anyOf", forms);

  return schema;
}
