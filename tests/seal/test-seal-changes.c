/* test-seal-changes.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "enclave-egress.h"
#include "enclave-gate-error.h"
#include "enclave-net-client.h"
#include "enclave-network-door.h"
#include "enclave-network-name.h"
#include "enclave-settings.h"
#include "enclave-spawner.h"
#include "seal-fixture.h"

/* What changes under way in a sealed process: a wish, the settings, what the machine has to give. */

/* Whoever gives up waiting makes the helper give up too. */
static void
test_cancel (void)
{
  g_autofree char *uri = g_strdup_printf ("http://127.0.0.1:%u", seal_fixture_full_port);
  pid_t helper = seal_fixture_find_helper ("enclave-net");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) children = NULL;
  g_autofree char *path = NULL;
  gint64 end;

  children = seal_fixture_wait_for_idle (helper);
  enclave_net_client_connect_async (uri, "test cancel", cancellable, seal_fixture_take_result, &result);
  end = g_get_monotonic_time () + G_USEC_PER_SEC / 2;
  while (g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, FALSE);
  g_assert_null (result);
  g_cancellable_cancel (cancellable);
  end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  while (result == NULL && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, FALSE);
  g_assert_nonnull (result);
  path = enclave_net_client_connect_finish (result, &error);
  g_assert_null (path);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  /* The process that was waiting for the connection, with its socket. */
  while (kill ((pid_t) atoi (children[0]), 0) == 0 && g_get_monotonic_time () < end)
    g_usleep (10000);
  g_assert_cmpint (kill ((pid_t) atoi (children[0]), 0), ==, -1);
  g_clear_error (&error);
  g_assert_cmpuint (seal_fixture_ask_server (seal_fixture_server_port, &error), ==, 200);
  g_assert_no_error (error);
}

/* The same for a request: that is what a person cancels. */
static void
test_cancel_request (void)
{
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  g_autofree char *uri = g_strdup_printf ("http://127.0.0.1:%u", seal_fixture_full_port);
  g_autoptr (EnclaveNetworkChannel) channel = enclave_network_door_open_for (door, uri, NULL, "test request", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveNetworkReply) reply = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) children = seal_fixture_wait_for_idle (seal_fixture_find_helper ("enclave-net"));
  gint64 end = g_get_monotonic_time () + G_USEC_PER_SEC / 2;

  enclave_network_channel_send_async (channel, "GET", "/", NULL, cancellable, seal_fixture_take_result, &result);
  while (g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, FALSE);
  g_cancellable_cancel (cancellable);
  end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  while ((result == NULL || kill ((pid_t) atoi (children[0]), 0) == 0) && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, FALSE);
  g_assert_nonnull (result);
  reply = enclave_network_channel_send_finish (channel, result, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (kill ((pid_t) atoi (children[0]), 0), ==, -1);
}

/* Asks for offers of one address until enclave-net, which hears of a change of the settings by itself, answers as it should.
 * @by: (out) (transfer full): who asked last. (transfer full) (nullable) */
static char *
offer_until (gboolean wanted, char **by)
{
  gint64 end = g_get_monotonic_time () + 100 * G_USEC_PER_SEC;

  for (guint i = 0; g_get_monotonic_time () < end; i++)
    {
      g_autofree char *path = NULL;

      g_free (*by);
      *by = g_strdup_printf ("test box %d %u", wanted, i);
      path = enclave_net_client_offer ("192.0.2.1:80", *by, NULL);
      if ((path != NULL) == wanted)
        return g_steal_pointer (&path);
      g_usleep (100000);
    }
  g_assert_not_reached ();
}

/* What the settings no longer allow is not connected, although the socket for it is still there. */
static void
test_offer_is_judged_again (void)
{
  static const char *const networks[] = { "192.0.2.0/24", NULL };
  g_autoptr (GSettings) settings = enclave_settings_new (ENCLAVE_APPLICATION_ID, NULL, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveEgressReport) report = NULL;
  g_autofree char *path = NULL;
  g_autofree char *by = NULL;
  g_autofree char *other = NULL;
  guint n = 0;

  g_settings_set_strv (settings, "allowed-networks", networks);
  g_settings_sync ();
  path = offer_until (TRUE, &by);
  g_settings_reset (settings, "allowed-networks");
  g_settings_sync ();
  g_assert_null (offer_until (FALSE, &other));
  g_assert_cmpint ((int) seal_fixture_talk (path), ==, 0);
  enclave_egress_report_async (enclave_egress_get_start_us (), seal_fixture_take_result, &result);
  report = enclave_egress_report_finish (seal_fixture_wait_for (&result), NULL);
  for (guint i = 0; i < report->refusals->len; i++)
    n += strcmp (((EnclaveEgressRefusal *) g_ptr_array_index (report->refusals, i))->by, by) == 0;
  g_assert_cmpuint (n, ==, 1);
  for (guint i = 0; i < report->sums->len; i++)
    g_assert_cmpstr (((EnclaveEgressSum *) g_ptr_array_index (report->sums, i))->by, !=, by);
}

/* Names are not looked up here, and that is what is said. */
static void
test_name (void)
{
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  g_autoptr (EnclaveNetworkChannel) channel = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  enclave_network_door_open_name_async (door, "https://updates.example", "update check", NULL, seal_fixture_take_result, &result);
  channel = enclave_network_door_open_name_finish (door, seal_fixture_wait_for (&result), &error);
  g_assert_null (channel);
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
  g_assert_nonnull (strstr (error->message, "the window is sealed"));
}

/* A process that is short of descriptors for a moment can start programs after it. */
static void
test_short_of_descriptors (void)
{
  static const int targets[] = { 0, 1, 2 };
  const char *const argv[] = { "/bin/true", NULL };
  const char *const environment[] = { NULL };
  const EnclaveSpawnRequest request = { .kind = ENCLAVE_SPAWN_USER, .argv = argv, .environment = environment, .sources = targets,
                                        .targets = targets, .n_descriptors = 3 };
  g_autoptr (GError) error = NULL;
  struct rlimit before, none;
  int wait_status;
  g_autofree char *said = NULL;
  GPid pid;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &before), ==, 0);
  none = before;
  none.rlim_cur = 3;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &none), ==, 0);
  g_assert_false (enclave_spawner_spawn (&request, &pid, &error));
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &before), ==, 0);
  g_assert_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, g_strerror (EMFILE)));
  g_assert_true (enclave_spawner_is_alive ());
  said = seal_fixture_run_script (ENCLAVE_SPAWN_USER, "echo again", NULL, &wait_status);
  g_assert_cmpstr (said, ==, "again\n");
}

/* What this process has set for itself is not for the programs of its user. */
static void
test_user_environment (void)
{
  g_auto (GStrv) environment = enclave_spawner_get_user_environment ();

  g_assert_cmpstr (g_getenv ("GIO_USE_PROXY_RESOLVER"), ==, "dummy");
  g_assert_cmpstr (g_getenv ("GIO_USE_VFS"), ==, "local");
  g_assert_null (g_environ_getenv (environment, "GIO_USE_PROXY_RESOLVER"));
  g_assert_null (g_environ_getenv (environment, "GIO_USE_NETWORK_MONITOR"));
  g_assert_cmpstr (g_environ_getenv (environment, "GIO_USE_VFS"), ==, "the user's");
  g_assert_cmpstr (g_environ_getenv (environment, "HOME"), ==, g_getenv ("HOME"));
}

static void
add_tests (void)
{
  g_test_add_func ("/seal-changes/cancel", test_cancel);
  g_test_add_func ("/seal-changes/cancel-request", test_cancel_request);
  g_test_add_func ("/seal-changes/offer-is-judged-again", test_offer_is_judged_again);
  g_test_add_func ("/seal-changes/name", test_name);
  g_test_add_func ("/seal-changes/short-of-descriptors", test_short_of_descriptors);
  g_test_add_func ("/seal-changes/user-environment", test_user_environment);
}

int
main (int argc, char **argv)
{
  return seal_fixture_run (&argc, &argv, add_tests);
}
