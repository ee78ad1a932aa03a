/* enclave-network-grant.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-network-address.h"

G_BEGIN_DECLS

/* What one command may reach outside of its box: single ports of single addresses.
 *
 * @words: (nullable): `ADDRESS:PORT` each, `localhost:PORT`, `[ADDRESS]:PORT` for the longer addresses; at most
 * ENCLAVE_COMMAND_MAX_GRANTS. The address must be of this machine's loopback or in a network that the settings allow
 * (allowed-networks); names are never looked up.
 * Returns: (transfer full): the same in digits, each once, maybe none; NULL with ENCLAVE_GATE_ERROR_ADDRESS */
GStrv enclave_network_grant_parse (const char *const *words, GError **error);

/* Fills @target if @uri is of this machine or in a network of the settings, which are asked only for what is not. Errors:
 * ENCLAVE_GATE_ERROR_ADDRESS, which names a network of the settings that allows nothing where there is one. */
gboolean enclave_network_grant_judge (EnclaveNetworkTarget *target, const char *uri, GError **error);

G_END_DECLS
