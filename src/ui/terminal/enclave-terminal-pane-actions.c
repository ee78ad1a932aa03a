/* enclave-terminal-pane-actions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-terminal-pane-private.h"

static void
new_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  enclave_terminal_pane_open_shell (ENCLAVE_TERMINAL_PANE (user_data));
}

static void
close_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveTerminalPane *self = ENCLAVE_TERMINAL_PANE (user_data);
  AdwTabPage *page = adw_tab_view_get_selected_page (self->tab_view);

  if (page != NULL)
    adw_tab_view_close_page (self->tab_view, page);
}

static void
copy_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveTerminalTab *tab = _enclave_terminal_pane_get_active (ENCLAVE_TERMINAL_PANE (user_data));

  if (tab != NULL)
    enclave_terminal_tab_copy (tab);
}

static void
paste_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveTerminalTab *tab = _enclave_terminal_pane_get_active (ENCLAVE_TERMINAL_PANE (user_data));

  if (tab != NULL)
    enclave_terminal_tab_paste (tab, gtk_widget_get_clipboard (GTK_WIDGET (tab)));
}

static void
select_all_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveTerminalTab *tab = _enclave_terminal_pane_get_active (ENCLAVE_TERMINAL_PANE (user_data));

  if (tab != NULL)
    enclave_terminal_tab_select_all (tab);
}

static void
clear_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveTerminalTab *tab = _enclave_terminal_pane_get_active (ENCLAVE_TERMINAL_PANE (user_data));

  if (tab != NULL)
    enclave_terminal_tab_clear (tab);
}

static void
restart_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveTerminalTab *tab = _enclave_terminal_pane_get_active (ENCLAVE_TERMINAL_PANE (user_data));

  if (tab != NULL)
    enclave_terminal_tab_start (tab);
}

static void
show_text_cb (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  EnclaveTerminalTab *tab = _enclave_terminal_pane_get_active (ENCLAVE_TERMINAL_PANE (user_data));

  if (tab == NULL)
    return;

  enclave_terminal_tab_set_show_text (tab, g_variant_get_boolean (state));
  g_simple_action_set_state (action, state);
}

static void
step_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveTerminalPane *self = ENCLAVE_TERMINAL_PANE (user_data);

  if (g_str_equal (g_action_get_name (G_ACTION (action)), "next-tab"))
    adw_tab_view_select_next_page (self->tab_view);
  else
    adw_tab_view_select_previous_page (self->tab_view);
  enclave_terminal_pane_focus (self);
}

void
_enclave_terminal_pane_install_actions (EnclaveTerminalPane *self)
{
  static const GActionEntry entries[] = {
    { "new", new_cb },
    { "close", close_cb },
    { "copy", copy_cb },
    { "paste", paste_cb },
    { "select-all", select_all_cb },
    { "clear", clear_cb },
    { "restart", restart_cb },
    { "show-text", NULL, NULL, "false", show_text_cb },
    { "next-tab", step_cb },
    { "previous-tab", step_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "terminal", G_ACTION_GROUP (self->actions));
}

static void
set_enabled (EnclaveTerminalPane *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

void
_enclave_terminal_pane_update_actions (EnclaveTerminalPane *self)
{
  static const char *const need_tab[] = { "close", "copy", "paste", "select-all", "clear", "show-text" };
  EnclaveTerminalTab *tab = _enclave_terminal_pane_get_active (self);
  GAction *show_text = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "show-text");

  for (guint i = 0; i < G_N_ELEMENTS (need_tab); i++)
    set_enabled (self, need_tab[i], tab != NULL);
  set_enabled (self, "restart", tab != NULL && !enclave_terminal_tab_get_is_agent (tab));
  set_enabled (self, "next-tab", enclave_terminal_pane_get_n_tabs (self) > 1);
  set_enabled (self, "previous-tab", enclave_terminal_pane_get_n_tabs (self) > 1);
  g_simple_action_set_state (G_SIMPLE_ACTION (show_text),
                             g_variant_new_boolean (tab != NULL && enclave_terminal_tab_get_show_text (tab)));
}
