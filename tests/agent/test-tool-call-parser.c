/* test-tool-call-parser.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-tool-call-parser.h"

#define READ "{\"name\":\"read_file\",\"arguments\":{\"path\":\"a.c\"}}"
#define LIST "{\"name\":\"list_directory\",\"arguments\":{}}"

static const char *
resolve (const char *name, gpointer user_data)
{
  static const char *const names[] = { "read_file", "list_directory", "write_file", NULL };

  for (guint i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], name) == 0)
      return names[i];

  return NULL;
}

/* "name arguments;…" of the calls in @text, fed in pieces of @slice bytes. */
static char *
parse (const char *text, gsize slice, char **visible)
{
  g_autoptr (EnclaveToolCallParser) parser = enclave_tool_call_parser_new (resolve, NULL);
  g_autoptr (GString) shown = g_string_new (NULL);
  g_autoptr (GString) calls = g_string_new (NULL);
  g_autofree char *rest = NULL;
  GPtrArray *found;

  while (*text != '\0')
    {
      const char *end = text;
      g_autofree char *piece = NULL;
      g_autofree char *out = NULL;

      while (*end != '\0' && (gsize) (end - text) < slice)
        end = g_utf8_next_char (end);
      piece = g_strndup (text, (gsize) (end - text));
      out = enclave_tool_call_parser_feed (parser, piece);
      g_assert_true (g_utf8_validate (out, -1, NULL));
      g_string_append (shown, out);
      text = end;
    }
  rest = enclave_tool_call_parser_finish (parser);
  g_string_append (shown, rest);
  found = enclave_tool_call_parser_get_calls (parser);
  for (guint i = 0; i < found->len; i++)
    {
      const EnclaveParsedCall *call = g_ptr_array_index (found, i);

      g_string_append_printf (calls, "%s %s;", call->name, call->arguments != NULL ? call->arguments : "unreadable");
    }
  if (visible != NULL)
    *visible = g_string_free (g_steal_pointer (&shown), FALSE);

  return g_string_free (g_steal_pointer (&calls), FALSE);
}

static const gsize slices[] = { 1, 2, 3, 7, 64, 100000 };

static void
test_shapes (void)
{
  static const struct
  {
    const char *text;
    const char *calls;
    const char *visible;
  } cases[] = {
    { "<tool_call>\n" READ "\n</tool_call>", "read_file {\"path\":\"a.c\"};", "" },
    { "I look.\n<tool_call>" READ "</tool_call>\n", "read_file {\"path\":\"a.c\"};", "I look.\n\n" },
    { "<tool_call>\n<function=read_file>\n<parameter=path>\na.c\n</parameter>\n</function>\n</tool_call>",
      "read_file {\"path\":\"a.c\"};", "" },
    { "```json\n" READ "\n```", "read_file {\"path\":\"a.c\"};", "" },
    { "```\n" READ "\n```\n", "read_file {\"path\":\"a.c\"};", "" },
    { "```tool_call\n" READ "\n" LIST "\n```", "read_file {\"path\":\"a.c\"};list_directory {};", "" },
    { READ, "read_file {\"path\":\"a.c\"};", "" },
    { " " READ "\n" LIST "\n", "read_file {\"path\":\"a.c\"};list_directory {};", "" },
    { "[" READ "," LIST "]", "read_file {\"path\":\"a.c\"};list_directory {};", "" },
    { "{\"type\":\"function\",\"function\":{\"name\":\"read_file\",\"arguments\":\"{\\\"path\\\":\\\"a.c\\\"}\"}}",
      "read_file {\"path\":\"a.c\"};", "" },
    { "{\"name\":\"read_file\",\"parameters\":{\"path\":\"a.c\"}}", "read_file {\"path\":\"a.c\"};", "" },
    { "{\"tool\":\"read_file\",\"args\":{\"path\":\"a.c\"}}", "read_file {\"path\":\"a.c\"};", "" },
    { "<tools>\n" READ "\n</tools>", "read_file {\"path\":\"a.c\"};", "" },
    { "I look.\n<function=read_file>\n<parameter=path>\na.c\n</parameter>\n</function>\n</tool_call>",
      "read_file {\"path\":\"a.c\"};", "I look.\n\n" },
    { "<function=list_directory>\n</function>\n</tool_call>\n", "list_directory {};", "\n" },
    { "<function=list_directory></function>", "list_directory {};", "" },
    /* small models forget the end */
    { "<tool_call>\n" READ, "read_file {\"path\":\"a.c\"};", "" },
    { "```json\n" READ, "read_file {\"path\":\"a.c\"};", "" },
    { "Sure:\n\n```json\n" READ "\n```\n\n", "read_file {\"path\":\"a.c\"};", "Sure:\n\n" },
    /* whoever runs calls tells the model what was wrong */
    { "<tool_call>\n{\"name\":\"rm\",\"arguments\":{}}\n</tool_call>", "rm {};", "" },
    { "<function=rm>\n</function>\n</tool_call>\n", "rm {};", "\n" },
    { "<tool_call>\n{\"name\":\"read_file\",\"arguments\":}\n</tool_call>", "read_file unreadable;", "" },
    { "{\"name\":\"read_file\",\"arguments\":}", "read_file unreadable;", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint j = 0; j < G_N_ELEMENTS (slices); j++)
      {
        g_autofree char *visible = NULL;
        g_autofree char *calls = parse (cases[i].text, slices[j], &visible);

        g_test_message ("%u/%" G_GSIZE_FORMAT, i, slices[j]);
        g_assert_cmpstr (calls, ==, cases[i].calls);
        g_assert_cmpstr (visible, ==, cases[i].visible);
      }
}

/* Prose, examples, code, other JSON: never a call, and all of it is shown. */
static void
test_no_calls (void)
{
  static const char *const texts[] = {
    "Call read_file with {\"path\":\"a.c\"} to see it.",
    "Use `" READ "` like this.",
    "An example:\n```json\n" READ "\n```\nThen wait for the result.",
    "First\n```json\n" READ "\n```\nsecond\n```json\n" LIST "\n```\nthird.",
    "```json\n{\"name\":\"enclave\",\"version\":\"1\"}\n```",
    "```json\n{\"name\":\"no_such_tool\",\"arguments\":{}}\n```",
    "```c\n" READ "\n```",
    "```python\nprint(" READ ")\n```",
    "````markdown\n```json\n" READ "\n```\n````",
    "The tag <tool_call>" READ "</tool_call> stands in a line.",
    "<tool_call>\nnot json\n</tool_call>\nmore",
    "<function=\n",
    "<tools>\n</tools>\n",
    "</tool_call>\n",
    "Use <function=read_file> for it.",
    "{\"name\":\"x\",\"dependencies\":{}}",
    "{\"answer\": 42}",
    READ " is how to read.",
    "[1, 2, 3]",
    "{\"name\":\"read_file\"",
    "```json\n{\"name\":\"read_file\",\"arg",
    "```html\n<tool_call>\n" READ "\n</tool_call>\n```",
    "> <tool_call>" READ "</tool_call>",
    "a\n\n```\n\nb\n```\n",
    "~~~\n" "int x;\n" "~~~\n",
    "``` a ` b\n",
    "caf\xc3\xa9 \xf0\x9f\x94\x91 {\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    for (guint j = 0; j < G_N_ELEMENTS (slices); j++)
      {
        g_autofree char *visible = NULL;
        g_autofree char *calls = parse (texts[i], slices[j], &visible);

        g_test_message ("%u/%" G_GSIZE_FORMAT, i, slices[j]);
        g_assert_cmpstr (calls, ==, "");
        g_assert_cmpstr (visible, ==, texts[i]);
      }
}

/* In a thought, what ends it counts; and what a model makes up of a result is neither shown nor its own. */
static void
test_thought_and_made_up (void)
{
  static const char made_up[] = "<tool_call>\n" READ "\n</tool_call>\nResult of read_file:\nint x;\n<tool_call>\n" LIST "\n</tool_call>";
  static const struct
  {
    const char *text;
    guint n_calls;
  } thoughts[] = {
    { "I read it.\n<tool_call>\n" READ "\n</tool_call>", 1 },
    { "I read it.\n<tool_call>\n" READ "\n</tool_call>\nOr not.", 0 },
    { "<tool_call>\n" READ "\n</tool_call>\nOr\n<tool_call>\n" LIST "\n</tool_call>\n", 1 },
  };
  g_autoptr (EnclaveToolCallParser) parser = enclave_tool_call_parser_new (resolve, NULL);
  g_autofree char *first = enclave_tool_call_parser_feed (parser, made_up);
  g_autofree char *rest = enclave_tool_call_parser_finish (parser);

  g_assert_cmpstr (first, ==, "\n");
  g_assert_cmpstr (rest, ==, "");
  g_assert_cmpuint (enclave_tool_call_parser_get_calls (parser)->len, ==, 1);
  g_assert_cmpuint (enclave_tool_call_parser_get_own_length (parser), ==, strstr (made_up, "Result of") - made_up);

  for (guint i = 0; i < G_N_ELEMENTS (thoughts); i++)
    {
      g_autoptr (EnclaveToolCallParser) thought = enclave_tool_call_parser_new (resolve, NULL);
      g_autofree char *text = NULL;
      g_autofree char *end = NULL;

      enclave_tool_call_parser_set_thought (thought);
      text = enclave_tool_call_parser_feed (thought, thoughts[i].text);
      end = enclave_tool_call_parser_finish (thought);
      g_assert_cmpuint (enclave_tool_call_parser_get_calls (thought)->len, ==, thoughts[i].n_calls);
    }
}

/* Time grows with the length, whatever the bytes are. */
static void
test_floods (void)
{
  static const char *const units[] = { " ",      "\t",  "\n",           "`",          "~",       "```\n",
                                       "```",    "[",   "{",            "{\"name\":", "<tool_call>", "<",
                                       ">",      "```json\n[[[[",       "```json\n ", "```json\n<function=a", "\xc3\xa9",
                                       "<tool_call>>", "```json\n\"",
                                       "<tool_call>x</tool_call>\n", "<tool_call>{\"", "a <tool_call>", "[TOOL_CALLS]", "{\"name\":\"read_file\",\"arguments\":{\"path\":\"a\"",
                                       "<|", "[read_file(", "read_file(", "<function=read_file><parameter=path>", "</parameter>", "Action: ", "\\" };
  const gsize n_bytes = 400 * 1000;

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    for (guint first_only = 0; first_only < 2; first_only++)
      {
        g_autoptr (GString) flood = g_string_new (units[i]);
        g_autofree char *visible = NULL;
        g_autofree char *calls = NULL;
        gint64 start;

        while (flood->len < n_bytes)
          g_string_append (flood, first_only ? (strchr (units[i], '>') != NULL ? ">" : " ") : units[i]);
        start = g_get_monotonic_time ();
        calls = parse (flood->str, 100, &visible);
        g_test_message ("%s: %d ms", units[i], (int) ((g_get_monotonic_time () - start) / 1000));
        g_assert_cmpint (g_get_monotonic_time () - start, <, 2 * G_USEC_PER_SEC);
        g_assert_cmpstr (calls, ==, "");
        g_assert_cmpuint (strlen (visible), ==, flood->len);
      }
}

static void
test_large_call (void)
{
  g_autoptr (GString) text = g_string_new ("<tool_call>{\"name\":\"write_file\",\"arguments\":{\"content\":\"");
  g_autofree char *calls = NULL;
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < 50000; i++)
    g_string_append (text, "<p>x</p>\\n> ");
  g_string_append (text, "\"}}</tool_call>");
  calls = parse (text->str, 50, NULL);
  g_assert_true (g_str_has_prefix (calls, "write_file {\"content\":\"<p>x</p>"));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 2 * G_USEC_PER_SEC);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tool-call-parser/shapes", test_shapes);
  g_test_add_func ("/tool-call-parser/no-calls", test_no_calls);
  g_test_add_func ("/tool-call-parser/thought-and-made-up", test_thought_and_made_up);
  g_test_add_func ("/tool-call-parser/floods", test_floods);
  g_test_add_func ("/tool-call-parser/large-call", test_large_call);

  return g_test_run ();
}
