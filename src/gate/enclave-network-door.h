/* enclave-network-door.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-gate-error.h"

G_BEGIN_DECLS

/* The only way to a network address. Loopback, unix sockets and what the user allowed; `localhost` without DNS;
 * the address is pinned, no proxy, no redirect, no cookies, no cache, no content decoder. */
#define ENCLAVE_TYPE_NETWORK_DOOR (enclave_network_door_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveNetworkDoor, enclave_network_door, ENCLAVE, NETWORK_DOOR, GObject)

EnclaveNetworkDoor *enclave_network_door_new (void);
/* @networks: CIDR blocks the user allowed beside loopback ("192.168.7.0/24"). FALSE names the first bad one; the good ones hold all the
 * same. */
gboolean enclave_network_door_set_allowed (EnclaveNetworkDoor *self, const char *const *networks, GError **error);
/* Whether a list may hold @network: a block of addresses that is not wider than one house has. */
gboolean enclave_network_door_check_network (const char *network, GError **error);

/* A connection to one pinned address. */
#define ENCLAVE_TYPE_NETWORK_CHANNEL (enclave_network_channel_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveNetworkChannel, enclave_network_channel, ENCLAVE, NETWORK_CHANNEL, GObject)

/* @uri: `http://HOST:PORT`, `https://HOST:PORT`, the same with `#sha256=FINGERPRINT` of the only certificate that is
 * accepted then, whoever signed it and whatever name it has, or `unix:/path/to/socket`. Refused with ENCLAVE_GATE_ERROR_ADDRESS and the reason
 * unless loopback, a unix socket or in an allowed network. @key: (nullable): bearer key, attached here only. */
EnclaveNetworkChannel *enclave_network_door_open (EnclaveNetworkDoor *self, const char *uri, const char *key,
                                                  GError **error);
/* The same for another asker than a model server. @by: who asks, for the ledger of connections: "MCP server postgres". */
EnclaveNetworkChannel *enclave_network_door_open_for (EnclaveNetworkDoor *self, const char *uri, const char *key, const char *by,
                                                      GError **error);
/* Whether it could be opened. Nobody asks for a connection, so that a refusal is none of the ledger's. */
gboolean enclave_network_door_check (EnclaveNetworkDoor *self, const char *uri, const char *key, GError **error);
/* TRUE for loopback and unix sockets. */
gboolean enclave_network_channel_get_is_local (EnclaveNetworkChannel *self);
const char *enclave_network_channel_get_uri (EnclaveNetworkChannel *self);
guint64 enclave_network_channel_get_bytes_sent (EnclaveNetworkChannel *self);
guint64 enclave_network_channel_get_bytes_received (EnclaveNetworkChannel *self);

typedef struct
{
  guint status;          /* HTTP status */
  char *content_type;    /* lower case, without parameters; "" when none */
  char *retry_after;     /* NULL when none */
  GHashTable *headers;   /* name in lower case -> value */
  GInputStream *body;
} EnclaveNetworkReply;

/* A request with heads of its own. */
typedef struct
{
  const char *method;
  const char *path;           /* from `/` */
  GBytes *body;               /* (nullable): JSON */
  const char *accept;         /* (nullable) */
  const char *const *headers; /* (nullable): name, value, name, value, …, NULL. Those that say where a request goes, how long it is or
                               * who asks are refused with ENCLAVE_GATE_ERROR_ADDRESS, and so are values with control characters */
} EnclaveNetworkRequest;

void enclave_network_reply_free (EnclaveNetworkReply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveNetworkReply, enclave_network_reply_free)

/* @path: from `/`. @body: (nullable): JSON. Finishes when the reply's head is in, whatever its status; 3xx is
 * ENCLAVE_GATE_ERROR_ADDRESS (redirects are refused). Cancelling or closing the body ends the connection. */
void enclave_network_channel_send_async (EnclaveNetworkChannel *self, const char *method, const char *path,
                                         GBytes *body, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);
/* The same for @request; the same finish. */
void enclave_network_channel_request_async (EnclaveNetworkChannel *self, const EnclaveNetworkRequest *request,
                                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
EnclaveNetworkReply *enclave_network_channel_send_finish (EnclaveNetworkChannel *self, GAsyncResult *result,
                                                          GError **error);

G_END_DECLS
