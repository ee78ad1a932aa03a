/* enclave-terminal-pane-actions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-terminal-pane-private.h"

#define ZOOM_STEP 10
#define ZOOM_MIN 30
#define ZOOM_MAX 400

static void
new_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  enclave_terminal_pane_open_shell (ENCLAVE_TERMINAL_PANE (user_data));
}

static void
close_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveTerminalPane *self = ENCLAVE_TERMINAL_PANE (user_data);
  EnclaveTerminalTab *tab = _enclave_terminal_pane_get_active (self);

  if (tab != NULL)
    _enclave_terminal_pane_close_tab (self, tab);
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

static void
move_tab_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveTerminalPane *self = ENCLAVE_TERMINAL_PANE (user_data);
  AdwTabPage *page = adw_tab_view_get_selected_page (self->tab_view);

  if (page == NULL)
    return;
  if (g_str_equal (g_action_get_name (G_ACTION (action)), "move-tab-next"))
    adw_tab_view_reorder_forward (self->tab_view, page);
  else
    adw_tab_view_reorder_backward (self->tab_view, page);
}

static void
find_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveTerminalTab *tab = _enclave_terminal_pane_get_active (ENCLAVE_TERMINAL_PANE (user_data));

  if (tab != NULL)
    enclave_terminal_tab_find (tab);
}

static void
open_link_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveTerminalTab *tab = _enclave_terminal_pane_get_active (ENCLAVE_TERMINAL_PANE (user_data));

  if (tab != NULL && !enclave_terminal_tab_open_link (tab))
    gtk_widget_error_bell (GTK_WIDGET (tab));
}

static void
jump_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveTerminalTab *tab = _enclave_terminal_pane_get_active (ENCLAVE_TERMINAL_PANE (user_data));

  if (tab != NULL)
    enclave_terminal_tab_jump (tab, g_str_equal (g_action_get_name (G_ACTION (action)), "next-prompt"));
}

static void
copy_output_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveTerminalTab *tab = _enclave_terminal_pane_get_active (ENCLAVE_TERMINAL_PANE (user_data));
  const char *output = tab != NULL ? enclave_terminal_tab_get_last_output (tab) : NULL;

  if (output != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (tab)), output);
}

static void
reset_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveTerminalTab *tab = _enclave_terminal_pane_get_active (ENCLAVE_TERMINAL_PANE (user_data));

  if (tab != NULL)
    enclave_terminal_tab_reset (tab);
}

static void
zoom_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveTerminalPane *self = ENCLAVE_TERMINAL_PANE (user_data);
  const char *name = g_action_get_name (G_ACTION (action));
  guint zoom;

  if (self->settings == NULL)
    return;

  zoom = g_settings_get_uint (self->settings, "terminal-zoom");
  if (g_str_equal (name, "zoom-in"))
    zoom = MIN (zoom + ZOOM_STEP, ZOOM_MAX);
  else if (g_str_equal (name, "zoom-out"))
    zoom = MAX (zoom, ZOOM_MIN + ZOOM_STEP) - ZOOM_STEP;
  else
    zoom = 100;
  g_settings_set_uint (self->settings, "terminal-zoom", zoom);
}

static void
name_given_cb (GtkEntry *entry, EnclaveTerminalPane *self)
{
  EnclaveTerminalTab *tab = _enclave_terminal_pane_get_active (self);

  if (tab != NULL)
    enclave_terminal_tab_set_name (tab, gtk_editable_get_text (GTK_EDITABLE (entry)));
  gtk_popover_popdown (GTK_POPOVER (gtk_widget_get_ancestor (GTK_WIDGET (entry), GTK_TYPE_POPOVER)));
}

static gboolean
unparent_cb (gpointer popover)
{
  gtk_widget_unparent (popover);
  return G_SOURCE_REMOVE;
}

static void
popover_closed_cb (GtkWidget *popover, EnclaveTerminalPane *self)
{
  /* not while it is still at it */
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, unparent_cb, g_object_ref (popover), g_object_unref);
  enclave_terminal_pane_focus (self);
}

static void
rename_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveTerminalPane *self = ENCLAVE_TERMINAL_PANE (user_data);
  EnclaveTerminalTab *tab = _enclave_terminal_pane_get_active (self);
  GtkWidget *popover;
  GtkWidget *entry;

  if (tab == NULL)
    return;

  popover = gtk_popover_new ();
  entry = gtk_entry_new ();
  gtk_editable_set_text (GTK_EDITABLE (entry), enclave_terminal_tab_get_title (tab));
  gtk_entry_set_max_length (GTK_ENTRY (entry), 60);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Name of the terminal"), -1);
  gtk_popover_set_child (GTK_POPOVER (popover), entry);
  gtk_widget_set_parent (popover, GTK_WIDGET (self->tab_bar));
  g_signal_connect (entry, "activate", G_CALLBACK (name_given_cb), self);
  g_signal_connect_object (popover, "closed", G_CALLBACK (popover_closed_cb), self, 0);
  gtk_popover_popup (GTK_POPOVER (popover));
  gtk_widget_grab_focus (entry);
}

static void
close_tab_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveTerminalPane *self = ENCLAVE_TERMINAL_PANE (user_data);
  AdwTabPage *page = adw_tab_view_get_selected_page (self->tab_view);

  if (page != NULL)
    adw_tab_view_close_page (self->tab_view, page);
}

static void
split_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gboolean right = g_str_equal (g_action_get_name (G_ACTION (action)), "split-right");

  enclave_terminal_pane_split (ENCLAVE_TERMINAL_PANE (user_data), right ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
}

static EnclaveTerminalSplit *
get_split (EnclaveTerminalPane *self)
{
  EnclaveTerminalTab *tab = _enclave_terminal_pane_get_active (self);

  return tab != NULL ? enclave_terminal_split_of (tab) : NULL;
}

static void
focus_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  static const struct
  {
    const char *name;
    GtkDirectionType direction;
  } directions[] = {
    { "focus-left", GTK_DIR_LEFT },
    { "focus-right", GTK_DIR_RIGHT },
    { "focus-up", GTK_DIR_UP },
    { "focus-down", GTK_DIR_DOWN },
  };
  EnclaveTerminalPane *self = ENCLAVE_TERMINAL_PANE (user_data);
  EnclaveTerminalSplit *split = get_split (self);

  for (guint i = 0; split != NULL && i < G_N_ELEMENTS (directions); i++)
    if (g_str_equal (g_action_get_name (G_ACTION (action)), directions[i].name)
        && enclave_terminal_split_move (split, directions[i].direction))
      enclave_terminal_pane_focus (self);
}

static void
grow_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveTerminalSplit *split = get_split (ENCLAVE_TERMINAL_PANE (user_data));

  if (split != NULL)
    enclave_terminal_split_grow (split, g_str_equal (g_action_get_name (G_ACTION (action)), "grow"));
}

void
_enclave_terminal_pane_install_actions (EnclaveTerminalPane *self)
{
  static const GActionEntry entries[] = {
    { "new", new_cb },
    { "close", close_cb },
    { "close-tab", close_tab_cb },
    { "split-right", split_cb },
    { "split-down", split_cb },
    { "focus-left", focus_cb },
    { "focus-right", focus_cb },
    { "focus-up", focus_cb },
    { "focus-down", focus_cb },
    { "grow", grow_cb },
    { "shrink", grow_cb },
    { "copy", copy_cb },
    { "paste", paste_cb },
    { "select-all", select_all_cb },
    { "clear", clear_cb },
    { "restart", restart_cb },
    { "show-text", NULL, NULL, "false", show_text_cb },
    { "find", find_cb },
    { "open-link", open_link_cb },
    { "previous-prompt", jump_cb },
    { "next-prompt", jump_cb },
    { "copy-output", copy_output_cb },
    { "reset", reset_cb },
    { "rename", rename_cb },
    { "zoom-in", zoom_cb },
    { "zoom-out", zoom_cb },
    { "zoom-reset", zoom_cb },
    { "next-tab", step_cb },
    { "previous-tab", step_cb },
    { "move-tab-next", move_tab_cb },
    { "move-tab-previous", move_tab_cb },
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
  static const char *const need_several[] = { "focus-left", "focus-right", "focus-up", "focus-down", "grow", "shrink" };
  static const char *const need_tab[] = { "close", "close-tab", "split-right", "split-down", "copy", "paste", "select-all", "clear", "show-text",
                                          "find", "open-link", "previous-prompt", "next-prompt", "reset", "rename" };
  EnclaveTerminalTab *tab = _enclave_terminal_pane_get_active (self);
  gboolean several = tab != NULL && enclave_terminal_split_get_n_tabs (enclave_terminal_split_of (tab)) > 1;
  GAction *show_text = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "show-text");

  for (guint i = 0; i < G_N_ELEMENTS (need_tab); i++)
    set_enabled (self, need_tab[i], tab != NULL);
  for (guint i = 0; i < G_N_ELEMENTS (need_several); i++)
    set_enabled (self, need_several[i], several);
  set_enabled (self, "restart", tab != NULL && !enclave_terminal_tab_get_is_agent (tab));
  set_enabled (self, "copy-output", tab != NULL && enclave_terminal_tab_get_last_output (tab) != NULL);
  set_enabled (self, "next-tab", enclave_terminal_pane_get_n_tabs (self) > 1);
  set_enabled (self, "previous-tab", enclave_terminal_pane_get_n_tabs (self) > 1);
  g_simple_action_set_state (G_SIMPLE_ACTION (show_text),
                             g_variant_new_boolean (tab != NULL && enclave_terminal_tab_get_show_text (tab)));
}
