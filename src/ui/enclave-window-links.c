/* enclave-window-links.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-utf8.h"
#include "enclave-window-private.h"

/* Links come from the model: whoever follows one tells its server so, and what the address holds. */
void
_enclave_window_ask_link (EnclaveWindow *self, const char *address)
{
  const char *const responses[]
    = { "cancel", _("_Cancel"), "copy", _("Co_py address"), "open", _("_Open in browser"), NULL };
  g_autofree char *shown = enclave_utf8_display_name (address);

  g_free (self->link);
  self->link = g_strdup (address);
  enclave_info_row_present (self->info_row, ENCLAVE_WINDOW_NOTE_LINK, "web-browser-symbolic",
                            _("Open this address in your browser? That is outside Enclave’s walls."), shown, responses);
  enclave_info_row_focus (self->info_row);
}

void
_enclave_window_answer_link (EnclaveWindow *self, const char *id)
{
  g_autofree char *address = g_steal_pointer (&self->link);

  if (address == NULL)
    return;
  if (strcmp (id, "copy") == 0)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), address);
  else if (strcmp (id, "open") == 0)
    gtk_show_uri (GTK_WINDOW (self), address, GDK_CURRENT_TIME);
  enclave_chat_pane_focus (self->chat);
}
