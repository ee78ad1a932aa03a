/* enclave-agent-turn-prepare.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-agent-service-private.h"
#include "enclave-change-set-private.h"
#include "enclave-context-budget.h"
#include "enclave-conversation-private.h"
#include "enclave-mention.h"
#include "enclave-message-private.h"

/* Under its id the history of changes finds what the turn writes. */
static void
name_turn (EnclaveAgentTurn *self)
{
  g_autofree char *title = enclave_conversation_shorten_title (enclave_context_item_get_text (self->words));

  enclave_change_set_name_turn (self->change_set, enclave_conversation_get_id (self->conversation), self->id, title);
}

static void
commit_message (EnclaveAgentTurn *self)
{
  if (self->words != NULL)
    {
      g_autofree char *facts = enclave_agent_service_dup_facts (self->service, self->mode);
      EnclaveHistory *history = enclave_conversation_get_history (self->conversation);
      EnclaveContextPlan plan;

      enclave_context_budget_plan (self->window, &plan);
      enclave_history_set_item_limit (history, plan.reads);
      /* Many templates want the roles to alternate. */
      if (enclave_history_ends_with_user (history))
        enclave_history_add_assistant (history, ENCLAVE_HISTORY_NO_REPLY);
      self->turn_mark = enclave_history_get_length (history);
      enclave_history_add_user (history, self->words, self->items, facts);
      g_clear_pointer (&self->service->format_text, g_free);
      enclave_change_set_begin_turn (self->change_set);
      name_turn (self);
    }

  if (enclave_agent_turn_is_over (self))
    return;
  if (self->verifies_first)
    enclave_agent_turn_verify (self);
  else
    enclave_agent_turn_request (self);
}

static gboolean
admit_map_again (EnclaveAgentTurn *self, GError **error)
{
  EnclaveHistory *history = enclave_conversation_get_history (self->conversation);
  EnclaveContextItem *map = enclave_history_get_preface (history);
  g_autoptr (EnclaveContextItem) again = map != NULL ? enclave_gate_admit_again (self->gate, map, error) : NULL;

  if (again != NULL)
    enclave_history_set_preface (history, again);

  return map == NULL || again != NULL;
}

static gboolean
admit_again (EnclaveAgentTurn *self, GError **error)
{
  g_autoptr (EnclaveContextItem) words = enclave_gate_admit_again (self->gate, self->words, error);

  if (words == NULL)
    return FALSE;
  if (g_set_object (&self->words, words))
    enclave_conversation_change_user (self->conversation, words);
  for (guint i = 0; i < self->items->len; i++)
    {
      EnclaveContextItem *item = enclave_gate_admit_again (self->gate, g_ptr_array_index (self->items, i), error);

      if (item == NULL)
        return FALSE;
      g_object_unref (g_ptr_array_index (self->items, i));
      g_ptr_array_index (self->items, i) = item;
    }

  return admit_map_again (self, error);
}

static void
learnt_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveAgentTurn) self = user_data;
  g_autoptr (GError) error = NULL;

  if (enclave_gate_learn_values_finish (ENCLAVE_GATE (source), result, &error) && !enclave_agent_turn_is_over (self)
      && admit_again (self, &error))
    commit_message (self);
  else if (!enclave_agent_turn_is_over (self))
    enclave_agent_turn_fail (self, g_steal_pointer (&error));
}

/* The words and what is attached to them were admitted when they were written. */
static void
settle (EnclaveAgentTurn *self)
{
  if (self->words != NULL)
    enclave_gate_learn_values_async (self->gate, self->cancellable, learnt_cb, g_object_ref (self));
  else
    commit_message (self);
}

static void
add_map (EnclaveAgentTurn *self)
{
  enclave_agent_turn_add_map (self, settle);
}

static void
memory_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveAgentTurn) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveContextItem) memory =
    enclave_tool_scope_read_instructions_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);
  g_autoptr (GPtrArray) left_out = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *front = NULL;

  if (enclave_agent_turn_is_over (self))
    return;

  if (memory != NULL)
    enclave_agent_service_emit_instructions (self->service, enclave_context_item_get_source (memory), NULL);
  else if (enclave_gate_error_get_path (error) != NULL)
    enclave_agent_service_emit_instructions (self->service, enclave_gate_error_get_path (error), error->message);
  front = enclave_agent_service_build_front (self->service, self->model, self->mode, memory, left_out);
  g_free (self->service->memory_left_out);
  self->service->memory_left_out = left_out->len > 0 ? g_strdup (g_ptr_array_index (left_out, 0)) : NULL;
  enclave_conversation_set_front (self->conversation, self->mode, front);
  enclave_agent_turn_attach_mentions (self, add_map);
}

void
enclave_agent_turn_prepare (EnclaveAgentTurn *self)
{
  g_autoptr (EnclaveToolScope) scope = NULL;

  if (self->service->fronts_stale)
    enclave_conversation_forget_fronts (self->conversation);
  self->service->fronts_stale = FALSE;
  if (enclave_conversation_get_front (self->conversation, self->mode) != NULL)
    {
      enclave_agent_turn_attach_mentions (self, add_map);
      return;
    }

  scope = enclave_gate_open_scope (self->gate, "agent", "memory", ENCLAVE_EFFECT_READ);
  enclave_tool_scope_read_instructions_async (scope, self->cancellable, memory_cb, g_object_ref (self));
}

void
enclave_agent_turn_start (EnclaveAgentTurn *self)
{
  g_return_if_fail (ENCLAVE_IS_AGENT_TURN (self));

  /* Whoever was told that the service is busy may have stopped it. */
  if (enclave_agent_turn_is_over (self))
    return;

  if (self->words != NULL)
    {
      self->mentions = enclave_mention_list (enclave_context_item_get_text (self->words));
      enclave_conversation_add_user (self->conversation, self->id, self->words);
    }
  else
    {
      self->mentions = g_ptr_array_new_with_free_func (g_free);
    }
  self->message = g_object_ref (enclave_conversation_add_assistant (self->conversation, self->id));
  enclave_agent_service_set_state (self->service, ENCLAVE_TURN_PREPARING);
  if (!enclave_agent_turn_is_over (self))
    enclave_agent_turn_prepare (self);
}
