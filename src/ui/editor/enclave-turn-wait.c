/* enclave-turn-wait.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-turn-wait.h"

#define MAX_FDS 32

void
enclave_turn_wait (int priority)
{
  GPollFD fds[MAX_FDS];
  int timeout;
  int n = g_main_context_query (g_main_context_default (), priority, &timeout, fds, MAX_FDS);

  g_poll (fds, (guint)MIN (n, MAX_FDS), 1);
}
