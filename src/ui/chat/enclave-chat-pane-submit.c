/* enclave-chat-pane-submit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the person has written, and what was written before and is written anew.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-chat-pane-private.h"

static gboolean
submit (EnclaveChatPane *self, const char *text, GPtrArray *items, GError **error)
{
  GPtrArray *attached = items->len > 0 ? items : NULL;

  return enclave_chat_composer_get_as_it_is (self->composer)
           ? enclave_agent_service_submit_as_it_is (self->service, text, attached, error)
           : enclave_agent_service_submit (self->service, text, attached, error);
}

/* What can't be sent has begun no branch. */
static gboolean
submit_edited (EnclaveChatPane *self, EnclaveMessage *edited, const char *text, GPtrArray *items, GError **error)
{
  g_autoptr (EnclaveConversation) before = g_object_ref (self->conversation);
  g_autoptr (EnclaveConversation) branch = enclave_conversation_new_branch (before, edited);

  enclave_agent_service_set_conversation (self->service, branch);
  if (submit (self, text, items, error))
    return TRUE;
  enclave_agent_service_set_conversation (self->service, before);
  enclave_chat_composer_set_edited (self->composer, edited);

  return FALSE;
}

gboolean
enclave_chat_pane_submit (EnclaveChatPane *self, const char *text, GPtrArray *items)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveMessage) edited = NULL;

  if (self->service == NULL)
    {
      enclave_chat_composer_set_error (self->composer, _("Sending waits for a project: open a folder first"));
      return FALSE;
    }
  if (enclave_chat_composer_get_edited (self->composer) != NULL)
    edited = g_object_ref (enclave_chat_composer_get_edited (self->composer));
  if (!(edited != NULL ? submit_edited (self, edited, text, items, &error) : submit (self, text, items, &error)))
    {
      enclave_chat_composer_set_error (self->composer, error->message);
      return FALSE;
    }

  enclave_chat_composer_set_edited (self->composer, NULL);
  enclave_chat_list_scroll_to_end (self->list);

  return TRUE;
}

gboolean
enclave_chat_pane_say (EnclaveChatPane *self, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (ENCLAVE_IS_CHAT_PANE (self) && text != NULL, FALSE);

  if (self->service == NULL || !enclave_agent_service_submit (self->service, text, NULL, &error))
    {
      enclave_chat_composer_set_error (self->composer, error != NULL ? error->message : NULL);
      return FALSE;
    }
  enclave_chat_list_scroll_to_end (self->list);

  return TRUE;
}

/* A draft is not thrown away for it. */
static void
edit (EnclaveChatPane *self, EnclaveMessage *message)
{
  g_autofree char *text = enclave_message_dup_text (message);
  g_autofree char *draft = enclave_chat_composer_dup_text (self->composer);

  if (*draft != '\0' && enclave_chat_composer_get_edited (self->composer) == NULL)
    {
      enclave_chat_composer_set_error (self->composer, _("Editing a message: send or clear what is written here first"));
      return;
    }
  enclave_chat_composer_set_text (self->composer, "");
  enclave_chat_composer_add_text (self->composer, text);
  enclave_chat_composer_set_edited (self->composer, message);
  enclave_chat_composer_focus (self->composer);
}

/* @turn: (nullable): NULL finds the last message of the person. */
static EnclaveMessage *
find_message (EnclaveChatPane *self, const char *turn)
{
  guint n = self->conversation != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->conversation)) : 0;

  while (n > 0)
    {
      g_autoptr (EnclaveMessage) message = g_list_model_get_item (G_LIST_MODEL (self->conversation), --n);

      if (enclave_message_get_role (message) == ENCLAVE_ROLE_USER
          && (turn == NULL || g_strcmp0 (enclave_message_get_turn (message), turn) == 0))
        return g_steal_pointer (&message);
    }

  return NULL;
}

void
enclave_chat_pane_edit (EnclaveChatPane *self, const char *turn)
{
  g_autoptr (EnclaveMessage) message = find_message (self, turn);

  if (message != NULL)
    edit (self, message);
}

void
enclave_chat_pane_edit_last (EnclaveChatPane *self)
{
  enclave_chat_pane_edit (self, NULL);
}
