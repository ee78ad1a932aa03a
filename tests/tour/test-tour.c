/* test-tour.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "enclave-install-paths.h"
#include "enclave-test-project.h"
#include "enclave-tour-fix.h"
#include "enclave-tour.h"

/* Exit status of `make test` in the project. @output: (out) (transfer full). */
static int
run_tests (EnclaveTestProject *project, char **output)
{
  g_autoptr (GSubprocessLauncher) launcher
    = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_cwd (launcher, project->root);
  process = g_subprocess_launcher_spawn (launcher, &error, "/bin/sh", "-c", ENCLAVE_TOUR_TEST_COMMAND, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, output, NULL, &error);
  g_assert_no_error (error);
  return g_subprocess_get_exit_status (process);
}

static void
write_sample (EnclaveTestProject *project)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (enclave_tour_write_project (project->root, &error));
  g_assert_no_error (error);
}

static void
apply_fix (EnclaveTestProject *project)
{
  g_autofree char *text = enclave_test_project_read (project, ENCLAVE_TOUR_FILE);
  g_autoptr (GString) fixed = g_string_new (text);

  g_assert_cmpuint (g_string_replace (fixed, ENCLAVE_TOUR_BUG, ENCLAVE_TOUR_FIX, 0), ==, 1);
  enclave_test_project_write (project, ENCLAVE_TOUR_FILE, fixed->str);
}

static void
test_fails_then_passes (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autofree char *red = NULL;
  g_autofree char *green = NULL;

  write_sample (project);
  g_assert_cmpint (run_tests (project, &red), !=, 0);
  g_assert_nonnull (strstr (red, "not ok - a ring of RING_SIZE holds RING_SIZE numbers"));
  g_assert_null (strstr (red, "warning"));
  apply_fix (project);
  g_assert_cmpint (run_tests (project, &green), ==, 0);
  g_assert_nonnull (strstr (green, "all tests passed"));
  g_assert_null (strstr (green, "not ok"));
}

static void
test_again (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autofree char *output = NULL;
  g_autofree char *secret = NULL;
  g_autofree char *text = NULL;

  write_sample (project);
  write_sample (project);
  apply_fix (project);
  g_free (g_steal_pointer (&output));
  g_assert_cmpint (run_tests (project, &output), ==, 0);
  g_clear_pointer (&output, g_free);
  /* The tour is taken again: the bug is back, and make sees that. */
  write_sample (project);
  text = enclave_test_project_read (project, ENCLAVE_TOUR_FILE);
  g_assert_nonnull (strstr (text, ENCLAVE_TOUR_BUG));
  g_assert_cmpint (run_tests (project, &output), !=, 0);
  secret = enclave_test_project_read (project, ENCLAVE_TOUR_SECRET_FILE);
  g_assert_nonnull (strstr (secret, "not-a-real-key"));
}

static void
check_refused (EnclaveTestProject *project, const char *named)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (enclave_tour_write_project (project->root, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_EMPTY);
  g_assert_nonnull (strstr (error->message, named));
}

static void
test_other_files (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autofree char *kept = NULL;

  enclave_test_project_write (project, "mine.txt", "mine");
  check_refused (project, "mine.txt");
  g_assert_false (enclave_test_project_exists (project, "ring.c"));
  enclave_test_project_remove (project, "mine.txt");

  enclave_test_project_write (project, "ring.c", "mine too");
  check_refused (project, "ring.c");
  kept = enclave_test_project_read (project, "ring.c");
  g_assert_cmpstr (kept, ==, "mine too");
  enclave_test_project_remove (project, "ring.c");

  enclave_test_project_make_folder (project, "Makefile");
  check_refused (project, "Makefile");
  enclave_test_project_remove (project, "Makefile");

  enclave_test_project_symlink (project, "/etc/passwd", "README.md");
  check_refused (project, "README.md");
  enclave_test_project_remove (project, "README.md");

  write_sample (project);
}

static void
test_unwritable_place (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autofree char *path = enclave_test_project_path (project, "file/below");
  g_autoptr (GError) error = NULL;

  enclave_test_project_write (project, "file", "x");
  g_assert_false (enclave_tour_write_project (path, &error));
  g_assert_nonnull (error);
}

static void
test_engine_place (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *first = enclave_tour_socket_path (&error);
  g_autofree char *second = enclave_tour_socket_path (&error);
  g_autofree char *folder = g_path_get_dirname (first);
  g_autofree char *stale = g_build_filename (folder, "engine-999999999-1.sock", NULL);
  g_autofree char *third = NULL;
  g_auto (GStrv) argv = enclave_tour_engine_argv (first);
  struct stat st;

  g_assert_no_error (error);
  g_assert_cmpstr (first, !=, second);
  g_assert_cmpuint (strlen (first), <, 108);
  g_assert_cmpint (g_stat (folder, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0700);
  g_assert_true (g_file_test (argv[0], G_FILE_TEST_IS_EXECUTABLE));
  g_assert_cmpstr (argv[1], ==, first);
  g_assert_null (argv[2]);

  g_file_set_contents (stale, "", 0, NULL);
  third = enclave_tour_socket_path (&error);
  if (g_getenv ("XDG_RUNTIME_DIR") != NULL)
    g_assert_false (g_file_test (stale, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();

  g_test_add_func ("/tour/fails-then-passes", test_fails_then_passes);
  g_test_add_func ("/tour/again", test_again);
  g_test_add_func ("/tour/other-files", test_other_files);
  g_test_add_func ("/tour/unwritable-place", test_unwritable_place);
  g_test_add_func ("/tour/engine-place", test_engine_place);

  return g_test_run ();
}
