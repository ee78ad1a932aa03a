/* enclave-network-channel.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-network-address.h"
#include "enclave-network-door.h"

G_BEGIN_DECLS

/* Private to the gate: the door makes channels, after the address was judged. @target is copied. @by: who asks, for the
 * ledger. (transfer full) */
EnclaveNetworkChannel *enclave_network_channel_new (const EnclaveNetworkTarget *target, const char *key, const char *by);
/* The same as enclave_network_channel_send_async(), with a body of any bytes that need not fit into memory: @length of @body. */
void enclave_network_channel_send_body_async (EnclaveNetworkChannel *self, const char *method, const char *path,
                                              GInputStream *body, goffset length, GCancellable *cancellable,
                                              GAsyncReadyCallback callback, gpointer user_data);

G_END_DECLS
