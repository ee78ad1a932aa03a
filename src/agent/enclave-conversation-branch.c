/* enclave-conversation-branch.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-conversation-private.h"
#include "enclave-history-private.h"

static EnclaveConversation *
new_branch (EnclaveConversation *self, EnclaveMessage *message, guint length)
{
  EnclaveConversation *branch = enclave_conversation_new ();

  branch->origin = g_strdup (self->id);
  /* What was said is said: the messages are the same, and change no more. */
  for (guint i = 0; i < self->messages->len && g_ptr_array_index (self->messages, i) != message; i++)
    g_ptr_array_add (branch->messages, g_object_ref (g_ptr_array_index (self->messages, i)));
  enclave_history_free (branch->history);
  branch->history = enclave_history_copy (self->history, length);
  if (branch->messages->len > 0)
    enclave_conversation_show_title (branch, self->title);

  return branch;
}

EnclaveConversation *
enclave_conversation_new_branch (EnclaveConversation *self, EnclaveMessage *message)
{
  g_return_val_if_fail (ENCLAVE_IS_CONVERSATION (self), NULL);
  g_return_val_if_fail (ENCLAVE_IS_MESSAGE (message), NULL);
  g_return_val_if_fail (enclave_message_get_role (message) == ENCLAVE_ROLE_USER, NULL);

  return new_branch (self, message, enclave_message_get_mark (message));
}

EnclaveConversation *
enclave_conversation_new_branch_with (EnclaveConversation *self, EnclaveMessage *message)
{
  EnclaveConversation *branch;
  guint length;

  g_return_val_if_fail (ENCLAVE_IS_CONVERSATION (self), NULL);
  g_return_val_if_fail (ENCLAVE_IS_MESSAGE (message), NULL);
  g_return_val_if_fail (enclave_message_get_role (message) == ENCLAVE_ROLE_USER, NULL);

  /* A word of Enclave may stand before it, so that the roles take turns. */
  for (length = enclave_message_get_mark (message); length < self->history->entries->len; length++)
    {
      const EnclaveHistoryEntry *entry = g_ptr_array_index (self->history->entries, length);

      if (entry->kind == ENCLAVE_HISTORY_USER && entry->name == NULL)
        break;
    }
  if (length >= self->history->entries->len || length > enclave_message_get_mark (message) + 1)
    return NULL;
  branch = new_branch (self, message, length + 1);
  g_ptr_array_add (branch->messages, g_object_ref (message));
  enclave_conversation_show_title (branch, self->title);

  return branch;
}

const char *
enclave_conversation_get_origin (EnclaveConversation *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CONVERSATION (self), NULL);

  return self->origin;
}
