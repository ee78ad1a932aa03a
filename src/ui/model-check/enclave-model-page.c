/* enclave-model-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-accessible.h"
#include "enclave-model-check.h"
#include "enclave-model-page-private.h"
#include "enclave-model-report.h"
#include "enclave-model-check-resources.h"
#include "enclave-model-roles.h"

typedef struct
{
  EnclaveServer *server;
  EnclaveModelInfo *model;
} Candidate;

enum
{
  CHECKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveModelPage, enclave_model_page, GTK_TYPE_WIDGET)

static void
candidate_free (gpointer data)
{
  Candidate *candidate = data;

  g_object_unref (candidate->server);
  g_object_unref (candidate->model);
  g_free (candidate);
}

static void
set_shown (EnclaveModelPage *self, EnclaveServer *server, EnclaveModelInfo *model)
{
  g_autofree char *before = self->model != NULL ? enclave_model_info_dup_digest (self->model) : NULL;
  g_autofree char *now = model != NULL ? enclave_model_info_dup_digest (model) : NULL;

  /* The list is made anew with each look at the servers; the model is mostly the same. */
  if (self->server != server || g_strcmp0 (before, now) != 0)
    {
      g_clear_pointer (&self->failure, g_free);
      enclave_model_settings_set_model (self->model_settings, model);
    }
  g_set_object (&self->server, server);
  g_set_object (&self->model, model);
  g_clear_pointer (&self->record, enclave_model_record_free);
  g_clear_pointer (&self->before, enclave_model_record_free);
  if (model != NULL)
    self->record = enclave_model_record_load (model);
  if (model != NULL && self->record == NULL)
    self->before = enclave_model_record_load_previous (model);
  _enclave_model_page_show (self);
}

/* The models that can be checked, and of them the one to show. */
static void
fill_models (EnclaveModelPage *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  GListModel *servers = G_LIST_MODEL (enclave_model_choice_get_servers (self->choice));
  EnclaveModelInfo *used = enclave_model_choice_get_model (self->choice);
  guint position = GTK_INVALID_LIST_POSITION;

  /* What is being checked stays what is shown. */
  if (self->cancellable != NULL || self->showing)
    return;
  g_ptr_array_set_size (self->candidates, 0);
  for (guint i = 0; i < g_list_model_get_n_items (servers); i++)
    {
      g_autoptr (EnclaveServer) server = g_list_model_get_item (servers, i);
      GListModel *models = enclave_server_get_models (server);

      for (guint k = 0; k < g_list_model_get_n_items (models); k++)
        {
          g_autoptr (EnclaveModelInfo) model = g_list_model_get_item (models, k);
          Candidate *candidate;
          g_autofree char *name = NULL;

          if (enclave_model_info_get_remote (model))
            continue;
          name = g_strdup_printf ("%s · %s", enclave_model_info_get_name (model), enclave_server_get_place (server));
          if (self->picked ? server == self->server && self->model != NULL
                               && strcmp (enclave_model_info_get_id (model), enclave_model_info_get_id (self->model)) == 0
                           : model == used)
            position = self->candidates->len;
          candidate = g_new0 (Candidate, 1);
          candidate->server = g_object_ref (server);
          candidate->model = g_object_ref (model);
          g_ptr_array_add (self->candidates, candidate);
          gtk_string_list_append (names, name);
        }
    }
  if (position == GTK_INVALID_LIST_POSITION && self->candidates->len > 0 && used == NULL)
    position = 0;
  self->showing = TRUE;
  adw_combo_row_set_model (self->models, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->models, position);
  self->showing = FALSE;
  gtk_widget_set_visible (gtk_widget_get_ancestor (GTK_WIDGET (self->models), GTK_TYPE_LIST_BOX),
                          self->candidates->len > 1);
  if (position < self->candidates->len)
    {
      Candidate *candidate = g_ptr_array_index (self->candidates, position);

      set_shown (self, candidate->server, candidate->model);
    }
  else
    set_shown (self, enclave_model_choice_get_server (self->choice), used);
}

static void
selected_cb (EnclaveModelPage *self)
{
  guint position = adw_combo_row_get_selected (self->models);
  Candidate *candidate;

  if (self->showing || position >= self->candidates->len)
    return;
  candidate = g_ptr_array_index (self->candidates, position);
  self->picked = candidate->model != enclave_model_choice_get_model (self->choice);
  set_shown (self, candidate->server, candidate->model);
}

static void
step_cb (EnclaveCheckItem item, const EnclaveModelRecord *so_far, gpointer user_data)
{
  EnclaveModelPage *self = user_data;

  /* The page may be gone while its check still ends. */
  if (self->cancellable == NULL)
    return;
  self->at = item;
  _enclave_model_page_show_items (self, so_far);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveModelPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveModelRecord) record
    = enclave_model_check_finish (ENCLAVE_INFERENCE_CLIENT (source), result, &error);

  /* The tab was closed. */
  if (self->cancellable == NULL)
    return;
  g_clear_object (&self->cancellable);
  if (record != NULL)
    {
      if (!enclave_model_record_save (record, self->model, &error))
        self->failure = g_strdup (error->message);
      g_clear_pointer (&self->record, enclave_model_record_free);
      g_clear_pointer (&self->before, enclave_model_record_free);
      self->record = g_steal_pointer (&record);
      g_signal_emit (self, signals[CHECKED], 0);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->failure = g_strdup (error->message);
  _enclave_model_page_show (self);
  fill_models (self);
}

static void
check_cb (EnclaveModelPage *self)
{
  if (self->cancellable != NULL)
    {
      g_cancellable_cancel (self->cancellable);
      return;
    }
  if (self->model == NULL)
    return;
  g_clear_pointer (&self->failure, g_free);
  self->cancellable = g_cancellable_new ();
  self->at = ENCLAVE_CHECK_STREAM;
  _enclave_model_page_show_items (self, NULL);
  _enclave_model_page_show (self);
  enclave_model_check_async (enclave_server_get_client (self->server), self->model, self->cancellable, step_cb, checked_cb,
                             g_object_ref (self));
}

static void
use_cb (EnclaveModelPage *self)
{
  if (self->model == NULL)
    return;
  self->picked = FALSE;
  enclave_model_choice_set (self->choice, self->server, self->model);
}

static void
suggest_cb (EnclaveModelPage *self)
{
  g_autofree char *choice = NULL;

  if (self->showing || self->settings == NULL || self->model == NULL)
    return;
  choice = gtk_switch_get_active (self->suggest) ? enclave_model_role_choice_to_text (self->server, self->model) : g_strdup ("");
  g_settings_set_string (self->settings, "completion-model", choice);
}

static void
add_item (EnclaveModelPage *self, guint i)
{
  EnclaveModelItem *item = &self->rows[i];

  item->row = adw_action_row_new ();
  /* The words beside them say the same. */
  item->sign = g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  item->spinner
    = g_object_new (GTK_TYPE_SPINNER, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, "visible", FALSE, NULL);
  item->value = GTK_LABEL (gtk_label_new (""));
  gtk_widget_add_css_class (GTK_WIDGET (item->value), "enclave-quiet");
  /* A server wrote some of these words: they are text, never markup. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (item->row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (item->row), enclave_model_report_get_title ((EnclaveCheckItem) i));
  adw_action_row_add_prefix (ADW_ACTION_ROW (item->row), GTK_WIDGET (item->spinner));
  adw_action_row_add_prefix (ADW_ACTION_ROW (item->row), GTK_WIDGET (item->sign));
  adw_action_row_add_suffix (ADW_ACTION_ROW (item->row), GTK_WIDGET (item->value));
  gtk_list_box_append (self->items, item->row);
}

static GtkLabel *
add_label (GtkBox *box, const char *css_class, gboolean quiet)
{
  GtkWidget *label = gtk_label_new ("");

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, css_class);
  if (quiet)
    gtk_widget_add_css_class (label, "enclave-quiet");
  gtk_box_append (box, label);
  return GTK_LABEL (label);
}

static void
add_tile (EnclaveModelPage *self, EnclaveModelTile *tile)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  gtk_widget_add_css_class (box, "enclave-card");
  gtk_widget_add_css_class (box, "enclave-tile");
  tile->title = add_label (GTK_BOX (box), "caption", TRUE);
  tile->value = add_label (GTK_BOX (box), "title-3", FALSE);
  tile->note = add_label (GTK_BOX (box), "caption", TRUE);
  gtk_box_append (self->tiles, box);
}

static void
enclave_model_page_dispose (GObject *object)
{
  EnclaveModelPage *self = ENCLAVE_MODEL_PAGE (object);

  g_clear_object (&self->server);
  g_clear_object (&self->model);
  g_clear_object (&self->choice);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->candidates, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), ENCLAVE_TYPE_MODEL_PAGE);

  G_OBJECT_CLASS (enclave_model_page_parent_class)->dispose (object);
}

static void
enclave_model_page_finalize (GObject *object)
{
  EnclaveModelPage *self = ENCLAVE_MODEL_PAGE (object);

  g_clear_pointer (&self->record, enclave_model_record_free);
  g_clear_pointer (&self->before, enclave_model_record_free);
  g_free (self->failure);

  G_OBJECT_CLASS (enclave_model_page_parent_class)->finalize (object);
}

/* A tab that is closed ends its check: it would go on asking a server for nobody. */
static void
enclave_model_page_unroot (GtkWidget *widget)
{
  EnclaveModelPage *self = ENCLAVE_MODEL_PAGE (widget);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  GTK_WIDGET_CLASS (enclave_model_page_parent_class)->unroot (widget);
}

/* The first thing to do here. */
static gboolean
enclave_model_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (ENCLAVE_MODEL_PAGE (widget)->check_button);
}

#define BIND_CHILD(name) gtk_widget_class_bind_template_child (widget_class, EnclaveModelPage, name)

static void
enclave_model_page_class_init (EnclaveModelPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_model_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_model_page_finalize;
  widget_class->grab_focus = enclave_model_page_grab_focus;
  widget_class->unroot = enclave_model_page_unroot;
  signals[CHECKED] = g_signal_new ("checked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);

  enclave_model_check_get_resource ();
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/model-check/enclave-model-page.ui");
  BIND_CHILD (scrolled);
  BIND_CHILD (bar);
  BIND_CHILD (icon);
  BIND_CHILD (headline);
  BIND_CHILD (facts);
  BIND_CHILD (note);
  BIND_CHILD (models);
  BIND_CHILD (items);
  BIND_CHILD (tiles);
  BIND_CHILD (manner_row);
  BIND_CHILD (advice_row);
  BIND_CHILD (suggest_row);
  BIND_CHILD (suggest);
  BIND_CHILD (settings_box);
  BIND_CHILD (revealer);
  BIND_CHILD (details);
  BIND_CHILD (details_button);
  BIND_CHILD (check_button);
  BIND_CHILD (use_button);
  gtk_widget_class_bind_template_callback (widget_class, check_cb);
  gtk_widget_class_bind_template_callback (widget_class, use_cb);
}

static void
enclave_model_page_init (EnclaveModelPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->candidates = g_ptr_array_new_with_free_func (candidate_free);
  for (guint i = 0; i < ENCLAVE_MODEL_PAGE_N_ROWS; i++)
    add_item (self, i);
  for (guint i = 0; i < ENCLAVE_MODEL_PAGE_N_TILES; i++)
    add_tile (self, &self->tile[i]);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->suggest_row), FALSE);
  self->model_settings = ENCLAVE_MODEL_SETTINGS (enclave_model_settings_new ());
  gtk_widget_set_hexpand (GTK_WIDGET (self->model_settings), TRUE);
  gtk_box_append (self->settings_box, GTK_WIDGET (self->model_settings));
  g_signal_connect_swapped (self->models, "notify::selected", G_CALLBACK (selected_cb), self);
  enclave_accessible_watch_combo_row (self->models);
  g_signal_connect_swapped (self->suggest, "notify::active", G_CALLBACK (suggest_cb), self);
  g_signal_connect_swapped (self->details_button, "toggled", G_CALLBACK (_enclave_model_page_show_details), self);
  g_signal_connect (self, "map", G_CALLBACK (enclave_accessible_mend), NULL);
}

GtkWidget *
enclave_model_page_new (EnclaveModelChoice *choice, GSettings *settings)
{
  EnclaveModelPage *self;

  g_return_val_if_fail (ENCLAVE_IS_MODEL_CHOICE (choice), NULL);
  g_return_val_if_fail (settings == NULL || G_IS_SETTINGS (settings), NULL);

  self = g_object_new (ENCLAVE_TYPE_MODEL_PAGE, NULL);
  self->choice = g_object_ref (choice);
  g_set_object (&self->settings, settings);
  g_signal_connect_object (choice, "changed", G_CALLBACK (fill_models), self, G_CONNECT_SWAPPED);
  if (settings != NULL)
    {
      g_signal_connect_object (settings, "changed::completion-model", G_CALLBACK (_enclave_model_page_show), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (settings, "changed::edit-model", G_CALLBACK (_enclave_model_page_show), self, G_CONNECT_SWAPPED);
    }
  fill_models (self);
  return GTK_WIDGET (self);
}
