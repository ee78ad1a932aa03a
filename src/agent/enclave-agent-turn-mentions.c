/* enclave-agent-turn-mentions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a message mentions with an `@` and the turn itself can get, with a row for each.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-agent-service-private.h"
#include "enclave-json.h"
#include "enclave-mention-reader.h"
#include "enclave-message-private.h"
#include "enclave-tool-call-private.h"

/* The row that shows an attachment, as if the model had called the tool. */
static EnclaveToolCall *
add_row (EnclaveAgentTurn *self, const EnclaveMentionPart *part)
{
  g_autofree char *text = enclave_json_object_to_text (part->arguments);
  g_autoptr (EnclaveToolCall) call = enclave_tool_call_new ("attachment", part->tool, text);
  g_autoptr (EnclaveMessageBlock) block = enclave_message_block_new_tool_call (call);

  enclave_message_add_block (self->message, block);

  return g_steal_pointer (&call);
}

/* Ends the turn. */
static void
refuse (EnclaveAgentTurn *self, EnclaveToolCall *call, const GError *error)
{
  const char *rule = enclave_gate_error_get_rule (error);
  g_autofree char *summary = rule != NULL ? g_strdup_printf (_("rule %s"), rule) : g_strdup (error->message);

  enclave_tool_call_finish (call, ENCLAVE_TOOL_CALL_REFUSED, summary, rule, error->message);
  enclave_agent_turn_fail (self, g_error_copy (error));
}

static void
show_part (EnclaveAgentTurn *self, const EnclaveMentionPart *part)
{
  g_autoptr (EnclaveToolCall) call = add_row (self, part);

  if (part->error != NULL)
    {
      refuse (self, call, part->error);
    }
  else if (part->item == NULL)
    {
      enclave_tool_call_finish (call, ENCLAVE_TOOL_CALL_FAILED, _("git could not tell the changes"), NULL,
                                enclave_context_item_get_text (part->told));
    }
  else
    {
      enclave_tool_call_set_withheld (call, part->scope);
      enclave_tool_call_finish (call, ENCLAVE_TOOL_CALL_DONE, enclave_context_item_get_summary (part->item), NULL,
                                enclave_context_item_get_text (part->item));
      g_ptr_array_add (self->items, g_object_ref (part->item));
    }
}

static void attach_next (EnclaveAgentTurn *self);

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveAgentTurn) self = user_data;
  g_autoptr (GPtrArray) parts = enclave_mention_reader_read_finish (ENCLAVE_MENTION_READER (source), result, NULL);

  for (guint i = 0; parts != NULL && i < parts->len && !enclave_agent_turn_is_over (self); i++)
    show_part (self, g_ptr_array_index (parts, i));
  if (enclave_agent_turn_is_over (self))
    return;
  self->next_mention++;
  attach_next (self);
}

static void
attach_next (EnclaveAgentTurn *self)
{
  if (self->next_mention >= self->mentions->len)
    {
      g_clear_object (&self->reader);
      self->after_mentions (self);
      return;
    }
  enclave_mention_reader_read_async (self->reader, g_ptr_array_index (self->mentions, self->next_mention), self->cancellable, read_cb,
                                     g_object_ref (self));
}

static void
learnt_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveAgentTurn) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean learnt = enclave_gate_learn_values_finish (ENCLAVE_GATE (source), result, &error);

  if (enclave_agent_turn_is_over (self))
    return;
  if (learnt)
    attach_next (self);
  else
    enclave_agent_turn_fail (self, g_steal_pointer (&error));
}

void
enclave_agent_turn_attach_mentions (EnclaveAgentTurn *self, void (*after) (EnclaveAgentTurn *self))
{
  self->after_mentions = after;
  if (self->mentions->len == 0)
    {
      attach_next (self);
      return;
    }
  self->reader = enclave_mention_reader_new (self->gate, self->registry, self->service->map, FALSE);
  enclave_mention_reader_set_toolbox (self->reader, self->service->toolbox);
  /* What is attached is shown and kept with the conversation, too: not only what is sent must be without values of denied files. */
  enclave_gate_learn_values_async (self->gate, self->cancellable, learnt_cb, g_object_ref (self));
}
