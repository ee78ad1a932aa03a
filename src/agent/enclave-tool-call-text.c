/* enclave-tool-call-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-tool-call-text.h"

#include "enclave-json.h"

/* Calls in one reply; a model that writes more is out of its mind. */
#define MAX_CALLS 64

typedef struct
{
  EnclaveToolNameFunc is_known;
  gpointer user_data;
  GPtrArray *calls;
} Reader;

static gboolean
add_call (const Reader *reader, const char *name, JsonObject *arguments)
{
  EnclaveParsedCall *call;

  if (name == NULL || reader->calls->len >= MAX_CALLS || !reader->is_known (name, reader->user_data))
    return FALSE;

  call = g_new0 (EnclaveParsedCall, 1);
  call->name = g_strdup (name);
  call->arguments = arguments != NULL ? enclave_json_object_to_text (arguments) : g_strdup ("{}");
  g_ptr_array_add (reader->calls, call);

  return TRUE;
}

static gboolean
read_object (const Reader *reader, JsonObject *object)
{
  static const char *const argument_members[] = { "arguments", "parameters", "args", "input", NULL };
  JsonObject *function = enclave_json_peek_object (object, "function");
  const char *name;

  if (function != NULL)
    object = function;

  name = enclave_json_peek_string (object, "name");
  if (name == NULL)
    name = enclave_json_peek_string (object, "tool");

  for (guint i = 0; argument_members[i] != NULL; i++)
    {
      JsonObject *arguments = enclave_json_peek_object (object, argument_members[i]);
      const char *text = enclave_json_peek_string (object, argument_members[i]);
      g_autoptr (JsonObject) parsed = NULL;

      if (arguments == NULL && text != NULL)
        arguments = parsed = enclave_json_parse_object (text, -1, NULL);
      if (arguments != NULL)
        return add_call (reader, name, arguments);
    }

  return FALSE;
}

static gboolean
read_node (const Reader *reader, JsonNode *node)
{
  JsonArray *array;

  if (JSON_NODE_HOLDS_OBJECT (node))
    return read_object (reader, json_node_get_object (node));
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;

  array = json_node_get_array (node);
  if (json_array_get_length (array) == 0)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *object = enclave_json_array_peek_object (array, i);

      if (object == NULL || !read_object (reader, object))
        return FALSE;
    }

  return TRUE;
}

/* End of the JSON value at @text, by counting brackets outside strings; NULL when it does not end. */
static const char *
find_value_end (const char *text)
{
  guint depth = 0;
  gboolean in_string = FALSE;

  for (const char *p = text; *p != '\0'; p++)
    {
      if (in_string)
        {
          if (*p == '\\' && p[1] != '\0')
            p++;
          else if (*p == '"')
            in_string = FALSE;
        }
      else if (*p == '"')
        {
          in_string = TRUE;
        }
      else if (*p == '{' || *p == '[')
        {
          depth++;
        }
      else if ((*p == '}' || *p == ']') && (depth == 0 || --depth == 0))
        {
          return p + 1;
        }
    }

  return NULL;
}

/* One or more objects or arrays, nothing else. */
static gboolean
read_values (const Reader *reader, const char *text)
{
  guint n_before = reader->calls->len;

  text += strspn (text, " \t\r\n");
  while (*text == '{' || *text == '[')
    {
      const char *end = find_value_end (text);
      g_autoptr (JsonNode) node = end != NULL ? enclave_json_parse (text, end - text, NULL) : NULL;

      if (node == NULL || !read_node (reader, node))
        break;
      text = end + strspn (end, " \t\r\n,;");
    }

  if (*text == '\0' && reader->calls->len > n_before)
    return TRUE;

  g_ptr_array_set_size (reader->calls, (int) n_before);

  return FALSE;
}

/* <function=NAME> <parameter=NAME> text </parameter> … */
static gboolean
read_markup (const Reader *reader, const char *text)
{
  g_autoptr (JsonObject) arguments = json_object_new ();
  g_autofree char *name = NULL;
  const char *end;

  text += strspn (text, " \t\r\n");
  if (!g_str_has_prefix (text, "<function=") || (end = strchr (text, '>')) == NULL)
    return FALSE;
  name = g_strndup (text + strlen ("<function="), (gsize) (end - text) - strlen ("<function="));

  text = end + 1;
  while ((text = strstr (text, "<parameter=")) != NULL)
    {
      const char *value = strchr (text, '>');
      g_autofree char *key = NULL;
      g_autofree char *content = NULL;

      if (value == NULL || (end = strstr (value, "</parameter>")) == NULL)
        return FALSE;
      key = g_strndup (text + strlen ("<parameter="), (gsize) (value - text) - strlen ("<parameter="));
      value++;
      if (*value == '\n')
        value++;
      content = g_strndup (value, (gsize) (end - value));
      if (g_str_has_suffix (content, "\n"))
        content[strlen (content) - 1] = '\0';
      json_object_set_string_member (arguments, key, content);
      text = end;
    }

  return add_call (reader, name, arguments);
}

gboolean
enclave_tool_call_text_read (const char *text, EnclaveToolNameFunc is_known, gpointer user_data, GPtrArray *calls)
{
  const Reader reader = { is_known, user_data, calls };

  return read_values (&reader, text) || read_markup (&reader, text);
}
