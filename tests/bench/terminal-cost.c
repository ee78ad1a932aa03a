/* terminal-cost.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* `terminal-cost bare|enclave|calm FILE`: how long a terminal takes to show FILE, what the process needs for that, and how long a key
 * would have waited meanwhile: a thread asks the main loop every 2 ms. bare: VTE that spawns and reads itself; calm: Enclave's while
 * tokens arrive. Prints `begin` and `end` for who looks at all processes, and one line of JSON. */

#include "config.h"

#include <adwaita.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vte/vte.h>

#include "enclave-settings.h"
#include "enclave-terminal-pane.h"

#define END "the-end-of-the-flood"
#define ASK_US 2000
#define MAX_ASKED 200000

static gint64 late_us[MAX_ASKED];
static gint n_late;
static gint done;
static VteTerminal *terminal;

static gboolean
answer_cb (gpointer user_data)
{
  gint64 *asked = user_data;
  int n = g_atomic_int_add (&n_late, 1);

  if (n < MAX_ASKED)
    late_us[n] = g_get_monotonic_time () - *asked;
  return G_SOURCE_REMOVE;
}

static gpointer
ask (gpointer user_data)
{
  while (!g_atomic_int_get (&done))
    {
      gint64 *now = g_new (gint64, 1);

      *now = g_get_monotonic_time ();
      g_idle_add_full (G_PRIORITY_DEFAULT, answer_cb, now, g_free);
      g_usleep (ASK_US);
    }
  return NULL;
}

static double
get_cpu_ms (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 first = *(const gint64 *) a;
  gint64 second = *(const gint64 *) b;

  return (first > second) - (first < second);
}

static gboolean
is_over (void)
{
  glong column;
  glong row;
  g_autofree char *text = NULL;

  if (terminal == NULL)
    return FALSE;
  vte_terminal_get_cursor_position (terminal, &column, &row);
  text = vte_terminal_get_text_range (terminal, MAX (row - 3, 0), 0, row, 80, NULL, NULL, NULL);
  return text != NULL && strstr (text, END) != NULL;
}

static gboolean
look_cb (gpointer user_data)
{
  if (!is_over ())
    return G_SOURCE_CONTINUE;
  g_atomic_int_set (&done, 1);
  return G_SOURCE_REMOVE;
}

static GtkWidget *
find_terminal (GtkWidget *widget)
{
  GtkWidget *found = VTE_IS_TERMINAL (widget) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_terminal (child);
  return found;
}

static void
spin_ms (guint ms)
{
  gint64 end = g_get_monotonic_time () + ms * G_GINT64_CONSTANT (1000);

  while (g_get_monotonic_time () < end)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
}

int
main (int argc, char **argv)
{
  g_autofree char *script = NULL;
  g_autofree char *text = NULL;
  g_autofree char *quoted = NULL;
  GtkWidget *window;
  GThread *asker;
  gint64 began;
  double cpu;
  double wall;
  gboolean bare;

  if (argc != 3)
    {
      g_printerr ("terminal-cost bare|enclave|calm FILE\n");
      return 2;
    }
  bare = strcmp (argv[1], "bare") == 0;
  adw_init ();
  quoted = g_shell_quote (argv[2]);
  text = g_strdup_printf ("#!/bin/sh\nsleep 0.3\ncat %s\necho; echo " END "\nsleep 1000\n", quoted);
  script = g_build_filename (g_get_tmp_dir (), "enclave-terminal-cost-XXXXXX", NULL);
  close (g_mkstemp_full (script, O_RDWR, 0700));
  if (!g_file_set_contents_full (script, text, -1, G_FILE_SET_CONTENTS_NONE, 0700, NULL))
    return 1;

  window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  if (bare)
    {
      GtkWidget *scroller = gtk_scrolled_window_new ();

      terminal = VTE_TERMINAL (vte_terminal_new ());
      vte_terminal_set_scrollback_lines (terminal, 10000);
      gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (terminal));
      adw_window_set_content (ADW_WINDOW (window), scroller);
    }
  else
    {
      g_autoptr (GSettings) settings = enclave_settings_new ("dev.enclave.Enclave", NULL, NULL);

      g_settings_set_string (settings, "terminal-shell", script);
      adw_window_set_content (ADW_WINDOW (window), enclave_terminal_pane_new ());
    }
  gtk_window_present (GTK_WINDOW (window));
  spin_ms (500);

  cpu = get_cpu_ms ();
  if (bare)
    {
      char *command[] = { script, NULL };

      vte_terminal_spawn_async (terminal, VTE_PTY_DEFAULT, NULL, command, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, -1, NULL,
                                NULL, NULL);
    }
  else
    {
      EnclaveTerminalPane *pane = ENCLAVE_TERMINAL_PANE (adw_window_get_content (ADW_WINDOW (window)));

      enclave_terminal_pane_open_shell (pane);
      enclave_terminal_pane_set_calm (pane, strcmp (argv[1], "calm") == 0);
      terminal = VTE_TERMINAL (find_terminal (GTK_WIDGET (pane)));
    }
  spin_ms (200);
  puts ("begin");
  fflush (stdout);
  began = g_get_monotonic_time ();
  asker = g_thread_new ("asker", ask, NULL);
  g_timeout_add (5, look_cb, NULL);
  while (!g_atomic_int_get (&done))
    g_main_context_iteration (NULL, TRUE);
  wall = (double) (g_get_monotonic_time () - began) / 1000;
  cpu = get_cpu_ms () - cpu;
  puts ("end");
  fflush (stdout);
  g_thread_join (asker);
  unlink (script);

  n_late = MIN (n_late, MAX_ASKED);
  qsort (late_us, (gsize) n_late, sizeof *late_us, compare);
  printf ("{\"wall_ms\": %.0f, \"cpu_ms\": %.0f, \"late_ms\": %.1f, \"longest_ms\": %.1f}\n", wall, cpu,
          n_late > 0 ? (double) late_us[n_late * 99 / 100] / 1000 : 0, n_late > 0 ? (double) late_us[n_late - 1] / 1000 : 0);
  fflush (stdout);
  /* the shell sleeps on its terminal, which ends with us */
  _exit (0);
}
