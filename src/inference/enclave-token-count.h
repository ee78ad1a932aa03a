/* enclave-token-count.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-chat-request.h"
#include "enclave-inference-client.h"

G_BEGIN_DECLS

/* The server's own count of what it would read, without its reading it. llama.cpp (/apply-template, /tokenize) and vLLM (/tokenize)
 * can tell; nothing is generated. */

gboolean enclave_token_count_is_possible (EnclaveInferenceClient *client);
void enclave_token_count_async (EnclaveInferenceClient *client, EnclaveChatRequest *request, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
/* Tokens; 0: the server does not tell. */
guint enclave_token_count_finish (EnclaveInferenceClient *client, GAsyncResult *result);

G_END_DECLS
