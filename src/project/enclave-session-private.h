/* enclave-session-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-session.h"

G_BEGIN_DECLS

/* From the lines of a file, of which none needs to be whole. @words: (nullable): NULL-terminated, in case-folded form; what has
 * not all of them, in the title or in one piece of a message, is no session. @time: as enclave_session_get_time(). Safe on any
 * thread.
 * Returns: (transfer full) (nullable). */
EnclaveSession *enclave_session_new_from_text (const char *text, gsize length, gint64 time, const char *const *words);

G_END_DECLS
