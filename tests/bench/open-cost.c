/* open-cost.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * open-cost bare|enclave FILE: opens a file in a window and scrolls through it, and prints what a person would feel of it. `bare`
 * is the toolkit's view with the whole text set at once and no line numbers, the quickest that it can do.
 *
 * first: from the call to the first frame with text, ms. whole: until all of it is there. gap: the longest time in which no
 * key would be answered. scroll: the same while pages are turned. rss: memory afterwards, MiB.
 *
 * open-cost bare|plain|source|enclave FILE frames: scrolls by three lines a frame as soon as the text is there, and prints `gap_p50`, `gap_p95`
 * and `gap_max` of the milliseconds from frame to frame, and `stall_max`, the longest time in which no key would be answered, between `begin`
 * and `end`. `plain`: a
 * text view and no more; `source`: with the language of C and line numbers.
 */

#include "config.h"

#include <stdio.h>
#include <string.h>

#include <adwaita.h>

#include "enclave-document.h"
#include "enclave-editor-page.h"
#include "enclave-editor-pane.h"
#include "enclave-file-view.h"
#include "percentile.h"

/* Frames of 51 pixels; the first say nothing yet. */
#define FIRST_FRAMES 60
#define FRAMES 600
#define STEP 51

typedef struct
{
  gint64 started;
  gint64 first;
  gint64 last_tick;
  gint64 gap;
  GtkWidget *text;
  GtkWidget *pane;
  gboolean bare;
  GtkAdjustment *adjustment;
  gint64 last_frame;
  guint n_frames;
  double gaps[FRAMES];
} Run;

static gboolean
tick_cb (gpointer data)
{
  Run *run = data;
  gint64 now = g_get_monotonic_time ();

  run->gap = MAX (run->gap, now - run->last_tick);
  run->last_tick = now;
  return G_SOURCE_CONTINUE;
}

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

static gboolean
has_text (Run *run)
{
  GtkWidget *rows = run->bare ? NULL : find (run->pane, ENCLAVE_TYPE_FILE_VIEW);
  GtkWidget *text = find (run->pane, GTK_TYPE_TEXT_VIEW);

  if (rows != NULL)
    return g_list_model_get_n_items (G_LIST_MODEL (enclave_file_view_get_rows (ENCLAVE_FILE_VIEW (rows)))) > 0;
  return text != NULL && gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (text))) > 0;
}

static void
painted_cb (GdkFrameClock *clock, Run *run)
{
  if (run->first == 0 && has_text (run))
    run->first = g_get_monotonic_time ();
}

static gboolean
is_whole (Run *run)
{
  GtkWidget *rows = run->bare ? NULL : find (run->pane, ENCLAVE_TYPE_FILE_VIEW);
  GtkWidget *page = run->bare ? NULL : find (run->pane, ENCLAVE_TYPE_EDITOR_PAGE);

  if (rows != NULL)
    return enclave_file_rows_get_complete (enclave_file_view_get_rows (ENCLAVE_FILE_VIEW (rows)));
  return run->bare ? has_text (run) : page != NULL && enclave_document_get_loaded (enclave_editor_page_get_document (ENCLAVE_EDITOR_PAGE (page)));
}

static double
read_rss (void)
{
  g_autofree char *status = NULL;
  const char *line = g_file_get_contents ("/proc/self/status", &status, NULL, NULL) ? strstr (status, "VmRSS:") : NULL;

  return line != NULL ? (double) g_ascii_strtoull (line + strlen ("VmRSS:"), NULL, 10) / 1024 : 0;
}

static void
wait_ms (gint64 milliseconds)
{
  gint64 until = g_get_monotonic_time () + milliseconds * 1000;

  while (g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, FALSE);
}

static gint64
take_gap (Run *run)
{
  gint64 gap = MAX (run->gap, g_get_monotonic_time () - run->last_tick);

  run->gap = 0;
  run->last_tick = g_get_monotonic_time ();
  return gap;
}

static void
open_bare (Run *run, const char *kind, const char *path)
{
  gboolean source = strcmp (kind, "source") == 0;
  GtkTextBuffer *buffer = strcmp (kind, "plain") == 0 ? gtk_text_buffer_new (NULL) : GTK_TEXT_BUFFER (gtk_source_buffer_new (NULL));
  GtkWidget *view = GTK_SOURCE_IS_BUFFER (buffer) ? gtk_source_view_new_with_buffer (GTK_SOURCE_BUFFER (buffer)) : gtk_text_view_new_with_buffer (buffer);
  g_autofree char *text = NULL;

  if (source)
    {
      gtk_source_buffer_set_language (GTK_SOURCE_BUFFER (buffer),
                                      gtk_source_language_manager_get_language (gtk_source_language_manager_get_default (), "c"));
      gtk_source_view_set_show_line_numbers (GTK_SOURCE_VIEW (view), TRUE);
    }
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (run->pane), view);
  if (g_file_get_contents (path, &text, NULL, NULL))
    gtk_text_buffer_set_text (buffer, text, -1);
  g_object_unref (buffer);
}

static GtkAdjustment *
find_adjustment (Run *run)
{
  GtkWidget *scrolled = run->bare ? run->pane : find (run->pane, ENCLAVE_TYPE_FILE_VIEW);

  if (scrolled == NULL)
    scrolled = gtk_widget_get_ancestor (find (run->pane, GTK_TYPE_TEXT_VIEW), GTK_TYPE_SCROLLED_WINDOW);
  if (!GTK_IS_SCROLLED_WINDOW (scrolled))
    scrolled = find (scrolled, GTK_TYPE_SCROLLED_WINDOW);
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
}

static gboolean
frame_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Run *run = data;
  gint64 now = g_get_monotonic_time ();

  if (run->n_frames == FIRST_FRAMES)
    take_gap (run);
  else if (run->n_frames > FIRST_FRAMES)
    run->gaps[run->n_frames - FIRST_FRAMES - 1] = (double) (now - run->last_frame) / 1000;
  run->last_frame = now;
  gtk_adjustment_set_value (run->adjustment, gtk_adjustment_get_value (run->adjustment) + STEP);
  return ++run->n_frames <= FIRST_FRAMES + FRAMES ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
scroll_frames (Run *run, GtkWidget *window)
{
  double from;

  run->adjustment = find_adjustment (run);
  from = gtk_adjustment_get_value (run->adjustment);
  gtk_widget_add_tick_callback (window, frame_cb, run, NULL);
  while (run->n_frames <= FIRST_FRAMES + FRAMES)
    g_main_context_iteration (NULL, TRUE);
  puts ("end");
  percentile_sort (run->gaps, FRAMES);
  printf ("gap_p50=%.1f\ngap_p95=%.1f\ngap_max=%.1f\nstall_max=%.1f\nscrolled=%.0f\ndone\n", percentile_get (run->gaps, FRAMES, 50),
          percentile_get (run->gaps, FRAMES, 95), percentile_get (run->gaps, FRAMES, 100), (double) take_gap (run) / 1000,
          gtk_adjustment_get_value (run->adjustment) - from);
  fflush (stdout);
  /* who looks at all processes ends this one after that */
  wait_ms (500);
}

int
main (int argc, char **argv)
{
  Run run = { 0 };
  GtkWidget *window;
  gint64 whole;
  gint64 opening;
  GtkAdjustment *adjustment;
  gboolean frames;

  if (argc < 3)
    return 2;
  gtk_init ();
  gtk_source_init ();
  adw_init ();
  run.bare = strcmp (argv[1], "enclave") != 0;
  frames = argc > 3 && strcmp (argv[3], "frames") == 0;
  window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 1200, 800);
  run.pane = run.bare ? gtk_scrolled_window_new () : enclave_editor_pane_new ();
  gtk_window_set_child (GTK_WINDOW (window), run.pane);
  gtk_window_present (GTK_WINDOW (window));
  wait_ms (500);
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (painted_cb), &run);
  g_timeout_add_full (G_PRIORITY_HIGH, 1, tick_cb, &run, NULL);
  wait_ms (100);

  if (frames)
    {
      puts ("begin");
      fflush (stdout);
    }
  run.started = g_get_monotonic_time ();
  run.gap = 0;
  run.last_tick = run.started;
  if (run.bare)
    {
      open_bare (&run, argv[1], argv[2]);
    }
  else
    {
      g_autoptr (GFile) file = g_file_new_for_path (argv[2]);

      enclave_editor_pane_open (ENCLAVE_EDITOR_PANE (run.pane), file, 0, 0);
    }
  while (run.first == 0 || !is_whole (&run))
    g_main_context_iteration (NULL, TRUE);
  whole = g_get_monotonic_time ();
  if (frames)
    {
      scroll_frames (&run, window);
      return 0;
    }
  wait_ms (1000);
  opening = take_gap (&run);

  adjustment = find_adjustment (&run);
  take_gap (&run);
  for (guint i = 0; i < 120; i++)
    {
      gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + 600);
      wait_ms (16);
    }
  printf ("%s first %.0f whole %.0f gap %.0f scroll %.0f rss %.0f\n", argv[1], (double) (run.first - run.started) / 1000,
          (double) (whole - run.started) / 1000, (double) opening / 1000, (double) take_gap (&run) / 1000, read_rss ());
  return 0;
}
