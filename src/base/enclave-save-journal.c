/* enclave-save-journal.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An entry is the SHA-256 of what follows in hexadecimal, a newline, and a serialized value: where the file lies, which
 * file it was, the temporary file beside it, and the texts. One that is torn was never relied on.
 */

#include "config.h"

#include "enclave-save-journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-state-dir.h"

#define FOLDER "journal"
#define PREFIX "edit-"
#define KEPT_PREFIX "kept-"
#define DIGEST_LENGTH 64
/* folder, name, temporary, device, inode, old, new */
#define ENTRY_TYPE "(ayayayttayay)"
/* New, old, new, old: see is_mixed(). */
#define MAX_PARTS 4
#define MAX_BYTES ((gsize) 600 * 1024 * 1024)
/* A folder that was not there in so long a time does not come back. */
#define MAX_WAIT_SECONDS ((gint64) 30 * 24 * 60 * 60)

struct _EnclaveSaveJournal
{
  char *path;
  int fd;
  GBytes *old; /* (nullable) */
};

typedef struct
{
  const char *folder;
  const char *name;
  const char *temporary;
  guint64 device;
  guint64 inode;
  const char *old;
  gsize old_length;
  const char *new;
  gsize new_length;
} Entry;

static int
write_all (int fd, const void *data, gsize length)
{
  const char *at = data;

  while (length > 0)
    {
      gssize n = write (fd, at, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return n < 0 ? errno : EIO;
      at += n;
      length -= (gsize) n;
    }
  return 0;
}

/* (transfer full) (nullable) */
static GBytes *
read_all (int fd, gsize max_bytes)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  struct stat st;
  gsize length = 0;

  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode) || (guint64) st.st_size > max_bytes || st.st_size >= G_MAXUINT)
    return NULL;
  g_byte_array_set_size (bytes, (guint) st.st_size + 1);
  while (length < bytes->len)
    {
      gssize n = pread (fd, bytes->data + length, bytes->len - length, (off_t) length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return NULL;
      if (n == 0)
        break;
      length += (gsize) n;
    }
  if (length > (gsize) st.st_size)
    return NULL;
  g_byte_array_set_size (bytes, (guint) length);
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static char *
dup_folder_path (int directory_fd)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", directory_fd);

  return g_file_read_link (link, NULL);
}

static GVariant *
bytes_variant (GBytes *bytes)
{
  return g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE);
}

/* Its name as well: an entry that can't be found after a power cut is none. Returns: 0, or an errno. */
static int
flush_entry (int fd, const char *state)
{
  int folder;
  int problem = 0;

  if (fsync (fd) != 0)
    return errno;
  folder = open (state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0)
    return errno;
  if (fsync (folder) != 0 && errno != EINVAL)
    problem = errno;
  close (folder);
  return problem;
}

/* Takes @old. */
static EnclaveSaveJournal *
begin (int directory_fd, const char *name, const char *temporary, const struct stat *st, GBytes *old, GBytes *contents,
       gboolean flush, GError **error)
{
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  g_autofree char *state = enclave_state_dir_ensure (FOLDER, error);
  g_autofree char *folder = dup_folder_path (directory_fd);
  g_autofree char *path = NULL;
  g_autofree char *digest = NULL;
  g_autoptr (GVariant) value = NULL;
  int problem = 0;
  int fd;

  if (state == NULL || folder == NULL)
    {
      if (state != NULL)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "keeping the text aside: the folder has no name");
      g_clear_pointer (&old, g_bytes_unref);
      return NULL;
    }
  value = g_variant_ref_sink (
    g_variant_new ("(^ay^ay^aytt@ay@ay)", folder, name, temporary, st != NULL ? (guint64) st->st_dev : 0,
                   st != NULL ? (guint64) st->st_ino : 0, bytes_variant (old != NULL ? old : nothing),
                   bytes_variant (contents != NULL ? contents : nothing)));
  digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, g_variant_get_data (value), g_variant_get_size (value));
  path = g_build_filename (state, PREFIX "XXXXXX", NULL);
  fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0)
    problem = errno;
  /* Before there is anything in it: a start that looks now sees that somebody is at it. */
  if (problem == 0 && flock (fd, LOCK_EX | LOCK_NB) != 0)
    problem = errno;
  if (problem == 0)
    problem = write_all (fd, digest, DIGEST_LENGTH);
  if (problem == 0)
    problem = write_all (fd, "\n", 1);
  if (problem == 0)
    problem = write_all (fd, g_variant_get_data (value), g_variant_get_size (value));
  if (problem == 0 && flush)
    problem = flush_entry (fd, state);
  if (problem != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (problem), "keeping the text aside: %s",
                   g_strerror (problem));
      if (fd >= 0)
        {
          unlink (path);
          close (fd);
        }
      g_clear_pointer (&old, g_bytes_unref);
      return NULL;
    }

  {
    EnclaveSaveJournal *self = g_new0 (EnclaveSaveJournal, 1);

    self->path = g_steal_pointer (&path);
    self->fd = fd;
    self->old = old;
    return self;
  }
}

EnclaveSaveJournal *
enclave_save_journal_begin_in_place (int directory_fd, const char *name, int old_fd, GBytes *contents, GError **error)
{
  GBytes *old = read_all (old_fd, MAX_BYTES / 2);
  struct stat st;

  if (old == NULL || fstat (old_fd, &st) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "keeping the old text aside: %s", g_strerror (errno));
      g_clear_pointer (&old, g_bytes_unref);
      return NULL;
    }
  return begin (directory_fd, name, "", &st, old, contents, TRUE, error);
}

EnclaveSaveJournal *
enclave_save_journal_begin_temporary (int directory_fd, const char *temporary)
{
  return begin (directory_fd, "", temporary, NULL, NULL, NULL, FALSE, NULL);
}

GBytes *
enclave_save_journal_get_old (EnclaveSaveJournal *self)
{
  return self->old;
}

const char *
enclave_save_journal_get_path (EnclaveSaveJournal *self)
{
  return self->path;
}

void
enclave_save_journal_end (EnclaveSaveJournal *self, gboolean keep)
{
  if (!keep)
    unlink (self->path);
  close (self->fd);
  g_clear_pointer (&self->old, g_bytes_unref);
  g_free (self->path);
  g_free (self);
}

/* The bytes of @value stay valid as long as it does. */
static gboolean
parse (GVariant *value, Entry *entry)
{
  g_autoptr (GVariant) old = NULL;
  g_autoptr (GVariant) contents = NULL;

  if (!g_variant_is_normal_form (value))
    return FALSE;
  g_variant_get (value, "(^&ay^&ay^&aytt@ay@ay)", &entry->folder, &entry->name, &entry->temporary, &entry->device,
                 &entry->inode, &old, &contents);
  entry->old = g_variant_get_data (old);
  entry->old_length = g_variant_get_size (old);
  entry->new = g_variant_get_data (contents);
  entry->new_length = g_variant_get_size (contents);
  return g_path_is_absolute (entry->folder) && strchr (entry->name, '/') == NULL
         && strchr (entry->temporary, '/') == NULL;
}

static gsize
count_equal (const char *a, gsize a_length, const char *b, gsize b_length, gsize from)
{
  gsize at = from;

  while (at < a_length && at < b_length && a[at] == b[at])
    at++;
  return at - from;
}

/* What a save that was cut leaves: the new text up to some place, and the old one behind it. When it failed before it was cut,
 * the old text has come back up to some place, and a start that was cut has put the new one over all that. */
static gboolean
is_mixed (GBytes *bytes, const Entry *entry)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  guint n_parts = 0;

  if (length < MIN (entry->old_length, entry->new_length) || length > MAX (entry->old_length, entry->new_length))
    return FALSE;
  for (gsize at = 0; at < length; n_parts++)
    {
      gsize n_old = count_equal (data, length, entry->old, entry->old_length, at);
      gsize n_new = count_equal (data, length, entry->new, entry->new_length, at);

      if (MAX (n_old, n_new) == 0 || n_parts == MAX_PARTS)
        return FALSE;
      at += MAX (n_old, n_new);
    }
  return TRUE;
}

static gboolean
write_over (int fd, const char *text, gsize length)
{
  return lseek (fd, 0, SEEK_SET) == 0 && write_all (fd, text, length) == 0 && ftruncate (fd, (off_t) length) == 0
         && fsync (fd) == 0;
}

/* Returns: whether the entry has done its work; FALSE: it stays. */
static gboolean
end_in_place (int folder, const Entry *entry, gboolean *written, gboolean *foreign)
{
  g_autoptr (GBytes) now = NULL;
  struct stat st;
  gboolean done = FALSE;
  int fd = openat (folder, entry->name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

  if (fd < 0)
    {
      *foreign = errno == ENOENT;
      return FALSE;
    }
  /* The number of a device changes with each start of the machine; that of the file does not. */
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode) || st.st_ino != entry->inode
      || (now = read_all (fd, MAX_BYTES)) == NULL)
    {
      *foreign = TRUE;
      close (fd);
      return FALSE;
    }
  if (g_bytes_get_size (now) == entry->old_length
      && memcmp (g_bytes_get_data (now, NULL), entry->old, entry->old_length) == 0)
    {
      close (fd);
      return TRUE;
    }
  if (!is_mixed (now, entry))
    {
      *foreign = TRUE;
      close (fd);
      return FALSE;
    }
  if (write_over (fd, entry->new, entry->new_length))
    done = *written = TRUE;
  else
    /* the disk may be full: what stood there fits */
    done = write_over (fd, entry->old, entry->old_length);
  close (fd);
  return done;
}

/* Only what can be one of ours: no other program makes such names, and a link or a folder is none. */
static void
remove_temporary (int folder, const char *temporary)
{
  struct stat st;

  if (*temporary == '.' && strstr (temporary, ".enclave-") != NULL
      && fstatat (folder, temporary, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG (st.st_mode) && st.st_nlink == 1
      && st.st_uid == geteuid ())
    unlinkat (folder, temporary, 0);
}

static gboolean
recover_entry (int journal, const char *entry_name, GPtrArray *ended, GPtrArray *kept)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GVariant) value = NULL;
  g_autofree char *digest = NULL;
  Entry entry = { 0 };
  gboolean written = FALSE;
  gboolean foreign = FALSE;
  gboolean lost = FALSE;
  gboolean done = TRUE;
  const char *data;
  struct stat st;
  gsize length;
  int fd = openat (journal, entry_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  int folder;

  if (fd < 0)
    return FALSE;
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode) || st.st_uid != geteuid () || flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      close (fd);
      return FALSE;
    }
  bytes = read_all (fd, MAX_BYTES);
  data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
  if (data != NULL && length > DIGEST_LENGTH + 1)
    {
      g_autoptr (GBytes) body = g_bytes_new_from_bytes (bytes, DIGEST_LENGTH + 1, length - DIGEST_LENGTH - 1);

      digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, body);
      if (memcmp (digest, data, DIGEST_LENGTH) == 0)
        {
          /* A copy: a value must lie at a multiple of eight. */
          g_autoptr (GBytes) aligned = g_bytes_new (g_bytes_get_data (body, NULL), g_bytes_get_size (body));

          value = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (ENTRY_TYPE), aligned, FALSE));
        }
    }
  if (value != NULL && parse (value, &entry))
    {
      folder = open (entry.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      if (folder >= 0)
        {
          if (*entry.temporary != '\0')
            remove_temporary (folder, entry.temporary);
          if (*entry.name != '\0')
            done = end_in_place (folder, &entry, &written, &foreign);
          close (folder);
        }
      else
        {
          /* A disk that is not there today may be there tomorrow, also where its folder comes and goes with it. */
          done = *entry.name == '\0';
          lost = !done && g_get_real_time () / G_USEC_PER_SEC - (gint64) st.st_mtime > MAX_WAIT_SECONDS;
        }
    }
  if (foreign || lost)
    {
      g_autofree char *name = g_strconcat (KEPT_PREFIX, entry_name + strlen (PREFIX), NULL);

      if (renameat (journal, entry_name, journal, name) == 0 && kept != NULL)
        g_ptr_array_add (kept, g_build_filename (entry.folder, entry.name, NULL));
    }
  else if (done)
    {
      unlinkat (journal, entry_name, 0);
    }
  if (written && ended != NULL)
    g_ptr_array_add (ended, g_build_filename (entry.folder, entry.name, NULL));
  close (fd);
  return done || foreign || lost;
}

guint
enclave_save_journal_recover (GPtrArray **ended, GPtrArray **kept)
{
  g_autoptr (GPtrArray) ended_paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) kept_paths = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *path = enclave_state_dir_path (FOLDER);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;
  int fd = folder != NULL ? open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;

  while (fd >= 0 && (name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_prefix (name, PREFIX) && recover_entry (fd, name, ended_paths, kept_paths))
      n++;
  if (fd >= 0)
    close (fd);
  if (ended != NULL)
    *ended = g_steal_pointer (&ended_paths);
  if (kept != NULL)
    *kept = g_steal_pointer (&kept_paths);
  return n;
}
