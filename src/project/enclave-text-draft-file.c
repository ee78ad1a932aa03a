/* enclave-text-draft-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The file of a draft. All of it belongs to the worker.
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "enclave-state-dir.h"
#include "enclave-text-draft-private.h"

/* What is read and written anew at once. */
#define PIECE_BYTES (64 * 1024)

struct _EnclaveTextDraftFile
{
  gatomicrefcount references;
  GWeakRef object;
  GBytes *head;
  GBytes *base;        /* (nullable): until it was written */
  char *prefix;
  char *path;          /* (nullable): while there is a file */
  int fd;
  GByteArray *unwritten;
  GPtrArray *replaced; /* (element-type utf8): drafts that go once all of this one is on disk */
  GArray *locks;       /* (element-type int): descriptors of those among them that this program wrote: nobody is offered them */
  guint64 length;      /* of what is whole in the file */
  gboolean failed;
  gboolean unsynced;   /* the disk has refused it: what it holds of it is not known */
};

typedef EnclaveTextDraftFile File;

typedef struct
{
  File *file;
  GByteArray *records; /* (nullable) */
  char *replaced;      /* (nullable) */
  File *older;         /* (nullable) */
} Work;

void
_enclave_text_draft_append_record (GByteArray *bytes, gconstpointer payload, gsize length)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint64 size = GUINT64_TO_LE ((guint64) length);
  guint8 digest[32];
  gsize digest_length = sizeof digest;

  g_checksum_update (checksum, payload, (gssize) length);
  g_checksum_get_digest (checksum, digest, &digest_length);
  g_byte_array_append (bytes, (const guint8 *) &size, 8);
  g_byte_array_append (bytes, digest, 8);
  g_byte_array_append (bytes, payload, (guint) length);
}

const guint8 *
_enclave_text_draft_peek_record (const guint8 *data, gsize data_length, gsize at, gsize *length)
{
  g_autoptr (GChecksum) checksum = NULL;
  guint64 size;
  guint8 digest[32];
  gsize digest_length = sizeof digest;

  if (at > data_length || data_length - at < DRAFT_RECORD_HEAD)
    return NULL;
  memcpy (&size, data + at, 8);
  size = GUINT64_FROM_LE (size);
  if (size > data_length - at - DRAFT_RECORD_HEAD)
    return NULL;
  checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (checksum, data + at + DRAFT_RECORD_HEAD, (gssize) size);
  g_checksum_get_digest (checksum, digest, &digest_length);
  if (memcmp (digest, data + at + 8, 8) != 0)
    return NULL;
  *length = (gsize) size;
  return data + at + DRAFT_RECORD_HEAD;
}

char *
_enclave_text_draft_dup_prefix (const char *path)
{
  g_autofree char *hash = path != NULL ? g_compute_checksum_for_string (G_CHECKSUM_SHA256, path, -1) : NULL;

  return hash != NULL ? g_strndup (hash, 32) : g_strdup ("untitled");
}

static void
lock_clear (gpointer data)
{
  close (*(int *) data);
}

/* (transfer full) */
static GArray *
new_locks (void)
{
  GArray *locks = g_array_new (FALSE, FALSE, sizeof (int));

  g_array_set_clear_func (locks, lock_clear);
  return locks;
}

void
_enclave_text_draft_file_unref (EnclaveTextDraftFile *file)
{
  if (!g_atomic_ref_count_dec (&file->references))
    return;
  if (file->fd >= 0)
    close (file->fd);
  g_weak_ref_clear (&file->object);
  g_bytes_unref (file->head);
  g_clear_pointer (&file->base, g_bytes_unref);
  g_byte_array_unref (file->unwritten);
  g_ptr_array_unref (file->replaced);
  g_array_unref (file->locks);
  g_free (file->prefix);
  g_free (file->path);
  g_free (file);
}

static void
work_free (gpointer data)
{
  Work *job = data;

  g_clear_pointer (&job->records, g_byte_array_unref);
  g_free (job->replaced);
  g_clear_pointer (&job->older, _enclave_text_draft_file_unref);
  _enclave_text_draft_file_unref (job->file);
  g_free (job);
}

/* (transfer full) */
static Work *
work_new (File *file)
{
  Work *job = g_new0 (Work, 1);

  g_atomic_ref_count_inc (&file->references);
  job->file = file;
  return job;
}

static void
push (File *file, GByteArray *records, const char *replaced, void (*run) (gpointer data))
{
  Work *job = work_new (file);

  job->records = records;
  job->replaced = g_strdup (replaced);
  _enclave_text_draft_push (run, job, work_free);
}

typedef struct
{
  EnclaveTextDraft *draft;
  char *problem;
} Report;

static gboolean
report_cb (gpointer data)
{
  Report *report = data;

  _enclave_text_draft_report (report->draft, report->problem);
  g_object_unref (report->draft);
  g_free (report->problem);
  g_free (report);
  return G_SOURCE_REMOVE;
}

static void
tell (File *file, const char *problem)
{
  Report *report;
  EnclaveTextDraft *draft;

  if (problem == NULL && !file->failed)
    return;
  file->failed = problem != NULL;
  draft = g_weak_ref_get (&file->object);
  if (draft == NULL)
    return;
  report = g_new0 (Report, 1);
  report->draft = draft;
  report->problem = g_strdup (problem);
  g_idle_add (report_cb, report);
}

static int
write_all (int fd, const guint8 *data, gsize length)
{
  while (length > 0)
    {
      gssize n = write (fd, data, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return n < 0 ? errno : EIO;
      data += n;
      length -= (gsize) n;
    }
  return 0;
}

static gboolean
make_file (File *file)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = enclave_state_dir_ensure (DRAFT_FOLDER, &error);
  g_autofree char *name = NULL;

  if (folder == NULL)
    {
      tell (file, error->message);
      return FALSE;
    }
  name = g_strdup_printf ("%s/%s-%08x%08x" DRAFT_SUFFIX, folder, file->prefix, g_random_int (), g_random_int ());
  file->fd = open (name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file->fd < 0 || flock (file->fd, LOCK_EX | LOCK_NB) != 0)
    {
      tell (file, g_strerror (errno));
      if (file->fd >= 0)
        {
          unlink (name);
          close (g_steal_fd (&file->fd));
        }
      return FALSE;
    }
  file->path = g_steal_pointer (&name);
  _enclave_text_draft_append_record (file->unwritten, g_bytes_get_data (file->head, NULL), g_bytes_get_size (file->head));
  _enclave_text_draft_append_record (file->unwritten, g_bytes_get_data (file->base, NULL), g_bytes_get_size (file->base));
  g_clear_pointer (&file->base, g_bytes_unref);
  return TRUE;
}

static void
remove_replaced (File *file)
{
  for (guint i = 0; i < file->replaced->len; i++)
    _enclave_text_draft_remove_cb (g_ptr_array_index (file->replaced, i));
  g_ptr_array_set_size (file->replaced, 0);
  g_array_set_size (file->locks, 0);
}

/* After a refusal the kernel takes what it could not write for written: it has to be written once more. */
static int
write_anew (File *file)
{
  g_autofree guint8 *piece = g_malloc (PIECE_BYTES);
  guint64 at = 0;

  while (at < file->length)
    {
      gssize n = pread (file->fd, piece, (gsize) MIN (PIECE_BYTES, file->length - at), (off_t) at);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return n < 0 ? errno : EIO;
      n = pwrite (file->fd, piece, (gsize) n, (off_t) at);
      if (n < 0 && errno != EINTR)
        return errno;
      at += (guint64) MAX (n, 0);
    }
  return 0;
}

/* FALSE: it was told. */
static gboolean
sync_file (File *file)
{
  int problem = file->unsynced ? write_anew (file) : 0;

  if (problem == 0 && fdatasync (file->fd) != 0)
    problem = errno;
  file->unsynced = problem != 0;
  if (problem != 0)
    tell (file, g_strerror (problem));
  return problem == 0;
}

/* Not before this one is whole and on the disk: until then the other is all there is of the text. */
static void
settle_replaced (File *file)
{
  if (file->replaced->len == 0 || file->fd < 0 || file->unwritten->len > 0)
    return;
  if (sync_file (file))
    remove_replaced (file);
}

static void
replace_cb (gpointer data)
{
  Work *job = data;

  g_ptr_array_add (job->file->replaced, g_steal_pointer (&job->replaced));
  settle_replaced (job->file);
}

static void
take_over_cb (gpointer data)
{
  Work *job = data;
  File *file = job->file;
  File *older = job->older;

  g_ptr_array_extend_and_steal (file->replaced, g_steal_pointer (&older->replaced));
  older->replaced = g_ptr_array_new_with_free_func (g_free);
  if (older->locks->len > 0)
    g_array_append_vals (file->locks, older->locks->data, older->locks->len);
  /* not closed: they are the other's now */
  g_free (g_array_steal (older->locks, NULL));
  if (older->path != NULL)
    {
      g_ptr_array_add (file->replaced, g_path_get_basename (older->path));
      g_clear_pointer (&older->path, g_free);
    }
  if (older->fd >= 0)
    {
      g_array_append_val (file->locks, older->fd);
      older->fd = -1;
    }
  g_clear_pointer (&older->base, g_bytes_unref);
  settle_replaced (file);
}

static void
write_cb (gpointer data)
{
  Work *job = data;
  File *file = job->file;
  g_autoptr (GByteArray) first = NULL;
  int problem;

  if (file->fd < 0 && file->base != NULL)
    {
      /* Head and text go before what was typed meanwhile. */
      first = g_steal_pointer (&file->unwritten);
      file->unwritten = g_byte_array_new ();
      if (!make_file (file))
        {
          g_byte_array_unref (file->unwritten);
          file->unwritten = g_steal_pointer (&first);
        }
      else
        {
          g_byte_array_append (file->unwritten, first->data, first->len);
        }
    }
  if (job->records != NULL)
    g_byte_array_append (file->unwritten, job->records->data, job->records->len);
  if (file->fd < 0)
    return;

  problem = write_all (file->fd, file->unwritten->data, file->unwritten->len);
  if (problem != 0)
    {
      /* What is half there would be a torn record, and hide those behind it. */
      if (ftruncate (file->fd, (off_t) file->length) != 0 || lseek (file->fd, (off_t) file->length, SEEK_SET) < 0)
        g_debug ("Take back half a record: %s", g_strerror (errno));
      tell (file, g_strerror (problem));
      return;
    }
  file->length += file->unwritten->len;
  g_byte_array_set_size (file->unwritten, 0);
  settle_replaced (file);
  if (!file->unsynced)
    tell (file, NULL);
}

static void
sync_cb (gpointer data)
{
  File *file = ((Work *) data)->file;

  if (file->fd < 0 || !sync_file (file) || file->unwritten->len > 0)
    return;
  remove_replaced (file);
  tell (file, NULL);
}

static void
discard_cb (gpointer data)
{
  File *file = ((Work *) data)->file;

  if (file->path != NULL)
    unlink (file->path);
  g_clear_pointer (&file->path, g_free);
  g_clear_pointer (&file->base, g_bytes_unref);
  if (file->fd >= 0)
    close (g_steal_fd (&file->fd));
  remove_replaced (file);
  tell (file, NULL);
}

EnclaveTextDraftFile *
_enclave_text_draft_file_new (EnclaveTextDraft *draft, GBytes *head, GBytes *base, const char *path)
{
  File *file = g_new0 (File, 1);

  g_atomic_ref_count_init (&file->references);
  g_weak_ref_init (&file->object, draft);
  file->head = g_bytes_ref (head);
  file->base = g_bytes_ref (base);
  file->prefix = _enclave_text_draft_dup_prefix (path);
  file->unwritten = g_byte_array_new ();
  file->replaced = g_ptr_array_new_with_free_func (g_free);
  file->locks = new_locks ();
  file->fd = -1;
  return file;
}

void
_enclave_text_draft_file_write (EnclaveTextDraftFile *file, GByteArray *records)
{
  push (file, records, NULL, write_cb);
}

void
_enclave_text_draft_file_sync (EnclaveTextDraftFile *file)
{
  push (file, NULL, NULL, sync_cb);
}

void
_enclave_text_draft_file_replace (EnclaveTextDraftFile *file, const char *id)
{
  push (file, NULL, id, replace_cb);
}

void
_enclave_text_draft_file_take_over (EnclaveTextDraftFile *file, EnclaveTextDraftFile *older)
{
  Work *job = work_new (file);

  g_atomic_ref_count_inc (&older->references);
  job->older = older;
  _enclave_text_draft_push (take_over_cb, job, work_free);
}

void
_enclave_text_draft_file_discard (EnclaveTextDraftFile *file)
{
  push (file, NULL, NULL, discard_cb);
}
