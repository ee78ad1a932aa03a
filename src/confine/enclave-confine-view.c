/* enclave-confine-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The view of the workspace: a program outside of the namespaces, with the user's rights, serves a FUSE mount that is inside. The
 * mount's connection is opened inside, since it has to belong to the namespaces, and sent out; nothing of the workspace itself
 * is inside, so that there is no way around the view. */

#include "enclave-confine-steps.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define VIEW_SOCKET_FD 3
#define VIEW_REPORT_FD 4
#define START_MS 20000
#define END_MS 10000

/* Puts @fd at @target without closing another that is still needed. */
static void
place_fd (int fd, int target)
{
  if (fd == target)
    fcntl (fd, F_SETFD, 0);
  else
    dup2 (fd, target);
}

const char *
view_start (const struct plan *plan, int *socket_fd, pid_t *pid)
{
  static char *no_variables[] = { NULL };
  char *arguments[16];
  int n = 0;
  int ends[2];
  pid_t parent = getpid ();

  arguments[n++] = plan->view;
  arguments[n++] = (char *) "--root";
  arguments[n++] = plan->workspace;
  arguments[n++] = (char *) "--socket=3";
  arguments[n++] = (char *) "--report=4";
  if (plan->read_only)
    arguments[n++] = (char *) "--read-only";
  if (plan->view_store != NULL)
    {
      arguments[n++] = (char *) "--store";
      arguments[n++] = plan->view_store;
    }
  arguments[n] = NULL;
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return problem_because ("making", "a socket for the view");
  *pid = fork ();
  if (*pid < 0)
    return problem_because ("starting", "the view");
  if (*pid == 0)
    {
      int null_fd = open ("/dev/null", O_RDWR);
      int socket_copy = fcntl (ends[1], F_DUPFD_CLOEXEC, 16);
      int report_copy = fcntl (report_fd, F_DUPFD_CLOEXEC, 16);

      /* It must not keep the command's terminal or pipes open, nor be ended by what is typed there. */
      setsid ();
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      if (getppid () != parent || null_fd < 0 || socket_copy < 0 || report_copy < 0)
        _exit (1);
      for (int fd = 0; fd < 3; fd++)
        place_fd (null_fd, fd);
      place_fd (socket_copy, VIEW_SOCKET_FD);
      place_fd (report_copy, VIEW_REPORT_FD);
      for (int fd = 5; fd < 16; fd++)
        close (fd);
      execve (plan->view, arguments,
              plan->view_environment.items != NULL ? plan->view_environment.items : no_variables);
      _exit (127);
    }
  close (ends[1]);
  *socket_fd = ends[0];
  return NULL;
}

const char *
view_hand_over (int socket_fd, int fuse_fd)
{
  static char answer[1024];
  struct pollfd waited = { socket_fd, POLLIN, 0 };
  ssize_t n;

  if (!send_descriptor (socket_fd, fuse_fd))
    return problem_because ("reaching", "the view of the workspace");
  close (fuse_fd);
  if (poll (&waited, 1, START_MS) != 1)
    return "the view of the workspace does not answer";
  n = recv (socket_fd, answer, sizeof answer - 1, 0);
  if (n <= 0)
    return "the view of the workspace ended";
  answer[n] = '\0';
  close (socket_fd);
  return strcmp (answer, "ready") == 0 ? NULL : answer;
}

const char *
view_mount (const struct plan *plan, int socket_fd, int fuse_fd, int place)
{
  unsigned long flags = MS_NOSUID | MS_NODEV | (plan->read_only ? MS_RDONLY : 0);
  char options[128];
  char target[64];

  snprintf (options, sizeof options, "fd=%d,rootmode=40000,user_id=%u,group_id=%u,default_permissions", fuse_fd, geteuid (), getegid ());
  snprintf (target, sizeof target, "/proc/self/fd/%d", place);
  if (mount ("enclave", target, "fuse", flags, options) != 0)
    return problem_because ("mounting", "the view of the workspace");
  return view_hand_over (socket_fd, fuse_fd);
}

bool
view_end (pid_t pid)
{
  struct pollfd ended = { (int) syscall (SYS_pidfd_open, pid, 0), POLLIN, 0 };
  int status = 0;
  int n;

  while ((n = poll (&ended, 1, END_MS)) < 0 && errno == EINTR)
    ;
  if (n != 1)
    kill (pid, SIGKILL);
  if (ended.fd >= 0)
    close (ended.fd);
  return waitpid (pid, &status, 0) == pid && WIFEXITED (status) && WEXITSTATUS (status) == 0;
}
