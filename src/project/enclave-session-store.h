/* enclave-session-store.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-session.h"

G_BEGIN_DECLS

/* Conversations of one project, each a file of JSON lines in the state folder: readable by the user alone, added to at the end and
 * synced, so that a crash costs at most the line that was being written. It knows lines and ids; what stands in the lines is
 * the conversation's. All work is done on a worker, one after another in the order it was asked for.
 * Property "problem" (string): why what was added last is not kept yet; NULL while all is. It is tried again with the next. */
#define ENCLAVE_TYPE_SESSION_STORE (enclave_session_store_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveSessionStore, enclave_session_store, ENCLAVE, SESSION_STORE, GObject)

/* @project: absolute path of the project. Nothing is read or made before it is needed. */
EnclaveSessionStore *enclave_session_store_new (const char *project);
/* @id: a UUID. @line: JSON without a line end. */
void enclave_session_store_append (EnclaveSessionStore *self, const char *id, const char *line);
/* Blocks until all that was added is kept, or can't be, and what was deleted is gone: before the program ends. */
void enclave_session_store_flush (EnclaveSessionStore *self);
const char *enclave_session_store_get_problem (EnclaveSessionStore *self);

/* @words: (nullable): all must stand in a title or in one piece of a message, in any case. Finish: (transfer full)
 * (element-type EnclaveSession), the newest first. */
void enclave_session_store_list_async (EnclaveSessionStore *self, const char *words, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
GListModel *enclave_session_store_list_finish (EnclaveSessionStore *self, GAsyncResult *result, GError **error);
/* Finish: (transfer full) (element-type utf8): the lines that are whole. G_IO_ERROR_NOT_FOUND: it is not kept. */
void enclave_session_store_load_async (EnclaveSessionStore *self, const char *id, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *enclave_session_store_load_finish (EnclaveSessionStore *self, GAsyncResult *result, GError **error);
/* For good; what is not there is no error. What is added to it later begins a new file. */
void enclave_session_store_delete_async (EnclaveSessionStore *self, const char *id, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_session_store_delete_finish (EnclaveSessionStore *self, GAsyncResult *result, GError **error);

G_END_DECLS
