/* enclave-chat-pane-undo.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-chat-pane-private.h"

#include "enclave-chat-history.h"
#include "enclave-chat-undo.h"

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  EnclaveChatPane *self = ENCLAVE_CHAT_PANE (source);
  gboolean redo = GPOINTER_TO_INT (user_data);
  g_autoptr (GError) error = NULL;

  if (enclave_chat_undo_finish (GTK_WIDGET (source), result, &error))
    {
      if (self->service != NULL)
        enclave_chat_pane_announce (self, redo ? _("The turn was done again") : _("The turn was undone"));
      return;
    }
  if (self->service == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  /* The bar may be hidden: the composer never is. */
  if (enclave_chat_change_bar_get_state (self->change_bar) == ENCLAVE_CHANGE_BAR_HIDDEN)
    enclave_chat_composer_set_error (self->composer, error->message);
  else
    enclave_chat_change_bar_set_error (self->change_bar, error->message);
}

static void
undo (EnclaveChatPane *self, const char *conversation, const char *turn, gboolean redo)
{
  enclave_chat_change_bar_set_error (self->change_bar, NULL);
  enclave_chat_undo_async (GTK_WIDGET (self), enclave_agent_service_get_change_set (self->service), conversation, turn, redo,
                           self->cancellable, undone_cb, GINT_TO_POINTER (redo));
}

static void
undo_turn_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  undo (ENCLAVE_CHAT_PANE (user_data), NULL, NULL, FALSE);
}

static void
redo_turn_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  undo (ENCLAVE_CHAT_PANE (user_data), NULL, NULL, TRUE);
}

static void
undo_turn_of_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveChatPane *self = ENCLAVE_CHAT_PANE (user_data);
  const char *turn;
  gboolean redo;

  g_variant_get (parameter, "(&sb)", &turn, &redo);
  if (*turn != '\0' && self->conversation != NULL)
    undo (self, enclave_conversation_get_id (self->conversation), turn, redo);
}

static void
undo_history_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveChatPane *self = ENCLAVE_CHAT_PANE (user_data);
  EnclaveChangeSet *changes = enclave_agent_service_get_change_set (self->service);
  g_autoptr (EnclaveCheckpointList) checkpoints = enclave_checkpoint_list_new (changes);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  gtk_window_present (GTK_WINDOW (enclave_chat_history_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, changes,
                                                            checkpoints)));
}

void
enclave_chat_pane_add_undo_actions (EnclaveChatPane *self)
{
  static const GActionEntry entries[] = {
    { "undo-turn", undo_turn_cb },
    { "redo-turn", redo_turn_cb },
    { "undo-turn-of", undo_turn_of_cb, "(sb)" },
    { "undo-history", undo_history_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
}
