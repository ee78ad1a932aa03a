/* test-project.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-project.h"
#include "enclave-test-project.h"

static EnclaveProject *
open_project (EnclaveTestProject *folder)
{
  g_autoptr (GFile) file = g_file_new_for_path (folder->root);
  g_autoptr (GError) error = NULL;
  EnclaveProject *project = enclave_project_new (file, &error);

  g_assert_no_error (error);
  return project;
}

static void
wait_for_branch (EnclaveProject *project, const char *branch)
{
  for (guint i = 0; i < 3000 && g_strcmp0 (enclave_project_get_branch (project), branch) != 0; i++)
    enclave_test_spin (50);
  g_assert_cmpstr (enclave_project_get_branch (project), ==, branch);
}

static void
assert_branch (EnclaveTestProject *folder, const char *head, const char *branch)
{
  g_autoptr (EnclaveProject) project = NULL;

  enclave_test_project_write (folder, ".git/HEAD", head);
  project = open_project (folder);
  g_assert_cmpstr (enclave_project_get_branch (project), ==, branch);
}

static void
test_branch (void)
{
  g_autoptr (EnclaveTestProject) folder = enclave_test_project_new ();

  assert_branch (folder, "ref: refs/heads/main\n", "main");
  assert_branch (folder, "ref: refs/heads/topic/long name\r\n", "topic/long name");
  assert_branch (folder, "ref: refs/tags/v1\n", "tags/v1");
  assert_branch (folder, "ref: refs/heads/.invalid\n", "");
  assert_branch (folder, "0123456789abcdef0123456789abcdef01234567\n", "0123456");
  assert_branch (folder, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n", "0123456");
  assert_branch (folder, "0123456789\n", "");
  assert_branch (folder, "nonsense\n", "");
  assert_branch (folder, "", "");
}

static void
test_hostile_head (void)
{
  g_autoptr (EnclaveTestProject) folder = enclave_test_project_new ();
  g_autoptr (EnclaveProject) project = NULL;
  g_autofree char *head = enclave_test_project_path (folder, ".git/HEAD");

  enclave_test_project_write (folder, ".git/HEAD", "ref: refs/heads/a\xff\x1b[31mb\xe2\x80\xae\n");
  project = open_project (folder);
  g_assert_true (g_utf8_validate (enclave_project_get_branch (project), -1, NULL));
  g_assert_null (g_strstr_len (enclave_project_get_branch (project), -1, "\x1b"));
  g_clear_object (&project);

  /* A pipe without a writer must not stop the window. */
  g_assert_cmpint (g_unlink (head), ==, 0);
  g_assert_cmpint (mkfifo (head, 0600), ==, 0);
  project = open_project (folder);
  g_assert_cmpstr (enclave_project_get_branch (project), ==, "");
}

static void
test_no_git_then_git (void)
{
  g_autoptr (EnclaveTestProject) folder = enclave_test_project_new ();
  g_autoptr (EnclaveProject) project = open_project (folder);

  g_assert_cmpstr (enclave_project_get_branch (project), ==, "");
  enclave_test_project_write (folder, ".git/HEAD", "ref: refs/heads/first\n");
  wait_for_branch (project, "first");
}

static void
test_follows (void)
{
  g_autoptr (EnclaveTestProject) folder = enclave_test_project_new ();
  g_autoptr (EnclaveProject) project = NULL;
  g_autofree char *head = enclave_test_project_path (folder, ".git/HEAD");
  g_autofree char *lock = enclave_test_project_path (folder, ".git/HEAD.lock");

  enclave_test_project_write (folder, ".git/HEAD", "ref: refs/heads/main\n");
  project = open_project (folder);
  /* As git does it: a new file takes the name. */
  enclave_test_project_write (folder, ".git/HEAD.lock", "ref: refs/heads/other\n");
  g_assert_cmpint (g_rename (lock, head), ==, 0);
  wait_for_branch (project, "other");
  enclave_test_project_write (folder, ".git/HEAD.lock", "0123456789abcdef0123456789abcdef01234567\n");
  g_assert_cmpint (g_rename (lock, head), ==, 0);
  wait_for_branch (project, "0123456");
}

static void
test_worktree (void)
{
  g_autoptr (EnclaveTestProject) folder = enclave_test_project_new ();
  g_autoptr (EnclaveTestProject) main_folder = enclave_test_project_new ();
  g_autofree char *line = g_strdup_printf ("gitdir: %s/.git/worktrees/side\n", main_folder->root);
  g_autoptr (EnclaveProject) project = NULL;

  enclave_test_project_write (main_folder, ".git/worktrees/side/HEAD", "ref: refs/heads/side\n");
  enclave_test_project_write (folder, ".git", line);
  project = open_project (folder);
  g_assert_cmpstr (enclave_project_get_branch (project), ==, "side");
  enclave_test_project_write (main_folder, ".git/worktrees/side/HEAD", "ref: refs/heads/back\n");
  wait_for_branch (project, "back");
  g_clear_object (&project);

  enclave_test_project_write (folder, "inner/HEAD", "ref: refs/heads/relative\n");
  enclave_test_project_write (folder, ".git", "gitdir: inner\n");
  project = open_project (folder);
  g_assert_cmpstr (enclave_project_get_branch (project), ==, "relative");
}

static void
test_refusals (void)
{
  g_autoptr (EnclaveTestProject) folder = enclave_test_project_new ();
  g_autofree char *file_path = enclave_test_project_path (folder, "file");
  g_autofree char *missing_path = enclave_test_project_path (folder, "missing");
  g_autoptr (GFile) file = g_file_new_for_path (file_path);
  g_autoptr (GFile) missing = g_file_new_for_path (missing_path);
  g_autoptr (GFile) remote = g_file_new_for_uri ("sftp://example.invalid/folder");
  g_autoptr (GError) error = NULL;

  enclave_test_project_write (folder, "file", "text");
  g_assert_null (enclave_project_new (file, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY);
  g_clear_error (&error);
  g_assert_null (enclave_project_new (missing, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (enclave_project_new (remote, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

static void
test_relative (void)
{
  g_autoptr (EnclaveTestProject) folder = enclave_test_project_new ();
  g_autoptr (EnclaveProject) project = open_project (folder);
  g_autofree char *path = enclave_test_project_path (folder, "a/b.c");
  g_autoptr (GFile) inside = g_file_new_for_path (path);
  g_autoptr (GFile) outside = g_file_new_for_path ("/usr/include/stdio.h");
  g_autofree char *relative = enclave_project_dup_relative (project, inside);
  g_autofree char *none = enclave_project_dup_relative (project, outside);
  g_autofree char *base = g_path_get_basename (folder->root);

  g_assert_cmpstr (relative, ==, "a/b.c");
  g_assert_null (none);
  g_assert_cmpstr (enclave_project_get_name (project), ==, base);
  g_assert_cmpstr (enclave_project_get_path (project), ==, folder->root);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/project/branch", test_branch);
  g_test_add_func ("/project/hostile-head", test_hostile_head);
  g_test_add_func ("/project/no-git-then-git", test_no_git_then_git);
  g_test_add_func ("/project/follows", test_follows);
  g_test_add_func ("/project/worktree", test_worktree);
  g_test_add_func ("/project/refusals", test_refusals);
  g_test_add_func ("/project/relative", test_relative);
  return g_test_run ();
}
