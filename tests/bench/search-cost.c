/* search-cost.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One search of the person's, as the window makes it: `search-cost FOLDER PATTERN [r][i][w]` prints the lines found, the milliseconds
 * until the first one and until all are there.
 */

#include "config.h"

#include <stdio.h>
#include <string.h>

#include "enclave-text-search.h"

static gint64 started;
static gint64 first;

static void
found_cb (EnclaveTextSearch *search, GPtrArray *found, gpointer user_data)
{
  if (first == 0)
    first = g_get_monotonic_time ();
  enclave_text_search_go_on (search);
}

static void
ended_cb (EnclaveTextSearch *search, GMainLoop *loop)
{
  g_main_loop_quit (loop);
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveTextPattern) pattern = NULL;
  g_autoptr (EnclaveTextSearch) search = NULL;
  EnclaveTextPatternFlags flags = ENCLAVE_TEXT_PATTERN_MATCH_CASE;
  const char *words = argc > 3 ? argv[3] : "";

  if (argc < 3)
    return 2;
  if (strchr (words, 'r') != NULL)
    flags |= ENCLAVE_TEXT_PATTERN_REGEX;
  if (strchr (words, 'w') != NULL)
    flags |= ENCLAVE_TEXT_PATTERN_WHOLE_WORDS;
  if (strchr (words, 'i') != NULL)
    flags &= ~ENCLAVE_TEXT_PATTERN_MATCH_CASE;
  started = g_get_monotonic_time ();
  pattern = enclave_text_pattern_new (argv[2], flags, &error);
  if (pattern != NULL)
    search = enclave_text_search_new (&(EnclaveTextSearchOptions){ .root = argv[1], .pattern = pattern, .holds = TRUE }, &error);
  if (search == NULL)
    {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
  g_signal_connect (search, "found", G_CALLBACK (found_cb), NULL);
  g_signal_connect (search, "ended", G_CALLBACK (ended_cb), loop);
  g_main_loop_run (loop);
  printf ("%u lines in %u of %u files, first %.1f ms, all %.1f ms\n", enclave_text_search_get_n_lines (search),
          enclave_text_search_get_n_files (search), enclave_text_search_get_n_searched (search),
          first != 0 ? (double) (first - started) / 1000 : 0, (double) (g_get_monotonic_time () - started) / 1000);

  return 0;
}
