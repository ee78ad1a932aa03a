/* enclave-updates-watch.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Asks for a newer release once a week while @settings say so, at the earliest @delay_s after now and never in the way of the
 * start; a notification tells of one. Ends with @application. */
void enclave_updates_watch_start (GApplication *application, GSettings *settings, guint delay_s);

G_END_DECLS
