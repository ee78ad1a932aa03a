/* enclave-session.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a list shows of one conversation that is kept. Immutable. */
#define ENCLAVE_TYPE_SESSION (enclave_session_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveSession, enclave_session, ENCLAVE, SESSION, GObject)

const char *enclave_session_get_id (EnclaveSession *self);
/* "" while it has none. */
const char *enclave_session_get_title (EnclaveSession *self);
/* Id of the conversation that it is a branch of, or NULL. */
const char *enclave_session_get_origin (EnclaveSession *self);
/* When something was last added: microseconds since 1970, as g_get_real_time(). */
gint64 enclave_session_get_time (EnclaveSession *self);
/* Messages of the person. */
guint enclave_session_get_n_messages (EnclaveSession *self);
/* Of a search: the words round the first place that was found, on one line; "" when it is the title. */
const char *enclave_session_get_excerpt (EnclaveSession *self);

G_END_DECLS
