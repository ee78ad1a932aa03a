/* enclave-managed-server.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-server-list.h"

G_BEGIN_DECLS

/* A server that Enclave starts itself: a confined child without network that serves a private unix socket. Ends with this
 * object; the socket and its folder go with it. Signal "exited": it ended by itself. */
#define ENCLAVE_TYPE_MANAGED_SERVER (enclave_managed_server_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveManagedServer, enclave_managed_server, ENCLAVE, MANAGED_SERVER, GObject)

/* Starts @argv and waits until it answers at @socket_path, ENCLAVE_MANAGED_SERVER_START_MS at most.
 * @argv: absolute path of the program first; @socket_path: in a folder of its own, the only one the child may write.
 * Result: (transfer full). Errors: ENCLAVE_GATE_ERROR_NOT_CONFINED with the cause, G_IO_ERROR_TIMED_OUT,
 * G_IO_ERROR_FAILED when it ended before it answered. */
void enclave_managed_server_start_async (const char *const *argv, const char *socket_path, EnclaveNetworkDoor *door,
                                         GCancellable *cancellable, GAsyncReadyCallback callback,
                                         gpointer user_data);
EnclaveManagedServer *enclave_managed_server_start_finish (GAsyncResult *result, GError **error);
/* A list with this server alone. */
EnclaveServerList *enclave_managed_server_get_servers (EnclaveManagedServer *self);

G_END_DECLS
