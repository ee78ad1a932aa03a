/* enclave-mcp-search.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tools that are found instead of listed.
 */

#include "config.h"

#include "enclave-mcp-budget-private.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-mcp-clean-text.h"

/* Found at once, and names when nothing is: a model that gets more reads none of it. */
#define MAX_FOUND 5
#define MAX_FOUND_BYTES 6144
#define MAX_NAMES_BYTES 2048
#define MAX_SERVERS 8
#define MAX_WORDS 16

typedef struct
{
  const EnclaveMcpPricedTool *tool;
  guint score;
} Hit;

static JsonObject *
new_parameter (const char *type, const char *description)
{
  JsonObject *parameter = json_object_new ();

  json_object_set_string_member (parameter, "type", type);
  json_object_set_string_member (parameter, "description", description);
  return parameter;
}

/* @properties: (transfer full). @required: NULL-terminated. */
static JsonObject *
new_function (const char *name, const char *description, JsonObject *properties, const char *const *required)
{
  JsonObject *tool = json_object_new ();
  JsonObject *function = json_object_new ();
  JsonObject *parameters = json_object_new ();
  JsonArray *names = json_array_new ();

  for (guint i = 0; required[i] != NULL; i++)
    json_array_add_string_element (names, required[i]);
  json_object_set_string_member (parameters, "type", "object");
  json_object_set_object_member (parameters, "properties", properties);
  json_object_set_array_member (parameters, "required", names);
  json_object_set_string_member (function, "name", name);
  json_object_set_string_member (function, "description", description);
  json_object_set_object_member (function, "parameters", parameters);
  json_object_set_string_member (tool, "type", "function");
  json_object_set_object_member (tool, "function", function);

  return tool;
}

/* "files (11), postgres (3)": what a model can look for at all. */
static void
append_servers (EnclaveMcpBudget *self, GString *text)
{
  guint n_servers = 0;

  for (guint i = 0; i < self->tools->len;)
    {
      const EnclaveMcpPricedTool *first = g_ptr_array_index (self->tools, i);
      g_autofree char *name = enclave_mcp_clean_line (first->server, 40);
      guint n = 0;

      while (i + n < self->tools->len
             && strcmp (((EnclaveMcpPricedTool *) g_ptr_array_index (self->tools, i + n))->server, first->server) == 0)
        n++;
      i += n;
      if (n_servers == MAX_SERVERS)
        {
          g_string_append (text, ", …");
          break;
        }
      g_string_append_printf (text, "%s%s (%u)", n_servers > 0 ? ", " : "", name, n);
      n_servers++;
    }
}

JsonObject *
enclave_mcp_search_new_search_function (EnclaveMcpBudget *self)
{
  static const char *const required[] = { "query", NULL };
  g_autoptr (GString) description = g_string_new ("Find more tools, with their arguments. Servers and their number of tools: ");
  JsonObject *properties = json_object_new ();

  append_servers (self, description);
  json_object_set_object_member (properties, "query", new_parameter ("string", "what the tool should do, in a few words"));

  return new_function (ENCLAVE_MCP_SEARCH_TOOL, description->str, properties, required);
}

JsonObject *
enclave_mcp_search_new_call_function (void)
{
  static const char *const required[] = { "name", "arguments", NULL };
  JsonObject *properties = json_object_new ();

  json_object_set_object_member (properties, "name", new_parameter ("string", "of a tool that " ENCLAVE_MCP_SEARCH_TOOL " has found"));
  json_object_set_object_member (properties, "arguments", new_parameter ("object", "as that tool wants them"));

  return new_function (ENCLAVE_MCP_CALL_TOOL, "Call a tool that " ENCLAVE_MCP_SEARCH_TOOL " has found.", properties, required);
}

/* Words of two letters and more, in lower case, also of names written together: "getIssueList". (transfer full) */
static GStrv
split_words (const char *text, guint max)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GString) word = g_string_new (NULL);
  gboolean was_lower = FALSE;
  guint n = 0;

  for (const char *p = text; n < max; p = g_utf8_next_char (p))
    {
      gunichar c = *p != '\0' ? g_utf8_get_char (p) : 0;

      if (word->len > 0 && (!g_unichar_isalnum (c) || (was_lower && g_unichar_isupper (c))))
        {
          if (word->len > 1)
            {
              g_strv_builder_add (builder, word->str);
              n++;
            }
          g_string_truncate (word, 0);
        }
      if (c == 0)
        break;
      if (g_unichar_isalnum (c))
        g_string_append_unichar (word, g_unichar_tolower (c));
      was_lower = g_unichar_islower (c) || g_unichar_isdigit (c);
    }
  return g_strv_builder_end (builder);
}

/* "issues" is meant by "issue" and the other way round. */
static gboolean
is_same_word (const char *a, const char *b)
{
  gsize n_a = strlen (a);
  gsize n_b = strlen (b);
  gsize shorter = MIN (n_a, n_b);

  return shorter >= 3 ? strncmp (a, b, shorter) == 0 && MAX (n_a, n_b) - shorter <= 3 : strcmp (a, b) == 0;
}

/* Words that stand in every description. */
static gboolean
is_filler (const char *word)
{
  static const char *const fillers[] = { "an", "and", "by", "for", "from", "in", "is", "of", "on", "or", "the", "this", "to", "with", NULL };

  return g_strv_contains (fillers, word);
}

static gboolean
has_word (GStrv words, const char *wanted)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (is_same_word (words[i], wanted))
      return TRUE;
  return FALSE;
}

static guint
score_of (const EnclaveMcpPricedTool *tool, GStrv wanted)
{
  JsonObject *function = enclave_json_peek_object (tool->function, "function");
  const char *description = enclave_json_peek_string (function, "description");
  g_autofree char *parameters_text
      = enclave_json_object_to_text (enclave_json_peek_object (enclave_json_peek_object (function, "parameters"), "properties"));
  g_auto (GStrv) name = split_words (tool->tool, MAX_WORDS);
  g_auto (GStrv) server = split_words (tool->server, MAX_WORDS);
  g_auto (GStrv) text = split_words (description != NULL ? description : "", G_MAXUINT);
  g_auto (GStrv) parameters = split_words (parameters_text, 256);
  guint score = 0;

  for (guint i = 0; wanted[i] != NULL; i++)
    {
      if (is_filler (wanted[i]))
        continue;
      if (has_word (name, wanted[i]))
        score += 8;
      if (has_word (server, wanted[i]))
        score += 4;
      if (has_word (text, wanted[i]))
        score += 2;
      if (has_word (parameters, wanted[i]))
        score += 1;
    }
  /* Of two that have the words, the one that says nothing else. */
  for (guint i = 0; name[i] != NULL && score > 2; i++)
    if (!has_word (wanted, name[i]))
      score -= MIN (score - 1, 2);
  return score;
}

/* The best first; of equal ones in the order of the names. */
static int
compare_hits (gconstpointer a, gconstpointer b)
{
  const Hit *first = a;
  const Hit *second = b;

  if (first->score != second->score)
    return first->score > second->score ? -1 : 1;
  return strcmp (first->tool->name, second->tool->name);
}

static void
append_names (EnclaveMcpBudget *self, GString *text)
{
  gsize start = text->len;

  for (guint i = 0; i < self->tools->len; i++)
    {
      const EnclaveMcpPricedTool *tool = g_ptr_array_index (self->tools, i);

      if (text->len - start + strlen (tool->name) > MAX_NAMES_BYTES)
        {
          g_string_append_printf (text, "\n%u more.", self->tools->len - i);
          break;
        }
      g_string_append_printf (text, "\n%s", tool->name);
    }
}

char *
enclave_mcp_budget_search (EnclaveMcpBudget *self, const char *words)
{
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (Hit));
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (GStrv) wanted = NULL;
  guint n_shown = 0;

  g_return_val_if_fail (self != NULL && words != NULL, NULL);

  wanted = split_words (words, MAX_WORDS);
  for (guint i = 0; i < self->tools->len; i++)
    {
      Hit hit = { g_ptr_array_index (self->tools, i), 0 };

      hit.score = score_of (hit.tool, wanted);
      if (hit.score > 0)
        g_array_append_val (hits, hit);
    }
  g_array_sort (hits, compare_hits);
  if (hits->len == 0)
    {
      g_string_append (text, self->tools->len == 0 ? "There are no tools." : "No tool fits these words. The names of the tools:");
      append_names (self, text);
      return g_string_free (g_steal_pointer (&text), FALSE);
    }

  g_string_append (text, "Call one of them with " ENCLAVE_MCP_CALL_TOOL ":");
  for (; n_shown < MIN (hits->len, MAX_FOUND); n_shown++)
    {
      const EnclaveMcpPricedTool *tool = g_array_index (hits, Hit, n_shown).tool;
      g_autofree char *function = enclave_json_object_to_text (enclave_json_peek_object (tool->function, "function"));

      if (n_shown > 0 && text->len + strlen (function) > MAX_FOUND_BYTES)
        break;
      g_string_append_printf (text, "\n%s", function);
    }
  if (n_shown < hits->len)
    g_string_append_printf (text, "\n%u more fit; use other words to find them.", hits->len - n_shown);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Small models write the object as a text of JSON, or leave it out. (transfer full) (nullable) */
static JsonObject *
read_inner_arguments (JsonObject *arguments, GError **error)
{
  JsonNode *node = json_object_get_member (arguments, "arguments");

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return json_object_new ();
  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_node_dup_object (node);
  if (enclave_json_peek_string (arguments, "arguments") != NULL)
    return enclave_json_parse_object (enclave_json_peek_string (arguments, "arguments"), -1, error);
  g_set_error_literal (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_MEMBER, "“arguments” must be an object");
  return NULL;
}

gboolean
enclave_mcp_budget_resolve_call (EnclaveMcpBudget *self, const char *name, JsonObject *arguments, EnclaveMcpToolId *id,
                                 JsonObject **tool_arguments, GError **error)
{
  g_autoptr (JsonObject) inner = NULL;

  g_return_val_if_fail (self != NULL && name != NULL && arguments != NULL, FALSE);
  g_return_val_if_fail (id != NULL && tool_arguments != NULL, FALSE);

  if (strcmp (name, ENCLAVE_MCP_CALL_TOOL) == 0)
    {
      name = enclave_json_require_string (arguments, "name", error);
      inner = name != NULL ? read_inner_arguments (arguments, error) : NULL;
      if (inner == NULL)
        return FALSE;
    }
  else
    {
      inner = json_object_ref (arguments);
    }
  if (!enclave_mcp_tool_names_find (self->names, name, id))
    {
      g_autofree char *shown = enclave_mcp_clean_line (name, ENCLAVE_MCP_TOOL_NAME_MAX_BYTES);

      g_set_error (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_MEMBER, "There is no tool “%s”%s", shown,
                   self->is_searched ? "; find tools with " ENCLAVE_MCP_SEARCH_TOOL : "");
      return FALSE;
    }
  *tool_arguments = g_steal_pointer (&inner);
  return TRUE;
}
