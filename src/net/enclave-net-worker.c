/* enclave-net-worker.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-net-worker.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

static struct
{
  pid_t pid; /* 0: none waits */
  int status;
} prepared = { 0, -1 };

static int
make (void)
{
  int ends[2];
  int problem;
  pid_t pid;

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return errno;
  pid = fork ();
  if (pid == 0)
    {
      /* it may have the number of a standard file that was closed, and is kept then: with it this would wait for itself */
      close (ends[0]);
      net_connection_run (ends[1]);
    }
  problem = pid < 0 ? errno : 0;
  close (ends[1]);
  if (problem != 0)
    {
      close (ends[0]);
      return problem;
    }
  prepared.pid = pid;
  prepared.status = ends[0];
  return 0;
}

bool
net_worker_is_prepared (void)
{
  return prepared.pid != 0;
}

void
net_worker_prepare (void)
{
  if (prepared.pid == 0)
    make ();
}

void
net_worker_discard (void)
{
  if (prepared.pid == 0)
    return;
  /* It reads the end of this. */
  close (prepared.status);
  while (waitpid (prepared.pid, NULL, 0) < 0 && errno == EINTR)
    ;
  prepared.pid = 0;
}

int
net_worker_start (const struct net_connection *connection, pid_t *pid, int *status)
{
  int problem = 0;

  /* One that waited may have been ended by somebody; a second one is new. */
  for (int again = 0; again < 2; again++)
    {
      problem = prepared.pid == 0 ? make () : 0;
      if (problem != 0)
        return problem;
      problem = net_connection_give (prepared.status, connection);
      if (problem == 0)
        {
          *pid = prepared.pid;
          *status = prepared.status;
          prepared.pid = 0;
          return 0;
        }
      net_worker_discard ();
    }
  return problem;
}
