/* enclave-search-switches.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-key-map.h"
#include "enclave-search-switches.h"

#define GROUP "search"

/* What is kept at a place, and at a button. */
#define ACTIONS "enclave-search-actions"
#define ENTRY "enclave-search-entry"
#define WORDS "enclave-search-words"

static const EnclaveActionEntry *
find_entry (const char *action)
{
  guint n = 0;
  const EnclaveActionEntry *entries = enclave_action_table (&n);

  for (guint i = 0; i < n; i++)
    if (strcmp (entries[i].action, action) == 0)
      return &entries[i];

  return NULL;
}

static void
show_key (GtkWidget *button, EnclaveKeyMap *keys)
{
  const EnclaveActionEntry *entry = g_object_get_data (G_OBJECT (button), ENTRY);
  const char *words = g_object_get_data (G_OBJECT (button), WORDS);
  g_autofree char *key = enclave_key_map_dup_label (enclave_key_map_get_keys (keys, entry));
  g_autofree char *text = NULL;

  /* Translators: what a switch does, then its key. */
  text = key != NULL ? g_strdup_printf (_("%1$s (%2$s)"), words, key) : g_strdup (words);
  gtk_widget_set_tooltip_text (button, text);
  if (key != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_KEY_SHORTCUTS, key, -1);
  else
    gtk_accessible_reset_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_KEY_SHORTCUTS);
}

static void
keys_changed_cb (GtkWidget *button, EnclaveKeyMap *keys)
{
  show_key (button, keys);
}

/* A tab can come to another window, which has a map of its own. */
static void
mapped_cb (GtkWidget *button)
{
  EnclaveKeyMap *keys = enclave_key_map_find (button);

  if (keys == NULL)
    return;
  g_signal_handlers_disconnect_by_func (keys, keys_changed_cb, button);
  g_signal_connect_object (keys, "changed", G_CALLBACK (keys_changed_cb), button, G_CONNECT_SWAPPED);
  show_key (button, keys);
}

void
enclave_search_switches_add (GtkWidget *place, const char *action, GtkToggleButton *button)
{
  const EnclaveActionEntry *entry;
  GSimpleActionGroup *actions;
  g_autoptr (GPropertyAction) press = NULL;

  g_return_if_fail (GTK_IS_WIDGET (place));
  g_return_if_fail (action != NULL && g_str_has_prefix (action, GROUP "."));
  g_return_if_fail (GTK_IS_TOGGLE_BUTTON (button));

  entry = find_entry (action);
  g_return_if_fail (entry != NULL);
  actions = g_object_get_data (G_OBJECT (place), ACTIONS);
  if (actions == NULL)
    {
      actions = g_simple_action_group_new ();
      gtk_widget_insert_action_group (place, GROUP, G_ACTION_GROUP (actions));
      g_object_set_data_full (G_OBJECT (place), ACTIONS, actions, g_object_unref);
    }
  press = g_property_action_new (action + strlen (GROUP "."), button, "active");
  g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (press));

  g_object_set_data (G_OBJECT (button), ENTRY, (gpointer) entry);
  g_object_set_data_full (G_OBJECT (button), WORDS, g_strdup (gtk_widget_get_tooltip_text (GTK_WIDGET (button))), g_free);
  g_signal_connect (button, "map", G_CALLBACK (mapped_cb), NULL);
}

GtkWidget *
enclave_search_switches_find (GtkWidget *focus)
{
  g_return_val_if_fail (focus == NULL || GTK_IS_WIDGET (focus), NULL);

  for (GtkWidget *widget = focus; widget != NULL; widget = gtk_widget_get_parent (widget))
    if (g_object_get_data (G_OBJECT (widget), ACTIONS) != NULL)
      return widget;

  return NULL;
}
