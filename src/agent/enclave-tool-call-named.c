/* enclave-tool-call-named.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-tool-call-reader-private.h"

/* Calls that begin with the name of the tool: as in Python, with a JSON object behind it, with elements or lines behind it. */

#define MAX_DEPTH 16
/* How Gemma writes a quote. */
#define WIDE_QUOTE "<|\"|>"

static void
append_escape (GString *out, const char **at)
{
  static const char names[] = "ntr0\\'\"";
  static const char values[] = "\n\t\r\0\\'\"";
  const char *found = strchr (names, **at);

  if (**at == '\n')
    ;
  else if (found != NULL && values[found - names] != '\0')
    g_string_append_c (out, values[found - names]);
  else
    {
      g_string_append_c (out, '\\');
      g_string_append_c (out, **at);
    }
  (*at)++;
}

/* 'text', "text" or either three times. (transfer full) (nullable) */
static char *
take_string (const char **at)
{
  g_autoptr (GString) out = g_string_new (NULL);
  const char *text = *at;
  char quote = *text;
  gboolean three = text[1] == quote && text[2] == quote;

  text += three ? 3 : 1;
  while (*text != '\0')
    {
      if (*text == '\\' && text[1] != '\0')
        {
          text++;
          append_escape (out, &text);
          continue;
        }
      if (*text == quote && (!three || (text[1] == quote && text[2] == quote)))
        {
          *at = text + (three ? 3 : 1);
          return g_string_free (g_steal_pointer (&out), FALSE);
        }
      g_string_append_c (out, *text++);
    }

  return NULL;
}

static JsonNode *
take_number (const char **at)
{
  char *end = NULL;
  char *double_end = NULL;
  gint64 integer = g_ascii_strtoll (*at, &end, 10);
  double real = g_ascii_strtod (*at, &double_end);
  JsonNode *node;

  if (end == *at || double_end == *at)
    return NULL;
  node = json_node_alloc ();
  if (double_end > end)
    json_node_init_double (node, real);
  else
    json_node_init_int (node, integer);
  *at = double_end;

  return node;
}

static JsonNode *
take_word (const char **at)
{
  static const struct
  {
    const char *word;
    int value; /* -1: nothing */
  } words[] = { { "True", 1 }, { "true", 1 }, { "False", 0 }, { "false", 0 }, { "None", -1 }, { "null", -1 } };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize length = strlen (words[i].word);

      if (strncmp (*at, words[i].word, length) == 0 && !g_ascii_isalnum ((*at)[length]))
        {
          *at += length;
          return words[i].value < 0 ? json_node_new (JSON_NODE_NULL)
                                    : json_node_init_boolean (json_node_alloc (), words[i].value);
        }
    }

  return NULL;
}

static JsonNode *take_value (EnclaveCallReader *self, const char **at, guint depth);

static JsonNode *
take_list (EnclaveCallReader *self, const char **at, guint depth)
{
  g_autoptr (JsonArray) list = json_array_new ();
  const char *text = enclave_call_text_skip_blanks (*at + 1);

  while (*text != ']')
    {
      JsonNode *node = take_value (self, &text, depth + 1);

      if (node == NULL)
        return NULL;
      json_array_add_element (list, node);
      text = enclave_call_text_skip_blanks (text);
      if (*text == ',')
        text = enclave_call_text_skip_blanks (text + 1);
      else if (*text != ']')
        return NULL;
    }
  *at = text + 1;

  return json_node_init_array (json_node_alloc (), list);
}

static JsonNode *
take_value (EnclaveCallReader *self, const char **at, guint depth)
{
  if (depth > MAX_DEPTH)
    return NULL;
  if (g_str_has_prefix (*at, WIDE_QUOTE))
    {
      const char *text = *at + strlen (WIDE_QUOTE);
      const char *end = strstr (text, WIDE_QUOTE);
      g_autofree char *content = end != NULL ? g_strndup (text, (gsize) (end - text)) : NULL;

      if (content == NULL)
        return NULL;
      *at = end + strlen (WIDE_QUOTE);
      return json_node_init_string (json_node_alloc (), content);
    }
  switch (**at)
    {
    case '"':
    case '\'':
      {
        g_autofree char *content = take_string (at);

        return content != NULL ? json_node_init_string (json_node_alloc (), content) : NULL;
      }
    case '[':
      return take_list (self, at, depth);
    case '{':
      return enclave_call_reader_take_json (self, at);
    default:
      {
        JsonNode *node = take_word (at);

        return node != NULL ? node : take_number (at);
      }
    }
}

/* KEY=VALUE, … or KEY: VALUE, … up to @close; *at stands behind its opening. */
static gboolean
take_arguments (EnclaveCallReader *self, const char **at, char between, char close, JsonObject *arguments)
{
  const char *text = enclave_call_text_skip_blanks (*at);

  while (*text != close)
    {
      gsize length = 0;
      g_autofree char *key = NULL;
      JsonNode *value;

      while (g_ascii_isalnum (text[length]) || text[length] == '_')
        length++;
      key = g_strndup (text, length);
      text = enclave_call_text_skip_blanks (text + length);
      if (length == 0 || *text != between)
        return FALSE;
      text = enclave_call_text_skip_blanks (text + 1);
      value = take_value (self, &text, 0);
      if (value == NULL)
        return FALSE;
      json_object_set_member (arguments, key, value);
      text = enclave_call_text_skip_blanks (text);
      if (*text == ',')
        text = enclave_call_text_skip_blanks (text + 1);
      else if (*text != close)
        return FALSE;
    }
  *at = text + 1;

  return TRUE;
}

/* Behind "(": arguments by name, or one JSON object. */
static gboolean
take_parenthesis (EnclaveCallReader *self, const char **at, JsonObject **arguments)
{
  const char *text = enclave_call_text_skip_blanks (*at);

  if (*text == '{')
    {
      g_autoptr (JsonNode) node = enclave_call_reader_take_json (self, &text);

      text = enclave_call_text_skip_blanks (text);
      if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node) || *text != ')')
        return FALSE;
      json_object_unref (*arguments);
      *arguments = json_node_dup_object (node);
      *at = text + 1;
      return TRUE;
    }

  return take_arguments (self, at, '=', ')', *arguments);
}

/* key: value, a line each */
static gboolean
take_lines (const char **at, JsonObject *arguments)
{
  const char *text = *at;
  gboolean found = FALSE;

  while (*text != '\0' && !g_str_has_prefix (text, "```"))
    {
      gsize length = enclave_call_text_name_length (text);
      gsize line = strcspn (text, "\r\n");
      g_autofree char *key = NULL;
      g_autofree char *value = NULL;

      while (length > 0 && text[length - 1] == ':')
        length--;
      if (length == 0 || text[length] != ':' || length >= line)
        break;
      key = g_strndup (text, length);
      value = g_strstrip (g_strndup (text + length + 1, line - length - 1));
      json_object_set_string_member (arguments, key, value);
      text = enclave_call_text_skip_blanks (text + line);
      found = TRUE;
    }
  if (found)
    *at = text;

  return found;
}

/* Words before the name, of templates and of models. */
static const char *
skip_words (const char *text)
{
  static const char *const words[] = { "commentary ", "to=", "call:", "Action:", "Calling tool:" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_has_prefix (text, words[i]))
      text = enclave_call_text_skip_blanks (text + strlen (words[i]));

  return text;
}

/* Words between the name and its arguments. */
static const char *
skip_between (EnclaveCallReader *self, const char *text)
{
  static const char *const words[] = { "Action Input:", "json", NULL };

  text = enclave_call_reader_skip (self, text);
  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_has_prefix (text, words[i]))
      text = enclave_call_reader_skip (self, text + strlen (words[i]));

  return text;
}

static gboolean
read_call (EnclaveCallReader *self, const char *name, const char **at)
{
  g_autoptr (JsonObject) arguments = json_object_new ();
  gboolean bare = self->form == ENCLAVE_TOOL_CALL_BARE;
  const char *text = *at;

  if (*text == '(')
    {
      text++;
      if (!take_parenthesis (self, &text, &arguments))
        return FALSE;
    }
  else
    {
      const char *behind = bare ? text : skip_between (self, text);

      if (*behind == '{')
        {
          g_autoptr (JsonNode) node = enclave_call_reader_take_json (self, &behind);

          if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
            {
              json_object_unref (arguments);
              arguments = json_node_dup_object (node);
            }
          else
            {
              behind++;
              if (node != NULL || !take_arguments (self, &behind, ':', '}', arguments))
                return FALSE;
            }
        }
      else if (bare)
        {
          return FALSE;
        }
      else if (*behind != '\0' && !enclave_call_reader_read_elements (&behind, arguments) && !take_lines (&behind, arguments))
        {
          return FALSE;
        }
      text = behind;
    }
  if (!enclave_call_reader_add (self, name, arguments))
    return FALSE;
  *at = text;

  return TRUE;
}

gboolean
enclave_call_reader_read_named (EnclaveCallReader *self, const char **at)
{
  const char *text = self->form != ENCLAVE_TOOL_CALL_BARE ? skip_words (*at) : *at;
  gsize length = enclave_call_text_name_length (text);
  g_autofree char *name = g_strndup (text, length);

  if (length == 0)
    return FALSE;
  if (self->form != ENCLAVE_TOOL_CALL_BARE && strcmp (name, "print") == 0 && text[length] == '(')
    {
      const char *inner = enclave_call_text_skip_blanks (text + length + 1);
      guint n_before = self->calls->len;

      if (!enclave_call_reader_read_named (self, &inner))
        return FALSE;
      inner = enclave_call_text_skip_blanks (inner);
      if (*inner != ')')
        {
          g_ptr_array_set_size (self->calls, (int) n_before);
          return FALSE;
        }
      *at = inner + 1;
      return TRUE;
    }
  if (g_str_has_suffix (name, ".call") && text[length] == '(')
    name[length - strlen (".call")] = '\0';
  if (enclave_call_reader_resolve (self, name) == NULL)
    return FALSE;
  text += length;
  if (!read_call (self, name, &text))
    return FALSE;
  *at = text;

  return TRUE;
}

gboolean
enclave_call_reader_read_list (EnclaveCallReader *self, const char **at)
{
  guint n_before = self->calls->len;
  const char *text = enclave_call_text_skip_blanks (*at + 1);

  while (*text != ']' && *text != '\0' && enclave_call_reader_read_named (self, &text))
    text += strspn (text, " \t\r\n,");
  if (*text != ']' || self->calls->len == n_before)
    {
      g_ptr_array_set_size (self->calls, (int) n_before);
      return FALSE;
    }
  *at = text + 1;

  return TRUE;
}
