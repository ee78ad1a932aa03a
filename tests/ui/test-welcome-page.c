/* test-welcome-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>

#include "enclave-settings.h"
#include "enclave-test-project.h"
#include "enclave-welcome-page.h"

static GtkWidget *
find_row (GtkWidget *widget, const char *title)
{
  if (ADW_IS_ACTION_ROW (widget)
      && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *row = find_row (child, title);

      if (row != NULL)
        return row;
    }
  return NULL;
}

static GtkWidget *
show (GtkWidget **window)
{
  GtkWidget *page = enclave_welcome_page_new ();

  *window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (*window), 1000, 700);
  gtk_window_set_child (GTK_WINDOW (*window), page);
  gtk_window_present (GTK_WINDOW (*window));
  enclave_test_spin (100);
  return page;
}

static void
activate (GtkWidget *row)
{
  g_assert_nonnull (row);
  g_signal_emit_by_name (gtk_widget_get_parent (row), "row-activated", row);
}

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
keep_file_cb (GFile **kept, GFile *file)
{
  g_set_object (kept, file);
}

static void
test_choices (void)
{
  GtkWidget *window;
  GtkWidget *page = show (&window);
  guint n_tours = 0;
  guint n_addresses = 0;

  g_signal_connect_swapped (page, "take-tour", G_CALLBACK (count_cb), &n_tours);
  g_signal_connect_swapped (page, "enter-address", G_CALLBACK (count_cb), &n_addresses);
  activate (find_row (page, "Take the tour"));
  g_assert_cmpuint (n_tours, ==, 1);
  g_assert_cmpuint (n_addresses, ==, 0);
  activate (find_row (page, "Enter a server address…"));
  g_assert_cmpuint (n_tours, ==, 1);
  g_assert_cmpuint (n_addresses, ==, 1);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_recent (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSettings) settings = enclave_settings_new ("dev.enclave.Enclave", NULL, &error);
  const char *const folders[] = { "/somewhere/<b>bold & co", NULL };
  g_autoptr (GFile) opened = NULL;
  GtkWidget *window;
  GtkWidget *page = show (&window);

  g_assert_no_error (error);
  g_signal_connect_swapped (page, "open-recent", G_CALLBACK (keep_file_cb), &opened);
  g_assert_null (find_row (page, "<b>bold & co"));
  g_settings_set_strv (settings, "recent-projects", folders);
  enclave_test_spin (50);
  activate (find_row (page, "<b>bold & co"));
  g_assert_nonnull (opened);
  g_assert_cmpstr (g_file_peek_path (opened), ==, folders[0]);
  g_settings_reset (settings, "recent-projects");
  enclave_test_spin (50);
  g_assert_null (find_row (page, "<b>bold & co"));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Nothing answers: the page says how to start a server. */
static void
test_no_server (void)
{
  GtkWidget *window;
  GtkWidget *page = show (&window);

  enclave_welcome_page_set_servers (ENCLAVE_WELCOME_PAGE (page), NULL);
  g_assert_nonnull (find_row (page, "Ollama"));
  g_assert_true (gtk_widget_get_mapped (find_row (page, "Ollama")));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/welcome-page/choices", test_choices);
  g_test_add_func ("/welcome-page/recent", test_recent);
  g_test_add_func ("/welcome-page/no-server", test_no_server);
  return g_test_run ();
}
