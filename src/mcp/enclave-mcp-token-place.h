/* enclave-mcp-token-place.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-mcp-server-entry.h"

G_BEGIN_DECLS

/* Under which the bearer token of a server at an address is kept in an EnclaveSecretStore: its name, and the origin of the address. With another
 * address the entry has no token, and neither has another entry. (transfer full) (nullable): NULL: it has no address, or can't be used. */
char *enclave_mcp_token_place (const EnclaveMcpServerEntry *entry);

G_END_DECLS
