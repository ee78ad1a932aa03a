/* enclave-workspace-walk.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "enclave-workspace-walk.h"

#include "enclave-file-door.h"
#include "enclave-ignore-level.h"
#include "enclave-limits.h"
#include "enclave-policy-private.h"
#include "enclave-test-walls.h"

#define MAX_DEPTH 64
#define MAX_IGNORE_FILE_BYTES (256 * 1024)

typedef struct
{
  EnclavePathResolver *resolver;
  EnclaveWalkFlags flags;
  GCancellable *cancellable;
  EnclaveWalkFunc visit;
  gpointer user_data;
  guint n_entries;
} Walk;

typedef struct
{
  char *name;
  gboolean is_folder;
} Child;

static void
child_free (gpointer data)
{
  Child *child = data;

  g_free (child->name);
  g_free (child);
}

static int
compare_children (gconstpointer a, gconstpointer b)
{
  const Child *const *left = a;
  const Child *const *right = b;

  return strcmp ((*left)->name, (*right)->name);
}

static const char *
denying_rule (Walk *walk, const char *path, gboolean is_folder)
{
  g_autofree char *true_path = g_build_path ("/", enclave_path_resolver_get_root (walk->resolver), path, NULL);
  EnclaveDecision decision = enclave_policy_decide_name (enclave_path_resolver_get_policy (walk->resolver),
                                                         enclave_path_resolver_get_root (walk->resolver), true_path,
                                                         is_folder);

  return decision.verdict == ENCLAVE_VERDICT_DENY && !enclave_test_walls_is_off ("names") ? decision.rule : NULL;
}

static void
load_ignore_file (Walk *walk, EnclaveIgnoreLevel *level, int folder_fd, const char *folder_path)
{
  g_autofree char *path = *folder_path != '\0' ? g_build_path ("/", folder_path, ".gitignore", NULL)
                                               : g_strdup (".gitignore");
  g_autofree char *text = NULL;
  gsize length = 0;
  struct stat st;
  int fd;

  if (denying_rule (walk, path, FALSE) != NULL)
    return;
  fd = openat (folder_fd, ".gitignore", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    return;
  if (fstat (fd, &st) == 0 && S_ISREG (st.st_mode))
    text = enclave_file_door_slurp (fd, MAX_IGNORE_FILE_BYTES, &length);
  close (fd);
  if (text != NULL)
    enclave_ignore_level_add (level, text);
}

static GPtrArray *
read_children (Walk *walk, int fd)
{
  g_autoptr (GPtrArray) children = g_ptr_array_new_with_free_func (child_free);
  DIR *stream = fdopendir (fd);
  struct dirent *entry;

  if (stream == NULL)
    {
      close (fd);
      return NULL;
    }
  while ((entry = readdir (stream)) != NULL && walk->n_entries < ENCLAVE_SCAN_MAX_ENTRIES)
    {
      Child *child;
      struct stat st;

      if (g_str_equal (entry->d_name, ".") || g_str_equal (entry->d_name, "..") || g_str_equal (entry->d_name, ".git")
          || fstatat (dirfd (stream), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0
          || !(S_ISREG (st.st_mode) || S_ISDIR (st.st_mode)))
        continue;
      walk->n_entries++;
      child = g_new0 (Child, 1);
      child->name = g_strdup (entry->d_name);
      child->is_folder = S_ISDIR (st.st_mode);
      g_ptr_array_add (children, child);
    }
  closedir (stream);
  g_ptr_array_sort (children, compare_children);
  return g_steal_pointer (&children);
}

/* @folder_path: "" for the project. Returns: FALSE when the visitor has had enough. */
static gboolean
walk_folder (Walk *walk, int folder_fd, const char *folder_path, const EnclaveIgnoreLevel *above, guint depth)
{
  int list_fd = openat (folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_autoptr (GPtrArray) children = NULL;
  gboolean more = TRUE;
  g_auto (EnclaveIgnoreLevel) level = { above, NULL, *folder_path != '\0' ? strlen (folder_path) + 1 : 0 };

  children = list_fd >= 0 ? read_children (walk, list_fd) : NULL;
  if (children == NULL)
    return TRUE;
  if ((walk->flags & ENCLAVE_WALK_EVERYTHING) == 0)
    load_ignore_file (walk, &level, folder_fd, folder_path);

  for (guint i = 0; more && i < children->len; i++)
    {
      const Child *child = g_ptr_array_index (children, i);
      g_autofree char *path = *folder_path != '\0' ? g_build_path ("/", folder_path, child->name, NULL)
                                                   : g_strdup (child->name);
      EnclaveWalkEntry entry = { path, child->name, folder_fd, child->is_folder, NULL };
      int fd;

      if (g_cancellable_is_cancelled (walk->cancellable))
        return FALSE;
      if (enclave_ignore_level_covers (&level, path, child->is_folder))
        continue;
      if ((walk->flags & ENCLAVE_WALK_EVERYTHING) == 0)
        entry.rule = denying_rule (walk, path, child->is_folder);
      more = walk->visit (&entry, walk->user_data);
      if (!more || !child->is_folder || entry.rule != NULL || depth >= MAX_DEPTH)
        continue;

      fd = openat (folder_fd, child->name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      if (fd < 0)
        continue;
      more = walk_folder (walk, fd, path, &level, depth + 1);
      close (fd);
    }
  return more;
}

gboolean
enclave_workspace_walk (EnclavePathResolver *resolver, const EnclaveResolvedPath *start, EnclaveWalkFlags flags,
                        GCancellable *cancellable, EnclaveWalkFunc visit, gpointer user_data, GError **error)
{
  Walk walk = { resolver, flags, cancellable, visit, user_data, 0 };
  const char *path = strcmp (start->path, ".") == 0 ? "" : start->path;
  int fd = enclave_path_resolver_reopen (resolver, start, error);

  if (fd < 0)
    return FALSE;
  walk_folder (&walk, fd, path, NULL, 0);
  close (fd);
  return TRUE;
}
