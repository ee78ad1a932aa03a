/* enclave-file-apply.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "enclave-file-apply.h"

#include "enclave-file-door.h"
#include "enclave-file-save.h"

typedef struct
{
  char *path;
  char *true_path;
  char *old_text;
  char *new_text;
  EnclaveFileStamp before;
  EnclaveFileStamp after;
  gboolean written;
} Change;

struct _EnclaveFileApply
{
  gatomicrefcount ref_count;
  EnclavePathResolver *resolver;
  GPtrArray *changes;
  GPtrArray *created; /* folders, outermost first */
};

static void
change_free (gpointer data)
{
  Change *change = data;

  g_free (change->path);
  g_free (change->true_path);
  g_free (change->old_text);
  g_free (change->new_text);
  g_free (change);
}

EnclaveFileApply *
enclave_file_apply_new (EnclavePathResolver *resolver)
{
  EnclaveFileApply *self = g_new0 (EnclaveFileApply, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->resolver = g_object_ref (resolver);
  self->changes = g_ptr_array_new_with_free_func (change_free);
  self->created = g_ptr_array_new_with_free_func (g_free);

  return self;
}

static EnclaveFileApply *
enclave_file_apply_ref (EnclaveFileApply *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
enclave_file_apply_unref (EnclaveFileApply *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_object_unref (self->resolver);
  g_ptr_array_unref (self->changes);
  g_ptr_array_unref (self->created);
  g_free (self);
}

void
enclave_file_apply_add (EnclaveFileApply *self, const char *path, const char *true_path, const char *old_text,
                        const char *new_text)
{
  Change *change = g_new0 (Change, 1);

  change->path = g_strdup (path);
  change->true_path = g_strdup (true_path);
  change->old_text = g_strdup (old_text);
  change->new_text = g_strdup (new_text);
  g_ptr_array_add (self->changes, change);
}

guint
enclave_file_apply_get_n_changes (EnclaveFileApply *self)
{
  return self->changes->len;
}

static gboolean
set_changed (const Change *change, GError **error)
{
  g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_CHANGED, NULL, change->path,
                                                    _("Changing %s: the file is no longer what the change was made from"),
                                                    change->path));

  return FALSE;
}

static gboolean
check_change (EnclaveFileApply *self, Change *change, GError **error)
{
  g_autoptr(EnclaveFileContent) content = NULL;

  content = enclave_file_door_read (self->resolver, ENCLAVE_EFFECT_WRITE, change->path, error);
  if (content == NULL)
    return FALSE;
  if (!g_str_equal (content->true_path, change->true_path) || content->exists != (change->old_text != NULL))
    return set_changed (change, error);
  if (content->text_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&content->text_error));
      return FALSE;
    }
  if (g_strcmp0 (content->text, change->old_text) != 0)
    return set_changed (change, error);
  change->before = content->stamp;

  return TRUE;
}

/* Removes a file that is still in the state @expected and holds @seen. */
static gboolean
remove_file (int folder_fd, const char *name, GBytes *seen, const EnclaveFileStamp *expected, const Change *change,
             GError **error)
{
  EnclaveFileStamp now = { 0 };
  struct stat st;

  if (fstatat (folder_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
    enclave_file_stamp_from_stat (&now, &st);
  if (!enclave_file_stamp_equal (&now, expected)
      || (seen != NULL && !enclave_file_save_holds (folder_fd, name, seen)))
    return set_changed (change, error);
  if (unlinkat (folder_fd, name, 0) == 0)
    return TRUE;

  g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_FAILED, NULL, change->path,
                                                    _("Removing %s: %s"), change->path, g_strerror (errno)));

  return FALSE;
}

/* Puts @text (NULL: no file) where @expected is now, with @seen (NULL: no file) in it. */
static gboolean
put (EnclaveFileApply *self, Change *change, const char *text, const char *seen_text,
     const EnclaveFileStamp *expected, guint32 mode, GPtrArray *created, EnclaveFileStamp *result, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GBytes) seen = seen_text != NULL ? g_bytes_new_static (seen_text, strlen (seen_text)) : NULL;
  g_autofree char *name = NULL;
  EnclaveFileSaveFlags flags = (mode & 0111) != 0 ? ENCLAVE_FILE_SAVE_EXECUTABLE : ENCLAVE_FILE_SAVE_NONE;
  gboolean good;
  int fd;

  fd = enclave_path_resolver_open_parent (self->resolver, change->true_path, created, &name, error);
  if (fd < 0)
    return FALSE;

  memset (result, 0, sizeof *result);
  if (text == NULL)
    {
      good = remove_file (fd, name, seen, expected, change, error);
      close (fd);
      return good;
    }

  bytes = g_bytes_new_static (text, strlen (text));
  good = enclave_file_save_seen (fd, name, bytes, seen, expected, flags, result, &local_error);
  if (good && !expected->exists && mode != 0)
    good = fchmodat (fd, name, mode & 07777, 0) == 0 || errno == EPERM;
  close (fd);
  if (good)
    return TRUE;

  g_propagate_error (error,
                     enclave_gate_error_new (g_error_matches (local_error, ENCLAVE_FILE_SAVE_ERROR,
                                                              ENCLAVE_FILE_SAVE_ERROR_CHANGED)
                                                 ? ENCLAVE_GATE_ERROR_CHANGED
                                                 : ENCLAVE_GATE_ERROR_FAILED,
                                             NULL, change->path, _("Changing %s: %s"), change->path,
                                             local_error != NULL ? local_error->message : g_strerror (errno)));

  return FALSE;
}

/* Goes on after a failure: as much as possible is to be as before. */
static gboolean
revert (EnclaveFileApply *self, GError **error)
{
  gboolean good = TRUE;
  int root_fd = enclave_path_resolver_get_root_fd (self->resolver);

  for (guint i = self->changes->len; i > 0; i--)
    {
      Change *change = g_ptr_array_index (self->changes, i - 1);
      EnclaveFileStamp result;

      if (!change->written)
        continue;
      if (put (self, change, change->old_text, change->new_text, &change->after, change->before.mode, NULL, &result,
               good ? error : NULL))
        change->written = FALSE;
      else
        good = FALSE;
    }
  for (guint i = self->created->len; i > 0; i--)
    unlinkat (root_fd, g_ptr_array_index (self->created, i - 1), AT_REMOVEDIR);
  g_ptr_array_set_size (self->created, 0);

  return good;
}

static gboolean
run (EnclaveFileApply *self, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < self->changes->len; i++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !check_change (self, g_ptr_array_index (self->changes, i), error))
        return FALSE;
    }

  for (guint i = 0; i < self->changes->len; i++)
    {
      Change *change = g_ptr_array_index (self->changes, i);
      g_autoptr(GError) revert_error = NULL;

      if (put (self, change, change->new_text, change->old_text, &change->before, 0, self->created, &change->after, error))
        {
          change->written = TRUE;
          continue;
        }
      if (!revert (self, &revert_error))
        g_prefix_error (error, _("Some files could not be put back (%s). "), revert_error->message);
      return FALSE;
    }

  return TRUE;
}

static void
run_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr(GError) error = NULL;

  if (run (task_data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
revert_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr(GError) error = NULL;

  if (revert (task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
enclave_file_apply_run_async (EnclaveFileApply *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, enclave_file_apply_run_async);
  g_task_set_task_data (task, enclave_file_apply_ref (self), (GDestroyNotify) enclave_file_apply_unref);
  /* What was written counts, even when the user has stopped the turn meanwhile. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, run_worker);
}

gboolean
enclave_file_apply_run_finish (EnclaveFileApply *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
enclave_file_apply_revert_async (EnclaveFileApply *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, enclave_file_apply_revert_async);
  g_task_set_task_data (task, enclave_file_apply_ref (self), (GDestroyNotify) enclave_file_apply_unref);
  g_task_run_in_thread (task, revert_worker);
}

gboolean
enclave_file_apply_revert_finish (EnclaveFileApply *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
