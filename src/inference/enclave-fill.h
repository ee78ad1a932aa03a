/* enclave-fill.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-fill-request.h"
#include "enclave-inference-client.h"

G_BEGIN_DECLS

/* Has @model fill in what is between prefix and suffix. The connection is closed as soon as the text is over by our own measure, when
 * @cancellable is cancelled, and after ENCLAVE_FILL_TIMEOUT_MS: what has come by then counts. A server that does not know the first
 * way is asked by the other once. Nothing is asked twice otherwise.
 * @request: (transfer full).
 * Finish: (transfer full): the text, without any mark; "" when there is nothing to fill in. @route: (out) (optional): how it was asked.
 * Errors: ENCLAVE_INFERENCE_ERROR (MODEL: it can't, and why), G_IO_ERROR_CANCELLED. */
void enclave_inference_client_fill_async (EnclaveInferenceClient *self, EnclaveModelInfo *model,
                                          EnclaveFillRequest *request, GCancellable *cancellable,
                                          GAsyncReadyCallback callback, gpointer user_data);
char *enclave_inference_client_fill_finish (EnclaveInferenceClient *self, GAsyncResult *result, EnclaveFillRoute *route,
                                            GError **error);

G_END_DECLS
