/* enclave-agent-service-warm.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-agent-request.h"
#include "enclave-agent-service-private.h"
#include "enclave-conversation-private.h"
#include "enclave-limits.h"
#include "enclave-project-memory.h"
#include "enclave-server-load.h"
#include "enclave-whole-reply.h"

/* The front of a conversation is two thousand tokens that a machine without a graphics card reads for half a minute. It is the
 * same for each conversation, so the server can read it while the person still does. */

/* Templates want somebody to speak. What is read behind the front is a few tokens. */
#define NOTHING_SAID "."

struct _EnclaveWarmUp
{
  gatomicrefcount references;
  EnclaveAgentService *service; /* borrowed; NULL once it is cancelled */
  GCancellable *cancellable;
  EnclaveInferenceClient *client;
  EnclaveModelInfo *model;
  EnclaveMode mode;
  char *key;
  char *front; /* NULL until it is made */
  guint source;
  gint64 begun_us;
};

static EnclaveWarmUp *
warm_up_ref (EnclaveWarmUp *self)
{
  g_atomic_ref_count_inc (&self->references);

  return self;
}

static void
warm_up_unref (EnclaveWarmUp *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_object_unref (self->cancellable);
  g_object_unref (self->client);
  g_object_unref (self->model);
  g_free (self->key);
  g_free (self->front);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveWarmUp, warm_up_unref)

void
enclave_agent_service_cancel_warm_up (EnclaveAgentService *self)
{
  EnclaveWarmUp *warm_up = g_steal_pointer (&self->warm_up);

  if (warm_up == NULL)
    return;
  g_clear_handle_id (&warm_up->source, g_source_remove);
  warm_up->service = NULL;
  g_cancellable_cancel (warm_up->cancellable);
  warm_up_unref (warm_up);
}

static void
end (EnclaveWarmUp *self)
{
  if (self->service != NULL && self->service->warm_up == self)
    {
      self->service->warm_up = NULL;
      self->service = NULL;
      warm_up_unref (self);
    }
}

static void
on_reply (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveWarmUp) self = user_data;
  g_autoptr (EnclaveWholeReply) reply = enclave_whole_reply_finish (ENCLAVE_INFERENCE_CLIENT (source), result, NULL);
  double seconds = (double) (g_get_monotonic_time () - self->begun_us) / G_USEC_PER_SEC;

  if (self->service != NULL && reply != NULL && reply->prompt_tokens > 0)
    {
      EnclaveAgentService *service = self->service;
      guint fresh = reply->prompt_tokens - MIN (reply->cached_tokens, reply->prompt_tokens);

      g_debug ("%s has read the front of a conversation: %u tokens, %u of them cached, in %.2f s",
               enclave_model_info_get_id (self->model), reply->prompt_tokens, reply->cached_tokens, seconds);
      service->warm_tokens = reply->prompt_tokens;
      service->warm_seconds = seconds;
      if (reply->prompt_tokens_per_second > 0)
        service->read_rate = reply->prompt_tokens_per_second;
      else if (fresh > 0 && reply->first_us > 0)
        service->read_rate = fresh / ((double) reply->first_us / G_USEC_PER_SEC);
    }
  end (self);
}

static void
send_front (EnclaveWarmUp *self, EnclaveContextItem *map)
{
  EnclaveAgentService *service = self->service;
  g_autoptr (EnclaveChatRequest) request = NULL;
  g_autoptr (JsonArray) tools = NULL;
  g_autofree char *words = map != NULL ? g_strconcat (enclave_context_item_get_text (map), ENCLAVE_HISTORY_PREFACE_END NOTHING_SAID, NULL)
                                       : g_strdup (NOTHING_SAID);
  EnclaveModelSwitches switches;

  tools = enclave_agent_service_choose_tools (service, self->model, self->mode);
  request = enclave_agent_request_new (self->model, self->front, tools,
                                       enclave_agent_service_get_profile (service, self->model).calls_as_text,
                                       enclave_agent_service_choose_window (service, self->model));
  enclave_chat_request_add_message (request, "user", words);
  /* Not fixed by this: until somebody speaks the person may still set them. */
  enclave_model_switches_load (self->model, &switches);
  enclave_model_switches_apply (&switches, self->model, request);
  enclave_chat_request_set_max_tokens (request, 1);
  enclave_gate_set_endpoint_address (service->gate,
                                     enclave_endpoint_get_address (enclave_inference_client_get_endpoint (self->client)));
  self->begun_us = g_get_monotonic_time ();
  g_hash_table_add (service->warmed, g_strdup (self->key));
  enclave_whole_reply_async (self->client, request, ENCLAVE_MODEL_LOAD_MAX_S * 1000, self->cancellable, on_reply,
                             warm_up_ref (self));
}

static void
on_map (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveWarmUp) self = user_data;
  g_auto (EnclaveMapPart) part = { NULL };

  enclave_repo_map_update_finish (ENCLAVE_REPO_MAP (source), result, NULL);
  if (self->service == NULL)
    return;
  enclave_repo_map_admit (self->service->map, enclave_agent_service_choose_window (self->service, self->model), &part);
  send_front (self, part.item);
}

static void
on_memory (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveWarmUp) self = user_data;
  g_autoptr (EnclaveContextItem) memory =
    enclave_tool_scope_read_instructions_finish (ENCLAVE_TOOL_SCOPE (source), result, NULL);

  if (self->service == NULL)
    return;
  self->front = enclave_agent_service_build_front (self->service, self->model, self->mode, memory, NULL);
  /* Lines of the project go to another machine only behind a question. */
  if (enclave_agent_service_wants_map (self->service, self->client)
      && enclave_endpoint_get_is_local (enclave_inference_client_get_endpoint (self->client)))
    enclave_repo_map_update_async (self->service->map, self->cancellable, on_map, warm_up_ref (self));
  else
    send_front (self, NULL);
}

static void
on_load (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveWarmUp) self = user_data;
  EnclaveServerLoad load = enclave_server_load_finish (ENCLAVE_INFERENCE_CLIENT (source), result);
  EnclaveEndpointKind kind = enclave_endpoint_get_kind (enclave_inference_client_get_endpoint (self->client));
  g_autoptr (EnclaveToolScope) scope = NULL;

  if (self->service == NULL)
    return;
  /* Somebody is waiting for an answer there. A llama.cpp server that does not tell may have one place only. */
  if (load == ENCLAVE_SERVER_LOAD_BUSY || (load != ENCLAVE_SERVER_LOAD_FREE && kind == ENCLAVE_ENDPOINT_LLAMACPP))
    {
      end (self);
      return;
    }
  scope = enclave_gate_open_scope (self->service->gate, "agent", "memory", ENCLAVE_EFFECT_READ);
  enclave_tool_scope_read_instructions_async (scope, self->cancellable, on_memory, warm_up_ref (self));
}

static gboolean
on_time (gpointer user_data)
{
  EnclaveWarmUp *self = user_data;

  self->source = 0;
  enclave_server_load_async (self->client, enclave_model_info_get_id (self->model), self->cancellable, on_load,
                             warm_up_ref (self));

  return G_SOURCE_REMOVE;
}

void
enclave_agent_service_warm_up (EnclaveAgentService *self, guint delay_ms)
{
  EnclaveInferenceClient *client = NULL;
  EnclaveModelInfo *model;
  EnclaveEndpoint *endpoint;
  g_autofree char *key = NULL;

  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (self));

  model = enclave_agent_service_peek_model (self, self->mode, &client);
  if (client == NULL || model == NULL || self->turn != NULL
      || enclave_history_get_length (enclave_conversation_get_history (self->conversation)) > 0)
    return;
  endpoint = enclave_inference_client_get_endpoint (client);
  key = g_strdup_printf ("%s %s %s", enclave_endpoint_get_uri (endpoint), enclave_model_info_get_id (model),
                         self->mode == ENCLAVE_MODE_ASK ? "ask" : "edit");
  if (enclave_endpoint_get_kind (endpoint) == ENCLAVE_ENDPOINT_PRACTICE || g_hash_table_contains (self->warmed, key))
    return;
  if (self->warm_up != NULL && strcmp (self->warm_up->key, key) == 0)
    return;

  enclave_agent_service_cancel_warm_up (self);
  self->warm_up = g_new0 (EnclaveWarmUp, 1);
  g_atomic_ref_count_init (&self->warm_up->references);
  self->warm_up->service = self;
  self->warm_up->cancellable = g_cancellable_new ();
  self->warm_up->client = g_object_ref (client);
  self->warm_up->model = g_object_ref (model);
  self->warm_up->mode = self->mode;
  self->warm_up->key = g_steal_pointer (&key);
  self->warm_up->source = g_timeout_add (delay_ms, on_time, self->warm_up);
}

gboolean
enclave_agent_service_get_warm_up (EnclaveAgentService *self, guint *tokens, double *seconds)
{
  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), FALSE);

  if (tokens != NULL)
    *tokens = self->warm_tokens;
  if (seconds != NULL)
    *seconds = self->warm_seconds;

  return self->warm_up != NULL;
}
