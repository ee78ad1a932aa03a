/* enclave-server-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-server-list.h"

G_BEGIN_DECLS

/* @client: what speaks to it. */
EnclaveServer *enclave_server_new (EnclaveInferenceClient *client, gboolean is_configured);
void enclave_server_check_async (EnclaveServer *self, guint timeout_ms, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);
/* Always succeeds: what was found is the state. */
void enclave_server_check_finish (EnclaveServer *self, GAsyncResult *result);
/* One that Enclave has started. */
void enclave_server_set_is_managed (EnclaveServer *self, gboolean is_managed);

G_END_DECLS
