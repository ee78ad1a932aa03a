/* enclave-audit-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#include "enclave-audit-reader.h"

#include "enclave-limits.h"

/* `,"hash":"` … `"}` */
#define HASH_MEMBER_LENGTH (9 + ENCLAVE_AUDIT_HASH_LENGTH + 2)
#define MAX_NOTES 20
#define DIGEST_BYTES 32

typedef struct
{
  EnclaveAuditHead head;
  char *place;
  gboolean forged;
  gboolean met;
} Anchor;

/* What is known of a session. */
typedef struct
{
  gint64 number;
  gint64 monotonic_us;
} Session;

struct _EnclaveAuditVerifier
{
  GBytes *key;
  GPtrArray *anchors;
  EnclaveAuditReport *report;
  gboolean late_start;

  EnclaveAuditHead head;     /* of what was read */
  GHashTable *hashes;        /* of every record: bytes → seq; for telling reordered from written twice */
  GHashTable *prevs;         /* what every record went on from: bytes */
  GHashTable *sessions;
  char *time;
  guint64 missing_from, missing_to; /* after the first gap */
  guint64 torn_line;
  char *torn_file;
  gboolean torn_whole; /* it looks like a whole line */
};

static const char *const fault_words[] = { "holds",     "changed",     "removed", "reordered", "truncated",
                                           "rewritten", "two-writers", "clock",   "seal" };

/**
 * enclave_audit_fault_to_word:
 *
 * Returns: the stable word for JSON output
 */
const char *
enclave_audit_fault_to_word (EnclaveAuditFault fault)
{
  return (guint) fault < G_N_ELEMENTS (fault_words) ? fault_words[fault] : "changed";
}

void
enclave_audit_report_free (EnclaveAuditReport *report)
{
  g_free (report->bad_file);
  g_free (report->message);
  g_ptr_array_unref (report->notes);
  g_free (report);
}

static void
anchor_free (gpointer data)
{
  Anchor *anchor = data;

  g_free (anchor->place);
  g_free (anchor);
}

/**
 * enclave_audit_verifier_new:
 * @key: (nullable): the key of the seals
 *
 * Returns: (transfer full): a verifier that has read nothing
 */
EnclaveAuditVerifier *
enclave_audit_verifier_new (GBytes *key)
{
  EnclaveAuditVerifier *self = g_new0 (EnclaveAuditVerifier, 1);

  self->key = key != NULL ? g_bytes_ref (key) : NULL;
  self->anchors = g_ptr_array_new_with_free_func (anchor_free);
  self->report = g_new0 (EnclaveAuditReport, 1);
  self->report->notes = g_ptr_array_new_with_free_func (g_free);
  self->hashes = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  self->prevs = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  self->sessions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  enclave_audit_head_clear (&self->head);

  return self;
}

void
enclave_audit_verifier_free (EnclaveAuditVerifier *self)
{
  g_clear_pointer (&self->key, g_bytes_unref);
  g_ptr_array_unref (self->anchors);
  g_clear_pointer (&self->report, enclave_audit_report_free);
  g_hash_table_unref (self->hashes);
  g_hash_table_unref (self->prevs);
  g_hash_table_unref (self->sessions);
  g_free (self->time);
  g_free (self->torn_file);
  g_free (self);
}

/**
 * enclave_audit_verifier_add_anchor:
 * @text: the anchor as it was kept
 * @place: where, for people
 */
void
enclave_audit_verifier_add_anchor (EnclaveAuditVerifier *self, const char *text, const char *place)
{
  Anchor *anchor = g_new0 (Anchor, 1);
  gboolean sealed = FALSE;

  anchor->place = g_strdup (place);
  anchor->forged = !enclave_audit_anchor_from_text (text, self->key, &anchor->head, &sealed);
  g_ptr_array_add (self->anchors, anchor);
  self->report->n_anchors++;
}

void
enclave_audit_verifier_allow_late_start (EnclaveAuditVerifier *self)
{
  self->late_start = TRUE;
}

static void add_note (EnclaveAuditVerifier *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
add_note (EnclaveAuditVerifier *self, const char *format, ...)
{
  va_list arguments;

  if (self->report->notes->len >= MAX_NOTES)
    return;
  va_start (arguments, format);
  g_ptr_array_add (self->report->notes, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

/* The first one counts. @message: (transfer full). */
static void
set_fault (EnclaveAuditVerifier *self, EnclaveAuditFault fault, guint64 seq, guint64 line, const char *file, char *message)
{
  EnclaveAuditReport *report = self->report;

  if (report->fault != ENCLAVE_AUDIT_HOLDS)
    {
      g_free (message);
      return;
    }
  report->fault = fault;
  report->bad_seq = seq;
  report->bad_line = line;
  report->bad_file = g_strdup (file);
  report->message = message;
}

static GBytes *
digest_of (const char *hex)
{
  guchar bytes[DIGEST_BYTES];

  for (guint i = 0; i < DIGEST_BYTES; i++)
    bytes[i] = (guchar) (g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]));

  return g_bytes_new (bytes, sizeof bytes);
}

/* Whether the record is what was hashed. */
static gboolean
check_hash (EnclaveAuditEntry *entry, const char *line, gsize length)
{
  g_autoptr(GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  const char *prev = enclave_audit_entry_get_string (entry, "prev");
  const char *hash = enclave_audit_entry_get_string (entry, "hash");

  if (length <= HASH_MEMBER_LENGTH || strncmp (line + length - HASH_MEMBER_LENGTH, ",\"hash\":\"", 9) != 0)
    return FALSE;
  g_checksum_update (checksum, (const guchar *) prev, ENCLAVE_AUDIT_HASH_LENGTH);
  g_checksum_update (checksum, (const guchar *) line, (gssize) (length - HASH_MEMBER_LENGTH));
  g_checksum_update (checksum, (const guchar *) "}", 1);

  return strcmp (g_checksum_get_string (checksum), hash) == 0;
}

/* A line that is no record is a crash when the chain goes on around it; else somebody has been there. */
static void
settle_torn (EnclaveAuditVerifier *self, gboolean chain_goes_on)
{
  if (self->torn_line == 0)
    return;
  if (chain_goes_on && !self->torn_whole)
    add_note (self, _("%s, line %" PRIu64 ": a line that was not finished, as after a crash; no record is missing"),
              self->torn_file, self->torn_line);
  else
    set_fault (self, ENCLAVE_AUDIT_CHANGED, self->head.seq + 1, self->torn_line, self->torn_file,
               g_strdup_printf (_("Record %" PRIu64 " can’t be read: it was changed"), self->head.seq + 1));
  self->torn_line = 0;
  g_clear_pointer (&self->torn_file, g_free);
}

static void
check_session (EnclaveAuditVerifier *self, EnclaveAuditEntry *entry, guint64 line, const char *name)
{
  const char *id = enclave_audit_entry_get_string (entry, "session");
  gint64 number = enclave_audit_entry_get_number (entry, "number");
  gint64 monotonic_us = enclave_audit_entry_get_number (entry, "monotonic_us");
  guint64 seq = enclave_audit_entry_get_seq (entry);
  Session *session;

  if (id == NULL || number == 0)
    return;
  session = g_hash_table_lookup (self->sessions, id);
  if (session == NULL)
    {
      session = g_new0 (Session, 1);
      g_hash_table_insert (self->sessions, g_strdup (id), session);
      if (number > 1 && !self->late_start)
        set_fault (self, ENCLAVE_AUDIT_REMOVED, seq, line, name,
                   g_strdup_printf (_("Record %" PRIu64 ": earlier records of its session are missing"), seq));
    }
  else if (number <= session->number)
    set_fault (self, ENCLAVE_AUDIT_TWO_WRITERS, seq, line, name,
               g_strdup_printf (_("Record %" PRIu64 ": a second writer used the session of an earlier record"),
                                seq));
  else if (number > session->number + 1)
    set_fault (self, ENCLAVE_AUDIT_REMOVED, seq, line, name,
               g_strdup_printf (_("Record %" PRIu64 ": records of its session before it are missing"), seq));
  else if (monotonic_us < session->monotonic_us)
    set_fault (self, ENCLAVE_AUDIT_CLOCK, seq, line, name,
               g_strdup_printf (_("Record %" PRIu64 ": time since the start of the system went back"), seq));
  session->number = MAX (session->number, number);
  session->monotonic_us = MAX (session->monotonic_us, monotonic_us);
}

static void
check_time (EnclaveAuditVerifier *self, EnclaveAuditEntry *entry)
{
  const char *time = enclave_audit_entry_get_string (entry, "time");

  /* All times are UTC and of one form. */
  if (time == NULL)
    return;
  if (self->time != NULL && strcmp (time, self->time) < 0)
    add_note (self, _("Record %" PRIu64 ": the clock was set back, from %s to %s"),
              enclave_audit_entry_get_seq (entry), self->time, time);
  g_free (self->time);
  self->time = g_strdup (time);
}

static void
check_seal (EnclaveAuditVerifier *self, EnclaveAuditEntry *entry, guint64 line, const char *name)
{
  const char *hmac = enclave_audit_entry_get_string (entry, "hmac");
  g_autofree char *wanted = NULL;
  EnclaveAuditHead head;

  self->report->n_seals++;
  if (self->key == NULL)
    return;
  head.seq = enclave_audit_entry_get_seq (entry);
  g_strlcpy (head.hash, enclave_audit_entry_get_string (entry, "prev"), sizeof head.hash);
  wanted = enclave_audit_hmac (self->key, "seal", &head);
  if (g_strcmp0 (hmac, wanted) == 0)
    self->report->sealed_seq = head.seq;
  else
    set_fault (self, ENCLAVE_AUDIT_SEAL, head.seq, line, name,
               g_strdup_printf (_("Record %" PRIu64 ": the seal was not made with this user’s key"), head.seq));
}

static void
check_anchors (EnclaveAuditVerifier *self, EnclaveAuditEntry *entry, guint64 line, const char *name)
{
  guint64 seq = enclave_audit_entry_get_seq (entry);

  for (guint i = 0; i < self->anchors->len; i++)
    {
      Anchor *anchor = g_ptr_array_index (self->anchors, i);

      if (anchor->forged || anchor->head.seq != seq || anchor->met)
        continue;
      anchor->met = TRUE;
      if (strcmp (anchor->head.hash, enclave_audit_entry_get_string (entry, "hash")) != 0)
        set_fault (self, ENCLAVE_AUDIT_REWRITTEN, seq, line, name,
                   g_strdup_printf (_("Record %" PRIu64 " is not the one that the anchor in %s knows: the log was "
                                      "written anew"),
                                    seq, anchor->place));
    }
}

/* The record is whole, but its place in the chain is not the next one. */
static void
explain_break (EnclaveAuditVerifier *self, EnclaveAuditEntry *entry, GBytes *hash, GBytes *prev, guint64 line,
               const char *name)
{
  guint64 seq = enclave_audit_entry_get_seq (entry);
  gboolean in_gap = seq >= self->missing_from && seq < self->missing_to;

  if (self->report->n_records == 0 && self->late_start)
    return;
  if (in_gap && self->report->fault == ENCLAVE_AUDIT_REMOVED)
    {
      /* What was taken for missing stands further below. */
      self->report->fault = ENCLAVE_AUDIT_REORDERED;
      g_free (self->report->message);
      self->report->message
        = g_strdup_printf (_("Record %" PRIu64 " does not stand in its place: records were reordered"),
                           self->report->bad_seq);
      return;
    }
  if (g_hash_table_contains (self->hashes, hash))
    set_fault (self, ENCLAVE_AUDIT_REORDERED, seq, line, name,
               g_strdup_printf (_("Record %" PRIu64 " stands in the log twice"), seq));
  else if (seq > self->head.seq + 1)
    {
      self->missing_from = self->head.seq + 1;
      self->missing_to = seq;
      set_fault (self, ENCLAVE_AUDIT_REMOVED, self->missing_from, line, name,
                 g_strdup_printf (_("Records %" PRIu64 " to %" PRIu64 " are missing"),
                                  self->missing_from, seq - 1));
    }
  else if (seq <= self->head.seq && g_hash_table_contains (self->prevs, prev))
    set_fault (self, ENCLAVE_AUDIT_TWO_WRITERS, seq, line, name,
               g_strdup_printf (_("Record %" PRIu64 ": two writers have gone on from the same record"), seq));
  else
    set_fault (self, ENCLAVE_AUDIT_REWRITTEN, seq, line, name,
               g_strdup_printf (_("Record %" PRIu64 " does not go on from the record before it: what was there has "
                                  "been written anew"),
                                seq));
}

static void
take_record (EnclaveAuditVerifier *self, EnclaveAuditEntry *entry, const char *text, gsize length, guint64 line,
             const char *name)
{
  guint64 seq = enclave_audit_entry_get_seq (entry);
  const char *kind = enclave_audit_entry_get_string (entry, "kind");
  g_autoptr(GBytes) hash = digest_of (enclave_audit_entry_get_string (entry, "hash"));
  g_autoptr(GBytes) prev = digest_of (enclave_audit_entry_get_string (entry, "prev"));
  gboolean next = seq == self->head.seq + 1
                  && strcmp (enclave_audit_entry_get_string (entry, "prev"), self->head.hash) == 0;

  settle_torn (self, next);
  if (!check_hash (entry, text, length))
    set_fault (self, ENCLAVE_AUDIT_CHANGED, seq, line, name,
               g_strdup_printf (_("Record %" PRIu64 " is not what was written: it was changed"), seq));
  else if (!next)
    explain_break (self, entry, hash, prev, line, name);
  if (self->report->n_records == 0)
    self->report->first_seq = seq;
  self->report->n_records++;
  check_anchors (self, entry, line, name);
  check_session (self, entry, line, name);
  check_time (self, entry);
  if (g_strcmp0 (kind, "seal") == 0)
    check_seal (self, entry, line, name);

  g_hash_table_insert (self->hashes, g_steal_pointer (&hash), NULL);
  g_hash_table_insert (self->prevs, g_steal_pointer (&prev), NULL);
  if (seq >= self->head.seq || next)
    {
      self->head.seq = seq;
      g_strlcpy (self->head.hash, enclave_audit_entry_get_string (entry, "hash"), sizeof self->head.hash);
    }
  self->report->last_seq = MAX (self->report->last_seq, seq);
}

/**
 * enclave_audit_verifier_read:
 * @bytes: a whole file
 * @name: what it is called, for people
 */
void
enclave_audit_verifier_read (EnclaveAuditVerifier *self, const char *bytes, gsize length, const char *name)
{
  const char *end = bytes + length;
  guint64 line = 0;

  for (const char *at = bytes; at < end;)
    {
      const char *newline = memchr (at, '\n', (gsize) (end - at));
      gsize n = (gsize) ((newline != NULL ? newline : end) - at);
      g_autoptr(EnclaveAuditEntry) entry = enclave_audit_entry_parse (at, n);

      line++;
      if (entry != NULL)
        take_record (self, entry, at, n, line, name);
      else
        {
          settle_torn (self, FALSE);
          self->torn_line = line;
          self->torn_whole = n > 0 && at[n - 1] == '}';
          self->torn_file = g_strdup (name);
        }
      at = newline != NULL ? newline + 1 : end;
    }
}

static void
check_start (EnclaveAuditVerifier *self)
{
  EnclaveAuditReport *report = self->report;

  if (self->late_start && report->first_seq > 1)
    add_note (self, _("This file begins with record %" PRIu64 "; what is before it was not looked at"),
              report->first_seq);
  if (self->key == NULL || report->n_records < 2 * ENCLAVE_AUDIT_SEAL_EVERY)
    return;
  if (report->last_seq > report->sealed_seq + 2 * ENCLAVE_AUDIT_SEAL_EVERY)
    add_note (self, _("Records from %" PRIu64 " on are not sealed: no keyring answered when they were written"),
              report->sealed_seq + 1);
}

static void
check_end (EnclaveAuditVerifier *self)
{
  EnclaveAuditReport *report = self->report;

  for (guint i = 0; i < self->anchors->len; i++)
    {
      Anchor *anchor = g_ptr_array_index (self->anchors, i);

      if (anchor->forged)
        set_fault (self, ENCLAVE_AUDIT_SEAL, report->last_seq, 0, NULL,
                   g_strdup_printf (_("The anchor in %s was changed, or was made with another key"), anchor->place));
      else if (anchor->head.seq > report->last_seq)
        set_fault (self, ENCLAVE_AUDIT_TRUNCATED, report->last_seq + 1, 0, NULL,
                   g_strdup_printf (_("Records %" PRIu64 " to %" PRIu64
                                      ", which the anchor in %s knows of, are missing at the end"),
                                    report->last_seq + 1, anchor->head.seq, anchor->place));
    }
}

/**
 * enclave_audit_verifier_finish:
 *
 * Returns: (transfer full): what was found
 */
EnclaveAuditReport *
enclave_audit_verifier_finish (EnclaveAuditVerifier *self)
{
  g_return_val_if_fail (self->report != NULL, NULL);

  /* The last line was not finished: a crash. When it was a record that the anchor knows, the anchor tells. */
  settle_torn (self, TRUE);
  check_start (self);
  check_end (self);

  return g_steal_pointer (&self->report);
}
