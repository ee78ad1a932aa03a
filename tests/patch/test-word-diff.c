/* test-word-diff.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-limits.h"
#include "enclave-word-diff.h"

/* @text with its ranges in brackets. */
static char *
mark (const char *text, GArray *ranges)
{
  GString *marked = g_string_new (NULL);
  guint at = 0;

  for (guint i = 0; i < ranges->len; i++)
    {
      const EnclaveTextRange *range = &g_array_index (ranges, EnclaveTextRange, i);

      g_assert_cmpuint (range->start, >=, at);
      g_assert_cmpuint (range->end, >, range->start);
      g_assert_cmpuint (range->end, <=, strlen (text));
      g_assert_null (memchr (text + range->start, '\n', range->end - range->start));
      g_assert_true (g_utf8_validate (text + range->start, (gssize) (range->end - range->start), NULL)
                     || !g_utf8_validate (text, -1, NULL));
      g_string_append_len (marked, text + at, range->start - at);
      g_string_append_printf (marked, "[%.*s]", (int) (range->end - range->start), text + range->start);
      at = range->end;
    }
  g_string_append (marked, text + at);

  return g_string_free (marked, FALSE);
}

static void
check (const char *old_text, const char *new_text, const char *old_marked, const char *new_marked)
{
  g_autoptr (GArray) old_ranges = g_array_new (FALSE, FALSE, sizeof (EnclaveTextRange));
  g_autoptr (GArray) new_ranges = g_array_new (FALSE, FALSE, sizeof (EnclaveTextRange));
  g_autofree char *old_found = NULL;
  g_autofree char *new_found = NULL;

  enclave_word_diff (old_text, new_text, old_ranges, new_ranges);
  old_found = mark (old_text, old_ranges);
  new_found = mark (new_text, new_ranges);
  if (old_marked != NULL)
    g_assert_cmpstr (old_found, ==, old_marked);
  if (new_marked != NULL)
    g_assert_cmpstr (new_found, ==, new_marked);
}

static void
test_words (void)
{
  check ("int first = 1;", "int first = 2;", "int first = [1];", "int first = [2];");
  check ("return ring->head;", "return ring->tail;", "return ring->[head];", "return ring->[tail];");
  check ("call (one, two)", "call (one, two, three)", "call (one, two)", "call (one, two[, three])");
  check ("same", "same", "same", "same");
  check ("", "new\n", "", "new\n");
  check ("int größe = 1;", "int größer = 1;", "int [größe] = 1;", "int [größer] = 1;");
}

/* One line that became two: what was only broken and indented is no change. */
static void
test_blocks (void)
{
  check ("  return (ring->head - ring->tail) % ring->capacity;\n",
         "  return (ring->head + ring->capacity - ring->tail)\n         % ring->capacity;\n",
         "  return (ring->head - ring->tail) % ring->capacity;\n",
         "  return (ring->head [+ ring->capacity] - ring->tail)\n         % ring->capacity;\n");
  check ("a (1);\nb (2);\n", "a (1);\n  b (3);\n", "a (1);\nb ([2]);\n", "a (1);\n  b ([3]);\n");
}

/* A line that is another one is read whole. */
static void
test_unlike (void)
{
  check ("for (;;) break;\n", "assert_that_nothing_of_it_stays ();\n", "for (;;) break;\n",
         "assert_that_nothing_of_it_stays ();\n");
}

static void
test_limits (void)
{
  g_autofree char *old_text = g_strnfill (ENCLAVE_WORD_DIFF_MAX_BYTES + 1, 'a');
  g_autoptr (GString) old_words = g_string_new (NULL);
  g_autoptr (GString) new_words = g_string_new (NULL);
  gint64 begin = g_get_monotonic_time ();

  check (old_text, "a", old_text, "a");

  /* all words differ in order, none in kind: the worst that fits */
  for (guint i = 0; old_words->len + 3 < ENCLAVE_WORD_DIFF_MAX_BYTES; i++)
    {
      g_string_append_printf (old_words, "%c ", 'a' + (int) (i % 26));
      g_string_append_printf (new_words, "%c ", 'z' - (int) (i * 7 % 26));
    }
  check (old_words->str, new_words->str, NULL, NULL);
  g_test_message ("%" G_GINT64_FORMAT " us", g_get_monotonic_time () - begin);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 5 * G_USEC_PER_SEC);
}

/* Whatever is compared, ranges are in order, inside the text, on one line, and on whole characters. */
static void
test_any (void)
{
  static const char *const pieces[] = { "a", "b", " ", "\n", "ä", "\xff", "(", "word", "\t", "\r\n", "€", ";" };
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint round = 0; round < 4000; round++)
    {
      g_autoptr (GString) old_text = g_string_new (NULL);
      g_autoptr (GString) new_text = g_string_new (NULL);

      for (guint i = 0; i < round % 40; i++)
        {
          const char *piece = pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))];

          if (g_rand_int_range (random, 0, 5) > 0)
            g_string_append (old_text, piece);
          if (g_rand_int_range (random, 0, 5) > 0)
            g_string_append (new_text, piece);
        }
      check (old_text->str, new_text->str, NULL, NULL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/word-diff/words", test_words);
  g_test_add_func ("/word-diff/blocks", test_blocks);
  g_test_add_func ("/word-diff/unlike", test_unlike);
  g_test_add_func ("/word-diff/limits", test_limits);
  g_test_add_func ("/word-diff/any", test_any);

  return g_test_run ();
}
