/* test-terminal-flood.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <string.h>
#include <vte/vte.h>

#include "enclave-limits.h"
#include "enclave-terminal-fixture.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"

#define FLOOD_BYTES (2 * 1024 * 1024)
#define LINE "the quick brown fox jumps over the lazy dog, and then some more of the same\r\n"
#define END "the-end-of-the-flood"

static void
changed_cb (guint *n_turns)
{
  (*n_turns)++;
}

static gboolean
is_over (EnclaveTerminalPane *pane)
{
  g_autofree char *text = enclave_terminal_pane_dup_text (pane);

  return text != NULL && strstr (text, END) != NULL;
}

/* How often the view took to draw: after each time it lets 30 ms go by. Nothing is lost on the way. */
static guint
count_turns (gboolean calm)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autoptr (EnclaveTerminalSession) session = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  GtkWidget *window = NULL;
  EnclaveTerminalPane *pane = enclave_test_terminal_present (project->root, 900, 400, &window);
  GtkWidget *view;
  guint columns = 0;
  guint rows = 0;
  guint n_turns = 0;

  enclave_test_spin (100);
  session = enclave_terminal_host_open_session (ENCLAVE_TERMINAL_HOST (pane), "flood", project->root, "full", &columns, &rows);
  enclave_test_spin (300);
  enclave_terminal_pane_set_calm (pane, calm);
  view = enclave_test_find_type (GTK_WIDGET (pane), VTE_TYPE_TERMINAL);
  g_assert_nonnull (view);
  g_signal_connect_swapped (view, "contents-changed", G_CALLBACK (changed_cb), &n_turns);

  while (text->len < FLOOD_BYTES)
    g_string_append (text, LINE);
  g_string_append (text, END);
  for (gsize at = 0; at < text->len; at += 65536)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (text->str + at, MIN (65536, text->len - at));

      enclave_terminal_session_feed (session, bytes);
    }
  for (guint i = 0; i < 2000 && !is_over (pane); i++)
    enclave_test_spin (10);
  g_assert_true (is_over (pane));

  enclave_terminal_session_ended (session, 0, NULL);
  g_signal_handlers_disconnect_by_data (view, &n_turns);
  gtk_window_destroy (GTK_WINDOW (window));
  enclave_test_spin (50);
  return n_turns;
}

static void
test_turns (void)
{
  guint n_calm = count_turns (TRUE);
  guint n_turns = count_turns (FALSE);

  g_test_message ("%u turns, %u calm ones", n_turns, n_calm);
  /* while other things are to be drawn none is a long one */
  g_assert_cmpuint (n_calm, >=, FLOOD_BYTES / (3 * ENCLAVE_TERMINAL_CALM_SLICE_BYTES));
  /* else it goes on as long as it may: two slices are in the view when a turn begins */
  g_assert_cmpuint (n_turns, <, FLOOD_BYTES / (2 * ENCLAVE_TERMINAL_SLICE_BYTES) * 3 / 4);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  adw_init ();
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/terminal-flood/turns", test_turns);

  return g_test_run ();
}
