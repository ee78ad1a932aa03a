/* enclave-server-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-model-advice.h"
#include "enclave-preferences-rows.h"
#include "enclave-server-settings.h"
#include "enclave-server-row.h"

struct _EnclaveServerRow
{
  AdwExpanderRow parent_instance;

  EnclaveServer *server;
  GtkWidget *tag;         /* (nullable) */
  GPtrArray *model_rows;  /* not owned: they are children */
  GtkWidget *import_row;  /* (nullable): not owned either */
};

enum
{
  REMOVED,
  IMPORT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveServerRow, enclave_server_row, ADW_TYPE_EXPANDER_ROW)

static const char *
get_state_word (EnclaveServer *server, const char **kind)
{
  *kind = NULL;
  switch (enclave_server_get_state (server))
    {
    case ENCLAVE_SERVER_CHECKING:
      return _("Asking");
    case ENCLAVE_SERVER_READY:
      *kind = "success";
      return _("Ready");
    case ENCLAVE_SERVER_LOADING:
      return _("Loading");
    case ENCLAVE_SERVER_NO_ANSWER:
      return _("No answer");
    case ENCLAVE_SERVER_NOT_A_SERVER:
      *kind = "warning";
      return _("No model server");
    case ENCLAVE_SERVER_FAILED:
      *kind = "error";
      return _("Failed");
    default:
      return "";
    }
}

static char *
describe (EnclaveServer *server)
{
  const char *address = enclave_server_get_place (server);
  const char *message = enclave_server_get_message (server);
  GListModel *models = enclave_server_get_models (server);
  guint n_models = g_list_model_get_n_items (models);
  guint n_refused = 0;
  EnclaveServerWarnings warnings = enclave_inference_client_get_warnings (enclave_server_get_client (server));
  g_autofree char *count = NULL;

  if (enclave_server_get_state (server) != ENCLAVE_SERVER_READY)
    {
      if (message == NULL || *message == '\0')
        return g_strdup (address);
      return strstr (message, address) != NULL ? g_strdup (message) : g_strdup_printf ("%s · %s", address, message);
    }

  for (guint i = 0; i < n_models; i++)
    {
      g_autoptr (EnclaveModelInfo) model = g_list_model_get_item (models, i);

      n_refused += enclave_model_info_get_remote (model) ? 1 : 0;
    }
  count = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u model", "%u models", n_models), n_models);
  for (guint flag = 1; flag <= warnings; flag <<= 1)
    if ((warnings & flag) != 0)
      return g_strdup_printf ("%s · %s · %s", address, count, enclave_server_warning_to_sentence (flag));
  if (n_refused == 0)
    return g_strdup_printf ("%s · %s", address, count);
  /* Translators: address, number of models, how many of these are refused. */
  return g_strdup_printf (_("%s · %s, %u refused"), address, count, n_refused);
}

static char *
describe_model (EnclaveModelInfo *model)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  EnclaveModelAdvice advice;
  g_autofree char *facts = NULL;

  if (enclave_model_info_get_remote (model))
    return g_strdup_printf (_("The server would send your text to %s"), enclave_model_info_get_remote_host (model));

  if (*enclave_model_info_get_parameters (model) != '\0')
    g_ptr_array_add (parts, g_strdup (enclave_model_info_get_parameters (model)));
  if (*enclave_model_info_get_quantization (model) != '\0')
    g_ptr_array_add (parts, g_strdup (enclave_model_info_get_quantization (model)));
  if (enclave_model_info_get_size_bytes (model) > 0)
    g_ptr_array_add (parts, g_format_size (enclave_model_info_get_size_bytes (model)));
  enclave_model_advice_make_here (model, &advice);
  facts = enclave_model_advice_dup_facts (&advice, TRUE);
  if (*facts != '\0')
    g_ptr_array_add (parts, g_strdup (facts));
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" · ", (char **) parts->pdata);
}

static GtkWidget *
new_model_row (EnclaveModelInfo *model)
{
  g_autofree char *subtitle = describe_model (model);
  GtkWidget *row = adw_action_row_new ();

  /* The server chose these words: they are text, never markup. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), enclave_model_info_get_name (model));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  if (enclave_model_info_get_remote (model))
    {
      adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                                 enclave_preferences_rows_new_tag (_("Leaves this machine"), "error"));
      gtk_widget_add_css_class (row, "enclave-leaves");
      gtk_widget_set_sensitive (row, FALSE);
    }
  return row;
}

static void
import_cb (EnclaveServerRow *self)
{
  g_signal_emit (self, signals[IMPORT], 0);
}

static gboolean
takes_files (EnclaveServerRow *self)
{
  return enclave_server_get_state (self->server) == ENCLAVE_SERVER_READY
         && enclave_endpoint_get_kind (enclave_server_get_endpoint (self->server)) == ENCLAVE_ENDPOINT_OLLAMA;
}

/* The last row of an Ollama that answers. */
static void
show_import (EnclaveServerRow *self)
{
  if (self->import_row != NULL)
    adw_expander_row_remove (ADW_EXPANDER_ROW (self), self->import_row);
  self->import_row = NULL;
  if (!takes_files (self))
    return;
  self->import_row = adw_action_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->import_row), _("Import a model file…"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->import_row), _("A GGUF file of this machine or of a stick"));
  adw_action_row_add_prefix (ADW_ACTION_ROW (self->import_row), gtk_image_new_from_icon_name ("list-add-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self->import_row), TRUE);
  g_signal_connect_object (self->import_row, "activated", G_CALLBACK (import_cb), self, G_CONNECT_SWAPPED);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), self->import_row);
}

static void
show_models (EnclaveServerRow *self)
{
  GListModel *models = enclave_server_get_models (self->server);
  gboolean opens;

  for (guint i = 0; i < self->model_rows->len; i++)
    adw_expander_row_remove (ADW_EXPANDER_ROW (self), g_ptr_array_index (self->model_rows, i));
  g_ptr_array_set_size (self->model_rows, 0);
  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (EnclaveModelInfo) model = g_list_model_get_item (models, i);
      GtkWidget *row = new_model_row (model);

      adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
      g_ptr_array_add (self->model_rows, row);
    }
  show_import (self);
  opens = self->model_rows->len > 0 || self->import_row != NULL;
  if (!opens)
    adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self), FALSE);
  adw_expander_row_set_enable_expansion (ADW_EXPANDER_ROW (self), opens);
}

/* The list comes anew with each look at the server; rows that still hold keep the focus that is in them. */
static gboolean
are_models_shown (EnclaveServerRow *self)
{
  GListModel *models = enclave_server_get_models (self->server);

  if (g_list_model_get_n_items (models) != self->model_rows->len)
    return FALSE;
  for (guint i = 0; i < self->model_rows->len; i++)
    {
      g_autoptr (EnclaveModelInfo) model = g_list_model_get_item (models, i);
      AdwActionRow *row = g_ptr_array_index (self->model_rows, i);
      g_autofree char *subtitle = describe_model (model);

      if (g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), enclave_model_info_get_name (model)) != 0
          || g_strcmp0 (adw_action_row_get_subtitle (row), subtitle) != 0)
        return FALSE;
    }
  return TRUE;
}

static void
show_state (EnclaveServerRow *self)
{
  EnclaveEndpoint *endpoint = enclave_server_get_endpoint (self->server);
  EnclaveEndpointKind kind = enclave_endpoint_get_kind (endpoint);
  g_autofree char *subtitle = describe (self->server);
  const char *tag_kind;
  const char *word = get_state_word (self->server, &tag_kind);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), kind == ENCLAVE_ENDPOINT_UNKNOWN
                                                               ? _("Server")
                                                               : enclave_endpoint_kind_to_name (kind));
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), subtitle);

  if (enclave_server_get_state (self->server) == ENCLAVE_SERVER_READY && !enclave_endpoint_get_is_local (endpoint))
    {
      word = _("Other machine");
      tag_kind = "warning";
    }
  else if (enclave_server_get_state (self->server) == ENCLAVE_SERVER_READY
           && enclave_inference_client_get_warnings (enclave_server_get_client (self->server)) != 0)
    {
      word = _("Warning");
      tag_kind = "warning";
    }
  gtk_label_set_label (GTK_LABEL (self->tag), word);
  for (guint i = 0; i < 3; i++)
    gtk_widget_remove_css_class (self->tag, (const char *[]) { "success", "warning", "error" }[i]);
  if (tag_kind != NULL)
    gtk_widget_add_css_class (self->tag, tag_kind);
}

static void
models_changed_cb (EnclaveServerRow *self)
{
  if (!are_models_shown (self) || takes_files (self) != (self->import_row != NULL))
    show_models (self);
  show_state (self);
}

static void
remove_clicked_cb (EnclaveServerRow *self)
{
  g_signal_emit (self, signals[REMOVED], 0);
}

static void
add_remove_button (EnclaveServerRow *self)
{
  g_autoptr (EnclaveServerSettings) fixed = enclave_server_settings_read (NULL);
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");
  g_autofree char *name = g_strdup_printf (
    _("Remove %s"), enclave_endpoint_get_address (enclave_server_get_endpoint (self->server)));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_set_sensitive (button, !fixed->fixed);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_clicked_cb), self, G_CONNECT_SWAPPED);
  adw_expander_row_add_action (ADW_EXPANDER_ROW (self), button);
}

static void
enclave_server_row_finalize (GObject *object)
{
  EnclaveServerRow *self = ENCLAVE_SERVER_ROW (object);

  g_clear_object (&self->server);
  g_clear_pointer (&self->model_rows, g_ptr_array_unref);
  G_OBJECT_CLASS (enclave_server_row_parent_class)->finalize (object);
}

static void
enclave_server_row_class_init (EnclaveServerRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_server_row_finalize;
  signals[REMOVED] = g_signal_new ("removed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[IMPORT] = g_signal_new ("import", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
}

static void
enclave_server_row_init (EnclaveServerRow *self)
{
  self->model_rows = g_ptr_array_new ();
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_expander_row_set_icon_name (ADW_EXPANDER_ROW (self), "network-server-symbolic");
  self->tag = enclave_preferences_rows_new_tag ("", NULL);
  adw_expander_row_add_action (ADW_EXPANDER_ROW (self), self->tag);
}

GtkWidget *
enclave_server_row_new (EnclaveServer *server)
{
  EnclaveServerRow *self;

  g_return_val_if_fail (ENCLAVE_IS_SERVER (server), NULL);

  self = g_object_new (ENCLAVE_TYPE_SERVER_ROW, NULL);
  self->server = g_object_ref (server);
  if (enclave_server_get_is_configured (server) && !enclave_server_get_is_managed (server))
    add_remove_button (self);
  g_signal_connect_object (server, "notify::state", G_CALLBACK (models_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (server, "notify::message", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (server, "notify::models", G_CALLBACK (models_changed_cb), self, G_CONNECT_SWAPPED);
  show_models (self);
  show_state (self);
  return GTK_WIDGET (self);
}

EnclaveServer *
enclave_server_row_get_server (EnclaveServerRow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SERVER_ROW (self), NULL);

  return self->server;
}
