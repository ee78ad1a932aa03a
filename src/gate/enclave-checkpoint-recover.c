/* enclave-checkpoint-recover.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "enclave-file-apply-private.h"

#include "enclave-file-door.h"
#include "enclave-limits.h"
#include "enclave-state-dir.h"

typedef enum
{
  FOUND_UNTOUCHED, /* as it was before */
  FOUND_WRITTEN,   /* as it was to become */
  FOUND_TORN,      /* written in place, and not to the end */
  FOUND_CHANGED,   /* somebody else's since */
} Found;

typedef struct
{
  EnclavePathResolver *resolver;
  EnclaveCheckpointStore *store;
  EnclaveCheckpointPlan *plan;
  EnclaveCheckpointRecord *record;
  EnclaveFileApply *files;
  guint n_files;
  guint n_untouched;
  guint n_written;
  guint n_torn;
  GPtrArray *changed; /* (element-type EnclaveCheckpointFile) (transfer none) */
  gboolean only_back;
} Recovery;

static gboolean
is_same (GBytes *a, GBytes *b)
{
  return a == NULL || b == NULL ? a == b : g_bytes_equal (a, b);
}

/* Whether writes in place, cut at any place, leave what begins with @data: the new bytes over the old ones, and the old ones
 * again over what that has left. So from the start there are old bytes, then new ones, then old ones. Without @is_part
 * it is all of the file. */
static gboolean
is_torn (const char *data, gsize length, GBytes *old_bytes, GBytes *new_bytes, gboolean is_part)
{
  gsize old_length, new_length;
  const char *old_data = g_bytes_get_data (old_bytes, &old_length);
  const char *new_data = g_bytes_get_data (new_bytes, &new_length);
  gsize start = 0, end = length;

  if (length > MAX (old_length, new_length) || (!is_part && length < MIN (old_length, new_length)))
    return FALSE;
  while (start < MIN (length, old_length) && data[start] == old_data[start])
    start++;
  while (end > start && end <= old_length && data[end - 1] == old_data[end - 1])
    end--;

  return end <= start || (end <= new_length && memcmp (data + start, new_data + start, end - start) == 0);
}

/* FALSE: the path leads elsewhere now, or must not be opened. */
static gboolean
read_now (Recovery *self, const char *path, const char *true_path, GBytes **bytes, EnclaveFileStamp *stamp)
{
  g_auto(EnclaveResolvedPath) resolved = ENCLAVE_RESOLVED_PATH_INIT;
  g_autofree char *data = NULL;
  gsize length;
  int fd;

  *bytes = NULL;
  memset (stamp, 0, sizeof *stamp);
  if (!enclave_path_resolver_open (self->resolver, ENCLAVE_EFFECT_WRITE, path, ENCLAVE_RESOLVE_ALLOW_MISSING, &resolved, NULL)
      || strcmp (resolved.true_path, true_path) != 0)
    return FALSE;
  if (resolved.fd < 0)
    return TRUE;
  fd = enclave_path_resolver_reopen (self->resolver, &resolved, NULL);
  if (fd < 0)
    return FALSE;
  data = enclave_file_door_slurp (fd, ENCLAVE_EDIT_MAX_BYTES, &length);
  close (fd);
  if (data == NULL)
    return FALSE;
  enclave_file_stamp_from_stat (stamp, &resolved.st);
  *bytes = g_bytes_new_take (g_steal_pointer (&data), length);

  return TRUE;
}

static gboolean
is_torn_file (GBytes *bytes, GBytes *old_bytes, GBytes *new_bytes)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  return is_torn (data, length, old_bytes, new_bytes, FALSE);
}

static Found
judge (gboolean is_readable, GBytes *now, GBytes *old_bytes, GBytes *new_bytes)
{
  if (!is_readable)
    return FOUND_CHANGED;
  if (is_same (now, old_bytes))
    return FOUND_UNTOUCHED;
  if (is_same (now, new_bytes))
    return FOUND_WRITTEN;

  return now != NULL && old_bytes != NULL && new_bytes != NULL && is_torn_file (now, old_bytes, new_bytes) ? FOUND_TORN
                                                                                                           : FOUND_CHANGED;
}

static gboolean
begins_with (GBytes *whole, const char *data, gsize length)
{
  return whole != NULL && g_bytes_get_size (whole) >= length && memcmp (g_bytes_get_data (whole, NULL), data, length) == 0;
}

/* The save's own temporary file, which the killed program can't take away any more: `.NAME.enclave-XXXXXXXX`. */
static void
remove_temporary (Recovery *self, const char *true_path, GBytes *old_bytes, GBytes *new_bytes)
{
  g_autofree char *name = NULL;
  g_autofree char *start = NULL;
  int fd = enclave_path_resolver_open_parent (self->resolver, true_path, NULL, &name, NULL);
  DIR *folder = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;

  if (folder == NULL)
    {
      if (fd >= 0)
        close (fd);
      return;
    }
  start = g_strdup_printf (".%.200s.enclave-", strlen (name) > 200 ? "long" : name);
  while ((entry = readdir (folder)) != NULL)
    {
      g_autofree char *data = NULL;
      gsize length;
      int file;

      if (!g_str_has_prefix (entry->d_name, start) || strlen (entry->d_name) != strlen (start) + 8
          || strspn (entry->d_name + strlen (start), "0123456789abcdef") != 8)
        continue;
      file = openat (fd, entry->d_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
      if (file < 0)
        continue;
      data = enclave_file_door_slurp (file, ENCLAVE_EDIT_MAX_BYTES, &length);
      close (file);
      if (data != NULL && (begins_with (new_bytes, data, length) || begins_with (old_bytes, data, length)))
        unlinkat (fd, entry->d_name, 0);
    }
  closedir (folder);
}

/* What a save in place puts aside (enclave_file_save()): a file as it was found, or a part of it. */
static gboolean
is_put_aside (Recovery *self, const EnclaveCheckpointFile *file, const char *data, gsize length)
{
  g_autoptr (GBytes) old_bytes = NULL;
  g_autoptr (GBytes) new_bytes = NULL;

  if (file->is_buffered || file->old_object == NULL || file->new_object == NULL)
    return FALSE;
  old_bytes = enclave_checkpoint_store_load_object (self->store, file->old_object, NULL);
  new_bytes = enclave_checkpoint_store_load_object (self->store, file->new_object, NULL);

  return old_bytes != NULL && new_bytes != NULL && is_torn (data, length, old_bytes, new_bytes, TRUE);
}

/* The store has all of it as well. */
static void
remove_put_aside (Recovery *self)
{
  GPtrArray *files = self->record->files;
  g_autofree char *path = enclave_state_dir_path ("journal");
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *folder = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;

  while (folder != NULL && (entry = readdir (folder)) != NULL)
    {
      g_autofree char *data = NULL;
      gsize length;
      int file = g_str_has_prefix (entry->d_name, "save-")
                   ? openat (fd, entry->d_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
                   : -1;

      if (file < 0)
        continue;
      data = enclave_file_door_slurp (file, ENCLAVE_EDIT_MAX_BYTES, &length);
      close (file);
      for (guint i = 0; data != NULL && i < files->len; i++)
        if (is_put_aside (self, g_ptr_array_index (files, i), data, length))
          {
            unlinkat (fd, entry->d_name, 0);
            break;
          }
    }
  if (folder != NULL)
    closedir (folder);
  else if (fd >= 0)
    close (fd);
}

static gboolean
load (Recovery *self, const char *digest, GBytes **bytes, GError **error)
{
  *bytes = digest != NULL ? enclave_checkpoint_store_load_object (self->store, digest, error) : NULL;

  return digest == NULL || *bytes != NULL;
}

static gboolean
look_at (Recovery *self, EnclaveCheckpointFile *file, GError **error)
{
  const char *root = enclave_path_resolver_get_root (self->resolver);
  g_autofree char *true_path = g_build_filename (root, file->path, NULL);
  g_autoptr (GBytes) old_bytes = NULL;
  g_autoptr (GBytes) new_bytes = NULL;
  g_autoptr (GBytes) now = NULL;
  EnclaveFileStamp stamp;
  EnclaveFileChange *change;
  gboolean is_readable;
  Found found;

  if (!load (self, file->old_object, &old_bytes, error) || !load (self, file->new_object, &new_bytes, error))
    return FALSE;

  self->n_files++;
  remove_temporary (self, true_path, old_bytes, new_bytes);
  is_readable = read_now (self, file->path, true_path, &now, &stamp);
  found = judge (is_readable, now, old_bytes, new_bytes);
  if (found == FOUND_CHANGED)
    g_ptr_array_add (self->changed, file);
  self->n_untouched += found == FOUND_UNTOUCHED;
  self->n_written += found == FOUND_WRITTEN;
  self->n_torn += found == FOUND_TORN;
  if (found != FOUND_WRITTEN && found != FOUND_TORN)
    return TRUE;

  change = enclave_file_apply_append (self->files, file->path, true_path, old_bytes, now);
  change->after = stamp;
  change->before.mode = old_bytes != NULL ? file->old_mode : 0;
  change->new_mode = file->new_mode;
  change->written = TRUE;

  return TRUE;
}

/* All files are as they were to become; only what comes after them may be missing. */
static gboolean
finish (Recovery *self, GError **error)
{
  for (guint i = 0; i < self->record->files->len; i++)
    {
      const EnclaveCheckpointFile *file = g_ptr_array_index (self->record->files, i);
      g_autofree char *true_path = g_build_filename (enclave_path_resolver_get_root (self->resolver), file->path, NULL);
      g_autofree char *name = NULL;
      int fd;

      if (file->is_buffered || file->old_object != NULL || file->new_object == NULL || file->new_mode == 0)
        continue;
      fd = enclave_path_resolver_open_parent (self->resolver, true_path, NULL, &name, NULL);
      if (fd >= 0 && fchmodat (fd, name, file->new_mode & 0777, 0) != 0)
        g_debug ("The mode of a file: %s", g_strerror (errno));
      if (fd >= 0)
        close (fd);
    }

  enclave_file_apply_remove_emptied (self->resolver, self->record);

  return enclave_checkpoint_plan_commit (self->plan, self->record, error);
}

/* What can't be taken back, because somebody has worked on it since, stays in the history to be looked at. */
static gboolean
keep_changed (Recovery *self, GError **error)
{
  g_autoptr (GPtrArray) all = g_steal_pointer (&self->record->files);

  self->record->files = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_checkpoint_file_free);
  g_ptr_array_set_free_func (all, NULL);
  for (guint i = 0; i < all->len; i++)
    {
      EnclaveCheckpointFile *file = g_ptr_array_index (all, i);

      if (g_ptr_array_find (self->changed, file, NULL))
        g_ptr_array_add (self->record->files, file);
      else
        enclave_checkpoint_file_free (file);
    }
  g_ptr_array_set_size (self->record->folders, 0);

  return enclave_checkpoint_plan_write (self->plan, self->record, error)
         && enclave_checkpoint_plan_commit (self->plan, self->record, error);
}

static char *
describe (Recovery *self, gboolean finished)
{
  g_autoptr (GString) text = NULL;

  if (finished)
    return g_strdup_printf (ngettext ("Enclave was ended while it changed %u file. The change was complete, and can be undone.",
                                      "Enclave was ended while it changed %u files. The change was complete, and can be undone.",
                                      self->n_files),
                            self->n_files);

  text = g_string_new (NULL);
  g_string_append_printf (text,
                          ngettext ("Enclave was ended while it changed %u file. It is as it was before.",
                                    "Enclave was ended while it changed %u files. They are as they were before.",
                                    self->n_files),
                          self->n_files);
  for (guint i = 0; i < self->changed->len; i++)
    {
      const EnclaveCheckpointFile *file = g_ptr_array_index (self->changed, i);

      g_string_append_c (text, ' ');
      g_string_append_printf (text, _("%s was changed since and was left alone."), file->path);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
take_back (Recovery *self, GError **error)
{
  for (guint i = 0; i < self->record->folders->len; i++)
    g_ptr_array_add (self->files->created, g_strdup (g_ptr_array_index (self->record->folders, i)));
  if (!enclave_file_apply_revert (self->files, error))
    return FALSE;

  return self->changed->len > 0 ? keep_changed (self, error) : enclave_checkpoint_plan_discard (self->plan, error);
}

static gboolean
recover (Recovery *self, char **notice, GError **error)
{
  gboolean finished;

  for (guint i = 0; i < self->record->files->len; i++)
    {
      EnclaveCheckpointFile *file = g_ptr_array_index (self->record->files, i);

      /* Unsaved text went with its program. */
      if (!file->is_buffered && !look_at (self, file, error))
        return FALSE;
    }
  remove_put_aside (self);
  finished = !self->only_back && self->n_files > 0 && self->n_written == self->n_files;
  if (!(finished ? finish (self, error) : take_back (self, error)))
    return FALSE;
  if (notice != NULL && self->n_files > 0 && (finished || self->n_written + self->n_torn + self->changed->len > 0))
    *notice = describe (self, finished);

  return TRUE;
}

gboolean
enclave_file_apply_recover (EnclavePathResolver *resolver, EnclaveCheckpointStore *store, EnclaveCheckpointPlan *plan,
                            gboolean only_back, char **notice, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (EnclaveCheckpointRecord) record = enclave_checkpoint_plan_load_left (plan, &local_error);
  g_autoptr (EnclaveFileApply) files = NULL;
  g_autoptr (GPtrArray) changed = g_ptr_array_new ();
  Recovery self = { .resolver = resolver, .store = store, .plan = plan, .record = record, .changed = changed,
                    .only_back = only_back };
  gboolean good;

  if (record == NULL && local_error == NULL)
    return TRUE;
  if (record == NULL)
    {
      /* Written whole or not at all, so somebody else has been at it. */
      g_message ("A plan of changes can't be read and is set aside: %s", local_error->message);
      enclave_checkpoint_plan_set_aside (plan);
      return TRUE;
    }

  self.files = files = enclave_file_apply_new (resolver, store, NULL);
  good = recover (&self, notice, &local_error);
  if (!good && (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA)
                || g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)))
    {
      if (notice != NULL)
        *notice = g_strdup (_("Enclave was ended while it changed files, and what was kept of them is damaged: look at the "
                              "files that were changed last."));
      enclave_checkpoint_plan_set_aside (plan);
      return TRUE;
    }
  if (!good)
    g_propagate_error (error, g_steal_pointer (&local_error));

  return good;
}
