/* test-tools.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>
#include <sys/wait.h>

#include "enclave-json.h"
#include "enclave-patch.h"
#include "enclave-test-approver.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"
#include "enclave-limits.h"
#include "enclave-tool-runner.h"

#define CANARY "canary-0123456789"
#define RING "int a;\nint b;\nint c;\n"

typedef struct
{
  EnclaveTestProject *project;
  EnclaveSandbox *sandbox;
  EnclaveTestApprover *approver;
  EnclaveGate *gate;
  EnclaveToolRegistry *registry;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture->project = enclave_test_project_new ();
  enclave_test_project_write (fixture->project, "src/ring.c", RING);
  enclave_test_project_write (fixture->project, ".env", "TOKEN=" CANARY "\n");
  fixture->sandbox = enclave_sandbox_new ();
  enclave_sandbox_probe_async (fixture->sandbox, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  enclave_sandbox_probe_finish (fixture->sandbox, result, NULL);
  fixture->approver = enclave_test_approver_new (ENCLAVE_APPROVAL_ALLOWED_ONCE);
  fixture->gate = enclave_gate_new (fixture->project->root, fixture->sandbox, &error);
  g_assert_no_error (error);
  enclave_gate_set_approver (fixture->gate, ENCLAVE_APPROVER (fixture->approver));
  fixture->registry = enclave_tool_registry_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_test_finalize (fixture->registry);
  enclave_test_finalize (fixture->gate);
  enclave_test_finalize (fixture->sandbox);
  enclave_test_finalize (fixture->approver);
  enclave_test_project_free (fixture->project);
}

static gboolean
can_confine (Fixture *fixture)
{
  if (enclave_sandbox_get_level (fixture->sandbox) > ENCLAVE_SANDBOX_TOOLS_ONLY)
    return TRUE;
  g_test_skip (enclave_sandbox_get_reason (fixture->sandbox));

  return FALSE;
}

static EnclaveToolResult *
call (Fixture *fixture, const char *name, const char *arguments)
{
  g_autoptr (GError) error = NULL;
  EnclaveToolResult *result = enclave_tool_runner_call (fixture->registry, fixture->gate, name, arguments, &error);

  g_assert_no_error (error);
  g_assert_null (strstr (enclave_context_item_get_text (result->item), CANARY));

  return result;
}

static void
assert_text (Fixture *fixture, const char *name, const char *arguments, const char *part, const char *summary)
{
  g_autoptr (EnclaveToolResult) result = call (fixture, name, arguments);

  g_test_message ("%s: %s", name, enclave_context_item_get_text (result->item));
  g_assert_nonnull (strstr (enclave_context_item_get_text (result->item), part));
  if (summary != NULL)
    g_assert_cmpstr (enclave_context_item_get_summary (result->item), ==, summary);
  g_assert_null (result->proposals);
}

static void
assert_fails (Fixture *fixture, const char *name, const char *arguments, GQuark domain, int code, const char *said)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveToolResult) result =
    enclave_tool_runner_call (fixture->registry, fixture->gate, name, arguments, &error);

  g_assert_null (result);
  g_assert_error (error, domain, code);
  g_test_message ("%s", error->message);
  g_assert_null (strstr (error->message, CANARY));
  if (said != NULL)
    g_assert_nonnull (strstr (error->message, said));
}

/* The one proposal of a call. Nothing is on disk. */
static void
assert_proposes (Fixture *fixture, const char *name, const char *arguments, const char *path, const char *old_text,
                 const char *new_text, gboolean inexact)
{
  g_autofree char *before = enclave_test_project_read (fixture->project, path);
  g_autoptr (EnclaveToolResult) result = call (fixture, name, arguments);
  g_autofree char *after = NULL;
  EnclaveProposal *proposal;

  g_assert_nonnull (result->proposals);
  g_assert_cmpuint (result->proposals->len, ==, 1);
  proposal = g_ptr_array_index (result->proposals, 0);
  g_assert_cmpstr (enclave_proposal_get_path (proposal), ==, path);
  g_assert_cmpstr (enclave_proposal_get_old_text (proposal), ==, old_text);
  g_assert_cmpstr (enclave_proposal_get_new_text (proposal), ==, new_text);
  g_assert_cmpint (result->quality != ENCLAVE_MATCH_EXACT, ==, inexact);
  g_assert_nonnull (strstr (enclave_context_item_get_text (result->item), "not on disk until the user applies it"));
  after = enclave_test_project_read (fixture->project, path);
  g_assert_cmpstr (before, ==, after);
}

static void
test_read_file (Fixture *fixture, gconstpointer data)
{
  assert_text (fixture, "read_file", "{\"path\":\"src/ring.c\"}", "1\tint a;\n2\tint b;\n3\tint c;\n", "lines 1–3");
  assert_text (fixture, "read_file", "{\"path\":\"src/ring.c\",\"start_line\":\"2\",\"line_count\":1}", "2\tint b;\n",
               "line 2");
  assert_fails (fixture, "read_file", "{\"path\":\"src/absent.c\"}", ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND,
                "src/absent.c");
  assert_fails (fixture, "read_file", "{\"path\":\".env\"}", ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_DENIED,
                "builtin:dotenv");
}

static void
test_list_directory (Fixture *fixture, gconstpointer data)
{
  assert_text (fixture, "list_directory", "{}", ".env (denied: builtin:dotenv)\nsrc/\n", "2 entries");
  assert_text (fixture, "list_directory", "", "src/\n", NULL);
  assert_text (fixture, "list_directory", "{\"path\":\"src\"}", "ring.c\n", "1 entry");
  assert_fails (fixture, "list_directory", "{\"path\":\"src/ring.c\"}", ENCLAVE_GATE_ERROR,
                ENCLAVE_GATE_ERROR_NOT_REGULAR, NULL);
}

static void
test_find_and_search (Fixture *fixture, gconstpointer data)
{
  assert_text (fixture, "find_files", "{\"pattern\":\"*.c\"}", "src/ring.c", NULL);
  assert_text (fixture, "search_text", "{\"pattern\":\"int b\",\"path\":\"src\"}", "src/ring.c:", NULL);
  assert_fails (fixture, "search_text", "{\"pattern\":\"x\",\"path\":\".ssh\"}", ENCLAVE_GATE_ERROR,
                ENCLAVE_GATE_ERROR_DENIED, NULL);
}

static void
test_edit_file (Fixture *fixture, gconstpointer data)
{
  assert_proposes (fixture, "edit_file", "{\"path\":\"./src/ring.c\",\"old_text\":\"int b;\",\"new_text\":\"long b;\"}",
                   "src/ring.c", RING, "int a;\nlong b;\nint c;\n", FALSE);
  assert_proposes (fixture, "edit_file", "{\"path\":\"src/ring.c\",\"old_text\":\"int b;\\n\",\"new_text\":\"\"}",
                   "src/ring.c", RING, "int a;\nint c;\n", FALSE);
  /* Trailing blanks are forgiven, and said. */
  assert_proposes (fixture, "edit_file",
                   "{\"path\":\"src/ring.c\",\"old_text\":\"int a;  \\nint b;\\n\",\"new_text\":\"int ab;\\n\"}",
                   "src/ring.c", RING, "int ab;\nint c;\n", TRUE);
  assert_fails (fixture, "edit_file", "{\"path\":\"src/ring.c\",\"old_text\":\"int\",\"new_text\":\"x\"}",
                ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_AMBIGUOUS, "src/ring.c");
  assert_fails (fixture, "edit_file", "{\"path\":\"src/ring.c\",\"old_text\":\"double d;\",\"new_text\":\"x\"}",
                ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_NO_MATCH, "src/ring.c");
  assert_fails (fixture, "edit_file", "{\"path\":\"src/ring.c\",\"old_text\":\"\",\"new_text\":\"x\"}",
                ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_NO_MATCH, "is empty");
  assert_fails (fixture, "edit_file", "{\"path\":\"src/new.c\",\"old_text\":\"a\",\"new_text\":\"x\"}",
                ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND, NULL);
  assert_fails (fixture, "edit_file", "{\"path\":\"src/ring.c\",\"old_text\":\"int b;\",\"new_text\":\"int b;\"}",
                ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_EMPTY, "are the same");
}

static void
test_write_file (Fixture *fixture, gconstpointer data)
{
  assert_proposes (fixture, "write_file", "{\"path\":\"deep/new.c\",\"content\":\"x\\n\"}", "deep/new.c", NULL, "x\n",
                   FALSE);
  assert_proposes (fixture, "write_file", "{\"path\":\"src/ring.c\",\"content\":\"\"}", "src/ring.c", RING, "", FALSE);
  assert_text (fixture, "write_file", "{\"path\":\"src/ring.c\",\"content\":\"int a;\\nint b;\\nint c;\\n\"}",
               "that way already", NULL);
  assert_fails (fixture, "write_file", "{\"path\":\"src\",\"content\":\"x\"}", ENCLAVE_GATE_ERROR,
                ENCLAVE_GATE_ERROR_NOT_REGULAR, NULL);
  g_assert_false (enclave_test_project_exists (fixture->project, "deep"));
}

/* Lines of a long text are counted in a thread; what is told is the same. */
static void
test_long_text (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) old_text = g_string_new (NULL);
  g_autoptr (EnclaveToolResult) result = NULL;

  for (guint i = 0; i < 8000; i++)
    g_string_append_printf (old_text, "int a%u;\n", i);
  g_assert_cmpuint (old_text->len, >, ENCLAVE_DIFF_AT_ONCE_BYTES);
  enclave_test_project_write (fixture->project, "src/long.c", old_text->str);
  result = call (fixture, "edit_file",
                 "{\"path\":\"src/long.c\",\"old_text\":\"int a7000;\\n\",\"new_text\":\"long a;\\nlong b;\\n\"}");
  g_assert_cmpuint (result->proposals->len, ==, 1);
  g_assert_cmpstr (enclave_context_item_get_summary (result->item), ==, "+2 −1");
  g_assert_cmpstr (enclave_context_item_get_text (result->item), ==,
                   "Proposed src/long.c, +2 −1. It is not on disk until the user applies it.");
}

static void
test_apply_patch (Fixture *fixture, gconstpointer data)
{
  static const char two[] =
    "{\"patch\":\"--- a/src/ring.c\\n+++ b/src/ring.c\\n@@ -1,3 +1,3 @@\\n int a;\\n-int b;\\n+long b;\\n int c;\\n"
    "--- /dev/null\\n+++ b/new.c\\n@@ -0,0 +1 @@\\n+x\\n\"}";
  g_autoptr (EnclaveToolResult) result = call (fixture, "apply_patch", two);

  g_assert_cmpuint (result->proposals->len, ==, 2);
  g_assert_cmpstr (enclave_context_item_get_summary (result->item), ==, "2 files");
  g_assert_cmpstr (enclave_proposal_get_new_text (g_ptr_array_index (result->proposals, 0)), ==,
                   "int a;\nlong b;\nint c;\n");
  g_assert_cmpstr (enclave_proposal_get_new_text (g_ptr_array_index (result->proposals, 1)), ==, "x\n");

  /* Several edits of one file build on each other. */
  assert_proposes (fixture, "apply_patch",
                   "{\"patch\":\"src/ring.c\\n<<<<<<< SEARCH\\nint a;\\n=======\\nlong a;\\n>>>>>>> REPLACE\\n\\n"
                   "src/ring.c\\n<<<<<<< SEARCH\\nlong a;\\nint b;\\n=======\\nlong ab;\\n>>>>>>> REPLACE\\n\"}",
                   "src/ring.c", RING, "long ab;\nint c;\n", FALSE);
  /* All or none: the second does not match. */
  assert_fails (fixture, "apply_patch",
                "{\"patch\":\"--- a/src/ring.c\\n+++ b/src/ring.c\\n@@ -1 +1 @@\\n-int a;\\n+long a;\\n"
                "--- a/src/other.c\\n+++ b/src/other.c\\n@@ -1 +1 @@\\n-nothing\\n+x\\n\"}",
                ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND, "src/other.c");
  assert_fails (fixture, "apply_patch",
                "{\"patch\":\"--- a/src/ring.c\\n+++ b/src/ring.c\\n@@ -1 +1 @@\\n-int a;\\n+long a;\\n"
                "--- a/.env\\n+++ b/.env\\n@@ -1 +1 @@\\n-TOKEN=" CANARY "\\n+x\\n\"}",
                ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_DENIED, "builtin:dotenv");
  assert_fails (fixture, "apply_patch", "{\"patch\":\"no patch at all\"}", ENCLAVE_PATCH_ERROR,
                ENCLAVE_PATCH_ERROR_EMPTY, NULL);
  /* A deletion that shows another content, or a part, means another file. */
  assert_fails (fixture, "apply_patch",
                "{\"patch\":\"--- a/src/ring.c\\n+++ /dev/null\\n@@ -1 +0,0 @@\\n-double d;\\n\"}", ENCLAVE_PATCH_ERROR,
                ENCLAVE_PATCH_ERROR_NO_MATCH, "src/ring.c");
  assert_fails (fixture, "apply_patch",
                "{\"patch\":\"--- a/src/ring.c\\n+++ /dev/null\\n@@ -1 +0,0 @@\\n-int a;\\n\"}", ENCLAVE_PATCH_ERROR,
                ENCLAVE_PATCH_ERROR_NO_MATCH, "only a part");
  assert_proposes (fixture, "apply_patch",
                   "{\"patch\":\"--- a/src/ring.c\\n+++ /dev/null\\n@@ -1,3 +0,0 @@\\n-int a;\\n-int b;\\n-int c;\\n\"}",
                   "src/ring.c", RING, NULL, FALSE);
  /* Two names for one file. */
  enclave_test_project_symlink (fixture->project, "ring.c", "src/link.c");
  assert_fails (fixture, "apply_patch",
                "{\"patch\":\"--- a/src/ring.c\\n+++ b/src/ring.c\\n@@ -1 +1 @@\\n-int a;\\n+long a;\\n"
                "--- a/src/link.c\\n+++ b/src/link.c\\n@@ -3 +3 @@\\n-int c;\\n+long c;\\n\"}",
                ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_AMBIGUOUS, NULL);
}

static void
test_save_memory (Fixture *fixture, gconstpointer data)
{
  assert_proposes (fixture, "save_memory", "{\"text\":\"Use tabs.\"}", "ENCLAVE.md", NULL,
                   "# Project memory\n\n- Use tabs.\n", FALSE);
  enclave_test_project_write (fixture->project, "AGENTS.md", "Rules:\n- one");
  assert_proposes (fixture, "save_memory", "{\"text\":\" Use\\ntabs. \"}", "AGENTS.md", "Rules:\n- one",
                   "Rules:\n- one\n- Use tabs.\n", FALSE);
  enclave_test_project_write (fixture->project, "ENCLAVE.md", "");
  assert_proposes (fixture, "save_memory", "{\"text\":\"x\"}", "ENCLAVE.md", "", "- x\n", FALSE);
  assert_fails (fixture, "save_memory", "{\"text\":\" \\n \"}", ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_ARGUMENTS,
                "is empty");
  enclave_test_project_write (fixture->project, "ENCLAVE.md", "# Notes\n\n* use tabs.\n");
  assert_fails (fixture, "save_memory", "{\"text\":\"Use tabs.\"}", ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_ARGUMENTS,
                "ENCLAVE.md has this line already");
  assert_fails (fixture, "save_memory", "{\"text\":\"The token is ghp_x7Kq2mVb9TzLw4RjYd8NfHc3PsGe5uXaWk1B\"}",
                ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_ARGUMENTS, "has a secret in it");
}

/* What no conversation would get is not noted. */
static void
test_memory_is_bounded (Fixture *fixture, gconstpointer data)
{
  g_autofree char *full = g_strnfill (ENCLAVE_INSTRUCTIONS_GIVEN_BYTES - 4, 'x');
  g_autofree char *line = g_strnfill (700, 'y');
  g_autofree char *arguments = g_strdup_printf ("{\"text\":\"%s\"}", line);
  g_autoptr (EnclaveToolRegistry) registry = enclave_tool_registry_new ();
  g_autoptr (JsonObject) checked = NULL;
  g_autoptr (GError) error = NULL;

  enclave_test_project_write (fixture->project, "ENCLAVE.md", full);
  assert_fails (fixture, "save_memory", "{\"text\":\"Use tabs.\"}", ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_FAILED, "is full");
  checked = enclave_tool_registry_check (registry, enclave_tool_registry_find (registry, "save_memory", NULL), arguments, &error);
  g_assert_null (checked);
  g_assert_error (error, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_ARGUMENTS);
}

static void
test_run_command (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveToolResult) result = NULL;

  if (!can_confine (fixture))
    return;

  result = call (fixture, "run_command", "{\"command\":\"cat src/ring.c; exit 3\"}");
  g_assert_nonnull (strstr (enclave_context_item_get_text (result->item), "int b;"));
  g_assert_true (WIFEXITED (result->wait_status));
  g_assert_cmpint (WEXITSTATUS (result->wait_status), ==, 3);
  g_assert_cmpstr (enclave_context_item_get_summary (result->item), ==, "exit 3");
  g_assert_cmpuint (enclave_test_approver_get_n_requests (fixture->approver), ==, 1);
  g_assert_cmpstr (enclave_approval_request_get_subject (enclave_test_approver_get_request (fixture->approver, 0)), ==,
                   "cat src/ring.c; exit 3");

  /* The secret is masked, whatever is tried. */
  assert_text (fixture, "run_command", "{\"command\":\"cat .env ./.env $PWD/.env; echo done\"}", "done", NULL);

  enclave_test_approver_add_answer (fixture->approver, ENCLAVE_APPROVAL_DENIED);
  assert_fails (fixture, "run_command", "{\"command\":\"echo hi\"}", ENCLAVE_GATE_ERROR,
                ENCLAVE_GATE_ERROR_REFUSED_BY_USER, NULL);
  enclave_test_approver_add_answer (fixture->approver, ENCLAVE_APPROVAL_NOBODY_THERE);
  assert_fails (fixture, "run_command", "{\"command\":\"echo hi\"}", ENCLAVE_GATE_ERROR,
                ENCLAVE_GATE_ERROR_NEEDS_APPROVAL, NULL);
}

static void
test_run_unconfined (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveGate) gate = enclave_gate_new (fixture->project->root, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (
    enclave_tool_runner_call (fixture->registry, gate, "run_command", "{\"command\":\"true\"}", &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_CONFINED);
}

static void
git (Fixture *fixture, const char *command)
{
  g_autofree char *line = g_strdup_printf ("git -C '%s' -c user.name=t -c user.email=t@localhost %s",
                                           fixture->project->root, command);
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_spawn_command_line_sync (line, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

static void
test_git (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveToolResult) result = NULL;

  if (!can_confine (fixture))
    return;

  git (fixture, "init -q -b main");
  git (fixture, "config user.name t");
  git (fixture, "config user.email t@localhost");
  git (fixture, "add -A -f");
  git (fixture, "commit -q -m First");
  enclave_test_project_write (fixture->project, "src/ring.c", "int a;\nlong b;\nint c;\n");
  enclave_test_project_write (fixture->project, ".env", "TOKEN=" CANARY "-new\n");

  assert_text (fixture, "git_status", "{}", " M src/ring.c", NULL);
  result = call (fixture, "git_diff", "{}");
  g_test_message ("%s", enclave_context_item_get_text (result->item));
  g_assert_nonnull (strstr (enclave_context_item_get_text (result->item), "+long b;"));
  g_assert_nonnull (strstr (enclave_context_item_get_text (result->item), "Left out, denied: .env (builtin:dotenv)"));
  assert_text (fixture, "git_diff", "{\"path\":\"src\"}", "+long b;", "1 file");
  assert_text (fixture, "git_diff", "{\"staged\":true}", "No changes.", "0 files");
  assert_fails (fixture, "git_diff", "{\"path\":\".env\"}", ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_DENIED, NULL);
  assert_text (fixture, "git_log", "{}", ": First", NULL);
  assert_text (fixture, "git_log", "{\"path\":\"src/ring.c\",\"count\":1}", ": First", NULL);
  g_assert_cmpuint (enclave_test_approver_get_n_requests (fixture->approver), ==, 0);

  /* A folder would take along what is masked in it. */
  assert_fails (fixture, "git_commit", "{\"message\":\"Second\",\"paths\":[\".\"]}", ENCLAVE_GATE_ERROR,
                ENCLAVE_GATE_ERROR_NOT_REGULAR, NULL);
  assert_fails (fixture, "git_commit", "{\"message\":\"Second\",\"paths\":[\"src/ring.c\",\".env\"]}",
                ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_DENIED, NULL);
  g_assert_cmpuint (enclave_test_approver_get_n_requests (fixture->approver), ==, 0);
}

static void
test_git_commit (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveToolResult) result = NULL;

  if (!can_confine (fixture))
    return;

  git (fixture, "init -q -b main");
  git (fixture, "config user.name t");
  git (fixture, "config user.email t@localhost");
  git (fixture, "add -A -f");
  git (fixture, "commit -q -m First");
  enclave_test_project_write (fixture->project, "src/ring.c", "int a;\nlong b;\nint c;\n");

  /* Git warns about line ends that it would change, and means no file by it. */
  git (fixture, "config core.autocrlf true");
  assert_text (fixture, "git_diff", "{}", "+long b;", "1 file");

  result = call (fixture, "git_commit", "{\"message\":\"It's \\\"second\\\" $(id)\"}");
  g_test_message ("%s", enclave_context_item_get_text (result->item));
  g_assert_cmpint (result->wait_status, ==, 0);
  g_assert_cmpuint (enclave_test_approver_get_n_requests (fixture->approver), >=, 1);
  assert_text (fixture, "git_log", "{\"count\":1}", ": It's \"second\" $(id)", NULL);
  /* The commit holds the change and left the secret as it was. */
  git (fixture, "diff --quiet HEAD");
  git (fixture, "diff --quiet HEAD~1 HEAD -- .env");
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*function) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/tools/read-file", test_read_file },
    { "/tools/list-directory", test_list_directory },
    { "/tools/find-and-search", test_find_and_search },
    { "/tools/edit-file", test_edit_file },
    { "/tools/write-file", test_write_file },
    { "/tools/apply-patch", test_apply_patch },
    { "/tools/long-text", test_long_text },
    { "/tools/save-memory", test_save_memory },
    { "/tools/memory-is-bounded", test_memory_is_bounded },
    { "/tools/run-command", test_run_command },
    { "/tools/run-unconfined", test_run_unconfined },
    { "/tools/git", test_git },
    { "/tools/git-commit", test_git_commit },
  };

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].function, tear_down);

  return g_test_run ();
}
