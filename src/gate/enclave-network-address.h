/* enclave-network-address.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where a channel leads. Pure: no name is ever looked up. Private to the gate. */
typedef struct
{
  GSocketConnectable *connectable;
  char *origin;      /* `http://127.0.0.1:8080`: scheme, host and port of requests */
  char *uri;         /* as shown: the origin, or `unix:/path` */
  gboolean is_local;
  char *pin;         /* of the server's certificate: SHA-256 of its DER form, 64 lower-case digits; NULL: none */
} EnclaveNetworkTarget;

void enclave_network_target_clear (EnclaveNetworkTarget *target);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EnclaveNetworkTarget, enclave_network_target_clear)

/* @allowed: (element-type GInetAddressMask): networks beside loopback. Fills @target, or fails with
 * ENCLAVE_GATE_ERROR_ADDRESS and the reason. */
gboolean enclave_network_target_parse (EnclaveNetworkTarget *target, const char *uri, GPtrArray *allowed,
                                       GError **error);
/* The same for `https://HOST[:PORT]` whose host may be a name: fills @target but for its connectable. @host: (out) (transfer full). */
gboolean enclave_network_target_parse_name (EnclaveNetworkTarget *target, const char *uri, char **host, guint16 *port,
                                            GError **error);
/* Why @address is refused whatever the user has allowed; NULL when it need not be. */
const char *enclave_network_address_explain_refusal (GInetAddress *address);
/* @text: `192.168.7.0/24`. Refuses with ENCLAVE_GATE_ERROR_ADDRESS what is none, and what is wider than a network of one house can
 * be: that would let the public Internet in. (transfer full) (nullable) */
GInetAddressMask *enclave_network_mask_parse (const char *text, GError **error);
/* The address that an IPv6 one with IPv4 in it stands for, else the same. (transfer full) */
GInetAddress *enclave_network_address_unwrap (GInetAddress *address);

G_END_DECLS
