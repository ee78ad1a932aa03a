/* enclave-completion-group.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-completion-group.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-completion-models.h"

struct _EnclaveCompletionGroup
{
  AdwPreferencesGroup parent_instance;

  AdwComboRow *model;
  GtkSwitch *enabled;
  GtkSwitch *announce;
  GtkSpinButton *delay;
  GSettings *settings;
  EnclaveServerList *servers;
  GPtrArray *choices; /* (element-type utf8): as they are stored, in the order of the rows */
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (EnclaveCompletionGroup, enclave_completion_group, ADW_TYPE_PREFERENCES_GROUP)

static void
add_choice (EnclaveCompletionGroup *self, GtkStringList *labels, char *stored, const char *label)
{
  g_ptr_array_add (self->choices, stored);
  gtk_string_list_append (labels, label);
}

/* Returns: how many models there are that can't. */
static guint
add_models (EnclaveCompletionGroup *self, GtkStringList *labels)
{
  guint n_refused = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->servers)); i++)
    {
      g_autoptr (EnclaveServer) server = g_list_model_get_item (G_LIST_MODEL (self->servers), i);
      GListModel *models = enclave_server_get_models (server);

      for (guint k = 0; k < g_list_model_get_n_items (models); k++)
        {
          g_autoptr (EnclaveModelInfo) model = g_list_model_get_item (models, k);
          g_autofree char *label = NULL;

          if (!enclave_completion_model_can (server, model, NULL))
            {
              n_refused++;
              continue;
            }
          label = g_strdup_printf ("%s · %s", enclave_model_info_get_id (model),
                                   enclave_endpoint_get_address (enclave_server_get_endpoint (server)));
          add_choice (self, labels, enclave_completion_model_to_text (server, model), label);
        }
    }
  return n_refused;
}

static void
show_refused (EnclaveCompletionGroup *self, guint n_refused)
{
  g_autofree char *text = NULL;

  text = n_refused == 0
           ? g_strdup (_ ("Nothing is asked until one is chosen"))
           : g_strdup_printf (ngettext ("Nothing is asked until one is chosen; %u model that only chats is left out",
                                        "Nothing is asked until one is chosen; %u models that only chat are left out", n_refused),
                              n_refused);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->model), text);
}

static void
fill (EnclaveCompletionGroup *self)
{
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);
  g_autofree char *stored = g_settings_get_string (self->settings, "completion-model");
  guint position = 0;

  if (self->filling)
    return;
  self->filling = TRUE;
  g_ptr_array_set_size (self->choices, 0);
  add_choice (self, labels, g_strdup (""), _ ("None"));
  show_refused (self, add_models (self, labels));
  for (guint i = 0; i < self->choices->len; i++)
    if (strcmp (g_ptr_array_index (self->choices, i), stored) == 0)
      position = i;
  /* Its server does not answer now: what was chosen stays. */
  if (position == 0 && *stored != '\0')
    {
      const char *blank = strchr (stored, ' ');
      g_autofree char *label = g_strdup_printf (_ ("%s (not there now)"), blank != NULL ? blank + 1 : stored);

      position = self->choices->len;
      add_choice (self, labels, g_strdup (stored), label);
    }
  adw_combo_row_set_model (self->model, G_LIST_MODEL (labels));
  adw_combo_row_set_selected (self->model, position);
  self->filling = FALSE;
}

static void
on_selected (EnclaveCompletionGroup *self)
{
  guint position = adw_combo_row_get_selected (self->model);

  if (self->filling || self->settings == NULL || position >= self->choices->len)
    return;
  /* The row must not get another list while it tells of its choice. */
  self->filling = TRUE;
  g_settings_set_string (self->settings, "completion-model", g_ptr_array_index (self->choices, position));
  self->filling = FALSE;
}

static void
watch (EnclaveCompletionGroup *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->servers)); i++)
    {
      g_autoptr (EnclaveServer) server = g_list_model_get_item (G_LIST_MODEL (self->servers), i);

      g_signal_handlers_disconnect_by_func (server, fill, self);
      g_signal_connect_object (server, "notify::models", G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
    }
  fill (self);
}

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
enclave_completion_group_dispose (GObject *object)
{
  EnclaveCompletionGroup *self = ENCLAVE_COMPLETION_GROUP (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->servers);
  G_OBJECT_CLASS (enclave_completion_group_parent_class)->dispose (object);
}

static void
enclave_completion_group_finalize (GObject *object)
{
  g_ptr_array_unref (ENCLAVE_COMPLETION_GROUP (object)->choices);
  G_OBJECT_CLASS (enclave_completion_group_parent_class)->finalize (object);
}

static void
enclave_completion_group_class_init (EnclaveCompletionGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_completion_group_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_completion_group_finalize;
}

static void
enclave_completion_group_init (EnclaveCompletionGroup *self)
{
  self->choices = g_ptr_array_new_with_free_func (g_free);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _ ("Suggestions while typing"));

  self->model = ADW_COMBO_ROW (adw_combo_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->model), _ ("Model for suggestions"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->model));
  g_signal_connect_object (self->model, "notify::selected", G_CALLBACK (on_selected), self, G_CONNECT_SWAPPED);

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

  self->settings = g_object_ref (settings);
  self->servers = g_object_ref (servers);
  g_settings_bind (settings, "completion-enabled", self->enabled, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "completion-announce", self->announce, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "completion-delay-ms", self->delay, "value", G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (settings, "changed::completion-model", G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (servers, "items-changed", G_CALLBACK (watch), self, G_CONNECT_SWAPPED);
  watch (self);
}
