/* test-faults.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-test-exchange.h"
#include "enclave-test-project.h"
#include "enclave-test-server.h"

#define CHAT "/v1/chat/completions"

/* One request to a server that answers @reply. */
static EnclaveTestExchange *
ask (const char *reply, EnclaveEndpointKind kind)
{
  g_autofree char *script = g_strdup_printf ("{\"replies\":[%s]}", reply);
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new (script);
  g_autoptr (EnclaveInferenceClient) client = enclave_test_client_new (enclave_test_server_get_address (server), kind);
  g_autoptr (EnclaveChatRequest) request = enclave_test_request_new (0);

  return enclave_test_exchange_run (client, request);
}

/* @text: all text that came before the failure. */
static void
check_failure (const char *reply, EnclaveInferenceError code, const char *text)
{
  g_autoptr (EnclaveTestExchange) exchange = ask (reply, ENCLAVE_ENDPOINT_OPENAI);
  g_autofree char *said = enclave_test_exchange_text (exchange, ENCLAVE_COMPLETION_TEXT);

  g_assert_error (exchange->error, ENCLAVE_INFERENCE_ERROR, (int) code);
  g_assert_cmpstr (said, ==, text);
  g_assert_null (enclave_test_exchange_find (exchange, ENCLAVE_COMPLETION_END, 0));
  g_assert_null (enclave_test_exchange_find (exchange, ENCLAVE_COMPLETION_TOOL_CALL, 0));
}

static void
check_good (const char *reply, const char *text)
{
  g_autoptr (EnclaveTestExchange) exchange = ask (reply, ENCLAVE_ENDPOINT_OPENAI);
  g_autofree char *said = enclave_test_exchange_text (exchange, ENCLAVE_COMPLETION_TEXT);

  g_assert_no_error (exchange->error);
  g_assert_cmpstr (said, ==, text);
  g_assert_nonnull (enclave_test_exchange_find (exchange, ENCLAVE_COMPLETION_END, 0));
}

static void
test_dead_server (void)
{
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new ("{}");
  g_autoptr (EnclaveInferenceClient) client
    = enclave_test_client_new (enclave_test_server_get_address (server), ENCLAVE_ENDPOINT_OPENAI);
  g_autoptr (EnclaveChatRequest) request = enclave_test_request_new (0);
  g_autoptr (EnclaveTestExchange) exchange = NULL;

  enclave_test_server_stop (server);
  exchange = enclave_test_exchange_run (client, request);
  g_assert_error (exchange->error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_OFFLINE);
}

static void
test_web_page (void)
{
  check_failure ("{\"type\":\"text/html\",\"body\":\"<html><body>A router</body></html>\"}",
                 ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER, "");
  check_failure ("{\"type\":null,\"body\":\"<html><body>A router</body></html>\"}", ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER,
                 "");
  check_failure ("{\"type\":\"text/html\",\"status\":502,\"body\":\"<html>Bad gateway</html>\"}",
                 ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER, "");
}

static void
test_redirect (void)
{
  g_autoptr (EnclaveTestExchange) exchange
    = ask ("{\"status\":307,\"headers\":{\"Location\":\"http://127.0.0.1:1/elsewhere\"},\"body\":\"\"}",
           ENCLAVE_ENDPOINT_OPENAI);

  g_assert_error (exchange->error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
}

static void
test_cut (gconstpointer data)
{
  const char *transfer = data;
  g_autofree char *text = g_strdup_printf ("{\"transfer\":\"%s\",\"end\":\"cut\",\"events\":[{\"text\":\"some\"}]}", transfer);
  g_autofree char *reset
    = g_strdup_printf ("{\"transfer\":\"%s\",\"end\":\"reset\",\"events\":[{\"text\":\"some\"},{\"delay_ms\":100}]}", transfer);
  g_autofree char *call = g_strdup_printf ("{\"transfer\":\"%s\",\"end\":\"cut\",\"events\":[{\"text\":\"some\"},{\"call\":"
                                           "{\"name\":\"f\",\"id\":\"i\",\"arguments\":{\"x\":1}}}]}",
                                           transfer);
  g_autofree char *half
    = g_strdup_printf ("{\"transfer\":\"%s\",\"end\":\"cut\",\"events\":[{\"text\":\"some\"},{\"raw\":\"data: {\\\"choi\"}]}",
                       transfer);
  /* `data: {"choices":[{"delta":{"content":"` and the first byte of é. */
  g_autofree char *character
    = g_strdup_printf ("{\"transfer\":\"%s\",\"end\":\"cut\",\"events\":[{\"text\":\"some\"},{\"base64\":"
                       "\"ZGF0YTogeyJjaG9pY2VzIjpbeyJkZWx0YSI6eyJjb250ZW50Ijoiww==\"}]}",
                       transfer);

  check_failure (text, ENCLAVE_INFERENCE_ERROR_CUT_OFF, "some");
  check_failure (reset, ENCLAVE_INFERENCE_ERROR_CUT_OFF, "some");
  check_failure (call, ENCLAVE_INFERENCE_ERROR_CUT_OFF, "some");
  check_failure (half, ENCLAVE_INFERENCE_ERROR_CUT_OFF, "some");
  check_failure (character, ENCLAVE_INFERENCE_ERROR_CUT_OFF, "some");
}

static void
test_cut_before_the_head (void)
{
  g_autoptr (EnclaveTestExchange) exchange = ask ("{\"raw\":\"\",\"end\":\"cut\"}", ENCLAVE_ENDPOINT_OPENAI);
  g_autoptr (EnclaveTestExchange) garbage = ask ("{\"raw\":\"SSH-2.0-OpenSSH\\r\\n\",\"end\":\"cut\"}", ENCLAVE_ENDPOINT_OPENAI);

  g_assert_cmpint (exchange->error->domain, ==, ENCLAVE_INFERENCE_ERROR);
  g_assert_cmpint (garbage->error->domain, ==, ENCLAVE_INFERENCE_ERROR);
}

/* A finish_reason without [DONE] is an end; some servers never send it. */
static void
test_no_done (void)
{
  check_good ("{\"end\":\"no-done\",\"events\":[{\"text\":\"all\"}]}", "all");
  check_good ("{\"end\":\"no-done\",\"transfer\":\"close\",\"events\":[{\"text\":\"all\"}]}", "all");
  check_good ("{\"finish\":null,\"events\":[{\"text\":\"all\"}]}", "all");
  check_failure ("{\"finish\":null,\"end\":\"no-done\",\"events\":[{\"text\":\"all\"}]}", ENCLAVE_INFERENCE_ERROR_CUT_OFF,
                 "all");
}

static void
test_error_within (void)
{
  check_failure ("{\"events\":[{\"text\":\"some\"},{\"error\":{\"message\":\"out of memory\"}}]}",
                 ENCLAVE_INFERENCE_ERROR_SERVER, "some");
  check_failure ("{\"events\":[{\"text\":\"some\"},{\"error\":\"out of memory\"}]}", ENCLAVE_INFERENCE_ERROR_SERVER, "some");
  check_failure ("{\"events\":[{\"text\":\"some\"},{\"call\":{\"name\":\"f\",\"id\":\"i\",\"arguments\":{}}},"
                 "{\"error\":\"out of memory\"}]}",
                 ENCLAVE_INFERENCE_ERROR_SERVER, "some");
}

static void
test_plain_error_text (void)
{
  g_autoptr (EnclaveTestExchange) exchange
    = ask ("{\"status\":500,\"type\":\"text/plain\",\"body\":\"the disk is full\"}", ENCLAVE_ENDPOINT_OPENAI);

  g_assert_error (exchange->error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_SERVER);
  g_assert_nonnull (strstr (exchange->error->message, "the disk is full"));
}

static void
test_long_error (void)
{
  g_autofree char *long_text = g_strnfill (8000, 'x');
  g_autofree char *reply
    = g_strdup_printf ("{\"status\":500,\"json\":{\"error\":{\"message\":\"first words %s\"}}}", long_text);
  g_autoptr (EnclaveTestExchange) exchange = ask (reply, ENCLAVE_ENDPOINT_OPENAI);

  g_assert_error (exchange->error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_SERVER);
  g_assert_nonnull (strstr (exchange->error->message, ": first words"));
  g_assert_null (strchr (exchange->error->message, '{'));
  g_assert_cmpuint (strlen (exchange->error->message), <, 2200);
}

/* A client that has not asked what answers there must not send text to where Ollama would pass it on. */
static void
test_cloud_name_without_identity (void)
{
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new ("{\"replies\":[{\"events\":[{\"text\":\"a\"}]}]}");
  g_autoptr (EnclaveInferenceClient) client
    = enclave_test_client_new (enclave_test_server_get_address (server), ENCLAVE_ENDPOINT_UNKNOWN);
  g_autoptr (EnclaveChatRequest) request = enclave_chat_request_new ("big:cloud");
  g_autoptr (EnclaveTestExchange) exchange = NULL;

  enclave_chat_request_add_message (request, "user", "secret");
  exchange = enclave_test_exchange_run (client, request);
  g_assert_error (exchange->error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL);
  g_assert_cmpuint (enclave_test_server_count_requests (server, NULL), ==, 0);
}

static void
test_slow_pieces (void)
{
  check_good ("{\"slice\":5,\"slice_delay_ms\":1,\"events\":[{\"text\":\"h\303\251\342\202\254\360\237\231\202\"}]}",
              "h\303\251\342\202\254\360\237\231\202");
  check_good ("{\"slice\":1,\"transfer\":\"length\",\"events\":[{\"text\":\"h\303\251\"},{\"text\":\"llo\"}]}", "h\303\251llo");
  check_good ("{\"head_delay_ms\":100,\"events\":[{\"delay_ms\":50},{\"text\":\"late\"}]}", "late");
}

static void
test_ollama (void)
{
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new (
    "{\"replies\":[{\"slice\":1,\"events\":[{\"reasoning\":\"hm\"},{\"text\":\"a\"},{\"call\":{\"name\":\"f\",\"arguments\":"
    "{\"x\":1}}},{\"usage\":{\"prompt\":5,\"completion\":2}}]}]}");
  g_autoptr (EnclaveInferenceClient) client
    = enclave_test_client_new (enclave_test_server_get_address (server), ENCLAVE_ENDPOINT_OLLAMA);
  g_autoptr (EnclaveChatRequest) request = enclave_test_request_new (0);
  g_autoptr (EnclaveTestExchange) exchange = NULL;
  g_autoptr (JsonObject) sent = NULL;
  g_autoptr (JsonObject) body = NULL;
  EnclaveCompletionEvent *call;

  enclave_chat_request_set_context_window (request, 16384);
  exchange = enclave_test_exchange_run (client, request);
  g_assert_no_error (exchange->error);
  call = enclave_test_exchange_find (exchange, ENCLAVE_COMPLETION_TOOL_CALL, 0);
  g_assert_cmpstr (call->arguments, ==, "{\"x\":1}");
  g_assert_cmpuint (enclave_test_exchange_find (exchange, ENCLAVE_COMPLETION_USAGE, 0)->prompt_tokens, ==, 5);

  sent = enclave_test_server_dup_request (server, "/api/chat", 0);
  body = enclave_json_parse_object (enclave_json_peek_string (sent, "body"), -1, NULL);
  g_assert_cmpint (enclave_json_get_int (enclave_json_peek_object (body, "options"), "num_ctx", 0), ==, 16384);
  g_assert_false (enclave_json_get_boolean (body, "truncate", TRUE));
  g_assert_false (enclave_json_get_boolean (body, "shift", TRUE));
}

static void
test_ollama_remote_host (void)
{
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new (
    "{\"replies\":[{\"events\":[{\"text\":\"a\"},{\"json\":{\"remote_host\":\"https://ollama.com\",\"message\":"
    "{\"content\":\"b\"},\"done\":false}},{\"flood\":{\"text\":\"more\",\"count\":0,\"per_second\":100}}]}]}");
  g_autoptr (EnclaveInferenceClient) client
    = enclave_test_client_new (enclave_test_server_get_address (server), ENCLAVE_ENDPOINT_OLLAMA);
  g_autoptr (EnclaveChatRequest) request = enclave_test_request_new (0);
  g_autoptr (EnclaveTestExchange) exchange = enclave_test_exchange_run (client, request);

  g_assert_error (exchange->error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL);
  g_assert_nonnull (strstr (exchange->error->message, "ollama.com"));
  g_assert_cmpstr (enclave_test_server_wait_ended (server, "/api/chat", 0, 2000, NULL), ==, "disconnected");
}

static void
test_flood (void)
{
  g_autoptr (EnclaveTestExchange) exchange
    = ask ("{\"events\":[{\"flood\":{\"text\":\"x\",\"count\":10000,\"per_second\":10000}}]}", ENCLAVE_ENDPOINT_OPENAI);
  g_autofree char *text = enclave_test_exchange_text (exchange, ENCLAVE_COMPLETION_TEXT);

  g_assert_no_error (exchange->error);
  g_assert_cmpuint (strlen (text), ==, 10000);
}

static void
test_endless (void)
{
  g_autoptr (EnclaveTestExchange) line
    = ask ("{\"events\":[{\"raw\":\"data: \"},{\"flood\":{\"raw\":\"0123456789abcdef0123456789abcdef\",\"count\":0}}]}",
           ENCLAVE_ENDPOINT_OPENAI);
  g_autoptr (EnclaveTestExchange) comments
    = ask ("{\"end\":\"cut\",\"events\":[{\"flood\":{\"raw\":\": ping\\n\\n\",\"count\":100000}}]}", ENCLAVE_ENDPOINT_OPENAI);

  g_assert_error (line->error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_LIMIT);
  g_assert_error (comments->error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER);
}

static void
test_garbage (void)
{
  check_failure ("{\"events\":[{\"flood\":{\"raw\":\"data: \\u0001{]\\n\\n\",\"count\":50}}]}",
                 ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER, "");
  check_good ("{\"events\":[{\"text\":\"a\"},{\"raw\":\"data: {\\\"broken\\n\\n\"},{\"raw\":\"data: []\\n\\n\"},{\"text\":\"b\"}]}",
              "ab");
}

typedef struct
{
  GCancellable *cancellable;
  gint64 cancelled_us;
} Stop;

static gboolean
on_stop (gpointer user_data)
{
  Stop *stop = user_data;

  stop->cancelled_us = g_get_monotonic_time ();
  g_cancellable_cancel (stop->cancellable);
  return G_SOURCE_REMOVE;
}

/* Whatever the server does, a stop is answered within 100 ms, and the server sees it. */
static void
check_stop (const char *reply, EnclaveEndpointKind kind)
{
  g_autofree char *script = g_strdup_printf ("{\"replies\":[%s]}", reply);
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new (script);
  g_autoptr (EnclaveInferenceClient) client = enclave_test_client_new (enclave_test_server_get_address (server), kind);
  g_autoptr (EnclaveChatRequest) request = enclave_test_request_new (0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (EnclaveCompletionStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  Stop stop = { cancellable, 0 };
  GAsyncResult *result = NULL;
  gint64 seen_us = 0;
  const char *how;

  g_timeout_add (200, on_stop, &stop);
  enclave_inference_client_open_stream_async (client, request, cancellable, enclave_test_result_callback, &result);
  {
    g_autoptr (GAsyncResult) opened = enclave_test_wait (&result);

    stream = enclave_inference_client_open_stream_finish (client, opened, &error);
  }
  while (stream != NULL && error == NULL)
    {
      g_autoptr (GAsyncResult) next = NULL;

      result = NULL;
      enclave_completion_stream_next_async (stream, cancellable, enclave_test_result_callback, &result);
      next = enclave_test_wait (&result);
      enclave_completion_event_free (enclave_completion_stream_next_finish (stream, next, &error));
    }
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - stop.cancelled_us, <, 100 * 1000);
  if (stream != NULL)
    enclave_completion_stream_close (stream);
  how = enclave_test_server_wait_ended (server, kind == ENCLAVE_ENDPOINT_OLLAMA ? "/api/chat" : CHAT, 0, 2000, &seen_us);
  g_assert_cmpstr (how, ==, "disconnected");
  g_assert_cmpint (seen_us - stop.cancelled_us, <, 100 * 1000);
}

static void
test_stop (void)
{
  check_stop ("{\"hang\":\"head\"}", ENCLAVE_ENDPOINT_OPENAI);
  check_stop ("{\"hang\":\"body\",\"events\":[]}", ENCLAVE_ENDPOINT_OPENAI);
  check_stop ("{\"hang\":\"body\",\"events\":[{\"text\":\"a\"}]}", ENCLAVE_ENDPOINT_OPENAI);
  check_stop ("{\"events\":[{\"flood\":{\"text\":\"x\",\"count\":0,\"per_second\":40}}]}", ENCLAVE_ENDPOINT_OPENAI);
  check_stop ("{\"events\":[{\"flood\":{\"text\":\"x\",\"count\":0,\"per_second\":10000}}]}", ENCLAVE_ENDPOINT_OPENAI);
  check_stop ("{\"events\":[{\"flood\":{\"text\":\"x\",\"count\":0,\"per_second\":40}}]}", ENCLAVE_ENDPOINT_OLLAMA);
  check_stop ("{\"status\":500,\"hang\":\"body\",\"events\":[{\"raw\":\"{\"}]}", ENCLAVE_ENDPOINT_OPENAI);
}

/* A stream that nobody reads on is closed with its last reference. */
static void
test_dropped_stream (void)
{
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new (
    "{\"replies\":[{\"events\":[{\"flood\":{\"text\":\"x\",\"count\":0,\"per_second\":40}}]}]}");
  g_autoptr (EnclaveInferenceClient) client
    = enclave_test_client_new (enclave_test_server_get_address (server), ENCLAVE_ENDPOINT_OPENAI);
  g_autoptr (EnclaveChatRequest) request = enclave_test_request_new (0);
  g_autoptr (EnclaveCompletionStream) stream = NULL;
  g_autoptr (GAsyncResult) opened = NULL;
  GAsyncResult *result = NULL;

  enclave_inference_client_open_stream_async (client, request, NULL, enclave_test_result_callback, &result);
  opened = enclave_test_wait (&result);
  stream = enclave_inference_client_open_stream_finish (client, opened, NULL);
  g_assert_nonnull (stream);
  g_clear_object (&stream);
  g_assert_cmpstr (enclave_test_server_wait_ended (server, CHAT, 0, 2000, NULL), ==, "disconnected");
}

/* One connection, many requests. */
static void
test_kept_connection (void)
{
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new ("{\"replies\":[{\"events\":[{\"text\":\"a\"}]}]}");
  g_autoptr (EnclaveInferenceClient) client
    = enclave_test_client_new (enclave_test_server_get_address (server), ENCLAVE_ENDPOINT_OPENAI);

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (EnclaveChatRequest) request = enclave_test_request_new (0);
      g_autoptr (EnclaveTestExchange) exchange = enclave_test_exchange_run (client, request);

      g_assert_no_error (exchange->error);
    }
  g_assert_cmpuint (enclave_test_server_count_requests (server, CHAT), ==, 20);
  g_assert_cmpuint (enclave_inference_client_get_bytes_sent (client), >, 20 * 100);
  g_assert_cmpuint (enclave_inference_client_get_bytes_received (client), >, 20 * 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();

  g_test_add_func ("/faults/dead-server", test_dead_server);
  g_test_add_func ("/faults/web-page", test_web_page);
  g_test_add_func ("/faults/redirect", test_redirect);
  g_test_add_data_func ("/faults/cut/chunked", "chunked", test_cut);
  g_test_add_data_func ("/faults/cut/close", "close", test_cut);
  g_test_add_func ("/faults/cut/before-the-head", test_cut_before_the_head);
  g_test_add_func ("/faults/no-done", test_no_done);
  g_test_add_func ("/faults/error-within", test_error_within);
  g_test_add_func ("/faults/plain-error-text", test_plain_error_text);
  g_test_add_func ("/faults/long-error", test_long_error);
  g_test_add_func ("/faults/cloud-name-without-identity", test_cloud_name_without_identity);
  g_test_add_func ("/faults/slow-pieces", test_slow_pieces);
  g_test_add_func ("/faults/ollama", test_ollama);
  g_test_add_func ("/faults/ollama-remote-host", test_ollama_remote_host);
  g_test_add_func ("/faults/flood", test_flood);
  g_test_add_func ("/faults/endless", test_endless);
  g_test_add_func ("/faults/garbage", test_garbage);
  g_test_add_func ("/faults/stop", test_stop);
  g_test_add_func ("/faults/dropped-stream", test_dropped_stream);
  g_test_add_func ("/faults/kept-connection", test_kept_connection);

  return g_test_run ();
}
