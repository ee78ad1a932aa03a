/* test-search-hold.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <sched.h>

#include "enclave-text-search.h"

#include "enclave-test-project.h"

#define N_HELD 500

typedef struct
{
  GMainLoop *loop;
  guint n_first; /* files searched when the first finds came */
  guint n_later;
} Held;

static gboolean
look_again_cb (gpointer search)
{
  Held *held = g_object_get_data (search, "held");

  held->n_later = enclave_text_search_get_n_searched (search);
  enclave_text_search_go_on (search);

  return G_SOURCE_REMOVE;
}

static void
first_found_cb (EnclaveTextSearch *search, GPtrArray *found, Held *held)
{
  if (held->n_first > 0)
    return;
  held->n_first = enclave_text_search_get_n_searched (search);
  g_object_set_data (G_OBJECT (search), "held", held);
  g_timeout_add (30, look_again_cb, search);
}

static void
held_ended_cb (EnclaveTextSearch *search, Held *held)
{
  g_main_loop_quit (held->loop);
}

/* On two processors, which the window needs to show what was found first. */
static Held
search_held (EnclaveTestProject *project, EnclaveTextPattern *pattern, gboolean holds)
{
  g_autoptr (EnclaveTextSearch) search
    = enclave_text_search_new (&(EnclaveTextSearchOptions){ .root = project->root, .pattern = pattern, .holds = holds }, NULL);
  Held held = { .loop = g_main_loop_new (NULL, FALSE) };

  g_signal_connect (search, "found", G_CALLBACK (first_found_cb), &held);
  g_signal_connect (search, "ended", G_CALLBACK (held_ended_cb), &held);
  g_main_loop_run (held.loop);
  g_assert_cmpuint (enclave_text_search_get_n_files (search), ==, N_HELD);
  while (held.n_later == 0)
    g_main_context_iteration (NULL, TRUE);
  g_main_loop_unref (held.loop);

  return held;
}

static void
test_hold (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autoptr (EnclaveTextPattern) pattern = enclave_text_pattern_new ("ring", ENCLAVE_TEXT_PATTERN_MATCH_CASE, NULL);
  EnclaveTextSearch *search;
  gboolean waited = FALSE;
  cpu_set_t all;
  cpu_set_t two;
  gint64 begin;

  CPU_ZERO (&two);
  g_assert_cmpint (sched_getaffinity (0, sizeof all, &all), ==, 0);
  for (guint i = 0; i < CPU_SETSIZE && CPU_COUNT (&two) < 2; i++)
    if (CPU_ISSET (i, &all))
      CPU_SET (i, &two);
  g_assert_cmpint (sched_setaffinity (0, sizeof two, &two), ==, 0);
  for (guint i = 0; i < N_HELD; i++)
    {
      g_autofree char *name = g_strdup_printf ("file%u", i);

      enclave_test_project_write (project, name, "ring\n");
    }

  g_assert_cmpuint (search_held (project, pattern, FALSE).n_later, ==, N_HELD);
  /* on a busy machine the first finds may come when the wait is over */
  for (guint i = 0; i < 10 && !waited; i++)
    {
      Held held = search_held (project, pattern, TRUE);

      waited = held.n_later < N_HELD && held.n_later - held.n_first < 5;
    }
  g_assert_true (waited);

  /* nobody says that they are shown */
  begin = g_get_monotonic_time ();
  search = enclave_text_search_new (&(EnclaveTextSearchOptions){ .root = project->root, .pattern = pattern, .holds = TRUE }, NULL);
  while (enclave_text_search_get_running (search))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (enclave_text_search_get_n_files (search), ==, N_HELD);
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, 90 * G_TIME_SPAN_MILLISECOND);
  g_object_unref (search);
  g_assert_cmpint (sched_setaffinity (0, sizeof all, &all), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();
  g_test_add_func ("/search-hold/hold", test_hold);
  return g_test_run ();
}
