/* enclave-mcp-error.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-error.h"

G_DEFINE_QUARK (enclave-mcp-error-quark, enclave_mcp_error)

const char *
enclave_mcp_error_to_word (EnclaveMcpError code)
{
  static const char *const words[] = { "ended", "protocol", "version", "unreachable", "unauthorized", "refused", "failed", "unknown" };

  return (guint) code < G_N_ELEMENTS (words) ? words[code] : "failed";
}
