/* find-cost.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What going to a file costs: `find-cost N` makes N paths, types words letter by letter and prints the milliseconds of each key, and the
 * mean of looking at all paths for each (`naive`); `find-cost DIRECTORY` looks at a folder.
 */

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "enclave-file-index.h"

static int
compare (gconstpointer a, gconstpointer b)
{
  double left = *(const double *) a;
  double right = *(const double *) b;

  return left < right ? -1 : left > right;
}

/* Milliseconds of this thread on a processor: others on the machine don't count. */
static double
get_time (void)
{
  struct timespec now = { 0 };

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);

  return (double) now.tv_sec * 1000 + (double) now.tv_nsec / 1e6;
}

#define MAX_FOUND 100
#define ROUNDS 5

static const char *const words[] = { "mainwindow", "src/dr", "kernelsched", "buffer.c", "e", "src net ip", "indexreader.h" };

static inline char
fold (char letter)
{
  return letter >= 'A' && letter <= 'Z' ? (char) (letter + ('a' - 'A')) : letter;
}

/* The letters in order, more for those in a row and at the start of a word; negative when they are not there. */
static int
score_naively (const char *path, const char *typed)
{
  int score = 0;
  int in_row = 0;
  char before = '/';

  for (; *path != '\0' && *typed != '\0'; before = *path++)
    if (fold (*path) == *typed)
      {
        in_row++;
        score += 1 + in_row * 2 + (before == '/' || before == '_' ? 6 : 0);
        typed++;
      }
    else
      {
        in_row = 0;
      }
  return *typed == '\0' ? score : -1;
}

static void
search_naively (EnclaveFuzzyList *list, const char *typed, int *best)
{
  guint n = 0;

  for (guint i = 0; i < enclave_fuzzy_list_get_n (list); i++)
    {
      int score = score_naively (enclave_fuzzy_list_get (list, i), typed);

      if (score < 0)
        continue;
      if (n < MAX_FOUND)
        {
          best[n++] = score;
        }
      else
        {
          guint least = 0;

          for (guint k = 1; k < n; k++)
            if (best[k] < best[least])
              least = k;
          best[least] = MAX (best[least], score);
        }
    }
}

/* The mean of a key when all paths are looked at for each, one after the other. */
static double
type_naively (EnclaveFuzzyList *list)
{
  int best[MAX_FOUND] = { 0 };
  double start = get_time ();
  guint n_keys = 0;

  for (guint w = 0; w < G_N_ELEMENTS (words); w++)
    for (gsize n = 1; n <= strlen (words[w]); n++, n_keys++)
      {
        g_autofree char *typed = g_strndup (words[w], n);

        search_naively (list, typed, best);
      }
  return (get_time () - start) / n_keys;
}

static void
type_words (EnclaveFuzzyList *list)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  double sum = 0;
  double naive = 0;

  for (guint round = 0; round < ROUNDS; round++)
    {
      for (guint w = 0; w < G_N_ELEMENTS (words); w++)
        {
          g_autoptr (EnclaveFuzzySurvivors) survivors = NULL;

          for (gsize n = 1; words[w][n - 1] != '\0'; n++)
            {
              g_autofree char *typed = g_strndup (words[w], n);
              double start = get_time ();
              g_autoptr (GArray) hits = enclave_fuzzy_list_search (list, typed, MAX_FOUND, &survivors, NULL);
              double ms = get_time () - start;

              g_array_append_val (times, ms);
              sum += ms;
            }
        }
      naive += type_naively (list) / ROUNDS;
    }
  g_array_sort (times, compare);
  printf ("files %u keys %u mean %.2f median %.2f p95 %.2f worst %.2f naive %.2f ms\n", enclave_fuzzy_list_get_n (list), times->len,
          sum / times->len, g_array_index (times, double, times->len / 2), g_array_index (times, double, times->len * 95 / 100),
          g_array_index (times, double, times->len - 1), naive);
}

static void
changed_cb (EnclaveFileIndex *index, GMainLoop *loop)
{
  g_main_loop_quit (loop);
}

int
main (int argc, char **argv)
{
  static const char *const parts[] = { "src",  "drivers", "net",  "kernel", "window", "main",   "buffer", "index",
                                       "sched", "reader",  "test", "include", "media",  "module", "parser", "widget" };
  g_autoptr (EnclaveFuzzyList) list = NULL;

  if (argc != 2)
    return 2;
  if (g_path_is_absolute (argv[1]))
    {
      g_autoptr (EnclaveFileIndex) index = enclave_file_index_new (argv[1]);
      g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
      gint64 start = g_get_monotonic_time ();

      g_signal_connect (index, "changed", G_CALLBACK (changed_cb), loop);
      enclave_file_index_refresh (index);
      g_main_loop_run (loop);
      printf ("look %.1f ms\n", (double) (g_get_monotonic_time () - start) / 1000);
      list = enclave_fuzzy_list_ref (enclave_file_index_get_list (index));
    }
  else
    {
      g_autoptr (GRand) random = g_rand_new_with_seed (1);

      list = enclave_fuzzy_list_new ();
      for (int i = atoi (argv[1]); i > 0; i--)
        {
          g_autofree char *path = g_strdup_printf ("%s/%s_%s/%s%s_%d.%s", parts[g_rand_int_range (random, 0, 16)],
                                                   parts[g_rand_int_range (random, 0, 16)], parts[g_rand_int_range (random, 0, 16)],
                                                   parts[g_rand_int_range (random, 0, 16)], parts[g_rand_int_range (random, 0, 16)],
                                                   i, i % 2 ? "c" : "h");

          enclave_fuzzy_list_add (list, path, 0);
        }
    }
  type_words (list);

  return 0;
}
