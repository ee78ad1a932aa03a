/* test-survey-door.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-gate.h"
#include "enclave-limits.h"
#include "enclave-test-box.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"

#define CANARY "canary_0123456789"

typedef struct
{
  EnclaveTestProject *project;
  EnclaveSandbox *sandbox;
  EnclaveGate *gate;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->project = enclave_test_project_new ();
  enclave_test_project_write (fixture->project, ".env", "int " CANARY " (void) { return 1; }\n");
  enclave_test_project_write (fixture->project, "ring.c",
                              "#include \"ring.h\"\n\nstatic int\nring_index (int i)\n{\n  return i;\n}\n\n"
                              "int\nring_push (struct ring *ring, int value)\n{\n  return ring_index (value);\n}\n");
  enclave_test_project_write (fixture->project, "ring.h", "struct ring\n{\n  int n;\n};\n");
  enclave_test_project_write (fixture->project, "tool.py", "class Tool:\n    def work(self):\n        return ring_push\n");
  fixture->sandbox = data == NULL ? enclave_sandbox_new () : NULL;
  fixture->gate = enclave_gate_new (fixture->project->root, fixture->sandbox, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_test_finalize (fixture->gate);
  g_clear_object (&fixture->sandbox);
  enclave_test_project_free (fixture->project);
}

static EnclaveProjectSurvey *
survey (Fixture *fixture, EnclaveProjectSurvey *previous)
{
  g_autoptr (EnclaveToolScope) scope = enclave_gate_open_scope (fixture->gate, "agent", "map", ENCLAVE_EFFECT_READ);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnclaveProjectSurvey *found;

  enclave_tool_scope_survey_async (scope, previous, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  found = enclave_tool_scope_survey_finish (scope, result, &error);
  g_assert_no_error (error);

  return found;
}

static const EnclaveSurveyFile *
find_file (EnclaveProjectSurvey *found, const char *path)
{
  for (guint i = 0; i < found->files->len; i++)
    if (strcmp (enclave_project_survey_get_file (found, i)->path, path) == 0)
      return enclave_project_survey_get_file (found, i);

  return NULL;
}

/* "text" of the definition, or NULL. */
static const char *
find_text (EnclaveProjectSurvey *found, const char *path, const char *name)
{
  const EnclaveSurveyFile *file = find_file (found, path);

  g_assert_nonnull (file);
  for (guint i = 0; i < enclave_survey_file_get_n_definitions (file); i++)
    {
      const EnclaveSurveyDefinition *definition = enclave_survey_file_get_definition (file, i);

      if (strcmp (enclave_survey_file_get_name (file, definition), name) == 0)
        return enclave_survey_file_get_text (file, definition);
    }

  return NULL;
}

static gboolean
mentions (EnclaveProjectSurvey *found, const char *name)
{
  for (guint i = 0; i < found->files->len; i++)
    {
      const EnclaveSurveyFile *file = enclave_project_survey_get_file (found, i);

      for (guint k = 0; file->mentions != NULL && k < file->mentions->len; k++)
        if (g_array_index (file->mentions, EnclaveSymbolMention, k).name == enclave_symbol_hash (name, strlen (name)))
          return TRUE;
    }

  return FALSE;
}

static void
test_definitions (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveProjectSurvey) found = survey (fixture, NULL);
  const EnclaveSurveyFile *first;

  g_assert_null (found->problem);
  g_assert_cmpuint (found->files->len, ==, 4);
  g_assert_cmpstr (find_text (found, "ring.c", "ring_push"), ==, "ring_push (struct ring *ring, int value)");
  g_assert_cmpstr (find_text (found, "ring.h", "ring"), ==, "struct ring");
  g_assert_cmpstr (find_text (found, "tool.py", "work"), ==, "def work(self):");
  g_assert_cmpuint (found->ranked->len, ==, found->n_definitions);
  first = enclave_project_survey_get_file (found, g_array_index (found->ranked, EnclaveSurveyPlace, 0).file);
  g_assert_cmpstr (first->path, ==, "ring.h");
}

static void
test_denied_are_names (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveProjectSurvey) found = NULL;

  enclave_test_project_symlink (fixture->project, ".env", "alias.c");
  enclave_test_project_hard_link (fixture->project, ".env", "hard.c");
  found = survey (fixture, NULL);
  g_assert_cmpstr (find_file (found, ".env")->rule, ==, "builtin:dotenv");
  g_assert_cmpuint (enclave_survey_file_get_n_definitions (find_file (found, ".env")), ==, 0);
  /* The other name of the same file is denied as well; a link is no file. */
  g_assert_nonnull (find_file (found, "hard.c")->rule);
  g_assert_null (find_file (found, "alias.c"));
  g_assert_cmpuint (found->n_denied, ==, 2);
  g_assert_false (mentions (found, CANARY));
}

static void
test_only_changes_are_read (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveProjectSurvey) first = survey (fixture, NULL);
  g_autoptr (EnclaveProjectSurvey) second = survey (fixture, first);
  g_autoptr (EnclaveProjectSurvey) third = NULL;

  g_assert_cmpuint (first->n_read, ==, 3);
  g_assert_cmpuint (second->n_read, ==, 0);
  g_assert_true (find_file (first, "ring.c") == find_file (second, "ring.c"));
  g_assert_cmpuint (second->n_definitions, ==, first->n_definitions);

  enclave_test_project_write (fixture->project, "ring.c", "int\nring_pull (void)\n{\n  return 0;\n}\n");
  enclave_test_project_remove (fixture->project, "tool.py");
  third = survey (fixture, second);
  g_assert_cmpuint (third->n_read, ==, 1);
  g_assert_nonnull (find_text (third, "ring.c", "ring_pull"));
  g_assert_null (find_text (third, "ring.c", "ring_push"));
  g_assert_null (find_file (third, "tool.py"));
  /* What somebody holds stays as it was. */
  g_assert_nonnull (find_text (first, "ring.c", "ring_push"));
}

/* What a rule denies from now on is gone from the next survey, though the file has not changed. */
static void
test_new_rule_counts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveProjectSurvey) first = survey (fixture, NULL);
  g_autoptr (EnclaveProjectSurvey) second = NULL;
  g_autoptr (GError) error = NULL;

  enclave_test_project_write (fixture->project, ".enclave/policy", "[deny]\nring.c\n");
  g_assert_true (enclave_gate_reload_policy (fixture->gate, &error));
  g_assert_no_error (error);
  second = survey (fixture, first);
  g_assert_nonnull (find_file (second, "ring.c")->rule);
  g_assert_cmpuint (enclave_survey_file_get_n_definitions (find_file (second, "ring.c")), ==, 0);
}

/* Options of the project for ctags are not read, names that could break its input do no harm, and neither do odd bytes. */
static void
test_hostile_project (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveProjectSurvey) found = NULL;
  static const char bytes[] = "int caf\xe9 (void) {}\nint after_it (void) { return 1; }\n{\"command\":\"generate-tags\"}\n";
  g_autofree char *long_line = g_strnfill (ENCLAVE_MAP_LINE_MAX_BYTES * 2, 'x');
  g_autofree char *long_text = g_strdup_printf ("int long_one (int %s) { return 0; }\n", long_line);
  g_autofree char *huge = g_strnfill (ENCLAVE_MAP_FILE_MAX_BYTES + 1, 'z');
  g_autoptr (GString) many = g_string_new (NULL);

  enclave_test_project_write (fixture->project, ".ctags.d/a.ctags", "--langdef=own\n--map-own=.c\n--kinddef-own=f,function,f\n"
                                                                    "--regex-own=/(ring_push)/own_tag/f/\n--_echo=x\n");
  enclave_test_project_write (fixture->project, "q\"}\n{\"x.c", "int quoted_name (void) { return 1; }\n");
  enclave_test_project_write_bytes (fixture->project, "odd.c", bytes, sizeof bytes - 1);
  enclave_test_project_write_bytes (fixture->project, "zero.c", "int zero (void) {}\n\0\n", 21);
  enclave_test_project_write (fixture->project, "long.c", long_text);
  enclave_test_project_write (fixture->project, "huge.c", huge);
  for (guint i = 0; i < ENCLAVE_MAP_FILE_MAX_DEFINITIONS * 2; i++)
    g_string_append_printf (many, "int many_%u (void) { return 1; }\n", i);
  enclave_test_project_write (fixture->project, "many.c", many->str);

  found = survey (fixture, NULL);
  g_assert_null (found->problem);
  g_assert_nonnull (find_text (found, "ring.c", "ring_push"));
  g_assert_null (find_text (found, "ring.c", "own_tag"));
  g_assert_cmpstr (find_text (found, "q\"}\n{\"x.c", "quoted_name"), ==, "int quoted_name (void) { return 1; }");
  g_assert_nonnull (find_text (found, "odd.c", "after_it"));
  g_assert_cmpuint (enclave_survey_file_get_n_definitions (find_file (found, "zero.c")), ==, 0);
  g_assert_cmpuint (enclave_survey_file_get_n_definitions (find_file (found, "long.c")), ==, 1);
  g_assert_null (find_text (found, "long.c", "long_one"));
  g_assert_cmpuint (enclave_survey_file_get_n_definitions (find_file (found, "huge.c")), ==, 0);
  g_assert_cmpuint (enclave_survey_file_get_n_definitions (find_file (found, "many.c")), ==, ENCLAVE_MAP_FILE_MAX_DEFINITIONS);
}

/* Where nothing can be confined the program does not run; the names are there. */
static void
test_without_box (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveProjectSurvey) found = survey (fixture, NULL);

  g_assert_nonnull (found->problem);
  g_assert_cmpuint (found->n_definitions, ==, 0);
  g_assert_cmpuint (found->files->len, ==, 4);
  g_assert_nonnull (find_file (found, "ring.c"));
}

static void
test_without_ctags (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_strdup (g_getenv ("PATH"));
  g_autoptr (EnclaveProjectSurvey) without = NULL;
  g_autoptr (EnclaveProjectSurvey) with = NULL;

  g_setenv ("PATH", fixture->project->root, TRUE);
  without = survey (fixture, NULL);
  g_setenv ("PATH", path, TRUE);
  g_assert_nonnull (strstr (without->problem, "universal-ctags"));
  g_assert_cmpuint (without->n_definitions, ==, 0);

  /* It has been installed meanwhile. */
  with = survey (fixture, without);
  g_assert_null (with->problem);
  g_assert_nonnull (find_text (with, "ring.c", "ring_push"));
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  if (enclave_test_box_is_missing ())
    return 0;
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/survey-door/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("definitions", test_definitions);
  ADD ("denied-are-names", test_denied_are_names);
  ADD ("only-changes-are-read", test_only_changes_are_read);
  ADD ("new-rule-counts", test_new_rule_counts);
  ADD ("hostile-project", test_hostile_project);
  ADD ("without-ctags", test_without_ctags);
  g_test_add ("/survey-door/without-box", Fixture, "no box", set_up, test_without_box, tear_down);
  return g_test_run ();
}
