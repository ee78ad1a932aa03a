/* enclave-editor-page-save.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Saving an editor page and the question before it closes.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-editor-page-private.h"

typedef struct
{
  GFile *file;  /* (nullable): the document's own */
  gboolean force;
} Save;

static void
save_free (gpointer data)
{
  Save *save = data;

  g_clear_object (&save->file);
  g_free (save);
}

static void
show_save_failure (EnclaveEditorPage *self, const GError *error)
{
  g_autofree char *text = NULL;

  /* Translators: first the name of a file, then why. */
  text = g_strdup_printf (_("%s was not saved: %s"), enclave_document_get_title (self->document), error->message);
  enclave_info_row_present (self->info_row, ENCLAVE_EDITOR_NOTE_SAVE_FAILED, "dialog-error-symbolic", text, NULL,
                            (const char *const[]) { "dismiss", _("Dismiss"), "save-as", _("Save as…"), "save",
                                                    _("Try again"), NULL });
}

static void saved_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static void
run_save (GTask *task)
{
  EnclaveEditorPage *self = g_task_get_source_object (task);
  Save *save = g_task_get_task_data (task);

  if (self->hold_reason != NULL)
    {
      if (self->held_saves == NULL)
        self->held_saves = g_ptr_array_new_with_free_func (g_object_unref);
      g_ptr_array_add (self->held_saves, task);
      enclave_info_row_present (self->info_row, ENCLAVE_EDITOR_NOTE_SAVE_HELD, "dialog-information-symbolic", self->hold_reason, NULL,
                                (const char *const[]) { NULL });
      return;
    }
  enclave_document_save_async (self->document, save->file, save->force, g_task_get_cancellable (task), saved_cb, task);
}

static void
drop_held (EnclaveEditorPage *self)
{
  g_autoptr (GPtrArray) held = g_steal_pointer (&self->held_saves);

  for (guint i = 0; held != NULL && i < held->len; i++)
    g_task_return_boolean (g_ptr_array_index (held, i), FALSE);
}

void
enclave_editor_page_hold_saves (EnclaveEditorPage *self, const char *reason)
{
  g_autoptr (GPtrArray) held = NULL;

  g_return_if_fail (ENCLAVE_IS_EDITOR_PAGE (self));

  g_free (self->hold_reason);
  self->hold_reason = g_strdup (reason);
  if (reason != NULL || self->held_saves == NULL)
    return;
  held = g_steal_pointer (&self->held_saves);
  if (self->document != NULL)
    enclave_info_row_withdraw (self->info_row, ENCLAVE_EDITOR_NOTE_SAVE_HELD);
  for (guint i = 0; i < held->len; i++)
    {
      GTask *task = g_ptr_array_index (held, i);
      const Save *save = g_task_get_task_data (task);

      /* closed meanwhile; or there is nothing to save, and what is on the disk now is shown */
      if (self->document == NULL || (save->file == NULL && !enclave_document_get_modified (self->document)))
        g_task_return_boolean (task, self->document != NULL);
      else
        run_save (g_object_ref (task));
    }
}

static void
ask_overwrite (EnclaveEditorPage *self, GTask *task)
{
  g_autofree char *text = NULL;

  if (self->overwrite_task != NULL)
    {
      g_autoptr (GTask) older = g_steal_pointer (&self->overwrite_task);

      g_task_return_boolean (older, FALSE);
    }

  self->overwrite_task = task;
  text = g_strdup_printf (_("%s changed on disk since it was opened."),
                          enclave_document_get_title (self->document));
  enclave_info_row_present (self->info_row, ENCLAVE_EDITOR_NOTE_OVERWRITE, "dialog-warning-symbolic", text, NULL,
                            (const char *const[]) { "cancel", _("Cancel"), "!overwrite", _("Save anyway"), NULL });
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  EnclaveEditorPage *self = g_task_get_source_object (task);
  gboolean saved = enclave_document_save_finish (ENCLAVE_DOCUMENT (source), result, &error);

  if (self->document == NULL)
    {
      g_task_return_boolean (task, saved);
      return;
    }

  if (saved)
    {
      const Save *save = g_task_get_task_data (task);

      /* the copy of a file that was only shown */
      if (save->file != NULL)
        _enclave_editor_page_take (self);
      enclave_info_row_withdraw (self->info_row, ENCLAVE_EDITOR_NOTE_SAVE_FAILED);
      _enclave_editor_page_update_notes (self);
      g_task_return_boolean (task, TRUE);
      return;
    }

  if (g_error_matches (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_CHANGED)
      || g_error_matches (error, ENCLAVE_FILE_SAVE_ERROR, ENCLAVE_FILE_SAVE_ERROR_CHANGED))
    {
      enclave_document_check_disk (self->document);
      ask_overwrite (self, g_steal_pointer (&task));
      return;
    }

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_save_failure (self, error);
  g_task_return_boolean (task, FALSE);
}

static void
chosen_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveEditorPage *self = g_task_get_source_object (task);
  Save *save = g_task_get_task_data (task);
  g_autoptr (GtkFileChooserNative) chooser = g_steal_pointer (&self->chooser);

  if (response == GTK_RESPONSE_ACCEPT)
    save->file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  gtk_native_dialog_destroy (dialog);

  if (save->file == NULL || self->document == NULL)
    {
      g_task_return_boolean (task, FALSE);
      return;
    }

  /* the chooser has asked before it gives the name of a file that is there */
  save->force = TRUE;
  run_save (g_steal_pointer (&task));
}

static void
ask_name (EnclaveEditorPage *self, GTask *task)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GFile *file = enclave_document_get_file (self->document);

  if (self->chooser != NULL)
    {
      gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
      g_task_return_boolean (task, FALSE);
      g_object_unref (task);
      return;
    }

  self->chooser = gtk_file_chooser_native_new (_("Save as"), GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                               GTK_FILE_CHOOSER_ACTION_SAVE, _("Save"), _("Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  if (file != NULL)
    gtk_file_chooser_set_file (GTK_FILE_CHOOSER (self->chooser), file, NULL);
  else
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), enclave_document_get_title (self->document));

  g_signal_connect (self->chooser, "response", G_CALLBACK (chosen_cb), task);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

void
enclave_editor_page_save_async (EnclaveEditorPage *self, gboolean as, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ENCLAVE_IS_EDITOR_PAGE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_editor_page_save_async);
  g_task_set_task_data (task, g_new0 (Save, 1), save_free);

  if (!enclave_document_get_loaded (self->document) || (!self->editable && !(as && self->is_foreign)))
    g_task_return_boolean (task, FALSE);
  else if (as || enclave_document_get_file (self->document) == NULL)
    ask_name (self, g_steal_pointer (&task));
  else
    run_save (g_steal_pointer (&task));
}

gboolean
enclave_editor_page_save_finish (EnclaveEditorPage *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
saved_to_close_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveEditorPage *self = ENCLAVE_EDITOR_PAGE (source);

  g_task_return_boolean (task, enclave_editor_page_save_finish (self, result, NULL));
}

static void
answer_close (EnclaveEditorPage *self, const char *id)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->close_task);

  if (task == NULL)
    return;

  if (g_str_equal (id, "save"))
    {
      /* before the task is handed over: the order of arguments is the compiler's */
      GCancellable *cancellable = g_task_get_cancellable (task);

      enclave_editor_page_save_async (self, FALSE, cancellable, saved_to_close_cb, g_steal_pointer (&task));
    }
  else
    {
      if (g_str_equal (id, "discard"))
        {
          drop_held (self);
          enclave_document_drop_draft (self->document);
        }
      g_task_return_boolean (task, g_str_equal (id, "discard"));
    }
}

static void
answer_overwrite (EnclaveEditorPage *self, const char *id)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->overwrite_task);

  if (task == NULL)
    return;

  if (g_str_equal (id, "overwrite"))
    {
      Save *save = g_task_get_task_data (task);

      save->force = TRUE;
      run_save (g_steal_pointer (&task));
    }
  else
    {
      g_task_return_boolean (task, FALSE);
    }
}

gboolean
_enclave_editor_page_save_response (EnclaveEditorPage *self, guint key, const char *id)
{
  switch (key)
    {
    case ENCLAVE_EDITOR_NOTE_CLOSE:
      answer_close (self, id);
      return TRUE;

    case ENCLAVE_EDITOR_NOTE_OVERWRITE:
      answer_overwrite (self, id);
      return TRUE;

    case ENCLAVE_EDITOR_NOTE_SAVE_FAILED:
      if (g_str_has_prefix (id, "save"))
        enclave_editor_page_save_async (self, g_str_equal (id, "save-as"), NULL, NULL, NULL);
      return TRUE;

    default:
      return FALSE;
    }
}

void
_enclave_editor_page_cancel_questions (EnclaveEditorPage *self)
{
  g_autoptr (GTask) close_task = g_steal_pointer (&self->close_task);
  g_autoptr (GTask) overwrite_task = g_steal_pointer (&self->overwrite_task);

  if (close_task != NULL)
    g_task_return_boolean (close_task, FALSE);
  if (overwrite_task != NULL)
    g_task_return_boolean (overwrite_task, FALSE);
  if (self->chooser != NULL)
    gtk_native_dialog_hide (GTK_NATIVE_DIALOG (self->chooser));
}

static void
close_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  EnclaveEditorPage *self = ENCLAVE_EDITOR_PAGE (user_data);

  /* answered by another tab: the question goes without an answer */
  if (self->close_task != NULL)
    {
      enclave_info_row_withdraw (self->info_row, ENCLAVE_EDITOR_NOTE_CLOSE);
      answer_close (self, "cancel");
    }
}

/**
 * enclave_editor_page_query_close_async:
 * @cancellable: (nullable): to be cancelled in the main thread only
 */
void
enclave_editor_page_query_close_async (EnclaveEditorPage *self, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *text = NULL;

  g_return_if_fail (ENCLAVE_IS_EDITOR_PAGE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_source_tag (task, enclave_editor_page_query_close_async);

  if (!enclave_document_get_modified (self->document) || !self->editable || self->is_dropped)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  /* asked again: the new asker gets the answer */
  if (self->close_task != NULL)
    {
      g_autoptr (GTask) older = g_steal_pointer (&self->close_task);

      g_task_return_boolean (older, FALSE);
    }
  self->close_task = g_steal_pointer (&task);

  if (cancellable != NULL)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (close_cancelled_cb), self, 0);

  /* Translators: %s is the name of a file. */
  text = g_strdup_printf (_("Save changes to %s before closing?"), enclave_document_get_title (self->document));
  enclave_info_row_present (self->info_row, ENCLAVE_EDITOR_NOTE_CLOSE, "dialog-question-symbolic", text, NULL,
                            (const char *const[]) { "!discard", _("Discard"), "cancel", _("Cancel"), "*save",
                                                    _("Save"), NULL });
  enclave_info_row_focus (self->info_row);
}

gboolean
enclave_editor_page_query_close_finish (EnclaveEditorPage *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
