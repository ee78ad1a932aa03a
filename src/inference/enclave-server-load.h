/* enclave-server-load.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-inference-client.h"

G_BEGIN_DECLS

/* What a server is doing while a request of ours has had no byte yet. */
typedef enum
{
  ENCLAVE_SERVER_LOAD_UNKNOWN, /* it does not tell, or it may be reading our request */
  ENCLAVE_SERVER_LOAD_BUSY,    /* it writes to others in every place it has */
  ENCLAVE_SERVER_LOAD_LOADING, /* the model is not in memory yet */
  ENCLAVE_SERVER_LOAD_FREE,    /* it has a place for one more */
} EnclaveServerLoad;

/* Asks once: llama.cpp its slots, Ollama and LM Studio what they have loaded; of others nothing is known. It can't fail: what
 * goes wrong is UNKNOWN. Nothing of the user is sent. @model: as the server calls it. */
void enclave_server_load_async (EnclaveInferenceClient *client, const char *model, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
EnclaveServerLoad enclave_server_load_finish (EnclaveInferenceClient *client, GAsyncResult *result);

G_END_DECLS
