/* test-rpc-message.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-rpc-error.h"
#include "enclave-rpc-message.h"

static GPtrArray *
parse (const char *text, GError **error)
{
  g_autoptr (GString) copy = g_string_new (text);

  return enclave_rpc_message_parse (copy, error);
}

static EnclaveRpcMessage *
parse_one (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) messages = parse (text, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (messages->len, ==, 1);
  return enclave_rpc_message_ref (g_ptr_array_index (messages, 0));
}

static void
test_kinds (void)
{
  g_autoptr (EnclaveRpcMessage) request = parse_one ("{\"jsonrpc\":\"2.0\",\"id\":\"abc\",\"method\":\"ping\",\"params\":{\"a\":1}}");
  g_autoptr (EnclaveRpcMessage) notification = parse_one ("{\"jsonrpc\":\"2.0\",\"method\":\"n\",\"params\":[1]}");
  g_autoptr (EnclaveRpcMessage) result = parse_one ("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":null}");
  g_autoptr (EnclaveRpcMessage) error
    = parse_one ("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32022,\"message\":\"no\",\"data\":{\"supported\":[\"x\"]}}}");

  g_assert_cmpint (request->kind, ==, ENCLAVE_RPC_REQUEST);
  g_assert_cmpint (enclave_rpc_message_get_id (request), ==, -1);
  g_assert_cmpint (enclave_json_get_int (request->params, "a", 0), ==, 1);
  g_assert_cmpint (notification->kind, ==, ENCLAVE_RPC_NOTIFICATION);
  g_assert_null (notification->params);
  g_assert_cmpint (result->kind, ==, ENCLAVE_RPC_RESPONSE);
  g_assert_cmpint (enclave_rpc_message_get_id (result), ==, 7);
  g_assert_true (JSON_NODE_HOLDS_NULL (result->result));
  g_assert_null (error->id);
  g_assert_cmpint (enclave_rpc_error_get_code (error->error), ==, -32022);
  g_assert_nonnull (enclave_json_peek_array (enclave_rpc_error_peek_data (error->error), "supported"));
}

static void
test_no_messages (void)
{
  static const char *const texts[] = {
    "Server listening on stdio", "{", "[]x", "1", "\"jsonrpc\"", "{}", "{\"jsonrpc\":\"1.0\",\"id\":1,\"result\":1}",
    "{\"jsonrpc\":\"2.0\",\"id\":1}", "{\"jsonrpc\":\"2.0\",\"result\":1}", "[{\"jsonrpc\":\"2.0\",\"method\":\"a\"},3]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (texts[i], &error));
      g_assert_error (error, ENCLAVE_RPC_ERROR, ENCLAVE_RPC_ERROR_SYNTAX);
    }
}

static void
test_batch (void)
{
  g_autoptr (GPtrArray) messages
    = parse ("[{\"jsonrpc\":\"2.0\",\"method\":\"a\"},{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}]", NULL);

  g_assert_cmpuint (messages->len, ==, 2);
}

/* Text that json-glib would cut, or refuse the whole message for. */
static void
test_repair (void)
{
  g_autoptr (EnclaveRpcMessage) message
    = parse_one ("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"a\":\"x\\u0000y\",\"b\":\"\\ud800 \\udc00\",\"c\":\"\\ud83d\\ude00\",\"d\":\"\\\\u0000\","
                 "\"e\":\"\\ud800\\u0041\",\"f\":\"\xff\"}}");
  JsonObject *result = json_node_get_object (message->result);

  g_assert_cmpstr (enclave_json_peek_string (result, "a"), ==, "x\xef\xbf\xbdy");
  g_assert_cmpstr (enclave_json_peek_string (result, "b"), ==, "\xef\xbf\xbd \xef\xbf\xbd");
  g_assert_cmpstr (enclave_json_peek_string (result, "c"), ==, "\xf0\x9f\x98\x80");
  g_assert_cmpstr (enclave_json_peek_string (result, "d"), ==, "\\u0000");
  g_assert_cmpstr (enclave_json_peek_string (result, "e"), ==, "\xef\xbf\xbd""A");
  g_assert_cmpstr (enclave_json_peek_string (result, "f"), ==, "\xef\xbf\xbd");
}

static void
test_limits (void)
{
  g_autoptr (GString) deep = g_string_new ("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":");
  g_autoptr (GString) many = g_string_new (deep->str);
  g_autoptr (GString) commas = g_string_new (deep->str);
  g_autoptr (GError) deep_error = NULL;
  g_autoptr (GError) many_error = NULL;
  g_autoptr (GError) commas_error = NULL;

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (deep, '[');
  g_assert_null (parse (deep->str, &deep_error));
  g_assert_error (deep_error, ENCLAVE_RPC_ERROR, ENCLAVE_RPC_ERROR_LIMIT);

  g_string_append (many, "[0");
  for (guint i = 0; i < ENCLAVE_RPC_MAX_VALUES; i++)
    g_string_append (many, ",0");
  g_string_append (many, "]}");
  g_assert_null (parse (many->str, &many_error));
  g_assert_error (many_error, ENCLAVE_RPC_ERROR, ENCLAVE_RPC_ERROR_LIMIT);

  /* Commas of a text are none of the message. */
  g_string_append_c (commas, '"');
  for (guint i = 0; i < ENCLAVE_RPC_MAX_VALUES; i++)
    g_string_append (commas, ",[\\\"");
  g_string_append (commas, "\"}");
  g_ptr_array_unref (parse (commas->str, &commas_error));
  g_assert_no_error (commas_error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rpc/message/kinds", test_kinds);
  g_test_add_func ("/rpc/message/no-messages", test_no_messages);
  g_test_add_func ("/rpc/message/batch", test_batch);
  g_test_add_func ("/rpc/message/repair", test_repair);
  g_test_add_func ("/rpc/message/limits", test_limits);
  return g_test_run ();
}
