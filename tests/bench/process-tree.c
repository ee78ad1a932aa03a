/* process-tree.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "process-tree.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What the end of a program may take before it is made to end. */
#define END_US (300 * 1000)

typedef struct
{
  pid_t pid;
  pid_t parent;
  double waited_ms; /* of the children that it waited for */
} Process;

static gboolean
read_process (const char *name, Process *process)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/stat", name);
  g_autofree char *text = NULL;
  const char *end;
  int parent = 0;
  long user = 0;
  long system = 0;

  if (!g_ascii_isdigit (*name) || !g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  /* the name of a program may hold any character */
  end = strrchr (text, ')');
  if (end == NULL || sscanf (end + 2, "%*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %ld %ld", &parent, &user, &system) != 3)
    return FALSE;
  process->pid = atoi (name);
  process->parent = parent;
  process->waited_ms = (double) (user + system) * 1000 / (double) sysconf (_SC_CLK_TCK);
  return TRUE;
}

/* Descendants, parents before children. */
static GArray *
list (void)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (Process));
  g_autoptr (GDir) folder = g_dir_open ("/proc", 0, NULL);
  GArray *tree = g_array_new (FALSE, FALSE, sizeof (Process));
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      Process process;

      if (read_process (name, &process))
        g_array_append_val (all, process);
    }
  for (guint i = 0; i <= tree->len; i++)
    {
      pid_t parent = i == 0 ? getpid () : g_array_index (tree, Process, i - 1).pid;

      for (guint n = 0; n < all->len; n++)
        if (g_array_index (all, Process, n).parent == parent)
          g_array_append_val (tree, g_array_index (all, Process, n));
    }
  return tree;
}

void
process_tree_adopt (void)
{
  prctl (PR_SET_CHILD_SUBREAPER, 1);
}

double
process_tree_get_cpu_ms (void)
{
  g_autoptr (GArray) tree = list ();
  struct rusage usage;
  double sum;

  getrusage (RUSAGE_CHILDREN, &usage);
  sum = (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000
        + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
  for (guint i = 0; i < tree->len; i++)
    {
      const Process *process = &g_array_index (tree, Process, i);
      struct timespec time = { 0 };
      clockid_t clock;

      /* the clock of a process is exact and has its ended threads; /proc has hundredths of a second */
      if (clock_getcpuclockid (process->pid, &clock) == 0 && clock_gettime (clock, &time) == 0)
        sum += (double) time.tv_sec * 1000 + (double) time.tv_nsec / 1e6;
      sum += process->waited_ms;
    }
  return sum;
}

guint64
process_tree_get_pss_kib (void)
{
  g_autoptr (GArray) tree = list ();
  guint64 sum = 0;

  for (guint i = 0; i < tree->len; i++)
    {
      g_autofree char *path = g_strdup_printf ("/proc/%d/smaps_rollup", (int) g_array_index (tree, Process, i).pid);
      g_autofree char *text = NULL;
      const char *line;

      if (g_file_get_contents (path, &text, NULL, NULL) && (line = strstr (text, "\nPss:")) != NULL)
        sum += g_ascii_strtoull (line + 5, NULL, 10);
    }
  return sum;
}

static void
send (int number)
{
  g_autoptr (GArray) tree = list ();

  for (guint i = 0; i < tree->len; i++)
    kill (g_array_index (tree, Process, i).pid, number);
}

void
process_tree_end (void)
{
  gint64 until = g_get_monotonic_time () + END_US;
  pid_t pid;

  send (SIGTERM);
  while ((pid = waitpid (-1, NULL, WNOHANG)) >= 0)
    {
      if (pid > 0)
        continue;
      if (g_get_monotonic_time () > until)
        send (SIGKILL);
      g_usleep (5000);
    }
}
