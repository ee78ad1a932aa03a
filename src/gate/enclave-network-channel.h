/* enclave-network-channel.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-network-address.h"
#include "enclave-network-door.h"

G_BEGIN_DECLS

/* Private to the gate: the door makes channels, after the address was judged. @target is copied. (transfer full) */
EnclaveNetworkChannel *enclave_network_channel_new (const EnclaveNetworkTarget *target, const char *key);

G_END_DECLS
