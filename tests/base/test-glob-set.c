/* test-glob-set.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "enclave-glob-set.h"
#include "enclave-test-project.h"

static gboolean
is_matched (gboolean fold, const char *pattern, const char *path, gboolean is_directory)
{
  g_autoptr (EnclaveGlobSet) set = enclave_glob_set_new (fold);
  g_autoptr (GError) error = NULL;
  EnclaveGlobMatch match;

  enclave_glob_set_add (set, pattern, 1, &error);
  g_assert_no_error (error);
  match = enclave_glob_set_match (set, path, is_directory);
  return match.id != 0 && !match.negated;
}

/* Several patterns in one file, `|` between them; the same question is put to git. */
static void
test_as_git (void)
{
  static const char *const files[] = {
    "*.o", "a", "/a", "a/", "/a/", "a/b", "/a/b", "a/*", "a/**", "**/a", "**/b", "a/**/b", "a/**/c", "**/a/**", "a*", "*a", "*a*", "?",
    "a?c", "[ab]", "[!ab]", "[^a]", "[a-c]", "[a-c]x", "x[]]y", "x[]-]y", "x[!]]y", "[[:digit:]]", "[[:alpha:]]x", "\\*",
    "\\!a", "\\#a", "a\\ ", "a ", "*.o|!keep.o", "!keep.o|*.o", "build/|!build/keep.o", "build/*|!build/keep.o", "*|!*.c", "*|!*/|!*.c",
    "**", "**/", "/**", "*/", "/*", "a/b/", "**/b/c", "a/**/", "b/c", "c", "deep/**/x", "**foo", "foo**", "foo**bar", "**/*.o",
    "/*.c", "/**/*.c", "*.[oa]", "x[a\\]b]y", "[[:upper:]]", "[[:digit:][:punct:]a]", "[![:digit:]]", "./a", "*b*c*", "a.b", "[a-]", "[-a]", "\\a", "a\\*b", "A", "[A-C]", "{a,b}", "(a)",
    "+", ".*", ".env", ".env.*", "a/*/c", "*/b", "*/*", "/*/c", "**/**/c", "**/a/*/c",
  };
  static const char *const paths[] = {
    "a", "b", "c", "x", "a/b", "a/c", "a/b/c", "b/a", "b/c", "a.o", "keep.o", "build/keep.o", "build/x.o", "build/sub/keep.o", "abc",
    "aXc", "ax", "cx", "x]y", "x-y", "xay", "1", "dx", "*", "!a", "#a", "a ", "deep/x", "deep/1/x", "deep/1/2/x", "foo", "foobar",
    "fooxbar", "x/foo", "a/foo/b", "main.c", "src/main.c", "lib.a", "a*b", "A", "B", "{a,b}", "+", ".env", ".env.local", "sub/.env",
    "a/x/c", "b/x/c", "z/a/y/c", "-",
  };
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autoptr (GString) input = g_string_new (NULL);
  const char *init[] = { "git", "init", "-q", project->root, NULL };
  guint n_compared = 0;

  g_assert_true (g_spawn_sync (NULL, (char **) init, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    g_string_append_len (input, paths[i], (gssize) strlen (paths[i]) + 1);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_auto (GStrv) patterns = g_strsplit (files[i], "|", -1);
      g_autofree char *text = g_strjoinv ("\n", patterns);
      g_autofree char *lines = g_strconcat (text, "\n", NULL);
      g_autoptr (EnclaveGlobSet) set = enclave_glob_set_new (FALSE);
      g_autoptr (GSubprocess) git = NULL;
      g_autoptr (GBytes) in = g_bytes_new (input->str, input->len);
      g_autoptr (GBytes) out = NULL;
      g_autoptr (GHashTable) ignored = g_hash_table_new (g_str_hash, g_str_equal);
      g_autoptr (GError) error = NULL;
      const char *at;
      gsize length;

      enclave_test_project_write (project, ".git/info/exclude", lines);
      for (guint k = 0; patterns[k] != NULL; k++)
        g_assert_true (enclave_glob_set_add (set, patterns[k], k + 1, NULL));
      git = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "git", "-C", project->root,
                              "-c", "core.ignorecase=false", "check-ignore", "--no-index", "-z", "--stdin", NULL);
      g_assert_no_error (error);
      g_assert_true (g_subprocess_communicate (git, in, NULL, &out, NULL, &error));
      at = g_bytes_get_data (out, &length);
      for (const char *end = at + length; at < end; at += strlen (at) + 1)
        g_hash_table_add (ignored, (gpointer) at);
      for (guint k = 0; k < G_N_ELEMENTS (paths); k++)
        {
          EnclaveGlobMatch match = enclave_glob_set_match (set, paths[k], FALSE);
          gboolean ours = match.id != 0 && !match.negated;

          if (ours != g_hash_table_contains (ignored, paths[k]))
            {
              g_test_message ("%s on %s: git says %d", files[i], paths[k], !ours);
              g_test_fail ();
            }
          n_compared++;
        }
    }
  g_assert_cmpuint (n_compared, ==, G_N_ELEMENTS (files) * G_N_ELEMENTS (paths));
}

static void
test_disguises (void)
{
  static const char *const names[] = {
    ".env", ".ENV", ".Env", "sub/.env", "sub/.eNv", ".env/below", "\uff0eenv", ".\uff45\uff4e\uff56", "\u2024env", ".e\u200bnv", ".en\u00adv",
    ".env\ufeff", "\u202e.env", ".e\u2060nv", ".\U000e0065env", ".env\ufe0f", "./.env", "a//.env", "\u180e.env", ".\u2147nv", ".\U0001d41env",
  };
  static const char *const others[] = { "env", ".envy", ".env.txt", "x.env", ".en", "a.env/x", "\xd0\xb5nv", "." };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (!is_matched (TRUE, ".env", names[i], FALSE))
      g_error ("%s is not seen as .env", names[i]);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (is_matched (TRUE, ".env", others[i], FALSE));
  g_assert_true (is_matched (TRUE, ".env.*", ".env.\xff", FALSE));
  g_assert_true (is_matched (TRUE, ".env.*", ".\uff45nv.\xff\xfe", FALSE));
  g_assert_true (is_matched (TRUE, "stra\u00dfe", "STRASSE", FALSE));
  g_assert_true (is_matched (TRUE, "caf\u00e9", "cafe\u0301", FALSE));
  g_assert_true (is_matched (TRUE, "caf\u00e9", "CAFE\u200b\u0301", FALSE));
  g_assert_false (is_matched (FALSE, ".env", ".ENV", FALSE));
  g_assert_true (is_matched (FALSE, "\xff*", "\xff\xfe", FALSE));
}

static void
test_refusals (void)
{
  g_autoptr (EnclaveGlobSet) set = enclave_glob_set_new (TRUE);
  g_autofree char *large = g_strnfill (4097, 'a');
  const char *broken[] = { "", "/", "//", "!", "   ", "!/", large };

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (enclave_glob_set_add (set, broken[i], 1, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
  g_assert_cmpuint (enclave_glob_set_match (set, "a", FALSE).id, ==, 0);
}

static void
test_last_wins (void)
{
  g_autoptr (EnclaveGlobSet) set = enclave_glob_set_new (FALSE);
  EnclaveGlobMatch match;

  g_assert_true (enclave_glob_set_add (set, "*.o", 4, NULL));
  g_assert_true (enclave_glob_set_add (set, "!keep.o", 9, NULL));
  match = enclave_glob_set_match (set, "x/keep.o", FALSE);
  g_assert_cmpuint (match.id, ==, 9);
  g_assert_true (match.negated);
  match = enclave_glob_set_match (set, "x/other.o", FALSE);
  g_assert_cmpuint (match.id, ==, 4);
  g_assert_false (match.negated);
}

static void
test_no_blow_up (void)
{
  g_autoptr (EnclaveGlobSet) set = enclave_glob_set_new (TRUE);
  g_autofree char *long_name = g_strnfill (4000, 'a');
  GString *deep = g_string_new (NULL);
  GString *stars = g_string_new ("x");
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < 1300; i++)
    {
      g_string_append (stars, "*a");
      if (i < 1024)
        g_string_append (deep, "a/b/");
    }
  g_string_append (stars, "b");
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *pattern = g_strdup_printf ("*.secret%u", i);

      g_assert_true (enclave_glob_set_add (set, pattern, i + 1, NULL));
    }
  g_assert_true (enclave_glob_set_add (set, "**/a/**/a/**/a/**/a/**/z", 200, NULL));
  g_assert_true (enclave_glob_set_add (set, "*a*a*a*a*a*a*a*a*b", 201, NULL));
  g_assert_true (enclave_glob_set_add (set, stars->str, 202, NULL));
  g_assert_cmpuint (enclave_glob_set_match (set, long_name, FALSE).id, ==, 0);
  g_assert_cmpuint (enclave_glob_set_match (set, deep->str, TRUE).id, ==, 0);
  g_string_free (deep, TRUE);
  g_string_free (stars, TRUE);
  g_test_message ("%" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - start) / 1000);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 3 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/glob-set/as-git", test_as_git);
  g_test_add_func ("/glob-set/disguises", test_disguises);
  g_test_add_func ("/glob-set/refusals", test_refusals);
  g_test_add_func ("/glob-set/last-wins", test_last_wins);
  g_test_add_func ("/glob-set/no-blow-up", test_no_blow_up);
  return g_test_run ();
}
