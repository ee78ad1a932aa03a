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
} Fixture;

static void
frame_cb (Fixture *fixture)
{
  fixture->n_frames++;
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
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (gtk_widget_get_frame_clock (fixture->window), fixture);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  wait_ms (1200);
}

static void
test_typing (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpuint (count_frames (fixture, 1000), >, 10);
  for (guint i = 0; i < 3; i++)
    {
      press (fixture);
      /* its own frame, and what it leads to */
      wait_ms (150);
      g_assert_cmpuint (count_frames (fixture, 250), ==, 0);
      g_assert_true (gtk_text_view_get_cursor_visible (fixture->view));
    }
  /* blinks again */
  wait_ms (1200);
  g_assert_true (get_blinks (fixture));
  g_assert_cmpuint (count_frames (fixture, 1000), >, 10);
}

/* Others blink as soon as they have the focus. */
static void
test_leave (Fixture *fixture, gconstpointer data)
{
  press (fixture);
  g_assert_false (get_blinks (fixture));
  gtk_widget_grab_focus (fixture->entry);
  wait_ms (50);
  g_assert_true (get_blinks (fixture));
  g_assert_cmpuint (count_frames (fixture, 1000), >, 10);
}

/* Nobody's wish is overruled. */
static void
test_never (Fixture *fixture, gconstpointer data)
{
  g_object_set (gtk_widget_get_settings (fixture->window), "gtk-cursor-blink", FALSE, NULL);
  press (fixture);
  wait_ms (1200);
  g_assert_false (get_blinks (fixture));
  gtk_settings_reset_property (gtk_widget_get_settings (fixture->window), "gtk-cursor-blink");
}

static void
test_drop (Fixture *fixture, gconstpointer data)
{
  press (fixture);
  gtk_box_remove (GTK_BOX (gtk_widget_get_parent (fixture->entry)), GTK_WIDGET (fixture->view));
  wait_ms (1200);
  g_assert_true (get_blinks (fixture));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add ("/still-caret/typing", Fixture, NULL, set_up, test_typing, tear_down);
  g_test_add ("/still-caret/leave", Fixture, NULL, set_up, test_leave, tear_down);
  g_test_add ("/still-caret/never", Fixture, NULL, set_up, test_never, tear_down);
  g_test_add ("/still-caret/drop", Fixture, NULL, set_up, test_drop, tear_down);

  return g_test_run ();
}
