/* enclave-session-files.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-limits.h"
#include "enclave-session-files.h"
#include "enclave-session-private.h"
#include "enclave-state-dir.h"

#define FOLDER "conversations"
#define SUFFIX ".jsonl"

static void
set_errno_error (GError **error, const char *what, int code)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", what, g_strerror (code));
}

static int
open_folder (GError **error)
{
  g_autofree char *path = enclave_state_dir_ensure (FOLDER, error);
  int fd;

  if (path == NULL)
    return -1;
  fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    set_errno_error (error, _("Opening the folder of conversations"), errno);

  return fd;
}

static char *
dup_name (const char *prefix, const char *id)
{
  return g_strconcat (prefix, "-", id, SUFFIX, NULL);
}

/* Only a plain file of ours: anything else there was put there by somebody else. */
static int
open_file (int folder, const char *name, int flags, struct stat *st, GError **error)
{
  int fd = openat (folder, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);

  if (fd < 0)
    {
      set_errno_error (error, _("Opening the conversation"), errno);
      return -1;
    }
  if (fstat (fd, st) != 0 || !S_ISREG (st->st_mode) || st->st_uid != geteuid ())
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                   _("Opening the conversation: what is there is no file of yours"));
      close (fd);
      return -1;
    }
  if ((st->st_mode & 0077) != 0 && fchmod (fd, 0600) != 0)
    {
      set_errno_error (error, _("Opening the conversation"), errno);
      close (fd);
      return -1;
    }

  return fd;
}

static gboolean
write_all (int fd, const char *bytes, gsize length)
{
  while (length > 0)
    {
      ssize_t n = write (fd, bytes, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      bytes += n;
      length -= (gsize) n;
    }

  return TRUE;
}

/* What a run before had not written to its end must not swallow what comes now. */
static gboolean
ends_in_a_line (int fd, off_t size)
{
  char last = '\n';

  return size == 0 || (pread (fd, &last, 1, size - 1) == 1 && last == '\n');
}

gboolean
enclave_session_files_append (const char *prefix, const char *id, const char *text, GError **error)
{
  g_autofree char *name = dup_name (prefix, id);
  struct stat st;
  int folder = open_folder (error);
  gboolean written;
  int code;
  int fd;

  if (folder < 0)
    return FALSE;
  fd = open_file (folder, name, O_RDWR | O_APPEND | O_CREAT, &st, error);
  if (fd < 0)
    {
      close (folder);
      return FALSE;
    }

  written = (ends_in_a_line (fd, st.st_size) || write_all (fd, "\n", 1)) && write_all (fd, text, strlen (text))
            && fdatasync (fd) == 0 && (st.st_size > 0 || fsync (folder) == 0);
  code = errno;
  if (!written)
    {
      /* Half a line would only be skipped, but it would be told twice. */
      if (ftruncate (fd, st.st_size) != 0)
        g_debug ("Could not take back half a line: %s", g_strerror (errno));
      set_errno_error (error, _("Keeping the conversation"), code);
    }
  close (fd);
  close (folder);

  return written;
}

static char *
read_file (int folder, const char *name, gsize *length, gint64 *time, GError **error)
{
  g_autofree char *text = NULL;
  struct stat st;
  gsize n_read = 0;
  int fd = open_file (folder, name, O_RDONLY, &st, error);

  if (fd < 0)
    return NULL;
  if (st.st_size > ENCLAVE_SESSION_MAX_BYTES)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, _("Opening the conversation: it has more than %d MiB"),
                   ENCLAVE_SESSION_MAX_BYTES / 1024 / 1024);
      close (fd);
      return NULL;
    }
  text = g_malloc ((gsize) st.st_size + 1);
  while (n_read < (gsize) st.st_size)
    {
      ssize_t n = read (fd, text + n_read, (gsize) st.st_size - n_read);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      n_read += (gsize) n;
    }
  close (fd);
  text[n_read] = '\0';
  *length = n_read;
  *time = st.st_mtim.tv_sec * G_USEC_PER_SEC + st.st_mtim.tv_nsec / 1000;

  return g_steal_pointer (&text);
}

static int
compare_newest (gconstpointer a, gconstpointer b)
{
  EnclaveSession *const *first = a;
  EnclaveSession *const *second = b;
  gint64 difference = enclave_session_get_time (*second) - enclave_session_get_time (*first);

  return difference != 0 ? (difference > 0 ? 1 : -1)
                         : strcmp (enclave_session_get_id (*first), enclave_session_get_id (*second));
}

GPtrArray *
enclave_session_files_list (const char *prefix, const char *const *words, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) sessions = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *start = g_strconcat (prefix, "-", NULL);
  const struct dirent *entry;
  int folder = open_folder (error);
  DIR *directory = folder >= 0 ? fdopendir (folder) : NULL;

  if (directory == NULL)
    {
      if (folder >= 0)
        {
          set_errno_error (error, _("Opening the folder of conversations"), errno);
          close (folder);
        }
      return NULL;
    }
  while ((entry = readdir (directory)) != NULL)
    {
      g_autofree char *text = NULL;
      EnclaveSession *session;
      gsize length;
      gint64 time;

      if (!g_str_has_prefix (entry->d_name, start) || !g_str_has_suffix (entry->d_name, SUFFIX))
        continue;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        {
          closedir (directory);
          return NULL;
        }
      text = read_file (folder, entry->d_name, &length, &time, NULL);
      session = text != NULL ? enclave_session_new_from_text (text, length, time, words) : NULL;
      if (session != NULL)
        g_ptr_array_add (sessions, session);
    }
  closedir (directory);
  g_ptr_array_sort (sessions, compare_newest);

  return g_steal_pointer (&sessions);
}

GPtrArray *
enclave_session_files_load (const char *prefix, const char *id, GError **error)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *name = dup_name (prefix, id);
  g_autofree char *text = NULL;
  gsize length;
  gint64 time;
  int folder = open_folder (error);
  const char *next;

  if (folder < 0)
    return NULL;
  text = read_file (folder, name, &length, &time, error);
  close (folder);
  if (text == NULL)
    return NULL;

  for (const char *line = text; (next = memchr (line, '\n', length - (gsize) (line - text))) != NULL; line = next + 1)
    if (next > line)
      g_ptr_array_add (lines, g_strndup (line, (gsize) (next - line)));

  return g_steal_pointer (&lines);
}

gboolean
enclave_session_files_delete (const char *prefix, const char *id, GError **error)
{
  g_autofree char *name = dup_name (prefix, id);
  int folder = open_folder (error);
  gboolean gone;

  if (folder < 0)
    return FALSE;
  gone = unlinkat (folder, name, 0) == 0 || errno == ENOENT;
  if (!gone)
    set_errno_error (error, _("Deleting the conversation"), errno);
  else if (fsync (folder) != 0)
    g_debug ("Could not sync the folder of conversations: %s", g_strerror (errno));
  close (folder);

  return gone;
}
