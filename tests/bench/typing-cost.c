/* typing-cost.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * typing-cost bare|enclave FILE [SECONDS]: opens a file and types at its start, in the first second, in those that follow, and again after
 * SECONDS, and prints how long each letter took from the moment it was due to the frame that showed it. `bare` is the toolkit's source view with the language of C, line
 * numbers and the caret's line, and nothing else.
 *
 * soon_p50, soon_p95: in the second after the first frame with text, ms. soon_cpu: of the processor, for a key, what goes on behind it with
 * it. busy_…: the same in the four seconds after that, while the text is analysed. calm_…: after the wait.
 */

#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include <adwaita.h>

#include "enclave-editor-page.h"
#include "enclave-editor-pane.h"
#include "percentile.h"

#define MAX_KEYS 40

typedef struct
{
  GtkWidget *pane;
  GtkTextView *view;
  gboolean bare;
  gint64 first;
  gint64 due;
  gint64 typed; /* 0: none waits for its frame */
  double taken[MAX_KEYS];
  guint n;
  guint n_keys;
} Run;

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
painted_cb (GdkFrameClock *clock, Run *run)
{
  gint64 now = g_get_monotonic_time ();

  if (run->first == 0)
    {
      GtkWidget *view = find (run->pane, GTK_SOURCE_TYPE_VIEW);

      if (view != NULL && gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view))) > 0)
        {
          run->view = GTK_TEXT_VIEW (view);
          run->first = now;
        }
    }
  if (run->typed != 0 && run->n < run->n_keys)
    {
      run->taken[run->n++] = (double) (now - run->due) / 1000;
      run->typed = 0;
    }
}

/* Where keys are heard of too. */
static gboolean
key_cb (gpointer data)
{
  Run *run = data;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (run->view);

  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_insert_interactive_at_cursor (buffer, run->n % 8 == 7 ? " " : "x", 1, TRUE);
  gtk_text_buffer_end_user_action (buffer);
  gtk_text_view_scroll_mark_onscreen (run->view, gtk_text_buffer_get_insert (buffer));
  run->typed = g_get_monotonic_time ();
  return G_SOURCE_REMOVE;
}

static double
get_cpu_ms (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

static void
type_keys (Run *run, const char *name, guint n_keys, gint64 key_ms)
{
  double cpu = get_cpu_ms ();

  run->n = 0;
  run->n_keys = n_keys;
  run->due = g_get_monotonic_time () + key_ms * 1000;
  while (run->n < n_keys)
    {
      guint n = run->n;
      gint64 wait = run->due - g_get_monotonic_time ();
      /* a key that is due waits behind what runs, and is due at the time it was pressed */
      guint source = g_timeout_add_full (GDK_PRIORITY_EVENTS, (guint) MAX (wait / 1000, 0), key_cb, run, NULL);

      while (run->n == n)
        g_main_context_iteration (NULL, TRUE);
      if (g_main_context_find_source_by_id (NULL, source) != NULL)
        g_source_remove (source);
      /* nobody types on while nothing is seen: what one key waited is not counted again for the next */
      run->due = MAX (run->due, g_get_monotonic_time () - key_ms * 500) + key_ms * 1000;
    }
  cpu = (get_cpu_ms () - cpu) / n_keys;
  percentile_sort (run->taken, n_keys);
  printf ("%s_p50 %.1f %s_p95 %.1f %s_cpu %.1f ", name, percentile_get (run->taken, n_keys, 50), name,
          percentile_get (run->taken, n_keys, 95), name, cpu);
  fflush (stdout);
}

static void
wait_ms (gint64 milliseconds)
{
  gint64 until = g_get_monotonic_time () + milliseconds * 1000;

  while (g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, FALSE);
}

static void
open_bare (Run *run, const char *path)
{
  GtkSourceBuffer *buffer = gtk_source_buffer_new_with_language (
    gtk_source_language_manager_get_language (gtk_source_language_manager_get_default (), "c"));
  GtkWidget *view = gtk_source_view_new_with_buffer (buffer);
  g_autofree char *text = NULL;
  GtkTextIter start;

  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_source_view_set_show_line_numbers (GTK_SOURCE_VIEW (view), TRUE);
  gtk_source_view_set_highlight_current_line (GTK_SOURCE_VIEW (view), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (run->pane), view);
  if (g_file_get_contents (path, &text, NULL, NULL))
    gtk_text_buffer_set_text (GTK_TEXT_BUFFER (buffer), text, -1);
  gtk_text_buffer_get_start_iter (GTK_TEXT_BUFFER (buffer), &start);
  gtk_text_buffer_place_cursor (GTK_TEXT_BUFFER (buffer), &start);
  gtk_widget_grab_focus (view);
}

int
main (int argc, char **argv)
{
  Run run = { 0 };
  GtkWidget *window;

  if (argc < 3)
    return 2;
  gtk_init ();
  gtk_source_init ();
  adw_init ();
  run.bare = strcmp (argv[1], "bare") == 0;
  window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 1200, 800);
  run.pane = run.bare ? gtk_scrolled_window_new () : enclave_editor_pane_new ();
  gtk_window_set_child (GTK_WINDOW (window), run.pane);
  gtk_window_present (GTK_WINDOW (window));
  wait_ms (500);
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (painted_cb), &run);
  if (run.bare)
    {
      open_bare (&run, argv[2]);
    }
  else
    {
      g_autoptr (GFile) file = g_file_new_for_path (argv[2]);

      enclave_editor_pane_open (ENCLAVE_EDITOR_PANE (run.pane), file, 0, 0);
    }
  while (run.first == 0 || !gtk_text_view_get_editable (run.view))
    g_main_context_iteration (NULL, TRUE);
  printf ("%s ", argv[1]);
  type_keys (&run, "soon", 20, 50);
  type_keys (&run, "busy", MAX_KEYS, 100);
  wait_ms ((argc > 3 ? g_ascii_strtoll (argv[3], NULL, 10) : 25) * 1000);
  type_keys (&run, "calm", MAX_KEYS, 100);
  printf ("\n");
  return 0;
}
