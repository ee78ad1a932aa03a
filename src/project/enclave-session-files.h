/* enclave-session-files.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-session.h"

G_BEGIN_DECLS

/* The work of the store, which blocks. @prefix: what names of the project begin with. @id: a UUID. */

/* Adds @text, whole lines, and syncs. All of it or nothing. */
gboolean enclave_session_files_append (const char *prefix, const char *id, const char *text, GError **error);
/* @words: (nullable): case-folded. (transfer full) (element-type EnclaveSession), the newest first. */
GPtrArray *enclave_session_files_list (const char *prefix, const char *const *words, GCancellable *cancellable, GError **error);
/* (transfer full) (element-type utf8). */
GPtrArray *enclave_session_files_load (const char *prefix, const char *id, GError **error);
gboolean enclave_session_files_delete (const char *prefix, const char *id, GError **error);

G_END_DECLS
