/* enclave-view-names.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-test-walls.h"
#include "enclave-view-private.h"
#include "enclave-view-config.h"
#include "enclave-view-store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static EnclaveView *
view_of (fuse_req_t request)
{
  return fuse_req_userdata (request);
}

static char *
store_key (const struct stat *st)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, (guint64) st->st_dev, (guint64) st->st_ino);
}

/* By what is in it: what stands beside it the box can move away. */
static gboolean
holds_objects (int fd)
{
  DIR *stream = NULL;
  struct dirent *entry;
  gboolean found = FALSE;
  int listed = openat (fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (listed < 0 || (stream = fdopendir (listed)) == NULL)
    {
      if (listed >= 0)
        close (listed);
      return TRUE;
    }
  while (!found && (entry = readdir (stream)) != NULL)
    found = strcmp (entry->d_name, "pack") == 0
            || (strlen (entry->d_name) == 2 && g_ascii_isxdigit (entry->d_name[0]) && g_ascii_isxdigit (entry->d_name[1]));
  closedir (stream);
  return found;
}

/* A git object store that nobody has looked through: of a repository within the workspace's, of a bare one, of a submodule. */
static gboolean
is_unknown_store (EnclaveView *self, EnclaveViewNode *folder, const char *name, int fd, const struct stat *st)
{
  g_autofree char *path = NULL;
  g_autofree char *key = NULL;
  gboolean is_own;

  if (!S_ISDIR (st->st_mode) || enclave_test_walls_is_off ("git-store"))
    return FALSE;
  if (strcmp (name, "rr-cache") == 0 || strcmp (name, "lfs") == 0)
    {
      /* Other places where git keeps what files held, by numbers that say nothing of a name. */
      path = enclave_view_path_of (folder->fd);
      if (path == NULL || !(g_str_has_suffix (path, "/.git") || strstr (path, "/.git/modules/") != NULL))
        return FALSE;
      enclave_view_tell (self, path, "builtin:git-objects");
      return TRUE;
    }
  if (g_ascii_strcasecmp (name, "objects") != 0 || !holds_objects (fd))
    return FALSE;
  key = store_key (st);
  g_mutex_lock (&self->lock);
  is_own = g_hash_table_contains (self->own_stores, key);
  g_mutex_unlock (&self->lock);
  if (is_own)
    return FALSE;
  path = enclave_view_path_of (fd);
  if (path != NULL && self->store != NULL && enclave_view_store_is (self->store, path))
    return FALSE;
  if (path != NULL)
    enclave_view_tell (self, path, "builtin:git-objects");
  return TRUE;
}

int
enclave_view_look_up (EnclaveView *self, EnclaveViewNode *folder, const char *name, struct fuse_entry_param *entry)
{
  EnclaveViewNode *node;
  gboolean is_foreign = FALSE;
  g_autofree char *path = NULL;
  struct stat st;
  int problem;
  int fd;

  /* The names in a denied folder are content of it. */
  if (folder->is_denied)
    return EACCES;
  /* Up and out of the workspace there is nothing; the kernel does not ask for this by itself. */
  if (strcmp (name, "..") == 0 || strcmp (name, ".") == 0)
    return ENOENT;

  fd = openat (folder->fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  problem = fd < 0 ? errno : 0;
  if (fd >= 0)
    path = enclave_view_path_in (self, folder, name);
  /* Most names are not of the store, and what is opened says where it lies. */
  if (self->store != NULL && (path == NULL || enclave_view_store_has (self->store, path)))
    {
      int shown = enclave_view_store_open (self->store, folder, name, &is_foreign);

      if (shown != -1)
        {
          if (fd >= 0)
            close (fd);
          fd = shown;
          problem = shown < -1 ? -shown : 0;
        }
    }
  if (fd < 0)
    return problem;
  problem = fstatat (fd, "", &st, AT_EMPTY_PATH) != 0 ? errno : 0;
  if (problem == 0 && !is_foreign && is_unknown_store (self, folder, name, fd, &st))
    problem = EACCES;
  if (problem != 0)
    {
      close (fd);
      return problem;
    }
  enclave_view_adopt (self, fd, &st, &node);
  enclave_view_config_note (self, folder, node, name);
  if (is_foreign)
    node->is_foreign = TRUE;
  else
    enclave_view_note_verdict (self, node, path, &st);
  enclave_view_entry (self, node, &st, entry);
  return 0;
}

static void
look_up (fuse_req_t request, fuse_ino_t parent, const char *name)
{
  EnclaveView *self = view_of (request);
  EnclaveViewNode *folder = enclave_view_node (self, parent);
  struct fuse_entry_param entry;
  int problem;

  memset (&entry, 0, sizeof entry);
  enclave_view_note_asked (folder);
  problem = enclave_view_look_up (self, folder, name, &entry);
  if (problem == ENOENT)
    {
      /* Compilers ask for each header in many folders. */
      entry.ino = 0;
      entry.entry_timeout = VIEW_TIMEOUT_S;
      fuse_reply_entry (request, &entry);
    }
  else if (problem != 0)
    fuse_reply_err (request, problem);
  else
    fuse_reply_entry (request, &entry);
}

static void
forget (fuse_req_t request, fuse_ino_t number, uint64_t lookups)
{
  EnclaveView *self = view_of (request);

  enclave_view_forget (self, enclave_view_node (self, number), lookups);
  fuse_reply_none (request);
}

static void
forget_many (fuse_req_t request, size_t count, struct fuse_forget_data *forgets)
{
  EnclaveView *self = view_of (request);

  for (size_t i = 0; i < count; i++)
    enclave_view_forget (self, enclave_view_node (self, forgets[i].ino), forgets[i].nlookup);
  fuse_reply_none (request);
}

static void
reply_entry_of (fuse_req_t request, EnclaveViewNode *folder, const char *name)
{
  EnclaveView *self = view_of (request);
  struct fuse_entry_param entry;
  int problem;

  memset (&entry, 0, sizeof entry);
  problem = enclave_view_look_up (self, folder, name, &entry);
  if (problem != 0)
    fuse_reply_err (request, problem);
  else
    fuse_reply_entry (request, &entry);
}

static void
make_folder (fuse_req_t request, fuse_ino_t parent, const char *name, mode_t mode)
{
  EnclaveView *self = view_of (request);
  EnclaveViewNode *folder = enclave_view_node (self, parent);
  struct stat st;
  int problem;

  g_rw_lock_reader_lock (&self->moves);
  problem = enclave_view_judge_name (self, folder, name, TRUE);
  if (problem == 0 && mkdirat (folder->fd, name, mode) != 0)
    problem = errno;
  if (problem == 0 && (g_ascii_strcasecmp (name, "objects") == 0 || strcmp (name, ".git") == 0)
      && fstatat (folder->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
    {
      g_mutex_lock (&self->lock);
      g_hash_table_add (self->own_stores, store_key (&st));
      g_mutex_unlock (&self->lock);
    }
  g_rw_lock_reader_unlock (&self->moves);
  if (problem == 0 && self->store != NULL)
    enclave_view_store_made (self->store, folder, name);
  if (problem != 0)
    fuse_reply_err (request, problem);
  else
    reply_entry_of (request, folder, name);
}

static gboolean
is_opened_as (const EnclaveViewNode *node, int fd)
{
  struct stat st;

  return fstat (fd, &st) == 0 && st.st_dev == node->device && st.st_ino == node->inode;
}

/* Regular files are made here, too: the kernel opens them by itself. */
static void
make_node (fuse_req_t request, fuse_ino_t parent, const char *name, mode_t mode, dev_t device)
{
  EnclaveView *self = view_of (request);
  EnclaveViewNode *folder = enclave_view_node (self, parent);
  struct fuse_entry_param entry;
  int problem;
  int fd = -1;

  memset (&entry, 0, sizeof entry);
  g_rw_lock_reader_lock (&self->moves);
  problem = enclave_view_judge_name (self, folder, name, FALSE);
  /* A pipe or a socket made in the box is one of the box; a device would be one of the host. */
  if (problem == 0 && !S_ISREG (mode) && !S_ISFIFO (mode) && !S_ISSOCK (mode))
    problem = EPERM;
  if (problem == 0 && S_ISREG (mode)
      && (fd = openat (folder->fd, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC, mode & 07777)) < 0)
    problem = errno;
  if (problem == 0 && !S_ISREG (mode) && mknodat (folder->fd, name, mode, 0) != 0)
    problem = errno;
  g_rw_lock_reader_unlock (&self->moves);
  if (problem == 0 && self->store != NULL)
    enclave_view_store_made (self->store, folder, name);
  if (problem == 0)
    problem = enclave_view_look_up (self, folder, name, &entry);
  if (problem == 0 && fd >= 0 && is_opened_as (enclave_view_node (self, entry.ino), fd))
    enclave_view_keep_to_write (self, enclave_view_node (self, entry.ino), g_steal_fd (&fd));
  if (fd >= 0)
    close (fd);
  if (problem != 0)
    fuse_reply_err (request, problem);
  else
    fuse_reply_entry (request, &entry);
}

static void
make_link (fuse_req_t request, const char *target, fuse_ino_t parent, const char *name)
{
  EnclaveView *self = view_of (request);
  EnclaveViewNode *folder = enclave_view_node (self, parent);
  int problem;

  g_rw_lock_reader_lock (&self->moves);
  problem = enclave_view_judge_name (self, folder, name, FALSE);
  /* A link in place of a folder must not become what the folder may not. */
  if (problem == 0)
    problem = enclave_view_judge_name (self, folder, name, TRUE);
  if (problem == 0 && strcmp (name, ".git") == 0)
    problem = EACCES;
  if (problem == 0 && symlinkat (target, folder->fd, name) != 0)
    problem = errno;
  g_rw_lock_reader_unlock (&self->moves);
  if (problem != 0)
    fuse_reply_err (request, problem);
  else
    reply_entry_of (request, folder, name);
}

static void
add_name (fuse_req_t request, fuse_ino_t number, fuse_ino_t new_parent, const char *new_name)
{
  EnclaveView *self = view_of (request);
  EnclaveViewNode *node = enclave_view_node (self, number);
  EnclaveViewNode *folder = enclave_view_node (self, new_parent);
  char link[VIEW_LINK_MAX];
  int problem = 0;

  enclave_view_link_of (node->fd, link);
  g_rw_lock_reader_lock (&self->moves);
  if (node->is_foreign || !S_ISREG (node->type))
    problem = EPERM;
  /* The other name could be written to: it has to be one that may be. */
  if (problem == 0)
    problem = enclave_view_judge_node (self, node, ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_WRITE);
  if (problem == 0)
    problem = enclave_view_judge_name (self, folder, new_name, FALSE);
  if (problem == 0 && linkat (AT_FDCWD, link, folder->fd, new_name, AT_SYMLINK_FOLLOW) != 0)
    problem = errno;
  g_rw_lock_reader_unlock (&self->moves);
  if (problem != 0)
    fuse_reply_err (request, problem);
  else
    {
      if (self->store != NULL)
        enclave_view_store_made (self->store, folder, new_name);
      reply_entry_of (request, folder, new_name);
    }
}

static void
remove_name (fuse_req_t request, fuse_ino_t parent, const char *name, gboolean is_folder)
{
  EnclaveView *self = view_of (request);
  EnclaveViewNode *folder = enclave_view_node (self, parent);
  int problem = enclave_view_judge_name (self, folder, name, is_folder);

  if (problem == 0 && unlinkat (folder->fd, name, is_folder ? AT_REMOVEDIR : 0) != 0)
    problem = errno;
  fuse_reply_err (request, problem);
}

static void
remove_file (fuse_req_t request, fuse_ino_t parent, const char *name)
{
  remove_name (request, parent, name, FALSE);
}

static void
remove_folder (fuse_req_t request, fuse_ino_t parent, const char *name)
{
  remove_name (request, parent, name, TRUE);
}

/* What @name is now: an errno when it can't be told, ENOENT when there is nothing. */
static int
judge_end_of_move (EnclaveView *self, EnclaveViewNode *folder, const char *name, gboolean *is_folder)
{
  struct stat st;
  int problem = 0;

  *is_folder = FALSE;
  if (fstatat (folder->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
    problem = errno;
  else
    *is_folder = S_ISDIR (st.st_mode);
  return problem;
}

static void
move (fuse_req_t request, fuse_ino_t parent, const char *name, fuse_ino_t new_parent, const char *new_name,
      unsigned int flags)
{
  EnclaveView *self = view_of (request);
  EnclaveViewNode *folder = enclave_view_node (self, parent);
  EnclaveViewNode *new_folder = enclave_view_node (self, new_parent);
  gboolean is_folder = FALSE;
  gboolean other_is_folder = FALSE;
  gboolean exchanges = (flags & RENAME_EXCHANGE) != 0;
  int problem = (flags & ~(unsigned int) (RENAME_EXCHANGE | RENAME_NOREPLACE)) != 0 ? EINVAL : 0;
  int other = ENOENT;

  if (enclave_view_config_is_written (folder, name, new_folder, new_name, flags))
    {
      problem = enclave_view_config_write (self, folder, name, new_name);
      if (problem != EACCES)
        {
          fuse_reply_err (request, problem);
          return;
        }
      /* Refused below, with the rule. */
      problem = 0;
    }
  g_rw_lock_writer_lock (&self->moves);
  if (problem == 0)
    problem = judge_end_of_move (self, folder, name, &is_folder);
  if (problem == 0)
    other = judge_end_of_move (self, new_folder, new_name, &other_is_folder);
  if (problem == 0)
    problem = enclave_view_judge_name (self, folder, name, is_folder);
  if (problem == 0)
    problem = enclave_view_judge_name (self, new_folder, new_name, is_folder);
  if (problem == 0 && other == 0)
    problem = enclave_view_judge_name (self, new_folder, new_name, other_is_folder);
  if (problem == 0 && exchanges)
    problem = enclave_view_judge_name (self, folder, name, other_is_folder);
  if (problem == 0 && is_folder)
    problem = enclave_view_judge_move (self, folder, name, new_folder, new_name);
  if (problem == 0 && exchanges && other_is_folder)
    problem = enclave_view_judge_move (self, new_folder, new_name, folder, name);
  if (problem == 0 && syscall (SYS_renameat2, folder->fd, name, new_folder->fd, new_name, flags) != 0)
    problem = errno;
  self->moved_us = g_get_monotonic_time ();
  g_rw_lock_writer_unlock (&self->moves);
  if (problem == 0 && self->store != NULL)
    enclave_view_store_made (self->store, new_folder, new_name);
  fuse_reply_err (request, problem);
}

static void
read_link (fuse_req_t request, fuse_ino_t number)
{
  EnclaveView *self = view_of (request);
  EnclaveViewNode *node = enclave_view_node (self, number);
  char target[PATH_MAX + 1];
  int problem = enclave_view_judge_node (self, node, ENCLAVE_EFFECT_READ);
  gssize n;

  if (problem != 0)
    {
      fuse_reply_err (request, problem);
      return;
    }
  n = readlinkat (node->fd, "", target, sizeof target);
  if (n < 0 || n == (gssize) sizeof target)
    {
      fuse_reply_err (request, n < 0 ? errno : ENAMETOOLONG);
      return;
    }
  target[n] = '\0';
  fuse_reply_readlink (request, target);
}

void
enclave_view_names_fill (struct fuse_lowlevel_ops *operations)
{
  operations->lookup = look_up;
  operations->forget = forget;
  operations->forget_multi = forget_many;
  operations->mkdir = make_folder;
  operations->mknod = make_node;
  operations->symlink = make_link;
  operations->link = add_name;
  operations->unlink = remove_file;
  operations->rmdir = remove_folder;
  operations->rename = move;
  operations->readlink = read_link;
}
