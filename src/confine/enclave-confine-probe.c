/* enclave-confine-probe.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Finds what this machine allows by doing it: whole set-ups with nothing to run. */

#include "config.h"

#include "enclave-confine-steps.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROBE_ALLOWED "notes"
#define PROBE_DENIED ".env"
#define PROBE_PLACE "project"

/* What the probe's folder must look like from inside. */
const char *
probe_view (const char *workspace)
{
  int folder = open (workspace, O_PATH | O_DIRECTORY | O_CLOEXEC);
  int allowed = folder >= 0 ? openat (folder, PROBE_ALLOWED, O_RDONLY | O_CLOEXEC) : -1;
  char byte;

  if (allowed < 0 || read (allowed, &byte, 1) != 1)
    return problem_because ("reading through", "the view of the workspace");
  close (allowed);
  if (openat (folder, PROBE_DENIED, O_RDONLY | O_CLOEXEC) >= 0)
    return "the view of the workspace shows a denied file";
  return errno == EACCES ? NULL : problem_because ("refusing through", "the view of the workspace");
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

/* A mount of the real view, looked at from inside: whether there is a device file says nothing. @private_base: (nullable): where
 * the private folder of a box without namespaces is made; NULL: in namespaces. */
static bool
try_view (char *program, char **environment, const char *private_base, char *reason, size_t room)
{
  char folder[] = "/tmp/enclave-probe-XXXXXX";
  char private_folder[PATH_MAX];
  char place[PATH_MAX + sizeof PROBE_PLACE];
  struct plan plan;
  bool works = false;
  int fd;

  memset (&plan, 0, sizeof plan);
  if (private_base != NULL)
    {
      if (snprintf (private_folder, sizeof private_folder, "%s/enclave-XXXXXX", private_base) >= (int) sizeof private_folder
          || mkdtemp (private_folder) == NULL)
        {
          snprintf (reason, room, "%s", problem_because ("making a folder in", private_base));
          return false;
        }
      snprintf (place, sizeof place, "%s/" PROBE_PLACE, private_folder);
      plan.private_folder = private_folder;
      plan.view_place = place;
    }
  if (mkdtemp (folder) == NULL)
    {
      snprintf (reason, room, "%s", problem_because ("making", "a folder in /tmp"));
      if (private_base != NULL)
        rmdir (private_folder);
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
  if (private_base != NULL)
    rmdir (private_folder);
  return works;
}

int
probe (char *view, char **environment)
{
  struct plan plan;
  char reason[4608] = "";
  char view_reason[4608] = "";
  char reduced_reason[4608] = "";
  const char *runtime = getenv ("XDG_RUNTIME_DIR");
  bool shows, works, reduced = false;

  memset (&plan, 0, sizeof plan);
  /* Where all of it works, each part does; the start of a command waits for this. */
  shows = view != NULL && try_view (view, environment, NULL, view_reason, sizeof view_reason);
  works = shows || try_plan (&plan, reason, sizeof reason);
  if (!works)
    view_reason[0] = '\0';
  if (!works && view != NULL)
    reduced = try_view (view, environment, runtime != NULL && runtime[0] == '/' ? runtime : "/tmp", reduced_reason,
                        sizeof reduced_reason);
  printf ("{\"user_namespaces\":%s,\"fuse\":%s,\"view\":%s,\"reduced\":%s,\"landlock_abi\":%d,\"openat2\":%s,\"reason\":",
          works ? "true" : "false", has_fuse () || shows || reduced ? "true" : "false", shows || reduced ? "true" : "false",
          reduced ? "true" : "false", landlock_abi (), has_openat2 () ? "true" : "false");
  print_quoted (reason);
  printf (",\"view_reason\":");
  print_quoted (view_reason);
  printf (",\"reduced_reason\":");
  print_quoted (reduced_reason);
  puts ("}");
  return 0;
}
