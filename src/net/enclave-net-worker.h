/* enclave-net-worker.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-net-connection.h"

/* The processes of connections. One is made before it is needed: making it takes longer than connecting on this machine does. */

/* Starts @connection, whose descriptors stay the caller's. @pid: (out), to be waited for; @status: (out), where its messages are
 * read, to be closed. Returns: 0 or an errno. */
int net_worker_start (const struct net_connection *connection, pid_t *pid, int *status);
/* Whether one waits. */
bool net_worker_is_prepared (void);
/* Makes the one that waits; when that fails, the next connection is told why. */
void net_worker_prepare (void);
/* Ends the one that waits. */
void net_worker_discard (void);
