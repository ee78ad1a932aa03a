/* enclave-file-save.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-file-save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "enclave-running-saves.h"
#include "enclave-save-journal.h"
#include "enclave-state-dir.h"
#include "enclave-utf8.h"

#define XATTR_MAX_BYTES (64 * 1024)

G_DEFINE_QUARK (enclave-file-save-error-quark, enclave_file_save_error)

void
enclave_file_stamp_from_stat (EnclaveFileStamp *stamp, const struct stat *st)
{
  stamp->exists = TRUE;
  stamp->device = st->st_dev;
  stamp->inode = st->st_ino;
  stamp->size = (guint64) st->st_size;
  stamp->mtime_ns = (gint64) st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
  stamp->mode = st->st_mode;
}

gboolean
enclave_file_stamp_equal (const EnclaveFileStamp *a, const EnclaveFileStamp *b)
{
  if (!a->exists || !b->exists)
    return a->exists == b->exists;
  return a->device == b->device && a->inode == b->inode && a->size == b->size && a->mtime_ns == b->mtime_ns;
}

static EnclaveFileSaveError
code_for (int error_number)
{
  switch (error_number)
    {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return ENCLAVE_FILE_SAVE_ERROR_NO_SPACE;
    case EACCES:
    case EPERM:
    case EROFS:
      return ENCLAVE_FILE_SAVE_ERROR_READ_ONLY;
    default:
      return ENCLAVE_FILE_SAVE_ERROR_FAILED;
    }
}

static gboolean
fail (GError **error, const char *name, const char *what, int error_number)
{
  g_autofree char *shown = enclave_utf8_display_name (name);

  g_set_error (error, ENCLAVE_FILE_SAVE_ERROR, code_for (error_number), "Saving “%s”: %s: %s", shown, what,
               g_strerror (error_number));
  return FALSE;
}

static gboolean
changed (GError **error, const char *name)
{
  g_autofree char *shown = enclave_utf8_display_name (name);

  g_set_error (error, ENCLAVE_FILE_SAVE_ERROR, ENCLAVE_FILE_SAVE_ERROR_CHANGED,
               "Saving “%s”: the file on disk has changed since it was read", shown);
  return FALSE;
}

static void
read_stamp (int directory_fd, const char *name, EnclaveFileStamp *stamp, struct stat *st)
{
  memset (stamp, 0, sizeof *stamp);
  if (fstatat (directory_fd, name, st, AT_SYMLINK_NOFOLLOW) == 0)
    enclave_file_stamp_from_stat (stamp, st);
}

/* 0, or an errno. */
static int
write_all (int fd, const void *data, gsize length)
{
  const char *at = data;

  while (length > 0)
    {
      gssize written = write (fd, at, length);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return errno;
      if (written == 0)
        return EIO;
      at += written;
      length -= (gsize) written;
    }
  return 0;
}

static int
sync_fd (int fd)
{
  int result;

  do
    result = fsync (fd);
  while (result != 0 && errno == EINTR);
  return result == 0 ? 0 : errno;
}

static void
close_quietly (int *fd)
{
  if (*fd >= 0)
    close (g_steal_fd (fd));
}

static gboolean
has_equal_bytes (int fd, gconstpointer data, gsize length)
{
  char buffer[65536];
  gsize at = 0;

  for (;;)
    {
      gssize n = read (fd, buffer, sizeof buffer);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      if (n == 0)
        return at == length;
      if ((gsize) n > length - at || memcmp ((const char *) data + at, buffer, (gsize) n) != 0)
        return FALSE;
      at += (gsize) n;
    }
}

gboolean
enclave_file_save_holds (int directory_fd, const char *name, GBytes *contents)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (contents, &length);
  struct stat st;
  gboolean equal;
  int fd = openat (directory_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

  if (fd < 0)
    return FALSE;
  equal = fstat (fd, &st) == 0 && S_ISREG (st.st_mode) && (gsize) st.st_size == length
          && has_equal_bytes (fd, data, length);
  close (fd);
  return equal;
}

/* ACLs are extended attributes too, so one copy keeps both. Attributes the kernel keeps to itself can't be written by
 * everybody; their loss is no reason to lose a save. */
static void
copy_attributes (int from, int to)
{
  g_autofree char *names = NULL;
  g_autofree char *value = g_malloc (XATTR_MAX_BYTES);
  gssize length = flistxattr (from, NULL, 0);

  if (length <= 0 || length > XATTR_MAX_BYTES)
    return;
  names = g_malloc ((gsize) length);
  length = flistxattr (from, names, (gsize) length);
  for (gssize i = 0; i < length; i += (gssize) strlen (names + i) + 1)
    {
      gssize size = fgetxattr (from, names + i, value, XATTR_MAX_BYTES);

      if (size >= 0 && fsetxattr (to, names + i, value, (gsize) size, 0) != 0)
        continue;
    }
}

/* The state the save leads to, from the descriptor that was written: what a later writer does is not ours to claim. */
static void
report (int fd, EnclaveFileStamp *result)
{
  struct stat st;

  if (result == NULL)
    return;
  memset (result, 0, sizeof *result);
  if (fstat (fd, &st) == 0)
    enclave_file_stamp_from_stat (result, &st);
}

/* Puts the old bytes aside before the only copy is written over. Returns: the journal's path, or NULL. */
static char *
write_journal (int fd, const char *name, GError **error)
{
  g_autofree char *folder = enclave_state_dir_ensure ("journal", error);
  g_autofree char *path = NULL;
  char buffer[65536];
  int journal = -1;
  int problem = 0;

  if (folder == NULL)
    return NULL;
  path = g_build_filename (folder, "save-XXXXXX", NULL);
  journal = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);
  if (journal < 0)
    {
      fail (error, name, "keeping the old text aside", errno);
      return NULL;
    }
  if (lseek (fd, 0, SEEK_SET) != 0)
    problem = errno;
  while (problem == 0)
    {
      gssize n = read (fd, buffer, sizeof buffer);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        problem = errno;
      if (n <= 0)
        break;
      problem = write_all (journal, buffer, (gsize) n);
    }
  if (problem == 0)
    problem = sync_fd (journal);
  close (journal);
  if (problem != 0)
    {
      unlink (path);
      fail (error, name, "keeping the old text aside", problem);
      return NULL;
    }
  return g_steal_pointer (&path);
}

static int
write_in_place (int fd, const void *data, gsize length)
{
  int problem;

  /* Reserving the space first makes a full disk fail while the old text still stands. */
  if (length > 0 && fallocate (fd, FALLOC_FL_KEEP_SIZE, 0, (off_t) length) != 0
      && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG))
    return errno;
  if (lseek (fd, 0, SEEK_SET) != 0)
    return errno;
  problem = write_all (fd, data, length);
  if (problem == 0 && ftruncate (fd, (off_t) length) != 0)
    problem = errno;
  if (problem == 0)
    problem = sync_fd (fd);
  return problem;
}

/* The journal of a save that the next start can end. Returns: NULL with the save's own error. */
static EnclaveSaveJournal *
begin_recoverable (int directory_fd, const char *name, int fd, GBytes *contents, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *shown = NULL;
  EnclaveSaveJournal *kept = enclave_save_journal_begin_in_place (directory_fd, name, fd, contents, &problem);

  if (kept != NULL)
    return kept;
  shown = enclave_utf8_display_name (name);
  g_set_error (error, ENCLAVE_FILE_SAVE_ERROR,
               g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ? ENCLAVE_FILE_SAVE_ERROR_NO_SPACE
                                                                          : ENCLAVE_FILE_SAVE_ERROR_FAILED,
               "Saving “%s”: %s", shown, problem->message);
  return NULL;
}

static gboolean
put_back (int fd, EnclaveSaveJournal *kept, const char *journal)
{
  g_autofree char *text = NULL;
  gconstpointer old = NULL;
  gsize length = 0;

  if (kept != NULL)
    old = g_bytes_get_data (enclave_save_journal_get_old (kept), &length);
  else if (g_file_get_contents (journal, &text, &length, NULL))
    old = text;
  else
    return FALSE;
  return write_in_place (fd, old, length) == 0;
}

static gboolean
save_in_place (int directory_fd, const char *name, GBytes *contents, GBytes *seen, const EnclaveFileStamp *now,
               EnclaveFileSaveFlags flags, EnclaveFileStamp *result, GError **error)
{
  g_autofree char *journal = NULL;
  EnclaveSaveJournal *kept = NULL;
  gsize length;
  gconstpointer data = g_bytes_get_data (contents, &length);
  EnclaveFileStamp opened = { 0 };
  struct stat st;
  int problem;
  int fd = openat (directory_fd, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

  if (fd < 0)
    return fail (error, name, "opening it for writing", errno);
  if (fstat (fd, &st) == 0)
    enclave_file_stamp_from_stat (&opened, &st);
  if (!enclave_file_stamp_equal (&opened, now) || (seen != NULL && !enclave_file_save_holds (directory_fd, name, seen)))
    {
      close (fd);
      return changed (error, name);
    }
  if ((flags & ENCLAVE_FILE_SAVE_RECOVERABLE) != 0)
    kept = begin_recoverable (directory_fd, name, fd, contents, error);
  else
    journal = write_journal (fd, name, error);
  if (kept == NULL && journal == NULL)
    {
      close (fd);
      return FALSE;
    }
  problem = write_in_place (fd, data, length);
  if (problem != 0)
    {
      g_autofree char *shown = enclave_utf8_display_name (name);
      gboolean restored = put_back (fd, kept, journal);

      close (fd);
      if (!restored)
        g_set_error (error, ENCLAVE_FILE_SAVE_ERROR, code_for (problem),
                     "Saving “%s”: writing: %s. The old text could not be put back; it is kept in “%s”", shown,
                     g_strerror (problem), kept != NULL ? enclave_save_journal_get_path (kept) : journal);
      else
        fail (error, name, "writing", problem);
      if (kept != NULL)
        enclave_save_journal_end (kept, !restored);
      else if (restored)
        unlink (journal);
      return FALSE;
    }
  if (kept != NULL)
    enclave_save_journal_end (kept, FALSE);
  else
    unlink (journal);
  report (fd, result);
  close (fd);
  return TRUE;
}

/* FALSE in @usable without an error: this folder or owner needs the in-place mode. */
static int
open_temporary (int directory_fd, const char *name, const struct stat *old, EnclaveFileSaveFlags flags, char **temporary,
                EnclaveSaveJournal **kept, gboolean *usable, int *problem)
{
  int fd = -1;

  *usable = FALSE;
  *problem = 0;
  for (guint attempt = 0; attempt < 100 && fd < 0; attempt++)
    {
      g_free (*temporary);
      /* Long names leave no room for a suffix within NAME_MAX. */
      *temporary = g_strdup_printf (".%.200s.enclave-%08x", strlen (name) > 200 ? "long" : name, g_random_int ());
      if (*kept != NULL)
        enclave_save_journal_end (g_steal_pointer (kept), FALSE);
      if ((flags & ENCLAVE_FILE_SAVE_RECOVERABLE) != 0)
        *kept = enclave_save_journal_begin_temporary (directory_fd, *temporary);
      fd = openat (directory_fd, *temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
      if (fd < 0 && errno != EEXIST)
        {
          *problem = errno;
          return -1;
        }
    }
  if (fd < 0)
    {
      *problem = EEXIST;
      return -1;
    }
  if (old != NULL)
    {
      struct stat st;

      if (fstat (fd, &st) == 0 && (st.st_uid != old->st_uid || st.st_gid != old->st_gid)
          && fchown (fd, old->st_uid, old->st_gid) != 0)
        {
          unlinkat (directory_fd, *temporary, 0);
          close (fd);
          return -1;
        }
    }
  *usable = TRUE;
  return fd;
}

static mode_t
mode_for_new (EnclaveFileSaveFlags flags)
{
  /* The umask can only be read by setting it, which another thread would see; the kernel tells it without. */
  g_autofree char *status = NULL;
  const char *line = NULL;
  mode_t mask = 022;

  if (g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    line = strstr (status, "\nUmask:");
  if (line != NULL)
    mask = (mode_t) g_ascii_strtoull (line + strlen ("\nUmask:"), NULL, 8);
  if ((flags & ENCLAVE_FILE_SAVE_PRIVATE) != 0)
    mask |= 077;
  return ((flags & ENCLAVE_FILE_SAVE_EXECUTABLE) != 0 ? 0777 : 0666) & ~mask;
}

static gboolean
replace (int directory_fd, const char *name, GBytes *contents, GBytes *seen, const EnclaveFileStamp *now,
         const struct stat *old, EnclaveFileSaveFlags flags, EnclaveSaveJournal **kept, EnclaveFileStamp *result,
         gboolean *usable, GError **error)
{
  g_autofree char *temporary = NULL;
  gsize length;
  gconstpointer data = g_bytes_get_data (contents, &length);
  EnclaveFileStamp before;
  struct stat st;
  const char *step = "making a temporary file beside it";
  int problem = 0;
  int old_fd = -1;
  int fd = open_temporary (directory_fd, name, old, flags, &temporary, kept, usable, &problem);

  if (fd < 0)
    {
      if (old != NULL && (problem == 0 || problem == EACCES || problem == EPERM || problem == EROFS))
        return FALSE;
      *usable = TRUE;
      return fail (error, name, step, problem);
    }
  step = "writing";
  if (length > 0 && fallocate (fd, FALLOC_FL_KEEP_SIZE, 0, (off_t) length) != 0
      && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG))
    problem = errno;
  if (problem == 0)
    problem = write_all (fd, data, length);
  if (problem == 0 && old != NULL)
    {
      old_fd = openat (directory_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
      if (old_fd >= 0)
        copy_attributes (old_fd, fd);
      close_quietly (&old_fd);
    }
  if (problem == 0 && fchmod (fd, old != NULL ? old->st_mode & 07777 : mode_for_new (flags)) != 0)
    problem = errno;
  if (problem == 0)
    {
      step = "flushing it to the disk";
      problem = sync_fd (fd);
    }
  if (problem == 0)
    {
      read_stamp (directory_fd, name, &before, &st);
      if (!enclave_file_stamp_equal (&before, now)
          || (seen != NULL && !enclave_file_save_holds (directory_fd, name, seen)))
        {
          unlinkat (directory_fd, temporary, 0);
          close (fd);
          return changed (error, name);
        }
      step = "putting the new text in its place";
      if (renameat (directory_fd, temporary, directory_fd, name) != 0)
        problem = errno;
    }
  if (problem != 0)
    {
      unlinkat (directory_fd, temporary, 0);
      close (fd);
      return fail (error, name, step, problem);
    }
  report (fd, result);
  close (fd);
  problem = sync_fd (directory_fd);
  if (problem != 0 && problem != EINVAL && problem != EBADF)
    return fail (error, name, "flushing its folder to the disk", problem);
  return TRUE;
}

static gboolean
save_by_rename (int directory_fd, const char *name, GBytes *contents, GBytes *seen, const EnclaveFileStamp *now,
                const struct stat *old, EnclaveFileSaveFlags flags, EnclaveFileStamp *result, gboolean *usable,
                GError **error)
{
  EnclaveSaveJournal *kept = NULL;
  gboolean saved = replace (directory_fd, name, contents, seen, now, old, flags, &kept, result, usable, error);

  if (kept != NULL)
    enclave_save_journal_end (kept, FALSE);
  return saved;
}

static gboolean
save (int directory_fd, const char *name, GBytes *contents, GBytes *seen, const EnclaveFileStamp *expected,
      EnclaveFileSaveFlags flags, EnclaveFileStamp *result, GError **error)
{
  EnclaveFileStamp now;
  gconstpointer data;
  struct stat st;
  gsize length;
  gboolean usable = TRUE;
  int synced;
  int fd;

  read_stamp (directory_fd, name, &now, &st);
  if (expected != NULL && !enclave_file_stamp_equal (&now, expected))
    return changed (error, name);
  if (now.exists && !S_ISREG (st.st_mode))
    {
      g_autofree char *shown = enclave_utf8_display_name (name);

      g_set_error (error, ENCLAVE_FILE_SAVE_ERROR, ENCLAVE_FILE_SAVE_ERROR_FAILED,
                   "Saving “%s”: it is not a regular file", shown);
      return FALSE;
    }

  data = g_bytes_get_data (contents, &length);
  if (now.exists)
    {
      /* A file that may not be written is not replaced either, even where the folder would allow it. */
      if (faccessat (directory_fd, name, W_OK, AT_EACCESS) != 0)
        return fail (error, name, "it can't be written", errno);
      if (now.size == length)
        {
          gboolean equal;

          fd = openat (directory_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
          equal = fd >= 0 && has_equal_bytes (fd, data, length);
          if (equal)
            report (fd, result);
          close_quietly (&fd);
          if (equal)
            return TRUE;
        }
      if (st.st_nlink > 1)
        return save_in_place (directory_fd, name, contents, seen, &now, flags, result, error);
    }

  /* An O_PATH descriptor can't be flushed, so the folder is opened again for that. */
  synced = openat (directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  {
    gboolean saved = save_by_rename (synced >= 0 ? synced : directory_fd, name, contents, seen, &now,
                                     now.exists ? &st : NULL, flags, result, &usable, error);

    close_quietly (&synced);
    if (usable)
      return saved;
  }
  return save_in_place (directory_fd, name, contents, seen, &now, flags, result, error);
}

gboolean
enclave_file_save_seen (int directory_fd, const char *name, GBytes *contents, GBytes *seen,
                        const EnclaveFileStamp *expected, EnclaveFileSaveFlags flags, EnclaveFileStamp *result,
                        GError **error)
{
  gboolean saved;

  g_return_val_if_fail (directory_fd >= 0 && name != NULL && contents != NULL, FALSE);
  g_return_val_if_fail (strchr (name, '/') == NULL, FALSE);

  enclave_running_saves_begin ();
  saved = save (directory_fd, name, contents, seen, expected, flags, result, error);
  enclave_running_saves_end ();
  return saved;
}

gboolean
enclave_file_save (int directory_fd, const char *name, GBytes *contents, const EnclaveFileStamp *expected,
                   EnclaveFileSaveFlags flags, EnclaveFileStamp *result, GError **error)
{
  return enclave_file_save_seen (directory_fd, name, contents, NULL, expected, flags, result, error);
}
