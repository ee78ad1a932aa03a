/* test-token-estimate.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <stdio.h>
#include <string.h>

#include "enclave-token-estimate.h"

#define N_TOKENIZERS 3
/* Passages that a server has counted before. */
#define N_FIRST 4

/* Passages of code and diffs against what three tokenizers make of them. */
static void
test_passages (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "inference", "token-counts.txt", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) parts = NULL;
  double sum = 0;
  double sums[N_TOKENIZERS] = { 0 };
  double first = 0;
  double firsts[N_TOKENIZERS] = { 0 };

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  parts = g_strsplit (text, "%% tokens ", -1);
  g_assert_cmpuint (g_strv_length (parts), >, 10);
  for (guint i = 1; parts[i] != NULL; i++)
    {
      guint counts[N_TOKENIZERS];
      char *passage = strchr (parts[i], '\n') + 1;
      double estimate;

      g_assert_cmpint (sscanf (parts[i], "%u %u %u", &counts[0], &counts[1], &counts[2]), ==, N_TOKENIZERS);
      passage[strlen (passage) - 1] = '\0';
      estimate = enclave_token_estimate (passage);
      sum += estimate;
      first += i <= N_FIRST ? estimate : 0;
      for (guint j = 0; j < N_TOKENIZERS; j++)
        {
          g_assert_cmpfloat (estimate / counts[j], >, 0.75);
          g_assert_cmpfloat (estimate / counts[j], <, 1.25);
          sums[j] += counts[j];
          firsts[j] += i <= N_FIRST ? counts[j] : 0;
        }
    }
  for (guint j = 0; j < N_TOKENIZERS; j++)
    {
      double ratio = firsts[j] / first;
      double later = (sum - first) * ratio / (sums[j] - firsts[j]);

      g_test_message ("tokenizer %u: %.0f tokens, reckoned %.0f (%+.1f %%); with what the first %d taught, %+.1f %% for the others", j,
                      sums[j], sum, 100 * (sum / sums[j] - 1), N_FIRST, 100 * (later - 1));
      g_assert_cmpfloat (sum / sums[j], >, 0.85);
      g_assert_cmpfloat (sum / sums[j], <, 1.15);
      g_assert_cmpfloat (later, >, 0.9);
      g_assert_cmpfloat (later, <, 1.1);
    }
}

/* Whatever the bytes are: an end, no less than nothing, and the time of one pass. */
static void
test_odd (void)
{
  g_autofree char *blanks = g_strnfill (4 * 1000 * 1000, ' ');
  gint64 start = g_get_monotonic_time ();

  g_assert_cmpfloat (enclave_token_estimate (""), ==, 0);
  g_assert_cmpfloat (enclave_token_estimate (blanks), <, 10);
  g_assert_cmpfloat (enclave_token_estimate ("\xff\xfe\x80"), >, 0);
  g_assert_cmpfloat (enclave_token_estimate ("\n"), >, 0.5);
  g_assert_cmpfloat (enclave_token_estimate ("word"), >, 0.5);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/token-estimate/passages", test_passages);
  g_test_add_func ("/token-estimate/odd", test_odd);

  return g_test_run ();
}
