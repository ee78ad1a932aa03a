/* enclave-rpc-error.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define ENCLAVE_RPC_ERROR (enclave_rpc_error_quark ())

typedef enum
{
  ENCLAVE_RPC_ERROR_SYNTAX,    /* no JSON-RPC 2.0 message */
  ENCLAVE_RPC_ERROR_LIMIT,     /* longer, deeper or of more values than a message may be */
  ENCLAVE_RPC_ERROR_TIMED_OUT, /* no answer in time */
  ENCLAVE_RPC_ERROR_CLOSED,    /* the other side has gone */
  ENCLAVE_RPC_ERROR_REMOTE,    /* the other side answered with an error */
} EnclaveRpcError;

/* Codes of JSON-RPC 2.0. */
#define ENCLAVE_RPC_CODE_PARSE_ERROR (-32700)
#define ENCLAVE_RPC_CODE_INVALID_REQUEST (-32600)
#define ENCLAVE_RPC_CODE_METHOD_NOT_FOUND (-32601)
#define ENCLAVE_RPC_CODE_INVALID_PARAMS (-32602)
#define ENCLAVE_RPC_CODE_INTERNAL_ERROR (-32603)

GQuark enclave_rpc_error_quark (void);

/* An ENCLAVE_RPC_ERROR_REMOTE that carries what the other side sent. @data: (nullable). */
GError *enclave_rpc_error_new_remote (gint64 code, const char *message, JsonNode *data);
/* The other side's code; 0 when @error is none of its errors. */
gint64 enclave_rpc_error_get_code (const GError *error);
/* What it sent beside, as an object; NULL when there is none. Borrowed. */
JsonObject *enclave_rpc_error_peek_data (const GError *error);

G_END_DECLS
