/* enclave-mcp-configured.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-mcp-consent.h"
#include "enclave-mcp-server.h"
#include "enclave-secret-store.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_MCP_CONFIGURED_CHECKING, /* its program is being looked for */
  ENCLAVE_MCP_CONFIGURED_DISABLED,
  ENCLAVE_MCP_CONFIGURED_UNUSABLE, /* the reason says what to do */
  ENCLAVE_MCP_CONFIGURED_WAITS,    /* for the person: it is new, or not what was agreed to */
  ENCLAVE_MCP_CONFIGURED_OFF,      /* agreed to */
  ENCLAVE_MCP_CONFIGURED_STARTING,
  ENCLAVE_MCP_CONFIGURED_READY,
  ENCLAVE_MCP_CONFIGURED_FAILED,
} EnclaveMcpConfiguredState;

/* Of the bearer token of a server at an address. */
typedef enum
{
  ENCLAVE_MCP_TOKEN_NONE,
  ENCLAVE_MCP_TOKEN_KEPT,    /* in the keyring */
  ENCLAVE_MCP_TOKEN_FOR_NOW, /* until this program ends: there is no keyring */
} EnclaveMcpTokenState;

/* One entry of a file, the program that it means here, what the person has agreed to, and the server once it runs. It starts
 * only what is agreed to as it is at that moment: program and consent are looked at again for each start. Signal: "changed". */
#define ENCLAVE_TYPE_MCP_CONFIGURED (enclave_mcp_configured_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMcpConfigured, enclave_mcp_configured, ENCLAVE, MCP_CONFIGURED, GObject)

/* @gate: (nullable): without a project nothing starts. @secrets: (nullable): where tokens are kept. Looks for its program at once, in the PATH of the
 * person's login shell. */
EnclaveMcpConfigured *enclave_mcp_configured_new (EnclaveGate *gate, EnclaveNetworkDoor *door, EnclaveSecretStore *secrets,
                                                  EnclaveMcpServerEntry *entry);
/* All borrowed. */
EnclaveMcpServerEntry *enclave_mcp_configured_get_entry (EnclaveMcpConfigured *self);
EnclaveMcpConfiguredState enclave_mcp_configured_get_state (EnclaveMcpConfigured *self);
/* (nullable) */
EnclaveGate *enclave_mcp_configured_get_gate (EnclaveMcpConfigured *self);
/* (nullable): folders with colons between, in which its program was looked for. @problem: (out) (optional) (nullable): why it is not what the login
 * shell says. */
const char *enclave_mcp_configured_get_path (EnclaveMcpConfigured *self, const char **problem);
/* (nullable): one sentence, for people. */
const char *enclave_mcp_configured_get_reason (EnclaveMcpConfigured *self);
/* (nullable): what is started; NULL for an address, and as long as it was not found. */
const EnclaveInstalledProgram *enclave_mcp_configured_get_program (EnclaveMcpConfigured *self);
/* (nullable): once it was started. */
EnclaveMcpServer *enclave_mcp_configured_get_server (EnclaveMcpConfigured *self);
/* Whether it waits because something else was agreed to. */
gboolean enclave_mcp_configured_is_changed (EnclaveMcpConfigured *self);
/* What the person is asked about, or what is different: see enclave_mcp_consent_diff_entry(). (transfer full) */
char *enclave_mcp_configured_dup_changes (EnclaveMcpConfigured *self);

/* The person agrees to exactly what was last looked at. Finish: FALSE when it could not be kept. */
void enclave_mcp_configured_allow_async (EnclaveMcpConfigured *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                         gpointer user_data);
/* The person agrees to it no longer; the server ends. Tools stay as they were said to be. */
void enclave_mcp_configured_forget_async (EnclaveMcpConfigured *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                          gpointer user_data);
/* What the person says of a tool as it is defined now. */
void enclave_mcp_configured_set_tool_async (EnclaveMcpConfigured *self, EnclaveMcpTool *tool, gboolean is_on, GCancellable *cancellable,
                                            GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_mcp_configured_change_finish (EnclaveMcpConfigured *self, GAsyncResult *result, GError **error);

/* As the server last listed them, maybe none. (element-type EnclaveMcpTool), borrowed; (nullable). */
GPtrArray *enclave_mcp_configured_get_tools (EnclaveMcpConfigured *self);
gboolean enclave_mcp_configured_is_tool_on (EnclaveMcpConfigured *self, EnclaveMcpTool *tool);
/* CHANGED: it was on or off as something else. */
EnclaveMcpConsentState enclave_mcp_configured_check_tool (EnclaveMcpConfigured *self, EnclaveMcpTool *tool);

/* What is different in its definition from the one that was agreed to, in lines as enclave_mcp_configured_dup_changes() has them; of a new one, all of
 * it. (transfer full) */
char *enclave_mcp_configured_dup_tool_changes (EnclaveMcpConfigured *self, EnclaveMcpTool *tool);

/* Whether it is at an address, and there is something that keeps tokens. */
gboolean enclave_mcp_configured_takes_token (EnclaveMcpConfigured *self);
EnclaveMcpTokenState enclave_mcp_configured_get_token_state (EnclaveMcpConfigured *self);
/* Sends @token (nullable: none) to the origin of its address from the next start on, and to no other; a server that runs ends. Without a keyring it is
 * kept until this program ends. Only where it takes one. Finish: enclave_mcp_configured_change_finish(). */
void enclave_mcp_configured_set_token_async (EnclaveMcpConfigured *self, const char *token, GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data);

/* Starts it when it is agreed to; otherwise it only waits. */
void enclave_mcp_configured_start (EnclaveMcpConfigured *self);
/* Ends it, whatever it is doing, and starts it like the above. */
void enclave_mcp_configured_restart (EnclaveMcpConfigured *self);
void enclave_mcp_configured_stop (EnclaveMcpConfigured *self);

/* Who is asked what the server wants to know during a call. @ask: (nullable): nobody, as without it; whether anybody is, a server is told
 * when it is started. */
void enclave_mcp_configured_set_ask (EnclaveMcpConfigured *self, EnclaveMcpAsk ask, gpointer user_data);
/* How much the server is to log, from now on and after each start; see enclave_mcp_server_dup_log_from(). @level: (nullable): left to the
 * server, as without it. */
void enclave_mcp_configured_set_log_level (EnclaveMcpConfigured *self, const EnclaveMcpLogLevel *level);
/* EnclaveMcpLogLevel; -1: left to the server. */
gint enclave_mcp_configured_get_log_level (EnclaveMcpConfigured *self);

G_END_DECLS
