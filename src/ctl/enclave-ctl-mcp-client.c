/* enclave-ctl-mcp-client.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-ctl-mcp.h"

gboolean
enclave_ctl_mcp_connect (EnclaveCtlContext *context, EnclaveMcpClient *client, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  enclave_mcp_client_connect_async (client, enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result, context);
  result = enclave_ctl_context_wait (context);
  return enclave_mcp_client_connect_finish (client, result, error);
}

static void
on_closed (EnclaveMcpClient *client, const GError *error, gboolean *closed)
{
  *closed = TRUE;
}

void
enclave_ctl_mcp_close (EnclaveCtlContext *context, EnclaveMcpClient *client)
{
  gboolean closed = FALSE;

  if (!enclave_mcp_client_is_connected (client))
    return;
  g_signal_connect (client, "closed", G_CALLBACK (on_closed), &closed);
  enclave_mcp_client_close (client);
  enclave_ctl_context_wait_for (context, &closed);
  g_signal_handlers_disconnect_by_data (client, &closed);
}
