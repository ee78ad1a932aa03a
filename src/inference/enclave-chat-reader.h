/* enclave-chat-reader.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-completion-event.h"
#include "enclave-endpoint.h"

G_BEGIN_DECLS

/* The data of a reply's events -> what it says. Knows both dialects (chunks of /v1/chat/completions, lines of Ollama's /api/chat). Pure. */
typedef struct _EnclaveChatReader EnclaveChatReader;

/* @max_tokens: what the request asked for at most, 0: nothing; a reply of that length counts as cut, whatever the server says. */
EnclaveChatReader *enclave_chat_reader_new (guint max_tokens);
void enclave_chat_reader_free (EnclaveChatReader *self);
/* One event. A single broken one is passed over. @events: EnclaveCompletionEvent are appended.
 * Errors end the reply: ENCLAVE_INFERENCE_ERROR (the server's own, a remote model, a limit, no server at all). */
gboolean enclave_chat_reader_read (EnclaveChatReader *self, const char *data, GQueue *events, GError **error);
/* At the end of the stream: calls, usage and END; or ENCLAVE_INFERENCE_ERROR_CUT_OFF when the reply has no end. */
gboolean enclave_chat_reader_finish (EnclaveChatReader *self, GQueue *events, GError **error);

/* The server's error object or text as an error of ours. @status: HTTP status, 0 within a stream. @body: (nullable): bounded here. */
GError *enclave_chat_reader_error_from_body (guint status, const char *body);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveChatReader, enclave_chat_reader_free)

G_END_DECLS
