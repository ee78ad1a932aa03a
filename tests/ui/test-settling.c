/* test-settling.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>

#include "enclave-info-row.h"
#include "enclave-settling.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"

#define SETTLED_MS 1700

typedef struct
{
  GtkWidget *window;
  GtkWidget *stack;
  GtkWidget *revealer;
  GtkWidget *row;
  GtkWidget *bar;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer watched)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *view = GTK_WIDGET (adw_tab_view_new ());

  fixture->window = gtk_window_new ();
  fixture->stack = gtk_stack_new ();
  gtk_stack_set_transition_type (GTK_STACK (fixture->stack), GTK_STACK_TRANSITION_TYPE_CROSSFADE);
  gtk_stack_set_transition_duration (GTK_STACK (fixture->stack), 300);
  gtk_stack_add_named (GTK_STACK (fixture->stack), gtk_label_new ("one"), "one");
  gtk_stack_add_named (GTK_STACK (fixture->stack), gtk_label_new ("two"), "two");
  fixture->revealer = gtk_revealer_new ();
  gtk_revealer_set_transition_duration (GTK_REVEALER (fixture->revealer), 300);
  gtk_revealer_set_child (GTK_REVEALER (fixture->revealer), gtk_label_new ("here"));
  fixture->row = enclave_info_row_new ();
  fixture->bar = GTK_WIDGET (adw_tab_bar_new ());
  adw_tab_bar_set_autohide (ADW_TAB_BAR (fixture->bar), FALSE);
  adw_tab_bar_set_view (ADW_TAB_BAR (fixture->bar), ADW_TAB_VIEW (view));
  for (GtkWidget *const *child = (GtkWidget *const[]) { fixture->row, fixture->bar, view, fixture->stack, fixture->revealer, NULL };
       *child != NULL; child++)
    gtk_box_append (GTK_BOX (box), *child);
  gtk_window_set_child (GTK_WINDOW (fixture->window), box);
  if (GPOINTER_TO_INT (watched))
    enclave_settling_watch (GTK_WINDOW (fixture->window));
  gtk_window_present (GTK_WINDOW (fixture->window));
  enclave_test_spin (100);
}

static void
tear_down (Fixture *fixture, gconstpointer watched)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
}

static gboolean
is_tab (GtkWidget *widget, gpointer data)
{
  return g_strcmp0 (G_OBJECT_TYPE_NAME (widget), "AdwTab") == 0;
}

/* The width of the only tab after one frame, and once all is still. */
static void
measure_tab (Fixture *fixture, int *soon, int *later)
{
  AdwTabPage *page = enclave_settling_append_tab (ADW_TAB_BAR (fixture->bar), gtk_label_new ("text"));

  adw_tab_page_set_title (page, "A title of some length");
  enclave_test_spin (40);
  *soon = gtk_widget_get_width (enclave_test_find_widget (fixture->bar, is_tab, NULL));
  enclave_test_spin (600);
  *later = gtk_widget_get_width (enclave_test_find_widget (fixture->bar, is_tab, NULL));
  g_assert_true (gtk_widget_get_mapped (fixture->bar));
  g_assert_cmpint (*later, >, 50);
}

static gboolean
row_is_open (Fixture *fixture)
{
  return gtk_revealer_get_child_revealed (GTK_REVEALER (gtk_widget_get_first_child (fixture->row)));
}

static void
move (Fixture *fixture)
{
  const char *const responses[] = { "yes", "_Yes", NULL };

  enclave_settling_show_page (GTK_STACK (fixture->stack), "two");
  enclave_settling_reveal (GTK_REVEALER (fixture->revealer), TRUE);
  enclave_info_row_present (ENCLAVE_INFO_ROW (fixture->row), 1, "dialog-information-symbolic", "Shall it?", NULL, responses);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (fixture->stack)), ==, "two");
  g_assert_cmpuint (gtk_revealer_get_transition_duration (GTK_REVEALER (fixture->revealer)), ==, 300);
}

static void
test_comes_up (Fixture *fixture, gconstpointer watched)
{
  int soon;
  int later;

  g_assert_true (enclave_settling_is_on (fixture->stack));
  move (fixture);
  g_assert_false (gtk_stack_get_transition_running (GTK_STACK (fixture->stack)));
  g_assert_true (gtk_revealer_get_child_revealed (GTK_REVEALER (fixture->revealer)));
  g_assert_true (row_is_open (fixture));
  measure_tab (fixture, &soon, &later);
  g_assert_cmpint (soon, ==, later);

  enclave_info_row_withdraw (ENCLAVE_INFO_ROW (fixture->row), 1);
  g_assert_false (row_is_open (fixture));
}

static void
test_is_there (Fixture *fixture, gconstpointer watched)
{
  int soon;
  int later;

  enclave_test_spin (SETTLED_MS);
  g_assert_false (enclave_settling_is_on (fixture->stack));
  move (fixture);
  g_assert_true (gtk_stack_get_transition_running (GTK_STACK (fixture->stack)));
  g_assert_false (gtk_revealer_get_child_revealed (GTK_REVEALER (fixture->revealer)));
  g_assert_false (row_is_open (fixture));
  measure_tab (fixture, &soon, &later);
  g_assert_cmpint (soon, <, later);
  g_assert_true (row_is_open (fixture));

  /* put away for a moment, it does not come up again */
  gtk_widget_set_visible (fixture->window, FALSE);
  gtk_widget_set_visible (fixture->window, TRUE);
  g_assert_false (enclave_settling_is_on (fixture->stack));
}

static void
test_not_watched (Fixture *fixture, gconstpointer watched)
{
  g_assert_false (enclave_settling_is_on (fixture->stack));
  move (fixture);
  g_assert_true (gtk_stack_get_transition_running (GTK_STACK (fixture->stack)));
}

/* The keyboard stays where it was, also in the bar itself. */
static void
test_keeps_focus (Fixture *fixture, gconstpointer watched)
{
  GtkWidget *button = gtk_button_new_with_label ("new");

  adw_tab_bar_set_end_action_widget (ADW_TAB_BAR (fixture->bar), button);
  enclave_test_spin (40);
  g_assert_true (gtk_widget_grab_focus (button));
  enclave_settling_append_tab (ADW_TAB_BAR (fixture->bar), gtk_label_new ("text"));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->window)) == button);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/settling/comes-up", Fixture, GINT_TO_POINTER (TRUE), set_up, test_comes_up, tear_down);
  g_test_add ("/settling/is-there", Fixture, GINT_TO_POINTER (TRUE), set_up, test_is_there, tear_down);
  g_test_add ("/settling/not-watched", Fixture, GINT_TO_POINTER (FALSE), set_up, test_not_watched, tear_down);
  g_test_add ("/settling/keeps-focus", Fixture, GINT_TO_POINTER (TRUE), set_up, test_keeps_focus, tear_down);
  return g_test_run ();
}
