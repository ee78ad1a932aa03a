/* test-git-kept.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-git-kept.h"
#include "enclave-test-project.h"

#define DAY_S (24 * 60 * 60)
#define MANY G_MAXUINT64
#define PACK_BYTES (256 * 1024)
#define ROUNDS 300

typedef struct
{
  EnclaveTestProject *project;
  char *git_folder;
  char *kept;
  char *all;
} Fixture;

static void
write_at (const char *folder, const char *name, const char *text, gsize length)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, (gssize) length, NULL));
}

static gboolean
is_at (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  struct stat st;

  return lstat (path, &st) == 0;
}

static void
set_age (const char *path, gint64 age_s)
{
  gint64 then = g_get_real_time () / G_USEC_PER_SEC - age_s;
  struct timespec times[2] = { { .tv_sec = then }, { .tv_sec = then } };

  g_assert_cmpint (utimensat (AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW), ==, 0);
}

static void
set_age_below (const char *folder, gint64 age_s)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      set_age (path, age_s);
    }
  set_age (folder, age_s);
}

/* What is kept of a repository: a store with a pack, and differences. @place: (nullable): what is written down of where it is.
 * Returns: (transfer full): the folder. */
static char *
keep (const char *git_folder, const char *place, gint64 age_s)
{
  g_autofree char *pack = g_malloc0 (PACK_BYTES);
  char *kept = enclave_git_kept_dup_folder (git_folder);

  memset (pack, 'p', PACK_BYTES);
  write_at (kept, "lock", "", 0);
  write_at (kept, "differences", "x", 1);
  write_at (kept, "store/blobs", "", 0);
  write_at (kept, "store/packs", "", 0);
  write_at (kept, "store/pack/pack-1.pack", pack, PACK_BYTES);
  if (place != NULL)
    write_at (kept, "place", place, strlen (place));
  set_age_below (kept, age_s);
  return kept;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->project = enclave_test_project_new ();
  enclave_test_project_make_folder (fixture->project, ".git/objects");
  fixture->git_folder = enclave_test_project_path (fixture->project, ".git");
  fixture->kept = keep (fixture->git_folder, fixture->git_folder, 0);
  fixture->all = g_path_get_dirname (fixture->kept);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  const char *argv[] = { "rm", "-rf", fixture->all, NULL };

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
  if (fixture->project != NULL)
    enclave_test_project_free (fixture->project);
  g_free (fixture->git_folder);
  g_free (fixture->kept);
  g_free (fixture->all);
}

static gboolean
stays (Fixture *fixture)
{
  enclave_git_kept_clean (MANY);
  return is_at (fixture->kept, "differences") && is_at (fixture->kept, "store/blobs");
}

static void
test_gone (Fixture *fixture, gconstpointer data)
{
  g_assert_true (stays (fixture));
  g_clear_pointer (&fixture->project, enclave_test_project_free);
  g_assert_false (stays (fixture));
  /* Nothing is left under another name. */
  {
    g_autoptr (GDir) dir = g_dir_open (fixture->all, 0, NULL);

    g_assert_nonnull (dir);
    g_assert_null (g_dir_read_name (dir));
  }
}

/* A file is where one of the folders was. */
static void
test_replaced (Fixture *fixture, gconstpointer data)
{
  enclave_test_project_remove (fixture->project, ".git/objects");
  enclave_test_project_remove (fixture->project, ".git");
  enclave_test_project_write (fixture->project, ".git", "gitdir: elsewhere\n");
  g_assert_false (stays (fixture));
}

/* Who makes something there has the lock; whoever sees a store has one on that. */
static void
test_in_use (Fixture *fixture, gconstpointer data)
{
  g_autofree char *blobs = g_build_filename (fixture->kept, "store", "blobs", NULL);
  g_autoptr (GError) error = NULL;
  int fd = enclave_git_kept_lock (fixture->git_folder, NULL, NULL, 0, &error);

  g_assert_no_error (error);
  g_clear_pointer (&fixture->project, enclave_test_project_free);
  g_assert_true (stays (fixture));
  close (fd);
  fd = open (blobs, O_RDONLY | O_CLOEXEC);
  g_assert_cmpint (flock (fd, LOCK_SH | LOCK_NB), ==, 0);
  g_assert_true (stays (fixture));
  /* Not for being too much or too old, either. */
  set_age_below (fixture->kept, 400 * DAY_S);
  enclave_git_kept_clean (0);
  g_assert_true (is_at (fixture->kept, "store/blobs"));
  close (fd);
  g_assert_false (stays (fixture));
}

/* One without a place, or whose place can't be the true one, stays for a while. */
static void
test_without_place (Fixture *fixture, gconstpointer data)
{
  g_autofree char *long_text = g_strnfill (9000, '/');
  const char *forged[] = { NULL, "", "/nowhere/at/all", "relative", long_text };
  g_autofree char *path = g_build_filename (fixture->kept, "place", NULL);

  g_clear_pointer (&fixture->project, enclave_test_project_free);
  for (guint i = 0; i < G_N_ELEMENTS (forged); i++)
    {
      g_unlink (path);
      if (forged[i] != NULL)
        write_at (fixture->kept, "place", forged[i], strlen (forged[i]));
      set_age_below (fixture->kept, 29 * DAY_S);
      g_assert_true (stays (fixture));
    }
  g_unlink (path);
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  set_age_below (fixture->kept, 29 * DAY_S);
  g_assert_true (stays (fixture));
  set_age_below (fixture->kept, 31 * DAY_S);
  g_assert_false (stays (fixture));
}

/* Of a repository that is there, stores go that nothing uses; what each commit has stays. */
static void
test_unused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *store = g_build_filename (fixture->kept, "store", NULL);

  set_age (store, 29 * DAY_S);
  g_assert_true (stays (fixture));
  set_age (store, 31 * DAY_S);
  enclave_git_kept_clean (MANY);
  g_assert_false (is_at (fixture->kept, "store"));
  g_assert_true (is_at (fixture->kept, "differences"));
}

static void
test_limit (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("other-%u/objects", i);
      g_autofree char *git_folder = NULL;

      enclave_test_project_make_folder (fixture->project, name);
      git_folder = enclave_test_project_path (fixture->project, name);
      *strrchr (git_folder, '/') = '\0';
      g_ptr_array_add (others, keep (git_folder, git_folder, (i * 7 % 4 + 2) * DAY_S));
    }
  /* 2, 5, 4 and 3 days. A second link to a pack is no second pack. */
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *pack = g_build_filename (g_ptr_array_index (others, i), "store/pack/pack-1.pack", NULL);
      g_autofree char *same = g_build_filename (g_ptr_array_index (others, i), "pack-1.pack", NULL);

      g_assert_cmpint (link (pack, same), ==, 0);
      set_age (same, (i * 7 % 4 + 2) * DAY_S);
    }
  enclave_git_kept_clean (6 * PACK_BYTES);
  for (guint i = 0; i < 4; i++)
    g_assert_true (is_at (g_ptr_array_index (others, i), "differences"));
  enclave_git_kept_clean (4 * PACK_BYTES);
  g_assert_false (is_at (g_ptr_array_index (others, 1), "differences"));
  g_assert_false (is_at (g_ptr_array_index (others, 2), "differences"));
  g_assert_true (is_at (g_ptr_array_index (others, 3), "differences"));
  g_assert_true (is_at (g_ptr_array_index (others, 0), "differences"));
  /* What was used just now is none too much. */
  enclave_git_kept_clean (0);
  g_assert_false (is_at (g_ptr_array_index (others, 0), "differences"));
  g_assert_true (is_at (fixture->kept, "differences"));
}

/* In the place of a folder, in it, and in the place of its files. */
static void
test_links (Fixture *fixture, gconstpointer data)
{
  g_autofree char *elsewhere = enclave_test_project_path (fixture->project, "elsewhere");
  g_autofree char *link_in_kept = g_build_filename (fixture->kept, "link", NULL);
  g_autofree char *link_in_store = g_build_filename (fixture->kept, "store", "link", NULL);
  g_autofree char *gone_git = g_build_filename (elsewhere, "gone", NULL);
  g_autofree char *link_of_gone = enclave_git_kept_dup_folder (gone_git);
  g_autofree char *link_of_left = g_build_filename (fixture->all, "gone-0", NULL);
  g_autofree char *link_of_values = g_build_filename (fixture->all, "values-0", NULL);
  g_autofree char *moved = enclave_test_project_path (fixture->project, "moved");
  g_autofree char *git = enclave_test_project_path (fixture->project, ".git");

  enclave_test_project_write (fixture->project, "elsewhere/blobs", "mine\n");
  enclave_test_project_write (fixture->project, "elsewhere/place", gone_git);
  set_age_below (elsewhere, 400 * DAY_S);
  g_assert_cmpint (symlink (elsewhere, link_in_kept), ==, 0);
  g_assert_cmpint (symlink (elsewhere, link_in_store), ==, 0);
  g_assert_cmpint (symlink (elsewhere, link_of_gone), ==, 0);
  g_assert_cmpint (symlink (elsewhere, link_of_left), ==, 0);
  g_assert_cmpint (symlink (elsewhere, link_of_values), ==, 0);
  set_age (link_of_values, 400 * DAY_S);
  set_age (link_in_kept, 400 * DAY_S);
  g_assert_true (stays (fixture));
  g_assert_cmpint (g_rename (git, moved), ==, 0);
  g_assert_false (stays (fixture));
  enclave_git_kept_clean (0);
  g_assert_true (enclave_test_project_exists (fixture->project, "elsewhere/blobs"));
  g_assert_true (enclave_test_project_exists (fixture->project, "elsewhere/place"));
  g_unlink (link_of_gone);
}

/* What was left by those that were ended in the middle goes; what is nobody's stays. */
static void
test_left (Fixture *fixture, gconstpointer data)
{
  g_autofree char *values = g_build_filename (fixture->all, "values-old", NULL);

  write_at (fixture->all, "gone-12345678-1/store/blobs", "", 0);
  write_at (fixture->all, "values-new/objects", "", 0);
  write_at (fixture->all, "values-old/objects", "", 0);
  write_at (fixture->all, "of-somebody/file", "", 0);
  write_at (fixture->all, "file", "", 0);
  set_age (values, 2 * 60 * 60);
  g_assert_true (stays (fixture));
  g_assert_false (is_at (fixture->all, "gone-12345678-1"));
  g_assert_false (is_at (fixture->all, "values-old"));
  g_assert_true (is_at (fixture->all, "values-new/objects"));
  g_assert_true (is_at (fixture->all, "of-somebody/file"));
  g_assert_true (is_at (fixture->all, "file"));
}

static gpointer
lock_in_thread (gpointer data)
{
  return GINT_TO_POINTER (enclave_git_kept_lock (data, NULL, NULL, 0, NULL));
}

static void
assert_holds (Fixture *fixture, int fd)
{
  g_autofree char *path = g_build_filename (fixture->kept, "lock", NULL);
  struct stat held, found;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (fstat (fd, &held), ==, 0);
  g_assert_cmpint (stat (path, &found), ==, 0);
  g_assert_cmpuint (held.st_ino, ==, found.st_ino);
}

/* One waits for the lock of a folder that is removed by who holds it. */
static void
test_removed_meanwhile (Fixture *fixture, gconstpointer data)
{
  g_autofree char *away = g_build_filename (fixture->all, "away", NULL);
  int held = enclave_git_kept_lock (fixture->git_folder, NULL, NULL, 0, NULL);
  GThread *waiter = g_thread_new ("waiter", lock_in_thread, fixture->git_folder);
  int fd;

  g_usleep (200 * 1000);
  g_assert_cmpint (g_rename (fixture->kept, away), ==, 0);
  close (held);
  fd = GPOINTER_TO_INT (g_thread_join (waiter));
  assert_holds (fixture, fd);
  close (fd);
}

static gpointer
clean_in_thread (gpointer data)
{
  const gint *stop = data;

  while (!g_atomic_int_get (stop))
    enclave_git_kept_clean (MANY);
  return NULL;
}

/* Whoever gets the lock has the folder, whatever is cleaned at the same time. */
static void
test_race (Fixture *fixture, gconstpointer data)
{
  gint stop = FALSE;
  GThread *cleaner;
  guint n_new = 0;

  g_clear_pointer (&fixture->project, enclave_test_project_free);
  cleaner = g_thread_new ("cleaner", clean_in_thread, &stop);
  for (guint i = 0; i < ROUNDS; i++)
    {
      int fd = enclave_git_kept_lock (fixture->git_folder, NULL, NULL, 0, NULL);

      assert_holds (fixture, fd);
      n_new += enclave_git_kept_note_place (fixture->git_folder);
      write_at (fixture->kept, "store/blobs", "", 0);
      g_assert_true (is_at (fixture->kept, "place"));
      assert_holds (fixture, fd);
      close (fd);
      g_usleep (200);
    }
  g_atomic_int_set (&stop, TRUE);
  g_thread_join (cleaner);
  g_assert_cmpuint (n_new, >, 0);
}

static void
test_waiting_ends (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  int held = enclave_git_kept_lock (fixture->git_folder, NULL, NULL, 0, NULL);

  assert_holds (fixture, held);
  g_assert_cmpint (enclave_git_kept_lock (fixture->git_folder, NULL, NULL, g_get_monotonic_time () + 100000, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_cmpint (enclave_git_kept_lock (fixture->git_folder, NULL, cancellable, 0, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  close (held);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "gone", test_gone },
    { "replaced", test_replaced },
    { "in-use", test_in_use },
    { "without-place", test_without_place },
    { "unused", test_unused },
    { "limit", test_limit },
    { "links", test_links },
    { "left", test_left },
    { "removed-meanwhile", test_removed_meanwhile },
    { "race", test_race },
    { "waiting-ends", test_waiting_ends },
  };

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/git-kept/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
