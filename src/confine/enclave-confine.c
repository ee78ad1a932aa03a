/* enclave-confine.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Runs one command in namespaces of its own, or does not run it.
 *
 *   enclave-confine --plan FD --report FD
 *   enclave-confine --probe [VIEW]
 *
 * Three processes: the outer one stays in the caller's namespaces, waits, and takes the command's exit status as its own; the
 * first of the new namespaces sets everything up, starts the command and reaps; when it ends, or the caller dies, the kernel
 * ends all that is in them. The report is lines of text: `ready`, then `status N` with the command's status as of waitpid(),
 * or `failed SENTENCE`; the view adds `refused RULE PATH`, and `view ended` says that it did not last. Exit status 125: not
 * confined, nothing was run. */

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/openat2.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-confine-plan.h"
#include "enclave-confine-steps.h"

#define EXIT_NOT_CONFINED 125
#define PROBE_ALLOWED "notes"
#define PROBE_DENIED ".env"
#define NAMESPACES \
  (CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWCGROUP)

static int report_fd = STDERR_FILENO;

static void
report (const char *word, const char *text)
{
  char line[4608];
  int n = snprintf (line, sizeof line, "%s%s%s\n", word, text[0] != '\0' ? " " : "", text);

  if (n > 0 && write (report_fd, line, n < (int) sizeof line ? (size_t) n : sizeof line - 1) < 0)
    return;
}

__attribute__ ((noreturn)) static void
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

static void
exec_command (const struct plan *plan)
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

/* The first process of the namespaces: reaps whatever ends, and ends with the command. */
__attribute__ ((noreturn)) static void
wait_for_command (pid_t command)
{
  for (;;)
    {
      char text[32];
      int status;
      pid_t pid = waitpid (-1, &status, 0);

      if (pid < 0 && errno == EINTR)
        continue;
      if (pid < 0)
        give_up (problem_because ("waiting for", "the command"));
      if (pid != command)
        continue;
      snprintf (text, sizeof text, "%d", status);
      report ("status", text);
      _exit (WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status));
    }
}

/* What the probe's folder must look like from inside. */
static const char *
probe_view (const struct plan *plan)
{
  int folder = open (plan->workspace, O_PATH | O_DIRECTORY | O_CLOEXEC);
  int allowed = folder >= 0 ? openat (folder, PROBE_ALLOWED, O_RDONLY | O_CLOEXEC) : -1;
  char byte;

  if (allowed < 0 || read (allowed, &byte, 1) != 1)
    return problem_because ("reading through", "the view of the workspace");
  close (allowed);
  if (openat (folder, PROBE_DENIED, O_RDONLY | O_CLOEXEC) >= 0)
    return "the view of the workspace shows a denied file";
  return errno == EACCES ? NULL : problem_because ("refusing through", "the view of the workspace");
}

__attribute__ ((noreturn)) static void
run_inside (const struct plan *plan, int mapped_fd, int view_socket)
{
  const char *problem;
  char mapped;
  pid_t command;

  if (prctl (PR_SET_PDEATHSIG, SIGKILL) != 0)
    give_up (problem_because ("binding to", "the launcher"));
  /* The outer process may have died before that; its end of the pipe tells. */
  if (read (mapped_fd, &mapped, 1) != 1 || mapped != 'm')
    _exit (EXIT_NOT_CONFINED);
  close (mapped_fd);

  problem = mounts_set_up (plan, view_socket);
  if (problem == NULL)
    problem = network_set_up ();
  if (problem == NULL && sethostname ("enclave", strlen ("enclave")) != 0)
    problem = problem_because ("naming", "the host");
  if (problem == NULL)
    problem = privileges_drop ();
  if (problem == NULL)
    problem = filter_install ();
  if (problem != NULL)
    give_up (problem);
  if (plan->arguments.n == 0)
    {
      problem = plan->view != NULL ? probe_view (plan) : NULL;
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
  command = fork ();
  if (command < 0)
    give_up (problem_because ("starting", "the command"));
  if (command == 0)
    exec_command (plan);
  /* The command's own descriptors of the terminal are enough: this process must not keep it open. */
  close (STDIN_FILENO);
  close (STDOUT_FILENO);
  close (STDERR_FILENO);
  wait_for_command (command);
}

/* Returns the first process's status as of waitpid(); ends the program when there are no namespaces. */
static int
run_confined (const struct plan *plan)
{
  const char *view_problem = NULL;
  int mapped[2];
  int status;
  int view_socket = -1;
  pid_t view = 0;
  pid_t inside;

  if (plan->view != NULL)
    view_problem = view_start (plan, report_fd, &view_socket, &view);
  if (view_problem != NULL)
    give_up (view_problem);
  if (pipe2 (mapped, O_CLOEXEC) != 0)
    give_up (problem_because ("making", "a pipe"));
  inside = (pid_t) syscall (SYS_clone, NAMESPACES | SIGCHLD, NULL, NULL, NULL, NULL);
  if (inside < 0)
    give_up (problem_because ("this system does not allow", "namespaces for users"));
  if (inside == 0)
    {
      close (mapped[1]);
      run_inside (plan, mapped[0], view_socket);
    }
  close (mapped[0]);
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
  while (waitpid (inside, &status, 0) < 0)
    if (errno != EINTR)
      give_up (problem_because ("waiting for", "the first process"));
  if (view > 0 && !view_end (view) && !(WIFEXITED (status) && WEXITSTATUS (status) == EXIT_NOT_CONFINED))
    report ("view", "ended");
  return status;
}

static void
print_quoted (const char *text)
{
  putchar ('"');
  for (; *text != '\0'; text++)
    if (*text == '"' || *text == '\\')
      printf ("\\%c", *text);
    else if ((unsigned char) *text >= 0x20)
      putchar (*text);
  putchar ('"');
}

static bool
has_openat2 (void)
{
  struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_BENEATH };
  int fd = (int) syscall (SYS_openat2, AT_FDCWD, ".", &how, sizeof how);

  if (fd >= 0)
    close (fd);
  return fd >= 0;
}

static bool
has_fuse (void)
{
  int fd = open ("/dev/fuse", O_RDWR | O_CLOEXEC);

  if (fd >= 0)
    close (fd);
  return fd >= 0;
}

static bool
has_line (const char *text, const char *line)
{
  size_t length = strlen (line);

  for (; text != NULL; text = strchr (text, '\n'), text = text != NULL ? text + 1 : NULL)
    if (strncmp (text, line, length) == 0 && text[length] == '\n')
      return true;
  return false;
}

static bool
make_file (int folder, const char *name)
{
  int fd = openat (folder, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  bool made = fd >= 0 && write (fd, "x", 1) == 1;

  if (fd >= 0)
    close (fd);
  return made;
}

/* Tries the whole set-up of @plan, with nothing to run. Returns false with what went wrong in @reason. */
static bool
try_plan (const struct plan *plan, char *reason, size_t room)
{
  char words[4608] = "";
  size_t length = 0;
  int pipe_fds[2];
  pid_t attempt;

  reason[0] = '\0';
  if (pipe2 (pipe_fds, O_CLOEXEC) != 0)
    {
      snprintf (reason, room, "%s", problem_because ("making", "a pipe"));
      return false;
    }
  fflush (stdout);
  attempt = fork ();
  if (attempt == 0)
    {
      int status;

      close (pipe_fds[0]);
      report_fd = pipe_fds[1];
      status = run_confined (plan);
      _exit (WIFEXITED (status) ? WEXITSTATUS (status) : EXIT_NOT_CONFINED);
    }
  if (attempt < 0)
    length = (size_t) snprintf (words, sizeof words, "failed %s", problem_because ("starting", "a process"));
  close (pipe_fds[1]);
  for (ssize_t n; attempt > 0 && length < sizeof words - 1
                  && ((n = read (pipe_fds[0], words + length, sizeof words - 1 - length)) > 0
                      || (n < 0 && errno == EINTR));)
    length += n > 0 ? (size_t) n : 0;
  close (pipe_fds[0]);
  words[length] = '\0';
  if (attempt > 0)
    waitpid (attempt, NULL, 0);
  if (has_line (words, "ready"))
    return true;
  words[strcspn (words, "\n")] = '\0';
  snprintf (reason, room, "%s",
            strncmp (words, "failed ", 7) == 0 ? words + 7 : "the first process ended without a word");
  return false;
}

/* A mount of the real view, looked at from inside: whether there is a device file says nothing. */
static bool
try_view (char *program, char **environment, char *reason, size_t room)
{
  char folder[] = "/tmp/enclave-probe-XXXXXX";
  struct plan plan;
  bool works = false;
  int fd;

  memset (&plan, 0, sizeof plan);
  if (mkdtemp (folder) == NULL)
    {
      snprintf (reason, room, "%s", problem_because ("making", "a folder in /tmp"));
      return false;
    }
  fd = open (folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0 && make_file (fd, PROBE_ALLOWED) && make_file (fd, PROBE_DENIED))
    {
      plan.workspace = folder;
      plan.view = program;
      plan.view_environment.items = environment;
      works = try_plan (&plan, reason, room);
    }
  else
    snprintf (reason, room, "%s", problem_because ("writing in", folder));
  if (fd >= 0)
    {
      unlinkat (fd, PROBE_ALLOWED, 0);
      unlinkat (fd, PROBE_DENIED, 0);
      close (fd);
    }
  rmdir (folder);
  return works;
}

/* Says in JSON what this machine allows. @view: (nullable): the program of the view. */
static int
probe (char *view, char **environment)
{
  struct plan plan;
  char reason[4608] = "";
  char view_reason[4608] = "";
  int landlock = (int) syscall (SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  bool works, shows = false;

  memset (&plan, 0, sizeof plan);
  works = try_plan (&plan, reason, sizeof reason);
  if (works && view != NULL)
    shows = try_view (view, environment, view_reason, sizeof view_reason);
  printf ("{\"user_namespaces\":%s,\"fuse\":%s,\"view\":%s,\"landlock_abi\":%d,\"openat2\":%s,\"reason\":",
          works ? "true" : "false", has_fuse () ? "true" : "false", shows ? "true" : "false",
          landlock > 0 ? landlock : 0, has_openat2 () ? "true" : "false");
  print_quoted (reason);
  printf (",\"view_reason\":");
  print_quoted (view_reason);
  puts ("}");
  return 0;
}

/* /proc/1/environ of the namespaces shows this memory to the command, whatever the command's own environment is. */
static void
wipe_environment (char **environment)
{
  for (; *environment != NULL; environment++)
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
  if (plan.view != NULL && (plan.workspace == NULL || plan.masks.n > 0))
    give_up ("the plan has a view without a workspace, or masks in it");
  close (plan_fd);
  /* What the caller forgot to close is not the command's. */
  for (int fd = 3; fd < 1024; fd++)
    if (fd != report_fd)
      close (fd);
  status = run_confined (&plan);
  return WIFEXITED (status) ? WEXITSTATUS (status) : EXIT_NOT_CONFINED;
}
