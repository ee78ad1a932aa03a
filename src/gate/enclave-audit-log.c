/* enclave-audit-log.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
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

#include "enclave-audit-log-private.h"

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-state-dir.h"

/* More than the longest record: ten strings, each byte escaped. */
#define TAIL_BYTES (256 * 1024)

struct _EnclaveAuditLog
{
  GObject parent_instance;

  const char *chain;
  char *session;
  guint64 number;
  GBytes *key;
  gint64 max_bytes;
  int fd;
  EnclaveAuditSync *sync; /* (nullable): of fd */

  /* State of the file after our last line; another process may have gone on since. */
  gint64 size;
  EnclaveAuditHead head;
  gboolean any;      /* this object has written a record */
  gboolean unsealed; /* … that no seal of ours is behind */
};

G_DEFINE_FINAL_TYPE (EnclaveAuditLog, enclave_audit_log, G_TYPE_OBJECT)

static void
close_file (EnclaveAuditLog *self)
{
  g_clear_pointer (&self->sync, enclave_audit_sync_end);
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  self->size = -1;
}

static void
enclave_audit_log_finalize (GObject *object)
{
  EnclaveAuditLog *self = ENCLAVE_AUDIT_LOG (object);

  close_file (self);
  g_clear_pointer (&self->session, g_free);
  g_clear_pointer (&self->key, g_bytes_unref);

  G_OBJECT_CLASS (enclave_audit_log_parent_class)->finalize (object);
}

static void
enclave_audit_log_class_init (EnclaveAuditLogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_audit_log_finalize;
}

static void
enclave_audit_log_init (EnclaveAuditLog *self)
{
  self->fd = -1;
  self->chain = ENCLAVE_AUDIT_FOLDER;
  self->session = g_uuid_string_random ();
  self->max_bytes = ENCLAVE_AUDIT_FILE_MAX_BYTES;
  enclave_audit_head_clear (&self->head);
}

/**
 * enclave_audit_log_new:
 *
 * Returns: (transfer full): a log that opens its file with the first record
 */
EnclaveAuditLog *
enclave_audit_log_new (void)
{
  return g_object_new (ENCLAVE_TYPE_AUDIT_LOG, NULL);
}

/**
 * enclave_audit_log_new_for_connections:
 *
 * Returns: (transfer full): the ledger of connections, which is a chain of its own
 */
EnclaveAuditLog *
enclave_audit_log_new_for_connections (void)
{
  EnclaveAuditLog *self = enclave_audit_log_new ();

  self->chain = ENCLAVE_EGRESS_FOLDER;

  return self;
}

/**
 * enclave_audit_log_dup_path:
 *
 * Returns: (transfer full): where the log lies or will lie
 */
char *
enclave_audit_log_dup_path (EnclaveAuditLog *self)
{
  g_return_val_if_fail (ENCLAVE_IS_AUDIT_LOG (self), NULL);

  return enclave_audit_dup_path_in (self->chain);
}

/**
 * enclave_audit_log_set_key:
 * @key: (nullable): %ENCLAVE_AUDIT_KEY_BYTES bytes
 *
 * From now on every %ENCLAVE_AUDIT_SEAL_EVERY-th record is a seal.
 */
void
enclave_audit_log_set_key (EnclaveAuditLog *self, GBytes *key)
{
  g_return_if_fail (ENCLAVE_IS_AUDIT_LOG (self));

  g_clear_pointer (&self->key, g_bytes_unref);
  self->key = key != NULL ? g_bytes_ref (key) : NULL;
}

/**
 * enclave_audit_log_begin_session:
 *
 * Records from now on carry a session of their own.
 */
void
enclave_audit_log_begin_session (EnclaveAuditLog *self)
{
  g_return_if_fail (ENCLAVE_IS_AUDIT_LOG (self));

  /* A session without a record is as good as a new one. */
  if (self->number == 0)
    return;
  g_free (self->session);
  self->session = g_uuid_string_random ();
  self->number = 0;
}

/**
 * enclave_audit_log_get_session:
 *
 * Returns: the session of the records to come; borrowed
 */
const char *
enclave_audit_log_get_session (EnclaveAuditLog *self)
{
  g_return_val_if_fail (ENCLAVE_IS_AUDIT_LOG (self), NULL);

  return self->session;
}

/**
 * enclave_audit_log_set_max_bytes:
 * @max_bytes: size that a file is moved aside from
 */
void
enclave_audit_log_set_max_bytes (EnclaveAuditLog *self, gint64 max_bytes)
{
  g_return_if_fail (ENCLAVE_IS_AUDIT_LOG (self));

  self->max_bytes = max_bytes;
}

/**
 * enclave_audit_log_dup_anchor:
 *
 * Returns: (transfer full) (nullable): what another place may keep of the chain
 */
char *
enclave_audit_log_dup_anchor (EnclaveAuditLog *self)
{
  g_return_val_if_fail (ENCLAVE_IS_AUDIT_LOG (self), NULL);

  return self->any ? enclave_audit_anchor_to_text (&self->head, self->key) : NULL;
}

static gboolean
set_error (EnclaveAuditLog *self, GError **error, int code)
{
  g_autofree char *path = enclave_audit_dup_path_in (self->chain);

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _("Writing the audit log, %s: %s"), path,
               g_strerror (code));

  return FALSE;
}

static gboolean
open_file (EnclaveAuditLog *self, GError **error)
{
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  struct stat st;

  folder = enclave_state_dir_ensure (self->chain, error);
  if (folder == NULL)
    return FALSE;
  path = enclave_audit_dup_path_in (self->chain);
  self->fd = open (path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
  if (self->fd < 0)
    return set_error (self, error, errno);
  if (fstat (self->fd, &st) != 0 || !S_ISREG (st.st_mode) || fchmod (self->fd, 0600) != 0)
    {
      close_file (self);
      return set_error (self, error, EINVAL);
    }
  self->size = -1;

  return TRUE;
}

/* Whether the opened file is what the name stands for: not moved aside by another process, not removed. */
static gboolean
is_current (EnclaveAuditLog *self)
{
  g_autofree char *path = enclave_audit_dup_path_in (self->chain);
  struct stat opened, named;

  return fstat (self->fd, &opened) == 0 && lstat (path, &named) == 0 && opened.st_dev == named.st_dev
         && opened.st_ino == named.st_ino;
}

/* Takes the lock of the file that the name stands for. */
static gboolean
lock_file (EnclaveAuditLog *self, GError **error)
{
  for (;;)
    {
      if (self->fd >= 0 && !is_current (self))
        close_file (self);
      if (self->fd < 0 && !open_file (self, error))
        return FALSE;
      while (flock (self->fd, LOCK_EX) != 0)
        {
          if (errno != EINTR)
            return set_error (self, error, errno);
        }
      if (is_current (self))
        return TRUE;
      close_file (self);
    }
}

/**
 * enclave_audit_log_check:
 *
 * Returns: %FALSE with @error when the log can't be opened for writing
 */
gboolean
enclave_audit_log_check (EnclaveAuditLog *self, GError **error)
{
  g_return_val_if_fail (ENCLAVE_IS_AUDIT_LOG (self), FALSE);

  if (self->fd >= 0 && !is_current (self))
    close_file (self);

  return self->fd >= 0 || open_file (self, error);
}

/* Learns the head from the last whole line, which may be another process's. @prev: (out): what that line goes on from.
 * Returns: TRUE when the file ends within a line. */
static gboolean
read_tail (EnclaveAuditLog *self, gint64 size, EnclaveAuditHead *head, EnclaveAuditHead *before)
{
  gint64 start = MAX (0, size - TAIL_BYTES);
  g_autofree char *buffer = g_malloc (TAIL_BYTES + 1);
  g_autoptr(JsonObject) record = NULL;
  const char *hash, *prev;
  gboolean torn;
  char *line;
  gssize n;

  enclave_audit_head_clear (head);
  enclave_audit_head_clear (before);
  n = pread (self->fd, buffer, TAIL_BYTES, start);
  if (n <= 0)
    return FALSE;
  buffer[n] = '\0';
  torn = buffer[n - 1] != '\n';
  if (torn)
    /* A writer died within its line: the chain goes on from the last whole one. */
    buffer[n - strlen (strrchr (buffer, '\n') != NULL ? strrchr (buffer, '\n') + 1 : buffer)] = '\0';
  if (buffer[0] == '\0')
    return torn;
  buffer[strlen (buffer) - 1] = '\0';
  line = strrchr (buffer, '\n');
  record = enclave_json_parse_object (line != NULL ? line + 1 : buffer, -1, NULL);
  if (record == NULL)
    return torn;

  head->seq = (guint64) MAX (0, enclave_json_get_int (record, "seq", 0));
  before->seq = head->seq > 0 ? head->seq - 1 : 0;
  hash = enclave_json_peek_string (record, "hash");
  prev = enclave_json_peek_string (record, "prev");
  if (hash != NULL && strlen (hash) == ENCLAVE_AUDIT_HASH_LENGTH)
    memcpy (head->hash, hash, ENCLAVE_AUDIT_HASH_LENGTH);
  if (prev != NULL && strlen (prev) == ENCLAVE_AUDIT_HASH_LENGTH)
    memcpy (before->hash, prev, ENCLAVE_AUDIT_HASH_LENGTH);

  return torn;
}

static gboolean
same_head (const EnclaveAuditHead *a, const EnclaveAuditHead *b)
{
  return a->seq == b->seq && strcmp (a->hash, b->hash) == 0;
}

/* Whether the file has the record that @head names. */
static gboolean
file_has (EnclaveAuditLog *self, gint64 size, const EnclaveAuditHead *head)
{
  g_autofree char *mark = g_strdup_printf ("\"hash\":\"%s\"}\n", head->hash);
  g_autofree char *text = NULL;
  gssize n;

  if (size <= 0 || size > 2 * MAX (self->max_bytes, ENCLAVE_AUDIT_FILE_MAX_BYTES))
    return FALSE;
  text = g_malloc ((gsize) size);
  n = pread (self->fd, text, (gsize) size, 0);

  return n > 0 && memmem (text, (gsize) n, mark, strlen (mark)) != NULL;
}

/* What the next record goes on from. A log that does not reach its anchor was cut or written anew: going on from the
 * anchor makes that visible for good, going on from the log would hide it. A crash between line and anchor leaves the
 * log one line ahead, an anchor from a backup more. */
static gboolean
learn_head (EnclaveAuditLog *self, gint64 size)
{
  EnclaveAuditHead tail, before, anchor;
  gboolean torn = read_tail (self, size, &tail, &before);

  enclave_audit_anchor_load (self->chain, &anchor);
  if (anchor.seq == 0 || same_head (&anchor, &tail) || same_head (&anchor, &before)
      || (anchor.seq < tail.seq && file_has (self, size, &anchor)))
    self->head = tail;
  else
    self->head = anchor;

  return torn;
}

/* A full file gets another name; the chain goes on in a new one. Called with the lock, and again has it afterwards. */
static gboolean
rotate (EnclaveAuditLog *self, GError **error)
{
  g_autofree char *folder = enclave_state_dir_path (self->chain);
  g_autofree char *path = enclave_audit_dup_path_in (self->chain);
  g_autofree char *name = enclave_audit_dup_rotated_name (self->head.seq);
  g_autofree char *aside = g_build_filename (folder, name, NULL);
  EnclaveAuditHead head = self->head;

  /* A name that is taken is no reason to stop: the file grows until the next number. */
  if (g_file_test (aside, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK))
    return TRUE;
  if (fdatasync (self->fd) != 0 || rename (path, aside) != 0)
    return set_error (self, error, errno);
  close_file (self);
  if (!lock_file (self, error))
    return FALSE;
  self->head = head;
  self->size = 0;

  return TRUE;
}

typedef char *(*MakeLine) (EnclaveAuditLog *self, const EnclaveAuditLine *line, gconstpointer data, char *hash);

static gboolean
write_line (EnclaveAuditLog *self, MakeLine make, gconstpointer data, gboolean torn, GError **error)
{
  EnclaveAuditLine line = { self->head.seq + 1, self->session, self->number + 1, self->head.hash };
  EnclaveAuditHead next = { line.seq, "" };
  g_autofree char *made = make (self, &line, data, next.hash);
  g_autofree char *text = g_strconcat (torn ? "\n" : "", made, NULL);
  gsize length = strlen (text);
  gssize n;
  int saved;

  do
    n = write (self->fd, text, length);
  while (n < 0 && errno == EINTR);
  saved = n < 0 ? errno : ENOSPC;
  if (n == (gssize) length && enclave_audit_anchor_store (self->chain, &next, self->key, error))
    {
      self->size += n;
      self->head = next;
      self->number++;
      self->any = TRUE;

      return TRUE;
    }

  /* Half a line would break the chain for every line after it, and a line without its anchor the anchor. */
  if (n > 0 && ftruncate (self->fd, self->size) != 0)
    saved = errno;
  self->size = -1;
  if (error != NULL && *error == NULL)
    set_error (self, error, saved);

  return FALSE;
}

static char *
make_record (EnclaveAuditLog *self, const EnclaveAuditLine *line, gconstpointer data, char *hash)
{
  return enclave_audit_line_for_record (line, data, hash);
}

static char *
make_connection (EnclaveAuditLog *self, const EnclaveAuditLine *line, gconstpointer data, char *hash)
{
  return enclave_audit_line_for_connection (line, data, hash);
}

static char *
make_note (EnclaveAuditLog *self, const EnclaveAuditLine *line, gconstpointer data, char *hash)
{
  return enclave_audit_line_for_note (line, data, hash);
}

static char *
make_seal (EnclaveAuditLog *self, const EnclaveAuditLine *line, gconstpointer data, char *hash)
{
  return enclave_audit_line_for_seal (line, self->key, hash);
}

static gboolean
append_locked (EnclaveAuditLog *self, MakeLine make, gconstpointer data, GError **error)
{
  gboolean torn = FALSE;
  struct stat st;

  if (fstat (self->fd, &st) != 0)
    return set_error (self, error, errno);
  if (st.st_size != self->size)
    torn = learn_head (self, st.st_size);
  self->size = st.st_size;
  if (self->size >= self->max_bytes && !torn && !rotate (self, error))
    return FALSE;
  if (self->key != NULL && (self->head.seq + 1) % ENCLAVE_AUDIT_SEAL_EVERY == 0 && make != make_seal)
    {
      if (!write_line (self, make_seal, NULL, torn, error))
        return FALSE;
      torn = FALSE;
    }

  return write_line (self, make, data, torn, error);
}

static gboolean
append (EnclaveAuditLog *self, MakeLine make, gconstpointer data, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  gboolean done;

  if (!lock_file (self, error))
    return FALSE;
  done = append_locked (self, make, data, &local_error);
  if (self->fd >= 0)
    flock (self->fd, LOCK_UN);
  if (!done)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  self->unsealed = make != make_seal;
  /* Every record, not only refusals and commands: an anchor that reached the disk before its record would tell of a cut
   * after a power failure. */
  if (self->sync == NULL)
    self->sync = enclave_audit_sync_new (self->fd);
  if (self->sync != NULL)
    enclave_audit_sync_request (self->sync);

  return TRUE;
}

/**
 * enclave_audit_log_append:
 * @record: what was decided
 *
 * Returns: %FALSE with @error when the line could not be written; nothing is left half written as far as the
 *   file system allows
 */
gboolean
enclave_audit_log_append (EnclaveAuditLog *self, const EnclaveAuditRecord *record, GError **error)
{
  g_return_val_if_fail (ENCLAVE_IS_AUDIT_LOG (self), FALSE);
  g_return_val_if_fail (record != NULL && record->decision <= ENCLAVE_AUDIT_FINISHED, FALSE);

  return append (self, make_record, record, error);
}

/**
 * enclave_audit_log_append_connection:
 * @record: an event of a connection
 *
 * Returns: %FALSE with @error when the line could not be written
 */
gboolean
enclave_audit_log_append_connection (EnclaveAuditLog *self, const EnclaveConnectionRecord *record, GError **error)
{
  g_return_val_if_fail (ENCLAVE_IS_AUDIT_LOG (self), FALSE);
  g_return_val_if_fail (record != NULL && record->event <= ENCLAVE_CONNECTION_REFUSED, FALSE);

  return append (self, make_connection, record, error);
}

/**
 * enclave_audit_log_append_note:
 * @word: what there is to say about the log itself
 *
 * Returns: %FALSE with @error when the line could not be written
 */
gboolean
enclave_audit_log_append_note (EnclaveAuditLog *self, const char *word, GError **error)
{
  g_return_val_if_fail (ENCLAVE_IS_AUDIT_LOG (self), FALSE);
  g_return_val_if_fail (word != NULL, FALSE);

  return append (self, make_note, word, error);
}

static gboolean
rotated_files_have (EnclaveAuditLog *self, const EnclaveAuditHead *head)
{
  g_autoptr(GPtrArray) files = enclave_audit_list_files_in (self->chain);
  g_autofree char *mark = g_strdup_printf ("\"hash\":\"%s\"}\n", head->hash);

  for (guint i = files->len; i > 0; i--)
    {
      g_autofree char *text = NULL;
      gsize length;

      if (g_file_get_contents (g_ptr_array_index (files, i - 1), &text, &length, NULL)
          && memmem (text, length, mark, strlen (mark)) != NULL)
        return TRUE;
    }

  return FALSE;
}

/**
 * enclave_audit_log_adopt_anchor:
 * @anchor: as of enclave_audit_log_dup_anchor(), from the keyring
 *
 * An anchor that the key did not make is left alone.
 */
void
enclave_audit_log_adopt_anchor (EnclaveAuditLog *self, const char *anchor)
{
  EnclaveAuditHead head;
  struct stat st;

  g_return_if_fail (ENCLAVE_IS_AUDIT_LOG (self));
  g_return_if_fail (anchor != NULL);

  if (!enclave_audit_anchor_from_text (anchor, self->key, &head, NULL) || head.seq == 0 || !lock_file (self, NULL))
    return;
  if (fstat (self->fd, &st) == 0 && !file_has (self, st.st_size, &head) && !rotated_files_have (self, &head)
      && enclave_audit_anchor_store (self->chain, &head, self->key, NULL))
    self->size = -1;
  flock (self->fd, LOCK_UN);
}

/**
 * enclave_audit_log_seal:
 *
 * Seals what this object has written since its last seal.
 *
 * Returns: %FALSE with @error when the line could not be written
 */
gboolean
enclave_audit_log_seal (EnclaveAuditLog *self, GError **error)
{
  g_return_val_if_fail (ENCLAVE_IS_AUDIT_LOG (self), FALSE);

  return !self->unsealed || self->key == NULL || append (self, make_seal, NULL, error);
}
