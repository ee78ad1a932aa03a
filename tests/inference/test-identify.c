/* test-identify.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-test-exchange.h"
#include "enclave-test-project.h"
#include "enclave-test-server.h"

static GListModel *
identify (EnclaveInferenceClient *client, guint timeout_ms, GError **error)
{
  GAsyncResult *result = NULL;
  g_autoptr (GAsyncResult) finished = NULL;

  enclave_inference_client_identify_async (client, timeout_ms, NULL, enclave_test_result_callback, &result);
  finished = enclave_test_wait (&result);
  return enclave_inference_client_identify_finish (client, finished, error);
}

typedef struct
{
  const char *shape;
  EnclaveEndpointKind kind;
  const char *model;
  guint loaded;
  guint max;
  const char *quantization;
} Case;

static const Case cases[] = {
  { "ollama", ENCLAVE_ENDPOINT_OLLAMA, "test-model:7b", 32768, 0, "Q4_K_M" },
  { "llamacpp", ENCLAVE_ENDPOINT_LLAMACPP, "test-model", 32768, 131072, "" },
  { "vllm", ENCLAVE_ENDPOINT_VLLM, "test-model", 32768, 32768, "" },
  { "lmstudio", ENCLAVE_ENDPOINT_LMSTUDIO, "test-model-7b", 32768, 131072, "Q4_K_M" },
  { "lmstudio-v0", ENCLAVE_ENDPOINT_LMSTUDIO, "test-model-7b", 32768, 131072, "Q4_K_M" },
  { "openai", ENCLAVE_ENDPOINT_OPENAI, "test-model", 0, 0, "" },
  { "practice", ENCLAVE_ENDPOINT_PRACTICE, "practice", 32768, 32768, "" },
};

static void
test_fingerprint (gconstpointer data)
{
  const Case *c = data;
  g_autofree char *script = g_strdup_printf ("{\"listing\":\"%s\"}", c->shape);
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new (script);
  g_autoptr (EnclaveInferenceClient) client
    = enclave_test_client_new (enclave_test_server_get_address (server), ENCLAVE_ENDPOINT_UNKNOWN);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) models = identify (client, 5000, &error);
  g_autoptr (EnclaveModelInfo) model = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (enclave_endpoint_get_kind (enclave_inference_client_get_endpoint (client)), ==, c->kind);
  g_assert_cmpuint (g_list_model_get_n_items (models), ==, 1);
  model = g_list_model_get_item (models, 0);
  g_assert_cmpstr (enclave_model_info_get_id (model), ==, c->model);
  g_assert_cmpuint (enclave_model_info_get_context_loaded (model), ==, c->loaded);
  g_assert_cmpuint (enclave_model_info_get_context_max (model), ==, c->max);
  g_assert_cmpstr (enclave_model_info_get_quantization (model), ==, c->quantization);
  g_assert_true (enclave_model_info_get_abilities (model) & ENCLAVE_MODEL_TOOLS);
  g_assert_true (enclave_model_info_get_abilities (model) & ENCLAVE_MODEL_CHAT);
  g_assert_false (enclave_model_info_get_remote (model));
  g_assert_cmpint (enclave_endpoint_get_kind (enclave_model_info_get_endpoint (model)), ==, c->kind);
}

static void
test_ollama_facts (void)
{
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new ("{\"listing\":\"ollama\"}");
  g_autoptr (EnclaveInferenceClient) client
    = enclave_test_client_new (enclave_test_server_get_address (server), ENCLAVE_ENDPOINT_UNKNOWN);
  g_autoptr (GListModel) models = identify (client, 5000, NULL);
  g_autoptr (EnclaveModelInfo) model = g_list_model_get_item (models, 0);

  g_assert_cmpstr (enclave_inference_client_get_version (client), ==, "0.12.0");
  g_assert_cmpstr (enclave_inference_client_get_cloud (client), ==, "off");
  g_assert_cmpstr (enclave_model_info_get_family (model), ==, "qwen2");
  g_assert_cmpstr (enclave_model_info_get_parameters (model), ==, "7.6B");
  g_assert_cmpuint (enclave_model_info_get_size_bytes (model), ==, 4683073536);
}

/* Models that leave the machine are listed as such, and a request to one sends nothing. */
static void
test_remote_models (void)
{
  static const char script[]
    = "{\"listing\":\"ollama\",\"models\":[{\"id\":\"here:7b\"},"
      "{\"id\":\"there:120b\",\"remote_host\":\"https://ollama.com:443\",\"remote_model\":\"there\"},"
      "{\"id\":\"alias\",\"remote_model\":\"x\"},{\"id\":\"big:cloud\"},{\"id\":\"big-cloud\"}],"
      "\"replies\":[{\"events\":[{\"text\":\"no\"}]}]}";
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new (script);
  g_autoptr (EnclaveInferenceClient) client
    = enclave_test_client_new (enclave_test_server_get_address (server), ENCLAVE_ENDPOINT_UNKNOWN);
  g_autoptr (GListModel) models = identify (client, 5000, NULL);

  g_assert_cmpuint (g_list_model_get_n_items (models), ==, 5);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (EnclaveModelInfo) model = g_list_model_get_item (models, i);
      g_autoptr (EnclaveChatRequest) request = enclave_chat_request_new (enclave_model_info_get_id (model));
      g_autoptr (EnclaveTestExchange) exchange = NULL;

      g_assert_cmpint (enclave_model_info_get_remote (model), ==, i > 0);
      if (i == 0)
        continue;
      g_assert_cmpstr (enclave_model_info_get_remote_host (model), ==, "ollama.com");
      enclave_chat_request_add_message (request, "user", "secret");
      exchange = enclave_test_exchange_run (client, request);
      g_assert_error (exchange->error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL);
    }
  g_assert_cmpuint (enclave_test_server_count_requests (server, "/api/chat"), ==, 0);
}

static void
check_failure (const char *script, guint timeout_ms, EnclaveInferenceError code)
{
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new (script);
  g_autoptr (EnclaveInferenceClient) client
    = enclave_test_client_new (enclave_test_server_get_address (server), ENCLAVE_ENDPOINT_UNKNOWN);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) models = identify (client, timeout_ms, &error);

  g_assert_null (models);
  g_assert_error (error, ENCLAVE_INFERENCE_ERROR, (int) code);
}

static void
test_not_a_server (void)
{
  check_failure ("{\"listing\":\"none\"}", 5000, ENCLAVE_INFERENCE_ERROR_MODEL);
  check_failure ("{\"listing\":\"none\",\"routes\":{\"/v1/models\":{\"type\":\"text/html\",\"transfer\":\"length\","
                 "\"body\":\"<html><body>A router</body></html>\"}}}",
                 5000, ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER);
  check_failure ("{\"listing\":\"none\",\"routes\":{\"/v1/models\":{\"json\":{\"hello\":1}}}}", 5000,
                 ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER);
  check_failure ("{\"listing\":\"none\",\"routes\":{\"/v1/models\":{\"status\":401,\"json\":{\"error\":{\"message\":\"key\"}}}}}",
                 5000, ENCLAVE_INFERENCE_ERROR_KEY);
}

static void
test_silence (void)
{
  check_failure ("{\"routes\":{\"/api/version\":{\"hang\":\"head\"}}}", 200, ENCLAVE_INFERENCE_ERROR_TIMED_OUT);
  check_failure ("{\"routes\":{\"/api/version\":{\"hang\":\"body\",\"events\":[{\"raw\":\"{\"}]}}}", 200,
                 ENCLAVE_INFERENCE_ERROR_TIMED_OUT);
}

static void
test_huge_listing (void)
{
  check_failure ("{\"listing\":\"none\",\"routes\":{\"/v1/models\":{\"type\":\"application/json\",\"events\":["
                 "{\"raw\":\"{\\\"data\\\":[\"},{\"flood\":{\"raw\":\"{\\\"id\\\":\\\"0123456789\\\"},\",\"count\":0}}]}}}",
                 20000, ENCLAVE_INFERENCE_ERROR_LIMIT);
}

static void
test_dead_server (void)
{
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new ("{}");
  g_autoptr (EnclaveInferenceClient) client
    = enclave_test_client_new (enclave_test_server_get_address (server), ENCLAVE_ENDPOINT_UNKNOWN);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) models = NULL;

  enclave_test_server_stop (server);
  models = identify (client, 5000, &error);
  g_assert_null (models);
  g_assert_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_OFFLINE);
}

static void
test_unix_socket (void)
{
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new_on_socket (NULL);
  g_autoptr (EnclaveInferenceClient) client
    = enclave_test_client_new (enclave_test_server_get_address (server), ENCLAVE_ENDPOINT_PRACTICE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) models = identify (client, 5000, &error);

  g_assert_no_error (error);
  g_assert_cmpint (enclave_endpoint_get_kind (enclave_inference_client_get_endpoint (client)), ==,
                   ENCLAVE_ENDPOINT_PRACTICE);
  enclave_test_server_stop (server);
  g_clear_object (&models);
  models = identify (client, 5000, &error);
  g_assert_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_OFFLINE);
}

static void
test_names (void)
{
  static const char *const names[][2] = {
    { "qwen2.5-coder:7b", "qwen2.5-coder:7b" },
    { "Qwen/Qwen2.5-Coder-7B-Instruct", "Qwen/Qwen2.5-Coder-7B-Instruct" },
    { "/srv/models/qwen2.5-coder-7b-q4_k_m.gguf", "qwen2.5-coder-7b-q4_k_m" },
    { "/srv/models/Qwen2.5-7B", "Qwen2.5-7B" },
    { "toy.gguf", "toy.gguf" },
    { "/srv/.gguf", ".gguf" },
    { "/", "/" },
    { "/srv/models/", "/srv/models/" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = enclave_model_id_dup_name (names[i][0]);

      g_assert_cmpstr (name, ==, names[i][1]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strconcat ("/identify/fingerprint/", cases[i].shape, NULL);

      g_test_add_data_func (name, &cases[i], test_fingerprint);
    }
  g_test_add_func ("/identify/ollama-facts", test_ollama_facts);
  g_test_add_func ("/identify/remote-models", test_remote_models);
  g_test_add_func ("/identify/not-a-server", test_not_a_server);
  g_test_add_func ("/identify/silence", test_silence);
  g_test_add_func ("/identify/huge-listing", test_huge_listing);
  g_test_add_func ("/identify/dead-server", test_dead_server);
  g_test_add_func ("/identify/unix-socket", test_unix_socket);
  g_test_add_func ("/identify/names", test_names);

  return g_test_run ();
}
