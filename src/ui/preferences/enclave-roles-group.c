/* enclave-roles-group.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-roles-group.h"

#include <glib/gi18n-lib.h>

#include "enclave-role-row.h"

struct _EnclaveRolesGroup
{
  AdwPreferencesGroup parent_instance;

  GtkWidget *rows[ENCLAVE_N_MODEL_ROLES];
  GtkLabel *warning;
  GSettings *settings;
  EnclaveServerList *servers;
};

G_DEFINE_FINAL_TYPE (EnclaveRolesGroup, enclave_roles_group, ADW_TYPE_PREFERENCES_GROUP)

static void
show_warnings (EnclaveRolesGroup *self)
{
  g_autofree char *chat = g_settings_get_string (self->settings, "model");
  g_autofree char *completion = g_settings_get_string (self->settings, "completion-model");
  g_autofree char *edit = g_settings_get_string (self->settings, "edit-model");
  g_autoptr (EnclaveServer) server = NULL;
  g_autoptr (EnclaveModelInfo) model = NULL;
  g_autoptr (EnclaveModelRoles) roles = NULL;
  g_autoptr (GPtrArray) warnings = NULL;
  g_autofree char *text = NULL;

  if (!enclave_model_role_choice_find (self->servers, chat, &server, &model))
    {
      EnclaveServer *first_server;
      EnclaveModelInfo *first_model;

      if (enclave_server_list_find_model (self->servers, NULL, &first_server, &first_model))
        {
          server = g_object_ref (first_server);
          model = g_object_ref (first_model);
        }
    }
  roles = enclave_model_roles_new (self->servers, server, model, completion, edit);
  warnings = enclave_model_roles_dup_warnings (roles, enclave_machine_get_default ());
  g_ptr_array_add (warnings, NULL);
  text = g_strjoinv ("\n", (char **) warnings->pdata);
  gtk_label_set_label (self->warning, text);
  gtk_widget_set_visible (GTK_WIDGET (self->warning), *text != '\0');
}

static void
watch (EnclaveRolesGroup *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->servers)); i++)
    {
      g_autoptr (EnclaveServer) server = g_list_model_get_item (G_LIST_MODEL (self->servers), i);

      g_signal_handlers_disconnect_by_func (server, show_warnings, self);
      g_signal_connect_object (server, "notify::models", G_CALLBACK (show_warnings), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (server, "notify::state", G_CALLBACK (show_warnings), self, G_CONNECT_SWAPPED);
    }
  show_warnings (self);
}

static void
enclave_roles_group_dispose (GObject *object)
{
  EnclaveRolesGroup *self = ENCLAVE_ROLES_GROUP (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->servers);
  G_OBJECT_CLASS (enclave_roles_group_parent_class)->dispose (object);
}

static void
enclave_roles_group_class_init (EnclaveRolesGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_roles_group_dispose;
}

static void
enclave_roles_group_init (EnclaveRolesGroup *self)
{
  static const EnclaveModelRole order[] = { ENCLAVE_MODEL_ROLE_CHAT, ENCLAVE_MODEL_ROLE_EDIT, ENCLAVE_MODEL_ROLE_COMPLETION };

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _ ("Roles"));
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      self->rows[i] = enclave_role_row_new (order[i], enclave_model_role_get_name (order[i]));
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), self->rows[i]);
    }
  self->warning = GTK_LABEL (g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT, "wrap", TRUE,
                                           "xalign", 0.0, "margin-top", 6, "visible", FALSE, NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->warning), "warning");
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->warning));
}

void
enclave_roles_group_set_up (EnclaveRolesGroup *self, GSettings *settings, EnclaveServerList *servers)
{
  static const char *const signals[] = { "changed::model", "changed::edit-model", "changed::completion-model" };

  g_return_if_fail (ENCLAVE_IS_ROLES_GROUP (self) && self->settings == NULL);

  self->settings = g_object_ref (settings);
  self->servers = g_object_ref (servers);
  for (guint i = 0; i < ENCLAVE_N_MODEL_ROLES; i++)
    enclave_role_row_set_up (ENCLAVE_ROLE_ROW (self->rows[i]), settings, servers);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (settings, signals[i], G_CALLBACK (show_warnings), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (servers, "items-changed", G_CALLBACK (watch), self, G_CONNECT_SWAPPED);
  watch (self);
}
