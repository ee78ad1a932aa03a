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

struct _EnclaveViewStore
{
  char *objects;      /* path of the object store */
  GHashTable *blobs;  /* names of loose blobs that may be read */
  GHashTable *packs;  /* names, without their endings, of packs that are shown as they are */
  GPtrArray *more;    /* names of the packs that stand in, NULL-terminated */
  GHashTable *more_set;
  int pack_fd;

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
enclave_view_store_new (const char *root, const char *folder, GError **error)
{
  g_autofree char *pack_folder = g_build_filename (folder, "pack", NULL);
  GHashTable *blobs = read_names (folder, "blobs", error);
  GHashTable *packs = blobs != NULL ? read_names (folder, "packs", error) : NULL;
  GDir *dir = packs != NULL ? g_dir_open (pack_folder, 0, error) : NULL;
  EnclaveViewStore *self;
  const char *name;

  if (dir == NULL)
    return NULL;
  self = g_new0 (EnclaveViewStore, 1);
  self->objects = g_build_filename (root, ".git", "objects", NULL);
  self->blobs = blobs;
  self->packs = packs;
  self->more = g_ptr_array_new ();
  self->more_set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->made = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->pack_fd = open (pack_folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  g_mutex_init (&self->lock);
  {
    g_autofree char *locked = g_build_filename (folder, "blobs", NULL);
    int lock_fd = open (locked, O_RDONLY | O_CLOEXEC);

    /* Kept until the end: the gate does not remove a store in use. */
    if (lock_fd < 0 || flock (lock_fd, LOCK_SH | LOCK_NB) != 0)
      {
        g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "the git store of the view is gone");
        return NULL;
      }
  }
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      char *copy = g_strdup (name);

      g_hash_table_add (self->more_set, copy);
      g_ptr_array_add (self->more, copy);
    }
  g_ptr_array_add (self->more, NULL);
  g_dir_close (dir);
  return self;
}

/* Returns: (nullable): @path below the store, "" for the store itself. */
static const char *
within_store (EnclaveViewStore *self, const char *path)
{
  gsize length = strlen (self->objects);

  if (strncmp (path, self->objects, length) != 0 || (path[length] != '\0' && path[length] != '/'))
    return NULL;
  return path[length] == '/' ? path + length + 1 : path + length;
}

gboolean
enclave_view_store_is (EnclaveViewStore *self, const char *path)
{
  return strcmp (self->objects, path) == 0;
}

gboolean
enclave_view_store_has (EnclaveViewStore *self, const char *path)
{
  return within_store (self, path) != NULL;
}

static gboolean
box_made (EnclaveViewStore *self, const char *path)
{
  g_autofree char *upper = g_strdup (path);
  gboolean made = FALSE;

  g_mutex_lock (&self->lock);
  while (!made && strlen (upper) > strlen (self->objects))
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
  const char *below = within_store (self, folder_path);
  g_autofree char *path = g_strconcat (folder_path, "/", name, NULL);

  if (below == NULL || name[0] == '.')
    return FALSE;
  if (box_made (self, path))
    return FALSE;
  if (below[0] == '\0')
    /* Folders that git makes for a moment hold objects, too. */
    return !(is_hexadecimal (name, 2) || strcmp (name, "pack") == 0 || strcmp (name, "info") == 0);
  if (strcmp (below, "info") == 0 || g_str_has_prefix (below, "info/"))
    return FALSE;
  if (strcmp (below, "pack") == 0)
    {
      g_autofree char *stem = g_strndup (name, strcspn (name, "."));

      return !g_hash_table_contains (self->packs, stem);
    }
  if (is_hexadecimal (below, 2) && (is_hexadecimal (name, 38) || is_hexadecimal (name, 62)))
    {
      g_autofree char *object = g_strconcat (below, name, NULL);

      return !g_hash_table_contains (self->blobs, object) && !is_no_blob (folder, name);
    }
  return TRUE;
}

gboolean
enclave_view_store_refuses (EnclaveViewStore *self, EnclaveViewNode *folder, const char *name)
{
  g_autofree char *folder_path = enclave_view_path_of (folder->fd);
  const char *below = folder_path != NULL ? within_store (self, folder_path) : NULL;

  if (below == NULL)
    return folder_path == NULL;
  return strcmp (below, "pack") == 0
         && (g_hash_table_contains (self->more_set, name) || (self->more->len > 1 && g_str_has_suffix (name, ".pack")));
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
  const char *below = folder_path != NULL ? within_store (self, folder_path) : NULL;
  int fd;

  if (below == NULL)
    return -1;
  if (strcmp (below, "pack") == 0 && g_hash_table_contains (self->more_set, name))
    {
      fd = openat (self->pack_fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
      *is_foreign = TRUE;
      return fd >= 0 ? fd : -ENOENT;
    }
  return hides_path (self, folder, folder_path, name) ? -ENOENT : -1;
}

void
enclave_view_store_made (EnclaveViewStore *self, EnclaveViewNode *folder, const char *name)
{
  g_autofree char *folder_path = enclave_view_path_of (folder->fd);

  if (folder_path == NULL || within_store (self, folder_path) == NULL)
    return;
  g_mutex_lock (&self->lock);
  g_hash_table_add (self->made, g_strconcat (folder_path, "/", name, NULL));
  g_mutex_unlock (&self->lock);
}

const char *const *
enclave_view_store_get_more (EnclaveViewStore *self, EnclaveViewNode *folder)
{
  g_autofree char *folder_path = enclave_view_path_of (folder->fd);
  const char *below = folder_path != NULL ? within_store (self, folder_path) : NULL;

  return below != NULL && strcmp (below, "pack") == 0 ? (const char *const *) self->more->pdata : NULL;
}
