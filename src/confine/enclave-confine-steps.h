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

/* Outside of the namespaces: starts the program that serves the workspace. @report_fd: it may tell there what it has refused.
 * @socket_fd: (out): the end for view_mount(). @pid: (out). */
const char *view_start (const struct plan *plan, int report_fd, int *socket_fd, pid_t *pid);
/* In the new namespaces: mounts the view at @place and hands its connection over. */
const char *view_mount (const struct plan *plan, int socket_fd, int fuse_fd, int place);
/* After the end of the namespaces: gives the view a moment to write what is still to be written. False when it did not end with
 * its mount: all that the command did in the workspace since then has failed. */
bool view_end (pid_t pid);

/* In the new namespaces, with all capabilities there: builds the command's whole file system and makes it the root. */
const char *mounts_set_up (const struct plan *plan, int view_socket);
/* Brings up the loopback interface of the new network namespace, its only one. */
const char *network_set_up (void);
/* Gives up all capabilities for good and installs the filter of system calls. */
const char *privileges_drop (void);
const char *filter_install (void);
/* "what: strerror(errno)" in a buffer of its own. */
const char *problem_because (const char *what, const char *which);
