/* enclave-net-client.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* This process's end of enclave-net, which connects for a sealed window. Main thread only. */

/* An open connection. */
typedef struct
{
  char *address;
  char *by;
  guint64 sent;
  guint64 received;
} EnclaveNetCount;

void enclave_net_count_free (EnclaveNetCount *count);

/* @socket: (transfer full): the socket to enclave-net. */
void enclave_net_client_take_socket (int socket);
/* TRUE: this process connects through enclave-net, whether that still lives or not. */
gboolean enclave_net_client_is_used (void);
/* FALSE while there is none; the next connection starts another. */
gboolean enclave_net_client_is_alive (void);
/* The connection is made when this finishes: the socket at the path takes this process once, within some seconds.
 * @cancellable: (nullable): ends the attempt in enclave-net too. Errors: ENCLAVE_GATE_ERROR_ADDRESS, G_IO_ERROR as of connect(). */
void enclave_net_client_connect_async (const char *uri, const char *by, GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data);
/* (transfer full): the path */
char *enclave_net_client_connect_finish (GAsyncResult *result, GError **error);
/* @address: `127.0.0.1:5432`. A socket for a box that was granted it; it stays as long as enclave-net does. Blocks for an instant. (transfer full) */
char *enclave_net_client_offer (const char *address, const char *by, GError **error);
void enclave_net_client_report_async (GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) (element-type EnclaveNetCount) */
GPtrArray *enclave_net_client_report_finish (GAsyncResult *result, GError **error);

/* A connectable that leads to @uri by way of enclave-net. @by: who asks. (transfer full) */
GSocketConnectable *enclave_net_connectable_new (const char *uri, const char *by);

G_END_DECLS
