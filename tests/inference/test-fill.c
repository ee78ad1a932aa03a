/* test-fill.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-fill.h"
#include "enclave-json.h"
#include "enclave-test-exchange.h"
#include "enclave-test-project.h"
#include "enclave-test-server.h"
#include "enclave-window-plan.h"

typedef struct
{
  EnclaveTestServer *server;
  EnclaveInferenceClient *client;
  EnclaveModelInfo *model;
} Fixture;

/* A server that looks like @listing, has one model, and answers by @routes. */
static void
set_up (Fixture *fixture, const char *listing, const char *model, const char *routes)
{
  g_autofree char *script = g_strdup_printf ("{\"listing\":\"%s\",\"models\":[%s],\"routes\":{%s}}", listing, model, routes);
  GAsyncResult *result = NULL;
  g_autoptr (GAsyncResult) found = NULL;
  g_autoptr (GListModel) models = NULL;
  g_autoptr (GError) error = NULL;

  fixture->server = enclave_test_server_new (script);
  fixture->client = enclave_test_client_new (enclave_test_server_get_address (fixture->server), ENCLAVE_ENDPOINT_UNKNOWN);
  enclave_inference_client_identify_async (fixture->client, 0, NULL, enclave_test_result_callback, &result);
  found = enclave_test_wait (&result);
  models = enclave_inference_client_identify_finish (fixture->client, found, &error);
  g_assert_no_error (error);
  fixture->model = g_list_model_get_item (models, 0);
  g_assert_nonnull (fixture->model);
}

static void
clear (Fixture *fixture)
{
  g_clear_object (&fixture->model);
  g_clear_object (&fixture->client);
  g_clear_pointer (&fixture->server, enclave_test_server_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, clear)

static char *
fill (Fixture *fixture, gboolean one_line, EnclaveFillRoute *route, GError **error)
{
  EnclaveFillRequest *request = enclave_fill_request_new ("int add (int a, int b)\n{\n  ", "\n}\n");
  GAsyncResult *result = NULL;
  g_autoptr (GAsyncResult) done = NULL;

  enclave_fill_request_add_file (request, "add.h", "int add (int a, int b);\n");
  enclave_fill_request_set_one_line (request, one_line);
  enclave_inference_client_fill_async (fixture->client, fixture->model, request, NULL, enclave_test_result_callback, &result);
  done = enclave_test_wait (&result);
  return enclave_inference_client_fill_finish (fixture->client, done, route, error);
}

static JsonObject *
body_of (Fixture *fixture, const char *path, guint nth)
{
  g_autoptr (JsonObject) entry = enclave_test_server_dup_request (fixture->server, path, nth);
  JsonObject *body;

  g_assert_nonnull (entry);
  body = enclave_json_parse_object (enclave_json_peek_string (entry, "body"), -1, NULL);
  g_assert_nonnull (body);
  return body;
}

#define INFILL_REPLY \
  "\"/infill\":{\"body\":\"data: {\\\"content\\\":\\\"return a\\\",\\\"stop\\\":false}\\n\\n" \
  "data: {\\\"content\\\":\\\" + b;<|fim\\\",\\\"stop\\\":false}\\n\\n" \
  "data: {\\\"content\\\":\\\"_pad|>x\\\",\\\"stop\\\":true}\\n\\n\"}"

static void
test_infill (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) body = NULL;
  g_autofree char *text = NULL;
  EnclaveFillRoute route;
  JsonObject *extra;

  set_up (&fixture, "llamacpp", "{\"id\":\"my-model\"}", INFILL_REPLY);
  text = fill (&fixture, FALSE, &route, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "return a + b;");
  g_assert_cmpint (route, ==, ENCLAVE_FILL_INFILL);
  body = body_of (&fixture, "/infill", 0);
  g_assert_cmpstr (enclave_json_peek_string (body, "input_prefix"), ==, "int add (int a, int b)\n{\n  ");
  g_assert_cmpstr (enclave_json_peek_string (body, "input_suffix"), ==, "\n}\n");
  g_assert_cmpstr (enclave_json_peek_string (body, "prompt"), ==, "");
  extra = enclave_json_array_peek_object (enclave_json_peek_array (body, "input_extra"), 0);
  g_assert_cmpstr (enclave_json_peek_string (extra, "filename"), ==, "add.h");
  g_assert_cmpint (enclave_json_get_int (body, "n_predict", 0), <=, 128);
}

/* A server whose model has no marks says 501; the name tells the family, so it is asked by our own template. */
static void
test_infill_falls_back (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) body = NULL;
  g_autofree char *text = NULL;
  EnclaveFillRoute route;

  set_up (&fixture, "llamacpp", "{\"id\":\"qwen2.5-coder-1.5b-q8_0.gguf\"}",
          "\"/infill\":{\"status\":501,\"json\":{\"error\":{\"code\":501,\"message\":\"Infill is not supported by this model\"}}},"
          "\"/v1/completions\":{\"body\":\"data: {\\\"choices\\\":[{\\\"text\\\":\\\"return a + b;\\\",\\\"finish_reason\\\":null}]}\\n\\n"
          "data: {\\\"choices\\\":[{\\\"text\\\":\\\"<|endoftext|>\\\",\\\"finish_reason\\\":\\\"stop\\\"}]}\\n\\ndata: [DONE]\\n\\n\"}");
  text = fill (&fixture, FALSE, &route, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "return a + b;");
  g_assert_cmpint (route, ==, ENCLAVE_FILL_TEMPLATE);
  body = body_of (&fixture, "/v1/completions", 0);
  g_assert_cmpstr (enclave_json_peek_string (body, "prompt"), ==,
                   "<|file_sep|>add.h\nint add (int a, int b);\n<|fim_prefix|>int add (int a, int b)\n{\n  <|fim_suffix|>\n}\n"
                   "<|fim_middle|>");
  g_assert_cmpuint (json_array_get_length (enclave_json_peek_array (body, "stop")), ==, 4);
}

static void
test_infill_refused (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  set_up (&fixture, "llamacpp", "{\"id\":\"my-model\"}",
          "\"/infill\":{\"status\":501,\"json\":{\"error\":{\"code\":501,\"message\":\"Infill is not supported by this model\"}}}");
  text = fill (&fixture, FALSE, NULL, &error);
  g_assert_null (text);
  g_assert_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_MODEL);
  g_assert_nonnull (strstr (error->message, "Infill is not supported"));
  g_assert_cmpuint (enclave_test_server_count_requests (fixture.server, "/v1/completions"), ==, 0);
}

#define TAGS(capabilities, more) \
  "\"/api/tags\":{\"json\":{\"models\":[{\"name\":\"%s\",\"capabilities\":[" capabilities "]" more "}]}},"
#define GENERATE \
  "\"/api/generate\":{\"type\":\"application/x-ndjson\",\"body\":\"{\\\"response\\\":\\\"return a\\\",\\\"done\\\":false}\\n" \
  "{\\\"response\\\":\\\" + b;\\\\n\\\",\\\"done\\\":false}\\n{\\\"response\\\":\\\"\\\",\\\"done\\\":true,\\\"done_reason\\\":\\\"stop\\\"}\\n\"}"

static void
test_ollama_suffix (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) body = NULL;
  g_autofree char *routes = g_strdup_printf (TAGS ("\"completion\",\"insert\"", "") GENERATE, "any-name:7b");
  g_autofree char *text = NULL;
  EnclaveFillRoute route;

  set_up (&fixture, "ollama", "{\"id\":\"any-name:7b\"}", routes);
  text = fill (&fixture, FALSE, &route, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "return a + b;");
  g_assert_cmpint (route, ==, ENCLAVE_FILL_SUFFIX);
  body = body_of (&fixture, "/api/generate", 0);
  g_assert_cmpstr (enclave_json_peek_string (body, "suffix"), ==, "\n}\n");
  g_assert_false (enclave_json_get_boolean (body, "raw", FALSE));
}

/* A version that can refuse what would run elsewhere is told to, here too, and the window is that of the conversation. */
static void
test_ollama_local (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) body = NULL;
  g_autofree char *routes = g_strdup_printf (
    TAGS ("\"completion\",\"insert\"", ",\"details\":{\"context_length\":16384}")
    "\"/api/show\":[{\"when\":{\"contains\":\":local\"},\"json\":{\"capabilities\":[\"completion\",\"insert\"]}},"
    "{\"json\":{\"capabilities\":[\"completion\",\"insert\"]}}]," GENERATE, "any-name:7b");
  g_autofree char *text = NULL;
  JsonObject *options;

  set_up (&fixture, "ollama", "{\"id\":\"any-name:7b\"}", routes);
  g_assert_true (enclave_inference_client_get_enforces_local (fixture.client));
  text = fill (&fixture, FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "return a + b;");
  body = body_of (&fixture, "/api/generate", 0);
  g_assert_cmpstr (enclave_json_peek_string (body, "model"), ==, "any-name:7b:local");
  options = enclave_json_peek_object (body, "options");
  g_assert_cmpint (enclave_json_get_int (options, "num_ctx", 0), ==, enclave_window_plan_here (fixture.model));
  g_assert_cmpint (enclave_json_get_int (options, "num_ctx", 0), >, 0);
}

static void
test_ollama_raw (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) body = NULL;
  g_autofree char *routes = g_strdup_printf (TAGS ("\"completion\"", "") GENERATE, "starcoder2:3b");
  g_autofree char *text = NULL;
  EnclaveFillRoute route;

  set_up (&fixture, "ollama", "{\"id\":\"starcoder2:3b\"}", routes);
  text = fill (&fixture, TRUE, &route, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "return a + b;");
  g_assert_cmpint (route, ==, ENCLAVE_FILL_RAW);
  body = body_of (&fixture, "/api/generate", 0);
  g_assert_true (enclave_json_get_boolean (body, "raw", FALSE));
  g_assert_true (g_str_has_suffix (enclave_json_peek_string (body, "prompt"), "<fim_suffix>\n}\n<fim_middle>"));
  g_assert_false (json_object_has_member (body, "suffix"));
}

/* Nothing is sent for a model that can't, or that runs elsewhere. */
static void
test_refused (void)
{
  static const struct
  {
    const char *listing;
    const char *model;
    const char *more;
    EnclaveInferenceError code;
  } rows[] = {
    { "ollama", "llama3.1:8b-instruct", "", ENCLAVE_INFERENCE_ERROR_MODEL },
    { "ollama", "qwen2.5-coder:480b-cloud", "", ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL },
    { "ollama", "qwen2.5-coder", ",\"remote_host\":\"https://ollama.com\"", ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL },
    { "openai", "llama3.1", "", ENCLAVE_INFERENCE_ERROR_MODEL },
    { "vllm", "deepseek-coder-6.7b-instruct", "", ENCLAVE_INFERENCE_ERROR_MODEL },
    { "llamacpp", "codegemma-7b-it", "", ENCLAVE_INFERENCE_ERROR_MODEL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (Fixture) fixture = { NULL };
      g_autoptr (GError) error = NULL;
      g_autofree char *model = g_strdup_printf ("{\"id\":\"%s\"}", rows[i].model);
      g_autofree char *routes = NULL;
      g_autofree char *text = NULL;
      guint before;

      routes = g_strdup_printf ("\"/api/tags\":{\"json\":{\"models\":[{\"name\":\"%s\",\"capabilities\":[\"completion\"]%s}]}}",
                                rows[i].model, rows[i].more);
      set_up (&fixture, rows[i].listing, model, strcmp (rows[i].listing, "ollama") == 0 ? routes : "");
      before = enclave_test_server_count_requests (fixture.server, NULL);
      text = fill (&fixture, FALSE, NULL, &error);
      g_assert_null (text);
      g_assert_error (error, ENCLAVE_INFERENCE_ERROR, (int) rows[i].code);
      g_assert_nonnull (strstr (error->message, rows[i].model));
      g_assert_cmpuint (enclave_test_server_count_requests (fixture.server, NULL), ==, before);
    }
}

static void
check_reply (const char *reply, const char *expected, int code)
{
  g_auto (Fixture) fixture = { NULL };
  g_autofree char *routes = g_strdup_printf ("\"/v1/completions\":%s", reply);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  set_up (&fixture, "openai", "{\"id\":\"starcoder2\"}", routes);
  text = fill (&fixture, FALSE, NULL, &error);
  g_assert_cmpstr (text, ==, expected);
  if (expected == NULL)
    g_assert_error (error, ENCLAVE_INFERENCE_ERROR, code);
  else
    g_assert_no_error (error);
}

static void
test_replies (void)
{
  check_reply ("{\"json\":{\"choices\":[{\"text\":\"whole\",\"finish_reason\":\"stop\"}]}}", "whole", 0);
  check_reply ("{\"json\":{\"choices\":[{\"text\":\"two;\\nlines;\",\"finish_reason\":\"stop\"}]}}", "two;\nlines;", 0);
  check_reply ("{\"json\":{\"choices\":[{\"text\":\"a;\\nhalf\",\"finish_reason\":\"length\"}]}}", "a;", 0);
  check_reply ("{\"json\":{\"choices\":[{\"text\":\"\",\"finish_reason\":\"stop\"}]}}", "", 0);
  check_reply ("{\"slice\":1,\"body\":\"data: {\\\"choices\\\":[{\\\"text\\\":\\\"a<fim_mid\\\"}]}\\n\\n"
               "data: {\\\"choices\\\":[{\\\"text\\\":\\\"dle>b\\\"}]}\\n\\n\"}", "a", 0);
  /* Neither an end nor [DONE]. */
  check_reply ("{\"end\":\"cut\",\"body\":\"data: {\\\"choices\\\":[{\\\"text\\\":\\\"a;\\\\nhal\\\"}]}\\n\\n\"}", "a;", 0);
  check_reply ("{\"json\":{\"choices\":[{\"text\":\"```c\\nreturn a;\\n```\",\"finish_reason\":\"stop\"}]}}", NULL,
               ENCLAVE_INFERENCE_ERROR_MODEL);
  check_reply ("{\"body\":\"data: {\\\"error\\\":{\\\"message\\\":\\\"out of memory\\\"}}\\n\\n\"}", NULL,
               ENCLAVE_INFERENCE_ERROR_SERVER);
  check_reply ("{\"body\":\"data: {\\\"choices\\\":[{\\\"text\\\":\\\"a\\\"}],\\\"remote_host\\\":\\\"x\\\"}\\n\\n\"}", NULL,
               ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL);
  check_reply ("{\"body\":\"hello\"}", NULL, ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER);
  check_reply ("{\"status\":503,\"json\":{\"error\":{\"message\":\"Loading model\",\"type\":\"unavailable_error\"}}}", NULL,
               ENCLAVE_INFERENCE_ERROR_LOADING);
}

/* The text is over by our own measure: the connection is closed, the server does not go on. */
static void
test_closes_when_over (void)
{
  g_auto (Fixture) fixture = { NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  set_up (&fixture, "openai", "{\"id\":\"starcoder2\"}",
          "\"/v1/completions\":{\"hang\":\"body\",\"body\":\"data: {\\\"choices\\\":[{\\\"text\\\":\\\"return a;\\\\n}\\\"}]}\\n\\n\"}");
  text = fill (&fixture, TRUE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "return a;");
  g_assert_cmpstr (enclave_test_server_wait_ended (fixture.server, "/v1/completions", 0, 5000, NULL), ==, "disconnected");
}

static gboolean
on_time (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

static void
check_cancel (const char *manner)
{
  g_auto (Fixture) fixture = { NULL };
  g_autofree char *routes = g_strdup_printf ("\"/v1/completions\":{%s}", manner);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) done = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;
  gint64 cancelled_us;
  gint64 ended_us = 0;

  set_up (&fixture, "openai", "{\"id\":\"starcoder2\"}", routes);
  enclave_inference_client_fill_async (fixture.client, fixture.model, enclave_fill_request_new ("a", "b"), cancellable,
                                       enclave_test_result_callback, &result);
  g_timeout_add (200, on_time, cancellable);
  done = enclave_test_wait (&result);
  cancelled_us = g_get_monotonic_time ();
  g_assert_null (enclave_inference_client_fill_finish (fixture.client, done, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpstr (enclave_test_server_wait_ended (fixture.server, "/v1/completions", 0, 5000, &ended_us), ==,
                   "disconnected");
  g_test_message ("closed after %" G_GINT64_FORMAT " ms", (ended_us - cancelled_us) / 1000);
  g_assert_cmpint (ended_us - cancelled_us, <, 2 * G_USEC_PER_SEC);
}

static void
test_cancel (void)
{
  check_cancel ("\"hang\":\"head\"");
  check_cancel ("\"hang\":\"body\",\"body\":\"data: {\\\"choices\\\":[{\\\"text\\\":\\\"a\\\"}]}\\n\\n\"");
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fill/infill", test_infill);
  g_test_add_func ("/fill/infill-falls-back", test_infill_falls_back);
  g_test_add_func ("/fill/infill-refused", test_infill_refused);
  g_test_add_func ("/fill/ollama-suffix", test_ollama_suffix);
  g_test_add_func ("/fill/ollama-local", test_ollama_local);
  g_test_add_func ("/fill/ollama-raw", test_ollama_raw);
  g_test_add_func ("/fill/refused", test_refused);
  g_test_add_func ("/fill/replies", test_replies);
  g_test_add_func ("/fill/closes-when-over", test_closes_when_over);
  g_test_add_func ("/fill/cancel", test_cancel);
  return g_test_run ();
}
