/* test-task-detector.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>
#include <unistd.h>

#include "enclave-task-detector.h"
#include "enclave-test-project.h"

#define MESON_TEST "{ [ -d build ] || meson setup build; } && meson test -C build --print-errorlogs"

typedef struct
{
  const char *path;
  const char *text;
  const char *systems; /* all that are found, in order */
} Case;

static char *
list (EnclaveTestProject *project)
{
  g_autoptr (GPtrArray) found = enclave_task_detector_list (project->root);
  g_autoptr (GString) systems = g_string_new (NULL);

  for (guint i = 0; i < found->len; i++)
    g_string_append_printf (systems, "%s ", ((const EnclaveDetectedTask *) g_ptr_array_index (found, i))->system);

  return g_strdup (g_strchomp (systems->str));
}

static void
test_lines (void)
{
  static const struct
  {
    const char *path;
    const char *text;
    const char *build;
    const char *run;
    const char *test;
  } lines[] = {
    { "meson.build", "project('x')", "{ [ -d build ] || meson setup build; } && meson compile -C build", NULL, MESON_TEST },
    { "Cargo.toml", "", "cargo build", "cargo run", "cargo test" },
    { "go.mod", "", "go build ./...", "go run .", "go test ./..." },
    { "pytest.ini", "", NULL, NULL, "python3 -m pytest" },
    { "Makefile", "all:\ncheck:\n", "make", NULL, "make check" },
    { "Makefile", "all:\n", "make", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
      g_autoptr (GPtrArray) found = NULL;
      const EnclaveDetectedTask *task;

      enclave_test_project_write (project, lines[i].path, lines[i].text);
      found = enclave_task_detector_list (project->root);
      g_assert_cmpuint (found->len, ==, 1);
      task = g_ptr_array_index (found, 0);
      g_assert_cmpstr (task->build, ==, lines[i].build);
      g_assert_cmpstr (task->run, ==, lines[i].run);
      g_assert_cmpstr (task->test, ==, lines[i].test);
    }
}

static void
test_each_system (void)
{
  static const Case cases[] = {
    { "meson.build", "project('x', 'c')\n", "meson" },
    { "CMakeLists.txt", "project(x)\n", "cmake" },
    { "Cargo.toml", "[package]\n", "cargo" },
    { "go.mod", "module x\n", "go" },
    { "package.json", "{\"scripts\":{\"test\":\"node --test\"}}", "npm" },
    { "package.json", "{\"scripts\":{\"test\":\"echo \\\"Error: no test specified\\\" && exit 1\"}}", "" },
    { "package.json", "{\"name\":\"x\"}", "" },
    { "package.json", "{\"scripts\":{\"build\":\"tsc\"}}", "npm" },
    { "pytest.ini", "[pytest]\n", "pytest" },
    { "pyproject.toml", "[tool.pytest.ini_options]\n", "pytest" },
    { "pyproject.toml", "[project]\n", "" },
    { "tests/conftest.py", "", "pytest" },
    { "Makefile", "all:\n\tcc x.c\n", "make" },
    { "README.md", "make test\n", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
      g_autofree char *systems = NULL;

      enclave_test_project_write (project, cases[i].path, cases[i].text);
      systems = list (project);
      g_assert_cmpstr (systems, ==, cases[i].systems);
    }
}

static void
test_most_specific_first (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autoptr (GPtrArray) found = NULL;
  g_autofree char *systems = NULL;

  enclave_test_project_write (project, "Makefile", "all:\ncheck:\n\ttrue\n");
  enclave_test_project_write (project, "meson.build", "project('x')\n");
  enclave_test_project_write (project, "pytest.ini", "[pytest]\n");
  enclave_test_project_write (project, "pyproject.toml", "pytest\n");
  systems = list (project);
  g_assert_cmpstr (systems, ==, "meson pytest make");
  found = enclave_task_detector_list (project->root);
  g_assert_cmpstr (((const EnclaveDetectedTask *) g_ptr_array_index (found, 2))->command, ==, "make && make check");
}

static const EnclaveDetectedTask *
get_only (const char *root)
{
  g_autoptr (GPtrArray) found = enclave_task_detector_list (root);

  g_assert_cmpuint (found->len, ==, 1);
  return g_ptr_array_index (found, 0);
}

/* The packages of a Python project are in its own environment. */
static void
test_environment (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autofree char *hidden = enclave_test_project_path (project, ".venv/bin");
  g_autofree char *python = enclave_test_project_path (project, ".venv/bin/python");

  enclave_test_project_write (project, "pyproject.toml", "[tool.pytest.ini_options]\n");
  g_assert_cmpstr (get_only (project->root)->test, ==, "python3 -m pytest");
  enclave_test_project_write (project, "venv/bin/python", "");
  g_assert_cmpstr (get_only (project->root)->test, ==, "venv/bin/python -m pytest");
  g_assert_cmpint (g_mkdir_with_parents (hidden, 0700), ==, 0);
  g_assert_cmpstr (get_only (project->root)->test, ==, "venv/bin/python -m pytest");
  /* As venv makes it; where it leads to is nothing that the folder decides here. */
  g_assert_cmpint (symlink ("/usr/bin/python3", python), ==, 0);
  g_assert_cmpstr (get_only (project->root)->test, ==, ".venv/bin/python -m pytest");
  g_assert_cmpstr (get_only (project->root)->command, ==, ".venv/bin/python -m pytest -q -p no:cacheprovider");
  g_assert_cmpstr (get_only (project->root)->file, ==, "pyproject.toml");
}

/* Nothing of what a folder says is in a command, and what is no plain file tells nothing. */
static void
test_hostile_folder (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autofree char *outside = enclave_test_project_path (project, "elsewhere");
  g_autoptr (GPtrArray) found = NULL;

  enclave_test_project_write (project, "package.json", "{\"scripts\":{\"test\":\"rm -rf ~\"}, \"name\":\"$(touch x)\"}");
  enclave_test_project_write (project, "elsewhere", "all:\ncheck:\n");
  enclave_test_project_symlink (project, outside, "Makefile");
  enclave_test_project_make_folder (project, "Cargo.toml");
  found = enclave_task_detector_list (project->root);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_cmpstr (((const EnclaveDetectedTask *) g_ptr_array_index (found, 0))->command, ==, "npm test");
}

static void
test_no_folder (void)
{
  g_autoptr (GPtrArray) found = enclave_task_detector_list ("/nowhere/at/all");

  g_assert_cmpuint (found->len, ==, 0);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/task-detector/lines", test_lines);
  g_test_add_func ("/task-detector/each-system", test_each_system);
  g_test_add_func ("/task-detector/most-specific-first", test_most_specific_first);
  g_test_add_func ("/task-detector/environment", test_environment);
  g_test_add_func ("/task-detector/hostile-folder", test_hostile_folder);
  g_test_add_func ("/task-detector/no-folder", test_no_folder);
  return g_test_run ();
}
