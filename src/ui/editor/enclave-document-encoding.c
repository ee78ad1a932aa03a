/* enclave-document-encoding.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bytes of a file as other text, and the text as other bytes.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-document-private.h"

static void
read_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  EnclaveDocumentWork *work = task_data;
  GError *error = NULL;
  EnclaveTextFile *read = enclave_text_file_read_as (work->text_file, work->encoding, &error);

  if (read != NULL)
    g_task_return_pointer (task, read, g_object_unref);
  else
    g_task_return_error (task, error);
}

gboolean
enclave_document_can_read_as (EnclaveDocument *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), FALSE);

  return self->file != NULL && self->loaded && self->busy == 0 && !self->is_new && !self->disk_unknown
         && self->disk_state == ENCLAVE_DISK_SAME && !enclave_document_get_modified (self);
}

void
enclave_document_read_as_async (EnclaveDocument *self, const char *encoding, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  EnclaveDocumentWork *work;

  g_return_if_fail (ENCLAVE_IS_DOCUMENT (self) && encoding != NULL);
  g_return_if_fail (enclave_document_can_read_as (self));

  work = g_new0 (EnclaveDocumentWork, 1);
  work->file = g_object_ref (self->file);
  work->text_file = g_object_ref (self->text_file);
  work->encoding = g_strdup (encoding);
  work->n_changes = self->n_changes;
  task = _enclave_document_begin_work (self, enclave_document_read_as_async, work, cancellable, callback, user_data);
  g_task_run_in_thread (task, read_thread);
}

gboolean
enclave_document_read_as_finish (EnclaveDocument *self, GAsyncResult *result, GError **error)
{
  g_autoptr (EnclaveTextFile) read = NULL;
  EnclaveDocumentWork *work;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  work = g_task_get_task_data (G_TASK (result));
  read = g_task_propagate_pointer (G_TASK (result), error);
  if (read == NULL)
    return FALSE;
  if (self->text_file != work->text_file || self->n_changes != work->n_changes)
    {
      g_set_error_literal (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_CHANGED, _("The text was changed meanwhile."));
      return FALSE;
    }
  g_free (self->encoding);
  self->encoding = g_strdup (work->encoding);
  _enclave_document_take_text (self, read);
  return TRUE;
}

void
enclave_document_write_as (EnclaveDocument *self, const char *encoding, gboolean has_bom)
{
  g_autoptr (EnclaveTextFile) written = NULL;

  g_return_if_fail (ENCLAVE_IS_DOCUMENT (self) && encoding != NULL);

  if (!self->loaded || self->text_file == NULL || self->busy > 0)
    return;

  written = enclave_text_file_new_written_as (self->text_file, encoding, has_bom);
  g_free (self->encoding);
  self->encoding = g_strdup (encoding);
  g_set_object (&self->text_file, written);
  if (self->file == NULL)
    return;
  /* The bytes on disk are others now, though the text is the same. */
  self->disk_unknown = TRUE;
  _enclave_document_settle (self);
}
