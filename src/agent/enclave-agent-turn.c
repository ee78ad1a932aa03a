/* enclave-agent-turn.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "enclave-agent-service-private.h"
#include "enclave-context-budget.h"
#include "enclave-conversation-private.h"
#include "enclave-tool-call-private.h"
#include "enclave-turn-notice.h"

/* Calls that one reply may ask for. */
#define MAX_CALLS 32
/* What has come is taken in pieces of this time; in between the window draws. */
#define BATCH_US 3000

G_DEFINE_FINAL_TYPE (EnclaveAgentTurn, enclave_agent_turn, G_TYPE_OBJECT)

void
enclave_turn_call_free (EnclaveTurnCall *call)
{
  g_free (call->id);
  g_free (call->name);
  g_free (call->arguments);
  g_free (call);
}

static void
enclave_agent_turn_dispose (GObject *object)
{
  EnclaveAgentTurn *self = ENCLAVE_AGENT_TURN (object);

  enclave_agent_turn_unwatch (self);
  g_clear_object (&self->request);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->gate);
  g_clear_object (&self->registry);
  g_clear_object (&self->conversation);
  g_clear_object (&self->change_set);
  g_clear_object (&self->client);
  g_clear_object (&self->model);
  g_clear_object (&self->words);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->mentions, g_ptr_array_unref);
  g_clear_object (&self->reader);
  g_clear_object (&self->message);
  g_clear_pointer (&self->builder, enclave_reply_builder_free);
  g_clear_pointer (&self->repetition, enclave_repetition_free);
  g_clear_object (&self->stream);
  g_clear_pointer (&self->calls, g_ptr_array_unref);
  g_clear_object (&self->call);
  g_clear_object (&self->scope);
  g_clear_pointer (&self->result, enclave_tool_result_free);
  g_clear_error (&self->proposal_error);
  g_clear_error (&self->missed);
  g_clear_pointer (&self->missed_paths, g_hash_table_unref);
  g_clear_pointer (&self->wanted_whole, g_hash_table_unref);
  g_clear_pointer (&self->seen, g_hash_table_unref);
  g_clear_pointer (&self->seen_edits, g_hash_table_unref);
  g_clear_pointer (&self->end_reason, g_free);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->check_text, g_free);
  g_clear_pointer (&self->format_text, g_free);

  G_OBJECT_CLASS (enclave_agent_turn_parent_class)->dispose (object);
}

static void
enclave_agent_turn_class_init (EnclaveAgentTurnClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_agent_turn_dispose;
}

static void
enclave_agent_turn_init (EnclaveAgentTurn *self)
{
  self->id = g_uuid_string_random ();
  self->cancellable = g_cancellable_new ();
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_turn_call_free);
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->seen_edits = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->missed_paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->wanted_whole = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

EnclaveAgentTurn *
enclave_agent_turn_new (EnclaveAgentService *service, EnclaveContextItem *words, GPtrArray *items)
{
  EnclaveAgentTurn *self = g_object_new (ENCLAVE_TYPE_AGENT_TURN, NULL);
  EnclaveInferenceClient *client;
  EnclaveModelInfo *model = enclave_agent_service_peek_model (service, service->mode, &client);

  self->service = service;
  self->gate = g_object_ref (service->gate);
  self->registry = g_object_ref (service->registry);
  self->conversation = g_object_ref (service->conversation);
  self->change_set = g_object_ref (service->change_set);
  self->client = g_object_ref (client);
  self->model = g_object_ref (model);
  self->mode = service->mode;
  self->max_rounds = service->max_rounds;
  self->profile = enclave_agent_service_get_profile (service, model);
  self->window = enclave_agent_service_choose_window (service, model);
  if (words != NULL)
    self->words = g_object_ref (words);
  for (guint i = 0; items != NULL && i < items->len; i++)
    g_ptr_array_add (self->items, g_object_ref (g_ptr_array_index (items, i)));

  return self;
}

gboolean
enclave_agent_turn_is_over (EnclaveAgentTurn *self)
{
  return self->service == NULL || self->ending;
}

EnclaveEffects
enclave_mode_get_effects (EnclaveMode mode)
{
  const EnclaveEffects plan = ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_WRITE | ENCLAVE_EFFECT_RUN;

  /* What a server does nobody can hold back: it is no part of a plan. */
  return mode == ENCLAVE_MODE_ASK    ? ENCLAVE_EFFECT_READ
         : mode == ENCLAVE_MODE_PLAN ? plan
                                     : plan | ENCLAVE_EFFECT_EXTERNAL;
}

EnclaveContextItem *
enclave_agent_turn_admit (EnclaveAgentTurn *self, const char *words)
{
  return enclave_gate_admit_text (self->gate, words, NULL, "enclave", NULL);
}

static void
close_reply (EnclaveAgentTurn *self, EnclaveTurnState state)
{
  EnclaveHistory *history = enclave_conversation_get_history (self->conversation);

  enclave_agent_turn_unwatch (self);
  g_clear_object (&self->request);
  if (self->stream != NULL)
    enclave_completion_stream_close (self->stream);
  g_clear_object (&self->stream);

  if (self->builder != NULL)
    {
      g_autofree char *rest = enclave_reply_builder_finish (self->builder);

      enclave_agent_service_emit_text (self->service, rest);
      /* What was stopped was said; what failed will be asked for again. */
      if (!self->in_history && state == ENCLAVE_TURN_STOPPED && *enclave_reply_builder_get_raw (self->builder) != '\0')
        enclave_history_add_assistant (history, enclave_reply_builder_get_raw (self->builder));
    }
  g_clear_pointer (&self->builder, enclave_reply_builder_free);

  if (self->call != NULL && !enclave_tool_call_is_over (self->call))
    {
      enclave_tool_call_finish (self->call, ENCLAVE_TOOL_CALL_STOPPED, _("stopped"), NULL, "Stopped by the user.");
      enclave_agent_service_emit_tool_result (self->service, self->call);
    }
  enclave_agent_turn_close_calls (self, "Stopped by the user.");
  if (self->round > 0 && state == ENCLAVE_TURN_FAILED)
    enclave_history_truncate (history, self->history_mark);
}

void
enclave_agent_turn_end (EnclaveAgentTurn *self, EnclaveTurnState state, const char *reason,
                        EnclaveMessageBlock *notice, GError *error)
{
  g_autoptr (EnclaveAgentTurn) hold = g_object_ref (self);
  g_autoptr (EnclaveMessageBlock) owned_notice = notice;
  EnclaveAgentService *service = self->service;

  g_return_if_fail (service != NULL && !self->ending);

  /* Whoever hears of the last words may stop the turn once more. */
  self->ending = TRUE;
  close_reply (self, state);
  if (self->message != NULL)
    {
      enclave_message_close (self->message);
      if (notice != NULL)
        enclave_message_add_block (self->message, notice);
    }

  enclave_conversation_record (self->conversation,
                               state == ENCLAVE_TURN_DONE     ? ENCLAVE_RECORD_DONE
                               : state == ENCLAVE_TURN_FAILED ? ENCLAVE_RECORD_FAILED
                                                              : ENCLAVE_RECORD_STOPPED,
                               enclave_model_info_get_id (self->model));

  self->service = NULL;
  g_cancellable_cancel (self->cancellable);
  enclave_agent_service_turn_ended (service, state, reason, error);
}

void
enclave_agent_turn_fail (EnclaveAgentTurn *self, GError *error)
{
  EnclaveMessageBlock *notice =
    enclave_turn_notice_for_error (error, enclave_inference_client_get_endpoint (self->client));

  enclave_agent_turn_end (self, ENCLAVE_TURN_FAILED, "error", notice, error);
}

void
enclave_agent_turn_stop (EnclaveAgentTurn *self)
{
  g_return_if_fail (ENCLAVE_IS_AGENT_TURN (self));

  if (!enclave_agent_turn_is_over (self))
    enclave_agent_turn_end (self, ENCLAVE_TURN_STOPPED, "stopped", enclave_turn_notice_stopped (), NULL);
}

void
enclave_agent_turn_set_waiting (EnclaveAgentTurn *self, gboolean waiting)
{
  g_return_if_fail (ENCLAVE_IS_AGENT_TURN (self));

  if (enclave_agent_turn_is_over (self) || self->call == NULL || enclave_tool_call_is_over (self->call))
    return;

  enclave_tool_call_set_state (self->call,
                               waiting ? ENCLAVE_TOOL_CALL_AWAITING_APPROVAL : ENCLAVE_TOOL_CALL_RUNNING);
  enclave_agent_service_set_state (self->service, waiting ? ENCLAVE_TURN_WAITING : ENCLAVE_TURN_RUNNING_TOOL);
}

/* What the model is told that it has said. A call at the end of a thought stands in no text, and thoughts are not sent again: without it
 * the model would read a result of nothing. */
static char *
dup_said (EnclaveAgentTurn *self, const char *raw)
{
  g_autoptr (GString) said = g_string_new (raw);

  if (raw[strspn (raw, " \t\r\n")] != '\0')
    return g_string_free (g_steal_pointer (&said), FALSE);
  for (guint i = 0; i < self->calls->len; i++)
    {
      const EnclaveTurnCall *call = g_ptr_array_index (self->calls, i);

      if (call->id == NULL)
        g_string_append_printf (said, "<tool_call>\n{\"name\": \"%s\", \"arguments\": %s}\n</tool_call>\n", call->name,
                                call->arguments != NULL ? call->arguments : "{}");
    }

  return g_string_free (g_steal_pointer (&said), FALSE);
}

/* The reply is whole: what next? */
static void
decide (EnclaveAgentTurn *self)
{
  EnclaveHistory *history = enclave_conversation_get_history (self->conversation);
  g_autofree char *rest = NULL;
  g_autofree char *said = NULL;
  const char *raw;

  enclave_agent_service_set_state (self->service, ENCLAVE_TURN_DECIDING);
  if (enclave_agent_turn_is_over (self))
    return;
  enclave_agent_turn_unwatch (self);
  g_clear_object (&self->stream);
  rest = enclave_reply_builder_finish (self->builder);
  enclave_agent_service_emit_text (self->service, rest);
  if (enclave_agent_turn_is_over (self))
    return;
  raw = enclave_reply_builder_get_raw (self->builder);

  if (self->got_usage
      && enclave_inference_client_counts_whole_prompt (self->client))
    {
      gboolean goes_on = self->service->last_mode == self->mode;
      guint previous = goes_on ? self->service->last_prompt_tokens : 0;

      if (enclave_context_budget_was_cut (self->estimate, self->prompt_tokens,
                                          goes_on ? self->service->last_estimate : 0, previous))
        {
          enclave_agent_turn_end (self, ENCLAVE_TURN_FAILED, "error",
                                  enclave_turn_notice_cut_prompt (MAX (self->estimate, previous), self->prompt_tokens),
                                  g_error_new (ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_WINDOW,
                                               _("The server cut the request")));
          return;
        }
      self->service->last_prompt_tokens = self->prompt_tokens;
      self->service->last_estimate = self->estimate;
      self->service->last_mode = self->mode;
      g_free (self->service->counted_model);
      self->service->counted_model = g_strdup (enclave_model_info_get_id (self->model));
      if (self->estimate > 0)
        self->service->token_ratio = CLAMP ((double) self->prompt_tokens / self->estimate, 0.6, 1.8);
    }

  if (strcmp (self->end_reason, "length") == 0)
    {
      enclave_history_add_assistant (history, raw);
      self->in_history = TRUE;
      g_ptr_array_set_size (self->calls, 0);
      enclave_agent_turn_end (self, ENCLAVE_TURN_DONE, "length", enclave_turn_notice_length (), NULL);
      return;
    }

  /* Calls as text count only where the server has not understood any itself. */
  if (self->calls->len == 0)
    {
      GPtrArray *parsed = enclave_reply_builder_get_calls (self->builder);

      for (guint i = 0; i < parsed->len; i++)
        {
          const EnclaveParsedCall *text_call = g_ptr_array_index (parsed, i);
          EnclaveTurnCall *call = g_new0 (EnclaveTurnCall, 1);

          call->name = g_strdup (text_call->name);
          call->arguments = g_strdup (text_call->arguments);
          g_ptr_array_add (self->calls, call);
        }
    }
  if (self->calls->len > MAX_CALLS)
    g_ptr_array_set_size (self->calls, MAX_CALLS);

  if (self->calls->len == 0 && raw[strspn (raw, " \t\r\n")] == '\0')
    {
      enclave_agent_turn_end (self, ENCLAVE_TURN_FAILED, "error", enclave_turn_notice_empty (),
                              g_error_new (ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_SERVER,
                                           _("The model gave an empty reply")));
      return;
    }

  said = dup_said (self, raw);
  enclave_history_add_assistant (history, said);
  for (guint i = 0; i < self->calls->len; i++)
    {
      const EnclaveTurnCall *call = g_ptr_array_index (self->calls, i);

      if (call->id != NULL)
        enclave_history_add_call (history, call->id, call->name, call->arguments != NULL ? call->arguments : "{}");
    }
  self->in_history = TRUE;

  if (self->calls->len == 0)
    enclave_agent_turn_take_edits (self);
  else
    enclave_agent_turn_run_calls (self);
}

static void
take_event (EnclaveAgentTurn *self, const EnclaveCompletionEvent *event)
{
  g_autofree char *visible = NULL;
  EnclaveTurnCall *call;

  enclave_agent_turn_watch_event (self, event);
  if (enclave_agent_turn_is_over (self))
    return;
  if (event->kind == ENCLAVE_COMPLETION_TEXT || event->kind == ENCLAVE_COMPLETION_REASONING
      || event->kind == ENCLAVE_COMPLETION_TOOL_NAME)
    enclave_agent_service_set_state (self->service, ENCLAVE_TURN_STREAMING);
  if (enclave_agent_turn_is_over (self))
    return;

  switch (event->kind)
    {
    case ENCLAVE_COMPLETION_TEXT:
      visible = enclave_reply_builder_add_text (self->builder, event->text);
      enclave_agent_service_emit_text (self->service, visible);
      break;

    case ENCLAVE_COMPLETION_REASONING:
      enclave_reply_builder_add_reasoning (self->builder, event->text);
      enclave_agent_service_emit_reasoning (self->service, event->text);
      break;

    case ENCLAVE_COMPLETION_WAS_REASONING:
      enclave_reply_builder_take_as_reasoning (self->builder);
      enclave_agent_service_emit_was_reasoning (self->service);
      break;

    case ENCLAVE_COMPLETION_TOOL_NAME:
      break;

    case ENCLAVE_COMPLETION_TOOL_CALL:
      call = g_new0 (EnclaveTurnCall, 1);
      call->id = g_strdup (event->id != NULL ? event->id : "call");
      call->name = g_strdup (event->name != NULL ? event->name : "");
      call->arguments = g_strdup (event->arguments);
      g_ptr_array_add (self->calls, call);
      break;

    case ENCLAVE_COMPLETION_PROGRESS:
      enclave_agent_service_set_progress (self->service, event->total, event->cached, event->processed, FALSE);
      if (event->total > 0 && !enclave_agent_turn_is_over (self))
        enclave_agent_service_set_tokens_used (self->service, event->total);
      break;

    case ENCLAVE_COMPLETION_USAGE:
      self->got_usage = event->prompt_tokens > 0;
      self->prompt_tokens = event->prompt_tokens;
      enclave_agent_service_set_usage (self->service, event);
      break;

    case ENCLAVE_COMPLETION_END:
      g_free (self->end_reason);
      self->end_reason = g_strdup (event->text != NULL ? event->text : "stop");
      break;

    default:
      break;
    }
}

static void
event_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveAgentTurn) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveCompletionEvent) event = NULL;

  event = enclave_completion_stream_next_finish (ENCLAVE_COMPLETION_STREAM (source), result, &error);
  if (enclave_agent_turn_is_over (self))
    return;

  if (error != NULL)
    {
      enclave_agent_turn_fail (self, g_steal_pointer (&error));
    }
  else if (event != NULL)
    {
      gint64 end = g_get_monotonic_time () + BATCH_US;

      /* Whoever listens may have stopped the turn. */
      while (event != NULL && !enclave_agent_turn_is_over (self))
        {
          take_event (self, event);
          if (!enclave_agent_turn_is_over (self) && event->text != NULL && event->kind != ENCLAVE_COMPLETION_END
              && enclave_repetition_feed (self->repetition, event->text))
            enclave_agent_turn_end_repetition (self);
          g_clear_pointer (&event, enclave_completion_event_free);
          if (!enclave_agent_turn_is_over (self) && g_get_monotonic_time () < end)
            event = enclave_completion_stream_pop (self->stream);
        }
      if (!enclave_agent_turn_is_over (self))
        enclave_agent_turn_read (self);
    }
  else if (self->end_reason == NULL)
    {
      enclave_agent_turn_fail (self, g_error_new (ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_CUT_OFF,
                                                  _("Reading the reply: it ended before its end")));
    }
  else
    {
      decide (self);
    }
}

void
enclave_agent_turn_read (EnclaveAgentTurn *self)
{
  enclave_completion_stream_next_async (self->stream, self->cancellable, event_cb, g_object_ref (self));
}
