/* enclave-view-files.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-view-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* The kernel opens and closes files by itself, by the attributes that it knows, and asks no more: each message costs more than all else
 * about opening a file. */
static void
open_file (fuse_req_t request, fuse_ino_t number, struct fuse_file_info *info)
{
  fuse_reply_err (request, ENOSYS);
}

static void
flush_file (fuse_req_t request, fuse_ino_t number, struct fuse_file_info *info)
{
  /* Each write has reached the file by then; the kernel need not ask again. */
  fuse_reply_err (request, ENOSYS);
}

/* Whatever descriptor of a file is written out, all of the file is. */
static void
sync_file (fuse_req_t request, fuse_ino_t number, int data_only, struct fuse_file_info *info)
{
  EnclaveViewNode *node = enclave_view_node (fuse_req_userdata (request), number);
  char link[VIEW_LINK_MAX];
  int opened = -1;
  int problem = 0;

  if (!S_ISREG (node->type) || node->write_fd <= 0)
    {
      enclave_view_link_of (node->fd, link);
      opened = open (link, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
      if (opened < 0)
        opened = open (link, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
      if (opened < 0)
        problem = errno;
    }
  if (problem == 0)
    {
      int fd = opened >= 0 ? opened : node->write_fd;

      problem = (data_only ? fdatasync (fd) : fsync (fd)) == 0 ? 0 : errno;
    }
  if (opened >= 0)
    close (opened);
  fuse_reply_err (request, problem);
}

static void
read_file (fuse_req_t request, fuse_ino_t number, size_t size, off_t offset, struct fuse_file_info *info)
{
  EnclaveView *self = fuse_req_userdata (request);
  struct fuse_bufvec buffer = FUSE_BUFVEC_INIT (size);
  int problem = enclave_view_open_to_read (self, enclave_view_node (self, number), &buffer.buf[0].fd);

  if (problem != 0)
    {
      fuse_reply_err (request, problem);
      return;
    }
  buffer.buf[0].flags = FUSE_BUF_IS_FD | FUSE_BUF_FD_SEEK;
  buffer.buf[0].pos = offset;
  fuse_reply_data (request, &buffer, FUSE_BUF_SPLICE_MOVE);
}

static void
write_file (fuse_req_t request, fuse_ino_t number, struct fuse_bufvec *from, off_t offset, struct fuse_file_info *info)
{
  EnclaveView *self = fuse_req_userdata (request);
  EnclaveViewNode *node = enclave_view_node (self, number);
  struct fuse_bufvec to = FUSE_BUFVEC_INIT (fuse_buf_size (from));
  int problem = enclave_view_open_to_write (self, node, &to.buf[0].fd);
  gssize n;

  if (problem == 0)
    problem = enclave_view_set_append (node, (info->flags & O_APPEND) != 0);
  if (problem != 0)
    {
      fuse_reply_err (request, problem);
      return;
    }
  to.buf[0].flags = FUSE_BUF_IS_FD | FUSE_BUF_FD_SEEK;
  to.buf[0].pos = offset;
  n = fuse_buf_copy (&to, from, 0);
  if (n < 0)
    fuse_reply_err (request, (int) -n);
  else
    fuse_reply_write (request, (size_t) n);
}

static void
reply_attributes (fuse_req_t request, EnclaveView *self, const EnclaveViewNode *node)
{
  struct stat st;
  double timeout_s;

  if (fstatat (node->fd, "", &st, AT_EMPTY_PATH) != 0)
    {
      fuse_reply_err (request, errno);
      return;
    }
  timeout_s = enclave_view_fill_attributes (self, node, &st);
  fuse_reply_attr (request, &st, timeout_s);
}

static void
get_attributes (fuse_req_t request, fuse_ino_t number, struct fuse_file_info *info)
{
  EnclaveView *self = fuse_req_userdata (request);
  EnclaveViewNode *node = enclave_view_node (self, number);

  /* It asks before it refuses, see VIEW_REFUSED_TIMEOUT_S. */
  if (node->is_denied || node->is_protected)
    enclave_view_judge_node (self, node, ENCLAVE_EFFECT_READ | (node->is_protected ? ENCLAVE_EFFECT_WRITE : 0));
  reply_attributes (request, self, node);
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
set_size (EnclaveView *self, EnclaveViewNode *node, off_t size)
{
  int fd = -1;
  int problem = enclave_view_open_to_write (self, node, &fd);

  return problem == 0 && ftruncate (fd, size) != 0 ? errno : problem;
}

static int
set_mode (EnclaveView *self, EnclaveViewNode *node, mode_t mode)
{
  char link[VIEW_LINK_MAX];
  int fd;

  if (S_ISLNK (node->type))
    return EOPNOTSUPP;
  /* Whoever has it open for writing may go on; what can't be opened now could not be either then. */
  if ((mode & 0200) == 0)
    enclave_view_open_to_write (self, node, &fd);
  enclave_view_link_of (node->fd, link);
  return chmod (link, mode & 07777) == 0 ? 0 : errno;
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
  int problem = 0;

  if (changes_mode_of_config (node, which))
    problem = self->read_only ? EROFS : 0;
  else
    problem = enclave_view_judge_node (self, node, ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_WRITE);
  if (problem == 0 && (which & FUSE_SET_ATTR_MODE) != 0)
    problem = set_mode (self, node, wanted->st_mode);
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
    problem = set_size (self, node, wanted->st_size);
  if (problem == 0
      && (which & (FUSE_SET_ATTR_ATIME | FUSE_SET_ATTR_MTIME | FUSE_SET_ATTR_ATIME_NOW | FUSE_SET_ATTR_MTIME_NOW)) != 0
      && set_times (node, wanted, which) != 0)
    problem = errno;
  if (problem != 0)
    fuse_reply_err (request, problem);
  else
    reply_attributes (request, self, node);
}

static void
allocate (fuse_req_t request, fuse_ino_t number, int mode, off_t offset, off_t length, struct fuse_file_info *info)
{
  EnclaveView *self = fuse_req_userdata (request);
  int fd;
  int problem = enclave_view_open_to_write (self, enclave_view_node (self, number), &fd);

  if (problem == 0 && fallocate (fd, mode, offset, length) != 0)
    problem = errno;
  fuse_reply_err (request, problem);
}

static void
seek_data (fuse_req_t request, fuse_ino_t number, off_t offset, int whence, struct fuse_file_info *info)
{
  EnclaveView *self = fuse_req_userdata (request);
  int fd;
  int problem = enclave_view_open_to_read (self, enclave_view_node (self, number), &fd);
  off_t found = problem == 0 ? lseek (fd, offset, whence) : -1;

  if (found < 0)
    fuse_reply_err (request, problem != 0 ? problem : errno);
  else
    fuse_reply_lseek (request, found);
}

static void
copy_range (fuse_req_t request, fuse_ino_t number, off_t offset, struct fuse_file_info *info, fuse_ino_t to_number,
            off_t to_offset, struct fuse_file_info *to_info, size_t length, int flags)
{
  EnclaveView *self = fuse_req_userdata (request);
  EnclaveViewNode *to = enclave_view_node (self, to_number);
  int from_fd, to_fd;
  gssize n = -1;
  int problem = enclave_view_open_to_read (self, enclave_view_node (self, number), &from_fd);

  if (problem == 0)
    problem = enclave_view_open_to_write (self, to, &to_fd);
  if (problem == 0)
    problem = enclave_view_set_append (to, FALSE);
  if (problem == 0 && (n = copy_file_range (from_fd, &offset, to_fd, &to_offset, length, (unsigned int) flags)) < 0)
    problem = errno;
  if (problem != 0)
    fuse_reply_err (request, problem);
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
  operations->flush = flush_file;
  operations->fsync = sync_file;
  operations->read = read_file;
  operations->write_buf = write_file;
  operations->getattr = get_attributes;
  operations->setattr = set_attributes;
  operations->fallocate = allocate;
  operations->lseek = seek_data;
  operations->copy_file_range = copy_range;
  operations->statfs = tell_room;
}
