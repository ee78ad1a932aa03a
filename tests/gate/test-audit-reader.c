/* test-audit-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-audit-reader.h"

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

/* A log as the description of its format says, made without the code that is tested. */
typedef struct
{
  GPtrArray *lines; /* without newlines */
  char hash[65];
} Log;

static GBytes *
test_key (void)
{
  return g_bytes_new_static ("0123456789abcdef0123456789abcdef", 32);
}

static void
log_init (Log *log)
{
  log->lines = g_ptr_array_new_with_free_func (g_free);
  strcpy (log->hash, ZEROS);
}

static void
log_clear (Log *log)
{
  g_clear_pointer (&log->lines, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Log, log_clear)

static void
add_full (Log *log, guint64 seq, const char *prev, const char *session, guint number, guint64 monotonic, guint second,
          const char *rest)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *text = NULL;

  text = g_strdup_printf ("{\"seq\":%" G_GUINT64_FORMAT ",\"time\":\"2026-01-%02uT%02u:%02u:%02u.000000Z\","
                          "\"monotonic_us\":%" G_GUINT64_FORMAT ",\"session\":\"%s\",\"number\":%u,%s,\"prev\":\"%s\"",
                          seq, 1 + second / 86400, second / 3600 % 24, second / 60 % 60, second % 60, monotonic, session,
                          number, rest, prev);
  g_checksum_update (checksum, (const guchar *) prev, 64);
  g_checksum_update (checksum, (const guchar *) text, -1);
  g_checksum_update (checksum, (const guchar *) "}", 1);
  g_strlcpy (log->hash, g_checksum_get_string (checksum), sizeof log->hash);
  g_ptr_array_add (log->lines, g_strdup_printf ("%s,\"hash\":\"%s\"}", text, log->hash));
}

static void
add (Log *log)
{
  guint n = log->lines->len + 1;
  g_autofree char *prev = g_strdup (log->hash);

  add_full (log, n, prev, "s", n, n, n,
            "\"kind\":\"decision\",\"actor\":\"agent\",\"tool\":\"read_file\",\"path\":\"src/a.c\",\"decision\":\"allowed\"");
}

static void
fill (Log *log, guint n)
{
  while (log->lines->len < n)
    add (log);
}

static char *
anchor_of (Log *log, GBytes *key)
{
  EnclaveAuditHead head;

  head.seq = log->lines->len;
  strcpy (head.hash, log->hash);
  return enclave_audit_anchor_to_text (&head, key);
}

static char *
join (Log *log)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < log->lines->len; i++)
    g_string_append_printf (text, "%s\n", (const char *) g_ptr_array_index (log->lines, i));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static EnclaveAuditReport *
verify_text (const char *text, gssize length, GBytes *key, const char *anchor)
{
  g_autoptr (EnclaveAuditVerifier) verifier = enclave_audit_verifier_new (key);
  /* A copy of the exact size: a byte read behind it is seen by a sanitizer. */
  gsize n = length < 0 ? strlen (text) : (gsize) length;
  g_autofree char *exact = g_memdup2 (text, n);

  if (anchor != NULL)
    enclave_audit_verifier_add_anchor (verifier, anchor, "a test");
  enclave_audit_verifier_read (verifier, exact, n, "audit.jsonl");
  return enclave_audit_verifier_finish (verifier);
}

static EnclaveAuditReport *
verify (Log *log, GBytes *key, const char *anchor)
{
  g_autofree char *text = join (log);

  return verify_text (text, -1, key, anchor);
}

static void
assert_fault (EnclaveAuditReport *report, EnclaveAuditFault fault, guint64 seq)
{
  g_assert_cmpstr (enclave_audit_fault_to_word (report->fault), ==, enclave_audit_fault_to_word (fault));
  g_assert_cmpuint (report->bad_seq, ==, seq);
  g_assert_true ((report->message == NULL) == (fault == ENCLAVE_AUDIT_HOLDS));
}

static void
test_holds (void)
{
  g_auto (Log) log = { NULL };
  g_autofree char *anchor = NULL;
  g_autoptr (EnclaveAuditReport) report = NULL;
  g_autoptr (EnclaveAuditReport) nothing = verify_text ("", 0, NULL, NULL);

  assert_fault (nothing, ENCLAVE_AUDIT_HOLDS, 0);
  g_assert_cmpuint (nothing->n_records, ==, 0);
  log_init (&log);
  fill (&log, 10);
  anchor = anchor_of (&log, NULL);
  report = verify (&log, NULL, anchor);
  assert_fault (report, ENCLAVE_AUDIT_HOLDS, 0);
  g_assert_cmpuint (report->n_records, ==, 10);
  g_assert_cmpuint (report->last_seq, ==, 10);
  g_assert_cmpuint (report->notes->len, ==, 0);
}

/* Every byte of a record counts: whichever is changed, this record is named. */
static void
test_changed (void)
{
  g_auto (Log) log = { NULL };
  g_autofree char *text = NULL;
  gsize start, end;

  log_init (&log);
  fill (&log, 6);
  text = join (&log);
  start = strlen (g_ptr_array_index (log.lines, 0)) + strlen (g_ptr_array_index (log.lines, 1)) + 2;
  end = start + strlen (g_ptr_array_index (log.lines, 2));
  for (gsize i = start; i < end; i++)
    {
      g_autofree char *changed = g_strdup (text);
      g_autoptr (EnclaveAuditReport) report = NULL;

      changed[i] = changed[i] == '7' ? '8' : '7';
      report = verify_text (changed, -1, NULL, NULL);
      if (report->fault == ENCLAVE_AUDIT_HOLDS || report->bad_line != 3)
        g_error ("byte %" G_GSIZE_FORMAT ": %s at line %" G_GUINT64_FORMAT, i - start,
                 enclave_audit_fault_to_word (report->fault), report->bad_line);
    }
}

/* Each row says what is done to the lines of a log of ten records, and what must be said. */
static void
test_tampering (void)
{
  static const struct
  {
    const char *lines; /* those that are left, 'a' is the first */
    EnclaveAuditFault fault;
    guint64 seq;
  } cases[] = {
    { "abcdefghij", ENCLAVE_AUDIT_HOLDS, 0 },
    { "abdefghij", ENCLAVE_AUDIT_REMOVED, 3 },
    { "aj", ENCLAVE_AUDIT_REMOVED, 2 },
    { "bcdefghij", ENCLAVE_AUDIT_REMOVED, 1 },
    { "j", ENCLAVE_AUDIT_REMOVED, 1 },
    { "abcdefghi", ENCLAVE_AUDIT_TRUNCATED, 10 },
    { "a", ENCLAVE_AUDIT_TRUNCATED, 2 },
    { "", ENCLAVE_AUDIT_TRUNCATED, 1 },
    { "acbdefghij", ENCLAVE_AUDIT_REORDERED, 2 },
    { "bacdefghij", ENCLAVE_AUDIT_REORDERED, 1 },
    { "jabcdefghi", ENCLAVE_AUDIT_REORDERED, 1 },
    { "abccdefghij", ENCLAVE_AUDIT_REORDERED, 3 },
    { "abcdefghija", ENCLAVE_AUDIT_REORDERED, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Log) log = { NULL };
      g_autofree char *anchor = NULL;
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (EnclaveAuditReport) report = NULL;

      log_init (&log);
      fill (&log, 10);
      anchor = anchor_of (&log, NULL);
      for (const char *c = cases[i].lines; *c != '\0'; c++)
        g_string_append_printf (text, "%s\n", (const char *) g_ptr_array_index (log.lines, *c - 'a'));
      report = verify_text (text->str, (gssize) text->len, NULL, anchor);
      g_test_message ("%s", cases[i].lines);
      assert_fault (report, cases[i].fault, cases[i].seq);
    }
}

/* A chain that is right in itself and not the one that was anchored. */
static void
test_rewritten (void)
{
  g_auto (Log) log = { NULL }, other = { NULL };
  g_autofree char *anchor = NULL;
  g_autoptr (EnclaveAuditReport) whole = NULL;
  g_autoptr (EnclaveAuditReport) longer = NULL;
  g_autoptr (EnclaveAuditReport) joined = NULL;
  g_autoptr (EnclaveAuditReport) blind = NULL;

  log_init (&log);
  fill (&log, 10);
  anchor = anchor_of (&log, NULL);
  log_init (&other);
  add_full (&other, 1, ZEROS, "s", 1, 1, 1, "\"kind\":\"decision\",\"decision\":\"denied\"");
  fill (&other, 10);
  whole = verify (&other, NULL, anchor);
  assert_fault (whole, ENCLAVE_AUDIT_REWRITTEN, 10);
  fill (&other, 15);
  longer = verify (&other, NULL, anchor);
  assert_fault (longer, ENCLAVE_AUDIT_REWRITTEN, 10);
  /* Without an anchor a chain that is right in itself is all there is to know. */
  blind = verify (&other, NULL, NULL);
  assert_fault (blind, ENCLAVE_AUDIT_HOLDS, 0);
  /* The first half anew, the second half as it was. */
  for (guint i = 5; i < 10; i++)
    {
      g_free (other.lines->pdata[i]);
      other.lines->pdata[i] = g_strdup (g_ptr_array_index (log.lines, i));
    }
  g_ptr_array_set_size (other.lines, 10);
  joined = verify (&other, NULL, anchor);
  assert_fault (joined, ENCLAVE_AUDIT_REWRITTEN, 6);
}

static void
test_two_writers (void)
{
  g_auto (Log) log = { NULL }, session = { NULL };
  g_autofree char *prev = NULL;
  g_autoptr (EnclaveAuditReport) fork = NULL;
  g_autoptr (EnclaveAuditReport) same = NULL;

  /* Two records that go on from the same one. */
  log_init (&log);
  fill (&log, 4);
  prev = g_strdup (log.hash);
  add (&log);
  add_full (&log, 5, prev, "t", 1, 5, 5, "\"kind\":\"decision\",\"decision\":\"denied\"");
  fork = verify (&log, NULL, NULL);
  assert_fault (fork, ENCLAVE_AUDIT_TWO_WRITERS, 5);
  /* One chain, and a session whose records are counted twice. */
  log_init (&session);
  fill (&session, 4);
  g_free (prev);
  prev = g_strdup (session.hash);
  add_full (&session, 5, prev, "s", 4, 5, 5, "\"kind\":\"decision\",\"decision\":\"denied\"");
  same = verify (&session, NULL, NULL);
  assert_fault (same, ENCLAVE_AUDIT_TWO_WRITERS, 5);
}

static void
test_sessions (void)
{
  g_auto (Log) log = { NULL }, gap = { NULL };
  g_autofree char *prev = NULL;
  g_autoptr (EnclaveAuditReport) mixed = NULL;
  g_autoptr (EnclaveAuditReport) missing = NULL;

  /* Two sessions that take turns are what several processes do. */
  log_init (&log);
  for (guint i = 0; i < 10; i++)
    {
      g_free (prev);
      prev = g_strdup (log.hash);
      add_full (&log, i + 1, prev, i % 2 ? "a" : "b", i / 2 + 1, 100 - (i % 2) * 50 + i, i, "\"kind\":\"decision\"");
    }
  mixed = verify (&log, NULL, NULL);
  assert_fault (mixed, ENCLAVE_AUDIT_HOLDS, 0);
  /* Somebody has taken a record out and made the chain anew. */
  log_init (&gap);
  fill (&gap, 3);
  g_free (prev);
  prev = g_strdup (gap.hash);
  add_full (&gap, 4, prev, "s", 5, 5, 5, "\"kind\":\"decision\"");
  missing = verify (&gap, NULL, NULL);
  assert_fault (missing, ENCLAVE_AUDIT_REMOVED, 4);
}

static void
test_clock (void)
{
  g_auto (Log) log = { NULL };
  g_autofree char *prev = NULL;
  g_autoptr (EnclaveAuditReport) wall = NULL;
  g_autoptr (EnclaveAuditReport) monotonic = NULL;

  log_init (&log);
  fill (&log, 3);
  prev = g_strdup (log.hash);
  add_full (&log, 4, prev, "s", 4, 4, 1, "\"kind\":\"decision\"");
  wall = verify (&log, NULL, NULL);
  /* A clock may be set; the record is named all the same. */
  assert_fault (wall, ENCLAVE_AUDIT_HOLDS, 0);
  g_assert_cmpuint (wall->notes->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (wall->notes, 0), "Record 4"));
  g_free (prev);
  prev = g_strdup (log.hash);
  add_full (&log, 5, prev, "s", 5, 2, 9, "\"kind\":\"decision\"");
  monotonic = verify (&log, NULL, NULL);
  assert_fault (monotonic, ENCLAVE_AUDIT_CLOCK, 5);
}

static void
test_torn (void)
{
  g_auto (Log) log = { NULL };
  g_autofree char *text = NULL;
  g_autofree char *anchor = NULL;
  g_autofree char *middle = NULL;
  g_autofree char *inserted = NULL;
  g_autoptr (EnclaveAuditReport) crashed = NULL;
  g_autoptr (EnclaveAuditReport) known = NULL;
  g_autoptr (EnclaveAuditReport) went_on = NULL;
  g_autoptr (EnclaveAuditReport) forged = NULL;
  gsize first;

  log_init (&log);
  fill (&log, 5);
  text = join (&log);
  anchor = anchor_of (&log, NULL);
  first = strlen (g_ptr_array_index (log.lines, 0)) + 1;
  /* The last line was not finished, and nobody knows of it. */
  crashed = verify_text (text, (gssize) strlen (text) - 20, NULL, NULL);
  assert_fault (crashed, ENCLAVE_AUDIT_HOLDS, 0);
  g_assert_cmpuint (crashed->n_records, ==, 4);
  g_assert_cmpuint (crashed->notes->len, ==, 1);
  /* The anchor does know: it was written after the whole line. */
  known = verify_text (text, (gssize) strlen (text) - 20, NULL, anchor);
  assert_fault (known, ENCLAVE_AUDIT_TRUNCATED, 5);
  middle = g_strdup_printf ("%.*s{\"seq\":2,\"ti\n%s", (int) first, text, text + first);
  went_on = verify_text (middle, -1, NULL, anchor);
  assert_fault (went_on, ENCLAVE_AUDIT_HOLDS, 0);
  g_assert_cmpuint (went_on->notes->len, ==, 1);
  inserted = g_strdup_printf ("%.*s{\"seq\":2}\n%s", (int) first, text, text + first);
  forged = verify_text (inserted, -1, NULL, anchor);
  assert_fault (forged, ENCLAVE_AUDIT_CHANGED, 2);
}

static void
add_seal (Log *log, GBytes *key)
{
  g_autofree char *hmac = NULL;
  g_autofree char *rest = NULL;
  g_autofree char *text = NULL;
  g_autofree char *prev = g_strdup (log->hash);
  guint n = log->lines->len + 1;
  gsize length;
  const guchar *bytes = g_bytes_get_data (key, &length);

  text = g_strdup_printf ("seal:%u:%s", n, prev);
  hmac = g_compute_hmac_for_string (G_CHECKSUM_SHA256, bytes, length, text, -1);
  rest = g_strdup_printf ("\"kind\":\"seal\",\"hmac\":\"%s\"", hmac);
  add_full (log, n, prev, "s", n, n, n, rest);
}

static void
test_seals (void)
{
  g_auto (Log) log = { NULL };
  g_autoptr (GBytes) key = test_key ();
  g_autoptr (GBytes) other = g_bytes_new_static ("another key that is 32 bytes lon", 32);
  g_autofree char *anchor = NULL;
  g_autoptr (EnclaveAuditReport) right = NULL;
  g_autoptr (EnclaveAuditReport) wrong = NULL;
  g_autoptr (EnclaveAuditReport) blind = NULL;
  g_autoptr (EnclaveAuditReport) forged = NULL;

  log_init (&log);
  fill (&log, 5);
  add_seal (&log, key);
  anchor = anchor_of (&log, key);
  right = verify (&log, key, anchor);
  assert_fault (right, ENCLAVE_AUDIT_HOLDS, 0);
  g_assert_cmpuint (right->sealed_seq, ==, 6);
  wrong = verify (&log, other, NULL);
  assert_fault (wrong, ENCLAVE_AUDIT_SEAL, 6);
  blind = verify (&log, NULL, anchor);
  assert_fault (blind, ENCLAVE_AUDIT_HOLDS, 0);
  g_assert_cmpuint (blind->n_seals, ==, 1);
  g_assert_cmpuint (blind->sealed_seq, ==, 0);
  anchor[3] = '1';
  forged = verify (&log, key, anchor);
  assert_fault (forged, ENCLAVE_AUDIT_SEAL, 6);
}

static void
test_files (void)
{
  g_auto (Log) log = { NULL };
  g_autofree char *anchor = NULL;
  g_autoptr (GString) older = g_string_new (NULL);
  g_autoptr (GString) newer = g_string_new (NULL);

  log_init (&log);
  fill (&log, 10);
  anchor = anchor_of (&log, NULL);
  for (guint i = 0; i < 10; i++)
    g_string_append_printf (i < 6 ? older : newer, "%s\n", (const char *) g_ptr_array_index (log.lines, i));
  for (guint with_older = 0; with_older < 2; with_older++)
    {
      g_autoptr (EnclaveAuditVerifier) verifier = enclave_audit_verifier_new (NULL);
      g_autoptr (EnclaveAuditReport) report = NULL;

      enclave_audit_verifier_add_anchor (verifier, anchor, "a test");
      if (with_older)
        enclave_audit_verifier_read (verifier, older->str, older->len, "older");
      enclave_audit_verifier_read (verifier, newer->str, newer->len, "newer");
      report = enclave_audit_verifier_finish (verifier);
      assert_fault (report, with_older ? ENCLAVE_AUDIT_HOLDS : ENCLAVE_AUDIT_REMOVED, with_older ? 0 : 1);
    }
  {
    g_autoptr (EnclaveAuditVerifier) verifier = enclave_audit_verifier_new (NULL);
    g_autoptr (EnclaveAuditReport) report = NULL;

    enclave_audit_verifier_allow_late_start (verifier);
    enclave_audit_verifier_read (verifier, newer->str, newer->len, "newer");
    report = enclave_audit_verifier_finish (verifier);
    assert_fault (report, ENCLAVE_AUDIT_HOLDS, 0);
    g_assert_cmpuint (report->notes->len, ==, 1);
  }
}

#define TAIL ",\"prev\":\"" ZEROS "\",\"hash\":\"" ZEROS "\"}"

static void
test_parse (void)
{
  static const char *const bad[] = {
    "",
    "{",
    "{}",
    "null",
    "{\"seq\":1}",
    "{\"seq\":0" TAIL,
    "{\"seq\":-1" TAIL,
    "{\"seq\":1 " TAIL,
    " {\"seq\":1" TAIL,
    "{\"seq\":1,\"seq\":2" TAIL,
    "{\"seq\":99999999999999999999" TAIL,
    "{\"seq\":1,\"path\":null" TAIL,
    "{\"seq\":1,\"path\":[]" TAIL,
    "{\"seq\":1,\"path\":\"\\u0000\"" TAIL,
    "{\"seq\":1,\"path\":\"\\ud800\"" TAIL,
    "{\"seq\":1,\"path\":\"\\q\"" TAIL,
    "{\"seq\":1,\"path\":\"\xff\"" TAIL,
    "{\"seq\":1,\"path\":\"a\tb\"" TAIL,
    "{\"seq\":1,\"hash\":\"" ZEROS "\",\"prev\":\"" ZEROS "\"}",
    "{\"seq\":1,\"prev\":\"" ZEROS "\",\"hash\":\"0\"}",
  };
  const char *good = "{\"seq\":7,\"path\":\"a\\n\\\"\\u00e9\\ud83d\\ude00\",\"inode\":-3" TAIL;
  g_autoptr (EnclaveAuditEntry) entry = enclave_audit_entry_parse (good, strlen (good));
  g_autofree char *shown = NULL;

  g_assert_nonnull (entry);
  g_assert_cmpuint (enclave_audit_entry_get_seq (entry), ==, 7);
  g_assert_cmpstr (enclave_audit_entry_get_string (entry, "path"), ==, "a\n\"é😀");
  g_assert_cmpint (enclave_audit_entry_get_number (entry, "inode"), ==, -3);
  g_assert_null (enclave_audit_entry_get_string (entry, "inode"));
  g_assert_null (enclave_audit_entry_get_string (entry, "rule"));
  g_assert_cmpstr (enclave_audit_entry_get_line (entry), ==, good);
  shown = enclave_audit_entry_to_text (entry);
  g_assert_null (strchr (shown, '\n'));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *exact = g_memdup2 (bad[i], MAX (strlen (bad[i]), 1));

      if (enclave_audit_entry_parse (exact, strlen (bad[i])) != NULL)
        g_error ("taken for a record: %s", bad[i]);
    }
}

static void
test_large (void)
{
  const guint n = 100000;
  g_auto (Log) log = { NULL };
  g_autofree char *text = NULL;
  g_autofree char *anchor = NULL;
  g_autoptr (EnclaveAuditReport) report = NULL;
  g_autoptr (EnclaveAuditReport) bad = NULL;
  gint64 start, took_us;
  char *spot;

  log_init (&log);
  fill (&log, n);
  anchor = anchor_of (&log, NULL);
  text = join (&log);
  start = g_get_monotonic_time ();
  report = verify_text (text, -1, NULL, anchor);
  took_us = g_get_monotonic_time () - start;
  assert_fault (report, ENCLAVE_AUDIT_HOLDS, 0);
  g_assert_cmpuint (report->n_records, ==, n);
  g_test_message ("%u records, %" G_GSIZE_FORMAT " bytes: %.2f s", n, strlen (text), (double) took_us / G_USEC_PER_SEC);
  /* Far from what it takes, so that a busy machine is no failure: it must not grow with the square of the length. */
  g_assert_cmpint (took_us, <, 20 * G_USEC_PER_SEC);
  spot = strstr (text, "{\"seq\":77777,");
  spot[strlen ("{\"seq\":77777,\"time\":\"")] = '1';
  bad = verify_text (text, -1, NULL, anchor);
  assert_fault (bad, ENCLAVE_AUDIT_CHANGED, 77777);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audit-reader/holds", test_holds);
  g_test_add_func ("/audit-reader/changed", test_changed);
  g_test_add_func ("/audit-reader/tampering", test_tampering);
  g_test_add_func ("/audit-reader/rewritten", test_rewritten);
  g_test_add_func ("/audit-reader/two-writers", test_two_writers);
  g_test_add_func ("/audit-reader/sessions", test_sessions);
  g_test_add_func ("/audit-reader/clock", test_clock);
  g_test_add_func ("/audit-reader/torn", test_torn);
  g_test_add_func ("/audit-reader/seals", test_seals);
  g_test_add_func ("/audit-reader/files", test_files);
  g_test_add_func ("/audit-reader/parse", test_parse);
  g_test_add_func ("/audit-reader/large", test_large);
  return g_test_run ();
}
