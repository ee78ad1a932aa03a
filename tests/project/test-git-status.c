/* test-git-status.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-git-status.h"

#include "enclave-git-fixture.h"
#include "enclave-limits.h"
#include "enclave-test-box.h"
#include "enclave-test-object.h"

typedef struct
{
  EnclaveGitFixture git;
  EnclaveGate *gate;
  EnclaveTestProject *project;
  EnclaveGitStatus *status;
} Fixture;

static char *
git (Fixture *fixture, const char *words)
{
  return enclave_git_fixture_git (&fixture->git, words);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  enclave_git_fixture_set_up (&fixture->git);
  fixture->gate = fixture->git.gate;
  fixture->project = fixture->git.project;
  fixture->status = enclave_git_status_new (fixture->gate);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_test_finalize (fixture->status);
  enclave_git_fixture_tear_down (&fixture->git);
}

static char *
list (Fixture *fixture)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GString *text = g_string_new (NULL);
  GPtrArray *changes;

  enclave_git_status_refresh_async (fixture->status, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  enclave_git_status_refresh_finish (fixture->status, result, &error);
  g_assert_no_error (error);
  changes = enclave_git_status_get_changes (fixture->status);
  for (guint i = 0; i < changes->len; i++)
    {
      const EnclaveGitChange *change = g_ptr_array_index (changes, i);

      g_string_append_printf (text, "%c%c%s|", change->staged, change->unstaged, change->path);
    }

  return g_string_free (text, FALSE);
}

#define assert_list(fixture, wanted) \
  do \
    { \
      g_autofree char *listed_ = list (fixture); \
      g_assert_cmpstr (listed_, ==, wanted); \
    } \
  while (0)

static char *
load_base (Fixture *fixture, const char *path, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_git_status_load_base_async (fixture->status, path, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);

  return enclave_git_status_load_base_finish (fixture->status, result, error);
}

static void
stage (Fixture *fixture, const char *patch, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_git_status_stage_async (fixture->status, patch, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  enclave_git_status_write_finish (fixture->status, result, error);
}

static void
commit (Fixture *fixture, const char *const *paths, const char *message, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_git_status_commit_async (fixture->status, paths, message, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  enclave_git_status_write_finish (fixture->status, result, error);
}

static void
test_status (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *base = NULL;

  assert_list (fixture, "");
  enclave_test_project_write (fixture->project, "a.c", "one\n2\nthree\n");
  enclave_test_project_write (fixture->project, "new file.c", "x\n");
  enclave_test_project_write (fixture->project, ".env", "TOKEN=2\n");
  enclave_test_project_remove (fixture->project, "dir/b.c");
  assert_list (fixture, " Ma.c| Ddir/b.c|??new file.c|");

  base = load_base (fixture, "a.c", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (base, ==, "one\ntwo\nthree\n");
  g_assert_null (load_base (fixture, ".env", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);
  g_assert_null (load_base (fixture, "new file.c", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
}

static void
test_stage_and_commit (Fixture *fixture, gconstpointer data)
{
  const char *const paths[] = { "new.c", NULL };
  const char *const denied[] = { "a.c", ".env", NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *log = NULL;
  g_autofree char *names = NULL;

  enclave_test_project_write (fixture->project, "a.c", "1\ntwo\n3\n");
  enclave_test_project_write (fixture->project, "new.c", "x\n");
  stage (fixture, "--- a/a.c\t\n+++ b/a.c\t\n@@ -1,1 +1,1 @@\n-one\n+1\n", &error);
  g_assert_no_error (error);
  assert_list (fixture, "MMa.c|??new.c|");

  stage (fixture, "--- a/a.c\t\n+++ b/a.c\t\n@@ -1,1 +1,1 @@\n-nothing like it\n+1\n", &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_clear_error (&error);

  commit (fixture, denied, "never", &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);

  /* what was staged stays so, and is not in it */
  commit (fixture, paths, "Add new\n\nIt's \"needed\".", &error);
  g_assert_no_error (error);
  names = git (fixture, "show --name-only --format=%s");
  g_assert_cmpstr (names, ==, "Add new\n\nnew.c\n");
  assert_list (fixture, "MMa.c|");

  commit (fixture, NULL, "Half of it", &error);
  g_assert_no_error (error);
  log = git (fixture, "show --format=%an:%s -U0 -- a.c");
  g_assert_true (g_str_has_prefix (log, "Person:Half of it\n"));
  g_assert_nonnull (strstr (log, "-one\n+1\n"));
  g_assert_null (strstr (log, "+3"));
  assert_list (fixture, " Ma.c|");
}

static void
test_commit_removed (Fixture *fixture, gconstpointer data)
{
  const char *const paths[] = { "a.c", "dir/b.c", "more/new.c", "z.c", NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *names = NULL;

  g_free (git (fixture, "mv a.c z.c"));
  g_free (git (fixture, "rm --quiet dir/b.c"));
  enclave_test_project_write (fixture->project, "more/new.c", "x\n");
  /* a new folder is what is in it, but for what is denied */
  enclave_test_project_write (fixture->project, "more/.env", "TOKEN=3\n");
  assert_list (fixture, "D a.c|D dir/b.c|??more/new.c|A z.c|");
  commit (fixture, paths, "Move", &error);
  g_assert_no_error (error);
  names = git (fixture, "show --name-status --no-renames --format=%s");
  g_assert_cmpstr (names, ==, "Move\n\nD\ta.c\nD\tdir/b.c\nA\tmore/new.c\nA\tz.c\n");
  assert_list (fixture, "");
}

/* git warns of a folder that it may not look into, among the names that it prints: what is changed is told all the same, and committed. */
static void
test_denied_folder (Fixture *fixture, gconstpointer data)
{
  const char *const paths[] = { "+.c", NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *names = NULL;

  /* The first name that is printed is the one that stands behind the warning. */
  enclave_test_project_write (fixture->project, "+.c", "x\n");
  enclave_test_project_write (fixture->project, "drawing.key/part", "x\n");
  g_free (git (fixture, "add -A"));
  g_free (git (fixture, "commit -q -m drawing"));
  enclave_test_project_write (fixture->project, "drawing.key/new", "x\n");
  enclave_test_project_write (fixture->project, "+.c", "y\n");
  assert_list (fixture, " M+.c|");

  commit (fixture, paths, "Another two", &error);
  g_assert_no_error (error);
  assert_list (fixture, "");
  names = git (fixture, "show --name-only --format=%s HEAD");
  g_assert_cmpstr (g_strstrip (names), ==, "Another two\n\n+.c");
}

/* What git says when it fails is what the person gets, without the warnings' help. */
static void
test_failure_words (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  stage (fixture, "--- a/a.c\n+++ b/a.c\n@@ -1,3 +1,3 @@\n one\n-no such line\n+2\n three\n", &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "patch"));
}

/* What a repository says is not done: not by a hook, not by a filter outside of the box. */
static void
test_hostile_repository (Fixture *fixture, gconstpointer data)
{
  g_autofree char *place = g_build_filename (g_get_home_dir (), "was-here", NULL);
  g_autofree char *filter = g_strdup_printf ("config filter.bad.clean \"sh -c 'touch %s; cat'\"", place);
  const char *const paths[] = { "a.c", NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *hook = g_strdup_printf ("#!/bin/sh\ntouch '%s'\n", place);
  g_autofree char *hook_path = enclave_test_project_path (fixture->project, ".git/hooks/pre-commit");

  g_free (git (fixture, filter));
  enclave_test_project_write (fixture->project, ".gitattributes", "*.c filter=bad\n");
  enclave_test_project_write (fixture->project, ".git/hooks/pre-commit", hook);
  g_assert_cmpint (chmod (hook_path, 0755), ==, 0);
  enclave_test_project_write (fixture->project, "a.c", "one\nTWO\nthree\n");

  g_free (list (fixture));
  commit (fixture, paths, "With a filter", &error);
  g_free (list (fixture));
  g_assert_false (g_file_test (place, G_FILE_TEST_EXISTS));
}

/* As many new files as make git say more than is taken. */
static void
test_too_many_new_files (Fixture *fixture, gconstpointer data)
{
  g_autofree char *part = g_strnfill (NAME_MAX - 5, 'n');
  g_autoptr (GString) folder = g_string_new (part);
  g_autofree char *place = NULL;
  guint n;

  for (guint i = 1; i < 10; i++)
    g_string_append_printf (folder, "/%s", part);
  n = (guint) (ENCLAVE_GIT_OUTPUT_MAX_BYTES / (folder->len + strlen (part))) + 1;
  place = enclave_test_project_path (fixture->project, folder->str);
  g_assert_cmpint (g_mkdir_with_parents (place, 0755), ==, 0);
  enclave_test_project_write (fixture->project, "a.c", "one\n2\nthree\n");
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%s%05u", place, part, i);
      int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

      g_assert_cmpint (fd, >=, 0);
      close (fd);
    }
  g_assert_false (enclave_git_status_get_lacks_new_files (fixture->status));
  assert_list (fixture, " Ma.c|");
  g_assert_true (enclave_git_status_get_lacks_new_files (fixture->status));
}

static void
test_no_repository (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = enclave_test_project_path (fixture->project, ".git");
  g_autofree char *aside = enclave_test_project_path (fixture->project, "aside");

  g_assert_cmpint (rename (folder, aside), ==, 0);
  assert_list (fixture, "");
  g_assert_false (enclave_git_status_get_has_repository (fixture->status));
  g_assert_cmpint (rename (aside, folder), ==, 0);
  enclave_test_project_write (fixture->project, "new.c", "");
  assert_list (fixture, "??new.c|");
  g_assert_true (enclave_git_status_get_has_repository (fixture->status));
}

static void
test_parse (void)
{
  static const char bytes[] = "R  new\0old\0?? x\ny\0 M a\0UU c\0bad\0XY nothing\0warning: something\0M  cut";
  g_autoptr (GPtrArray) changes = enclave_git_status_parse (bytes, sizeof bytes - 1);
  g_autoptr (GPtrArray) none = enclave_git_status_parse ("", 0);
  g_autoptr (GRand) random = g_rand_new_with_seed (9);

  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (changes->len, ==, 4);
  g_assert_cmpstr (((EnclaveGitChange *) g_ptr_array_index (changes, 0))->path, ==, "a");
  g_assert_cmpstr (((EnclaveGitChange *) g_ptr_array_index (changes, 2))->path, ==, "new");
  g_assert_cmpstr (((EnclaveGitChange *) g_ptr_array_index (changes, 3))->path, ==, "x\ny");
  for (guint i = 0; i < 2000; i++)
    {
      char noise[60];

      for (guint k = 0; k < sizeof noise; k++)
        noise[k] = "RM ?C\0ab"[g_rand_int_range (random, 0, 8)];
      g_ptr_array_unref (enclave_git_status_parse (noise, (gsize) g_rand_int_range (random, 0, sizeof noise)));
    }
}

/* The two letters as git-status(1) has them. */
static void
test_kinds (void)
{
  static const struct
  {
    const char *letters;
    EnclaveGitKind kind;
  } cases[] = {
    { "??", ENCLAVE_GIT_NEW },         { "A ", ENCLAVE_GIT_NEW },         { "AM", ENCLAVE_GIT_NEW },        { " M", ENCLAVE_GIT_CHANGED },
    { "M ", ENCLAVE_GIT_CHANGED },     { "MM", ENCLAVE_GIT_CHANGED },     { " T", ENCLAVE_GIT_CHANGED },    { " D", ENCLAVE_GIT_DELETED },
    { "D ", ENCLAVE_GIT_DELETED },     { "MD", ENCLAVE_GIT_DELETED },     { "AD", ENCLAVE_GIT_DELETED },    { "R ", ENCLAVE_GIT_RENAMED },
    { "RM", ENCLAVE_GIT_RENAMED },     { "UU", ENCLAVE_GIT_IN_CONFLICT }, { "AU", ENCLAVE_GIT_IN_CONFLICT },
    { "DU", ENCLAVE_GIT_IN_CONFLICT }, { "AA", ENCLAVE_GIT_IN_CONFLICT }, { "DD", ENCLAVE_GIT_IN_CONFLICT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      EnclaveGitChange change = { .path = (char *) "a", .staged = cases[i].letters[0], .unstaged = cases[i].letters[1] };

      g_assert_cmpint (enclave_git_change_get_kind (&change), ==, cases[i].kind);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();
  if (enclave_test_box_is_missing ())
    return 0;
  g_test_add_func ("/git-status/parse", test_parse);
  g_test_add_func ("/git-status/kinds", test_kinds);
  g_test_add ("/git-status/status", Fixture, NULL, set_up, test_status, tear_down);
  g_test_add ("/git-status/commit-removed", Fixture, NULL, set_up, test_commit_removed, tear_down);
  g_test_add ("/git-status/stage-and-commit", Fixture, NULL, set_up, test_stage_and_commit, tear_down);
  g_test_add ("/git-status/denied-folder", Fixture, NULL, set_up, test_denied_folder, tear_down);
  g_test_add ("/git-status/failure-words", Fixture, NULL, set_up, test_failure_words, tear_down);
  g_test_add ("/git-status/hostile-repository", Fixture, NULL, set_up, test_hostile_repository, tear_down);
  g_test_add ("/git-status/too-many-new-files", Fixture, NULL, set_up, test_too_many_new_files, tear_down);
  g_test_add ("/git-status/no-repository", Fixture, NULL, set_up, test_no_repository, tear_down);
  return g_test_run ();
}
