/* enclave-practice-listing.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-practice-listing.h"

#include <string.h>

#include "enclave-json.h"

#define DEFAULT_WINDOW 32768

static const char *const shapes[] = { "practice", "ollama", "lmstudio", "lmstudio-v0",
                                      "vllm",     "llamacpp", "openai", "none" };

gboolean
enclave_practice_listing_is_shape (const char *shape)
{
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    if (strcmp (shapes[i], shape) == 0)
      return TRUE;
  return FALSE;
}

static EnclavePracticeReply *
answer (JsonObject *object)
{
  g_autoptr (JsonObject) root = object;

  return enclave_practice_reply_new_json (200, enclave_json_object_to_text (root));
}

static JsonObject *
holder (const char *member, JsonArray *list)
{
  JsonObject *root = json_object_new ();

  json_object_set_array_member (root, member, list);
  return root;
}

static guint
n_models (JsonArray *models)
{
  return models != NULL ? json_array_get_length (models) : 1;
}

static const char *
model_id (JsonArray *models, guint index, const char *fallback)
{
  JsonObject *model = models != NULL ? enclave_json_array_peek_object (models, index) : NULL;
  const char *id = model != NULL ? enclave_json_peek_string (model, "id") : NULL;

  return id != NULL ? id : fallback;
}

static gint64
model_window (JsonArray *models, guint index)
{
  JsonObject *model = models != NULL ? enclave_json_array_peek_object (models, index) : NULL;

  return model != NULL ? enclave_json_get_int (model, "context", DEFAULT_WINDOW) : DEFAULT_WINDOW;
}

static JsonArray *
abilities (void)
{
  JsonArray *list = json_array_new ();

  json_array_add_string_element (list, "completion");
  json_array_add_string_element (list, "tools");
  return list;
}

static EnclavePracticeReply *
answer_v1 (const char *shape, JsonArray *models)
{
  static const char *const owners[][2] = {
    { "practice", "enclave-practice" }, { "llamacpp", "llamacpp" }, { "vllm", "vllm" },
    { "lmstudio", "organization_owner" }, { "lmstudio-v0", "organization_owner" }, { "ollama", "library" },
  };
  JsonArray *data = json_array_new ();

  for (guint i = 0; i < n_models (models); i++)
    {
      JsonObject *entry = json_object_new ();
      const char *owner = "somebody";

      for (guint k = 0; k < G_N_ELEMENTS (owners); k++)
        if (strcmp (shape, owners[k][0]) == 0)
          owner = owners[k][1];
      json_object_set_string_member (entry, "id",
                                     model_id (models, i, strcmp (shape, "practice") == 0 ? "practice" : "test-model"));
      json_object_set_string_member (entry, "object", "model");
      json_object_set_string_member (entry, "owned_by", owner);
      if (strcmp (shape, "practice") == 0 || strcmp (shape, "vllm") == 0)
        json_object_set_int_member (entry, "max_model_len", model_window (models, i));
      if (strcmp (shape, "llamacpp") == 0)
        {
          JsonObject *meta = json_object_new ();

          json_object_set_int_member (meta, "n_ctx_train", 4 * model_window (models, i));
          json_object_set_int_member (meta, "n_params", 7615616512);
          json_object_set_int_member (meta, "size", 4683073536);
          json_object_set_object_member (entry, "meta", meta);
        }
      json_array_add_object_element (data, entry);
    }
  return answer (holder ("data", data));
}

static JsonArray *
ollama_models (JsonArray *models, gboolean loaded)
{
  JsonArray *list = json_array_new ();

  for (guint i = 0; i < n_models (models); i++)
    {
      JsonObject *model = models != NULL ? enclave_json_array_peek_object (models, i) : NULL;
      JsonObject *entry = json_object_new ();
      JsonObject *details = json_object_new ();

      json_object_set_string_member (entry, "name", model_id (models, i, "test-model:7b"));
      json_object_set_string_member (entry, "model", model_id (models, i, "test-model:7b"));
      json_object_set_int_member (entry, "size", 4683073536);
      if (loaded)
        json_object_set_int_member (entry, "context_length", model_window (models, i));
      json_object_set_string_member (details, "family", "qwen2");
      json_object_set_string_member (details, "parameter_size", "7.6B");
      json_object_set_string_member (details, "quantization_level", "Q4_K_M");
      json_object_set_object_member (entry, "details", details);
      json_object_set_array_member (entry, "capabilities", abilities ());
      for (guint k = 0; model != NULL && k < 2; k++)
        {
          static const char *const members[] = { "remote_host", "remote_model" };
          const char *value = enclave_json_peek_string (model, members[k]);

          if (value != NULL)
            json_object_set_string_member (entry, members[k], value);
        }
      json_array_add_object_element (list, entry);
    }
  return list;
}

static EnclavePracticeReply *
answer_ollama (JsonArray *models, const char *path)
{
  JsonObject *root = json_object_new ();

  if (strcmp (path, "/api/version") == 0)
    json_object_set_string_member (root, "version", "0.12.0");
  else if (strcmp (path, "/api/tags") == 0 || strcmp (path, "/api/ps") == 0)
    json_object_set_array_member (root, "models", ollama_models (models, strcmp (path, "/api/ps") == 0));
  else if (strcmp (path, "/api/status") == 0)
    {
      JsonObject *cloud = json_object_new ();

      json_object_set_boolean_member (cloud, "disabled", TRUE);
      json_object_set_string_member (cloud, "source", "env");
      json_object_set_object_member (root, "cloud", cloud);
    }
  else
    {
      json_object_unref (root);
      return NULL;
    }
  return answer (root);
}

static EnclavePracticeReply *
answer_lmstudio (JsonArray *models, gboolean v0)
{
  JsonArray *list = json_array_new ();

  for (guint i = 0; i < n_models (models); i++)
    {
      JsonObject *entry = json_object_new ();

      json_object_set_string_member (entry, v0 ? "id" : "key", model_id (models, i, "test-model-7b"));
      json_object_set_string_member (entry, "type", "llm");
      json_object_set_string_member (entry, "arch", "qwen2");
      json_object_set_int_member (entry, "max_context_length", 4 * model_window (models, i));
      if (v0)
        {
          json_object_set_string_member (entry, "quantization", "Q4_K_M");
          json_object_set_string_member (entry, "state", "loaded");
          json_object_set_int_member (entry, "loaded_context_length", model_window (models, i));
          json_object_set_array_member (entry, "capabilities", json_array_new ());
          json_array_add_string_element (json_object_get_array_member (entry, "capabilities"), "tool_use");
        }
      else
        {
          JsonObject *instance = json_object_new ();
          JsonObject *config = json_object_new ();
          JsonObject *capabilities = json_object_new ();
          JsonObject *quantization = json_object_new ();
          JsonArray *instances = json_array_new ();

          json_object_set_int_member (config, "context_length", model_window (models, i));
          json_object_set_object_member (instance, "config", config);
          json_array_add_object_element (instances, instance);
          json_object_set_array_member (entry, "loaded_instances", instances);
          json_object_set_boolean_member (capabilities, "trained_for_tool_use", TRUE);
          json_object_set_object_member (entry, "capabilities", capabilities);
          json_object_set_string_member (quantization, "name", "Q4_K_M");
          json_object_set_object_member (entry, "quantization", quantization);
          json_object_set_int_member (entry, "size_bytes", 4683073536);
          json_object_set_string_member (entry, "params_string", "7B");
        }
      json_array_add_object_element (list, entry);
    }
  return answer (holder (v0 ? "data" : "models", list));
}

static EnclavePracticeReply *
answer_props (JsonArray *models)
{
  JsonObject *root = json_object_new ();
  JsonObject *settings = json_object_new ();

  json_object_set_int_member (settings, "n_ctx", model_window (models, 0));
  json_object_set_object_member (root, "default_generation_settings", settings);
  return answer (root);
}

EnclavePracticeReply *
enclave_practice_listing_answer (const char *shape, JsonArray *models, const char *path)
{
  if (strcmp (shape, "none") == 0)
    return NULL;
  if (strcmp (path, "/v1/models") == 0)
    return answer_v1 (shape, models);
  if (strcmp (shape, "ollama") == 0)
    return answer_ollama (models, path);
  if (strcmp (shape, "lmstudio") == 0 && strcmp (path, "/api/v1/models") == 0)
    return answer_lmstudio (models, FALSE);
  if (g_str_has_prefix (shape, "lmstudio") && strcmp (path, "/api/v0/models") == 0)
    return answer_lmstudio (models, TRUE);
  if (strcmp (shape, "llamacpp") == 0 && strcmp (path, "/props") == 0)
    return answer_props (models);
  if (strcmp (path, "/health") == 0 && strcmp (shape, "openai") != 0)
    return enclave_practice_reply_new_json (200, g_strdup ("{\"status\":\"ok\"}"));
  return NULL;
}
