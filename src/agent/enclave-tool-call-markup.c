/* enclave-tool-call-markup.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-tool-call-reader-private.h"

#include "enclave-json.h"

/* Calls as elements. This is no XML: values stand there as they are, with all the brackets that code has, so where one ends is seen
 * by what follows its closing tag. */

#define DSML "\xef\xbd\x9c" "DSML" "\xef\xbd\x9c"
#define MAX_NAME_BYTES 128

typedef struct
{
  char *element;         /* "function" */
  char *name;            /* what stands behind "=", in parentheses or in name="…"; NULL: nothing */
  JsonObject *attributes;/* the others */
  gboolean self_closed;
} Header;

static void
header_clear (Header *header)
{
  g_free (header->element);
  g_free (header->name);
  g_clear_pointer (&header->attributes, json_object_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Header, header_clear)

/* A value in quotes or a bare word. (transfer full) (nullable) */
static char *
take_attribute (const char **at)
{
  const char *text = *at;
  const char *end;
  gsize length;

  if (*text == '"' || *text == '\'')
    {
      end = strchr (text + 1, *text);
      if (end == NULL)
        return NULL;
      *at = end + 1;
      return g_strndup (text + 1, (gsize) (end - text) - 1);
    }
  length = enclave_call_text_name_length (text);
  if (length == 0)
    return NULL;
  *at = text + length;

  return g_strndup (text, length);
}

/* `<function=NAME`, `<function name="NAME" path="…">`, `<function(NAME)`: up to and with the bracket that ends it, which some leave
 * out before a JSON object. */
static gboolean
take_header (const char **at, Header *header)
{
  const char *text = *at;
  gsize length;

  if (*text++ != '<')
    return FALSE;
  if (g_str_has_prefix (text, DSML))
    text += strlen (DSML);
  length = enclave_call_text_name_length (text);
  if (length == 0)
    return FALSE;
  header->element = g_strndup (text, length);
  header->attributes = json_object_new ();
  text += length;

  if (*text == '=')
    {
      text++;
      if ((header->name = take_attribute (&text)) == NULL)
        return FALSE;
    }
  else if (*text == '(')
    {
      text++;
      if ((header->name = take_attribute (&text)) == NULL || *text++ != ')')
        return FALSE;
    }
  for (;;)
    {
      g_autofree char *key = NULL;
      g_autofree char *value = NULL;

      text = enclave_call_text_skip_blanks (text);
      length = enclave_call_text_name_length (text);
      if (length == 0 || text[length] != '=')
        break;
      key = g_strndup (text, length);
      text += length + 1;
      value = take_attribute (&text);
      if (value == NULL)
        return FALSE;
      if (strcmp (key, "name") == 0 && header->name == NULL)
        header->name = g_steal_pointer (&value);
      else
        json_object_set_string_member (header->attributes, key, value);
    }

  if (g_str_has_prefix (text, "/>"))
    {
      header->self_closed = TRUE;
      text += 2;
    }
  else if (*text == '>')
    {
      text++;
    }
  else if (*text != '{')
    {
      return FALSE;
    }
  *at = text;

  return TRUE;
}

/* Of a value that begins at @text: where it ends, and in @after where its closing tag does. */
static const char *
find_end (const char *text, const char *element, const char **after)
{
  g_autofree char *closing = g_strdup_printf ("</%s>", element);
  g_autofree char *closing_dsml = g_strdup_printf ("</" DSML "%s>", element);
  const char *best = NULL;

  for (const char *end = strstr (text, "</"); end != NULL; end = strstr (end + 2, "</"))
    {
      const char *behind;
      gsize length = 0;

      if (g_str_has_prefix (end, closing))
        length = strlen (closing);
      else if (g_str_has_prefix (end, closing_dsml))
        length = strlen (closing_dsml);
      if (length == 0)
        continue;
      behind = enclave_call_text_skip_blanks (end + length);
      if (best == NULL)
        {
          best = end;
          *after = end + length;
        }
      /* A tag of the same name within the value is followed by more of the value. */
      if (*behind == '<' || *behind == '\0')
        {
          *after = end + length;
          return end;
        }
    }
  if (best != NULL)
    return best;

  /* Forgotten: the next one or the end of them all ends it. The end of the reply does not: it may be half of something. */
  if (strcmp (element, "parameter") == 0)
    {
      const char *next = strstr (text, "\n<parameter");
      const char *close = strstr (text, "</function>");

      if (close == NULL)
        close = strstr (text, "</invoke>");
      if (next != NULL && (close == NULL || next < close))
        close = next + 1;
      *after = close;
      return close;
    }

  return NULL;
}

/* Without the line ends next to the tags. (transfer full) */
static char *
dup_value (const char *text, const char *end)
{
  if (text < end && *text == '\r')
    text++;
  if (text < end && *text == '\n')
    text++;
  if (end > text && end[-1] == '\n')
    end--;
  if (end > text && end[-1] == '\r')
    end--;

  return g_strndup (text, (gsize) (end - text));
}

/* <arg_key>KEY</arg_key> <arg_value>VALUE</arg_value> */
static gboolean
read_pair (const char **at, JsonObject *arguments)
{
  const char *key = *at;
  const char *value;
  const char *after;
  const char *end;
  g_autofree char *name = NULL;
  g_autofree char *content = NULL;

  if (!g_str_has_prefix (key, "<arg_key>"))
    return FALSE;
  key += strlen ("<arg_key>");
  end = find_end (key, "arg_key", &after);
  if (end == NULL || (gsize) (end - key) > MAX_NAME_BYTES)
    return FALSE;
  name = g_strstrip (g_strndup (key, (gsize) (end - key)));
  value = enclave_call_text_skip_blanks (after);
  if (!g_str_has_prefix (value, "<arg_value>"))
    return FALSE;
  value += strlen ("<arg_value>");
  end = find_end (value, "arg_value", &after);
  if (end == NULL)
    return FALSE;
  content = dup_value (value, end);
  json_object_set_string_member (arguments, name, content);
  *at = after;

  return TRUE;
}

static gboolean
read_element (const char **at, JsonObject *arguments)
{
  g_auto (Header) header = { 0 };
  g_autofree char *content = NULL;
  const char *text = *at;
  const char *after;
  const char *end;
  const char *key;

  if (!take_header (&text, &header) || header.self_closed || text[-1] != '>')
    return FALSE;
  if (strcmp (header.element, "parameter") == 0)
    key = header.name;
  else
    key = header.name == NULL && json_object_get_size (header.attributes) == 0 ? header.element : NULL;
  if (key == NULL)
    return FALSE;
  end = find_end (text, header.element, &after);
  if (end == NULL)
    return FALSE;
  content = dup_value (text, end);
  json_object_set_string_member (arguments, key, content);
  *at = after;

  return TRUE;
}

gboolean
enclave_call_reader_read_elements (const char **at, JsonObject *arguments)
{
  gboolean found = FALSE;

  for (;;)
    {
      const char *next = enclave_call_text_skip_blanks (*at);

      if (g_str_has_prefix (next, "</") || (!read_pair (&next, arguments) && !read_element (&next, arguments)))
        return found;
      *at = next;
      found = TRUE;
    }
}

static void
skip_closing (const char **at, const char *element)
{
  g_autofree char *closing = g_strdup_printf ("</%s>", element);
  g_autofree char *closing_dsml = g_strdup_printf ("</" DSML "%s>", element);
  const char *text = enclave_call_text_skip_blanks (*at);

  /* `<function(NAME){…}></function>` */
  if (*text == '>')
    text = enclave_call_text_skip_blanks (text + 1);
  if (g_str_has_prefix (text, closing))
    *at = text + strlen (closing);
  else if (g_str_has_prefix (text, closing_dsml))
    *at = text + strlen (closing_dsml);
}

/* What an element holds: a JSON object, elements, or nothing. */
static gboolean
read_content (EnclaveCallReader *self, const char **at, const char *element, const char *name, JsonObject *attributes)
{
  g_autoptr (JsonObject) arguments = json_object_ref (attributes);
  const char *text = enclave_call_text_skip_blanks (*at);

  if (*text == '{')
    {
      g_autoptr (JsonNode) node = enclave_call_reader_take_json (self, &text);

      if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
        return FALSE;
      json_object_unref (arguments);
      arguments = json_node_dup_object (node);
    }
  else if (!enclave_call_reader_read_elements (&text, arguments) && !g_str_has_prefix (text, "</") && *text != '\0')
    {
      return FALSE;
    }
  skip_closing (&text, element);
  if (!enclave_call_reader_add (self, name, arguments))
    return FALSE;
  *at = text;

  return TRUE;
}

/* <name>NAME</name> <arguments>…</arguments> */
static gboolean
read_parts (EnclaveCallReader *self, const char **at)
{
  static const char *const holders[] = { "arguments", "parameters", "args", "input", NULL };
  g_autoptr (JsonObject) parts = json_object_new ();
  g_autoptr (JsonObject) arguments = json_object_new ();
  const char *text = *at;
  const char *name;

  if (!enclave_call_reader_read_elements (&text, parts))
    return FALSE;
  name = enclave_json_peek_string (parts, "name");
  if (name == NULL)
    name = enclave_json_peek_string (parts, "tool_name");
  for (guint i = 0; name != NULL && holders[i] != NULL; i++)
    {
      const char *content = enclave_json_peek_string (parts, holders[i]);

      if (content == NULL)
        continue;
      content = enclave_call_text_skip_blanks (content);
      if (*content == '{')
        {
          g_autoptr (JsonNode) node = enclave_call_reader_take_json (self, &content);

          if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
            return FALSE;
          json_object_unref (arguments);
          arguments = json_node_dup_object (node);
        }
      else
        {
          enclave_call_reader_read_elements (&content, arguments);
        }
    }
  if (name == NULL || !enclave_call_reader_add (self, name, arguments))
    return FALSE;
  *at = text;

  return TRUE;
}

gboolean
enclave_call_reader_read_markup (EnclaveCallReader *self, const char **at)
{
  static const char *const callers[] = { "function", "invoke", "tool_call", NULL };
  g_auto (Header) header = { 0 };
  const char *text = *at;
  const char *name;

  if (!take_header (&text, &header))
    return FALSE;
  name = g_strv_contains (callers, header.element) ? header.name : header.element;
  if (name == NULL || enclave_call_reader_resolve (self, name) == NULL)
    return read_parts (self, at);

  if (header.self_closed)
    {
      if (!enclave_call_reader_add (self, name, header.attributes))
        return FALSE;
    }
  else if (!read_content (self, &text, header.element, name, header.attributes))
    {
      return FALSE;
    }
  *at = text;

  return TRUE;
}
