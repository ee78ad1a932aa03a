/* test-service-process.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-service-process.h"
#include "enclave-test-box.h"
#include "enclave-test-project.h"

/* Answers each connection with one line about what it can reach. */
static const char server[]
  = "import os, socket, sys\n"
    "s = socket.socket(socket.AF_UNIX)\n"
    "s.bind(sys.argv[1] + '/socket')\n"
    "s.listen(4)\n"
    "def reaches(path):\n"
    "  try:\n"
    "    os.stat(path)\n"
    "    return 'yes'\n"
    "  except OSError:\n"
    "    return 'no'\n"
    "while True:\n"
    "  c, _ = s.accept()\n"
    "  c.sendall(('home %s etc-shadow %s env %s\\n' % (reaches(sys.argv[2]), 'yes' if os.access('/etc/shadow', os.R_OK) else 'no',\n"
    "             'yes' if 'ENCLAVE_TEST_SECRET' in os.environ else 'no')).encode())\n"
    "  c.close()\n";

static EnclaveServiceProcess *
start (const char *folder, GError **error)
{
  const char *argv[] = { "/usr/bin/python3", "-c", server, folder, g_get_home_dir (), NULL };

  return enclave_service_process_start (argv, folder, error);
}

static char *
ask (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "socket", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (GSocketConnection) connection
        = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);
      char buffer[256];
      gssize n;

      if (connection == NULL)
        {
          enclave_test_spin (50);
          continue;
        }
      n = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), buffer, sizeof buffer, NULL, NULL);
      return n > 0 ? g_strndup (buffer, (gsize) n) : NULL;
    }
  return NULL;
}

static gboolean
is_refused (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "socket", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  for (guint i = 0; i < 60; i++)
    {
      g_autoptr (GSocketConnection) connection
        = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);

      if (connection == NULL)
        return TRUE;
      enclave_test_spin (50);
    }
  return FALSE;
}

static void
on_exited (EnclaveServiceProcess *service, int wait_status, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
test_serves (void)
{
  g_autoptr (EnclaveTestProject) place = enclave_test_project_new ();
  g_autoptr (GError) error = NULL;
  EnclaveServiceProcess *service;
  g_autofree char *answer = NULL;
  gboolean exited = FALSE;

  g_setenv ("ENCLAVE_TEST_SECRET", "x", TRUE);
  service = start (place->root, &error);
  g_assert_no_error (error);
  answer = ask (place->root);
  g_unsetenv ("ENCLAVE_TEST_SECRET");
  g_assert_cmpstr (answer, ==, "home no etc-shadow no env no\n");
  g_signal_connect (service, "exited", G_CALLBACK (on_exited), &exited);
  enclave_service_process_stop (service);
  for (guint i = 0; i < 100 && !exited; i++)
    enclave_test_spin (20);
  g_assert_true (exited);
  g_assert_true (is_refused (place->root));
  g_assert_finalize_object (service);
}

static void
test_ends_with_object (void)
{
  g_autoptr (EnclaveTestProject) place = enclave_test_project_new ();
  EnclaveServiceProcess *service = start (place->root, NULL);
  g_autofree char *answer = ask (place->root);

  g_assert_nonnull (answer);
  g_assert_finalize_object (service);
  g_assert_true (is_refused (place->root));
}

/* Not even kill -9 of the program leaves its service behind. */
static void
test_ends_with_program (void)
{
  g_autoptr (EnclaveTestProject) place = enclave_test_project_new ();
  pid_t child = fork ();
  g_autofree char *answer = NULL;

  if (child == 0)
    {
      EnclaveServiceProcess *service = start (place->root, NULL);

      for (;;)
        g_usleep (service != NULL ? 1000000 : 1000);
    }
  answer = ask (place->root);
  kill (child, SIGKILL);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  g_assert_nonnull (answer);
  g_assert_true (is_refused (place->root));
}

int
main (int argc, char **argv)
{
  if (enclave_test_box_is_missing ())
    return 0;
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/service-process/serves", test_serves);
  g_test_add_func ("/service-process/ends-with-object", test_ends_with_object);
  g_test_add_func ("/service-process/ends-with-program", test_ends_with_program);
  return g_test_run ();
}
