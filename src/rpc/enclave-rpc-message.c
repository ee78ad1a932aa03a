/* enclave-rpc-message.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-rpc-message.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-rpc-error.h"
#include "enclave-utf8.h"

G_DEFINE_BOXED_TYPE (EnclaveRpcMessage, enclave_rpc_message, enclave_rpc_message_ref, enclave_rpc_message_unref)

EnclaveRpcMessage *
enclave_rpc_message_ref (EnclaveRpcMessage *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
message_clear (gpointer data)
{
  EnclaveRpcMessage *self = data;

  g_clear_pointer (&self->id, json_node_unref);
  g_clear_pointer (&self->method, g_free);
  g_clear_pointer (&self->params, json_object_unref);
  g_clear_pointer (&self->result, json_node_unref);
  g_clear_error (&self->error);
}

void
enclave_rpc_message_unref (EnclaveRpcMessage *self)
{
  g_atomic_rc_box_release_full (self, message_clear);
}

gint64
enclave_rpc_message_get_id (EnclaveRpcMessage *self)
{
  g_return_val_if_fail (self != NULL, -1);

  if (self->id == NULL || !JSON_NODE_HOLDS_VALUE (self->id) || json_node_get_value_type (self->id) != G_TYPE_INT64)
    return -1;
  return MAX (json_node_get_int (self->id), -1);
}

/* The number of `uXXXX` at @at, or -1. */
static int
code_unit (const char *at, const char *end)
{
  int value = 0;

  if (end - at < 5 || *at != 'u')
    return -1;
  for (int i = 1; i <= 4; i++)
    {
      int digit = g_ascii_xdigit_value (at[i]);

      if (digit < 0)
        return -1;
      value = value * 16 + digit;
    }
  return value;
}

/* @at: behind a backslash. Returns: the last byte of what was looked at. */
static char *
repair_escape (char *at, const char *end)
{
  int first = code_unit (at, end);
  int second;

  if (first < 0)
    return at;
  if (first >= 0xd800 && first <= 0xdbff && end - at >= 7 && at[5] == '\\'
      && (second = code_unit (at + 6, end)) >= 0xdc00 && second <= 0xdfff)
    return at + 10;
  if (first == 0 || (first >= 0xd800 && first <= 0xdfff))
    memcpy (at + 1, "fffd", 4);
  return at + 4;
}

/* One scan that knows strings. */
static guint
repair_and_count (GString *text)
{
  const char *end = text->str + text->len;
  gboolean in_string = FALSE;
  guint n_values = 1;

  for (char *at = text->str; at < end; at++)
    {
      if (in_string)
        {
          if (*at == '"')
            in_string = FALSE;
          else if (*at == '\\' && at + 1 < end)
            at = repair_escape (at + 1, end);
          continue;
        }
      if (*at == '"')
        in_string = TRUE;
      else if (*at == ',' || *at == '[' || *at == '{')
        n_values++;
    }
  return n_values;
}

/* Returns: (transfer full) (nullable): NULL when it is no message. */
static EnclaveRpcMessage *
read_message (JsonObject *object, gsize bytes)
{
  g_autoptr (EnclaveRpcMessage) self = NULL;
  JsonNode *id = json_object_get_member (object, "id");
  JsonObject *error = enclave_json_peek_object (object, "error");
  JsonObject *params = enclave_json_peek_object (object, "params");
  const char *method = enclave_json_peek_string (object, "method");

  if (g_strcmp0 (enclave_json_peek_string (object, "jsonrpc"), "2.0") != 0)
    return NULL;
  if (id != NULL && (JSON_NODE_HOLDS_NULL (id) || !JSON_NODE_HOLDS_VALUE (id)))
    id = NULL;
  if (method == NULL && error == NULL && (id == NULL || !json_object_has_member (object, "result")))
    return NULL;

  self = g_atomic_rc_box_new0 (EnclaveRpcMessage);
  self->bytes = bytes;
  self->id = id != NULL ? json_node_ref (id) : NULL;
  self->method = g_strdup (method);
  self->params = params != NULL ? json_object_ref (params) : NULL;
  if (method != NULL)
    {
      self->kind = id != NULL ? ENCLAVE_RPC_REQUEST : ENCLAVE_RPC_NOTIFICATION;
      return g_steal_pointer (&self);
    }
  self->kind = ENCLAVE_RPC_RESPONSE;
  if (error != NULL)
    self->error = enclave_rpc_error_new_remote (enclave_json_get_int (error, "code", ENCLAVE_RPC_CODE_INTERNAL_ERROR),
                                                enclave_json_peek_string (error, "message"),
                                                json_object_get_member (error, "data"));
  else
    self->result = json_node_ref (json_object_get_member (object, "result"));
  return g_steal_pointer (&self);
}

static gboolean
add_message (GPtrArray *messages, JsonObject *object, gsize bytes, GError **error)
{
  EnclaveRpcMessage *message = object != NULL ? read_message (object, bytes) : NULL;

  if (message != NULL)
    {
      g_ptr_array_add (messages, message);
      return TRUE;
    }
  g_set_error_literal (error, ENCLAVE_RPC_ERROR, ENCLAVE_RPC_ERROR_SYNTAX, _ ("Reading a message: this is no JSON-RPC message"));
  return FALSE;
}

GPtrArray *
enclave_rpc_message_parse (GString *text, GError **error)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_rpc_message_unref);
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) local_error = NULL;
  JsonArray *batch;

  g_return_val_if_fail (text != NULL, NULL);

  if (!g_utf8_validate_len (text->str, text->len, NULL))
    {
      g_autofree char *valid = enclave_utf8_make_valid (text->str, (gssize) text->len);

      g_string_assign (text, valid);
    }
  if (repair_and_count (text) > ENCLAVE_RPC_MAX_VALUES)
    {
      g_set_error (error, ENCLAVE_RPC_ERROR, ENCLAVE_RPC_ERROR_LIMIT, _ ("Reading a message: it holds more than %d values"),
                   ENCLAVE_RPC_MAX_VALUES);
      return NULL;
    }
  root = enclave_json_parse (text->str, (gssize) text->len, &local_error);
  if (root == NULL)
    {
      gboolean syntax = g_error_matches (local_error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_SYNTAX);

      g_set_error_literal (error, ENCLAVE_RPC_ERROR, syntax ? ENCLAVE_RPC_ERROR_SYNTAX : ENCLAVE_RPC_ERROR_LIMIT,
                           local_error->message);
      return NULL;
    }
  if (!JSON_NODE_HOLDS_ARRAY (root))
    return add_message (messages, JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL, text->len, error)
             ? g_steal_pointer (&messages)
             : NULL;
  batch = json_node_get_array (root);
  for (guint i = 0; i < json_array_get_length (batch); i++)
    if (!add_message (messages, enclave_json_array_peek_object (batch, i), text->len, error))
      return NULL;
  return g_steal_pointer (&messages);
}

static JsonObject *
new_message (void)
{
  JsonObject *message = json_object_new ();

  json_object_set_string_member (message, "jsonrpc", "2.0");
  return message;
}

JsonObject *
enclave_rpc_message_new_request (gint64 id, const char *method, JsonObject *params)
{
  JsonObject *message = enclave_rpc_message_new_notification (method, params);

  json_object_set_int_member (message, "id", id);
  return message;
}

JsonObject *
enclave_rpc_message_new_notification (const char *method, JsonObject *params)
{
  JsonObject *message = new_message ();

  json_object_set_string_member (message, "method", method);
  if (params != NULL)
    json_object_set_object_member (message, "params", params);
  return message;
}

static void
set_id (JsonObject *message, JsonNode *id)
{
  json_object_set_member (message, "id", id != NULL ? json_node_copy (id) : json_node_new (JSON_NODE_NULL));
}

JsonObject *
enclave_rpc_message_new_result_node (JsonNode *id, JsonNode *result)
{
  JsonObject *message = new_message ();

  set_id (message, id);
  json_object_set_member (message, "result", result != NULL ? result : json_node_new (JSON_NODE_NULL));
  return message;
}

JsonObject *
enclave_rpc_message_new_result (JsonNode *id, JsonObject *result)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, result != NULL ? result : json_object_new ());
  return enclave_rpc_message_new_result_node (id, node);
}

JsonObject *
enclave_rpc_message_new_error (JsonNode *id, gint64 code, const char *text)
{
  JsonObject *message = new_message ();
  JsonObject *error = json_object_new ();

  set_id (message, id);
  json_object_set_int_member (error, "code", code);
  json_object_set_string_member (error, "message", text);
  json_object_set_object_member (message, "error", error);
  return message;
}
