/* enclave-confine-processes.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "enclave-confine-plan.h"

/* What the kernel lets be started beyond the limit, so that the watch can see that it is met. */
#define BEYOND_TASKS 64

/* One process of the box, as /proc tells of it. */
struct process
{
  pid_t pid;
  pid_t parent;
  bool ended; /* not reaped yet */
  enum
  {
    PLACE_UNKNOWN,
    PLACE_BELOW, /* started by this process, or by one that was */
    PLACE_ELSEWHERE,
  } place;
  unsigned long threads;
  unsigned long long pages;
};

struct process_list
{
  struct process *items;
  size_t n;
};

/* All processes below this one, or with @everybody all that /proc shows but this one. False when /proc can't be read. */
bool processes_list (struct process_list *list, bool everybody);
/* Kills and reaps all processes below this one but @spared (0: none), those that they start meanwhile too. Gives up after twenty
 * seconds: a process that the kernel does not let go is left. */
void processes_end (pid_t spared);
/* Makes this process run before all that it watches, which may be thousands, where the user may: root by the real-time policy, which
 * what it starts does not have. To be called again in a child that is to keep it. */
void processes_go_first (void);
/* Lets the kernel refuse what is far beyond the limits of @plan: for other users than root it counts. @used: what counts already. */
void processes_bound (const struct plan *plan, unsigned long used);
/* The same for all users, of the pid namespace that this process is in. @root: a folder with the namespace's own /proc. */
void processes_bound_namespace (const struct plan *plan, int root);
/* Processes and threads of this process's user. */
unsigned long processes_count_of_user (void);
/* Waits until @command ends, and reaps what else ends. @alive_fd: -1, or a pipe whose other end closes when nobody waits for the
 * command any more. @everybody: as for processes_list(), whose processes are held to the limits of @plan; one that is met is
 * reported, and the command counts as killed. Returns the command's status as of waitpid(), -1 when it has none since nobody
 * waits, or the box was ended. */
int processes_wait (pid_t command, int alive_fd, const struct plan *plan, bool everybody);
