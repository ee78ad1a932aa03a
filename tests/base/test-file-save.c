/* test-file-save.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "enclave-file-save.h"
#include "enclave-running-saves.h"
#include "enclave-state-dir.h"
#include "enclave-test-project.h"

#define OLD "old text\n"
#define NEW "new text, longer\n"

typedef struct
{
  EnclaveTestProject *project;
  int folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->project = enclave_test_project_new ();
  enclave_test_project_write (fixture->project, "file", OLD);
  fixture->folder = open (fixture->project->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (folder != NULL && g_dir_read_name (folder) != NULL)
    n++;
  return n;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autofree char *journal = enclave_state_dir_path ("journal");

  g_assert_cmpuint (count_entries (journal), ==, 0);
  close (fixture->folder);
  enclave_test_project_free (fixture->project);
}

static gboolean
save (Fixture *fixture, const char *name, const char *text, const EnclaveFileStamp *expected, EnclaveFileSaveFlags flags,
      EnclaveFileStamp *result, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return enclave_file_save (fixture->folder, name, bytes, expected, flags, result, error);
}

static void
look (Fixture *fixture, const char *name, struct stat *st)
{
  g_assert_cmpint (fstatat (fixture->folder, name, st, AT_SYMLINK_NOFOLLOW), ==, 0);
}

static void
assert_holds (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *there = enclave_test_project_read (fixture->project, name);

  g_assert_cmpstr (there, ==, text);
}

/* Other bytes of the same length, and the time set back: only the bytes tell. */
static void
test_seen (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) seen = g_bytes_new_static ("seen", 4);
  g_autoptr (GBytes) bytes = g_bytes_new_static (NEW, strlen (NEW));
  g_autoptr (GError) error = NULL;
  g_autofree char *path = enclave_test_project_path (fixture->project, "watched");
  EnclaveFileStamp stamp;
  struct stat st;
  int fd;

  enclave_test_project_write (fixture->project, "watched", "seen");
  look (fixture, "watched", &st);
  enclave_file_stamp_from_stat (&stamp, &st);
  fd = open (path, O_WRONLY | O_CLOEXEC);
  g_assert_cmpint (pwrite (fd, "evil", 4, 0), ==, 4);
  g_assert_cmpint (futimens (fd, (struct timespec[]) { st.st_atim, st.st_mtim }), ==, 0);
  close (fd);

  g_assert_false (enclave_file_save_seen (fixture->folder, "watched", bytes, seen, &stamp, 0, NULL, &error));
  g_assert_error (error, ENCLAVE_FILE_SAVE_ERROR, ENCLAVE_FILE_SAVE_ERROR_CHANGED);
  assert_holds (fixture, "watched", "evil");
  g_clear_error (&error);

  enclave_test_project_hard_link (fixture->project, "watched", "second");
  g_assert_false (enclave_file_save_seen (fixture->folder, "watched", bytes, seen, &stamp, 0, NULL, &error));
  g_assert_error (error, ENCLAVE_FILE_SAVE_ERROR, ENCLAVE_FILE_SAVE_ERROR_CHANGED);
  assert_holds (fixture, "second", "evil");
  g_assert_false (enclave_file_save_holds (fixture->folder, "watched", seen));
}

static void
test_replace (Fixture *fixture, gconstpointer data)
{
  EnclaveFileStamp stamp;
  EnclaveFileStamp found;
  struct stat before;
  struct stat st;
  g_autofree char *path = enclave_test_project_path (fixture->project, "file");
  char value[8] = "";
  gboolean has_attributes = setxattr (path, "user.test", "kept", 4, 0) == 0;

  g_assert_cmpint (chmod (path, 0640), ==, 0);
  look (fixture, "file", &before);
  g_assert_true (save (fixture, "file", NEW, NULL, 0, &stamp, NULL));
  assert_holds (fixture, "file", NEW);
  look (fixture, "file", &st);
  g_assert_cmpuint (st.st_ino, !=, before.st_ino);
  g_assert_cmpuint (st.st_mode, ==, before.st_mode);
  g_assert_cmpuint (st.st_uid, ==, before.st_uid);
  enclave_file_stamp_from_stat (&found, &st);
  g_assert_true (enclave_file_stamp_equal (&stamp, &found));
  if (has_attributes)
    {
      g_assert_cmpint (getxattr (path, "user.test", value, sizeof value), ==, 4);
      g_assert_cmpint (memcmp (value, "kept", 4), ==, 0);
    }
  /* Equal bytes are not written. */
  g_assert_true (save (fixture, "file", NEW, &stamp, 0, &found, NULL));
  g_assert_true (enclave_file_stamp_equal (&stamp, &found));
  g_assert_true (save (fixture, "file", "", NULL, 0, NULL, NULL));
  assert_holds (fixture, "file", "");
  g_assert_cmpuint (count_entries (fixture->project->root), ==, 1);
}

static void
test_new (Fixture *fixture, gconstpointer data)
{
  const EnclaveFileStamp none = { 0 };
  mode_t mask = umask (027);
  struct stat st;
  g_autoptr (GError) error = NULL;
  g_autofree char *long_name = g_strnfill (255, 'n');

  g_assert_true (save (fixture, "made", NEW, &none, 0, NULL, NULL));
  g_assert_true (save (fixture, "tool", NEW, &none, ENCLAVE_FILE_SAVE_EXECUTABLE, NULL, NULL));
  g_assert_true (save (fixture, long_name, NEW, NULL, 0, NULL, NULL));
  umask (mask);
  look (fixture, "made", &st);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0640);
  look (fixture, "tool", &st);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0750);
  g_assert_false (save (fixture, "file", NEW, &none, 0, NULL, &error));
  g_assert_error (error, ENCLAVE_FILE_SAVE_ERROR, ENCLAVE_FILE_SAVE_ERROR_CHANGED);
  assert_holds (fixture, "file", OLD);
}

static void
test_modes (Fixture *fixture, gconstpointer data)
{
  static const mode_t modes[] = { 0600, 0755, 0444 | 0200, 02755, 04755, 01644 };
  g_autofree char *path = enclave_test_project_path (fixture->project, "file");

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autofree char *text = g_strdup_printf ("text %u\n", i);
      struct stat st;

      g_assert_cmpint (chmod (path, modes[i]), ==, 0);
      g_assert_true (save (fixture, "file", text, NULL, 0, NULL, NULL));
      look (fixture, "file", &st);
      g_assert_cmpuint (st.st_mode & 07777, ==, modes[i]);
    }
  if (geteuid () == 0)
    {
      struct stat st;

      g_assert_cmpint (chown (path, 4242, 4243), ==, 0);
      g_assert_true (save (fixture, "file", NEW, NULL, 0, NULL, NULL));
      look (fixture, "file", &st);
      g_assert_cmpuint (st.st_uid, ==, 4242);
      g_assert_cmpuint (st.st_gid, ==, 4243);
    }
}

static void
test_links (Fixture *fixture, gconstpointer data)
{
  struct stat before;
  struct stat st;
  g_autoptr (GError) error = NULL;

  enclave_test_project_hard_link (fixture->project, "file", "twin");
  enclave_test_project_symlink (fixture->project, "file", "link");
  look (fixture, "file", &before);
  g_assert_true (save (fixture, "file", NEW, NULL, 0, NULL, NULL));
  look (fixture, "twin", &st);
  g_assert_cmpuint (st.st_ino, ==, before.st_ino);
  assert_holds (fixture, "twin", NEW);
  g_assert_true (save (fixture, "file", "s", NULL, 0, NULL, NULL));
  assert_holds (fixture, "twin", "s");
  /* A link is the caller's to resolve; it is neither followed nor replaced. */
  g_assert_false (save (fixture, "link", NEW, NULL, 0, NULL, &error));
  look (fixture, "link", &st);
  g_assert_true (S_ISLNK (st.st_mode));
  assert_holds (fixture, "file", "s");
}

static void
test_changed (Fixture *fixture, gconstpointer data)
{
  EnclaveFileStamp stamp;
  struct stat st;
  g_autoptr (GError) error = NULL;

  look (fixture, "file", &st);
  enclave_file_stamp_from_stat (&stamp, &st);
  enclave_test_project_write (fixture->project, "file", "by another\n");
  g_assert_false (save (fixture, "file", NEW, &stamp, 0, NULL, &error));
  g_assert_error (error, ENCLAVE_FILE_SAVE_ERROR, ENCLAVE_FILE_SAVE_ERROR_CHANGED);
  assert_holds (fixture, "file", "by another\n");
  g_clear_error (&error);
  enclave_test_project_remove (fixture->project, "file");
  g_assert_false (save (fixture, "file", NEW, &stamp, 0, NULL, &error));
  g_assert_error (error, ENCLAVE_FILE_SAVE_ERROR, ENCLAVE_FILE_SAVE_ERROR_CHANGED);
  g_assert_false (enclave_test_project_exists (fixture->project, "file"));
}

static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *fifo = enclave_test_project_path (fixture->project, "fifo");

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  enclave_test_project_make_folder (fixture->project, "folder");
  g_assert_false (save (fixture, "fifo", NEW, NULL, 0, NULL, &error));
  g_clear_error (&error);
  g_assert_false (save (fixture, "folder", NEW, NULL, 0, NULL, &error));
  g_clear_error (&error);
}

static void
test_vanished (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  enclave_test_project_remove (fixture->project, "");
  g_assert_false (save (fixture, "bad\xff", NEW, NULL, 0, NULL, &error));
  g_assert_error (error, ENCLAVE_FILE_SAVE_ERROR, ENCLAVE_FILE_SAVE_ERROR_FAILED);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

/* Saves in a child that may not make files larger than @limit, which fails as a full disk does. Returns: the error's code, -1: saved. */
static int
save_limited (Fixture *fixture, const char *name, gsize size, rlim_t limit)
{
  int status;
  pid_t child = fork ();

  if (child == 0)
    {
      const struct rlimit bound = { limit, limit };
      g_autofree char *text = g_strnfill (size, 'N');
      g_autoptr (GError) error = NULL;

      signal (SIGXFSZ, SIG_IGN);
      setrlimit (RLIMIT_FSIZE, &bound);
      _exit (save (fixture, name, text, NULL, 0, NULL, &error) ? 100 : error->code);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status) == 100 ? -1 : WEXITSTATUS (status);
}

static void
test_no_space (Fixture *fixture, gconstpointer data)
{
  g_autofree char *old = g_strnfill (20000, 'o');

  enclave_test_project_write (fixture->project, "file", old);
  g_assert_cmpint (save_limited (fixture, "file", 100000, 50000), ==, ENCLAVE_FILE_SAVE_ERROR_NO_SPACE);
  assert_holds (fixture, "file", old);
  g_assert_cmpint (save_limited (fixture, "new", 100000, 50000), ==, ENCLAVE_FILE_SAVE_ERROR_NO_SPACE);
  g_assert_false (enclave_test_project_exists (fixture->project, "new"));
  g_assert_cmpuint (count_entries (fixture->project->root), ==, 1);
  /* In place: the old bytes come back. */
  enclave_test_project_hard_link (fixture->project, "file", "twin");
  g_assert_cmpint (save_limited (fixture, "file", 100000, 50000), ==, ENCLAVE_FILE_SAVE_ERROR_NO_SPACE);
  assert_holds (fixture, "file", old);
  assert_holds (fixture, "twin", old);
  g_assert_cmpint (save_limited (fixture, "file", 100000, RLIM_INFINITY), ==, -1);
}

static void
test_read_only (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = enclave_test_project_path (fixture->project, "file");
  int status;
  pid_t child;

  g_assert_cmpint (chmod (path, 0444), ==, 0);
  if (geteuid () == 0)
    g_assert_cmpint (chown (path, 65534, 65534), ==, 0);
  g_assert_cmpint (chmod (fixture->project->root, 0755), ==, 0);
  child = fork ();
  if (child == 0)
    {
      g_autoptr (GError) error = NULL;

      if (geteuid () == 0 && (setresgid (65534, 65534, 65534) != 0 || setresuid (65534, 65534, 65534) != 0))
        _exit (99);
      _exit (save (fixture, "file", NEW, NULL, 0, NULL, &error) ? 100 : error->code);
    }
  waitpid (child, &status, 0);
  g_assert_cmpint (WEXITSTATUS (status), ==, ENCLAVE_FILE_SAVE_ERROR_READ_ONLY);
  assert_holds (fixture, "file", OLD);
  g_assert_cmpint (chmod (path, 0644), ==, 0);

  /* A folder that can't be written: in place. */
  g_assert_cmpint (chmod (fixture->project->root, 0555), ==, 0);
  child = fork ();
  if (child == 0)
    {
      if (geteuid () == 0 && (setresgid (65534, 65534, 65534) != 0 || setresuid (65534, 65534, 65534) != 0))
        _exit (99);
      _exit (save (fixture, "file", NEW, NULL, 0, NULL, NULL) ? 100 : 0);
    }
  waitpid (child, &status, 0);
  g_assert_cmpint (chmod (fixture->project->root, 0755), ==, 0);
  /* Root's own state folder can't be used by the other user, so nothing may be lost then either. */
  assert_holds (fixture, "file", WEXITSTATUS (status) == 100 ? NEW : OLD);
  if (geteuid () != 0)
    g_assert_cmpint (WEXITSTATUS (status), ==, 100);
}

/* Killed at any moment there is the old text or the new, whole. */
static void
test_killed (Fixture *fixture, gconstpointer data)
{
  gsize size = 3 * 1024 * 1024;
  g_autofree char *one = g_strnfill (size, '1');
  g_autofree char *two = g_strnfill (size, '2');

  g_assert_true (save (fixture, "file", one, NULL, 0, NULL, NULL));
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *there = NULL;
      pid_t child = fork ();

      if (child == 0)
        {
          for (;;)
            {
              save (fixture, "file", two, NULL, 0, NULL, NULL);
              save (fixture, "file", one, NULL, 0, NULL, NULL);
            }
        }
      g_usleep (500 + i * 400);
      kill (child, SIGKILL);
      waitpid (child, NULL, 0);
      there = enclave_test_project_read (fixture->project, "file");
      g_assert_true (strcmp (there, one) == 0 || strcmp (there, two) == 0);
    }
}

static gpointer
save_without_end (gpointer data)
{
  Fixture *fixture = data;
  g_autofree char *one = g_strnfill (300000, '1');
  g_autofree char *two = g_strnfill (300000, '2');

  for (;;)
    {
      save (fixture, "file", two, NULL, 0, NULL, NULL);
      save (fixture, "file", one, NULL, 0, NULL, NULL);
    }
  return NULL;
}

/* A program that is told to end leaves nothing beside the file, at whatever moment that comes. */
static void
test_told_to_end (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 20; i++)
    {
      pid_t child = fork ();
      int status;

      if (child == 0)
        {
          g_thread_new ("saves", save_without_end, fixture);
          g_usleep (500 + i * 400);
          _exit (enclave_running_saves_close (20000) ? 0 : 1);
        }
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
      g_assert_cmpuint (count_entries (fixture->project->root), ==, 1);
    }
}

/* One that takes too long, on a dead network file system, doesn't keep the program. */
static void
test_end_not_kept (Fixture *fixture, gconstpointer data)
{
  pid_t child = fork ();
  int status;

  if (child == 0)
    {
      enclave_running_saves_begin ();
      _exit (enclave_running_saves_close (10) ? 1 : 0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "replace", test_replace },   { "seen", test_seen },        { "new", test_new },           { "modes", test_modes },
    { "links", test_links },
    { "changed", test_changed },   { "refusals", test_refusals }, { "vanished", test_vanished }, { "no-space", test_no_space },
    { "read-only", test_read_only }, { "killed", test_killed }, { "told-to-end", test_told_to_end },
    { "end-not-kept", test_end_not_kept },
  };

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/file-save/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
