/* test-terminal-split.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-terminal-fixture.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"

typedef struct
{
  GtkWidget *window;
  EnclaveTerminalPane *pane;
  EnclaveTestProject *project;
  char *home; /* of the project */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->project = enclave_test_project_new ();
  fixture->home = fixture->project->root;
  fixture->pane = enclave_test_terminal_present (fixture->home, 900, 500, &fixture->window);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_test_terminal_close (fixture->window, fixture->pane);
  enclave_test_project_free (fixture->project);
}

static AdwTabView *
get_view (Fixture *fixture)
{
  return ADW_TAB_VIEW (enclave_test_find_type (GTK_WIDGET (fixture->pane), ADW_TYPE_TAB_VIEW));
}

static void
activate (Fixture *fixture, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->pane), action, NULL));
  enclave_test_spin (100);
}

static gboolean
wait_for_n (Fixture *fixture, guint n)
{
  for (guint i = 0; i < 400; i++)
    {
      if (enclave_terminal_split_get_n_tabs (enclave_test_terminal_get_split (fixture->pane)) == n)
        return TRUE;
      enclave_test_spin (25);
    }
  return FALSE;
}

static gboolean
has_focus (EnclaveTerminalTab *tab)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (tab)));

  return focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (tab));
}

static void
test_split_and_move (Fixture *fixture, gconstpointer data)
{
  EnclaveTerminalTab *left;
  EnclaveTerminalTab *right;
  EnclaveTerminalTab *below;
  const char *title;

  enclave_terminal_pane_open_shell (fixture->pane);
  enclave_test_spin (100);
  left = enclave_test_terminal_get_active (fixture->pane);
  activate (fixture, "terminal.split-right");
  right = enclave_test_terminal_get_active (fixture->pane);
  g_assert_true (left != right);
  g_assert_true (has_focus (right));
  activate (fixture, "terminal.split-down");
  below = enclave_test_terminal_get_active (fixture->pane);
  g_assert_cmpuint (enclave_terminal_split_get_n_tabs (enclave_test_terminal_get_split (fixture->pane)), ==, 3);
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 1);
  /* halves */
  g_assert_cmpint (ABS (gtk_widget_get_width (GTK_WIDGET (left)) - gtk_widget_get_width (GTK_WIDGET (right))), <=, 4);
  g_assert_cmpint (ABS (gtk_widget_get_height (GTK_WIDGET (right)) - gtk_widget_get_height (GTK_WIDGET (below))), <=, 4);

  activate (fixture, "terminal.focus-up");
  g_assert_true (enclave_test_terminal_get_active (fixture->pane) == right && has_focus (right));
  activate (fixture, "terminal.focus-left");
  g_assert_true (enclave_test_terminal_get_active (fixture->pane) == left && has_focus (left));
  activate (fixture, "terminal.focus-left");
  g_assert_true (enclave_test_terminal_get_active (fixture->pane) == left);
  title = adw_tab_page_get_title (adw_tab_view_get_selected_page (get_view (fixture)));
  g_assert_true (g_str_has_prefix (title, "1/3 · "));
  activate (fixture, "terminal.focus-right");
  g_assert_true (enclave_test_terminal_get_active (fixture->pane) == right);
  activate (fixture, "terminal.focus-down");
  g_assert_true (enclave_test_terminal_get_active (fixture->pane) == below);
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (below), "enclave-terminal-active"));
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (right), "enclave-terminal-active"));

  /* what the pane is asked for is of the one with the focus */
  enclave_test_terminal_wait_ready (below);
  enclave_test_terminal_type (below, "echo be''low\n");
  g_assert_true (enclave_test_terminal_wait_text (below, "below"));
  {
    g_autofree char *text = enclave_terminal_pane_dup_text (fixture->pane);

    g_assert_nonnull (strstr (text, "below"));
  }
  activate (fixture, "terminal.find");
  g_assert_true (has_focus (below));
}

static void
test_grow (Fixture *fixture, gconstpointer data)
{
  EnclaveTerminalTab *right;
  int width;

  enclave_terminal_pane_open_shell (fixture->pane);
  enclave_test_spin (100);
  activate (fixture, "terminal.split-right");
  right = enclave_test_terminal_get_active (fixture->pane);
  width = gtk_widget_get_width (GTK_WIDGET (right));
  activate (fixture, "terminal.grow");
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (right)), >, width);
  activate (fixture, "terminal.shrink");
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (right)), ==, width);
}

/* Its shell is left: the other one has the room and the focus, and stays when it is left, too. */
static void
test_exit_closes (Fixture *fixture, gconstpointer data)
{
  EnclaveTerminalTab *left;
  EnclaveTerminalTab *right;

  enclave_terminal_pane_open_shell (fixture->pane);
  enclave_test_spin (100);
  left = enclave_test_terminal_get_active (fixture->pane);
  activate (fixture, "terminal.split-right");
  right = enclave_test_terminal_get_active (fixture->pane);
  enclave_test_terminal_wait_ready (right);
  enclave_test_terminal_type (right, "exit 0\n");
  g_assert_true (wait_for_n (fixture, 1));
  enclave_test_spin (100);
  g_assert_true (enclave_test_terminal_get_active (fixture->pane) == left && has_focus (left));
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (left)), >, 800);
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (left), "enclave-terminal-divided"));

  enclave_test_terminal_wait_ready (left);
  enclave_test_terminal_type (left, "exit 0\n");
  for (guint i = 0; enclave_terminal_tab_get_running (left) && i < 400; i++)
    enclave_test_spin (25);
  enclave_test_spin (200);
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 1);
}

static void
test_begin_where_the_other_is (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (fixture->home, "within", NULL);
  g_autofree char *line = NULL;
  g_autofree char *said = NULL;

  enclave_test_project_write (fixture->project, "within/a.txt", "a\n");
  enclave_terminal_pane_open_shell (fixture->pane);
  enclave_test_spin (100);
  enclave_test_terminal_wait_ready (enclave_test_terminal_get_active (fixture->pane));
  line = g_strdup_printf ("cd within; printf '\\033]7;file://%s\\007mo''ved\\n'\n", folder);
  enclave_test_terminal_type (enclave_test_terminal_get_active (fixture->pane), line);
  g_assert_true (enclave_test_terminal_wait_text (enclave_test_terminal_get_active (fixture->pane), "moved"));
  enclave_test_spin (200);
  activate (fixture, "terminal.split-down");
  enclave_test_terminal_wait_ready (enclave_test_terminal_get_active (fixture->pane));
  enclave_test_terminal_type (enclave_test_terminal_get_active (fixture->pane), "echo at=$PWD.\n");
  said = g_strdup_printf ("at=%s.", folder);
  g_assert_true (enclave_test_terminal_wait_text (enclave_test_terminal_get_active (fixture->pane), said));
}

/* One of two is asked about for itself, and all of a tab at once. */
static void
test_close_asks (Fixture *fixture, gconstpointer data)
{
  EnclaveTerminalTab *left;
  EnclaveTerminalTab *right;

  enclave_terminal_pane_open_shell (fixture->pane);
  enclave_test_spin (100);
  left = enclave_test_terminal_get_active (fixture->pane);
  enclave_test_terminal_keep_busy (left);
  activate (fixture, "terminal.split-right");
  right = enclave_test_terminal_get_active (fixture->pane);
  enclave_test_terminal_keep_busy (right);

  activate (fixture, "terminal.close");
  g_assert_cmpuint (enclave_terminal_split_get_n_tabs (enclave_test_terminal_get_split (fixture->pane)), ==, 2);
  enclave_test_terminal_answer (right, "cancel");
  g_assert_cmpuint (enclave_terminal_split_get_n_tabs (enclave_test_terminal_get_split (fixture->pane)), ==, 2);

  activate (fixture, "terminal.close-tab");
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 1);
  g_assert_true (enclave_test_terminal_has_note (right, "2 programs"));
  enclave_test_terminal_answer (right, "cancel");
  /* that it was asked for the tab is forgotten */
  activate (fixture, "terminal.close");
  enclave_test_terminal_answer (right, "close");
  g_assert_cmpuint (enclave_terminal_split_get_n_tabs (enclave_test_terminal_get_split (fixture->pane)), ==, 1);
  g_assert_true (enclave_test_terminal_get_active (fixture->pane) == left);

  activate (fixture, "terminal.close-tab");
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 1);
  enclave_test_terminal_answer (left, "close");
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 0);
}

/* A question and its answers stay within the terminal that asks, and so does the bar that searches it. */
static void
test_questions_fit (Fixture *fixture, gconstpointer data)
{
  EnclaveTerminalTab *right;
  GtkWidget *buttons[2];

  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 560, 500);
  enclave_terminal_pane_open_shell (fixture->pane);
  enclave_test_spin (100);
  activate (fixture, "terminal.split-right");
  right = enclave_test_terminal_get_active (fixture->pane);
  enclave_test_terminal_keep_busy (right);
  activate (fixture, "terminal.close");
  enclave_test_spin (400);
  buttons[0] = enclave_test_find_button (GTK_WIDGET (right), "End and close");
  activate (fixture, "terminal.find");
  enclave_test_spin (200);
  buttons[1] = enclave_test_find_button (GTK_WIDGET (right), ".*");
  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      graphene_rect_t box;

      g_assert_nonnull (buttons[i]);
      g_assert_true (gtk_widget_compute_bounds (buttons[i], GTK_WIDGET (right), &box));
      g_assert_cmpfloat (box.origin.x, >=, 0);
      g_assert_cmpfloat (box.origin.x + box.size.width, <=, (float) gtk_widget_get_width (GTK_WIDGET (right)));
    }
  g_assert_cmpint (ABS (gtk_widget_get_width (GTK_WIDGET (right)) - 280), <=, 6);
}

/* Where there is no room for both the one with the focus is shown, and no third fits. */
static void
test_narrow (Fixture *fixture, gconstpointer data)
{
  EnclaveTerminalTab *left;
  EnclaveTerminalTab *right;

  enclave_terminal_pane_open_shell (fixture->pane);
  enclave_test_spin (100);
  left = enclave_test_terminal_get_active (fixture->pane);
  activate (fixture, "terminal.split-right");
  right = enclave_test_terminal_get_active (fixture->pane);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (left)));

  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 260, 300);
  for (guint i = 0; gtk_widget_get_visible (GTK_WIDGET (left)) && i < 100; i++)
    enclave_test_spin (25);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (left)));
  enclave_test_spin (200);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (right)), >, 200);
  activate (fixture, "terminal.focus-left");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (left)) && has_focus (left));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (right)));
  activate (fixture, "terminal.split-right");
  g_assert_cmpuint (enclave_terminal_split_get_n_tabs (enclave_test_terminal_get_split (fixture->pane)), ==, 2);
  enclave_test_terminal_answer (left, "dismiss");

  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 900, 500);
  for (guint i = 0; !gtk_widget_get_visible (GTK_WIDGET (right)) && i < 100; i++)
    enclave_test_spin (25);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (right)));
}

static char *
describe (Fixture *fixture)
{
  g_autoptr (JsonNode) node = enclave_terminal_pane_describe (fixture->pane);

  return enclave_json_to_text (node, FALSE);
}

static void
restore (Fixture *fixture, const char *text)
{
  g_autoptr (JsonNode) node = enclave_json_parse (text, -1, NULL);

  g_assert_nonnull (node);
  enclave_terminal_pane_restore (fixture->pane, json_node_get_array (node));
  enclave_test_spin (300);
}

static void
test_session (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (fixture->home, "within", NULL);
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;
  g_autoptr (GPtrArray) tabs = NULL;
  int part;

  enclave_test_project_write (fixture->project, "within/a.txt", "a\n");
  text = g_strdup_printf ("[\"%s\",{\"split\":\"right\",\"part\":300,\"first\":\"%s\",\"second\":{\"split\":\"down\",\"part\":500,"
                          "\"first\":\"%s\",\"second\":\"%s\"}}]", fixture->home, folder, fixture->home, folder);
  restore (fixture, text);
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 2);
  tabs = enclave_terminal_split_list (enclave_test_terminal_get_split (fixture->pane));
  g_assert_cmpuint (tabs->len, ==, 3);
  g_assert_cmpstr (enclave_terminal_tab_get_folder (g_ptr_array_index (tabs, 0)), ==, folder);
  g_assert_cmpstr (enclave_terminal_tab_get_folder (g_ptr_array_index (tabs, 1)), ==, fixture->home);
  part = gtk_widget_get_width (g_ptr_array_index (tabs, 0)) * 1000 / gtk_widget_get_width (GTK_WIDGET (enclave_test_terminal_get_split (fixture->pane)));
  g_assert_cmpint (ABS (part - 300), <=, 10);

  again = describe (fixture);
  g_assert_nonnull (strstr (again, "\"split\":\"down\""));
  for (int i = 2; i > 0; i--)
    activate (fixture, "terminal.close-tab");
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 0);
  restore (fixture, again);
  g_assert_cmpuint (enclave_terminal_split_get_n_tabs (enclave_test_terminal_get_split (fixture->pane)), ==, 3);
}

/* A folder that is gone costs its terminal its folder, and nothing else its place. */
static void
test_session_of_gone_folders (Fixture *fixture, gconstpointer data)
{
  g_autofree char *gone = g_build_filename (fixture->home, "gone", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) tabs = NULL;

  text = g_strdup_printf ("[\"%s\",{\"split\":\"right\",\"part\":500,\"first\":\"%s\",\"second\":{\"split\":\"down\",\"part\":500,"
                          "\"first\":\"%s\",\"second\":{\"folder\":\"%s\",\"profile\":\"none\"}}}]",
                          gone, gone, fixture->home, gone);
  restore (fixture, text);
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 2);
  tabs = enclave_terminal_split_list (enclave_test_terminal_get_split (fixture->pane));
  g_assert_cmpuint (tabs->len, ==, 3);
  for (guint i = 0; i < tabs->len; i++)
    {
      EnclaveTerminalTab *tab = g_ptr_array_index (tabs, i);

      for (guint wait = 0; wait < 200 && g_strcmp0 (enclave_terminal_tab_get_folder (tab), fixture->home) != 0; wait++)
        enclave_test_spin (25);
      g_assert_cmpstr (enclave_terminal_tab_get_folder (tab), ==, fixture->home);
      g_assert_true (enclave_terminal_tab_get_running (tab));
      g_assert_true (enclave_test_terminal_has_note (tab, gone) == (i != 1));
    }
}

/* Divided within what is divided, on and on: @flat is a folder, and @deep what is divided again. */
static void
restore_deep (Fixture *fixture, const char *flat, const char *deep)
{
  const guint depth = ENCLAVE_JSON_MAX_DEPTH - 1;
  g_autoptr (GString) text = g_string_new ("[");

  for (guint i = 0; i < depth; i++)
    g_string_append_printf (text, "{\"split\":\"right\",\"%s\":\"%s\",\"%s\":", flat, fixture->home, deep);
  g_string_append_printf (text, "\"%s\"", fixture->home);
  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, '}');
  g_string_append_c (text, ']');
  restore (fixture, text->str);
}

/* The file may have been written by anybody. */
static void
test_session_hostile (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) many = g_string_new ("[");
  g_autofree char *odd = g_strdup_printf (
      "[5,null,{},[],\"relative\",\"/not/there\",{\"split\":7},{\"split\":\"right\"},{\"split\":\"right\",\"first\":3,\"second\":4},"
      "{\"split\":\"up\",\"part\":-4000000000,\"first\":\"%s\",\"second\":{}},{\"split\":\"down\",\"part\":1e9,\"first\":{\"first\":\"/x\"},\"second\":\"%s\"}]",
      fixture->home, fixture->home);
  guint n_all = 0;

  restore (fixture, odd);
  /* of the absolute ones only, whether they are there or not */
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 3);
  g_assert_cmpuint (enclave_terminal_split_get_n_tabs (enclave_test_terminal_get_split (fixture->pane)), ==, 2);

  /* as deep as it can be read: no terminal stands first in it as deep as one may */
  restore_deep (fixture, "second", "first");
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 3);
  /* and of those that stand second as many as may */
  restore_deep (fixture, "first", "second");
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 4);
  g_assert_cmpuint (enclave_terminal_split_get_n_tabs (enclave_test_terminal_get_split (fixture->pane)), ==, 7);

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (many, "%s\"%s\"", i > 0 ? "," : "", fixture->home);
  g_string_append_c (many, ']');
  restore (fixture, many->str);
  for (int i = 0; i < adw_tab_view_get_n_pages (get_view (fixture)); i++)
    n_all += enclave_terminal_split_get_n_tabs (ENCLAVE_TERMINAL_SPLIT (adw_tab_page_get_child (adw_tab_view_get_nth_page (get_view (fixture), i))));
  g_assert_cmpuint (n_all, ==, ENCLAVE_TERMINAL_MAX_RESTORED);
}

/* A command of the agent's that has ended goes; the shell that the person opened beside it stays. */
static void
test_beside_agent (Fixture *fixture, gconstpointer data)
{
  guint columns = 0;
  guint rows = 0;
  EnclaveTerminalTab *shell = NULL;

  for (guint i = 0; i <= ENCLAVE_TERMINAL_MAX_ENDED_TABS; i++)
    {
      g_autoptr (EnclaveTerminalSession) session = enclave_terminal_host_open_session (
          ENCLAVE_TERMINAL_HOST (fixture->pane), "true", fixture->home, "full", &columns, &rows);

      if (i == 0)
        {
          enclave_test_spin (100);
          activate (fixture, "terminal.split-right");
          shell = enclave_test_terminal_get_active (fixture->pane);
        }
      enclave_terminal_session_ended (session, 0, NULL);
      enclave_test_spin (20);
    }
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, ENCLAVE_TERMINAL_MAX_ENDED_TABS + 1);
  g_assert_true (enclave_terminal_tab_get_running (shell));
  g_assert_cmpuint (enclave_terminal_split_get_n_tabs (enclave_terminal_split_of (shell)), ==, 1);
}

#define ADD(name, function) g_test_add (name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_setenv ("SHELL", "/bin/sh", TRUE);
  adw_init ();
  g_test_init (&argc, &argv, NULL);

  ADD ("/terminal-split/split-and-move", test_split_and_move);
  ADD ("/terminal-split/grow", test_grow);
  ADD ("/terminal-split/exit-closes", test_exit_closes);
  ADD ("/terminal-split/begin-where-the-other-is", test_begin_where_the_other_is);
  ADD ("/terminal-split/close-asks", test_close_asks);
  ADD ("/terminal-split/questions-fit", test_questions_fit);
  ADD ("/terminal-split/narrow", test_narrow);
  ADD ("/terminal-split/session", test_session);
  ADD ("/terminal-split/session-of-gone-folders", test_session_of_gone_folders);
  ADD ("/terminal-split/session-hostile", test_session_hostile);
  ADD ("/terminal-split/beside-agent", test_beside_agent);
  return g_test_run ();
}
