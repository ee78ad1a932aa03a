/* enclave-terminal-pane-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-terminal-pane.h"
#include "enclave-terminal-tab.h"

G_BEGIN_DECLS

struct _EnclaveTerminalPane
{
  GtkWidget parent_instance;

  AdwTabBar *tab_bar;
  AdwTabView *tab_view;
  GtkStack *stack;

  GSimpleActionGroup *actions;
  EnclaveTextStyle *style;
  GSettings *settings; /* (nullable) */
  char *folder;
  gboolean calm;
  GQueue ended; /* (element-type EnclaveTerminalTab): agent tabs in the order they ended, borrowed */
};

EnclaveTerminalTab *_enclave_terminal_pane_get_active (EnclaveTerminalPane *self);
void _enclave_terminal_pane_add_tab (EnclaveTerminalPane *self, GtkWidget *tab);
void _enclave_terminal_pane_install_actions (EnclaveTerminalPane *self);
void _enclave_terminal_pane_update_actions (EnclaveTerminalPane *self);

G_END_DECLS
