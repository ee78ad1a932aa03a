/* test-validation-pace.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When the lines of a text are measured, not how long it takes.
 */

#include "config.h"

#include "enclave-test-project.h"
#include "enclave-test-widgets.h"
#include "enclave-validation-pace.h"

#define N_LINES 60000
#define N_KEYS 30
#define KEY_MS 20
/* Such a pause may be held for the end of the typing. */
#define PAUSE_US (300 * 1000)
#define MAX_PAUSES 10
/* Of what is measured while the first key waits to be seen. */
#define N_BEGUN_KEYS 5

typedef struct
{
  GtkWidget *window;
  GtkTextView *view;
  GtkTextBuffer *buffer;
  GtkAdjustment *adjustment;
  guint n_frames;
} Fixture;

static void
painted_cb (GdkFrameClock *clock, Fixture *fixture)
{
  fixture->n_frames++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  g_autoptr (GString) text = g_string_new (NULL);

  for (int n = 0; n < N_LINES; n++)
    g_string_append_printf (text, "line %d\n", n);
  fixture->view = GTK_TEXT_VIEW (gtk_text_view_new ());
  fixture->buffer = gtk_text_view_get_buffer (fixture->view);
  fixture->adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (fixture->view));
  gtk_text_view_set_cursor_visible (fixture->view, FALSE);
  enclave_validation_pace_watch (fixture->view);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (fixture->view));
  fixture->adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (fixture->view));
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 500, 400);
  gtk_window_set_child (GTK_WINDOW (fixture->window), scrolled);
  gtk_window_present (GTK_WINDOW (fixture->window));
  enclave_test_spin (200);
  g_signal_connect (gtk_widget_get_frame_clock (fixture->window), "after-paint",
                    G_CALLBACK (painted_cb), fixture);
  gtk_text_buffer_set_text (fixture->buffer, text->str, -1);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
}

static void
type (Fixture *fixture)
{
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_line_offset (fixture->buffer, &iter, 1, 2);
  gtk_text_buffer_begin_user_action (fixture->buffer);
  gtk_text_buffer_insert (fixture->buffer, &iter, "x", 1);
  gtk_text_buffer_end_user_action (fixture->buffer);
  enclave_test_spin (KEY_MS);
}

static int
get_line_height (Fixture *fixture)
{
  GtkTextIter iter;
  int height;

  gtk_text_buffer_get_iter_at_line (fixture->buffer, &iter, 0);
  gtk_text_view_get_line_yrange (fixture->view, &iter, NULL, &height);
  return height;
}

static gboolean
is_measured (Fixture *fixture)
{
  return gtk_adjustment_get_upper (fixture->adjustment)
         >= (double)N_LINES * get_line_height (fixture);
}

static void
wait_until_measured (Fixture *fixture)
{
  for (guint n = 0; n < 3000 && !is_measured (fixture); n++)
    enclave_test_spin (20);
  g_assert_true (is_measured (fixture));
}

/* While somebody types there are the frames of the keys, and the text keeps its height; it is
 * measured to its end afterwards. */
static void
test_type (Fixture *fixture, gconstpointer data)
{
  double upper;
  guint n_pauses = 0;

  for (guint n = 0; n < N_BEGUN_KEYS; n++)
    type (fixture);
  upper = gtk_adjustment_get_upper (fixture->adjustment);
  fixture->n_frames = 0;
  for (guint n = 0; n < N_KEYS; n++)
    {
      gint64 since = g_get_monotonic_time ();

      type (fixture);
      if (g_get_monotonic_time () - since < PAUSE_US)
        continue;
      /* the machine stood still: from the beginning */
      g_assert_cmpuint (++n_pauses, <, MAX_PAUSES);
      type (fixture);
      upper = gtk_adjustment_get_upper (fixture->adjustment);
      fixture->n_frames = 0;
      n = 0;
    }
  g_assert_cmpfloat (gtk_adjustment_get_upper (fixture->adjustment), ==, upper);
  g_assert_cmpuint (fixture->n_frames, <=, N_KEYS + 1);
  if (n_pauses == 0)
    g_assert_false (is_measured (fixture));
  wait_until_measured (fixture);
}

/* What is not typed is measured without delay, and the view may go at any time. */
static void
test_drop (Fixture *fixture, gconstpointer data)
{
  wait_until_measured (fixture);
  gtk_text_buffer_set_text (fixture->buffer, "one line\n", -1);
  for (guint n = 0; n < N_LINES; n += 1000)
    gtk_text_buffer_insert_at_cursor (fixture->buffer, "a line\nanother\n", -1);
  type (fixture);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add ("/validation-pace/type", Fixture, NULL, set_up, test_type, tear_down);
  g_test_add ("/validation-pace/drop", Fixture, NULL, set_up, test_drop, tear_down);

  return g_test_run ();
}
