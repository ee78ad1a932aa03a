/* test-audit-log.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-audit-log.h"
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

  unlink (path);
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
          g_autoptr (EnclaveAuditLog) log = enclave_audit_log_new ();

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
  g_test_add_func ("/audit-log/refused", test_refused);
  return g_test_run ();
}
