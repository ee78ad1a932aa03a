/* test-seal.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-audit-view.h"
#include "enclave-audit-format.h"
#include "enclave-egress.h"
#include "enclave-gate-error.h"
#include "enclave-net-client.h"
#include "enclave-network-door.h"
#include "enclave-seal.h"
#include "enclave-spawner.h"
#include "seal-fixture.h"

/* This process is sealed as the window is, before the first case; the server is another one. */
/* What the system said of this process before that: it may run in a box itself. */
static char *no_new_privileges;
static char *filter;

/* The line of /proc/self/status that begins with @name, and its end. (transfer full) */
static char *
read_status (const char *name)
{
  g_autofree char *text = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
  line = strstr (text, name);
  g_assert_nonnull (line);
  return g_strndup (line, strcspn (line, "\n") + 1);
}

static void
test_obstacles (void)
{
  static const struct
  {
    const char *display, *wayland, *bus;
    gboolean sealed;
  } cases[] = {
    { ":0", NULL, "unix:path=/run/user/1000/bus", TRUE },
    { ":0.0", NULL, NULL, TRUE },
    { "unix:0", NULL, NULL, TRUE },
    { "/tmp/launch-x/org:0", NULL, NULL, TRUE },
    { NULL, "wayland-0", NULL, TRUE },
    { "localhost:10.0", "wayland-0", NULL, TRUE },
    { "localhost:10.0", NULL, NULL, FALSE },
    { "10.0.0.7:0", "", NULL, FALSE },
    { ":0", NULL, "tcp:host=localhost,port=1234", FALSE },
    { ":0", NULL, "unix:path=/a;tcp:host=localhost", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = enclave_seal_find_obstacle (cases[i].display, cases[i].wayland, cases[i].bus);

      g_assert_cmpint (found == NULL, ==, cases[i].sealed);
    }
}

static void
test_sockets (void)
{
  static const int refused[] = { AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, 40 /* AF_VSOCK */ };
  int ends[2];

  g_assert_cmpint (enclave_seal_get_state (), ==, ENCLAVE_SEAL_ON);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      errno = 0;
      g_assert_cmpint (socket (refused[i], SOCK_STREAM, 0), ==, -1);
      g_assert_cmpint (errno, ==, EAFNOSUPPORT);
    }
  errno = 0;
  g_assert_cmpint ((int) syscall (SYS_io_uring_setup, 1, NULL), ==, -1);
  g_assert_cmpint (errno, ==, ENOSYS);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
  close (ends[0]);
  close (ends[1]);
}

/* A program of the user is a child of this process, without its filter and with the way to new privileges. */
static void
test_user_program (void)
{
  g_autofree char *script = g_strdup_printf ("grep NoNewPrivs /proc/self/status; grep Seccomp: /proc/self/status; echo parent $PPID; "
                                             "bash -c 'exec 3<>/dev/tcp/127.0.0.1/%u' && echo connected; exit 7", seal_fixture_server_port);
  g_autofree char *parent = g_strdup_printf ("parent %d\n", (int) getpid ());
  int wait_status;
  g_autofree char *said = seal_fixture_run_script (ENCLAVE_SPAWN_USER, script, NULL, &wait_status);

  g_assert_true (WIFEXITED (wait_status));
  g_assert_cmpint (WEXITSTATUS (wait_status), ==, 7);
  g_assert_nonnull (strstr (said, no_new_privileges));
  g_assert_nonnull (strstr (said, filter));
  g_assert_nonnull (strstr (said, parent));
  g_assert_nonnull (strstr (said, "connected"));
}

static void
test_large_environment (void)
{
  g_autofree char *value = g_strnfill (100 * 1024, 'x');
  g_autofree char *pairs[4] = { g_strconcat ("A=", value, NULL), g_strconcat ("B=", value, NULL), g_strconcat ("C=", value, NULL),
                                g_strdup ("PATH=/usr/bin:/bin") };
  const char *const environment[] = { pairs[0], pairs[1], pairs[2], pairs[3], NULL };
  int wait_status;
  g_autofree char *said = seal_fixture_run_script (ENCLAVE_SPAWN_SESSION, "echo ${#A} ${#B} ${#C}", environment, &wait_status);

  g_assert_cmpstr (said, ==, "102400 102400 102400\n");
}

static void
test_no_program (void)
{
  const char *const argv[] = { "/nonexistent/program", NULL };
  const char *const environment[] = { NULL };
  const EnclaveSpawnRequest request = { .kind = ENCLAVE_SPAWN_USER, .argv = argv, .environment = environment };
  g_autoptr (GError) error = NULL;
  GPid pid;

  g_assert_false (enclave_spawner_spawn (&request, &pid, &error));
  g_assert_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT);
  /* Nothing is left to be waited for. */
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, 0);
}

static void
test_door (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (seal_fixture_ask_server (seal_fixture_server_port, &error), ==, 200);
  g_assert_no_error (error);
  /* That nobody answers is told as it is without a helper. */
  g_assert_cmpuint (seal_fixture_ask_server (seal_fixture_closed_port, &error), ==, 0);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

/* A window that leaves its own judgement out gets no further. */
static void
test_net_judges (void)
{
  static const char *const refused[] = { "http://192.0.2.1:80", "http://example.com:80", "http://127.0.0.1.nip.io:80", "http://10.0.0.1",
                                         "http://0.0.0.0:80", "http://[::ffff:10.0.0.1]:80", "http://169.254.169.254", "ftp://127.0.0.1",
                                         "", "http://user@127.0.0.1:80" };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *path = NULL;

      enclave_net_client_connect_async (refused[i], "test", NULL, seal_fixture_take_result, &result);
      path = enclave_net_client_connect_finish (seal_fixture_wait_for (&result), &error);
      g_assert_null (path);
      g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
    }
}

static char *
connect_by_net (void)
{
  g_autofree char *uri = g_strdup_printf ("http://127.0.0.1:%u", seal_fixture_server_port);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *path;

  enclave_net_client_connect_async (uri, "test", NULL, seal_fixture_take_result, &result);
  path = enclave_net_client_connect_finish (seal_fixture_wait_for (&result), &error);
  g_assert_no_error (error);
  return path;
}

static void
test_only_this_process (void)
{
  g_autofree char *path = connect_by_net ();
  g_autofree char *folder = g_path_get_dirname (path);
  GStatBuf facts;
  int wait_status;
  pid_t pid;

  g_assert_cmpint (g_stat (folder, &facts), ==, 0);
  g_assert_cmpint (facts.st_mode & 0777, ==, 0700);
  pid = fork ();
  if (pid == 0)
    _exit (seal_fixture_talk (path) == 0 ? 0 : 1);
  g_assert_cmpint (waitpid (pid, &wait_status, 0), ==, pid);
  g_assert_cmpint (wait_status, ==, 0);
  g_free (path);
  path = connect_by_net ();
  g_assert_cmpint ((int) seal_fixture_talk (path), >, 0);
}

static void
wait_for_end (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) pid);
  g_autofree char *text = NULL;

  do
    g_clear_pointer (&text, g_free);
  while (g_file_get_contents (path, &text, NULL, NULL) && strstr (text, ") Z ") == NULL);
}

/* The process that was made for the next connection is ended before it comes; the connection is made all the same. */
static void
test_prepared_dies (void)
{
  pid_t helper = seal_fixture_find_helper ("enclave-net");
  g_auto (GStrv) children = NULL;
  g_autoptr (GError) error = NULL;
  pid_t prepared;

  g_assert_cmpuint (seal_fixture_ask_server (seal_fixture_server_port, &error), ==, 200);
  /* With the connections before at their end there is no other. */
  children = seal_fixture_wait_for_idle (helper);
  prepared = (pid_t) atoi (children[0]);
  g_assert_cmpint (kill (prepared, SIGKILL), ==, 0);
  wait_for_end (prepared);
  g_assert_cmpuint (seal_fixture_ask_server (seal_fixture_server_port, &error), ==, 200);
  g_assert_no_error (error);
}

/* What is foretold of a window that starts in this session is what this process became. */
static void
test_foresee (void)
{
  g_autofree char *reason = NULL;
  g_autofree char *obstacle = NULL;
  gboolean terminals;

  g_assert_cmpint (enclave_seal_foresee (NULL, &reason, &terminals), ==, enclave_seal_get_state ());
  g_assert_cmpstr (reason, ==, "");
  g_assert_false (terminals);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "tcp:host=localhost,port=1234", TRUE);
  g_assert_cmpint (enclave_seal_foresee (NULL, &obstacle, &terminals), ==, ENCLAVE_SEAL_IMPOSSIBLE);
  g_assert_cmpstr (obstacle, ==, "the session bus is reached over the network");
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
}

static void
test_offer (void)
{
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", seal_fixture_server_port);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = enclave_net_client_offer (address, "test box", &error);
  g_autofree char *again = NULL;

  g_assert_no_error (error);
  again = enclave_net_client_offer (address, "test box", &error);
  g_assert_cmpstr (path, ==, again);
  g_assert_cmpint ((int) seal_fixture_talk (path), >, 0);
  g_assert_null (enclave_net_client_offer ("192.0.2.1:80", "test box", &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
}

static void
test_net_dies (void)
{
  g_autoptr (GError) error = NULL;
  pid_t pid = seal_fixture_find_helper ("enclave-net");

  g_assert_cmpint (pid, >, 0);
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  while (enclave_net_client_is_alive ())
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (seal_fixture_ask_server (seal_fixture_server_port, &error), ==, 200);
  g_assert_no_error (error);
  g_assert_cmpint (seal_fixture_find_helper ("enclave-net"), !=, pid);
  /* The new one is as strict. */
  test_net_judges ();
}

static void
test_ledger (void)
{
  g_autofree char *path = enclave_audit_dup_path_in (ENCLAVE_EGRESS_FOLDER);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveEgressReport) report = NULL;
  g_autofree char *wanted = g_strdup_printf ("http://127.0.0.1:%u", seal_fixture_server_port);
  gboolean found = FALSE;
  GStatBuf facts;

  g_assert_cmpint (g_stat (path, &facts), ==, 0);
  g_assert_cmpint (facts.st_mode & 0777, ==, 0600);
  enclave_egress_report_async (enclave_egress_get_start_us (), seal_fixture_take_result, &result);
  report = enclave_egress_report_finish (seal_fixture_wait_for (&result), NULL);
  g_assert_nonnull (report);
  for (guint i = 0; i < report->sums->len; i++)
    {
      const EnclaveEgressSum *sum = g_ptr_array_index (report->sums, i);

      if (strcmp (sum->address, wanted) != 0 || strcmp (sum->by, "test") != 0)
        continue;
      found = TRUE;
      g_assert_true (sum->is_local);
      g_assert_cmpuint (sum->n_opened, >=, 4);
      g_assert_cmpuint (sum->sent, >, 18);
      g_assert_cmpuint (sum->received, >=, strlen (SEAL_FIXTURE_REPLY));
      g_assert_cmpstr (sum->mode, ==, ENCLAVE_EGRESS_SEALED);
    }
  g_assert_true (found);
  g_assert_cmpuint (report->n_refused, >=, 20);
  g_assert_cmpuint (report->sent_elsewhere, ==, 0);

  g_clear_object (&result);
  enclave_audit_view_verify_async (path, NULL, seal_fixture_take_result, &result);
  {
    g_autoptr (EnclaveAuditReport) verified = enclave_audit_view_verify_finish (seal_fixture_wait_for (&result), NULL, NULL);

    g_assert_cmpint (verified->fault, ==, ENCLAVE_AUDIT_HOLDS);
    g_assert_cmpuint (verified->n_records, >, 10);
  }
}

static void
test_shell_dies (void)
{
  const char *const argv[] = { "true", NULL };
  const char *const environment[] = { NULL };
  const EnclaveSpawnRequest request = { .kind = ENCLAVE_SPAWN_USER, .argv = argv, .environment = environment };
  g_autoptr (GError) error = NULL;
  pid_t pid = seal_fixture_find_helper ("enclave-shell");
  GPid child;

  g_assert_true (enclave_spawner_is_alive ());
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  g_assert_false (enclave_spawner_spawn (&request, &child, &error));
  g_assert_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED);
  g_assert_false (enclave_spawner_is_alive ());
  /* Connections go on. */
  g_clear_error (&error);
  g_assert_cmpuint (seal_fixture_ask_server (seal_fixture_server_port, &error), ==, 200);
}

static void
add_tests (void)
{
  g_test_add_func ("/seal/obstacles", test_obstacles);
  g_test_add_func ("/seal/sockets", test_sockets);
  g_test_add_func ("/seal/user-program", test_user_program);
  g_test_add_func ("/seal/large-environment", test_large_environment);
  g_test_add_func ("/seal/no-program", test_no_program);
  g_test_add_func ("/seal/door", test_door);
  g_test_add_func ("/seal/net-judges", test_net_judges);
  g_test_add_func ("/seal/only-this-process", test_only_this_process);
  g_test_add_func ("/seal/prepared-dies", test_prepared_dies);
  g_test_add_func ("/seal/foresee", test_foresee);
  g_test_add_func ("/seal/offer", test_offer);
  g_test_add_func ("/seal/net-dies", test_net_dies);
  g_test_add_func ("/seal/ledger", test_ledger);
  g_test_add_func ("/seal/shell-dies", test_shell_dies);
}

int
main (int argc, char **argv)
{
  no_new_privileges = read_status ("NoNewPrivs:");
  filter = read_status ("Seccomp:");
  return seal_fixture_run (&argc, &argv, add_tests);
}
