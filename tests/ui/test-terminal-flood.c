/* test-terminal-flood.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <string.h>
#include <time.h>
#include <vte/vte.h>

#include "enclave-limits.h"
#include "enclave-terminal-fixture.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"

#define FLOOD_BYTES (2 * 1024 * 1024)
#define LINE "the quick brown fox jumps over the lazy dog, and then some more of the same\r\n"
#define END "the-end-of-the-flood"
/* So many that nothing is passed over. */
#define ALL_LINES 100000

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

typedef enum
{
  FLOOD_IDLE,
  FLOOD_CALM,
  FLOOD_KEY,
} Flood;

/* A key for what runs in the terminal. */
static void
press (GtkWidget *view)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (view);
  guint n_heard = 0;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      gboolean handled = FALSE;

      if (!GTK_IS_EVENT_CONTROLLER_KEY (controller) || gtk_event_controller_get_propagation_phase (controller) != GTK_PHASE_CAPTURE)
        continue;
      g_signal_emit_by_name (controller, "key-pressed", GDK_KEY_a, 0, 0, &handled);
      n_heard++;
    }
  g_assert_cmpuint (n_heard, >, 0);
}

/* How often the view took to draw: after each time it lets 30 ms go by. Nothing is lost on the way. @scrollback: the lines that it keeps;
 * @n_rows: (out) (optional): in how many rows it has written. */
static guint
count_turns (Flood flood, glong scrollback, glong *n_rows)
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
  enclave_terminal_pane_set_calm (pane, flood == FLOOD_CALM);
  view = enclave_test_find_type (GTK_WIDGET (pane), VTE_TYPE_TERMINAL);
  g_assert_nonnull (view);
  vte_terminal_set_scrollback_lines (VTE_TERMINAL (view), scrollback);
  g_signal_connect_swapped (view, "contents-changed", G_CALLBACK (changed_cb), &n_turns);

  while (text->len < FLOOD_BYTES)
    g_string_append (text, LINE);
  g_string_append (text, END);
  for (gsize at = 0; at < text->len; at += 65536)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (text->str + at, MIN (65536, text->len - at));

      enclave_terminal_session_feed (session, bytes);
    }
  if (flood == FLOOD_KEY)
    press (view);
  for (guint i = 0; i < 2000 && !is_over (pane); i++)
    enclave_test_spin (10);
  g_assert_true (is_over (pane));

  if (n_rows != NULL)
    {
      glong column;

      vte_terminal_get_cursor_position (VTE_TERMINAL (view), &column, n_rows);
    }
  enclave_terminal_session_ended (session, 0, NULL);
  g_signal_handlers_disconnect_by_data (view, &n_turns);
  gtk_window_destroy (GTK_WINDOW (window));
  enclave_test_spin (50);
  return n_turns;
}

static void
test_turns (void)
{
  guint n_calm = count_turns (FLOOD_CALM, ALL_LINES, NULL);
  guint n_turns = count_turns (FLOOD_IDLE, ALL_LINES, NULL);

  g_test_message ("%u turns, %u calm ones", n_turns, n_calm);
  /* while other things are to be drawn none is a long one */
  g_assert_cmpuint (n_calm, >=, FLOOD_BYTES / (3 * ENCLAVE_TERMINAL_CALM_SLICE_BYTES));
  /* else it goes on as long as it may: two slices are in the view when a turn begins */
  g_assert_cmpuint (n_turns, <, FLOOD_BYTES / (2 * ENCLAVE_TERMINAL_SLICE_BYTES) * 3 / 4);
}

/* What came before a key is not drawn calmly: the answer to the key stands behind it. */
static void
test_echo (void)
{
  guint n_turns = count_turns (FLOOD_IDLE, ALL_LINES, NULL);
  guint n_key = count_turns (FLOOD_KEY, ALL_LINES, NULL);

  g_test_message ("%u turns after a key, %u without one", n_key, n_turns);
  g_assert_cmpuint (2 * n_key, <=, 3 * n_turns + 2);
}

/* What leaves the memory of the view at once is not laid out. */
static void
test_rows (void)
{
  glong n_all;
  glong n_rows;

  count_turns (FLOOD_IDLE, ALL_LINES, &n_all);
  g_assert_cmpint (n_all, ==, FLOOD_BYTES / (sizeof LINE - 1) + 1);
  count_turns (FLOOD_IDLE, 5000, &n_rows);
  g_test_message ("%ld rows of %ld", n_rows, n_all);
  g_assert_cmpint (n_rows, >=, 5000);
  g_assert_cmpint (n_rows, <, n_all / 2);
}

static EnclaveTerminalTab *
open_shell (EnclaveTerminalPane *pane)
{
  EnclaveTerminalTab *tab;

  enclave_terminal_pane_open_shell (pane);
  tab = enclave_test_terminal_get_active (pane);
  enclave_test_terminal_wait_ready (tab);
  return tab;
}

static void
wait_over (EnclaveTerminalPane *pane)
{
  for (guint i = 0; i < 2000 && !is_over (pane); i++)
    enclave_test_spin (10);
  g_assert_true (is_over (pane));
}

/* What was not laid out is of the command's output all the same. */
static void
test_passed (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  GtkWidget *window = NULL;
  EnclaveTerminalPane *pane = enclave_test_terminal_present (project->root, 900, 400, &window);
  EnclaveTerminalTab *tab;
  VteTerminal *view;
  const char *output;
  g_autofree char *text = NULL;
  glong column;
  glong row;

  tab = open_shell (pane);
  view = VTE_TERMINAL (enclave_test_find_type (GTK_WIDGET (tab), VTE_TYPE_TERMINAL));
  enclave_test_terminal_type (tab, "sleep 0.7; printf '\\033]133;C\\a'; seq 1 200000; printf '\\033]133;D;0\\a'; "
                                   "echo the-end''-of-the-flood\n");
  wait_over (pane);

  vte_terminal_get_cursor_position (view, &column, &row);
  g_test_message ("%ld rows of 200000", row);
  text = vte_terminal_get_text_range (view, row - 9999, 0, row, 80, NULL, NULL, NULL);
  g_assert_nonnull (strstr (text, "190100\n190101\n"));
  g_assert_nonnull (strstr (text, "199999\n200000\n"));
  output = enclave_terminal_tab_get_last_output (tab);
  g_assert_nonnull (output);
  g_assert_nonnull (strstr (output, "\n100000\n100001\n"));
  for (guint i = 100000; i <= 200000; i++)
    {
      char line[16];

      g_snprintf (line, sizeof line, "%u", i);
      output = strstr (output, line);
      g_assert_nonnull (output);
    }
  enclave_test_terminal_close (window, pane);
}

static void
text_changed_cb (guint *n_changes)
{
  (*n_changes)++;
}

static gboolean
holds (GtkTextBuffer *buffer, const char *text)
{
  GtkTextIter start;
  GtkTextIter end;
  g_autofree char *all = NULL;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  all = gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
  return strstr (all, text) != NULL;
}

/* The text for assistive technologies is made anew now and then while more comes than anybody could follow, and at once when it is over. */
static void
test_text (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  GtkWidget *window = NULL;
  EnclaveTerminalPane *pane = enclave_test_terminal_present (project->root, 900, 400, &window);
  EnclaveTerminalTab *tab;
  GtkTextView *view;
  GtkTextBuffer *buffer;
  guint n_changes = 0;
  gint64 began;

  tab = open_shell (pane);
  view = GTK_TEXT_VIEW (enclave_test_find_type (GTK_WIDGET (tab), GTK_TYPE_TEXT_VIEW));
  buffer = gtk_text_view_get_buffer (view);
  enclave_test_terminal_type (tab, "sleep 0.6; timeout 3 yes 'the quick brown fox jumps over the lazy dog'; echo; echo the-end''-of-the-flood\n");
  enclave_test_spin (600);
  g_signal_connect_swapped (buffer, "changed", G_CALLBACK (text_changed_cb), &n_changes);
  began = g_get_monotonic_time ();
  wait_over (pane);
  enclave_test_spin (300);
  g_assert_true (holds (buffer, END));
  g_signal_handlers_disconnect_by_data (buffer, &n_changes);

  g_test_message ("%u changes", n_changes);
  /* what goes, and what comes instead of it: two for each time */
  g_assert_cmpint (n_changes, <=, 2 * ((g_get_monotonic_time () - began) / G_USEC_PER_SEC + 2));
  g_assert_cmpint (gtk_text_view_get_wrap_mode (view), ==, GTK_WRAP_NONE);
  enclave_terminal_tab_set_show_text (tab, TRUE);
  g_assert_cmpint (gtk_text_view_get_wrap_mode (view), ==, GTK_WRAP_CHAR);
  enclave_test_terminal_close (window, pane);
}

static gint64
get_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

typedef struct
{
  gint64 last_us;
  gint64 longest_us;
} Held;

/* Of all that is as urgent as what is drawn this comes first. */
static gboolean
tick_cb (gpointer user_data)
{
  Held *held = user_data;
  gint64 now = get_cpu_us ();

  held->longest_us = MAX (held->longest_us, now - held->last_us);
  held->last_us = now;
  return G_SOURCE_CONTINUE;
}

/* How long the views hold the loop at once when @n are flooded side by side: in time of the processor, since others may want it, too. */
static gint64
hold_loop (guint n)
{
  static const char *const splits[] = { "terminal.split-right", "terminal.split-down", "terminal.focus-left", "terminal.split-down" };
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  GtkWidget *window = NULL;
  EnclaveTerminalPane *pane = enclave_test_terminal_present (project->root, 1000, 600, &window);
  g_autoptr (GPtrArray) tabs = NULL;
  Held held = { 0 };
  guint source;

  enclave_terminal_pane_open_shell (pane);
  enclave_test_spin (100);
  for (guint i = 0; n > 1 && i < G_N_ELEMENTS (splits); i++)
    {
      g_assert_true (gtk_widget_activate_action (GTK_WIDGET (pane), splits[i], NULL));
      enclave_test_spin (100);
    }
  tabs = enclave_terminal_split_list (enclave_test_terminal_get_split (pane));
  g_assert_cmpuint (tabs->len, ==, n);
  for (guint i = 0; i < tabs->len; i++)
    enclave_test_terminal_wait_ready (g_ptr_array_index (tabs, i));
  for (guint i = 0; i < tabs->len; i++)
    enclave_test_terminal_type (g_ptr_array_index (tabs, i), "exec yes 'the quick brown fox jumps over the lazy dog, and then some more'\n");
  /* a key makes them calm for a while, and each begins with little */
  enclave_test_spin (1500);
  held.last_us = get_cpu_us ();
  source = g_timeout_add_full (G_PRIORITY_HIGH, 1, tick_cb, &held, NULL);
  enclave_test_spin (4000);
  g_source_remove (source);
  enclave_test_terminal_close (window, pane);
  return held.longest_us;
}

static void
test_side_by_side (void)
{
  gint64 one_us = hold_loop (1);
  gint64 four_us = hold_loop (4);

  g_test_message ("%" G_GINT64_FORMAT " us, four: %" G_GINT64_FORMAT " us", one_us, four_us);
  /* they share the turn of one; what each of them draws before it is asked comes on top */
  g_assert_cmpint (four_us, <, MAX (one_us, ENCLAVE_TERMINAL_TURN_MS * G_GINT64_CONSTANT (1000)) * 5 / 2);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_setenv ("SHELL", "/bin/sh", TRUE);
  adw_init ();
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/terminal-flood/turns", test_turns);
  g_test_add_func ("/terminal-flood/echo", test_echo);
  g_test_add_func ("/terminal-flood/rows", test_rows);
  g_test_add_func ("/terminal-flood/passed", test_passed);
  g_test_add_func ("/terminal-flood/text", test_text);
  g_test_add_func ("/terminal-flood/side-by-side", test_side_by_side);

  return g_test_run ();
}
