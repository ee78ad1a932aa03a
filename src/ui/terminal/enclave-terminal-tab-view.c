/* enclave-terminal-tab-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-terminal-tab-private.h"
#include "enclave-utf8.h"

void
enclave_terminal_tab_set_name (EnclaveTerminalTab *self, const char *name)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));

  g_free (self->name);
  self->name = name != NULL && name[0] != '\0' ? enclave_utf8_display_name (name) : NULL;
  _enclave_terminal_tab_update_title (self);
}

void
enclave_terminal_tab_find (EnclaveTerminalTab *self)
{
  g_autofree char *selected = NULL;

  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));

  if (vte_terminal_get_has_selection (self->terminal))
    selected = vte_terminal_get_text_selected (self->terminal, VTE_FORMAT_TEXT);
  enclave_terminal_find_open (self->find, selected);
}

void
enclave_terminal_tab_set_calm (EnclaveTerminalTab *self, gboolean calm)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));

  self->calm = calm;
}

void
enclave_terminal_tab_note_key (EnclaveTerminalTab *self)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));

  self->key_us = g_get_monotonic_time ();
}

char *
enclave_terminal_tab_dup_selection (EnclaveTerminalTab *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (self), NULL);

  return vte_terminal_get_has_selection (self->terminal) ? vte_terminal_get_text_selected (self->terminal, VTE_FORMAT_TEXT)
                                                         : NULL;
}

void
enclave_terminal_tab_reset (EnclaveTerminalTab *self)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));

  _enclave_terminal_tab_forget_marks (self);
  vte_terminal_reset (self->terminal, TRUE, TRUE);
  enclave_terminal_tab_clear (self);
}
