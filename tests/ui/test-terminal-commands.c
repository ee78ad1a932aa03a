/* test-terminal-commands.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <vte/vte.h>

#include "enclave-info-row.h"
#include "enclave-terminal-find.h"
#include "enclave-terminal-fixture.h"
#include "enclave-terminal-problems.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"

typedef struct
{
  GtkWidget *window;
  EnclaveTerminalPane *pane;
  char *home;
  guint n_ended;
  int status;
  char *location; /* of the last "open-location": "path:line:column" */
  char *asked;
  char *allowed;
} Fixture;

static void
ended_cb (EnclaveTerminalPane *pane, int status, gint64 span_us, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_cmpint (span_us, >=, 0);
  fixture->n_ended++;
  fixture->status = status;
}

static void
location_cb (EnclaveTerminalPane *pane, const char *path, guint line, guint column, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_free (fixture->location);
  fixture->location = g_strdup_printf ("%s:%u:%u", path, line, column);
}

static void
asked_cb (EnclaveTerminalPane *pane, const char *output, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_free (fixture->asked);
  fixture->asked = g_strdup (output);
}

static void
allowed_cb (EnclaveTerminalPane *pane, const char *command, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_free (fixture->allowed);
  fixture->allowed = g_strdup (command);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->home = g_dir_make_tmp ("enclave-terminal-XXXXXX", NULL);
  fixture->pane = enclave_test_terminal_present (fixture->home, 800, 300, &fixture->window);
  g_signal_connect (fixture->pane, "command-ended", G_CALLBACK (ended_cb), fixture);
  g_signal_connect (fixture->pane, "open-location", G_CALLBACK (location_cb), fixture);
  g_signal_connect (fixture->pane, "ask-about-task", G_CALLBACK (asked_cb), fixture);
  g_signal_connect (fixture->pane, "task-allowed", G_CALLBACK (allowed_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_test_terminal_close (fixture->window, fixture->pane);
  g_rmdir (fixture->home);
  g_free (fixture->home);
  g_free (fixture->location);
  g_free (fixture->asked);
  g_free (fixture->allowed);
}

static VteTerminal *
get_view (Fixture *fixture)
{
  return VTE_TERMINAL (enclave_test_find_type (GTK_WIDGET (enclave_test_terminal_get_active (fixture->pane)), VTE_TYPE_TERMINAL));
}

static void
type (Fixture *fixture, const char *text)
{
  enclave_test_terminal_type (enclave_test_terminal_get_active (fixture->pane), text);
}

#define WAIT(condition)                                                                                                \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    for (guint waited = 0; !(condition) && waited < 800; waited++)                                                     \
      enclave_test_spin (25);                                                                                          \
    g_assert_true (condition);                                                                                         \
  }                                                                                                                    \
  G_STMT_END

static gboolean
says (Fixture *fixture, const char *text)
{
  g_autofree char *shown = enclave_terminal_tab_dup_text (enclave_test_terminal_get_active (fixture->pane));

  return strstr (shown, text) != NULL;
}

static void
run (Fixture *fixture, const char *line)
{
  guint before = fixture->n_ended;

  type (fixture, line);
  type (fixture, "\n");
  WAIT (fixture->n_ended > before);
}

static void
begin (Fixture *fixture)
{
  enclave_terminal_pane_open_shell (fixture->pane);
  run (fixture, "PS1='here> '");
}

static void
test_last_output (Fixture *fixture, gconstpointer data)
{
  begin (fixture);
  g_assert_cmpint (fixture->status, ==, 0);
  run (fixture, "printf 'one\\n\\033[31mtw\\033[0mo\\r\\nthree\\b\\be'; sh -c 'exit 7'");
  g_assert_cmpint (fixture->status, ==, 7);
  g_assert_cmpint (enclave_terminal_tab_get_last_status (enclave_test_terminal_get_active (fixture->pane)), ==, 7);
  g_assert_cmpstr (enclave_terminal_tab_get_last_output (enclave_test_terminal_get_active (fixture->pane)), ==, "one\ntwo\nthree");
  run (fixture, "true");
  g_assert_cmpstr (enclave_terminal_tab_get_last_output (enclave_test_terminal_get_active (fixture->pane)), ==, "");
  /* Enter alone is no command. */
  type (fixture, "\n");
  enclave_test_spin (300);
  g_assert_cmpint (fixture->n_ended, ==, 3);
}

static void
test_output_bounded (Fixture *fixture, gconstpointer data)
{
  const char *output;

  begin (fixture);
  run (fixture, "seq 1 600000");
  output = enclave_terminal_tab_get_last_output (enclave_test_terminal_get_active (fixture->pane));
  g_assert_true (g_str_has_prefix (output, "…\n"));
  g_assert_true (g_str_has_suffix (output, "\n599999\n600000"));
  g_assert_cmpuint (strlen (output), <=, 1024 * 1024 + 8);
}

static void
test_jump (Fixture *fixture, gconstpointer data)
{
  GtkAdjustment *adjustment;
  double bottom;
  double first;

  begin (fixture);
  run (fixture, "seq 1 100");
  run (fixture, "seq 1 100");
  WAIT (says (fixture, "100\nhere>"));
  enclave_test_spin (200);
  adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (get_view (fixture)));
  bottom = gtk_adjustment_get_value (adjustment);

  g_assert_true (enclave_terminal_tab_jump (enclave_test_terminal_get_active (fixture->pane), FALSE));
  first = gtk_adjustment_get_value (adjustment);
  g_assert_cmpfloat (first, <, bottom);
  {
    g_autofree char *line = vte_terminal_get_text_range (get_view (fixture), (glong) first, 0, (glong) first, 40, NULL, NULL, NULL);

    g_assert_true (g_str_has_prefix (line, "here> seq 1 100"));
  }
  g_assert_true (enclave_terminal_tab_jump (enclave_test_terminal_get_active (fixture->pane), FALSE));
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), ==, first - 101);
  g_assert_true (enclave_terminal_tab_jump (enclave_test_terminal_get_active (fixture->pane), TRUE));
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), ==, first);
  enclave_terminal_tab_jump (enclave_test_terminal_get_active (fixture->pane), TRUE);
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), ==, bottom);
}

static void
test_other_shell (Fixture *fixture, gconstpointer data)
{
  begin (fixture);
  type (fixture, "exec env PS1='dash> ' dash\n");
  WAIT (says (fixture, "\ndash>"));
  type (fixture, "sleep 0.1\n");
  type (fixture, "echo fine-$((1+1))\n");
  WAIT (says (fixture, "fine-2"));
  /* nothing was told of these commands */
  g_assert_cmpuint (fixture->n_ended, ==, 1);
}

static void
test_find (Fixture *fixture, gconstpointer data)
{
  EnclaveTerminalFind *find;
  g_autofree char *selected = NULL;

  begin (fixture);
  run (fixture, "for n in 1 2 3; do echo needle-$n; done; seq 1 80");
  WAIT (says (fixture, "\n80\nhere>"));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->pane), "terminal.find", NULL));
  find = ENCLAVE_TERMINAL_FIND (enclave_test_find_type (GTK_WIDGET (enclave_test_terminal_get_active (fixture->pane)), ENCLAVE_TYPE_TERMINAL_FIND));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (find)));
  enclave_terminal_find_set_text (find, "NEEDLE-3");
  g_assert_cmpstr (enclave_terminal_find_get_note (find), ==, "");
  selected = enclave_terminal_tab_dup_selection (enclave_test_terminal_get_active (fixture->pane));
  g_assert_cmpstr (selected, ==, "needle-3");

  enclave_terminal_find_set_text (find, "needle-[0-9]+$");
  g_assert_cmpstr (enclave_terminal_find_get_note (find), ==, "No matches");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (enclave_test_find_button (GTK_WIDGET (find), ".*")), TRUE);
  g_assert_cmpstr (enclave_terminal_find_get_note (find), ==, "");
  g_assert_true (enclave_terminal_find_move (find, FALSE));
  enclave_terminal_find_set_text (find, "(broken");
  g_assert_cmpstr (enclave_terminal_find_get_note (find), ==, "Not an expression");

  enclave_terminal_find_close (find);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (find)));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->window)) == GTK_WIDGET (get_view (fixture)));
}

/* An expression that goes wild ends at its limit: the window goes on. */
static void
test_find_wild (Fixture *fixture, gconstpointer data)
{
  EnclaveTerminalFind *find;
  clock_t began;

  begin (fixture);
  run (fixture, "printf 'a%.0s' $(seq 1 4000)");
  WAIT (says (fixture, "aaaa\nhere>") || says (fixture, "aaaahere>"));
  enclave_terminal_tab_find (enclave_test_terminal_get_active (fixture->pane));
  find = ENCLAVE_TERMINAL_FIND (enclave_test_find_type (GTK_WIDGET (enclave_test_terminal_get_active (fixture->pane)), ENCLAVE_TYPE_TERMINAL_FIND));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (enclave_test_find_button (GTK_WIDGET (find), ".*")), TRUE);
  /* The time that is worked, whatever else the machine does. */
  began = clock ();
  enclave_terminal_find_set_text (find, "(a+)+$b");
  g_assert_cmpint (clock () - began, <, 3 * CLOCKS_PER_SEC);
}

static void
test_open_link (Fixture *fixture, gconstpointer data)
{
  static const char *const shown[] = { "x.c:12:3", "./x.c:12", "x.c(12,3): error", "File \\\"x.c\\\", line 12" };
  g_autofree char *file = g_build_filename (fixture->home, "x.c", NULL);

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  begin (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    {
      g_autofree char *line = g_strdup_printf ("clear; echo \"%s\"; echo no-file.c:3:4x at 12:30:01", shown[i]);
      g_autofree char *expected = g_strdup_printf ("%s:12:%d", file, strstr (shown[i], "3") != NULL ? 3 : 0);
      g_autofree char *done = g_strdup_printf ("12:30:01\nhere>");

      g_clear_pointer (&fixture->location, g_free);
      run (fixture, line);
      WAIT (says (fixture, done));
      /* the last one names no file: only what is there is followed */
      g_assert_true (enclave_terminal_tab_open_link (enclave_test_terminal_get_active (fixture->pane)));
      enclave_test_spin (200);
      g_assert_null (fixture->location);
      run (fixture, "clear");
      line[strlen (line) - strlen ("; echo no-file.c:3:4x at 12:30:01")] = '\0';
      run (fixture, line);
      enclave_test_spin (300);
      g_assert_true (enclave_terminal_tab_open_link (enclave_test_terminal_get_active (fixture->pane)));
      /* whatever the disk does, the window goes on */
      g_assert_null (fixture->location);
      WAIT (fixture->location != NULL);
      g_assert_cmpstr (fixture->location, ==, expected);
    }
  g_unlink (file);
}

static gint64
read_memory (void)
{
  g_autofree char *text = NULL;
  long pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    sscanf (text, "%*d %ld", &pages);
  return (gint64) pages * sysconf (_SC_PAGESIZE);
}

typedef struct
{
  gint64 last;
  gint64 longest;
  guint n;
} Beat;

static gboolean
beat_cb (gpointer user_data)
{
  Beat *beat = user_data;
  gint64 now = g_get_monotonic_time ();

  if (beat->last != 0)
    beat->longest = MAX (beat->longest, now - beat->last);
  beat->last = now;
  beat->n++;
  return G_SOURCE_CONTINUE;
}

#define KEPT_LINES 1000000

/* P3 of the fault matrix: the view is given no more than it can draw, so that what waits stays in the PTY. */
static void
test_flood (Fixture *fixture, gconstpointer data)
{
  gboolean calm = GPOINTER_TO_INT (data);
  Beat beat = { 0 };
  gint64 before;
  gint64 began;
  gint64 took;
  guint source;

  begin (fixture);
  enclave_terminal_pane_set_calm (fixture->pane, calm);
  /* So many lines that none leaves it before it is drawn: all are. */
  vte_terminal_set_scrollback_lines (get_view (fixture), KEPT_LINES);
  run (fixture, "yes | head -c 2000000");
  before = read_memory ();
  began = g_get_monotonic_time ();
  source = g_timeout_add (5, beat_cb, &beat);
  run (fixture, calm ? "yes flooded | head -c 6000000" : "yes flooded | head -c 20000000");
  g_source_remove (source);
  took = g_get_monotonic_time () - began;
  g_test_message ("memory: %" G_GINT64_FORMAT " kB more; %u beats in %" G_GINT64_FORMAT " ms, longest gap %" G_GINT64_FORMAT " ms",
                  (read_memory () - before) / 1024, beat.n, took / 1000, beat.longest / 1000);
  g_assert_cmpint (read_memory () - before, <, 24 * 1024 * 1024);
  /* The loop comes round while it lasts, however slow the machine is. */
  g_assert_cmpuint (beat.n, >, 20);
  g_assert_cmpint (beat.longest, <, took / 10);
  /* keys still come through, and the end of the flood is seen */
  run (fixture, "echo af''ter");
  WAIT (says (fixture, "after"));
}

/* P7: a child in the background holds the PTY, the command has ended all the same. */
static void
test_background (Fixture *fixture, gconstpointer data)
{
  begin (fixture);
  run (fixture, "sleep 1000 & true");
  g_assert_cmpint (fixture->status, ==, 0);
  run (fixture, "kill %1; wait");
}

/* P8: the report that the view is asked for cannot be had by a program, and marks of its own only mislead. */
static void
test_marks_of_others (Fixture *fixture, gconstpointer data)
{
  begin (fixture);
  run (fixture, "printf '\\033]133;A\\007\\033]133;D;3\\007\\033]133;C\\007\\033]133;C\\007\\033]7;file:///etc\\007'");
  run (fixture, "printf '\\033[?63;40002n'; printf '\\033P'; printf '\\030'; echo st''ill");
  WAIT (says (fixture, "still"));
  run (fixture, "echo al''ive");
  WAIT (says (fixture, "alive"));
}

static void
test_rename_and_zoom (Fixture *fixture, gconstpointer data)
{
  double before;

  begin (fixture);
  enclave_terminal_tab_set_name (enclave_test_terminal_get_active (fixture->pane), "server\033[31m");
  g_assert_null (strchr (enclave_terminal_tab_get_title (enclave_test_terminal_get_active (fixture->pane)), '\033'));
  g_assert_true (g_str_has_prefix (enclave_terminal_tab_get_title (enclave_test_terminal_get_active (fixture->pane)), "server"));
  enclave_terminal_tab_set_name (enclave_test_terminal_get_active (fixture->pane), "");
  g_assert_true (g_str_has_prefix (enclave_terminal_tab_get_title (enclave_test_terminal_get_active (fixture->pane)), "bash"));

  before = vte_terminal_get_font_scale (get_view (fixture));
  gtk_widget_activate_action (GTK_WIDGET (fixture->pane), "terminal.zoom-in", NULL);
  g_assert_cmpfloat (vte_terminal_get_font_scale (get_view (fixture)), >, before);
  gtk_widget_activate_action (GTK_WIDGET (fixture->pane), "terminal.zoom-reset", NULL);
  g_assert_cmpfloat_with_epsilon (vte_terminal_get_font_scale (get_view (fixture)), 1, 0.001);
}

static EnclaveInfoRow *
get_row (Fixture *fixture)
{
  return ENCLAVE_INFO_ROW (enclave_test_find_type (GTK_WIDGET (enclave_test_terminal_get_active (fixture->pane)), ENCLAVE_TYPE_INFO_ROW));
}

static guint
find_note (Fixture *fixture, const char *part)
{
  for (guint key = 0; key < 8; key++)
    {
      const char *text = enclave_info_row_get_text (get_row (fixture), key);

      if (text != NULL && strstr (text, part) != NULL)
        return key;
    }

  return G_MAXUINT;
}

static gboolean
is_calm (GtkWidget *widget, gpointer data)
{
  return gtk_widget_has_css_class (widget, "calm");
}

/* What ended well has not the ground of a warning. */
static gboolean
says_calmly (Fixture *fixture, const char *part)
{
  return find_note (fixture, part) != G_MAXUINT && enclave_test_find_widget (GTK_WIDGET (get_row (fixture)), is_calm, NULL) != NULL;
}

static void
test_task (Fixture *fixture, gconstpointer data)
{
  static const char command[] = "echo \"in $PWD\"; printf 'a.c:3:7: error: no such thing\\n\\033[1mb.c:4:\\033[0m warning: hm\\n'; exit 2";
  g_autofree char *expected = g_build_filename (fixture->home, "a.c:3:7", NULL);
  g_autofree char *second = g_build_filename (fixture->home, "b.c:4:0", NULL);

  enclave_terminal_pane_run_task (fixture->pane, "Build", command, FALSE);
  g_assert_cmpstr (enclave_terminal_tab_get_title (enclave_test_terminal_get_active (fixture->pane)), ==, "Build");
  g_assert_cmpuint (find_note (fixture, "outside of the sandbox"), !=, G_MAXUINT);
  enclave_test_spin (200);
  g_assert_false (enclave_terminal_tab_get_running (enclave_test_terminal_get_active (fixture->pane)));

  enclave_info_row_respond (get_row (fixture), find_note (fixture, "outside"), "always");
  g_assert_cmpstr (fixture->allowed, ==, command);
  WAIT (find_note (fixture, "Ended with exit 2") != G_MAXUINT);
  g_assert_cmpuint (fixture->n_ended, ==, 1);
  g_assert_false (says_calmly (fixture, "Ended with exit 2"));
  g_assert_cmpuint (enclave_terminal_tab_get_n_problems (enclave_test_terminal_get_active (fixture->pane)), ==, 2);
  g_assert_true (enclave_terminal_pane_step_problem (fixture->pane, TRUE));
  g_assert_cmpstr (fixture->location, ==, expected);
  g_assert_true (enclave_terminal_pane_step_problem (fixture->pane, TRUE));
  g_assert_cmpstr (fixture->location, ==, second);
  g_assert_true (enclave_terminal_pane_step_problem (fixture->pane, TRUE));
  g_assert_cmpstr (fixture->location, ==, expected);

  enclave_info_row_respond (get_row (fixture), find_note (fixture, "Ended"), "ask");
  g_assert_nonnull (strstr (fixture->asked, "b.c:4: warning: hm"));

  /* the same again is the same tab */
  enclave_terminal_pane_run_task (fixture->pane, "Build", command, TRUE);
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 1);
  WAIT (fixture->n_ended == 2);

  /* another command to build with takes its place; what is run stands beside it */
  enclave_terminal_pane_run_task (fixture->pane, "Run", "echo ru''n", TRUE);
  WAIT (fixture->n_ended == 3);
  g_assert_true (says_calmly (fixture, "Ended with exit 0"));
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 2);
  enclave_terminal_pane_run_task (fixture->pane, "Build", "echo bui''lt; sleep 1000", TRUE);
  WAIT (says (fixture, "built"));
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 2);

  /* but not of one that still runs */
  enclave_terminal_pane_run_task (fixture->pane, "Build", "echo aga''in", TRUE);
  WAIT (fixture->n_ended == 4);
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 3);
  g_assert_true (enclave_terminal_pane_stop_task (fixture->pane));
  WAIT (fixture->n_ended == 5);
}

/* What is asked is seen whole, however narrow and low the pane is made: all of the question, and all of the command. */
static void
test_task_question (Fixture *fixture, gconstpointer data)
{
  GtkWidget *row;
  GtkWidget *label;
  int asked;
  int given;

  enclave_terminal_pane_run_task (fixture->pane, "Build", "cmake -S . -B build && cmake --build build --parallel $(nproc) && echo built it all", FALSE);
  enclave_test_spin (200);
  row = GTK_WIDGET (get_row (fixture));
  for (int width = 1200; width >= 400; width -= 100)
    {
      gtk_widget_measure (row, GTK_ORIENTATION_VERTICAL, width, &asked, NULL, NULL, NULL);
      gtk_widget_measure (GTK_WIDGET (fixture->pane), GTK_ORIENTATION_VERTICAL, width, &given, NULL, NULL, NULL);
      g_assert_cmpint (given, >, asked);
    }
  label = enclave_test_find_label_with (row, "echo built it all");
  g_assert_nonnull (label);
  gtk_widget_measure (label, GTK_ORIENTATION_VERTICAL, 1000, &given, NULL, NULL, NULL);
  gtk_widget_measure (label, GTK_ORIENTATION_VERTICAL, 250, &asked, NULL, NULL, NULL);
  g_assert_cmpint (asked, >=, 3 * given);
}

/* What a task prints moves neither it nor what it is about, and a reset in the middle of it loses nothing of what it says. */
static void
test_task_resists (Fixture *fixture, gconstpointer data)
{
  g_autofree char *here = g_build_filename (fixture->home, "here", NULL);
  g_autofree char *go = g_build_filename (fixture->home, "go", NULL);
  g_autofree char *expected = g_build_filename (fixture->home, "a.c:3:7", NULL);
  static const char command[] = "touch here; printf '\\033]7;file:///\\033\\\\a.c:3:7: error: no\\n'; echo mov''ed; "
                                "until test -e go; do sleep 0.1; done";

  enclave_terminal_pane_run_task (fixture->pane, "Build", command, TRUE);
  WAIT (says (fixture, "\nmoved"));
  enclave_terminal_tab_reset (enclave_test_terminal_get_active (fixture->pane));
  g_assert_true (g_file_set_contents (go, "", 0, NULL));
  WAIT (fixture->n_ended == 1);
  g_assert_cmpuint (enclave_terminal_tab_get_n_problems (enclave_test_terminal_get_active (fixture->pane)), ==, 1);
  g_assert_true (enclave_terminal_pane_step_problem (fixture->pane, TRUE));
  g_assert_cmpstr (fixture->location, ==, expected);

  g_assert_cmpint (g_remove (here), ==, 0);
  enclave_terminal_pane_run_task (fixture->pane, "Build", command, TRUE);
  WAIT (fixture->n_ended == 2);
  g_assert_true (g_file_test (here, G_FILE_TEST_EXISTS));
}

static void
test_task_stopped (Fixture *fixture, gconstpointer data)
{
  g_assert_false (enclave_terminal_pane_stop_task (fixture->pane));
  enclave_terminal_pane_run_task (fixture->pane, "Run", "echo be''gun; sleep 1000", TRUE);
  WAIT (says (fixture, "\nbegun"));
  g_assert_true (enclave_terminal_tab_get_busy (enclave_test_terminal_get_active (fixture->pane)));
  g_assert_true (enclave_terminal_pane_stop_task (fixture->pane));
  WAIT (!enclave_terminal_tab_get_running (enclave_test_terminal_get_active (fixture->pane)));
  g_assert_false (enclave_terminal_pane_step_problem (fixture->pane, TRUE));
}

static void
test_task_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *witness = g_build_filename (fixture->home, "ran", NULL);
  g_autofree char *command = g_strdup_printf ("touch '%s'", witness);

  enclave_terminal_pane_run_task (fixture->pane, "Build", command, FALSE);
  enclave_info_row_respond (get_row (fixture), find_note (fixture, "outside"), "cancel");
  enclave_test_spin (300);
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 0);
  g_assert_false (g_file_test (witness, G_FILE_TEST_EXISTS));
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_setenv ("SHELL", "/bin/bash", TRUE);
  g_unsetenv ("PROMPT_COMMAND");
  adw_init ();
  g_test_init (&argc, &argv, NULL);

#define ADD(name, data, function) g_test_add ("/terminal-commands/" name, Fixture, data, set_up, function, tear_down)
  ADD ("last-output", NULL, test_last_output);
  ADD ("output-bounded", NULL, test_output_bounded);
  ADD ("jump", NULL, test_jump);
  ADD ("other-shell", NULL, test_other_shell);
  ADD ("find", NULL, test_find);
  ADD ("find-wild", NULL, test_find_wild);
  ADD ("open-link", NULL, test_open_link);
  ADD ("flood", NULL, test_flood);
  ADD ("flood-calm", GINT_TO_POINTER (TRUE), test_flood);
  ADD ("background", NULL, test_background);
  ADD ("marks-of-others", NULL, test_marks_of_others);
  ADD ("rename-and-zoom", NULL, test_rename_and_zoom);
  ADD ("task", NULL, test_task);
  ADD ("task-question", NULL, test_task_question);
  ADD ("task-resists", NULL, test_task_resists);
  ADD ("task-stopped", NULL, test_task_stopped);
  ADD ("task-refused", NULL, test_task_refused);
#undef ADD

  return g_test_run ();
}
