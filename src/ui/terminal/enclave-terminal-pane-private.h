/* enclave-terminal-pane-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-terminal-pane.h"
#include "enclave-terminal-split.h"
#include "enclave-terminal-tab.h"

G_BEGIN_DECLS

struct _EnclaveTerminalPane
{
  GtkWidget parent_instance;

  AdwTabBar *tab_bar;
  AdwTabView *tab_view;
  GtkStack *stack;
  GtkMenuButton *profiles_button;
  GtkMenuButton *menu_button;
  GMenuModel *terminal_menu;

  GSimpleActionGroup *actions;
  EnclaveTextStyle *style;
  GSettings *settings; /* (nullable) */
  char *folder;
  char *last_folder; /* (nullable): of the terminal that was closed last */
  gboolean calm;
  GQueue ended; /* (element-type EnclaveTerminalTab): agent tabs in the order they ended, borrowed */
};

/* enclave-terminal-pane-tabs.c */
/* Borrowed; NULL when there is none. (nullable) */
EnclaveTerminalTab *_enclave_terminal_pane_get_active (EnclaveTerminalPane *self);
/* All of all tabs. (transfer container) (element-type EnclaveTerminalTab) */
GPtrArray *_enclave_terminal_pane_list (EnclaveTerminalPane *self);
/* A tab of its own for @tab. */
AdwTabPage *_enclave_terminal_pane_add_tab (EnclaveTerminalPane *self, EnclaveTerminalTab *tab, const char *icon_name);
/* @added is shown beside or below @tab. */
void _enclave_terminal_pane_add_beside (EnclaveTerminalPane *self, EnclaveTerminalTab *tab, EnclaveTerminalTab *added,
                                        GtkOrientation orientation);
void _enclave_terminal_pane_show_tab (EnclaveTerminalPane *self, EnclaveTerminalTab *tab);
/* With its tab when it is the last one there; asks when something runs in it. */
void _enclave_terminal_pane_close_tab (EnclaveTerminalPane *self, EnclaveTerminalTab *tab);
/* Nothing is heard of them any more. */
void _enclave_terminal_pane_forget_tabs (EnclaveTerminalPane *self);
gboolean _enclave_terminal_pane_close_page_cb (AdwTabView *view, AdwTabPage *page, EnclaveTerminalPane *self);
/* enclave-terminal-pane-open.c; each gives the new one the focus and returns it. (transfer none) @profile: (nullable). */
/* @folders: (array zero-terminated=1): the first that is there is taken. @told: when it is not the first of them. */
EnclaveTerminalTab *_enclave_terminal_pane_open (EnclaveTerminalPane *self, const EnclaveTerminalProfile *profile,
                                                 const char *const *folders, EnclaveTerminalTold told);
EnclaveTerminalTab *_enclave_terminal_pane_open_beside (EnclaveTerminalPane *self, EnclaveTerminalTab *beside,
                                                        const EnclaveTerminalProfile *profile, const char *const *folders,
                                                        EnclaveTerminalTold told, GtkOrientation orientation);
EnclaveTerminalTab *_enclave_terminal_pane_open_default (EnclaveTerminalPane *self);
/* enclave-terminal-pane-profiles.c */
void _enclave_terminal_pane_watch_profiles (EnclaveTerminalPane *self);
/* enclave-terminal-pane-actions.c */
void _enclave_terminal_pane_install_actions (EnclaveTerminalPane *self);
void _enclave_terminal_pane_update_actions (EnclaveTerminalPane *self);
/* enclave-terminal-pane.c */
void _enclave_terminal_pane_emit_command_ended (EnclaveTerminalPane *self, int status, gint64 span_us);
void _enclave_terminal_pane_emit_open_location (EnclaveTerminalPane *self, const char *path, guint line, guint column);
void _enclave_terminal_pane_emit_open_address (EnclaveTerminalPane *self, const char *address);

G_END_DECLS
