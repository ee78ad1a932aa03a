/* enclave-network-name.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-network-door.h"

G_BEGIN_DECLS

/* The one place where a name is looked up, for the one host that a program was built to ask for newer releases; a program
 * without that has none of this. */

/* @uri: `https://HOST[:PORT]`. One look-up; each address is judged and the first that may be is pinned: a name that leads to this
 * machine, to a link-local, multicast or metadata address is refused with ENCLAVE_GATE_ERROR_ADDRESS. Beside it whatever
 * enclave_network_door_open() takes without a look-up, as long as it stays on this machine. In a sealed
 * window no name can be looked up, and that is the reason given. @by: who asks, for the ledger. */
void enclave_network_door_open_name_async (EnclaveNetworkDoor *self, const char *uri, const char *by, GCancellable *cancellable,
                                           GAsyncReadyCallback callback, gpointer user_data);
/* Returns: (transfer full). Errors: ENCLAVE_GATE_ERROR_ADDRESS, G_RESOLVER_ERROR. */
EnclaveNetworkChannel *enclave_network_door_open_name_finish (EnclaveNetworkDoor *self, GAsyncResult *result, GError **error);

G_END_DECLS
