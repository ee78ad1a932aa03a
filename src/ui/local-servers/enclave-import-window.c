/* enclave-import-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-import-window.h"

#include <glib/gi18n-lib.h>

#include "enclave-accessible.h"
#include "enclave-model-file-group.h"
#include "enclave-model-import.h"
#include "enclave-local-servers-resources.h"
#include "enclave-preferences-rows.h"

#define PROGRESS_MS 200

struct _EnclaveImportWindow
{
  AdwWindow parent_instance;

  EnclaveModelFileGroup *file_group;
  GtkWidget *name_entry;
  GtkLabel *name_error;
  GtkWidget *sum_entry;
  GtkWidget *sum_row;
  GtkWidget *progress_box;
  GtkProgressBar *bar;
  GtkLabel *stage;
  GtkLabel *result;
  GtkWidget *import_button;
  GtkWidget *cancel_button;

  EnclaveServer *server;
  EnclaveServerList *list;
  EnclaveModelImport *import; /* while one goes on */
  GCancellable *cancellable;
  guint timer;
};

G_DEFINE_FINAL_TYPE (EnclaveImportWindow, enclave_import_window, ADW_TYPE_WINDOW)

static void
update (EnclaveImportWindow *self)
{
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name_entry));
  g_autoptr (GError) error = NULL;
  gboolean named = *name != '\0' && enclave_model_import_check_name (name, &error);
  gboolean busy = self->import != NULL;

  enclave_preferences_rows_set_error (self->name_entry, self->name_error, error != NULL ? error->message : NULL);
  gtk_widget_set_sensitive (self->import_button, named && !busy && enclave_model_file_group_get_file (self->file_group) != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->file_group), !busy);
  gtk_widget_set_sensitive (self->name_entry, !busy);
  gtk_widget_set_sensitive (self->sum_entry, !busy);
  gtk_widget_set_visible (self->progress_box, busy);
}

static void
file_changed_cb (EnclaveImportWindow *self)
{
  EnclaveModelFile *file = enclave_model_file_group_get_file (self->file_group);

  gtk_widget_set_visible (self->sum_row, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->result), FALSE);
  if (file != NULL)
    {
      g_autofree char *name = enclave_model_import_suggest_name (enclave_model_file_get_name (file));

      gtk_editable_set_text (GTK_EDITABLE (self->name_entry), name);
    }
  update (self);
}

static void
show_sum (EnclaveImportWindow *self, EnclaveModelImport *import)
{
  const char *sum = enclave_model_import_get_sha256 (import);

  gtk_widget_set_visible (self->sum_row, sum != NULL);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->sum_row), sum != NULL ? sum : "");
}

static gboolean
progress_cb (gpointer user_data)
{
  EnclaveImportWindow *self = user_data;
  double fraction = enclave_model_import_get_fraction (self->import);
  g_autofree char *text = NULL;

  if (fraction >= 0)
    gtk_progress_bar_set_fraction (self->bar, fraction);
  else
    gtk_progress_bar_pulse (self->bar);
  switch (enclave_model_import_get_stage (self->import))
    {
    case ENCLAVE_MODEL_IMPORT_HASHING:
      text = g_strdup_printf (_("Computing SHA-256, %d %%"), (int) (fraction * 100));
      break;
    case ENCLAVE_MODEL_IMPORT_SENDING:
      text = g_strdup_printf (_("Copying into Ollama, %d %%"), (int) (fraction * 100));
      break;
    case ENCLAVE_MODEL_IMPORT_CREATING:
    case ENCLAVE_MODEL_IMPORT_WAITING:
    case ENCLAVE_MODEL_IMPORT_DONE:
    default:
      text = g_strdup (_("Ollama makes the model"));
    }
  gtk_label_set_label (self->stage, text);
  show_sum (self, self->import);
  return G_SOURCE_CONTINUE;
}

static void
show_result (EnclaveImportWindow *self, const char *text, gboolean failed)
{
  gtk_label_set_label (self->result, text);
  gtk_widget_set_visible (GTK_WIDGET (self->result), TRUE);
  if (failed)
    gtk_widget_add_css_class (GTK_WIDGET (self->result), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->result), "error");
}

static void
imported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveImportWindow) self = user_data;
  EnclaveModelImport *import = ENCLAVE_MODEL_IMPORT (source);
  g_autoptr (GError) error = NULL;
  gboolean done = enclave_model_import_run_finish (import, result, &error);

  /* Closed meanwhile. */
  if (self->import != import)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  show_sum (self, import);
  g_clear_object (&self->import);
  if (done)
    {
      g_autofree char *text = g_strdup_printf (_("Ollama has the model %s now."), gtk_editable_get_text (GTK_EDITABLE (self->name_entry)));

      enclave_server_list_refresh_async (self->list, NULL, NULL, NULL);
      show_result (self, text, FALSE);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_result (self, _("Cancelled. Nothing was added."), FALSE);
  else
    show_result (self, error->message, TRUE);
  update (self);
}

static void
import_cb (EnclaveImportWindow *self)
{
  EnclaveModelFile *file = enclave_model_file_group_get_file (self->file_group);

  if (file == NULL || self->import != NULL)
    return;
  gtk_widget_set_visible (GTK_WIDGET (self->result), FALSE);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->import = enclave_model_import_new (enclave_server_get_client (self->server), file,
                                           gtk_editable_get_text (GTK_EDITABLE (self->name_entry)),
                                           gtk_editable_get_text (GTK_EDITABLE (self->sum_entry)));
  self->timer = g_timeout_add (PROGRESS_MS, progress_cb, self);
  enclave_model_import_run_async (self->import, self->cancellable, imported_cb, g_object_ref (self));
  /* Before the field that has the focus takes no more. */
  gtk_widget_set_visible (self->progress_box, TRUE);
  gtk_widget_grab_focus (self->cancel_button);
  update (self);
}

static void
cancel_cb (EnclaveImportWindow *self)
{
  g_cancellable_cancel (self->cancellable);
}

static void
enclave_import_window_dispose (GObject *object)
{
  EnclaveImportWindow *self = ENCLAVE_IMPORT_WINDOW (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->import);
  g_clear_object (&self->server);
  g_clear_object (&self->list);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_IMPORT_WINDOW);
  G_OBJECT_CLASS (enclave_import_window_parent_class)->dispose (object);
}

#define BIND_CHILD(name) gtk_widget_class_bind_template_child (widget_class, EnclaveImportWindow, name)

static void
enclave_import_window_class_init (EnclaveImportWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_import_window_dispose;

  enclave_local_servers_get_resource ();
  g_type_ensure (ENCLAVE_TYPE_MODEL_FILE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/local-servers/enclave-import-window.ui");
  BIND_CHILD (file_group);
  BIND_CHILD (name_entry);
  BIND_CHILD (name_error);
  BIND_CHILD (sum_entry);
  BIND_CHILD (sum_row);
  BIND_CHILD (progress_box);
  BIND_CHILD (bar);
  BIND_CHILD (stage);
  BIND_CHILD (result);
  BIND_CHILD (import_button);
  BIND_CHILD (cancel_button);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, file_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, import_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
enclave_import_window_init (EnclaveImportWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "map", G_CALLBACK (enclave_accessible_mend), NULL);
}

GtkWidget *
enclave_import_window_new (EnclaveServer *server, EnclaveServerList *list)
{
  EnclaveImportWindow *self;

  g_return_val_if_fail (ENCLAVE_IS_SERVER (server) && ENCLAVE_IS_SERVER_LIST (list), NULL);

  self = g_object_new (ENCLAVE_TYPE_IMPORT_WINDOW, NULL);
  self->server = g_object_ref (server);
  self->list = g_object_ref (list);
  update (self);
  return GTK_WIDGET (self);
}
