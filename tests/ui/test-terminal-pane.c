/* test-terminal-pane.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "enclave-limits.h"
#include "enclave-terminal-fixture.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"

typedef struct
{
  GtkWidget *window;
  EnclaveTerminalPane *pane;
  GString *input;
  guint n_stops;
  guint n_wanted;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->pane = enclave_test_terminal_present (g_get_home_dir (), 800, 300, &fixture->window);
  fixture->input = g_string_new (NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_test_terminal_close (fixture->window, fixture->pane);
  g_string_free (fixture->input, TRUE);
}

/* The text that assistive technologies read. */
static char *
dup_mirror (EnclaveTerminalTab *tab)
{
  GtkWidget *view = enclave_test_find_type (GTK_WIDGET (tab), GTK_TYPE_TEXT_VIEW);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}

static gboolean
wait_for_text (EnclaveTerminalTab *tab, const char *text)
{
  for (guint i = 0; i < 400; i++)
    {
      g_autofree char *mirror = dup_mirror (tab);

      if (strstr (mirror, text) != NULL)
        return TRUE;
      enclave_test_spin (25);
    }

  return FALSE;
}

static gboolean
wait_for_note (EnclaveTerminalTab *tab, const char *text)
{
  for (guint i = 0; i < 400; i++)
    {
      if (g_strcmp0 (enclave_test_terminal_get_note (tab), text) == 0)
        return TRUE;
      enclave_test_spin (25);
    }

  return FALSE;
}

static void
activate (Fixture *fixture, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->pane), action, NULL));
}

static void
open_shell (Fixture *fixture)
{
  enclave_terminal_pane_open_shell (fixture->pane);
  enclave_test_terminal_type (enclave_test_terminal_get_active (fixture->pane), "PS1=; echo rea''dy\n");
  g_assert_true (wait_for_text (enclave_test_terminal_get_active (fixture->pane), "ready"));
}

static gboolean
is_alive (pid_t process)
{
  return kill (process, 0) == 0 || errno != ESRCH;
}

static pid_t
read_process (EnclaveTerminalTab *tab, const char *label)
{
  g_autofree char *mirror = NULL;
  const char *found;

  g_assert_true (wait_for_text (tab, label));
  enclave_test_spin (200);
  mirror = dup_mirror (tab);
  found = g_strrstr (mirror, label);
  return (pid_t) atoi (found + strlen (label));
}

static void
test_shell_echo (Fixture *fixture, gconstpointer data)
{
  EnclaveTerminalTab *tab;

  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 0);
  open_shell (fixture);
  tab = enclave_test_terminal_get_active (fixture->pane);
  enclave_test_terminal_type (tab, "echo $((40 + 2))-lines; pwd; stty size\n");
  g_assert_true (wait_for_text (tab, "\n42-lines"));
  g_assert_true (wait_for_text (tab, g_get_home_dir ()));
  g_assert_nonnull (strstr (enclave_terminal_tab_get_title (tab), "·"));

  activate (fixture, "terminal.show-text");
  g_assert_true (enclave_terminal_tab_get_show_text (tab));
  activate (fixture, "terminal.show-text");
  g_assert_false (enclave_terminal_tab_get_show_text (tab));

  activate (fixture, "terminal.clear");
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *mirror = dup_mirror (tab);

      if (strstr (mirror, "42-lines") == NULL)
        break;
      g_assert_cmpuint (i, <, 99);
      enclave_test_spin (25);
    }
}

static void
test_exit_and_restart (Fixture *fixture, gconstpointer data)
{
  EnclaveTerminalTab *tab;

  open_shell (fixture);
  tab = enclave_test_terminal_get_active (fixture->pane);
  enclave_test_terminal_type (tab, "exit 3\n");
  g_assert_true (wait_for_note (tab, "Ended with exit 3"));
  g_assert_false (enclave_terminal_tab_get_running (tab));

  enclave_test_terminal_answer (tab, "restart");
  g_assert_true (enclave_terminal_tab_get_running (tab));
  enclave_test_terminal_type (tab, "echo ag''ain\n");
  g_assert_true (wait_for_text (tab, "again"));
  g_assert_null (enclave_test_terminal_get_note (tab));
}

static void
test_paste_asks (Fixture *fixture, gconstpointer data)
{
  EnclaveTerminalTab *tab;
  g_autofree char *mirror = NULL;

  open_shell (fixture);
  tab = enclave_test_terminal_get_active (fixture->pane);

  enclave_terminal_tab_paste_text (tab, "echo sin''gle");
  g_assert_null (enclave_test_terminal_get_note (tab));
  enclave_test_terminal_type (tab, "\n");
  g_assert_true (wait_for_text (tab, "\nsingle"));

  enclave_terminal_tab_paste_text (tab, "echo first\necho fir''st-ran\n");
  g_assert_cmpstr (enclave_test_terminal_get_note (tab), ==, "Paste 2 lines?");
  enclave_test_terminal_answer (tab, "cancel");
  enclave_test_spin (300);
  mirror = dup_mirror (tab);
  g_assert_null (strstr (mirror, "first-ran"));

  enclave_terminal_tab_paste_text (tab, "echo one\necho t''wo\n");
  enclave_test_terminal_answer (tab, "paste");
  g_assert_true (wait_for_text (tab, "two") || (enclave_test_terminal_type (tab, "\n"), wait_for_text (tab, "two")));

  /* a line that shows one thing and runs another */
  enclave_terminal_tab_paste_text (tab, "echo a\xe2\x80\xae");
  g_assert_nonnull (enclave_test_terminal_get_note (tab));
  enclave_test_terminal_answer (tab, "cancel");
}

static void
test_close_ends_tree (Fixture *fixture, gconstpointer data)
{
  EnclaveTerminalTab *tab;
  pid_t process;

  open_shell (fixture);
  tab = enclave_test_terminal_get_active (fixture->pane);
  enclave_test_terminal_type (tab, "sh -c 'setsid sleep 300 & echo grand''child=$!; exec sleep 301'\n");
  process = read_process (tab, "grandchild=");
  g_assert_cmpint (process, >, 1);
  g_assert_true (is_alive (process));

  activate (fixture, "terminal.close");
  enclave_test_spin (100);
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 1);
  g_assert_nonnull (enclave_test_terminal_get_note (tab));
  enclave_test_terminal_answer (tab, "close");
  enclave_test_spin (100);
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 0);

  for (guint i = 0; is_alive (process) && i < 160; i++)
    enclave_test_spin (25);
  g_assert_false (is_alive (process));
}

static void
input_cb (EnclaveTerminalSession *session, GBytes *bytes, Fixture *fixture)
{
  g_string_append_len (fixture->input, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
}

static void
stop_cb (EnclaveTerminalSession *session, Fixture *fixture)
{
  fixture->n_stops++;
}

static void
wanted_cb (EnclaveTerminalPane *pane, Fixture *fixture)
{
  fixture->n_wanted++;
}

static EnclaveTerminalSession *
open_session (Fixture *fixture)
{
  guint columns = 0;
  guint rows = 0;
  EnclaveTerminalSession *session = enclave_terminal_host_open_session (
      ENCLAVE_TERMINAL_HOST (fixture->pane), "meson test", g_get_home_dir (), "in the sandbox", &columns, &rows);

  g_assert_cmpuint (columns, >, 0);
  g_assert_cmpuint (rows, >, 0);
  g_signal_connect (session, "input", G_CALLBACK (input_cb), fixture);
  g_signal_connect (session, "stop-requested", G_CALLBACK (stop_cb), fixture);
  return session;
}

static void
close_session (EnclaveTerminalSession *session, Fixture *fixture)
{
  g_signal_handlers_disconnect_by_data (session, fixture);
  g_object_unref (session);
}

static void
feed (EnclaveTerminalSession *session, const char *text, gssize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length < 0 ? strlen (text) : (gsize) length);

  enclave_terminal_session_feed (session, bytes);
}

static void
test_agent (Fixture *fixture, gconstpointer data)
{
  EnclaveTerminalSession *session;
  EnclaveTerminalTab *tab;
  GtkWidget *take_over;

  g_signal_connect (fixture->pane, "wanted", G_CALLBACK (wanted_cb), fixture);
  session = open_session (fixture);
  g_assert_cmpuint (fixture->n_wanted, ==, 0);
  tab = enclave_test_terminal_get_active (fixture->pane);
  g_assert_true (ENCLAVE_TERMINAL_SESSION (tab) == session);
  g_assert_cmpstr (enclave_terminal_tab_get_title (tab), ==, "meson test");

  feed (session, "28/50 ring \033[1;31mFAIL\033[0m\r\n", -1);
  g_assert_true (wait_for_text (tab, "28/50 ring FAIL"));

  /* an answer of the terminal goes in, a key does not */
  feed (session, "\033[c", -1);
  for (guint i = 0; fixture->input->len == 0 && i < 100; i++)
    enclave_test_spin (20);
  g_assert_true (g_str_has_prefix (fixture->input->str, "\033[?"));
  g_string_truncate (fixture->input, 0);
  enclave_test_terminal_type (tab, "y\n");
  enclave_test_terminal_type (tab, "\033[A");
  enclave_test_terminal_type (tab, "\033[<0;3;3M");
  g_assert_cmpuint (fixture->input->len, ==, 0);
  enclave_terminal_tab_paste_text (tab, "rm -rf /");
  g_assert_cmpuint (fixture->input->len, ==, 0);

  take_over = enclave_test_find_button (GTK_WIDGET (tab), "Take over");
  g_assert_nonnull (take_over);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (take_over), TRUE);
  enclave_test_terminal_type (tab, "y\n");
  g_assert_cmpstr (fixture->input->str, ==, "y\n");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (take_over), FALSE);
  enclave_test_terminal_type (tab, "n\n");
  g_assert_cmpstr (fixture->input->str, ==, "y\n");

  activate (fixture, "terminal.close");
  g_assert_nonnull (enclave_test_terminal_get_note (tab));
  enclave_test_terminal_answer (tab, "cancel");
  g_assert_cmpuint (fixture->n_stops, ==, 0);

  enclave_terminal_session_ended (session, 1 << 8, NULL);
  g_assert_false (enclave_terminal_tab_get_running (tab));
  g_string_truncate (fixture->input, 0);
  feed (session, "\033[c", -1);
  enclave_test_spin (100);
  g_assert_cmpuint (fixture->input->len, ==, 0);
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 1);
  close_session (session, fixture);

  /* hidden: the window is asked for room */
  gtk_widget_set_visible (GTK_WIDGET (fixture->pane), FALSE);
  session = open_session (fixture);
  g_assert_cmpuint (fixture->n_wanted, ==, 1);
  enclave_terminal_pane_end_all (fixture->pane);
  g_assert_cmpuint (fixture->n_stops, ==, 1);
  enclave_terminal_session_ended (session, 0, "Stopped");
  close_session (session, fixture);
}

static void
test_agent_tabs_bounded (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < ENCLAVE_TERMINAL_MAX_ENDED_TABS + 5; i++)
    {
      EnclaveTerminalSession *session = open_session (fixture);

      enclave_terminal_session_ended (session, 0, NULL);
      close_session (session, fixture);
    }

  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, ENCLAVE_TERMINAL_MAX_ENDED_TABS);
}

typedef struct
{
  gint64 last;
  gint64 longest;
} Beat;

static gboolean
beat_cb (gpointer data)
{
  Beat *beat = data;
  gint64 now = g_get_monotonic_time ();

  if (beat->last != 0)
    beat->longest = MAX (beat->longest, now - beat->last);
  beat->last = now;
  return G_SOURCE_CONTINUE;
}

static void
test_hostile_output (Fixture *fixture, gconstpointer data)
{
  EnclaveTerminalSession *session = open_session (fixture);
  EnclaveTerminalTab *tab = enclave_test_terminal_get_active (fixture->pane);
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (tab));
  g_autofree char *piece = g_malloc (65536);
  g_autofree char *line = g_strnfill (1024 * 1024, 'x');
  g_autofree char *mirror = NULL;
  Beat beat = { 0 };
  guint source;

  gdk_clipboard_set_text (clipboard, "mine");
  feed (session, "\033]52;c;c3RvbGVu\007\033]0;root@elsewhere\007\033]8;;file:///etc/passwd\033\\link\033]8;;\033\\\r\n", -1);
  g_assert_true (wait_for_text (tab, "link"));
  g_assert_true (gdk_clipboard_is_local (clipboard));
  g_assert_cmpstr (enclave_terminal_tab_get_title (tab), ==, "meson test");
  g_assert_cmpuint (fixture->input->len, ==, 0);

  for (guint i = 0; i < 65536; i++)
    piece[i] = i % 64 == 63 ? '\n' : (char) ('a' + i % 26);
  source = g_timeout_add (5, beat_cb, &beat);
  for (guint i = 0; i < 20 * 16; i++)
    feed (session, piece, 65536);
  feed (session, "\r\nflood-is-over\r\n", -1);
  g_assert_true (wait_for_text (tab, "flood-is-over"));
  feed (session, line, 1024 * 1024);
  feed (session, "\r\nline-is-over\r\n", -1);
  g_assert_true (wait_for_text (tab, "line-is-over"));
  g_source_remove (source);

  g_test_message ("longest gap of the main loop: %" G_GINT64_FORMAT " ms", beat.longest / 1000);
  /* far above what is measured on a calm machine; without slices it is seconds */
  g_assert_cmpint (beat.longest, <, G_USEC_PER_SEC);

  mirror = dup_mirror (tab);
  g_assert_cmpuint (strlen (mirror), <, 200 * 1024);

  enclave_terminal_session_ended (session, 9, "Time limit of 120 s");
  close_session (session, fixture);
}

static void
test_type_command (Fixture *fixture, gconstpointer data)
{
  EnclaveTerminalTab *tab;

  open_shell (fixture);
  tab = enclave_test_terminal_get_active (fixture->pane);
  enclave_terminal_pane_type_command (fixture->pane, "echo ty''ped\n");
  enclave_test_spin (300);
  {
    g_autofree char *mirror = dup_mirror (tab);

    g_assert_null (strstr (mirror, "\ntyped"));
  }
  enclave_test_terminal_type (tab, "\n");
  g_assert_true (wait_for_text (tab, "\ntyped"));
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_setenv ("SHELL", "/bin/sh", TRUE);
  adw_init ();
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function) g_test_add ("/terminal-pane/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("shell-echo", test_shell_echo);
  ADD ("exit-and-restart", test_exit_and_restart);
  ADD ("paste-asks", test_paste_asks);
  ADD ("close-ends-tree", test_close_ends_tree);
  ADD ("type-command", test_type_command);
  ADD ("agent", test_agent);
  ADD ("agent-tabs-bounded", test_agent_tabs_bounded);
  ADD ("hostile-output", test_hostile_output);
#undef ADD

  return g_test_run ();
}
