/* enclave-model-check.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-inference-client.h"
#include "enclave-model-record.h"

G_BEGIN_DECLS

/* Finds out by asking what a model on its server can do: whether it streams, how it calls tools, whether it keeps to a JSON
 * schema, whether it fills in, how large the window really is and what happens above it, how fast it reads and writes.
 * Six to a dozen requests of at most 256 tokens of reply each, 1024 for a model that thinks; none holds anything of the user's. */

/* @item: what is looked at next: ENCLAVE_CHECK_N_ITEMS for the window. @so_far: what is known by now: all before @item. */
typedef void (*EnclaveModelCheckStep) (EnclaveCheckItem item, const EnclaveModelRecord *so_far, gpointer user_data);

/* @step: (nullable) (scope notified): called before each part, with @user_data. */
void enclave_model_check_async (EnclaveInferenceClient *client, EnclaveModelInfo *model, GCancellable *cancellable,
                                EnclaveModelCheckStep step, GAsyncReadyCallback callback, gpointer user_data);
/* Returns: (transfer full): what was found out, to be saved by the caller; NULL with an error when the server does not answer
 * a plain question (ENCLAVE_INFERENCE_ERROR) or it was cancelled. */
EnclaveModelRecord *enclave_model_check_finish (EnclaveInferenceClient *client, GAsyncResult *result, GError **error);

G_END_DECLS
