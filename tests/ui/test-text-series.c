/* test-text-series.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <gtk/gtk.h>

#include "enclave-text-series.h"

/* Typed at the beginning and at the end, a letter at a time. */
static void
type_at_both_ends (GtkTextBuffer *buffer, const char *letters)
{
  for (; *letters != '\0'; letters++)
    {
      GtkTextIter iter;

      gtk_text_buffer_begin_user_action (buffer);
      gtk_text_buffer_get_start_iter (buffer, &iter);
      gtk_text_buffer_insert (buffer, &iter, letters, 1);
      gtk_text_buffer_get_end_iter (buffer, &iter);
      gtk_text_buffer_insert (buffer, &iter, letters, 1);
      gtk_text_buffer_end_user_action (buffer);
    }
}

static void
assert_text (GtkTextBuffer *buffer, const char *wanted)
{
  g_autofree char *text = NULL;

  g_object_get (buffer, "text", &text, NULL);
  g_assert_cmpstr (text, ==, wanted);
}

static GtkTextBuffer *
new_buffer (void)
{
  GtkTextBuffer *buffer = gtk_text_buffer_new (NULL);

  gtk_text_buffer_begin_irreversible_action (buffer);
  gtk_text_buffer_set_text (buffer, "-middle-", -1);
  gtk_text_buffer_end_irreversible_action (buffer);
  return buffer;
}

static void
test_one_step (void)
{
  g_autoptr (GtkTextBuffer) buffer = new_buffer ();
  g_autoptr (EnclaveTextSeries) series = enclave_text_series_new (buffer);

  type_at_both_ends (buffer, "abc");
  assert_text (buffer, "cba-middle-abc");
  enclave_text_series_end (series);
  assert_text (buffer, "cba-middle-abc");
  gtk_text_buffer_undo (buffer);
  assert_text (buffer, "-middle-");
  g_assert_false (gtk_text_buffer_get_can_undo (buffer));
  gtk_text_buffer_redo (buffer);
  assert_text (buffer, "cba-middle-abc");
}

static void
change_letter (GtkTextBuffer *buffer, gpointer user_data)
{
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_iter_at_offset (buffer, &start, 0);
  gtk_text_buffer_get_iter_at_offset (buffer, &end, 1);
  gtk_text_buffer_begin_irreversible_action (buffer);
  gtk_text_buffer_delete (buffer, &start, &end);
  gtk_text_buffer_insert (buffer, &start, "?", 1);
  gtk_text_buffer_end_irreversible_action (buffer);
}

/* A history that is not what it seemed takes nothing of the text along. */
static void
test_another_history (void)
{
  g_autoptr (GtkTextBuffer) buffer = new_buffer ();
  g_autoptr (EnclaveTextSeries) series = enclave_text_series_new (buffer);
  gulong handler;

  type_at_both_ends (buffer, "abc");
  handler = g_signal_connect_after (buffer, "undo", G_CALLBACK (change_letter), NULL);
  enclave_text_series_end (series);
  g_signal_handler_disconnect (buffer, handler);
  assert_text (buffer, "cba-middle-abc");
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-series/one-step", test_one_step);
  g_test_add_func ("/text-series/another-history", test_another_history);

  return g_test_run ();
}
