/* enclave-practice-connection.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-practice-server.h"

G_BEGIN_DECLS

/* Reads requests off @stream and plays the replies, until either side ends it. Owns itself.
 * @counter: requests of the whole server. */
void enclave_practice_connection_start (GIOStream *stream, EnclavePracticeHandler handler, EnclavePracticeEnded ended,
                                        gpointer user_data, guint *counter);

G_END_DECLS
