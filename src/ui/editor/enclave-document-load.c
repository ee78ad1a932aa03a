/* enclave-document-load.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A document comes from its file.
 */

#include "config.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdlib.h>

#include "enclave-document-private.h"
#include "enclave-limits.h"
#include "enclave-utf8.h"

static void
resolve_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  GFile *file = task_data;
  const char *path = g_file_peek_path (file);
  char *resolved;

  if (path == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _("Only files of this machine can be opened."));
      return;
    }

  resolved = realpath (path, NULL);
  if (resolved == NULL)
    {
      int code = errno;

      if (code == ELOOP)
        g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TOO_MANY_LINKS,
                                 _("It is a link that leads back to itself. Make the link anew, or open the file that it was made for."));
      else
        g_task_return_new_error (task, G_IO_ERROR, g_io_error_from_errno (code), "%s", g_strerror (code));
      return;
    }

  /* realpath() allocates with malloc(), which is what g_free() takes */
  g_task_return_pointer (task, resolved, g_free);
}

void
_enclave_document_resolve_async (EnclaveDocument *self, GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, _enclave_document_resolve_async);
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  /* A dead network file system must not hold the one who cancels. */
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, resolve_thread);
}

static void load_resolved_cb (GObject *source, GAsyncResult *result, gpointer user_data);

/* @task: taken. */
static void
resolve (EnclaveDocument *self, GTask *task)
{
  _enclave_document_resolve_async (self, self->file, g_task_get_cancellable (task), load_resolved_cb, task);
}

/* The file has been moved since: what was read, or not found, is that of the old place. @task: (transfer full), taken when it begins
 * anew. */
static gboolean
load_again_where_moved (EnclaveDocument *self, GTask *task)
{
  EnclaveDocumentWork *work = g_task_get_task_data (task);

  if (g_file_equal (work->file, self->file))
    return FALSE;
  g_set_object (&work->file, self->file);
  g_clear_error (&work->too_large);
  resolve (self, task);
  return TRUE;
}

/* @error: taken. */
static void
fail (EnclaveDocument *self, GTask *task, GError *error)
{
  _enclave_document_drop_peek (self);
  g_task_return_error (task, error);
}

static void
text_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveTextFile) text_file = enclave_text_file_load_finish (result, &error);
  EnclaveDocument *self = g_task_get_source_object (task);
  EnclaveDocumentWork *work = g_task_get_task_data (task);

  if (g_cancellable_is_cancelled (self->cancellable))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
      return;
    }
  if (load_again_where_moved (self, task))
    {
      g_steal_pointer (&task);
      return;
    }
  if (text_file == NULL)
    {
      fail (self, task, g_steal_pointer (&error));
      return;
    }

  self->longest_line = enclave_text_file_get_longest_line (text_file);
  if (self->longest_line > ENCLAVE_EDITOR_MAX_LINE_BYTES && !work->any_line)
    {
      g_autofree char *size = g_format_size (self->longest_line);

      fail (self, task,
            g_error_new (ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_TOO_LARGE,
                         _("One line of this file has %s. Showing it takes long and may make the window "
                           "unresponsive."),
                         size));
      return;
    }

  self->is_new = FALSE;
  _enclave_document_set_text_file (self, text_file);
  _enclave_document_watch (self);
  _enclave_document_fill (self, task);
}

static void
take_wanted_ends (EnclaveDocument *self)
{
  EnclaveLineEnds wanted = _enclave_document_get_wanted_ends (self, self->line_ends);

  if (self->line_ends != wanted)
    {
      self->line_ends = wanted;
      g_object_notify (G_OBJECT (self), "line-ends");
    }
}

/* Where a link leads that leads to nothing, "" for a plain name; an error where no file can be made. */
static void
look_for_place_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  const char *path = task_data;
  g_autofree char *place = enclave_text_file_resolve (path, NULL);
  g_autofree char *folder = g_path_get_dirname (place != NULL ? place : path);
  g_autofree char *target = NULL;
  g_autofree char *shown = NULL;
  gboolean is_link = g_file_test (path, G_FILE_TEST_IS_SYMLINK);

  if (place != NULL && g_file_test (folder, G_FILE_TEST_IS_DIR))
    {
      g_task_return_pointer (task, is_link ? g_steal_pointer (&place) : g_strdup (""), g_free);
      return;
    }
  if (!is_link)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s", g_strerror (ENOENT));
      return;
    }
  target = g_file_read_link (path, NULL);
  shown = enclave_utf8_display_name (target != NULL ? target : path);
  /* Translators: %s is a path. */
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           _("It is a link to %s, whose folder does not exist. Make the folder, or the link anew."), shown);
}

static void
place_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  EnclaveDocument *self = ENCLAVE_DOCUMENT (source);
  g_autoptr (EnclaveTextFile) empty = NULL;
  g_autofree char *place = g_task_propagate_pointer (G_TASK (result), &error);

  if (load_again_where_moved (self, task))
    {
      g_steal_pointer (&task);
      return;
    }
  if (place == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  empty = _enclave_document_new_empty (self);
  self->is_new = TRUE;
  g_clear_pointer (&self->link_target, g_free);
  if (*place != '\0')
    self->link_target = g_steal_pointer (&place);
  _enclave_document_set_text_file (self, empty);
  take_wanted_ends (self);
  _enclave_document_watch (self);
  _enclave_document_fill (self, task);
}

/* @task: taken. */
static void
look_for_place (EnclaveDocument *self, GTask *task)
{
  g_autoptr (GTask) look = g_task_new (self, g_task_get_cancellable (task), place_found_cb, task);

  g_task_set_source_tag (look, look_for_place);
  g_task_set_task_data (look, g_file_get_path (self->file), g_free);
  g_task_set_return_on_cancel (look, TRUE);
  g_task_run_in_thread (look, look_for_place_thread);
}

static void
load_resolved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  EnclaveDocument *self = ENCLAVE_DOCUMENT (source);
  GCancellable *cancellable = g_task_get_cancellable (task);
  EnclaveDocumentWork *work = g_task_get_task_data (task);
  g_autofree char *path = g_task_propagate_pointer (G_TASK (result), &error);

  if (load_again_where_moved (self, task))
    {
      g_steal_pointer (&task);
      return;
    }
  if (path == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) && g_file_peek_path (self->file) != NULL)
    {
      look_for_place (self, g_steal_pointer (&task));
      return;
    }

  if (path == NULL)
    {
      fail (self, task, g_steal_pointer (&error));
      return;
    }

  g_free (self->true_path);
  self->true_path = g_steal_pointer (&path);
  if (work->too_large != NULL)
    {
      fail (self, task, g_steal_pointer (&work->too_large));
      return;
    }
  enclave_text_file_load_as_async (self->file, self->encoding, cancellable, text_loaded_cb, g_steal_pointer (&task));
}

static void
load_config_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveDocument *self = g_task_get_source_object (task);

  self->editor_config = enclave_editor_config_find_finish (result);
  resolve (self, g_steal_pointer (&task));
}

static void
peeked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveDocument *self = g_task_get_source_object (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  EnclaveDocumentWork *work = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!g_cancellable_is_cancelled (self->cancellable))
    _enclave_document_peek_finish (self, result, &error);
  /* what else is wrong with the file, the one who reads all of it will say */
  if (g_error_matches (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_TOO_LARGE))
    work->too_large = g_steal_pointer (&error);
  if (self->use_editor_config && work->too_large == NULL)
    enclave_editor_config_find_async (self->file, cancellable, load_config_cb, g_steal_pointer (&task));
  else
    resolve (self, g_steal_pointer (&task));
}

/**
 * enclave_document_load_async:
 * @any_line: show lines of any length
 *
 * Opens nothing that can block: the file routine refuses all but regular files.
 */
void
enclave_document_load_async (EnclaveDocument *self, gboolean any_line, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  EnclaveDocumentWork *work;
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_DOCUMENT (self));
  g_return_if_fail (self->file != NULL);

  work = g_new0 (EnclaveDocumentWork, 1);
  work->any_line = any_line;
  work->file = g_object_ref (self->file);
  task = _enclave_document_begin_work (self, enclave_document_load_async, work, cancellable, callback, user_data);
  _enclave_document_peek_async (self, cancellable, peeked_cb, task);
}

gboolean
enclave_document_load_finish (EnclaveDocument *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
