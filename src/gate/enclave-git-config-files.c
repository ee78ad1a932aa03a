/* enclave-git-config-files.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-config-files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-git-config.h"

#define MAX_DEPTH 8

typedef struct
{
  GHashTable *found;
  const char *root;
  const char *folder;
} Including;

char *
enclave_git_config_read (int fd, gsize max_bytes, gsize *length)
{
  g_autofree char *text = NULL;
  struct stat st;
  gsize room;
  gssize n = 0;

  if (fstat (fd, &st) != 0)
    return NULL;
  if (!S_ISREG (st.st_mode) || (gsize) st.st_size > max_bytes)
    {
      errno = EFBIG;
      return NULL;
    }
  room = (gsize) st.st_size;
  text = g_malloc (room + 1);
  *length = 0;
  while (*length < room && (n = pread (fd, text + *length, room - *length, (off_t) *length)) > 0)
    *length += (gsize) n;
  if (n < 0)
    return NULL;
  text[*length] = '\0';
  return g_steal_pointer (&text);
}

static void
add_include (const char *path, gpointer user_data)
{
  const Including *including = user_data;
  g_autofree char *absolute = NULL;

  /* `~/` is the home, which no command sees. */
  if (*path == '~')
    return;
  absolute = g_canonicalize_filename (path, including->folder);
  enclave_git_config_files_add (including->found, including->root, absolute);
}

void
enclave_git_config_files_add (GHashTable *found, const char *root, const char *path)
{
  gsize root_length = strlen (root);
  g_autofree char *folder = NULL;
  g_autofree char *text = NULL;
  gsize length;
  int fd;

  if (strncmp (path, root, root_length) != 0 || path[root_length] != '/' || g_hash_table_contains (found, path)
      || g_hash_table_size (found) >= ENCLAVE_GIT_CONFIG_MAX_FILES)
    return;
  fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    return;
  text = enclave_git_config_read (fd, ENCLAVE_GIT_CONFIG_MAX_BYTES, &length);
  close (fd);
  g_hash_table_add (found, g_strdup (path));
  folder = g_path_get_dirname (path);
  if (text != NULL)
    {
      Including including = { found, root, folder };

      enclave_git_config_list_includes (text, add_include, &including);
    }
}

/* Below `.git/modules`; @n_seen bounds a tree that somebody made to cost time. */
static void
add_modules (GHashTable *found, const char *root, const char *folder, guint depth, guint *n_seen)
{
  DIR *dir = depth < MAX_DEPTH ? opendir (folder) : NULL;
  struct dirent *entry;

  while (dir != NULL && *n_seen < ENCLAVE_GIT_CONFIG_MAX_FILES && (entry = readdir (dir)) != NULL)
    {
      g_autofree char *path = NULL;

      if (entry->d_name[0] == '.' || strcmp (entry->d_name, "objects") == 0 || strcmp (entry->d_name, "refs") == 0)
        continue;
      path = g_build_filename (folder, entry->d_name, NULL);
      if (g_str_has_prefix (entry->d_name, "config"))
        enclave_git_config_files_add (found, root, path);
      else if (entry->d_type == DT_DIR && ++*n_seen < ENCLAVE_GIT_CONFIG_MAX_FILES)
        add_modules (found, root, path, depth + 1, n_seen);
    }
  if (dir != NULL)
    closedir (dir);
}

GHashTable *
enclave_git_config_files_find (const char *root)
{
  static const char *const names[] = { "config", "config.worktree" };
  GHashTable *found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *modules = g_build_filename (root, ".git", "modules", NULL);
  guint n_seen = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (root, ".git", names[i], NULL);

      enclave_git_config_files_add (found, root, path);
    }
  add_modules (found, root, modules, 0, &n_seen);
  return found;
}
