/* test-still-pointer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether frames are painted after a key when a pointer rests over the text, not how quickly.
 */

#include "config.h"

#include "enclave-still-caret.h"
#include "enclave-still-pointer.h"
#include "enclave-test-project.h"

/* A scrollbar fades in, stays and fades out. */
#define FADED_MS 4000

typedef struct
{
  GtkWidget *window;
  GtkWidget *view;
  guint n_frames;
} Fixture;

static void
frame_cb (Fixture *fixture)
{
  fixture->n_frames++;
}

static guint
count_frames (Fixture *fixture, guint milliseconds)
{
  fixture->n_frames = 0;
  enclave_test_spin (milliseconds);
  return fixture->n_frames;
}

static void
drive (const char *words)
{
  g_autofree char *command = g_strconcat ("xdotool ", words, NULL);
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_command_line_sync (command, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

static void
set_up (Fixture *fixture, gconstpointer watched)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 200; i++)
    g_string_append (text, "line\n");
  fixture->view = gtk_text_view_new ();
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (fixture->view)), text->str, -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), fixture->view);
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_box_append (GTK_BOX (box), scrolled);
  enclave_still_caret_watch (GTK_TEXT_VIEW (fixture->view));
  if (GPOINTER_TO_INT (watched))
    enclave_still_pointer_watch (box);
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 400, 300);
  gtk_window_set_child (GTK_WINDOW (fixture->window), box);
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_widget_grab_focus (fixture->view);
  enclave_test_spin (500);
  g_signal_connect_swapped (gtk_widget_get_frame_clock (fixture->window), "update", G_CALLBACK (frame_cb), fixture);
  drive ("mousemove 150 150");
  enclave_test_spin (20);
  drive ("mousemove 150 160 click 1");
  enclave_test_spin (FADED_MS);
  g_assert_true (gtk_widget_has_focus (fixture->view));
}

static void
tear_down (Fixture *fixture, gconstpointer watched)
{
  g_signal_handlers_disconnect_by_data (gtk_widget_get_frame_clock (fixture->window), fixture);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  enclave_test_spin (100);
}

/* Frames after a key that makes the text longer, without its own. */
static guint
count_after_key (Fixture *fixture)
{
  int n_lines = gtk_text_buffer_get_line_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (fixture->view)));

  drive ("key Return");
  enclave_test_spin (200);
  g_assert_cmpint (gtk_text_buffer_get_line_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (fixture->view))), ==, n_lines + 1);
  return count_frames (fixture, 400);
}

static void
test_typing (Fixture *fixture, gconstpointer watched)
{
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (count_after_key (fixture), <=, 2);

  /* whoever moves it sees the scrollbar */
  drive ("mousemove 155 165");
  g_assert_cmpuint (count_frames (fixture, 500), >, 10);
}

/* What is kept away is there. */
static void
test_not_watched (Fixture *fixture, gconstpointer watched)
{
  /* the toolkit tells of the pointer with the frame after the one that laid something out */
  count_after_key (fixture);
  g_assert_cmpuint (count_after_key (fixture), >, 10);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add ("/still-pointer/typing", Fixture, GINT_TO_POINTER (TRUE), set_up, test_typing, tear_down);
  g_test_add ("/still-pointer/not-watched", Fixture, GINT_TO_POINTER (FALSE), set_up, test_not_watched, tear_down);

  return g_test_run ();
}
