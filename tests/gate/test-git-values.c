/* test-git-values.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "enclave-git-differences.h"
#include "enclave-git-kept.h"
#include "enclave-git-repositories.h"
#include "enclave-git-store.h"
#include "enclave-git-values.h"
#include "enclave-test-box.h"
#include "enclave-test-project.h"

#define CANARY "canary-7d21-only-in-the-history"
#define LATER "canary-8e32-of-another-commit"
/* A part of what git is asked for, and a rest. */
#define MANY_COMMITS (ENCLAVE_GIT_DIFFERENCES_BATCH + 1234)

typedef struct
{
  EnclaveTestProject *project;
  EnclavePolicy *policy;
  EnclavePathResolver *resolver;
  char *git_folder;
  char *differences;
} Fixture;

static void
run_git (Fixture *fixture, const char *input, const char *const *words)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (argv, (char *) "git");
  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (argv, (char *) words[i]);
  g_ptr_array_add (argv, NULL);
  g_subprocess_launcher_set_cwd (launcher, fixture->project->root);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, input, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));
}

static void
commit (Fixture *fixture, const char *path, const char *text)
{
  enclave_test_project_write (fixture->project, path, text);
  run_git (fixture, "", (const char *[]){ "add", "-f", "-A", NULL });
  run_git (fixture, "", (const char *[]){ "-c", "user.name=a", "-c", "user.email=b", "commit", "-q", "-m", "x", NULL });
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *kept = NULL;

  fixture->project = enclave_test_project_new ();
  fixture->git_folder = enclave_test_project_path (fixture->project, ".git");
  kept = enclave_git_kept_dup_folder (fixture->git_folder);
  fixture->differences = g_build_filename (kept, "differences", NULL);
  run_git (fixture, "", (const char *[]){ "init", "-q", "-b", "main", ".", NULL });
  commit (fixture, ".env", "TOKEN=" CANARY "\n");
  commit (fixture, ".env", "TOKEN=\n");
  fixture->policy = enclave_policy_load (fixture->project->root, &error);
  g_assert_no_error (error);
  fixture->resolver = enclave_path_resolver_new (fixture->project->root, fixture->policy, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->resolver);
  g_object_unref (fixture->policy);
  enclave_test_project_free (fixture->project);
  g_free (fixture->git_folder);
  g_free (fixture->differences);
}

/* Returns: whether @value is known then. */
static gboolean
learns (Fixture *fixture, const char *value)
{
  g_autoptr (EnclaveValueHashes) hashes = enclave_value_hashes_new ();
  g_autoptr (EnclaveValueScan) scan = enclave_value_scan_new (fixture->resolver);
  g_autoptr (GPtrArray) repositories = enclave_git_repositories_find (fixture->project->root);
  g_autoptr (GArray) found = NULL;
  g_autoptr (GError) error = NULL;

  enclave_git_values_learn (scan, hashes, fixture->policy, fixture->project->root, repositories, NULL, &error);
  g_assert_no_error (error);
  found = enclave_value_hashes_find (hashes, value, strlen (value));
  return found->len == 1;
}

static GBytes *
read_kept (Fixture *fixture)
{
  char *text = NULL;
  gsize length = 0;

  if (!g_file_get_contents (fixture->differences, &text, &length, NULL))
    return NULL;
  return g_bytes_new_take (text, length);
}

static void
prepare (Fixture *fixture)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *others = NULL;
  g_autofree char *store = NULL;

  enclave_git_store_prepare_async (fixture->policy, fixture->project->root, FALSE, NULL, NULL, enclave_test_result_callback, &slot);
  while (slot == NULL)
    g_main_context_iteration (NULL, TRUE);
  store = enclave_git_store_prepare_finish (slot, &others, &error);
  g_object_unref (slot);
  g_assert_no_error (error);
  g_assert_nonnull (store);
}

/* Whichever of the two is first: what commits have is asked for once, and then only of new ones. */
static void
test_once (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GBytes) of_store = NULL;
  g_autoptr (GBytes) later = NULL;

  g_assert_true (learns (fixture, CANARY));
  first = read_kept (fixture);
  g_assert_nonnull (first);
  g_assert_true (learns (fixture, CANARY));
  again = read_kept (fixture);
  g_assert_true (g_bytes_equal (first, again));
  prepare (fixture);
  of_store = read_kept (fixture);
  g_assert_true (g_bytes_equal (first, of_store));
  commit (fixture, ".env", "TOKEN=" LATER "\n");
  commit (fixture, ".env", "TOKEN=\n");
  g_assert_true (learns (fixture, LATER));
  later = read_kept (fixture);
  g_assert_cmpuint (g_bytes_get_size (later), >, g_bytes_get_size (first));
  g_assert_cmpmem (g_bytes_get_data (later, NULL), g_bytes_get_size (first), g_bytes_get_data (first, NULL), g_bytes_get_size (first));
}

static void
test_after_store (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) again = NULL;

  prepare (fixture);
  first = read_kept (fixture);
  g_assert_nonnull (first);
  g_assert_true (learns (fixture, CANARY));
  again = read_kept (fixture);
  g_assert_true (g_bytes_equal (first, again));
}

/* Somebody holds the lock for as long as we can wait: we know the values all the same, and write nothing that is theirs. */
static void
test_held (Fixture *fixture, gconstpointer data)
{
  int lock = enclave_git_kept_lock (fixture->git_folder, NULL, NULL, 0, NULL);
  g_autoptr (GBytes) kept = NULL;

  g_assert_cmpint (lock, >=, 0);
  g_assert_true (learns (fixture, CANARY));
  kept = read_kept (fixture);
  g_assert_null (kept);
  close (lock);
}

/* What git is asked for in parts is all of it, and each part is kept. */
static void
test_parts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveGitDifferences) again = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;

  for (guint i = 0; i < MANY_COMMITS; i++)
    g_string_append_printf (text, "commit refs/heads/many\ncommitter a <b> %u +0000\ndata 1\nx\n%s", 1700000000 + i,
                            i == 0 || i == MANY_COMMITS - 1 ? "M 100644 inline .env\ndata <<E\nTOKEN=" LATER "\nE\n" : "");
  run_git (fixture, text->str, (const char *[]){ "-c", "core.compression=1", "fast-import", "--quiet", NULL });
  prepare (fixture);
  again = enclave_git_differences_new (fixture->differences);
  g_assert_cmpuint (enclave_git_differences_get (again)->len, ==, 2);
  first = read_kept (fixture);
  g_assert_true (learns (fixture, LATER));
  second = read_kept (fixture);
  g_assert_true (g_bytes_equal (first, second));
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "once", test_once }, { "after-store", test_after_store }, { "held", test_held }, { "parts", test_parts },
  };

  if (enclave_test_box_is_missing ())
    return 0;
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/git-values/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
