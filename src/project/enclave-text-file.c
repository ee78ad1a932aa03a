/* enclave-text-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "enclave-text-file-private.h"

/* What a file is to the one that was read. */
enum
{
  SAME,
  OTHER,
  GONE,
};

struct _EnclaveTextFile
{
  GObject parent_instance;

  EnclaveTextFileState state;
  EnclaveLineEnds line_ends;
  gsize longest_line;
};

G_DEFINE_QUARK (enclave-text-file-error-quark, enclave_text_file_error)
G_DEFINE_FINAL_TYPE (EnclaveTextFile, enclave_text_file, G_TYPE_OBJECT)

void
enclave_text_file_state_clear (EnclaveTextFileState *state)
{
  g_clear_pointer (&state->text, g_free);
  g_clear_pointer (&state->path, g_free);
}

static void
enclave_text_file_finalize (GObject *object)
{
  EnclaveTextFile *self = ENCLAVE_TEXT_FILE (object);

  enclave_text_file_state_clear (&self->state);

  G_OBJECT_CLASS (enclave_text_file_parent_class)->finalize (object);
}

static void
enclave_text_file_class_init (EnclaveTextFileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_text_file_finalize;
}

static void
enclave_text_file_init (EnclaveTextFile *self)
{
}

static gsize
measure_longest_line (const char *text, gsize length)
{
  gsize longest = 0;
  gsize start = 0;

  for (gsize i = 0; i <= length; i++)
    {
      if (i == length || text[i] == '\n' || text[i] == '\r')
        {
          longest = MAX (longest, i - start);
          start = i + 1;
        }
    }

  return longest;
}

EnclaveTextFile *
enclave_text_file_new (EnclaveTextFileState *state)
{
  EnclaveTextFile *self = g_object_new (ENCLAVE_TYPE_TEXT_FILE, NULL);

  self->state = *state;
  state->text = NULL;
  state->path = NULL;
  self->line_ends = enclave_line_ends_detect (self->state.text, self->state.length);
  self->longest_line = measure_longest_line (self->state.text, self->state.length);
  return self;
}

EnclaveTextFile *
enclave_text_file_new_empty (void)
{
  return enclave_text_file_new_empty_as ("UTF-8", FALSE);
}

EnclaveTextFile *
enclave_text_file_new_empty_as (const char *encoding, gboolean has_bom)
{
  EnclaveTextFileState state = { .text = g_strdup (""), .encoding = ENCLAVE_ENCODING_UTF_8, .has_bom = has_bom };

  g_return_val_if_fail (encoding != NULL, NULL);

  enclave_encoding_find (encoding, &state.encoding);
  return enclave_text_file_new (&state);
}

EnclaveTextFile *
enclave_text_file_new_moved (EnclaveTextFile *self, GFile *file)
{
  EnclaveTextFileState state;
  const char *path;

  g_return_val_if_fail (ENCLAVE_IS_TEXT_FILE (self), NULL);
  g_return_val_if_fail (G_IS_FILE (file), NULL);

  state = self->state;
  path = g_file_peek_path (file);
  state.text = g_memdup2 (self->state.text, self->state.length + 1);
  state.path = path != NULL ? enclave_text_file_resolve (path, NULL) : NULL;
  return enclave_text_file_new (&state);
}

EnclaveTextFile *
enclave_text_file_read_as (EnclaveTextFile *self, const char *encoding, GError **error)
{
  EnclaveTextFileState state;
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (ENCLAVE_IS_TEXT_FILE (self) && encoding != NULL, NULL);

  state = self->state;
  g_return_val_if_fail (enclave_encoding_find (encoding, &state.encoding), NULL);
  bytes = enclave_encoding_encode (self->state.text, self->state.encoding, self->state.has_bom, error);
  if (bytes == NULL)
    return NULL;
  state.text = enclave_encoding_decode_as (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), state.encoding, &state.length,
                                           &state.has_bom, error);
  if (state.text == NULL)
    return NULL;
  state.path = g_strdup (self->state.path);
  return enclave_text_file_new (&state);
}

EnclaveTextFile *
enclave_text_file_new_written_as (EnclaveTextFile *self, const char *encoding, gboolean has_bom)
{
  EnclaveTextFileState state;

  g_return_val_if_fail (ENCLAVE_IS_TEXT_FILE (self) && encoding != NULL, NULL);

  state = self->state;
  g_return_val_if_fail (enclave_encoding_find (encoding, &state.encoding), NULL);
  state.has_bom = has_bom && state.encoding <= ENCLAVE_ENCODING_UTF_16BE;
  state.text = g_memdup2 (self->state.text, self->state.length + 1);
  state.path = g_strdup (self->state.path);
  return enclave_text_file_new (&state);
}

const EnclaveTextFileState *
enclave_text_file_get_state (EnclaveTextFile *self)
{
  return &self->state;
}

const char *
enclave_text_file_get_text (EnclaveTextFile *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TEXT_FILE (self), NULL);

  return self->state.text;
}

gsize
enclave_text_file_get_length (EnclaveTextFile *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TEXT_FILE (self), 0);

  return self->state.length;
}

const char *
enclave_text_file_get_encoding (EnclaveTextFile *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TEXT_FILE (self), NULL);

  return enclave_encoding_get_name (self->state.encoding);
}

gboolean
enclave_text_file_get_has_bom (EnclaveTextFile *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TEXT_FILE (self), FALSE);

  return self->state.has_bom;
}

EnclaveLineEnds
enclave_text_file_get_line_ends (EnclaveTextFile *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TEXT_FILE (self), ENCLAVE_LINE_ENDS_LF);

  return self->line_ends;
}

gsize
enclave_text_file_get_longest_line (EnclaveTextFile *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TEXT_FILE (self), 0);

  return self->longest_line;
}

gboolean
enclave_text_file_get_read_only (EnclaveTextFile *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TEXT_FILE (self), FALSE);

  return self->state.read_only;
}

const char *
enclave_text_file_get_path (EnclaveTextFile *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TEXT_FILE (self), NULL);

  return self->state.path;
}

const EnclaveFileStamp *
enclave_text_file_get_stamp (EnclaveTextFile *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TEXT_FILE (self), NULL);

  return &self->state.stamp;
}

gboolean
enclave_text_file_is_stale (EnclaveTextFile *self, GFile *file, gboolean *deleted)
{
  const char *path;
  EnclaveFileStamp now = { 0 };
  struct stat st;

  g_return_val_if_fail (ENCLAVE_IS_TEXT_FILE (self), FALSE);
  g_return_val_if_fail (G_IS_FILE (file), FALSE);

  if (deleted != NULL)
    *deleted = FALSE;
  path = g_file_peek_path (file);
  if (path == NULL)
    return FALSE;

  if (stat (path, &st) == 0)
    enclave_file_stamp_from_stat (&now, &st);
  else if (errno != ENOENT && errno != ENOTDIR)
    /* Out of reach for now says nothing about its state. */
    return FALSE;

  if (deleted != NULL)
    *deleted = self->state.stamp.exists && !now.exists;
  return !enclave_file_stamp_equal (&now, &self->state.stamp);
}

static void
check_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  gboolean deleted = FALSE;
  gboolean stale = enclave_text_file_is_stale (ENCLAVE_TEXT_FILE (source), task_data, &deleted);

  g_task_return_int (task, !stale ? SAME : deleted ? GONE : OTHER);
}

void
enclave_text_file_check_async (EnclaveTextFile *self, GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ENCLAVE_IS_TEXT_FILE (self));
  g_return_if_fail (G_IS_FILE (file));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_text_file_check_async);
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  g_task_run_in_thread (task, check_worker);
}

gboolean
enclave_text_file_check_finish (EnclaveTextFile *self, GAsyncResult *result, gboolean *deleted, GError **error)
{
  gssize found;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (deleted != NULL, FALSE);

  found = g_task_propagate_int (G_TASK (result), error);
  *deleted = found == GONE;

  return found == OTHER || found == GONE;
}
