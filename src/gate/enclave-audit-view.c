/* enclave-audit-view.c
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

#include "enclave-audit-view.h"

#include "enclave-audit-keeper.h"
#include "enclave-file-door.h"
#include "enclave-limits.h"

typedef struct
{
  char *path;      /* (nullable) */
  guint max_records;
  GBytes *key;     /* (nullable) */
  char *anchor;    /* (nullable): of the keyring */
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_free (work->path);
  g_clear_pointer (&work->key, g_bytes_unref);
  g_free (work->anchor);
  g_free (work);
}

/* A whole file; what is no plain file is not waited for. */
static char *
slurp (const char *path, gsize *length, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  char *text = NULL;
  struct stat st;
  int fd, saved;

  fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  saved = errno;
  if (fd >= 0)
    {
      if (fstat (fd, &st) == 0 && S_ISREG (st.st_mode))
        text = enclave_file_door_slurp (fd, ENCLAVE_AUDIT_VERIFY_MAX_BYTES, length);
      else
        errno = EINVAL;
      saved = errno;
      close (fd);
    }
  if (text == NULL)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), _("Reading the audit log, %s: %s"), shown,
                 g_strerror (saved));

  return text;
}

static GPtrArray *
list_files (const char *path)
{
  GPtrArray *files;

  if (path == NULL)
    return enclave_audit_list_files ();
  files = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (files, g_strdup (path));

  return files;
}

/* Lines of one file that are records, the newest @wanted, put in front of @entries. */
static void
prepend_entries (GPtrArray *entries, const char *text, gsize length, guint wanted)
{
  g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);
  const char *end = text + length;

  while (end > text && found->len < wanted)
    {
      const char *newline, *start;
      EnclaveAuditEntry *entry;

      if (end[-1] == '\n')
        {
          end--;
          continue;
        }
      newline = memrchr (text, '\n', (gsize) (end - text));
      start = newline != NULL ? newline + 1 : text;
      entry = enclave_audit_entry_parse (start, (gsize) (end - start));
      if (entry != NULL)
        g_ptr_array_add (found, entry);
      end = start;
    }
  for (guint i = 0; i < found->len; i++)
    g_ptr_array_insert (entries, (int) i, g_object_ref (g_ptr_array_index (found, found->len - 1 - i)));
}

/**
 * enclave_audit_view_read:
 * @path: (nullable): a file; %NULL: this user's log
 * @max_records: how many at most, the newest
 *
 * Returns: (transfer full) (element-type EnclaveAuditEntry): oldest first; %NULL with @error when a file can't be read
 */
GPtrArray *
enclave_audit_view_read (const char *path, guint max_records, GError **error)
{
  g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GPtrArray) files = list_files (path);

  for (guint i = files->len; i > 0 && entries->len < max_records; i--)
    {
      g_autofree char *text = NULL;
      gsize length;

      text = slurp (g_ptr_array_index (files, i - 1), &length, error);
      if (text == NULL)
        return NULL;
      prepend_entries (entries, text, length, max_records - entries->len);
    }

  return g_steal_pointer (&entries);
}

static void
load_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  GError *error = NULL;
  GPtrArray *entries = enclave_audit_view_read (work->path, work->max_records, &error);

  if (entries == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, entries, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * enclave_audit_view_load_async:
 * @max_records: how many at most, the newest
 */
void
enclave_audit_view_load_async (guint max_records, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Work *work = g_new0 (Work, 1);

  work->max_records = max_records;
  g_task_set_source_tag (task, enclave_audit_view_load_async);
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, load_thread);
}

/**
 * enclave_audit_view_load_finish:
 *
 * Returns: (transfer full) (element-type EnclaveAuditEntry): oldest first, or %NULL with @error
 */
GPtrArray *
enclave_audit_view_load_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
add_anchors (EnclaveAuditVerifier *verifier, Work *work)
{
  g_autofree char *path = enclave_audit_dup_anchor_path ();
  g_autofree char *text = NULL;

  if (work->anchor != NULL)
    enclave_audit_verifier_add_anchor (verifier, work->anchor, _("the keyring"));
  if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      gsize length;

      text = slurp (path, &length, NULL);
      enclave_audit_verifier_add_anchor (verifier, text != NULL ? text : "", path);
    }
}

static void
verify_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  g_autoptr(EnclaveAuditVerifier) verifier = enclave_audit_verifier_new (work->key);
  g_autoptr(GPtrArray) files = list_files (work->path);
  GError *error = NULL;

  /* Anchors first: a log that grows meanwhile only gets ahead of them. */
  if (work->path == NULL)
    add_anchors (verifier, work);
  else
    enclave_audit_verifier_allow_late_start (verifier);
  for (guint i = 0; i < files->len; i++)
    {
      const char *path = g_ptr_array_index (files, i);
      g_autofree char *name = g_filename_display_name (path);
      g_autofree char *text = NULL;
      gsize length;

      text = slurp (path, &length, &error);
      if (text == NULL)
        {
          g_task_return_error (task, error);
          return;
        }
      enclave_audit_verifier_read (verifier, text, length, name);
    }
  g_task_return_pointer (task, enclave_audit_verifier_finish (verifier), (GDestroyNotify) enclave_audit_report_free);
}

static void
on_loaded (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Work *work = g_task_get_task_data (task);

  work->key = enclave_audit_keeper_load_finish (ENCLAVE_AUDIT_KEEPER (object), result, &work->anchor);
  g_task_run_in_thread (task, verify_thread);
}

/**
 * enclave_audit_view_verify_async:
 * @path: (nullable): a file; %NULL: this user's log with its anchors
 */
void
enclave_audit_view_verify_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Work *work = g_new0 (Work, 1);

  work->path = g_strdup (path);
  g_task_set_source_tag (task, enclave_audit_view_verify_async);
  g_task_set_task_data (task, work, work_free);
  enclave_audit_keeper_load_async (enclave_audit_keeper_get_default (), FALSE, cancellable, on_loaded,
                                   g_steal_pointer (&task));
}

/**
 * enclave_audit_view_verify_finish:
 * @has_key: (out) (optional): whether the seals could be checked
 *
 * Returns: (transfer full): what was found, or %NULL with @error when a file could not be read
 */
EnclaveAuditReport *
enclave_audit_view_verify_finish (GAsyncResult *result, gboolean *has_key, GError **error)
{
  Work *work;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  work = g_task_get_task_data (G_TASK (result));
  if (has_key != NULL)
    *has_key = work->key != NULL;

  return g_task_propagate_pointer (G_TASK (result), error);
}
