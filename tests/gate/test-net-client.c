/* test-net-client.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <gio/gio.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-install-paths.h"
#include "enclave-net-client.h"
#include "enclave-test-project.h"

static void
take_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

/* Giving a wish up is for the helper that has heard it: when that is gone, no other is started for it. */
static void
test_cancel_starts_nothing (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) later = NULL;
  g_autoptr (GError) error = NULL;
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), ==, 0);
  enclave_net_client_take_socket (ends[0]);
  enclave_net_client_connect_async ("http://127.0.0.1:1", "test", cancellable, take_result, &result);
  /* what is sent fails before anything is to be read */
  g_assert_cmpint (shutdown (ends[1], SHUT_RD), ==, 0);
  g_cancellable_cancel (cancellable);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (enclave_net_client_connect_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (enclave_net_client_is_alive ());

  /* the next wish starts one: it could have been started */
  enclave_net_client_connect_async ("http://127.0.0.1:1", "test", NULL, take_result, &later);
  g_assert_true (enclave_net_client_is_alive ());
  while (later == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_clear_error (&error);
  g_assert_null (enclave_net_client_connect_finish (later, &error));
  g_assert_nonnull (error);
  close (ends[1]);
}

/* The helper alone, with the control socket and nothing else: whoever started the window may have closed its standard files. */
static pid_t
start_helper (int control)
{
  g_autofree char *program = enclave_install_paths_helper ("enclave-net");
  pid_t pid = fork ();

  if (pid == 0)
    {
      dup2 (control, 3);
      close_range (4, G_MAXUINT, 0);
      close_range (0, 2, 0);
      execl (program, program, NULL);
      _exit (127);
    }
  return pid;
}

/* It ends with the window, and so does the process that it keeps ready for the next connection. */
static void
test_ends_with_the_window (void)
{
  int ends[2];
  int status = 0;
  pid_t ended = 0;
  pid_t pid;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), ==, 0);
  pid = start_helper (ends[1]);
  g_assert_cmpint (pid, >, 0);
  close (ends[1]);
  g_usleep (G_USEC_PER_SEC);
  close (ends[0]);
  for (guint i = 0; ended == 0 && i < 200; i++)
    {
      g_usleep (50 * 1000);
      ended = waitpid (pid, &status, WNOHANG);
    }
  if (ended != pid)
    kill (pid, SIGKILL);
  g_assert_cmpint (ended, ==, pid);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net-client/cancel-starts-nothing", test_cancel_starts_nothing);
  g_test_add_func ("/net-client/ends-with-the-window", test_ends_with_the_window);
  return g_test_run ();
}
