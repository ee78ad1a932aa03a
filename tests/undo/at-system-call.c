/* at-system-call.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * at-system-call kill|half|fail N PROGRAM ARGUMENTS…
 * at-system-call after NAME PROGRAM ARGUMENTS…
 *
 * Runs a program and stops it at the Nth system call, of any of its threads, that changes a disk:
 *   kill: SIGKILL before the call is made,
 *   half: a write writes half of what it was to write, then SIGKILL; other calls are not counted,
 *   fail: the call is not made and fails with ENOSPC, once; the program goes on;
 * or by a file, where the count of the calls differs from run to run:
 *   after: SIGKILL once a file was given that name, its folder aside.
 * Prints to descriptor 3 the name of the call and ends with 99; when the program has made fewer such calls it ends as the
 * program did. 77: this machine does not let a program be traced, or registers are not known here. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>

#define REACHED 99
#define SKIPPED 77
#define REPORT_FD 3

typedef enum
{
  MODE_KILL,
  MODE_HALF,
  MODE_FAIL,
  MODE_AFTER,
} Mode;

typedef struct
{
  Mode mode;
  long number;
  /* of MODE_AFTER */
  const char *name;
} Target;

typedef struct
{
  long number;
  const char *name;
} Call;

static const Call calls[] = {
  { SYS_openat, "openat" },
  { SYS_write, "write" },
  { SYS_pwrite64, "pwrite64" },
  { SYS_writev, "writev" },
  { SYS_renameat2, "renameat2" },
  { SYS_unlinkat, "unlinkat" },
  { SYS_mkdirat, "mkdirat" },
  { SYS_fchmod, "fchmod" },
  { SYS_fchmodat, "fchmodat" },
  { SYS_fchown, "fchown" },
  { SYS_ftruncate, "ftruncate" },
  { SYS_fallocate, "fallocate" },
  { SYS_fsync, "fsync" },
  { SYS_fdatasync, "fdatasync" },
  { SYS_fsetxattr, "fsetxattr" },
  { SYS_linkat, "linkat" },
  { SYS_symlinkat, "symlinkat" },
  { SYS_utimensat, "utimensat" },
  { SYS_copy_file_range, "copy_file_range" },
#ifdef SYS_renameat
  { SYS_renameat, "renameat" },
#endif
#ifdef SYS_open
  { SYS_open, "open" },
  { SYS_creat, "creat" },
  { SYS_rename, "rename" },
  { SYS_unlink, "unlink" },
  { SYS_mkdir, "mkdir" },
  { SYS_rmdir, "rmdir" },
  { SYS_chmod, "chmod" },
  { SYS_link, "link" },
#endif
};

static int
is_regular (pid_t pid, unsigned long long fd)
{
  char path[64];
  struct stat st;

  snprintf (path, sizeof path, "/proc/%d/fd/%d", (int) pid, (int) fd);

  return stat (path, &st) == 0 && S_ISREG (st.st_mode);
}

static int
is_write (long number)
{
  return number == SYS_write || number == SYS_pwrite64;
}

/* The call's name when it changes a disk. */
static const char *
name_of_change (pid_t pid, const struct ptrace_syscall_info *info, Mode mode)
{
  long number = (long) info->entry.nr;
  const char *name = NULL;

  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    if (calls[i].number == number)
      name = calls[i].name;
  if (name == NULL || (mode == MODE_HALF && !is_write (number)))
    return NULL;
  if ((is_write (number) || number == SYS_writev) && !is_regular (pid, info->entry.args[0]))
    return NULL;
  if (number == SYS_openat && (info->entry.args[2] & (O_CREAT | O_TRUNC)) == 0)
    return NULL;
#ifdef SYS_open
  if (number == SYS_open && (info->entry.args[1] & (O_CREAT | O_TRUNC)) == 0)
    return NULL;
#endif

  return name;
}

/* FALSE where the registers are not known. */
static int
halve (pid_t pid)
{
#ifdef __x86_64__
  struct user_regs_struct registers;

  if (ptrace (PTRACE_GETREGS, pid, NULL, &registers) != 0)
    return 0;
  registers.rdx /= 2;

  return ptrace (PTRACE_SETREGS, pid, NULL, &registers) == 0;
#else
  return 0;
#endif
}

static int
skip_call (pid_t pid)
{
#ifdef __x86_64__
  struct user_regs_struct registers;

  if (ptrace (PTRACE_GETREGS, pid, NULL, &registers) != 0)
    return 0;
  registers.orig_rax = (unsigned long long) -1;

  return ptrace (PTRACE_SETREGS, pid, NULL, &registers) == 0;
#else
  return 0;
#endif
}

static int
set_result (pid_t pid, long result)
{
#ifdef __x86_64__
  struct user_regs_struct registers;

  if (ptrace (PTRACE_GETREGS, pid, NULL, &registers) != 0)
    return 0;
  registers.rax = (unsigned long long) result;

  return ptrace (PTRACE_SETREGS, pid, NULL, &registers) == 0;
#else
  return 0;
#endif
}

/* Reads the text at an address of the traced program; it ends where a page that can't be read begins, or with @size. */
static void
read_text (pid_t pid, unsigned long long address, char *text, size_t size)
{
  size_t length = 0;

  while (length + sizeof (long) < size)
    {
      long word;

      errno = 0;
      word = ptrace (PTRACE_PEEKDATA, pid, (void *) (uintptr_t) (address + length), NULL);
      if (errno != 0)
        break;
      memcpy (text + length, &word, sizeof word);
      if (memchr (&word, 0, sizeof word) != NULL)
        return;
      length += sizeof word;
    }
  text[length] = 0;
}

/* Whether the call that begins gives a file this name. */
static int
names_file (pid_t pid, const struct ptrace_syscall_info *info, const char *name)
{
  long number = (long) info->entry.nr;
  char path[4096];
  const char *last;

  if (number == SYS_renameat2)
    read_text (pid, info->entry.args[3], path, sizeof path);
#ifdef SYS_renameat
  else if (number == SYS_renameat)
    read_text (pid, info->entry.args[3], path, sizeof path);
#endif
#ifdef SYS_rename
  else if (number == SYS_rename)
    read_text (pid, info->entry.args[1], path, sizeof path);
#endif
  else
    return 0;
  last = strrchr (path, '/');

  return strcmp (last != NULL ? last + 1 : path, name) == 0;
}

static int
is_reached (pid_t pid, const struct ptrace_syscall_info *info, const Target *target, long *count)
{
  if (target->mode == MODE_AFTER)
    return names_file (pid, info, target->name);

  return ++*count == target->number;
}

static int
trace (pid_t leader, const Target *target)
{
  Mode mode = target->mode;
  long count = 0;
  pid_t last_of = 0;
  pid_t skipped = 0;
  const char *reached = NULL;

  for (;;)
    {
      struct ptrace_syscall_info info;
      int status;
      int delivered = 0;
      pid_t pid = waitpid (-1, &status, __WALL);

      if (pid < 0)
        return reached != NULL ? REACHED : 1;
      if (WIFEXITED (status) || WIFSIGNALED (status))
        {
          if (pid != leader)
            continue;
          if (reached != NULL)
            {
              if (write (REPORT_FD, reached, strlen (reached)) < 0)
                return 1;
              if (mode != MODE_FAIL)
                return REACHED;
              /* The program's own end tells what it made of it. */
              return WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
            }
          return WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
        }
      if (!WIFSTOPPED (status))
        continue;
      if (WSTOPSIG (status) == (SIGTRAP | 0x80)
          && ptrace (PTRACE_GET_SYSCALL_INFO, pid, (void *) sizeof info, &info) > 0)
        {
          if (info.op == PTRACE_SYSCALL_INFO_ENTRY && reached == NULL)
            {
              const char *name = name_of_change (pid, &info, mode);

              if (name != NULL && is_reached (pid, &info, target, &count))
                {
                  reached = name;
                  if (mode == MODE_KILL)
                    kill (leader, SIGKILL);
                  else if ((mode == MODE_HALF && !halve (pid)) || (mode == MODE_FAIL && !skip_call (pid)))
                    {
                      kill (leader, SIGKILL);
                      return SKIPPED;
                    }
                  last_of = mode == MODE_HALF || mode == MODE_AFTER ? pid : 0;
                  skipped = mode == MODE_FAIL ? pid : 0;
                }
            }
          else if (info.op == PTRACE_SYSCALL_INFO_EXIT && pid == last_of)
            {
              kill (leader, SIGKILL);
            }
          else if (info.op == PTRACE_SYSCALL_INFO_EXIT && pid == skipped)
            {
              set_result (pid, -ENOSPC);
              skipped = 0;
            }
        }
      else if (WSTOPSIG (status) != SIGTRAP && WSTOPSIG (status) != SIGSTOP)
        {
          delivered = WSTOPSIG (status);
        }
      if (ptrace (PTRACE_SYSCALL, pid, NULL, (void *) (long) delivered) != 0 && errno != ESRCH)
        return 1;
    }
}

int
main (int argc, char **argv)
{
  Target target = { MODE_KILL, 0, NULL };
  pid_t pid;
  int status;

  if (argc < 4)
    return 2;
  if (strcmp (argv[1], "half") == 0)
    target.mode = MODE_HALF;
  else if (strcmp (argv[1], "fail") == 0)
    target.mode = MODE_FAIL;
  else if (strcmp (argv[1], "after") == 0)
    target.mode = MODE_AFTER;
  else if (strcmp (argv[1], "kill") != 0)
    return 2;
  target.number = strtol (argv[2], NULL, 10);
  target.name = argv[2];
#ifndef __x86_64__
  if (target.mode == MODE_HALF || target.mode == MODE_FAIL)
    return SKIPPED;
#endif

  pid = fork ();
  if (pid < 0)
    return SKIPPED;
  if (pid == 0)
    {
      close (REPORT_FD);
      if (ptrace (PTRACE_TRACEME, 0, NULL, NULL) != 0)
        _exit (SKIPPED);
      raise (SIGSTOP);
      execv (argv[3], argv + 3);
      _exit (126);
    }
  if (waitpid (pid, &status, 0) != pid || !WIFSTOPPED (status))
    return WIFEXITED (status) ? WEXITSTATUS (status) : SKIPPED;
  if (ptrace (PTRACE_SETOPTIONS, pid, NULL,
              (void *) (PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL)) != 0)
    {
      kill (pid, SIGKILL);
      return SKIPPED;
    }
  if (ptrace (PTRACE_SYSCALL, pid, NULL, NULL) != 0)
    return SKIPPED;

  return trace (pid, &target);
}
