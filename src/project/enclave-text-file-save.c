/* enclave-text-file-save.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writing runs in a worker thread: it flushes to the disk. The worker gets the text and the file's old
 * state as values and gives back the new state; it touches nothing else.
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-text-file-private.h"
#include "enclave-utf8.h"

#define LINKS_MAX 40

typedef struct
{
  char *path;
  char *text;
  EnclaveEncoding encoding;
  gboolean has_bom;
  EnclaveFileStamp stamp;
  char *old_path;
  gboolean force;
} SaveInput;

static void
save_input_free (SaveInput *input)
{
  g_free (input->path);
  g_free (input->text);
  g_free (input->old_path);
  g_free (input);
}

static void
set_errno_error (GError **error, const char *path, int code)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = enclave_utf8_display_name (base);

  g_set_error (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_FAILED, _("Could not save “%s”: %s"), name,
               g_strerror (code));
}

char *
enclave_text_file_resolve (const char *path, GError **error)
{
  g_autofree char *at = g_strdup (path);

  /* realpath() can't say where a link leads that points to a file which is yet to be made. */
  for (guint i = 0; i < LINKS_MAX; i++)
    {
      g_autofree char *folder = g_path_get_dirname (at);
      g_autofree char *name = g_path_get_basename (at);
      g_autofree char *here = NULL;
      char target[PATH_MAX];
      char *real = realpath (folder, NULL);
      ssize_t length;

      if (real == NULL)
        {
          set_errno_error (error, path, errno);
          return NULL;
        }
      here = g_build_filename (real, name, NULL);
      free (real);
      length = readlink (here, target, sizeof target - 1);
      if (length < 0)
        return g_steal_pointer (&here);
      target[length] = '\0';
      g_free (at);
      if (g_path_is_absolute (target))
        {
          at = g_strdup (target);
        }
      else
        {
          g_autofree char *base = g_path_get_dirname (here);

          at = g_build_filename (base, target, NULL);
        }
    }
  set_errno_error (error, path, ELOOP);
  return NULL;
}

/* The save routine's words are good; the domain is ours. */
static void
translate_error (const GError *source, GError **error)
{
  int code = g_error_matches (source, ENCLAVE_FILE_SAVE_ERROR, ENCLAVE_FILE_SAVE_ERROR_CHANGED)
               ? ENCLAVE_TEXT_FILE_ERROR_CHANGED
               : ENCLAVE_TEXT_FILE_ERROR_FAILED;

  g_set_error_literal (error, ENCLAVE_TEXT_FILE_ERROR, code, source->message);
}

/* What a save may write over, and how it makes a file. One that was deleted since it was read is made again, with the rights that it
 * had: the text is nowhere but in the editor, and nothing of anybody's is lost. One that comes back meanwhile stops the save. */
static EnclaveFileSaveFlags
expect (const SaveInput *input, int folder_fd, const char *name, EnclaveFileStamp *expected)
{
  struct stat st;

  *expected = input->stamp;
  if (!expected->exists || fstatat (folder_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT)
    return ENCLAVE_FILE_SAVE_RECOVERABLE;
  memset (expected, 0, sizeof *expected);
  return ENCLAVE_FILE_SAVE_RECOVERABLE | ((input->stamp.mode & 0111) != 0 ? ENCLAVE_FILE_SAVE_EXECUTABLE : 0)
         | ((input->stamp.mode & 0077) == 0 ? ENCLAVE_FILE_SAVE_PRIVATE : 0);
}

static EnclaveTextFile *
save (const SaveInput *input, GError **error)
{
  g_autofree char *path = enclave_text_file_resolve (input->path, error);
  g_autofree char *folder = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) save_error = NULL;
  EnclaveTextFileState state = { 0 };
  EnclaveFileStamp expected = { 0 };
  EnclaveFileSaveFlags flags = ENCLAVE_FILE_SAVE_RECOVERABLE;
  gboolean saved;
  int fd;

  if (path == NULL)
    return NULL;
  bytes = enclave_encoding_encode (input->text, input->encoding, input->has_bom, error);
  if (bytes == NULL)
    return NULL;

  folder = g_path_get_dirname (path);
  name = g_path_get_basename (path);
  fd = open (folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    {
      set_errno_error (error, path, errno);
      return NULL;
    }

  /* At another place there was no file when this one was read. */
  if (g_strcmp0 (path, input->old_path) == 0)
    flags = expect (input, fd, name, &expected);
  saved = enclave_file_save (fd, name, bytes, input->force ? NULL : &expected, flags, &state.stamp, &save_error);
  close (fd);
  if (!saved)
    {
      translate_error (save_error, error);
      return NULL;
    }

  state.text = g_strdup (input->text);
  state.length = strlen (state.text);
  state.encoding = input->encoding;
  state.has_bom = input->has_bom;
  state.read_only = faccessat (AT_FDCWD, path, W_OK, AT_EACCESS) != 0;
  state.path = g_steal_pointer (&path);
  return enclave_text_file_new (&state);
}

static void
save_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  EnclaveTextFile *result = NULL;

  if (!g_cancellable_set_error_if_cancelled (cancellable, &error))
    result = save (task_data, &error);

  if (result != NULL)
    g_task_return_pointer (task, result, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
enclave_text_file_save_async (EnclaveTextFile *self, GFile *file, const char *text, gboolean force,
                              GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  const EnclaveTextFileState *state;
  SaveInput *input;

  g_return_if_fail (ENCLAVE_IS_TEXT_FILE (self));
  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (text != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_text_file_save_async);
  /* Once the bytes went out they are saved, whoever cancelled meanwhile. */
  g_task_set_check_cancellable (task, FALSE);
  if (g_file_peek_path (file) == NULL)
    {
      g_task_return_new_error (task, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_FAILED,
                               _("Only files of this machine can be saved."));
      return;
    }

  state = enclave_text_file_get_state (self);
  input = g_new0 (SaveInput, 1);
  input->path = g_file_get_path (file);
  input->text = g_strdup (text);
  input->encoding = state->encoding;
  input->has_bom = state->has_bom;
  input->stamp = state->stamp;
  input->old_path = g_strdup (state->path);
  input->force = force;
  g_task_set_task_data (task, input, (GDestroyNotify) save_input_free);
  g_task_run_in_thread (task, save_in_thread);
}

EnclaveTextFile *
enclave_text_file_save_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, enclave_text_file_save_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
