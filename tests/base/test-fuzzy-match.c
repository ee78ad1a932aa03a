/* test-fuzzy-match.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-fuzzy-match.h"

static void
test_matches (void)
{
  static const struct
  {
    const char *pattern;
    const char *text;
    gboolean matches;
  } cases[] = {
    { "", "", TRUE },
    { "", "src/ring.c", TRUE },
    { "a", "", FALSE },
    { "ring", "src/ring.c", TRUE },
    { "RING", "src/ring.c", TRUE },
    { "src.c", "src/ring.c", TRUE },
    { "gnir", "src/ring.c", FALSE },
    { "ringg", "ring", FALSE },
    { "aa", "a", FALSE },
    { "a.a", "a.a", TRUE },
    { "\xc3\xa9", "caf\xc3\xa9.c", TRUE },
    { "\xff", "src/ring.c", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (enclave_fuzzy_match (cases[i].pattern, cases[i].text) != ENCLAVE_FUZZY_NO_MATCH, ==, cases[i].matches);
  g_assert_cmpint (enclave_fuzzy_match ("", "anything"), ==, 0);
}

/* The first means the pattern more than the second. */
static void
test_order (void)
{
  static const struct
  {
    const char *pattern;
    const char *better;
    const char *worse;
  } cases[] = {
    { "ring", "src/ring.c", "src/ring-buffer.c" },
    { "ring", "src/ring-buffer.c", "ring/main.c" },
    { "ring", "src/ring.c", "src/string.c" },
    { "rp", "ring_push", "carpet" },
    { "rp", "ringPush", "wrapper" },
    { "main", "main.c", "src/deep/below/main.c" },
    { "readme", "README.md", "docs/read-some-more.md" },
    { "sw", "src/window.c", "answer.c" },
    { "Push", "ring_Push", "ring_push" },
    { "tool", "enclave-tool.c", "the-other-old-list.c" },
    { "src/m", "src/main.c", "tests/src-numbers.c" },
    /* The nearest place counts, not the first one. */
    { "log", "xloxg-log", "xloxg-xlxog" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      int better = enclave_fuzzy_match (cases[i].pattern, cases[i].better);
      int worse = enclave_fuzzy_match (cases[i].pattern, cases[i].worse);

      g_test_message ("%s: %s %d, %s %d", cases[i].pattern, cases[i].better, better, cases[i].worse, worse);
      g_assert_cmpint (better, !=, ENCLAVE_FUZZY_NO_MATCH);
      g_assert_cmpint (better, >, worse);
    }
}

static gboolean
is_in_order (const char *pattern, const char *text)
{
  for (; *pattern != '\0'; pattern++)
    {
      while (*text != '\0' && g_ascii_tolower (*text) != g_ascii_tolower (*pattern))
        text++;
      if (*text++ == '\0')
        return FALSE;
    }

  return TRUE;
}

/* Whatever the bytes are: a score exactly when they are there in their order. */
static void
test_random (void)
{
  for (guint round = 0; round < 20000; round++)
    {
      static const char bytes[] = "abAB_/.-#\xc3\xa9";
      char pattern[8] = "";
      char text[40] = "";
      guint n_pattern = (guint) g_test_rand_int_range (1, 6);
      guint n_text = (guint) g_test_rand_int_range (0, 39);
      int score;

      for (guint i = 0; i < n_pattern; i++)
        pattern[i] = bytes[g_test_rand_int_range (0, sizeof bytes - 1)];
      for (guint i = 0; i < n_text; i++)
        text[i] = bytes[g_test_rand_int_range (0, sizeof bytes - 1)];
      score = enclave_fuzzy_match (pattern, text);
      g_assert_cmpint (score != ENCLAVE_FUZZY_NO_MATCH, ==, is_in_order (pattern, text));
      if (score != ENCLAVE_FUZZY_NO_MATCH)
        g_assert_cmpint (ABS (score), <, 4000);
    }
}

static void
test_limits (void)
{
  g_autofree char *folder = g_strnfill (5000, 'x');
  g_autofree char *path = g_strconcat (folder, "/ring.c", NULL);
  g_autofree char *pattern = g_strnfill (65, 'x');

  g_assert_cmpint (enclave_fuzzy_match ("ring", path), !=, ENCLAVE_FUZZY_NO_MATCH);
  g_assert_cmpint (enclave_fuzzy_match (pattern, folder), ==, ENCLAVE_FUZZY_NO_MATCH);
  g_assert_cmpint (enclave_fuzzy_match (pattern + 1, folder), !=, ENCLAVE_FUZZY_NO_MATCH);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fuzzy-match/matches", test_matches);
  g_test_add_func ("/fuzzy-match/order", test_order);
  g_test_add_func ("/fuzzy-match/random", test_random);
  g_test_add_func ("/fuzzy-match/limits", test_limits);

  return g_test_run ();
}
