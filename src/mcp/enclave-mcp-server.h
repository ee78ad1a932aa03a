/* enclave-mcp-server.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-command-door.h"
#include "enclave-gate.h"
#include "enclave-mcp-client.h"
#include "enclave-mcp-message-log.h"
#include "enclave-mcp-question.h"
#include "enclave-network-door.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_MCP_SERVER_OFF,
  ENCLAVE_MCP_SERVER_STARTING,
  ENCLAVE_MCP_SERVER_READY,
  ENCLAVE_MCP_SERVER_FAILED,   /* "reason" says why; it may be started again */
  ENCLAVE_MCP_SERVER_STOPPING,
} EnclaveMcpServerState;

/* "off", "starting", "ready", "failed", "stopping". */
const char *enclave_mcp_server_state_to_word (EnclaveMcpServerState state);

/* One configured server that the person has agreed to, from its start to its end. One that ends by itself is started again after a while, and
 * left alone when it goes on ending. Properties: "state", "reason" (nullable string). Signals: "tools-changed": the list is another one;
 * "progress" (const char *tool, double progress, double total, const char *message): of a call; @total 0: not known; @message: clean, "". */
#define ENCLAVE_TYPE_MCP_SERVER (enclave_mcp_server_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMcpServer, enclave_mcp_server, ENCLAVE, MCP_SERVER, GObject)

/* @argv: (nullable): what is started in place of the entry's command: a program that was found. @readable: (nullable): paths of it that it
 * needs to see. @key: (nullable): bearer token of a server at an address. Nothing is started. */
EnclaveMcpServer *enclave_mcp_server_new (EnclaveGate *gate, EnclaveNetworkDoor *door, EnclaveMcpServerEntry *entry,
                                          const char *const *argv, const char *const *readable, const char *key);
/* Before it is started. */
void enclave_mcp_server_set_patience (EnclaveMcpServer *self, guint connect_ms);
const char *enclave_mcp_server_get_name (EnclaveMcpServer *self);
EnclaveMcpServerState enclave_mcp_server_get_state (EnclaveMcpServer *self);
/* (nullable): why it failed, one sentence. Borrowed. */
const char *enclave_mcp_server_get_reason (EnclaveMcpServer *self);
/* Looks whether it may still be started as it is now, before each start: answers @answer (transfer full) with a boolean or an error for
 * people. */
typedef void (*EnclaveMcpServerVerify) (EnclaveMcpServer *self, GTask *answer, gpointer user_data);
/* Whether @tool may be called as the server defines it now. */
typedef gboolean (*EnclaveMcpServerJudge) (EnclaveMcpServer *self, EnclaveMcpTool *tool, gpointer user_data);
/* Before it is started; both (nullable): everything may. */
void enclave_mcp_server_set_guard (EnclaveMcpServer *self, EnclaveMcpServerVerify verify, EnclaveMcpServerJudge judge, gpointer user_data);
/* Before it is started: who is asked what the server wants to know. @ask: (nullable): nobody, and servers are told so. */
void enclave_mcp_server_set_ask (EnclaveMcpServer *self, EnclaveMcpAsk ask, gpointer user_data);
/* How much it is to log, from now on and after each start. @level: (nullable): left to the server, as without it. */
void enclave_mcp_server_set_log_level (EnclaveMcpServer *self, const EnclaveMcpLogLevel *level);
/* EnclaveMcpLogLevel; -1: left to the server. */
gint enclave_mcp_server_get_log_level (EnclaveMcpServer *self);
/* (nullable): while it is ready. Borrowed. */
EnclaveMcpClient *enclave_mcp_server_get_client (EnclaveMcpServer *self);
/* The last of its standard error, and of what it told or broke, for people: clean text. (transfer full) */
char *enclave_mcp_server_dup_errors (EnclaveMcpServer *self);
char *enclave_mcp_server_dup_log (EnclaveMcpServer *self);
/* The lines of its log from @least on, each with its level: "warning: …". (transfer full) */
char *enclave_mcp_server_dup_log_from (EnclaveMcpServer *self, EnclaveMcpLogLevel least);
/* What was said on both sides, since it was made. Borrowed. */
EnclaveMcpMessageLog *enclave_mcp_server_get_messages (EnclaveMcpServer *self);

/* Borrowed. */
EnclaveGate *enclave_mcp_server_get_gate (EnclaveMcpServer *self);
/* How its program is started and confined; FALSE when it has none. Borrowed from @self. */
gboolean enclave_mcp_server_get_options (EnclaveMcpServer *self, EnclavePipedServiceOptions *options);

/* Starts it and asks for its tools, unless it is ready; several may wait. Cancelling ends only the wait. */
void enclave_mcp_server_start_async (EnclaveMcpServer *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean enclave_mcp_server_start_finish (EnclaveMcpServer *self, GAsyncResult *result, GError **error);
/* It is OFF once it has ended. */
void enclave_mcp_server_stop (EnclaveMcpServer *self);

/* As it last listed them; empty before. (element-type EnclaveMcpTool). Borrowed. */
GPtrArray *enclave_mcp_server_get_tools (EnclaveMcpServer *self);
/* Starts the server when it is not ready. Errors beside those of the client: ENCLAVE_MCP_ERROR_UNKNOWN for another tool. */
void enclave_mcp_server_call_async (EnclaveMcpServer *self, const char *tool, JsonObject *arguments, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
EnclaveMcpResult *enclave_mcp_server_call_finish (EnclaveMcpServer *self, GAsyncResult *result, GError **error);

G_END_DECLS
