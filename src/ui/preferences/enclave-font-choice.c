/* enclave-font-choice.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-font-choice.h"

#define KEY "editor-font"
#define USUAL_POINTS 11

typedef struct
{
  AdwComboRow *family; /* not owned: it owns this */
  GtkSpinButton *size; /* (weak) (nullable) */
  GSettings *settings;
  GtkStringList *names; /* the first: the desktop's */
  gboolean showing;     /* the setting is being shown, not made */
} FontChoice;

static void
font_choice_free (gpointer data)
{
  FontChoice *choice = data;

  g_signal_handlers_disconnect_by_data (choice->settings, choice);
  if (choice->size != NULL)
    g_signal_handlers_disconnect_by_data (choice->size, choice);
  g_clear_weak_pointer (&choice->size);
  g_clear_object (&choice->settings);
  g_clear_object (&choice->names);
  g_free (choice);
}

static guint
find_name (GtkStringList *names, const char *name)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (names));

  for (guint i = 1; i < n; i++)
    if (g_ascii_strcasecmp (gtk_string_list_get_string (names, i), name) == 0)
      return i;
  /* A font that is set but not installed stays chosen until another is. */
  gtk_string_list_append (names, name);
  return n;
}

static void
show_setting (FontChoice *choice)
{
  g_autofree char *stored = g_settings_get_string (choice->settings, KEY);
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string (stored);
  const char *name = *stored != '\0' ? pango_font_description_get_family (font) : NULL;
  int size = pango_font_description_get_size (font);

  choice->showing = TRUE;
  adw_combo_row_set_selected (choice->family, name != NULL ? find_name (choice->names, name) : 0);
  if (choice->size != NULL)
    {
      gtk_widget_set_sensitive (gtk_widget_get_ancestor (GTK_WIDGET (choice->size), ADW_TYPE_ACTION_ROW), name != NULL);
      gtk_spin_button_set_value (choice->size, size > 0 ? (double) size / PANGO_SCALE : USUAL_POINTS);
    }
  choice->showing = FALSE;
}

static void
store (FontChoice *choice)
{
  guint selected = adw_combo_row_get_selected (choice->family);

  if (choice->showing || choice->size == NULL || selected == GTK_INVALID_LIST_POSITION)
    return;
  if (selected == 0)
    {
      g_settings_set_string (choice->settings, KEY, "");
    }
  else
    {
      g_autofree char *font = g_strdup_printf ("%s %d", gtk_string_list_get_string (choice->names, selected),
                                               gtk_spin_button_get_value_as_int (choice->size));

      g_settings_set_string (choice->settings, KEY, font);
    }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (*(const char *const *) a, *(const char *const *) b);
}

static void
add_families (GtkStringList *list, GtkWidget *widget, const char *usual)
{
  PangoFontMap *map = pango_context_get_font_map (gtk_widget_get_pango_context (widget));
  g_autofree PangoFontFamily **families = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  int n_families = 0;

  pango_font_map_list_families (map, &families, &n_families);
  for (int i = 0; i < n_families; i++)
    if (pango_font_family_is_monospace (families[i]))
      g_ptr_array_add (names, (gpointer) pango_font_family_get_name (families[i]));
  g_ptr_array_sort (names, compare_names);

  gtk_string_list_append (list, usual);
  for (guint i = 0; i < names->len; i++)
    gtk_string_list_append (list, g_ptr_array_index (names, i));
}

void
enclave_font_choice_bind (AdwComboRow *family, GtkSpinButton *size, GSettings *settings)
{
  FontChoice *choice;

  g_return_if_fail (ADW_IS_COMBO_ROW (family) && GTK_IS_SPIN_BUTTON (size) && G_IS_SETTINGS (settings));

  choice = g_new0 (FontChoice, 1);
  choice->family = family;
  g_set_weak_pointer (&choice->size, size);
  choice->settings = g_object_ref (settings);
  choice->names = gtk_string_list_new (NULL);
  add_families (choice->names, GTK_WIDGET (family), _("As the desktop"));
  choice->showing = TRUE;
  adw_combo_row_set_model (family, G_LIST_MODEL (choice->names));
  choice->showing = FALSE;
  show_setting (choice);

  g_signal_connect_swapped (family, "notify::selected", G_CALLBACK (store), choice);
  g_signal_connect_swapped (size, "value-changed", G_CALLBACK (store), choice);
  g_signal_connect_swapped (settings, "changed::" KEY, G_CALLBACK (show_setting), choice);
  g_object_set_data_full (G_OBJECT (family), "enclave-font-choice", choice, font_choice_free);
}

void
enclave_font_choice_fill (AdwComboRow *family, GtkSpinButton *size, const char *usual, const char *font)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autoptr (PangoFontDescription) description = NULL;
  const char *name;
  int points;

  g_return_if_fail (ADW_IS_COMBO_ROW (family) && GTK_IS_SPIN_BUTTON (size));
  g_return_if_fail (usual != NULL && font != NULL);

  description = pango_font_description_from_string (font);
  name = *font != '\0' ? pango_font_description_get_family (description) : NULL;
  points = pango_font_description_get_size (description);
  add_families (names, GTK_WIDGET (family), usual);
  adw_combo_row_set_model (family, G_LIST_MODEL (names));
  adw_combo_row_set_selected (family, name != NULL ? find_name (names, name) : 0);
  gtk_spin_button_set_value (size, points > 0 ? (double) points / PANGO_SCALE : USUAL_POINTS);
}
