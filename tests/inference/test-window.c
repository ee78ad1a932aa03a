/* test-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-json.h"
#include "enclave-test-exchange.h"
#include "enclave-test-project.h"
#include "enclave-test-server.h"
#include "enclave-window-plan.h"

#define GIB (G_GUINT64_CONSTANT (1) << 30)

/* The window as servers tell it, and the one that is chosen from it. */

static EnclaveModelInfo *
first_model (const char *script)
{
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new (script);
  g_autoptr (EnclaveInferenceClient) client
    = enclave_test_client_new (enclave_test_server_get_address (server), ENCLAVE_ENDPOINT_UNKNOWN);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GListModel) models = NULL;
  g_autoptr (GError) error = NULL;

  enclave_inference_client_identify_async (client, 5000, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  models = enclave_inference_client_identify_finish (client, result, &error);
  g_assert_no_error (error);
  return g_list_model_get_item (models, 0);
}

/* @more: members of /api/show beside model_info. */
static EnclaveModelInfo *
ollama_model (const char *info, const char *more, const char *loaded)
{
  g_autofree char *script = g_strdup_printf (
    "{\"listing\":\"ollama\",\"routes\":{\"/api/ps\":{\"json\":{\"models\":[%s]}},"
    "\"/api/show\":[{\"when\":{\"contains\":\":local\"},\"status\":404,\"json\":{\"error\":\"model not found\"}},"
    "{\"json\":{\"capabilities\":[\"completion\",\"insert\"]%s,\"model_info\":{%s}}}]}}",
    loaded, more, info);

  return first_model (script);
}

#define QWEN \
  "\"general.architecture\":\"qwen2\",\"qwen2.context_length\":32768,\"qwen2.block_count\":28," \
  "\"qwen2.embedding_length\":3584,\"qwen2.attention.head_count\":28,\"qwen2.attention.head_count_kv\":4"

static void
test_ollama_facts (void)
{
  g_autoptr (EnclaveModelInfo) plain = ollama_model (QWEN, "", "");
  g_autoptr (EnclaveModelInfo) lists = ollama_model (
    "\"general.architecture\":\"g\",\"g.context_length\":8192,\"g.block_count\":3,\"g.attention.head_count\":8,"
    "\"g.attention.key_length\":256,\"g.attention.value_length\":128,\"g.attention.head_count_kv\":[2,0,4]",
    ",\"parameters\":\"stop \\\"x\\\"\\nnum_ctx                        24576\\nnum_ctxx 1\"", "");
  g_autoptr (EnclaveModelInfo) hostile = ollama_model (
    "\"general.architecture\":\"h\",\"h.context_length\":-5,\"h.block_count\":9223372036854775807,"
    "\"h.embedding_length\":9223372036854775807,\"h.attention.head_count\":9223372036854775807,"
    "\"h.attention.key_length\":9223372036854775807,\"h.attention.head_count_kv\":[null,\"x\",9223372036854775807]",
    ",\"parameters\":17", "");
  g_autoptr (EnclaveModelInfo) nothing = ollama_model ("", "", "");

  g_assert_cmpuint (enclave_model_info_get_context_max (plain), ==, 32768);
  g_assert_cmpuint (enclave_model_info_get_context_loaded (plain), ==, 0);
  g_assert_cmpuint (enclave_model_info_get_context_set (plain), ==, 0);
  /* 28 layers, 4 heads of 128 for keys and for values, two bytes each. */
  g_assert_cmpuint (enclave_model_info_get_kv_bytes_per_token (plain), ==, 28 * 4 * (128 + 128) * 2);
  g_assert_true (enclave_model_info_get_abilities (plain) & ENCLAVE_MODEL_INSERT);
  g_assert_false (enclave_model_info_get_abilities (plain) & ENCLAVE_MODEL_TOOLS);
  g_assert_cmpuint (enclave_model_info_get_kv_bytes_per_token (lists), ==, 6 * (256 + 128) * 2);
  g_assert_cmpuint (enclave_model_info_get_context_set (lists), ==, 24576);
  g_assert_cmpuint (enclave_model_info_get_context_max (hostile), ==, 0);
  g_assert_cmpuint (enclave_model_info_get_kv_bytes_per_token (hostile), <=, G_GUINT64_CONSTANT (1) << 40);
  g_assert_cmpuint (enclave_model_info_get_kv_bytes_per_token (nothing), ==, 0);
}

static void
test_ollama_plan (void)
{
  g_autoptr (EnclaveModelInfo) fresh = ollama_model (QWEN, "", "");
  g_autoptr (EnclaveModelInfo) set = ollama_model (QWEN, ",\"parameters\":\"num_ctx 20000\"", "");
  g_autoptr (EnclaveModelInfo) small
    = ollama_model (QWEN, "", "{\"name\":\"test-model:7b\",\"context_length\":4096}");
  g_autoptr (EnclaveModelInfo) loaded
    = ollama_model (QWEN, "", "{\"name\":\"test-model:7b\",\"context_length\":12345}");
  g_autoptr (EnclaveModelInfo) short_trained = ollama_model ("\"general.architecture\":\"a\",\"a.context_length\":6000", "", "");

  /* 4.4 GiB of weights: a big card takes it all, without a card reading so much would take too long. */
  g_assert_cmpuint (enclave_window_plan (fresh, 64 * GIB, 24 * GIB), ==, 32768);
  g_assert_cmpuint (enclave_window_plan (fresh, 64 * GIB, 0), ==, 16384);
  /* A card that holds it with a smaller window; one that does not, beside main memory that does. */
  g_assert_cmpuint (enclave_window_plan (fresh, 64 * GIB, 7 * GIB), <, 32768);
  g_assert_cmpuint (enclave_window_plan (fresh, 64 * GIB, 7 * GIB), >=, 8192);
  g_assert_cmpuint (enclave_window_plan (fresh, 64 * GIB, 4 * GIB), ==, 32768);
  /* Little memory: less of a window; too little: what a server would load by itself. */
  g_assert_cmpuint (enclave_window_plan (fresh, 8 * GIB, 0), <, 16384);
  g_assert_cmpuint (enclave_window_plan (fresh, 4 * GIB, 0), ==, 4096);
  g_assert_cmpuint (enclave_window_plan (fresh, 0, 0), ==, 16384);
  /* Enough is there already: another number would load it again. */
  g_assert_cmpuint (enclave_window_plan (loaded, 64 * GIB, 24 * GIB), ==, 12345);
  g_assert_cmpuint (enclave_window_plan (small, 64 * GIB, 24 * GIB), ==, 32768);
  /* What whoever packed it wanted. */
  g_assert_cmpuint (enclave_window_plan (set, 64 * GIB, 24 * GIB), ==, 20000);
  g_assert_cmpuint (enclave_window_plan (short_trained, 64 * GIB, 24 * GIB), <=, 6000);
}

static void
test_others (void)
{
  static const struct
  {
    const char *script;
    guint loaded;
    guint planned;
  } cases[] = {
    { "{\"listing\":\"llamacpp\"}", 32768, 32768 },
    /* A key hides /props: the slots tell it, the smallest of them; nothing tells it: not what it was trained for. */
    { "{\"listing\":\"llamacpp\",\"routes\":{\"/props\":{\"status\":401,\"json\":{}},\"/slots\":{\"json\":"
      "[{\"id\":0,\"n_ctx\":6144},{\"id\":1,\"n_ctx\":5120},7]}}}",
      5120, 5120 },
    { "{\"listing\":\"llamacpp\",\"routes\":{\"/props\":{\"status\":401,\"json\":{}}}}", 0, 4096 },
    { "{\"listing\":\"vllm\",\"models\":[{\"id\":\"m\",\"context\":9000}]}", 9000, 9000 },
    { "{\"listing\":\"lmstudio\",\"models\":[{\"id\":\"m\",\"context\":7000}]}", 7000, 7000 },
    { "{\"listing\":\"lmstudio-v0\",\"models\":[{\"id\":\"m\",\"context\":7000}]}", 7000, 7000 },
    { "{\"listing\":\"lmstudio\",\"routes\":{\"/api/v1/models\":{\"json\":{\"models\":[{\"key\":\"m\",\"type\":\"llm\","
      "\"max_context_length\":131072,\"loaded_instances\":[{\"config\":{\"context_length\":9000}},"
      "{\"config\":{\"context_length\":5000}}]}]}}}}",
      5000, 5000 },
    { "{\"listing\":\"lmstudio\",\"routes\":{\"/api/v1/models\":{\"json\":{\"models\":[{\"key\":\"m\",\"type\":\"llm\","
      "\"max_context_length\":131072,\"loaded_instances\":[]}]}}}}",
      0, 4096 },
    { "{\"listing\":\"openai\"}", 0, 0 },
    { "{\"listing\":\"openai\",\"routes\":{\"/v1/models\":{\"json\":{\"data\":[{\"id\":\"m\",\"context_length\":16000}]}}}}",
      16000, 16000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (EnclaveModelInfo) model = first_model (cases[i].script);

      g_test_message ("%s", cases[i].script);
      g_assert_cmpuint (enclave_model_info_get_context_loaded (model), ==, cases[i].loaded);
      g_assert_cmpuint (enclave_window_plan (model, 64 * GIB, 0), ==, cases[i].planned);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();
  g_test_add_func ("/window/ollama-facts", test_ollama_facts);
  g_test_add_func ("/window/ollama-plan", test_ollama_plan);
  g_test_add_func ("/window/others", test_others);
  return g_test_run ();
}
