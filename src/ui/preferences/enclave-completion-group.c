/* enclave-completion-group.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-completion-group.h"

#include <glib/gi18n-lib.h>

#include "enclave-preferences-rows.h"
#include "enclave-role-row.h"

struct _EnclaveCompletionGroup
{
  AdwPreferencesGroup parent_instance;

  GtkWidget *model;
  GtkSwitch *enabled;
  GtkSwitch *announce;
  GtkSpinButton *delay;
};

G_DEFINE_FINAL_TYPE (EnclaveCompletionGroup, enclave_completion_group, ADW_TYPE_PREFERENCES_GROUP)

static GtkWidget *
add_row (EnclaveCompletionGroup *self, const char *title, const char *subtitle, GtkWidget *control)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (control, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), control);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), control);
  gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  return row;
}

static void
enclave_completion_group_class_init (EnclaveCompletionGroupClass *klass)
{
}

static void
enclave_completion_group_init (EnclaveCompletionGroup *self)
{
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _ ("Suggestions while typing"));

  self->model = enclave_role_row_new (ENCLAVE_MODEL_ROLE_COMPLETION, _ ("Model for suggestions"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), self->model);

  self->enabled = GTK_SWITCH (gtk_switch_new ());
  add_row (self, _ ("Suggest code"), _ ("Tab takes all, Ctrl+Right a word, Ctrl+End a line, Esc none"),
           GTK_WIDGET (self->enabled));
  self->delay = GTK_SPIN_BUTTON (gtk_spin_button_new_with_range (50, 5000, 50));
  add_row (self, _ ("Pause before a suggestion"), _ ("Milliseconds after the last key"), GTK_WIDGET (self->delay));
  self->announce = GTK_SWITCH (gtk_switch_new ());
  add_row (self, _ ("Tell a screen reader"), _ ("Each suggestion once, as the description of the editor"),
           GTK_WIDGET (self->announce));
}

void
enclave_completion_group_set_up (EnclaveCompletionGroup *self, GSettings *settings, EnclaveServerList *servers)
{
  g_return_if_fail (ENCLAVE_IS_COMPLETION_GROUP (self) && G_IS_SETTINGS (settings) && ENCLAVE_IS_SERVER_LIST (servers));

  enclave_role_row_set_up (ENCLAVE_ROLE_ROW (self->model), settings, servers);
  g_settings_bind (settings, "completion-enabled", self->enabled, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "completion-announce", self->announce, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "completion-delay-ms", self->delay, "value", G_SETTINGS_BIND_DEFAULT);
  enclave_preferences_rows_show_pin (GTK_WIDGET (self->enabled), "completion-enabled");
  enclave_preferences_rows_show_pin (GTK_WIDGET (self->announce), "completion-announce");
  enclave_preferences_rows_show_pin (GTK_WIDGET (self->delay), "completion-delay-ms");
  enclave_preferences_rows_show_pin (self->model, "completion-model");
}
