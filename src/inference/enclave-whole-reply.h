/* enclave-whole-reply.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-inference-client.h"

G_BEGIN_DECLS

/* One reply read to its end: for questions of Enclave's own, whose answers nobody watches. */
typedef struct
{
  char *text;
  char *reasoning;
  GPtrArray *calls;        /* (element-type EnclaveCompletionEvent): TOOL_CALL */
  char *end_reason;        /* "stop", "length", "tool-calls" */
  guint n_pieces;          /* of text and reasoning */
  guint prompt_tokens, cached_tokens, completion_tokens; /* 0 when the server does not say */
  double tokens_per_second, prompt_tokens_per_second;    /* of the server; 0 when it does not say */
  gint64 first_us, last_us; /* from the request to the first and to the last piece */
} EnclaveWholeReply;

void enclave_whole_reply_free (EnclaveWholeReply *reply);
/* @timeout_ms: for all of it; above, the connection is closed: ENCLAVE_INFERENCE_ERROR_TIMED_OUT. Other errors as of the
 * stream. */
void enclave_whole_reply_async (EnclaveInferenceClient *client, EnclaveChatRequest *request, guint timeout_ms,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* Returns: (transfer full). */
EnclaveWholeReply *enclave_whole_reply_finish (EnclaveInferenceClient *client, GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveWholeReply, enclave_whole_reply_free)

G_END_DECLS
