/* enclave-tool-grammar.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rules: https://github.com/ggml-org/llama.cpp/blob/master/grammars/README.md
 */

#include "config.h"

#include <string.h>

#include "enclave-tool-grammar.h"

#include "enclave-json.h"

#define TAG "<tool_call>"
#define MAX_TOOLS 64
#define MAX_PARAMETERS 24

/* What all grammars share. A text in a call is JSON's: no line end stands in it as it is. */
static const char common[] =
  "ws ::= [ \\t\\n]{0,16}\n"
  "string ::= \"\\\"\" ( [^\"\\\\\\x00-\\x1F] | \"\\\\\" ( [\"\\\\/bfnrt] | \"u\" [0-9a-fA-F]{4} ) )* \"\\\"\"\n"
  "integer ::= \"-\"? [0-9]{1,15}\n"
  "number ::= integer ( \".\" [0-9]{1,15} )?\n"
  "boolean ::= \"true\" | \"false\"\n"
  "strings ::= \"[\" ws ( string ( ws \",\" ws string )* ws )? \"]\"\n"
  "value ::= string | number | boolean | \"null\" | object | array\n"
  "array ::= \"[\" ws ( value ( ws \",\" ws value )* ws )? \"]\"\n"
  "object ::= \"{\" ws ( string ws \":\" ws value ( ws \",\" ws string ws \":\" ws value )* ws )? \"}\"\n";

/* @text as a literal of the grammar. */
static void
append_literal (GString *grammar, const char *text)
{
  g_string_append_c (grammar, '"');
  for (const char *c = text; *c != '\0'; c++)
    {
      if (*c == '"' || *c == '\\')
        g_string_append_c (grammar, '\\');
      g_string_append_c (grammar, *c);
    }
  g_string_append_c (grammar, '"');
}

/* @text as a text of JSON. */
static void
append_json_text (GString *grammar, const char *text)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_VALUE);
  g_autofree char *quoted = NULL;

  json_node_set_string (node, text);
  quoted = enclave_json_to_text (node, FALSE);
  append_literal (grammar, quoted);
}

/* Text without the tag: each beginning of it must go on with something else. */
static void
append_text_rules (GString *grammar)
{
  gsize length = strlen (TAG);

  g_string_append (grammar, "text ::= ( [^<] | \"<\" tag-1 )*\n");
  for (gsize i = 1; i < length; i++)
    {
      g_string_append_printf (grammar, "tag-%" G_GSIZE_FORMAT " ::= \"<\" tag-1 | [^<%c]", i, TAG[i]);
      if (i + 1 < length)
        g_string_append_printf (grammar, " | \"%c\" tag-%" G_GSIZE_FORMAT, TAG[i], i + 1);
      g_string_append_c (grammar, '\n');
    }
}

static void
append_value (GString *grammar, JsonObject *property)
{
  const char *type = property != NULL ? enclave_json_peek_string (property, "type") : NULL;
  JsonArray *choices = property != NULL ? enclave_json_peek_array (property, "enum") : NULL;
  JsonObject *items = property != NULL ? enclave_json_peek_object (property, "items") : NULL;
  guint n_choices = choices != NULL ? json_array_get_length (choices) : 0;

  if (n_choices > 0 && g_strcmp0 (type, "string") == 0)
    {
      g_string_append (grammar, "( ");
      for (guint i = 0; i < n_choices; i++)
        {
          const char *choice = enclave_json_array_peek_string (choices, i);

          if (i > 0)
            g_string_append (grammar, " | ");
          append_json_text (grammar, choice != NULL ? choice : "");
        }
      g_string_append (grammar, " )");
    }
  else if (g_strcmp0 (type, "array") == 0 && items != NULL && g_strcmp0 (enclave_json_peek_string (items, "type"), "string") == 0)
    {
      g_string_append (grammar, "strings");
    }
  else if (g_strcmp0 (type, "string") == 0 || g_strcmp0 (type, "integer") == 0 || g_strcmp0 (type, "number") == 0
           || g_strcmp0 (type, "boolean") == 0 || g_strcmp0 (type, "array") == 0 || g_strcmp0 (type, "object") == 0)
    {
      g_string_append (grammar, type);
    }
  else
    {
      g_string_append (grammar, "value");
    }
}

static gboolean
is_required (JsonArray *required, const char *name)
{
  for (guint i = 0; required != NULL && i < json_array_get_length (required); i++)
    if (g_strcmp0 (enclave_json_array_peek_string (required, i), name) == 0)
      return TRUE;

  return FALSE;
}

/* (transfer container): names, those that are required first. @n_required: (out). */
static GPtrArray *
order_names (JsonObject *properties, JsonArray *required, guint *n_required)
{
  g_autoptr (GList) names = json_object_get_members (properties);
  GPtrArray *order = g_ptr_array_new ();

  for (GList *name = names; name != NULL; name = name->next)
    if (is_required (required, name->data))
      g_ptr_array_add (order, name->data);
  *n_required = order->len;
  for (GList *name = names; name != NULL; name = name->next)
    if (!is_required (required, name->data))
      g_ptr_array_add (order, name->data);

  return order;
}

/* What stands between the braces: arguments-N, and argument-N-K for each parameter. */
static void
append_arguments (GString *grammar, guint tool, JsonObject *parameters)
{
  JsonObject *properties = enclave_json_peek_object (parameters, "properties");
  g_autoptr (GPtrArray) names = NULL;
  guint n_required = 0;

  if (properties != NULL)
    names = order_names (properties, enclave_json_peek_array (parameters, "required"), &n_required);
  if (names != NULL && names->len > MAX_PARAMETERS)
    {
      g_string_append_printf (grammar, "arguments-%u ::= object\n", tool);
      return;
    }

  g_string_append_printf (grammar, "arguments-%u ::= \"{\" ws ", tool);
  for (guint i = 0; names != NULL && i < n_required; i++)
    g_string_append_printf (grammar, "%sargument-%u-%u ws ", i > 0 ? "\",\" ws " : "", tool, i);
  if (names != NULL && n_required > 0)
    {
      for (guint i = n_required; i < names->len; i++)
        g_string_append_printf (grammar, "( \",\" ws argument-%u-%u ws )? ", tool, i);
    }
  else if (names != NULL && names->len > 0)
    {
      /* Whichever comes first has no comma before it. */
      g_string_append (grammar, "( ");
      for (guint first = 0; first < names->len; first++)
        {
          g_string_append_printf (grammar, "%sargument-%u-%u ws ", first > 0 ? "| " : "", tool, first);
          for (guint i = first + 1; i < names->len; i++)
            g_string_append_printf (grammar, "( \",\" ws argument-%u-%u ws )? ", tool, i);
        }
      g_string_append (grammar, ")? ");
    }
  g_string_append (grammar, "\"}\"\n");

  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      g_string_append_printf (grammar, "argument-%u-%u ::= ", tool, i);
      append_json_text (grammar, g_ptr_array_index (names, i));
      g_string_append (grammar, " ws \":\" ws ");
      append_value (grammar, enclave_json_peek_object (properties, g_ptr_array_index (names, i)));
      g_string_append_c (grammar, '\n');
    }
}

char *
enclave_tool_grammar_build (JsonArray *tools)
{
  g_autoptr (GString) grammar = g_string_new ("root ::= text ( call text )*\n");
  g_autoptr (GString) forms = g_string_new (NULL);
  guint n_tools = 0;

  for (guint i = 0; tools != NULL && i < json_array_get_length (tools) && n_tools < MAX_TOOLS; i++)
    {
      JsonObject *tool = enclave_json_array_peek_object (tools, i);
      JsonObject *function = tool != NULL ? enclave_json_peek_object (tool, "function") : NULL;
      JsonObject *parameters = function != NULL ? enclave_json_peek_object (function, "parameters") : NULL;
      const char *name = function != NULL ? enclave_json_peek_string (function, "name") : NULL;

      if (name == NULL || parameters == NULL)
        continue;
      g_string_append_printf (forms, "form-%u ::= \"{\" ws \"\\\"name\\\"\" ws \":\" ws ", n_tools);
      append_json_text (forms, name);
      g_string_append_printf (forms, " ws \",\" ws \"\\\"arguments\\\"\" ws \":\" ws arguments-%u ws \"}\"\n", n_tools);
      append_arguments (forms, n_tools, parameters);
      n_tools++;
    }
  if (n_tools == 0)
    return NULL;

  g_string_append (grammar, "call ::= \"" TAG "\" ws ( ");
  for (guint i = 0; i < n_tools; i++)
    g_string_append_printf (grammar, "%sform-%u", i > 0 ? " | " : "", i);
  g_string_append (grammar, " ) ws \"</tool_call>\"\n");
  append_text_rules (grammar);
  g_string_append_len (grammar, forms->str, (gssize) forms->len);
  g_string_append (grammar, common);

  return g_string_free (g_steal_pointer (&grammar), FALSE);
}
