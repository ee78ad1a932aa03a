/* test-line-merge.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-line-merge.h"

/* @merged: (nullable): a conflict, at @line. */
static void
check (const char *base, const char *ours, const char *theirs, const char *merged, guint line)
{
  guint found_line = 77;
  g_autofree char *found = enclave_line_merge (base, ours, theirs, &found_line);

  g_assert_cmpstr (found, ==, merged);
  g_assert_cmpuint (found_line, ==, line);
}

static void
test_apart (void)
{
  check ("1\n2\n3\n4\n5\n", "1\n2\n3\n4\nfive\n", "one\n2\n3\n4\n5\n", "one\n2\n3\n4\nfive\n", 0);
  /* The sides may swap. */
  check ("1\n2\n3\n4\n5\n", "one\n2\n3\n4\n5\n", "1\n2\n3\n4\nfive\n", "one\n2\n3\n4\nfive\n", 0);
  check ("1\n2\n3\n4\n5\n", "0\n1\n2\n3\n4\n5\n", "1\n2\n3\n5\n", "0\n1\n2\n3\n5\n", 0);
  check ("1\n2\n3\n", "1\n2\n3\n4\n", "2\n3\n", "2\n3\n4\n", 0);
  /* One line between the two is enough. */
  check ("1\n2\n3\n", "x\n2\n3\n", "1\n2\ny\n", "x\n2\ny\n", 0);
  check ("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\na\n3\n4\nb\n6\n7\n8\n9\n", "1\n2\n3\nc\n5\n6\n7\n", NULL, 4);
  check ("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\na\n3\n4\n5\nb\n7\n8\n9\n", "1\n2\n3\nc\n5\n6\n7\n", "1\na\n3\nc\n5\nb\n7\n", 0);
}

static void
test_together (void)
{
  check ("1\n2\n3\n", "1\nx\n3\n", "1\ny\n3\n", NULL, 2);
  /* Lines beside each other: which of them belong together is a guess. */
  check ("1\n2\n3\n", "1\nx\n3\n", "1\n2\ny\n", NULL, 2);
  check ("1\n2\n", "1\nx\n2\n", "1\ny\n2\n", NULL, 2);
  check ("1\n2\n3\n", "1\n3\n", "1\nx\n3\n", NULL, 2);
  check ("a\n", "", "b\n", NULL, 1);
  /* The line is that of the first text. */
  check ("1\n2\n3\n4\n5\n", "0\n0\n1\n2\n3\n4\nx\n", "1\n2\n3\n4\ny\n", NULL, 7);
  /* Both have done the same. */
  check ("1\n2\n3\n", "1\nx\n3\n", "1\nx\n3\n", "1\nx\n3\n", 0);
  check ("1\n2\n3\n4\n5\n", "x\n2\n3\n4\n5\n", "x\n2\n3\n4\ny\n", "x\n2\n3\n4\ny\n", 0);
}

static void
test_bytes (void)
{
  /* Line ends, and the lack of one, belong to their line. */
  check ("1\r\n2\r\n3\r\n", "1\r\n2\r\nx\r\n", "y\r\n2\r\n3\r\n", "y\r\n2\r\nx\r\n", 0);
  check ("1\n2\n3", "x\n2\n3", "1\n2\n3\n", "x\n2\n3\n", 0);
  check ("1\n2\n3", "1\n2\n3\n", "1\n2\n3\n4", NULL, 3);
  check ("1\n2\n3\n", "1\r\n2\n3\n", "1\n2\n3\r\n", "1\r\n2\n3\r\n", 0);
  check ("", "a\n", "", "a\n", 0);
  check ("", "", "a\n", "a\n", 0);
  check ("", "", "", "", 0);
  check ("a\n", "", "a\n", "", 0);
  check ("\xc3\xa4\n1\n2\n", "\xc3\xa4\n1\nx\n", "\xc3\xb6\n1\n2\n", "\xc3\xb6\n1\nx\n", 0);
}

/* Blocks of a text, each changed by one side or by none, with at least one line that nobody touches between them: the
 * merged text is known before the merge runs. */
static void
test_random (void)
{
  for (guint round = 0; round < 3000; round++)
    {
      g_autoptr (GString) base = g_string_new (NULL);
      g_autoptr (GString) ours = g_string_new (NULL);
      g_autoptr (GString) theirs = g_string_new (NULL);
      g_autoptr (GString) merged = g_string_new (NULL);
      guint n_blocks = (guint) g_test_rand_int_range (1, 8);

      for (guint i = 0; i < n_blocks; i++)
        {
          int who = g_test_rand_int_range (0, 3);
          g_autofree char *kept = g_strdup_printf ("kept %u-%u\n", round, i);
          g_autofree char *old_text = g_test_rand_bit () ? g_strdup_printf ("old %u\nold more %u\n", i, i) : g_strdup ("");
          g_autofree char *new_text = *old_text == '\0' || g_test_rand_bit () ? g_strdup_printf ("new %u\n", i) : g_strdup ("");

          g_string_append_printf (base, "%s%s", kept, old_text);
          g_string_append_printf (ours, "%s%s", kept, who == 1 ? new_text : old_text);
          g_string_append_printf (theirs, "%s%s", kept, who == 2 ? new_text : old_text);
          g_string_append_printf (merged, "%s%s", kept, who != 0 ? new_text : old_text);
        }
      check (base->str, ours->str, theirs->str, merged->str, 0);
      check (base->str, theirs->str, ours->str, merged->str, 0);
      check (base->str, ours->str, base->str, ours->str, 0);
      check (base->str, base->str, theirs->str, theirs->str, 0);
      check (base->str, ours->str, ours->str, ours->str, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/line-merge/apart", test_apart);
  g_test_add_func ("/line-merge/together", test_together);
  g_test_add_func ("/line-merge/bytes", test_bytes);
  g_test_add_func ("/line-merge/random", test_random);

  return g_test_run ();
}
