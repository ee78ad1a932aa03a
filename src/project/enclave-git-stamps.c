/* enclave-git-stamps.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-stamps.h"

#include <sys/stat.h>

typedef struct
{
  ino_t inode;
  off_t size;
  mode_t mode; /* 0: there is none */
  struct timespec time;
} Stamp;

struct _EnclaveGitStamps
{
  GPtrArray *paths;
  GArray *stamps; /* (element-type Stamp) */
};

void
enclave_git_stamps_free (EnclaveGitStamps *self)
{
  g_ptr_array_unref (self->paths);
  g_array_unref (self->stamps);
  g_free (self);
}

static Stamp
take_stamp (const char *path)
{
  struct stat status;

  if (lstat (path, &status) != 0)
    return (Stamp){ 0 };
  /* the time of a folder is that of what it holds, which may be anybody's */
  if (S_ISDIR (status.st_mode))
    return (Stamp){ .inode = status.st_ino, .mode = status.st_mode };

  return (Stamp){ status.st_ino, status.st_size, status.st_mode, status.st_mtim };
}

static void
take_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GPtrArray *paths = data;
  EnclaveGitStamps *self = g_new0 (EnclaveGitStamps, 1);

  self->paths = g_ptr_array_ref (paths);
  self->stamps = g_array_sized_new (FALSE, FALSE, sizeof (Stamp), paths->len);
  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree char *path = g_build_filename (enclave_gate_get_root (source), g_ptr_array_index (paths, i), NULL);
      Stamp stamp = take_stamp (path);

      g_array_append_val (self->stamps, stamp);
    }
  g_task_return_pointer (task, self, (GDestroyNotify) enclave_git_stamps_free);
}

void
enclave_git_stamps_take_async (EnclaveGate *gate, GPtrArray *paths, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GPtrArray *copy;

  g_return_if_fail (ENCLAVE_IS_GATE (gate));
  g_return_if_fail (paths != NULL);

  task = g_task_new (gate, NULL, callback, user_data);
  g_task_set_source_tag (task, enclave_git_stamps_take_async);
  copy = g_ptr_array_copy (paths, (GCopyFunc) (void (*) (void)) g_strdup, NULL);
  g_ptr_array_set_free_func (copy, g_free);
  g_task_set_task_data (task, copy, (GDestroyNotify) g_ptr_array_unref);
  g_task_run_in_thread (task, take_in_thread);
}

EnclaveGitStamps *
enclave_git_stamps_take_finish (EnclaveGate *gate, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, gate), NULL);

  return g_task_propagate_pointer (G_TASK (result), NULL);
}

GPtrArray *
enclave_git_stamps_list_changed (EnclaveGitStamps *before, EnclaveGitStamps *after)
{
  GPtrArray *changed = g_ptr_array_new_with_free_func (g_free);

  g_return_val_if_fail (before != NULL && after != NULL && before->stamps->len == after->stamps->len, changed);

  for (guint i = 0; i < before->stamps->len; i++)
    {
      const Stamp *a = &g_array_index (before->stamps, Stamp, i);
      const Stamp *b = &g_array_index (after->stamps, Stamp, i);

      if (a->inode != b->inode || a->size != b->size || a->mode != b->mode || a->time.tv_sec != b->time.tv_sec
          || a->time.tv_nsec != b->time.tv_nsec)
        g_ptr_array_add (changed, g_strdup (g_ptr_array_index (before->paths, i)));
    }

  return changed;
}
