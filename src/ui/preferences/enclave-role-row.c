/* enclave-role-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-role-row.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-accessible.h"
#include "enclave-completion-models.h"

struct _EnclaveRoleRow
{
  AdwComboRow parent_instance;

  EnclaveModelRole role;
  GSettings *settings;
  EnclaveServerList *servers;
  GPtrArray *choices; /* (element-type utf8): as they are stored, in the order of the rows */
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (EnclaveRoleRow, enclave_role_row, ADW_TYPE_COMBO_ROW)

const char *
enclave_role_row_get_key (EnclaveModelRole role)
{
  return role == ENCLAVE_MODEL_ROLE_CHAT ? "model" : role == ENCLAVE_MODEL_ROLE_EDIT ? "edit-model" : "completion-model";
}

static const char *
get_none (EnclaveModelRole role)
{
  return role == ENCLAVE_MODEL_ROLE_CHAT   ? _ ("The first that is ready")
         : role == ENCLAVE_MODEL_ROLE_EDIT ? _ ("The chat’s model")
                                     : _ ("None");
}

static gboolean
can (EnclaveModelRole role, EnclaveServer *server, EnclaveModelInfo *model)
{
  if (role == ENCLAVE_MODEL_ROLE_COMPLETION)
    return enclave_completion_model_can (server, model, NULL);
  return !enclave_model_info_get_remote (model)
         && (enclave_model_info_get_abilities (model) & ENCLAVE_MODEL_CHAT) != 0;
}

/* The chat's choice has no scheme in it. */
static char *
make_choice (EnclaveModelRole role, EnclaveServer *server, EnclaveModelInfo *model)
{
  if (role == ENCLAVE_MODEL_ROLE_CHAT)
    return g_strconcat (enclave_server_get_lasting_address (server), " ",
                        enclave_model_info_get_id (model), NULL);
  return enclave_model_role_choice_to_text (server, model);
}

static void
add_choice (EnclaveRoleRow *self, GtkStringList *labels, char *stored, const char *label)
{
  g_ptr_array_add (self->choices, stored);
  gtk_string_list_append (labels, label);
}

/* With one server there is no need to say which. (transfer full) */
static char *
make_label (EnclaveServer *server, EnclaveModelInfo *model, guint n_servers)
{
  const char *name = enclave_model_info_get_name (model);

  return n_servers > 1
           ? g_strdup_printf ("%s · %s", name, enclave_server_get_place (server))
           : g_strdup (name);
}

static guint
count_servers (EnclaveServerList *servers)
{
  guint n_servers = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (servers)); i++)
    {
      g_autoptr (EnclaveServer) server = g_list_model_get_item (G_LIST_MODEL (servers), i);

      n_servers += g_list_model_get_n_items (enclave_server_get_models (server)) > 0 ? 1 : 0;
    }
  return n_servers;
}

/* Returns: how many models there are that can't. */
static guint
add_models (EnclaveRoleRow *self, GtkStringList *labels)
{
  guint n_servers = count_servers (self->servers);
  guint n_refused = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->servers)); i++)
    {
      g_autoptr (EnclaveServer) server = g_list_model_get_item (G_LIST_MODEL (self->servers), i);
      GListModel *models = enclave_server_get_models (server);

      for (guint k = 0; k < g_list_model_get_n_items (models); k++)
        {
          g_autoptr (EnclaveModelInfo) model = g_list_model_get_item (models, k);
          g_autofree char *label = NULL;

          if (!can (self->role, server, model))
            {
              n_refused++;
              continue;
            }
          label = make_label (server, model, n_servers);
          add_choice (self, labels, make_choice (self->role, server, model), label);
        }
    }
  return n_refused;
}

static void
show_meaning (EnclaveRoleRow *self, guint n_refused, gboolean chosen)
{
  g_autofree char *text = NULL;

  if (self->role == ENCLAVE_MODEL_ROLE_CHAT)
    text = g_strdup (_ ("Answers and plans; the same as in the header bar"));
  else if (self->role == ENCLAVE_MODEL_ROLE_EDIT)
    text = g_strdup (_ ("The agent’s turns in mode Edit"));
  else if (n_refused == 0)
    text = g_strdup (chosen ? _ ("Code in the editor, while you type") : _ ("Nothing is asked until one is chosen"));
  else if (chosen)
    text = g_strdup_printf (ngettext ("%u model that only chats is left out", "%u models that only chat are left out",
                                      n_refused),
                            n_refused);
  else
    text = g_strdup_printf (ngettext ("Nothing is asked until one is chosen; %u model that only chats is left out",
                                      "Nothing is asked until one is chosen; %u models that only chat are left out",
                                      n_refused),
                            n_refused);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), text);
}

static void
fill (EnclaveRoleRow *self)
{
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);
  g_autofree char *stored = g_settings_get_string (self->settings, enclave_role_row_get_key (self->role));
  guint position = 0;

  if (self->filling)
    return;
  self->filling = TRUE;
  g_ptr_array_set_size (self->choices, 0);
  add_choice (self, labels, g_strdup (""), get_none (self->role));
  show_meaning (self, add_models (self, labels), *stored != '\0');
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
  adw_combo_row_set_model (ADW_COMBO_ROW (self), G_LIST_MODEL (labels));
  adw_combo_row_set_selected (ADW_COMBO_ROW (self), position);
  self->filling = FALSE;
}

static void
on_selected (EnclaveRoleRow *self)
{
  guint position = adw_combo_row_get_selected (ADW_COMBO_ROW (self));

  if (self->filling || self->settings == NULL || position >= self->choices->len)
    return;
  /* The row must not get another list while it tells of its choice. */
  self->filling = TRUE;
  g_settings_set_string (self->settings, enclave_role_row_get_key (self->role),
                         g_ptr_array_index (self->choices, position));
  self->filling = FALSE;
}

static void
watch (EnclaveRoleRow *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->servers)); i++)
    {
      g_autoptr (EnclaveServer) server = g_list_model_get_item (G_LIST_MODEL (self->servers), i);

      g_signal_handlers_disconnect_by_func (server, fill, self);
      g_signal_connect_object (server, "notify::models", G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
    }
  fill (self);
}

static void
enclave_role_row_dispose (GObject *object)
{
  EnclaveRoleRow *self = ENCLAVE_ROLE_ROW (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->servers);
  G_OBJECT_CLASS (enclave_role_row_parent_class)->dispose (object);
}

static void
enclave_role_row_finalize (GObject *object)
{
  g_ptr_array_unref (ENCLAVE_ROLE_ROW (object)->choices);
  G_OBJECT_CLASS (enclave_role_row_parent_class)->finalize (object);
}

static void
enclave_role_row_class_init (EnclaveRoleRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_role_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_role_row_finalize;
}

static void
enclave_role_row_init (EnclaveRoleRow *self)
{
  self->choices = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (self, "notify::selected", G_CALLBACK (on_selected), NULL);
  enclave_accessible_watch_combo_row (ADW_COMBO_ROW (self));
}

GtkWidget *
enclave_role_row_new (EnclaveModelRole role, const char *title)
{
  EnclaveRoleRow *self = g_object_new (ENCLAVE_TYPE_ROLE_ROW, "title", title, NULL);

  self->role = role;
  return GTK_WIDGET (self);
}

void
enclave_role_row_set_up (EnclaveRoleRow *self, GSettings *settings, EnclaveServerList *servers)
{
  g_autofree char *signal = NULL;

  g_return_if_fail (ENCLAVE_IS_ROLE_ROW (self) && self->settings == NULL);
  g_return_if_fail (G_IS_SETTINGS (settings) && ENCLAVE_IS_SERVER_LIST (servers));

  self->settings = g_object_ref (settings);
  self->servers = g_object_ref (servers);
  signal = g_strconcat ("changed::", enclave_role_row_get_key (self->role), NULL);
  g_signal_connect_object (settings, signal, G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (servers, "items-changed", G_CALLBACK (watch), self, G_CONNECT_SWAPPED);
  watch (self);
}
