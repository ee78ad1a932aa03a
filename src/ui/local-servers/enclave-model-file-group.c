/* enclave-model-file-group.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-model-file-group.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-preferences-rows.h"
#include "enclave-utf8.h"

/* After the last key, before the file is looked at. */
#define LOOK_MS 300

struct _EnclaveModelFileGroup
{
  AdwPreferencesGroup parent_instance;

  GtkWidget *entry;
  GtkWidget *facts_row;
  GtkLabel *error;

  EnclaveModelFile *file;
  EnclaveGgufHeader *header;
  GCancellable *cancellable;
  guint look;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveModelFileGroup, enclave_model_file_group, ADW_TYPE_PREFERENCES_GROUP)

char *
enclave_model_file_group_expand (const char *text)
{
  g_autofree char *bare = g_strstrip (g_strdup (text));

  g_return_val_if_fail (text != NULL, NULL);

  if (g_str_has_prefix (bare, "file:"))
    return g_filename_from_uri (bare, NULL, NULL);
  if (g_str_has_prefix (bare, "~/"))
    return g_build_filename (g_get_home_dir (), bare + 2, NULL);
  return g_path_is_absolute (bare) ? g_steal_pointer (&bare) : NULL;
}

static void
chosen_cb (GtkNativeDialog *dialog, int response, GtkEditable *entry)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  g_autofree char *uri = path != NULL && !g_utf8_validate (path, -1, NULL) ? g_file_get_uri (file) : NULL;

  if (path != NULL)
    gtk_editable_set_text (entry, uri != NULL ? uri : path);
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

void
enclave_model_file_group_choose (GtkWidget *entry, const char *title, const char *pattern)
{
  GtkRoot *root = gtk_widget_get_root (entry);
  GtkFileChooserNative *chooser;
  g_autofree char *path = NULL;

  g_return_if_fail (GTK_IS_EDITABLE (entry));

  path = enclave_model_file_group_expand (gtk_editable_get_text (GTK_EDITABLE (entry)));
  chooser = gtk_file_chooser_native_new (title, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, GTK_FILE_CHOOSER_ACTION_OPEN,
                                         _("Choose"), _("Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  if (pattern != NULL)
    {
      g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
      g_autoptr (GtkFileFilter) all = gtk_file_filter_new ();

      gtk_file_filter_set_name (filter, pattern);
      gtk_file_filter_add_pattern (filter, pattern);
      gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), filter);
      gtk_file_filter_set_name (all, _("All files"));
      gtk_file_filter_add_pattern (all, "*");
      gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), all);
    }
  if (path != NULL)
    {
      g_autoptr (GFile) file = g_file_new_for_path (path);

      gtk_file_chooser_set_file (GTK_FILE_CHOOSER (chooser), file, NULL);
    }
  g_signal_connect_object (chooser, "response", G_CALLBACK (chosen_cb), entry, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
show_facts (EnclaveModelFileGroup *self)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  g_autofree char *parameters = NULL;

  gtk_widget_set_visible (self->facts_row, self->header != NULL);
  if (self->header == NULL)
    return;
  name = enclave_utf8_display_name (*self->header->name != '\0' ? self->header->name : enclave_model_file_get_name (self->file));
  parameters = enclave_gguf_header_dup_parameters (self->header);
  g_ptr_array_add (parts, enclave_utf8_display_name (self->header->architecture));
  if (*parameters != '\0')
    g_ptr_array_add (parts, g_steal_pointer (&parameters));
  if (*self->header->quantization != '\0')
    g_ptr_array_add (parts, g_strdup (self->header->quantization));
  g_ptr_array_add (parts, g_format_size (enclave_model_file_get_size (self->file)));
  if (self->header->context_length > 0)
    g_ptr_array_add (parts, g_strdup_printf (_("trained for a window of %'u"), self->header->context_length));
  g_ptr_array_add (parts, NULL);
  text = g_strjoinv (" · ", (char **) parts->pdata);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->facts_row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->facts_row), text);
}

static void
take (EnclaveModelFileGroup *self, EnclaveModelFile *file, EnclaveGgufHeader *header, const char *error)
{
  g_set_object (&self->file, file);
  g_clear_pointer (&self->header, enclave_gguf_header_free);
  self->header = header;
  enclave_preferences_rows_set_error (self->entry, self->error, error);
  show_facts (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveModelFileGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveModelFile) file = enclave_model_file_open_finish (result, &error);
  g_autoptr (EnclaveGgufHeader) header = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->entry == NULL)
    return;
  if (file != NULL)
    header = enclave_gguf_header_parse (enclave_model_file_get_head (file), enclave_model_file_get_first_size (file), &error);
  if (header != NULL && header->missing_bytes > 0)
    {
      g_autofree char *missing = g_format_size (header->missing_bytes);
      g_autofree char *message = g_strdup_printf (_("The model file is cut: %s are missing at its end. Copy it again."), missing);

      take (self, NULL, NULL, message);
      return;
    }
  if (header == NULL)
    take (self, NULL, NULL, error->message);
  else
    take (self, file, g_steal_pointer (&header), NULL);
}

static gboolean
look_cb (gpointer user_data)
{
  EnclaveModelFileGroup *self = user_data;
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autofree char *path = enclave_model_file_group_expand (text);

  self->look = 0;
  if (path == NULL)
    {
      take (self, NULL, NULL, *text != '\0' ? _("Write the whole path of the model file, such as /media/stick/model.gguf.") : NULL);
      return G_SOURCE_REMOVE;
    }
  self->cancellable = g_cancellable_new ();
  enclave_model_file_open_async (path, self->cancellable, opened_cb, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static void
text_changed_cb (EnclaveModelFileGroup *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->look, g_source_remove);
  take (self, NULL, NULL, NULL);
  self->look = g_timeout_add (LOOK_MS, look_cb, self);
}

static void
choose_cb (EnclaveModelFileGroup *self)
{
  enclave_model_file_group_choose (self->entry, _("Choose a model file"), "*.gguf");
}

static void
enclave_model_file_group_dispose (GObject *object)
{
  EnclaveModelFileGroup *self = ENCLAVE_MODEL_FILE_GROUP (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->look, g_source_remove);
  g_clear_object (&self->file);
  g_clear_pointer (&self->header, enclave_gguf_header_free);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_MODEL_FILE_GROUP);
  G_OBJECT_CLASS (enclave_model_file_group_parent_class)->dispose (object);
}

static void
enclave_model_file_group_class_init (EnclaveModelFileGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_model_file_group_dispose;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/local-servers/enclave-model-file-group.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveModelFileGroup, entry);
  gtk_widget_class_bind_template_child (widget_class, EnclaveModelFileGroup, facts_row);
  gtk_widget_class_bind_template_child (widget_class, EnclaveModelFileGroup, error);
  gtk_widget_class_bind_template_callback (widget_class, text_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_cb);
}

static void
enclave_model_file_group_init (EnclaveModelFileGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

EnclaveModelFile *
enclave_model_file_group_get_file (EnclaveModelFileGroup *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_FILE_GROUP (self), NULL);

  return self->file;
}

const EnclaveGgufHeader *
enclave_model_file_group_get_header (EnclaveModelFileGroup *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_FILE_GROUP (self), NULL);

  return self->header;
}

void
enclave_model_file_group_set_path (EnclaveModelFileGroup *self, const char *path)
{
  g_return_if_fail (ENCLAVE_IS_MODEL_FILE_GROUP (self) && path != NULL);

  gtk_editable_set_text (GTK_EDITABLE (self->entry), path);
}

void
enclave_model_file_group_focus (EnclaveModelFileGroup *self)
{
  g_return_if_fail (ENCLAVE_IS_MODEL_FILE_GROUP (self));

  gtk_widget_grab_focus (self->entry);
}
