/* enclave-loop-turns.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A source that is always ready keeps those of lower priorities away, and must not keep a processor
 * busy with it. To be called by one of @priority each time that it is dispatched: sleeps until
 * something of a higher priority comes, for a millisecond at most. */
void enclave_loop_turns_wait (int priority);

/* Returns: an id that comes after those of all sources of the main loop that there are, and before
 * those of all that come. */
guint enclave_loop_turns_mark (void);

G_END_DECLS
