/* enclave-file-operation.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-file-operation-private.h"
#include "enclave-utf8.h"

static void
work_free (gpointer data)
{
  EnclaveFileWork *work = data;

  g_clear_object (&work->file);
  g_clear_object (&work->target);
  g_free (work);
}

gboolean
enclave_file_operation_check_name (const char *name, GError **error)
{
  const char *problem = NULL;

  g_return_val_if_fail (name != NULL, FALSE);

  if (*name == '\0')
    problem = _("Write a name.");
  else if (strchr (name, '/') != NULL)
    problem = _("A name has no slash in it.");
  else if (g_str_equal (name, ".") || g_str_equal (name, ".."))
    problem = _("This name stands for a folder that is there.");
  else if (strlen (name) > NAME_MAX)
    problem = _("The name is too long.");
  for (const char *p = name; problem == NULL && *p != '\0'; p++)
    if ((guint8) *p < 0x20 || *p == 0x7f)
      problem = _("A name has no control characters in it.");
  if (problem == NULL)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME, problem);
  return FALSE;
}

void
_enclave_file_operation_return_errno (GTask *task, GFile *file, int code)
{
  g_autofree char *base = g_file_get_basename (file);
  g_autofree char *name = enclave_utf8_display_name (base);

  if (code == EEXIST)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_EXISTS, _("“%s” is there already."), name);
  else if (code == EXDEV)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                             _("“%s” can’t be moved to another file system."), name);
  else if (code == EINVAL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_WOULD_RECURSE, _("A folder can’t be moved into itself."));
  else
    g_task_return_new_error (task, G_IO_ERROR, g_io_error_from_errno (code), "“%s”: %s", name, g_strerror (code));
}

static void
make_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  EnclaveFileWork *work = task_data;
  const char *path = g_file_peek_path (work->file);
  int fd = -1;

  if (work->is_folder ? mkdir (path, 0777) != 0
                      : (fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666)) < 0)
    {
      _enclave_file_operation_return_errno (task, work->file, errno);
      return;
    }
  if (fd >= 0)
    close (fd);
  g_task_return_pointer (task, g_object_ref (work->file), g_object_unref);
}

int
_enclave_file_operation_rename (const char *from, const char *to)
{
  int result = renameat2 (AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);

  if (result != 0 && errno == EEXIST)
    {
      struct stat before;
      struct stat there;

      /* Another case of the same name, where the file system makes no difference. */
      if (lstat (from, &before) == 0 && lstat (to, &there) == 0 && before.st_ino == there.st_ino
          && before.st_dev == there.st_dev && before.st_nlink == 1)
        result = rename (from, to);
      else
        errno = EEXIST;
    }
  else if (result != 0 && (errno == ENOSYS || errno == EINVAL))
    {
      g_autofree char *inside = g_strconcat (from, "/", NULL);
      struct stat there;

      /* A file system without that flag: asked first, which is nearly as good. */
      if (g_str_has_prefix (to, inside))
        errno = EINVAL;
      else if (lstat (to, &there) == 0)
        errno = EEXIST;
      else
        result = rename (from, to);
    }
  return result;
}

static void
move_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  EnclaveFileWork *work = task_data;

  if (_enclave_file_operation_rename (g_file_peek_path (work->file), g_file_peek_path (work->target)) != 0)
    _enclave_file_operation_return_errno (task, errno == EEXIST ? work->target : work->file, errno);
  else
    g_task_return_pointer (task, g_object_ref (work->target), g_object_unref);
}

static void
trash_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  EnclaveFileWork *work = task_data;
  GError *error = NULL;

  if (!g_file_trash (work->file, cancellable, &error))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_object_ref (work->file), g_object_unref);
}

/* Takes @target. */
static void
run (GFile *file, GFile *target, gboolean is_folder, GTaskThreadFunc function, GCancellable *cancellable,
     GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  EnclaveFileWork *work = g_new0 (EnclaveFileWork, 1);

  g_task_set_source_tag (task, run);
  work->file = g_object_ref (file);
  work->target = target;
  work->is_folder = is_folder;
  g_task_set_task_data (task, work, work_free);
  if (g_file_peek_path (file) == NULL || (target != NULL && g_file_peek_path (target) == NULL))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _("Only files of this machine can be used."));
  else
    g_task_run_in_thread (task, function);
}

void
enclave_file_operation_make_async (GFile *folder, const char *name, gboolean is_folder, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GFile) file = NULL;

  g_return_if_fail (G_IS_FILE (folder));
  g_return_if_fail (enclave_file_operation_check_name (name, NULL));

  file = g_file_get_child (folder, name);
  run (file, NULL, is_folder, make_in_thread, cancellable, callback, user_data);
}

void
enclave_file_operation_move_async (GFile *file, GFile *folder, const char *name, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (G_IS_FILE (file) && G_IS_FILE (folder));
  g_return_if_fail (enclave_file_operation_check_name (name, NULL));

  run (file, g_file_get_child (folder, name), FALSE, move_in_thread, cancellable, callback, user_data);
}

void
enclave_file_operation_trash_async (GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_return_if_fail (G_IS_FILE (file));

  run (file, NULL, FALSE, trash_in_thread, cancellable, callback, user_data);
}

void
enclave_file_operation_restore_async (GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (G_IS_FILE (file));

  run (file, NULL, FALSE, _enclave_file_operation_restore_in_thread, cancellable, callback, user_data);
}

GFile *
enclave_file_operation_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, run), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
