/* enclave-agent-service-turns.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "enclave-agent-service-private.h"
#include "enclave-conversation-private.h"
#include "enclave-mention.h"
#include "enclave-turn-notice.h"

/* Roughly; for showing only. */
#define BYTES_PER_TOKEN 3.3

const char *
enclave_mode_to_word (EnclaveMode mode)
{
  static const char *const words[] = { "ask", "plan", "edit" };

  g_return_val_if_fail ((guint) mode < G_N_ELEMENTS (words), "ask");

  return words[mode];
}

gboolean
enclave_mode_from_word (const char *word, EnclaveMode *mode)
{
  g_return_val_if_fail (word != NULL, FALSE);
  g_return_val_if_fail (mode != NULL, FALSE);

  for (guint i = ENCLAVE_MODE_ASK; i <= ENCLAVE_MODE_EDIT; i++)
    if (strcmp (enclave_mode_to_word ((EnclaveMode) i), word) == 0)
      {
        *mode = (EnclaveMode) i;
        return TRUE;
      }

  return FALSE;
}

/* @check_text: (transfer full) (nullable). */
static void
start_turn (EnclaveAgentService *self, EnclaveContextItem *words, GPtrArray *items, gboolean verifies_first, char *check_text)
{
  g_autoptr (EnclaveAgentTurn) turn = enclave_agent_turn_new (self, words, items);

  turn->verifies_first = turn->unverified = verifies_first;
  turn->check_text = check_text;
  enclave_agent_service_cancel_warm_up (self);
  enclave_agent_service_forget_draft (self);
  g_clear_error (&self->error);
  self->can_retry = FALSE;
  self->turn = g_object_ref (turn);
  g_free (self->turn_id);
  self->turn_id = g_strdup (turn->id);
  enclave_agent_service_set_progress (self, 0, 0, 0, FALSE);
  enclave_agent_service_forget_usage (self);
  enclave_agent_service_busy_changed (self);
  enclave_agent_turn_start (turn);
}

void
enclave_agent_service_start_verification (EnclaveAgentService *self, char *check_text)
{
  start_turn (self, NULL, NULL, TRUE, check_text);
}

static void
start_next (EnclaveAgentService *self)
{
  EnclaveQueuedMessage *message;

  if (self->turn != NULL || self->client == NULL || self->model == NULL)
    return;
  if (self->n_holds > 0)
    {
      self->starts_later = TRUE;
      return;
    }
  message = g_queue_pop_head (&self->queue);
  if (message == NULL)
    return;

  enclave_agent_service_queue_changed (self);
  self->verification.round = 0;
  start_turn (self, message->words, message->items, FALSE, NULL);
  enclave_queued_message_free (message);
}

void
enclave_agent_service_hold (EnclaveAgentService *self)
{
  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (self));

  self->n_holds++;
}

void
enclave_agent_service_release (EnclaveAgentService *self)
{
  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (self));
  g_return_if_fail (self->n_holds > 0);

  if (--self->n_holds > 0 || !self->starts_later)
    return;
  self->starts_later = FALSE;
  start_next (self);
}

gboolean
enclave_agent_service_get_held (EnclaveAgentService *self)
{
  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), FALSE);

  return self->n_holds > 0;
}

static gboolean
check_hold (EnclaveAgentService *self, GError **error)
{
  if (self->n_holds == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, _("Wait a moment: git switches the branch"));

  return FALSE;
}

static gboolean
check_model (EnclaveAgentService *self, GError **error)
{
  if (self->client == NULL || self->model == NULL)
    {
      g_set_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_OFFLINE,
                   _("Sending waits for a model: none is chosen"));
      return FALSE;
    }
  if (enclave_model_info_get_remote (self->model))
    {
      g_set_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL,
                   _("Not sent: the server would send your text elsewhere for %s"), self->model_id);
      return FALSE;
    }

  return TRUE;
}

/* What the name alone tells. Links are found out when the file is opened. */
static gboolean
check_mentions (EnclaveAgentService *self, const char *text, GError **error)
{
  g_autoptr (GPtrArray) mentions = enclave_mention_list (text);

  for (guint i = 0; i < mentions->len; i++)
    {
      const char *path = g_ptr_array_index (mentions, i);
      g_autofree char *file = NULL;
      EnclaveDecision decision;

      if (enclave_mention_get_kind (path) != ENCLAVE_MENTION_FILE)
        continue;
      decision = enclave_gate_judge_name (self->gate, ENCLAVE_EFFECT_READ, path, FALSE);
      if (decision.verdict != ENCLAVE_VERDICT_DENY && enclave_mention_split_symbol (path, &file) != NULL)
        decision = enclave_gate_judge_name (self->gate, ENCLAVE_EFFECT_READ, file, FALSE);

      if (decision.verdict == ENCLAVE_VERDICT_DENY)
        {
          g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_DENIED, decision.rule, path,
                                                            N_("Attaching %s: denied by rule %s"), path,
                                                            decision.rule != NULL ? decision.rule : "-"));
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
submit (EnclaveAgentService *self, const char *text, GPtrArray *items, gboolean as_it_is, GError **error)
{
  g_autoptr (EnclaveContextItem) words = NULL;
  EnclaveQueuedMessage *message;

  if (text[strspn (text, " \t\r\n")] == '\0')
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("Sending: the message is empty"));
      return FALSE;
    }
  if (!check_model (self, error) || !check_mentions (self, text, error))
    return FALSE;
  words = as_it_is ? enclave_gate_admit_text_as_it_is (self->gate, text, NULL, "message", error)
                   : enclave_gate_admit_text (self->gate, text, NULL, "message", error);
  if (words == NULL)
    return FALSE;

  message = g_new0 (EnclaveQueuedMessage, 1);
  message->words = g_steal_pointer (&words);
  message->items = items != NULL ? g_ptr_array_copy (items, (GCopyFunc) (void (*) (void)) g_object_ref, NULL) : NULL;
  if (message->items != NULL)
    g_ptr_array_set_free_func (message->items, g_object_unref);
  g_queue_push_tail (&self->queue, message);
  enclave_agent_service_queue_changed (self);
  start_next (self);

  return TRUE;
}

/**
 * enclave_agent_service_submit:
 * @self: a service
 * @text: what the user typed
 * @items: (nullable) (element-type EnclaveContextItem): attachments
 * @error: return location
 *
 * Returns: whether the message was taken, to be sent now or after the turn that runs
 */
gboolean
enclave_agent_service_submit (EnclaveAgentService *self, const char *text, GPtrArray *items, GError **error)
{
  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  return submit (self, text, items, FALSE, error);
}

/**
 * enclave_agent_service_submit_as_it_is:
 * @self: a service
 * @text: what the user typed
 * @items: (nullable) (element-type EnclaveContextItem): attachments
 * @error: return location
 *
 * As enclave_agent_service_submit(), with the secrets in @text: for a user who was shown them. Those of files that it mentions
 * were not shown and are masked, as are values of denied files.
 *
 * Returns: whether the message was taken
 */
gboolean
enclave_agent_service_submit_as_it_is (EnclaveAgentService *self, const char *text, GPtrArray *items, GError **error)
{
  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  return submit (self, text, items, TRUE, error);
}

/**
 * enclave_agent_service_submit_withheld:
 * @self: a service
 * @call: one that has withheld secrets
 * @error: return location
 *
 * Sends the result of @call again, with what was masked in it as a secret: for a user who was shown that.
 *
 * Returns: whether the message was taken
 */
gboolean
enclave_agent_service_submit_withheld (EnclaveAgentService *self, EnclaveToolCall *call, GError **error)
{
  g_autoptr (EnclaveContextItem) item = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autofree char *source = NULL;

  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), FALSE);
  g_return_val_if_fail (ENCLAVE_IS_TOOL_CALL (call) && enclave_tool_call_get_withheld (call) != NULL, FALSE);

  if (!check_model (self, error))
    return FALSE;
  source = g_strdup_printf ("%s %s", enclave_tool_call_get_name (call), enclave_tool_call_get_subject (call));
  item = enclave_gate_admit_withheld (self->gate, enclave_tool_call_get_withheld (call), source, error);
  if (item == NULL)
    return FALSE;
  items = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (items, g_object_ref (item));

  /* For the model, so not translated. */
  return submit (self, "Here is that result again, with what was masked as a secret.", items, FALSE, error);
}

/**
 * enclave_agent_service_stop:
 * @self: a service
 *
 * Ends the turn at once, whatever it is doing. Messages that wait behind it are given back by "unqueued".
 */
void
enclave_agent_service_stop (EnclaveAgentService *self)
{
  EnclaveQueuedMessage *message;

  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (self));

  while ((message = g_queue_pop_head (&self->queue)) != NULL)
    {
      enclave_agent_service_queue_changed (self);
      enclave_agent_service_emit_unqueued (self, enclave_context_item_get_text (message->words));
      enclave_queued_message_free (message);
    }
  if (self->turn != NULL)
    enclave_agent_turn_stop (self->turn);
}

/**
 * enclave_agent_service_retry:
 * @self: a service
 * @error: return location
 *
 * Sends the request again that failed. What tools have done since the message of the user is kept.
 *
 * Returns: %FALSE when the last turn did not fail, or there is no model
 */
gboolean
enclave_agent_service_retry (EnclaveAgentService *self, GError **error)
{
  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), FALSE);

  if (self->turn != NULL || !self->can_retry)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("Trying again: nothing failed"));
      return FALSE;
    }
  if (!check_model (self, error) || !check_hold (self, error))
    return FALSE;

  start_turn (self, NULL, NULL, FALSE, NULL);

  return TRUE;
}

static EnclaveMessage *
find_last_question (EnclaveConversation *conversation)
{
  for (guint i = conversation->messages->len; i > 0; i--)
    {
      EnclaveMessage *message = g_ptr_array_index (conversation->messages, i - 1);

      if (enclave_message_get_role (message) == ENCLAVE_ROLE_USER)
        return message;
    }

  return NULL;
}

/**
 * enclave_agent_service_answer_again:
 * @self: a service
 * @error: return location
 *
 * Returns: whether a turn was begun
 */
gboolean
enclave_agent_service_answer_again (EnclaveAgentService *self, GError **error)
{
  g_autoptr (EnclaveConversation) branch = NULL;
  g_autofree char *title = NULL;
  g_autofree char *line = NULL;
  EnclaveMessage *question;

  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), FALSE);

  question = self->turn == NULL ? find_last_question (self->conversation) : NULL;
  if (question != NULL)
    branch = enclave_conversation_new_branch_with (self->conversation, question);
  if (branch == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   self->turn != NULL ? _("Answering again: wait for the end of the turn")
                                      : _("Answering again: no message was answered"));
      return FALSE;
    }
  if (!check_model (self, error) || !check_hold (self, error))
    return FALSE;

  enclave_agent_service_set_conversation (self, branch);
  title = enclave_message_dup_text (question);
  line = enclave_conversation_shorten_title (title);
  /* What it writes is the branch's. */
  enclave_change_set_begin_turn (self->change_set);
  enclave_change_set_name_turn (self->change_set, enclave_conversation_get_id (branch), enclave_message_get_turn (question), line);
  start_turn (self, NULL, NULL, FALSE, NULL);

  return TRUE;
}

/**
 * enclave_agent_service_set_conversation:
 * @self: a service
 * @conversation: a new one, or one that was restored
 *
 * Goes on with @conversation. What the one before was granted ends, and a turn that runs is stopped.
 */
void
enclave_agent_service_set_conversation (EnclaveAgentService *self, EnclaveConversation *conversation)
{
  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (self));
  g_return_if_fail (ENCLAVE_IS_CONVERSATION (conversation));

  enclave_agent_service_stop (self);
  g_set_object (&self->conversation, conversation);
  enclave_gate_forget_grants (self->gate);
  enclave_agent_service_forget_draft (self);
  g_hash_table_remove_all (self->switches);
  /* The history of a turn that failed ends with what was not answered. */
  self->can_retry = conversation->ended_badly && enclave_history_wants_reply (conversation->history);
  self->last_prompt_tokens = 0;
  self->map_tokens = 0;
  g_clear_error (&self->error);
  if (self->tokens_used != 0)
    {
      self->tokens_used = 0;
      g_object_notify (G_OBJECT (self), "tokens-used");
    }
  enclave_agent_service_clear_file_check (self);
  g_clear_pointer (&self->format_text, g_free);
  enclave_agent_service_set_state (self, ENCLAVE_TURN_IDLE);
  enclave_agent_service_conversation_changed (self);
}

void
enclave_agent_service_new_conversation (EnclaveAgentService *self)
{
  g_autoptr (EnclaveConversation) conversation = enclave_conversation_new ();

  enclave_agent_service_set_conversation (self, conversation);
}

/**
 * enclave_agent_service_compact:
 * @self: a service
 * @error: return location
 *
 * Returns: whether the conversation was shortened
 */
gboolean
enclave_agent_service_compact (EnclaveAgentService *self, GError **error)
{
  g_autoptr (EnclaveCompaction) compaction = NULL;
  g_autoptr (EnclaveMessageBlock) notice = NULL;
  guint n_messages;
  guint saved;

  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), FALSE);

  n_messages = g_list_model_get_n_items (G_LIST_MODEL (self->conversation));
  if (self->turn == NULL && n_messages > 0)
    compaction = enclave_history_compact (enclave_conversation_get_history (self->conversation), G_MAXSIZE / 2, 0);
  if (compaction == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   self->turn != NULL ? _("Shortening the conversation: wait for the end of the turn")
                                      : _("Shortening the conversation: there is nothing old in it"));
      return FALSE;
    }

  saved = (guint) ((double) compaction->n_bytes * self->token_ratio / BYTES_PER_TOKEN);
  notice = enclave_turn_notice_compacted (compaction, MAX (self->tokens_used, saved), self->tokens_used - MIN (self->tokens_used, saved));
  enclave_conversation_add_notice (self->conversation, notice);
  enclave_conversation_record (self->conversation, ENCLAVE_RECORD_DONE, NULL);
  self->last_prompt_tokens = 0;
  self->last_estimate = 0;
  enclave_agent_service_set_tokens_used (self, self->tokens_used - MIN (self->tokens_used, saved));

  return TRUE;
}

void
enclave_agent_service_turn_ended (EnclaveAgentService *self, EnclaveTurnState state, const char *reason,
                                  GError *error)
{
  g_autoptr (EnclaveAgentService) hold = g_object_ref (self);

  self->can_retry = state == ENCLAVE_TURN_FAILED && self->turn->round > 0
                    && self->turn->history_mark > self->turn->turn_mark;
  g_clear_object (&self->turn);
  g_clear_error (&self->error);
  self->error = error;

  enclave_agent_service_set_state (self, state);
  enclave_agent_service_busy_changed (self);
  enclave_agent_service_emit_turn_ended (self, reason);

  /* After a failure the queue waits: the next message would most likely fail as well. */
  if (state == ENCLAVE_TURN_DONE)
    start_next (self);
}

static void
waiting_changed (gboolean waiting, gpointer user_data)
{
  EnclaveAgentService *self = user_data;

  if (self->turn != NULL)
    enclave_agent_turn_set_waiting (self->turn, waiting);
}

void
enclave_agent_service_set_approver (EnclaveAgentService *self, EnclaveApprover *approver)
{
  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (self));
  g_return_if_fail (approver == NULL || ENCLAVE_IS_APPROVER (approver));

  if (self->approver == NULL)
    {
      self->approver = enclave_agent_approver_new (waiting_changed, self);
      enclave_gate_set_approver (self->gate, ENCLAVE_APPROVER (self->approver));
    }
  enclave_agent_approver_set_target (self->approver, approver);
}
