/* test-model-switches.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-model-switches.h"

#include <glib/gstdio.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-model-info-private.h"
#include "enclave-state-dir.h"
#include "enclave-test-project.h"

/* A model as a server of @kind lists it; on Ollama one that says it can think. */
static EnclaveModelInfo *
make_model (EnclaveEndpointKind kind, const char *id)
{
  g_autoptr (EnclaveEndpoint) endpoint = enclave_endpoint_new ("http://127.0.0.1:8080", kind, NULL);
  g_autofree char *text = g_strdup_printf (
    kind == ENCLAVE_ENDPOINT_OLLAMA ? "{\"models\":[{\"name\":\"%s\",\"capabilities\":[\"completion\",\"thinking\"]}]}"
                                    : "{\"data\":[{\"id\":\"%s\"}]}",
    id);
  g_autoptr (JsonObject) list = enclave_json_parse_object (text, -1, NULL);
  g_autoptr (GListStore) models = kind == ENCLAVE_ENDPOINT_OLLAMA
                                    ? enclave_model_info_list_from_ollama (endpoint, list, NULL, NULL)
                                    : enclave_model_info_list_from_v1 (endpoint, list, 0);

  return g_list_model_get_item (G_LIST_MODEL (models), 0);
}

static char *
body (EnclaveEndpointKind kind, const char *id, EnclaveThinking thinking, double temperature, guint reply_tokens)
{
  g_autoptr (EnclaveModelInfo) model = make_model (kind, id);
  g_autoptr (EnclaveChatRequest) request = enclave_chat_request_new ("m");
  const EnclaveModelSwitches switches = { thinking, temperature, reply_tokens };
  g_autoptr (GBytes) bytes = NULL;

  enclave_chat_request_add_message (request, "system", "s");
  enclave_chat_request_add_message (request, "user", "u");
  enclave_chat_request_set_max_tokens (request, 5000);
  enclave_model_switches_apply (&switches, model, request);
  bytes = enclave_chat_request_to_body (request, kind);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

#define MESSAGES "\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"u\"}]"
#define V1 "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
#define LLAMACPP V1 "\"return_progress\":true,\"cache_prompt\":true,"
#define LMSTUDIO V1 "\"ttl\":7200,"
#define END MESSAGES ",\"max_tokens\":5000}"
#define SAID(word) "\"messages\":[{\"role\":\"system\",\"content\":\"s\\n\\n" word \
                   "\"},{\"role\":\"user\",\"content\":\"u\"}],\"max_tokens\":5000}"
#define NATIVE(think) "{\"model\":\"m\",\"stream\":true,\"truncate\":false,\"shift\":false,\"keep_alive\":7200," think \
                      MESSAGES ",\"options\":{\"num_predict\":5000}}"

/* To the byte, for each kind of server. */
static void
test_bodies (void)
{
  static const struct
  {
    EnclaveEndpointKind kind;
    const char *id;
    EnclaveThinking thinking;
    const char *body;
  } cases[] = {
    { ENCLAVE_ENDPOINT_OLLAMA, "qwen3:8b", ENCLAVE_THINKING_AUTO, NATIVE ("") },
    { ENCLAVE_ENDPOINT_OLLAMA, "qwen3:8b", ENCLAVE_THINKING_OFF, NATIVE ("\"think\":false,") },
    { ENCLAVE_ENDPOINT_OLLAMA, "any", ENCLAVE_THINKING_ON, NATIVE ("\"think\":true,") },
    { ENCLAVE_ENDPOINT_OLLAMA, "gpt-oss:20b", ENCLAVE_THINKING_OFF, NATIVE ("\"think\":\"low\",") },
    { ENCLAVE_ENDPOINT_LLAMACPP, "Qwen3-8B-Q4_K_M.gguf", ENCLAVE_THINKING_AUTO, LLAMACPP END },
    { ENCLAVE_ENDPOINT_LLAMACPP, "/m/Qwen3-8B-Q4_K_M.gguf", ENCLAVE_THINKING_OFF,
      LLAMACPP "\"chat_template_kwargs\":{\"enable_thinking\":false}," END },
    { ENCLAVE_ENDPOINT_LLAMACPP, "default", ENCLAVE_THINKING_ON,
      LLAMACPP "\"chat_template_kwargs\":{\"enable_thinking\":true}," END },
    { ENCLAVE_ENDPOINT_LLAMACPP, "granite-3.3-8b", ENCLAVE_THINKING_OFF,
      LLAMACPP "\"chat_template_kwargs\":{\"thinking\":false}," END },
    { ENCLAVE_ENDPOINT_LLAMACPP, "gpt-oss-20b", ENCLAVE_THINKING_ON,
      LLAMACPP "\"chat_template_kwargs\":{\"reasoning_effort\":\"high\"}," END },
    { ENCLAVE_ENDPOINT_LLAMACPP, "qwen2.5-coder-7b", ENCLAVE_THINKING_OFF, LLAMACPP END },
    { ENCLAVE_ENDPOINT_VLLM, "Qwen/Qwen3-8B", ENCLAVE_THINKING_OFF,
      V1 "\"chat_template_kwargs\":{\"enable_thinking\":false}," END },
    { ENCLAVE_ENDPOINT_VLLM, "openai/gpt-oss-20b", ENCLAVE_THINKING_OFF, V1 "\"reasoning_effort\":\"low\"," END },
    { ENCLAVE_ENDPOINT_LMSTUDIO, "qwen3-8b", ENCLAVE_THINKING_OFF, LMSTUDIO SAID ("/no_think") },
    { ENCLAVE_ENDPOINT_LMSTUDIO, "qwen3-8b", ENCLAVE_THINKING_ON, LMSTUDIO SAID ("/think") },
    { ENCLAVE_ENDPOINT_LMSTUDIO, "qwen3-8b", ENCLAVE_THINKING_AUTO, LMSTUDIO END },
    { ENCLAVE_ENDPOINT_LMSTUDIO, "openai/gpt-oss-20b", ENCLAVE_THINKING_ON, LMSTUDIO "\"reasoning_effort\":\"high\"," END },
    { ENCLAVE_ENDPOINT_OPENAI, "qwen3-8b", ENCLAVE_THINKING_OFF, V1 SAID ("/no_think") },
    /* A server of no known kind may refuse what it does not know. */
    { ENCLAVE_ENDPOINT_OPENAI, "glm-4.5-air", ENCLAVE_THINKING_OFF, V1 END },
    { ENCLAVE_ENDPOINT_OPENAI, "any", ENCLAVE_THINKING_OFF, V1 END },
    /* These always think, or never. */
    { ENCLAVE_ENDPOINT_LLAMACPP, "qwen3-coder-30b-a3b", ENCLAVE_THINKING_ON, LLAMACPP END },
    { ENCLAVE_ENDPOINT_LLAMACPP, "deepseek-r1-distill-qwen-7b", ENCLAVE_THINKING_OFF, LLAMACPP END },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = body (cases[i].kind, cases[i].id, cases[i].thinking, -1, 0);

      g_test_message ("case %u: %s", i, cases[i].id);
      g_assert_cmpstr (text, ==, cases[i].body);
    }
}

static void
test_limits (void)
{
  g_autofree char *lower = body (ENCLAVE_ENDPOINT_OLLAMA, "m", ENCLAVE_THINKING_AUTO, 0.5, 200);
  g_autofree char *higher = body (ENCLAVE_ENDPOINT_VLLM, "m", ENCLAVE_THINKING_AUTO, 0, 9000);

  g_assert_nonnull (strstr (lower, "\"options\":{\"num_predict\":200,\"temperature\":0.5}"));
  /* What the window leaves is less. */
  g_assert_nonnull (strstr (higher, "\"max_tokens\":5000,\"temperature\":0"));
}

static void
test_no_ability (void)
{
  g_autoptr (EnclaveEndpoint) endpoint
    = enclave_endpoint_new ("http://127.0.0.1:11434", ENCLAVE_ENDPOINT_OLLAMA, NULL);
  g_autoptr (JsonObject) tags = enclave_json_parse_object (
    "{\"models\":[{\"name\":\"qwen3:8b\",\"capabilities\":[\"completion\"]}]}", -1, NULL);
  g_autoptr (GListStore) models = enclave_model_info_list_from_ollama (endpoint, tags, NULL, NULL);
  g_autoptr (EnclaveModelInfo) model = g_list_model_get_item (G_LIST_MODEL (models), 0);
  g_autoptr (EnclaveModelInfo) practice = make_model (ENCLAVE_ENDPOINT_PRACTICE, "qwen3");

  /* Ollama answers 400 to a `think` that the model has not. */
  g_assert_false (enclave_model_switches_can_think (model));
  g_assert_false (enclave_model_switches_can_think (practice));
}

static void
test_families (void)
{
  static const struct
  {
    const char *id;
    const char *family;
    double temperature;
    guint reply_tokens;
  } cases[] = {
    { "qwen2.5-coder:7b-instruct-q4_K_M", "Qwen2.5 Coder", 0.2, 8192 },
    { "Qwen3-30B-A3B-Instruct-2507", "Qwen3", 0.7, 8192 },
    { "qwen3:14b", "Qwen3", 0.6, 16384 },
    { "llama3.1:8b", "Llama 3", 0.3, 8192 },
    { "Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf", "Llama 3", 0.3, 8192 },
    { "mistralai/Devstral-Small-2507", "Devstral", 0.15, 8192 },
    { "codestral:22b", "Codestral", 0.2, 8192 },
    { "mistral-nemo:12b", "Mistral", 0.3, 8192 },
    { "deepseek-r1:7b", "DeepSeek R1", 0.6, 16384 },
    { "deepseek-coder-v2:16b", "DeepSeek Coder", 0, 8192 },
    { "gemma3:12b", "Gemma", 1, 8192 },
    { "granite3.3:8b", "Granite", 0, 8192 },
    { "phi4:14b", "Phi", 0.2, 8192 },
    { "dolphin-2.9", "", -1, 0 },
    { "/srv/qwen/model.gguf", "", -1, 0 },
    { "test-model:7b", "", -1, 0 },
    { "gpt-oss:20b", "gpt-oss", 1, 16384 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (EnclaveModelInfo) model = make_model (ENCLAVE_ENDPOINT_LLAMACPP, cases[i].id);
      EnclaveModelSwitches switches;

      g_test_message ("%s", cases[i].id);
      enclave_model_switches_default (model, &switches);
      g_assert_cmpstr (enclave_model_switches_get_family (model), ==, cases[i].family);
      g_assert_cmpfloat_with_epsilon (switches.temperature, cases[i].temperature, 1e-9);
      g_assert_cmpuint (switches.reply_tokens, ==, cases[i].reply_tokens);
      g_assert_cmpint (switches.thinking, ==, ENCLAVE_THINKING_AUTO);
    }
}

static void
test_kept (void)
{
  g_autoptr (EnclaveModelInfo) model = make_model (ENCLAVE_ENDPOINT_LLAMACPP, "qwen3-8b");
  g_autoptr (EnclaveModelInfo) other = make_model (ENCLAVE_ENDPOINT_LLAMACPP, "qwen3-4b");
  const EnclaveModelSwitches set = { ENCLAVE_THINKING_OFF, 0.35, 1000 };
  EnclaveModelSwitches switches;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = enclave_state_dir_path ("models");
  g_autofree char *digest = enclave_model_info_dup_digest (model);
  g_autofree char *path = g_strconcat (folder, "/", digest, ".switches.json", NULL);
  static const char *const hostile[] = { "", "[]", "{\"format\":2}", "{\"format\":1,\"thinking\":7,\"temperature\":\"hot\"}" };

  g_assert_false (enclave_model_switches_load (model, &switches));
  g_assert_true (enclave_model_switches_save (&set, model, &error));
  g_assert_no_error (error);
  g_assert_true (enclave_model_switches_load (model, &switches));
  g_assert_true (enclave_model_switches_equal (&switches, &set));
  g_assert_false (enclave_model_switches_load (other, &switches));
  g_assert_false (enclave_model_switches_equal (&switches, &set));
  g_assert_true (g_file_set_contents (path, "{\"format\":1,\"thinking\":\"on\",\"temperature\":1e300,\"reply_tokens\":-4}", -1,
                                      NULL));
  g_assert_true (enclave_model_switches_load (model, &switches));
  g_assert_cmpint (switches.thinking, ==, ENCLAVE_THINKING_ON);
  g_assert_cmpfloat (switches.temperature, ==, 2);
  g_assert_cmpuint (switches.reply_tokens, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_assert_true (g_file_set_contents (path, hostile[i], -1, NULL));
      enclave_model_switches_load (model, &switches);
      g_assert_cmpint (switches.thinking, ==, ENCLAVE_THINKING_AUTO);
    }
  g_unlink (path);
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-switches/bodies", test_bodies);
  g_test_add_func ("/model-switches/limits", test_limits);
  g_test_add_func ("/model-switches/no-ability", test_no_ability);
  g_test_add_func ("/model-switches/families", test_families);
  g_test_add_func ("/model-switches/kept", test_kept);
  return g_test_run ();
}
