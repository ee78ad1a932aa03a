/* enclave-shortcuts-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-accessible.h"
#include "enclave-action-table.h"
#include "enclave-preferences-resources.h"
#include "enclave-preferences-rows.h"
#include "enclave-shortcuts-window.h"

struct _EnclaveShortcutsWindow
{
  AdwWindow parent_instance;

  GtkEditable *search_entry;
  GtkStack *stack;
  AdwPreferencesPage *page;
};

G_DEFINE_FINAL_TYPE (EnclaveShortcutsWindow, enclave_shortcuts_window, ADW_TYPE_WINDOW)

static void
search_changed_cb (EnclaveShortcutsWindow *self)
{
  guint found = enclave_preferences_rows_filter (GTK_WIDGET (self->page), gtk_editable_get_text (self->search_entry));

  gtk_stack_set_visible_child_name (self->stack, found > 0 ? "keys" : "nothing-found");
}

static void
close_cb (EnclaveShortcutsWindow *self)
{
  gtk_window_close (GTK_WINDOW (self));
}

/* All keys of one action as people read them: "Ctrl+F", "Ctrl+? or Shift+Ctrl+/". NULL: it has none. */
static char *
dup_keys (const char *accelerators)
{
  g_auto (GStrv) parts = g_strsplit (accelerators, " ", -1);
  g_autofree char *text = NULL;

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autofree char *label = NULL;
      GdkModifierType modifiers;
      guint key;

      if (*parts[i] == '\0' || !gtk_accelerator_parse (parts[i], &key, &modifiers))
        continue;
      label = gtk_accelerator_get_label (key, modifiers);
      if (text == NULL)
        {
          text = g_steal_pointer (&label);
        }
      else
        {
          g_autofree char *before = g_steal_pointer (&text);

          /* Translators: two keys that do the same. */
          text = g_strdup_printf (_("%s or %s"), before, label);
        }
    }
  return g_steal_pointer (&text);
}

static void
add_row (AdwPreferencesGroup *group, const EnclaveActionEntry *entry, const char *keys)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *label = enclave_preferences_rows_new_tag (keys, NULL);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(entry->title));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, keys, -1);
  g_object_set_data_full (G_OBJECT (row), "enclave-search-words", g_strdup (keys), g_free);
  adw_preferences_group_add (group, row);
}

static void
add_scope (EnclaveShortcutsWindow *self, EnclaveActionScope scope)
{
  GtkWidget *group = adw_preferences_group_new ();
  guint n_entries;
  const EnclaveActionEntry *entries = enclave_action_table (&n_entries);
  guint n_rows = 0;

  g_object_ref_sink (group);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), enclave_action_scope_title (scope));
  for (guint i = 0; i < n_entries; i++)
    {
      g_autofree char *keys = entries[i].scope == scope ? dup_keys (entries[i].accelerators) : NULL;

      if (keys == NULL)
        continue;
      add_row (ADW_PREFERENCES_GROUP (group), &entries[i], keys);
      n_rows++;
    }
  if (n_rows > 0)
    adw_preferences_page_add (self->page, ADW_PREFERENCES_GROUP (group));
  g_object_unref (group);
}

static void
enclave_shortcuts_window_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_SHORTCUTS_WINDOW);
  G_OBJECT_CLASS (enclave_shortcuts_window_parent_class)->dispose (object);
}

static void
enclave_shortcuts_window_class_init (EnclaveShortcutsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_shortcuts_window_dispose;

  enclave_preferences_get_resource ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/enclave/Enclave/preferences/enclave-shortcuts-window.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveShortcutsWindow, search_entry);
  gtk_widget_class_bind_template_child (widget_class, EnclaveShortcutsWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, EnclaveShortcutsWindow, page);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
enclave_shortcuts_window_init (EnclaveShortcutsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "map", G_CALLBACK (enclave_accessible_mend), NULL);
  for (EnclaveActionScope scope = ENCLAVE_SCOPE_EVERYWHERE; scope <= ENCLAVE_SCOPE_REVIEW; scope++)
    add_scope (self, scope);
  gtk_window_set_focus (GTK_WINDOW (self), GTK_WIDGET (self->search_entry));
}

GtkWidget *
enclave_shortcuts_window_new (void)
{
  return g_object_new (ENCLAVE_TYPE_SHORTCUTS_WINDOW, NULL);
}
