/* enclave-view-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-view-store.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define HEADER_BYTES 64

/* What is shown of one repository. */
typedef struct
{
  char *objects;      /* path of the object store */
  GHashTable *blobs;  /* names of loose objects that may be read */
  GHashTable *packs;  /* names, without their endings, of packs that are shown as they are */
  GPtrArray *more;    /* names of the packs that stand in, NULL-terminated */
  GHashTable *more_set;
  int pack_fd;
} Part;

struct _EnclaveViewStore
{
  GPtrArray *parts;

  GMutex lock;
  GHashTable *made;   /* paths that the box itself has made */
};

static GHashTable *
read_names (const char *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  GHashTable *names;

  if (!g_file_get_contents (path, &text, NULL, error))
    return NULL;
  names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '\0')
      g_hash_table_add (names, g_strdup (lines[i]));
  return names;
}

EnclaveViewStore *
enclave_view_store_new (void)
{
  EnclaveViewStore *self = g_new0 (EnclaveViewStore, 1);

  self->parts = g_ptr_array_new ();
  self->made = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_mutex_init (&self->lock);
  return self;
}

gboolean
enclave_view_store_add (EnclaveViewStore *self, const char *objects, const char *folder, GError **error)
{
  g_autofree char *pack_folder = g_build_filename (folder, "pack", NULL);
  g_autofree char *locked = g_build_filename (folder, "blobs", NULL);
  GHashTable *blobs = read_names (folder, "blobs", error);
  GHashTable *packs = blobs != NULL ? read_names (folder, "packs", error) : NULL;
  GDir *dir = packs != NULL ? g_dir_open (pack_folder, 0, error) : NULL;
  const char *name;
  Part *part;
  int lock_fd;

  /* The view ends without one. */
  if (dir == NULL)
    return FALSE;
  /* Kept until the end: the gate does not remove a store in use. */
  lock_fd = open (locked, O_RDONLY | O_CLOEXEC);
  if (lock_fd < 0 || flock (lock_fd, LOCK_SH | LOCK_NB) != 0)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "the git store of the view is gone");
      return FALSE;
    }
  part = g_new0 (Part, 1);
  part->objects = g_strdup (objects);
  part->blobs = blobs;
  part->packs = packs;
  part->more = g_ptr_array_new ();
  part->more_set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  part->pack_fd = open (pack_folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      char *copy = g_strdup (name);

      g_hash_table_add (part->more_set, copy);
      g_ptr_array_add (part->more, copy);
    }
  g_ptr_array_add (part->more, NULL);
  g_dir_close (dir);
  g_ptr_array_add (self->parts, part);
  return TRUE;
}

/* Returns: (nullable): @path below a store, "" for the store itself. @part: (out): whose. */
static const char *
within_store (EnclaveViewStore *self, const char *path, const Part **part)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      const Part *one = g_ptr_array_index (self->parts, i);
      gsize length = strlen (one->objects);

      if (strncmp (path, one->objects, length) != 0 || (path[length] != '\0' && path[length] != '/'))
        continue;
      *part = one;
      return path[length] == '/' ? path + length + 1 : path + length;
    }
  return NULL;
}

gboolean
enclave_view_store_is (EnclaveViewStore *self, const char *path)
{
  const Part *part;
  const char *below = within_store (self, path, &part);

  return below != NULL && below[0] == '\0';
}

gboolean
enclave_view_store_has (EnclaveViewStore *self, const char *path)
{
  const Part *part;

  return within_store (self, path, &part) != NULL;
}

static gboolean
box_made (EnclaveViewStore *self, const Part *part, const char *path)
{
  g_autofree char *upper = g_strdup (path);
  gboolean made = FALSE;

  g_mutex_lock (&self->lock);
  while (!made && strlen (upper) > strlen (part->objects))
    {
      made = g_hash_table_contains (self->made, upper);
      *strrchr (upper, '/') = '\0';
    }
  g_mutex_unlock (&self->lock);
  return made;
}

/* Whether a stored object is anything but a file's content: its header says so. */
static gboolean
is_no_blob (EnclaveViewNode *folder, const char *name)
{
  g_autoptr (GZlibDecompressor) inflate = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  guint8 packed[HEADER_BYTES * 2];
  char header[HEADER_BYTES + 1];
  gsize n_read, n_written;
  gssize n;
  int fd = openat (folder->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0)
    return FALSE;
  n = read (fd, packed, sizeof packed);
  close (fd);
  if (n <= 0
      || g_converter_convert (G_CONVERTER (inflate), packed, (gsize) n, header, HEADER_BYTES, G_CONVERTER_NO_FLAGS, &n_read,
                              &n_written, NULL)
           == G_CONVERTER_ERROR)
    return FALSE;
  header[MIN (n_written, HEADER_BYTES)] = '\0';
  return g_str_has_prefix (header, "commit ") || g_str_has_prefix (header, "tree ") || g_str_has_prefix (header, "tag ");
}

static gboolean
is_hexadecimal (const char *text, gsize length)
{
  return strlen (text) == length && strspn (text, "0123456789abcdef") == length;
}

static gboolean
hides_path (EnclaveViewStore *self, EnclaveViewNode *folder, const char *folder_path, const char *name)
{
  const Part *part = NULL;
  const char *below = within_store (self, folder_path, &part);
  g_autofree char *path = g_strconcat (folder_path, "/", name, NULL);

  if (below == NULL || name[0] == '.')
    return FALSE;
  if (box_made (self, part, path))
    return FALSE;
  if (below[0] == '\0')
    /* Folders that git makes for a moment hold objects, too. */
    return !(is_hexadecimal (name, 2) || strcmp (name, "pack") == 0 || strcmp (name, "info") == 0);
  if (strcmp (below, "info") == 0 || g_str_has_prefix (below, "info/"))
    return FALSE;
  if (strcmp (below, "pack") == 0)
    {
      g_autofree char *stem = g_strndup (name, strcspn (name, "."));

      return !g_hash_table_contains (part->packs, stem);
    }
  if (is_hexadecimal (below, 2) && (is_hexadecimal (name, 38) || is_hexadecimal (name, 62)))
    {
      g_autofree char *object = g_strconcat (below, name, NULL);

      return !g_hash_table_contains (part->blobs, object) && !is_no_blob (folder, name);
    }
  return TRUE;
}

gboolean
enclave_view_store_refuses (EnclaveViewStore *self, EnclaveViewNode *folder, const char *name)
{
  g_autofree char *folder_path = enclave_view_path_of (folder->fd);
  const Part *part = NULL;
  const char *below = folder_path != NULL ? within_store (self, folder_path, &part) : NULL;

  if (below == NULL)
    return folder_path == NULL;
  return strcmp (below, "pack") == 0
         && (g_hash_table_contains (part->more_set, name) || (part->more->len > 1 && g_str_has_suffix (name, ".pack")));
}

gboolean
enclave_view_store_hides (EnclaveViewStore *self, EnclaveViewNode *folder, const char *name)
{
  g_autofree char *folder_path = enclave_view_path_of (folder->fd);

  return folder_path == NULL || hides_path (self, folder, folder_path, name);
}

int
enclave_view_store_open (EnclaveViewStore *self, EnclaveViewNode *folder, const char *name, gboolean *is_foreign)
{
  g_autofree char *folder_path = enclave_view_path_of (folder->fd);
  const Part *part = NULL;
  const char *below = folder_path != NULL ? within_store (self, folder_path, &part) : NULL;
  int fd;

  if (below == NULL)
    return -1;
  if (strcmp (below, "pack") == 0 && g_hash_table_contains (part->more_set, name))
    {
      fd = openat (part->pack_fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
      *is_foreign = TRUE;
      return fd >= 0 ? fd : -ENOENT;
    }
  return hides_path (self, folder, folder_path, name) ? -ENOENT : -1;
}

void
enclave_view_store_made (EnclaveViewStore *self, EnclaveViewNode *folder, const char *name)
{
  g_autofree char *folder_path = enclave_view_path_of (folder->fd);

  if (folder_path == NULL || !enclave_view_store_has (self, folder_path))
    return;
  g_mutex_lock (&self->lock);
  g_hash_table_add (self->made, g_strconcat (folder_path, "/", name, NULL));
  g_mutex_unlock (&self->lock);
}

const char *const *
enclave_view_store_get_more (EnclaveViewStore *self, EnclaveViewNode *folder)
{
  g_autofree char *folder_path = enclave_view_path_of (folder->fd);
  const Part *part = NULL;
  const char *below = folder_path != NULL ? within_store (self, folder_path, &part) : NULL;

  return below != NULL && strcmp (below, "pack") == 0 ? (const char *const *) part->more->pdata : NULL;
}
