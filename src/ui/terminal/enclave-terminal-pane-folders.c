/* enclave-terminal-pane-folders.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the shells of a pane are, for opening them there again.
 */

#include "config.h"

#include "enclave-terminal-pane-private.h"
#include "enclave-terminal-tab-private.h"

GStrv
enclave_terminal_pane_dup_folders (EnclaveTerminalPane *self)
{
  g_autoptr (GStrvBuilder) folders = g_strv_builder_new ();

  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_PANE (self), NULL);

  for (int i = 0; i < adw_tab_view_get_n_pages (self->tab_view); i++)
    {
      GtkWidget *child = adw_tab_page_get_child (adw_tab_view_get_nth_page (self->tab_view, i));

      if (ENCLAVE_IS_TERMINAL_TAB (child) && !enclave_terminal_tab_get_is_agent (ENCLAVE_TERMINAL_TAB (child))
          && !enclave_terminal_tab_get_is_task (ENCLAVE_TERMINAL_TAB (child)) && ENCLAVE_TERMINAL_TAB (child)->folder != NULL)
        g_strv_builder_add (folders, ENCLAVE_TERMINAL_TAB (child)->folder);
    }
  return g_strv_builder_end (folders);
}
