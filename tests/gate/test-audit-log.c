/* test-audit-log.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-audit-log.h"
#include "enclave-audit-mask.h"
#include "enclave-audit-reader.h"
#include "enclave-json.h"
#include "enclave-test-project.h"

static const EnclaveAuditRecord plain = { "agent", "read_file", ".env", "builtin:env", "masked", ENCLAVE_AUDIT_DENIED };

static void
append (EnclaveAuditLog *log, const EnclaveAuditRecord *record)
{
  g_autoptr (GError) error = NULL;

  enclave_audit_log_append (log, record, &error);
  g_assert_no_error (error);
}

static void
start_again (void)
{
  g_autoptr (EnclaveAuditLog) log = enclave_audit_log_new ();
  g_autofree char *path = enclave_audit_log_dup_path (log);
  g_autofree char *anchor = enclave_audit_dup_anchor_path ();
  g_autoptr (GPtrArray) files = enclave_audit_list_files ();

  unlink (path);
  unlink (anchor);
  for (guint i = 0; i < files->len; i++)
    unlink (g_ptr_array_index (files, i));
}

/* What the reader says of the log with its anchor. */
static EnclaveAuditReport *
read_log (GBytes *key)
{
  g_autoptr (EnclaveAuditVerifier) verifier = enclave_audit_verifier_new (key);
  g_autoptr (GPtrArray) files = enclave_audit_list_files ();
  g_autofree char *anchor_path = enclave_audit_dup_anchor_path ();
  g_autofree char *anchor = NULL;

  if (g_file_get_contents (anchor_path, &anchor, NULL, NULL))
    enclave_audit_verifier_add_anchor (verifier, anchor, "the anchor");
  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *text = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (g_ptr_array_index (files, i), &text, &length, NULL));
      enclave_audit_verifier_read (verifier, text, length, g_ptr_array_index (files, i));
    }
  return enclave_audit_verifier_finish (verifier);
}

static void
assert_read (GBytes *key, EnclaveAuditFault fault, guint64 seq)
{
  g_autoptr (EnclaveAuditReport) report = read_log (key);

  g_assert_cmpstr (enclave_audit_fault_to_word (report->fault), ==, enclave_audit_fault_to_word (fault));
  g_assert_cmpuint (report->bad_seq, ==, seq);
}

/* Returns: how many lines hold: each whole, numbered on, hashed over the one before. @n_lines: (out): all lines. */
static guint
verify (guint *n_lines)
{
  g_autoptr (EnclaveAuditLog) log = enclave_audit_log_new ();
  g_autofree char *path = enclave_audit_log_dup_path (log);
  g_autofree char *text = NULL;
  g_autofree char *previous = g_strnfill (64, '0');
  g_auto (GStrv) lines = NULL;
  guint n_right = 0;

  *n_lines = 0;
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  g_assert_true (g_utf8_validate (text, -1, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    {
      g_autoptr (JsonObject) record = enclave_json_parse_object (lines[i], -1, NULL);
      g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
      g_autofree char *hashed = NULL;
      char *mark;

      ++*n_lines;
      if (record == NULL || (mark = strstr (lines[i], ",\"hash\":\"")) == NULL)
        continue;
      *mark = '\0';
      hashed = g_strconcat (lines[i], "}", NULL);
      g_checksum_update (checksum, (const guchar *) previous, -1);
      g_checksum_update (checksum, (const guchar *) hashed, -1);
      if (g_strcmp0 (enclave_json_peek_string (record, "prev"), previous) == 0
          && g_strcmp0 (enclave_json_peek_string (record, "hash"), g_checksum_get_string (checksum)) == 0
          && enclave_json_get_int (record, "seq", 0) == (gint64) n_right + 1)
        n_right++;
      g_free (previous);
      previous = g_strdup (enclave_json_peek_string (record, "hash"));
    }
  return n_right;
}

static void
assert_chain (guint wanted)
{
  guint n_lines;
  guint n_right = verify (&n_lines);

  g_assert_cmpuint (n_lines, ==, wanted);
  g_assert_cmpuint (n_right, ==, wanted);
}

static void
test_chain (void)
{
  g_autoptr (EnclaveAuditLog) log = enclave_audit_log_new ();
  g_autoptr (EnclaveAuditLog) other = enclave_audit_log_new ();
  g_autofree char *path = enclave_audit_log_dup_path (log);
  EnclaveAuditRecord odd = { "agent", "x", "a\nb\xff\"\\\x1b", NULL, NULL, ENCLAVE_AUDIT_ALLOWED };
  g_autofree char *text = NULL;
  guint n_lines;
  struct stat st;

  start_again ();
  for (guint i = 0; i < 10; i++)
    {
      append (log, &plain);
      append (other, &odd);
    }
  assert_chain (20);
  assert_read (NULL, ENCLAVE_AUDIT_HOLDS, 0);
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0600);
  /* A changed word and a line taken out show. */
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  memcpy (strstr (text, "denied"), "Denied", 6);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpuint (verify (&n_lines), <, 20);
}

static void
test_processes (void)
{
  start_again ();
  for (guint i = 0; i < 4; i++)
    {
      if (fork () == 0)
        {
          g_autoptr (EnclaveAuditLog) log = NULL;

          /* A program that starts has random numbers of its own; a fork of this one has not. */
          g_random_set_seed ((guint32) getpid ());
          log = enclave_audit_log_new ();

          for (guint k = 0; k < 50; k++)
            append (log, &plain);
          _exit (0);
        }
    }
  for (guint i = 0; i < 4; i++)
    {
      int status;

      g_assert_cmpint (wait (&status), >, 0);
      g_assert_cmpint (status, ==, 0);
    }
  assert_chain (200);
  assert_read (NULL, ENCLAVE_AUDIT_HOLDS, 0);
}

static void
test_long_strings (void)
{
  g_autofree char *path = g_strnfill (1000000, '\x01');
  EnclaveAuditRecord record = { "agent", "read_file", path, path, path, ENCLAVE_AUDIT_DENIED };

  start_again ();
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (EnclaveAuditLog) log = enclave_audit_log_new ();

      append (log, &record);
    }
  assert_chain (3);
}

/* A process that dies within a line costs that line and no other: the chain goes on from the last whole one. */
static void
test_torn (void)
{
  g_autoptr (EnclaveAuditLog) log = enclave_audit_log_new ();
  g_autofree char *path = enclave_audit_log_dup_path (log);
  guint n_lines;
  int fd;

  start_again ();
  append (log, &plain);
  append (log, &plain);
  fd = open (path, O_WRONLY | O_APPEND);
  g_assert_cmpint (write (fd, "{\"seq\":3,\"ti", 12), ==, 12);
  close (fd);
  append (log, &plain);
  append (log, &plain);
  g_assert_cmpuint (verify (&n_lines), ==, 4);
  g_assert_cmpuint (n_lines, ==, 5);
  {
    g_autofree char *text = NULL;
    g_auto (GStrv) lines = NULL;
    g_autoptr (JsonObject) next = NULL;

    g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
    lines = g_strsplit (text, "\n", -1);
    next = enclave_json_parse_object (lines[3], -1, NULL);
    g_assert_nonnull (next);
    g_assert_cmpint (enclave_json_get_int (next, "seq", 0), ==, 3);
  }
}

static void
test_removed (void)
{
  g_autoptr (EnclaveAuditLog) log = enclave_audit_log_new ();

  start_again ();
  append (log, &plain);
  start_again ();
  append (log, &plain);
  assert_chain (1);
}

/* The chain goes on from its anchor, so that a log that was removed or cut is missed for good. */
static void
test_anchor (void)
{
  g_autoptr (EnclaveAuditLog) log = enclave_audit_log_new ();
  g_autofree char *path = enclave_audit_log_dup_path (log);
  g_autofree char *text = NULL;
  struct stat st;

  start_again ();
  for (guint i = 0; i < 8; i++)
    append (log, &plain);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpint (unlink (path), ==, 0);
  assert_read (NULL, ENCLAVE_AUDIT_TRUNCATED, 1);
  append (log, &plain);
  append (log, &plain);
  assert_read (NULL, ENCLAVE_AUDIT_REMOVED, 1);
  /* The log back in its place, and its tail cut off. */
  start_again ();
  for (guint i = 0; i < 8; i++)
    append (log, &plain);
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpint (truncate (path, st.st_size / 8 * 5), ==, 0);
  append (log, &plain);
  g_free (text);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "{\"seq\":9,"));
  {
    g_autoptr (EnclaveAuditReport) report = read_log (NULL);

    g_assert_cmpint (report->fault, !=, ENCLAVE_AUDIT_HOLDS);
  }
}

/* Another log in the place of the first: whoever appends goes on from the anchor, not from what was put there. */
static void
test_replaced (void)
{
  g_autoptr (EnclaveAuditLog) log = enclave_audit_log_new ();
  g_autofree char *path = enclave_audit_log_dup_path (log);
  g_autofree char *anchor_path = enclave_audit_dup_anchor_path ();
  g_autofree char *anchor = NULL;
  g_autofree char *forged = NULL;

  start_again ();
  for (guint i = 0; i < 5; i++)
    append (log, &plain);
  g_assert_true (g_file_get_contents (path, &forged, NULL, NULL));
  start_again ();
  for (guint i = 0; i < 3; i++)
    append (log, &plain);
  g_assert_true (g_file_get_contents (anchor_path, &anchor, NULL, NULL));
  g_assert_true (g_file_set_contents_full (path, forged, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  assert_read (NULL, ENCLAVE_AUDIT_REWRITTEN, 3);
  append (log, &plain);
  {
    g_autoptr (EnclaveAuditReport) report = read_log (NULL);

    g_assert_cmpint (report->fault, !=, ENCLAVE_AUDIT_HOLDS);
  }
  /* An anchor from a backup knows less and alarms nobody. */
  start_again ();
  enclave_audit_log_begin_session (log);
  append (log, &plain);
  g_free (anchor);
  g_assert_true (g_file_get_contents (anchor_path, &anchor, NULL, NULL));
  for (guint i = 0; i < 5; i++)
    append (log, &plain);
  g_assert_true (g_file_set_contents (anchor_path, anchor, -1, NULL));
  assert_read (NULL, ENCLAVE_AUDIT_HOLDS, 0);
  {
    g_autoptr (EnclaveAuditLog) later = enclave_audit_log_new ();

    append (later, &plain);
  }
  assert_read (NULL, ENCLAVE_AUDIT_HOLDS, 0);
}

static void
test_rotation (void)
{
  g_autoptr (EnclaveAuditLog) log = enclave_audit_log_new ();
  g_autoptr (EnclaveAuditLog) other = enclave_audit_log_new ();
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (EnclaveAuditReport) report = NULL;

  start_again ();
  enclave_audit_log_set_max_bytes (log, 4000);
  enclave_audit_log_set_max_bytes (other, 4000);
  for (guint i = 0; i < 30; i++)
    {
      append (log, &plain);
      append (other, &plain);
    }
  files = enclave_audit_list_files ();
  g_assert_cmpuint (files->len, >, 3);
  report = read_log (NULL);
  g_assert_cmpint (report->fault, ==, ENCLAVE_AUDIT_HOLDS);
  g_assert_cmpuint (report->n_records, ==, 60);
  /* A file in the middle that is gone shows. */
  g_assert_cmpint (unlink (g_ptr_array_index (files, 1)), ==, 0);
  g_clear_pointer (&report, enclave_audit_report_free);
  report = read_log (NULL);
  g_assert_cmpint (report->fault, ==, ENCLAVE_AUDIT_REMOVED);
  start_again ();
}

static void
test_seals (void)
{
  g_autoptr (EnclaveAuditLog) log = enclave_audit_log_new ();
  g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef0123456789abcdef", 32);
  g_autoptr (GBytes) other = g_bytes_new_static ("another key that is 32 bytes lon", 32);
  g_autofree char *kept = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveAuditReport) report = NULL;

  start_again ();
  enclave_audit_log_set_key (log, key);
  for (guint i = 0; i < 150; i++)
    append (log, &plain);
  g_assert_true (enclave_audit_log_seal (log, &error));
  g_assert_true (enclave_audit_log_seal (log, &error));
  report = read_log (key);
  g_assert_cmpint (report->fault, ==, ENCLAVE_AUDIT_HOLDS);
  g_assert_cmpuint (report->n_records, ==, 153);
  g_assert_cmpuint (report->n_seals, ==, 3);
  g_assert_cmpuint (report->sealed_seq, ==, 153);
  assert_read (other, ENCLAVE_AUDIT_SEAL, 64);
  /* What the keyring has kept counts where log and file have gone together. */
  kept = enclave_audit_log_dup_anchor (log);
  start_again ();
  enclave_audit_log_begin_session (log);
  append (log, &plain);
  enclave_audit_log_adopt_anchor (log, kept);
  append (log, &plain);
  assert_read (key, ENCLAVE_AUDIT_REMOVED, 2);
  start_again ();
}

static void
test_sessions (void)
{
  g_autoptr (EnclaveAuditLog) log = enclave_audit_log_new ();
  g_autofree char *first = NULL;

  start_again ();
  append (log, &plain);
  append (log, &plain);
  first = g_strdup (enclave_audit_log_get_session (log));
  enclave_audit_log_begin_session (log);
  g_assert_cmpstr (first, !=, enclave_audit_log_get_session (log));
  append (log, &plain);
  g_assert_true (enclave_audit_log_append_note (log, "no-keyring", NULL));
  assert_chain (4);
  assert_read (NULL, ENCLAVE_AUDIT_HOLDS, 0);
}

/* A file that can't grow stands for a disk that is full. */
static void
test_full (void)
{
  g_autoptr (EnclaveAuditLog) log = enclave_audit_log_new ();
  g_autofree char *path = enclave_audit_log_dup_path (log);
  struct rlimit before, small;
  struct stat st;

  start_again ();
  append (log, &plain);
  g_assert_cmpint (stat (path, &st), ==, 0);
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = before;
  small.rlim_cur = (rlim_t) st.st_size + 50;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (enclave_audit_log_append (log, &plain, &error));
      g_assert_nonnull (error);
    }
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  append (log, &plain);
  assert_chain (2);
  assert_read (NULL, ENCLAVE_AUDIT_HOLDS, 0);
}

static void
test_anchor_unwritable (void)
{
  g_autoptr (EnclaveAuditLog) log = enclave_audit_log_new ();
  g_autofree char *anchor = enclave_audit_dup_anchor_path ();
  g_autoptr (GError) error = NULL;

  start_again ();
  append (log, &plain);
  g_assert_cmpint (unlink (anchor), ==, 0);
  g_assert_cmpint (mkdir (anchor, 0700), ==, 0);
  g_assert_false (enclave_audit_log_append (log, &plain, &error));
  g_assert_nonnull (error);
  g_assert_cmpint (rmdir (anchor), ==, 0);
  append (log, &plain);
  assert_chain (2);
}

static void
test_fields (void)
{
  g_autoptr (EnclaveAuditLog) log = enclave_audit_log_new ();
  g_autofree char *path = enclave_audit_log_dup_path (log);
  g_autofree char *text = NULL;
  g_autoptr (EnclaveAuditEntry) entry = NULL;
  EnclaveAuditRecord record = { .actor = "agent",
                                .tool = "run_command",
                                .path = "curl -u me:hunter22 -H 'Authorization: Bearer abcdefghijk' http://x",
                                .rule = "user:3",
                                .level = "full",
                                .decision = ENCLAVE_AUDIT_FINISHED,
                                .effect = "run",
                                .folder = "/home/me/project",
                                .arguments = "{\"command\":\"x\"}",
                                .arguments_digest = "ab",
                                .approver = "user",
                                .result_digest = "cd",
                                .result_bytes = 12,
                                .endpoint = "127.0.0.1:11434",
                                .device = 5,
                                .inode = 7,
                                .exit_status = 3 << 8 };

  start_again ();
  append (log, &record);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_null (strstr (text, "hunter22"));
  g_assert_null (strstr (text, "abcdefghijk"));
  entry = enclave_audit_entry_parse (text, strlen (text) - 1);
  g_assert_nonnull (entry);
  g_assert_cmpstr (enclave_audit_entry_get_string (entry, "kind"), ==, "result");
  g_assert_cmpstr (enclave_audit_entry_get_string (entry, "effect"), ==, "run");
  g_assert_cmpstr (enclave_audit_entry_get_string (entry, "folder"), ==, "/home/me/project");
  g_assert_cmpstr (enclave_audit_entry_get_string (entry, "arguments_digest"), ==, "ab");
  g_assert_cmpstr (enclave_audit_entry_get_string (entry, "approver"), ==, "user");
  g_assert_cmpstr (enclave_audit_entry_get_string (entry, "endpoint"), ==, "127.0.0.1:11434");
  g_assert_cmpint (enclave_audit_entry_get_number (entry, "inode"), ==, 7);
  g_assert_cmpint (enclave_audit_entry_get_number (entry, "result_bytes"), ==, 12);
  g_assert_cmpint (enclave_audit_entry_get_number (entry, "exit_status"), ==, 3);
}

static void
test_mask (void)
{
  static const struct
  {
    const char *json;
    const char *shown;
  } cases[] = {
    { "{\"path\":\"src/a.c\",\"start_line\":3}", "{\"path\":\"src/a.c\",\"start_line\":3}" },
    { "{\"path\":\"a\",\"content\":\"secret words\"}", "{\"path\":\"a\",\"content\":\"[12 bytes]\"}" },
    { "{\"command\":\"mysql --password hunter22 x\"}", "{\"command\":\"mysql --password *** x\"}" },
    { "{\"api_key\":\"0123456789\"}", "{\"api_key\":\"***\"}" },
    { "{\"url\":\"https://me:hunter22@host/x\"}", "{\"url\":\"https://me:***@host/x\"}" },
    { "{\"a\":{\"b\":\"ghp_0123456789abcdefghij\"}}", "{\"a\":\"{\\\"b\\\":\\\"***\\\"}\"}" },
    { "[1]", "[3 bytes]" },
    { "nonsense", "[8 bytes]" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = enclave_audit_mask_arguments (cases[i].json);

      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

static void
test_refused (void)
{
  g_autoptr (EnclaveAuditLog) log = enclave_audit_log_new ();
  g_autofree char *path = enclave_audit_log_dup_path (log);
  g_autoptr (GError) error = NULL;

  start_again ();
  append (log, &plain);
  start_again ();
  g_assert_cmpint (symlink ("/dev/null", path), ==, 0);
  g_assert_false (enclave_audit_log_append (log, &plain, &error));
  g_assert_nonnull (error);
  start_again ();
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audit-log/chain", test_chain);
  g_test_add_func ("/audit-log/processes", test_processes);
  g_test_add_func ("/audit-log/long-strings", test_long_strings);
  g_test_add_func ("/audit-log/torn", test_torn);
  g_test_add_func ("/audit-log/removed", test_removed);
  g_test_add_func ("/audit-log/anchor", test_anchor);
  g_test_add_func ("/audit-log/replaced", test_replaced);
  g_test_add_func ("/audit-log/rotation", test_rotation);
  g_test_add_func ("/audit-log/seals", test_seals);
  g_test_add_func ("/audit-log/sessions", test_sessions);
  g_test_add_func ("/audit-log/full", test_full);
  g_test_add_func ("/audit-log/anchor-unwritable", test_anchor_unwritable);
  g_test_add_func ("/audit-log/fields", test_fields);
  g_test_add_func ("/audit-log/mask", test_mask);
  g_test_add_func ("/audit-log/refused", test_refused);
  return g_test_run ();
}
