/* enclave-window-local-servers.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-local-servers.h"
#include "enclave-window-private.h"

/* A server that ends by itself takes its model away; why stands in a dialog that nobody has open then. */
static void
local_servers_changed_cb (EnclaveWindow *self, EnclaveLocalServers *servers)
{
  EnclaveLocalServer *llama = enclave_local_servers_get_llama (servers);
  EnclaveLocalServerState state = llama != NULL ? enclave_local_server_get_state (llama) : ENCLAVE_LOCAL_SERVER_STOPPED;
  gboolean was_ready = self->local_server_ready;
  g_autofree char *title = NULL;
  AdwToast *toast;

  self->local_server_ready = state == ENCLAVE_LOCAL_SERVER_READY;
  if (!was_ready || state != ENCLAVE_LOCAL_SERVER_FAILED)
    return;
  title = g_markup_escape_text (enclave_local_server_get_message (llama), -1);
  toast = adw_toast_new (title);
  adw_toast_set_timeout (toast, 0);
  /* Translators: shows the last lines of the server that has ended, and starts it again */
  adw_toast_set_button_label (toast, _("Show"));
  adw_toast_set_action_name (toast, "app.choose-model-file");
  adw_toast_overlay_add_toast (self->toasts, toast);
}

void
_enclave_window_watch_local_servers (EnclaveWindow *self, EnclaveApplication *application)
{
  g_signal_connect_object (enclave_application_get_local_servers (application), "changed", G_CALLBACK (local_servers_changed_cb), self,
                           G_CONNECT_SWAPPED);
}
