/* enclave-confine.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Runs one command in namespaces of its own, or without them by what else the kernel has (enclave-confine-reduced.c), or does
 * not run it.
 *
 *   enclave-confine --plan FD --report FD
 *   enclave-confine --probe [VIEW]
 *
 * Three processes: the outer one stays in the caller's namespaces, waits, and takes the command's exit status as its own; the
 * first of the new namespaces sets everything up, starts the command and reaps; when it ends, or the caller dies, the kernel
 * ends all that is in them. The report is lines of text: `ready`, then `status N` with the command's status as of waitpid(),
 * or `failed SENTENCE`; `limit processes|memory|machine N` says why all of it was ended; the view adds `refused RULE PATH`, and `view ended` says that it did not last. Exit status 125: not
 * confined, nothing was run. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-confine-plan.h"
#include "enclave-confine-processes.h"
#include "enclave-confine-steps.h"
#include "enclave-test-walls.h"

#define NAMESPACES \
  (CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWCGROUP)

int report_fd = STDERR_FILENO;

void
report (const char *word, const char *text)
{
  char line[4608];
  int n = snprintf (line, sizeof line, "%s%s%s\n", word, text[0] != '\0' ? " " : "", text);

  if (n > 0 && write (report_fd, line, n < (int) sizeof line ? (size_t) n : sizeof line - 1) < 0)
    return;
}

void
give_up (const char *problem)
{
  report ("failed", problem);
  _exit (EXIT_NOT_CONFINED);
}

static bool
write_file (const char *path, const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  bool written = fd >= 0 && write (fd, text, strlen (text)) == (ssize_t) strlen (text);

  if (fd >= 0)
    close (fd);
  return written;
}

void
command_volunteer (void)
{
  /* On some systems it can't be said; nothing depends on it. */
  write_file ("/proc/self/oom_score_adj", "500");
}

/* Everybody keeps the number they have outside; root keeps all numbers, since its projects hold files of many. */
static bool
map_users (pid_t pid)
{
  char path[64];
  char text[64];
  bool all = geteuid () == 0;

  if (!all)
    {
      snprintf (path, sizeof path, "/proc/%d/setgroups", (int) pid);
      if (!write_file (path, "deny"))
        return false;
    }
  snprintf (path, sizeof path, "/proc/%d/uid_map", (int) pid);
  snprintf (text, sizeof text, "%u %u 1", geteuid (), geteuid ());
  if (!(all && write_file (path, "0 0 4294967295")) && !write_file (path, text))
    return false;
  snprintf (path, sizeof path, "/proc/%d/gid_map", (int) pid);
  snprintf (text, sizeof text, "%u %u 1", getegid (), getegid ());
  return (all && write_file (path, "0 0 4294967295")) || write_file (path, text);
}

void
command_exec (const struct plan *plan)
{
  static char *no_variables[] = { NULL };
  sigset_t none;
  int problem;

  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  for (int number = 1; number < NSIG; number++)
    signal (number, SIG_DFL);
  setsid ();
  if (plan->terminal && ioctl (STDIN_FILENO, TIOCSCTTY, 0) != 0)
    give_up (problem_because ("taking", "the terminal"));
  report ("ready", "");
  /* The program is looked for in the command's PATH, not in this process's, which has none. */
  environ = plan->environment.items != NULL ? plan->environment.items : no_variables;
  execvp (plan->arguments.items[0], plan->arguments.items);
  problem = errno;
  fprintf (stderr, "%s: %s\n", plan->arguments.items[0], strerror (problem));
  _exit (problem == ENOENT ? 127 : 126);
}

void
end_with (int status)
{
  char text[32];

  if (status < 0)
    status = SIGKILL;
  snprintf (text, sizeof text, "%d", status);
  report ("status", text);
  _exit (WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status));
}

/* Who is told when this process is asked to end: the first process of the namespaces, then the command with its group. */
static volatile pid_t told;

static void
hand_on (int number)
{
  if (told != 0)
    kill (told, number);
}

static void
hand_on_to (pid_t whom)
{
  struct sigaction action = { .sa_handler = hand_on, .sa_flags = SA_RESTART };

  told = whom;
  sigaction (SIGTERM, &action, NULL);
}

__attribute__ ((noreturn)) static void
run_inside (const struct plan *plan, int mapped_fd, int view_socket, int relay_socket)
{
  const struct places places = { plan->workspace, NULL };
  const char *problem;
  char mapped;
  pid_t command;

  if (prctl (PR_SET_PDEATHSIG, SIGKILL) != 0)
    give_up (problem_because ("binding to", "the launcher"));
  command_volunteer ();
  processes_go_first ();
  /* The outer process may have died before that; its end of the pipe tells. */
  if (read (mapped_fd, &mapped, 1) != 1 || mapped != 'm')
    _exit (EXIT_NOT_CONFINED);
  close (mapped_fd);

  problem = mounts_set_up (plan, view_socket);
  if (problem == NULL && !enclave_test_walls_is_off ("network"))
    problem = network_set_up ();
  if (problem == NULL)
    problem = relay_offer (plan, relay_socket);
  close (relay_socket);
  if (problem == NULL && sethostname ("enclave", strlen ("enclave")) != 0)
    problem = problem_because ("naming", "the host");
  if (problem == NULL)
    problem = landlock_confine (plan, &places);
  if (problem == NULL)
    problem = privileges_drop (false);
  if (problem == NULL && !enclave_test_walls_is_off ("seccomp"))
    problem = filter_install (false);
  if (problem == NULL)
    problem = relay_serve_inside (plan);
  if (problem != NULL)
    give_up (problem);
  if (plan->arguments.n == 0)
    {
      problem = plan->view != NULL ? probe_view (plan->workspace) : NULL;
      if (problem != NULL)
        give_up (problem);
      report ("ready", "");
      _exit (0);
    }
  /* The command has this process's user: without this it could write our report through /proc/1/fd and read our memory. The
   * command's own exec undoes it for the command. */
  if (prctl (PR_SET_DUMPABLE, 0) != 0)
    give_up (problem_because ("closing", "the first process"));
  if (chdir (plan->folder != NULL ? plan->folder : "/") != 0)
    give_up (problem_because ("entering", plan->folder != NULL ? plan->folder : "/"));
  processes_bound (plan, 0);
  command = fork ();
  if (command < 0)
    give_up (problem_because ("starting", "the command"));
  if (command == 0)
    command_exec (plan);
  hand_on_to (-command);
  /* The command's own descriptors of the terminal are enough: this process must not keep it open. */
  close (STDIN_FILENO);
  close (STDOUT_FILENO);
  close (STDERR_FILENO);
  end_with (processes_wait (command, -1, plan, true));
}

static int
namespaces_wanted (void)
{
  return NAMESPACES & ~(enclave_test_walls_is_off ("network") ? CLONE_NEWNET : 0)
         & ~(enclave_test_walls_is_off ("processes") ? CLONE_NEWPID : 0);
}

/* Returns the first process's status as of waitpid(); ends the program when there are no namespaces. */
int
run_in_namespaces (const struct plan *plan)
{
  const char *view_problem = NULL;
  int mapped[2];
  int status;
  int view_socket = -1;
  int relay_ends[2];
  pid_t view = 0;
  pid_t relay = 0;
  pid_t inside;

  if (plan->view != NULL)
    view_problem = view_start (plan, &view_socket, &view);
  if (view_problem != NULL)
    give_up (view_problem);
  if (pipe2 (mapped, O_CLOEXEC) != 0 || socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, relay_ends) != 0)
    give_up (problem_because ("making", "a pipe"));
  /* Only here can root give the first process that; it is passed on, and kept from the command. */
  sched_setscheduler (0, SCHED_RR, &(struct sched_param){ .sched_priority = 1 });
  inside = (pid_t) syscall (SYS_clone, namespaces_wanted () | SIGCHLD, NULL, NULL, NULL, NULL);
  if (inside < 0)
    give_up (problem_because ("this system does not allow", "namespaces for users"));
  if (inside == 0)
    {
      close (mapped[1]);
      close (relay_ends[0]);
      run_inside (plan, mapped[0], view_socket, relay_ends[1]);
    }
  sched_setscheduler (0, SCHED_OTHER, &(struct sched_param){ .sched_priority = 0 });
  close (mapped[0]);
  close (relay_ends[1]);
  if (view_socket >= 0)
    close (view_socket);
  if (!map_users (inside))
    {
      const char *problem = problem_because ("mapping", "the user");

      kill (inside, SIGKILL);
      give_up (problem);
    }
  if (write (mapped[1], "m", 1) != 1)
    give_up (problem_because ("starting", "the first process"));
  close (mapped[1]);
  if (plan->forwards.n > 0 && (relay = relay_start (plan, relay_ends[0])) < 0)
    {
      const char *problem = problem_because ("starting", "the relay of the network");

      kill (inside, SIGKILL);
      give_up (problem);
    }
  close (relay_ends[0]);
  hand_on_to (inside);
  while (waitpid (inside, &status, 0) < 0)
    if (errno != EINTR)
      give_up (problem_because ("waiting for", "the first process"));
  if (relay > 0)
    relay_end (relay);
  if (view > 0 && !view_end (view) && !(WIFEXITED (status) && WEXITSTATUS (status) == EXIT_NOT_CONFINED))
    report ("view", "ended");
  return status;
}

int
run_confined (const struct plan *plan)
{
  return plan->private_folder != NULL ? run_reduced (plan) : run_in_namespaces (plan);
}

/* /proc/1/environ of the namespaces shows this memory to the command, whatever the command's own environment is. */
static void
wipe_environment (char **environment)
{
  for (; *environment != NULL; environment++)
    if (!enclave_test_walls_is_variable (*environment))
      memset (*environment, 0, strlen (*environment));
}

static int
parse_fd (const char *text)
{
  char *end;
  long fd = strtol (text, &end, 10);

  return *text != '\0' && *end == '\0' && fd > 2 && fd < 1024 && fcntl ((int) fd, F_GETFD) >= 0 ? (int) fd : -1;
}

int
main (int argc, char **argv, char **environment)
{
  struct plan plan;
  const char *problem;
  size_t n_changed;
  int plan_fd;
  int status;

  if ((argc == 2 || argc == 3) && strcmp (argv[1], "--probe") == 0)
    return probe (argv[2], environment);
  if (argc != 5 || strcmp (argv[1], "--plan") != 0 || strcmp (argv[3], "--report") != 0
      || (plan_fd = parse_fd (argv[2])) < 0 || parse_fd (argv[4]) < 0)
    {
      fputs ("usage: enclave-confine --plan FD --report FD | --probe [VIEW]\n", stderr);
      return EXIT_NOT_CONFINED;
    }
  report_fd = parse_fd (argv[4]);
  fcntl (report_fd, F_SETFD, FD_CLOEXEC);
  fcntl (plan_fd, F_SETFD, FD_CLOEXEC);
  wipe_environment (environment);
  /* The caller's end is ours: nothing is left running that nobody waits for. */
  if (prctl (PR_SET_PDEATHSIG, SIGKILL) != 0)
    give_up (problem_because ("binding to", "the caller"));
  problem = plan_read (&plan, plan_fd);
  if (problem != NULL)
    give_up (problem);
  if (plan.arguments.n == 0)
    give_up ("the plan has no command");
  n_changed = plan.masks.n + plan.covers.n + plan.pinned.n + plan.frozen.n;
  if (plan.private_folder != NULL && (n_changed > 0 || (plan.view == NULL && plan.workspace != NULL && !plan.read_only)))
    give_up ("the plan asks for what only namespaces can keep apart");
  if (plan.forwards.n > FORWARDS_MAX || (plan.forwards.n > 0 && plan.private_folder != NULL))
    give_up ("the plan forwards more addresses than it can");
  if ((plan.serve_socket != NULL) != (plan.serve_address != NULL) || (plan.serve_socket != NULL && plan.private_folder != NULL))
    give_up ("the plan serves an address that it can't, or none");
  if (plan.private_folder != NULL && (plan.writes.n > 0 || plan.devices.n > 0))
    give_up ("the plan shows what only namespaces can show");
  if ((plan.view_place != NULL) != (plan.view != NULL && plan.private_folder != NULL))
    give_up ("the plan has a place of the view without one, or none");
  if (plan.view != NULL && (plan.workspace == NULL || n_changed > 0))
    give_up ("the plan has a view without a workspace, or masks in it");
  close (plan_fd);
  /* What the caller forgot to close is not the command's. */
  for (int fd = 3; fd < 1024; fd++)
    if (fd != report_fd)
      close (fd);
  status = run_confined (&plan);
  return WIFEXITED (status) ? WEXITSTATUS (status) : EXIT_NOT_CONFINED;
}
