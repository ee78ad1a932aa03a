/* enclave-tool-arguments.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "enclave-json.h"
#include "enclave-tool-private.h"

#define DEFAULT_MAX_BYTES 4096
#define MAX_LIST_LENGTH 200

/* Says what is wrong with one argument, to a model. Not translated. */
G_GNUC_PRINTF (4, 5)
static gboolean
refuse (const EnclaveToolSpec *spec, const EnclaveToolParameter *parameter, GError **error, const char *format, ...)
{
  g_autofree char *detail = NULL;
  va_list arguments;

  va_start (arguments, format);
  detail = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_ARGUMENTS, "%s: \"%s\" %s", spec->name, parameter->name,
               detail);

  return FALSE;
}

static char *
list_parameters (const EnclaveToolSpec *spec)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < spec->n_parameters; i++)
    g_string_append_printf (list, "%s%s%s", i > 0 ? ", " : "", spec->parameters[i].name,
                            spec->parameters[i].required ? "" : "?");

  return g_string_free (g_steal_pointer (&list), FALSE);
}

char *
enclave_tool_describe_arguments (EnclaveTool *tool)
{
  const EnclaveToolSpec *spec;
  g_autoptr (GString) text = g_string_new ("{");

  g_return_val_if_fail (ENCLAVE_IS_TOOL (tool), NULL);

  spec = enclave_tool_get_spec (tool);
  if (spec->function != NULL)
    {
      g_string_free (g_steal_pointer (&text), TRUE);
      return enclave_json_object_to_text (enclave_json_peek_object (enclave_json_peek_object (spec->function, "function"), "parameters"));
    }
  for (guint i = 0; i < spec->n_parameters; i++)
    g_string_append_printf (text, "%s\"%s\"%s: %s", i > 0 ? ", " : "", spec->parameters[i].name, spec->parameters[i].required ? "" : "?",
                            enclave_tool_parameter_get_type (spec->parameters[i].kind));
  g_string_append_c (text, '}');

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static const char *
peek_node_string (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node)
                                                                                          : NULL;
}

static gboolean
check_string (const EnclaveToolSpec *spec, const EnclaveToolParameter *parameter, const char *text, GError **error)
{
  gsize max_bytes = parameter->max_bytes != 0 ? parameter->max_bytes : DEFAULT_MAX_BYTES;

  if (text == NULL)
    return refuse (spec, parameter, error, "must be a string");
  if (strlen (text) > max_bytes)
    return refuse (spec, parameter, error, "is longer than %" G_GSIZE_FORMAT " bytes", max_bytes);
  if (parameter->kind != ENCLAVE_PARAMETER_TEXT && *text == '\0')
    return refuse (spec, parameter, error, "is empty");

  return TRUE;
}

static gboolean
read_integer (JsonNode *node, gint64 *value)
{
  const char *text = peek_node_string (node);
  double number;

  if (text != NULL)
    return g_ascii_string_to_signed (text, 10, 0, G_MAXINT32, value, NULL);
  if (!JSON_NODE_HOLDS_VALUE (node))
    return FALSE;

  if (json_node_get_value_type (node) == G_TYPE_INT64)
    {
      *value = json_node_get_int (node);
    }
  else if (json_node_get_value_type (node) == G_TYPE_DOUBLE)
    {
      number = json_node_get_double (node);
      if (!(number >= 0 && number <= G_MAXINT32) || number != (double) (gint64) number)
        return FALSE;
      *value = (gint64) number;
    }
  else
    {
      return FALSE;
    }

  return *value >= 0 && *value <= G_MAXINT32;
}

static gboolean
read_boolean (JsonNode *node, gboolean *value)
{
  const char *text = peek_node_string (node);

  if (text != NULL)
    {
      *value = g_ascii_strcasecmp (text, "true") == 0;
      return *value || g_ascii_strcasecmp (text, "false") == 0;
    }
  if (!JSON_NODE_HOLDS_VALUE (node))
    return FALSE;
  if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    *value = json_node_get_boolean (node);
  else if (json_node_get_value_type (node) == G_TYPE_INT64)
    *value = json_node_get_int (node) != 0;
  else
    return FALSE;

  return TRUE;
}

/* A list, a list written as text, or one path alone. (transfer full) */
static JsonArray *
read_list (JsonNode *node)
{
  const char *text = peek_node_string (node);
  JsonArray *list;

  if (JSON_NODE_HOLDS_ARRAY (node))
    return json_array_ref (json_node_get_array (node));
  if (text == NULL)
    return NULL;

  if (*text == '[')
    {
      g_autoptr (JsonNode) parsed = enclave_json_parse (text, -1, NULL);

      if (parsed != NULL && JSON_NODE_HOLDS_ARRAY (parsed))
        return json_array_ref (json_node_get_array (parsed));
    }
  list = json_array_new ();
  json_array_add_string_element (list, text);

  return list;
}

static gboolean
take_list (const EnclaveToolSpec *spec, const EnclaveToolParameter *parameter, JsonNode *node, JsonObject *checked,
           GError **error)
{
  g_autoptr (JsonArray) list = read_list (node);

  if (list == NULL)
    return refuse (spec, parameter, error, "must be a list of paths");
  if (json_array_get_length (list) > MAX_LIST_LENGTH)
    return refuse (spec, parameter, error, "has more than %d entries", MAX_LIST_LENGTH);
  for (guint i = 0; i < json_array_get_length (list); i++)
    if (!check_string (spec, parameter, enclave_json_array_peek_string (list, i), error))
      return FALSE;

  json_object_set_array_member (checked, parameter->name, g_steal_pointer (&list));

  return TRUE;
}

static const char *
find_choice (const EnclaveToolParameter *parameter, const char *text)
{
  for (guint i = 0; text != NULL && parameter->choices[i] != NULL; i++)
    if (g_ascii_strcasecmp (parameter->choices[i], text) == 0)
      return parameter->choices[i];

  return NULL;
}

static gboolean
take_argument (const EnclaveToolSpec *spec, const EnclaveToolParameter *parameter, JsonNode *node,
               JsonObject *checked, GError **error)
{
  const char *text = peek_node_string (node);
  gint64 integer;
  gboolean boolean;

  switch (parameter->kind)
    {
    case ENCLAVE_PARAMETER_PATH:
    case ENCLAVE_PARAMETER_TEXT:
      /* "" is how many models leave an argument out. */
      if (parameter->kind == ENCLAVE_PARAMETER_PATH && !parameter->required && text != NULL && *text == '\0')
        return TRUE;
      if (!check_string (spec, parameter, text, error))
        return FALSE;
      json_object_set_string_member (checked, parameter->name, text);
      return TRUE;

    case ENCLAVE_PARAMETER_ENUM:
      if (find_choice (parameter, text) == NULL)
        {
          g_autofree char *choices = g_strjoinv (", ", (char **) parameter->choices);

          return refuse (spec, parameter, error, "must be one of: %s", choices);
        }
      json_object_set_string_member (checked, parameter->name, find_choice (parameter, text));
      return TRUE;

    case ENCLAVE_PARAMETER_INTEGER:
      if (!read_integer (node, &integer))
        return refuse (spec, parameter, error, "must be a whole number that is not negative");
      json_object_set_int_member (checked, parameter->name, integer);
      return TRUE;

    case ENCLAVE_PARAMETER_BOOLEAN:
      if (!read_boolean (node, &boolean))
        return refuse (spec, parameter, error, "must be true or false");
      json_object_set_boolean_member (checked, parameter->name, boolean);
      return TRUE;

    case ENCLAVE_PARAMETER_PATH_LIST:
    case ENCLAVE_PARAMETER_TEXT_LIST:
      return take_list (spec, parameter, node, checked, error);

    case ENCLAVE_PARAMETER_UNSET:
    default:
      return refuse (spec, parameter, error, "has no kind");
    }
}

/* Gives the members of @object the names that the parameters have. */
static gboolean
name_members (const EnclaveToolSpec *spec, JsonObject *object, GError **error)
{
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *l = members; l != NULL; l = l->next)
    {
      const EnclaveToolParameter *parameter = enclave_tool_match_parameter (spec, l->data);
      g_autofree char *known = NULL;
      g_autofree char *shown = NULL;

      if (parameter != NULL && strcmp (parameter->name, l->data) == 0)
        continue;
      /* Where both are there, which one is meant? */
      if (parameter != NULL && !json_object_has_member (object, parameter->name))
        {
          json_object_set_member (object, parameter->name, json_object_dup_member (object, l->data));
          json_object_remove_member (object, l->data);
          continue;
        }
      if (parameter == NULL && enclave_tool_name_is_remark (l->data))
        {
          json_object_remove_member (object, l->data);
          continue;
        }
      known = list_parameters (spec);
      shown = enclave_tool_shorten_name (l->data);
      g_set_error (error, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_ARGUMENTS, "%s: there is no argument \"%s\"; known: %s", spec->name,
                   shown, *known != '\0' ? known : "none");
      return FALSE;
    }

  return TRUE;
}

/**
 * enclave_tool_registry_check:
 * @self: a registry
 * @tool: the tool that is called
 * @arguments: JSON object as text, as the model wrote it; "" counts as no arguments
 * @error: return location
 *
 * Returns: (transfer full): an object with known members of the right types, in the order of the spec; %NULL with
 *   ENCLAVE_TOOL_ERROR_ARGUMENTS, in words that a model can act on
 */
JsonObject *
enclave_tool_registry_check (EnclaveToolRegistry *self, EnclaveTool *tool, const char *arguments, GError **error)
{
  const EnclaveToolSpec *spec;
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (JsonObject) checked = NULL;
  g_autoptr (GError) parse_error = NULL;

  g_return_val_if_fail (ENCLAVE_IS_TOOL_REGISTRY (self), NULL);
  g_return_val_if_fail (ENCLAVE_IS_TOOL (tool), NULL);
  g_return_val_if_fail (arguments != NULL, NULL);

  spec = enclave_tool_get_spec (tool);
  if (arguments[strspn (arguments, " \t\r\n")] == '\0')
    arguments = "{}";

  object = enclave_json_parse_object (arguments, -1, &parse_error);
  if (object == NULL)
    {
      g_set_error (error, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_ARGUMENTS, "%s: the arguments are no JSON object: %s",
                   spec->name, parse_error->message);
      return NULL;
    }

  /* The server holds them against its own schema. */
  if (spec->function != NULL)
    return g_steal_pointer (&object);

  if (!name_members (spec, object, error))
    return NULL;

  checked = json_object_new ();
  for (guint i = 0; i < spec->n_parameters; i++)
    {
      const EnclaveToolParameter *parameter = &spec->parameters[i];
      JsonNode *node = json_object_get_member (object, parameter->name);

      if (node == NULL || JSON_NODE_HOLDS_NULL (node))
        {
          if (parameter->required)
            {
              g_autofree char *form = enclave_tool_describe_arguments (tool);

              refuse (spec, parameter, error, "is missing; the arguments are %s", form);
              return NULL;
            }
        }
      else if (!take_argument (spec, parameter, node, checked, error))
        {
          return NULL;
        }
    }

  return g_steal_pointer (&checked);
}
