/* enclave-mcp-log-level.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How much a server is to tell of itself; the levels of RFC 5424, as the protocol has them. */
typedef enum
{
  ENCLAVE_MCP_LOG_DEBUG,
  ENCLAVE_MCP_LOG_INFO,
  ENCLAVE_MCP_LOG_NOTICE,
  ENCLAVE_MCP_LOG_WARNING,
  ENCLAVE_MCP_LOG_ERROR,
  ENCLAVE_MCP_LOG_CRITICAL,
  ENCLAVE_MCP_LOG_ALERT,
  ENCLAVE_MCP_LOG_EMERGENCY,
} EnclaveMcpLogLevel;

/* "debug" … "emergency". */
const char *enclave_mcp_log_level_to_word (EnclaveMcpLogLevel level);
/* @word: (nullable): another one, or none, is INFO. */
EnclaveMcpLogLevel enclave_mcp_log_level_from_word (const char *word);

G_END_DECLS
