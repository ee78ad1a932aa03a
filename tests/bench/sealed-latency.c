/* sealed-latency.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* What a request costs more when enclave-net connects: first of this process itself, then, once it is sealed, by way of the helper;
 * over a connection that is kept, as a client keeps it, and with a connection for each. Prints medians in milliseconds. Argument:
 * requests. */

#include "config.h"

#include <arpa/inet.h>
#include <gio/gio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-network-door.h"
#include "enclave-seal.h"

#define KEPT "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
#define CLOSED "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"

/* Keeps the connection but where `/close` is asked for. */
static void
answer_all (int fd)
{
  char request[4096];
  gsize length = 0;
  gssize n;

  while ((n = recv (fd, request + length, sizeof request - length, 0)) > 0)
    {
      gboolean closes = memmem (request, length + (gsize) n, "/close", 6) != NULL;
      const char *reply = closes ? CLOSED : KEPT;

      length += (gsize) n;
      if (memmem (request, length, "\r\n\r\n", 4) == NULL)
        continue;
      length = 0;
      if (send (fd, reply, strlen (reply), MSG_NOSIGNAL) < 0 || closes)
        return;
    }
}

static void
serve (int listener)
{
  signal (SIGCHLD, SIG_IGN);
  for (;;)
    {
      int fd = accept (listener, NULL, NULL);

      if (fork () == 0)
        {
          answer_all (fd);
          _exit (0);
        }
      close (fd);
    }
}

static void
take_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double first = *(const double *) a, second = *(const double *) b;

  return (first > second) - (first < second);
}

static double
measure (EnclaveNetworkChannel *channel, const char *path, guint n)
{
  g_autofree double *times = g_new (double, n);

  for (guint i = 0; i < n; i++)
    {
      gint64 start = g_get_monotonic_time ();
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (EnclaveNetworkReply) reply = NULL;
      g_autoptr (GError) error = NULL;
      char body[16];
      gsize length;

      enclave_network_channel_send_async (channel, "GET", path, NULL, NULL, take_result, &result);
      while (result == NULL)
        g_main_context_iteration (NULL, TRUE);
      reply = enclave_network_channel_send_finish (channel, result, &error);
      if (reply == NULL)
        g_error ("%s", error->message);
      g_input_stream_read_all (reply->body, body, sizeof body, &length, NULL, NULL);
      times[i] = (double) (g_get_monotonic_time () - start) / 1000;
    }
  qsort (times, n, sizeof *times, compare);
  return times[n / 2];
}

int
main (int argc, char **argv)
{
  struct sockaddr_in place = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t size = sizeof place;
  int listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  guint n = argc > 1 ? (guint) atoi (argv[1]) : 200;
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  g_autofree char *uri = NULL;
  g_autoptr (EnclaveNetworkChannel) direct = NULL;
  g_autoptr (EnclaveNetworkChannel) sealed = NULL;
  double direct_ms[2], sealed_ms[2];
  pid_t server;

  if (listener < 0 || bind (listener, (struct sockaddr *) &place, sizeof place) != 0 || listen (listener, 16) != 0
      || getsockname (listener, (struct sockaddr *) &place, &size) != 0)
    return 1;
  server = fork ();
  if (server == 0)
    serve (listener);
  uri = g_strdup_printf ("http://127.0.0.1:%u", ntohs (place.sin_port));
  direct = enclave_network_door_open (door, uri, NULL, NULL);
  measure (direct, "/", 10);
  direct_ms[0] = measure (direct, "/", n);
  direct_ms[1] = measure (direct, "/close", n);
  enclave_seal_start (1, argv);
  if (enclave_seal_get_state () != ENCLAVE_SEAL_ON)
    {
      g_print ("not sealed: %s\n", enclave_seal_get_reason ());
      kill (server, SIGKILL);
      return 77;
    }
  sealed = enclave_network_door_open (door, uri, NULL, NULL);
  measure (sealed, "/", 10);
  sealed_ms[0] = measure (sealed, "/", n);
  sealed_ms[1] = measure (sealed, "/close", n);
  kill (server, SIGKILL);
  waitpid (server, NULL, 0);
  g_print ("direct_ms=%.3f\nsealed_ms=%.3f\ndirect_new_ms=%.3f\nsealed_new_ms=%.3f\n", direct_ms[0], sealed_ms[0], direct_ms[1],
           sealed_ms[1]);
  return 0;
}
