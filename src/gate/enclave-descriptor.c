/* enclave-descriptor.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define FOLDER "/proc/self/fd"

/* Where the number of a kept descriptor stands, plus 1; 0 when there is none. (nullable) */
static gint *
get_kept (void)
{
  static gint *kept;
  static gsize once;

  if (g_once_init_enter (&once))
    {
      const gsize size = (gsize) sysconf (_SC_PAGESIZE);
      void *page = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

      /* A process that is forked must not be answered for its parent's descriptors: it finds nothing kept. */
      if (page != MAP_FAILED && madvise (page, size, MADV_WIPEONFORK) == 0)
        kept = page;
      g_once_init_leave (&once, 1);
    }

  return kept;
}

/* The folder of this process's descriptors. It is kept open, since looking it up takes as long as reading a link in it.
 * Returns: -1 when it can't be had. @is_kept: (out): FALSE when it is to be closed. */
static int
open_folder_of_process (gboolean *is_kept)
{
  gint *kept = get_kept ();
  gint known = kept != NULL ? __atomic_load_n (kept, __ATOMIC_ACQUIRE) : 0;
  int fd;

  *is_kept = TRUE;
  if (known != 0)
    return known - 1;
  fd = open (FOLDER, O_PATH | O_DIRECTORY | O_CLOEXEC);
  *is_kept = fd >= 0 && kept != NULL && __atomic_compare_exchange_n (kept, &known, fd + 1, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);

  return fd;
}

static void
write_number (int fd, char *at)
{
  char digits[16];
  guint n = 0;

  for (guint rest = (guint) fd; n == 0 || rest > 0; rest /= 10)
    digits[n++] = (char) ('0' + rest % 10);
  while (n > 0)
    *at++ = digits[--n];
  *at = '\0';
}

void
enclave_descriptor_link (int fd, char link[ENCLAVE_DESCRIPTOR_LINK_MAX])
{
  memcpy (link, FOLDER "/", sizeof FOLDER);
  write_number (fd, link + sizeof FOLDER);
}

char *
enclave_descriptor_dup_name (int fd)
{
  char name[PATH_MAX + 16];
  char number[ENCLAVE_DESCRIPTOR_LINK_MAX];
  gboolean is_kept;
  int folder = open_folder_of_process (&is_kept);
  gssize length;

  if (folder < 0)
    return NULL;
  write_number (fd, number);
  length = readlinkat (folder, number, name, sizeof name);
  if (!is_kept)
    close (folder);

  return length > 0 && (gsize) length < sizeof name && name[0] == '/' ? g_strndup (name, (gsize) length) : NULL;
}

gboolean
enclave_descriptor_ask (int fd, struct stat *st, guint64 *mount_id)
{
  struct statx sx;

  *mount_id = 0;
  if (statx (fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_MNT_ID, &sx) != 0
      || (sx.stx_mask & STATX_BASIC_STATS) != STATX_BASIC_STATS)
    return fstat (fd, st) == 0;

  *st = (struct stat) {
    .st_dev = makedev (sx.stx_dev_major, sx.stx_dev_minor),
    .st_ino = sx.stx_ino,
    .st_nlink = sx.stx_nlink,
    .st_mode = sx.stx_mode,
    .st_uid = sx.stx_uid,
    .st_gid = sx.stx_gid,
    .st_rdev = makedev (sx.stx_rdev_major, sx.stx_rdev_minor),
    .st_size = (off_t) sx.stx_size,
    .st_blksize = sx.stx_blksize,
    .st_blocks = (blkcnt_t) sx.stx_blocks,
    .st_atim = { sx.stx_atime.tv_sec, sx.stx_atime.tv_nsec },
    .st_mtim = { sx.stx_mtime.tv_sec, sx.stx_mtime.tv_nsec },
    .st_ctim = { sx.stx_ctime.tv_sec, sx.stx_ctime.tv_nsec },
  };
  if ((sx.stx_mask & STATX_MNT_ID) != 0)
    *mount_id = sx.stx_mnt_id;

  return TRUE;
}

int
enclave_descriptor_new_memory (const char *name, const char *bytes, gsize length)
{
  int fd = memfd_create (name, MFD_CLOEXEC);
  gsize done = 0;

  while (fd >= 0 && done < length)
    {
      gssize n = write (fd, bytes + done, length - done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          close (fd);
          return -1;
        }
      done += (gsize) n;
    }
  if (fd >= 0)
    lseek (fd, 0, SEEK_SET);

  return fd;
}
