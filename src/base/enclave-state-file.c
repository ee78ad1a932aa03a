/* enclave-state-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-state-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-file-save.h"
#include "enclave-state-dir.h"

GBytes *
enclave_state_file_load (const char *subfolder, const char *name, gsize max_bytes)
{
  g_autofree char *folder = enclave_state_dir_path (subfolder);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *data = NULL;
  GBytes *bytes = NULL;
  struct stat st;
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0)
    return NULL;
  if (fstat (fd, &st) == 0 && S_ISREG (st.st_mode) && st.st_uid == geteuid () && (guint64) st.st_size <= max_bytes)
    {
      gsize size = (gsize) st.st_size;
      gsize length = 0;
      gssize n = 1;

      data = g_malloc (size + 1);
      while (length < size && n > 0)
        {
          do
            n = read (fd, data + length, size - length);
          while (n < 0 && errno == EINTR);
          length += n > 0 ? (gsize) n : 0;
        }
      if (n >= 0)
        bytes = g_bytes_new (data, length);
    }
  close (fd);
  return bytes;
}

gboolean
enclave_state_file_save (const char *subfolder, const char *name, GBytes *contents, GError **error)
{
  g_autofree char *folder = enclave_state_dir_ensure (subfolder, error);
  gboolean done;
  int fd;

  if (folder == NULL)
    return FALSE;
  fd = open (folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _ ("Could not use the folder “%s”: %s"), folder,
                   g_strerror (code));
      return FALSE;
    }
  done = enclave_file_save (fd, name, contents, NULL, ENCLAVE_FILE_SAVE_NONE, NULL, error);
  /* A new file gets the mode of a document. */
  if (done && fchmodat (fd, name, 0600, 0) != 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _ ("Could not use the folder “%s”: %s"), folder,
                   g_strerror (code));
      done = FALSE;
    }
  close (fd);
  return done;
}
