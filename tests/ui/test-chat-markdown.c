/* test-chat-markdown.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <pango/pango.h>

#include "enclave-chat-exact-text.h"
#include "enclave-chat-completion.h"
#include "enclave-chat-markdown.h"
#include "enclave-chat-text.h"

/* What a reader would see; fails the test when the markup is not well-formed. Links are GtkLabel's own, Pango knows none. */
static char *
read_markup (const char *markup)
{
  g_autoptr (GRegex) links = g_regex_new ("<a href=\"[^\"<>]*\">([^<>]*)</a>", 0, 0, NULL);
  g_autofree char *without = g_regex_replace (links, markup, -1, 0, "\\1", 0, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  pango_parse_markup (without, -1, 0, NULL, &text, NULL, &error);
  g_assert_no_error (error);

  return text;
}

static void
assert_shown (const char *markdown, const char *expected)
{
  g_autofree char *markup = enclave_chat_markdown_to_markup (markdown);
  g_autofree char *text = read_markup (markup);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_blocks (void)
{
  assert_shown ("", "");
  assert_shown ("plain text\nof two lines", "plain text of two lines");
  assert_shown ("# Heading", "Heading");
  assert_shown ("- one\n- two\n  - inner\n", "• one\n• two\n    • inner");
  assert_shown ("3. three\n4. four", "3. three\n4. four");
  assert_shown ("- [ ] open\n- [x] done", "☐ open\n☑ done");
  assert_shown ("> said", "│ said");
  assert_shown ("a *b* **c** ~~d~~ `e`", "a b c d e");
  assert_shown ("| A | B |\n|---|---|\n| 1 | 2 |", "A  B\n1  2");
}

static void
test_links (void)
{
  static const char *const no_links[] = {
    "[x](javascript:alert)", "[x](file:///etc/passwd)", "[x](HTTPSX://a.example)", "[x](https://a.example/\u202egpj.exe)",
    "![cat](http://evil.example/cat.png)", "[x](<https://a.example/a b>)", "[x](mailto:a@b.example)", "`https://a.example/`",
  };
  g_autofree char *markup = enclave_chat_markdown_to_markup ("[safe](http://evil.example/?a=1&b=2)");
  g_autofree char *alone = enclave_chat_markdown_to_markup ("<https://example.org/a>");

  assert_shown ("see [the docs](https://example.org/a)", "see the docs (https://example.org/a)");
  assert_shown ("<https://example.org/a>", "https://example.org/a");
  assert_shown ("![cat](http://evil.example/cat.png)", "Picture: cat (http://evil.example/cat.png)");
  /* What can be pressed is the address, never the words before it. */
  g_assert_nonnull (strstr (markup, "safe (<a href=\"http://evil.example/?a=1&amp;b=2\">http://evil.example/?a=1&amp;b=2</a>)"));
  g_assert_nonnull (strstr (alone, "<a href=\"https://example.org/a\">https://example.org/a</a>"));
  for (guint i = 0; i < G_N_ELEMENTS (no_links); i++)
    {
      g_autofree char *text = enclave_chat_markdown_to_markup (no_links[i]);

      if (strstr (text, "<a") != NULL || strstr (text, "href") != NULL)
        g_error ("%s can be pressed: %s", no_links[i], text);
    }
}

static void
test_hostile_markup (void)
{
  static const char *const texts[] = {
    "<b>not bold</b>",
    "<a href=\"http://evil.example\">x</a>",
    "</span></span><span size=\"1000000\">",
    "a < b && c > d \"quoted\" 'single'",
    "&lt;b&gt; &nope; &#0; &#x110000; &",
    "`</span>` **</span>** [</span>](</span>)",
    "<!-- comment --> <?php ?> <![CDATA[ x ]]>",
    "| <b> | `|` |\n|---|---|\n| </span> | & |",
    "\\<b\\>",
    "[x](<a\"b'>)",
    "![a\n](b \"</span>\")",
    "***a** b*** __c_ `d\n\n- *x\n\n> 1. - > `",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *markup = enclave_chat_markdown_to_markup (texts[i]);
      g_autofree char *text = read_markup (markup);

      g_assert_true (g_utf8_validate (text, -1, NULL));
    }
  assert_shown ("<b>not bold</b>", "<b>not bold</b>");
}

static void
test_hidden_characters (void)
{
  assert_shown ("abc\u202Etxt.exe", "abc<U+202E>txt.exe");
  assert_shown ("\u2066a\u2069", "<U+2066>a<U+2069>");
  assert_shown ("bell\ain", "bell<U+0007>in");
  /* A family of emoji is joined by zero-width joiners, which move nothing. */
  assert_shown ("👨\u200D👩\u200D👧", "👨\u200D👩\u200D👧");
}

static void
test_deep_nesting (void)
{
  g_autoptr (GString) emphasis = g_string_new (NULL);
  g_autoptr (GString) quotes = g_string_new (NULL);
  gint64 begun = g_get_monotonic_time ();

  for (guint i = 0; i < 10000; i++)
    g_string_append (emphasis, i % 2 == 0 ? "*a" : "**b");
  for (guint i = 0; i < 10000; i++)
    g_string_append (emphasis, i % 2 == 0 ? "**" : "*");
  for (guint i = 0; i < 2000; i++)
    g_string_append (quotes, "> - ");
  g_string_append (quotes, "end");

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *markup = enclave_chat_markdown_to_markup (i == 0 ? emphasis->str : quotes->str);
      g_autofree char *text = read_markup (markup);

      g_assert_nonnull (text);
    }
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 10 * G_USEC_PER_SEC);
}

static void
test_long_line (void)
{
  gsize length = 1024 * 1024;
  g_autofree char *line = g_strnfill (length, 'a');
  g_autofree char *markup = enclave_chat_markdown_to_markup (line);

  g_assert_cmpuint (strlen (markup), ==, length);
  g_assert_true (enclave_chat_text_has_long_word (line));
  g_assert_false (enclave_chat_text_has_long_word ("many words of usual length\nand lines"));
}

static void
test_shorten (void)
{
  guint n_lines;
  gboolean cut;
  g_autofree char *first = enclave_chat_text_shorten ("a\nb\nc\n", 2, 0, 0, FALSE, &n_lines, &cut);
  g_autofree char *last = NULL;
  g_autofree char *wide = NULL;
  g_autofree char *all = NULL;

  g_assert_cmpstr (first, ==, "a\nb");
  g_assert_cmpuint (n_lines, ==, 3);
  g_assert_true (cut);
  last = enclave_chat_text_shorten ("a\nb\nc\n", 2, 0, 0, TRUE, NULL, &cut);
  g_assert_cmpstr (last, ==, "b\nc");
  g_assert_true (cut);
  wide = enclave_chat_text_shorten ("ääää", 0, 3, 0, FALSE, NULL, &cut);
  g_assert_cmpstr (wide, ==, "ä…");
  g_assert_true (cut);
  all = enclave_chat_text_shorten ("a\nb", 2, 0, 100, FALSE, NULL, &cut);
  g_assert_cmpstr (all, ==, "a\nb");
  g_assert_false (cut);
}

static void
test_small_words (void)
{
  static const struct
  {
    guint tokens;
    const char *words;
  } counts[] = { { 0, "0" }, { 950, "950" }, { 12100, "12.1k" }, { 32768, "32k" }, { 131072, "128k" } };
  g_autofree char *seconds = enclave_chat_text_duration (4 * G_USEC_PER_SEC);
  g_autofree char *minutes = enclave_chat_text_duration (65 * G_USEC_PER_SEC);

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autofree char *words = enclave_chat_text_token_count (counts[i].tokens);

      g_assert_cmpstr (words, ==, counts[i].words);
    }
  g_assert_cmpstr (seconds, ==, "4 s");
  g_assert_cmpstr (minutes, ==, "1 min 5 s");
}

static void
test_completion_word (void)
{
  static const struct
  {
    const char *text;
    char sign;
    const char *word;
    gsize start;
  } cases[] = {
    { "Look at @ng", '@', "ng", 8 }, { "@", '@', "", 0 },         { "/pl", '/', "pl", 0 },  { "see /etc", 0, NULL, 0 },
    { "me@example", 0, NULL, 0 },    { "@a.c and ", 0, NULL, 0 }, { "", 0, NULL, 0 },       { "x\n@y", '@', "y", 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *word = NULL;
      gsize start;
      char sign = enclave_chat_completion_find_word (cases[i].text, strlen (cases[i].text), &word, &start);

      g_assert_cmpint (sign, ==, cases[i].sign);
      g_assert_cmpstr (word, ==, cases[i].word);
      g_assert_cmpuint (start, ==, cases[i].start);
    }
}

static void
test_subject (void)
{
  guint n_hidden;
  g_autofree char *command = enclave_chat_exact_text_format ("cat report<U+202E>txt && echo '</span>' <b>",
                                                             ENCLAVE_CHAT_EXACT_COMMAND, &n_hidden);
  g_autofree char *command_text = read_markup (command);
  g_autofree char *raw = NULL;
  g_autofree char *raw_text = NULL;
  g_autofree char *lines = NULL;
  g_autofree char *lines_text = NULL;
  g_autofree char *change = NULL;
  g_autofree char *change_text = NULL;

  /* What only looks like a mark is text. */
  g_assert_cmpuint (n_hidden, ==, 0);
  g_assert_cmpstr (command_text, ==, "cat report<U+202E>txt && echo '</span>' <b>");

  raw = enclave_chat_exact_text_format ("a\u202Eb\u200Bc", ENCLAVE_CHAT_EXACT_COMMAND, &n_hidden);
  raw_text = read_markup (raw);
  g_assert_cmpuint (n_hidden, ==, 2);
  g_assert_cmpstr (raw_text, ==, "a<U+202E>b<U+200B>c");

  lines = enclave_chat_exact_text_format ("make \\\n  test\n\nrm \u0440ath.c", ENCLAVE_CHAT_EXACT_COMMAND, &n_hidden);
  lines_text = read_markup (lines);
  g_assert_cmpuint (n_hidden, ==, 1);
  g_assert_cmpstr (lines_text, ==, "1  make \\⏎\n2    test⏎\n3  ⏎\n4  rm <U+0440>ath.c");

  change = enclave_chat_exact_text_format ("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-<i>\n+</i>\n", ENCLAVE_CHAT_EXACT_CHANGE,
                                           &n_hidden);
  change_text = read_markup (change);
  g_assert_cmpuint (n_hidden, ==, 0);
  g_assert_cmpstr (change_text, ==, "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-<i>\n+</i>");
}

static void
test_time (void)
{
  static const struct
  {
    int year, month, day, hour;
    const char *words;
  } cases[] = {
    { 2025, 11, 26, 9, "09:07" }, { 2025, 11, 25, 9, "Tue 09:07" }, { 2025, 11, 21, 9, "Fri 09:07" },
    { 2025, 11, 19, 9, "19 Nov 2025" }, { 2025, 11, 5, 9, "5 Nov 2025" }, { 2024, 11, 26, 9, "26 Nov 2024" },
    { 2025, 11, 28, 9, "28 Nov 2025" },
  };
  g_autoptr (GDateTime) now = g_date_time_new_local (2025, 11, 26, 20, 0, 0);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GDateTime) time = g_date_time_new_local (cases[i].year, cases[i].month, cases[i].day, cases[i].hour, 7, 0);
      g_autofree char *words = enclave_chat_text_time (g_date_time_to_unix (time), g_date_time_to_unix (now));

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat-markdown/blocks", test_blocks);
  g_test_add_func ("/chat-markdown/links", test_links);
  g_test_add_func ("/chat-markdown/hostile-markup", test_hostile_markup);
  g_test_add_func ("/chat-markdown/hidden-characters", test_hidden_characters);
  g_test_add_func ("/chat-markdown/deep-nesting", test_deep_nesting);
  g_test_add_func ("/chat-markdown/long-line", test_long_line);
  g_test_add_func ("/chat-text/shorten", test_shorten);
  g_test_add_func ("/chat-text/small-words", test_small_words);
  g_test_add_func ("/chat-text/time", test_time);
  g_test_add_func ("/chat-completion/word", test_completion_word);
  g_test_add_func ("/chat-approval/subject", test_subject);

  return g_test_run ();
}
