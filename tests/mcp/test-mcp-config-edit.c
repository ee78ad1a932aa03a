/* test-mcp-config-edit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-mcp-config-edit.h"

#define FILE_TEXT \
  "// mine\n{\n  \"theme\": \"x\", /* other */\n  \"mcpServers\": {\n    // first\n    \"a\": { \"command\": \"a\" },\n" \
  "    \"b\": {\n      \"command\": \"b\", // why\n    }, // last\n  },\n}\n"

static void
assert_same (char *found, const char *expected, GError *error)
{
  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, expected);
  g_free (found);
}

static void
test_add (void)
{
  g_autoptr (JsonObject) entry = json_object_new ();
  g_autoptr (GError) error = NULL;

  json_object_set_string_member (entry, "command", "c");
  assert_same (enclave_mcp_config_edit_set (NULL, "c", entry, &error),
               "{\n  \"mcpServers\": {\n    \"c\": {\n      \"command\" : \"c\"\n    }\n  }\n}\n", error);
  assert_same (enclave_mcp_config_edit_set ("{}", "c\"d", entry, &error),
               "{\n  \"mcpServers\": {\n    \"c\\\"d\": {\n      \"command\" : \"c\"\n    }\n  }\n}", error);
  assert_same (enclave_mcp_config_edit_set (FILE_TEXT, "c", entry, &error),
               "// mine\n{\n  \"theme\": \"x\", /* other */\n  \"mcpServers\": {\n    // first\n    \"a\": { \"command\": \"a\" },\n"
               "    \"b\": {\n      \"command\": \"b\", // why\n    },\n    \"c\": {\n      \"command\" : \"c\"\n    }, // last\n  },\n}\n",
               error);
  assert_same (enclave_mcp_config_edit_set (FILE_TEXT, "a", entry, &error),
               "// mine\n{\n  \"theme\": \"x\", /* other */\n  \"mcpServers\": {\n    // first\n    \"a\": {\n      \"command\" : \"c\"\n    },\n"
               "    \"b\": {\n      \"command\": \"b\", // why\n    }, // last\n  },\n}\n",
               error);
}

static void
test_remove (void)
{
  g_autoptr (GError) error = NULL;

  assert_same (enclave_mcp_config_edit_remove (FILE_TEXT, "a", &error),
               "// mine\n{\n  \"theme\": \"x\", /* other */\n  \"mcpServers\": {\n    // first\n    \"b\": {\n      \"command\": \"b\", // why\n"
               "    }, // last\n  },\n}\n",
               error);
  assert_same (enclave_mcp_config_edit_remove (FILE_TEXT, "b", &error),
               "// mine\n{\n  \"theme\": \"x\", /* other */\n  \"mcpServers\": {\n    // first\n    \"a\": { \"command\": \"a\" }, // last\n  },\n}\n",
               error);
  assert_same (enclave_mcp_config_edit_remove (FILE_TEXT, "none", &error), FILE_TEXT, error);
  assert_same (enclave_mcp_config_edit_remove ("{\"servers\":{\"a\":{},}}", "a", &error), "{\"servers\":{}}", error);
  assert_same (enclave_mcp_config_edit_remove ("{}", "a", &error), "{}", error);
}

static void
test_switch (void)
{
  g_autoptr (GError) error = NULL;

  assert_same (enclave_mcp_config_edit_set_disabled ("{\"mcpServers\":{\"a\":{\"command\":\"x\",\"enabled\":false}}}", "a", FALSE, &error),
               "{\"mcpServers\":{\"a\":{\"command\":\"x\",\n      \"disabled\": false}}}", error);
  assert_same (enclave_mcp_config_edit_set_disabled ("{\"mcpServers\":{\"a\":{\"disabled\":false, \"command\":\"x\"}}}", "a", TRUE, &error),
               "{\"mcpServers\":{\"a\":{\"disabled\":true, \"command\":\"x\"}}}", error);
  g_assert_null (enclave_mcp_config_edit_set_disabled (FILE_TEXT, "none", TRUE, &error));
  g_assert_error (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_MEMBER);
}

static char *
update (const char *text, const char *members, GError **error)
{
  g_autoptr (JsonObject) object = enclave_json_parse_object (members, -1, NULL);

  return enclave_mcp_config_edit_update (text, "a", object, error);
}

/* What is not changed stays as it was written. */
static void
test_update (void)
{
  static const char before[] = "{\"mcpServers\":{\"a\":{\n  // mine\n  \"command\": \"x\", \"args\": [\"1\", /* two */ \"2\"],\n"
                               "  \"note\": 7, \"enclave\": {\"era\": \"legacy\"} }}}";
  g_autoptr (GError) error = NULL;

  assert_same (update (before, "{\"command\":\"x\",\"args\":[\"1\",\"2\"],\"env\":null,\"enclave\":{}}", &error), before, error);
  assert_same (update (before, "{\"command\":\"y\",\"args\":null,\"enclave\":{\"workspace\":\"none\"}}", &error),
               "{\"mcpServers\":{\"a\":{\n  // mine\n  \"command\": \"y\",\n"
               "  \"note\": 7, \"enclave\": {\"era\": \"legacy\",\n        \"workspace\": \"none\"} }}}",
               error);
  assert_same (update ("{\"mcpServers\":{\"a\":{}}}", "{\"enclave\":{\"workspace\":\"none\"}}", &error),
               "{\"mcpServers\":{\"a\":{\n      \"enclave\": {\n        \"workspace\" : \"none\"\n      }\n    }}}", error);
  assert_same (update ("{\"mcpServers\":{\"a\":{\"env\":{\"A\":\"1\", /* why */ \"B\":null, \"C\": 3}}}}",
                       "{\"env\":{\"A\":null,\"C\":\"4\"}}", &error),
               "{\"mcpServers\":{\"a\":{\"env\":{\"B\":null, \"C\": \"4\"}}}}", error);
  g_assert_null (update ("{\"mcpServers\":{\"b\":{}}}", "{\"command\":\"y\"}", &error));
  g_assert_error (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_MEMBER);
}

static void
test_find (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) entry = enclave_mcp_config_edit_find (FILE_TEXT, "b", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (enclave_json_peek_string (entry, "command"), ==, "b");
  g_assert_null (enclave_mcp_config_edit_find (FILE_TEXT, "c", &error));
  g_assert_error (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_MEMBER);
}

static void
test_rename (void)
{
  g_autoptr (GError) error = NULL;

  assert_same (enclave_mcp_config_edit_rename (FILE_TEXT, "b", "new \"name", &error),
               "// mine\n{\n  \"theme\": \"x\", /* other */\n  \"mcpServers\": {\n    // first\n    \"a\": { \"command\": \"a\" },\n"
               "    \"new \\\"name\": {\n      \"command\": \"b\", // why\n    }, // last\n  },\n}\n",
               error);
  g_assert_null (enclave_mcp_config_edit_rename (FILE_TEXT, "b", "a", &error));
  g_assert_error (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_MEMBER);
  g_clear_error (&error);
  g_assert_null (enclave_mcp_config_edit_rename (FILE_TEXT, "c", "d", &error));
  g_assert_error (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_MEMBER);
}

static void
test_other_shapes (void)
{
  static const char *const texts[] = { "[]", "{", "7", "{\"mcpServers\":{\"a\":7}}" };
  g_autoptr (JsonObject) entry = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (i < 3 ? enclave_mcp_config_edit_set (texts[i], "a", entry, &error)
                           : enclave_mcp_config_edit_set_disabled (texts[i], "a", TRUE, &error));
      g_assert_nonnull (error);
      g_clear_error (&error);
      g_assert_null (update (texts[i], "{}", &error));
      g_assert_nonnull (error);
    }
}

/* Whatever is changed, the rest means the same as before. */
static void
test_all_hosts (void)
{
  static const char *const files[] = { "own", "vs-code", "zed", "cursor", "cline", "claude-code", "broken-entries" };
  g_autoptr (JsonObject) entry = json_object_new ();

  json_object_set_string_member (entry, "command", "new");
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *name = g_strconcat (files[i], ".json", NULL);
      g_autofree char *path = g_test_build_filename (G_TEST_DIST, "hosts", name, NULL);
      g_autofree char *text = NULL;
      g_autofree char *added = NULL;
      g_autofree char *removed = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonObject) before = NULL;
      g_autoptr (JsonObject) after = NULL;
      g_autofree char *before_text = NULL;
      g_autofree char *after_text = NULL;

      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      added = enclave_mcp_config_edit_set (text, "an entry of mine", entry, &error);
      g_assert_no_error (error);
      g_assert_nonnull (strstr (added, "an entry of mine"));
      removed = enclave_mcp_config_edit_remove (added, "an entry of mine", &error);
      g_assert_no_error (error);
      before = enclave_json_parse_commented_object (text, -1, NULL);
      after = enclave_json_parse_commented_object (removed, -1, NULL);
      before_text = enclave_json_object_to_text (before);
      after_text = enclave_json_object_to_text (after);
      g_assert_cmpstr (before_text, ==, after_text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mcp/config-edit/add", test_add);
  g_test_add_func ("/mcp/config-edit/remove", test_remove);
  g_test_add_func ("/mcp/config-edit/switch", test_switch);
  g_test_add_func ("/mcp/config-edit/update", test_update);
  g_test_add_func ("/mcp/config-edit/find", test_find);
  g_test_add_func ("/mcp/config-edit/rename", test_rename);
  g_test_add_func ("/mcp/config-edit/other-shapes", test_other_shapes);
  g_test_add_func ("/mcp/config-edit/all-hosts", test_all_hosts);

  return g_test_run ();
}
