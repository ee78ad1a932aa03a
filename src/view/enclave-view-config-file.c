/* enclave-view-config-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-view-config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "enclave-git-config.h"

#define CONFIG_RULE "builtin:git-config"
/* Submodules and files that a configuration includes; one more is not looked for. */
#define MAX_FILES 256
#define MAX_DEPTH 8
#define LOG_MAX_BYTES (32 * 1024 * 1024)

struct _EnclaveViewConfigFiles
{
  GMutex lock;
  GHashTable *paths;  /* absolute, of files that a configuration includes */
  GHashTable *names;  /* their last parts */
  GHashTable *inodes; /* (element-type gint64): of all, so that another name helps nobody */
};

typedef struct
{
  EnclaveView *view;
  const char *folder;
  guint depth;
} Including;

static void learn_file (EnclaveView *self, const char *path, guint depth);

/* Returns: (transfer full) (nullable): with errno. */
static char *
read_all (int fd, gsize max_bytes, gsize *length)
{
  g_autofree char *text = NULL;
  struct stat st;
  gsize room;
  gssize n = 0;

  if (fstat (fd, &st) != 0)
    return NULL;
  if (!S_ISREG (st.st_mode) || (gsize) st.st_size > max_bytes)
    {
      errno = EACCES;
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
learn_include (const char *path, gpointer user_data)
{
  Including *including = user_data;
  EnclaveView *self = including->view;
  g_autofree char *absolute = NULL;
  gsize length = strlen (self->root);

  /* `~/` is another home in the box. */
  if (*path == '~')
    return;
  absolute = g_canonicalize_filename (path, including->folder);
  if (strncmp (absolute, self->root, length) != 0 || absolute[length] != '/')
    return;
  g_mutex_lock (&self->config_files->lock);
  g_hash_table_add (self->config_files->paths, g_strdup (absolute));
  g_hash_table_add (self->config_files->names, g_path_get_basename (absolute));
  g_mutex_unlock (&self->config_files->lock);
  learn_file (self, absolute, including->depth + 1);
}

static void
learn_text (EnclaveView *self, const char *path, const char *text, guint depth)
{
  g_autofree char *folder = g_path_get_dirname (path);
  Including including = { self, folder, depth };

  if (depth < MAX_DEPTH && g_hash_table_size (self->config_files->paths) < MAX_FILES)
    enclave_git_config_list_includes (text, learn_include, &including);
}

static void
learn_file (EnclaveView *self, const char *path, guint depth)
{
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  g_autofree char *text = NULL;
  struct stat st;
  gsize length;

  if (fd < 0)
    return;
  if (fstat (fd, &st) == 0 && S_ISREG (st.st_mode))
    {
      gint64 inode = (gint64) st.st_ino;
      gboolean is_new;

      g_mutex_lock (&self->config_files->lock);
      is_new = g_hash_table_add (self->config_files->inodes, g_memdup2 (&inode, sizeof inode));
      g_mutex_unlock (&self->config_files->lock);
      if (is_new && (text = read_all (fd, ENCLAVE_GIT_CONFIG_MAX_BYTES, &length)) != NULL)
        learn_text (self, path, text, depth);
    }
  close (fd);
}

/* The configurations below `.git/modules`. */
static void
learn_modules (EnclaveView *self, const char *folder, guint depth, guint *n_seen)
{
  DIR *dir = depth < MAX_DEPTH ? opendir (folder) : NULL;
  struct dirent *entry;

  while (dir != NULL && *n_seen < MAX_FILES && (entry = readdir (dir)) != NULL)
    {
      g_autofree char *path = NULL;

      if (entry->d_name[0] == '.' || strcmp (entry->d_name, "objects") == 0)
        continue;
      path = g_build_filename (folder, entry->d_name, NULL);
      if (g_str_has_prefix (entry->d_name, "config"))
        learn_file (self, path, 0);
      else if (entry->d_type == DT_DIR && ++*n_seen < MAX_FILES)
        learn_modules (self, path, depth + 1, n_seen);
    }
  if (dir != NULL)
    closedir (dir);
}

void
enclave_view_config_files_find (EnclaveView *self)
{
  static const char *const names[] = { "config", "config.worktree" };
  g_autofree char *modules = g_build_filename (self->root, ".git", "modules", NULL);
  guint n_seen = 0;

  self->config_files = g_new0 (EnclaveViewConfigFiles, 1);
  g_mutex_init (&self->config_files->lock);
  self->config_files->paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->config_files->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->config_files->inodes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (self->root, ".git", names[i], NULL);

      learn_file (self, path, 0);
    }
  learn_modules (self, modules, 0, &n_seen);
}

static gboolean
is_known (EnclaveView *self, const EnclaveViewNode *node, const char *name)
{
  gint64 inode = (gint64) node->inode;
  gboolean known;

  g_mutex_lock (&self->config_files->lock);
  known = g_hash_table_contains (self->config_files->inodes, &inode)
          || (name != NULL && g_hash_table_size (self->config_files->names) > 0
              && g_hash_table_contains (self->config_files->names, name));
  g_mutex_unlock (&self->config_files->lock);
  return known;
}

void
enclave_view_config_note (EnclaveView *self, const EnclaveViewNode *folder, EnclaveViewNode *node, const char *name)
{
  if (S_ISREG (node->type))
    {
      if (strncmp (name, "config", 6) == 0 || is_known (self, node, name))
        node->config_kind = ENCLAVE_VIEW_CONFIG_FILE;
      else if (folder->config_kind == ENCLAVE_VIEW_CONFIG_LOGS && node->config_kind == ENCLAVE_VIEW_CONFIG_NONE)
        node->config_kind = ENCLAVE_VIEW_CONFIG_LOGS;
    }
  else if (S_ISDIR (node->type))
    {
      if (folder->config_kind == ENCLAVE_VIEW_CONFIG_LOGS || strcmp (name, "logs") == 0)
        node->config_kind = ENCLAVE_VIEW_CONFIG_LOGS;
      /* A repository in the workspace; what its configuration includes lies beside it. */
      else if (strcmp (name, ".git") == 0 && folder != self->top && folder->config_kind == ENCLAVE_VIEW_CONFIG_NONE)
        {
          g_autofree char *path = enclave_view_path_of (node->fd);
          g_autofree char *config = path != NULL ? g_build_filename (path, "config", NULL) : NULL;

          if (config != NULL)
            learn_file (self, config, 0);
        }
    }
}

gboolean
enclave_view_config_is_exclusive (EnclaveViewNode *folder, const char *name)
{
  g_autofree char *folder_path = NULL;
  g_autofree char *path = NULL;

  if (strncmp (name, "config", 6) != 0)
    return FALSE;
  folder_path = enclave_view_path_of (folder->fd);
  path = folder_path != NULL ? g_strconcat (folder_path, "/", name, NULL) : NULL;
  return path == NULL || enclave_git_config_is (path);
}

static int
copy_to_memory (const char *text, gsize length, int *fd)
{
  gsize done = 0;

  *fd = memfd_create ("enclave-config", MFD_CLOEXEC);
  if (*fd < 0)
    return errno;
  while (done < length)
    {
      gssize n = write (*fd, text + done, length - done);

      if (n <= 0)
        {
          close (g_steal_fd (fd));
          return EIO;
        }
      done += (gsize) n;
    }
  return 0;
}

int
enclave_view_config_open (EnclaveView *self, EnclaveViewNode *node, int flags, int *fd)
{
  g_autofree char *path = enclave_view_path_of (node->fd);
  gboolean is_log = node->config_kind == ENCLAVE_VIEW_CONFIG_LOGS;
  gboolean is_config = path != NULL && enclave_git_config_is (path);
  int mode = flags & O_ACCMODE;
  g_autofree char *text = NULL;
  char link[VIEW_LINK_MAX];
  gsize length = 0;
  gsize n_masked;
  int real;

  *fd = -1;
  if (path == NULL)
    return ENAMETOOLONG;
  if (is_log && strstr (path, "/.git/") == NULL)
    return 0;
  /* Git itself opens none to read and write; what another git is writing there could be read so. */
  if (is_config && mode == O_RDWR)
    {
      enclave_view_tell (self, path, CONFIG_RULE);
      return EACCES;
    }
  if (mode == O_WRONLY && (is_config || is_log))
    return 0;
  enclave_view_link_of (node->fd, link);
  real = open (link, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (real < 0)
    return errno;
  text = read_all (real, is_log ? LOG_MAX_BYTES : ENCLAVE_GIT_CONFIG_MAX_BYTES, &length);
  close (real);
  if (text == NULL)
    {
      /* Any file may begin with these letters. */
      if (!is_config && !is_log && !is_known (self, node, NULL))
        return 0;
      enclave_view_tell (self, path, CONFIG_RULE);
      return EACCES;
    }
  if (is_log)
    n_masked = enclave_git_config_mask_addresses (text, length);
  else if (is_config || is_known (self, node, NULL) || enclave_git_config_looks_like (text))
    {
      learn_text (self, path, text, 0);
      n_masked = enclave_git_config_mask (text, length);
    }
  else
    {
      g_autofree char *name = g_path_get_basename (path);

      n_masked = is_known (self, node, name) ? enclave_git_config_mask (text, length) : 0;
    }
  if (n_masked == 0)
    return 0;
  /* What was read with its passwords drawn over must not be written back so. */
  if (mode != O_RDONLY)
    {
      enclave_view_tell (self, path, CONFIG_RULE);
      return EACCES;
    }
  return copy_to_memory (text, length, fd);
}
