/* test-file-format.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "command-fixture.h"
#include "enclave-file-formatter.h"
#include "enclave-test-box.h"

#define PRETTIER "node_modules/.bin/prettier"
/* Two blanks become one. */
#define WORKING "exec sed 's/  / /g'"

/* What the project's formatter does. */
static void
set_prettier (CommandFixture *fixture, const char *lines)
{
  g_autofree char *text = g_strdup_printf ("#!/bin/sh\n%s\n", lines);

  enclave_test_project_write (fixture->project, ".prettierrc", "{}\n");
  enclave_test_project_write (fixture->project, PRETTIER, text);
  command_fixture_assert (fixture, "chmod +x " PRETTIER, 0, NULL);
}

/* (transfer full) (nullable): the text that is proposed for @path in the place of @text. */
static char *
format (CommandFixture *fixture, const char *path, const char *before, const char *text, char **program)
{
  g_autoptr (EnclaveToolScope) scope
    = enclave_gate_open_scope (fixture->gate, "agent", "format", ENCLAVE_EFFECT_RUN | ENCLAVE_EFFECT_WRITE);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) prepared = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveProposal) proposal = NULL;
  g_autoptr (EnclaveProposal) formatted = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;

  if (before != NULL)
    enclave_test_project_write (fixture->project, path, before);
  enclave_tool_scope_prepare_write_async (scope, path, NULL, text, NULL, enclave_test_result_callback, &slot);
  prepared = enclave_test_wait (&slot);
  proposal = enclave_tool_scope_prepare_write_finish (scope, prepared, &error);
  g_assert_no_error (error);
  slot = NULL;
  enclave_tool_scope_format_async (scope, proposal, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  formatted = enclave_tool_scope_format_finish (scope, result, program != NULL ? program : &name, &error);
  g_assert_no_error (error);
  if (formatted == NULL)
    return NULL;
  g_assert_cmpstr (enclave_proposal_get_old_text (formatted), ==, before);
  g_assert_cmpstr (enclave_proposal_get_path (formatted), ==, path);

  return g_strdup (enclave_proposal_get_new_text (formatted));
}

static void
assert_format (CommandFixture *fixture, const char *path, const char *before, const char *text, const char *wanted)
{
  g_autofree char *formatted = format (fixture, path, before, text, NULL);

  g_assert_cmpstr (formatted, ==, wanted);
}

static void
test_present (CommandFixture *fixture, gconstpointer data)
{
  g_autofree char *program = NULL;
  g_autofree char *formatted = NULL;

  set_prettier (fixture, WORKING);
  formatted = format (fixture, "src/new.js", NULL, "let  a;\n", &program);
  g_assert_cmpstr (formatted, ==, "let a;\n");
  g_assert_cmpstr (program, ==, "prettier");
  assert_format (fixture, "src/a.js", "let a;\n", "let a;\nlet  b;\n", "let a;\nlet b;\n");
  /* As it should be, a language that it is not for, a file that goes, and one that nobody has kept in that form. */
  assert_format (fixture, "src/b.js", "let a;\n", "let a;\nlet b;\n", NULL);
  assert_format (fixture, "src/a.txt", NULL, "let  a;\n", NULL);
  assert_format (fixture, "src/c.js", "let a;\n", NULL, NULL);
  assert_format (fixture, "src/d.js", "let  a;\n", "let  a;\nlet  b;\n", NULL);
  /* Nothing but the form was changed: that was meant. */
  assert_format (fixture, "src/e.js", "let a;\n", "let  a;\n", NULL);
}

static void
test_names (CommandFixture *fixture, gconstpointer data)
{
  set_prettier (fixture, "test \"$1\" = --stdin-filepath && printf '%s\\n' \"$2\" && pwd");
  {
    g_autofree char *formatted = format (fixture, "-src/$(id) x.js", NULL, "a\n", NULL);

    g_assert_true (g_str_has_prefix (formatted, "./-src/$(id) x.js\n"));
  }
}

/* Without the project's word, or without the program, nothing runs. */
static void
test_absent (CommandFixture *fixture, gconstpointer data)
{
  assert_format (fixture, "a.js", NULL, "let  a;\n", NULL);
  assert_format (fixture, "a.py", NULL, "x  = 1\n", NULL);
  assert_format (fixture, "a.c", NULL, "int  a;\n", NULL);
  enclave_test_project_write (fixture->project, ".prettierrc", "{}\n");
  assert_format (fixture, "a.js", NULL, "let  a;\n", NULL);
  set_prettier (fixture, WORKING);
  assert_format (fixture, "a.js", NULL, "let  a;\n", "let a;\n");
  command_fixture_assert (fixture, "rm .prettierrc", 0, NULL);
  assert_format (fixture, "b.js", NULL, "let  a;\n", NULL);
  enclave_test_project_write (fixture->project, "package.json", "{ \"devDependencies\": { \"prettier\": \"3\" } }\n");
  assert_format (fixture, "sub/folder/c.js", NULL, "let  a;\n", "let a;\n");
  /* What the rules hide says nothing. */
  command_fixture_assert (fixture, "rm package.json", 0, NULL);
  enclave_test_project_write (fixture->project, "secrets/.prettierrc", "{}\n");
  assert_format (fixture, "d.js", NULL, "let  a;\n", NULL);
}

static void
test_failing (CommandFixture *fixture, gconstpointer data)
{
  static const char *const ways[] = {
    "cat; exit 1", "exit 0", "kill -9 $$", "printf 'a\\0b\\n'", "printf '\\377\\n'", "head -c 1000000 /dev/zero | tr '\\0' x",
    "cat; echo; kill -SEGV $$", "exec /nowhere/none",
  };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      set_prettier (fixture, ways[i]);
      assert_format (fixture, "a.js", NULL, "let  a;\n", NULL);
      assert_format (fixture, "b.js", "let a;\n", "let a;\nlet  b;\n", NULL);
    }
  /* What it says beside the text is no part of it. */
  set_prettier (fixture, "echo a warning >&2\n" WORKING);
  assert_format (fixture, "a.js", NULL, "let  a;\n", "let a;\n");
  /* One that fails on what was there before can't tell how that was kept. */
  set_prettier (fixture, "read line; test \"$line\" = new || exit 2; echo formatted");
  assert_format (fixture, "c.js", "old\n", "new\n", NULL);
}

static void
test_hanging (CommandFixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveToolScope) scope
    = enclave_gate_open_scope (fixture->gate, "agent", "format", ENCLAVE_EFFECT_RUN | ENCLAVE_EFFECT_WRITE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (EnclaveProposal) proposal = NULL;
  g_autoptr (EnclaveProposal) formatted = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *program = NULL;
  g_autoptr (GAsyncResult) prepared = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;
  gint64 begun;

  set_prettier (fixture, "exec sleep 1000");
  begun = g_get_monotonic_time ();
  assert_format (fixture, "a.js", NULL, "let  a;\n", NULL);
  g_assert_cmpint (g_get_monotonic_time () - begun, >, 5 * G_USEC_PER_SEC);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 60 * G_USEC_PER_SEC);

  /* The person stops it. */
  enclave_tool_scope_prepare_write_async (scope, "b.js", NULL, "let  b;\n", NULL, enclave_test_result_callback, &slot);
  prepared = enclave_test_wait (&slot);
  proposal = enclave_tool_scope_prepare_write_finish (scope, prepared, &error);
  g_assert_no_error (error);
  slot = NULL;
  begun = g_get_monotonic_time ();
  enclave_tool_scope_format_async (scope, proposal, cancellable, enclave_test_result_callback, &slot);
  enclave_test_spin (500);
  g_cancellable_cancel (cancellable);
  result = enclave_test_wait (&slot);
  formatted = enclave_tool_scope_format_finish (scope, result, &program, &error);
  g_assert_null (formatted);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 8 * G_USEC_PER_SEC);
}

/* It reaches nothing but its input and its output. */
static void
test_attack (CommandFixture *fixture, gconstpointer data)
{
  g_autofree char *said = NULL;
  g_autofree char *kept = NULL;

  enclave_test_project_write (fixture->project, "src/kept.js", "kept\n");
  enclave_test_project_write (fixture->project, ".env", "TOKEN=" CANARY "\n");
  set_prettier (fixture, "(echo owned > src/kept.js; echo owned > proof; rm src/kept.js; echo owned > a.js; echo owned > ../proof\n"
                         "echo owned > .git/hooks/pre-commit) 2>/dev/null\n"
                         "cat .env 2>&1; exec sed 's/  / /g'");
  said = format (fixture, "a.js", NULL, "let  a;\n", NULL);
  g_assert_nonnull (said);
  g_assert_null (strstr (said, CANARY));
  g_assert_nonnull (strstr (said, "let a;"));
  g_assert_false (enclave_test_project_exists (fixture->project, "proof"));
  g_assert_false (enclave_test_project_exists (fixture->project, "a.js"));
  g_assert_false (enclave_test_project_exists (fixture->project, ".git/hooks/pre-commit"));
  kept = enclave_test_project_read (fixture->project, "src/kept.js");
  g_assert_cmpstr (kept, ==, "kept\n");
}

/* The system's own, with the project's configuration. */
static void
test_clang_format (CommandFixture *fixture, gconstpointer data)
{
  g_autofree char *program = NULL;
  g_autofree char *formatted = NULL;

  if (!g_file_test ("/usr/bin/clang-format", G_FILE_TEST_EXISTS))
    {
      g_test_skip ("no clang-format: package clang-format");
      return;
    }
  enclave_test_project_write (fixture->project, ".clang-format", "BasedOnStyle: GNU\n");
  formatted = format (fixture, "src/a.c", "int\nf (void)\n{\n  return 1;\n}\n", "int\nf (void)\n{\n  return 1;\n}\n\nint g(void){return 2;}\n",
                      &program);
  g_assert_cmpstr (formatted, ==, "int\nf (void)\n{\n  return 1;\n}\n\nint\ng (void)\n{\n  return 2;\n}\n");
  g_assert_cmpstr (program, ==, "clang-format");
  /* The nearest configuration counts. */
  enclave_test_project_write (fixture->project, "lib/.clang-format", "BasedOnStyle: LLVM\n");
  assert_format (fixture, "lib/a.c", NULL, "int g(void){return 2;}\n", "int g(void) { return 2; }\n");
  enclave_test_project_write (fixture->project, "lib/.clang-format", "no: [configuration\n");
  assert_format (fixture, "lib/b.c", NULL, "int g(void){return 2;}\n", NULL);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  if (enclave_test_box_is_missing ())
    return 0;
#define ADD(name, function)                                                                                            \
  g_test_add ("/file-format/" name, CommandFixture, NULL, command_fixture_set_up, function, command_fixture_tear_down)
  ADD ("present", test_present);
  ADD ("names", test_names);
  ADD ("absent", test_absent);
  ADD ("failing", test_failing);
  ADD ("hanging", test_hanging);
  ADD ("attack", test_attack);
  ADD ("clang-format", test_clang_format);
  return g_test_run ();
}
