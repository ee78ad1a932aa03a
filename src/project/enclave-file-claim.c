/* enclave-file-claim.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lock of a file is one byte of a file that has no bytes: which one says the hash of its path. All of it happens in the worker of
 * the drafts, so that nothing here is used by two threads at once, and a state folder that hangs holds nobody up.
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "enclave-file-claim.h"
#include "enclave-state-dir.h"
#include "enclave-text-draft-private.h"

struct _EnclaveFileClaim
{
  char *path;
};

/* Of the worker. */
static int locks = -1;
static GHashTable *held; /* path -> how often */

static off_t
place_of (const char *path)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;
  guint64 place;

  g_checksum_update (checksum, (const guint8 *) path, -1);
  g_checksum_get_digest (checksum, digest, &length);
  memcpy (&place, digest, sizeof place);
  return (off_t) (place >> 2);
}

/* Returns: an errno, 0 when it was done. */
static int
set_lock (const char *path, short type)
{
  struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = place_of (path), .l_len = 1 };

  return fcntl (locks, F_OFD_SETLK, &lock) == 0 ? 0 : errno;
}

static int
open_locks (void)
{
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;

  if (locks >= 0)
    return 0;
  folder = enclave_state_dir_ensure ("open", NULL);
  if (folder == NULL)
    return ENOENT;
  path = g_build_filename (folder, "files", NULL);
  locks = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  return locks >= 0 ? 0 : errno;
}

static void
claim_cb (gpointer data)
{
  GTask *task = data;
  const char *path = g_task_get_task_data (task);
  guint n;
  EnclaveFileClaim *claim;
  int problem = open_locks ();

  if (held == NULL)
    held = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  n = GPOINTER_TO_UINT (g_hash_table_lookup (held, path));
  if (problem == 0 && n == 0)
    problem = set_lock (path, F_WRLCK);
  if (problem == EAGAIN || problem == EACCES)
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  if (problem != 0)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s", g_strerror (problem));
      return;
    }
  g_hash_table_insert (held, g_strdup (path), GUINT_TO_POINTER (n + 1));
  claim = g_new0 (EnclaveFileClaim, 1);
  claim->path = g_strdup (path);
  g_task_return_pointer (task, claim, (GDestroyNotify) enclave_file_claim_free);
}

static void
release_cb (gpointer data)
{
  const char *path = data;
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (held, path));

  if (n > 1)
    {
      g_hash_table_insert (held, g_strdup (path), GUINT_TO_POINTER (n - 1));
      return;
    }
  set_lock (path, F_UNLCK);
  g_hash_table_remove (held, path);
}

void
enclave_file_claim_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (path != NULL);

  g_task_set_source_tag (task, enclave_file_claim_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  _enclave_text_draft_push (claim_cb, g_object_ref (task), g_object_unref);
}

EnclaveFileClaim *
enclave_file_claim_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, enclave_file_claim_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

const char *
enclave_file_claim_get_path (EnclaveFileClaim *claim)
{
  g_return_val_if_fail (claim != NULL, NULL);

  return claim->path;
}

void
enclave_file_claim_free (EnclaveFileClaim *claim)
{
  g_return_if_fail (claim != NULL);

  _enclave_text_draft_push (release_cb, g_steal_pointer (&claim->path), g_free);
  g_free (claim);
}
