/* enclave-net-connection.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

/* What one connection has passed on, in memory that its process shares with the one that keeps the ledger. */
struct net_count
{
  _Atomic uint64_t sent;
  _Atomic uint64_t received;
};

struct net_address
{
  struct sockaddr_storage place;
  socklen_t length;
};

struct net_connection
{
  struct net_address addresses[2]; /* tried one after the other */
  size_t n_addresses;
  int listener;  /* takes the window's end once the other end is there; -1: taken is it already */
  int taken;
  pid_t window;  /* the only process that may take its end of a listener */
  struct net_count *count;
};

/* Messages of a worker: connected, taken; or failed, and an int, its errno, after it. */
#define NET_STATUS_CONNECTED 'c'
#define NET_STATUS_TAKEN 't'
#define NET_STATUS_FAILED 'f'

/* The whole life of the process of one connection, just forked from one that has threads: nothing but system calls. It waits for
 * its connection on the socket @status, as net_connection_give() sends it, and says there what happens to it. It may then connect
 * to the ports of its addresses only, where the kernel has rules for that. */
void net_connection_run (int status) __attribute__ ((noreturn));
/* Hands @connection with its one descriptor to the process at the other end of @status. Returns: 0 or an errno. */
int net_connection_give (int status, const struct net_connection *connection);

/* No listening at addresses, and writing only below @folders, as far as this kernel goes. Returns: Landlock's version, 0: none. */
int net_walls_raise (const char *const *folders);
/* Connections to @ports only. */
void net_walls_allow_ports (const uint16_t *ports, size_t n);
