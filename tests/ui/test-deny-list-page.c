/* test-deny-list-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <string.h>

#include "enclave-deny-list-page.h"
#include "enclave-preferences-window.h"
#include "enclave-test-project.h"

typedef struct
{
  EnclaveTestProject *project;
  EnclaveGate *gate;
  EnclaveDenyListPage *page;
  GtkWidget *window;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GtkWidget *overlay = adw_toast_overlay_new ();

  fixture->project = enclave_test_project_new ();
  enclave_test_project_write (fixture->project, ".enclave/policy", "[deny]\n<b>&*.secret\n");
  enclave_test_project_write (fixture->project, ".env", "A=1\n");
  enclave_test_project_symlink (fixture->project, ".env", "link.txt");
  fixture->gate = enclave_gate_new (fixture->project->root, NULL, &error);
  g_assert_no_error (error);
  /* The class of the window registers what the template of the page is in. */
  g_type_class_unref (g_type_class_ref (ENCLAVE_TYPE_PREFERENCES_WINDOW));
  fixture->page = g_object_new (ENCLAVE_TYPE_DENY_LIST_PAGE, NULL);
  enclave_deny_list_page_set_up (fixture->page, fixture->gate);
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (overlay), GTK_WIDGET (fixture->page));
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 700, 700);
  gtk_window_set_child (GTK_WINDOW (fixture->window), overlay);
  gtk_window_present (GTK_WINDOW (fixture->window));
  enclave_test_spin (50);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  enclave_test_spin (50);
  g_clear_object (&fixture->gate);
  enclave_test_project_free (fixture->project);
}

typedef gboolean (*Wanted) (GtkWidget *widget, const char *text);

static GtkWidget *
find (GtkWidget *widget, Wanted wanted, const char *text)
{
  if (wanted (widget, text))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, wanted, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
has_title (GtkWidget *widget, const char *title)
{
  return ADW_IS_PREFERENCES_ROW (widget)
         && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title) == 0;
}

static gboolean
title_begins (GtkWidget *widget, const char *title)
{
  return ADW_IS_PREFERENCES_ROW (widget)
         && g_str_has_prefix (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title);
}

static gboolean
is_button (GtkWidget *widget, const char *name)
{
  return GTK_IS_BUTTON (widget)
         && (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), name) == 0
             || g_strcmp0 (gtk_widget_get_tooltip_text (widget), name) == 0);
}

static gboolean
is_shown_label (GtkWidget *widget, const char *part)
{
  return GTK_IS_LABEL (widget) && gtk_widget_get_visible (widget)
         && strstr (gtk_label_get_label (GTK_LABEL (widget)), part) != NULL;
}

static void
press (Fixture *fixture, const char *name)
{
  GtkWidget *button = find (fixture->window, is_button, name);

  g_assert_true (button != NULL && gtk_widget_get_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

static void
type_pattern (Fixture *fixture, const char *pattern)
{
  gtk_editable_set_text (GTK_EDITABLE (find (fixture->window, has_title, "Add a rule")), pattern);
}

static gboolean
can_press (Fixture *fixture, const char *name)
{
  return gtk_widget_get_sensitive (find (fixture->window, is_button, name));
}

static void
wait_for_row (Fixture *fixture, const char *title, gboolean is_there)
{
  for (guint i = 0; i < 3000 && (find (fixture->window, has_title, title) != NULL) != is_there; i++)
    enclave_test_spin (50);
  g_assert_true ((find (fixture->window, has_title, title) != NULL) == is_there);
}

/* The toast of a change comes when that of the one before has gone, and takes a moment to appear. */
static void
wait_for_undo (Fixture *fixture)
{
  enclave_test_spin (100);
  for (guint i = 0; i < 3000 && find (fixture->window, is_button, "Undo") == NULL; i++)
    enclave_test_spin (20);
  enclave_test_spin (400);
}

static EnclaveVerdict
judge (Fixture *fixture, const char *path)
{
  return enclave_gate_judge_name (fixture->gate, ENCLAVE_EFFECT_READ, path, FALSE).verdict;
}

/* From typing a pattern to a rule in force, and back. */
static void
test_own_rules (Fixture *fixture, gconstpointer data)
{
  enclave_test_project_write (fixture->project, "data/a.json", "{}\n");
  enclave_test_project_write (fixture->project, "data/b.json", "{}\n");

  type_pattern (fixture, "!x");
  g_assert_nonnull (find (fixture->window, is_shown_label, "begins an exception"));
  g_assert_false (can_press (fixture, "Add"));
  type_pattern (fixture, "data/*.json");
  wait_for_row (fixture, "This rule would hide 2 more files", TRUE);
  g_assert_nonnull (find (fixture->window, has_title, "data/a.json"));
  g_assert_cmpint (judge (fixture, "data/a.json"), ==, ENCLAVE_VERDICT_ALLOW);

  press (fixture, "Add");
  wait_for_row (fixture, "data/*.json", TRUE);
  g_assert_cmpint (judge (fixture, "data/a.json"), ==, ENCLAVE_VERDICT_DENY);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (find (fixture->window, has_title, "Add a rule"))), ==, "");
  g_assert_null (find (fixture->window, title_begins, "This rule would hide"));

  press (fixture, "Remove");
  wait_for_row (fixture, "data/*.json", FALSE);
  g_assert_cmpint (judge (fixture, "data/a.json"), ==, ENCLAVE_VERDICT_ALLOW);
  wait_for_undo (fixture);
  press (fixture, "Undo");
  wait_for_row (fixture, "data/*.json", TRUE);
  g_assert_cmpint (judge (fixture, "data/a.json"), ==, ENCLAVE_VERDICT_DENY);
  press (fixture, "Remove");
  wait_for_row (fixture, "data/*.json", FALSE);
}

/* Prepared is not done: one more click, and only where an exception counts. */
static void
test_exception (Fixture *fixture, gconstpointer data)
{
  g_autofree char *whole = enclave_test_project_path (fixture->project, ".env");
  g_autofree char *title = g_strdup_printf ("Let the agent read %s?", whole);

  enclave_deny_list_page_prepare_exception (fixture->page, "/etc/shadow");
  g_assert_false (can_press (fixture, "Add exception"));
  enclave_deny_list_page_prepare_exception (fixture->page, "x/<b>&*.secret");
  g_assert_false (can_press (fixture, "Add exception"));
  enclave_deny_list_page_prepare_exception (fixture->page, ".enclave/policy");
  g_assert_false (can_press (fixture, "Add exception"));

  /* A link is followed: the rule is about the file that it leads to. */
  enclave_deny_list_page_prepare_exception (fixture->page, "link.txt");
  g_assert_nonnull (find (fixture->window, has_title, title));
  g_assert_cmpint (judge (fixture, ".env"), ==, ENCLAVE_VERDICT_DENY);
  press (fixture, "Add exception");
  wait_for_row (fixture, whole, TRUE);
  g_assert_cmpint (judge (fixture, ".env"), ==, ENCLAVE_VERDICT_ALLOW);
  g_assert_cmpint (judge (fixture, "sub/.env"), ==, ENCLAVE_VERDICT_DENY);
  g_assert_null (find (fixture->window, has_title, title));
  press (fixture, "Remove");
  wait_for_row (fixture, whole, FALSE);
  g_assert_cmpint (judge (fixture, ".env"), ==, ENCLAVE_VERDICT_DENY);
}

static void
test_show_rule (Fixture *fixture, gconstpointer data)
{
  g_assert_true (enclave_deny_list_page_show_rule (fixture->page, "builtin:dotenv"));
  g_assert_true (enclave_deny_list_page_show_rule (fixture->page, "project:<b>&*.secret"));
  g_assert_false (enclave_deny_list_page_show_rule (fixture->page, "builtin:none"));
}

/* What a rule hides is counted, and a file that can't be read is said. */
static void
test_counts_and_problem (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3000 && find (fixture->window, is_shown_label, "hides 1 file") == NULL; i++)
    enclave_test_spin (50);
  g_assert_nonnull (find (fixture->window, is_shown_label, "hides 1 file"));

  enclave_test_project_write_bytes (fixture->project, ".enclave/policy", "a\0b", 3);
  enclave_gate_reload_policy (fixture->gate, NULL);
  g_assert_nonnull (find (fixture->window, is_shown_label, "it is not a text file"));
  g_assert_nonnull (find (fixture->window, has_title, "<b>&*.secret"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();
  adw_init ();

  g_test_add ("/deny-list-page/own-rules", Fixture, NULL, set_up, test_own_rules, tear_down);
  g_test_add ("/deny-list-page/exception", Fixture, NULL, set_up, test_exception, tear_down);
  g_test_add ("/deny-list-page/show-rule", Fixture, NULL, set_up, test_show_rule, tear_down);
  g_test_add ("/deny-list-page/counts-and-problem", Fixture, NULL, set_up, test_counts_and_problem, tear_down);

  return g_test_run ();
}
