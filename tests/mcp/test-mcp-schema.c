/* test-mcp-schema.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-mcp-clean-text.h"
#include "enclave-mcp-schema-projection.h"
#include "enclave-mcp-tool-name.h"

static char *
project (const char *text, gboolean *is_simplified)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) schema = enclave_json_parse_object (text, -1, &error);
  g_autoptr (JsonObject) projected = NULL;

  g_assert_no_error (error);
  projected = enclave_mcp_schema_project (schema, is_simplified);
  return enclave_json_object_to_text (projected);
}

#define OBJECT(properties) "{\"type\":\"object\",\"properties\":{" properties "}}"

static void
test_cases (void)
{
  static const struct
  {
    const char *schema;
    const char *expected;
    gboolean is_simplified;
  } cases[] = {
    { "{}", OBJECT (""), FALSE },
    { "{\"type\":\"string\"}", OBJECT (""), FALSE },
    { OBJECT ("\"a\":{\"type\":\"string\"}"), OBJECT ("\"a\":{\"type\":\"string\"}"), FALSE },
    /* What makes a grammar refuse all tools of a request. */
    { OBJECT ("\"a\":{\"type\":\"string\",\"pattern\":\"^(?=x)\",\"format\":\"uri\",\"minLength\":3}"), OBJECT ("\"a\":{\"type\":\"string\"}"),
      TRUE },
    { OBJECT ("\"a\":{\"type\":\"integer\",\"exclusiveMinimum\":0,\"maximum\":9007199254740991,\"default\":1}"),
      OBJECT ("\"a\":{\"type\":\"integer\"}"), TRUE },
    { OBJECT ("\"a\":{\"type\":\"date\"}"), OBJECT ("\"a\":{}"), FALSE },
    { OBJECT ("\"a\":{\"type\":[\"string\",\"null\"]}"), OBJECT ("\"a\":{\"type\":\"string\"}"), FALSE },
    { OBJECT ("\"a\":{\"type\":[\"null\",\"number\"]}"), OBJECT ("\"a\":{\"type\":\"number\"}"), FALSE },
    { OBJECT ("\"a\":true,\"b\":false,\"c\":7"), OBJECT ("\"a\":{},\"c\":{}"), TRUE },
    /* Values. */
    { OBJECT ("\"a\":{\"enum\":[\"x\",\"y\"]}"), OBJECT ("\"a\":{\"type\":\"string\",\"enum\":[\"x\",\"y\"]}"), FALSE },
    { OBJECT ("\"a\":{\"const\":3}"), OBJECT ("\"a\":{\"type\":\"integer\",\"enum\":[3]}"), FALSE },
    { OBJECT ("\"a\":{\"type\":\"string\",\"enum\":[\"x\",null,{}]}"), OBJECT ("\"a\":{\"type\":\"string\",\"enum\":[\"x\"]}"), TRUE },
    { OBJECT ("\"a\":{\"enum\":[1,\"x\"]}"), OBJECT ("\"a\":{}"), FALSE },
    /* Alternatives. */
    { OBJECT ("\"a\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}],\"description\":\"d\"}"),
      OBJECT ("\"a\":{\"type\":\"string\",\"description\":\"d\"}"), FALSE },
    { OBJECT ("\"a\":{\"oneOf\":[{\"const\":\"x\"},{\"const\":\"y\"}]}"), OBJECT ("\"a\":{\"type\":\"string\",\"enum\":[\"x\",\"y\"]}"), TRUE },
    { OBJECT ("\"a\":{\"anyOf\":[{\"enum\":[\"x\"]},{\"type\":\"string\"}]}"), OBJECT ("\"a\":{\"type\":\"string\"}"), TRUE },
    { OBJECT ("\"a\":{\"anyOf\":[{\"type\":\"boolean\"},{\"type\":\"string\"}]}"), OBJECT ("\"a\":{\"type\":\"boolean\"}"), TRUE },
    { "{\"type\":\"object\",\"anyOf\":[{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"},\"b\":{\"type\":\"string\"}},\"required\":[\"a\",\"b\"]},"
      "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"},\"c\":{\"type\":\"number\"}},\"required\":[\"c\",\"a\"]}]}",
      "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"},\"b\":{\"type\":\"string\"},\"c\":{\"type\":\"number\"}},\"required\":[\"a\"]}", TRUE },
    { "{\"allOf\":[{\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"]},{\"properties\":{\"b\":{\"type\":\"array\",\"items\":{\"type\":\"number\"}}}}]}",
      "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"},\"b\":{\"type\":\"array\",\"items\":{\"type\":\"number\"}}},\"required\":[\"a\"]}", FALSE },
    { "{\"type\":\"object\",\"properties\":{\"a\":{}},\"if\":{\"required\":[\"a\"]},\"then\":{\"required\":[\"b\"]}}", OBJECT ("\"a\":{}"), TRUE },
    /* References. */
    { "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/$defs/A\",\"description\":\"mine\"}},\"$defs\":{\"A\":{\"type\":\"string\",\"description\":\"theirs\"}}}",
      OBJECT ("\"a\":{\"type\":\"string\",\"description\":\"mine\"}"), FALSE },
    { "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/$defs/a~1b%20c\"}},\"$defs\":{\"a/b c\":{\"type\":\"boolean\"}}}",
      OBJECT ("\"a\":{\"type\":\"boolean\"}"), FALSE },
    { OBJECT ("\"a\":{\"$ref\":\"http://127.0.0.1:9/schema.json\"},\"b\":{\"$ref\":\"#/nowhere\"},\"c\":{\"$ref\":\"#anchor\"}"),
      OBJECT ("\"a\":{},\"b\":{},\"c\":{}"), TRUE },
    { "{\"type\":\"object\",\"properties\":{\"tree\":{\"$ref\":\"#/$defs/N\"}},\"$defs\":{\"N\":{\"type\":\"object\",\"properties\":{\"left\":{\"$ref\":\"#/$defs/N\"}}}}}",
      OBJECT ("\"tree\":{\"type\":\"object\",\"properties\":{\"left\":{\"type\":\"object\"}}}"), TRUE },
    /* Lists. */
    { OBJECT ("\"a\":{\"type\":\"array\",\"prefixItems\":[{\"type\":\"number\"},{\"type\":\"string\"}]}"),
      OBJECT ("\"a\":{\"type\":\"array\",\"items\":{\"type\":\"number\"}}"), TRUE },
    { OBJECT ("\"a\":{\"items\":{\"type\":\"string\"}}"), OBJECT ("\"a\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"), FALSE },
    /* Names. */
    { "{\"type\":\"object\",\"properties\":{\"a\":{}},\"required\":[\"a\",\"a\",\"gone\",3]}",
      "{\"type\":\"object\",\"properties\":{\"a\":{}},\"required\":[\"a\"]}", FALSE },
    { OBJECT ("\"a\\u202eb\":{},\"\":{},\"c\\nd\":{},\"ok\":{}"), OBJECT ("\"ok\":{}"), TRUE },
    { OBJECT ("\"a\":{\"type\":\"string\",\"description\":\"one\\ntwo\\u200b \\u001b[31mthree\"}"),
      OBJECT ("\"a\":{\"type\":\"string\",\"description\":\"one two three\"}"), FALSE },
    /* Of another shape altogether. */
    { "{\"type\":\"object\",\"properties\":[],\"required\":\"a\",\"anyOf\":{},\"allOf\":7,\"$ref\":[],\"enum\":\"x\"}", OBJECT (""), FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gboolean is_simplified;
      g_autofree char *found = project (cases[i].schema, &is_simplified);
      g_autofree char *again = NULL;

      g_assert_cmpstr (found, ==, cases[i].expected);
      if (is_simplified != cases[i].is_simplified)
        g_error ("%s: simplified %d", cases[i].schema, is_simplified);
      /* What is simple already stays as it is. */
      again = project (found, &is_simplified);
      g_assert_cmpstr (again, ==, found);
    }
}

/* References that double at each step, a schema of many levels, and a wide one: some thousand nodes at most, and at once. */
static void
test_bombs (void)
{
  g_autoptr (GString) doubling = g_string_new ("{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/$defs/d0\"}},\"$defs\":{");
  g_autoptr (GString) deep = g_string_new (NULL);
  g_autoptr (GString) wide = g_string_new ("{\"type\":\"object\",\"properties\":{");
  g_autoptr (GString) alternatives = g_string_new ("{\"type\":\"object\",\"properties\":{\"a\":{\"anyOf\":[");
  GString *all[] = { doubling, deep, wide, alternatives };
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < 40; i++)
    g_string_append_printf (doubling, "%s\"d%u\":{\"type\":\"object\",\"properties\":{\"x\":{\"$ref\":\"#/$defs/d%u\"},\"y\":{\"$ref\":\"#/$defs/d%u\"}}}",
                            i > 0 ? "," : "", i, i + 1, i + 1);
  g_string_append (doubling, "}}");
  for (guint i = 0; i < 60; i++)
    g_string_append (deep, "{\"type\":\"object\",\"properties\":{\"a\":");
  g_string_append (deep, "{}");
  for (guint i = 0; i < 60; i++)
    g_string_append (deep, "}}");
  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (wide, "%s\"p%u\":{\"type\":\"string\"}", i > 0 ? "," : "", i);
  g_string_append (wide, "}}");
  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (alternatives, "%s{\"const\":\"value %u\"}", i > 0 ? "," : "", i);
  g_string_append (alternatives, "]}}}");

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      gboolean is_simplified;
      g_autofree char *found = project (all[i]->str, &is_simplified);

      g_assert_true (is_simplified);
      g_assert_cmpuint (strlen (found), <, 64 * 1024);
    }
  g_assert_cmpint (g_get_monotonic_time () - start, <, 2 * G_USEC_PER_SEC);
}

static void
test_tool (void)
{
  g_autoptr (JsonObject) definition = enclave_json_parse_object (
      "{\"name\":\"t\",\"title\":\"T\",\"annotations\":{\"readOnlyHint\":true},\"outputSchema\":{}}", -1, NULL);
  g_autoptr (JsonObject) tool = enclave_mcp_schema_project_tool (definition, "s__t", NULL);
  g_autofree char *text = enclave_json_object_to_text (tool);

  g_assert_cmpstr (text, ==,
                   "{\"type\":\"function\",\"function\":{\"name\":\"s__t\",\"description\":\"T\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}}");
}

static void
test_names (void)
{
  static const struct
  {
    const char *server;
    const char *tool;
    const char *expected; /* NULL: any */
  } cases[] = {
    { "files", "read_file", "files__read_file" },
    { "my-server", "get-env", "my-server__get-env" },
    { "a", "b__c", "a__b__c" },
    { "a__b", "c", NULL },
    { "a_", "b", NULL },
    { "a", "_b", NULL },
    { "ünï", "tool", NULL },
    { "a b", "c", NULL },
    { "a.b", "c", NULL },
    { "a/b", "c", NULL },
    { "", "c", NULL },
    { "a", "", NULL },
    { "a\x1b[31m", "c\xe2\x80\xae", NULL },
    { "the-server-with-a-name-that-somebody-wrote-very-long", "and_a_tool_whose_name_is_no_shorter_than_that_one", NULL },
    { "the-server-with-a-name-that-somebody-wrote-very-long", "and_a_tool_whose_name_is_no_shorter_than_that_two", NULL },
    { "short", "list_merge_request_versions_of_a_project_by_its_full_path_and_number", NULL },
  };
  EnclaveMcpToolId ids[G_N_ELEMENTS (cases)];
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (EnclaveMcpToolNames) names = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    ids[i] = (EnclaveMcpToolId) { cases[i].server, cases[i].tool };
  names = enclave_mcp_tool_names_new (ids, G_N_ELEMENTS (ids));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *name = enclave_mcp_tool_names_get (names, cases[i].server, cases[i].tool);
      g_autofree char *alone = enclave_mcp_tool_name_make (cases[i].server, cases[i].tool);
      EnclaveMcpToolId id;

      g_assert_nonnull (name);
      g_assert_cmpstr (name, ==, alone);
      g_assert_cmpuint (strlen (name), <=, ENCLAVE_MCP_TOOL_NAME_MAX_BYTES);
      g_assert_cmpuint (strspn (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_-"), ==, strlen (name));
      g_assert_true (g_hash_table_add (seen, (char *) name));
      if (cases[i].expected != NULL)
        g_assert_cmpstr (name, ==, cases[i].expected);
      g_assert_true (enclave_mcp_tool_names_find (names, name, &id));
      g_assert_cmpstr (id.server, ==, cases[i].server);
      g_assert_cmpstr (id.tool, ==, cases[i].tool);
    }
  g_assert_false (enclave_mcp_tool_names_find (names, "files__write_file", &ids[0]));
  g_assert_null (enclave_mcp_tool_names_get (names, "files", "write_file"));
}

/* A tool may be called as the name of another one comes out: then one of both gives way, always the same. */
static void
test_name_taken (void)
{
  g_autofree char *hashed = enclave_mcp_tool_name_make ("a", "b c");
  const char *fake = hashed + strlen ("a__");
  EnclaveMcpToolId one[] = { { "a", "b c" }, { "a", fake } };
  EnclaveMcpToolId other[] = { { "a", fake }, { "a", "b c" }, { "a", fake } };
  g_autoptr (EnclaveMcpToolNames) first = enclave_mcp_tool_names_new (one, 2);
  g_autoptr (EnclaveMcpToolNames) second = enclave_mcp_tool_names_new (other, 3);

  g_assert_cmpstr (enclave_mcp_tool_names_get (first, "a", "b c"), !=, enclave_mcp_tool_names_get (first, "a", fake));
  for (guint i = 0; i < 2; i++)
    g_assert_cmpstr (enclave_mcp_tool_names_get (first, one[i].server, one[i].tool), ==,
                     enclave_mcp_tool_names_get (second, one[i].server, one[i].tool));
}

static void
test_clean (void)
{
  static const struct
  {
    const char *text;
    const char *expected;
    guint n_hidden;
  } cases[] = {
    { "plain ä 日本\n\ttext", "plain ä 日本\n\ttext", 0 },
    { "\x1b[31mred\x1b[0m \x1b]0;title\x07" "end", "red end", 0 },
    { "a\xe2\x80\x8b" "b\xe2\x80\xae" "c\xef\xbb\xbf", "abc", 3 },
    { "ignore\xf3\xa0\x81\xa8\xf3\xa0\x81\xa9", "ignore", 2 },
    { "a\xc2\xa0" "b\xe2\x80\xa8" "c", "a b\nc", 0 },
    { "\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd", 0 },
    { "line\r\nline\r\n", "line\nline\n", 0 },
    { "a\x01\x02" "b\x7f", "ab", 0 },
    { "x\xef\xb8\x8f", "x", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint n_hidden;
      g_autofree char *found = enclave_mcp_clean_text (cases[i].text, -1, &n_hidden);

      g_assert_cmpstr (found, ==, cases[i].expected);
      g_assert_cmpuint (n_hidden, ==, cases[i].n_hidden);
    }
}

static void
test_clean_line (void)
{
  static const struct
  {
    const char *text;
    gsize max_bytes;
    const char *expected;
  } cases[] = {
    { NULL, 10, "" },
    { "  a \n\n b\t", 10, "a b" },
    { "abcdefghij", 10, "abcdefghij" },
    { "abcdefghijk", 10, "abcdefg…" },
    { "ääääääk", 10, "äää…" },
    { "One here. And more", 14, "One here." },
    { "1. One long sentence", 14, "1. One long…" },
    { "a", 0, "…" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = enclave_mcp_clean_line (cases[i].text, cases[i].max_bytes);

      g_assert_cmpstr (found, ==, cases[i].expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mcp/schema/cases", test_cases);
  g_test_add_func ("/mcp/schema/bombs", test_bombs);
  g_test_add_func ("/mcp/schema/tool", test_tool);
  g_test_add_func ("/mcp/schema/names", test_names);
  g_test_add_func ("/mcp/schema/name-taken", test_name_taken);
  g_test_add_func ("/mcp/schema/clean", test_clean);
  g_test_add_func ("/mcp/schema/clean-line", test_clean_line);

  return g_test_run ();
}
