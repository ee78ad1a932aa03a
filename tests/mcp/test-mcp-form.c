/* test-mcp-form.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* What a server may ask a person, and what is made of it. */

#include "config.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-mcp-error.h"
#include "enclave-mcp-form.h"
#include "enclave-mcp-offers.h"
#include "enclave-mcp-result.h"

static EnclaveMcpForm *
parse (const char *properties, GError **error)
{
  g_autofree char *text = g_strdup_printf ("{\"message\":\"m\",\"requestedSchema\":{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{%s}}}",
                                           properties);
  g_autoptr (JsonObject) params = enclave_json_parse_object (text, -1, NULL);

  g_assert_nonnull (params);
  return enclave_mcp_form_parse (params, error);
}

static EnclaveMcpField *
get (EnclaveMcpForm *form, guint index)
{
  return g_ptr_array_index (form->fields, index);
}

static void
test_kinds (void)
{
  g_autoptr (EnclaveMcpForm) form = parse ("\"a\":{\"type\":\"string\",\"title\":\"Name\"},\"b\":{\"type\":\"integer\",\"default\":3},"
                                           "\"c\":{\"type\":\"number\",\"default\":\"no\"},\"d\":{\"type\":\"boolean\",\"default\":true},"
                                           "\"e\":{\"type\":\"string\",\"enum\":[\"x\",\"y\"],\"enumNames\":[\"Ex\"],\"default\":\"y\"},"
                                           "\"f\":{\"type\":\"string\",\"oneOf\":[{\"const\":\"p\",\"title\":\"Pe\"}]},"
                                           "\"g\":{\"type\":\"array\",\"items\":{\"anyOf\":[{\"const\":\"q\"}]},\"default\":[\"q\"],\"minItems\":9}",
                                           NULL);
  static const EnclaveMcpFieldKind kinds[] = { ENCLAVE_MCP_FIELD_TEXT, ENCLAVE_MCP_FIELD_INTEGER, ENCLAVE_MCP_FIELD_NUMBER,
                                               ENCLAVE_MCP_FIELD_BOOLEAN, ENCLAVE_MCP_FIELD_CHOICE, ENCLAVE_MCP_FIELD_CHOICE,
                                               ENCLAVE_MCP_FIELD_CHOICES };
  g_autofree char *three = NULL;
  g_autofree char *nothing = NULL;

  g_assert_nonnull (form);
  g_assert_cmpuint (form->fields->len, ==, G_N_ELEMENTS (kinds));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_assert_cmpint (get (form, i)->kind, ==, kinds[i]);
  g_assert_cmpstr (get (form, 0)->title, ==, "Name");
  g_assert_true (get (form, 0)->required && !get (form, 1)->required);
  three = enclave_mcp_field_dup_text (get (form, 1));
  g_assert_cmpstr (three, ==, "3");
  /* A default of another type is none. */
  nothing = enclave_mcp_field_dup_text (get (form, 2));
  g_assert_cmpstr (nothing, ==, "");
  g_assert_cmpstr (((EnclaveMcpChoice *) g_ptr_array_index (get (form, 4)->choices, 0))->label, ==, "Ex");
  g_assert_true (!enclave_mcp_field_is_chosen (get (form, 4), 0) && enclave_mcp_field_is_chosen (get (form, 4), 1));
  g_assert_true (enclave_mcp_field_is_chosen (get (form, 6), 0));
  /* More than there are can't be wanted. */
  g_assert_cmpuint (get (form, 6)->min_items, ==, 1);
}

static void
test_refused (void)
{
  static const char *const refused[] = {
    "\"a\":{\"type\":\"object\",\"properties\":{\"b\":{\"type\":\"string\"}}}",
    "\"a\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}}",
    "\"a\":{\"type\":[\"string\",\"null\"]}",
    "\"a\":{\"$ref\":\"#/a\"}",
    "\"a\":5",
    "\"a\":{\"type\":\"string\",\"enum\":[]}",
    "\"a\":{\"type\":\"string\",\"enum\":[1,2]}",
  };
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) local_error = NULL;

      g_assert_null (parse (refused[i], &local_error));
      g_assert_error (local_error, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_PROTOCOL);
    }
  for (guint i = 0; i <= ENCLAVE_MCP_FORM_MAX_FIELDS; i++)
    g_string_append_printf (many, "%s\"f%u\":{\"type\":\"string\"}", i > 0 ? "," : "", i);
  g_assert_null (parse (many->str, &error));
  g_assert_nonnull (strstr (error->message, "41 values"));
}

static void
test_words (void)
{
  g_autoptr (EnclaveMcpForm) form = parse ("\"a\":{\"type\":\"string\",\"title\":\"<b>x</b>\\u202e\\u001b[31m\\n y\",\"description\":\"\\u200bd\"},"
                                           "\"\\u200b\":{\"type\":\"string\"},\"api_key\":{\"type\":\"string\"},"
                                           "\"p\":{\"type\":\"string\",\"title\":\"Your Pass-Word\"}",
                                           NULL);

  g_assert_cmpstr (get (form, 0)->title, ==, "<b>x</b> y");
  g_assert_cmpstr (get (form, 0)->description, ==, "d");
  g_assert_cmpstr (get (form, 1)->title, !=, "");
  g_assert_true (!get (form, 0)->is_secret && get (form, 2)->is_secret && get (form, 3)->is_secret);
}

/* @expected: the value as JSON; "-" for none; NULL: it does not fit. */
static void
check_value (const char *schema, const char *text, const char *expected)
{
  g_autofree char *property = g_strdup_printf ("\"%s\":%s", expected != NULL && *expected == '-' ? "b" : "a", schema);
  g_autoptr (EnclaveMcpForm) form = parse (property, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) value = NULL;
  gboolean fits = enclave_mcp_field_read (get (form, 0), text, &value, &error);

  g_assert_cmpint (fits, ==, expected != NULL);
  g_assert_cmpint (fits, ==, error == NULL);
  if (fits && *expected == '-')
    g_assert_null (value);
  else if (fits)
    {
      g_autofree char *got = enclave_json_to_text (value, FALSE);

      g_assert_cmpstr (got, ==, expected);
    }
}

static void
test_values (void)
{
  check_value ("{\"type\":\"string\"}", "x ", "\"x \"");
  check_value ("{\"type\":\"string\"}", "", NULL);
  check_value ("{\"type\":\"string\"}", "", "-");
  check_value ("{\"type\":\"string\",\"minLength\":2,\"maxLength\":3}", "\xc3\xa4", NULL);
  check_value ("{\"type\":\"string\",\"minLength\":2,\"maxLength\":3}", "\xc3\xa4\xc3\xa4", "\"\xc3\xa4\xc3\xa4\"");
  check_value ("{\"type\":\"string\",\"maxLength\":3}", "abcd", NULL);
  check_value ("{\"type\":\"string\",\"format\":\"email\"}", "a@b", "\"a@b\"");
  check_value ("{\"type\":\"string\",\"format\":\"email\"}", "a b@c", NULL);
  check_value ("{\"type\":\"string\",\"format\":\"uri\"}", "x", NULL);
  check_value ("{\"type\":\"string\",\"format\":\"uri\"}", "https://a/b", "\"https://a/b\"");
  check_value ("{\"type\":\"string\",\"format\":\"date\"}", "2026-02-30", NULL);
  check_value ("{\"type\":\"string\",\"format\":\"date\"}", "2028-02-29", "\"2028-02-29\"");
  check_value ("{\"type\":\"string\",\"format\":\"date\"}", "99999999999-1-1", NULL);
  check_value ("{\"type\":\"string\",\"format\":\"date-time\"}", "2026-02-03T10:00:00Z", "\"2026-02-03T10:00:00Z\"");
  check_value ("{\"type\":\"string\",\"format\":\"date-time\"}", "soon", NULL);
  check_value ("{\"type\":\"integer\"}", " 7 ", "7");
  check_value ("{\"type\":\"integer\"}", "7.5", NULL);
  check_value ("{\"type\":\"integer\"}", "1e300", NULL);
  check_value ("{\"type\":\"integer\",\"minimum\":1,\"maximum\":5}", "6", NULL);
  check_value ("{\"type\":\"integer\",\"minimum\":5,\"maximum\":1}", "6", "6");
  check_value ("{\"type\":\"number\"}", "0.5", "0.5");
  check_value ("{\"type\":\"number\"}", "nan", NULL);
  check_value ("{\"type\":\"number\"}", "inf", NULL);
  check_value ("{\"type\":\"number\"}", "1x", NULL);
}

static void
test_templates (void)
{
  g_autoptr (EnclaveMcpForm) form = enclave_mcp_form_parse_template ("a://{b}/{c_1}", NULL);
  EnclaveMcpResource resource = { .uri = (char *) "a://{b}/{c_1}?{", .is_template = TRUE };
  g_autoptr (JsonObject) values = enclave_json_parse_object ("{\"b\":\"x/y z\",\"c_1\":\"\xc3\xa4\"}", -1, NULL);
  g_autofree char *uri = enclave_mcp_resource_expand (&resource, values);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (form->fields->len, ==, 2);
  g_assert_cmpstr (get (form, 1)->name, ==, "c_1");
  g_assert_cmpstr (uri, ==, "a://x%2Fy%20z/%C3%A4?{");
  g_assert_null (enclave_mcp_form_parse_template ("a://{?list*}", &error));
  g_assert_error (error, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_PROTOCOL);
}

static void
test_prompts (void)
{
  g_autoptr (JsonObject) one = enclave_json_parse_object ("{\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":\"a\"}}]}", -1, NULL);
  g_autoptr (JsonObject) more = enclave_json_parse_object (
    "{\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":\"a\\u202e\"}},5,{\"role\":\"assistant\",\"content\":"
    "[{\"type\":\"text\",\"text\":\"b\"},{\"type\":\"image\",\"data\":\"AAAA\",\"mimeType\":\"image/png\"}]}]}",
    -1, NULL);
  g_autoptr (JsonObject) contents = enclave_json_parse_object (
    "{\"contents\":[{\"uri\":\"a://b\",\"text\":\"x\\u001b[1m\"},{\"uri\":\"a://c\",\"blob\":\"AAAA\",\"mimeType\":\"image/png\"},7]}", -1, NULL);
  g_autoptr (EnclaveMcpResult) first = enclave_mcp_result_parse_prompt (one);
  g_autoptr (EnclaveMcpResult) second = enclave_mcp_result_parse_prompt (more);
  g_autoptr (EnclaveMcpResult) third = enclave_mcp_result_parse_resource (contents);
  g_autofree char *single = enclave_mcp_result_dup_text (first, 1000, NULL);
  g_autofree char *several = enclave_mcp_result_dup_text (second, 1000, NULL);
  g_autofree char *resource = enclave_mcp_result_dup_text (third, 1000, NULL);

  g_assert_cmpstr (single, ==, "a");
  g_assert_cmpstr (several, ==, "[user]\na\n[assistant]\nb\n[image, image/png, 3 bytes, not shown]");
  g_assert_cmpstr (resource, ==, "x\n[resource a://c, image/png, 3 bytes, not shown]\n[resource]");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mcp/form/kinds", test_kinds);
  g_test_add_func ("/mcp/form/refused", test_refused);
  g_test_add_func ("/mcp/form/words", test_words);
  g_test_add_func ("/mcp/form/values", test_values);
  g_test_add_func ("/mcp/form/templates", test_templates);
  g_test_add_func ("/mcp/form/prompts", test_prompts);
  return g_test_run ();
}
