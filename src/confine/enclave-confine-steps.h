/* enclave-confine-steps.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "enclave-confine-plan.h"

/* The steps of confining, in order. Each returns NULL, or one sentence that says what could not be done; the caller then ends:
 * nothing runs half confined. */

/* Nothing was run. */
#define EXIT_NOT_CONFINED 125
/* The first ABI of Landlock that lets files be renamed and linked from one folder into another. */
#define LANDLOCK_LEAST_ABI 2

/* Lists that end with NULL: what of the system is shown, what of that is not, and what the folder of a command without
 * namespaces has beside the view. */
extern const char *const system_folders[];
extern const char *const system_secrets[];
extern const char *const device_nodes[];
extern const char *const private_folders[];

/* The descriptor that report() writes to, standard error until it is known. */
extern int report_fd;

/* One line of the report. */
void report (const char *word, const char *text);
/* Reports why nothing is run, and ends. */
__attribute__ ((noreturn)) void give_up (const char *problem);
/* Reports how the command ended, -1: it was ended with all that it started, and ends in the same way. */
__attribute__ ((noreturn)) void end_with (int status);
/* "what: strerror(errno)" in a buffer of its own. */
const char *problem_because (const char *what, const char *which);

/* Becomes the command. Everything of the box has been set. */
__attribute__ ((noreturn)) void command_exec (const struct plan *plan);
/* Makes this process and what it starts the kernel's first choice when memory runs out. */
void command_volunteer (void);
/* What the probe's folder must look like from inside, at @workspace. */
const char *probe_view (const char *workspace);

/* Outside of the box: starts the program that serves the workspace. @socket_fd: (out): the end for view_hand_over(). @pid:
 * (out). */
const char *view_start (const struct plan *plan, int *socket_fd, pid_t *pid);
/* In the new namespaces: mounts the view at @place and hands its connection over. */
const char *view_mount (const struct plan *plan, int socket_fd, int fuse_fd, int place);
/* Gives the connection of the mounted view to the program that serves it, closes both, and waits until it does. */
const char *view_hand_over (int socket_fd, int fuse_fd);
/* After the end of the box: gives the view a moment to write what is still to be written. False when it did not end with
 * its mount: all that the command did in the workspace since then has failed. */
bool view_end (pid_t pid);

/* In the new namespaces, with all capabilities there: builds the command's whole file system and makes it the root. */
const char *mounts_set_up (const struct plan *plan, int view_socket);
/* Brings up the loopback interface of the new network namespace, its only one. */
const char *network_set_up (void);

/* Addresses that one command may be granted. */
#define FORWARDS_MAX 8
/* In the new network namespace: listens at each address that the plan forwards, and hands the listeners out over @socket_fd. */
const char *relay_offer (const struct plan *plan, int socket_fd);
/* Outside: takes them, and starts the process that connects what comes there to the addresses. Returns 0 when the other side has
 * failed and says so itself, -1 with errno. */
pid_t relay_start (const struct plan *plan, int socket_fd);
/* The command has gone: what it sent last is passed on, which takes a second at most, and the relay ends. */
void relay_end (pid_t relay);
/* In the box, all walls up: listens at the plan's socket, and starts the process that connects what comes there to the address at
 * which the command will listen. */
const char *relay_serve_inside (const struct plan *plan);
/* A descriptor over a socket, with one byte. The receiver waits, and gets -1 when the other end closes without one. */
bool send_descriptor (int socket_fd, int fd);
int receive_descriptor (int socket_fd);

/* Where the command's own places are. */
struct places
{
  const char *workspace;      /* may be NULL */
  const char *private_folder; /* NULL in namespaces */
};

/* The version of Landlock, 0: there is none. */
int landlock_abi (void);
/* Lets this process open nothing but what is the command's. In namespaces a kernel without it is no problem. */
const char *landlock_confine (const struct plan *plan, const struct places *places);
/* Gives up all capabilities for good and installs the filter of system calls. @alone: there are no namespaces: an ordinary
 * user may keep a bounding set that gives nothing any more, and the filter refuses what namespaces would keep apart. */
const char *privileges_drop (bool alone);
const char *filter_install (bool alone);

/* Runs the plan without namespaces: the view mounted by fusermount3, Landlock, and the filter. Returns the status as of
 * waitpid() of the process that watched over the command. */
int run_reduced (const struct plan *plan);
/* Runs the plan in namespaces. The same. */
int run_in_namespaces (const struct plan *plan);
/* One of both. */
int run_confined (const struct plan *plan);
/* Says in JSON what this machine allows. @view: (nullable): the program of the view. @environment: for it. */
int probe (char *view, char **environment);
