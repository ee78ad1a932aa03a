/* enclave-text-file-peek.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The beginning of a file, for the one who waits for the rest.
 */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-limits.h"
#include "enclave-text-file-private.h"

typedef struct
{
  char *path;
  gsize from_bytes;
  gsize max_bytes;
} Peek;

static void
peek_free (gpointer data)
{
  Peek *peek = data;

  g_free (peek->path);
  g_free (peek);
}

static gsize
read_start (int fd, char *bytes, gsize max_bytes)
{
  gsize length = 0;

  while (length < max_bytes)
    {
      ssize_t n = pread (fd, bytes + length, max_bytes - length, (off_t) length);

      if (n < 0 && errno == EINTR)
        continue;
      /* the load comes to it, too, and says what is wrong */
      if (n <= 0)
        break;
      length += (gsize) n;
    }
  return length;
}

/* (transfer full) (nullable) */
static GBytes *
get_first_lines (int fd, gsize max_bytes)
{
  gsize length = 0;
  gsize bom_length = strlen (ENCLAVE_UTF_8_BOM);
  g_autofree char *bytes = g_malloc (max_bytes);
  g_autoptr (GBytes) whole = NULL;

  length = read_start (fd, bytes, max_bytes);
  while (length > 0 && bytes[length - 1] != '\n')
    length--;
  if (length <= bom_length || !g_utf8_validate_len (bytes, length, NULL))
    return NULL;

  whole = g_bytes_new_take (g_steal_pointer (&bytes), length);
  if (memcmp (g_bytes_get_data (whole, NULL), ENCLAVE_UTF_8_BOM, bom_length) == 0)
    return g_bytes_new_from_bytes (whole, bom_length, length - bom_length);
  return g_steal_pointer (&whole);
}

static void
peek_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Peek *peek = task_data;
  GError *error = NULL;
  GBytes *lines = NULL;
  struct stat st;
  int fd = enclave_text_file_open_regular (peek->path, &st, &error);

  if (fd < 0)
    {
      g_task_return_error (task, error);
      return;
    }
  if (st.st_size > ENCLAVE_EDITOR_MAX_BYTES)
    enclave_text_file_fail_too_large (&error);
  else if ((guint64) st.st_size > peek->from_bytes)
    lines = get_first_lines (fd, peek->max_bytes);
  close (fd);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, lines, (GDestroyNotify) g_bytes_unref);
}

void
enclave_text_file_peek_async (GFile *file, gsize from_bytes, gsize max_bytes, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Peek *peek;

  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (max_bytes > 0);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_text_file_peek_async);
  if (g_file_peek_path (file) == NULL)
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  peek = g_new0 (Peek, 1);
  peek->path = g_file_get_path (file);
  peek->from_bytes = from_bytes;
  peek->max_bytes = max_bytes;
  g_task_set_task_data (task, peek, peek_free);
  /* A dead network file system must not hold the one who cancels. */
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, peek_in_thread);
}

GBytes *
enclave_text_file_peek_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, enclave_text_file_peek_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
