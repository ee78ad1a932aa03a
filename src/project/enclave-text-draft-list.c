/* enclave-text-draft-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading drafts. Whatever lies there is judged as if anybody had written it.
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-limits.h"
#include "enclave-state-dir.h"
#include "enclave-text-draft-private.h"
#include "enclave-utf8.h"

#define HEAD_MAX_BYTES (64 * 1024)

void
enclave_text_draft_info_free (EnclaveTextDraftInfo *info)
{
  g_free (info->id);
  g_free (info->path);
  g_free (info->title);
  g_free (info->project);
  g_free (info);
}

char *
enclave_text_drafts_dup_folder (void)
{
  g_autofree char *path = enclave_state_dir_path (DRAFT_FOLDER);

  return enclave_utf8_display_name (path);
}

static int
open_folder (void)
{
  g_autofree char *path = enclave_state_dir_path (DRAFT_FOLDER);

  return open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int
open_draft (int folder, const char *id, struct stat *st)
{
  int fd;

  if (strchr (id, '/') != NULL || !g_str_has_suffix (id, DRAFT_SUFFIX))
    return -1;
  fd = openat (folder, id, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd >= 0 && (fstat (fd, st) != 0 || !S_ISREG (st->st_mode) || st->st_uid != geteuid ()))
    close (g_steal_fd (&fd));
  return fd;
}

static char *
dup_or_null (const char *text)
{
  return *text != '\0' ? g_strdup (text) : NULL;
}

static void
put_aside (int folder, const char *name)
{
  g_autofree char *bad = g_strconcat (name, ".bad", NULL);

  if (renameat (folder, name, folder, bad) != 0)
    g_debug ("Put a broken draft aside: %s", g_strerror (errno));
}

static EnclaveTextDraftInfo *
read_info (int folder, const char *name)
{
  g_autofree guint8 *data = g_malloc (HEAD_MAX_BYTES);
  g_autoptr (GVariant) head = NULL;
  g_autoptr (GBytes) bytes = NULL;
  EnclaveTextDraftInfo *info;
  const char *path;
  const char *title;
  const char *project;
  const guint8 *payload;
  gboolean in_use;
  guint32 format;
  struct stat st;
  gsize length;
  gssize n;
  int fd = open_draft (folder, name, &st);

  if (fd < 0)
    return NULL;
  in_use = flock (fd, LOCK_SH | LOCK_NB) != 0;
  do
    n = pread (fd, data, HEAD_MAX_BYTES, 0);
  while (n < 0 && errno == EINTR);
  close (fd);
  payload = n > 0 ? _enclave_text_draft_peek_record (data, (gsize) n, 0, &length) : NULL;
  if (payload != NULL)
    {
      bytes = g_bytes_new (payload, length);
      head = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (DRAFT_HEAD_TYPE), bytes, FALSE));
    }
  if (head == NULL || !g_variant_is_normal_form (head))
    {
      /* One that is being begun has no head yet; one whose program is gone never will. */
      if (!in_use && n == 0)
        unlinkat (folder, name, 0);
      else if (!in_use)
        put_aside (folder, name);
      return NULL;
    }
  g_variant_get (head, "(u^&ay^&ay^&ay)", &format, &path, &title, &project);
  if (GUINT32_FROM_LE (format) != DRAFT_FORMAT)
    return NULL;

  info = g_new0 (EnclaveTextDraftInfo, 1);
  info->id = g_strdup (name);
  info->path = dup_or_null (path);
  info->title = g_utf8_make_valid (title, -1);
  info->project = dup_or_null (project);
  info->time = st.st_mtim.tv_sec * G_USEC_PER_SEC + st.st_mtim.tv_nsec / 1000;
  info->in_use = in_use;
  return info;
}

static int
compare_newest (gconstpointer a, gconstpointer b)
{
  const EnclaveTextDraftInfo *first = *(EnclaveTextDraftInfo *const *) a;
  const EnclaveTextDraftInfo *second = *(EnclaveTextDraftInfo *const *) b;

  return first->time != second->time ? (first->time < second->time ? 1 : -1) : strcmp (first->id, second->id);
}

static void
list_cb (gpointer data)
{
  GTask *task = data;
  GCancellable *cancellable = g_task_get_cancellable (task);
  const char *path = g_task_get_task_data (task);
  g_autofree char *prefix = path != NULL ? _enclave_text_draft_dup_prefix (path) : NULL;
  g_autofree char *folder_path = enclave_state_dir_path (DRAFT_FOLDER);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_text_draft_info_free);
  g_autoptr (GDir) names = g_dir_open (folder_path, 0, NULL);
  const char *name;
  int folder = names != NULL ? open_folder () : -1;

  while (folder >= 0 && (name = g_dir_read_name (names)) != NULL && !g_cancellable_is_cancelled (cancellable))
    {
      EnclaveTextDraftInfo *info;

      if (!g_str_has_suffix (name, DRAFT_SUFFIX) || (prefix != NULL && !g_str_has_prefix (name, prefix)))
        continue;
      info = read_info (folder, name);
      if (info == NULL)
        continue;
      if (path != NULL && g_strcmp0 (info->path, path) != 0)
        enclave_text_draft_info_free (info);
      else
        g_ptr_array_add (found, info);
    }
  if (folder >= 0)
    close (folder);
  g_ptr_array_sort (found, compare_newest);
  g_task_return_pointer (task, g_steal_pointer (&found), (GDestroyNotify) g_ptr_array_unref);
}

void
enclave_text_drafts_list_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, enclave_text_drafts_list_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  /* Behind what is to be removed. */
  _enclave_text_draft_push (list_cb, g_object_ref (task), g_object_unref);
}

GPtrArray *
enclave_text_drafts_list_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, enclave_text_drafts_list_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* A text with a gap where the last edit was: what is typed comes at one place, and so do most edits of a draft. */
typedef struct
{
  char *data;
  gsize capacity;
  gsize before;   /* bytes in front of the gap */
  gsize after;    /* bytes behind it */
  guint64 offset; /* characters in front of the gap */
} Gap;

static gboolean
gap_go_to (Gap *gap, guint64 offset)
{
  char *behind = gap->data + gap->capacity - gap->after;
  gsize n = 0;

  if (offset >= gap->offset)
    {
      for (; gap->offset < offset; gap->offset++)
        {
          if (n >= gap->after)
            return FALSE;
          n += g_utf8_skip[(guint8) behind[n]];
        }
      if (n > gap->after)
        return FALSE;
      memmove (gap->data + gap->before, behind, n);
      gap->before += n;
      gap->after -= n;
      return TRUE;
    }
  for (; gap->offset > offset; gap->offset--)
    do
      n++;
    while (n < gap->before && ((guint8) gap->data[gap->before - n] & 0xc0) == 0x80);
  memmove (behind - n, gap->data + gap->before - n, n);
  gap->before -= n;
  gap->after += n;
  return TRUE;
}

static gboolean
gap_delete (Gap *gap, guint64 n_characters)
{
  const char *behind = gap->data + gap->capacity - gap->after;
  gsize n = 0;

  for (; n_characters > 0; n_characters--)
    {
      if (n >= gap->after)
        return FALSE;
      n += g_utf8_skip[(guint8) behind[n]];
    }
  if (n > gap->after)
    return FALSE;
  gap->after -= n;
  return TRUE;
}

static gboolean
gap_insert (Gap *gap, const char *text, gsize length)
{
  if (gap->capacity - gap->before - gap->after < length)
    {
      gsize capacity = gap->before + gap->after + length + (gap->before + gap->after + length) / 2;
      char *data = g_try_malloc (capacity);

      if (data == NULL)
        return FALSE;
      memcpy (data, gap->data, gap->before);
      memcpy (data + capacity - gap->after, gap->data + gap->capacity - gap->after, gap->after);
      g_free (gap->data);
      gap->data = data;
      gap->capacity = capacity;
    }
  memcpy (gap->data + gap->before, text, length);
  gap->before += length;
  gap->offset += (guint64) g_utf8_strlen (text, (gssize) length);
  return TRUE;
}

/* (transfer full) (nullable) */
static char *
replay (const guint8 *data, gsize data_length)
{
  Gap gap = { 0 };
  const guint8 *record;
  gsize length;
  gsize at;
  char *text;

  if (_enclave_text_draft_peek_record (data, data_length, 0, &length) == NULL)
    return NULL;
  at = DRAFT_RECORD_HEAD + length;
  record = _enclave_text_draft_peek_record (data, data_length, at, &length);
  if (record == NULL || !g_utf8_validate_len ((const char *) record, length, NULL))
    return NULL;
  gap.capacity = length + 4096;
  gap.data = g_malloc (gap.capacity);
  gap.after = length;
  memcpy (gap.data + gap.capacity - length, record, length);

  for (at += DRAFT_RECORD_HEAD + length; (record = _enclave_text_draft_peek_record (data, data_length, at, &length)) != NULL;
       at += DRAFT_RECORD_HEAD + length)
    {
      guint64 numbers[2];

      if (length < sizeof numbers)
        break;
      memcpy (numbers, record, sizeof numbers);
      if (!g_utf8_validate_len ((const char *) record + sizeof numbers, length - sizeof numbers, NULL)
          || !gap_go_to (&gap, GUINT64_FROM_LE (numbers[0])) || !gap_delete (&gap, GUINT64_FROM_LE (numbers[1]))
          || !gap_insert (&gap, (const char *) record + sizeof numbers, length - sizeof numbers))
        break;
    }

  text = g_malloc (gap.before + gap.after + 1);
  memcpy (text, gap.data, gap.before);
  memcpy (text + gap.before, gap.data + gap.capacity - gap.after, gap.after);
  text[gap.before + gap.after] = '\0';
  g_free (gap.data);
  return text;
}

static void
load_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (GMappedFile) mapped = NULL;
  struct stat st;
  char *text = NULL;
  int folder = open_folder ();
  int fd = folder >= 0 ? open_draft (folder, task_data, &st) : -1;

  /* Cut by nobody: it is only added to, and this user's own. */
  if (fd >= 0)
    mapped = g_mapped_file_new_from_fd (fd, FALSE, NULL);
  if (mapped != NULL && g_mapped_file_get_length (mapped) > 0)
    text = replay ((const guint8 *) g_mapped_file_get_contents (mapped), g_mapped_file_get_length (mapped));
  /* what can't be read now is not broken for that */
  if (text == NULL && mapped != NULL && flock (fd, LOCK_SH | LOCK_NB) == 0)
    put_aside (folder, task_data);
  if (fd >= 0)
    close (fd);
  if (folder >= 0)
    close (folder);
  if (text != NULL)
    g_task_return_pointer (task, text, g_free);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("The draft can’t be read."));
}

void
enclave_text_drafts_load_async (const char *id, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (id != NULL);

  g_task_set_source_tag (task, enclave_text_drafts_load_async);
  g_task_set_task_data (task, g_strdup (id), g_free);
  g_task_run_in_thread (task, load_in_thread);
}

char *
enclave_text_drafts_load_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, enclave_text_drafts_load_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
_enclave_text_draft_remove_cb (gpointer data)
{
  const char *id = data;
  int folder = open_folder ();

  if (folder < 0)
    return;
  if (strchr (id, '/') == NULL && g_str_has_suffix (id, DRAFT_SUFFIX))
    unlinkat (folder, id, 0);
  close (folder);
}

void
enclave_text_drafts_remove (const char *id)
{
  g_return_if_fail (id != NULL);

  _enclave_text_draft_push (_enclave_text_draft_remove_cb, g_strdup (id), g_free);
}
