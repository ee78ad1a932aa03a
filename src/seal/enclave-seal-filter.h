/* enclave-seal-filter.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

/* Which part of a sealed Enclave a filter of system calls is for. */
enum seal_role
{
  SEAL_WINDOW,       /* no socket but those of the own machine's file system, no io_uring, no look into other processes */
  SEAL_USER_PROGRAM, /* of the user, who has sealed the terminals: the same, but debuggers work */
  SEAL_NET,          /* streams to addresses and sockets of the file system; no datagram, so no question to a name server; no program */
};

/* For every thread of this process and for all its children, for good. Takes the way to new privileges as well: set-user-id
 * programs started from here have none. Returns: 0, or an errno of what the kernel has refused. */
int seal_filter_install (enum seal_role role);
