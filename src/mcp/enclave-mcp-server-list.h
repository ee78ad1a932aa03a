/* enclave-mcp-server-list.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-mcp-config.h"
#include "enclave-mcp-configured.h"

G_BEGIN_DECLS

/* GListModel of EnclaveMcpConfigured: the servers of our own mcp.json, then those that the project proposes (.enclave/mcp.json, .mcp.json,
 * .cursor/mcp.json, .vscode/mcp.json). Of one name the first counts. Property "problem": (nullable) string: what is wrong with a file as a whole,
 * for people. */
#define ENCLAVE_TYPE_MCP_SERVER_LIST (enclave_mcp_server_list_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMcpServerList, enclave_mcp_server_list, ENCLAVE, MCP_SERVER_LIST, GObject)

/* @gate: (nullable): of the project. @secrets: (nullable): where tokens of servers at addresses are kept. Nothing is read before the first reload. */
EnclaveMcpServerList *enclave_mcp_server_list_new (EnclaveGate *gate, EnclaveNetworkDoor *door, EnclaveSecretStore *secrets);
const char *enclave_mcp_server_list_get_problem (EnclaveMcpServerList *self);
/* The file that changes go to. (transfer full) */
char *enclave_mcp_server_list_dup_own_path (void);

/* Reads the files again. Servers whose entries are as they were go on. Finish: FALSE only when cancelled. */
void enclave_mcp_server_list_reload_async (EnclaveMcpServerList *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                           gpointer user_data);
gboolean enclave_mcp_server_list_reload_finish (EnclaveMcpServerList *self, GAsyncResult *result, GError **error);

/* Changes our own file in its place and reads everything again; one finish for all. FALSE with ENCLAVE_JSON_ERROR when the file is better
 * edited by hand, ENCLAVE_GATE_ERROR_CHANGED when somebody else has changed it meanwhile. @entry: as it is to stand in the file. */
void enclave_mcp_server_list_set_async (EnclaveMcpServerList *self, const char *name, JsonObject *entry, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
/* Changes members of an entry, see enclave_mcp_config_edit_update(), and its name when @new_name (nullable) is another one. */
void enclave_mcp_server_list_update_async (EnclaveMcpServerList *self, const char *name, const char *new_name, JsonObject *members,
                                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void enclave_mcp_server_list_remove_async (EnclaveMcpServerList *self, const char *name, GCancellable *cancellable,
                                           GAsyncReadyCallback callback, gpointer user_data);
void enclave_mcp_server_list_set_disabled_async (EnclaveMcpServerList *self, const char *name, gboolean is_disabled,
                                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* Copies the entries of a file of another host, as they stand there, beside our own; those that are there already stay. What is
 * enabled there still waits for the person here. @path: absolute. */
void enclave_mcp_server_list_import_async (EnclaveMcpServerList *self, const char *path, GCancellable *cancellable,
                                           GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_mcp_server_list_change_finish (EnclaveMcpServerList *self, GAsyncResult *result, GError **error);

/* Who is asked what servers want to know during a call: before the first reload. @ask: (nullable): nobody. */
void enclave_mcp_server_list_set_ask (EnclaveMcpServerList *self, EnclaveMcpAsk ask, gpointer user_data);

/* The entry as it stands in our own file, to be edited: nothing is expanded. Finish: (transfer full). */
void enclave_mcp_server_list_look_at_async (EnclaveMcpServerList *self, const char *name, GCancellable *cancellable,
                                            GAsyncReadyCallback callback, gpointer user_data);
JsonObject *enclave_mcp_server_list_look_at_finish (EnclaveMcpServerList *self, GAsyncResult *result, GError **error);

/* Files of other hosts that are there, in the places where those keep them, to be imported. Looks in a worker. Finish: (transfer full)
 * (element-type filename). */
void enclave_mcp_server_list_find_others_async (EnclaveMcpServerList *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                                gpointer user_data);
GPtrArray *enclave_mcp_server_list_find_others_finish (EnclaveMcpServerList *self, GAsyncResult *result, GError **error);
/* What a host calls itself ("Claude Desktop"). Not translated; borrowed. */
const char *enclave_mcp_server_list_get_host_name (EnclaveMcpSource source);

/* Whose form a file has, by its name and place; our own when it says nothing. */
EnclaveMcpSource enclave_mcp_server_list_guess_source (const char *path);

G_END_DECLS
