/* enclave-terminal-profiles-group.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-terminal-profiles-group.h"

#include <glib/gi18n-lib.h>

#include "enclave-accessible.h"
#include "enclave-pins.h"
#include "enclave-preferences-rows.h"
#include "enclave-terminal-profile-window.h"
#include "enclave-terminal-profile.h"

#define KEY "terminal-profiles"
#define DEFAULT_KEY "terminal-default-profile"
#define NAME "enclave-profile-name"

struct _EnclaveTerminalProfilesGroup
{
  AdwPreferencesGroup parent_instance;

  AdwComboRow *choice;
  GtkWidget *add;
  GPtrArray *rows; /* not owned: they are children */
  GSettings *settings;
  EnclaveTerminalProfile *removed; /* (nullable): the last one, that can be put back */
  guint removed_at;
  gboolean was_default;
  gboolean showing; /* the setting is being shown, not made */
};

G_DEFINE_FINAL_TYPE (EnclaveTerminalProfilesGroup, enclave_terminal_profiles_group, ADW_TYPE_PREFERENCES_GROUP)

static GtkWidget *
new_button (const char *icon_name, const char *words)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon_name);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  return button;
}

static void
open_window (EnclaveTerminalProfilesGroup *self, const char *name)
{
  GtkWidget *window = enclave_terminal_profile_window_new (self->settings, name);

  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))));
  gtk_window_present (GTK_WINDOW (window));
}

static void
add_cb (EnclaveTerminalProfilesGroup *self)
{
  open_window (self, NULL);
}

static void
edit_cb (GtkWidget *widget, EnclaveTerminalProfilesGroup *self)
{
  open_window (self, g_object_get_data (G_OBJECT (widget), NAME));
}

static void
remove_cb (GtkWidget *widget, EnclaveTerminalProfilesGroup *self)
{
  g_autofree char *name = g_strdup (g_object_get_data (G_OBJECT (widget), NAME));
  g_autofree char *usual = g_settings_get_string (self->settings, DEFAULT_KEY);
  g_autoptr (GPtrArray) profiles = enclave_terminal_profiles_load (self->settings);

  for (guint i = 0; i < profiles->len; i++)
    {
      EnclaveTerminalProfile *profile = g_ptr_array_index (profiles, i);

      if (!g_str_equal (profile->name, name))
        continue;
      enclave_terminal_profile_free (self->removed);
      self->removed = enclave_terminal_profile_copy (profile);
      self->removed_at = i;
      self->was_default = g_str_equal (usual, name);
      g_ptr_array_remove_index (profiles, i);
      break;
    }
  if (self->was_default && g_str_equal (usual, name))
    g_settings_set_string (self->settings, DEFAULT_KEY, "");
  enclave_terminal_profiles_save (self->settings, profiles);
  gtk_widget_grab_focus (GTK_WIDGET (self->add));
}

static void
put_back_cb (EnclaveTerminalProfilesGroup *self)
{
  g_autoptr (EnclaveTerminalProfile) removed = g_steal_pointer (&self->removed);
  g_autoptr (GPtrArray) profiles = enclave_terminal_profiles_load (self->settings);

  if (removed == NULL || profiles->len >= ENCLAVE_TERMINAL_MAX_PROFILES)
    return;
  g_ptr_array_insert (profiles, (int) MIN (self->removed_at, profiles->len), enclave_terminal_profile_copy (removed));
  enclave_terminal_profiles_save (self->settings, profiles);
  if (self->was_default)
    g_settings_set_string (self->settings, DEFAULT_KEY, removed->name);
  gtk_widget_grab_focus (GTK_WIDGET (self->add));
}

static void
add_row (EnclaveTerminalProfilesGroup *self, GtkWidget *row)
{
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_add (self->rows, row);
}

static void
add_profile (EnclaveTerminalProfilesGroup *self, const EnclaveTerminalProfile *profile)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *line = enclave_terminal_profile_dup_line (profile);
  /* Translators: the name of a profile */
  g_autofree char *edit_words = g_strdup_printf (_("Change %s"), profile->name);
  /* Translators: the name of a profile */
  g_autofree char *remove_words = g_strdup_printf (_("Remove %s"), profile->name);
  GtkWidget *edit = new_button ("document-edit-symbolic", edit_words);
  GtkWidget *remove = new_button ("user-trash-symbolic", remove_words);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), profile->name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), *line != '\0' ? line : _("Your login shell"));
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 2);
  g_object_set_data_full (G_OBJECT (edit), NAME, g_strdup (profile->name), g_free);
  g_object_set_data_full (G_OBJECT (remove), NAME, g_strdup (profile->name), g_free);
  g_signal_connect (edit, "clicked", G_CALLBACK (edit_cb), self);
  g_signal_connect (remove, "clicked", G_CALLBACK (remove_cb), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), edit);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), remove);
  /* as an activatable widget the button would be told with the name of the row after its own */
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), NAME, g_strdup (profile->name), g_free);
  g_signal_connect (row, "activated", G_CALLBACK (edit_cb), self);
  add_row (self, row);
  enclave_preferences_rows_show_pin (row, KEY);
}

static void
add_removed (EnclaveTerminalProfilesGroup *self)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_label (_("Put back"));
  g_autofree char *title = g_strdup_printf (_("“%s” was removed"), self->removed->name);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (put_back_cb), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  add_row (self, row);
}

static void
show_default (EnclaveTerminalProfilesGroup *self)
{
  GListModel *names = adw_combo_row_get_model (self->choice);
  g_autofree char *usual = g_settings_get_string (self->settings, DEFAULT_KEY);
  guint selected = 0;

  for (guint i = 1; names != NULL && i < g_list_model_get_n_items (names); i++)
    if (g_str_equal (gtk_string_list_get_string (GTK_STRING_LIST (names), i), usual))
      selected = i;
  self->showing = TRUE;
  adw_combo_row_set_selected (self->choice, selected);
  self->showing = FALSE;
}

static void
show (EnclaveTerminalProfilesGroup *self)
{
  g_autoptr (GPtrArray) profiles = enclave_terminal_profiles_load (self->settings);
  g_autoptr (GtkStringList) names = gtk_string_list_new ((const char *const[]){ _("Without a profile"), NULL });

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < profiles->len; i++)
    {
      const EnclaveTerminalProfile *profile = g_ptr_array_index (profiles, i);

      gtk_string_list_append (names, profile->name);
      add_profile (self, profile);
      if (self->removed != NULL && g_str_equal (profile->name, self->removed->name))
        g_clear_pointer (&self->removed, enclave_terminal_profile_free);
    }
  /* there is no room for it any more */
  if (profiles->len >= ENCLAVE_TERMINAL_MAX_PROFILES)
    g_clear_pointer (&self->removed, enclave_terminal_profile_free);
  if (self->removed != NULL)
    add_removed (self);
  self->showing = TRUE;
  adw_combo_row_set_model (self->choice, G_LIST_MODEL (names));
  self->showing = FALSE;
  gtk_widget_set_sensitive (GTK_WIDGET (self->choice), profiles->len > 0 && g_settings_is_writable (self->settings, DEFAULT_KEY));
  gtk_widget_set_sensitive (self->add, profiles->len < ENCLAVE_TERMINAL_MAX_PROFILES && g_settings_is_writable (self->settings, KEY));
  show_default (self);
  /* The window mends all of it when it is shown. Asked about while it is built, it would stay without its role. */
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    enclave_accessible_mend (GTK_WIDGET (self));
}

static void
chosen_cb (EnclaveTerminalProfilesGroup *self)
{
  GListModel *names = adw_combo_row_get_model (self->choice);
  guint selected = adw_combo_row_get_selected (self->choice);

  if (self->showing || names == NULL || selected == GTK_INVALID_LIST_POSITION)
    return;
  g_settings_set_string (self->settings, DEFAULT_KEY,
                         selected > 0 ? gtk_string_list_get_string (GTK_STRING_LIST (names), selected) : "");
}

static void
enclave_terminal_profiles_group_finalize (GObject *object)
{
  EnclaveTerminalProfilesGroup *self = ENCLAVE_TERMINAL_PROFILES_GROUP (object);

  enclave_terminal_profile_free (self->removed);
  g_ptr_array_unref (self->rows);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (enclave_terminal_profiles_group_parent_class)->finalize (object);
}

static void
enclave_terminal_profiles_group_class_init (EnclaveTerminalProfilesGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_terminal_profiles_group_finalize;
}

static void
enclave_terminal_profiles_group_init (EnclaveTerminalProfilesGroup *self)
{
  self->rows = g_ptr_array_new ();
  self->choice = ADW_COMBO_ROW (adw_combo_row_new ());
  self->add = new_button ("list-add-symbolic", _("Add a profile"));
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _("Profiles"));
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self),
                                         _("Terminals with a program, a folder, a font or colours of their own. No project can set one."));
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (self), self->add);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->choice), _("New terminals"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->choice));
  enclave_accessible_watch_combo_row (self->choice);
}

void
enclave_terminal_profiles_group_set_up (EnclaveTerminalProfilesGroup *self, GSettings *settings)
{
  const EnclavePins *pins = enclave_pins_get ();

  g_return_if_fail (ENCLAVE_IS_TERMINAL_PROFILES_GROUP (self));
  g_return_if_fail (G_IS_SETTINGS (settings));
  g_return_if_fail (self->settings == NULL);

  self->settings = g_object_ref (settings);
  if (enclave_terminal_profiles_are_overruled ())
    {
      g_autofree char *reason = enclave_pins_explain (pins, enclave_pins_find (pins, "terminal-shell"));
      g_autofree char *text = g_strdup_printf (_("Their programs are not started: %s"), reason);
      g_autofree char *escaped = g_markup_escape_text (text, -1);

      adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self), escaped);
    }
  enclave_preferences_rows_show_pin (GTK_WIDGET (self->choice), DEFAULT_KEY);
  g_signal_connect_swapped (self->add, "clicked", G_CALLBACK (add_cb), self);
  g_signal_connect_swapped (self->choice, "notify::selected", G_CALLBACK (chosen_cb), self);
  g_signal_connect_object (settings, "changed::" KEY, G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::" DEFAULT_KEY, G_CALLBACK (show_default), self, G_CONNECT_SWAPPED);
  show (self);
}
