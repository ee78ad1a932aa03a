/* enclave-inference-identify.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-inference-client-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-deadline-private.h"
#include "enclave-json.h"
#include "enclave-model-info-private.h"
#include "enclave-ollama-survey-private.h"

/* What answers is found by what it says, never by its port: Ollama by /api/version, the others by the owner their model list names.
 * Each step is one request; the next follows from the answer. */

#define MAX_SLOTS 256

typedef enum
{
  STEP_VERSION,       /* Ollama's */
  STEP_TAGS,
  STEP_LOADED,
  STEP_CLOUD,
  STEP_MODELS,        /* /v1 */
  STEP_PROPS,         /* llama.cpp: the window that is really there */
  STEP_SLOTS,         /* the same where a key or a switch hides the one before */
  STEP_TOOLS,         /* llama.cpp: tools that the server runs itself */
  STEP_LMSTUDIO_V1,
  STEP_LMSTUDIO_V0,
} Step;

static const char *const paths[] = {
  [STEP_VERSION] = "/api/version", [STEP_TAGS] = "/api/tags",   [STEP_LOADED] = "/api/ps",
  [STEP_CLOUD] = "/api/status",    [STEP_MODELS] = "/v1/models", [STEP_PROPS] = "/props",
  [STEP_LMSTUDIO_V1] = "/api/v1/models", [STEP_LMSTUDIO_V0] = "/api/v0/models",
  [STEP_SLOTS] = "/slots",         [STEP_TOOLS] = "/tools",
};

typedef struct
{
  Step step;
  EnclaveEndpointKind kind;
  char *version;
  const char *cloud;
  EnclaveServerWarnings warnings;
  guint loaded_window;
  guint n_slots;
  JsonObject *list;
  JsonObject *loaded;
  GListStore *models;
  EnclaveDeadline *deadline;
} Identify;

static void
identify_free (gpointer data)
{
  Identify *identify = data;

  enclave_deadline_free (identify->deadline);
  g_clear_pointer (&identify->list, json_object_unref);
  g_clear_pointer (&identify->loaded, json_object_unref);
  g_clear_object (&identify->models);
  g_free (identify->version);
  g_free (identify);
}

static void ask (GTask *task, Step step);

static void
finish (GTask *task)
{
  EnclaveInferenceClient *self = g_task_get_source_object (task);
  Identify *identify = g_task_get_task_data (task);

  enclave_inference_client_take_identity (self, identify->kind, identify->version, identify->cloud,
                                          identify->warnings, G_LIST_MODEL (identify->models));
  /* Models remember their server; it has a kind only now. */
  g_task_return_pointer (task, g_steal_pointer (&identify->models), g_object_unref);
}

static EnclaveEndpointKind
kind_from_owner (JsonObject *list)
{
  JsonArray *data = enclave_json_peek_array (list, "data");
  JsonObject *first = data != NULL ? enclave_json_array_peek_object (data, 0) : NULL;
  const char *owner = first != NULL ? enclave_json_peek_string (first, "owned_by") : NULL;

  if (g_strcmp0 (owner, "llamacpp") == 0)
    return ENCLAVE_ENDPOINT_LLAMACPP;
  if (g_strcmp0 (owner, "vllm") == 0)
    return ENCLAVE_ENDPOINT_VLLM;
  if (g_strcmp0 (owner, "enclave-practice") == 0)
    return ENCLAVE_ENDPOINT_PRACTICE;
  return ENCLAVE_ENDPOINT_OPENAI;
}

/* Proxies name the provider that they ask; servers of models name themselves. */
static gboolean
names_a_provider (JsonObject *list)
{
  static const char *const providers[] = { "openai", "anthropic", "google", "mistralai", "azure", "openrouter", "cohere",
                                           "deepseek", "xai", "groq", "together", "bedrock", "vertex_ai", "litellm" };
  JsonArray *data = enclave_json_peek_array (list, "data");

  for (guint i = 0; data != NULL && i < json_array_get_length (data); i++)
    {
      JsonObject *entry = enclave_json_array_peek_object (data, i);
      const char *owner = entry != NULL ? enclave_json_peek_string (entry, "owned_by") : NULL;

      for (guint k = 0; owner != NULL && k < G_N_ELEMENTS (providers); k++)
        if (g_ascii_strcasecmp (owner, providers[k]) == 0)
          return TRUE;
    }
  return FALSE;
}

static void
build_v1_models (GTask *task)
{
  EnclaveInferenceClient *self = g_task_get_source_object (task);
  Identify *identify = g_task_get_task_data (task);
  g_autoptr (EnclaveEndpoint) endpoint
    = enclave_endpoint_with_kind (enclave_inference_client_get_endpoint (self), identify->kind);

  if (identify->kind == ENCLAVE_ENDPOINT_OPENAI && names_a_provider (identify->list))
    identify->warnings |= ENCLAVE_SERVER_PASSES_ON;
  identify->models = enclave_model_info_list_from_v1 (endpoint, identify->list, identify->loaded_window);
  enclave_model_info_list_set_slots (identify->models, identify->n_slots);
  finish (task);
}

static guint
window_from_props (JsonObject *props)
{
  JsonObject *settings = enclave_json_peek_object (props, "default_generation_settings");

  return (guint) CLAMP (settings != NULL ? enclave_json_get_int (settings, "n_ctx", 0) : 0, 0, 100 * 1000 * 1000);
}

/* Of several slots the smallest: it is not said which one a request gets. */
static guint
window_from_slots (JsonObject *reply)
{
  JsonArray *slots = enclave_json_peek_array (reply, "items");
  guint window = 0;

  for (guint i = 0; slots != NULL && i < MIN (json_array_get_length (slots), MAX_SLOTS); i++)
    {
      JsonObject *slot = enclave_json_array_peek_object (slots, i);
      guint tokens = slot != NULL ? (guint) CLAMP (enclave_json_get_int (slot, "n_ctx", 0), 0, 100 * 1000 * 1000) : 0;

      if (tokens > 0 && (window == 0 || tokens < window))
        window = tokens;
    }
  return window;
}

static void
take_tools (Identify *identify, JsonObject *reply)
{
  JsonArray *tools = NULL;

  if (reply != NULL)
    tools = enclave_json_peek_array (reply, json_object_has_member (reply, "items") ? "items" : "tools");
  if (tools != NULL && json_array_get_length (tools) > 0)
    identify->warnings |= ENCLAVE_SERVER_RUNS_TOOLS;
}

static gboolean
take_lmstudio (GTask *task, JsonObject *reply)
{
  EnclaveInferenceClient *self = g_task_get_source_object (task);
  Identify *identify = g_task_get_task_data (task);
  g_autoptr (EnclaveEndpoint) endpoint
    = enclave_endpoint_with_kind (enclave_inference_client_get_endpoint (self), ENCLAVE_ENDPOINT_LMSTUDIO);
  g_autoptr (GListStore) models = NULL;

  if (reply == NULL
      || (enclave_json_peek_array (reply, "models") == NULL && enclave_json_peek_array (reply, "data") == NULL))
    return FALSE;
  models = enclave_model_info_list_from_lmstudio (endpoint, reply);
  if (g_list_model_get_n_items (G_LIST_MODEL (models)) == 0)
    return FALSE;
  identify->kind = ENCLAVE_ENDPOINT_LMSTUDIO;
  identify->models = g_steal_pointer (&models);
  finish (task);
  return TRUE;
}

static void
take_cloud (Identify *identify, JsonObject *reply)
{
  JsonObject *cloud = reply != NULL ? enclave_json_peek_object (reply, "cloud") : NULL;

  if (cloud == NULL || !json_object_has_member (cloud, "disabled"))
    identify->cloud = "unknown";
  else
    identify->cloud = enclave_json_get_boolean (cloud, "disabled", FALSE) ? "off" : "on";
  if (strcmp (identify->cloud, "on") == 0)
    identify->warnings |= ENCLAVE_SERVER_HAS_CLOUD;
}

static void
finish_ollama (GTask *task)
{
  EnclaveInferenceClient *self = g_task_get_source_object (task);
  Identify *identify = g_task_get_task_data (task);
  g_autoptr (EnclaveEndpoint) endpoint
    = enclave_endpoint_with_kind (enclave_inference_client_get_endpoint (self), ENCLAVE_ENDPOINT_OLLAMA);

  identify->kind = ENCLAVE_ENDPOINT_OLLAMA;
  identify->models = enclave_model_info_list_from_ollama (
    endpoint, identify->list, identify->loaded,
    enclave_inference_client_get_ollama_facts (self, identify->version));
  finish (task);
}

static void
on_surveyed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveInferenceClient *self = ENCLAVE_INFERENCE_CLIENT (source);
  EnclaveLocalSuffix suffix = enclave_ollama_survey_finish (self, result);
  Identify *identify = g_task_get_task_data (task);

  /* A list that is whole but for the details of some models is worth more than none. */
  if (!enclave_deadline_is_over (identify->deadline) && g_task_return_error_if_cancelled (task))
    return;
  enclave_inference_client_set_local_suffix (self, suffix);
  finish_ollama (task);
}

static void
survey_ollama (GTask *task)
{
  EnclaveInferenceClient *self = g_task_get_source_object (task);
  Identify *identify = g_task_get_task_data (task);
  GHashTable *facts = enclave_inference_client_get_ollama_facts (self, identify->version);

  enclave_ollama_survey_async (self, identify->list, facts, enclave_inference_client_get_local_suffix (self),
                               enclave_deadline_get_cancellable (identify->deadline), on_surveyed, g_object_ref (task));
}

static void
take_models (GTask *task, JsonObject *reply, GError *error)
{
  Identify *identify = g_task_get_task_data (task);

  if (reply == NULL)
    {
      g_task_return_error (task, g_error_copy (error));
      return;
    }
  if (enclave_json_peek_array (reply, "data") == NULL)
    {
      g_task_return_new_error (task, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER,
                               _ ("What answers there has no list of models"));
      return;
    }
  identify->list = json_object_ref (reply);
  identify->kind = kind_from_owner (reply);
  if (identify->kind == ENCLAVE_ENDPOINT_LLAMACPP)
    ask (task, STEP_PROPS);
  else if (identify->kind == ENCLAVE_ENDPOINT_OPENAI)
    ask (task, STEP_LMSTUDIO_V1);
  else
    build_v1_models (task);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveInferenceClient *self = ENCLAVE_INFERENCE_CLIENT (source);
  Identify *identify = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = enclave_inference_client_fetch_finish (self, result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      if (enclave_deadline_is_over (identify->deadline))
        g_task_return_new_error (task, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_TIMED_OUT,
                                 _ ("%s did not answer in time"),
                                 enclave_endpoint_get_address (enclave_inference_client_get_endpoint (self)));
      else
        g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  /* Nobody there is the same answer for every route. */
  if (error != NULL && identify->step == STEP_VERSION && error->domain == ENCLAVE_INFERENCE_ERROR
      && (error->code == ENCLAVE_INFERENCE_ERROR_OFFLINE || error->code == ENCLAVE_INFERENCE_ERROR_TIMED_OUT))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  switch (identify->step)
    {
    case STEP_VERSION:
      /* Others answer this route with 200 and an error; only Ollama names a version. */
      if (reply != NULL && enclave_json_peek_string (reply, "version") != NULL
          && !json_object_has_member (reply, "error"))
        {
          identify->version = g_strdup (enclave_json_peek_string (reply, "version"));
          ask (task, STEP_TAGS);
        }
      else
        ask (task, STEP_MODELS);
      break;
    case STEP_TAGS:
      if (reply == NULL || enclave_json_peek_array (reply, "models") == NULL)
        ask (task, STEP_MODELS);
      else
        {
          identify->list = json_object_ref (reply);
          ask (task, STEP_LOADED);
        }
      break;
    case STEP_LOADED:
      if (reply != NULL)
        identify->loaded = json_object_ref (reply);
      ask (task, STEP_CLOUD);
      break;
    case STEP_CLOUD:
      take_cloud (identify, reply);
      survey_ollama (task);
      break;
    case STEP_MODELS:
      take_models (task, reply, error);
      break;
    case STEP_PROPS:
      if (reply != NULL)
        {
          identify->loaded_window = window_from_props (reply);
          identify->n_slots = (guint) CLAMP (enclave_json_get_int (reply, "total_slots", 0), 0, MAX_SLOTS);
        }
      ask (task, identify->loaded_window == 0 ? STEP_SLOTS : STEP_TOOLS);
      break;
    case STEP_SLOTS:
      if (reply != NULL)
        {
          JsonArray *slots = enclave_json_peek_array (reply, "items");

          identify->loaded_window = window_from_slots (reply);
          if (slots != NULL)
            identify->n_slots = MIN (json_array_get_length (slots), MAX_SLOTS);
        }
      ask (task, STEP_TOOLS);
      break;
    case STEP_TOOLS:
      take_tools (identify, reply);
      build_v1_models (task);
      break;
    case STEP_LMSTUDIO_V1:
      if (!take_lmstudio (task, reply))
        ask (task, STEP_LMSTUDIO_V0);
      break;
    case STEP_LMSTUDIO_V0:
      if (!take_lmstudio (task, reply))
        build_v1_models (task);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
ask (GTask *task, Step step)
{
  EnclaveInferenceClient *self = g_task_get_source_object (task);
  Identify *identify = g_task_get_task_data (task);

  identify->step = step;
  enclave_inference_client_fetch_async (self, "GET", paths[step], NULL,
                                        enclave_deadline_get_cancellable (identify->deadline), on_answer,
                                        g_object_ref (task));
}

void
enclave_inference_client_identify_async (EnclaveInferenceClient *self, guint timeout_ms, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Identify *identify;

  g_return_if_fail (ENCLAVE_IS_INFERENCE_CLIENT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_inference_client_identify_async);
  identify = g_new0 (Identify, 1);
  identify->cloud = "none";
  identify->deadline = enclave_deadline_new (cancellable, timeout_ms);
  g_task_set_task_data (task, identify, identify_free);
  ask (task, STEP_VERSION);
}

GListModel *
enclave_inference_client_identify_finish (EnclaveInferenceClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
