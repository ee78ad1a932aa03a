/* enclave-tour.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The guided tour: a small C project with a failing test and a `.env`, and the practice engine's place.
 *
 * This layer starts nothing: whoever composes the program hands enclave_tour_engine_argv() and the socket's path to
 * enclave_managed_server_start_async(). */

/* Writes the sample project into @folder (made when missing). Refused with G_IO_ERROR_NOT_EMPTY when the folder holds
 * anything but a sample project as the tour leaves it: as written, with its test built, with its one bug fixed. Such a
 * one gets its bug back. Errors: which file is in the way, what could not be written. */
gboolean enclave_tour_write_project (const char *folder, GError **error);
/* A path for the engine's socket in a private folder of this process's own; nothing is there yet. (transfer full) */
char *enclave_tour_socket_path (GError **error);
/* argv of the practice engine for a socket at @socket_path. (transfer full) */
GStrv enclave_tour_engine_argv (const char *socket_path);
/* What the user is invited to say first ("Fix the failing test"). Not translated: the engine knows these words. */
const char *enclave_tour_first_message (void);

G_END_DECLS
