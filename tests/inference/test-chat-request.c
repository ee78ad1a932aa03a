/* test-chat-request.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-chat-request.h"
#include "enclave-json.h"

static EnclaveChatRequest *
make_request (void)
{
  EnclaveChatRequest *request = enclave_chat_request_new ("m");

  enclave_chat_request_add_message (request, "system", "s");
  enclave_chat_request_add_message (request, "user", "u");
  enclave_chat_request_add_message (request, "assistant", "a");
  enclave_chat_request_add_tool_call (request, "i", "f", "{\"x\":1}");
  enclave_chat_request_add_tool_call (request, "j", "g", "{broken");
  enclave_chat_request_add_tool_result (request, "i", "f", "r");
  enclave_chat_request_set_max_tokens (request, 99);
  enclave_chat_request_set_context_window (request, 8192);
  return request;
}

static char *
body_text (EnclaveChatRequest *request, EnclaveEndpointKind kind)
{
  g_autoptr (GBytes) body = enclave_chat_request_to_body (request, kind);

  return g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
}

static JsonObject *
parse (EnclaveChatRequest *request, EnclaveEndpointKind kind)
{
  g_autofree char *text = body_text (request, kind);
  g_autoptr (GError) error = NULL;
  JsonObject *root = enclave_json_parse_object (text, -1, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (enclave_json_peek_string (root, "model"), ==, "m");
  g_assert_true (enclave_json_get_boolean (root, "stream", FALSE));
  return root;
}

static JsonObject *
message_at (JsonObject *root, guint index)
{
  return enclave_json_array_peek_object (enclave_json_peek_array (root, "messages"), index);
}

static JsonObject *
function_at (JsonObject *message, guint index)
{
  return enclave_json_peek_object (enclave_json_array_peek_object (enclave_json_peek_array (message, "tool_calls"), index),
                                   "function");
}

static void
test_v1 (void)
{
  g_autoptr (EnclaveChatRequest) request = make_request ();
  g_autoptr (JsonObject) root = parse (request, ENCLAVE_ENDPOINT_OPENAI);

  g_assert_cmpint (enclave_json_get_int (root, "max_tokens", 0), ==, 99);
  g_assert_true (enclave_json_get_boolean (enclave_json_peek_object (root, "stream_options"), "include_usage", FALSE));
  g_assert_false (json_object_has_member (root, "options"));
  g_assert_false (json_object_has_member (root, "tools"));
  g_assert_cmpstr (enclave_json_peek_string (message_at (root, 0), "role"), ==, "system");
  /* Arguments go back as text; broken ones would spoil every later turn. */
  g_assert_cmpstr (enclave_json_peek_string (function_at (message_at (root, 2), 0), "arguments"), ==, "{\"x\":1}");
  g_assert_cmpstr (enclave_json_peek_string (function_at (message_at (root, 2), 1), "arguments"), ==, "{}");
  g_assert_cmpstr (enclave_json_peek_string (message_at (root, 3), "role"), ==, "tool");
  g_assert_cmpstr (enclave_json_peek_string (message_at (root, 3), "tool_call_id"), ==, "i");
}

static void
test_native (void)
{
  g_autoptr (EnclaveChatRequest) request = make_request ();
  g_autoptr (JsonObject) root = parse (request, ENCLAVE_ENDPOINT_OLLAMA);
  JsonObject *options = enclave_json_peek_object (root, "options");

  g_assert_false (enclave_json_get_boolean (root, "truncate", TRUE));
  g_assert_false (enclave_json_get_boolean (root, "shift", TRUE));
  g_assert_cmpint (enclave_json_get_int (options, "num_ctx", 0), ==, 8192);
  g_assert_cmpint (enclave_json_get_int (options, "num_predict", 0), ==, 99);
  g_assert_false (json_object_has_member (root, "max_tokens"));
  g_assert_cmpint (enclave_json_get_int (root, "keep_alive", 0), >=, 3600);
  g_assert_false (json_object_has_member (root, "stream_options"));
  /* Arguments go back as an object. */
  g_assert_cmpint (
    enclave_json_get_int (enclave_json_peek_object (function_at (message_at (root, 2), 0), "arguments"), "x", 0), ==, 1);
  g_assert_nonnull (enclave_json_peek_object (function_at (message_at (root, 2), 1), "arguments"));
  g_assert_cmpstr (enclave_json_peek_string (message_at (root, 3), "tool_name"), ==, "f");
}

static void
test_llamacpp (void)
{
  g_autoptr (EnclaveChatRequest) request = make_request ();
  g_autoptr (JsonObject) root = parse (request, ENCLAVE_ENDPOINT_LLAMACPP);

  g_assert_true (enclave_json_get_boolean (root, "return_progress", FALSE));
  g_assert_false (json_object_has_member (root, "ttl"));
}

static void
test_lmstudio (void)
{
  g_autoptr (EnclaveChatRequest) request = make_request ();
  g_autoptr (JsonObject) root = parse (request, ENCLAVE_ENDPOINT_LMSTUDIO);

  g_assert_cmpint (enclave_json_get_int (root, "ttl", 0), >=, 3600);
  g_assert_false (json_object_has_member (root, "return_progress"));
}

/* The server keeps what it has read only as far as the bytes of the next request are the same. */
static void
test_prefix_stays (gconstpointer data)
{
  EnclaveEndpointKind kind = (EnclaveEndpointKind) GPOINTER_TO_INT (data);
  g_autoptr (EnclaveChatRequest) request = enclave_chat_request_new ("m");
  g_autoptr (JsonNode) tools = enclave_json_parse ("[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]", -1, NULL);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  const char *end;

  enclave_chat_request_set_max_tokens (request, 9);
  enclave_chat_request_set_tools (request, json_node_get_array (tools));
  enclave_chat_request_add_message (request, "user", "one");
  first = body_text (request, kind);
  enclave_chat_request_add_message (request, "assistant", "two");
  enclave_chat_request_add_tool_call (request, "i", "f", "{}");
  enclave_chat_request_add_tool_result (request, "i", "f", "three");
  enclave_chat_request_set_max_tokens (request, 11);
  second = body_text (request, kind);
  g_assert_nonnull (strstr (first, "\"tools\""));
  g_assert_true (strstr (first, "\"tools\"") < strstr (first, "\"messages\""));
  end = strstr (first, "\"one\"}]");
  g_assert_nonnull (end);
  end = strchr (end, ']');
  g_assert_cmpint (strncmp (first, second, (gsize) (end - first)), ==, 0);
  /* What changes stands behind. */
  g_assert_nonnull (strstr (end, ":9}"));
  g_assert_nonnull (strstr (second, ":11}"));
}

static void
test_text_is_kept (void)
{
  static const char text[] = "\"\\ \n\t\001 \303\251 \342\202\254 \360\237\231\202 </script> \177";
  g_autoptr (EnclaveChatRequest) request = enclave_chat_request_new ("m");
  g_autoptr (JsonObject) root = NULL;

  enclave_chat_request_add_message (request, "user", text);
  root = parse (request, ENCLAVE_ENDPOINT_OPENAI);
  g_assert_cmpstr (enclave_json_peek_string (message_at (root, 0), "content"), ==, text);
  g_assert_cmpuint (enclave_chat_request_estimate_tokens (request), >, 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat-request/v1", test_v1);
  g_test_add_func ("/chat-request/native", test_native);
  g_test_add_func ("/chat-request/llamacpp", test_llamacpp);
  g_test_add_func ("/chat-request/lmstudio", test_lmstudio);
  g_test_add_data_func ("/chat-request/prefix-stays/v1", GINT_TO_POINTER (ENCLAVE_ENDPOINT_OPENAI), test_prefix_stays);
  g_test_add_data_func ("/chat-request/prefix-stays/native", GINT_TO_POINTER (ENCLAVE_ENDPOINT_OLLAMA), test_prefix_stays);
  g_test_add_func ("/chat-request/text-is-kept", test_text_is_kept);

  return g_test_run ();
}
