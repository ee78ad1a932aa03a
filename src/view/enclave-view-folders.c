/* enclave-view-folders.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-view-private.h"
#include "enclave-view-store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  DIR *stream;
  struct dirent *entry; /* read, but not yet told */
  off_t offset;
  const char *const *more; /* names after the folder's own */
  guint n_more_told;
  gboolean at_more;
} Listing;

/* Beyond all that a file system gives: the numbers of the names that come after. */
#define MORE_OFFSET ((off_t) 1 << 62)

static Listing *
listing_of (struct fuse_file_info *info)
{
  return (Listing *) (guintptr) info->fh;
}

static void
open_folder (fuse_req_t request, fuse_ino_t number, struct fuse_file_info *info)
{
  EnclaveView *self = fuse_req_userdata (request);
  EnclaveViewNode *node = enclave_view_node (self, number);
  Listing *listing;
  int problem = enclave_view_judge_node (self, node, ENCLAVE_EFFECT_READ);
  int fd = -1;

  if (problem == 0 && (fd = openat (node->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
    problem = errno;
  if (problem != 0)
    {
      fuse_reply_err (request, problem);
      return;
    }
  listing = g_new0 (Listing, 1);
  listing->stream = fdopendir (fd);
  listing->more = self->store != NULL ? enclave_view_store_get_more (self->store, node) : NULL;
  info->fh = (guintptr) listing;
  if (fuse_reply_open (request, info) == -ENOENT)
    {
      closedir (listing->stream);
      g_free (listing);
    }
}

static void
close_folder (fuse_req_t request, fuse_ino_t number, struct fuse_file_info *info)
{
  Listing *listing = listing_of (info);

  closedir (listing->stream);
  g_free (listing);
  fuse_reply_err (request, 0);
}

static void
go_to (Listing *listing, off_t offset)
{
  if (offset == listing->offset)
    return;
  listing->entry = NULL;
  listing->at_more = offset >= MORE_OFFSET;
  listing->n_more_told = listing->at_more ? (guint) (offset - MORE_OFFSET) : 0;
  if (!listing->at_more)
    seekdir (listing->stream, offset);
  listing->offset = offset;
}

/* Returns: (nullable): the name to be told next; NULL at the end, or with errno set. */
static const char *
next_name (Listing *listing, ino_t *inode, mode_t *type, off_t *next_offset)
{
  errno = 0;
  if (!listing->at_more && listing->entry == NULL)
    {
      listing->entry = readdir (listing->stream);
      if (listing->entry == NULL && errno != 0)
        return NULL;
      listing->at_more = listing->entry == NULL;
    }
  if (listing->at_more)
    {
      if (listing->more == NULL || listing->more[listing->n_more_told] == NULL)
        return NULL;
      *inode = 1;
      *type = S_IFREG;
      *next_offset = MORE_OFFSET + listing->n_more_told + 1;
      return listing->more[listing->n_more_told];
    }
  *inode = listing->entry->d_ino;
  *type = (mode_t) listing->entry->d_type << 12;
  *next_offset = listing->entry->d_off;
  return listing->entry->d_name;
}

static void
pass_name (Listing *listing, off_t next_offset)
{
  if (listing->at_more)
    listing->n_more_told++;
  listing->entry = NULL;
  listing->offset = next_offset;
}

static gboolean
is_dots (const char *name)
{
  return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

/* Denied names are listed like others: what is kept back is what they hold, and that they are there is no secret. */
static void
list (fuse_req_t request, fuse_ino_t number, size_t size, off_t offset, struct fuse_file_info *info, gboolean with_entries)
{
  EnclaveView *self = fuse_req_userdata (request);
  EnclaveViewNode *node = enclave_view_node (self, number);
  Listing *listing = listing_of (info);
  g_autofree char *buffer = g_malloc (size);
  size_t used = 0;
  int problem = 0;
  gboolean may_hide = FALSE;
  gboolean is_known = enclave_view_was_asked (node);

  if (self->store != NULL)
    {
      g_autofree char *path = enclave_view_path_of (node->fd);

      may_hide = path == NULL || enclave_view_store_has (self->store, path);
    }
  go_to (listing, offset);
  for (;;)
    {
      struct fuse_entry_param entry;
      ino_t inode;
      mode_t type;
      off_t next_offset;
      size_t needed;
      const char *name = next_name (listing, &inode, &type, &next_offset);

      if (name == NULL)
        {
          problem = errno;
          break;
        }
      if (may_hide && !listing->at_more && enclave_view_store_hides (self->store, node, name))
        {
          pass_name (listing, next_offset);
          continue;
        }
      memset (&entry, 0, sizeof entry);
      if (with_entries)
        {
          /* Without one the kernel takes the name alone and asks when somebody wants more. */
          if (is_known || is_dots (name) || enclave_view_look_up (self, node, name, &entry) != 0)
            memset (&entry, 0, sizeof entry);
          if (entry.ino == 0)
            {
              entry.attr.st_ino = inode;
              entry.attr.st_mode = type;
            }
          needed = fuse_add_direntry_plus (request, buffer + used, size - used, name, &entry, next_offset);
        }
      else
        {
          entry.attr.st_ino = inode;
          entry.attr.st_mode = type;
          needed = fuse_add_direntry (request, buffer + used, size - used, name, &entry.attr, next_offset);
        }
      if (needed > size - used)
        {
          if (entry.ino != 0)
            enclave_view_forget (self, enclave_view_node (self, entry.ino), 1);
          break;
        }
      used += needed;
      pass_name (listing, next_offset);
    }
  if (problem != 0 && used == 0)
    fuse_reply_err (request, problem);
  else
    fuse_reply_buf (request, buffer, used);
}

static void
list_names (fuse_req_t request, fuse_ino_t number, size_t size, off_t offset, struct fuse_file_info *info)
{
  list (request, number, size, offset, info, FALSE);
}

static void
list_entries (fuse_req_t request, fuse_ino_t number, size_t size, off_t offset, struct fuse_file_info *info)
{
  list (request, number, size, offset, info, TRUE);
}

static void
sync_folder (fuse_req_t request, fuse_ino_t number, int data_only, struct fuse_file_info *info)
{
  int fd = dirfd (listing_of (info)->stream);

  fuse_reply_err (request, (data_only ? fdatasync (fd) : fsync (fd)) == 0 ? 0 : errno);
}

void
enclave_view_folders_fill (struct fuse_lowlevel_ops *operations)
{
  operations->opendir = open_folder;
  operations->releasedir = close_folder;
  operations->readdir = list_names;
  operations->readdirplus = list_entries;
  operations->fsyncdir = sync_folder;
}
