/* enclave-confine-reduced.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The box where the system gives no namespaces to users. The view of the workspace is mounted by fusermount3 in a private folder;
 * Landlock lets the command open that, the read-only system and nothing else; the filter refuses what namespaces would keep
 * apart.
 *
 * Three processes here, too: the outer one waits; the guard mounts, starts the command, and ends all that it leaves behind. What a
 * command starts can't leave the tree below the guard, since the guard adopts it. Each of the two cleans up when the other is
 * killed. */

#include "config.h"

#include "enclave-confine-processes.h"
#include "enclave-confine-steps.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOUNTER "/usr/bin/fusermount3"
#define MOUNT_MS 20000
/* Entries of the private folder that are removed before it is left as it is. */
#define REMOVED_MAX 1000000

/* Runs fusermount3 with nothing but @socket_fd (-1: none). Returns whether it said that all went well. */
static bool
run_mounter (char *const *arguments, int socket_fd)
{
  char variable[64];
  char *environment[] = { (char *) "PATH=/usr/bin:/bin", variable, NULL };
  int status = -1;
  pid_t pid = fork ();

  snprintf (variable, sizeof variable, "_FUSE_COMMFD=%d", socket_fd);
  if (pid == 0)
    {
      int null_fd = open ("/dev/null", O_RDWR);
      sigset_t none;

      sigemptyset (&none);
      sigprocmask (SIG_SETMASK, &none, NULL);
      for (int fd = 0; null_fd >= 0 && fd < 3; fd++)
        dup2 (null_fd, fd);
      if (socket_fd >= 0)
        fcntl (socket_fd, F_SETFD, 0);
      else
        environment[1] = NULL;
      execve (MOUNTER, arguments, environment);
      _exit (127);
    }
  while (pid > 0 && waitpid (pid, &status, 0) < 0 && errno == EINTR)
    ;
  return WIFEXITED (status) && WEXITSTATUS (status) == 0;
}

static const char *
mount_view (const struct plan *plan, int view_socket)
{
  char options[] = "nosuid,nodev,default_permissions,fsname=enclave,subtype=enclave,ro";
  char *arguments[] = { (char *) MOUNTER, (char *) "-o", options, (char *) "--", plan->view_place, NULL };
  int ends[2];
  int connection;
  bool mounted;

  if (access (MOUNTER, X_OK) != 0)
    return problem_because ("looking for", MOUNTER);
  if (!plan->read_only)
    options[sizeof options - sizeof ",ro"] = '\0';
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return problem_because ("making", "a socket for fusermount3");
  mounted = run_mounter (arguments, ends[1]);
  close (ends[1]);
  connection = mounted ? receive_descriptor (ends[0]) : -1;
  close (ends[0]);
  return connection >= 0 ? view_hand_over (view_socket, connection) : "fusermount3 can’t mount the view of the workspace";
}

static void
unmount_view (const struct plan *plan)
{
  char *arguments[] = { (char *) MOUNTER, (char *) "-u", (char *) "-z", (char *) "-q", (char *) "--", plan->view_place, NULL };

  if (plan->view_place != NULL)
    run_mounter (arguments, -1);
}

/* A command may have closed its folders. Never through a link, which may lead anywhere. */
static void
open_up (int folder, const char *name)
{
  if (fchmodat (folder, name, 0700, AT_SYMLINK_NOFOLLOW) != 0)
    return;
}

/* Moves what is in the folder @name to the top, so that no depth that a command can make needs more than two descriptors. */
static bool
lift (int top, const char *name, unsigned int *n)
{
  int fd;
  DIR *folder;
  struct dirent *entry;
  bool moved = false;

  open_up (top, name);
  fd = openat (top, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  folder = fd >= 0 ? fdopendir (fd) : NULL;
  if (folder == NULL)
    {
      if (fd >= 0)
        close (fd);
      return false;
    }
  while ((entry = readdir (folder)) != NULL && *n < REMOVED_MAX)
    {
      char fresh[32];

      if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
        continue;
      if (unlinkat (fd, entry->d_name, 0) == 0 || unlinkat (fd, entry->d_name, AT_REMOVEDIR) == 0)
        {
          moved = true;
          continue;
        }
      snprintf (fresh, sizeof fresh, ".left-%u", (*n)++);
      open_up (fd, entry->d_name);
      moved |= renameat (fd, entry->d_name, top, fresh) == 0;
    }
  closedir (folder);
  return moved;
}

static void
remove_private_folder (const struct plan *plan)
{
  int top = open (plan->private_folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  unsigned int n = 0;
  bool again = true;

  while (top >= 0 && again)
    {
      int copy = openat (top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      DIR *folder = copy >= 0 ? fdopendir (copy) : NULL;
      struct dirent *entry;

      again = false;
      while (folder != NULL && (entry = readdir (folder)) != NULL)
        if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
          again |= unlinkat (top, entry->d_name, 0) == 0 || unlinkat (top, entry->d_name, AT_REMOVEDIR) == 0
                   || lift (top, entry->d_name, &n);
      if (folder != NULL)
        closedir (folder);
    }
  if (top >= 0)
    close (top);
  rmdir (plan->private_folder);
}

/* The folder is taken only as the launcher makes it. */
static const char *
furnish_private_folder (const struct plan *plan)
{
  int fd = open (plan->private_folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  size_t length = strlen (plan->private_folder);
  struct stat st;

  if (fd < 0 || fstat (fd, &st) != 0)
    return problem_because ("opening", "the private folder");
  if (st.st_uid != geteuid () || (st.st_mode & 0077) != 0)
    return "the private folder is not private";
  if (plan->view_place != NULL
      && (strncmp (plan->view_place, plan->private_folder, length) != 0 || plan->view_place[length] != '/'
          || strchr (plan->view_place + length + 1, '/') != NULL || mkdirat (fd, plan->view_place + length + 1, 0700) != 0))
    return problem_because ("making", "the place of the view");
  for (size_t i = 0; private_folders[i] != NULL; i++)
    if (mkdirat (fd, private_folders[i], 0700) != 0)
      return problem_because ("furnishing", "the private folder");
  close (fd);
  return NULL;
}

static void
clean_up (const struct plan *plan, pid_t view)
{
  processes_end (view);
  unmount_view (plan);
  remove_private_folder (plan);
}

__attribute__ ((noreturn)) static void
confine_and_run (const struct plan *plan)
{
  const struct places places = { plan->view != NULL ? plan->view_place : plan->workspace, plan->private_folder };
  const char *problem;

  /* The guard's end takes this one along, before it is told. */
  if (prctl (PR_SET_PDEATHSIG, SIGKILL) != 0)
    give_up (problem_because ("binding to", "the guard"));
  command_volunteer ();
  problem = landlock_confine (plan, &places);
  if (problem == NULL)
    problem = privileges_drop (true);
  if (problem == NULL)
    problem = filter_install (true);
  if (problem == NULL && plan->arguments.n == 0)
    {
      problem = plan->view != NULL ? probe_view (places.workspace) : NULL;
      if (problem == NULL)
        {
          report ("ready", "");
          _exit (0);
        }
    }
  if (problem == NULL && chdir (plan->folder != NULL ? plan->folder : "/") != 0)
    problem = problem_because ("entering", plan->folder != NULL ? plan->folder : "/");
  if (problem != NULL)
    give_up (problem);
  command_exec (plan);
}

__attribute__ ((noreturn)) static void
guard (const struct plan *plan, int view_socket, int alive_fd)
{
  const char *problem = plan->view != NULL ? mount_view (plan, view_socket) : NULL;
  pid_t command;
  int status;

  if (problem != NULL)
    give_up (problem);
  processes_go_first ();
  command = fork ();
  if (command < 0)
    give_up (problem_because ("starting", "the command"));
  if (command == 0)
    {
      close (alive_fd);
      processes_bound (plan, plan->max_tasks > 0 ? processes_count_of_user () : 0);
      confine_and_run (plan);
    }
  close (STDIN_FILENO);
  close (STDOUT_FILENO);
  close (STDERR_FILENO);
  status = processes_wait (command, alive_fd, plan, false);
  clean_up (plan, 0);
  /* The probe's own process has reported what it found. */
  if (plan->arguments.n == 0)
    _exit (WIFEXITED (status) ? WEXITSTATUS (status) : EXIT_NOT_CONFINED);
  end_with (status);
}

int
run_reduced (const struct plan *plan)
{
  const char *problem = landlock_abi () < LANDLOCK_LEAST_ABI ? "this kernel has no Landlock, or an old one" : NULL;
  int view_socket = -1;
  int status = -1;
  int alive[2];
  pid_t view = 0;
  pid_t guarding;

  if (problem != NULL || (problem = furnish_private_folder (plan)) != NULL)
    give_up (problem);
  /* What the guard leaves behind when it is killed comes here. */
  if (prctl (PR_SET_CHILD_SUBREAPER, 1) != 0)
    problem = problem_because ("adopting", "what a command leaves behind");
  if (problem == NULL && plan->view != NULL)
    problem = view_start (plan, &view_socket, &view);
  if (problem == NULL && pipe2 (alive, O_CLOEXEC) != 0)
    problem = problem_because ("making", "a pipe");
  guarding = problem == NULL ? fork () : -1;
  if (guarding == 0)
    {
      close (alive[1]);
      /* Neither what is typed in the caller's terminal nor the end of that is the guard's. */
      setsid ();
      if (prctl (PR_SET_PDEATHSIG, 0) != 0 || prctl (PR_SET_CHILD_SUBREAPER, 1) != 0 || prctl (PR_SET_DUMPABLE, 0) != 0)
        give_up (problem_because ("setting up", "the guard"));
      guard (plan, view_socket, alive[0]);
    }
  if (problem == NULL && guarding < 0)
    problem = problem_because ("starting", "the guard");
  if (view_socket >= 0)
    close (view_socket);
  while (guarding > 0 && waitpid (guarding, &status, 0) < 0 && errno == EINTR)
    ;
  /* Nothing is left for it to do unless the guard was killed, or has not come far. */
  clean_up (plan, view);
  if (problem != NULL)
    give_up (problem);
  if (view > 0 && !view_end (view) && !(WIFEXITED (status) && WEXITSTATUS (status) == EXIT_NOT_CONFINED))
    report ("view", "ended");
  return status;
}
