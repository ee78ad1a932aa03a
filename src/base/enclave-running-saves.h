/* enclave-running-saves.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Counts the saves that are under way in any thread, so that a program that is told to end lets them end first: killed in
 * between, one would leave its temporary file in the user's folder. Each begin is paired with one end. After a close begin
 * never returns: a save that starts while the program ends would be cut. */
void enclave_running_saves_begin (void);
void enclave_running_saves_end (void);
/* Lets no further save begin and blocks until none is under way, for @milliseconds at most. Nothing but the end of the
 * program may follow. Returns: whether none is under way. */
gboolean enclave_running_saves_close (guint milliseconds);

G_END_DECLS
