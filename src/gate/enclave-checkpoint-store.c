/* enclave-checkpoint-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-checkpoint-store-private.h"

#include <dirent.h>
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

#define FOLDER "checkpoints"
#define LOCK "lock"
#define BAD_PLAN "plan.bad"
#define TEMPORARY "new"
#define LOCK_STEP_US 20000
/* Digits of a number: names sort as numbers do. */
#define NUMBER_FORMAT "%010" G_GUINT64_FORMAT
#define NUMBER_CHARS 10

struct _EnclaveCheckpointStore
{
  gatomicrefcount ref_count;
  char *key; /* the project's folder: names of projects are no names of files */
};

EnclaveCheckpointStore *
enclave_checkpoint_store_new (const char *root)
{
  EnclaveCheckpointStore *self = g_new0 (EnclaveCheckpointStore, 1);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, root, -1);

  g_atomic_ref_count_init (&self->ref_count);
  self->key = g_strndup (digest, 32);

  return self;
}

EnclaveCheckpointStore *
enclave_checkpoint_store_ref (EnclaveCheckpointStore *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
enclave_checkpoint_store_unref (EnclaveCheckpointStore *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->key);
  g_free (self);
}

gboolean
enclave_checkpoint_fail (GError **error, int code)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _("Using the history of changes: %s"), g_strerror (code));

  return FALSE;
}

static int
write_all (int fd, const char *data, gsize length)
{
  while (length > 0)
    {
      gssize written = write (fd, data, length);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return written < 0 ? errno : EIO;
      data += written;
      length -= (gsize) written;
    }

  return 0;
}

int
enclave_checkpoint_write_file (int folder_fd, const char *name, const void *data, gsize length)
{
  int problem;
  int fd;

  /* One writer at a time, by the lock: a name of one's own is not needed, and what a killed program left goes. */
  if (unlinkat (folder_fd, TEMPORARY, 0) != 0 && errno != ENOENT)
    return errno;
  fd = openat (folder_fd, TEMPORARY, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return errno;
  problem = write_all (fd, data, length);
  if (problem == 0 && fdatasync (fd) != 0)
    problem = errno;
  close (fd);
  if (problem == 0 && renameat (folder_fd, TEMPORARY, folder_fd, name) != 0)
    problem = errno;
  if (problem != 0)
    unlinkat (folder_fd, TEMPORARY, 0);

  return problem;
}

GBytes *
enclave_checkpoint_read_file (int folder_fd, const char *name, gsize max_bytes)
{
  g_autofree char *data = NULL;
  gsize length = 0;
  gssize n = 1;
  struct stat st;
  int problem = 0;
  int fd = openat (folder_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0)
    return NULL;
  if (fstat (fd, &st) != 0)
    problem = errno;
  else if (!S_ISREG (st.st_mode) || st.st_uid != geteuid () || (guint64) st.st_size > max_bytes)
    problem = EINVAL;
  if (problem == 0)
    data = g_malloc ((gsize) st.st_size + 1);
  while (problem == 0 && n > 0 && length < (gsize) st.st_size)
    {
      n = read (fd, data + length, (gsize) st.st_size - length);
      if (n < 0 && errno != EINTR)
        problem = errno;
      length += n > 0 ? (gsize) n : 0;
      n = n < 0 ? 1 : n;
    }
  close (fd);
  errno = problem;

  return problem == 0 ? g_bytes_new_take (g_steal_pointer (&data), length) : NULL;
}

int
enclave_checkpoint_store_open (EnclaveCheckpointStore *self)
{
  g_autofree char *base = enclave_state_dir_path (FOLDER);
  g_autofree char *path = g_build_filename (base, self->key, NULL);

  return open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

gboolean
enclave_checkpoint_store_has_plan (EnclaveCheckpointStore *self)
{
  int fd = enclave_checkpoint_store_open (self);
  gboolean there = fd >= 0 && faccessat (fd, ENCLAVE_CHECKPOINT_PLAN, F_OK, AT_SYMLINK_NOFOLLOW) == 0;

  if (fd >= 0)
    close (fd);

  return there;
}

static int
open_folder (int base_fd, const char *name)
{
  if (mkdirat (base_fd, name, 0700) != 0 && errno != EEXIST)
    return -1;

  return openat (base_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static gboolean
take_lock (int fd, guint wait_ms, GError **error)
{
  gint64 until = g_get_monotonic_time () + (gint64) wait_ms * 1000;

  while (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      if (errno != EWOULDBLOCK && errno != EINTR)
        return enclave_checkpoint_fail (error, errno);
      if (g_get_monotonic_time () >= until)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                               _("Another Enclave is changing files of this folder at this moment"));
          return FALSE;
        }
      g_usleep (LOCK_STEP_US);
    }

  return TRUE;
}

EnclaveCheckpointPlan *
enclave_checkpoint_store_begin (EnclaveCheckpointStore *self, guint wait_ms, GError **error)
{
  g_autofree char *base = enclave_state_dir_ensure (FOLDER, error);
  g_autoptr (EnclaveCheckpointPlan) plan = NULL;
  int base_fd;

  if (base == NULL)
    return NULL;

  plan = g_new0 (EnclaveCheckpointPlan, 1);
  plan->store = enclave_checkpoint_store_ref (self);
  plan->objects_fd = plan->lock_fd = plan->folder_fd = -1;
  base_fd = open (base, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (base_fd >= 0)
    {
      plan->folder_fd = open_folder (base_fd, self->key);
      close (base_fd);
    }
  if (plan->folder_fd >= 0)
    plan->objects_fd = open_folder (plan->folder_fd, ENCLAVE_CHECKPOINT_OBJECTS);
  if (plan->objects_fd >= 0)
    plan->lock_fd = openat (plan->folder_fd, LOCK, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (plan->lock_fd < 0)
    {
      enclave_checkpoint_fail (error, errno);
      return NULL;
    }
  if (!take_lock (plan->lock_fd, wait_ms, error))
    return NULL;

  return g_steal_pointer (&plan);
}

void
enclave_checkpoint_plan_free (EnclaveCheckpointPlan *plan)
{
  if (plan->objects_fd >= 0)
    close (plan->objects_fd);
  if (plan->folder_fd >= 0)
    close (plan->folder_fd);
  /* The lock goes with its descriptor. */
  if (plan->lock_fd >= 0)
    close (plan->lock_fd);
  enclave_checkpoint_store_unref (plan->store);
  g_free (plan);
}

EnclaveCheckpointRecord *
enclave_checkpoint_plan_load_left (EnclaveCheckpointPlan *plan, GError **error)
{
  g_autoptr (GBytes) bytes = enclave_checkpoint_read_file (plan->folder_fd, ENCLAVE_CHECKPOINT_PLAN,
                                                           ENCLAVE_CHECKPOINT_RECORD_MAX_BYTES);

  if (bytes == NULL)
    {
      if (errno != ENOENT)
        enclave_checkpoint_fail (error, errno);
      return NULL;
    }

  return enclave_checkpoint_record_parse (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), error);
}

char *
enclave_checkpoint_plan_add_object (EnclaveCheckpointPlan *plan, GBytes *bytes, GError **error)
{
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  gsize length;
  gconstpointer data = g_bytes_get_data (bytes, &length);
  struct stat st;
  int problem;

  /* An object has its name only when it is whole; one of another size was damaged since. */
  if (fstatat (plan->objects_fd, digest, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG (st.st_mode)
      && (gsize) st.st_size == length)
    return g_steal_pointer (&digest);

  problem = enclave_checkpoint_write_file (plan->objects_fd, digest, data, length);
  if (problem != 0)
    {
      enclave_checkpoint_fail (error, problem);
      return NULL;
    }

  return g_steal_pointer (&digest);
}

gboolean
enclave_checkpoint_plan_write (EnclaveCheckpointPlan *plan, const EnclaveCheckpointRecord *record, GError **error)
{
  g_autofree char *text = enclave_checkpoint_record_to_text (record);
  int problem;

  if (strlen (text) > ENCLAVE_CHECKPOINT_RECORD_MAX_BYTES)
    return enclave_checkpoint_fail (error, EFBIG);
  /* The objects' names before the plan that names them. */
  problem = fsync (plan->objects_fd) != 0 ? errno : 0;
  if (problem == 0)
    problem = enclave_checkpoint_write_file (plan->folder_fd, ENCLAVE_CHECKPOINT_PLAN, text, strlen (text));
  if (problem == 0 && fsync (plan->folder_fd) != 0)
    problem = errno;
  if (problem != 0)
    return enclave_checkpoint_fail (error, problem);

  return TRUE;
}

static guint64
number_of_name (const char *name)
{
  char *rest;
  guint64 number;

  if (strlen (name) != NUMBER_CHARS + strlen (ENCLAVE_CHECKPOINT_SUFFIX) || !g_ascii_isdigit (*name))
    return 0;
  number = g_ascii_strtoull (name, &rest, 10);

  return strcmp (rest, ENCLAVE_CHECKPOINT_SUFFIX) == 0 ? number : 0;
}

/* Numbers of the records, unsorted. */
static GArray *
list_numbers (int folder_fd)
{
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (guint64));
  int fd = openat (folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *folder = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;

  while (folder != NULL && (entry = readdir (folder)) != NULL)
    {
      guint64 number = number_of_name (entry->d_name);

      if (number > 0)
        g_array_append_val (numbers, number);
    }
  if (folder != NULL)
    closedir (folder);
  else if (fd >= 0)
    close (fd);

  return numbers;
}

static int
compare_records (gconstpointer a, gconstpointer b)
{
  const EnclaveCheckpointRecord *left = *(EnclaveCheckpointRecord *const *) a;
  const EnclaveCheckpointRecord *right = *(EnclaveCheckpointRecord *const *) b;

  return left->number < right->number ? -1 : left->number > right->number;
}

GPtrArray *
enclave_checkpoint_read_records (int folder_fd)
{
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_checkpoint_record_unref);
  g_autoptr (GArray) numbers = list_numbers (folder_fd);

  for (guint i = 0; i < numbers->len; i++)
    {
      guint64 number = g_array_index (numbers, guint64, i);
      g_autofree char *name = g_strdup_printf (NUMBER_FORMAT ENCLAVE_CHECKPOINT_SUFFIX, number);
      g_autoptr (GBytes) bytes = enclave_checkpoint_read_file (folder_fd, name, ENCLAVE_CHECKPOINT_RECORD_MAX_BYTES);
      g_autoptr (GError) error = NULL;
      EnclaveCheckpointRecord *record = NULL;

      if (bytes != NULL)
        record = enclave_checkpoint_record_parse (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), &error);
      if (record == NULL)
        {
          g_debug ("A record of changes can't be used: %s", error != NULL ? error->message : g_strerror (errno));
          continue;
        }
      record->number = number;
      g_ptr_array_add (records, record);
    }
  g_ptr_array_sort (records, compare_records);

  return records;
}

gboolean
enclave_checkpoint_plan_commit (EnclaveCheckpointPlan *plan, EnclaveCheckpointRecord *record, GError **error)
{
  g_autoptr (GArray) numbers = list_numbers (plan->folder_fd);
  g_autofree char *name = NULL;
  guint64 number = 0;

  for (guint i = 0; i < numbers->len; i++)
    number = MAX (number, g_array_index (numbers, guint64, i));
  number++;
  name = g_strdup_printf (NUMBER_FORMAT ENCLAVE_CHECKPOINT_SUFFIX, number);
  if (renameat (plan->folder_fd, ENCLAVE_CHECKPOINT_PLAN, plan->folder_fd, name) != 0)
    return enclave_checkpoint_fail (error, errno);
  record->number = number;
  /* The change stands, whatever becomes of this. */
  if (fsync (plan->folder_fd) != 0)
    g_debug ("Flushing the history of changes: %s", g_strerror (errno));

  return TRUE;
}

gboolean
enclave_checkpoint_plan_discard (EnclaveCheckpointPlan *plan, GError **error)
{
  if (unlinkat (plan->folder_fd, ENCLAVE_CHECKPOINT_PLAN, 0) != 0 && errno != ENOENT)
    return enclave_checkpoint_fail (error, errno);
  if (fsync (plan->folder_fd) != 0)
    g_debug ("Flushing the history of changes: %s", g_strerror (errno));

  return TRUE;
}

void
enclave_checkpoint_plan_set_aside (EnclaveCheckpointPlan *plan)
{
  if (renameat (plan->folder_fd, ENCLAVE_CHECKPOINT_PLAN, plan->folder_fd, BAD_PLAN) != 0)
    g_debug ("Setting a plan aside: %s", g_strerror (errno));
}

GPtrArray *
enclave_checkpoint_store_list (EnclaveCheckpointStore *self)
{
  int fd = enclave_checkpoint_store_open (self);
  GPtrArray *records;

  if (fd < 0)
    return g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_checkpoint_record_unref);
  records = enclave_checkpoint_read_records (fd);
  close (fd);

  return records;
}

GBytes *
enclave_checkpoint_store_load_object (EnclaveCheckpointStore *self, const char *digest, GError **error)
{
  g_autofree char *name = g_build_filename (ENCLAVE_CHECKPOINT_OBJECTS, digest, NULL);
  g_autofree char *found = NULL;
  g_autoptr (GBytes) bytes = NULL;
  int fd = enclave_checkpoint_store_open (self);

  if (fd >= 0)
    {
      bytes = enclave_checkpoint_read_file (fd, name, ENCLAVE_EDIT_MAX_BYTES);
      close (fd);
    }
  if (bytes == NULL)
    {
      enclave_checkpoint_fail (error, errno);
      return NULL;
    }
  found = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  if (strcmp (found, digest) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("What was kept of it is damaged"));
      return NULL;
    }

  return g_steal_pointer (&bytes);
}
