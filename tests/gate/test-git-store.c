/* test-git-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utime.h>

#include "enclave-git-store-private.h"
#include "enclave-git-store.h"
#include "enclave-test-box.h"
#include "enclave-test-project.h"

#define CANARY "canary-7d21"
#define BUILD_WORD "--build"
#define HELD_MS 400
/* Enough trees that git and we have something to do. */
#define LARGE_COMMITS 3000

typedef struct
{
  EnclaveTestProject *project;
  char *kept;
} Fixture;

static char *
git (Fixture *fixture, const char *first, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  char *output = NULL;
  int status = -1;
  va_list words;

  g_ptr_array_add (argv, (char *) "git");
  va_start (words, first);
  for (const char *word = first; word != NULL; word = va_arg (words, const char *))
    g_ptr_array_add (argv, (char *) word);
  va_end (words);
  g_ptr_array_add (argv, NULL);
  g_spawn_sync (fixture->project->root, (char **) argv->pdata, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                &output, NULL, &status, &error);
  g_assert_no_error (error);
  if (status != 0)
    g_error ("git %s: %d", first, status);
  return g_strchomp (output);
}

static void
commit (Fixture *fixture)
{
  g_free (git (fixture, "add", "-f", "-A", NULL));
  g_free (git (fixture, "-c", "user.name=a", "-c", "user.email=b", "commit", "-q", "--allow-empty", "-m", "x", NULL));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *git_folder = NULL;
  g_autofree char *name = NULL;

  fixture->project = enclave_test_project_new ();
  git_folder = enclave_test_project_path (fixture->project, ".git");
  name = g_compute_checksum_for_string (G_CHECKSUM_SHA256, git_folder, -1);
  fixture->kept = g_build_filename (g_get_user_cache_dir (), "enclave", "git", name, NULL);
  g_free (git (fixture, "init", "-q", "-b", "main", ".", NULL));
  enclave_test_project_write (fixture->project, ".env", "TOKEN=" CANARY "\n");
  enclave_test_project_write (fixture->project, "notes.txt", "plain\n");
  commit (fixture);
  g_free (git (fixture, "gc", "-q", NULL));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_test_project_free (fixture->project);
  g_free (fixture->kept);
}

static void
begin (Fixture *fixture, GCancellable *cancellable, GAsyncResult **slot)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclavePolicy) policy = enclave_policy_load (fixture->project->root, &error);

  g_assert_no_error (error);
  enclave_git_store_prepare_async (policy, fixture->project->root, FALSE, NULL, cancellable, enclave_test_result_callback, slot);
}

static char *
end (GAsyncResult **slot, GError **error)
{
  g_autoptr (GAsyncResult) result = enclave_test_wait (slot);
  g_autofree char *others = NULL;

  return enclave_git_store_prepare_finish (result, &others, error);
}

static char *
prepare (Fixture *fixture)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GError) error = NULL;
  char *store;

  begin (fixture, NULL, &slot);
  store = end (&slot, &error);
  g_assert_no_error (error);
  g_assert_nonnull (store);
  return store;
}

/* What git finds under @object with nothing but the packs of @store. */
static char *
read_packed (Fixture *fixture, const char *store, const char *object)
{
  g_autofree char *objects = g_build_filename (store, "as-objects", NULL);
  g_autofree char *pack = g_build_filename (objects, "pack", NULL);
  g_autofree char *variable = g_strconcat ("GIT_OBJECT_DIRECTORY=", objects, NULL);
  const char *argv[] = { "env", variable, "git", "cat-file", "-p", object, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *target = g_build_filename (store, "pack", NULL);
  char *output = NULL;

  g_assert_cmpint (g_mkdir (objects, 0700), ==, 0);
  g_assert_cmpint (symlink (target, pack), ==, 0);
  g_spawn_sync (fixture->project->root, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &output,
                NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_unlink (pack), ==, 0);
  g_assert_cmpint (g_rmdir (objects), ==, 0);
  return output;
}

static void
assert_packed (Fixture *fixture, const char *store, const char *object, const char *wanted)
{
  g_autofree char *name = git (fixture, "rev-parse", object, NULL);
  g_autofree char *output = read_packed (fixture, store, name);

  g_assert_cmpstr (output, ==, wanted);
}

static void
assert_hidden (Fixture *fixture, const char *store, const char *object)
{
  g_autofree char *name = git (fixture, "rev-parse", object, NULL);
  g_autofree char *output = read_packed (fixture, store, name);

  g_assert_true (g_str_has_prefix (output, "Enclave keeps"));
}

/* Names in the folder of the stores that begin with @prefix, sorted. */
static GPtrArray *
list_kept (Fixture *fixture, const char *prefix)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->kept, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, prefix))
      g_ptr_array_add (names, g_strdup (name));
  return names;
}

static guint
count_kept (Fixture *fixture, const char *prefix)
{
  g_autoptr (GPtrArray) names = list_kept (fixture, prefix);

  return names->len;
}

static void
wait_for_kept (Fixture *fixture, const char *prefix)
{
  for (gint64 until = g_get_monotonic_time () + 100 * G_USEC_PER_SEC; count_kept (fixture, prefix) == 0;)
    {
      if (g_get_monotonic_time () > until)
        g_error ("nothing begins with %s", prefix);
      g_usleep (1000);
    }
}

static int
hold_lock (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->kept, "lock", NULL);
  int fd;

  g_assert_cmpint (g_mkdir_with_parents (fixture->kept, 0700), ==, 0);
  fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (flock (fd, LOCK_EX | LOCK_NB), ==, 0);
  return fd;
}

/* A history that takes a while to look through. */
static void
grow (Fixture *fixture)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *argv[] = { "git", "fast-import", "--quiet", NULL };
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < LARGE_COMMITS; i++)
    g_string_append_printf (text,
                            "commit refs/heads/large\ncommitter a <b> %u +0000\ndata 1\nx\nM 100644 inline d%u/e%u/f%u\ndata <<E\n%u\nE\n",
                            1700000000 + i, i % 37, i % 11, i, i);
  g_subprocess_launcher_set_cwd (launcher, fixture->project->root);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, text->str, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));
}

static void
test_shows (Fixture *fixture, gconstpointer data)
{
  g_autofree char *store = prepare (fixture);
  g_autofree char *path = g_build_filename (fixture->kept, "place", NULL);
  g_autofree char *git_folder = enclave_test_project_path (fixture->project, ".git");
  g_autofree char *place = NULL;

  assert_packed (fixture, store, "HEAD:notes.txt", "plain\n");
  assert_hidden (fixture, store, "HEAD:.env");
  /* So that it can go with the repository. */
  g_assert_true (g_file_get_contents (path, &place, NULL, NULL));
  g_assert_cmpstr (place, ==, git_folder);
}

/* Packs of other packs' deltas, odd paths and other hashes: what may be read is there as it was. */
static void
test_odd_repositories (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autofree char *store = NULL;
  g_autofree char *inner = NULL;

  for (guint i = 0; i < 400; i++)
    g_string_append_printf (lines, "line %u of a file that is long enough to be stored as a change\n", i);
  enclave_test_project_write (fixture->project, ".env", lines->str);
  commit (fixture);
  g_string_append (lines, "more\n");
  enclave_test_project_write (fixture->project, "notes.txt", lines->str);
  commit (fixture);
  g_free (git (fixture, "repack", "-q", "-a", "-d", "-f", NULL));
  store = prepare (fixture);
  assert_packed (fixture, store, "HEAD:notes.txt", lines->str);
  assert_hidden (fixture, store, "HEAD:.env");

  /* A project whose path is odd. */
  enclave_test_project_make_folder (fixture->project, "a \"b:\\#c");
  inner = enclave_test_project_path (fixture->project, "a \"b:\\#c");
  {
    EnclaveTestProject place = { inner };
    Fixture odd = { &place, NULL };
    g_autofree char *odd_store = NULL;

    g_free (git (&odd, "init", "-q", "--object-format=sha256", ".", NULL));
    enclave_test_project_write (&place, ".env", CANARY);
    enclave_test_project_write (&place, "notes.txt", "plain\n");
    commit (&odd);
    g_free (git (&odd, "gc", "-q", NULL));
    odd_store = prepare (&odd);
    assert_packed (&odd, odd_store, "HEAD:notes.txt", "plain\n");
    assert_hidden (&odd, odd_store, "HEAD:.env");
  }
}

static void
test_reused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *store = prepare (fixture);
  g_autoptr (GPtrArray) packs = list_kept (fixture, "pack-");
  g_autofree char *again = NULL;
  g_autofree char *later = NULL;
  g_autoptr (GPtrArray) later_packs = NULL;
  struct utimbuf some_days_ago = { 0 };
  struct stat before, after;
  g_autofree char *pack = NULL;

  some_days_ago.modtime = some_days_ago.actime = time (NULL) - 3 * 24 * 60 * 60;
  g_assert_cmpuint (packs->len, ==, 1);
  pack = g_build_filename (fixture->kept, g_ptr_array_index (packs, 0), NULL);
  g_assert_cmpint (stat (pack, &before), ==, 0);
  again = prepare (fixture);
  g_assert_cmpstr (again, ==, store);
  /* What is dear is not made anew because something has been staged, or because nobody has used it for some days. */
  g_assert_cmpint (g_utime (pack, &some_days_ago), ==, 0);
  g_assert_cmpint (g_utime (store, &some_days_ago), ==, 0);
  enclave_test_project_write (fixture->project, "notes.txt", "staged\n");
  g_free (git (fixture, "add", "notes.txt", NULL));
  later = prepare (fixture);
  g_assert_cmpstr (later, !=, store);
  later_packs = list_kept (fixture, "pack-");
  g_assert_cmpuint (later_packs->len, ==, 1);
  g_assert_cmpint (stat (pack, &after), ==, 0);
  g_assert_cmpuint (before.st_ino, ==, after.st_ino);
  /* The store of what is no more is not used again. */
  g_assert_false (g_file_test (store, G_FILE_TEST_EXISTS));
}

static void
test_rules_change (Fixture *fixture, gconstpointer data)
{
  g_autofree char *store = prepare (fixture);
  g_autofree char *later = NULL;
  g_autofree char *last = NULL;

  assert_packed (fixture, store, "HEAD:notes.txt", "plain\n");
  enclave_test_project_write (fixture->project, ".enclave/policy", "notes.txt\n");
  later = prepare (fixture);
  g_assert_cmpstr (later, !=, store);
  assert_hidden (fixture, later, "HEAD:notes.txt");
  assert_hidden (fixture, later, "HEAD:.env");
  enclave_test_project_remove (fixture->project, ".enclave/policy");
  last = prepare (fixture);
  g_assert_cmpstr (last, ==, store);
}

static void
test_pack_added (Fixture *fixture, gconstpointer data)
{
  g_autofree char *store = prepare (fixture);
  g_autoptr (GPtrArray) packs = list_kept (fixture, "pack-");
  g_autoptr (GPtrArray) later_packs = NULL;
  g_autofree char *later = NULL;
  struct stat before, after;
  g_autofree char *pack = g_build_filename (fixture->kept, g_ptr_array_index (packs, 0), NULL);

  g_assert_cmpint (stat (pack, &before), ==, 0);
  enclave_test_project_write (fixture->project, ".env", "TOKEN=" CANARY "-second\n");
  enclave_test_project_write (fixture->project, "notes.txt", "second\n");
  commit (fixture);
  g_free (git (fixture, "repack", "-q", "-d", NULL));
  later = prepare (fixture);
  g_assert_cmpstr (later, !=, store);
  assert_hidden (fixture, later, "HEAD:.env");
  assert_hidden (fixture, later, "HEAD~1:.env");
  assert_packed (fixture, later, "HEAD:notes.txt", "second\n");
  assert_packed (fixture, later, "HEAD~1:notes.txt", "plain\n");
  /* That of the first pack is the one that was there. */
  later_packs = list_kept (fixture, "pack-");
  g_assert_cmpuint (later_packs->len, ==, 2);
  g_assert_cmpint (stat (pack, &after), ==, 0);
  g_assert_cmpuint (before.st_ino, ==, after.st_ino);
}

/* In the place where a store is to be lies one that has not been finished. */
static void
test_half_written (Fixture *fixture, gconstpointer data)
{
  g_autofree char *store = prepare (fixture);
  g_autofree char *finished = g_build_filename (store, "packs", NULL);
  g_autofree char *blobs = g_build_filename (store, "blobs", NULL);
  g_autofree char *secret = git (fixture, "rev-parse", "HEAD:.env", NULL);
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;

  g_assert_cmpint (g_unlink (finished), ==, 0);
  g_assert_true (g_file_set_contents (blobs, secret, -1, NULL));
  again = prepare (fixture);
  g_assert_cmpstr (again, ==, store);
  g_assert_true (g_file_test (finished, G_FILE_TEST_IS_REGULAR));
  g_assert_true (g_file_get_contents (blobs, &text, NULL, NULL));
  g_assert_null (strstr (text, secret));
  assert_hidden (fixture, again, "HEAD:.env");
}

static void
test_made_once (Fixture *fixture, gconstpointer data)
{
  int lock = hold_lock (fixture);
  GAsyncResult *first = NULL;
  GAsyncResult *second = NULL;
  g_autofree char *first_store = NULL;
  g_autofree char *second_store = NULL;
  g_autoptr (GError) error = NULL;

  begin (fixture, NULL, &first);
  begin (fixture, NULL, &second);
  enclave_test_spin (HELD_MS);
  g_assert_null (first);
  g_assert_null (second);
  g_assert_cmpuint (count_kept (fixture, "new-"), ==, 0);
  close (lock);
  first_store = end (&first, &error);
  g_assert_no_error (error);
  second_store = end (&second, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (first_store, ==, second_store);
  g_assert_cmpuint (count_kept (fixture, "pack-"), ==, 1);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) waiting = g_cancellable_new ();
  g_autoptr (GCancellable) making = g_cancellable_new ();
  GAsyncResult *slot = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *store = NULL;
  int lock = hold_lock (fixture);

  begin (fixture, waiting, &slot);
  enclave_test_spin (HELD_MS / 4);
  g_assert_null (slot);
  g_cancellable_cancel (waiting);
  g_assert_null (end (&slot, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  close (lock);

  grow (fixture);
  begin (fixture, making, &slot);
  wait_for_kept (fixture, "new-");
  g_cancellable_cancel (making);
  g_assert_null (end (&slot, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_kept (fixture, "new-"), ==, 0);
  g_assert_cmpint (lock = hold_lock (fixture), >=, 0);
  close (lock);

  store = prepare (fixture);
  assert_hidden (fixture, store, "HEAD:.env");
}

static void
test_killed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  const char *argv[] = { self, BUILD_WORD, fixture->project->root, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) left = NULL;
  g_autofree char *store = NULL;
  int status;
  GPid pid;

  grow (fixture);
  g_spawn_async (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, &error);
  g_assert_no_error (error);
  wait_for_kept (fixture, "new-");
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status));
  left = list_kept (fixture, "new-");
  g_assert_cmpuint (left->len, ==, 1);

  store = prepare (fixture);
  assert_packed (fixture, store, "HEAD:notes.txt", "plain\n");
  assert_hidden (fixture, store, "HEAD:.env");
  g_assert_cmpuint (count_kept (fixture, "new-"), ==, 0);
}

/* The window goes before what takes all processors. */
static void
test_nice (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("enclave-nice-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "nice", NULL);
  g_autofree char *git_folder = enclave_test_project_path (fixture->project, ".git");
  EnclaveGitStoreInput input = { .root = fixture->project->root, .git_folder = git_folder, .work = fixture->project->root };
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  _enclave_git_store_run (&input, "cut -d ' ' -f 19 /proc/self/stat >\"$2/nice\"", folder, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpint (atoi (text), >=, 5);
  _enclave_git_store_remove_folder (folder);
}

/* In a process of its own that somebody ends. */
static int
build (const char *root)
{
  EnclaveTestProject project = { (char *) root };
  Fixture fixture = { &project, NULL };

  g_free (prepare (&fixture));
  return 0;
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "shows", test_shows },           { "odd-repositories", test_odd_repositories },
    { "reused", test_reused },         { "rules-change", test_rules_change },
    { "pack-added", test_pack_added }, { "half-written", test_half_written },
    { "made-once", test_made_once },   { "cancelled", test_cancelled },
    { "killed", test_killed },         { "nice", test_nice },
  };

  if (argc == 3 && strcmp (argv[1], BUILD_WORD) == 0)
    return build (argv[2]);
  if (enclave_test_box_is_missing ())
    return 0;
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/git-store/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
