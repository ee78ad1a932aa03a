/* enclave-service-places.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a program of the person's own needs to see of the disk to run: the folder that it and its libraries lie in, also behind a
 * link; never the home folder, one above it, or one that keeps other things (Downloads), of which it sees itself alone.
 * @program: an absolute path. Returns: (transfer full): paths, maybe none. */
GStrv enclave_service_places_of_program (const char *program);
/* The path by which it can be run there: without the link that a folder with other things holds. (transfer full) */
char *enclave_service_places_resolve (const char *program);
/* The devices of graphics cards that are there. (transfer full) */
GStrv enclave_service_places_of_graphics (void);

G_END_DECLS
