/* enclave-settings-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-settings-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-beneath.h"
#include "enclave-file-door.h"
#include "enclave-file-save.h"
#include "enclave-state-dir.h"
#include "enclave-utf8.h"

/* Of what we save ourselves; a person may have made it larger. */
#define OWN_MAX_BYTES (8 * 1024 * 1024)

typedef struct
{
  char *root;   /* (nullable) */
  char *path;
  gsize max_bytes;
  GBytes *seen; /* (nullable) */
  GBytes *contents;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->root);
  g_free (job->path);
  g_clear_pointer (&job->seen, g_bytes_unref);
  g_clear_pointer (&job->contents, g_bytes_unref);
  g_free (job);
}

static GError *
new_error (const Job *job, int number)
{
  g_autofree char *shown = enclave_utf8_display_name (job->path);
  EnclaveGateError code = ENCLAVE_GATE_ERROR_FAILED;

  if (number == EFBIG)
    code = ENCLAVE_GATE_ERROR_TOO_LARGE;
  else if (number == EXDEV || number == ELOOP)
    code = ENCLAVE_GATE_ERROR_OUTSIDE_ROOT;
  return enclave_gate_error_new (code, NULL, NULL, _ ("Reading the settings in %s: %s"), shown, g_strerror (number));
}

/* -1 with errno. */
static int
open_file (const Job *job)
{
  g_autofree char *again = NULL;
  int root, place, fd;

  if (job->root == NULL)
    return open (job->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  root = open (job->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root < 0)
    return -1;
  place = enclave_beneath_open (root, job->path, 0, ENCLAVE_BENEATH_NO_SYMLINKS);
  close (root);
  if (place < 0)
    return -1;
  again = g_strdup_printf ("/proc/self/fd/%d", place);
  fd = open (again, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  close (place);

  return fd;
}

static gboolean
check_file (const Job *job, int fd, GError **error)
{
  g_autofree char *shown = enclave_utf8_display_name (job->path);
  struct stat st;

  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode))
    {
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_REGULAR, NULL, NULL,
                                                        _ ("Reading the settings in %s: this is no file"), shown));
      return FALSE;
    }
  /* What somebody else could have written is not the person's word. A project's file never is: it only proposes. */
  if (job->root == NULL && ((st.st_uid != geteuid () && st.st_uid != 0) || (st.st_mode & 0002) != 0))
    {
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_FAILED, NULL, NULL,
                                                        _ ("Reading the settings in %s: other users may write this file"), shown));
      return FALSE;
    }
  return TRUE;
}

static GBytes *
read_file (const Job *job, GError **error)
{
  gsize length = 0;
  char *text = NULL;
  int fd = open_file (job);

  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
    return NULL;
  if (fd < 0)
    {
      g_propagate_error (error, new_error (job, errno));
      return NULL;
    }
  if (check_file (job, fd, error))
    {
      text = enclave_file_door_slurp (fd, job->max_bytes, &length);
      if (text == NULL)
        g_propagate_error (error, new_error (job, errno));
    }
  close (fd);

  return text != NULL ? g_bytes_new_take (text, length) : NULL;
}

static void
read_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  GBytes *bytes = read_file (task_data, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
}

void
enclave_settings_file_read_async (const char *root, const char *path, gsize max_bytes, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  g_return_if_fail (path != NULL);
  g_return_if_fail (g_path_is_absolute (path) == (root == NULL));

  job = g_new0 (Job, 1);
  job->root = g_strdup (root);
  job->path = g_strdup (path);
  job->max_bytes = max_bytes;
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_settings_file_read_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, read_thread);
}

GBytes *
enclave_settings_file_read_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
save_file (const Job *job, GError **error)
{
  g_autofree char *folder = enclave_config_dir_ensure (NULL, error);
  g_autofree char *path = folder != NULL ? g_build_filename (folder, job->path, NULL) : NULL;
  Job before = { NULL, path, OWN_MAX_BYTES, NULL, NULL };
  g_autoptr (GBytes) now = NULL;
  GError *read_error = NULL;
  gboolean done;
  int fd;

  if (folder == NULL)
    return FALSE;
  now = read_file (&before, &read_error);
  if (read_error != NULL)
    {
      g_propagate_error (error, read_error);
      return FALSE;
    }
  if ((now == NULL) != (job->seen == NULL) || (now != NULL && !g_bytes_equal (now, job->seen)))
    {
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_CHANGED, NULL, NULL,
                                                        _ ("Saving the settings in %s: the file has changed meanwhile"), job->path));
      return FALSE;
    }
  fd = open (folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    {
      g_propagate_error (error, new_error (job, errno));
      return FALSE;
    }
  done = enclave_file_save (fd, job->path, job->contents, NULL, ENCLAVE_FILE_SAVE_NONE, NULL, error);
  /* A new file gets the mode of a document, and values in it may be secrets. */
  if (done && now == NULL && fchmodat (fd, job->path, 0600, 0) != 0)
    {
      g_propagate_error (error, new_error (job, errno));
      done = FALSE;
    }
  close (fd);

  return done;
}

static void
save_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (save_file (task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
enclave_settings_file_save_async (const char *name, GBytes *seen, GBytes *contents, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  g_return_if_fail (name != NULL && strchr (name, '/') == NULL);
  g_return_if_fail (contents != NULL);

  job = g_new0 (Job, 1);
  job->path = g_strdup (name);
  job->seen = seen != NULL ? g_bytes_ref (seen) : NULL;
  job->contents = g_bytes_ref (contents);
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_settings_file_save_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, save_thread);
}

gboolean
enclave_settings_file_save_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
