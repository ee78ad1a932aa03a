/* enclave-audit-log.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-audit-log.h"

#include "enclave-json.h"
#include "enclave-state-dir.h"
#include "enclave-utf8.h"

#define FOLDER "audit"
#define FILE_NAME "audit.jsonl"
#define HASH_LENGTH 64
#define STRING_MAX_BYTES 4096
/* More than the longest record: five strings, each byte escaped. */
#define TAIL_BYTES (64 * 1024)

struct _EnclaveAuditLog
{
  GObject parent_instance;

  char *session;
  int fd;

  /* State of the file after our last line; another process may have gone on since. */
  gint64 size;
  guint64 seq;
  char hash[HASH_LENGTH + 1];
};

G_DEFINE_FINAL_TYPE (EnclaveAuditLog, enclave_audit_log, G_TYPE_OBJECT)

static const char *const decision_words[] = { "allowed", "denied", "approved", "refused", "unanswered", "undeclared",
                                            "masked" };

static void
enclave_audit_log_finalize (GObject *object)
{
  EnclaveAuditLog *self = ENCLAVE_AUDIT_LOG (object);

  if (self->fd >= 0)
    close (self->fd);
  g_clear_pointer (&self->session, g_free);

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
  self->session = g_uuid_string_random ();
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
 * enclave_audit_log_dup_path:
 *
 * Returns: (transfer full): where the log lies or will lie
 */
char *
enclave_audit_log_dup_path (EnclaveAuditLog *self)
{
  g_autofree char *folder = NULL;

  g_return_val_if_fail (ENCLAVE_IS_AUDIT_LOG (self), NULL);

  folder = enclave_state_dir_path (FOLDER);

  return g_build_filename (folder, FILE_NAME, NULL);
}

static gboolean
set_error (GError **error, int code)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "Writing the audit log: %s", g_strerror (code));

  return FALSE;
}

static gboolean
ensure_open (EnclaveAuditLog *self, GError **error)
{
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  struct stat st;

  /* A log that was moved away or removed begins again; a record in a file without a name is lost. */
  if (self->fd >= 0 && (fstat (self->fd, &st) != 0 || st.st_nlink == 0))
    {
      close (self->fd);
      self->fd = -1;
    }
  if (self->fd >= 0)
    return TRUE;

  folder = enclave_state_dir_ensure (FOLDER, error);
  if (folder == NULL)
    return FALSE;
  path = g_build_filename (folder, FILE_NAME, NULL);
  self->fd = open (path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
  if (self->fd < 0)
    return set_error (error, errno);
  if (fstat (self->fd, &st) != 0 || !S_ISREG (st.st_mode) || fchmod (self->fd, 0600) != 0)
    {
      close (self->fd);
      self->fd = -1;
      return set_error (error, EINVAL);
    }
  self->size = -1;

  return TRUE;
}

/* Learns sequence number and hash from the last whole line, which may be another process's. Returns: TRUE when the file
 * ends within a line. */
static gboolean
read_tail (EnclaveAuditLog *self, gint64 size)
{
  gint64 start = MAX (0, size - TAIL_BYTES);
  g_autofree char *buffer = g_malloc (TAIL_BYTES + 1);
  g_autoptr(JsonObject) record = NULL;
  const char *hash;
  gboolean torn;
  char *line;
  gssize n;

  memset (self->hash, '0', HASH_LENGTH);
  self->hash[HASH_LENGTH] = '\0';
  self->seq = 0;

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

  self->seq = (guint64) MAX (0, enclave_json_get_int (record, "seq", 0));
  hash = enclave_json_peek_string (record, "hash");
  if (hash != NULL && strlen (hash) == HASH_LENGTH)
    memcpy (self->hash, hash, HASH_LENGTH);
  return torn;
}

static void
set_string (JsonObject *object, const char *member, const char *value)
{
  g_autofree char *shown = NULL;

  if (value == NULL)
    return;
  shown = enclave_utf8_display_name (value);
  /* A model may send a path of any length; a line has to stay within what read_tail() looks at. */
  shown[enclave_utf8_prefix_length (shown, strlen (shown), STRING_MAX_BYTES)] = '\0';
  json_object_set_string_member (object, member, shown);
}

static char *
dup_line (EnclaveAuditLog *self, const EnclaveAuditRecord *record, char **hash_out)
{
  g_autoptr(JsonObject) object = json_object_new ();
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *seconds = g_date_time_format (now, "%Y-%m-%dT%H:%M:%S");
  g_autofree char *time = g_strdup_printf ("%s.%06dZ", seconds, g_date_time_get_microsecond (now));
  g_autofree char *text = NULL;
  g_autofree char *hash = NULL;
  g_autoptr(GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  char *line;

  json_object_set_int_member (object, "seq", (gint64) self->seq + 1);
  json_object_set_string_member (object, "time", time);
  json_object_set_int_member (object, "monotonic_us", g_get_monotonic_time ());
  json_object_set_string_member (object, "session", self->session);
  set_string (object, "actor", record->actor);
  set_string (object, "tool", record->tool);
  set_string (object, "path", record->path);
  set_string (object, "rule", record->rule);
  json_object_set_string_member (object, "decision", decision_words[record->decision]);
  set_string (object, "level", record->level);
  json_object_set_string_member (object, "prev", self->hash);
  text = enclave_json_object_to_text (object);

  g_checksum_update (checksum, (const guchar *) self->hash, HASH_LENGTH);
  g_checksum_update (checksum, (const guchar *) text, -1);
  hash = g_strdup (g_checksum_get_string (checksum));

  /* The hashed bytes are the line without its last member. */
  text[strlen (text) - 1] = '\0';
  line = g_strdup_printf ("%s,\"hash\":\"%s\"}\n", text, hash);
  *hash_out = g_steal_pointer (&hash);

  return line;
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
  g_autofree char *line = NULL;
  g_autofree char *hash = NULL;
  struct stat st;
  gboolean torn = FALSE;
  gsize length;
  gssize n;
  int saved;

  g_return_val_if_fail (ENCLAVE_IS_AUDIT_LOG (self), FALSE);
  g_return_val_if_fail (record != NULL && record->decision < G_N_ELEMENTS (decision_words), FALSE);

  if (!ensure_open (self, error))
    return FALSE;

  while (flock (self->fd, LOCK_EX) != 0)
    {
      if (errno != EINTR)
        return set_error (error, errno);
    }

  if (fstat (self->fd, &st) != 0)
    {
      saved = errno;
      flock (self->fd, LOCK_UN);
      return set_error (error, saved);
    }
  if (st.st_size != self->size)
    torn = read_tail (self, st.st_size);

  line = dup_line (self, record, &hash);
  if (torn)
    {
      char *below = g_strconcat ("\n", line, NULL);

      g_free (line);
      line = below;
    }
  length = strlen (line);
  do
    n = write (self->fd, line, length);
  while (n < 0 && errno == EINTR);
  saved = n < 0 ? errno : ENOSPC;
  if (n < 0 || (gsize) n != length)
    {
      /* Half a line would break the chain for every line after it. */
      if (n > 0 && ftruncate (self->fd, st.st_size) != 0)
        saved = errno;
      self->size = -1;
      flock (self->fd, LOCK_UN);
      return set_error (error, saved);
    }

  self->size = st.st_size + n;
  self->seq++;
  memcpy (self->hash, hash, HASH_LENGTH);
  flock (self->fd, LOCK_UN);

  return TRUE;
}
