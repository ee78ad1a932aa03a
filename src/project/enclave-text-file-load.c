/* enclave-text-file-load.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading runs in a worker thread: a file may be large and a file system slow. The worker gets a path and
 * gives back a finished value; it touches nothing else.
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-limits.h"
#include "enclave-text-file-private.h"
#include "enclave-utf8.h"

#define PIECE_BYTES (256 * 1024)
#define READ_MAX_TRIES 3
/* Beside its text a line takes about 104 bytes in the buffer of GTK 4.8; the double of it leaves room for the marks of a view. */
#define LINE_BYTES 208
#define TEXT_COPIES 4
#define ROOM_FROM_BYTES (1024 * 1024)

static gboolean
fail_with_errno (const char *path, int code, GError **error)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = enclave_utf8_display_name (base);

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _("Could not open “%s”: %s"), name, g_strerror (code));
  return FALSE;
}

static gboolean
fail_not_regular (const struct stat *st, GError **error)
{
  g_set_error_literal (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_NOT_REGULAR,
                       S_ISDIR (st->st_mode) ? _("This is a folder, not a file.")
                       : S_ISFIFO (st->st_mode) ? _("This is a pipe, not a file.")
                       : S_ISSOCK (st->st_mode) ? _("This is a socket, not a file.")
                                                : _("This is a device, not a file."));
  return FALSE;
}

void
enclave_text_file_fail_too_large (GError **error)
{
  g_autofree char *limit = g_format_size_full (ENCLAVE_EDITOR_MAX_BYTES, G_FORMAT_SIZE_IEC_UNITS);

  g_set_error (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_TOO_LARGE,
               _("The file is larger than %s; it is not opened."), limit);
}

int
enclave_text_file_open_regular (const char *path, struct stat *st, GError **error)
{
  int fd;

  /* Asked before it is opened, since opening a device may already do something; and after, since it may
   * have become another in between. */
  if (stat (path, st) != 0)
    {
      fail_with_errno (path, errno, error);
      return -1;
    }
  if (!S_ISREG (st->st_mode))
    {
      fail_not_regular (st, error);
      return -1;
    }
  fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0 || fstat (fd, st) != 0)
    {
      int code = errno;

      if (fd >= 0)
        close (fd);
      fail_with_errno (path, code, error);
      return -1;
    }
  if (!S_ISREG (st->st_mode))
    {
      fail_not_regular (st, error);
      close (fd);
      return -1;
    }
  return fd;
}

/* All bytes from the start, and a NUL behind them. (transfer full) */
static char *
read_all (int fd, const char *path, gsize expected, gsize *length, GCancellable *cancellable, GError **error)
{
  gsize capacity = expected + 1;
  g_autofree char *bytes = g_try_malloc (capacity + 1);

  *length = 0;
  for (;;)
    {
      ssize_t n;

      if (bytes == NULL)
        {
          fail_with_errno (path, ENOMEM, error);
          return NULL;
        }
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      n = pread (fd, bytes + *length, MIN (capacity - *length, PIECE_BYTES), (off_t) *length);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          fail_with_errno (path, errno, error);
          return NULL;
        }
      if (n == 0)
        break;
      *length += (gsize) n;
      if (*length > ENCLAVE_EDITOR_MAX_BYTES)
        {
          enclave_text_file_fail_too_large (error);
          return NULL;
        }
      if (*length == capacity)
        {
          char *more = g_try_realloc (bytes, 2 * capacity + 1);

          if (more == NULL)
            {
              fail_with_errno (path, ENOMEM, error);
              return NULL;
            }
          g_steal_pointer (&bytes);
          bytes = more;
          capacity *= 2;
        }
    }
  bytes[*length] = '\0';
  return g_steal_pointer (&bytes);
}

/* Whether the memory can be had that a text takes from here on: decoded, in the buffer, in its draft, and what the buffer keeps for
 * each line. GLib ends the program where it can't, with all that is open in it, so it is asked for before, and given back. */
static gboolean
has_room_for (const char *bytes, gsize length)
{
  gsize needed = TEXT_COPIES * length;
  g_autofree char *room = NULL;

  if (length < ROOM_FROM_BYTES)
    return TRUE;
  for (const char *at = bytes; (at = memchr (at, '\n', (gsize) (bytes + length - at))) != NULL; at++)
    needed += LINE_BYTES;
  room = g_try_malloc (needed);
  return room != NULL;
}

typedef struct
{
  char *path;
  char *encoding; /* (nullable) */
} Load;

static void
load_free (gpointer data)
{
  Load *work = data;

  g_free (work->path);
  g_free (work->encoding);
  g_free (work);
}

static EnclaveTextFile *
load (const char *path, const char *encoding, GCancellable *cancellable, GError **error)
{
  EnclaveTextFileState state = { 0 };
  char *bytes = NULL;
  gsize length = 0;
  struct stat st;
  int fd = enclave_text_file_open_regular (path, &st, error);

  if (fd < 0)
    return NULL;
  if (st.st_size > ENCLAVE_EDITOR_MAX_BYTES)
    {
      close (fd);
      enclave_text_file_fail_too_large (error);
      return NULL;
    }

  /* A file that is written while it is read is read again; if it never rests, the older stamp lets the
   * change be seen. */
  for (guint i = 0; i < READ_MAX_TRIES; i++)
    {
      EnclaveFileStamp after;

      enclave_file_stamp_from_stat (&state.stamp, &st);
      g_free (bytes);
      bytes = read_all (fd, path, (gsize) st.st_size, &length, cancellable, error);
      if (bytes == NULL || fstat (fd, &st) != 0)
        break;
      enclave_file_stamp_from_stat (&after, &st);
      if (enclave_file_stamp_equal (&state.stamp, &after))
        break;
    }
  close (fd);
  if (bytes == NULL)
    return NULL;
  if (!has_room_for (bytes, length))
    {
      g_free (bytes);
      fail_with_errno (path, ENOMEM, error);
      return NULL;
    }

  if (encoding != NULL && enclave_encoding_find (encoding, &state.encoding))
    state.text = enclave_encoding_decode_as (bytes, length, state.encoding, &state.length, &state.has_bom, NULL);
  if (state.text != NULL)
    g_free (bytes);
  else
    state.text = enclave_encoding_decode (bytes, length, &state.length, &state.encoding, &state.has_bom, error);
  if (state.text == NULL)
    return NULL;
  state.read_only = faccessat (AT_FDCWD, path, W_OK, AT_EACCESS) != 0;
  state.path = enclave_text_file_resolve (path, NULL);
  return enclave_text_file_new (&state);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  Load *work = task_data;
  EnclaveTextFile *self = load (work->path, work->encoding, cancellable, &error);

  if (self != NULL)
    g_task_return_pointer (task, self, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
enclave_text_file_load_async (GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  enclave_text_file_load_as_async (file, NULL, cancellable, callback, user_data);
}

void
enclave_text_file_load_as_async (GFile *file, const char *encoding, GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Load *work;

  g_return_if_fail (G_IS_FILE (file));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_text_file_load_async);
  if (g_file_peek_path (file) == NULL)
    {
      g_task_return_new_error (task, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_FAILED,
                               _("Only files of this machine can be opened."));
      return;
    }
  work = g_new0 (Load, 1);
  work->path = g_file_get_path (file);
  work->encoding = g_strdup (encoding);
  g_task_set_task_data (task, work, load_free);
  /* A dead network file system must not hold the one who cancels. */
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, load_in_thread);
}

EnclaveTextFile *
enclave_text_file_load_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, enclave_text_file_load_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
