/* enclave-mcp-tool.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-tool.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-mcp-error.h"
#include "enclave-utf8.h"

#define ANNOTATION "x-mcp-header"
#define NAME_MAX_BYTES 256
#define SENTINEL "=?base64?"

/* One argument that goes into a header. */
typedef struct
{
  char *header;
  GStrv path; /* members, from the arguments down */
} Mirrored;

G_DEFINE_BOXED_TYPE (EnclaveMcpTool, enclave_mcp_tool, enclave_mcp_tool_ref, enclave_mcp_tool_unref)

static void
mirrored_free (gpointer data)
{
  Mirrored *mirrored = data;

  g_free (mirrored->header);
  g_strfreev (mirrored->path);
  g_free (mirrored);
}

EnclaveMcpTool *
enclave_mcp_tool_ref (EnclaveMcpTool *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
tool_clear (gpointer data)
{
  EnclaveMcpTool *self = data;

  g_free (self->name);
  g_free (self->title);
  g_free (self->description);
  g_clear_pointer (&self->definition, json_object_unref);
  g_clear_pointer (&self->input_schema, json_object_unref);
  g_clear_pointer (&self->output_schema, json_object_unref);
  g_clear_pointer (&self->mirrored, g_ptr_array_unref);
}

void
enclave_mcp_tool_unref (EnclaveMcpTool *self)
{
  g_atomic_rc_box_release_full (self, tool_clear);
}

static gboolean
is_token (const char *text)
{
  if (text == NULL || *text == '\0')
    return FALSE;
  for (; *text != '\0'; text++)
    if (!g_ascii_isalnum (*text) && strchr ("!#$%&'*+-.^_`|~", *text) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
is_plain_type (const char *type)
{
  return g_strcmp0 (type, "string") == 0 || g_strcmp0 (type, "integer") == 0 || g_strcmp0 (type, "boolean") == 0;
}

/* One of the three, or that and null. */
static gboolean
may_be_mirrored (JsonObject *schema)
{
  JsonArray *types = enclave_json_peek_array (schema, "type");
  gboolean plain = FALSE;

  if (types == NULL)
    return is_plain_type (enclave_json_peek_string (schema, "type"));
  for (guint i = 0; i < json_array_get_length (types); i++)
    {
      const char *type = enclave_json_array_peek_string (types, i);

      if (is_plain_type (type))
        plain = TRUE;
      else if (g_strcmp0 (type, "null") != 0)
        return FALSE;
    }
  return plain;
}

static gboolean
is_taken (GPtrArray *mirrored, const char *header)
{
  for (guint i = 0; i < mirrored->len; i++)
    if (g_ascii_strcasecmp (((Mirrored *) g_ptr_array_index (mirrored, i))->header, header) == 0)
      return TRUE;
  return FALSE;
}

static gboolean look (JsonNode *node, GPtrArray *path, gboolean reached, GPtrArray *mirrored);

static gboolean
look_at_properties (JsonObject *properties, GPtrArray *path, gboolean reached, GPtrArray *mirrored)
{
  g_autoptr (GList) names = json_object_get_members (properties);

  for (GList *at = names; at != NULL; at = at->next)
    {
      gboolean good;

      g_ptr_array_add (path, at->data);
      good = look (json_object_get_member (properties, at->data), path, reached, mirrored);
      g_ptr_array_set_size (path, (int) path->len - 1);
      if (!good)
        return FALSE;
    }
  return TRUE;
}

static gboolean
take_annotation (JsonObject *schema, GPtrArray *path, gboolean reached, GPtrArray *mirrored)
{
  const char *header = enclave_json_peek_string (schema, ANNOTATION);
  g_autoptr (GStrvBuilder) members = g_strv_builder_new ();
  Mirrored *one;

  if (!reached || path->len == 0 || !is_token (header) || !may_be_mirrored (schema) || is_taken (mirrored, header))
    return FALSE;
  for (guint i = 0; i < path->len; i++)
    g_strv_builder_add (members, g_ptr_array_index (path, i));
  one = g_new0 (Mirrored, 1);
  one->header = g_strdup (header);
  one->path = g_strv_builder_end (members);
  g_ptr_array_add (mirrored, one);
  return TRUE;
}

/* Looks through a schema for annotations. @reached: the place is that of one argument, by `properties` alone. The parser has bounded the
 * depth. Returns: FALSE for one that is not allowed. */
static gboolean
look (JsonNode *node, GPtrArray *path, gboolean reached, GPtrArray *mirrored)
{
  static const char *const data[] = { "default", "enum", "const", "examples", NULL };
  g_autoptr (GList) members = NULL;
  JsonObject *schema;

  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        if (!look (json_array_get_element (array, i), path, FALSE, mirrored))
          return FALSE;
      return TRUE;
    }
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return TRUE;
  schema = json_node_get_object (node);
  if (json_object_has_member (schema, ANNOTATION) && !take_annotation (schema, path, reached, mirrored))
    return FALSE;
  members = json_object_get_members (schema);
  for (GList *at = members; at != NULL; at = at->next)
    {
      JsonNode *member = json_object_get_member (schema, at->data);
      gboolean good;

      if (g_strv_contains (data, at->data))
        continue;
      if (strcmp (at->data, "properties") == 0 && JSON_NODE_HOLDS_OBJECT (member))
        good = look_at_properties (json_node_get_object (member), path, reached, mirrored);
      else if ((strcmp (at->data, "$defs") == 0 || strcmp (at->data, "definitions") == 0) && JSON_NODE_HOLDS_OBJECT (member))
        good = look_at_properties (json_node_get_object (member), path, FALSE, mirrored);
      else
        good = look (member, path, FALSE, mirrored);
      if (!good)
        return FALSE;
    }
  return TRUE;
}

static JsonObject *
ref_object (JsonObject *object, const char *member)
{
  JsonObject *found = enclave_json_peek_object (object, member);

  return found != NULL ? json_object_ref (found) : NULL;
}

static gboolean
refuse (GError **error, const char *name, const char *why)
{
  g_autofree char *shown = enclave_utf8_make_visible (name != NULL && *name != '\0' ? name : "?", NULL);

  /* Translators: a tool's name, then why it is left out */
  g_set_error (error, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_PROTOCOL, _ ("The tool “%s” is left out: %s"), shown, why);
  return FALSE;
}

static gboolean
read_headers (EnclaveMcpTool *self, GError **error)
{
  g_autoptr (GPtrArray) path = g_ptr_array_new ();
  g_autoptr (JsonNode) schema = json_node_init_object (json_node_alloc (), self->input_schema);

  self->mirrored = g_ptr_array_new_with_free_func (mirrored_free);
  return look (schema, path, TRUE, self->mirrored)
         || refuse (error, self->name, _ ("it asks for an argument in a header in a way that is not allowed"));
}

EnclaveMcpTool *
enclave_mcp_tool_parse (JsonObject *definition, GError **error)
{
  g_autoptr (EnclaveMcpTool) self = g_atomic_rc_box_new0 (EnclaveMcpTool);
  JsonObject *annotations;

  g_return_val_if_fail (definition != NULL, NULL);

  self->definition = json_object_ref (definition);
  self->name = g_strdup (enclave_json_peek_string (definition, "name"));
  self->title = g_strdup (enclave_json_peek_string (definition, "title"));
  self->description = g_strdup (enclave_json_peek_string (definition, "description"));
  self->input_schema = ref_object (definition, "inputSchema");
  self->output_schema = ref_object (definition, "outputSchema");
  if (self->description == NULL)
    self->description = g_strdup ("");
  annotations = enclave_json_peek_object (definition, "annotations");
  self->read_only_hint = enclave_json_get_boolean (annotations, "readOnlyHint", FALSE);
  self->destructive_hint = enclave_json_get_boolean (annotations, "destructiveHint", TRUE);
  if (self->title == NULL)
    self->title = g_strdup (enclave_json_peek_string (annotations, "title"));

  if (self->name == NULL || *self->name == '\0')
    refuse (error, self->name, _ ("it has no name"));
  else if (strlen (self->name) > NAME_MAX_BYTES)
    refuse (error, self->name, _ ("its name is too long"));
  else if (self->input_schema == NULL || g_strcmp0 (enclave_json_peek_string (self->input_schema, "type"), "object") != 0)
    refuse (error, self->name, _ ("it does not say what its arguments are"));
  else if (read_headers (self, error))
    return g_steal_pointer (&self);
  return NULL;
}

char *
enclave_mcp_tool_encode_header (const char *value)
{
  gsize length = strlen (value);
  gboolean plain = !(g_str_has_prefix (value, SENTINEL) && g_str_has_suffix (value, "?="));
  g_autofree char *encoded = NULL;

  for (gsize i = 0; i < length && plain; i++)
    plain = value[i] >= 0x20 && value[i] < 0x7f;
  if (plain && (length == 0 || (value[0] != ' ' && value[length - 1] != ' ')))
    return g_strdup (value);
  encoded = g_base64_encode ((const guchar *) value, length);
  return g_strconcat (SENTINEL, encoded, "?=", NULL);
}

/* What stands at @path in @arguments, as a header has it. (transfer full) (nullable) */
static char *
dup_value (JsonObject *arguments, const GStrv path)
{
  JsonNode *node = NULL;

  for (guint i = 0; path[i] != NULL; i++)
    {
      if (i > 0)
        arguments = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      node = arguments != NULL ? json_object_get_member (arguments, path[i]) : NULL;
    }
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return NULL;
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return enclave_mcp_tool_encode_header (json_node_get_string (node));
  if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return g_strdup (json_node_get_boolean (node) ? "true" : "false");
  return enclave_json_to_text (node, FALSE);
}

void
enclave_mcp_tool_add_headers (EnclaveMcpTool *self, JsonObject *arguments, GPtrArray *pairs)
{
  g_return_if_fail (self != NULL && pairs != NULL);

  for (guint i = 0; i < self->mirrored->len; i++)
    {
      Mirrored *mirrored = g_ptr_array_index (self->mirrored, i);
      char *value = dup_value (arguments, mirrored->path);

      if (value == NULL)
        continue;
      g_ptr_array_add (pairs, g_strconcat ("Mcp-Param-", mirrored->header, NULL));
      g_ptr_array_add (pairs, value);
    }
}
