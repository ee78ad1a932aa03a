/* test-mcp-protocol.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The parts of the protocol that need no server: tools with their headers, results. */

#include "config.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-mcp-error.h"
#include "enclave-mcp-result.h"
#include "enclave-mcp-tool.h"

static EnclaveMcpTool *
parse_tool (const char *schema, GError **error)
{
  g_autofree char *text = g_strdup_printf ("{\"name\":\"t\",\"inputSchema\":%s}", schema);
  g_autoptr (JsonObject) definition = enclave_json_parse_object (text, -1, NULL);

  g_assert_nonnull (definition);
  return enclave_mcp_tool_parse (definition, error);
}

/* Returns: `Name: value` of each header, joined by `|`. */
static char *
headers_for (const char *schema, const char *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveMcpTool) tool = parse_tool (schema, &error);
  g_autoptr (JsonObject) given = enclave_json_parse_object (arguments, -1, NULL);
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (g_free);
  GString *joined = g_string_new (NULL);

  g_assert_no_error (error);
  enclave_mcp_tool_add_headers (tool, given, pairs);
  for (guint i = 0; i < pairs->len; i += 2)
    g_string_append_printf (joined, "%s%s: %s", i > 0 ? "|" : "", (char *) g_ptr_array_index (pairs, i),
                            (char *) g_ptr_array_index (pairs, i + 1));
  return g_string_free (joined, FALSE);
}

static void
test_headers (void)
{
  static const char *schema
    = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"Region\"},"
      "\"n\":{\"type\":[\"integer\",\"null\"],\"x-mcp-header\":\"N\"},\"b\":{\"type\":\"boolean\",\"x-mcp-header\":\"B\"},"
      "\"deep\":{\"type\":\"object\",\"properties\":{\"c\":{\"type\":\"string\",\"x-mcp-header\":\"Deep\"}}},"
      "\"x-mcp-header\":{\"type\":\"string\"},\"d\":{\"type\":\"string\",\"default\":{\"x-mcp-header\":\"no\"}}}}";
  g_autofree char *plain = headers_for (schema, "{\"a\":\"us west\",\"n\":42,\"b\":false,\"deep\":{\"c\":\"z\"},\"x-mcp-header\":\"q\",\"d\":\"e\"}");
  g_autofree char *coded = headers_for (schema, "{\"a\":\" \\u00e4\",\"n\":null,\"deep\":7}");
  g_autofree char *sentinel = headers_for (schema, "{\"a\":\"=?base64?eA==?=\",\"deep\":{\"c\":\"\\r\\nX-Evil: 1\"}}");
  g_autofree char *nothing = headers_for (schema, "{\"a\":\"\"}");

  g_assert_cmpstr (plain, ==, "Mcp-Param-Region: us west|Mcp-Param-N: 42|Mcp-Param-B: false|Mcp-Param-Deep: z");
  g_assert_cmpstr (coded, ==, "Mcp-Param-Region: =?base64?IMOk?=");
  g_assert_cmpstr (sentinel, ==, "Mcp-Param-Region: =?base64?PT9iYXNlNjQ/ZUE9PT89?=|Mcp-Param-Deep: =?base64?DQpYLUV2aWw6IDE=?=");
  g_assert_cmpstr (nothing, ==, "Mcp-Param-Region: ");
}

static void
test_bad_tools (void)
{
  static const char *const schemas[] = {
    "{\"type\":\"array\"}",
    "{}",
    "{\"type\":\"object\",\"x-mcp-header\":\"Root\"}",
    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"\"}}}",
    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"a b\"}}}",
    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":7}}}",
    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"number\",\"x-mcp-header\":\"A\"}}}",
    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"A\"},\"b\":{\"type\":\"string\",\"x-mcp-header\":\"a\"}}}",
    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"x-mcp-header\":\"A\"}}}}",
    "{\"type\":\"object\",\"oneOf\":[{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"A\"}}}]}",
    "{\"type\":\"object\",\"$defs\":{\"d\":{\"type\":\"string\",\"x-mcp-header\":\"A\"}}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (schemas); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse_tool (schemas[i], &error));
      g_assert_error (error, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_PROTOCOL);
    }
}

/* A claim that is not made is the worse one. */
static void
test_hints (void)
{
  g_autoptr (EnclaveMcpTool) silent = parse_tool ("{\"type\":\"object\"}", NULL);

  g_assert_false (silent->read_only_hint);
  g_assert_true (silent->destructive_hint);
}

static void
test_results (void)
{
  static const struct
  {
    const char *result;
    const char *text;
  } cases[] = {
    { "{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\\n\"},{\"type\":\"text\",\"text\":\"c\"}],\"structuredContent\":{\"x\":1}}", "a\nb\nc" },
    { "{\"content\":[],\"structuredContent\":{\"x\":1}}", "{\"x\":1}" },
    { "{\"structuredContent\":null}", "" },
    { "{\"content\":7}", "" },
    { "{\"content\":[{\"type\":\"resource\",\"resource\":{\"uri\":\"a://b\\n[x]\",\"blob\":\"QUJD\",\"mimeType\":\"x/y\"}}]}",
      "[resource a://b  x , x/y, 3 bytes, not shown]" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonObject) object = enclave_json_parse_object (cases[i].result, -1, NULL);
      g_autoptr (EnclaveMcpResult) result = enclave_mcp_result_parse (object);
      g_autofree char *text = enclave_mcp_result_dup_text (result, 1000, NULL);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

/* Head and tail of what is too long, cut between characters. */
static void
test_long_result (void)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonArray) content = json_array_new ();
  g_autoptr (GString) long_text = g_string_new ("begin ");
  JsonObject *item = json_object_new ();
  g_autoptr (EnclaveMcpResult) result = NULL;

  for (guint i = 0; i < 5000; i++)
    g_string_append (long_text, "\xc3\xa4");
  g_string_append (long_text, " end");
  json_object_set_string_member (item, "type", "text");
  json_object_set_string_member (item, "text", long_text->str);
  json_array_add_object_element (content, item);
  json_object_set_array_member (object, "content", json_array_ref (content));
  result = enclave_mcp_result_parse (object);
  for (gsize max = 40; max < 60; max++)
    {
      gboolean truncated;
      g_autofree char *text = enclave_mcp_result_dup_text (result, max, &truncated);

      g_assert_true (truncated);
      g_assert_true (g_utf8_validate (text, -1, NULL));
      g_assert_true (g_str_has_prefix (text, "begin ") && g_str_has_suffix (text, " end"));
      g_assert_cmpuint (strlen (text), <, max + 50);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mcp/protocol/headers", test_headers);
  g_test_add_func ("/mcp/protocol/bad-tools", test_bad_tools);
  g_test_add_func ("/mcp/protocol/hints", test_hints);
  g_test_add_func ("/mcp/protocol/results", test_results);
  g_test_add_func ("/mcp/protocol/long-result", test_long_result);
  return g_test_run ();
}
