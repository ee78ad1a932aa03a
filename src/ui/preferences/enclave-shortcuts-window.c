/* enclave-shortcuts-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-accessible.h"
#include "enclave-key-window.h"
#include "enclave-preferences-resources.h"
#include "enclave-preferences-rows.h"
#include "enclave-shortcuts-window.h"

struct _EnclaveShortcutsWindow
{
  AdwWindow parent_instance;

  GtkEditable *search_entry;
  GtkStack *stack;
  AdwPreferencesPage *page;
  GtkWidget *reset;

  EnclaveKeyMap *keys;
  GPtrArray *rows; /* (element-type AdwActionRow): not owned */
};

/* What a row is about, and where its keys stand. */
#define ENTRY "enclave-action-entry"
#define PLACE "enclave-keys"

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

/* Shows the keys that @row's action has now. */
static void
show_keys (EnclaveShortcutsWindow *self, AdwActionRow *row)
{
  const EnclaveActionEntry *entry = g_object_get_data (G_OBJECT (row), ENTRY);
  GtkWidget *place = g_object_get_data (G_OBJECT (row), PLACE);
  g_autofree char *keys = enclave_key_map_dup_label (enclave_key_map_get_keys (self->keys, entry));
  gboolean is_changed = enclave_key_map_is_changed (self->keys, entry);
  g_autofree char *words = NULL;
  GtkWidget *old = gtk_widget_get_first_child (place);

  if (old != NULL)
    gtk_box_remove (GTK_BOX (place), old);
  if (keys != NULL)
    gtk_box_append (GTK_BOX (place), enclave_preferences_rows_new_tag (keys, NULL));
  adw_action_row_set_subtitle (row, is_changed ? _("Changed by you") : "");
  /* Translators: an action has no key. */
  words = g_strdup_printf ("%s%s%s", keys != NULL ? keys : _("no key"), is_changed ? ", " : "", is_changed ? _("Changed by you") : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
  g_object_set_data_full (G_OBJECT (row), "enclave-search-words", g_strdup (keys != NULL ? keys : ""), g_free);
}

static void
change_cb (EnclaveShortcutsWindow *self, AdwActionRow *row)
{
  GtkWidget *window = enclave_key_window_new (self->keys, g_object_get_data (G_OBJECT (row), ENTRY));

  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (self));
  gtk_window_present (GTK_WINDOW (window));
}

static void
add_row (EnclaveShortcutsWindow *self, AdwPreferencesGroup *group, const EnclaveActionEntry *entry)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *place = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(entry->title));
  gtk_widget_set_valign (place, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), place);
  g_object_set_data (G_OBJECT (row), ENTRY, (gpointer) entry);
  g_object_set_data (G_OBJECT (row), PLACE, place);
  if (enclave_key_map_can_change (entry))
    {
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      g_signal_connect_swapped (row, "activated", G_CALLBACK (change_cb), self);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("go-next-symbolic"));
    }
  g_ptr_array_add (self->rows, row);
  show_keys (self, ADW_ACTION_ROW (row));
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
      if (entries[i].scope != scope || (*entries[i].accelerators == '\0' && !enclave_key_map_can_change (&entries[i])))
        continue;
      add_row (self, ADW_PREFERENCES_GROUP (group), &entries[i]);
      n_rows++;
    }
  if (n_rows > 0)
    adw_preferences_page_add (self->page, ADW_PREFERENCES_GROUP (group));
  g_object_unref (group);
}

static void
keys_changed_cb (EnclaveShortcutsWindow *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    show_keys (self, g_ptr_array_index (self->rows, i));
  gtk_widget_set_sensitive (self->reset, enclave_key_map_has_changes (self->keys));
}

static void
reset_cb (EnclaveShortcutsWindow *self)
{
  enclave_key_map_reset (self->keys);
}

static void
enclave_shortcuts_window_dispose (GObject *object)
{
  EnclaveShortcutsWindow *self = ENCLAVE_SHORTCUTS_WINDOW (object);

  if (self->keys != NULL)
    g_signal_handlers_disconnect_by_data (self->keys, self);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_SHORTCUTS_WINDOW);
  g_clear_object (&self->keys);
  g_clear_pointer (&self->rows, g_ptr_array_unref);

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
  gtk_widget_class_bind_template_child (widget_class, EnclaveShortcutsWindow, reset);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
  gtk_widget_class_bind_template_callback (widget_class, reset_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
enclave_shortcuts_window_init (EnclaveShortcutsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "map", G_CALLBACK (enclave_accessible_mend), NULL);
  self->rows = g_ptr_array_new ();
  gtk_window_set_focus (GTK_WINDOW (self), GTK_WIDGET (self->search_entry));
}

GtkWidget *
enclave_shortcuts_window_new (EnclaveKeyMap *keys)
{
  EnclaveShortcutsWindow *self;

  g_return_val_if_fail (ENCLAVE_IS_KEY_MAP (keys), NULL);

  self = g_object_new (ENCLAVE_TYPE_SHORTCUTS_WINDOW, NULL);
  self->keys = g_object_ref (keys);
  for (EnclaveActionScope scope = ENCLAVE_SCOPE_EVERYWHERE; scope <= ENCLAVE_SCOPE_REVIEW; scope++)
    add_scope (self, scope);
  g_signal_connect_object (keys, "changed", G_CALLBACK (keys_changed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_set_sensitive (self->reset, enclave_key_map_has_changes (keys));

  return GTK_WIDGET (self);
}
