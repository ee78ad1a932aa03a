/* enclave-server-list.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-inference-client.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_SERVER_CHECKING,
  ENCLAVE_SERVER_READY,
  ENCLAVE_SERVER_LOADING,
  ENCLAVE_SERVER_NO_ANSWER,
  ENCLAVE_SERVER_NOT_A_SERVER,  /* something answers, but no model server */
  ENCLAVE_SERVER_FAILED,        /* key wanted, error: see message */
} EnclaveServerState;

/* One place where a server may be. Properties: "state", "message" (what went wrong, for people), "models". */
#define ENCLAVE_TYPE_SERVER (enclave_server_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveServer, enclave_server, ENCLAVE, SERVER, GObject)

EnclaveServerState enclave_server_get_state (EnclaveServer *self);
EnclaveEndpoint *enclave_server_get_endpoint (EnclaveServer *self);
EnclaveInferenceClient *enclave_server_get_client (EnclaveServer *self);
const char *enclave_server_get_message (EnclaveServer *self);
/* GListModel of EnclaveModelInfo, never NULL. Borrowed. */
GListModel *enclave_server_get_models (EnclaveServer *self);
/* TRUE for an entry of the user's own, FALSE for a well-known port. */
gboolean enclave_server_get_is_configured (EnclaveServer *self);
/* TRUE for one that Enclave has started, in a namespace without network (EnclaveLocalServer). */
gboolean enclave_server_get_is_managed (EnclaveServer *self);
/* Where it is, for people: its address, or that it has none. Borrowed. */
const char *enclave_server_get_place (EnclaveServer *self);
/* By which it is known again at the next start: its address, or "managed", since the socket of such a one is another each time.
 * Borrowed. */
const char *enclave_server_get_lasting_address (EnclaveServer *self);

/* GListModel of EnclaveServer: first the user's, then 127.0.0.1 on 11434, 1234, 8080, 9931, 8000. Property "busy". */
#define ENCLAVE_TYPE_SERVER_LIST (enclave_server_list_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveServerList, enclave_server_list, ENCLAVE, SERVER_LIST, GObject)

EnclaveServerList *enclave_server_list_new (EnclaveNetworkDoor *door);
/* An own entry. (transfer none). Error: address not allowed or malformed. */
EnclaveServer *enclave_server_list_add (EnclaveServerList *self, const char *address, const char *key, GError **error);
/* What add() would say to @address, without adding it. Returns: (transfer full): the address as a URI, as it is stored;
 * NULL with the error of add(). */
char *enclave_server_list_check_address (EnclaveServerList *self, const char *address, GError **error);
/* From now on the only addresses that add() takes: an administrator's list. @addresses: (nullable): NULL: any. */
void enclave_server_list_set_fixed (EnclaveServerList *self, const char *const *addresses);
void enclave_server_list_remove (EnclaveServerList *self, EnclaveServer *server);
/* FALSE leaves out the well-known ports (an administrator's list, `--endpoint`). Before the first refresh. */
void enclave_server_list_set_discover (EnclaveServerList *self, gboolean discover);
/* Asks all of them in parallel, each at most ENCLAVE_PROBE_TIMEOUT_MS (own entries 3 s). */
void enclave_server_list_refresh_async (EnclaveServerList *self, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_server_list_refresh_finish (EnclaveServerList *self, GAsyncResult *result, GError **error);
/* The first ready server with a local chat model: (out) (transfer none). FALSE: none. @wanted: (nullable): model id. */
gboolean enclave_server_list_find_model (EnclaveServerList *self, const char *wanted, EnclaveServer **server,
                                         EnclaveModelInfo **model);

G_END_DECLS
