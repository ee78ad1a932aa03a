/* test-repetition.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-repetition.h"

/* Bytes of @text until it is called a repetition; 0: never. */
static gsize
feed (const char *text, gsize slice)
{
  g_autoptr (EnclaveRepetition) repetition = enclave_repetition_new ();
  gsize length = strlen (text);

  for (gsize at = 0; at < length; at += slice)
    {
      g_autofree char *piece = g_strndup (text + at, MIN (slice, length - at));

      if (enclave_repetition_feed (repetition, piece))
        return at + strlen (piece);
    }

  return 0;
}

static char *
repeat (const char *before, const char *passage, gsize bytes)
{
  g_autoptr (GString) text = g_string_new (before);

  while (text->len < bytes)
    g_string_append (text, passage);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_repeats (void)
{
  static const char *const passages[] = { "x", "\n", "no ", "Wait. Let me think again about this. ", "caf\303\251 " };
  static const gsize slices[] = { 1, 7, 5000, 100000 };

  for (guint i = 0; i < G_N_ELEMENTS (passages); i++)
    for (guint k = 0; k < G_N_ELEMENTS (slices); k++)
      {
        g_autofree char *text = repeat ("It begins well, and then: ", passages[i], 30000);

        g_assert_cmpuint (feed (text, slices[k]), >, 8192);
        g_assert_cmpuint (feed (text, slices[k]), <=, MAX (13000, slices[k]));
      }
}

static void
test_does_not (void)
{
  g_autofree char *ruler = repeat ("# Title\n", "-", 4000);
  g_autofree char *ends = repeat ("", "0, ", 7000);
  g_autoptr (GString) counted = g_string_new (NULL);
  g_autofree char *far_away = NULL;
  g_autofree char *long_passage = g_malloc (1500);

  g_assert_cmpuint (feed (ruler, 3), ==, 0);
  g_assert_cmpuint (feed (ends, 3), ==, 0);
  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (counted, "  { %u, \"name_%u\" },\n", i, i);
  g_assert_cmpuint (feed (counted->str, 9), ==, 0);
  /* What comes again after more than a kilobyte is a form that is filled in. */
  for (guint i = 0; i < 1499; i++)
    long_passage[i] = (char) ('a' + (i * i + i / 7) % 26);
  long_passage[1499] = '\0';
  far_away = repeat ("", long_passage, 60000);
  g_assert_cmpuint (feed (far_away, 11), ==, 0);
}

/* Ten megabytes cost well under a second. */
static void
test_cost (void)
{
  g_autoptr (EnclaveRepetition) repetition = enclave_repetition_new ();
  gint64 begun = g_get_monotonic_time ();

  for (guint i = 0; i < 1000000; i++)
    {
      char piece[16];

      g_snprintf (piece, sizeof piece, "%09u ", i * 2654435761U % 1000000000U);
      g_assert_false (enclave_repetition_feed (repetition, piece));
    }
  g_test_message ("%.0f ms for 10 MB", (double) (g_get_monotonic_time () - begun) / 1000);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 5 * G_USEC_PER_SEC);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/repetition/repeats", test_repeats);
  g_test_add_func ("/repetition/does-not", test_does_not);
  g_test_add_func ("/repetition/cost", test_cost);

  return g_test_run ();
}
