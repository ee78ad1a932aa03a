/* test-still-caret.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether frames are painted while nothing changes, not how quickly.
 */

#include "config.h"

#include "enclave-still-caret.h"

typedef struct
{
  GtkWidget *window;
  GtkTextView *view;
  GtkWidget *entry;
  guint n_frames;
  guint n_turns;
} Fixture;

static void
frame_cb (Fixture *fixture)
{
  fixture->n_frames++;
}

static void
visible_cb (Fixture *fixture)
{
  fixture->n_turns++;
}

static void
wait_ms (gint64 milliseconds)
{
  gint64 until = g_get_monotonic_time () + milliseconds * 1000;

  while (g_get_monotonic_time () < until)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
}

static guint
count_frames (Fixture *fixture, gint64 milliseconds)
{
  fixture->n_frames = 0;
  wait_ms (milliseconds);
  return fixture->n_frames;
}

static gboolean
get_blinks (Fixture *fixture)
{
  gboolean blinks;

  g_object_get (gtk_widget_get_settings (fixture->window), "gtk-cursor-blink", &blinks, NULL);
  return blinks;
}

static void
press (Fixture *fixture)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (fixture->view));
  gboolean handled = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (g_strcmp0 (gtk_event_controller_get_name (controller), "enclave-still-caret") == 0)
        g_signal_emit_by_name (controller, "key-pressed", GDK_KEY_x, 0, 0, &handled);
    }
  g_assert_false (handled);
  gtk_text_buffer_insert_interactive_at_cursor (gtk_text_view_get_buffer (fixture->view), "x", 1, TRUE);
  gtk_text_view_reset_cursor_blink (fixture->view);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  fixture->view = GTK_TEXT_VIEW (gtk_text_view_new ());
  fixture->entry = gtk_entry_new ();
  gtk_widget_set_vexpand (GTK_WIDGET (fixture->view), TRUE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (fixture->view));
  gtk_box_append (GTK_BOX (box), fixture->entry);
  fixture->window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (fixture->window), box);
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_widget_grab_focus (GTK_WIDGET (fixture->view));
  enclave_still_caret_watch (fixture->view);
  wait_ms (500);
  g_assert_true (gtk_widget_has_focus (GTK_WIDGET (fixture->view)));
  g_signal_connect_swapped (gtk_widget_get_frame_clock (fixture->window), "update", G_CALLBACK (frame_cb), fixture);
  g_signal_connect_swapped (fixture->view, "notify::cursor-visible", G_CALLBACK (visible_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (gtk_widget_get_frame_clock (fixture->window), fixture);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  wait_ms (1200);
}

/* Less often than ten times a second, and more than never: as many as it takes to show and to hide it. */
static void
check_turns (Fixture *fixture, guint least)
{
  guint n_frames;

  fixture->n_turns = 0;
  n_frames = count_frames (fixture, 2400);
  g_assert_cmpuint (fixture->n_turns, >=, least);
  g_assert_cmpuint (fixture->n_turns, <=, 5);
  g_assert_cmpuint (n_frames, <=, 2 * fixture->n_turns + 4);
}

static void
test_rest (Fixture *fixture, gconstpointer data)
{
  check_turns (fixture, 2);
  gtk_widget_grab_focus (fixture->entry);
  g_assert_true (gtk_text_view_get_cursor_visible (fixture->view));
}

static void
wait_until_hidden (Fixture *fixture)
{
  for (guint i = 0; i < 3000 && gtk_text_view_get_cursor_visible (fixture->view); i++)
    wait_ms (10);
  g_assert_false (gtk_text_view_get_cursor_visible (fixture->view));
}

static void
test_typing (Fixture *fixture, gconstpointer data)
{
  wait_until_hidden (fixture);
  for (guint i = 0; i < 3; i++)
    {
      press (fixture);
      g_assert_true (gtk_text_view_get_cursor_visible (fixture->view));
      /* its own frame, and what it leads to */
      wait_ms (150);
      g_assert_cmpuint (count_frames (fixture, 250), ==, 0);
      g_assert_true (gtk_text_view_get_cursor_visible (fixture->view));
    }
  check_turns (fixture, 2);
}

/* Where it went is to be seen, whoever moved it, also in another text. */
static void
test_moves (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GtkTextBuffer) buffer = gtk_text_buffer_new (NULL);
  GtkTextIter start;

  press (fixture);
  wait_until_hidden (fixture);
  gtk_text_buffer_get_start_iter (gtk_text_view_get_buffer (fixture->view), &start);
  gtk_text_buffer_place_cursor (gtk_text_view_get_buffer (fixture->view), &start);
  g_assert_true (gtk_text_view_get_cursor_visible (fixture->view));

  gtk_text_view_set_buffer (fixture->view, buffer);
  wait_until_hidden (fixture);
  gtk_text_buffer_insert_at_cursor (buffer, "text", -1);
  g_assert_true (gtk_text_view_get_cursor_visible (fixture->view));
}

/* The toolkit shows none where text is marked, and one that stands still where nothing can be written. */
static void
test_nothing_to_hide (Fixture *fixture, gconstpointer data)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (fixture->view);
  GtkTextIter start;
  GtkTextIter end;

  press (fixture);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_select_range (buffer, &start, &end);
  check_turns (fixture, 0);
  g_assert_cmpuint (fixture->n_turns, ==, 0);

  gtk_text_buffer_place_cursor (buffer, &start);
  gtk_text_view_set_editable (fixture->view, FALSE);
  check_turns (fixture, 0);
  g_assert_cmpuint (fixture->n_turns, ==, 0);
}

/* Who hides it with F7 does not get it back before a key does. */
static void
test_put_away (Fixture *fixture, gconstpointer data)
{
  press (fixture);
  gtk_text_view_set_cursor_visible (fixture->view, FALSE);
  check_turns (fixture, 0);
  g_assert_cmpuint (fixture->n_turns, ==, 0);
  g_assert_false (gtk_text_view_get_cursor_visible (fixture->view));
}

/* It stands still when nobody has done anything for as long as the settings say. */
static void
test_timeout (Fixture *fixture, gconstpointer data)
{
  GtkSettings *settings = gtk_widget_get_settings (fixture->window);

  g_object_set (settings, "gtk-cursor-blink-timeout", 2, NULL);
  press (fixture);
  wait_ms (3500);
  g_assert_true (gtk_text_view_get_cursor_visible (fixture->view));
  check_turns (fixture, 0);
  g_assert_cmpuint (fixture->n_turns, ==, 0);
  gtk_settings_reset_property (settings, "gtk-cursor-blink-timeout");
}

/* Others blink as soon as they have the focus, as the toolkit lets them. */
static void
test_leave (Fixture *fixture, gconstpointer data)
{
  wait_until_hidden (fixture);
  g_assert_false (get_blinks (fixture));
  gtk_widget_grab_focus (fixture->entry);
  wait_ms (50);
  g_assert_true (get_blinks (fixture));
  g_assert_true (gtk_text_view_get_cursor_visible (fixture->view));
  g_assert_cmpuint (count_frames (fixture, 1000), >, 10);
  gtk_widget_grab_focus (GTK_WIDGET (fixture->view));
  /* the frame of the entry fades out */
  wait_ms (500);
  check_turns (fixture, 2);
}

/* The caret of the view that has lost the focus does not blink unseen. */
static void
test_left (Fixture *fixture, gconstpointer data)
{
  GtkWidget *button = gtk_button_new ();

  gtk_box_append (GTK_BOX (gtk_widget_get_parent (fixture->entry)), button);
  for (guint i = 0; i < 2; i++)
    {
      gtk_widget_grab_focus (GTK_WIDGET (fixture->view));
      press (fixture);
      if (i == 1)
        wait_until_hidden (fixture);
      gtk_widget_grab_focus (button);
      /* what the button shows of it */
      wait_ms (1000);
      g_assert_cmpuint (count_frames (fixture, 500), ==, 0);
      g_assert_true (gtk_text_view_get_cursor_visible (fixture->view));
    }
}

/* Nobody's wish is overruled. */
static void
test_never (Fixture *fixture, gconstpointer data)
{
  gtk_widget_grab_focus (fixture->entry);
  g_object_set (gtk_widget_get_settings (fixture->window), "gtk-cursor-blink", FALSE, NULL);
  gtk_widget_grab_focus (GTK_WIDGET (fixture->view));
  press (fixture);
  check_turns (fixture, 0);
  g_assert_cmpuint (fixture->n_turns, ==, 0);
  gtk_widget_grab_focus (fixture->entry);
  g_assert_false (get_blinks (fixture));
  gtk_settings_reset_property (gtk_widget_get_settings (fixture->window), "gtk-cursor-blink");
}

static void
test_drop (Fixture *fixture, gconstpointer data)
{
  wait_until_hidden (fixture);
  gtk_box_remove (GTK_BOX (gtk_widget_get_parent (fixture->entry)), GTK_WIDGET (fixture->view));
  g_assert_true (get_blinks (fixture));
  wait_ms (1200);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add ("/still-caret/rest", Fixture, NULL, set_up, test_rest, tear_down);
  g_test_add ("/still-caret/typing", Fixture, NULL, set_up, test_typing, tear_down);
  g_test_add ("/still-caret/moves", Fixture, NULL, set_up, test_moves, tear_down);
  g_test_add ("/still-caret/nothing-to-hide", Fixture, NULL, set_up, test_nothing_to_hide, tear_down);
  g_test_add ("/still-caret/put-away", Fixture, NULL, set_up, test_put_away, tear_down);
  g_test_add ("/still-caret/timeout", Fixture, NULL, set_up, test_timeout, tear_down);
  g_test_add ("/still-caret/leave", Fixture, NULL, set_up, test_leave, tear_down);
  g_test_add ("/still-caret/left", Fixture, NULL, set_up, test_left, tear_down);
  g_test_add ("/still-caret/never", Fixture, NULL, set_up, test_never, tear_down);
  g_test_add ("/still-caret/drop", Fixture, NULL, set_up, test_drop, tear_down);

  return g_test_run ();
}
