/* enclave-window-conversations.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-window-private.h"

/* The practice engine's are its own: nobody wants to go on with them. */
void
_enclave_window_keep_conversations (EnclaveWindow *self)
{
  g_autoptr (EnclaveSessionStore) store = NULL;

  if (self->settings == NULL || !g_settings_get_boolean (self->settings, "keep-conversations"))
    return;

  store = enclave_session_store_new (enclave_gate_get_root (self->gate));
  self->keeper = enclave_chat_keeper_new (self->service, store);
  enclave_chat_pane_set_keeper (self->chat, self->keeper);
  if (self->project_settings != NULL)
    g_settings_bind (self->project_settings, "conversation", self->keeper, "conversation-id", G_SETTINGS_BIND_DEFAULT);
}

void
_enclave_window_stop_keeping (EnclaveWindow *self)
{
  if (self->keeper == NULL)
    return;

  g_settings_unbind (self->keeper, "conversation-id");
  if (self->chat != NULL)
    enclave_chat_pane_set_keeper (self->chat, NULL);
  enclave_chat_keeper_close (self->keeper);
  g_clear_object (&self->keeper);
}
