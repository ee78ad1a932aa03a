/* enclave-fill-in-probe.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-inference-client.h"
#include "enclave-model-record.h"

G_BEGIN_DECLS

/* Whether the server fills in text between a prefix and a suffix with this model: one small request to the route that its
 * kind has for it (/infill, /api/generate with `suffix`, /v1/completions with `suffix`). A server that takes the suffix and
 * leaves it out counts as one that can't.
 * @detail: (out) (transfer full) (nullable): why not. Never fails; a cancelled one is UNKNOWN. */
void enclave_fill_in_probe_async (EnclaveInferenceClient *client, EnclaveModelInfo *model, guint window,
                                  guint timeout_ms, GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
EnclaveCheckVerdict enclave_fill_in_probe_finish (EnclaveInferenceClient *client, GAsyncResult *result, char **detail);

G_END_DECLS
