/* enclave-tree-read.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading and sorting run in a worker thread: it gets a path and gives back finished values.
 */

#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-project-tree-private.h"
#include "enclave-utf8.h"

void
enclave_tree_entry_free (EnclaveTreeEntry *entry)
{
  g_free (entry->name);
  g_free (entry->key);
  g_free (entry);
}

int
enclave_tree_entry_compare (const EnclaveTreeEntry *a, const EnclaveTreeEntry *b)
{
  int order;

  if (a->is_folder != b->is_folder)
    return a->is_folder ? -1 : 1;
  order = strcmp (a->key, b->key);
  return order != 0 ? order : strcmp (a->name, b->name);
}

static int
compare_pointers (gconstpointer a, gconstpointer b)
{
  return enclave_tree_entry_compare (*(EnclaveTreeEntry *const *) a, *(EnclaveTreeEntry *const *) b);
}

static void
set_error (int code, const char *path, GError **error)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = enclave_utf8_display_name (base);

  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (code), _("Could not read the folder “%s”: %s"), name,
               g_strerror (code));
}

/* TRUE when @target is one of the folders that lead to @path, as the path is spelled: showing it as a folder again
 * would let the tree grow without an end. */
static gboolean
leads_here (const struct stat *target, const char *path)
{
  g_autofree char *ancestor = g_strdup (path);

  for (;;)
    {
      struct stat st;
      char *slash;

      if (stat (ancestor[0] != '\0' ? ancestor : "/", &st) == 0 && st.st_dev == target->st_dev
          && st.st_ino == target->st_ino)
        return TRUE;
      slash = strrchr (ancestor, '/');
      if (slash == NULL || ancestor[0] == '\0')
        return FALSE;
      *slash = '\0';
    }
}

static gboolean
is_folder (int fd, const struct dirent *entry, const char *path)
{
  struct stat st;

  if (entry->d_type == DT_DIR)
    return TRUE;
  if (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
    return FALSE;
  if (fstatat (fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
    return FALSE;
  if (!S_ISLNK (st.st_mode))
    return S_ISDIR (st.st_mode);
  return fstatat (fd, entry->d_name, &st, 0) == 0 && S_ISDIR (st.st_mode) && !leads_here (&st, path);
}

static void
read_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const char *path = data;
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_tree_entry_free);
  GError *error = NULL;
  struct dirent *found;
  int code = 0;
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *stream = fd >= 0 ? fdopendir (fd) : NULL;

  if (stream == NULL)
    {
      code = errno;
      if (fd >= 0)
        close (fd);
      set_error (code, path, &error);
      g_task_return_error (task, error);
      return;
    }

  while (errno = 0, (found = readdir (stream)) != NULL && !g_cancellable_is_cancelled (cancellable))
    {
      g_autofree char *shown = NULL;
      EnclaveTreeEntry *entry;

      if (g_str_equal (found->d_name, ".") || g_str_equal (found->d_name, "..") || g_str_equal (found->d_name, ".git"))
        continue;
      shown = enclave_utf8_display_name (found->d_name);
      entry = g_new0 (EnclaveTreeEntry, 1);
      entry->name = g_strdup (found->d_name);
      entry->key = g_utf8_collate_key_for_filename (shown, -1);
      entry->is_folder = is_folder (fd, found, path);
      g_ptr_array_add (entries, entry);
    }
  code = found == NULL ? errno : 0;
  closedir (stream);
  if (code != 0)
    {
      set_error (code, path, &error);
      g_task_return_error (task, error);
      return;
    }

  g_ptr_array_sort (entries, compare_pointers);
  g_task_return_pointer (task, g_steal_pointer (&entries), (GDestroyNotify) g_ptr_array_unref);
}

void
enclave_tree_read_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, enclave_tree_read_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, read_worker);
}

GPtrArray *
enclave_tree_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
