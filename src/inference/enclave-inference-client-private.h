/* enclave-inference-client-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-inference-client.h"

G_BEGIN_DECLS

EnclaveNetworkChannel *enclave_inference_client_get_channel (EnclaveInferenceClient *self);
/* What identify found. @version: (nullable). */
void enclave_inference_client_take_identity (EnclaveInferenceClient *self, EnclaveEndpointKind kind, const char *version,
                                             const char *cloud, EnclaveServerWarnings warnings, GListModel *models);
/* What Ollama said of its models, kept from one look to the next, for as long as its version stays @version.
 * (element-type utf8 EnclaveOllamaFacts). Borrowed. */
GHashTable *enclave_inference_client_get_ollama_facts (EnclaveInferenceClient *self, const char *version);
/* EnclaveLocalSuffix. */
guint enclave_inference_client_get_local_suffix (EnclaveInferenceClient *self);
void enclave_inference_client_set_local_suffix (EnclaveInferenceClient *self, guint suffix);

/* One whole JSON reply. Finish: (transfer full): a root that is an array comes as the member "items"; errors as in enclave_chat_reader_error_from_body(). */
void enclave_inference_client_fetch_async (EnclaveInferenceClient *self, const char *method, const char *path,
                                           GBytes *body, GCancellable *cancellable, GAsyncReadyCallback callback,
                                           gpointer user_data);
JsonObject *enclave_inference_client_fetch_finish (EnclaveInferenceClient *self, GAsyncResult *result, GError **error);
/* A failure of the way to the server, in our words. (transfer full) */
GError *enclave_inference_client_map_error (EnclaveInferenceClient *self, const GError *error);

/* Why a server has refused a request, from the beginning of what it sent; the key is never part of it. (transfer full) */
GError *enclave_inference_client_explain_refusal (EnclaveInferenceClient *self, const EnclaveNetworkReply *reply,
                                                  const char *text);
/* (nullable) Borrowed. */
const char *enclave_inference_client_get_key (EnclaveInferenceClient *self);

G_END_DECLS
