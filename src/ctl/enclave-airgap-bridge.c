/* enclave-airgap-bridge.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-airgap-bridge.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PIECE_BYTES 65536

static gboolean
send_all (int fd, const char *bytes, gssize n)
{
  while (n > 0)
    {
      gssize done = send (fd, bytes, (gsize) n, MSG_NOSIGNAL);

      if (done < 0 && errno == EINTR)
        continue;
      if (done <= 0)
        return FALSE;
      bytes += done;
      n -= done;
    }
  return TRUE;
}

static void
pass_on (int a, int b)
{
  static char piece[PIECE_BYTES];
  struct pollfd waited[2] = { { .fd = a, .events = POLLIN }, { .fd = b, .events = POLLIN } };

  while (poll (waited, 2, -1) > 0 || errno == EINTR)
    for (int i = 0; i < 2; i++)
      {
        gssize n = waited[i].revents != 0 ? recv (waited[i].fd, piece, sizeof piece, 0) : -1;

        if (waited[i].revents != 0 && (n <= 0 || !send_all (waited[1 - i].fd, piece, n)))
          return;
      }
}

static void
serve (int listener, guint16 port)
{
  for (;;)
    {
      struct sockaddr_in place = { .sin_family = AF_INET, .sin_port = htons (port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
      int taken = accept4 (listener, NULL, NULL, SOCK_CLOEXEC);
      int other;

      if (taken < 0)
        continue;
      if (fork () != 0)
        {
          close (taken);
          continue;
        }
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      other = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      if (other >= 0 && connect (other, (struct sockaddr *) &place, sizeof place) == 0)
        pass_on (taken, other);
      _exit (0);
    }
}

pid_t
enclave_airgap_bridge_start (const char *path, guint16 port, GError **error)
{
  struct sockaddr_un place = { .sun_family = AF_UNIX };
  int listener = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  pid_t pid = -1;

  if (listener >= 0 && g_strlcpy (place.sun_path, path, sizeof place.sun_path) < sizeof place.sun_path
      && bind (listener, (struct sockaddr *) &place, sizeof place) == 0 && listen (listener, 16) == 0)
    pid = fork ();
  if (pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      signal (SIGCHLD, SIG_IGN);
      serve (listener, port);
    }
  if (pid < 0)
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
  if (listener >= 0)
    close (listener);
  return pid;
}
