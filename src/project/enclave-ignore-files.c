/* enclave-ignore-files.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-ignore-files.h"

#define MAX_IGNORE_FILE_BYTES (256 * 1024)

static char *
read_small (int folder_fd, const char *name)
{
  g_autofree char *text = NULL;
  gsize length = 0;
  struct stat st;
  int fd = openat (folder_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

  if (fd < 0)
    return NULL;
  if (fstat (fd, &st) == 0 && S_ISREG (st.st_mode) && st.st_size > 0 && st.st_size <= MAX_IGNORE_FILE_BYTES)
    {
      text = g_malloc ((gsize) st.st_size + 1);
      while (length < (gsize) st.st_size)
        {
          gssize n = read (fd, text + length, (gsize) st.st_size - length);

          if (n <= 0)
            break;
          length += (gsize) n;
        }
      text[length] = '\0';
    }
  close (fd);

  return g_steal_pointer (&text);
}

static void
add_ignore_file (EnclaveIgnoreLevel *level, int folder_fd, const char *name)
{
  g_autofree char *text = read_small (folder_fd, name);

  if (text != NULL)
    enclave_ignore_level_add (level, text);
}

void
enclave_ignore_files_add (EnclaveIgnoreLevel *level, int folder_fd, gboolean is_root)
{
  g_return_if_fail (level != NULL);

  if (is_root)
    add_ignore_file (level, folder_fd, ".git/info/exclude");
  add_ignore_file (level, folder_fd, ".gitignore");
  add_ignore_file (level, folder_fd, ".ignore");
}

gboolean
enclave_ignore_files_is_one (const char *name)
{
  return g_strcmp0 (name, ".gitignore") == 0 || g_strcmp0 (name, ".ignore") == 0;
}
