/* enclave-preferences-rows.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-preferences-rows.h"

#include "enclave-pins.h"

static const char *
get_subtitle (GtkWidget *row)
{
  const char *subtitle = NULL;

  if (ADW_IS_ACTION_ROW (row))
    subtitle = adw_action_row_get_subtitle (ADW_ACTION_ROW (row));
  else if (ADW_IS_EXPANDER_ROW (row))
    subtitle = adw_expander_row_get_subtitle (ADW_EXPANDER_ROW (row));
  return subtitle != NULL ? subtitle : "";
}

static gboolean
matches (const char *text, char **words)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);
  g_autofree char *folded = normal != NULL ? g_utf8_casefold (normal, -1) : NULL;

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0' && (folded == NULL || strstr (folded, words[i]) == NULL))
      return FALSE;
  return TRUE;
}

static guint
filter_below (GtkWidget *widget, const char *group_title, char **words)
{
  guint shown = 0;

  if (ADW_IS_PREFERENCES_ROW (widget))
    {
      const char *more = g_object_get_data (G_OBJECT (widget), "enclave-search-words");
      g_autofree char *text = g_strjoin ("\n", group_title, adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)),
                                         get_subtitle (widget), more != NULL ? more : "", NULL);
      gboolean match = matches (text, words);

      gtk_widget_set_visible (widget, match);
      return match ? 1 : 0;
    }

  if (ADW_IS_PREFERENCES_GROUP (widget))
    group_title = adw_preferences_group_get_title (ADW_PREFERENCES_GROUP (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    shown += filter_below (child, group_title, words);
  if (ADW_IS_PREFERENCES_GROUP (widget))
    gtk_widget_set_visible (widget, shown > 0 || words[0] == NULL);
  return shown;
}

guint
enclave_preferences_rows_filter (GtkWidget *page, const char *words)
{
  g_autofree char *normal = NULL;
  g_autofree char *folded = NULL;
  g_auto (GStrv) parts = NULL;

  g_return_val_if_fail (GTK_IS_WIDGET (page) && words != NULL, 0);

  normal = g_utf8_normalize (words, -1, G_NORMALIZE_ALL);
  folded = g_utf8_casefold (normal != NULL ? normal : "", -1);
  g_strstrip (folded);
  parts = *folded != '\0' ? g_strsplit (folded, " ", -1) : g_new0 (char *, 1);
  return filter_below (page, "", parts);
}

GtkWidget *
enclave_preferences_rows_new_tag (const char *text, const char *kind)
{
  GtkWidget *tag;

  g_return_val_if_fail (text != NULL, NULL);

  tag = gtk_label_new (text);
  gtk_widget_set_valign (tag, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (tag, "enclave-tag");
  if (kind != NULL)
    gtk_widget_add_css_class (tag, kind);
  return tag;
}

void
enclave_preferences_rows_set_error (GtkWidget *entry, GtkLabel *label, const char *message)
{
  g_return_if_fail (GTK_IS_WIDGET (entry) && GTK_IS_LABEL (label));

  if (message != NULL)
    gtk_widget_add_css_class (entry, "error");
  else
    gtk_widget_remove_css_class (entry, "error");
  gtk_label_set_label (label, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (label), message != NULL);
}

void
enclave_preferences_rows_show_pin (GtkWidget *widget, const char *key)
{
  const EnclavePins *pins = enclave_pins_get ();
  const EnclavePin *pin = enclave_pins_find (pins, key);
  GtkWidget *row;
  GtkWidget *lock;
  g_autofree char *reason = NULL;

  g_return_if_fail (GTK_IS_WIDGET (widget) && key != NULL);

  if (pin == NULL)
    return;
  row = ADW_IS_PREFERENCES_ROW (widget) ? widget : gtk_widget_get_ancestor (widget, ADW_TYPE_PREFERENCES_ROW);
  reason = enclave_pins_explain (pins, pin);
  lock = gtk_image_new_from_icon_name ("changes-prevent-symbolic");
  gtk_widget_set_tooltip_text (lock, reason);
  gtk_accessible_update_property (GTK_ACCESSIBLE (lock), GTK_ACCESSIBLE_PROPERTY_LABEL, reason, -1);
  if (ADW_IS_ACTION_ROW (row))
    {
      g_autofree char *text = *get_subtitle (row) != '\0' ? g_strconcat (get_subtitle (row), "\n", reason, NULL) : g_strdup (reason);

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), lock);
    }
  else if (ADW_IS_ENTRY_ROW (row))
    {
      gtk_widget_set_tooltip_text (row, reason);
      adw_entry_row_add_suffix (ADW_ENTRY_ROW (row), lock);
    }
  if (!pin->is_limit)
    gtk_widget_set_sensitive (widget, FALSE);
}

static void
add_row (AdwPreferencesGroup *group, GSettings *settings, const char *key, const char *property, GtkWidget *control, const char *title,
         const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (control, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), control);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), control);
  gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  adw_preferences_group_add (group, row);
  g_settings_bind (settings, key, control, property, G_SETTINGS_BIND_DEFAULT);
  enclave_preferences_rows_show_pin (control, key);
}

void
enclave_preferences_rows_add_switch (AdwPreferencesGroup *group, GSettings *settings, const char *key, const char *title,
                                     const char *subtitle)
{
  g_return_if_fail (ADW_IS_PREFERENCES_GROUP (group) && G_IS_SETTINGS (settings));
  g_return_if_fail (key != NULL && title != NULL);

  add_row (group, settings, key, "active", gtk_switch_new (), title, subtitle);
}

void
enclave_preferences_rows_add_number (AdwPreferencesGroup *group, GSettings *settings, const char *key, const char *title,
                                     const char *subtitle, guint step)
{
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autoptr (GSettingsSchemaKey) schema_key = NULL;
  g_autoptr (GVariant) range = NULL;
  g_autoptr (GVariant) limits = NULL;
  const char *kind;
  guint low = 0;
  guint high = G_MAXINT;

  g_return_if_fail (ADW_IS_PREFERENCES_GROUP (group) && G_IS_SETTINGS (settings));
  g_return_if_fail (key != NULL && title != NULL && step > 0);

  g_object_get (settings, "settings-schema", &schema, NULL);
  schema_key = g_settings_schema_get_key (schema, key);
  range = g_settings_schema_key_get_range (schema_key);
  g_variant_get (range, "(&sv)", &kind, &limits);
  if (g_str_equal (kind, "range"))
    g_variant_get (limits, "(uu)", &low, &high);
  add_row (group, settings, key, "value", gtk_spin_button_new_with_range (low, high, step), title, subtitle);
}
