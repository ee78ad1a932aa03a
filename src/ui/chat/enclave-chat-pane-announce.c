/* enclave-chat-pane-announce.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-chat-pane-private.h"

static void
say (EnclaveChatPane *self)
{
  gtk_label_set_text (self->announcement, self->next_announcement);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->announcement), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  self->next_announcement, -1);
  g_clear_pointer (&self->next_announcement, g_free);
  self->last_announced = g_get_monotonic_time ();
}

static gboolean
announce_cb (gpointer user_data)
{
  EnclaveChatPane *self = ENCLAVE_CHAT_PANE (user_data);

  self->announce_timer = 0;
  say (self);

  return G_SOURCE_REMOVE;
}

void
enclave_chat_pane_announce (EnclaveChatPane *self, const char *text)
{
  gint64 wait = self->last_announced + G_USEC_PER_SEC - g_get_monotonic_time ();

  g_free (self->next_announcement);
  self->next_announcement = g_strdup (text);
  if (self->announce_timer != 0)
    return;
  if (wait <= 0)
    say (self);
  else
    self->announce_timer = g_timeout_add ((guint) (wait / 1000) + 1, announce_cb, self);
}

void
enclave_chat_pane_stop_announcing (EnclaveChatPane *self)
{
  g_clear_handle_id (&self->announce_timer, g_source_remove);
}

/* The last refusal of the turn, which nobody should have to look for. */
static char *
dup_refusal (EnclaveChatPane *self)
{
  g_autoptr (EnclaveMessageBlock) last = enclave_chat_list_dup_last_block (self->list);
  EnclaveToolCall *call = last != NULL ? enclave_message_block_get_tool_call (last) : NULL;

  if (call == NULL || enclave_tool_call_get_state (call) != ENCLAVE_TOOL_CALL_REFUSED)
    return NULL;

  return g_strdup_printf (_("Refused %s by %s"), enclave_tool_call_get_subject (call),
                          enclave_tool_call_get_summary (call));
}

static char *
dup_done (EnclaveChatPane *self)
{
  guint n_proposed = enclave_change_set_get_n_proposed (enclave_agent_service_get_change_set (self->service));

  if (n_proposed == 0)
    return g_strdup (_("Done"));

  return g_strdup_printf (ngettext ("Done, %u file proposed", "Done, %u files proposed", n_proposed), n_proposed);
}

void
enclave_chat_pane_announce_turn (EnclaveChatPane *self)
{
  g_autofree char *words = NULL;

  switch (enclave_agent_service_get_state (self->service))
    {
    case ENCLAVE_TURN_READING:
      words = dup_refusal (self);
      if (words == NULL)
        words = g_strdup (_("Reading the prompt"));
      break;
    case ENCLAVE_TURN_STREAMING:
      words = g_strdup (_("Writing"));
      break;
    case ENCLAVE_TURN_DONE:
      words = dup_done (self);
      break;
    case ENCLAVE_TURN_FAILED:
      words = g_strdup_printf (_("Failed: %s"), enclave_agent_service_get_error (self->service));
      break;
    case ENCLAVE_TURN_STOPPED:
      words = g_strdup (_("Stopped"));
      break;
    case ENCLAVE_TURN_IDLE:
    case ENCLAVE_TURN_PREPARING:
    case ENCLAVE_TURN_DECIDING:
    case ENCLAVE_TURN_RUNNING_TOOL:
    case ENCLAVE_TURN_WAITING:
    default:
      return;
    }
  enclave_chat_pane_announce (self, words);
}
