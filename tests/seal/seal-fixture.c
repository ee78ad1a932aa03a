/* seal-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "seal-fixture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-network-door.h"
#include "enclave-seal.h"
#include "enclave-spawner.h"

guint16 seal_fixture_server_port;
guint16 seal_fixture_closed_port;
guint16 seal_fixture_full_port;

static int
listen_somewhere (guint16 *port)
{
  struct sockaddr_in place = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof place;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &place, sizeof place), ==, 0);
  g_assert_cmpint (listen (fd, 16), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &place, &length), ==, 0);
  *port = ntohs (place.sin_port);
  return fd;
}

/* Its sockets are for the process of the server; this one loses them when it is sealed. */
static void
listen_full (void)
{
  int listener = listen_somewhere (&seal_fixture_full_port);
  struct sockaddr_in place = { .sin_family = AF_INET, .sin_port = htons (seal_fixture_full_port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };

  g_assert_cmpint (listen (listener, 0), ==, 0);
  for (guint i = 0; i < 4; i++)
    {
      int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

      g_assert_cmpint (fd, >=, 0);
      if (connect (fd, (struct sockaddr *) &place, sizeof place) != 0)
        g_assert_cmpint (errno, ==, EINPROGRESS);
    }
}

static void
serve (int listener, pid_t parent)
{
  char request[4096];

  /* It waits for somebody who connects: nobody does when the test was killed. */
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  while (getppid () == parent)
    {
      int fd = accept (listener, NULL, NULL);
      gsize length = 0;
      gssize n;

      while (length < sizeof request && (n = recv (fd, request + length, sizeof request - length, 0)) > 0)
        {
          length += (gsize) n;
          if (memmem (request, length, "\r\n\r\n", 4) != NULL)
            break;
        }
      if (send (fd, SEAL_FIXTURE_REPLY, strlen (SEAL_FIXTURE_REPLY), MSG_NOSIGNAL) < 0)
        _exit (1);
      close (fd);
    }
  _exit (0);
}

static void
on_exited (GPid pid, int wait_status, gpointer user_data)
{
  *(int *) user_data = wait_status;
}

/* What @script prints, started through enclave-shell. (transfer full) */
char *
seal_fixture_run_script (char kind, const char *script, const char *const *environment, int *wait_status)
{
  static const char *const plain[] = { "PATH=/usr/bin:/bin", NULL };
  static const int targets[] = { 0, 1, 2 };
  const char *const argv[] = { "sh", "-c", script, NULL };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  int ends[2];
  int sources[3] = { STDIN_FILENO, -1, STDERR_FILENO };
  EnclaveSpawnRequest request = { .kind = kind, .argv = argv, .environment = environment != NULL ? environment : plain,
                                  .sources = sources, .targets = targets, .n_descriptors = 3 };
  char bytes[4096];
  gssize n;
  GPid pid;

  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  sources[1] = ends[1];
  g_assert_true (enclave_spawner_spawn (&request, &pid, &error));
  g_assert_no_error (error);
  close (ends[1]);
  while ((n = read (ends[0], bytes, sizeof bytes)) > 0)
    g_string_append_len (text, bytes, n);
  close (ends[0]);
  *wait_status = -1;
  g_child_watch_add (pid, on_exited, wait_status);
  while (*wait_status == -1)
    g_main_context_iteration (NULL, TRUE);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
seal_fixture_take_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

GAsyncResult *
seal_fixture_wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

/* Returns: the status, or 0 with @error. */
guint
seal_fixture_ask_server (guint16 port, GError **error)
{
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  g_autofree char *uri = g_strdup_printf ("http://127.0.0.1:%u", port);
  g_autoptr (EnclaveNetworkChannel) channel = enclave_network_door_open_for (door, uri, NULL, "test", error);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveNetworkReply) reply = NULL;
  char body[16] = "";
  gsize length;

  g_assert_nonnull (channel);
  enclave_network_channel_send_async (channel, "GET", "/", NULL, NULL, seal_fixture_take_result, &result);
  reply = enclave_network_channel_send_finish (channel, seal_fixture_wait_for (&result), error);
  if (reply == NULL)
    return 0;
  g_assert_true (g_input_stream_read_all (reply->body, body, sizeof body - 1, &length, NULL, NULL));
  g_assert_cmpstr (body, ==, "hello");
  return reply->status;
}

/* Returns: the bytes that came, 0 for none. */
gssize
seal_fixture_talk (const char *path)
{
  struct sockaddr_un place = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM, 0);
  char bytes[256];
  gssize n = 0;

  g_strlcpy (place.sun_path, path, sizeof place.sun_path);
  if (connect (fd, (struct sockaddr *) &place, sizeof place) == 0 && send (fd, "GET / HTTP/1.1\r\n\r\n", 18, MSG_NOSIGNAL) == 18)
    n = recv (fd, bytes, sizeof bytes, 0);
  close (fd);
  return MAX (n, 0);
}

/* (transfer full) */
GStrv
seal_fixture_list_children (pid_t parent)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/task/%d/children", (int) parent, (int) parent);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return *g_strchomp (text) != '\0' ? g_strsplit (text, " ", -1) : g_new0 (char *, 1);
}

/* The helper called @name, a child of this process. */
pid_t
seal_fixture_find_helper (const char *name)
{
  g_auto (GStrv) children = seal_fixture_list_children (getpid ());

  for (guint i = 0; children[i] != NULL; i++)
    {
      g_autofree char *file = g_strdup_printf ("/proc/%s/comm", children[i]);
      g_autofree char *comm = NULL;

      if (g_file_get_contents (file, &comm, NULL, NULL) && strcmp (g_strchomp (comm), name) == 0)
        return (pid_t) atoi (children[i]);
    }
  return 0;
}

/* Until all that @helper has is the process for the next connection. (transfer full) */
GStrv
seal_fixture_wait_for_idle (pid_t helper)
{
  GStrv children = NULL;

  do
    {
      g_main_context_iteration (NULL, FALSE);
      g_strfreev (children);
      children = seal_fixture_list_children (helper);
    }
  while (g_strv_length (children) != 1);
  return children;
}

int
seal_fixture_run (int *argc, char ***argv, void (*add_tests) (void))
{
  static const char *const names[] = { "HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME" };
  g_autofree char *home = g_dir_make_tmp ("enclave-seal-XXXXXX", NULL);
  char *rm_argv[] = { (char *) "rm", (char *) "-rf", home, NULL };
  pid_t parent = getpid ();
  int listener, status;
  pid_t server;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_setenv (names[i], home, TRUE);
  g_unsetenv ("DISPLAY");
  g_unsetenv ("WAYLAND_DISPLAY");
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
  /* The store of which enclave-net, another process, sees what is changed here. */
  g_setenv ("GSETTINGS_BACKEND", "keyfile", TRUE);
  g_setenv ("GIO_USE_VFS", "the user's", TRUE);
  g_unsetenv ("GIO_USE_PROXY_RESOLVER");
  g_unsetenv ("GIO_USE_NETWORK_MONITOR");
  listener = listen_somewhere (&seal_fixture_server_port);
  listen_full ();
  server = fork ();
  if (server == 0)
    serve (listener, parent);
  close (listener);
  close (listen_somewhere (&seal_fixture_closed_port));
  g_test_init (argc, argv, NULL);
  enclave_seal_start (1, *argv);
  add_tests ();
  status = g_test_run ();
  kill (server, SIGKILL);
  waitpid (server, NULL, 0);
  g_spawn_sync (NULL, rm_argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  return status;
}
