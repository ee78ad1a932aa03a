/* enclave-mcp-client.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-mcp-log-level.h"
#include "enclave-mcp-result.h"
#include "enclave-mcp-server-entry.h"
#include "enclave-mcp-tool.h"
#include "enclave-mcp-transport.h"

G_BEGIN_DECLS

#define ENCLAVE_MCP_REVISION_MODERN "2026-07-28"
#define ENCLAVE_MCP_REVISION_LEGACY "2025-11-25"

/* One server, spoken to: the handshake of either era, lists, calls. What the person has agreed to is known before one is made. Signals:
 *   "changed" (const char *what): the server's "tools", "resources" or "prompts" are no longer what they were
 *   "log" (const char *line): of the server, or about it, for people; not cleaned
 *   "message" (uint: EnclaveMcpLogLevel, const char *text): what the server logs; not cleaned
 *   "progress" (const char *tool, double progress, double total, const char *message): @total 0: not known; @message: (nullable)
 *   "closed" (GError *): (nullable): NULL when this side has closed it */
#define ENCLAVE_TYPE_MCP_CLIENT (enclave_mcp_client_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMcpClient, enclave_mcp_client, ENCLAVE, MCP_CLIENT, GObject)

/* A server asks the person something. @params: what `elicitation/create` has. @answer: (transfer full): to be answered once with a
 * JsonObject (transfer full) such as {"action":"decline"}. Its cancellable ends with the call that it belongs to. */
typedef void (*EnclaveMcpElicit) (EnclaveMcpClient *self, JsonObject *params, GTask *answer, gpointer user_data);

EnclaveMcpClient *enclave_mcp_client_new (EnclaveMcpTransport *transport, EnclaveMcpEra era);
/* Before it is connected. Without it servers are told that nobody can be asked. */
void enclave_mcp_client_set_elicit (EnclaveMcpClient *self, EnclaveMcpElicit elicit, gpointer user_data);
/* What the server does for somebody at this moment, as the server calls it; NULL: nothing, or more than one thing. Borrowed. */
const char *enclave_mcp_client_get_calling (EnclaveMcpClient *self);
/* Before it is connected: the server is told of this folder, and only of it, when it asks for roots. @folder: (nullable): absolute; NULL, and
 * unless it is called: nothing is declared. Some servers then forget the limits they were started with. */
void enclave_mcp_client_set_root (EnclaveMcpClient *self, const char *folder);
/* How much it is to log from now on, and each time it is connected. @level: (nullable): nothing is asked, which leaves it to the server. */
void enclave_mcp_client_set_log_level (EnclaveMcpClient *self, const EnclaveMcpLogLevel *level);
/* @timeout_ms: of a call that tells of no progress; 0: ENCLAVE_MCP_CALL_MS. */
void enclave_mcp_client_set_call_timeout (EnclaveMcpClient *self, guint timeout_ms);
/* @connect_ms: for the handshake, once it runs; 0: ENCLAVE_MCP_CONNECT_MS. */
void enclave_mcp_client_set_patience (EnclaveMcpClient *self, guint connect_ms);

/* Starts, finds out which era it speaks, and shakes hands. May be done again after "closed". Errors: ENCLAVE_MCP_ERROR, ENCLAVE_RPC_ERROR,
 * ENCLAVE_GATE_ERROR, G_IO_ERROR_CANCELLED. */
void enclave_mcp_client_connect_async (EnclaveMcpClient *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data);
gboolean enclave_mcp_client_connect_finish (EnclaveMcpClient *self, GAsyncResult *result, GError **error);
gboolean enclave_mcp_client_is_connected (EnclaveMcpClient *self);
/* "closed" follows; nothing when it is not open. */
void enclave_mcp_client_close (EnclaveMcpClient *self);
EnclaveMcpTransport *enclave_mcp_client_get_transport (EnclaveMcpClient *self);

/* What the server has said of itself; NULL before it is connected. Borrowed, not cleaned. */
const char *enclave_mcp_client_get_revision (EnclaveMcpClient *self);
const char *enclave_mcp_client_get_server_version (EnclaveMcpClient *self);
/* Whether it offers "tools", "resources", "prompts" or "logging". */
gboolean enclave_mcp_client_offers (EnclaveMcpClient *self, const char *what);

/* Any request. @params: (transfer full) (nullable). Finish: (transfer full): the result. */
void enclave_mcp_client_request_async (EnclaveMcpClient *self, const char *method, JsonObject *params, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
JsonObject *enclave_mcp_client_request_finish (EnclaveMcpClient *self, GAsyncResult *result, GError **error);

/* All pages of `tools/list` and the like. @member: of the results, "tools". Finish: (transfer full). */
void enclave_mcp_client_list_async (EnclaveMcpClient *self, const char *method, const char *member, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
JsonArray *enclave_mcp_client_list_finish (EnclaveMcpClient *self, GAsyncResult *result, GError **error);

/* The server's tools in its own order, without those that can't be used, of which "log" tells. Finish: (transfer full)
 * (element-type EnclaveMcpTool). */
void enclave_mcp_client_list_tools_async (EnclaveMcpClient *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                          gpointer user_data);
GPtrArray *enclave_mcp_client_list_tools_finish (EnclaveMcpClient *self, GAsyncResult *result, GError **error);

/* @arguments: (transfer none) (nullable). Each progress that the server tells gives it its time anew, up to ENCLAVE_MCP_CALL_MAX_MS in all.
 * A tool that says that it failed is no error. Finish: (transfer full). */
void enclave_mcp_client_call_async (EnclaveMcpClient *self, EnclaveMcpTool *tool, JsonObject *arguments, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
EnclaveMcpResult *enclave_mcp_client_call_finish (EnclaveMcpClient *self, GAsyncResult *result, GError **error);

/* A request that is a call in all but its name, such as resources/read: with its time and its progress, told of as @what. @params: (transfer
 * full). Finish: (transfer full). */
void enclave_mcp_client_use_async (EnclaveMcpClient *self, const char *method, JsonObject *params, const char *what,
                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
JsonObject *enclave_mcp_client_use_finish (EnclaveMcpClient *self, GAsyncResult *result, GError **error);

G_END_DECLS
