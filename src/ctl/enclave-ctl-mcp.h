/* enclave-ctl-mcp.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-ctl-context.h"
#include "enclave-mcp-client.h"

G_BEGIN_DECLS

/* Waits for it. */
gboolean enclave_ctl_mcp_connect (EnclaveCtlContext *context, EnclaveMcpClient *client, GError **error);
/* Ends it and waits for its end. */
void enclave_ctl_mcp_close (EnclaveCtlContext *context, EnclaveMcpClient *client);

G_END_DECLS
