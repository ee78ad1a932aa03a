/* sample-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* A small window that the driver is tested with: what it can find, press, type into and tell. */

#include "config.h"

#include <gtk/gtk.h>
#include <stdlib.h>
#include <unistd.h>

static void
set_status (GtkWidget *widget, GParamSpec *pspec, GtkLabel *status)
{
  gtk_label_set_text (status, gtk_check_button_get_active (GTK_CHECK_BUTTON (widget)) ? "Checked" : "Unchecked");
}

static void
greet (GtkButton *button, GtkLabel *status)
{
  GtkEditable *entry = g_object_get_data (G_OBJECT (button), "entry");
  g_autofree char *text = g_strdup_printf ("Hello, %s", gtk_editable_get_text (entry));

  gtk_label_set_text (status, text);
}

static void
complain (GtkButton *button)
{
  g_warning ("complaint on purpose");
}

static void
leave_child (GtkButton *button)
{
  if (fork () == 0)
    execlp ("sleep", "sleep", "300", NULL);
}

static void
name_it (gpointer widget, const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static gboolean
save_pressed (GtkWidget *window, GVariant *arguments, gpointer status)
{
  gtk_label_set_text (status, "Saved");
  return TRUE;
}

static gboolean
quit_pressed (GtkWidget *window, GVariant *arguments, gpointer application)
{
  g_application_quit (application);
  return TRUE;
}

static void
add_key (GtkWidget *window, guint key, GtkShortcutFunc function, gpointer data)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (key, GDK_CONTROL_MASK),
                                                          gtk_callback_action_new (function, data, NULL)));
  gtk_widget_add_controller (window, controller);
}

static void
activate (GtkApplication *application, gpointer data)
{
  GtkWidget *window = gtk_application_window_new (application);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *status = gtk_label_new ("Ready");
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *view = gtk_text_view_new ();
  GtkWidget *check = gtk_check_button_new_with_label ("Check");
  GtkWidget *button = gtk_button_new_with_label ("Greet");
  GtkWidget *warn = gtk_button_new_with_label ("Complain");
  GtkWidget *leave = gtk_button_new_with_label ("Leave child");
  GtkWidget *off = gtk_button_new_with_label ("Off");
  GtkWidget *parts[] = { entry, view, check, button, warn, leave, off, status };

  gtk_window_set_title (GTK_WINDOW (window), "Sample");
  gtk_window_set_default_size (GTK_WINDOW (window), 400, 400);
  name_it (entry, "Name");
  name_it (view, "Text");
  gtk_widget_set_vexpand (view, TRUE);
  gtk_widget_set_sensitive (off, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    gtk_box_append (GTK_BOX (box), parts[i]);
  g_object_set_data (G_OBJECT (button), "entry", entry);
  g_signal_connect (button, "clicked", G_CALLBACK (greet), status);
  g_signal_connect (warn, "clicked", G_CALLBACK (complain), NULL);
  g_signal_connect (leave, "clicked", G_CALLBACK (leave_child), NULL);
  g_signal_connect (check, "notify::active", G_CALLBACK (set_status), status);
  add_key (window, GDK_KEY_s, save_pressed, status);
  add_key (window, GDK_KEY_q, quit_pressed, application);
  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  g_autoptr (GtkApplication) application = gtk_application_new ("dev.enclave.Sample", G_APPLICATION_NON_UNIQUE);

  if (argc > 1 && g_str_equal (argv[1], "fail"))
    return 3;
  g_signal_connect (application, "activate", G_CALLBACK (activate), NULL);
  return g_application_run (G_APPLICATION (application), 1, argv);
}
