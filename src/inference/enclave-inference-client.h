/* enclave-inference-client.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-chat-request.h"
#include "enclave-completion-stream.h"
#include "enclave-inference-error.h"
#include "enclave-model-info.h"
#include "enclave-network-door.h"

G_BEGIN_DECLS

/* Speaks to one server. */
#define ENCLAVE_TYPE_INFERENCE_CLIENT (enclave_inference_client_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveInferenceClient, enclave_inference_client, ENCLAVE, INFERENCE_CLIENT, GObject)

/* @key: (nullable). Errors: ENCLAVE_GATE_ERROR_ADDRESS. */
EnclaveInferenceClient *enclave_inference_client_new (EnclaveNetworkDoor *door, EnclaveEndpoint *endpoint,
                                                      const char *key, GError **error);
/* The endpoint, with its kind once identify has found it. */
EnclaveEndpoint *enclave_inference_client_get_endpoint (EnclaveInferenceClient *self);
/* The server's version as it says; "" when it does not. */
const char *enclave_inference_client_get_version (EnclaveInferenceClient *self);
typedef enum
{
  ENCLAVE_SERVER_RUNS_TOOLS = 1 << 0, /* it has tools of its own that reach this machine's files or commands */
  ENCLAVE_SERVER_HAS_CLOUD = 1 << 1,  /* some of its models run elsewhere, and nothing there forbids it */
  ENCLAVE_SERVER_PASSES_ON = 1 << 2,  /* it says that its models belong to a provider: a proxy */
} EnclaveServerWarnings;

/* What to know before trusting this server; found by identify. */
EnclaveServerWarnings enclave_inference_client_get_warnings (EnclaveInferenceClient *self);
/* "server-tools", "cloud", "passes-on": of one flag. */
const char *enclave_server_warning_to_word (EnclaveServerWarnings warning);
/* One sentence for people, translated. */
const char *enclave_server_warning_to_sentence (EnclaveServerWarnings warning);
/* TRUE when the server refuses by itself what it would run elsewhere: Ollama that knows the suffix `:local`. */
gboolean enclave_inference_client_get_enforces_local (EnclaveInferenceClient *self);
/* TRUE when the prompt tokens that the server tells count the whole prompt, what it had in its cache included. */
gboolean enclave_inference_client_counts_whole_prompt (EnclaveInferenceClient *self);
/* "off", "on", "unknown" (Ollama), "none" (others): may this server send text elsewhere? */
const char *enclave_inference_client_get_cloud (EnclaveInferenceClient *self);
guint64 enclave_inference_client_get_bytes_sent (EnclaveInferenceClient *self);
guint64 enclave_inference_client_get_bytes_received (EnclaveInferenceClient *self);

/* Finds out what answers (fingerprints, not ports) and lists its models.
 * Result: (transfer full): GListModel of EnclaveModelInfo. */
void enclave_inference_client_identify_async (EnclaveInferenceClient *self, guint timeout_ms,
                                              GCancellable *cancellable, GAsyncReadyCallback callback,
                                              gpointer user_data);
GListModel *enclave_inference_client_identify_finish (EnclaveInferenceClient *self, GAsyncResult *result,
                                                      GError **error);

/* Finishes when the head is in and the status is 2xx, else ENCLAVE_INFERENCE_ERROR with the server's bounded
 * message. Ollama: /api/chat (NDJSON); all others /v1/chat/completions (SSE). A model listed as remote is refused here too.
 * Result: (transfer full). */
void enclave_inference_client_open_stream_async (EnclaveInferenceClient *self, EnclaveChatRequest *request,
                                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                                 gpointer user_data);
EnclaveCompletionStream *enclave_inference_client_open_stream_finish (EnclaveInferenceClient *self,
                                                                      GAsyncResult *result, GError **error);

G_END_DECLS
