/* test-json.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <math.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"

static void
assert_fails (const char *text, gssize length, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = enclave_json_parse (text, length, &error);

  if (node != NULL)
    g_error ("parsed: %s", text);
  g_assert_error (error, ENCLAVE_JSON_ERROR, code);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
test_strict (void)
{
  static const char *const broken[] = {
    "", " ", "{", "}", "[", "]", "[1", "[1,", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "'a'",
    "{\"a\":1}}", "[1]]", "1 2", "{} {}", "[1}", "{\"a\":1]", "// c\n1", "/* c */1", "[1 /* c */]", "var a = 1", "a = 1;",
    "tru", "True", "nul", "NaN", "Infinity", "-Infinity", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x10", "--1", "1-",
    "\"a", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u0000\"", "\"a\nb\"", "\"a\tb\"", "\"\\", "\"\\\"", "\xff", "\"\xc3\"",
    "\"\xed\xa0\x80\"", "[\"a\" \"b\"]", "{\"a\" 1}", "{1:1}", "\xef\xbb\xbf", "[true false]", "nullnull", "{\"a\":1 \"b\":2}",
    "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800x\"", "\"\\ud800\\n\"", "\"\\ud800\\u0041\"", "\"\\ud800\\ud800\"",
  };

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    assert_fails (broken[i], -1, ENCLAVE_JSON_ERROR_SYNTAX);
  assert_fails ("1\0002", 3, ENCLAVE_JSON_ERROR_SYNTAX);
  assert_fails ("\"a\0b\"", 5, ENCLAVE_JSON_ERROR_SYNTAX);
  assert_fails (NULL, 0, ENCLAVE_JSON_ERROR_SYNTAX);
}

static void
test_accepts (void)
{
  static const char *const right[] = { "1", "-0", "0.5", "1e9", "1E-2", "true", "null", "\"\"", "[]", "{}", " [ ] ", "\t{\r\n}\n",
                                       "\xef\xbb\xbf{}", "[[],{},\"\\/\\b\\f\\n\\r\\t\\\"\\\\\"]", "{\"\":1}", "\"\x7f\"",
                                       "\"\\uD83D\\uDE00\"" };

  for (guint i = 0; i < G_N_ELEMENTS (right); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = enclave_json_parse (right[i], -1, &error);

      if (node == NULL)
        g_error ("%s: %s", right[i], error->message);
    }
  {
    g_autoptr (JsonObject) object = enclave_json_parse_object ("{\"a\":\"\\uD83D\\uDE00\\u00e9\"}", -1, NULL);

    g_assert_cmpstr (enclave_json_peek_string (object, "a"), ==, "😀é");
  }
}

static char *
nested (const char *open, const char *close, guint depth)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, open);
  g_string_append (text, "1");
  for (guint i = 0; i < depth; i++)
    g_string_append (text, close);
  return g_string_free (text, FALSE);
}

static void
test_bombs (void)
{
  g_autofree char *deepest = nested ("[", "]", ENCLAVE_JSON_MAX_DEPTH);
  g_autofree char *too_deep = nested ("[", "]", ENCLAVE_JSON_MAX_DEPTH + 1);
  g_autofree char *objects = nested ("{\"a\":", "}", ENCLAVE_JSON_MAX_DEPTH + 1);
  g_autofree char *bomb = g_strnfill (1000000, '[');
  g_autofree char *large = g_strnfill (ENCLAVE_JSON_MAX_BYTES + 1, ' ');
  g_autofree char *empty = g_strnfill (2 * (ENCLAVE_JSON_MAX_DEPTH + 1), '[');
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = enclave_json_parse (deepest, -1, &error);

  g_assert_no_error (error);
  g_assert_nonnull (node);
  memset (empty + ENCLAVE_JSON_MAX_DEPTH + 1, ']', ENCLAVE_JSON_MAX_DEPTH + 1);
  assert_fails (too_deep, -1, ENCLAVE_JSON_ERROR_TOO_DEEP);
  assert_fails (objects, -1, ENCLAVE_JSON_ERROR_TOO_DEEP);
  assert_fails (bomb, -1, ENCLAVE_JSON_ERROR_TOO_DEEP);
  assert_fails (empty, -1, ENCLAVE_JSON_ERROR_TOO_DEEP);
  assert_fails (large, -1, ENCLAVE_JSON_ERROR_TOO_LARGE);
}

static void
test_members (void)
{
  g_autoptr (JsonObject) object
    = enclave_json_parse_object ("{\"s\":\"t\",\"i\":7,\"w\":10.0,\"h\":0.5,\"n\":null,\"b\":true,\"o\":{\"x\":1},\"l\":[{},\"e\",1],"
                                 "\"big\":1e300,\"inf\":1e999,\"d\":1,\"d\":2}", -1, NULL);
  JsonArray *list = enclave_json_peek_array (object, "l");
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) none = enclave_json_parse_object ("[1]", -1, &error);

  g_assert_null (none);
  g_assert_error (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_SYNTAX);
  g_clear_error (&error);
  g_assert_cmpstr (enclave_json_peek_string (object, "s"), ==, "t");
  g_assert_null (enclave_json_peek_string (object, "i"));
  g_assert_null (enclave_json_peek_string (object, "n"));
  g_assert_null (enclave_json_peek_string (object, "absent"));
  g_assert_null (enclave_json_peek_string (NULL, "s"));
  g_assert_null (enclave_json_peek_object (object, "l"));
  g_assert_nonnull (enclave_json_peek_object (object, "o"));
  g_assert_null (enclave_json_peek_array (object, "o"));
  g_assert_cmpint (enclave_json_get_int (object, "i", -1), ==, 7);
  g_assert_cmpint (enclave_json_get_int (object, "w", -1), ==, 10);
  g_assert_cmpint (enclave_json_get_int (object, "h", -1), ==, -1);
  g_assert_cmpint (enclave_json_get_int (object, "big", -1), ==, -1);
  g_assert_cmpint (enclave_json_get_int (object, "inf", -1), ==, -1);
  g_assert_cmpint (enclave_json_get_int (object, "s", -1), ==, -1);
  g_assert_cmpint (enclave_json_get_int (object, "b", -1), ==, -1);
  g_assert_cmpfloat (enclave_json_get_double (object, "h", 0), ==, 0.5);
  g_assert_cmpfloat (enclave_json_get_double (object, "i", 0), ==, 7);
  g_assert_cmpfloat (enclave_json_get_double (object, "inf", 3), ==, 3);
  g_assert_true (enclave_json_get_boolean (object, "b", FALSE));
  g_assert_false (enclave_json_get_boolean (object, "i", FALSE));
  /* Of two members with one name the later one counts, for every reader alike. */
  g_assert_cmpint (enclave_json_get_int (object, "d", -1), ==, 2);
  g_assert_nonnull (enclave_json_array_peek_object (list, 0));
  g_assert_null (enclave_json_array_peek_object (list, 1));
  g_assert_cmpstr (enclave_json_array_peek_string (list, 1), ==, "e");
  g_assert_null (enclave_json_array_peek_string (list, 2));
  g_assert_null (enclave_json_array_peek_string (list, 3));
  g_assert_null (enclave_json_array_peek_string (NULL, 0));
  g_assert_null (enclave_json_require_string (object, "absent", &error));
  g_assert_error (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_MEMBER);
  g_assert_nonnull (strstr (error->message, "absent"));
}

static void
test_large_numbers (void)
{
  g_autoptr (JsonObject) object = enclave_json_parse_object (
    "{\"max\":9223372036854775807,\"min\":-9223372036854775808,\"over\":99999999999999999999}", -1, NULL);

  g_assert_cmpint (enclave_json_get_int (object, "max", -1), ==, G_MAXINT64);
  g_assert_cmpint (enclave_json_get_int (object, "over", -1), !=, 0);
}

/* Every cut of a right text is refused, and no byte change gets past the scan into a crash. */
static void
test_cut_and_changed (void)
{
  static const char text[] = "{\"a\":[1,-2.5e3,\"x\\u00e9\\n\",{\"b\":null}],\"c\":{\"d\":[true,false]}}";

  for (gsize i = 0; i < sizeof text - 1; i++)
    assert_fails (text, (gssize) i, ENCLAVE_JSON_ERROR_SYNTAX);
  for (gsize i = 0; i < sizeof text - 1; i++)
    for (guint byte = 0; byte < 256; byte++)
      {
        g_autofree char *changed = g_memdup2 (text, sizeof text);
        g_autoptr (JsonNode) node = NULL;

        changed[i] = (char) byte;
        node = enclave_json_parse (changed, sizeof text - 1, NULL);
      }
}

static void
test_text (void)
{
  g_autoptr (JsonObject) object = enclave_json_parse_object ("{\"a\": [1, \"é\\n\"]}", -1, NULL);
  g_autofree char *text = enclave_json_object_to_text (object);

  g_assert_cmpstr (text, ==, "{\"a\":[1,\"é\\n\"]}");
}

/* What other programs read as JSON with comments. */
static void
test_comments (void)
{
  static const struct
  {
    const char *text;
    const char *plain;
  } cases[] = {
    { "{\"a\":1,}", "{\"a\":1 }" },
    { "[1, // one\n 2 /* two */ , /**/ ]", "[1,       \n 2                  ]" },
    { "{\"a//b\":\"/* c */\",}", "{\"a//b\":\"/* c */\" }" },
    { "\"\\\"//\\\\\"//x", "\"\\\"//\\\\\"   " },
    { "[,]", "[,]" },
    { "[1,,]", "[1,,]" },
    { "{\"a\":,}", "{\"a\":,}" },
    { "[\"\\u0000\\ud800\\ud83d\\ude00\"]", "[\"\\ufffd\\ufffd\\ud83d\\ude00\"]" },
    { "[\"\\\\u0000\",]", "[\"\\\\u0000\" ]" },
    { "\xef\xbb\xbf{}", "   {}" },
    { "/* no end", "/* no end" },
    { "1 /", "1 /" },
    { "\"no end\n,]", "\"no end\n ]" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length = strlen (cases[i].text);
      g_autofree char *plain = enclave_json_blank_comments (cases[i].text, length);

      g_assert_cmpstr (plain, ==, cases[i].plain);
      /* A byte that is cut off must not be looked at. */
      for (gsize n = 0; n < length; n++)
        {
          g_autofree char *piece = g_memdup2 (cases[i].text, MAX (n, 1));
          g_autofree char *cut = enclave_json_blank_comments (piece, n);

          g_assert_cmpuint (strlen (cut), ==, n);
        }
    }
}

static void
test_commented_object (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = enclave_json_parse_commented_object ("{ // a\n \"a\": [1, 2,], }", -1, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = enclave_json_object_to_text (object);
  g_assert_cmpstr (text, ==, "{\"a\":[1,2]}");
  g_assert_null (enclave_json_parse_commented_object ("{\n \"ö\": nul }", -1, &error));
  g_assert_error (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_SYNTAX);
  g_assert_cmpstr (error->message, ==, "Reading JSON: unknown word in line 2, column 7");
  g_clear_error (&error);
  g_assert_null (enclave_json_parse_commented_object ("[1,]", -1, &error));
  g_assert_error (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_SYNTAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/strict", test_strict);
  g_test_add_func ("/json/accepts", test_accepts);
  g_test_add_func ("/json/bombs", test_bombs);
  g_test_add_func ("/json/members", test_members);
  g_test_add_func ("/json/large-numbers", test_large_numbers);
  g_test_add_func ("/json/cut-and-changed", test_cut_and_changed);
  g_test_add_func ("/json/text", test_text);
  g_test_add_func ("/json/comments", test_comments);
  g_test_add_func ("/json/commented-object", test_commented_object);

  return g_test_run ();
}
