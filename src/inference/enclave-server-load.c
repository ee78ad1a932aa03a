/* enclave-server-load.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-server-load.h"

#include <string.h>

#include "enclave-inference-client-private.h"
#include "enclave-json.h"

/* Newer llama.cpp has one object a sequence in an array, older ones the object itself. */
static gint64
count_decoded (JsonObject *slot)
{
  JsonArray *list = enclave_json_peek_array (slot, "next_token");
  JsonObject *next = list != NULL && json_array_get_length (list) > 0 ? enclave_json_array_peek_object (list, 0)
                                                                      : enclave_json_peek_object (slot, "next_token");

  return next != NULL ? enclave_json_get_int (next, "n_decoded", 0) : 0;
}

static EnclaveServerLoad
judge_slots (JsonArray *slots)
{
  guint n_writing = 0;
  guint n_free = 0;

  for (guint i = 0; i < json_array_get_length (slots); i++)
    {
      JsonObject *slot = enclave_json_array_peek_object (slots, i);

      if (slot == NULL)
        continue;
      if (!enclave_json_get_boolean (slot, "is_processing", enclave_json_get_int (slot, "state", 0) != 0))
        n_free++;
      else if (count_decoded (slot) > 0)
        n_writing++;
    }
  if (n_free > 0)
    return ENCLAVE_SERVER_LOAD_FREE;
  /* One that only reads may be the one that reads ours. */
  return n_writing > 0 && n_writing == json_array_get_length (slots) ? ENCLAVE_SERVER_LOAD_BUSY
                                                                     : ENCLAVE_SERVER_LOAD_UNKNOWN;
}

static gboolean
is_name (JsonObject *entry, const char *member, const char *model)
{
  const char *name = enclave_json_peek_string (entry, member);

  return name != NULL && strcmp (name, model) == 0;
}

static EnclaveServerLoad
judge (EnclaveEndpointKind kind, JsonObject *reply, const char *model)
{
  gboolean native = kind == ENCLAVE_ENDPOINT_OLLAMA;
  JsonArray *list = enclave_json_peek_array (reply, kind == ENCLAVE_ENDPOINT_LLAMACPP ? "items"
                                                    : native                         ? "models"
                                                                                     : "data");

  if (list == NULL)
    return ENCLAVE_SERVER_LOAD_UNKNOWN;
  if (kind == ENCLAVE_ENDPOINT_LLAMACPP)
    return judge_slots (list);
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonObject *entry = enclave_json_array_peek_object (list, i);

      if (entry == NULL || !(is_name (entry, native ? "name" : "id", model) || is_name (entry, "model", model)))
        continue;
      if (native || g_strcmp0 (enclave_json_peek_string (entry, "state"), "loaded") == 0)
        return ENCLAVE_SERVER_LOAD_UNKNOWN;
      return enclave_json_peek_string (entry, "state") != NULL ? ENCLAVE_SERVER_LOAD_LOADING : ENCLAVE_SERVER_LOAD_UNKNOWN;
    }
  return native ? ENCLAVE_SERVER_LOAD_LOADING : ENCLAVE_SERVER_LOAD_UNKNOWN;
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveInferenceClient *client = ENCLAVE_INFERENCE_CLIENT (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = enclave_inference_client_fetch_finish (client, result, &error);
  EnclaveEndpointKind kind = enclave_endpoint_get_kind (enclave_inference_client_get_endpoint (client));

  if (reply != NULL)
    g_task_return_int (task, judge (kind, reply, g_task_get_task_data (task)));
  else
    g_task_return_int (task, g_error_matches (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_LOADING)
                               ? ENCLAVE_SERVER_LOAD_LOADING
                               : ENCLAVE_SERVER_LOAD_UNKNOWN);
}

void
enclave_server_load_async (EnclaveInferenceClient *client, const char *model, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  const char *path = NULL;

  g_return_if_fail (ENCLAVE_IS_INFERENCE_CLIENT (client) && model != NULL);

  task = g_task_new (client, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_server_load_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_strdup (model), g_free);
  switch (enclave_endpoint_get_kind (enclave_inference_client_get_endpoint (client)))
    {
    case ENCLAVE_ENDPOINT_LLAMACPP:
      path = "/slots";
      break;
    case ENCLAVE_ENDPOINT_OLLAMA:
      path = "/api/ps";
      break;
    case ENCLAVE_ENDPOINT_LMSTUDIO:
      path = "/api/v0/models";
      break;
    case ENCLAVE_ENDPOINT_UNKNOWN:
    case ENCLAVE_ENDPOINT_VLLM:
    case ENCLAVE_ENDPOINT_OPENAI:
    case ENCLAVE_ENDPOINT_PRACTICE:
    default:
      g_task_return_int (task, ENCLAVE_SERVER_LOAD_UNKNOWN);
      return;
    }
  enclave_inference_client_fetch_async (client, "GET", path, NULL, cancellable, on_answer, g_steal_pointer (&task));
}

EnclaveServerLoad
enclave_server_load_finish (EnclaveInferenceClient *client, GAsyncResult *result)
{
  gssize load;

  g_return_val_if_fail (g_task_is_valid (result, client), ENCLAVE_SERVER_LOAD_UNKNOWN);
  load = g_task_propagate_int (G_TASK (result), NULL);
  return load >= 0 ? (EnclaveServerLoad) load : ENCLAVE_SERVER_LOAD_UNKNOWN;
}
