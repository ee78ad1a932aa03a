/* test-git-branches.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "enclave-git-branches.h"
#include "enclave-git-filters.h"

#include "enclave-git-fixture.h"
#include "enclave-test-box.h"

static void
set_up (EnclaveGitFixture *fixture, gconstpointer data)
{
  enclave_git_fixture_set_up (fixture);
}

static void
tear_down (EnclaveGitFixture *fixture, gconstpointer data)
{
  enclave_git_fixture_tear_down (fixture);
}

/* Makes a branch from main: @path gets @text (NULL: it goes), and main is where it was. */
static void
add_branch (EnclaveGitFixture *fixture, const char *name, const char *path, const char *text)
{
  g_autofree char *make = g_strdup_printf ("switch --quiet -c %s main", name);
  g_autofree char *whole = enclave_test_project_path (fixture->project, path);

  enclave_git_fixture_do (fixture, make);
  if (text != NULL)
    enclave_test_project_write (fixture->project, path, text);
  else
    g_assert_cmpint (unlink (whole), ==, 0);
  enclave_git_fixture_do (fixture, "add -A -f");
  enclave_git_fixture_do (fixture, "commit --quiet -m 'on the branch'");
  enclave_git_fixture_do (fixture, "switch --quiet main");
}

static gboolean
go (EnclaveGitFixture *fixture, const char *name, GPtrArray **removed, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_git_branches_switch_async (fixture->gate, name, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);

  return enclave_git_branches_switch_finish (fixture->gate, result, removed, error);
}

static char *
read_file (EnclaveGitFixture *fixture, const char *path)
{
  g_autofree char *whole = enclave_test_project_path (fixture->project, path);
  char *text = NULL;

  g_file_get_contents (whole, &text, NULL, NULL);

  return text;
}

#define assert_file(fixture, path, wanted) \
  do \
    { \
      g_autofree char *text_ = read_file (fixture, path); \
      g_assert_cmpstr (text_, ==, wanted); \
    } \
  while (0)

#define assert_git(fixture, words, wanted) \
  do \
    { \
      g_autofree char *said_ = enclave_git_fixture_git (fixture, words); \
      g_assert_cmpstr (said_, ==, wanted); \
    } \
  while (0)

static GPtrArray *
load (EnclaveGitFixture *fixture)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *branches;

  enclave_git_branches_load_async (fixture->gate, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  branches = enclave_git_branches_load_finish (fixture->gate, result, &error);
  g_assert_no_error (error);

  return branches;
}

static void
test_list_and_switch (EnclaveGitFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) branches = NULL;
  g_autoptr (GPtrArray) removed = NULL;
  EnclaveGitBranch *branch;

  g_setenv ("GIT_COMMITTER_DATE", "2030-01-01T00:00:00Z", TRUE);
  add_branch (fixture, "feature/new", "dir/b.c", NULL);
  g_setenv ("GIT_COMMITTER_DATE", "2020-01-01T00:00:00Z", TRUE);
  add_branch (fixture, "old", "a.c", "old\n");
  g_unsetenv ("GIT_COMMITTER_DATE");
  /* of the same name, and somewhere else */
  enclave_git_fixture_do (fixture, "tag old main");

  branches = load (fixture);
  g_assert_cmpuint (branches->len, ==, 3);
  branch = g_ptr_array_index (branches, 0);
  g_assert_cmpstr (branch->name, ==, "feature/new");
  g_assert_cmpstr (branch->subject, ==, "on the branch");
  g_assert_cmpint (branch->time, ==, 1893456000);
  g_assert_false (branch->is_current);
  branch = g_ptr_array_index (branches, 1);
  g_assert_cmpstr (branch->name, ==, "main");
  g_assert_true (branch->is_current);

  g_assert_true (go (fixture, "feature/new", &removed, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (removed->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (removed, 0), ==, "dir/b.c");
  assert_git (fixture, "branch --show-current", "feature/new\n");
  assert_file (fixture, "dir/b.c", NULL);
  /* which git in the box can't read, and the branches have alike */
  assert_file (fixture, ".env", "TOKEN=1\n");
  assert_git (fixture, "status --porcelain", "");

  g_assert_true (go (fixture, "old", NULL, &error));
  g_assert_no_error (error);
  assert_git (fixture, "branch --show-current", "old\n");
  assert_file (fixture, "a.c", "old\n");
  assert_file (fixture, "dir/b.c", "b\n");
  assert_git (fixture, "status --porcelain", "");
}

/* What git in the box may not write, or can't read: nothing at all happens. */
static void
test_denied (EnclaveGitFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *path;
    const char *text;
  } cases[] = {
    { ".env", "TOKEN=2\n" },              /* another content */
    { ".env", NULL },                     /* not in that branch */
    { "deep/down/server.key", "key\n" },  /* only in that branch */
    { ".vscode/settings.json", "{}\n" },  /* may be read, not written */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strdup_printf ("branch%u", i);
      g_autoptr (GError) error = NULL;

      add_branch (fixture, name, cases[i].path, cases[i].text);
      enclave_test_project_write (fixture->project, ".env", "TOKEN=1\n");
      g_assert_false (go (fixture, name, NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
      g_assert_nonnull (strstr (error->message, cases[i].path));
      g_assert_nonnull (strstr (error->message, "git switch branch"));
      assert_git (fixture, "branch --show-current", "main\n");
      assert_git (fixture, "status --porcelain", "");
      assert_file (fixture, ".env", "TOKEN=1\n");
      assert_file (fixture, "a.c", "one\ntwo\nthree\n");
    }
}

/* A denied file that git knows and the person has changed stays as it is, and so does one that git does not know. */
static void
test_denied_beside (EnclaveGitFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  add_branch (fixture, "other", "a.c", "other\n");
  enclave_test_project_write (fixture->project, ".env", "TOKEN=mine, and longer\n");
  enclave_test_project_write (fixture->project, "dir/.env", "TOKEN=3\n");
  g_assert_true (go (fixture, "other", NULL, &error));
  g_assert_no_error (error);
  assert_file (fixture, "a.c", "other\n");
  assert_file (fixture, ".env", "TOKEN=mine, and longer\n");
  assert_file (fixture, "dir/.env", "TOKEN=3\n");
  assert_git (fixture, "status --porcelain", " M .env\n?? dir/.env\n");
}

/* Git has to refuse, and its reason is told; an ignored file is no exception. */
static void
test_loses_nothing (EnclaveGitFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  add_branch (fixture, "other", "a.c", "other\n");
  enclave_test_project_write (fixture->project, "a.c", "mine\n");
  g_assert_false (go (fixture, "other", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "a.c"));
  assert_file (fixture, "a.c", "mine\n");
  g_clear_error (&error);
  enclave_git_fixture_do (fixture, "checkout --quiet a.c");

  add_branch (fixture, "built", "out.bin", "theirs\n");
  enclave_test_project_write (fixture->project, ".git/info/exclude", "out.bin\n");
  enclave_test_project_write (fixture->project, "out.bin", "mine\n");
  assert_git (fixture, "status --porcelain", "");
  g_assert_false (go (fixture, "built", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  assert_file (fixture, "out.bin", "mine\n");
  assert_git (fixture, "branch --show-current", "main\n");
  g_clear_error (&error);

  /* a folder in which git sees no file is one with a secret */
  add_branch (fixture, "flat", "box", "a file\n");
  enclave_test_project_write (fixture->project, "box/.ssh/id_rsa", "secret\n");
  g_assert_false (go (fixture, "flat", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  assert_file (fixture, "box/.ssh/id_rsa", "secret\n");
  assert_git (fixture, "branch --show-current", "main\n");
}

/* Removes what the repository has of a content. */
static void
remove_object (EnclaveGitFixture *fixture, const char *name)
{
  g_autofree char *words = g_strdup_printf ("rev-parse %s", name);
  g_autofree char *object = g_strchomp (enclave_git_fixture_git (fixture, words));
  g_autofree char *relative = g_strdup_printf (".git/objects/%.2s/%s", object, object + 2);
  g_autofree char *path = enclave_test_project_path (fixture->project, relative);

  g_assert_cmpint (unlink (path), ==, 0);
}

/* A content that is not there is found before the first file is written, not at its turn. */
static void
test_missing (EnclaveGitFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  enclave_git_fixture_do (fixture, "switch --quiet -c other");
  enclave_test_project_write (fixture->project, "a.c", "other\n");
  enclave_test_project_write (fixture->project, "z.c", "not there\n");
  enclave_git_fixture_do (fixture, "add -A");
  enclave_git_fixture_do (fixture, "commit --quiet -m both");
  enclave_git_fixture_do (fixture, "switch --quiet main");
  remove_object (fixture, "other:z.c");
  g_assert_false (go (fixture, "other", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_assert_nonnull (strstr (error->message, "z.c"));
  assert_git (fixture, "branch --show-current", "main\n");
  assert_file (fixture, "a.c", "one\ntwo\nthree\n");
}

static void
test_links_and_modes (EnclaveGitFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *link = enclave_test_project_path (fixture->project, "link.c");
  g_autofree char *target = NULL;

  enclave_git_fixture_do (fixture, "switch --quiet -c links");
  g_assert_cmpint (symlink ("a.c", link), ==, 0);
  enclave_git_fixture_do (fixture, "update-index --chmod=+x dir/b.c");
  enclave_git_fixture_do (fixture, "add link.c");
  enclave_git_fixture_do (fixture, "commit --quiet -m links");
  enclave_git_fixture_do (fixture, "checkout --quiet -f main");
  g_assert_true (go (fixture, "links", NULL, &error));
  g_assert_no_error (error);
  target = g_file_read_link (link, NULL);
  g_assert_cmpstr (target, ==, "a.c");
  assert_git (fixture, "status --porcelain", "");
}

static void
test_create (EnclaveGitFixture *fixture, gconstpointer data)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GAsyncResult) third = NULL;
  g_autoptr (GError) error = NULL;

  enclave_test_project_write (fixture->project, "a.c", "mine\n");
  enclave_git_branches_create_async (fixture->gate, "topic/one", enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  g_assert_true (enclave_git_branches_create_finish (fixture->gate, result, &error));
  g_assert_no_error (error);
  assert_git (fixture, "branch --show-current", "topic/one\n");
  assert_file (fixture, "a.c", "mine\n");

  slot = NULL;
  enclave_git_branches_create_async (fixture->gate, "no..name", enclave_test_result_callback, &slot);
  second = enclave_test_wait (&slot);
  g_assert_false (enclave_git_branches_create_finish (fixture->gate, second, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_clear_error (&error);

  slot = NULL;
  enclave_git_branches_create_async (fixture->gate, "--force", enclave_test_result_callback, &slot);
  third = enclave_test_wait (&slot);
  g_assert_false (enclave_git_branches_create_finish (fixture->gate, third, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  assert_git (fixture, "branch --show-current", "topic/one\n");
}

/* Writes nothing: what a filter would have to make of it is left to the person. */
static void
assert_refused (EnclaveGitFixture *fixture, const char *name, const char *path)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (go (fixture, name, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_nonnull (strstr (error->message, "git switch"));
  assert_git (fixture, "branch --show-current", "main\n");
  assert_git (fixture, "status --porcelain --untracked-files=no a.c dir", "");
}

/* The attributes may be those of the branch, or those that are here alone; what does not need a filter goes. */
static void
test_filters (EnclaveGitFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *attributes = enclave_test_project_path (fixture->project, ".gitattributes");

  enclave_test_project_write (fixture->project, ".gitattributes", "*.png filter=lfs diff=lfs -text\n");
  enclave_git_fixture_do (fixture, "add .gitattributes");
  enclave_git_fixture_do (fixture, "commit --quiet -m attributes");
  add_branch (fixture, "pictures", "dir/odd name\n.png", "version https://git-lfs.github.com/spec/v1\n");
  assert_refused (fixture, "pictures", "odd name");
  /* gone here, and git takes those of the branch */
  g_assert_cmpint (unlink (attributes), ==, 0);
  assert_refused (fixture, "pictures", "odd name");
  enclave_git_fixture_do (fixture, "checkout --quiet .gitattributes");

  add_branch (fixture, "text", "a.c", "other\n");
  enclave_test_project_write (fixture->project, ".gitattributes", "a.c filter=lfs\n");
  assert_refused (fixture, "text", "a.c");
  enclave_test_project_write (fixture->project, ".gitattributes", "a.c -filter\ndir/* filter=lfs\n");
  g_assert_true (go (fixture, "text", NULL, &error));
  g_assert_no_error (error);
  assert_file (fixture, "a.c", "other\n");
}

static void
test_parse_filters (void)
{
  static const char bytes[] = "a\0filter\0unspecified\0b\0filter\0lfs\0b\0filter\0lfs\0c\0filter\0unset\0d\0filter\0set\0";
  static const char other[] = "a\0diff\0lfs\0";
  guint n = 0;
  g_autoptr (GPtrArray) found = enclave_git_filters_parse (bytes, sizeof bytes - 1, &n);
  g_autoptr (GPtrArray) none = enclave_git_filters_parse ("", 0, &n);

  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (n, ==, 0);
  g_assert_cmpuint (found->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (found, 0), ==, "b");
  g_assert_cmpstr (g_ptr_array_index (found, 1), ==, "d");
  g_assert_null (enclave_git_filters_parse (bytes, sizeof bytes - 2, &n));
  g_assert_null (enclave_git_filters_parse (bytes, 9, &n));
  g_assert_null (enclave_git_filters_parse (other, sizeof other - 1, &n));
}

/* Git finds in the middle that a content is broken: its beginning, which is all that is asked before, is as it was. */
static void
test_dies_half_way (EnclaveGitFixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autoptr (GError) error = NULL;
  g_autofree char *object = NULL;
  g_autofree char *relative = NULL;
  g_autofree char *path = NULL;

  for (guint i = 0; i < 4000; i++)
    g_string_append_printf (text, "%08x\n", g_rand_int (random));
  enclave_git_fixture_do (fixture, "switch --quiet -c other");
  enclave_test_project_write (fixture->project, "a.c", "other\n");
  enclave_test_project_write (fixture->project, "z.c", text->str);
  enclave_git_fixture_do (fixture, "add -A");
  enclave_git_fixture_do (fixture, "commit --quiet -m both");
  object = g_strchomp (enclave_git_fixture_git (fixture, "rev-parse other:z.c"));
  enclave_git_fixture_do (fixture, "switch --quiet main");
  relative = g_strdup_printf (".git/objects/%.2s/%s", object, object + 2);
  path = enclave_test_project_path (fixture->project, relative);
  g_assert_cmpint (g_chmod (path, 0644), ==, 0);
  g_assert_cmpint (truncate (path, 8192), ==, 0);

  g_assert_false (go (fixture, "other", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT);
  g_assert_nonnull (strstr (error->message, "a.c"));
  g_assert_nonnull (strstr (error->message, object));
  assert_file (fixture, "a.c", "other\n");
}

/* Git fails, and then can't say what it has left: that nothing is changed is not claimed. */
static void
test_nothing_said (EnclaveGitFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  enclave_git_fixture_do (fixture, "switch --quiet -c other");
  enclave_test_project_write (fixture->project, "in-the-way.c", "other\n");
  enclave_git_fixture_do (fixture, "add in-the-way.c");
  enclave_git_fixture_do (fixture, "commit --quiet -m other");
  enclave_git_fixture_do (fixture, "switch --quiet main");
  enclave_test_project_write (fixture->project, "in-the-way.c", "mine\n");
  enclave_git_fixture_do (fixture, "config status.branch neither");

  g_assert_false (go (fixture, "other", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT);
  g_assert_nonnull (strstr (error->message, "could not be seen"));
  g_assert_nonnull (strstr (error->message, "in-the-way.c"));
  assert_file (fixture, "in-the-way.c", "mine\n");
}

/* The folder of a submodule stays as it is; git writes what it should be. */
static void
test_submodule (EnclaveGitFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *wanted = NULL;
  g_autofree char *head = NULL;

  enclave_git_fixture_do (fixture, "init --quiet module");
  enclave_git_fixture_do (fixture, "-C module commit --quiet --allow-empty -m one");
  enclave_git_fixture_do (fixture, "add module");
  enclave_git_fixture_do (fixture, "commit --quiet -m 'with a module'");
  enclave_git_fixture_do (fixture, "switch --quiet -c moved");
  enclave_git_fixture_do (fixture, "-C module commit --quiet --allow-empty -m two");
  enclave_git_fixture_do (fixture, "add module");
  enclave_git_fixture_do (fixture, "commit --quiet -m 'the module moved'");
  wanted = enclave_git_fixture_git (fixture, "-C module rev-parse HEAD");
  enclave_git_fixture_do (fixture, "switch --quiet main");
  enclave_git_fixture_do (fixture, "-C module reset --quiet --hard HEAD~1");
  head = enclave_git_fixture_git (fixture, "-C module rev-parse HEAD");
  g_assert_cmpstr (head, !=, wanted);

  g_assert_true (go (fixture, "moved", NULL, &error));
  g_assert_no_error (error);
  assert_git (fixture, "branch --show-current", "moved\n");
  assert_git (fixture, "rev-parse :module", wanted);
  assert_git (fixture, "-C module rev-parse HEAD", head);
}

/* A hook and a filter of the repository do nothing outside of the box, and a file that needs one is not written. */
static void
test_hostile_repository (EnclaveGitFixture *fixture, gconstpointer data)
{
  g_autofree char *place = g_build_filename (g_get_home_dir (), "was-here", NULL);
  g_autofree char *filter = g_strdup_printf ("config filter.bad.smudge \"sh -c 'touch %s; cat'\"", place);
  g_autofree char *hook = g_strdup_printf ("#!/bin/sh\ntouch '%s'\n", place);
  g_autofree char *hook_path = enclave_test_project_path (fixture->project, ".git/hooks/post-checkout");
  g_autoptr (GError) error = NULL;

  add_branch (fixture, "other", "a.c", "other\n");
  add_branch (fixture, "plain", "dir/plain.txt", "plain\n");
  enclave_git_fixture_do (fixture, filter);
  enclave_test_project_write (fixture->project, ".git/info/attributes", "*.c filter=bad\n");
  enclave_test_project_write (fixture->project, ".git/hooks/post-checkout", hook);
  g_assert_cmpint (g_chmod (hook_path, 0755), ==, 0);
  assert_refused (fixture, "other", "a.c");
  assert_file (fixture, "a.c", "one\ntwo\nthree\n");
  g_assert_true (go (fixture, "plain", NULL, &error));
  g_assert_no_error (error);
  assert_file (fixture, "dir/plain.txt", "plain\n");
  g_assert_false (g_file_test (place, G_FILE_TEST_EXISTS));
}

static void
test_parse_branches (void)
{
  static const char bytes[] = "refs/heads/main\0*\0001700000000\0Sub\x1b[31mject\0\nrefs/heads/--force\0 \0001\0x\0\nrefs/tags/t\0 \0001\0x\0"
                              "\nrefs/heads/a\xff\xe2\x80\xae\0 \00099999999999999\0\0\nrefs/heads/cut\0 \0001";
  g_autoptr (GPtrArray) branches = enclave_git_branches_parse (bytes, sizeof bytes - 1);
  g_autoptr (GPtrArray) none = enclave_git_branches_parse ("", 0);
  EnclaveGitBranch *branch;

  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (branches->len, ==, 2);
  branch = g_ptr_array_index (branches, 0);
  g_assert_cmpstr (branch->name, ==, "main");
  g_assert_true (branch->is_current);
  g_assert_cmpint (branch->time, ==, 1700000000);
  g_assert_null (strchr (branch->subject, '\x1b'));
  branch = g_ptr_array_index (branches, 1);
  g_assert_cmpstr (branch->name, ==, "a\xff\xe2\x80\xae");
  g_assert_true (g_utf8_validate (branch->shown, -1, NULL));
  g_assert_null (strstr (branch->shown, "\xe2\x80\xae"));
  g_assert_cmpint (branch->time, ==, 0);
}

#define OBJECT "0123456789012345678901234567890123456789"
#define NOTHING "0000000000000000000000000000000000000000"

static void
test_parse_differences (void)
{
  static const char bytes[] = ":100644 100755 " OBJECT " " OBJECT " M\0a b\nc\0:100644 000000 " OBJECT " " NOTHING " D\0gone\0"
                              ":000000 160000 " NOTHING " " OBJECT " A\0module\0";
  static const char *const bad[] = { ":100644 100755 " OBJECT " M", "100644 100755 " OBJECT " " OBJECT " M", "", ": ", ":1 2 3 4 5" };
  g_autoptr (GPtrArray) differences = enclave_git_differences_parse (bytes, sizeof bytes - 1);
  g_autoptr (GPtrArray) none = enclave_git_differences_parse ("", 0);
  EnclaveGitDifference *difference;

  g_assert_nonnull (differences);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (differences->len, ==, 3);
  difference = g_ptr_array_index (differences, 0);
  g_assert_cmpstr (difference->path, ==, "a b\nc");
  g_assert_cmpstr (difference->object, ==, OBJECT);
  difference = g_ptr_array_index (differences, 1);
  g_assert_null (difference->object);
  difference = g_ptr_array_index (differences, 2);
  g_assert_true (difference->is_folder);
  g_assert_true (difference->is_submodule);
  /* what can't be read is no reason to begin: not cut, not garbled */
  g_assert_null (enclave_git_differences_parse (bytes, sizeof bytes - 5));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *entry = g_strdup_printf ("%s%cpath", bad[i], '\x1');
      gsize length = strlen (entry) + 1;

      *strrchr (entry, '\x1') = '\0';
      g_assert_null (enclave_git_differences_parse (entry, length));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();
  if (enclave_test_box_is_missing ())
    return 0;
  g_test_add_func ("/git-branches/parse", test_parse_branches);
  g_test_add_func ("/git-branches/parse-differences", test_parse_differences);
  g_test_add_func ("/git-branches/parse-filters", test_parse_filters);
#define ADD(name, function) g_test_add ("/git-branches/" name, EnclaveGitFixture, NULL, set_up, function, tear_down)
  ADD ("list-and-switch", test_list_and_switch);
  ADD ("denied", test_denied);
  ADD ("denied-beside", test_denied_beside);
  ADD ("loses-nothing", test_loses_nothing);
  ADD ("missing", test_missing);
  ADD ("filters", test_filters);
  ADD ("dies-half-way", test_dies_half_way);
  ADD ("nothing-said", test_nothing_said);
  ADD ("submodule", test_submodule);
  ADD ("links-and-modes", test_links_and_modes);
  ADD ("create", test_create);
  ADD ("hostile-repository", test_hostile_repository);
  return g_test_run ();
}
