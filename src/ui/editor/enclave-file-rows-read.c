/* enclave-file-rows-read.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What workers do for a large file: find where its rows begin, and read those that are looked at.
 */

#include "config.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "enclave-file-rows-private.h"
#include "enclave-limits.h"
#include "enclave-utf8.h"

#define READ_BYTES (1024 * 1024)
#define REPORT_MS 60

void
_enclave_file_rows_source_unref (Source *source)
{
  if (!g_atomic_ref_count_dec (&source->references))
    return;
  close (source->fd);
  g_free (source);
}

Source *
_enclave_file_rows_source_ref (Source *source)
{
  g_atomic_ref_count_inc (&source->references);
  return source;
}

/* Bytes read; fewer at the end of the file only. -1 with errno. */
static gssize
read_at (int fd, char *bytes, gsize length, guint64 offset)
{
  gsize done = 0;

  while (done < length)
    {
      gssize n = pread (fd, bytes + done, length - done, (off_t) (offset + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -1;
      if (n == 0)
        break;
      done += (gsize) n;
    }
  return (gssize) done;
}

/* Bytes of the row that begins at @data, its line end with it. @whole: it ends a line. */
static gsize
measure_row (const char *data, gsize length, gboolean *whole)
{
  gsize limit = MIN (length, ENCLAVE_FILE_ROW_MAX_BYTES);
  const char *end = memchr (data, '\n', limit);
  gsize n = limit;

  *whole = end != NULL;
  if (end != NULL)
    return (gsize) (end - data) + 1;
  /* Never in the middle of a character. */
  if (limit == ENCLAVE_FILE_ROW_MAX_BYTES)
    {
      while (n > limit - 4 && n < length && ((guint8) data[n] & 0xc0) == 0x80)
        n--;
      if (n <= limit - 4)
        n = limit;
    }
  return n;
}

/* Reading a group. */

void
_enclave_file_rows_loaded_group_free (gpointer data)
{
  LoadedGroup *loaded = data;

  if (loaded == NULL)
    return;
  for (guint i = 0; i < GROUP_ROWS; i++)
    g_free (loaded->texts[i]);
  g_free (loaded);
}

void
_enclave_file_rows_load_free (gpointer data)
{
  Load *load = data;

  _enclave_file_rows_source_unref (load->source);
  g_free (load);
}

static char *
dup_bytes_text (const guint8 *data, gsize length, guint bytes_per_row)
{
  GString *text = g_string_sized_new (bytes_per_row * 4 + 4);

  for (guint i = 0; i < bytes_per_row; i++)
    {
      if (i > 0)
        g_string_append_c (text, ' ');
      if (i > 0 && i % 8 == 0)
        g_string_append_c (text, ' ');
      if (i < length)
        g_string_append_printf (text, "%02x", data[i]);
      else
        g_string_append (text, "  ");
    }
  g_string_append (text, "  ");
  for (guint i = 0; i < length; i++)
    g_string_append_c (text, g_ascii_isprint (data[i]) ? (char) data[i] : '.');
  return g_string_free (text, FALSE);
}

static char *
dup_line_text (const char *data, gsize length)
{
  g_autofree char *valid = NULL;

  while (length > 0 && (data[length - 1] == '\n' || data[length - 1] == '\r'))
    length--;
  valid = enclave_utf8_make_valid (data, (gssize) length);
  return g_steal_pointer (&valid);
}

/* (transfer full) */
static LoadedGroup *
read_group (const Source *source, const Group *group, guint n_rows)
{
  gsize capacity = GROUP_ROWS * ENCLAVE_FILE_ROW_MAX_BYTES;
  g_autofree char *bytes = g_malloc (capacity);
  gssize n = read_at (source->fd, bytes, capacity, group->offset);
  LoadedGroup *loaded = g_new0 (LoadedGroup, 1);
  guint64 line = group->line;
  gboolean cut = group->cut;
  gsize at = 0;

  for (guint i = 0; i < n_rows; i++)
    {
      gsize left = n > 0 ? (gsize) n - at : 0;
      gboolean whole = FALSE;
      gsize length;

      if (source->kind == ENCLAVE_FILE_ROWS_BYTES)
        {
          length = MIN (source->bytes_per_row, left);
          loaded->texts[i] = dup_bytes_text ((const guint8 *) bytes + at, length, source->bytes_per_row);
          loaded->numbers[i] = group->offset + at;
        }
      else
        {
          length = left > 0 ? measure_row (bytes + at, left, &whole) : 0;
          loaded->texts[i] = dup_line_text (bytes + at, length);
          loaded->numbers[i] = line;
          loaded->continues[i] = cut;
          line += whole;
          cut = !whole;
        }
      at += length;
    }

  return loaded;
}

void
_enclave_file_rows_load_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Load *load = task_data;

  g_task_return_pointer (task, read_group (load->source, &load->group, load->n_rows), _enclave_file_rows_loaded_group_free);
}

/* Finding rows. */

typedef struct
{
  GWeakRef rows;
  Source *source;
  GCancellable *cancellable;
  guint n_first;
  gboolean has_told;
} Scan;

typedef struct
{
  EnclaveFileRows *rows;
  GArray *groups;
  guint n_rows;
  gboolean complete;
  char *problem;
  GPtrArray *first; /* (element-type LoadedGroup): with the first rows, so that they are whole in the frame that shows them */
} Report;

static gboolean
report_cb (gpointer data)
{
  Report *report = data;
  EnclaveFileRows *self = report->rows;

  if (!g_cancellable_is_cancelled (self->cancellable))
    {
      guint before = self->n_rows;

      g_array_append_vals (self->groups, report->groups->data, report->groups->len);
      for (guint i = 0; i < report->first->len; i++)
        _enclave_file_rows_keep (self, i, g_steal_pointer (&report->first->pdata[i]));
      self->n_rows += report->n_rows;
      self->complete = report->complete;
      if (report->problem != NULL)
        {
          self->problem = g_steal_pointer (&report->problem);
          _enclave_file_rows_notify_problem (self);
        }
      if (report->n_rows > 0)
        {
          /* The last group may have grown. */
          g_list_model_items_changed (G_LIST_MODEL (self), before, 0, report->n_rows);
          g_object_notify (G_OBJECT (self), "n-items");
        }
    }
  g_ptr_array_unref (report->first);
  g_array_unref (report->groups);
  g_object_unref (report->rows);
  g_free (report->problem);
  g_free (report);
  return G_SOURCE_REMOVE;
}

static void
tell (Scan *scan, GArray **groups, guint *n_rows, gboolean complete, const char *problem)
{
  EnclaveFileRows *rows = g_weak_ref_get (&scan->rows);
  Report *report;

  if (rows == NULL)
    return;
  report = g_new0 (Report, 1);
  report->rows = rows;
  report->groups = *groups;
  report->n_rows = *n_rows;
  report->complete = complete;
  report->problem = g_strdup (problem);
  report->first = g_ptr_array_new_with_free_func (_enclave_file_rows_loaded_group_free);
  for (guint i = 0; !scan->has_told && i < report->groups->len; i++)
    g_ptr_array_add (report->first,
                     read_group (scan->source, &g_array_index (report->groups, Group, i), MIN (GROUP_ROWS, *n_rows - i * GROUP_ROWS)));
  *groups = g_array_new (FALSE, FALSE, sizeof (Group));
  *n_rows = 0;
  /* the first ones before the next frame, which would be an empty one */
  g_idle_add_full (scan->has_told ? G_PRIORITY_DEFAULT_IDLE : G_PRIORITY_DEFAULT, report_cb, report, NULL);
  scan->has_told = TRUE;
}

static gpointer
scan_thread (gpointer data)
{
  Scan *scan = data;
  GArray *groups = g_array_new (FALSE, FALSE, sizeof (Group));
  g_autofree char *bytes = g_malloc (READ_BYTES);
  guint64 offset = 0;
  guint64 line = 1;
  gint64 told = 0;
  gboolean cut = FALSE;
  guint n_rows = 0;
  guint total = 0;
  const char *problem = NULL;

  while (problem == NULL && !g_cancellable_is_cancelled (scan->cancellable))
    {
      gssize n = read_at (scan->source->fd, bytes, READ_BYTES, offset);
      gboolean last = n < READ_BYTES;
      gsize at = 0;

      if (n < 0)
        problem = g_strerror (errno);
      if (n <= 0)
        break;
      while (at < (gsize) n && total < MAX_ROWS)
        {
          gboolean whole = FALSE;
          gsize length;

          /* What is needed to see where a row ends must be there. */
          if (!last && (gsize) n - at <= ENCLAVE_FILE_ROW_MAX_BYTES)
            break;
          if (total % GROUP_ROWS == 0)
            {
              Group group = { offset + at, line, cut };

              g_array_append_val (groups, group);
            }
          length = scan->source->kind == ENCLAVE_FILE_ROWS_BYTES
                     ? MIN (scan->source->bytes_per_row, (gsize) n - at)
                     : measure_row (bytes + at, (gsize) n - at, &whole);
          at += length;
          line += whole;
          cut = !whole;
          n_rows++;
          total++;
          if (total == scan->n_first)
            {
              tell (scan, &groups, &n_rows, FALSE, NULL);
              told = g_get_monotonic_time ();
            }
        }
      offset += at;
      if (total >= MAX_ROWS)
        problem = _("Only the first part of this file is shown.");
      else if (last)
        break;
      if (g_get_monotonic_time () - told >= REPORT_MS * G_TIME_SPAN_MILLISECOND)
        {
          tell (scan, &groups, &n_rows, FALSE, NULL);
          told = g_get_monotonic_time ();
        }
    }
  tell (scan, &groups, &n_rows, TRUE, problem);
  g_array_unref (groups);
  g_weak_ref_clear (&scan->rows);
  _enclave_file_rows_source_unref (scan->source);
  g_object_unref (scan->cancellable);
  g_free (scan);
  return NULL;
}

void
_enclave_file_rows_scan (EnclaveFileRows *self, guint n_first)
{
  Scan *scan = g_new0 (Scan, 1);

  g_weak_ref_init (&scan->rows, self);
  scan->source = _enclave_file_rows_source_ref (self->source);
  scan->cancellable = g_object_ref (self->cancellable);
  scan->n_first = n_first;
  g_thread_unref (g_thread_new ("file-rows", scan_thread, scan));
}
