/* enclave-updates-group.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-updates-group.h"

#include <glib/gi18n-lib.h>

#include "enclave-net-client.h"
#include "enclave-preferences-rows.h"
#include "enclave-update-check.h"

struct _EnclaveUpdatesGroup
{
  AdwPreferencesGroup parent_instance;

  GSettings *settings;
  GCancellable *cancellable;
  GtkWidget *when;
  GtkWidget *ask_row;
  GtkWidget *ask;
};

G_DEFINE_FINAL_TYPE (EnclaveUpdatesGroup, enclave_updates_group, ADW_TYPE_PREFERENCES_GROUP)

static void
show (EnclaveUpdatesGroup *self, const char *text)
{
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->ask_row), text);
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveUpdatesGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveReleaseManifest) manifest = enclave_update_check_finish (result, &error);
  const EnclaveUpdateSource *running = enclave_update_source_get ();
  g_autofree char *text = NULL;

  if (self->settings == NULL)
    return;
  if (manifest == NULL)
    text = g_strdup (error->message);
  else if (enclave_release_version_compare (manifest->version, running->version) > 0)
    text = g_strdup_printf (*manifest->note != '\0' ? _ ("Enclave %s is there; this is %s. Nothing was downloaded. %s")
                                                    : _ ("Enclave %s is there; this is %s. Nothing was downloaded.%s"),
                            manifest->version, running->version, manifest->note);
  else
    text = g_strdup_printf (_ ("This is the newest release, %s"), running->version);
  show (self, text);
  gtk_widget_set_sensitive (self->ask, TRUE);
}

static void
ask_cb (EnclaveUpdatesGroup *self)
{
  gtk_widget_set_sensitive (self->ask, FALSE);
  show (self, _ ("Asking"));
  enclave_update_check_async (enclave_update_source_get (), NULL, self->cancellable, on_checked, g_object_ref (self));
}

/* The address of releases is a name, and neither a sealed window nor the helper that connects for it can look one up. */
static void
show_sealed (EnclaveUpdatesGroup *self)
{
  gtk_widget_set_visible (self->ask, FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->ask_row), _ ("Ask in a terminal: enclavectl update check"));
  adw_preferences_row_set_title_selectable (ADW_PREFERENCES_ROW (self->ask_row), TRUE);
  show (self, _ ("This window is sealed and can look up no name, so it asks nobody itself. Once a week it reminds you. "
                 "It must be a terminal that is not sealed."));
}

static void
show_whether_on (EnclaveUpdatesGroup *self)
{
  gtk_widget_set_sensitive (self->ask_row, g_settings_get_enum (self->settings, "update-check") > 0);
}

static gboolean
enum_to_position (GValue *value, GVariant *variant, gpointer user_data)
{
  static const char *const words[] = { "off", "manual", "weekly" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i], g_variant_get_string (variant, NULL)))
      g_value_set_uint (value, i);
  return TRUE;
}

static GVariant *
position_to_enum (const GValue *value, const GVariantType *type, gpointer user_data)
{
  guint position = g_value_get_uint (value);

  return g_variant_new_string (position == 2 ? "weekly" : position == 1 ? "manual" : "off");
}

static void
enclave_updates_group_dispose (GObject *object)
{
  EnclaveUpdatesGroup *self = ENCLAVE_UPDATES_GROUP (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (enclave_updates_group_parent_class)->dispose (object);
}

static void
enclave_updates_group_class_init (EnclaveUpdatesGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_updates_group_dispose;
}

static void
enclave_updates_group_init (EnclaveUpdatesGroup *self)
{
  const char *choices[] = { _ ("Never"), _ ("When I ask"), _ ("Once a week"), NULL };
  g_autoptr (GtkStringList) list = gtk_string_list_new (choices);
  g_autofree char *description = NULL;

  self->cancellable = g_cancellable_new ();
  description = g_markup_printf_escaped (_ ("One request to %s. It tells neither who asks nor which version, and nothing is downloaded: "
                                            "the answer is a signed note of what the newest release is."),
                                         enclave_update_source_get ()->url);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _ ("Updates"));
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self), description);

  self->when = adw_combo_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->when), _ ("Ask for newer releases"));
  adw_combo_row_set_model (ADW_COMBO_ROW (self->when), G_LIST_MODEL (list));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), self->when);

  self->ask_row = adw_action_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->ask_row), _ ("Newest release"));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->ask_row), FALSE);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self->ask_row), 0);
  self->ask = gtk_button_new_with_label (_ ("Ask now"));
  gtk_widget_set_valign (self->ask, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (self->ask, "clicked", G_CALLBACK (ask_cb), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->ask_row), self->ask);
  if (enclave_net_client_is_used ())
    show_sealed (self);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), self->ask_row);
}

GtkWidget *
enclave_updates_group_new (GSettings *settings)
{
  EnclaveUpdatesGroup *self;

  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (ENCLAVE_TYPE_UPDATES_GROUP, NULL);
  self->settings = g_object_ref (settings);
  g_settings_bind_with_mapping (settings, "update-check", self->when, "selected", G_SETTINGS_BIND_DEFAULT, enum_to_position,
                                position_to_enum, NULL, NULL);
  enclave_preferences_rows_show_pin (self->when, "update-check");
  g_signal_connect_object (settings, "changed::update-check", G_CALLBACK (show_whether_on), self, G_CONNECT_SWAPPED);
  show_whether_on (self);
  return GTK_WIDGET (self);
}
