/* test-text-pattern.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An expression is looked for by bytes that its matches have. Whatever these are, it finds what it
 * finds line by line.
 */

#include "config.h"

#include <string.h>

#include "enclave-expression-bytes.h"
#include "enclave-text-pattern.h"

static guint
pick (GRand *random, guint n)
{
  return (guint) g_rand_int_range (random, 0, (gint32) n);
}

#define PICK(random, choices) ((choices)[pick (random, G_N_ELEMENTS (choices))])

static void
append_expression (GString *out, GRand *random, guint depth)
{
  static const char *const atoms[] = {
    "a",
    "b",
    "k",
    "S",
    "x",
    "_",
    "é",
    "\\.",
    "\\x61",
    "\\t",
    ".",
    "\\d",
    "\\w",
    "\\s",
    "\\W",
    "\\D",
    "\\S",
    "[ab]",
    "[^a]",
    "[a-c1]",
    "[A-Z]",
    "[[:alpha:]]",
    "[^\\d]",
    "[]a]",
    "[^]a]",
    "[é]",
    "[^é]",
    "[k-m]",
    "[\\w-]",
    "[^\\W]",
    "[\\x00-\\x7f]",
    "[a\\-]",
    "1",
    "-",
    "ab",
    "^",
    "$",
    "\\b",
    "\\B",
    "(?=a)",
    "(?!a)",
    "(?<!b)",
    "(?<=a|k)",
    "(?i)",
    "\\p{L}",
    "]",
    "[[:^alpha:]]",
    "\\A",
    "\\z",
    "\\K",
    "(?>a+)",
    "{",
    "{x",
    "\\1",
  };
  static const char *const quantifiers[] = { "",      "",     "",   "",   "",   "",   "*",  "+",    "?",   "{2}",
                                             "{1,2}", "{2,}", "+?", "*?", "?+", "*+", "++", "{2}+", "{0}", "{3}?" };
  guint n = 1 + pick (random, 3);

  for (guint i = 0; i < n; i++)
    {
      if (depth > 0 && pick (random, 4) == 0)
        {
          g_string_append (out, pick (random, 2) == 0 ? "(" : "(?:");
          append_expression (out, random, depth - 1);
          g_string_append_c (out, ')');
        }
      else
        g_string_append (out, PICK (random, atoms));
      g_string_append (out, PICK (random, quantifiers));
    }
  if (pick (random, 4) == 0)
    {
      g_string_append_c (out, '|');
      append_expression (out, random, depth > 0 ? depth - 1 : 0);
    }
}

static void
append_text (GString *out, GRand *random)
{
  static const char *const parts[] = { "a",    "b",        "c",    "k",    "K",  "s",  "S",    "x",  "A",   "B",   "_",
                                       "1",    "2",        ".",    "-",    " ",  "\t", "]",    "é",  "É",   "ſ",   "\xe2\x84\xaa",
                                       "٣",    "\xc2\x85", "\xc3", "\xff", "\n", "\n", "\r\n", "\r", "aab", "ab1", "x__",
                                       "\n\n", "ka" };
  guint n = pick (random, 200);
  gboolean is_ascii = pick (random, 2) == 0;

  for (guint i = 0; i < n; i++)
    {
      const char *part = PICK (random, parts);

      if (!is_ascii || (guchar) *part < 0x80)
        g_string_append (out, part);
    }
}

/* As the look would be without bytes: each line for itself. */
static char *
find_by_lines (const GRegex *regex, const GRegex *raw, const char *text, gsize length)
{
  GString *found = g_string_new (NULL);

  for (gsize at = 0; at < length;)
    {
      const char *end = memchr (text + at, '\n', length - at);
      gsize whole = end != NULL ? (gsize) (end - text) - at : length - at;
      const GRegex *used = g_utf8_validate (text + at, (gssize) whole, NULL) ? regex : raw;
      gsize n = whole > 0 && text[at + whole - 1] == '\r' ? whole - 1 : whole;
      gsize from = 0;

      while (used != NULL && from <= n)
        {
          g_autoptr (GMatchInfo) info = NULL;
          int first;
          int last;

          if (!g_regex_match_full (used, text + at, (gssize) n, (gssize) from, 0, &info, NULL))
            break;
          g_assert_true (g_match_info_fetch_pos (info, 0, &first, &last));
          if (last > first)
            g_string_append_printf (found, " %zu-%zu", at + (gsize) first, at + (gsize) last);
          from = last > first ? (gsize) last : MAX ((gsize) last, from) + 1;
          while (last == first && from < n && ((guchar) text[at + from] & 0xC0) == 0x80)
            from++;
        }
      at += whole + 1;
    }

  return g_string_free (found, FALSE);
}

static char *
find_all (const EnclaveTextPattern *pattern, const char *text, gsize length)
{
  GString *found = g_string_new (NULL);
  gsize start;
  gsize end = 0;

  while (enclave_text_pattern_find (pattern, text, length, end, &start, &end))
    g_string_append_printf (found, " %zu-%zu", start, end);

  return g_string_free (found, FALSE);
}

static void
test_random_expressions (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  guint n_known = 0;
  guint n_tried = 0;
  guint n_found = 0;

  while (n_tried < 800)
    {
      g_autoptr (GString) words = g_string_new (NULL);
      g_autoptr (EnclaveTextPattern) pattern = NULL;
      gboolean any_case = pick (random, 2) == 0;
      GRegexCompileFlags compiled = G_REGEX_MULTILINE | G_REGEX_NEWLINE_ANYCRLF | (any_case ? G_REGEX_CASELESS : 0);
      g_autoptr (GRegex) regex = NULL;
      g_autoptr (GRegex) raw = NULL;
      EnclaveTextPatternFlags flags = ENCLAVE_TEXT_PATTERN_REGEX | (any_case ? 0 : ENCLAVE_TEXT_PATTERN_MATCH_CASE);
      gboolean crosses_lines;
      EnclaveByteRun run;

      append_expression (words, random, 3);
      pattern = enclave_text_pattern_new (words->str, flags, NULL);
      if (pattern == NULL)
        continue;
      regex = g_regex_new (words->str, compiled, 0, NULL);
      raw = g_regex_new (words->str, compiled | G_REGEX_RAW, 0, NULL);
      n_tried++;
      n_known += enclave_expression_bytes_find (words->str, any_case, &run, &crosses_lines) ? 1 : 0;
      for (guint i = 0; i < 6; i++)
        {
          g_autoptr (GString) text = g_string_new (NULL);
          g_autofree char *wanted = NULL;
          g_autofree char *found = NULL;

          append_text (text, random);
          wanted = find_by_lines (regex, raw, text->str, text->len);
          found = find_all (pattern, text->str, text->len);
          if (g_strcmp0 (found, wanted) != 0)
            g_test_message ("%s in %s", words->str, text->str);
          g_assert_cmpstr (found, ==, wanted);
          n_found += *wanted != '\0' ? 1 : 0;
        }
    }
  g_test_message ("%u expressions, of %u of them bytes are known, %u texts with matches", n_tried, n_known, n_found);
  g_assert_cmpuint (n_known, >, n_tried / 3);
  g_assert_cmpuint (n_found, >, n_tried);
}

/* At each place the bytes of the run, but sets in [], as far as ASCII goes, and * for what is not ASCII. */
static char *
describe (const char *words, gboolean any_case)
{
  GString *out = g_string_new (NULL);
  gboolean crosses_lines;
  EnclaveByteRun run;

  if (!enclave_expression_bytes_find (words, any_case, &run, &crosses_lines))
    return g_string_free (out, FALSE);
  for (guint i = 0; i < run.length; i++)
    {
      g_autoptr (GString) set = g_string_new (NULL);

      for (guint byte = 1; byte < 0x80; byte++)
        if (enclave_byte_set_has (&run.sets[i], (guint8) byte))
          g_string_append_c (set, (char) byte);
      if (enclave_byte_set_has (&run.sets[i], 0x80))
        g_string_append_c (set, '*');
      g_string_append_printf (out, set->len == 1 ? "%s" : "[%s]", set->str);
    }

  return g_string_free (out, FALSE);
}

#define assert_bytes(words, any_case, wanted)                                                                                              \
  do                                                                                                                                       \
    {                                                                                                                                      \
      g_autofree char *bytes_ = describe (words, any_case);                                                                                \
      g_assert_cmpstr (bytes_, ==, wanted);                                                                                                \
    }                                                                                                                                      \
  while (0)

static void
test_bytes (void)
{
  assert_bytes ("TODO|FIXME|XXX", FALSE, "[OX][DMX][EOX]");
  assert_bytes ("x[ab]{3}", FALSE, "x[ab][ab][ab]");
  assert_bytes ("[XY]{2,}Z", FALSE, "[XY][XY]Z");
  assert_bytes ("(XY){2}", FALSE, "XYXY");
  assert_bytes ("\\w+@\\w+", FALSE, "@");
  assert_bytes ("a?X(Y|Z)b*", FALSE, "X[YZ]");
  assert_bytes ("^X\\b$", FALSE, "X");
  assert_bytes ("xk", TRUE, "[Xx][Kk*]");
  assert_bytes ("[^\\x00-\\x7f]{2}", FALSE, "**");
  assert_bytes ("(ab|)", FALSE, "");
  assert_bytes ("a*", FALSE, "");
  assert_bytes ("(?<!a)(?<name>X)(?=Y)Z", FALSE, "XZ");
  assert_bytes ("(?i)xy", FALSE, "[Xx][Yy]");
  assert_bytes ("(Q)\\1", FALSE, "Q");
  assert_bytes ("X\\KY", FALSE, "XY");
  assert_bytes ("if \\(.*\\) {", FALSE, ") {");
  assert_bytes ("X{ 2}", FALSE, "");
  assert_bytes ("X(?R)?", FALSE, "");
  assert_bytes ("\\Qa*\\E", FALSE, "");
  assert_bytes ("((((((((((((((((((x))))))))))))))))))", FALSE, "");
}

static void
test_window (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  guint n_used = 0;

  for (guint round = 0; round < 6000; round++)
    {
      static const char letters[] = "abAB1_\xc3\xff";
      EnclaveByteRun run = { .length = 1 + pick (random, ENCLAVE_BYTE_RUN_MAX) };
      EnclaveByteWindow window;
      char text[160];
      gsize length = pick (random, sizeof text);
      gsize from = pick (random, 20);
      const char *wanted = NULL;

      for (guint i = 0; i < run.length; i++)
        for (guint n = 1 + pick (random, 5); n > 0; n--)
          {
            guint8 low = (guint8) letters[pick (random, 8)];

            enclave_byte_set_add (&run.sets[i], low, (guint8) MIN (low + pick (random, 3), 0xff));
          }
      for (gsize i = 0; i < length; i++)
        text[i] = letters[pick (random, 8)];
      if (!enclave_byte_window_init (&window, &run))
        continue;
      n_used++;
      for (gsize at = from; wanted == NULL && at + run.length <= length; at++)
        {
          guint n = 0;

          while (n < run.length && enclave_byte_set_has (&run.sets[n], (guint8) text[at + n]))
            n++;
          if (n == run.length)
            wanted = text + at;
        }
      g_assert_true (enclave_byte_window_find (&window, text, length, from) == wanted);
    }
  g_assert_cmpuint (n_used, >, 3000);
}

/* What stands in the lines around one, or how long the text is, does not count. */
static void
test_lines_alone (void)
{
  static const struct
  {
    const char *words;
    const char *text;
    const char *found;
  } cases[] = {
    { "e(?!e)", "e\ne e", " 0-1 2-3 4-5" },
    { "(?<!\\s)e", "t\ne", " 2-3" },
    { "\\Ae", "t\ne", " 2-3" },
    { "e\\z", "e\nt", " 0-1" },
    { "[^x]++$", "te\nxx", " 0-2" },
    { "(?>[^x]+)$", "te\nxx", " 0-2" },
    { "\\w+", "é \xff\né", " 0-1 3-4 5-7" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (EnclaveTextPattern) pattern
        = enclave_text_pattern_new (cases[i].words, ENCLAVE_TEXT_PATTERN_REGEX | ENCLAVE_TEXT_PATTERN_MATCH_CASE, NULL);
      g_autofree char *found = find_all (pattern, cases[i].text, strlen (cases[i].text));

      g_assert_cmpstr (found, ==, cases[i].found);
    }
}

/* Bytes that are everywhere, and lead to no match, cost no more than a look at each line. */
static void
test_bytes_everywhere (void)
{
  g_autoptr (EnclaveTextPattern) pattern = enclave_text_pattern_new ("(?:X|Y)(?:X|Y)[a-z]*[0-9]",
                                                                     ENCLAVE_TEXT_PATTERN_REGEX | ENCLAVE_TEXT_PATTERN_MATCH_CASE, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  gsize start;
  gsize end;

  for (guint i = 0; i < 200000; i++)
    g_string_append (text, "XYab\n");
  g_string_append (text, "XYab1\n");
  g_assert_true (enclave_text_pattern_find (pattern, text->str, text->len, 0, &start, &end));
  g_assert_cmpuint (start, ==, 1000000);
  g_assert_cmpuint (end, ==, 1000005);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-pattern/random-expressions", test_random_expressions);
  g_test_add_func ("/text-pattern/bytes", test_bytes);
  g_test_add_func ("/text-pattern/window", test_window);
  g_test_add_func ("/text-pattern/lines-alone", test_lines_alone);
  g_test_add_func ("/text-pattern/bytes-everywhere", test_bytes_everywhere);
  return g_test_run ();
}
