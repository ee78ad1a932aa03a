/* enclave-tool-call-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-tool-call-reader-private.h"

#include "enclave-call-repair.h"
#include "enclave-json.h"
#include "enclave-tool-call-marks.h"

/* Calls in one reply; a model that writes more is out of its mind. */
#define MAX_CALLS 64
#define MAX_NAME_BYTES 128

gsize
enclave_call_text_name_length (const char *text)
{
  gsize length = 0;

  while (length <= MAX_NAME_BYTES
         && (g_ascii_isalnum (text[length]) || (text[length] != '\0' && strchr ("_.:-", text[length]) != NULL)))
    length++;

  return length <= MAX_NAME_BYTES ? length : 0;
}

const char *
enclave_call_text_skip_blanks (const char *text)
{
  return text + strspn (text, " \t\r\n");
}

void
enclave_parsed_call_free (EnclaveParsedCall *call)
{
  g_free (call->name);
  g_free (call->arguments);
  g_free (call);
}

const char *
enclave_call_reader_resolve (EnclaveCallReader *self, const char *name)
{
  static const char *const spaces[] = { "functions.", "function.", "tools.", "tool.", "default_api.", "api.", NULL };
  g_autofree char *own = NULL;
  gsize length;

  if (strlen (name) > MAX_NAME_BYTES)
    return NULL;
  for (guint i = 0; spaces[i] != NULL; i++)
    if (g_str_has_prefix (name, spaces[i]))
      {
        name += strlen (spaces[i]);
        break;
      }
  /* "read_file:0" counts the calls. */
  length = strcspn (name, ":");
  if (name[length] == ':' && name[length + 1] != '\0' && strspn (name + length + 1, "0123456789") == strlen (name + length + 1))
    name = own = g_strndup (name, length);

  return self->resolve (name, self->user_data);
}

gboolean
enclave_call_reader_add (EnclaveCallReader *self, const char *name, JsonObject *arguments)
{
  const char *known = name != NULL ? enclave_call_reader_resolve (self, name) : NULL;
  EnclaveParsedCall *call;

  if (known == NULL || self->calls->len >= MAX_CALLS)
    return FALSE;

  call = g_new0 (EnclaveParsedCall, 1);
  call->name = g_strdup (known);
  call->arguments = arguments != NULL ? enclave_json_object_to_text (arguments) : g_strdup ("{}");
  g_ptr_array_add (self->calls, call);

  return TRUE;
}

const char *
enclave_call_reader_skip (EnclaveCallReader *self, const char *text)
{
  gsize length;

  do
    {
      text += strspn (text, " \t\r\n,;");
      length = self->form == ENCLAVE_TOOL_CALL_BARE ? enclave_tool_call_mark_skip_end (text)
                                                    : enclave_tool_call_mark_skip (text);
      text += length;
    }
  while (length > 0);

  return text;
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

/* @text: an object or an array of them, as it is or as it was certainly meant. */
static JsonNode *
parse_value (const char *text, gsize length, gboolean closed)
{
  JsonNode *node = enclave_json_parse (text, (gssize) length, NULL);
  g_autofree char *wrapped = NULL;
  g_autofree char *repaired = NULL;
  g_autoptr (JsonObject) object = NULL;
  gboolean list = *text == '[';

  if (node != NULL)
    return node;
  wrapped = list ? g_strdup_printf ("{\"list\":%.*s}", (int) MIN (length, G_MAXINT), text) : g_strndup (text, length);
  repaired = enclave_call_repair_closed (wrapped, strlen (wrapped), closed);
  object = repaired != NULL ? enclave_json_parse_object (repaired, -1, NULL) : NULL;
  if (object == NULL)
    return NULL;

  return list ? json_object_dup_member (object, "list") : json_node_init_object (json_node_alloc (), object);
}

/* What stands behind the last value of a text and belongs to no value. */
static const char *
find_rest (EnclaveCallReader *self, const char *text)
{
  const char *end = text + strlen (text);

  for (const char *p = strpbrk (text, "<[`"); p != NULL; p = strpbrk (p + 1, "<[`"))
    if (enclave_call_reader_skip (self, p) == end && p != end)
      return p;

  return end;
}

JsonNode *
enclave_call_reader_take_json (EnclaveCallReader *self, const char **at)
{
  const char *end = find_value_end (*at);
  JsonNode *node = end != NULL ? parse_value (*at, (gsize) (end - *at), FALSE) : NULL;

  if (node != NULL)
    {
      /* Braces that are too many belong to nothing else. */
      end += strspn (end, "}");
      *at = end;
      return node;
    }

  /* Where the strings are broken, the end that counting finds is none. */
  end = find_rest (self, *at);
  while (end > *at && strchr (" \t\r\n", end[-1]) != NULL)
    end--;
  node = end > *at ? parse_value (*at, (gsize) (end - *at), self->form == ENCLAVE_TOOL_CALL_CLOSED) : NULL;
  if (node != NULL)
    *at = end;

  return node;
}

/* The schema of a tool is not a call of it. */
static gboolean
is_schema (JsonObject *arguments)
{
  return g_strcmp0 (enclave_json_peek_string (arguments, "type"), "object") == 0
         && enclave_json_peek_object (arguments, "properties") != NULL;
}

/* Arguments that stand beside the name. */
static gboolean
read_flat (EnclaveCallReader *self, JsonObject *object, const char *name, const char *name_member)
{
  static const char *const others[] = { "id", "type", "tool_call_id", "thought", "reason", NULL };
  g_autoptr (JsonObject) arguments = json_object_new ();
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *l = members; l != NULL; l = l->next)
    if (strcmp (l->data, name_member) != 0 && !g_strv_contains (others, l->data))
      json_object_set_member (arguments, l->data, json_object_dup_member (object, l->data));

  if (json_object_has_member (arguments, "description") || json_object_has_member (arguments, "parameters"))
    return FALSE;
  /* A name and other things is what most objects of the world have. */
  if (self->form == ENCLAVE_TOOL_CALL_BARE && (strcmp (name_member, "name") == 0 || json_object_get_size (arguments) == 0))
    return FALSE;

  return enclave_call_reader_add (self, name, arguments);
}

static gboolean read_node (EnclaveCallReader *self, JsonNode *node);

static gboolean
read_object (EnclaveCallReader *self, JsonObject *object)
{
  static const char *const wrappers[] = { "tool_calls", "tool_uses", NULL };
  static const char *const name_members[] = { "name", "tool", "tool_name", "function", "action", "recipient_name", NULL };
  static const char *const argument_members[] = { "arguments",    "parameters", "args",  "input",
                                                  "action_input", "tool_input", "params", NULL };
  JsonObject *function = enclave_json_peek_object (object, "function");
  const char *name = NULL;
  const char *name_member = NULL;

  for (guint i = 0; wrappers[i] != NULL; i++)
    if (enclave_json_peek_array (object, wrappers[i]) != NULL)
      return read_node (self, json_object_get_member (object, wrappers[i]));
  if (function != NULL)
    object = function;
  for (guint i = 0; name_members[i] != NULL && name == NULL; i++)
    {
      name_member = name_members[i];
      name = enclave_json_peek_string (object, name_member);
    }
  if (name == NULL)
    return FALSE;

  for (guint i = 0; argument_members[i] != NULL; i++)
    {
      const char *member = argument_members[i];
      JsonObject *arguments = enclave_json_peek_object (object, member);
      JsonArray *list = enclave_json_peek_array (object, member);
      const char *text = enclave_json_peek_string (object, member);
      g_autoptr (JsonObject) parsed = NULL;

      if (arguments == NULL && text != NULL)
        {
          g_autofree char *repaired = enclave_call_repair (text, strlen (text));

          arguments = parsed = repaired != NULL ? enclave_json_parse_object (repaired, -1, NULL) : NULL;
        }
      if (arguments != NULL)
        return !is_schema (arguments) && enclave_call_reader_add (self, name, arguments);
      /* null and [] are how some say that there are none. */
      if (json_object_has_member (object, member) && json_object_get_null_member (object, member))
        return enclave_call_reader_add (self, name, NULL);
      if (list != NULL && json_array_get_length (list) == 0)
        return enclave_call_reader_add (self, name, NULL);
    }

  return read_flat (self, object, name, name_member);
}

static gboolean
read_node (EnclaveCallReader *self, JsonNode *node)
{
  JsonArray *array;

  if (JSON_NODE_HOLDS_OBJECT (node))
    return read_object (self, json_node_get_object (node));
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;

  array = json_node_get_array (node);
  if (json_array_get_length (array) == 0)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *object = enclave_json_array_peek_object (array, i);

      if (object == NULL || !read_object (self, object))
        return FALSE;
    }

  return TRUE;
}

gboolean
enclave_call_reader_read_json (EnclaveCallReader *self, const char **at)
{
  const char *start = *at;
  guint n_before = self->calls->len;
  g_autoptr (JsonNode) node = enclave_call_reader_take_json (self, at);

  if (node != NULL && read_node (self, node))
    return TRUE;
  g_ptr_array_set_size (self->calls, (int) n_before);
  *at = start;

  return FALSE;
}

static gboolean
read_one (EnclaveCallReader *self, const char **at)
{
  switch (**at)
    {
    case '{':
      return enclave_call_reader_read_json (self, at);
    case '[':
      return enclave_call_reader_read_json (self, at) || enclave_call_reader_read_list (self, at);
    case '<':
      return self->form != ENCLAVE_TOOL_CALL_BARE && enclave_call_reader_read_markup (self, at);
    default:
      return enclave_call_reader_read_named (self, at);
    }
}

gsize
enclave_tool_call_text_read (const char *text, EnclaveToolCallForm form, EnclaveToolNameFunc resolve, gpointer user_data,
                             GPtrArray *calls)
{
  EnclaveCallReader reader = { form, resolve, user_data, calls };
  guint n_before = calls->len;
  const char *at = enclave_call_reader_skip (&reader, text);
  const char *end = text;

  while (*at != '\0' && read_one (&reader, &at))
    {
      at = enclave_call_reader_skip (&reader, at);
      end = at;
    }

  return calls->len > n_before ? (gsize) (end - text) : 0;
}

char *
enclave_tool_call_text_guess_name (const char *text)
{
  static const char *const before[] = { "<function=", "<invoke name=", "\"name\"", "'name'", "\"tool\"", "<name>", NULL };

  text += strspn (text, " \t\r\n");
  for (guint i = 0; before[i] != NULL; i++)
    {
      const char *name = strstr (text, before[i]);
      gsize length;

      if (name == NULL)
        continue;
      name += strlen (before[i]);
      name += strspn (name, " \t\r\n:\"'");
      for (length = 0; g_ascii_isalnum (name[length]) || (name[length] != '\0' && strchr ("_.-", name[length]) != NULL); length++)
        ;
      if (length > 0 && length <= MAX_NAME_BYTES)
        return g_strndup (name, length);
    }

  return NULL;
}
