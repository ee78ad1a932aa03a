/* enclave-mcp-log-level.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-log-level.h"

static const char *const words[] = { "debug", "info", "notice", "warning", "error", "critical", "alert", "emergency" };

const char *
enclave_mcp_log_level_to_word (EnclaveMcpLogLevel level)
{
  return (guint) level < G_N_ELEMENTS (words) ? words[level] : "info";
}

EnclaveMcpLogLevel
enclave_mcp_log_level_from_word (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (words[i], word) == 0)
      return (EnclaveMcpLogLevel) i;
  return ENCLAVE_MCP_LOG_INFO;
}
