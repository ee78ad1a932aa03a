/* enclave-running-saves.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Counts the saves that are under way in any thread, so that a program that is told to end lets them end first: killed in
 * between, one would leave its temporary file in the user's folder. Each begin is paired with one end. */
void enclave_running_saves_begin (void);
void enclave_running_saves_end (void);
/* Blocks until none is under way, for @milliseconds at most. Returns: whether none is. */
gboolean enclave_running_saves_wait (guint milliseconds);

G_END_DECLS
