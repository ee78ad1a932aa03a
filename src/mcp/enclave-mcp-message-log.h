/* enclave-mcp-message-log.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-mcp-server-entry.h"
#include "enclave-rpc-message.h"

G_BEGIN_DECLS

/* The last messages that went to a server and came from it, for people who look for what is wrong: at most ENCLAVE_MCP_LOG_MESSAGES, of each at most
 * ENCLAVE_MCP_LOG_MESSAGE_BYTES. A server that floods is counted, not kept: keeping one costs microseconds, and of those that come faster than
 * anybody reads nothing but their number. */
typedef struct _EnclaveMcpMessageLog EnclaveMcpMessageLog;

#define ENCLAVE_MCP_LOG_MESSAGES 200
#define ENCLAVE_MCP_LOG_MESSAGE_BYTES 2048

/* @secrets: (nullable): texts that are never shown, such as values of variables. */
EnclaveMcpMessageLog *enclave_mcp_message_log_new (const char *const *secrets);
/* The secrets are the values of the entry's variables and headers, and @key (nullable). */
EnclaveMcpMessageLog *enclave_mcp_message_log_new_of (const EnclaveMcpServerEntry *entry, const char *key);
void enclave_mcp_message_log_free (EnclaveMcpMessageLog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveMcpMessageLog, enclave_mcp_message_log_free)

void enclave_mcp_message_log_add_sent (EnclaveMcpMessageLog *self, JsonObject *message);
void enclave_mcp_message_log_add_received (EnclaveMcpMessageLog *self, EnclaveRpcMessage *message);
/* Another number after each that was added. */
guint enclave_mcp_message_log_get_serial (EnclaveMcpMessageLog *self);
/* Oldest first, each two lines: when, which way, what, how long; then its text. Secrets and what looks like one are `***`; without hidden
 * characters. (transfer full) (element-type utf8) */
GPtrArray *enclave_mcp_message_log_dup_texts (EnclaveMcpMessageLog *self);

G_END_DECLS
