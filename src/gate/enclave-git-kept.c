/* enclave-git-kept.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-kept.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-git-kept-private.h"

#define WAIT_MS 50

char *
_enclave_git_kept_dup_all (void)
{
  return g_build_filename (g_get_user_cache_dir (), "enclave", "git", NULL);
}

char *
enclave_git_kept_dup_folder (const char *git_folder)
{
  g_autofree char *all = _enclave_git_kept_dup_all ();
  g_autofree char *name = g_compute_checksum_for_string (G_CHECKSUM_SHA256, git_folder, -1);

  return g_build_filename (all, name, NULL);
}

/* Whoever removes a folder has its lock, and the lock goes with it. */
static gboolean
is_there (int fd, const char *path)
{
  struct stat held, found;

  return fstat (fd, &held) == 0 && lstat (path, &found) == 0 && held.st_dev == found.st_dev && held.st_ino == found.st_ino;
}

/* Returns: a descriptor; -1, with the number of an error. */
static int
open_lock (const char *folder, const char *path)
{
  int fd = -1;

  /* It may be removed between the two. */
  while (g_mkdir_with_parents (folder, 0700) == 0 && (fd = open (path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)) < 0 && errno == ENOENT)
    ;
  return fd;
}

/* Returns: FALSE when there is nothing to wait for any more. */
static gboolean
wait_a_little (GCancellable *cancellable, GPollFD *stopped, gint64 end_us, GError **error)
{
  g_poll (stopped, stopped->fd >= 0 ? 1 : 0, WAIT_MS);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (end_us == 0 || g_get_monotonic_time () < end_us)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "%s", g_strerror (ETIMEDOUT));
  return FALSE;
}

int
enclave_git_kept_lock (const char *git_folder, EnclaveGitProgress *progress, GCancellable *cancellable, gint64 end_us, GError **error)
{
  g_autofree char *folder = enclave_git_kept_dup_folder (git_folder);
  g_autofree char *path = g_build_filename (folder, "lock", NULL);
  GPollFD stopped = { .fd = -1 };
  gboolean can_stop = g_cancellable_make_pollfd (cancellable, &stopped);
  int fd = -1;
  int code = EWOULDBLOCK;

  while (code == EWOULDBLOCK || code == EINTR)
    {
      if (fd < 0)
        fd = open_lock (folder, path);
      code = fd < 0 || flock (fd, LOCK_EX | LOCK_NB) != 0 ? errno : 0;
      if (code == 0 && !is_there (fd, path))
        {
          close (fd);
          fd = -1;
          code = EINTR;
        }
      else if ((code == EWOULDBLOCK || code == EINTR) && !wait_a_little (cancellable, &stopped, end_us, error))
        code = ECANCELED;
      else if (code == EWOULDBLOCK)
        enclave_git_progress_look_within (progress, folder);
      else if (code != 0 && code != EWOULDBLOCK && code != EINTR)
        g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", path, g_strerror (code));
    }
  if (code != 0 && fd >= 0)
    close (fd);
  if (can_stop)
    g_cancellable_release_fd (cancellable);
  return code == 0 ? fd : -1;
}

gboolean
enclave_git_kept_note_place (const char *git_folder)
{
  g_autofree char *folder = enclave_git_kept_dup_folder (git_folder);
  g_autofree char *path = g_build_filename (folder, ENCLAVE_GIT_KEPT_PLACE, NULL);
  struct stat st;

  if (lstat (path, &st) == 0)
    return FALSE;
  return g_file_set_contents_full (path, git_folder, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}
