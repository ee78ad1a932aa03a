/* test-updates.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <sys/socket.h>
#include <unistd.h>

#include "enclave-net-client.h"
#include "enclave-settings.h"
#include "enclave-test-widgets.h"
#include "enclave-update-check.h"
#include "enclave-updates-group.h"
#include "enclave-updates-watch.h"

/* What a program with the check shows of it: off at first, one request when asked, and the reason when it is refused. */

static guint n_requests;
static char *url;

const EnclaveUpdateSource *
enclave_update_source_get (void)
{
  static const char *const keys[] = { "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", NULL };
  static EnclaveUpdateSource source = { .name = "enclave", .version = "0.1.0", .keys = keys };

  source.url = url;
  return &source;
}

static void
answer (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  n_requests++;
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_STATIC, "nonsense\n", 9);
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_group (void)
{
  g_autoptr (GSettings) settings = enclave_settings_new (ENCLAVE_APPLICATION_ID, NULL, NULL);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *group = enclave_updates_group_new (settings);
  GtkWidget *button;
  GtkWidget *row;

  gtk_window_set_child (GTK_WINDOW (window), group);
  gtk_window_present (GTK_WINDOW (window));
  settle ();
  button = enclave_test_find_button (group, "Ask now");
  row = enclave_test_find_type (group, ADW_TYPE_COMBO_ROW);
  g_assert_false (gtk_widget_is_sensitive (button));
  g_assert_nonnull (enclave_test_find_label_with (group, url));
  g_assert_cmpuint (adw_combo_row_get_selected (ADW_COMBO_ROW (row)), ==, 0);
  g_assert_cmpuint (n_requests, ==, 0);

  adw_combo_row_set_selected (ADW_COMBO_ROW (row), 1);
  g_assert_cmpint (g_settings_get_enum (settings, "update-check"), ==, 1);
  g_assert_true (gtk_widget_is_sensitive (button));
  g_assert_cmpuint (n_requests, ==, 0);
  g_signal_emit_by_name (button, "clicked");
  g_assert_false (gtk_widget_is_sensitive (button));
  while (!gtk_widget_is_sensitive (button))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_requests, ==, 1);
  g_assert_nonnull (enclave_test_find_label_with (group, "does not end with a signature"));

  /* One that is asked for while the window goes. */
  g_signal_emit_by_name (button, "clicked");
  gtk_window_destroy (GTK_WINDOW (window));
  settle ();
  g_settings_reset (settings, "update-check");
}

static gboolean
stop_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Until the look of a watch that was just started, and what it would begin, has happened: seconds are rounded up, so that a source
 * of the same form that is added after it never comes before it. */
static void
let_it_look (void)
{
  gboolean stop = FALSE;

  g_timeout_add_seconds_full (G_PRIORITY_LOW, 0, stop_cb, &stop, NULL);
  while (!stop)
    g_main_context_iteration (NULL, TRUE);
  stop = FALSE;
  g_timeout_add_full (G_PRIORITY_LOW + 1, 200, stop_cb, &stop, NULL);
  while (!stop)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_watch (void)
{
  g_autoptr (GSettings) settings = enclave_settings_new (ENCLAVE_APPLICATION_ID, NULL, NULL);
  g_autoptr (GApplication) application = g_application_new ("dev.enclave.Test", G_APPLICATION_NON_UNIQUE);
  g_autofree char *folder = g_build_filename (g_get_user_state_dir (), "enclave", "update", "asked", NULL);
  guint before = n_requests;

  g_remove (folder);
  g_assert_true (g_application_register (application, NULL, NULL));
  /* Off: its turn comes and goes. */
  enclave_updates_watch_start (application, settings, 0);
  let_it_look ();
  g_assert_cmpuint (n_requests, ==, before);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));

  g_settings_set_string (settings, "update-check", "weekly");
  enclave_updates_watch_start (application, settings, 0);
  while (n_requests == before)
    g_main_context_iteration (NULL, TRUE);
  /* A week has not passed. */
  enclave_updates_watch_start (application, settings, 0);
  let_it_look ();
  g_assert_cmpuint (n_requests, ==, before + 1);
  g_settings_reset (settings, "update-check");
}

/* The service of the desktop that shows notifications, as far as one is sent to it. */
static const char *const NOTIFICATIONS =
    "<node><interface name='org.freedesktop.Notifications'><method name='Notify'>"
    "<arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='as' direction='in'/><arg type='a{sv}' direction='in'/><arg type='i' direction='in'/>"
    "<arg type='u' direction='out'/></method></interface></node>";

static void
on_notify (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *method,
           GVariant *parameters, GDBusMethodInvocation *invocation, gpointer user_data)
{
  char **body = user_data;

  g_free (*body);
  g_variant_get_child (parameters, 4, "s", body);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", 1));
}

static void
own_notifications (GDBusConnection *bus, char **body)
{
  static const GDBusInterfaceVTable table = { .method_call = on_notify };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (NOTIFICATIONS, NULL);
  g_autoptr (GVariant) owned = NULL;
  g_autoptr (GError) error = NULL;

  g_dbus_connection_register_object (bus, "/org/freedesktop/Notifications", node->interfaces[0], &table, body, NULL, &error);
  g_assert_no_error (error);
  owned = g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                                       g_variant_new ("(su)", "org.freedesktop.Notifications", 4), NULL, G_DBUS_CALL_FLAGS_NONE,
                                       -1, NULL, &error);
  g_assert_no_error (error);
}

/* The last one: a process does not lose its seal. */
static void
test_sealed (void)
{
  g_autoptr (GSettings) settings = enclave_settings_new (ENCLAVE_APPLICATION_ID, NULL, NULL);
  g_autoptr (GApplication) application = g_application_new ("dev.enclave.Test", G_APPLICATION_NON_UNIQUE);
  g_autofree char *folder = g_build_filename (g_get_user_state_dir (), "enclave", "update", "asked", NULL);
  GtkWidget *window = gtk_window_new ();
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autofree char *body = NULL;
  guint before = n_requests;
  GtkWidget *group;
  int ends[2];

  g_assert_nonnull (bus);
  own_notifications (bus, &body);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), ==, 0);
  enclave_net_client_take_socket (ends[0]);
  g_settings_set_string (settings, "update-check", "weekly");
  group = enclave_updates_group_new (settings);
  gtk_window_set_child (GTK_WINDOW (window), group);
  gtk_window_present (GTK_WINDOW (window));
  settle ();
  g_assert_nonnull (enclave_test_find_label_with (group, "enclavectl update check"));
  g_assert_nonnull (enclave_test_find_label_with (group, "This window is sealed"));
  g_assert_false (gtk_widget_get_mapped (enclave_test_find_button (group, "Ask now")));

  g_remove (folder);
  g_assert_true (g_application_register (application, NULL, NULL));
  enclave_updates_watch_start (application, settings, 0);
  while (body == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (strstr (body, "enclavectl update check"));
  g_assert_cmpuint (n_requests, ==, before);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  gtk_window_destroy (GTK_WINDOW (window));
  g_settings_reset (settings, "update-check");
  close (ends[1]);
}

int
main (int argc, char **argv)
{
  g_autoptr (SoupServer) server = NULL;
  GSList *uris;
  int status;

  g_test_init (&argc, &argv, NULL);
  gtk_init ();
  adw_init ();
  server = soup_server_new (NULL, NULL);
  soup_server_add_handler (server, NULL, answer, NULL, NULL);
  soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL);
  uris = soup_server_get_uris (server);
  url = g_strdup_printf ("http://127.0.0.1:%d/release", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  g_test_add_func ("/updates/group", test_group);
  g_test_add_func ("/updates/watch", test_watch);
  g_test_add_func ("/updates/sealed", test_sealed);
  status = g_test_run ();
  soup_server_disconnect (server);
  g_free (url);
  return status;
}
