/* enclave-checkpoint-prune.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-checkpoint-store-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-limits.h"

#define PRUNED_MAX_BYTES 64

static char *
record_name (const EnclaveCheckpointRecord *record)
{
  return g_strdup_printf ("%010" G_GUINT64_FORMAT ENCLAVE_CHECKPOINT_SUFFIX, record->number);
}

static gboolean
remove_record (EnclaveCheckpointPlan *plan, const EnclaveCheckpointRecord *record, GError **error)
{
  g_autofree char *name = record_name (record);

  if (unlinkat (plan->folder_fd, name, 0) != 0 && errno != ENOENT)
    return enclave_checkpoint_fail (error, errno);

  return TRUE;
}

static guint64
size_of (EnclaveCheckpointPlan *plan, const char *digest)
{
  struct stat st;

  return digest != NULL && fstatat (plan->objects_fd, digest, &st, AT_SYMLINK_NOFOLLOW) == 0 ? (guint64) st.st_size : 0;
}

/* Each object once. */
static guint64
count_bytes (EnclaveCheckpointPlan *plan, GPtrArray *records, guint first)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  guint64 bytes = 0;

  for (guint i = first; i < records->len; i++)
    {
      const EnclaveCheckpointRecord *record = g_ptr_array_index (records, i);

      for (guint k = 0; k < record->files->len; k++)
        {
          const EnclaveCheckpointFile *file = g_ptr_array_index (record->files, k);

          if (file->old_object != NULL && g_hash_table_add (seen, file->old_object))
            bytes += size_of (plan, file->old_object);
          if (file->new_object != NULL && g_hash_table_add (seen, file->new_object))
            bytes += size_of (plan, file->new_object);
        }
    }

  return bytes;
}

static gboolean
is_same_turn (const EnclaveCheckpointRecord *a, const EnclaveCheckpointRecord *b)
{
  return strcmp (a->conversation, b->conversation) == 0 && strcmp (a->turn, b->turn) == 0 && *a->turn != '\0';
}

/* The index of the first record after the turn that begins at @first. */
static guint
end_of_turn (GPtrArray *records, guint first)
{
  guint end = first + 1;

  while (end < records->len
         && is_same_turn (g_ptr_array_index (records, first), g_ptr_array_index (records, end)))
    end++;

  return end;
}

/* Deletes what no record names: contents of those that went, and what a killed program had begun. */
static void
remove_unnamed (EnclaveCheckpointPlan *plan, GPtrArray *records, EnclaveCheckpointRecord *left)
{
  g_autoptr (GHashTable) named = g_hash_table_new (g_str_hash, g_str_equal);
  int fd = openat (plan->objects_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *folder = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;

  for (guint i = 0; i <= records->len; i++)
    {
      const EnclaveCheckpointRecord *record = i < records->len ? g_ptr_array_index (records, i) : left;

      for (guint k = 0; record != NULL && k < record->files->len; k++)
        {
          const EnclaveCheckpointFile *file = g_ptr_array_index (record->files, k);

          if (file->old_object != NULL)
            g_hash_table_add (named, file->old_object);
          if (file->new_object != NULL)
            g_hash_table_add (named, file->new_object);
        }
    }
  while (folder != NULL && (entry = readdir (folder)) != NULL)
    if (*entry->d_name != '.' && !g_hash_table_contains (named, entry->d_name))
      unlinkat (plan->objects_fd, entry->d_name, 0);
  if (folder != NULL)
    closedir (folder);
  else if (fd >= 0)
    close (fd);
}

/* @keep says which files of @record stay; a record without files goes. */
static gboolean
filter_record (EnclaveCheckpointPlan *plan, EnclaveCheckpointRecord *record, EnclaveCheckpointFilter filter,
               gpointer user_data, GError **error)
{
  guint before = record->files->len;
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  int problem;

  for (guint i = record->files->len; i > 0; i--)
    {
      const EnclaveCheckpointFile *file = g_ptr_array_index (record->files, i - 1);

      if (!filter (file->path, user_data))
        g_ptr_array_remove_index (record->files, i - 1);
    }
  if (record->files->len == before)
    return TRUE;
  if (record->files->len == 0)
    return remove_record (plan, record, error);

  name = record_name (record);
  text = enclave_checkpoint_record_to_text (record);
  problem = enclave_checkpoint_write_file (plan->folder_fd, name, text, strlen (text));

  return problem == 0 || enclave_checkpoint_fail (error, problem);
}

static void
add_pruned (EnclaveCheckpointPlan *plan, guint n_turns)
{
  char text[PRUNED_MAX_BYTES];
  int length = g_snprintf (text, sizeof text, "%u\n",
                           enclave_checkpoint_store_get_n_pruned (plan->store) + n_turns);

  /* A count for people: its loss is no reason to fail. */
  if (enclave_checkpoint_write_file (plan->folder_fd, ENCLAVE_CHECKPOINT_PRUNED, text, (gsize) length) != 0)
    g_debug ("The count of turns that were let go can't be kept");
}

guint
enclave_checkpoint_store_get_n_pruned (EnclaveCheckpointStore *self)
{
  int fd = enclave_checkpoint_store_open (self);
  g_autoptr (GBytes) bytes = fd >= 0 ? enclave_checkpoint_read_file (fd, ENCLAVE_CHECKPOINT_PRUNED, PRUNED_MAX_BYTES)
                                     : NULL;
  g_autofree char *text = NULL;

  if (fd >= 0)
    close (fd);
  if (bytes == NULL)
    return 0;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  return (guint) MIN (g_ascii_strtoull (text, NULL, 10), G_MAXINT);
}

gboolean
enclave_checkpoint_plan_prune (EnclaveCheckpointPlan *plan, guint64 max_bytes, EnclaveCheckpointFilter filter,
                               gpointer user_data, GError **error)
{
  g_autoptr (GPtrArray) records = enclave_checkpoint_read_records (plan->folder_fd);
  g_autoptr (EnclaveCheckpointRecord) left = enclave_checkpoint_plan_load_left (plan, NULL);
  guint n_turns = 0;

  for (guint i = records->len; filter != NULL && i > 0; i--)
    {
      EnclaveCheckpointRecord *record = g_ptr_array_index (records, i - 1);

      if (!filter_record (plan, record, filter, user_data, error))
        return FALSE;
      if (record->files->len == 0)
        g_ptr_array_remove_index (records, i - 1);
    }
  while (records->len > 0)
    {
      guint end = end_of_turn (records, 0);

      if (end >= records->len
          || (count_bytes (plan, records, 0) <= max_bytes && records->len <= ENCLAVE_CHECKPOINT_MAX_RECORDS))
        break;
      for (guint i = 0; i < end; i++)
        if (!remove_record (plan, g_ptr_array_index (records, i), error))
          return FALSE;
      g_ptr_array_remove_range (records, 0, end);
      n_turns++;
    }
  if (n_turns > 0)
    add_pruned (plan, n_turns);
  remove_unnamed (plan, records, left);

  return TRUE;
}

gboolean
enclave_checkpoint_plan_forget (EnclaveCheckpointPlan *plan, const char *conversation, GError **error)
{
  g_autoptr (GPtrArray) records = enclave_checkpoint_read_records (plan->folder_fd);
  g_autoptr (EnclaveCheckpointRecord) left = enclave_checkpoint_plan_load_left (plan, NULL);

  for (guint i = records->len; i > 0; i--)
    {
      EnclaveCheckpointRecord *record = g_ptr_array_index (records, i - 1);

      if (conversation != NULL && strcmp (record->conversation, conversation) != 0)
        continue;
      if (!remove_record (plan, record, error))
        return FALSE;
      g_ptr_array_remove_index (records, i - 1);
    }
  remove_unnamed (plan, records, left);
  if (fsync (plan->folder_fd) != 0 || fsync (plan->objects_fd) != 0)
    return enclave_checkpoint_fail (error, errno);

  return TRUE;
}
