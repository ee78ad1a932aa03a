/* enclave-model-switches.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-model-switches.h"

#include <math.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-state-file.h"

#define FOLDER "models"
#define MAX_BYTES 4096
#define FORMAT 1
#define MAX_TEMPERATURE 2
#define MAX_REPLY_TOKENS (1024 * 1024)

/* A reply of a model that does not think is an edit or an explanation; longer ones do not end by themselves. */
#define PLAIN 8192
#define THINKS 16384

/* The first row counts whose words all stand in the name: special ones before general ones. */
static const struct
{
  const char *words[2];
  const char *family;
  double temperature;
  guint reply_tokens;
  EnclaveThinkingManner manner;
} families[] = {
  { { "gpt-oss" }, "gpt-oss", 1, THINKS, ENCLAVE_THINKING_EFFORT },
  { { "qwen3", "coder" }, "Qwen3 Coder", 0.7, PLAIN, ENCLAVE_THINKING_NONE },
  { { "qwen3", "instruct" }, "Qwen3", 0.7, PLAIN, ENCLAVE_THINKING_NONE },
  { { "qwen3", "thinking" }, "Qwen3", 0.6, THINKS, ENCLAVE_THINKING_NONE },
  { { "qwen3." }, "Qwen3", 0.6, THINKS, ENCLAVE_THINKING_ENABLE },
  /* It must not be 0: it repeats itself then. */
  { { "qwen3" }, "Qwen3", 0.6, THINKS, ENCLAVE_THINKING_ENABLE_OR_WORD },
  { { "qwq" }, "QwQ", 0.6, THINKS, ENCLAVE_THINKING_NONE },
  { { "qwen", "coder" }, "Qwen2.5 Coder", 0.2, PLAIN, ENCLAVE_THINKING_NONE },
  { { "codeqwen" }, "CodeQwen", 0.2, PLAIN, ENCLAVE_THINKING_NONE },
  { { "qwen" }, "Qwen2.5", 0.3, PLAIN, ENCLAVE_THINKING_NONE },
  { { "magistral" }, "Magistral", 0.7, THINKS, ENCLAVE_THINKING_NONE },
  { { "devstral" }, "Devstral", 0.15, PLAIN, ENCLAVE_THINKING_NONE },
  { { "codestral" }, "Codestral", 0.2, PLAIN, ENCLAVE_THINKING_NONE },
  { { "mistral-small" }, "Mistral Small", 0.15, PLAIN, ENCLAVE_THINKING_NONE },
  { { "ministral" }, "Ministral", 0.15, PLAIN, ENCLAVE_THINKING_NONE },
  { { "mistral" }, "Mistral", 0.3, PLAIN, ENCLAVE_THINKING_NONE },
  { { "mixtral" }, "Mixtral", 0.3, PLAIN, ENCLAVE_THINKING_NONE },
  { { "deepseek", "r1" }, "DeepSeek R1", 0.6, THINKS, ENCLAVE_THINKING_NONE },
  { { "deepseek", "coder" }, "DeepSeek Coder", 0, PLAIN, ENCLAVE_THINKING_NONE },
  { { "deepseek" }, "DeepSeek", 0.3, THINKS, ENCLAVE_THINKING_KEY },
  { { "codegemma" }, "CodeGemma", 0.2, PLAIN, ENCLAVE_THINKING_NONE },
  { { "gemma" }, "Gemma", 1, PLAIN, ENCLAVE_THINKING_NONE },
  { { "granite", "code" }, "Granite Code", 0, PLAIN, ENCLAVE_THINKING_NONE },
  { { "granite" }, "Granite", 0, PLAIN, ENCLAVE_THINKING_KEY },
  { { "phi", "reasoning" }, "Phi", 0.8, THINKS, ENCLAVE_THINKING_NONE },
  { { "phi-" }, "Phi", 0.2, PLAIN, ENCLAVE_THINKING_NONE },
  { { "phi3" }, "Phi", 0.2, PLAIN, ENCLAVE_THINKING_NONE },
  { { "phi4" }, "Phi", 0.2, PLAIN, ENCLAVE_THINKING_NONE },
  { { "codellama" }, "Code Llama", 0.2, PLAIN, ENCLAVE_THINKING_NONE },
  { { "llama3" }, "Llama 3", 0.3, PLAIN, ENCLAVE_THINKING_NONE },
  { { "llama-3" }, "Llama 3", 0.3, PLAIN, ENCLAVE_THINKING_NONE },
  { { "llama4" }, "Llama 4", 0.3, PLAIN, ENCLAVE_THINKING_NONE },
  { { "llama-4" }, "Llama 4", 0.3, PLAIN, ENCLAVE_THINKING_NONE },
  { { "glm" }, "GLM", 0.6, THINKS, ENCLAVE_THINKING_ENABLE },
  { { "smollm3" }, "SmolLM3", 0.6, THINKS, ENCLAVE_THINKING_ENABLE_OR_WORD },
  { { "nemotron" }, "Nemotron", 0.6, THINKS, ENCLAVE_THINKING_ENABLE },
  { { "starcoder" }, "StarCoder", 0.2, PLAIN, ENCLAVE_THINKING_NONE },
  { { "command-r" }, "Command R", 0.3, PLAIN, ENCLAVE_THINKING_NONE },
};

/* The row of @text; -1: none. */
static int
find_row (const char *text)
{
  g_autofree char *name = NULL;
  const char *slash = strrchr (text, '/');

  /* Folders have names of their own. */
  name = g_ascii_strdown (slash != NULL && slash[1] != '\0' ? slash + 1 : text, -1);
  g_strdelimit (name, "_", '-');
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    if (strstr (name, families[i].words[0]) != NULL
        && (families[i].words[1] == NULL || strstr (name, families[i].words[1]) != NULL))
      return (int) i;
  return -1;
}

static int
find_family (EnclaveModelInfo *model)
{
  int row = find_row (enclave_model_info_get_id (model));

  return row >= 0 ? row : find_row (enclave_model_info_get_family (model));
}

const char *
enclave_model_switches_get_family (EnclaveModelInfo *model)
{
  int row;

  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (model), "");
  row = find_family (model);
  return row >= 0 ? families[row].family : "";
}

static EnclaveThinkingManner
find_manner (EnclaveModelInfo *model)
{
  EnclaveEndpointKind kind = enclave_endpoint_get_kind (enclave_model_info_get_endpoint (model));
  int row = find_family (model);
  EnclaveThinkingManner manner = row >= 0 ? families[row].manner : ENCLAVE_THINKING_NONE;

  switch (kind)
    {
    case ENCLAVE_ENDPOINT_OLLAMA:
      /* It knows, and refuses the request for a model that can't. */
      if ((enclave_model_info_get_abilities (model) & ENCLAVE_MODEL_THINKING) == 0)
        return ENCLAVE_THINKING_NONE;
      return manner == ENCLAVE_THINKING_EFFORT ? manner : ENCLAVE_THINKING_ENABLE;
    case ENCLAVE_ENDPOINT_LLAMACPP:
    case ENCLAVE_ENDPOINT_VLLM:
      /* A name that says nothing: a template that does not ask for it leaves it out. */
      return row < 0 ? ENCLAVE_THINKING_ENABLE : manner;
    case ENCLAVE_ENDPOINT_LMSTUDIO:
    case ENCLAVE_ENDPOINT_OPENAI:
    case ENCLAVE_ENDPOINT_UNKNOWN:
      return manner == ENCLAVE_THINKING_EFFORT || manner == ENCLAVE_THINKING_ENABLE_OR_WORD ? manner
                                                                                           : ENCLAVE_THINKING_NONE;
    case ENCLAVE_ENDPOINT_PRACTICE:
    default:
      return ENCLAVE_THINKING_NONE;
    }
}

gboolean
enclave_model_switches_can_think (EnclaveModelInfo *model)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (model), FALSE);
  return find_manner (model) != ENCLAVE_THINKING_NONE;
}

void
enclave_model_switches_default (EnclaveModelInfo *model, EnclaveModelSwitches *switches)
{
  int row;

  g_return_if_fail (ENCLAVE_IS_MODEL_INFO (model) && switches != NULL);

  row = find_family (model);
  switches->thinking = ENCLAVE_THINKING_AUTO;
  switches->temperature = row >= 0 ? families[row].temperature : -1;
  switches->reply_tokens = row >= 0 ? families[row].reply_tokens : 0;
}

/* (transfer full) */
static char *
file_name (EnclaveModelInfo *model)
{
  g_autofree char *digest = enclave_model_info_dup_digest (model);

  return g_strconcat (digest, ".switches.json", NULL);
}

static const char *const thinking_words[] = { "auto", "on", "off" };

const char *
enclave_thinking_to_word (EnclaveThinking thinking)
{
  return (guint) thinking < G_N_ELEMENTS (thinking_words) ? thinking_words[thinking] : "auto";
}

gboolean
enclave_thinking_from_word (const char *word, EnclaveThinking *thinking)
{
  g_return_val_if_fail (word != NULL && thinking != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (thinking_words); i++)
    if (strcmp (word, thinking_words[i]) == 0)
      {
        *thinking = (EnclaveThinking) i;
        return TRUE;
      }
  return FALSE;
}

gboolean
enclave_model_switches_load (EnclaveModelInfo *model, EnclaveModelSwitches *switches)
{
  g_autofree char *name = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (JsonObject) root = NULL;
  const char *thinking;
  double temperature;
  gsize length;
  const char *text;

  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (model) && switches != NULL, FALSE);

  enclave_model_switches_default (model, switches);
  name = file_name (model);
  bytes = enclave_state_file_load (FOLDER, name, MAX_BYTES);
  if (bytes == NULL)
    return FALSE;
  text = g_bytes_get_data (bytes, &length);
  root = length > 0 ? enclave_json_parse_object (text, (gssize) length, NULL) : NULL;
  if (root == NULL || enclave_json_get_int (root, "format", 0) != FORMAT)
    return FALSE;
  thinking = enclave_json_peek_string (root, "thinking");
  if (thinking != NULL)
    enclave_thinking_from_word (thinking, &switches->thinking);
  temperature = enclave_json_get_double (root, "temperature", -1);
  switches->temperature = temperature >= 0 ? MIN (temperature, MAX_TEMPERATURE) : -1;
  switches->reply_tokens = (guint) CLAMP (enclave_json_get_int (root, "reply_tokens", 0), 0, MAX_REPLY_TOKENS);
  return TRUE;
}

gboolean
enclave_model_switches_save (const EnclaveModelSwitches *switches, EnclaveModelInfo *model, GError **error)
{
  g_autofree char *name = NULL;
  g_autoptr (JsonObject) root = json_object_new ();
  g_autoptr (GBytes) bytes = NULL;
  char *text;

  g_return_val_if_fail (switches != NULL && ENCLAVE_IS_MODEL_INFO (model), FALSE);
  g_return_val_if_fail ((guint) switches->thinking < G_N_ELEMENTS (thinking_words), FALSE);

  json_object_set_int_member (root, "format", FORMAT);
  json_object_set_string_member (root, "thinking", enclave_thinking_to_word (switches->thinking));
  json_object_set_double_member (root, "temperature", switches->temperature);
  json_object_set_int_member (root, "reply_tokens", switches->reply_tokens);
  name = file_name (model);
  text = enclave_json_object_to_text (root);
  bytes = g_bytes_new_take (text, strlen (text));
  return enclave_state_file_save (FOLDER, name, bytes, error);
}

gboolean
enclave_model_switches_equal (const EnclaveModelSwitches *a, const EnclaveModelSwitches *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return a->thinking == b->thinking && a->reply_tokens == b->reply_tokens
         && fabs (a->temperature - b->temperature) < 0.001;
}

void
enclave_model_switches_apply (const EnclaveModelSwitches *switches, EnclaveModelInfo *model, EnclaveChatRequest *request)
{
  guint limit;

  g_return_if_fail (switches != NULL && ENCLAVE_IS_MODEL_INFO (model) && ENCLAVE_IS_CHAT_REQUEST (request));

  limit = enclave_chat_request_get_max_tokens (request);
  enclave_chat_request_set_thinking (request, switches->thinking, find_manner (model));
  enclave_chat_request_set_temperature (request, switches->temperature);
  if (switches->reply_tokens > 0 && (limit == 0 || limit > switches->reply_tokens))
    enclave_chat_request_set_max_tokens (request, switches->reply_tokens);
}
