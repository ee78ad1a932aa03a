/* enclave-confine-steps.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <stdbool.h>

#include "enclave-confine-plan.h"

/* The steps of confining, in order. Each returns NULL, or one sentence that says what could not be done; the caller then ends:
 * nothing runs half confined. */

/* In the new namespaces, with all capabilities there: builds the command's whole file system and makes it the root. */
const char *mounts_set_up (const struct plan *plan);
/* Brings up the loopback interface of the new network namespace, its only one. */
const char *network_set_up (void);
/* Gives up all capabilities for good and installs the filter of system calls. */
const char *privileges_drop (void);
const char *filter_install (void);
/* "what: strerror(errno)" in a buffer of its own. */
const char *problem_because (const char *what, const char *which);
