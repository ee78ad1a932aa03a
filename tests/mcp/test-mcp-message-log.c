/* test-mcp-message-log.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>
#include <time.h>

#include "enclave-json.h"
#include "enclave-mcp-message-log.h"

static void
receive (EnclaveMcpMessageLog *log, const char *message)
{
  g_autoptr (GString) text = g_string_new (message);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) messages = enclave_rpc_message_parse (text, &error);

  g_assert_no_error (error);
  enclave_mcp_message_log_add_received (log, g_ptr_array_index (messages, 0));
}

static void
send_text (EnclaveMcpMessageLog *log, const char *message)
{
  g_autoptr (JsonObject) object = enclave_json_parse_object (message, -1, NULL);

  enclave_mcp_message_log_add_sent (log, object);
}

static void
test_both_ways (void)
{
  g_autoptr (EnclaveMcpMessageLog) log = enclave_mcp_message_log_new (NULL);
  g_autoptr (GPtrArray) texts = NULL;
  guint serial = enclave_mcp_message_log_get_serial (log);

  send_text (log, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\",\"n\":[1,true,null,2.5]}}");
  receive (log, "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"a\\nb\\u001b[31m\\u202e\"}]}}");
  receive (log, "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"error\":{\"code\":-32601,\"message\":\"no such\"}}");
  g_assert_cmpuint (enclave_mcp_message_log_get_serial (log), !=, serial);
  texts = enclave_mcp_message_log_dup_texts (log);
  g_assert_cmpuint (texts->len, ==, 3);
  g_assert_nonnull (strstr (g_ptr_array_index (texts, 0), "→ tools/call #7\n{\"name\": \"echo\", \"n\": [1, true, null, 2.5]}"));
  g_assert_nonnull (strstr (g_ptr_array_index (texts, 1), "← answer #7 · "));
  g_assert_nonnull (strstr (g_ptr_array_index (texts, 1), "a\\nb"));
  g_assert_null (strstr (g_ptr_array_index (texts, 1), "\033"));
  g_assert_null (strstr (g_ptr_array_index (texts, 1), "\u202e"));
  g_assert_nonnull (strstr (g_ptr_array_index (texts, 2), "← error"));
  g_assert_nonnull (strstr (g_ptr_array_index (texts, 2), "no such"));
}

/* Neither what was given to it as a secret nor what looks like one. */
static void
test_secrets (void)
{
  const char *const secrets[] = { "open sesame", "", "abc", NULL };
  g_autoptr (EnclaveMcpMessageLog) log = enclave_mcp_message_log_new (secrets);
  g_autoptr (GPtrArray) texts = NULL;

  receive (log, "{\"jsonrpc\":\"2.0\",\"method\":\"open sesame\",\"params\":{\"a\":\"abc open sesame.\"}}");
  receive (log, "{\"jsonrpc\":\"2.0\",\"method\":\"n\",\"params\":{\"key\":\"ghp_abcdefghijklmnopqrstuvwxyz0123456789\"}}");
  texts = enclave_mcp_message_log_dup_texts (log);
  g_assert_null (strstr (g_ptr_array_index (texts, 0), "sesame"));
  g_assert_nonnull (strstr (g_ptr_array_index (texts, 0), "abc ***."));
  g_assert_null (strstr (g_ptr_array_index (texts, 1), "ghp_abc"));
}

/* What was filled into a form of the server's, in both eras; what is sent stays whole. */
static void
test_answers (void)
{
  g_autoptr (EnclaveMcpMessageLog) log = enclave_mcp_message_log_new (NULL);
  g_autoptr (JsonObject) answer = enclave_json_parse_object ("{\"id\":1,\"result\":{\"action\":\"accept\",\"content\":{\"value\":\"horse battery\"}}}", -1,
                                                              NULL);
  g_autoptr (GPtrArray) texts = NULL;

  enclave_mcp_message_log_add_sent (log, answer);
  send_text (log, "{\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"t\",\"inputResponses\":{\"a\":{\"content\":{\"value\":\"horse\"}}}}}");
  g_assert_true (json_object_has_member (enclave_json_peek_object (enclave_json_peek_object (answer, "result"), "content"), "value"));
  texts = enclave_mcp_message_log_dup_texts (log);
  g_assert_nonnull (strstr (g_ptr_array_index (texts, 0), "{\"action\": \"accept\", \"content\": \"…\"}"));
  g_assert_nonnull (strstr (g_ptr_array_index (texts, 1), "\"inputResponses\": \"…\""));
  for (guint i = 0; i < texts->len; i++)
    g_assert_null (strstr (g_ptr_array_index (texts, i), "horse"));
}

/* However long and however many. */
static void
test_bounds (void)
{
  g_autoptr (EnclaveMcpMessageLog) log = enclave_mcp_message_log_new (NULL);
  g_autoptr (GString) text = g_string_new ("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"a\":[");
  g_autoptr (GPtrArray) messages = NULL;
  g_autoptr (GPtrArray) texts = NULL;
  g_autofree char *long_text = g_strnfill (4 * 1024 * 1024, 'x');
  g_autofree char *whole = NULL;
  clock_t began;
  clock_t of_one;
  guint n = 0;

  for (guint i = 0; i < 1000; i++)
    g_string_append (text, "[\"éééé\"],");
  g_string_append_printf (text, "\"%s\"]}}", long_text);
  messages = enclave_rpc_message_parse (text, NULL);
  g_assert_nonnull (messages);
  began = clock ();
  whole = json_to_string (((EnclaveRpcMessage *) g_ptr_array_index (messages, 0))->result, FALSE);
  of_one = clock () - began;
  g_assert_cmpuint (strlen (whole), >, strlen (long_text));
  began = clock ();
  for (guint i = 0; i < 100000; i++)
    enclave_mcp_message_log_add_received (log, g_ptr_array_index (messages, 0));
  g_test_message ("all: %ld, one written out whole: %ld", (long) (clock () - began), (long) of_one);
  /* All of them together cost less than a few that are written out whole. */
  g_assert_cmpint (clock () - began, <, 10 * of_one);
  texts = enclave_mcp_message_log_dup_texts (log);
  g_assert_cmpuint (texts->len, <=, ENCLAVE_MCP_LOG_MESSAGES + 1);
  for (guint i = 0; i < texts->len; i++)
    {
      const char *found = g_ptr_array_index (texts, i);

      g_assert_cmpuint (strlen (found), <, 2 * ENCLAVE_MCP_LOG_MESSAGE_BYTES);
      g_assert_true (g_utf8_validate (found, -1, NULL));
      n += strstr (found, "too fast") != NULL ? 1 : 0;
    }
  g_assert_cmpuint (n, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mcp/message-log/both-ways", test_both_ways);
  g_test_add_func ("/mcp/message-log/secrets", test_secrets);
  g_test_add_func ("/mcp/message-log/answers", test_answers);
  g_test_add_func ("/mcp/message-log/bounds", test_bounds);

  return g_test_run ();
}
