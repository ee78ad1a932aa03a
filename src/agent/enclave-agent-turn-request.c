/* enclave-agent-turn-request.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-agent-request.h"
#include "enclave-agent-service-private.h"
#include "enclave-context-budget.h"
#include "enclave-conversation-private.h"
#include "enclave-tool-description.h"
#include "enclave-tool-grammar.h"
#include "enclave-turn-notice.h"
#include "enclave-utf8.h"

/* Of a reply that goes round in circles, what the next request leaves out: with it the model would go on so. */
#define LEFT_OUT_BYTES 7168

/* A request may be longer than was reckoned, less so when the server has counted the one before. */
#define MARGIN_RECKONED 1.15
#define MARGIN_COUNTED 1.05

void
enclave_agent_turn_end_repetition (EnclaveAgentTurn *self)
{
  const char *raw = enclave_reply_builder_get_raw (self->builder);
  gsize length = strlen (raw);
  g_autofree char *kept = g_strndup (raw, enclave_utf8_prefix_length (raw, length, length - MIN (length, LEFT_OUT_BYTES)));

  if (*kept != '\0')
    enclave_history_add_assistant (enclave_conversation_get_history (self->conversation), kept);
  self->in_history = TRUE;
  g_ptr_array_set_size (self->calls, 0);
  enclave_agent_turn_end (self, ENCLAVE_TURN_DONE, "loop", enclave_turn_notice_repetition (), NULL);
}

static gboolean send_without_grammar (EnclaveAgentTurn *self, const GError *error);

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveAgentTurn) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveCompletionStream) stream = NULL;

  stream = enclave_inference_client_open_stream_finish (ENCLAVE_INFERENCE_CLIENT (source), result, &error);
  if (enclave_agent_turn_is_over (self))
    {
      if (stream != NULL)
        enclave_completion_stream_close (stream);
      return;
    }
  if (stream == NULL)
    {
      if (!send_without_grammar (self, error) && !enclave_agent_turn_hunt_tools (self, error)
          && !enclave_agent_turn_wait_for_model (self, error))
        enclave_agent_turn_fail (self, g_steal_pointer (&error));
      return;
    }
  g_clear_object (&self->request);

  g_set_object (&self->stream, stream);
  enclave_agent_turn_read (self);
}

/* Where the server enforces it, a call that is begun as text can't be broken, and what is said beside it stays free. */
static gboolean
may_hold_to_grammar (EnclaveAgentTurn *self)
{
  EnclaveEndpoint *endpoint = enclave_inference_client_get_endpoint (self->client);

  return self->profile.calls_as_text && self->profile.holds_schema && !self->service->refuses_grammar
         && enclave_endpoint_get_kind (endpoint) == ENCLAVE_ENDPOINT_LLAMACPP;
}

/* A server that can't read the grammar refuses the request as a whole: it is sent again without, and so are all that follow. */
static gboolean
send_without_grammar (EnclaveAgentTurn *self, const GError *error)
{
  if (self->request == NULL || !enclave_chat_request_has_grammar (self->request)
      || !g_error_matches (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_SERVER))
    return FALSE;
  g_debug ("Sent again without a grammar: %s", error->message);
  self->service->refuses_grammar = TRUE;
  enclave_chat_request_set_grammar (self->request, NULL);
  enclave_agent_turn_send (self);

  return TRUE;
}

static EnclaveChatRequest *
build_request (EnclaveAgentTurn *self)
{
  JsonArray *tools = enclave_conversation_get_tools (self->conversation, self->mode);
  EnclaveChatRequest *request;

  if (tools == NULL)
    {
      g_autoptr (JsonArray) now = enclave_agent_service_choose_tools (self->service, self->model, self->mode);

      enclave_conversation_set_tools (self->conversation, self->mode, now);
      tools = enclave_conversation_get_tools (self->conversation, self->mode);
    }
  request = enclave_agent_request_new (self->model, enclave_conversation_get_front (self->conversation, self->mode), tools,
                                       self->profile.calls_as_text, self->window);
  enclave_history_add_to_request (enclave_conversation_get_history (self->conversation), request);
  /* The server writes what the model could not: one call, and nothing else. Not beside tools of its own, which would fail. */
  if (self->hold_to_form && self->profile.calls_as_text && self->profile.holds_schema)
    {
      g_autoptr (JsonObject) schema = enclave_tool_description_build_schema (tools);

      enclave_chat_request_set_schema (request, schema);
    }
  else if (may_hold_to_grammar (self))
    {
      g_autofree char *grammar = enclave_tool_grammar_build (tools);

      enclave_chat_request_set_grammar (request, grammar);
    }
  self->hold_to_form = FALSE;

  return request;
}

static guint
count_tokens (EnclaveAgentTurn *self, EnclaveChatRequest *request)
{
  self->estimate = enclave_chat_request_estimate_tokens (request);

  return enclave_agent_service_predict_tokens (self->service, self->model, self->mode, self->estimate);
}

static double
get_margin (EnclaveAgentTurn *self)
{
  return enclave_agent_service_has_counted (self->service, self->model, self->mode) ? MARGIN_COUNTED : MARGIN_RECKONED;
}

/* Where the request leaves too little of the window, the conversation is shortened first, and that is shown.
 * @tokens: (out): of the request, about. */
static EnclaveChatRequest *
build_fitting_request (EnclaveAgentTurn *self, guint *tokens)
{
  EnclaveHistory *history = enclave_conversation_get_history (self->conversation);
  gboolean hold_to_form = self->hold_to_form;
  g_autoptr (EnclaveChatRequest) request = build_request (self);
  g_autoptr (EnclaveCompaction) compaction = NULL;
  g_autoptr (EnclaveMessageBlock) notice = NULL;
  g_autoptr (GBytes) body = NULL;
  double bytes_per_token;
  guint before;
  guint wanted;
  guint needed;

  *tokens = before = count_tokens (self, request);
  if (!enclave_context_budget_is_tight ((guint) (before * get_margin (self)), self->window, &wanted, &needed))
    return g_steal_pointer (&request);
  body = enclave_chat_request_to_body (request, ENCLAVE_ENDPOINT_OPENAI);
  bytes_per_token = (double) g_bytes_get_size (body) / MAX (before, 1);
  compaction = enclave_history_compact (history, (gsize) (wanted * bytes_per_token), (gsize) (needed * bytes_per_token));
  if (compaction == NULL)
    return g_steal_pointer (&request);

  g_clear_object (&request);
  self->hold_to_form = hold_to_form;
  request = build_request (self);
  /* A request that is shorter than the one before is no sign that the server has cut it. */
  self->service->last_prompt_tokens = 0;
  self->service->last_estimate = 0;
  *tokens = count_tokens (self, request);
  notice = enclave_turn_notice_compacted (compaction, before, *tokens);
  enclave_message_add_block (self->message, notice);

  return g_steal_pointer (&request);
}

void
enclave_agent_turn_send (EnclaveAgentTurn *self)
{
  enclave_inference_client_open_stream_async (self->client, self->request, self->cancellable, opened_cb,
                                              g_object_ref (self));
}

void
enclave_agent_turn_request (EnclaveAgentTurn *self)
{
  g_autoptr (EnclaveChatRequest) request = NULL;
  guint tokens;
  guint max_tokens;

  if (self->round >= self->max_rounds)
    {
      enclave_agent_turn_end (self, ENCLAVE_TURN_DONE, "rounds", enclave_turn_notice_rounds (self->max_rounds), NULL);
      return;
    }
  self->round++;
  self->history_mark = enclave_history_get_length (enclave_conversation_get_history (self->conversation));
  self->in_history = FALSE;
  self->got_usage = FALSE;
  g_clear_pointer (&self->end_reason, g_free);
  g_clear_pointer (&self->builder, enclave_reply_builder_free);
  g_ptr_array_set_size (self->calls, 0);
  self->next_call = 0;

  request = build_fitting_request (self, &tokens);
  enclave_conversation_record (self->conversation, ENCLAVE_RECORD_RUNNING, enclave_model_info_get_id (self->model));
  if (enclave_agent_turn_is_over (self))
    return;
  if (!enclave_context_budget_fit ((guint) (tokens * get_margin (self)), self->window, &max_tokens))
    {
      /* A message that can't be sent would keep all later ones from being sent. */
      if (self->round == 1 && self->words != NULL)
        self->history_mark = self->turn_mark;
      enclave_agent_turn_end (self, ENCLAVE_TURN_FAILED, "error", enclave_turn_notice_too_long (tokens, self->window),
                              g_error_new (ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_WINDOW,
                                           _("Nothing was sent: the conversation is longer than the window")));
      return;
    }
  enclave_chat_request_set_max_tokens (request, max_tokens);
  enclave_model_switches_apply (enclave_agent_service_choose_switches (self->service, self->model), self->model, request);

  self->builder = enclave_reply_builder_new (self->message, self->registry);
  g_clear_pointer (&self->repetition, enclave_repetition_free);
  self->repetition = enclave_repetition_new ();
  enclave_agent_service_set_progress (self->service, 0, 0, 0, FALSE);
  if (!enclave_agent_turn_is_over (self))
    enclave_agent_service_set_state (self->service, ENCLAVE_TURN_READING);
  if (enclave_agent_turn_is_over (self))
    return;
  enclave_gate_set_endpoint_address (self->gate,
                                     enclave_endpoint_get_address (enclave_inference_client_get_endpoint (self->client)));
  self->prompt_guess = tokens;
  g_set_object (&self->request, request);
  enclave_agent_service_set_tokens_used (self->service, tokens);
  if (enclave_agent_turn_is_over (self))
    return;
  enclave_agent_turn_watch (self);
  enclave_agent_turn_send (self);
}
