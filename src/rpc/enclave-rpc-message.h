/* enclave-rpc-message.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_RPC_REQUEST,
  ENCLAVE_RPC_NOTIFICATION,
  ENCLAVE_RPC_RESPONSE,
} EnclaveRpcMessageKind;

/* One message of JSON-RPC 2.0 that was read. Immutable, counted by references, which threads may share. */
typedef struct
{
  EnclaveRpcMessageKind kind;
  JsonNode *id;       /* (nullable): NULL in notifications, and in errors that belong to no request */
  char *method;       /* (nullable): NULL in responses */
  JsonObject *params; /* (nullable) */
  JsonNode *result;   /* (nullable) */
  GError *error;      /* (nullable): ENCLAVE_RPC_ERROR_REMOTE */
  gsize bytes;        /* of the text */
} EnclaveRpcMessage;

#define ENCLAVE_TYPE_RPC_MESSAGE (enclave_rpc_message_get_type ())
GType enclave_rpc_message_get_type (void);
EnclaveRpcMessage *enclave_rpc_message_ref (EnclaveRpcMessage *self);
void enclave_rpc_message_unref (EnclaveRpcMessage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveRpcMessage, enclave_rpc_message_unref)

/* The id as a number that this side could have given; -1 when it is none. */
gint64 enclave_rpc_message_get_id (EnclaveRpcMessage *self);

/* Bounds and repairs @text in place, then reads it: half surrogate pairs and NUL characters become U+FFFD, invalid UTF-8 too. More
 * than ENCLAVE_RPC_MAX_VALUES values are ENCLAVE_RPC_ERROR_LIMIT, since each one costs memory many times its text.
 * Returns: (transfer full) (element-type EnclaveRpcMessage): one, or those of a batch; NULL with ENCLAVE_RPC_ERROR_SYNTAX or LIMIT. */
GPtrArray *enclave_rpc_message_parse (GString *text, GError **error);

/* Messages to send. @params, @result, @data: (transfer full) (nullable). All return (transfer full). */
JsonObject *enclave_rpc_message_new_request (gint64 id, const char *method, JsonObject *params);
JsonObject *enclave_rpc_message_new_notification (const char *method, JsonObject *params);
JsonObject *enclave_rpc_message_new_result (JsonNode *id, JsonObject *result);
/* @result: any value. */
JsonObject *enclave_rpc_message_new_result_node (JsonNode *id, JsonNode *result);
JsonObject *enclave_rpc_message_new_error (JsonNode *id, gint64 code, const char *message);

G_END_DECLS
