/* enclave-rpc-inbox.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-rpc-framing.h"
#include "enclave-rpc-message.h"

G_BEGIN_DECLS

/* Bytes of another program -> messages, in order. Long ones are read on a worker, so that nobody waits for them but those that
 * came after them. Signals:
 *   "message" (EnclaveRpcMessage *message)
 *   "skipped" (const char *text): what was no message, its beginning, valid UTF-8
 *   "failed" (const GError *error): ENCLAVE_RPC_ERROR_LIMIT, or a framing that is lost; nothing comes after it
 *   "ended": all that was fed before enclave_rpc_inbox_end() has been told */
#define ENCLAVE_TYPE_RPC_INBOX (enclave_rpc_inbox_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveRpcInbox, enclave_rpc_inbox, ENCLAVE, RPC_INBOX, GObject)

/* @max_bytes: of one message. */
EnclaveRpcInbox *enclave_rpc_inbox_new (EnclaveRpcFraming framing, gsize max_bytes);
void enclave_rpc_inbox_feed (EnclaveRpcInbox *self, const char *bytes, gsize length);
/* One whole message that came without a frame. @text: (transfer full). */
void enclave_rpc_inbox_push (EnclaveRpcInbox *self, GString *text);
void enclave_rpc_inbox_end (EnclaveRpcInbox *self);
/* Nothing is told any more. */
void enclave_rpc_inbox_stop (EnclaveRpcInbox *self);
/* Texts that wait to be read; who feeds may wait while there are many. */
guint enclave_rpc_inbox_get_n_waiting (EnclaveRpcInbox *self);

G_END_DECLS
