/* enclave-chat-pane-threads.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The kept conversations, in the bar of the pane.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-chat-pane-private.h"
#include "enclave-chat-threads.h"

#define WIDTH 340

static void
failed_cb (EnclaveChatPane *self, const char *message)
{
  enclave_chat_composer_set_error (self->composer, message);
}

static void
said_cb (EnclaveChatPane *self, const char *words)
{
  enclave_chat_composer_set_error (self->composer, words);
  enclave_chat_pane_announce (self, words);
}

static void
done_cb (EnclaveChatPane *self)
{
  enclave_chat_composer_focus (self->composer);
  gtk_popover_popdown (GTK_POPOVER (self->threads));
}

void
enclave_chat_pane_set_keeper (EnclaveChatPane *self, EnclaveChatKeeper *keeper)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_PANE (self));
  g_return_if_fail (keeper == NULL || ENCLAVE_IS_CHAT_KEEPER (keeper));

  g_clear_pointer (&self->threads, gtk_widget_unparent);
  if (self->keeper != NULL)
    g_signal_handlers_disconnect_by_data (self->keeper, self);
  g_set_object (&self->keeper, keeper);
  if (keeper != NULL)
    g_signal_connect_swapped (keeper, "failed", G_CALLBACK (failed_cb), self);
  enclave_chat_pane_update_actions (self);
}

/* Made when it is first wanted: the window is up before. */
void
enclave_chat_pane_show_threads (EnclaveChatPane *self)
{
  GtkWidget *threads;

  if (self->keeper == NULL)
    return;
  if (self->threads == NULL)
    {
      threads = enclave_chat_threads_new (self->keeper);
      gtk_widget_set_size_request (threads, WIDTH, -1);
      g_signal_connect_object (threads, "done", G_CALLBACK (done_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (threads, "said", G_CALLBACK (said_cb), self, G_CONNECT_SWAPPED);
      self->threads = gtk_popover_new ();
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->threads), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Conversations"), -1);
      gtk_widget_set_halign (self->threads, GTK_ALIGN_END);
      gtk_popover_set_child (GTK_POPOVER (self->threads), threads);
      gtk_widget_set_parent (self->threads, self->threads_button);
    }
  gtk_popover_popup (GTK_POPOVER (self->threads));
  enclave_chat_threads_refresh (ENCLAVE_CHAT_THREADS (gtk_popover_get_child (GTK_POPOVER (self->threads))));
}
