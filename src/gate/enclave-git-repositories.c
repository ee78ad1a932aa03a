/* enclave-git-repositories.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-repositories.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-git-config-files.h"
#include "enclave-git-config.h"

#define MODULES_DEPTH 8
/* Repositories that people have put into a project lie near its top. */
#define NESTED_DEPTH 3
#define MAX_ENTRIES 4096

typedef struct
{
  const char *root;
  GPtrArray *found;
  guint n_entries;
} Finding;

static void
repository_free (gpointer data)
{
  EnclaveGitRepository *repository = data;

  g_free (repository->git_folder);
  g_free (repository->work);
  g_free (repository);
}

static gboolean
is_real_folder (const char *path)
{
  struct stat st;

  return lstat (path, &st) == 0 && S_ISDIR (st.st_mode);
}

static gboolean
exists_in (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  struct stat st;

  return lstat (path, &st) == 0;
}

/* Takes @git_folder and @work. */
static void
add (Finding *finding, char *git_folder, char *work)
{
  g_autofree char *objects = g_build_filename (git_folder, "objects", NULL);
  gsize length = strlen (finding->root);
  gboolean is_within = strncmp (work, finding->root, length) == 0 && (work[length] == '\0' || work[length] == '/');
  EnclaveGitRepository *repository = g_new0 (EnclaveGitRepository, 1);

  repository->git_folder = git_folder;
  repository->work = work;
  if (is_within && is_real_folder (git_folder) && is_real_folder (objects) && !exists_in (git_folder, "commondir")
      && strpbrk (git_folder, "\n\t") == NULL && finding->found->len < ENCLAVE_GIT_MAX_REPOSITORIES)
    g_ptr_array_add (finding->found, repository);
  else
    repository_free (repository);
}

/* What git itself has written into the configuration of a submodule. Returns: (transfer full) (nullable). */
static char *
read_work_of (const char *git_folder)
{
  g_autofree char *path = g_build_filename (git_folder, "config", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  gsize length;
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);

  if (fd < 0)
    return NULL;
  text = enclave_git_config_read (fd, ENCLAVE_GIT_CONFIG_MAX_BYTES, &length);
  close (fd);
  lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *line = g_strstrip (lines[i]);
      char *equals = strchr (line, '=');

      if (equals == NULL || g_ascii_strncasecmp (line, "worktree", 8) != 0
          || strspn (line + 8, " \t") != (gsize) (equals - line) - 8)
        continue;
      return g_canonicalize_filename (g_strstrip (equals + 1), git_folder);
    }
  return NULL;
}

static void
find_modules (Finding *finding, const char *folder, guint depth)
{
  DIR *dir = depth < MODULES_DEPTH ? opendir (folder) : NULL;
  struct dirent *entry;

  while (dir != NULL && (entry = readdir (dir)) != NULL && ++finding->n_entries < MAX_ENTRIES)
    {
      g_autofree char *path = NULL;

      if (entry->d_name[0] == '.' || entry->d_type != DT_DIR)
        continue;
      path = g_build_filename (folder, entry->d_name, NULL);
      if (exists_in (path, "HEAD") && exists_in (path, "objects"))
        {
          g_autofree char *inner = g_build_filename (path, "modules", NULL);
          char *work = read_work_of (path);

          find_modules (finding, inner, depth + 1);
          if (work != NULL)
            add (finding, g_steal_pointer (&path), work);
        }
      else
        find_modules (finding, path, depth + 1);
    }
  if (dir != NULL)
    closedir (dir);
}

static void
find_nested (Finding *finding, const char *folder, guint depth)
{
  DIR *dir = opendir (folder);
  struct dirent *entry;

  while (dir != NULL && (entry = readdir (dir)) != NULL && ++finding->n_entries < MAX_ENTRIES)
    {
      g_autofree char *path = NULL;
      g_autofree char *git_folder = NULL;

      if (entry->d_name[0] == '.' || entry->d_type != DT_DIR || strcmp (entry->d_name, "node_modules") == 0)
        continue;
      path = g_build_filename (folder, entry->d_name, NULL);
      git_folder = g_build_filename (path, ".git", NULL);
      if (is_real_folder (git_folder))
        add (finding, g_steal_pointer (&git_folder), g_strdup (path));
      if (depth + 1 < NESTED_DEPTH)
        find_nested (finding, path, depth + 1);
    }
  if (dir != NULL)
    closedir (dir);
}

GPtrArray *
enclave_git_repositories_find (const char *root)
{
  Finding finding = { root, g_ptr_array_new_with_free_func (repository_free), 0 };
  g_autofree char *modules = g_build_filename (root, ".git", "modules", NULL);

  add (&finding, g_build_filename (root, ".git", NULL), g_strdup (root));
  find_modules (&finding, modules, 0);
  finding.n_entries = 0;
  find_nested (&finding, root, 0);
  return finding.found;
}
