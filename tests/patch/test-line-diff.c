/* test-line-diff.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-line-diff.h"

static char *
apply_with (const char *old_text, const char *new_text, GPtrArray *hunks, gboolean value)
{
  g_autofree gboolean *accepted = g_new (gboolean, hunks->len + 1);

  for (guint i = 0; i < hunks->len; i++)
    accepted[i] = value;
  return enclave_line_diff_apply_some (old_text, new_text, hunks, accepted);
}

/* What must hold for any two texts. */
static void
check_pair (const char *old_text, const char *new_text, guint context)
{
  g_autoptr (GPtrArray) hunks = enclave_line_diff (old_text, new_text, context);
  g_autofree char *all = apply_with (old_text, new_text, hunks, TRUE);
  g_autofree char *none = apply_with (old_text, new_text, hunks, FALSE);
  guint last_end = 0;

  g_assert_cmpstr (all, ==, new_text);
  g_assert_cmpstr (none, ==, old_text);
  g_assert_cmpint (hunks->len == 0, ==, strcmp (old_text, new_text) == 0);

  for (guint i = 0; i < hunks->len; i++)
    {
      const EnclaveDiffHunk *hunk = g_ptr_array_index (hunks, i);
      guint old_line = hunk->old_start;
      guint new_line = hunk->new_start;
      guint lead = 0;

      g_assert_cmpuint (hunk->old_start, >=, last_end + 1);
      for (guint k = 0; k < hunk->n_lines; k++)
        {
          const EnclaveDiffLine *line = &hunk->lines[k];

          g_assert_cmpuint (line->old_line, ==, line->kind == ENCLAVE_DIFF_ADDED ? 0 : old_line);
          g_assert_cmpuint (line->new_line, ==, line->kind == ENCLAVE_DIFF_REMOVED ? 0 : new_line);
          old_line += line->kind != ENCLAVE_DIFF_ADDED;
          new_line += line->kind != ENCLAVE_DIFF_REMOVED;
          if (line->kind == ENCLAVE_DIFF_CONTEXT && lead == k)
            lead++;
        }
      g_assert_cmpuint (old_line - hunk->old_start, ==, hunk->old_count);
      g_assert_cmpuint (new_line - hunk->new_start, ==, hunk->new_count);
      g_assert_cmpuint (lead, <=, context);
      last_end = hunk->old_start + hunk->old_count - 1;
    }
}

static void
test_simple (void)
{
  g_autoptr (GPtrArray) hunks = enclave_line_diff ("a\nb\nc\nd\ne\n", "a\nb\nX\nd\ne\n", 1);
  g_autofree char *unified = enclave_line_diff_to_unified (hunks, "dir/file.txt");
  guint added;
  guint removed;

  enclave_line_diff_count (hunks, &added, &removed);
  g_assert_cmpuint (added, ==, 1);
  g_assert_cmpuint (removed, ==, 1);
  g_assert_cmpstr (unified, ==, "--- a/dir/file.txt\n+++ b/dir/file.txt\n@@ -2,3 +2,3 @@\n b\n-c\n+X\n d\n");
}

static void
test_new_and_empty (void)
{
  g_autoptr (GPtrArray) created = enclave_line_diff ("", "a\nb\n", 3);
  g_autoptr (GPtrArray) emptied = enclave_line_diff ("a\n", "", 3);
  g_autofree char *created_text = enclave_line_diff_to_unified (created, "f");
  g_autofree char *emptied_text = enclave_line_diff_to_unified (emptied, "f");

  g_assert_cmpstr (created_text, ==, "--- a/f\n+++ b/f\n@@ -0,0 +1,2 @@\n+a\n+b\n");
  g_assert_cmpstr (emptied_text, ==, "--- a/f\n+++ b/f\n@@ -1,1 +0,0 @@\n-a\n");
  check_pair ("", "", 3);
  check_pair ("", "\n", 3);
  check_pair ("\n", "\n\n", 0);
}

static void
test_line_ends (void)
{
  g_autoptr (GPtrArray) crlf = enclave_line_diff ("a\r\nb\r\n", "a\r\nc\r\n", 3);
  g_autoptr (GPtrArray) mixed = enclave_line_diff ("a\r\nb\r\n", "a\r\nb\n", 3);
  g_autoptr (GPtrArray) final = enclave_line_diff ("a\nb", "a\nb\n", 0);
  g_autofree char *crlf_text = enclave_line_diff_to_unified (crlf, "f");
  g_autofree char *mixed_text = enclave_line_diff_to_unified (mixed, "f");
  g_autofree char *final_text = enclave_line_diff_to_unified (final, "f");

  g_assert_cmpstr (crlf_text, ==, "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
  g_assert_cmpstr (mixed_text, ==, "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\r\n-b\r\n+b\n");
  g_assert_cmpstr (final_text, ==, "--- a/f\n+++ b/f\n@@ -2,1 +2,1 @@\n-b\n\\ No newline at end of file\n+b\n");
  check_pair ("a\r\nb\nc\rd", "a\nb\r\nc\rd\n", 3);
}

static void
test_context_joins (void)
{
  const char *old_text = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
  const char *new_text = "1\nX\n3\n4\n5\n6\n7\nY\n9\n";
  g_autoptr (GPtrArray) two = enclave_line_diff (old_text, new_text, 2);
  g_autoptr (GPtrArray) one = enclave_line_diff (old_text, new_text, 3);
  const gboolean second_only[] = { FALSE, TRUE };
  g_autofree char *half = NULL;

  g_assert_cmpuint (two->len, ==, 2);
  g_assert_cmpuint (one->len, ==, 1);
  half = enclave_line_diff_apply_some (old_text, new_text, two, second_only);
  g_assert_cmpstr (half, ==, "1\n2\n3\n4\n5\n6\n7\nY\n9\n");
  check_pair (old_text, new_text, G_MAXUINT);
}

static void
test_added_function_is_whole (void)
{
  g_autoptr (GPtrArray) hunks = enclave_line_diff ("f ()\n{\n}\n\nh ()\n{\n}\n", "f ()\n{\n}\n\ng ()\n{\n}\n\nh ()\n{\n}\n", 0);
  g_autofree char *unified = enclave_line_diff_to_unified (hunks, "f");

  g_assert_cmpstr (unified, ==, "--- a/f\n+++ b/f\n@@ -4,0 +5,4 @@\n+g ()\n+{\n+}\n+\n");
}

static char *
random_text (GRand *random, guint max_lines, guint alphabet)
{
  static const char *const ends[] = { "\n", "\n", "\n", "\r\n", "\r", "" };
  GString *text = g_string_new (NULL);
  guint n = (guint) g_rand_int_range (random, 0, (gint32) max_lines + 1);

  for (guint i = 0; i < n; i++)
    {
      g_string_append_c (text, (char) ('a' + g_rand_int_range (random, 0, (gint32) alphabet)));
      g_string_append (text, ends[g_rand_int_range (random, 0, G_N_ELEMENTS (ends))]);
    }
  return g_string_free (text, FALSE);
}

static void
test_random_texts (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20250101);

  for (guint i = 0; i < 4000; i++)
    {
      g_autofree char *old_text = random_text (random, 24, 1 + i % 7);
      g_autofree char *new_text = random_text (random, 24, 1 + i % 7);

      check_pair (old_text, new_text, i % 5);
    }
}

/* The shortest way between two texts, by the plain quadratic table. */
static void
test_is_shortest (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (42);

  for (guint round = 0; round < 500; round++)
    {
      guint table[17][17] = { { 0 } };
      guint n_old = (guint) g_rand_int_range (random, 0, 17);
      guint n_new = (guint) g_rand_int_range (random, 0, 17);
      char old_text[40] = "";
      char new_text[40] = "";
      guint added;
      guint removed;

      for (guint i = 0; i < n_old; i++)
        memcpy (old_text + 2 * i, (char[]) { (char) ('a' + g_rand_int_range (random, 0, 4)), '\n' }, 2);
      for (guint i = 0; i < n_new; i++)
        memcpy (new_text + 2 * i, (char[]) { (char) ('a' + g_rand_int_range (random, 0, 4)), '\n' }, 2);
      for (guint i = 1; i <= n_old; i++)
        for (guint j = 1; j <= n_new; j++)
          table[i][j] = old_text[2 * i - 2] == new_text[2 * j - 2] ? table[i - 1][j - 1] + 1
                                                                   : MAX (table[i - 1][j], table[i][j - 1]);

      {
        g_autoptr (GPtrArray) hunks = enclave_line_diff (old_text, new_text, 3);

        enclave_line_diff_count (hunks, &added, &removed);
      }
      g_assert_cmpuint (removed, ==, n_old - table[n_old][n_new]);
      g_assert_cmpuint (added, ==, n_new - table[n_old][n_new]);
    }
}

static void
test_large (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autoptr (GString) old_text = g_string_new (NULL);
  g_autoptr (GString) edited = g_string_new (NULL);
  g_autoptr (GString) other = g_string_new (NULL);
  g_autoptr (GString) shuffled = g_string_new (NULL);
  gint64 start = g_get_monotonic_time ();
  guint added;
  guint removed;

  for (guint i = 0; i < 10000; i++)
    {
      g_string_append_printf (old_text, "line %u\n", i);
      g_string_append_printf (other, "other %u\n", i);
      g_string_append_printf (shuffled, "line %d\n", g_rand_int_range (random, 0, 10000));
      if (i % 50 == 0)
        g_string_append_printf (edited, "edited %u\n", i);
      else if (i % 70 != 0)
        g_string_append_printf (edited, "line %u\n", i);
    }

  check_pair (old_text->str, edited->str, 3);
  check_pair (old_text->str, other->str, 3);
  check_pair (old_text->str, shuffled->str, 3);
  {
    g_autoptr (GPtrArray) hunks = enclave_line_diff (old_text->str, edited->str, 3);

    enclave_line_diff_count (hunks, &added, &removed);
  }
  g_assert_cmpuint (added, ==, 200);
  g_assert_cmpuint (removed, ==, 200 + 143 - 29);
  /* A wide bound, for busy machines: the point is that nothing is quadratic. */
  g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * G_USEC_PER_SEC);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/line-diff/simple", test_simple);
  g_test_add_func ("/line-diff/new-and-empty", test_new_and_empty);
  g_test_add_func ("/line-diff/line-ends", test_line_ends);
  g_test_add_func ("/line-diff/context-joins", test_context_joins);
  g_test_add_func ("/line-diff/added-function-is-whole", test_added_function_is_whole);
  g_test_add_func ("/line-diff/random-texts", test_random_texts);
  g_test_add_func ("/line-diff/is-shortest", test_is_shortest);
  g_test_add_func ("/line-diff/large", test_large);

  return g_test_run ();
}
