/* enclave-view-files.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-view-config.h"
#include "enclave-view-private.h"
#include "enclave-view-store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* What a command may say about how a file is opened; all else stays with the kernel of the box. */
#define OPEN_FLAGS (O_ACCMODE | O_APPEND | O_TRUNC | O_DSYNC | O_SYNC | O_NONBLOCK | O_NOATIME)

/* So many files stay open for reading, whether somebody has opened them or not. */
#define READ_FDS_MAX 256

static EnclaveEffects
effects_of (int flags)
{
  gboolean writes = (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC) != 0;

  return ENCLAVE_EFFECT_READ | (writes ? ENCLAVE_EFFECT_WRITE : 0);
}

void
enclave_view_drop_read_fd (EnclaveView *self, EnclaveViewNode *node)
{
  if (node->read_fd == 0)
    return;
  close (node->read_fd);
  node->read_fd = 0;
  self->n_read_fds--;
}

static gboolean
may_share (const EnclaveViewNode *node, const struct stat *st)
{
  /* Of the change time the file system's clock gives no more than a few milliseconds. */
  return node->read_fd != 0 && node->read_state.st_ctim.tv_sec == st->st_ctim.tv_sec
         && node->read_state.st_ctim.tv_nsec == st->st_ctim.tv_nsec && node->read_state.st_mode == st->st_mode
         && node->read_state.st_uid == st->st_uid && node->read_state.st_gid == st->st_gid;
}

/* Opens @node, which has been judged, for reading: files are opened again and again. What was opened before is taken once more as long
 * as nothing has changed in who may read it. All reading says from where, so that it can be shared.
 * @st: of the file, now. Returns: a descriptor for give_back(), or a negated errno. */
static int
open_to_read (EnclaveView *self, EnclaveViewNode *node, const struct stat *st)
{
  char link[VIEW_LINK_MAX];
  int fd;

  g_mutex_lock (&self->lock);
  if (node->n_readers == 0 && !may_share (node, st))
    enclave_view_drop_read_fd (self, node);
  if (may_share (node, st))
    {
      node->n_readers++;
      fd = node->read_fd;
      g_mutex_unlock (&self->lock);
      return fd;
    }

  enclave_view_link_of (node->fd, link);
  fd = open (link, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (fd < 0)
    fd = -errno;
  else if (node->read_fd == 0 && self->n_read_fds < READ_FDS_MAX)
    {
      node->read_fd = fd;
      node->n_readers = 1;
      node->read_state = *st;
      self->n_read_fds++;
    }
  g_mutex_unlock (&self->lock);
  return fd;
}

/* Of @node: what open_node() gave. */
static void
give_back (EnclaveView *self, EnclaveViewNode *node, int fd)
{
  gboolean is_shared;

  g_mutex_lock (&self->lock);
  is_shared = fd == node->read_fd && node->n_readers > 0;
  if (is_shared)
    node->n_readers--;
  g_mutex_unlock (&self->lock);
  if (!is_shared)
    close (fd);
}

/* Opens what @node is, judged by the name it has now. Returns: an errno. */
static int
open_node (EnclaveView *self, EnclaveViewNode *node, int flags, int *fd)
{
  char link[VIEW_LINK_MAX];
  struct stat st;
  int problem;

  if (!S_ISREG (node->type))
    return EACCES;
  problem = enclave_view_judge_state (self, node, effects_of (flags), &st);
  if (problem != 0)
    return problem;
  if (node->config_kind != ENCLAVE_VIEW_CONFIG_NONE
      && ((problem = enclave_view_config_open (self, node, flags, fd)) != 0 || *fd >= 0))
    return problem;
  if ((flags & OPEN_FLAGS & ~O_NONBLOCK) == O_RDONLY)
    {
      *fd = open_to_read (self, node, &st);
      return *fd < 0 ? -*fd : 0;
    }
  enclave_view_link_of (node->fd, link);
  *fd = open (link, (flags & OPEN_FLAGS) | O_CLOEXEC | O_NOCTTY);
  return *fd < 0 ? errno : 0;
}

static void
open_file (fuse_req_t request, fuse_ino_t number, struct fuse_file_info *info)
{
  EnclaveView *self = fuse_req_userdata (request);
  EnclaveViewNode *node = enclave_view_node (self, number);
  int fd = -1;
  int problem = open_node (self, node, info->flags, &fd);

  if (problem != 0)
    {
      fuse_reply_err (request, problem);
      return;
    }
  info->fh = (uint64_t) fd;
  info->keep_cache = 1;
  if (fuse_reply_open (request, info) == -ENOENT)
    give_back (self, node, fd);
}

static void
create_file (fuse_req_t request, fuse_ino_t parent, const char *name, mode_t mode, struct fuse_file_info *info)
{
  EnclaveView *self = fuse_req_userdata (request);
  EnclaveViewNode *folder = enclave_view_node (self, parent);
  struct fuse_entry_param entry;
  EnclaveViewNode *node;
  char link[VIEW_LINK_MAX];
  struct stat st;
  int problem;
  int exclusive = info->flags & O_EXCL;
  int path_fd = -1;
  int fd = -1;

  memset (&entry, 0, sizeof entry);
  /* What is left out is there all the same. */
  if ((self->store != NULL && enclave_view_store_hides (self->store, folder, name))
      || enclave_view_config_is_exclusive (folder, name))
    exclusive = O_EXCL;
  g_rw_lock_reader_lock (&self->moves);
  problem = enclave_view_judge_name (self, folder, name, FALSE);
  if (problem == 0
      && (fd = openat (folder->fd, name,
                       (info->flags & OPEN_FLAGS & ~O_TRUNC) | exclusive | O_CREAT | O_NOFOLLOW
                         | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
                       mode))
           < 0)
    problem = errno;
  g_rw_lock_reader_unlock (&self->moves);
  if (problem == 0 && fstat (fd, &st) != 0)
    problem = errno;
  /* Somebody outside may have put something else there since the kernel last asked. */
  if (problem == 0)
    problem = enclave_view_judge (self, fd, &st, ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_WRITE);
  if (problem == 0 && !S_ISREG (st.st_mode))
    problem = EACCES;
  if (problem == 0 && (info->flags & O_TRUNC) != 0 && ftruncate (fd, 0) != 0)
    problem = errno;
  if (problem == 0)
    {
      enclave_view_link_of (fd, link);
      path_fd = open (link, O_PATH | O_CLOEXEC);
      if (path_fd < 0)
        problem = errno;
    }
  if (problem != 0)
    {
      if (fd >= 0)
        close (fd);
      fuse_reply_err (request, problem);
      return;
    }
  if (self->store != NULL)
    enclave_view_store_made (self->store, folder, name);
  enclave_view_adopt (self, path_fd, &st, &node);
  enclave_view_entry (self, node, &st, &entry);
  info->fh = (uint64_t) fd;
  info->keep_cache = 1;
  if (fuse_reply_create (request, &entry, info) == -ENOENT)
    {
      close (fd);
      enclave_view_forget (self, node, 1);
    }
}

static void
release_file (fuse_req_t request, fuse_ino_t number, struct fuse_file_info *info)
{
  EnclaveView *self = fuse_req_userdata (request);

  give_back (self, enclave_view_node (self, number), (int) info->fh);
  fuse_reply_err (request, 0);
}

static void
flush_file (fuse_req_t request, fuse_ino_t number, struct fuse_file_info *info)
{
  /* Each write has reached the file by then; the kernel need not ask again. */
  fuse_reply_err (request, ENOSYS);
}

static void
sync_file (fuse_req_t request, fuse_ino_t number, int data_only, struct fuse_file_info *info)
{
  int fd = (int) info->fh;

  fuse_reply_err (request, (data_only ? fdatasync (fd) : fsync (fd)) == 0 ? 0 : errno);
}

static void
read_file (fuse_req_t request, fuse_ino_t number, size_t size, off_t offset, struct fuse_file_info *info)
{
  struct fuse_bufvec buffer = FUSE_BUFVEC_INIT (size);

  buffer.buf[0].flags = FUSE_BUF_IS_FD | FUSE_BUF_FD_SEEK;
  buffer.buf[0].fd = (int) info->fh;
  buffer.buf[0].pos = offset;
  fuse_reply_data (request, &buffer, FUSE_BUF_SPLICE_MOVE);
}

static void
write_file (fuse_req_t request, fuse_ino_t number, struct fuse_bufvec *from, off_t offset, struct fuse_file_info *info)
{
  struct fuse_bufvec to = FUSE_BUFVEC_INIT (fuse_buf_size (from));
  gssize n;

  to.buf[0].flags = FUSE_BUF_IS_FD | FUSE_BUF_FD_SEEK;
  to.buf[0].fd = (int) info->fh;
  to.buf[0].pos = offset;
  n = fuse_buf_copy (&to, from, 0);
  if (n < 0)
    fuse_reply_err (request, (int) -n);
  else
    fuse_reply_write (request, (size_t) n);
}

static void
get_attributes (fuse_req_t request, fuse_ino_t number, struct fuse_file_info *info)
{
  EnclaveView *self = fuse_req_userdata (request);
  EnclaveViewNode *node = enclave_view_node (self, number);
  struct stat st;

  if (fstatat (node->fd, "", &st, AT_EMPTY_PATH) != 0)
    {
      fuse_reply_err (request, errno);
      return;
    }
  enclave_view_fill_attributes (self, node, &st);
  fuse_reply_attr (request, &st, VIEW_TIMEOUT_S);
}

static int
set_times (EnclaveViewNode *node, const struct stat *wanted, int which)
{
  struct timespec times[2] = { { 0, UTIME_OMIT }, { 0, UTIME_OMIT } };
  char link[VIEW_LINK_MAX];

  if ((which & FUSE_SET_ATTR_ATIME_NOW) != 0)
    times[0].tv_nsec = UTIME_NOW;
  else if ((which & FUSE_SET_ATTR_ATIME) != 0)
    times[0] = wanted->st_atim;
  if ((which & FUSE_SET_ATTR_MTIME_NOW) != 0)
    times[1].tv_nsec = UTIME_NOW;
  else if ((which & FUSE_SET_ATTR_MTIME) != 0)
    times[1] = wanted->st_mtim;
  if (S_ISLNK (node->type))
    return utimensat (node->fd, "", times, AT_EMPTY_PATH);
  enclave_view_link_of (node->fd, link);
  return utimensat (AT_FDCWD, link, times, 0);
}

static int
set_size (EnclaveView *self, EnclaveViewNode *node, off_t size, struct fuse_file_info *info)
{
  int fd = -1;
  int problem;

  if (info != NULL)
    return ftruncate ((int) info->fh, size) == 0 ? 0 : errno;
  problem = open_node (self, node, O_WRONLY, &fd);
  if (problem == 0 && ftruncate (fd, size) != 0)
    problem = errno;
  if (fd >= 0)
    close (fd);
  return problem;
}

/* `git init` tries on its configuration whether the file system knows modes. */
static gboolean
changes_mode_of_config (EnclaveViewNode *node, int which)
{
  g_autofree char *path = NULL;

  if ((which & ~(FUSE_SET_ATTR_MODE | FUSE_SET_ATTR_CTIME)) != 0)
    return FALSE;
  path = enclave_view_path_of (node->fd);
  return path != NULL && g_str_has_suffix (path, "/.git/config");
}

static void
set_attributes (fuse_req_t request, fuse_ino_t number, struct stat *wanted, int which, struct fuse_file_info *info)
{
  EnclaveView *self = fuse_req_userdata (request);
  EnclaveViewNode *node = enclave_view_node (self, number);
  char link[VIEW_LINK_MAX];
  int problem = 0;

  enclave_view_link_of (node->fd, link);
  if (changes_mode_of_config (node, which))
    problem = self->read_only ? EROFS : 0;
  else
    problem = enclave_view_judge_node (self, node, ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_WRITE);
  if (problem == 0 && (which & FUSE_SET_ATTR_MODE) != 0
      && (S_ISLNK (node->type) ? (errno = EOPNOTSUPP, -1) : chmod (link, wanted->st_mode & 07777)) != 0)
    problem = errno;
  /* Where all files are shown as the caller's, giving them to the caller changes nothing. */
  if (problem == 0 && (which & (FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID)) != 0)
    {
      uid_t uid = (which & FUSE_SET_ATTR_UID) != 0 ? wanted->st_uid : (uid_t) -1;
      gid_t gid = (which & FUSE_SET_ATTR_GID) != 0 ? wanted->st_gid : (gid_t) -1;

      if (!(self->own_ids && (uid == (uid_t) -1 || uid == geteuid ()) && (gid == (gid_t) -1 || gid == getegid ()))
          && fchownat (node->fd, "", uid, gid, AT_EMPTY_PATH) != 0)
        problem = errno;
    }
  if (problem == 0 && (which & FUSE_SET_ATTR_SIZE) != 0)
    problem = set_size (self, node, wanted->st_size, info);
  if (problem == 0
      && (which & (FUSE_SET_ATTR_ATIME | FUSE_SET_ATTR_MTIME | FUSE_SET_ATTR_ATIME_NOW | FUSE_SET_ATTR_MTIME_NOW)) != 0
      && set_times (node, wanted, which) != 0)
    problem = errno;
  if (problem != 0)
    fuse_reply_err (request, problem);
  else
    get_attributes (request, number, info);
}

static void
check_access (fuse_req_t request, fuse_ino_t number, int mask)
{
  EnclaveView *self = fuse_req_userdata (request);
  EnclaveViewNode *node = enclave_view_node (self, number);
  char link[VIEW_LINK_MAX];
  int problem = 0;

  enclave_view_link_of (node->fd, link);
  if (faccessat (AT_FDCWD, link, mask, 0) != 0)
    problem = errno;
  else if (mask != F_OK)
    problem = enclave_view_judge_node (self, node, ENCLAVE_EFFECT_READ | ((mask & W_OK) != 0 ? ENCLAVE_EFFECT_WRITE : 0));
  fuse_reply_err (request, problem);
}

static void
allocate (fuse_req_t request, fuse_ino_t number, int mode, off_t offset, off_t length, struct fuse_file_info *info)
{
  fuse_reply_err (request, fallocate ((int) info->fh, mode, offset, length) == 0 ? 0 : errno);
}

static void
seek_data (fuse_req_t request, fuse_ino_t number, off_t offset, int whence, struct fuse_file_info *info)
{
  off_t found = lseek ((int) info->fh, offset, whence);

  if (found < 0)
    fuse_reply_err (request, errno);
  else
    fuse_reply_lseek (request, found);
}

static void
copy_range (fuse_req_t request, fuse_ino_t number, off_t offset, struct fuse_file_info *info, fuse_ino_t to_number,
            off_t to_offset, struct fuse_file_info *to_info, size_t length, int flags)
{
  gssize n = copy_file_range ((int) info->fh, &offset, (int) to_info->fh, &to_offset, length, (unsigned int) flags);

  if (n < 0)
    fuse_reply_err (request, errno);
  else
    fuse_reply_write (request, (size_t) n);
}

static void
tell_room (fuse_req_t request, fuse_ino_t number)
{
  EnclaveView *self = fuse_req_userdata (request);
  char link[VIEW_LINK_MAX];
  struct statvfs room;

  enclave_view_link_of (enclave_view_node (self, number)->fd, link);
  if (statvfs (link, &room) != 0)
    fuse_reply_err (request, errno);
  else
    fuse_reply_statfs (request, &room);
}

void
enclave_view_files_fill (struct fuse_lowlevel_ops *operations)
{
  operations->open = open_file;
  operations->create = create_file;
  operations->release = release_file;
  operations->flush = flush_file;
  operations->fsync = sync_file;
  operations->read = read_file;
  operations->write_buf = write_file;
  operations->getattr = get_attributes;
  operations->setattr = set_attributes;
  operations->access = check_access;
  operations->fallocate = allocate;
  operations->lseek = seek_data;
  operations->copy_file_range = copy_range;
  operations->statfs = tell_room;
}
