/* enclave-confine-processes.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The processes of the box: ending them all, and holding them to limits. Neither the limits of the kernel for a user (root has
 * none of processes) nor those for an address space (sanitizers reserve terabytes) would do, so what they use is summed up a few
 * times a second. */

#include "config.h"

#include "enclave-confine-processes.h"
#include "enclave-confine-steps.h"
#include "enclave-test-walls.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LOOK_MS 250
#define END_MS 20000
/* Of the time that a look takes: this process goes before all others. */
#define REST_PER_LOOK 3
/* Of the kernel. */
#define PID_LIMIT 4194304
#define MIB (1024ULL * 1024)
/* Below this part of the machine's memory a command is ended that no limit of its own has ended. */
#define LEAST_FREE_PART 50
#define SHORT_SLICE_NS 100000
#define SCHED_RESET_ON_FORK_FLAG 1
/* Once the numbers of processes have been through, the kernel gives none below this one (RESERVED_PIDS). */
#define RESERVED_NUMBERS 300

/* The text of a small file. Returns false with an empty text when there is none. */
static bool
read_text (const char *path, char *text, size_t room)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd >= 0 ? read (fd, text, room - 1) : -1;

  text[n > 0 ? n : 0] = '\0';
  if (fd >= 0)
    close (fd);
  return n > 0;
}

static bool
read_process (pid_t pid, struct process *process)
{
  char path[64];
  char text[1024];
  const char *at;
  char state;
  int parent;
  long pages;

  snprintf (path, sizeof path, "/proc/%d/stat", (int) pid);
  /* The name in parentheses is the program's to choose. */
  if (!read_text (path, text, sizeof text) || (at = strrchr (text, ')')) == NULL
      || sscanf (at + 1, " %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %lu %*d %*u %*u %ld", &state, &parent,
                 &process->threads, &pages)
           != 4)
    return false;
  process->pid = pid;
  process->place = PLACE_UNKNOWN;
  process->parent = (pid_t) parent;
  process->ended = state == 'Z' || state == 'X';
  process->pages = pages > 0 ? (unsigned long long) pages : 0;
  return true;
}

void
processes_go_first (void)
{
  const struct sched_param least = { .sched_priority = 1 };
  /* What a kernel from 6.12 on has for the others: a task that wants little at a time has its turn sooner. */
  struct
  {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
  } attributes = { .size = 48, .policy = SCHED_OTHER, .flags = SCHED_RESET_ON_FORK_FLAG, .runtime = SHORT_SLICE_NS };

  if (sched_setscheduler (0, SCHED_RR | SCHED_RESET_ON_FORK, &least) != 0
      && syscall (SYS_sched_setattr, 0, &attributes, 0) != 0)
    return;
}

/* Since Linux 6.14 each pid namespace has a bound of its own (commit 7863dcc72d0f); before, the file was the whole machine's, and
 * real root would have changed that. It holds root too, which has no limit of processes: without it a fork bomb takes the numbers
 * of the whole machine before the watch looks again. */
void
processes_bound_namespace (const struct plan *plan, int root)
{
  struct utsname system;
  unsigned int major, minor;
  char text[32];
  int file;

  if (plan->max_tasks == 0 || enclave_test_walls_is_off ("processes") || uname (&system) != 0
      || sscanf (system.release, "%u.%u", &major, &minor) != 2 || major < 6 || (major == 6 && minor < 14))
    return;
  file = openat (root, "proc/sys/kernel/pid_max", O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0)
    return;
  /* Where the kernel takes nothing the watch is left. */
  snprintf (text, sizeof text, "%lu", RESERVED_NUMBERS + plan->max_tasks + BEYOND_TASKS);
  while (write (file, text, strlen (text)) < 0 && errno == EINTR)
    ;
  close (file);
}

void
processes_bound (const struct plan *plan, unsigned long used)
{
  struct rlimit limit;

  if (plan->max_tasks == 0 || geteuid () == 0 || getrlimit (RLIMIT_NPROC, &limit) != 0)
    return;
  limit.rlim_cur = used + plan->max_tasks + BEYOND_TASKS;
  if (limit.rlim_max != RLIM_INFINITY && limit.rlim_cur > limit.rlim_max)
    limit.rlim_cur = limit.rlim_max;
  limit.rlim_max = limit.rlim_cur;
  setrlimit (RLIMIT_NPROC, &limit);
}

static int
compare_processes (const void *a, const void *b)
{
  const struct process *first = a, *second = b;

  return (first->pid > second->pid) - (first->pid < second->pid);
}

static struct process *
find_process (const struct process_list *list, pid_t pid)
{
  const struct process wanted = { .pid = pid };

  return bsearch (&wanted, list->items, list->n, sizeof wanted, compare_processes);
}

/* Keeps those whose line of parents leads here. Each line is followed once, whatever a fork bomb has made of it. */
static void
keep_descendants (struct process_list *list)
{
  const pid_t self = getpid ();
  size_t kept = 0;

  qsort (list->items, list->n, sizeof *list->items, compare_processes);
  for (size_t i = 0; i < list->n; i++)
    {
      struct process *end = &list->items[i];
      size_t steps = 0;
      bool ours;

      /* A number that was given away anew while this was read may lead in a circle. */
      while (end != NULL && end->place == PLACE_UNKNOWN && end->parent != self && steps++ < list->n)
        end = find_process (list, end->parent);
      ours = end != NULL && (end->place == PLACE_BELOW || end->parent == self);
      for (struct process *at = &list->items[i]; at != NULL && at->place == PLACE_UNKNOWN;
           at = find_process (list, at->parent))
        at->place = ours ? PLACE_BELOW : PLACE_ELSEWHERE;
    }
  for (size_t i = 0; i < list->n; i++)
    if (list->items[i].place == PLACE_BELOW)
      list->items[kept++] = list->items[i];
  list->n = kept;
}

bool
processes_list (struct process_list *list, bool everybody)
{
  DIR *folder = opendir ("/proc");
  struct dirent *entry;
  size_t room = 0;

  list->items = NULL;
  list->n = 0;
  while (folder != NULL && (entry = readdir (folder)) != NULL)
    {
      if (!isdigit ((unsigned char) entry->d_name[0]) || atoi (entry->d_name) == getpid ())
        continue;
      if (list->n == room)
        {
          struct process *larger = realloc (list->items, (room = room > 0 ? 2 * room : 64) * sizeof *larger);

          if (larger == NULL)
            break;
          list->items = larger;
        }
      if (read_process (atoi (entry->d_name), &list->items[list->n]))
        list->n++;
    }
  if (folder != NULL)
    closedir (folder);
  if (!everybody)
    keep_descendants (list);
  return folder != NULL;
}

/* What stands in /proc without looking at it: of thousands that is all that there is time for. */
static unsigned long
count_names (void)
{
  DIR *folder = opendir ("/proc");
  struct dirent *entry;
  unsigned long n = 0;

  while (folder != NULL && (entry = readdir (folder)) != NULL)
    n += isdigit ((unsigned char) entry->d_name[0]) != 0;
  if (folder != NULL)
    closedir (folder);
  return n;
}

unsigned long
processes_count_of_user (void)
{
  struct process_list list;
  unsigned long n = 0;

  processes_list (&list, true);
  for (size_t i = 0; i < list.n; i++)
    {
      char path[64];
      struct stat st;

      snprintf (path, sizeof path, "/proc/%d/stat", (int) list.items[i].pid);
      if (stat (path, &st) == 0 && st.st_uid == geteuid ())
        n += list.items[i].threads;
    }
  free (list.items);
  return n;
}

static int
now_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (int) ((now.tv_sec % 1000000) * 1000 + now.tv_nsec / 1000000);
}

/* Kills all of them. Returns how many are seen for the first time. */
static size_t
kill_all (const struct process_list *list, pid_t spared, size_t *n_left)
{
  /* By number. One that comes again as another process is killed as well; only the pace goes by this. */
  static unsigned char seen[PID_LIMIT / 8];
  size_t n_fresh = 0;

  *n_left = 0;
  for (size_t i = 0; i < list->n; i++)
    {
      unsigned int pid = (unsigned int) list->items[i].pid;

      if (list->items[i].pid == spared || list->items[i].ended || kill (list->items[i].pid, SIGKILL) != 0)
        continue;
      (*n_left)++;
      n_fresh += pid < PID_LIMIT && (seen[pid / 8] & (1u << (pid % 8))) == 0;
      if (pid < PID_LIMIT)
        seen[pid / 8] |= (unsigned char) (1u << (pid % 8));
    }
  return n_fresh;
}

void
processes_end (pid_t spared)
{
  int begun = now_ms ();
  size_t n_left;

  do
    {
      int pass = now_ms ();
      struct process_list list;
      size_t n_fresh;

      processes_list (&list, false);
      n_fresh = kill_all (&list, spared, &n_left);
      for (size_t i = 0; i < list.n; i++)
        if (list.items[i].pid != spared && list.items[i].parent == getpid ())
          waitpid (list.items[i].pid, NULL, WNOHANG);
      free (list.items);
      /* While there are new ones each moment counts; those that have been killed need the processor to end. */
      if (n_left > 0 && n_fresh == 0)
        poll (NULL, 0, 5 + REST_PER_LOOK * (now_ms () - pass));
    }
  while (n_left > 0 && now_ms () - begun < END_MS);
}

/* What of the box lies in memory as files. */
static unsigned long long
count_files (void)
{
  static const char *const places[] = { "/tmp", "/run", "/var/tmp", "/dev/shm" };
  unsigned long long bytes = 0;

  for (size_t i = 0; i < sizeof places / sizeof *places; i++)
    {
      struct statfs st;

      if (statfs (places[i], &st) == 0)
        bytes += (unsigned long long) (st.f_blocks - st.f_bfree) * (unsigned long long) st.f_bsize;
    }
  return bytes;
}

/* What a process shares with others counts in parts. Where the kernel does not say, all that it has counts. */
static unsigned long long
count_process (const struct process *process)
{
  char path[64];
  char text[4096];
  const char *at;
  unsigned long long kib;

  snprintf (path, sizeof path, "/proc/%d/smaps_rollup", (int) process->pid);
  if (read_text (path, text, sizeof text) && (at = strstr (text, "\nPss:")) != NULL && sscanf (at, "\nPss: %llu", &kib) == 1)
    return kib * 1024;
  return process->pages * (unsigned long long) sysconf (_SC_PAGESIZE);
}

static unsigned long long
find_number (const char *text, const char *name)
{
  const char *at = strstr (text, name);

  return at != NULL ? strtoull (at + strlen (name), NULL, 10) : 0;
}

static bool
machine_is_full (void)
{
  char text[4096];
  unsigned long long total;

  if (!read_text ("/proc/meminfo", text, sizeof text))
    return false;
  total = find_number (text, "MemTotal:");
  return find_number (text, "MemAvailable:") + find_number (text, "SwapFree:") < total / LEAST_FREE_PART;
}

/* Returns: the words of the limit that is met, or NULL. */
static const char *
find_limit (const struct plan *plan, bool everybody, char *words, size_t room)
{
  unsigned long long most = plan->max_memory_mib * MIB;
  unsigned long long bytes = everybody && most > 0 ? count_files () : 0;
  unsigned long long page = (unsigned long long) sysconf (_SC_PAGESIZE);
  unsigned long long shared = bytes;
  unsigned long tasks = 0;
  struct process_list list;

  words[0] = '\0';
  if (everybody && plan->max_tasks > 0 && count_names () > plan->max_tasks + 1)
    {
      snprintf (words, room, "processes %lu", plan->max_tasks);
      return words;
    }
  processes_list (&list, everybody);
  for (size_t i = 0; i < list.n; i++)
    {
      tasks += list.items[i].threads;
      bytes += list.items[i].pages * page;
    }
  if (plan->max_tasks > 0 && tasks > plan->max_tasks)
    snprintf (words, room, "processes %lu", plan->max_tasks);
  else if (most > 0 && bytes > most)
    {
      for (size_t i = 0; i < list.n && shared <= most; i++)
        shared += count_process (&list.items[i]);
      if (shared > most)
        snprintf (words, room, "memory %lu", plan->max_memory_mib);
    }
  if (words[0] == '\0' && most > 0 && machine_is_full ())
    snprintf (words, room, "machine %d", 100 / LEAST_FREE_PART);
  free (list.items);
  return words[0] != '\0' ? words : NULL;
}

int
processes_wait (pid_t command, int alive_fd, const struct plan *plan, bool everybody)
{
  struct pollfd waited[2] = { { -1, POLLIN, 0 }, { alive_fd, POLLIN, 0 } };
  bool limited = plan->max_tasks > 0 || plan->max_memory_mib > 0;
  struct signalfd_siginfo ignored;
  sigset_t children;
  char words[64];
  int looked = now_ms ();
  int look_ms = LOOK_MS;
  int rest_ms;
  int status;
  pid_t pid;

  sigemptyset (&children);
  sigaddset (&children, SIGCHLD);
  sigprocmask (SIG_BLOCK, &children, NULL);
  waited[0].fd = signalfd (-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
  if (waited[0].fd < 0)
    give_up (problem_because ("waiting for", "the command"));
  for (;;)
    {
      while ((pid = waitpid (-1, &status, WNOHANG)) > 0)
        if (pid == command)
          {
            close (waited[0].fd);
            return status;
          }
      if (pid < 0 && errno != EINTR)
        give_up (problem_because ("waiting for", "the command"));
      /* What ends wakes this, too, and must not make it look more often. */
      rest_ms = looked + look_ms - now_ms ();
      if (poll (waited, 2, !limited ? -1 : rest_ms > 0 ? rest_ms : 0) > 0 && (waited[0].revents & POLLIN) != 0)
        while (read (waited[0].fd, &ignored, sizeof ignored) > 0)
          ;
      if (alive_fd >= 0 && waited[1].revents != 0)
        return -1;
      if (!limited || now_ms () - looked < look_ms)
        continue;
      looked = now_ms ();
      if (find_limit (plan, everybody, words, sizeof words) != NULL)
        {
          report ("limit", words);
          return -1;
        }
      look_ms = LOOK_MS + (1 + REST_PER_LOOK) * (now_ms () - looked);
    }
}
