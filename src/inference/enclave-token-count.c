/* enclave-token-count.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-token-count.h"

#include "enclave-inference-client-private.h"
#include "enclave-json.h"

gboolean
enclave_token_count_is_possible (EnclaveInferenceClient *client)
{
  EnclaveEndpointKind kind;

  g_return_val_if_fail (ENCLAVE_IS_INFERENCE_CLIENT (client), FALSE);

  kind = enclave_endpoint_get_kind (enclave_inference_client_get_endpoint (client));

  return kind == ENCLAVE_ENDPOINT_LLAMACPP || kind == ENCLAVE_ENDPOINT_VLLM;
}

static GBytes *
to_bytes (JsonObject *object)
{
  char *text = enclave_json_object_to_text (object);

  return g_bytes_new_take (text, strlen (text));
}

static void
on_count (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (JsonObject) reply = enclave_inference_client_fetch_finish (ENCLAVE_INFERENCE_CLIENT (source), result, NULL);
  JsonArray *tokens = reply != NULL ? enclave_json_peek_array (reply, "tokens") : NULL;
  gint64 count = reply != NULL ? enclave_json_get_int (reply, "count", 0) : 0;

  if (count <= 0 && tokens != NULL)
    count = json_array_get_length (tokens);
  g_task_return_int (task, CLAMP (count, 0, G_MAXINT));
}

static void
on_prompt (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (JsonObject) reply = enclave_inference_client_fetch_finish (ENCLAVE_INFERENCE_CLIENT (source), result, NULL);
  const char *prompt = reply != NULL ? enclave_json_peek_string (reply, "prompt") : NULL;
  g_autoptr (JsonObject) question = json_object_new ();
  g_autoptr (GBytes) body = NULL;
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (prompt == NULL)
    {
      g_task_return_int (task, 0);
      return;
    }
  json_object_set_string_member (question, "content", prompt);
  json_object_set_boolean_member (question, "add_special", TRUE);
  json_object_set_boolean_member (question, "parse_special", TRUE);
  body = to_bytes (question);
  enclave_inference_client_fetch_async (ENCLAVE_INFERENCE_CLIENT (source), "POST", "/tokenize", body, cancellable, on_count,
                                        g_steal_pointer (&task));
}

/* What of a request is part of the prompt. (transfer full) */
static JsonObject *
build_question (EnclaveChatRequest *request, EnclaveEndpointKind kind)
{
  static const char *const members[] = { "model", "messages", "tools", "chat_template_kwargs", NULL };
  g_autoptr (GBytes) body = enclave_chat_request_to_body (request, kind);
  g_autoptr (JsonObject) whole = enclave_json_parse_object (g_bytes_get_data (body, NULL), (gssize) g_bytes_get_size (body), NULL);
  JsonObject *question = json_object_new ();

  for (guint i = 0; whole != NULL && members[i] != NULL; i++)
    if (json_object_has_member (whole, members[i]))
      json_object_set_member (question, members[i], json_object_dup_member (whole, members[i]));
  json_object_set_boolean_member (question, "add_generation_prompt", TRUE);

  return question;
}

void
enclave_token_count_async (EnclaveInferenceClient *client, EnclaveChatRequest *request, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (JsonObject) question = NULL;
  g_autoptr (GBytes) body = NULL;
  EnclaveEndpointKind kind;
  gboolean in_one;

  g_return_if_fail (ENCLAVE_IS_INFERENCE_CLIENT (client));
  g_return_if_fail (ENCLAVE_IS_CHAT_REQUEST (request));

  task = g_task_new (client, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_token_count_async);
  g_task_set_check_cancellable (task, FALSE);
  if (!enclave_token_count_is_possible (client))
    {
      g_task_return_int (task, 0);
      return;
    }
  kind = enclave_endpoint_get_kind (enclave_inference_client_get_endpoint (client));
  in_one = kind == ENCLAVE_ENDPOINT_VLLM;
  question = build_question (request, kind);
  body = to_bytes (question);
  enclave_inference_client_fetch_async (client, "POST", in_one ? "/tokenize" : "/apply-template", body, cancellable,
                                        in_one ? on_count : on_prompt, g_steal_pointer (&task));
}

guint
enclave_token_count_finish (EnclaveInferenceClient *client, GAsyncResult *result)
{
  gssize count;

  g_return_val_if_fail (g_task_is_valid (result, client), 0);

  count = g_task_propagate_int (G_TASK (result), NULL);

  return count > 0 ? (guint) count : 0;
}
