/* test-late-menu.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>

#include "enclave-accessible.h"
#include "enclave-late-menu.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"

static void
chosen_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ++*(guint *) user_data;
}

static gboolean
is_choice (GtkWidget *widget, gpointer data)
{
  return g_strcmp0 (gtk_widget_get_css_name (widget), "modelbutton") == 0;
}

static GtkPopover *
open (GtkMenuButton *button)
{
  gtk_menu_button_popup (button);
  enclave_test_spin (100);
  return gtk_menu_button_get_popover (button);
}

static void
test_opens (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *button = enclave_accessible_menu_button_new ();
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  g_autoptr (GSimpleAction) action = g_simple_action_new ("choose", NULL);
  GMenu *menu = g_menu_new ();
  GtkPopover *popover;
  guint n_chosen = 0;

  g_signal_connect (action, "activate", G_CALLBACK (chosen_cb), &n_chosen);
  g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (action));
  gtk_widget_insert_action_group (window, "test", G_ACTION_GROUP (actions));
  g_menu_append (menu, "Choose", "test.choose");
  enclave_late_menu_set (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  g_object_unref (menu);
  gtk_window_set_child (GTK_WINDOW (window), button);
  gtk_window_present (GTK_WINDOW (window));
  enclave_test_spin (100);

  /* not there, and yet a button that can be pressed */
  g_assert_null (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button)));
  g_assert_true (gtk_widget_is_sensitive (gtk_widget_get_first_child (button)));
  g_assert_true (gtk_widget_activate (gtk_widget_get_first_child (button)));
  enclave_test_spin (500);
  popover = gtk_menu_button_get_popover (GTK_MENU_BUTTON (button));
  g_assert_nonnull (popover);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (popover)));
  gtk_popover_popdown (popover);
  enclave_test_spin (300);

  /* the same one again, with what was put into the menu meanwhile */
  g_menu_append (menu, "Other", "test.other");
  g_assert_true (open (GTK_MENU_BUTTON (button)) == popover);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (popover)));
  g_assert_nonnull (enclave_test_find_label (GTK_WIDGET (popover), "Other"));
  g_assert_true (gtk_widget_activate (enclave_test_find_widget (GTK_WIDGET (popover), is_choice, NULL)));
  enclave_test_spin (500);
  g_assert_cmpuint (n_chosen, ==, 1);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A button that goes before anybody has opened it takes its menu along. */
static void
test_never_opened (void)
{
  GtkWidget *button = g_object_ref_sink (enclave_accessible_menu_button_new ());
  GMenu *menu = g_menu_new ();

  enclave_late_menu_set (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  g_object_add_weak_pointer (G_OBJECT (menu), (gpointer *) &menu);
  g_object_unref (menu);
  g_assert_nonnull (menu);
  g_object_unref (button);
  g_assert_null (menu);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/late-menu/opens", test_opens);
  g_test_add_func ("/late-menu/never-opened", test_never_opened);
  return g_test_run ();
}
