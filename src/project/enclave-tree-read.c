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

#include "enclave-ignore-files.h"
#include "enclave-project-tree-private.h"
#include "enclave-utf8.h"

/* A folder that lies deeper ignores what its upper folders ignore. */
#define MAX_LEVELS 128

typedef struct
{
  char *path;
  char *root; /* (nullable) */
  gboolean with_ignored;
} Reading;

/* What is ignored in one folder. */
typedef struct
{
  EnclaveIgnoreLevel *levels; /* from the root down */
  guint n_levels;
  char *prefix; /* (nullable): of the folder, from the root, with its slash; NULL: nothing is ignored */
  gboolean all;
} Ignoring;

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
add_level (Ignoring *ignoring, const char *folder, gsize prefix_length)
{
  EnclaveIgnoreLevel *level = &ignoring->levels[ignoring->n_levels];
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  level->above = ignoring->n_levels > 0 ? level - 1 : NULL;
  level->prefix_length = prefix_length;
  ignoring->n_levels++;
  if (fd < 0)
    return;
  enclave_ignore_files_add (level, fd, prefix_length == 0);
  close (fd);
}

static void
start_ignoring (Ignoring *ignoring, const Reading *reading)
{
  gsize root_length = reading->root != NULL ? strlen (reading->root) : 0;
  const char *relative = reading->path + root_length;

  if (reading->root == NULL || !g_str_has_prefix (reading->path, reading->root) || (*relative != '/' && *relative != '\0'))
    return;
  relative += strspn (relative, "/");
  ignoring->levels = g_new0 (EnclaveIgnoreLevel, MAX_LEVELS);
  ignoring->prefix = *relative == '\0' ? g_strdup ("") : g_strconcat (relative, "/", NULL);
  add_level (ignoring, reading->root, 0);
  for (const char *slash = strchr (ignoring->prefix, '/'); slash != NULL; slash = strchr (slash + 1, '/'))
    {
      g_autofree char *part = g_strndup (ignoring->prefix, (gsize) (slash - ignoring->prefix));
      g_autofree char *folder = g_build_filename (reading->root, part, NULL);

      /* Git does not look into a folder that is ignored: nothing in it brings anything back. */
      ignoring->all = enclave_ignore_level_covers (&ignoring->levels[ignoring->n_levels - 1], part, TRUE);
      if (ignoring->all || ignoring->n_levels == MAX_LEVELS)
        return;
      add_level (ignoring, folder, strlen (part) + 1);
    }
}

static void
end_ignoring (Ignoring *ignoring)
{
  for (guint i = 0; i < ignoring->n_levels; i++)
    enclave_ignore_level_clear (&ignoring->levels[i]);
  g_free (ignoring->levels);
  g_free (ignoring->prefix);
}

static gboolean
is_ignored (const Ignoring *ignoring, const char *name, gboolean is_real_folder)
{
  g_autofree char *path = NULL;

  if (ignoring->all || ignoring->prefix == NULL)
    return ignoring->all;
  path = g_strconcat (ignoring->prefix, name, NULL);
  return enclave_ignore_level_covers (&ignoring->levels[ignoring->n_levels - 1], path, is_real_folder);
}

static void
read_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Reading *reading = data;
  const char *path = reading->path;
  Ignoring ignoring = { 0 };
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

  start_ignoring (&ignoring, reading);
  while (errno = 0, (found = readdir (stream)) != NULL && !g_cancellable_is_cancelled (cancellable))
    {
      g_autofree char *shown = NULL;
      EnclaveTreeEntry *entry;
      gboolean folder;
      gboolean ignored;

      if (g_str_equal (found->d_name, ".") || g_str_equal (found->d_name, "..") || g_str_equal (found->d_name, ".git"))
        continue;
      folder = is_folder (fd, found, path);
      ignored = is_ignored (&ignoring, found->d_name, folder && found->d_type != DT_LNK);
      if (ignored && !reading->with_ignored)
        continue;
      shown = enclave_utf8_display_name (found->d_name);
      entry = g_new0 (EnclaveTreeEntry, 1);
      entry->name = g_strdup (found->d_name);
      entry->key = g_utf8_collate_key_for_filename (shown, -1);
      entry->is_folder = folder;
      entry->ignored = ignored;
      g_ptr_array_add (entries, entry);
    }
  code = found == NULL ? errno : 0;
  closedir (stream);
  end_ignoring (&ignoring);
  if (code != 0)
    {
      set_error (code, path, &error);
      g_task_return_error (task, error);
      return;
    }

  g_ptr_array_sort (entries, compare_pointers);
  g_task_return_pointer (task, g_steal_pointer (&entries), (GDestroyNotify) g_ptr_array_unref);
}

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_free (reading->path);
  g_free (reading->root);
  g_free (reading);
}

void
enclave_tree_read_async (const char *path, const char *root, gboolean with_ignored, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Reading *reading = g_new0 (Reading, 1);

  reading->path = g_strdup (path);
  reading->root = g_strdup (root);
  reading->with_ignored = with_ignored;
  g_task_set_source_tag (task, enclave_tree_read_async);
  g_task_set_task_data (task, reading, reading_free);
  g_task_run_in_thread (task, read_worker);
}

GPtrArray *
enclave_tree_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
