/* test-git-progress.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-git-kept.h"
#include "enclave-git-store.h"
#include "enclave-test-box.h"
#include "enclave-test-project.h"

#define N_COMMITS 6000
#define NAME "0123456789012345678901234567890123456789\n"

typedef struct
{
  EnclaveTestProject *project;
  EnclaveGitProgress *progress;
  char *folder;
  guint n_changes;
} Fixture;

static void
count_cb (Fixture *fixture)
{
  fixture->n_changes++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->project = enclave_test_project_new ();
  fixture->progress = enclave_git_progress_new ();
  fixture->folder = enclave_test_project_path (fixture->project, "new-1");
  enclave_test_project_make_folder (fixture->project, "new-1");
  g_signal_connect_swapped (fixture->progress, "changed", G_CALLBACK (count_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (fixture->progress, fixture);
  g_object_unref (fixture->progress);
  enclave_test_project_free (fixture->project);
  g_free (fixture->folder);
}

static void
write_lines (Fixture *fixture, const char *name, const char *line, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *path = g_build_filename ("new-1", name, NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (text, line);
  enclave_test_project_write (fixture->project, path, text->str);
}

static void
assert_is (Fixture *fixture, EnclaveGitProgressStep step, guint done, guint total)
{
  guint is_done, is_total;

  g_assert_cmpint (enclave_git_progress_get (fixture->progress, &is_done, &is_total), ==, step);
  g_assert_cmpuint (is_done, ==, done);
  g_assert_cmpuint (is_total, ==, total);
}

static void
test_look (Fixture *fixture, gconstpointer data)
{
  enclave_git_progress_begin (fixture->progress);
  write_lines (fixture, "wanted", NAME, 12345);
  enclave_git_progress_look (fixture->progress, fixture->folder);
  assert_is (fixture, ENCLAVE_GIT_PROGRESS_NONE, 0, 0);
  write_lines (fixture, "done", ".", 0);
  enclave_git_progress_look (fixture->progress, fixture->folder);
  assert_is (fixture, ENCLAVE_GIT_PROGRESS_COMMITS, 0, 12345);
  write_lines (fixture, "done", ".", 12);
  enclave_git_progress_look_within (fixture->progress, fixture->project->root);
  assert_is (fixture, ENCLAVE_GIT_PROGRESS_COMMITS, 12000, 12345);
  write_lines (fixture, "done", ".", 13);
  enclave_git_progress_look (fixture->progress, fixture->folder);
  assert_is (fixture, ENCLAVE_GIT_PROGRESS_COMMITS, 12345, 12345);
  /* Many changes are told as one. */
  enclave_test_spin (600);
  g_assert_cmpuint (fixture->n_changes, ==, 1);
  enclave_test_project_remove (fixture->project, "new-1/done");
  enclave_test_project_make_folder (fixture->project, "new-1/made");
  enclave_git_progress_look (fixture->progress, fixture->folder);
  assert_is (fixture, ENCLAVE_GIT_PROGRESS_PREPARING, 0, 0);
  enclave_git_progress_begin (fixture->progress);
  enclave_git_progress_end (fixture->progress);
  assert_is (fixture, ENCLAVE_GIT_PROGRESS_PREPARING, 0, 0);
  enclave_git_progress_end (fixture->progress);
  assert_is (fixture, ENCLAVE_GIT_PROGRESS_NONE, 0, 0);
  /* One that looks on after the end says nothing. */
  enclave_git_progress_look (fixture->progress, fixture->folder);
  assert_is (fixture, ENCLAVE_GIT_PROGRESS_NONE, 0, 0);
  enclave_test_spin (600);
  g_assert_cmpuint (fixture->n_changes, ==, 2);
}

static void
test_short (Fixture *fixture, gconstpointer data)
{
  enclave_git_progress_begin (fixture->progress);
  write_lines (fixture, "wanted", NAME, 300);
  write_lines (fixture, "done", ".", 0);
  enclave_git_progress_look (fixture->progress, fixture->folder);
  assert_is (fixture, ENCLAVE_GIT_PROGRESS_NONE, 0, 0);
  enclave_git_progress_end (fixture->progress);
}

/* What git has written there may be anything. */
static void
test_hostile (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = enclave_test_project_path (fixture->project, "new-1/wanted");

  enclave_git_progress_begin (fixture->progress);
  write_lines (fixture, "done", ".", 9000);
  enclave_git_progress_look (fixture->progress, fixture->folder);
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  enclave_git_progress_look (fixture->progress, fixture->folder);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (symlink ("/etc/passwd", path), ==, 0);
  enclave_git_progress_look (fixture->progress, fixture->folder);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  enclave_git_progress_look (fixture->progress, fixture->folder);
  g_assert_cmpint (g_rmdir (path), ==, 0);
  write_lines (fixture, "wanted", "x", 9000);
  enclave_git_progress_look (fixture->progress, fixture->folder);
  assert_is (fixture, ENCLAVE_GIT_PROGRESS_NONE, 0, 0);
  write_lines (fixture, "wanted", "\n", 9000);
  enclave_git_progress_look (fixture->progress, fixture->folder);
  assert_is (fixture, ENCLAVE_GIT_PROGRESS_COMMITS, 9000, 9000);
  enclave_git_progress_end (fixture->progress);
}

static void
make_repository (Fixture *fixture)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *init[] = { "git", "init", "-q", ".", NULL };
  const char *import[] = { "git", "fast-import", "--quiet", NULL };
  const char *const *commands[] = { init, import };

  for (guint i = 0; i < N_COMMITS; i++)
    g_string_append_printf (text, "commit refs/heads/large\ncommitter a <b> %u +0000\ndata 1\nx\nM 100644 inline %s\ndata <<E\n%u\nE\n",
                            1700000000 + i, i % 2 == 0 ? "a" : ".env", i);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE);
      g_autoptr (GSubprocess) process = NULL;
      g_autoptr (GError) error = NULL;

      g_subprocess_launcher_set_cwd (launcher, fixture->project->root);
      process = g_subprocess_launcher_spawnv (launcher, commands[i], &error);
      g_assert_no_error (error);
      g_subprocess_communicate_utf8 (process, i == 1 ? text->str : "", NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (g_subprocess_get_successful (process));
    }
}

/* Until it has ended. Returns: the steps that were seen; @most: (out): commits. */
static guint
follow (Fixture *fixture, GAsyncResult **slot, guint *most)
{
  guint seen = 0;

  *most = 0;
  while (*slot == NULL)
    {
      guint done, total;
      EnclaveGitProgressStep step = enclave_git_progress_get (fixture->progress, &done, &total);

      seen |= 1u << step;
      if (step == ENCLAVE_GIT_PROGRESS_COMMITS)
        {
          g_assert_cmpuint (total, ==, N_COMMITS);
          g_assert_cmpuint (done, >=, *most);
          *most = done;
        }
      g_main_context_iteration (NULL, FALSE);
    }
  return seen;
}

static void
begin (Fixture *fixture, GAsyncResult **slot)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclavePolicy) policy = enclave_policy_load (fixture->project->root, &error);

  g_assert_no_error (error);
  enclave_git_store_prepare_async (policy, fixture->project->root, FALSE, fixture->progress, NULL, enclave_test_result_callback, slot);
}

static char *
end (GAsyncResult **slot)
{
  g_autoptr (GAsyncResult) result = *slot;
  g_autoptr (GError) error = NULL;
  g_autofree char *others = NULL;
  char *store = enclave_git_store_prepare_finish (result, &others, &error);

  *slot = NULL;
  g_assert_no_error (error);
  g_assert_nonnull (store);
  return store;
}

/* All steps of a first look, and none of what is found again. */
static void
test_store (Fixture *fixture, gconstpointer data)
{
  GAsyncResult *slot = NULL;
  g_autofree char *store = NULL;
  g_autofree char *again = NULL;
  guint most;

  make_repository (fixture);
  begin (fixture, &slot);
  g_assert_cmpuint (follow (fixture, &slot, &most), ==,
                    1u << ENCLAVE_GIT_PROGRESS_NONE | 1u << ENCLAVE_GIT_PROGRESS_COMMITS | 1u << ENCLAVE_GIT_PROGRESS_PREPARING);
  g_assert_cmpuint (most, ==, N_COMMITS);
  store = end (&slot);
  assert_is (fixture, ENCLAVE_GIT_PROGRESS_NONE, 0, 0);
  begin (fixture, &slot);
  g_assert_cmpuint (follow (fixture, &slot, &most), ==, 1u << ENCLAVE_GIT_PROGRESS_NONE);
  again = end (&slot);
  g_assert_cmpstr (store, ==, again);
  /* The last change is told, too. */
  enclave_test_spin (400);
  g_assert_cmpuint (fixture->n_changes, >, 0);
}

/* Another one, maybe in another process, looks at the same history. */
static void
test_others (Fixture *fixture, gconstpointer data)
{
  g_autofree char *git_folder = enclave_test_project_path (fixture->project, ".git");
  g_autofree char *kept = enclave_git_kept_dup_folder (git_folder);
  g_autofree char *looking = g_build_filename (kept, "new-other", NULL);
  g_autofree char *store = NULL;
  GAsyncResult *slot = NULL;
  int lock;

  make_repository (fixture);
  lock = enclave_git_kept_lock (git_folder, NULL, NULL, 0, NULL);
  write_lines (fixture, "wanted", NAME, N_COMMITS);
  write_lines (fixture, "done", ".", 2);
  g_assert_cmpint (g_rename (fixture->folder, looking), ==, 0);
  begin (fixture, &slot);
  for (guint i = 0; fixture->n_changes == 0; i++)
    {
      g_assert_cmpuint (i, <, 100);
      enclave_test_spin (100);
    }
  assert_is (fixture, ENCLAVE_GIT_PROGRESS_COMMITS, 2000, N_COMMITS);
  close (lock);
  while (slot == NULL)
    g_main_context_iteration (NULL, TRUE);
  store = end (&slot);
  enclave_test_spin (400);
  assert_is (fixture, ENCLAVE_GIT_PROGRESS_NONE, 0, 0);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "look", test_look }, { "short", test_short }, { "hostile", test_hostile }, { "store", test_store }, { "others", test_others },
  };

  if (enclave_test_box_is_missing ())
    return 0;
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/git-progress/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
