/* test-syntax-pace.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is analysed when, not how long it takes.
 */

#include "config.h"

#include <string.h>

#include "enclave-syntax-pace.h"

#define N_LINES 20000
#define N_MANY_LINES 120000
/* More than what may be ahead of what is seen, less than the engine reaches on its own. */
#define FEW_LINES 2000
/* No step is as wide, a turn of the engine is. */
#define MANY_LINES 600
/* The engine may have a turn of its own that often, when others wait for a moment of rest. */
#define TURN_US (500 * 1000)
#define N_FRAMES 120
#define N_EDITS 400
#define LIMIT_US (120 * G_USEC_PER_SEC)

typedef struct
{
  GtkWidget *window;
  GtkSourceView *view;
  GtkSourceBuffer *buffer;
  guint n_updates;
  int widest;   /* lines of one update */
  guint n_wide; /* updates of MANY_LINES */
  guint n_before_frame;
  gboolean framed;
} Fixture;

static GtkSourceLanguage *
get_c (void)
{
  return gtk_source_language_manager_get_language (gtk_source_language_manager_get_default (), "c");
}

static void
updated_cb (GtkTextBuffer *buffer, GtkTextIter *from, GtkTextIter *to, Fixture *fixture)
{
  int n_lines = gtk_text_iter_get_line (to) - gtk_text_iter_get_line (from);

  fixture->n_updates++;
  fixture->widest = MAX (fixture->widest, n_lines);
  if (n_lines > MANY_LINES)
    fixture->n_wide++;
}

static gboolean
flag_cb (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Until everything is done but what the engine does by itself. */
static void
settle (void)
{
  gboolean done = FALSE;

  g_idle_add_full (G_PRIORITY_LOW - 2, flag_cb, &done, NULL);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

static char *
make_text (int n_lines)
{
  GString *text = g_string_new (NULL);

  for (int n = 0; n < n_lines; n++)
    g_string_append_printf (text, "  call (%d, \"text\", value); /* %d */\n", n, n);
  return g_string_free (text, FALSE);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  g_autofree char *text = make_text (data != NULL ? N_MANY_LINES : N_LINES);

  fixture->buffer = gtk_source_buffer_new (NULL);
  enclave_syntax_pace_connect (fixture->buffer);
  fixture->view = GTK_SOURCE_VIEW (gtk_source_view_new_with_buffer (fixture->buffer));
  enclave_syntax_pace_watch (GTK_TEXT_VIEW (fixture->view));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (fixture->view));
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 500, 400);
  gtk_window_set_child (GTK_WINDOW (fixture->window), scrolled);
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (fixture->buffer), text, -1);
  gtk_window_present (GTK_WINDOW (fixture->window));
  g_signal_connect (fixture->buffer, "highlight-updated", G_CALLBACK (updated_cb), fixture);
  /* all lines have their heights: nothing but the analysis is left */
  settle ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_signal_handlers_disconnect_by_data (fixture->buffer, fixture);
  g_assert_finalize_object (fixture->buffer);
}

static gboolean
is_analysed (GtkSourceBuffer *buffer, int line)
{
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_line (GTK_TEXT_BUFFER (buffer), &iter, line);
  while (gtk_text_iter_get_char (&iter) != '"' && !gtk_text_iter_ends_line (&iter))
    gtk_text_iter_forward_char (&iter);
  gtk_text_iter_forward_char (&iter);
  return gtk_source_buffer_iter_has_context_class (buffer, &iter, "string");
}

static void
wait_for_line (Fixture *fixture, int line)
{
  gint64 until = g_get_monotonic_time () + LIMIT_US;

  while (!is_analysed (fixture->buffer, line))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_main_context_iteration (NULL, FALSE);
    }
}

static void
test_scroll (Fixture *fixture, gconstpointer data)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (fixture->view));
  gint64 since;

  gtk_source_buffer_set_language (fixture->buffer, get_c ());
  for (guint n = 0; n < N_FRAMES; n++)
    {
      gint64 until = g_get_monotonic_time () + 10 * 1000;

      gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + 10);
      while (g_get_monotonic_time () < until)
        g_main_context_iteration (NULL, FALSE);
    }
  /* what is seen has its colours, and nobody went on */
  g_assert_true (is_analysed (fixture->buffer, N_FRAMES / 4));
  g_assert_false (is_analysed (fixture->buffer, FEW_LINES));
  g_assert_cmpint (fixture->widest, <, FEW_LINES);
  /* goes on to its end by itself, a step at a time */
  since = g_get_monotonic_time ();
  fixture->n_wide = 0;
  wait_for_line (fixture, N_LINES - 1);
  g_assert_cmpint (fixture->n_wide, <=, (g_get_monotonic_time () - since) / TURN_US + 1);
}

static void
painted_cb (GdkFrameClock *clock, Fixture *fixture)
{
  if (!fixture->framed)
    fixture->n_before_frame = fixture->n_updates;
  fixture->framed = TRUE;
}

static void
type (Fixture *fixture, int line, int column, const char *text)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (fixture->window);
  gulong handler = g_signal_connect (clock, "after-paint", G_CALLBACK (painted_cb), fixture);
  GtkTextIter iter;

  fixture->n_updates = 0;
  fixture->widest = 0;
  fixture->framed = FALSE;
  gtk_text_buffer_get_iter_at_line_offset (GTK_TEXT_BUFFER (fixture->buffer), &iter, line, column);
  gtk_text_buffer_insert (GTK_TEXT_BUFFER (fixture->buffer), &iter, text, -1);
  while (!fixture->framed || fixture->n_updates == 0)
    g_main_context_iteration (NULL, TRUE);
  settle ();
  g_signal_handler_disconnect (clock, handler);
}

/* A letter is painted first and gets its colours then, and that much is all that is looked at anew,
 * however far the analysis is. */
static void
test_type (Fixture *fixture, gconstpointer data)
{
  GtkTextIter iter;

  gtk_source_buffer_set_language (fixture->buffer, get_c ());
  wait_for_line (fixture, FEW_LINES * 2);
  g_assert_false (is_analysed (fixture->buffer, N_LINES - 1));
  type (fixture, 1, 12, "x");
  g_assert_cmpuint (fixture->n_before_frame, ==, 0);
  g_assert_cmpint (fixture->widest, <, FEW_LINES);
  gtk_text_buffer_get_iter_at_line_offset (GTK_TEXT_BUFFER (fixture->buffer), &iter, 1, 12);
  g_assert_true (gtk_source_buffer_iter_has_context_class (fixture->buffer, &iter, "string"));

  wait_for_line (fixture, N_LINES - 1);
  type (fixture, 1, 12, "y");
  g_assert_cmpuint (fixture->n_before_frame, ==, 0);
  g_assert_cmpint (fixture->widest, <, FEW_LINES);
}

static void
compare (GtkSourceBuffer *buffer)
{
  g_autoptr (GtkSourceBuffer) other = gtk_source_buffer_new_with_language (get_c ());
  GtkTextIter start;
  GtkTextIter end;
  GtkTextIter here;
  GtkTextIter there;
  g_autofree char *text = NULL;

  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (buffer), &start, &end);
  text = gtk_text_buffer_get_text (GTK_TEXT_BUFFER (buffer), &start, &end, TRUE);
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (other), text, -1);
  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (other), &there, &end);
  gtk_source_buffer_ensure_highlight (other, &there, &end);
  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (buffer), &here, &end);
  gtk_source_buffer_ensure_highlight (buffer, &here, &end);
  do
    {
      static const char *const classes[] = { "string", "comment" };

      /* the engine leaves out the last one of what it looks at */
      for (gsize i = 0; i < G_N_ELEMENTS (classes) && !gtk_text_iter_ends_line (&here); i++)
        if (gtk_source_buffer_iter_has_context_class (buffer, &here, classes[i])
            != gtk_source_buffer_iter_has_context_class (other, &there, classes[i]))
          g_error ("“%s” differs in line %d, column %d", classes[i], gtk_text_iter_get_line (&here),
                   gtk_text_iter_get_line_offset (&here));
    }
  while (gtk_text_iter_forward_char (&here) && gtk_text_iter_forward_char (&there));
}

/* After edits anywhere and at any time all is as if it had been analysed from the start. */
static void
test_edits (Fixture *fixture, gconstpointer data)
{
  static const char *const pieces[]
      = { "/*",      "*/",      "\"", "x", "\n", "a \"b\" c", "\\", "// d\n", "/* e\n f */ g\n",
          "#if 0\n", "#endif\n" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_test_rand_int ());
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (fixture->buffer);
  gint64 until;

  gtk_source_buffer_set_language (fixture->buffer, get_c ());
  for (guint n = 0; n < N_EDITS; n++)
    {
      GtkTextIter start;
      GtkTextIter end;

      gtk_text_buffer_get_iter_at_offset (
          buffer, &start, g_rand_int_range (rand, 0, gtk_text_buffer_get_char_count (buffer)));
      end = start;
      if (g_rand_int_range (rand, 0, 3) == 0)
        {
          gtk_text_iter_forward_chars (&end, g_rand_int_range (rand, 1, n % 50 == 0 ? 5000 : 20));
          gtk_text_buffer_delete (buffer, &start, &end);
        }
      gtk_text_buffer_insert (buffer, &start,
                              pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))], -1);
      for (int more = g_rand_int_range (rand, 0, 4); more > 0; more--)
        g_main_context_iteration (NULL, FALSE);
    }
  /* until nothing is left to do, the engine's own turns too */
  until = g_get_monotonic_time () + 2 * G_USEC_PER_SEC;
  while (g_get_monotonic_time () < until)
    if (g_main_context_iteration (NULL, FALSE))
      until = MAX (until, g_get_monotonic_time () + 300 * 1000);
  compare (fixture->buffer);
}

/* Who waits for a moment of rest does not wait for the whole text. */
static void
test_yield (Fixture *fixture, gconstpointer data)
{
  gboolean done = FALSE;

  gtk_source_buffer_set_language (fixture->buffer, get_c ());
  wait_for_line (fixture, FEW_LINES);
  g_idle_add_full (G_PRIORITY_LOW, flag_cb, &done, NULL);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (is_analysed (fixture->buffer, N_MANY_LINES - 1));
}

/* A text may go at any time. */
static void
test_drop (void)
{
  GtkSourceBuffer *buffer = gtk_source_buffer_new_with_language (get_c ());
  g_autofree char *text = make_text (N_LINES);
  GtkTextIter start;

  enclave_syntax_pace_connect (buffer);
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (buffer), text, -1);
  for (int n = 0; n < 10; n++)
    g_main_context_iteration (NULL, FALSE);
  gtk_text_buffer_get_start_iter (GTK_TEXT_BUFFER (buffer), &start);
  gtk_text_buffer_insert (GTK_TEXT_BUFFER (buffer), &start, "x", 1);
  g_assert_finalize_object (buffer);
  settle ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gtk_init ();
  gtk_source_init ();

  g_test_add ("/syntax-pace/scroll", Fixture, NULL, set_up, test_scroll, tear_down);
  g_test_add ("/syntax-pace/type", Fixture, NULL, set_up, test_type, tear_down);
  g_test_add ("/syntax-pace/edits", Fixture, NULL, set_up, test_edits, tear_down);
  g_test_add ("/syntax-pace/yield", Fixture, "many lines", set_up, test_yield, tear_down);
  g_test_add_func ("/syntax-pace/drop", test_drop);

  return g_test_run ();
}
