/* enclave-tree-walk.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-tree-walk.h"

#include "enclave-ignore-files.h"
#include "enclave-limits.h"

/* A deeper folder is left out: each level holds a descriptor. */
#define MAX_DEPTH 128

typedef struct
{
  EnclaveTreeWalkFlags flags;
  GCancellable *cancellable;
  EnclaveTreeWalkFunc visit;
  gpointer user_data;
  GString *path;
  guint n_files;
  int problem;
} Walk;

gboolean
enclave_tree_walk_is_problem (int code)
{
  static const int ordinary[] = { ENOENT, EACCES, EPERM, ENOTDIR, EISDIR, ELOOP, ENXIO, ENODEV, ENAMETOOLONG, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (ordinary); i++)
    if (code == ordinary[i])
      return FALSE;
  return TRUE;
}

static void
note_problem (Walk *walk, int code)
{
  if (walk->problem == 0 && enclave_tree_walk_is_problem (code))
    walk->problem = code;
}

static guchar
type_of (int folder_fd, const struct dirent *entry)
{
  struct stat st;

  if (entry->d_type != DT_UNKNOWN)
    return entry->d_type;
  if (fstatat (folder_fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
    return DT_UNKNOWN;

  return S_ISDIR (st.st_mode) ? DT_DIR : S_ISREG (st.st_mode) ? DT_REG : DT_UNKNOWN;
}

/* @fd: (transfer full). Returns: FALSE to end the walk. */
static gboolean
walk_folder (Walk *walk, int fd, const EnclaveIgnoreLevel *above, guint depth)
{
  DIR *stream = fdopendir (fd);
  g_auto (EnclaveIgnoreLevel) level = { above, NULL, walk->path->len };
  gsize length = walk->path->len;
  struct dirent *entry;
  gboolean more = TRUE;

  if (stream == NULL)
    {
      note_problem (walk, errno);
      close (fd);
      return TRUE;
    }
  if ((walk->flags & ENCLAVE_TREE_WALK_IGNORED) == 0)
    enclave_ignore_files_add (&level, fd, depth == 0);

  while (more && (entry = readdir (stream)) != NULL)
    {
      guchar type = type_of (fd, entry);

      if (g_cancellable_is_cancelled (walk->cancellable))
        more = FALSE;
      if (!more || (type != DT_REG && type != DT_DIR) || g_str_equal (entry->d_name, ".") || g_str_equal (entry->d_name, "..")
          || g_str_equal (entry->d_name, ".git"))
        continue;
      g_string_append (walk->path, entry->d_name);
      if (!enclave_ignore_level_covers (&level, walk->path->str, type == DT_DIR))
        {
          if (type == DT_REG)
            {
              more = walk->n_files++ < ENCLAVE_TREE_WALK_MAX_FILES && walk->visit (walk->path->str, walk->user_data);
            }
          else if (depth < MAX_DEPTH)
            {
              int child = openat (fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

              if (child < 0)
                note_problem (walk, errno);
              g_string_append_c (walk->path, '/');
              if (child >= 0)
                more = walk_folder (walk, child, &level, depth + 1);
            }
        }
      g_string_truncate (walk->path, length);
    }
  closedir (stream);

  return more;
}

gboolean
enclave_tree_walk (const char *root, EnclaveTreeWalkFlags flags, GCancellable *cancellable, EnclaveTreeWalkFunc visit,
                   gpointer user_data, int *problem)
{
  g_autoptr (GString) path = g_string_new (NULL);
  Walk walk = { flags, cancellable, visit, user_data, path, 0, 0 };
  gboolean whole;
  int fd;

  g_return_val_if_fail (root != NULL && visit != NULL, FALSE);

  fd = open (root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    note_problem (&walk, errno);
  whole = fd < 0 || walk_folder (&walk, fd, NULL, 0);
  if (problem != NULL)
    *problem = walk.problem;

  return whole;
}
