/* test-tool-scope.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-gate.h"
#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"
#include "enclave-tool-scope.h"

#define CANARY "canary-0123456789"
/* Has the form of a secret and is none. */
#define TOKEN "gh" "p_w7Kd02mQzR4tYb91LxVnC83sPeHj56GaUf0T"

typedef struct
{
  EnclaveTestProject *project;
  EnclaveGate *gate;
  EnclaveToolScope *scope;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  fixture->project = enclave_test_project_new ();
  enclave_test_project_write (fixture->project, ".env", "TOKEN=" CANARY "\n");
  enclave_test_project_write (fixture->project, "src/ring.c", "one\ntwo\r\nthree");
  enclave_test_project_write (fixture->project, "empty.txt", "");
  enclave_test_project_symlink (fixture->project, ".env", "notes.txt");
  fixture->gate = enclave_gate_new (fixture->project->root, NULL, &error);
  g_assert_no_error (error);
  fixture->scope = enclave_gate_open_scope (fixture->gate, "agent", "test_tool",
                                            ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_WRITE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_test_finalize (fixture->scope);
  enclave_test_finalize (fixture->gate);
  enclave_test_project_free (fixture->project);
}

static EnclaveContextItem *
read_lines (EnclaveToolScope *scope, const char *path, guint start, guint count, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr(GAsyncResult) result = NULL;

  enclave_tool_scope_read_async (scope, path, start, count, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);

  return enclave_tool_scope_read_finish (scope, result, error);
}

static EnclaveContextItem *
list (EnclaveToolScope *scope, const char *path, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr(GAsyncResult) result = NULL;

  enclave_tool_scope_list_async (scope, path, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);

  return enclave_tool_scope_list_finish (scope, result, error);
}

static void
assert_read (EnclaveToolScope *scope, const char *path, guint start, guint count, const char *text, const char *summary)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnclaveContextItem) item = read_lines (scope, path, start, count, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (enclave_context_item_get_text (item), ==, text);
  g_assert_cmpstr (enclave_context_item_get_summary (item), ==, summary);
}

static void
assert_read_fails (EnclaveToolScope *scope, const char *path, int code)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnclaveContextItem) item = read_lines (scope, path, 0, 0, &error);

  g_assert_null (item);
  g_assert_error (error, ENCLAVE_GATE_ERROR, code);
  g_assert_null (strstr (error->message, CANARY));
}

static void
test_read (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnclaveContextItem) item = read_lines (fixture->scope, "./src/ring.c", 0, 0, NULL);

  g_assert_cmpstr (enclave_context_item_get_source (item), ==, "src/ring.c lines 1–3");
  g_assert_false (enclave_context_item_get_truncated (item));
  assert_read (fixture->scope, "src/ring.c", 0, 0, "1\tone\n2\ttwo\n3\tthree\n", "lines 1–3");
  assert_read (fixture->scope, "src/ring.c", 2, 1, "2\ttwo\n[lines 2 to 2 of 3; read on with start_line 3]\n", "line 2");
  assert_read (fixture->scope, "src/ring.c", 3, 5, "3\tthree\n", "line 3");
  assert_read (fixture->scope, "src/ring.c", 9, 0, "(the file has 3 lines; there is no line 9)\n", "3 lines");
  assert_read (fixture->scope, "src/ring.c", G_MAXUINT, G_MAXUINT, "(the file has 3 lines; there is no line 4294967295)\n",
               "3 lines");
  assert_read (fixture->scope, "empty.txt", 0, 0, "(the file is empty)\n", "0 lines");
  enclave_test_project_write (fixture->project, "latin-1", "caf\351\n");
  assert_read (fixture->scope, "latin-1", 0, 0, "1\tcafé\n", "line 1");
}

static void
test_read_refusals (Fixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (ENCLAVE_EDIT_MAX_BYTES + 1, 'x');

  enclave_test_project_write_bytes (fixture->project, "binary", "a\0b", 3);
  enclave_test_project_write (fixture->project, "control", "caf\351\001\n");
  enclave_test_project_write (fixture->project, "large", large);
  assert_read_fails (fixture->scope, ".env", ENCLAVE_GATE_ERROR_DENIED);
  assert_read_fails (fixture->scope, ".ENV", ENCLAVE_GATE_ERROR_DENIED);
  assert_read_fails (fixture->scope, "notes.txt", ENCLAVE_GATE_ERROR_DENIED);
  assert_read_fails (fixture->scope, "absent/.env", ENCLAVE_GATE_ERROR_DENIED);
  assert_read_fails (fixture->scope, "../x", ENCLAVE_GATE_ERROR_OUTSIDE_ROOT);
  assert_read_fails (fixture->scope, "", ENCLAVE_GATE_ERROR_INVALID_PATH);
  assert_read_fails (fixture->scope, "absent", ENCLAVE_GATE_ERROR_NOT_FOUND);
  assert_read_fails (fixture->scope, "src", ENCLAVE_GATE_ERROR_NOT_REGULAR);
  assert_read_fails (fixture->scope, "binary", ENCLAVE_GATE_ERROR_NOT_TEXT);
  assert_read_fails (fixture->scope, "control", ENCLAVE_GATE_ERROR_NOT_TEXT);
  assert_read_fails (fixture->scope, "large", ENCLAVE_GATE_ERROR_TOO_LARGE);
}

static void
test_read_limits (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GString) many = g_string_new (NULL);
  g_autofree char *line = g_strnfill (60000, 'y');
  g_autoptr(EnclaveContextItem) item = NULL;
  g_autoptr(EnclaveContextItem) rest = NULL;
  g_autoptr(GError) error = NULL;
  const char *tail;
  guint next = 0;

  for (guint i = 1; i <= 5000; i++)
    g_string_append_printf (many, "line number %u of many\n", i);
  enclave_test_project_write (fixture->project, "many.txt", many->str);
  enclave_test_project_write (fixture->project, "wide.txt", line);

  item = read_lines (fixture->scope, "many.txt", 0, 0, &error);
  g_assert_no_error (error);
  g_assert_true (enclave_context_item_get_truncated (item));
  g_assert_cmpuint (strlen (enclave_context_item_get_text (item)), <, ENCLAVE_TOOL_RESULT_MAX_BYTES + 200);
  tail = strstr (enclave_context_item_get_text (item), "of 5000; read on with start_line ");
  g_assert_nonnull (tail);
  next = (guint) g_ascii_strtoull (tail + strlen ("of 5000; read on with start_line "), NULL, 10);
  rest = read_lines (fixture->scope, "many.txt", next, 1, &error);
  g_assert_no_error (error);
  {
    g_autofree char *expected = g_strdup_printf ("%u\tline number %u of many\n", next, next);

    g_assert_true (g_str_has_prefix (enclave_context_item_get_text (rest), expected));
  }
  g_clear_object (&item);

  item = read_lines (fixture->scope, "wide.txt", 0, 0, &error);
  g_assert_no_error (error);
  g_assert_true (enclave_context_item_get_truncated (item));
  g_assert_cmpuint (strlen (enclave_context_item_get_text (item)), <, ENCLAVE_TOOL_RESULT_MAX_BYTES + 200);
  g_assert_nonnull (strstr (enclave_context_item_get_text (item), "line 1 is 60000 bytes long"));
}

static void
test_git_configuration (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnclaveContextItem) item = NULL;

  enclave_test_project_write (fixture->project, ".git/config",
                              "[remote \"origin\"]\n\turl = https://user:" CANARY "@host/x.git\n"
                              "[http]\n\textraheader = AUTHORIZATION: basic " CANARY "\n");
  item = read_lines (fixture->scope, ".git/config", 0, 0, NULL);
  g_assert_nonnull (item);
  g_assert_null (strstr (enclave_context_item_get_text (item), CANARY));
  g_assert_nonnull (strstr (enclave_context_item_get_text (item), "https://****"));
  g_assert_nonnull (strstr (enclave_context_item_get_text (item), "*@host/x.git\n"));
}

static void
test_list (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnclaveContextItem) item = NULL;
  g_autoptr(GError) error = NULL;

  enclave_test_project_make_folder (fixture->project, ".ssh");
  enclave_test_project_write (fixture->project, "new\nline", "");
  item = list (fixture->scope, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (enclave_context_item_get_summary (item), ==, "6 entries");
  g_assert_true (g_str_has_prefix (enclave_context_item_get_text (item),
                                   ".env (denied: builtin:dotenv)\n.ssh/ (denied: builtin:ssh)\nempty.txt\n"));
  g_assert_nonnull (strstr (enclave_context_item_get_text (item), "\nnotes.txt (link)\nsrc/\n"));
  g_assert_null (strstr (enclave_context_item_get_text (item), "new\nline"));
  g_clear_object (&item);

  g_assert_null (list (fixture->scope, ".ssh", &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_DENIED);
  g_clear_error (&error);
  g_assert_null (list (fixture->scope, "src/ring.c", &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_REGULAR);
}

static void
test_undeclared (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnclaveToolScope) none = enclave_gate_open_scope (fixture->gate, "agent", "no_doors", 0);
  g_autoptr(EnclaveToolScope) reader = enclave_gate_open_scope (fixture->gate, "agent", "reader", ENCLAVE_EFFECT_READ);
  const char *const argv[] = { "true", NULL };
  GAsyncResult *slot = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  assert_read_fails (none, "src/ring.c", ENCLAVE_GATE_ERROR_UNDECLARED);
  g_assert_null (list (none, ".", &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_UNDECLARED);
  g_clear_error (&error);

  enclave_tool_scope_prepare_write_async (reader, "a", NULL, "x", NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  g_assert_null (enclave_tool_scope_prepare_write_finish (reader, result, &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_UNDECLARED);
  g_clear_error (&error);
  g_clear_object (&result);

  enclave_tool_scope_run_async (reader, argv, NULL, ENCLAVE_RUN_NONE, 0, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  g_assert_null (enclave_tool_scope_run_finish (reader, result, NULL, &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_UNDECLARED);
}

static void
test_admit (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnclaveContextItem) item = NULL;
  g_autofree char *env = enclave_test_project_path (fixture->project, ".env");
  g_autofree char *huge = g_strnfill (ENCLAVE_MODEL_READ_MAX_BYTES + 1, 'x');
  const char *const denied[] = { ".env", "notes.txt", env, "new.key" };

  item = enclave_gate_admit_text (fixture->gate, "hello", NULL, "message", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (enclave_context_item_get_text (item), ==, "hello");
  g_clear_object (&item);
  item = enclave_gate_admit_text (fixture->gate, "int x;", "src/ring.c", "selection", &error);
  g_assert_no_error (error);
  g_clear_object (&item);

  for (guint i = 0; i < G_N_ELEMENTS (denied); i++)
    {
      g_assert_null (enclave_gate_admit_text (fixture->gate, CANARY, denied[i], "selection", &error));
      g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_DENIED);
      g_clear_error (&error);
    }
  g_assert_null (enclave_gate_admit_text (fixture->gate, "x", "/etc/passwd", "selection", &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_OUTSIDE_ROOT);
  g_clear_error (&error);
  g_assert_null (enclave_gate_admit_text (fixture->gate, huge, NULL, "message", &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_TOO_LARGE);
}

static void
test_judge_name (Fixture *fixture, gconstpointer data)
{
  g_autofree char *absolute = enclave_test_project_path (fixture->project, "a/.env");

  g_assert_cmpint (enclave_gate_judge_name (fixture->gate, ENCLAVE_EFFECT_READ, ".env", FALSE).verdict, ==,
                   ENCLAVE_VERDICT_DENY);
  g_assert_cmpint (enclave_gate_judge_name (fixture->gate, ENCLAVE_EFFECT_READ, absolute, FALSE).verdict, ==,
                   ENCLAVE_VERDICT_DENY);
  g_assert_cmpint (enclave_gate_judge_name (fixture->gate, ENCLAVE_EFFECT_READ, "./src/x.c", FALSE).verdict, ==,
                   ENCLAVE_VERDICT_ALLOW);
  g_assert_cmpint (enclave_gate_judge_name (fixture->gate, ENCLAVE_EFFECT_READ, "../x.c", FALSE).verdict, ==,
                   ENCLAVE_VERDICT_DENY);
  g_assert_cmpint (enclave_gate_judge_name (fixture->gate, ENCLAVE_EFFECT_WRITE, ".git/hooks/x", FALSE).verdict, ==,
                   ENCLAVE_VERDICT_ASK);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *slot = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  g_cancellable_cancel (cancellable);
  enclave_tool_scope_read_async (fixture->scope, "src/ring.c", 0, 0, cancellable, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  g_assert_null (enclave_tool_scope_read_finish (fixture->scope, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Every decision is a line; each line's hash holds the one before it; no content is in there. */
static void
test_audit (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = enclave_gate_dup_audit_path (fixture->gate);
  g_autofree char *text = NULL;
  g_autofree char *previous = g_strnfill (64, '0');
  g_auto(GStrv) lines = NULL;
  g_autoptr(GError) error = NULL;
  guint n_lines;
  gboolean saw_denied = FALSE, saw_undeclared = FALSE;
  struct stat st;

  /* A second gate, as of another process, goes on with the same chain. */
  {
    g_autoptr(EnclaveGate) other = enclave_gate_new (fixture->project->root, NULL, &error);
    g_autoptr(EnclaveToolScope) scope = enclave_gate_open_scope (other, "user", "other", 0);

    assert_read_fails (fixture->scope, ".env", ENCLAVE_GATE_ERROR_DENIED);
    assert_read_fails (scope, ".env", ENCLAVE_GATE_ERROR_UNDECLARED);
    assert_read_fails (fixture->scope, "notes.txt", ENCLAVE_GATE_ERROR_DENIED);
  }
  g_assert_null (enclave_gate_get_audit_problem (fixture->gate));

  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_null (strstr (text, CANARY));
  lines = g_strsplit (text, "\n", -1);
  n_lines = g_strv_length (lines) - 1;
  for (guint i = 0; i < n_lines; i++)
    {
      g_autoptr(JsonObject) record = enclave_json_parse_object (lines[i], -1, &error);
      const char *mark = strstr (lines[i], ",\"hash\":\"");
      g_autofree char *hashed = g_strdup_printf ("%s%.*s}", previous, (int) (mark - lines[i]), lines[i]);
      g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, hashed, -1);
      const char *decision = enclave_json_peek_string (record, "decision");

      g_assert_no_error (error);
      g_assert_cmpint (enclave_json_get_int (record, "seq", 0), ==, i + 1);
      g_assert_cmpstr (enclave_json_peek_string (record, "prev"), ==, previous);
      g_assert_cmpstr (enclave_json_peek_string (record, "hash"), ==, hash);
      g_free (previous);
      previous = g_strdup (hash);
      /* That there is no keyring is a record, too. */
      if (decision == NULL)
        continue;
      g_assert_nonnull (enclave_json_peek_string (record, "level"));
      saw_denied = saw_denied || (g_str_equal (decision, "denied")
                                  && g_strcmp0 (enclave_json_peek_string (record, "rule"), "builtin:dotenv") == 0);
      saw_undeclared = saw_undeclared || g_str_equal (decision, "undeclared");
    }
  g_assert_true (saw_denied && saw_undeclared);
}

/* While the log can't be written the agent gets nothing; afterwards it goes on. */
static void
test_audit_broken (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = enclave_gate_dup_audit_path (fixture->gate);
  g_autofree char *saved = g_strconcat (path, ".saved", NULL);

  g_assert_cmpint (rename (path, saved), ==, 0);
  g_assert_cmpint (mkdir (path, 0700), ==, 0);
  for (guint i = 0; i < 2; i++)
    assert_read_fails (fixture->scope, "src/ring.c", ENCLAVE_GATE_ERROR_NOT_RECORDED);
  g_assert_nonnull (enclave_gate_get_audit_problem (fixture->gate));
  g_assert_cmpint (rmdir (path), ==, 0);
  g_assert_cmpint (rename (saved, path), ==, 0);
  assert_read (fixture->scope, "src/ring.c", 1, 1, "1\tone\n[lines 1 to 1 of 3; read on with start_line 2]\n", "line 1");
  g_assert_null (enclave_gate_get_audit_problem (fixture->gate));
}

static EnclaveContextItem *
search (EnclaveToolScope *scope, const char *pattern, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr(GAsyncResult) result = NULL;

  enclave_tool_scope_search_async (scope, pattern, NULL, FALSE, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);

  return enclave_tool_scope_search_finish (scope, result, error);
}

static void
assert_recorded (Fixture *fixture, EnclaveContextItem *item)
{
  g_autofree char *path = enclave_gate_dup_audit_path (fixture->gate);
  g_autofree char *digest = NULL;
  g_autofree char *log = NULL;

  g_assert_nonnull (item);
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, enclave_context_item_get_text (item), -1);
  g_assert_true (g_file_get_contents (path, &log, NULL, NULL));
  g_assert_nonnull (strstr (log, digest));
  g_assert_null (strstr (log, TOKEN));
}

/* The digest is that of the text that is given, with its masks; each mask's rule is a record of its own. */
static void
test_audit_masked (Fixture *fixture, gconstpointer data)
{
  const char *const masked = "\"rule\":\"secret:github-token\",\"decision\":\"masked\"";
  g_autofree char *path = enclave_gate_dup_audit_path (fixture->gate);
  g_autoptr(EnclaveContextItem) lines = NULL;
  g_autoptr(EnclaveContextItem) names = NULL;
  g_autoptr(EnclaveContextItem) matches = NULL;
  g_autoptr(EnclaveContextItem) typed = NULL;
  g_autoptr(EnclaveContextItem) approved = NULL;
  g_autofree char *log = NULL;

  enclave_test_project_write (fixture->project, "key.py", "key = '" TOKEN "'\n");
  lines = read_lines (fixture->scope, "key.py", 0, 0, NULL);
  assert_recorded (fixture, lines);
  g_assert_null (strstr (enclave_context_item_get_text (lines), TOKEN));
  g_assert_true (g_file_get_contents (path, &log, NULL, NULL));
  g_assert_nonnull (strstr (log, masked));

  names = list (fixture->scope, NULL, NULL);
  assert_recorded (fixture, names);
  matches = search (fixture->scope, "key", NULL);
  assert_recorded (fixture, matches);
  g_assert_null (strstr (enclave_context_item_get_text (matches), TOKEN));

  typed = enclave_gate_admit_text (fixture->gate, "key = '" TOKEN "'\n", "key.py", "key.py", NULL);
  assert_recorded (fixture, typed);
  approved = enclave_gate_admit_text_as_it_is (fixture->gate, "key = '" TOKEN "'\n", "key.py", "key.py", NULL);
  assert_recorded (fixture, approved);
  g_assert_nonnull (strstr (enclave_context_item_get_text (approved), TOKEN));
}

/* Whoever writes a value into a file right after the project was opened does not make a word of it that all may see. */
static void
test_value_in_a_new_file (void)
{
  static const char value[] = "brand-new-9876543210";

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
      g_autoptr (GError) error = NULL;
      g_autoptr (EnclaveGate) gate = enclave_gate_new (project->root, NULL, &error);
      g_autoptr (EnclaveContextItem) item = NULL;
      g_autoptr (GAsyncResult) result = NULL;
      GAsyncResult *slot = NULL;

      g_assert_no_error (error);
      enclave_test_project_write (project, "copy.c", "const char *key = \"brand-new-9876543210\";\n");
      enclave_test_project_write (project, ".env.local", "KEY=brand-new-9876543210\n");
      enclave_gate_learn_values_async (gate, NULL, enclave_test_result_callback, &slot);
      result = enclave_test_wait (&slot);
      g_assert_true (enclave_gate_learn_values_finish (gate, result, &error));
      item = enclave_gate_admit_text (gate, value, NULL, "message", &error);
      g_assert_no_error (error);
      g_assert_null (strstr (enclave_context_item_get_text (item), value));
    }
}

static void
test_new_gate_errors (void)
{
  g_autoptr(EnclaveTestProject) project = enclave_test_project_new ();
  g_autofree char *file = enclave_test_project_path (project, "file");
  g_autoptr(GError) error = NULL;

  enclave_test_project_write (project, "file", "");
  g_assert_null (enclave_gate_new ("/nonexistent/folder", NULL, &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (enclave_gate_new (file, NULL, &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_REGULAR);
  g_clear_error (&error);
  enclave_test_project_write_bytes (project, ".enclave/policy", "\0", 1);
  g_assert_null (enclave_gate_new (project->root, NULL, &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_FAILED);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*function) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/tool-scope/read", test_read },
    { "/tool-scope/read-refusals", test_read_refusals },
    { "/tool-scope/read-limits", test_read_limits },
    { "/tool-scope/git-configuration", test_git_configuration },
    { "/tool-scope/list", test_list },
    { "/tool-scope/undeclared", test_undeclared },
    { "/tool-scope/admit", test_admit },
    { "/tool-scope/judge-name", test_judge_name },
    { "/tool-scope/cancelled", test_cancelled },
    { "/tool-scope/audit", test_audit },
    { "/tool-scope/audit-broken", test_audit_broken },
    { "/tool-scope/audit-masked", test_audit_masked },
  };

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].function, tear_down);
  g_test_add_func ("/tool-scope/value-in-a-new-file", test_value_in_a_new_file);
  g_test_add_func ("/tool-scope/new-gate-errors", test_new_gate_errors);

  return g_test_run ();
}
