/* enclave-turn-wait.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A source that is always ready keeps those of lower priorities away, and must not keep a processor
 * busy with it. To be called by one of @priority each time that it is dispatched: sleeps until
 * something of a higher priority comes, for a millisecond at most. */
void enclave_turn_wait (int priority);

G_END_DECLS
