/* enclave-root-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-root-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <sys/stat.h>
#include <unistd.h>

char *
enclave_root_file_read (const char *path, guint32 owner, gsize max_bytes, GError **error)
{
  g_autofree char *text = g_malloc (max_bytes + 1);
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  gsize length = 0;
  gssize n = 1;
  struct stat st;

  if (fd < 0)
    {
      if (errno != ENOENT && errno != ENOTDIR)
        g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
      return NULL;
    }
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode) || st.st_uid != owner || (st.st_mode & 0022) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                           _ ("it must be a file of root’s that nobody else may write"));
      close (fd);
      return NULL;
    }
  while (n > 0 && length <= max_bytes)
    {
      do
        n = read (fd, text + length, max_bytes + 1 - length);
      while (n < 0 && errno == EINTR);
      length += n > 0 ? (gsize) n : 0;
    }
  close (fd);
  if (n < 0 || length > max_bytes)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("it is larger than %d KiB"), (int) (max_bytes / 1024));
      return NULL;
    }
  text[length] = '\0';
  return g_steal_pointer (&text);
}
