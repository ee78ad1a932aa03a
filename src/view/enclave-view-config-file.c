/* enclave-view-config-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-view-config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "enclave-git-config-files.h"
#include "enclave-git-config.h"

#define CONFIG_RULE "builtin:git-config"
#define OUTSIDE_RULE "builtin:outside-project"
#define OBJECTS_RULE "builtin:git-objects"
#define POINTER_MAX_BYTES 65536
#define POINTER_MAX_LINES 64
/* The files of repositories that come into sight are learnt up to here. */
#define MAX_INODES 4096
#define LOG_MAX_BYTES (32 * 1024 * 1024)

struct _EnclaveViewConfigFiles
{
  GMutex lock;
  GHashTable *names;  /* last parts of the paths of configurations and of what they include */
  GHashTable *inodes; /* (element-type gint64): of the same, so that another name helps nobody */
};

static void
learn (EnclaveView *self, GHashTable *found)
{
  GHashTableIter iter;
  gpointer path;

  g_mutex_lock (&self->config_files->lock);
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, &path, NULL) && g_hash_table_size (self->config_files->inodes) < MAX_INODES)
    {
      struct stat st;

      if (g_hash_table_add (self->config_files->names, g_path_get_basename (path)))
        self->config_generation++;
      if (stat (path, &st) == 0)
        {
          gint64 inode = (gint64) st.st_ino;

          if (g_hash_table_add (self->config_files->inodes, g_memdup2 (&inode, sizeof inode)))
            self->config_generation++;
        }
    }
  g_mutex_unlock (&self->config_files->lock);
}

static void
learn_from (EnclaveView *self, const char *path)
{
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  enclave_git_config_files_add (found, self->root, path);
  learn (self, found);
}

void
enclave_view_config_files_find (EnclaveView *self)
{
  g_autoptr (GHashTable) found = enclave_git_config_files_find (self->root);

  self->config_files = g_new0 (EnclaveViewConfigFiles, 1);
  g_mutex_init (&self->config_files->lock);
  self->config_files->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->config_files->inodes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  learn (self, found);
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
      if (strcmp (name, ".git") == 0 || strcmp (name, "alternates") == 0)
        node->config_kind = ENCLAVE_VIEW_CONFIG_POINTER;
      else if (strncmp (name, "config", 6) == 0 || is_known (self, node, name))
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
            learn_from (self, config);
        }
    }
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

/* Git says then that it finds no repository, or no object; here is why. */
static void
tell_outside (EnclaveView *self, const char *path, int fd)
{
  g_autofree char *folder = g_path_get_dirname (path);
  gboolean is_alternates = g_str_has_suffix (folder, "/objects/info");
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  gsize length;
  gsize root_length = strlen (self->root);

  text = enclave_git_config_read (fd, POINTER_MAX_BYTES, &length);
  if (text == NULL || !(is_alternates || g_str_has_prefix (text, "gitdir:")))
    return;
  lines = g_strsplit (text + (is_alternates ? 0 : strlen ("gitdir:")), "\n", POINTER_MAX_LINES);
  /* Alternates are relative to the object store. */
  if (is_alternates)
    folder[strlen (folder) - strlen ("/info")] = '\0';
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);
      g_autofree char *target = NULL;

      if (*line == '\0' || *line == '#')
        continue;
      target = g_canonicalize_filename (line, folder);
      if (strncmp (target, self->root, root_length) != 0 || (target[root_length] != '/' && target[root_length] != '\0'))
        enclave_view_tell (self, target, is_alternates ? OBJECTS_RULE : OUTSIDE_RULE);
    }
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
  if (mode == O_WRONLY && (is_config || is_log))
    return 0;
  if (node->config_kind == ENCLAVE_VIEW_CONFIG_POINTER && mode != O_RDONLY)
    return 0;
  enclave_view_link_of (node->fd, link);
  real = open (link, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (real < 0)
    return errno;
  if (node->config_kind == ENCLAVE_VIEW_CONFIG_POINTER)
    {
      tell_outside (self, path, real);
      close (real);
      return 0;
    }
  text = enclave_git_config_read (real, is_log ? LOG_MAX_BYTES : ENCLAVE_GIT_CONFIG_MAX_BYTES, &length);
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
      learn_from (self, path);
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
