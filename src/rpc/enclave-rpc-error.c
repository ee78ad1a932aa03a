/* enclave-rpc-error.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-rpc-error.h"

typedef struct
{
  gint64 code;
  JsonNode *data;
} EnclaveRpcErrorPrivate;

static void
enclave_rpc_error_private_init (EnclaveRpcErrorPrivate *private_data)
{
}

static void
enclave_rpc_error_private_copy (const EnclaveRpcErrorPrivate *from, EnclaveRpcErrorPrivate *to)
{
  to->code = from->code;
  to->data = from->data != NULL ? json_node_copy (from->data) : NULL;
}

static void
enclave_rpc_error_private_clear (EnclaveRpcErrorPrivate *private_data)
{
  g_clear_pointer (&private_data->data, json_node_unref);
}

G_DEFINE_EXTENDED_ERROR (EnclaveRpcError, enclave_rpc_error)

GError *
enclave_rpc_error_new_remote (gint64 code, const char *message, JsonNode *data)
{
  GError *error = g_error_new_literal (ENCLAVE_RPC_ERROR, ENCLAVE_RPC_ERROR_REMOTE, message != NULL ? message : "");
  EnclaveRpcErrorPrivate *private_data = enclave_rpc_error_get_private (error);

  private_data->code = code;
  private_data->data = data != NULL ? json_node_copy (data) : NULL;
  return error;
}

gint64
enclave_rpc_error_get_code (const GError *error)
{
  if (!g_error_matches (error, ENCLAVE_RPC_ERROR, ENCLAVE_RPC_ERROR_REMOTE))
    return 0;
  return enclave_rpc_error_get_private (error)->code;
}

JsonObject *
enclave_rpc_error_peek_data (const GError *error)
{
  JsonNode *data;

  if (!g_error_matches (error, ENCLAVE_RPC_ERROR, ENCLAVE_RPC_ERROR_REMOTE))
    return NULL;
  data = enclave_rpc_error_get_private (error)->data;
  return data != NULL && JSON_NODE_HOLDS_OBJECT (data) ? json_node_get_object (data) : NULL;
}
