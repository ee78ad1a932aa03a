/* test-admit-caret.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-gate.h"
#include "enclave-test-project.h"

#define VALUE "canary-value-0123456789"
/* In two pieces, so that this file has no secret. */
#define KEY_BEGIN "ghp_" "w7Kd02mQzR4tYb91"
#define KEY_END "LxVnC83sPeHj56GaUf0T"

typedef struct
{
  EnclaveTestProject *project;
  EnclaveGate *gate;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->project = enclave_test_project_new ();
  enclave_test_project_write (fixture->project, "main.c", "int x;\n");
  enclave_test_project_write (fixture->project, ".env", "TOKEN=" VALUE "\n");
  enclave_test_project_symlink (fixture->project, ".env", "linked.c");
  fixture->gate = enclave_gate_new (fixture->project->root, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->gate);
  g_clear_pointer (&fixture->project, enclave_test_project_free);
}

/* What is given of @before and @after, joined by `|`. (transfer full) (nullable) */
static char *
admit (Fixture *fixture, const char *before, const char *after, gsize bytes, const char *path, GError **error)
{
  g_autofree char *text = g_strconcat (before, after, NULL);
  g_autoptr (EnclaveContextItem) first = NULL;
  g_autoptr (EnclaveContextItem) second = NULL;
  g_autoptr (GAsyncResult) done = NULL;
  GAsyncResult *result = NULL;

  enclave_gate_admit_caret_async (fixture->gate, text, strlen (before), bytes, bytes, path, NULL,
                                  enclave_test_result_callback, &result);
  done = enclave_test_wait (&result);
  if (!enclave_gate_admit_caret_finish (fixture->gate, done, &first, &second, error))
    return NULL;
  return g_strconcat (enclave_context_item_get_text (first), "|", enclave_context_item_get_text (second), NULL);
}

static void
check (Fixture *fixture, const char *before, const char *after, gsize bytes, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *given = admit (fixture, before, after, bytes, "main.c", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (given, ==, expected);
}

static void
check_refused (Fixture *fixture, const char *before, const char *after, const char *path, EnclaveGateError code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *given = admit (fixture, before, after, 1000, path, &error);

  g_assert_null (given);
  g_assert_error (error, ENCLAVE_GATE_ERROR, (int) code);
}

static void
test_cut (Fixture *fixture, gconstpointer data)
{
  check (fixture, "", "", 100, "|");
  check (fixture, "int a;\nint b", " = 1;\nint c;\n", 100, "int a;\nint b| = 1;\nint c;\n");
  check (fixture, "int a;\nint bb;\nint c", " = 1;\nint d;\n", 8, "int c| = 1;\n");
  check (fixture, "one line without an end", "", 8, "|");
}

/* From the first moment: what waits for the denied files to be read waits. */
static void
test_value_of_denied_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *given = admit (fixture, "t = \"" VALUE "\";\nx", " = 1;\n", 1000, "main.c", &error);

  g_assert_no_error (error);
  g_assert_null (strstr (given, VALUE));
  g_assert_nonnull (strstr (given, ENCLAVE_MASK_OF_VALUE));
  g_assert_true (g_str_has_suffix (given, "\nx| = 1;\n"));
}

static void
test_secrets (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *given = admit (fixture, "k = \"" KEY_BEGIN KEY_END "\";\nx", " = y;\n", 1000, "main.c", &error);

  g_assert_no_error (error);
  g_assert_null (strstr (given, KEY_BEGIN));
  g_assert_true (g_str_has_suffix (given, "\nx| = y;\n"));
  /* Either half would have passed alone. */
  check_refused (fixture, "k = \"" KEY_BEGIN, KEY_END "\";\n", "main.c", ENCLAVE_GATE_ERROR_DENIED);
  check_refused (fixture, "t = \"canary-value", "-0123456789\";\n", "main.c", ENCLAVE_GATE_ERROR_DENIED);
}

/* A key of many lines whose first line is above what is given. */
static void
test_long_key (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("-----BEGIN RSA PRIVATE" " KEY-----\n");
  g_autoptr (GError) error = NULL;
  g_autofree char *given = NULL;

  for (guint i = 0; i < 25; i++)
    {
      g_autofree char *number = g_strdup_printf ("line %u", i);
      g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, number, -1);

      g_string_append_printf (text, "MIIEow%.58s\n", digest);
    }
  g_string_append (text, "-----END RSA PRIVATE" " KEY-----\nx");
  given = admit (fixture, text->str, " = 1;\n", 300, "main.c", &error);
  g_assert_no_error (error);
  g_assert_null (strstr (given, "MIIEow"));
  g_assert_true (g_str_has_suffix (given, "\nx| = 1;\n") || g_strcmp0 (given, "x| = 1;\n") == 0);
}

static void
test_denied (Fixture *fixture, gconstpointer data)
{
  check_refused (fixture, "a", "b", ".env", ENCLAVE_GATE_ERROR_DENIED);
  check_refused (fixture, "a", "b", "linked.c", ENCLAVE_GATE_ERROR_DENIED);
  check_refused (fixture, "a", "b", "new/.env", ENCLAVE_GATE_ERROR_DENIED);
  check_refused (fixture, "a", "b", "../outside.c", ENCLAVE_GATE_ERROR_OUTSIDE_ROOT);
}

/* One record, of exactly the bytes that were given. */
static void
test_record (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = enclave_gate_dup_audit_path (fixture->gate);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "int c = 1;\n", -1);
  g_autofree char *log = NULL;
  g_autoptr (GError) error = NULL;

  check (fixture, "int a;\nint bb;\nint c", " = 1;\nint d;\n", 8, "int c| = 1;\n");
  g_file_get_contents (path, &log, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (log, "\"complete\""));
  g_assert_nonnull (strstr (log, digest));
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/admit-caret/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("cut", test_cut);
  ADD ("value-of-denied-file", test_value_of_denied_file);
  ADD ("secrets", test_secrets);
  ADD ("long-key", test_long_key);
  ADD ("denied", test_denied);
  ADD ("record", test_record);
  return g_test_run ();
}
