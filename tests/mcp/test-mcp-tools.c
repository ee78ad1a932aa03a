/* test-mcp-tools.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names, schemas and prices of the tools of servers that people use: tool-lists/ holds what they answered.
 */

#include "config.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-mcp-budget.h"
#include "enclave-mcp-schema-projection.h"

static const char *const lists[] = {
  "cyanheads-git-mcp-server", "dbhub",  "mcp-git", "mcp-postgres-server", "server-everything", "server-filesystem", "server-memory",
  "server-postgres", "server-sequential-thinking", "zereight-mcp-gitlab",
};

static JsonObject *
load (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".json", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "tool-lists", file, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *list;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  list = enclave_json_parse_object (text, -1, &error);
  g_assert_no_error (error);

  return list;
}

/* What other hosts send of a tool: all of it. */
static guint
whole_price (JsonObject *definition)
{
  g_autoptr (JsonObject) tool = json_object_new ();
  JsonObject *function = json_object_new ();
  g_autofree char *text = NULL;

  json_object_set_string_member (function, "name", enclave_json_peek_string (definition, "name"));
  if (enclave_json_peek_string (definition, "description") != NULL)
    json_object_set_string_member (function, "description", enclave_json_peek_string (definition, "description"));
  json_object_set_object_member (function, "parameters", json_object_ref (enclave_json_peek_object (definition, "inputSchema")));
  json_object_set_string_member (tool, "type", "function");
  json_object_set_object_member (tool, "function", function);
  text = enclave_json_object_to_text (tool);

  return (guint) (strlen (text) + 3) / 4;
}

/* Nothing but what a grammar is sure to take. */
static void
check_schema (JsonObject *schema, guint level)
{
  static const char *const allowed[] = { "type", "description", "enum", "properties", "required", "items", NULL };
  static const char *const types[] = { "string", "number", "integer", "boolean", "object", "array", NULL };
  g_autoptr (GList) members = json_object_get_members (schema);
  JsonObject *properties = enclave_json_peek_object (schema, "properties");
  JsonArray *required = enclave_json_peek_array (schema, "required");

  g_assert_cmpuint (level, <, 20);
  for (GList *l = members; l != NULL; l = l->next)
    g_assert_true (g_strv_contains (allowed, l->data));
  if (json_object_has_member (schema, "type"))
    g_assert_true (g_strv_contains (types, enclave_json_peek_string (schema, "type")));
  if (enclave_json_peek_string (schema, "description") != NULL)
    g_assert_cmpuint (strlen (enclave_json_peek_string (schema, "description")), <=, ENCLAVE_MCP_PARAMETER_MAX_BYTES);
  if (properties != NULL)
    {
      g_autoptr (GList) names = json_object_get_members (properties);

      for (GList *l = names; l != NULL; l = l->next)
        check_schema (json_object_get_object_member (properties, l->data), level + 1);
    }
  for (guint i = 0; required != NULL && i < json_array_get_length (required); i++)
    g_assert_true (json_object_has_member (properties, json_array_get_string_element (required, i)));
  if (json_object_has_member (schema, "items"))
    check_schema (json_object_get_object_member (schema, "items"), level + 1);
}

static GArray *
offers_of (JsonObject *list, const char *server)
{
  JsonArray *tools = json_object_get_array_member (list, "tools");
  GArray *offers = g_array_new (FALSE, TRUE, sizeof (EnclaveMcpToolOffer));

  for (guint i = 0; i < json_array_get_length (tools); i++)
    {
      JsonObject *definition = json_array_get_object_element (tools, i);
      EnclaveMcpToolOffer offer = { server, enclave_json_peek_string (definition, "name"), definition, FALSE };

      g_array_append_val (offers, offer);
    }
  return offers;
}

static EnclaveMcpBudget *
budget_of (GArray *offers, guint window, EnclaveMcpSearchMode mode)
{
  return enclave_mcp_budget_new ((EnclaveMcpToolOffer *) (void *) offers->data, offers->len, window, mode, NULL);
}

/* The sum of what the tools in the request cost must be what it says. */
static guint
real_price (EnclaveMcpBudget *budget)
{
  JsonArray *tools = enclave_mcp_budget_get_tools (budget);
  guint price = 0;

  for (guint i = 0; i < json_array_get_length (tools); i++)
    {
      g_autofree char *text = enclave_json_object_to_text (json_array_get_object_element (tools, i));

      price += (guint) (strlen (text) + 3) / 4;
    }
  return price;
}

static void
append_windows (GString *text, GArray *offers)
{
  static const guint windows[] = { 4096, 8192, 16384, 32768 };

  for (guint i = 0; i < G_N_ELEMENTS (windows); i++)
    {
      g_autoptr (EnclaveMcpBudget) budget = budget_of (offers, windows[i], ENCLAVE_MCP_SEARCH_AUTOMATIC);

      g_assert_cmpuint (real_price (budget), ==, enclave_mcp_budget_get_tokens (budget));
      g_assert_cmpuint (enclave_mcp_budget_get_tokens (budget), <=, windows[i] * ENCLAVE_MCP_BUDGET_PERCENT / 100);
      g_assert_cmpuint (enclave_mcp_budget_get_n_left_out (budget), ==, 0);
      g_string_append_printf (text, "window %u: %u tokens, %s\n", windows[i], enclave_mcp_budget_get_tokens (budget),
                              enclave_mcp_budget_is_searched (budget) ? "searched" : "listed");
    }
}

static char *
dump (const char *name)
{
  g_autoptr (JsonObject) list = load (name);
  g_autoptr (GArray) offers = offers_of (list, name);
  g_autoptr (EnclaveMcpBudget) all = budget_of (offers, G_MAXUINT / 2, ENCLAVE_MCP_SEARCH_NEVER);
  JsonArray *tools = enclave_mcp_budget_get_tools (all);
  GString *text = g_string_new (NULL);
  guint whole = 0;

  g_assert_cmpuint (json_array_get_length (tools), ==, offers->len);
  for (guint i = 0; i < offers->len; i++)
    whole += whole_price (g_array_index (offers, EnclaveMcpToolOffer, i).definition);
  g_string_append_printf (text, "%u tools, %u tokens, whole %u\n", offers->len, enclave_mcp_budget_get_price (all, name, NULL), whole);
  append_windows (text, offers);
  for (guint i = 0; i < json_array_get_length (tools); i++)
    {
      JsonObject *function = json_object_get_object_member (json_array_get_object_element (tools, i), "function");
      const char *tool_name = enclave_json_peek_string (function, "name");
      g_autofree char *line = enclave_json_object_to_text (function);
      EnclaveMcpToolId id;

      g_assert_true (enclave_mcp_tool_names_find (enclave_mcp_budget_get_names (all), tool_name, &id));
      g_assert_cmpuint (strlen (tool_name), <=, ENCLAVE_MCP_TOOL_NAME_MAX_BYTES);
      check_schema (json_object_get_object_member (function, "parameters"), 0);
      g_string_append_printf (text, "%u%s %s\n", enclave_mcp_budget_get_price (all, name, id.tool),
                              enclave_mcp_budget_is_simplified (all, name, id.tool) ? "~" : "", line);
    }
  return g_string_free (text, FALSE);
}

static void
test_golden (gconstpointer data)
{
  const char *name = data;
  g_autofree char *file = g_strconcat (name, ".expected", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "tool-lists", file, NULL);
  g_autofree char *found = dump (name);
  g_autofree char *expected = NULL;

  if (g_getenv ("ENCLAVE_WRITE_GOLDEN") != NULL)
    g_assert_true (g_file_set_contents (path, found, -1, NULL));
  g_assert_true (g_file_get_contents (path, &expected, NULL, NULL));
  g_assert_cmpstr (found, ==, expected);
}

/* All ten at once, in any order: the same request. */
static void
test_all (void)
{
  g_autoptr (GPtrArray) loaded = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (GArray) offers = g_array_new (FALSE, TRUE, sizeof (EnclaveMcpToolOffer));
  g_autofree char *first = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_autoptr (GArray) some = NULL;

      g_ptr_array_add (loaded, load (lists[i]));
      some = offers_of (g_ptr_array_index (loaded, i), lists[i]);
      g_array_append_vals (offers, some->data, some->len);
    }
  for (guint round = 0; round < 10; round++)
    {
      g_autoptr (EnclaveMcpBudget) budget = NULL;
      g_autoptr (JsonNode) node = NULL;
      g_autofree char *text = NULL;

      for (guint i = offers->len - 1; i > 0; i--)
        {
          guint j = g_test_rand_int_range (0, (gint) i + 1);
          EnclaveMcpToolOffer offer = g_array_index (offers, EnclaveMcpToolOffer, i);

          g_array_index (offers, EnclaveMcpToolOffer, i) = g_array_index (offers, EnclaveMcpToolOffer, j);
          g_array_index (offers, EnclaveMcpToolOffer, j) = offer;
        }
      budget = budget_of (offers, 8192, ENCLAVE_MCP_SEARCH_AUTOMATIC);
      g_assert_true (enclave_mcp_budget_is_searched (budget));
      g_assert_cmpuint (enclave_mcp_budget_get_tokens (budget), <, 250);
      node = json_node_init_array (json_node_alloc (), enclave_mcp_budget_get_tools (budget));
      text = enclave_json_to_text (node, FALSE);
      if (first == NULL)
        first = g_steal_pointer (&text);
      else
        g_assert_cmpstr (text, ==, first);
    }
}

static void
assert_found_first (EnclaveMcpBudget *budget, const char *words, const char *name)
{
  g_autofree char *found = enclave_mcp_budget_search (budget, words);
  g_auto (GStrv) lines = g_strsplit (found, "\n", 3);
  g_autofree char *start = g_strdup_printf ("{\"name\":\"%s\"", name);

  g_assert_cmpuint (g_strv_length (lines), >=, 2);
  if (!g_str_has_prefix (lines[1], start))
    g_error ("“%s” found %s", words, lines[1]);
  g_assert_cmpuint (strlen (found), <, 8192);
}

static void
test_search (void)
{
  g_autoptr (JsonObject) list = load ("zereight-mcp-gitlab");
  g_autoptr (GArray) offers = offers_of (list, "gitlab");
  g_autoptr (EnclaveMcpBudget) budget = budget_of (offers, 16384, ENCLAVE_MCP_SEARCH_AUTOMATIC);
  g_autofree char *nothing = enclave_mcp_budget_search (budget, "xylophone");
  g_autofree char *empty = enclave_mcp_budget_search (budget, "");

  g_assert_true (enclave_mcp_budget_is_searched (budget));
  assert_found_first (budget, "create an issue", "gitlab__create_issue");
  assert_found_first (budget, "list issues", "gitlab__list_issues");
  assert_found_first (budget, "merge the merge request", "gitlab__merge_merge_request");
  g_assert_nonnull (strstr (nothing, "No tool fits"));
  g_assert_nonnull (strstr (nothing, "gitlab__"));
  g_assert_nonnull (strstr (empty, "gitlab__"));
  g_assert_cmpuint (strlen (nothing), <, 4096);
}

static void
test_resolve (void)
{
  g_autoptr (JsonObject) list = load ("server-filesystem");
  g_autoptr (GArray) offers = offers_of (list, "files");
  g_autoptr (EnclaveMcpBudget) budget = budget_of (offers, 8192, ENCLAVE_MCP_SEARCH_ALWAYS);
  static const struct
  {
    const char *name;
    const char *arguments;
    const char *tool; /* NULL: an error */
    const char *expected;
  } cases[] = {
    { "call_tool", "{\"name\":\"files__read_text_file\",\"arguments\":{\"path\":\"a\"}}", "read_text_file", "{\"path\":\"a\"}" },
    { "call_tool", "{\"name\":\"files__read_text_file\",\"arguments\":\"{\\\"path\\\":\\\"a\\\"}\"}", "read_text_file", "{\"path\":\"a\"}" },
    { "call_tool", "{\"name\":\"files__list_allowed_directories\"}", "list_allowed_directories", "{}" },
    { "files__read_text_file", "{\"path\":\"b\"}", "read_text_file", "{\"path\":\"b\"}" },
    { "call_tool", "{\"arguments\":{}}", NULL, NULL },
    { "call_tool", "{\"name\":\"read_text_file\",\"arguments\":{}}", NULL, NULL },
    { "call_tool", "{\"name\":\"files__read_text_file\",\"arguments\":[1]}", NULL, NULL },
    { "call_tool", "{\"name\":\"files__read_text_file\",\"arguments\":\"{\"}", NULL, NULL },
    { "files__nope\xe2\x80\xae", "{}", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonObject) arguments = enclave_json_parse_object (cases[i].arguments, -1, NULL);
      g_autoptr (JsonObject) inner = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *text = NULL;
      EnclaveMcpToolId id = { 0 };
      gboolean found = enclave_mcp_budget_resolve_call (budget, cases[i].name, arguments, &id, &inner, &error);

      g_assert_cmpint (found, ==, cases[i].tool != NULL);
      g_assert_cmpint (found, ==, error == NULL);
      if (!found)
        {
          g_assert_null (strstr (error->message, "\xe2\x80\xae"));
          continue;
        }
      text = enclave_json_object_to_text (inner);
      g_assert_cmpstr (id.server, ==, "files");
      g_assert_cmpstr (id.tool, ==, cases[i].tool);
      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_modes (void)
{
  g_autoptr (JsonObject) list = load ("server-filesystem");
  g_autoptr (GArray) offers = offers_of (list, "files");
  g_autoptr (EnclaveMcpBudget) small = budget_of (offers, 4096, ENCLAVE_MCP_SEARCH_NEVER);
  g_autoptr (EnclaveMcpBudget) tiny = budget_of (offers, 512, ENCLAVE_MCP_SEARCH_AUTOMATIC);
  g_autoptr (EnclaveMcpBudget) none = enclave_mcp_budget_new (NULL, 0, 8192, ENCLAVE_MCP_SEARCH_ALWAYS, NULL);
  g_autoptr (EnclaveMcpBudget) pinned = NULL;
  JsonArray *tools;

  g_assert_false (enclave_mcp_budget_is_searched (small));
  g_assert_cmpuint (enclave_mcp_budget_get_n_left_out (small), >, 0);
  g_assert_cmpuint (json_array_get_length (enclave_mcp_budget_get_tools (small)) + enclave_mcp_budget_get_n_left_out (small), ==,
                    offers->len);
  g_assert_false (enclave_mcp_budget_is_searched (tiny));
  g_assert_cmpuint (enclave_mcp_budget_get_tokens (tiny), <=, 512 * ENCLAVE_MCP_BUDGET_PERCENT / 100);
  g_assert_cmpuint (json_array_get_length (enclave_mcp_budget_get_tools (none)), ==, 0);

  for (guint i = 0; i < offers->len; i++)
    g_array_index (offers, EnclaveMcpToolOffer, i).is_pinned
        = strcmp (g_array_index (offers, EnclaveMcpToolOffer, i).tool, "list_directory") == 0;
  pinned = budget_of (offers, 4096, ENCLAVE_MCP_SEARCH_AUTOMATIC);
  tools = enclave_mcp_budget_get_tools (pinned);
  g_assert_true (enclave_mcp_budget_is_searched (pinned));
  g_assert_cmpuint (json_array_get_length (tools), ==, 3);
  g_assert_cmpstr (
      enclave_json_peek_string (enclave_json_peek_object (json_array_get_object_element (tools, 2), "function"), "name"), ==,
      "files__list_directory");
}

static void
test_flood (void)
{
  g_autoptr (GArray) offers = g_array_new (FALSE, TRUE, sizeof (EnclaveMcpToolOffer));
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (JsonObject) definition = NULL;
  g_autofree char *long_text = g_strnfill (20000, 'w');
  g_autoptr (EnclaveMcpBudget) budget = NULL;
  g_autofree char *found = NULL;

  definition = json_object_new ();
  json_object_set_string_member (definition, "description", long_text);
  for (guint i = 0; i < 2000; i++)
    {
      EnclaveMcpToolOffer offer = { "s", NULL, definition, FALSE };

      g_ptr_array_add (names, g_strdup_printf ("tool%u", i / 2));
      offer.tool = g_ptr_array_index (names, i);
      g_array_append_val (offers, offer);
    }
  budget = budget_of (offers, 32768, ENCLAVE_MCP_SEARCH_AUTOMATIC);
  g_assert_true (enclave_mcp_budget_is_searched (budget));
  found = enclave_mcp_budget_search (budget, "tool7");
  g_assert_cmpuint (strlen (found), <, 8192);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_autofree char *path = g_strconcat ("/mcp/tools/golden/", lists[i], NULL);

      g_test_add_data_func (path, lists[i], test_golden);
    }
  g_test_add_func ("/mcp/tools/all", test_all);
  g_test_add_func ("/mcp/tools/search", test_search);
  g_test_add_func ("/mcp/tools/resolve", test_resolve);
  g_test_add_func ("/mcp/tools/modes", test_modes);
  g_test_add_func ("/mcp/tools/flood", test_flood);

  return g_test_run ();
}
