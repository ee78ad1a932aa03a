/* enclave-beneath.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "enclave-beneath.h"
#include "enclave-test-walls.h"

#define MAX_LINKS 40
/* The kernel answers EAGAIN when something is renamed at the same time; an attacker could do that for ever. */
#define MAX_TRIES 200

static int
kernel_open (int root_fd, const char *path, int open_flags, guint64 resolve)
{
  struct open_how how = { 0 };
  int fd = -1;

  how.flags = O_PATH | O_CLOEXEC | (guint64) open_flags;
  how.resolve = enclave_test_walls_is_off ("beneath") ? 0 : RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | resolve;

  for (guint i = 0; i < MAX_TRIES; i++)
    {
      fd = (int) syscall (SYS_openat2, root_fd, path, &how, sizeof how);
      if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
        break;
    }

  return fd;
}

gboolean
enclave_beneath_kernel_has_openat2 (void)
{
  int fd = kernel_open (AT_FDCWD, ".", O_DIRECTORY, 0);

  if (fd >= 0)
    {
      close (fd);
      return TRUE;
    }

  /* A filter of a container answers EPERM for calls that it does not know. */
  return errno != ENOSYS && errno != EPERM;
}

static int
top_of (GArray *stack, int root_fd)
{
  return stack->len > 0 ? g_array_index (stack, int, stack->len - 1) : root_fd;
}

static void
pop (GArray *stack)
{
  close (g_array_index (stack, int, stack->len - 1));
  g_array_set_size (stack, stack->len - 1);
}

/* Puts the components of @path before those that are still to be walked. */
static void
push_components (GQueue *pending, const char *path)
{
  g_auto(GStrv) parts = g_strsplit (path, "/", -1);
  guint n = g_strv_length (parts);

  for (guint i = n; i > 0; i--)
    {
      if (*parts[i - 1] != '\0')
        g_queue_push_head (pending, g_strdup (parts[i - 1]));
    }
}

/* Returns: TRUE when the walk may go on. */
static gboolean
walk_one (GArray *stack, int root_fd, GQueue *pending, const char *name, EnclaveBeneathFlags flags, guint *n_links)
{
  char target[PATH_MAX];
  struct stat st;
  gssize length;
  int fd;

  /* As for the kernel, a file has no way back up. */
  if ((g_str_equal (name, ".") || g_str_equal (name, "..")) && stack->len > 0
      && (fstat (top_of (stack, root_fd), &st) != 0 || !S_ISDIR (st.st_mode)))
    {
      errno = ENOTDIR;
      return FALSE;
    }
  if (g_str_equal (name, "."))
    return TRUE;
  if (g_str_equal (name, ".."))
    {
      if (stack->len == 0)
        {
          errno = EXDEV;
          return FALSE;
        }
      pop (stack);
      return TRUE;
    }

  fd = openat (top_of (stack, root_fd), name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return FALSE;
  if (fstat (fd, &st) != 0 || !S_ISLNK (st.st_mode))
    {
      g_array_append_val (stack, fd);
      return TRUE;
    }

  length = readlinkat (fd, "", target, sizeof target - 1);
  close (fd);
  if (length < 0)
    return FALSE;
  target[length] = '\0';
  if ((flags & ENCLAVE_BENEATH_NO_SYMLINKS) != 0 || ++*n_links > MAX_LINKS)
    {
      errno = ELOOP;
      return FALSE;
    }
  if (target[0] == '/')
    {
      errno = EXDEV;
      return FALSE;
    }
  push_components (pending, target);

  return TRUE;
}

static int
portable_open (int root_fd, const char *path, int open_flags, EnclaveBeneathFlags flags)
{
  g_autoptr(GArray) stack = g_array_new (FALSE, FALSE, sizeof (int));
  GQueue pending = G_QUEUE_INIT;
  gboolean want_directory = (open_flags & O_DIRECTORY) != 0 || g_str_has_suffix (path, "/")
                            || g_str_has_suffix (path, "/.") || g_str_has_suffix (path, "/..");
  gboolean good = TRUE;
  guint n_links = 0;
  struct stat st;
  int fd = -1;
  int saved;

  if (path[0] == '/' || path[0] == '\0')
    {
      errno = path[0] == '/' ? EXDEV : ENOENT;
      return -1;
    }

  push_components (&pending, path);
  while (good && !g_queue_is_empty (&pending))
    {
      g_autofree char *name = g_queue_pop_head (&pending);

      good = walk_one (stack, root_fd, &pending, name, flags, &n_links);
    }

  saved = errno;
  if (good)
    {
      fd = fcntl (top_of (stack, root_fd), F_DUPFD_CLOEXEC, 0);
      saved = errno;
      if (fd >= 0 && want_directory && (fstat (fd, &st) != 0 || !S_ISDIR (st.st_mode)))
        {
          close (fd);
          fd = -1;
          saved = ENOTDIR;
        }
    }

  while (stack->len > 0)
    pop (stack);
  g_queue_clear_full (&pending, g_free);
  errno = saved;

  return fd;
}

int
enclave_beneath_open (int root_fd, const char *path, int open_flags, EnclaveBeneathFlags flags)
{
  g_return_val_if_fail (path != NULL, -1);

  if ((flags & ENCLAVE_BENEATH_PORTABLE) != 0)
    return portable_open (root_fd, path, open_flags, flags);

  return kernel_open (root_fd, path, open_flags,
                      (flags & ENCLAVE_BENEATH_NO_SYMLINKS) != 0 ? RESOLVE_NO_SYMLINKS : 0);
}
