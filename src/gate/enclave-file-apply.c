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

#include "enclave-file-apply-private.h"

#include "enclave-file-door.h"
#include "enclave-git-config.h"
#include "enclave-latin-1.h"
#include "enclave-limits.h"

static void
change_free (gpointer data)
{
  EnclaveFileChange *change = data;

  g_free (change->path);
  g_free (change->true_path);
  g_clear_pointer (&change->old_bytes, g_bytes_unref);
  g_clear_pointer (&change->new_bytes, g_bytes_unref);
  g_free (change);
}

EnclaveFileApply *
enclave_file_apply_new (EnclavePathResolver *resolver, EnclaveCheckpointStore *store, const EnclaveCheckpointLabel *label)
{
  EnclaveFileApply *self = g_new0 (EnclaveFileApply, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->resolver = g_object_ref (resolver);
  self->store = enclave_checkpoint_store_ref (store);
  self->label = label != NULL ? enclave_checkpoint_label_copy (label) : enclave_checkpoint_label_new (NULL, NULL, NULL, NULL, NULL);
  self->changes = g_ptr_array_new_with_free_func (change_free);
  self->created = g_ptr_array_new_with_free_func (g_free);

  return self;
}

EnclaveFileApply *
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
  g_clear_pointer (&self->plan, enclave_checkpoint_plan_free);
  g_clear_pointer (&self->record, enclave_checkpoint_record_unref);
  enclave_checkpoint_store_unref (self->store);
  enclave_checkpoint_label_free (self->label);
  g_ptr_array_unref (self->changes);
  g_ptr_array_unref (self->created);
  g_free (self);
}

EnclaveFileChange *
enclave_file_apply_append (EnclaveFileApply *self, const char *path, const char *true_path, GBytes *old_bytes,
                           GBytes *new_bytes)
{
  EnclaveFileChange *change = g_new0 (EnclaveFileChange, 1);

  change->path = g_strdup (path);
  change->true_path = g_strdup (true_path);
  change->old_bytes = old_bytes != NULL ? g_bytes_ref (old_bytes) : NULL;
  change->new_bytes = new_bytes != NULL ? g_bytes_ref (new_bytes) : NULL;
  g_ptr_array_add (self->changes, change);

  return change;
}

static EnclaveFileChange *
append_text (EnclaveFileApply *self, const char *path, const char *true_path, const char *old_text, const char *new_text)
{
  g_autoptr (GBytes) old_bytes = old_text != NULL ? g_bytes_new (old_text, strlen (old_text)) : NULL;
  g_autoptr (GBytes) new_bytes = new_text != NULL ? g_bytes_new (new_text, strlen (new_text)) : NULL;

  return enclave_file_apply_append (self, path, true_path, old_bytes, new_bytes);
}

void
enclave_file_apply_add (EnclaveFileApply *self, const char *path, const char *true_path, const char *old_text,
                        const char *new_text, guint32 new_mode, gboolean is_latin_1)
{
  EnclaveFileChange *change = append_text (self, path, true_path, old_text, new_text);

  change->new_mode = new_mode & 0777;
  change->is_latin_1 = is_latin_1;
}

void
enclave_file_apply_add_buffered (EnclaveFileApply *self, const char *path, const char *true_path, const char *old_text,
                                 const char *new_text)
{
  append_text (self, path, true_path, old_text, new_text)->is_buffered = TRUE;
}

guint
enclave_file_apply_get_n_changes (EnclaveFileApply *self)
{
  return self->changes->len;
}

static gboolean
set_changed (const EnclaveFileChange *change, GError **error)
{
  g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_CHANGED, NULL, change->path,
                                                    N_("Changing %s: the file is no longer what the change was made from"),
                                                    change->path));

  return FALSE;
}

static gboolean
holds_text (GBytes *bytes, const char *text)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (bytes, &length);

  return strlen (text) == length && memcmp (data, text, length) == 0;
}

/* Text as the bytes that a file in ISO-8859-1 has. */
static gboolean
encode (const EnclaveFileChange *change, GBytes **bytes, GError **error)
{
  g_autofree char *text = NULL;
  GBytes *encoded;
  const char *unknown;

  if (*bytes == NULL || g_bytes_get_size (*bytes) == 0)
    return TRUE;
  text = g_strndup (g_bytes_get_data (*bytes, NULL), g_bytes_get_size (*bytes));
  encoded = enclave_latin_1_encode (text, &unknown);
  if (encoded == NULL)
    {
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_TEXT, NULL, change->path,
                                                        N_("Changing %s: the new text has characters that the file’s encoding, "
                                                           "ISO-8859-1, has not"), change->path));
      return FALSE;
    }
  g_bytes_unref (*bytes);
  *bytes = encoded;

  return TRUE;
}

static gboolean
check_change (EnclaveFileApply *self, EnclaveFileChange *change, GError **error)
{
  g_autoptr(EnclaveFileContent) content = NULL;

  content = enclave_file_door_read (self->resolver, ENCLAVE_EFFECT_WRITE, change->path, error);
  if (content == NULL)
    return FALSE;
  if (!g_str_equal (content->true_path, change->true_path) || content->exists != (change->old_bytes != NULL))
    return set_changed (change, error);
  if (content->text_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&content->text_error));
      return FALSE;
    }
  if (change->old_bytes != NULL && !holds_text (change->old_bytes, content->text))
    return set_changed (change, error);
  change->before = content->stamp;

  return (!content->is_latin_1 || encode (change, &change->old_bytes, error))
         && (!(content->is_latin_1 || change->is_latin_1) || encode (change, &change->new_bytes, error));
}

/* Removes a file that is still in the state @expected and holds @seen. */
static gboolean
remove_file (int folder_fd, const char *name, GBytes *seen, const EnclaveFileStamp *expected, const EnclaveFileChange *change,
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
                                                    N_("Removing %s: %s"), change->path, g_strerror (errno)));

  return FALSE;
}

/* Puts @bytes (NULL: no file) where @expected is now, with @seen (NULL: no file) in it. @mode: of a file that is made. */
static gboolean
put (EnclaveFileApply *self, EnclaveFileChange *change, GBytes *bytes, GBytes *seen, const EnclaveFileStamp *expected,
     guint32 mode, GPtrArray *created, EnclaveFileStamp *result, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autofree char *name = NULL;
  EnclaveFileSaveFlags flags = (mode & 0111) != 0 ? ENCLAVE_FILE_SAVE_EXECUTABLE : ENCLAVE_FILE_SAVE_NONE;
  gboolean good;
  int fd;

  fd = enclave_path_resolver_open_parent (self->resolver, change->true_path, created, &name, error);
  if (fd < 0)
    return FALSE;

  memset (result, 0, sizeof *result);
  if (bytes == NULL)
    {
      good = remove_file (fd, name, seen, expected, change, error);
      close (fd);
      return good;
    }

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
                                             NULL, change->path, N_("Changing %s: %s"), change->path,
                                             local_error != NULL ? local_error->message : g_strerror (errno)));

  return FALSE;
}

gboolean
enclave_file_apply_revert (EnclaveFileApply *self, GError **error)
{
  gboolean good = TRUE;
  int root_fd = enclave_path_resolver_get_root_fd (self->resolver);

  for (guint i = self->changes->len; i > 0; i--)
    {
      EnclaveFileChange *change = g_ptr_array_index (self->changes, i - 1);
      EnclaveFileStamp result;

      if (!change->written)
        continue;
      if (put (self, change, change->old_bytes, change->new_bytes, &change->after, change->before.mode, NULL, &result,
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

/* The folders that will be made for @change, for whoever has to take them away again. */
static void
add_missing_folders (EnclaveFileApply *self, const char *relative)
{
  int root_fd = enclave_path_resolver_get_root_fd (self->resolver);

  for (const char *slash = strchr (relative, '/'); slash != NULL; slash = strchr (slash + 1, '/'))
    {
      g_autofree char *folder = g_strndup (relative, (gsize) (slash - relative));
      struct stat st;

      if (fstatat (root_fd, folder, &st, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT
          && !g_ptr_array_find_with_equal_func (self->record->folders, folder, g_str_equal, NULL))
        g_ptr_array_add (self->record->folders, g_steal_pointer (&folder));
    }
}

/* What no model is shown of a configuration of git is not kept beside it either. */
static gboolean
has_credentials (const EnclaveFileChange *change, GBytes *bytes)
{
  g_autofree char *text = NULL;
  gsize length;

  length = bytes != NULL ? g_bytes_get_size (bytes) : 0;
  if (length == 0)
    return FALSE;
  text = g_strndup (g_bytes_get_data (bytes, NULL), length);
  if (!enclave_git_config_is (change->true_path) && !enclave_git_config_looks_like (text))
    return FALSE;

  return length > ENCLAVE_GIT_CONFIG_MAX_BYTES || enclave_git_config_mask (text, strlen (text)) > 0;
}

static gboolean
describe_change (EnclaveFileApply *self, const EnclaveFileChange *change, GError **error)
{
  const char *root = enclave_path_resolver_get_root (self->resolver);
  const char *relative = change->true_path + strlen (root);
  EnclaveCheckpointFile *file;

  relative += strspn (relative, "/");
  if (has_credentials (change, change->old_bytes) || has_credentials (change, change->new_bytes))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   _("%s holds credentials, and those are not kept for undoing. Change it by yourself."), relative);
      return FALSE;
    }
  file = enclave_checkpoint_file_new (relative);
  g_ptr_array_add (self->record->files, file);
  file->is_buffered = change->is_buffered;
  file->old_mode = change->before.mode & 0777;
  file->new_mode = change->new_mode != 0 ? change->new_mode : change->before.mode & 0777;
  if (change->old_bytes != NULL)
    file->old_object = enclave_checkpoint_plan_add_object (self->plan, change->old_bytes, error);
  if (change->new_bytes != NULL && (change->old_bytes == NULL || file->old_object != NULL))
    file->new_object = enclave_checkpoint_plan_add_object (self->plan, change->new_bytes, error);
  if (!change->is_buffered && change->new_bytes != NULL)
    add_missing_folders (self, relative);

  return (change->old_bytes == NULL) == (file->old_object == NULL) && (change->new_bytes == NULL) == (file->new_object == NULL);
}

static gboolean
describe_all (EnclaveFileApply *self, GError **error)
{
  g_clear_pointer (&self->record, enclave_checkpoint_record_unref);
  self->record = enclave_checkpoint_record_new ();
  self->record->time = g_get_real_time () / G_USEC_PER_SEC;
  g_free (self->record->conversation);
  g_free (self->record->turn);
  g_free (self->record->title);
  self->record->conversation = g_strdup (self->label->conversation);
  self->record->turn = g_strdup (self->label->turn);
  self->record->title = g_strdup (self->label->title);
  if (self->label->undoes != NULL)
    g_array_append_vals (self->record->undoes, self->label->undoes->data, self->label->undoes->len);
  for (guint i = 0; self->label->emptied != NULL && i < self->label->emptied->len; i++)
    g_ptr_array_add (self->record->emptied, g_strdup (g_ptr_array_index (self->label->emptied, i)));
  for (guint i = 0; i < self->changes->len; i++)
    if (!describe_change (self, g_ptr_array_index (self->changes, i), error))
      return FALSE;

  return enclave_checkpoint_plan_write (self->plan, self->record, error);
}

/* Before the first byte: what can't be taken back is not done. */
static gboolean
write_plan (EnclaveFileApply *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (describe_all (self, &local_error))
    return TRUE;
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    {
      g_clear_error (&local_error);
      /* All but the newest turn gives way to what is about to happen. */
      if (enclave_checkpoint_plan_prune (self->plan, 0, enclave_checkpoint_may_stay, self->resolver, &local_error)
          && describe_all (self, &local_error))
        return TRUE;
    }
  g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_FAILED, NULL, NULL,
                                                    N_("Nothing was changed, because what is there now could not be kept "
                                                       "for undoing: %s"),
                                                    local_error->message));

  return FALSE;
}

static gboolean
begin (EnclaveFileApply *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  self->plan = enclave_checkpoint_store_begin (self->store, ENCLAVE_CHECKPOINT_WAIT_MS, &local_error);
  if (self->plan != NULL
      && enclave_file_apply_recover (self->resolver, self->store, self->plan, FALSE, NULL, &local_error))
    return TRUE;

  g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_FAILED, NULL, NULL, N_("Nothing was changed: %s"),
                                                    local_error->message));
  g_clear_pointer (&self->plan, enclave_checkpoint_plan_free);

  return FALSE;
}

static void
end (EnclaveFileApply *self)
{
  g_clear_pointer (&self->plan, enclave_checkpoint_plan_free);
}

void
enclave_file_apply_remove_emptied (EnclavePathResolver *resolver, const EnclaveCheckpointRecord *record)
{
  int root_fd = enclave_path_resolver_get_root_fd (resolver);

  for (guint i = record->emptied->len; i > 0; i--)
    {
      const char *folder = g_ptr_array_index (record->emptied, i - 1);
      g_autofree char *inside = g_build_filename (enclave_path_resolver_get_root (resolver), folder, "x", NULL);
      g_autofree char *name = NULL;
      int fd = enclave_path_resolver_open_parent (resolver, inside, NULL, &name, NULL);

      /* Only when no link has taken the place of one of them, and nothing is left in it. */
      if (fd < 0)
        continue;
      close (fd);
      unlinkat (root_fd, folder, AT_REMOVEDIR);
    }
}

static gboolean
take_back (EnclaveFileApply *self, GError **error)
{
  return enclave_file_apply_recover (self->resolver, self->store, self->plan, TRUE, NULL, error);
}

static gboolean
write_changes (EnclaveFileApply *self, GError **error)
{
  for (guint i = 0; i < self->changes->len; i++)
    {
      EnclaveFileChange *change = g_ptr_array_index (self->changes, i);
      g_autoptr(GError) revert_error = NULL;

      if (change->is_buffered)
        continue;
      if (put (self, change, change->new_bytes, change->old_bytes, &change->before, change->new_mode, self->created,
               &change->after, error))
        continue;
      if (!take_back (self, &revert_error))
        g_prefix_error (error, _("Some files could not be put back (%s). "), revert_error->message);
      return FALSE;
    }

  return TRUE;
}

static gboolean
run (EnclaveFileApply *self, GCancellable *cancellable, GError **error)
{
  if (!begin (self, error))
    return FALSE;
  for (guint i = 0; i < self->changes->len; i++)
    {
      EnclaveFileChange *change = g_ptr_array_index (self->changes, i);

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || (!change->is_buffered && !check_change (self, change, error)))
        {
          end (self);
          return FALSE;
        }
    }
  if (write_plan (self, error) && write_changes (self, error))
    return TRUE;
  end (self);

  return FALSE;
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
  EnclaveFileApply *self = task_data;
  g_autoptr(GError) error = NULL;
  gboolean good = take_back (self, &error);

  end (self);
  if (good)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
commit_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  EnclaveFileApply *self = task_data;
  g_autoptr(GError) error = NULL;

  enclave_file_apply_remove_emptied (self->resolver, self->record);
  if (!enclave_checkpoint_plan_commit (self->plan, self->record, &error)
      || !enclave_checkpoint_plan_prune (self->plan, ENCLAVE_CHECKPOINT_MAX_BYTES, enclave_checkpoint_may_stay, self->resolver, &error))
    g_message ("The history of changes: %s", error->message);
  end (self);
  g_task_return_boolean (task, TRUE);
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
enclave_file_apply_commit_async (EnclaveFileApply *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, enclave_file_apply_commit_async);
  g_task_set_task_data (task, enclave_file_apply_ref (self), (GDestroyNotify) enclave_file_apply_unref);
  g_task_run_in_thread (task, commit_worker);
}

void
enclave_file_apply_commit_finish (EnclaveFileApply *self, GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
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
