/* enclave-rpc-peer.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-rpc-message.h"

G_BEGIN_DECLS

/* One side of a JSON-RPC 2.0 conversation: ids, calls that wait for their answers, time limits. It neither reads nor writes: what
 * is to be sent goes out by a function, what came in is given to enclave_rpc_peer_receive(). Signals:
 *   "request" (EnclaveRpcMessage *): of the other side; to be answered by enclave_rpc_peer_reply() or _reply_error(). Nobody
 *     connected: it is answered with METHOD_NOT_FOUND
 *   "notification" (EnclaveRpcMessage *)
 *   "given-up" (gint64 id, gboolean timed_out): nobody waits for the answer of that request any more */
#define ENCLAVE_TYPE_RPC_PEER (enclave_rpc_peer_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveRpcPeer, enclave_rpc_peer, ENCLAVE, RPC_PEER, GObject)

/* @message: borrowed. @request_id: -1 when it is no request. */
typedef void (*EnclaveRpcSend) (JsonObject *message, gint64 request_id, gpointer user_data);

EnclaveRpcPeer *enclave_rpc_peer_new (EnclaveRpcSend send, gpointer user_data);
/* Nothing is sent any more: whoever sends goes. All that wait fail with a copy of @error (nullable: CLOSED). */
void enclave_rpc_peer_close (EnclaveRpcPeer *self, const GError *error);

/* @params: (transfer full) (nullable). @timeout_ms: 0: none. Cancelling gives it up. @id: (out) (optional): to extend or fail it.
 * Errors: ENCLAVE_RPC_ERROR, G_IO_ERROR_CANCELLED, what enclave_rpc_peer_fail() says. */
void enclave_rpc_peer_request_async (EnclaveRpcPeer *self, const char *method, JsonObject *params, guint timeout_ms, gint64 *id,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* Returns: (transfer full): the result. */
JsonNode *enclave_rpc_peer_request_finish (EnclaveRpcPeer *self, GAsyncResult *result, GError **error);
/* Its time begins anew: it goes on. Nothing when it waits no more. */
void enclave_rpc_peer_extend (EnclaveRpcPeer *self, gint64 id, guint timeout_ms);
/* It could not be sent, or its answer can't come any more. */
void enclave_rpc_peer_fail (EnclaveRpcPeer *self, gint64 id, const GError *error);
guint enclave_rpc_peer_get_n_waiting (EnclaveRpcPeer *self);

/* @params, @result: (transfer full) (nullable). */
void enclave_rpc_peer_notify (EnclaveRpcPeer *self, const char *method, JsonObject *params);
void enclave_rpc_peer_reply (EnclaveRpcPeer *self, JsonNode *id, JsonObject *result);
/* @result: (transfer full) (nullable): any value; NULL: null. */
void enclave_rpc_peer_reply_node (EnclaveRpcPeer *self, JsonNode *id, JsonNode *result);
void enclave_rpc_peer_reply_error (EnclaveRpcPeer *self, JsonNode *id, gint64 code, const char *message);

void enclave_rpc_peer_receive (EnclaveRpcPeer *self, EnclaveRpcMessage *message);
/* Answers to nothing that was asked, or a second time: they are counted and left. */
guint enclave_rpc_peer_get_n_stray (EnclaveRpcPeer *self);

G_END_DECLS
