/* test-ghost-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>

#include "enclave-ghost-view.h"

typedef struct
{
  GtkWidget *window;
  EnclaveGhostView *view;
  GtkTextBuffer *buffer;
  guint n_changes;
} Fixture;

static void
settle (void)
{
  gint64 until = g_get_monotonic_time () + 150 * 1000;

  while (g_get_monotonic_time () < until)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
}

static void
on_change (Fixture *fixture)
{
  fixture->n_changes++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  GtkSourceBuffer *buffer = gtk_source_buffer_new (NULL);

  fixture->view = g_object_new (ENCLAVE_TYPE_GHOST_VIEW, "buffer", buffer, "monospace", TRUE, "show-line-numbers", TRUE,
                                "pixels-above-lines", 1, "pixels-below-lines", 1, "bottom-margin", 24, NULL);
  fixture->buffer = GTK_TEXT_BUFFER (buffer);
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 500, 400);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->view));
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_text_buffer_set_text (fixture->buffer, "one\n  two);\nthree\n", -1);
  gtk_text_buffer_set_modified (fixture->buffer, FALSE);
  g_signal_connect_swapped (fixture->buffer, "changed", G_CALLBACK (on_change), fixture);
  g_signal_connect_swapped (fixture->buffer, "notify::cursor-position", G_CALLBACK (on_change), fixture);
  settle ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_signal_handlers_disconnect_by_data (fixture->buffer, fixture);
  g_object_unref (fixture->buffer);
}

static void
place_caret (Fixture *fixture, int line, int column)
{
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_line_offset (fixture->buffer, &iter, line, column);
  gtk_text_buffer_place_cursor (fixture->buffer, &iter);
  settle ();
  fixture->n_changes = 0;
}

static int
top_of (Fixture *fixture, int line)
{
  GtkTextIter iter;
  GdkRectangle at;

  gtk_text_buffer_get_iter_at_line (fixture->buffer, &iter, line);
  gtk_text_view_get_iter_location (GTK_TEXT_VIEW (fixture->view), &iter, &at);
  return at.y;
}

static GdkRectangle
caret_of (Fixture *fixture)
{
  GdkRectangle at;

  gtk_text_view_get_cursor_locations (GTK_TEXT_VIEW (fixture->view), NULL, &at, NULL);
  return at;
}

/* Draws for real; a mistake of the drawing is a warning and ends the test. */
static void
check (Fixture *fixture, int line, int column, const char *ghost, int n_more)
{
  GtkTextIter start, end;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  GdkRectangle old_caret, caret;
  int below, pitch;

  place_caret (fixture, line, column);
  gtk_text_buffer_get_bounds (fixture->buffer, &start, &end);
  before = gtk_text_buffer_get_text (fixture->buffer, &start, &end, TRUE);
  old_caret = caret_of (fixture);
  pitch = top_of (fixture, 1) - top_of (fixture, 0);
  below = top_of (fixture, line + 1);

  enclave_ghost_view_set_ghost (fixture->view, ghost);
  settle ();
  g_assert_cmpstr (enclave_ghost_view_get_ghost (fixture->view), ==, ghost);
  caret = caret_of (fixture);
  g_assert_cmpint (caret.x, ==, old_caret.x);
  g_assert_cmpint (caret.y, ==, old_caret.y);
  if (line < 3)
    g_assert_cmpint (top_of (fixture, line + 1), ==, below + n_more * pitch);
  else
    g_assert_cmpint (gtk_text_view_get_bottom_margin (GTK_TEXT_VIEW (fixture->view)), ==, 24 + n_more * pitch);
  gtk_text_buffer_get_bounds (fixture->buffer, &start, &end);
  after = gtk_text_buffer_get_text (fixture->buffer, &start, &end, TRUE);
  g_assert_cmpstr (after, ==, before);
  g_assert_false (gtk_text_buffer_get_modified (fixture->buffer));
  g_assert_false (gtk_text_buffer_get_can_undo (fixture->buffer));
  g_assert_cmpuint (fixture->n_changes, ==, 0);

  enclave_ghost_view_set_ghost (fixture->view, NULL);
  settle ();
  g_assert_null (enclave_ghost_view_get_ghost (fixture->view));
  g_assert_cmpint (gtk_text_view_get_bottom_margin (GTK_TEXT_VIEW (fixture->view)), ==, 24);
  g_assert_cmpint (top_of (fixture, line + 1), ==, below);
}

static void
test_one_line (Fixture *fixture, gconstpointer data)
{
  check (fixture, 0, 3, " = 1;", 0);
  check (fixture, 1, 5, " (a, b", 0);
}

static void
test_lines (Fixture *fixture, gconstpointer data)
{
  gtk_text_buffer_set_enable_undo (fixture->buffer, FALSE);
  gtk_text_buffer_set_enable_undo (fixture->buffer, TRUE);
  check (fixture, 0, 3, " {\n  a;\n\n\tb;\n}", 4);
  check (fixture, 2, 0, "x\ny", 1);
  /* The last line has no character. */
  check (fixture, 3, 0, "a\nb\nc", 2);
}

static void
test_empty_is_none (Fixture *fixture, gconstpointer data)
{
  enclave_ghost_view_set_ghost (fixture->view, "");
  g_assert_null (enclave_ghost_view_get_ghost (fixture->view));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  gtk_source_init ();
#define ADD(name, function) g_test_add ("/ghost-view/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("one-line", test_one_line);
  ADD ("lines", test_lines);
  ADD ("empty-is-none", test_empty_is_none);
  return g_test_run ();
}
