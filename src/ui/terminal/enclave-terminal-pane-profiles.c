/* enclave-terminal-pane-profiles.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The menu of profiles beside the button for a new terminal.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-terminal-pane-private.h"

static void
add_item (GMenu *menu, const char *label, const char *name)
{
  /* an underscore of a name is no mnemonic */
  g_auto (GStrv) parts = g_strsplit (label, "_", -1);
  g_autofree char *escaped = g_strjoinv ("__", parts);
  g_autoptr (GMenuItem) item = g_menu_item_new (escaped, NULL);

  g_menu_item_set_action_and_target (item, "terminal.new-of-profile", "s", name);
  g_menu_append_item (menu, item);
}

static void
profiles_changed_cb (EnclaveTerminalPane *self)
{
  g_autoptr (GPtrArray) profiles = enclave_terminal_profiles_load (self->settings);
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) some = g_menu_new ();
  g_autoptr (GMenu) last = g_menu_new ();

  for (guint i = 0; i < profiles->len; i++)
    {
      const EnclaveTerminalProfile *profile = g_ptr_array_index (profiles, i);

      add_item (some, profile->name, profile->name);
    }
  add_item (last, _ ("Without a profile"), "");
  g_menu_append (last, _ ("Profiles…"), "win.terminal-profiles");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (some));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (last));
  /* the widgets of a menu that nobody can open would be made all the same */
  gtk_menu_button_set_menu_model (self->profiles_button, profiles->len > 0 ? G_MENU_MODEL (menu) : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->profiles_button), profiles->len > 0);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), "choose-profile")),
                               profiles->len > 0);
}

static void
new_of_profile_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveTerminalPane *self = ENCLAVE_TERMINAL_PANE (user_data);

  if (!enclave_terminal_pane_open_profile (self, g_variant_get_string (parameter, NULL)))
    gtk_widget_error_bell (GTK_WIDGET (self));
}

static void
choose_profile_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_menu_button_popup (ENCLAVE_TERMINAL_PANE (user_data)->profiles_button);
}

void
_enclave_terminal_pane_watch_profiles (EnclaveTerminalPane *self)
{
  static const GActionEntry entries[] = {
    { "new-of-profile", new_of_profile_cb, "s" },
    { "choose-profile", choose_profile_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  if (self->settings != NULL)
    g_signal_connect_object (self->settings, "changed::terminal-profiles", G_CALLBACK (profiles_changed_cb), self, G_CONNECT_SWAPPED);
  profiles_changed_cb (self);
}
