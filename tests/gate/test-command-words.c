/* test-command-words.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-command-words-private.h"

static void
test_plain (void)
{
  static const char *const bad[] = { "a\rb", "a\033[2Jb", "a\bb", "a\177b", "a\302\233 2J", "a\302\205b", "\377", "\001" };
  static const char *const good[] = { "", "make test", "a\nb\tc", "gr\303\274n", "a\342\200\256b" /* drawn as a mark */ };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (enclave_command_words_is_plain (bad[i]));
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (enclave_command_words_is_plain (good[i]));
}

/* Only what no shell acts on can be allowed for longer. */
static void
test_simple (void)
{
  static const char *const compound[] = {
    "", " ls", "a;b", "a&b", "a|b", "a>b", "a<b", "a$b", "a`b`", "a(b)", "a{b}", "a*b", "a?b", "a[b]", "a~b", "a#b", "a!b", "a\\b",
    "a'b'", "a\"b\"", "A=1 b", "a\nb", "a\tb", "a^b", "gr\303\274n", "echo $IFS", "a&&b", "sort -o x;y", "a\302\240b",
  };
  static const char *const simple[] = { "ls", "meson test -C build", "a --b=c", "./x.sh", "git log HEAD@1", "a:b,c+d%e" };

  for (guint i = 0; i < G_N_ELEMENTS (compound); i++)
    g_assert_false (enclave_command_words_is_simple (compound[i]));
  for (guint i = 0; i < G_N_ELEMENTS (simple); i++)
    g_assert_true (enclave_command_words_is_simple (simple[i]));
}

static void
test_difference (void)
{
  static const struct
  {
    const char *before;
    const char *shown;
    const char *words;
  } cases[] = {
    { "make", "make", "in nothing" },
    { "make", "make check", "“check” is new" },
    { "make check", "make", "“check” is gone" },
    { "make check -j2", "make chuck -j2", "“chuck” instead of “check”" },
    { "rm -rf build", "rm -rf build/..", "“build/..” instead of “build”" },
    { "make", "ls -l", "all of it, that was “make”" },
    { "a b c", "a x b c", "“x” is new" },
    { "a a", "a a a", "“a” is new" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *expected = g_strconcat ("from the last allowed one: ", cases[i].words, NULL);
      g_autofree char *words = enclave_command_words_describe_difference (cases[i].before, cases[i].shown);

      g_assert_cmpstr (words, ==, expected);
    }
}

static void
test_length (void)
{
  g_autofree char *line = g_strnfill (201, 'x');
  g_autofree char *one = enclave_command_words_describe_length ("ls");
  g_autofree char *two = enclave_command_words_describe_length ("a\nb\n");
  g_autofree char *three = enclave_command_words_describe_length (line);

  g_assert_null (one);
  g_assert_cmpstr (two, ==, "2 lines, 4 bytes");
  g_assert_cmpstr (three, ==, "1 line, 201 bytes");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/command-words/plain", test_plain);
  g_test_add_func ("/command-words/simple", test_simple);
  g_test_add_func ("/command-words/difference", test_difference);
  g_test_add_func ("/command-words/length", test_length);

  return g_test_run ();
}
