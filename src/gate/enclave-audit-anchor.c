/* enclave-audit-anchor.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-audit-log-private.h"

#include "enclave-state-dir.h"

#define ANCHOR_MAX_BYTES 512

void
enclave_audit_anchor_load (const char *folder, EnclaveAuditHead *head)
{
  g_autofree char *path = enclave_audit_dup_anchor_path_in (folder);
  char text[ANCHOR_MAX_BYTES];
  gssize n = -1;
  int fd;

  enclave_audit_head_clear (head);
  fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    return;
  do
    n = pread (fd, text, sizeof text - 1, 0);
  while (n < 0 && errno == EINTR);
  close (fd);
  if (n <= 0)
    return;
  text[n] = '\0';
  if (!enclave_audit_anchor_from_text (text, NULL, head, NULL))
    enclave_audit_head_clear (head);
}

/* Without a home there is no second place, and the log is all there is; who verifies it is told so. A place that is there and
 * can't be written is another matter. */
static gboolean
has_place (const char *path)
{
  g_autofree char *home = g_path_get_dirname (g_get_user_config_dir ());
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_file_test (folder, G_FILE_TEST_IS_DIR))
    return TRUE;

  return g_file_test (home, G_FILE_TEST_IS_DIR)
         && (g_file_test (g_get_user_config_dir (), G_FILE_TEST_IS_DIR) ? access (g_get_user_config_dir (), W_OK) == 0
                                                                       : access (home, W_OK) == 0);
}

gboolean
enclave_audit_anchor_store (const char *chain, const EnclaveAuditHead *head, GBytes *key, GError **error)
{
  g_autofree char *path = enclave_audit_dup_anchor_path_in (chain);
  g_autofree char *text = enclave_audit_anchor_to_text (head, key);
  gsize length = strlen (text);
  struct stat st;
  gssize n;
  int fd, saved;

  if (!has_place (path))
    return TRUE;
  fd = open (path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
  if (fd < 0 && errno == ENOENT)
    {
      g_autofree char *folder = enclave_config_dir_ensure (NULL, error);

      if (folder == NULL)
        return FALSE;
      fd = open (path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
    }
  saved = errno;
  if (fd >= 0)
    {
      saved = EINVAL;
      n = -1;
      if (fstat (fd, &st) == 0 && S_ISREG (st.st_mode))
        {
          /* In place and of one length: a crash leaves the old one or the new one. */
          do
            n = pwrite (fd, text, length, 0);
          while (n < 0 && errno == EINTR);
          saved = n < 0 ? errno : ENOSPC;
          if (n == (gssize) length && st.st_size > (off_t) length && ftruncate (fd, (off_t) length) != 0)
            n = -1;
        }
      close (fd);
      if (n == (gssize) length)
        return TRUE;
    }
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), _("Writing the anchor of the audit log, %s: %s"), path,
               g_strerror (saved));

  return FALSE;
}
