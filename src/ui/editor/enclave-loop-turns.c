/* enclave-loop-turns.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-loop-turns.h"

#define MAX_FDS 32

void
enclave_loop_turns_wait (int priority)
{
  GPollFD fds[MAX_FDS];
  int timeout;
  int n = g_main_context_query (g_main_context_default (), priority, &timeout, fds, MAX_FDS);

  g_poll (fds, (guint)MIN (n, MAX_FDS), 1);
}

guint
enclave_loop_turns_mark (void)
{
  GSource *source = g_idle_source_new ();
  guint id = g_source_attach (source, NULL);

  g_source_destroy (source);
  g_source_unref (source);
  return id;
}
