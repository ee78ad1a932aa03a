/* enclave-place-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-place-reader.h"

#include <glib/gstdio.h>
#include <string.h>

#include "enclave-utf8.h"

#define FILE_MAX_BYTES (4 * 1024 * 1024)
#define LINE_MAX_BYTES 400

typedef struct
{
  GPtrArray *locations;
  GHashTable *texts; /* path → EnclaveLanguageText */
  char *root;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_ptr_array_unref (job->locations);
  g_hash_table_unref (job->texts);
  g_free (job->root);
  g_free (job);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const EnclaveLanguageLocation *one = *(EnclaveLanguageLocation *const *) a;
  const EnclaveLanguageLocation *other = *(EnclaveLanguageLocation *const *) b;
  int order = strcmp (one->uri, other->uri);

  return order != 0 ? order : enclave_language_position_compare (&one->range.start, &other->range.start);
}

/* (nullable): it is none that is read. */
static EnclaveLanguageText *
read_text (const char *path)
{
  GStatBuf about;
  g_autofree char *bytes = NULL;
  gsize length;

  if (g_stat (path, &about) != 0 || !S_ISREG (about.st_mode) || about.st_size > FILE_MAX_BYTES
      || !g_file_get_contents (path, &bytes, &length, NULL))
    return NULL;
  return enclave_language_text_new (enclave_utf8_make_valid (bytes, (gssize) length));
}

static char *
dup_line (EnclaveLanguageText *text, guint line)
{
  g_autofree char *whole = text != NULL ? enclave_language_text_dup_line (text, line) : g_strdup ("");

  return enclave_language_clean (g_strstrip (whole), LINE_MAX_BYTES);
}

static void
read_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;
  g_autoptr (GPtrArray) places = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (EnclaveLanguageText) text = NULL;
  const EnclaveLanguageLocation *before = NULL;
  gsize root_length = strlen (job->root);

  g_ptr_array_sort (job->locations, compare);
  for (guint i = 0; i < job->locations->len && !g_cancellable_is_cancelled (cancellable); i++)
    {
      const EnclaveLanguageLocation *location = g_ptr_array_index (job->locations, i);
      gboolean same_file = before != NULL && strcmp (before->uri, location->uri) == 0;
      gboolean below = strncmp (location->uri, job->root, root_length) == 0 && location->uri[root_length] == '/';
      g_autofree char *shown = enclave_utf8_display_name (below ? location->uri + root_length + 1 : location->uri);
      g_autofree char *line = NULL;

      if (same_file && enclave_language_position_compare (&before->range.start, &location->range.start) == 0)
        continue;
      if (!same_file)
        {
          g_clear_pointer (&text, enclave_language_text_unref);
          text = g_hash_table_lookup (job->texts, location->uri);
          text = text != NULL ? enclave_language_text_ref (text) : read_text (location->uri);
        }
      line = dup_line (text, location->range.start.line);
      g_ptr_array_add (places, enclave_place_new (location->uri, shown, location->range.start, NULL, NULL, line));
      before = location;
    }
  g_task_return_pointer (task, g_steal_pointer (&places), (GDestroyNotify) g_ptr_array_unref);
}

void
enclave_place_read_async (GPtrArray *locations, GHashTable *texts, const char *root, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->locations = locations;
  job->texts = texts;
  job->root = g_strdup (root);
  g_task_set_source_tag (task, enclave_place_read_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, read_worker);
}

GPtrArray *
enclave_place_read_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
