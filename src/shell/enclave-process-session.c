/* enclave-process-session.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-process-session.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "enclave-utf8.h"

typedef struct
{
  pid_t pid;
  pid_t parent;
  pid_t session;
  guint64 started; /* clock ticks since boot: tells a reused number from the old process */
} Process;

static gboolean
read_process (const char *name, Process *process)
{
  g_autofree char *path = g_build_filename ("/proc", name, "stat", NULL);
  g_autofree char *text = NULL;
  const char *after;
  int parent;
  int session;
  unsigned long long started;

  /* proc(5): the name in brackets may hold anything, so the last bracket counts. */
  if (!g_file_get_contents (path, &text, NULL, NULL) || (after = strrchr (text, ')')) == NULL)
    return FALSE;
  if (sscanf (after + 1, " %*c %d %*d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &parent,
              &session, &started)
      != 3)
    return FALSE;
  process->pid = (pid_t) g_ascii_strtoll (name, NULL, 10);
  process->parent = parent;
  process->session = session;
  process->started = started;
  return TRUE;
}

static GArray *
list_members (pid_t session)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (Process));
  g_autoptr (GHashTable) members = g_hash_table_new (NULL, NULL);
  GArray *found = g_array_new (FALSE, FALSE, sizeof (Process));
  GDir *proc = g_dir_open ("/proc", 0, NULL);
  const char *name;
  gboolean more = TRUE;

  while (proc != NULL && (name = g_dir_read_name (proc)) != NULL)
    {
      Process process;

      if (g_ascii_isdigit (name[0]) && read_process (name, &process))
        g_array_append_val (all, process);
    }
  g_clear_pointer (&proc, g_dir_close);

  while (more)
    {
      more = FALSE;
      for (guint i = 0; i < all->len; i++)
        {
          const Process *process = &g_array_index (all, Process, i);

          if (g_hash_table_contains (members, GINT_TO_POINTER (process->pid)))
            continue;
          if (process->session == session || process->pid == session
              || g_hash_table_contains (members, GINT_TO_POINTER (process->parent)))
            {
              g_hash_table_add (members, GINT_TO_POINTER (process->pid));
              g_array_append_val (found, *process);
              more = TRUE;
            }
        }
    }
  return found;
}

static gboolean
kill_rest (gpointer user_data)
{
  GArray *members = user_data;

  for (guint i = 0; i < members->len; i++)
    {
      const Process *known = &g_array_index (members, Process, i);
      g_autofree char *name = g_strdup_printf ("%d", (int) known->pid);
      Process now;

      if (read_process (name, &now) && now.started == known->started)
        kill (known->pid, SIGKILL);
    }
  return G_SOURCE_REMOVE;
}

void
enclave_process_session_end (pid_t session, guint kill_delay_ms)
{
  GArray *members = list_members (session);

  for (guint i = 0; i < members->len; i++)
    {
      const Process *process = &g_array_index (members, Process, i);

      kill (process->pid, SIGHUP);
      /* A stopped process takes the signal only when it goes on. */
      kill (process->pid, SIGCONT);
    }
  g_timeout_add_full (G_PRIORITY_DEFAULT, kill_delay_ms, kill_rest, members, (GDestroyNotify) g_array_unref);
}

char *
enclave_process_session_dup_name (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/comm", (int) pid);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  return enclave_utf8_make_valid (g_strchomp (text), -1);
}
