/* enclave-tour.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The guided tour: a small C project with a failing test and a `.env`, and the practice engine's place. */

/* Writes the sample project into @folder (made when missing; refused when it holds other files).
 * Errors: what could not be written. */
gboolean enclave_tour_write_project (const char *folder, GError **error);
/* argv of the practice engine for a socket at @socket_path. (transfer full) */
GStrv enclave_tour_engine_argv (const char *socket_path);
/* What the user is invited to say first ("Fix the failing test"). */
const char *enclave_tour_first_message (void);

G_END_DECLS
