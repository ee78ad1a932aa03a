/* test-file-changes.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-file-changes.h"

#include "enclave-test-project.h"

typedef struct
{
  EnclaveTestProject *project;
  EnclaveFileChanges *changes;
  GString *told;
} Fixture;

static void
on_changed (Fixture *fixture, GPtrArray *changes)
{
  for (guint i = 0; i < changes->len; i++)
    {
      const EnclaveFileChange *change = g_ptr_array_index (changes, i);

      g_string_append_printf (fixture->told, "%c%s ", "?+~-"[change->kind], change->path);
    }
}

static void
wait_for_look (Fixture *fixture)
{
  do
    g_main_context_iteration (NULL, TRUE);
  while (enclave_file_changes_get_looking (fixture->changes));
}

/* What a look finds. (transfer full) */
static char *
look (Fixture *fixture)
{
  char *told;

  enclave_file_changes_look (fixture->changes);
  wait_for_look (fixture);
  told = g_strdup (fixture->told->str);
  g_string_truncate (fixture->told, 0);
  return told;
}

#define assert_look(expected) \
  G_STMT_START \
  { \
    g_autofree char *told_ = look (fixture); \
    g_assert_cmpstr (told_, ==, (expected)); \
  } \
  G_STMT_END

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const char *const named[] = { "build/commands.json", "flags.txt", NULL };

  fixture->project = enclave_test_project_new ();
  fixture->told = g_string_new (NULL);
  enclave_test_project_write (fixture->project, ".gitignore", "build/\n");
  enclave_test_project_write (fixture->project, "a.c", "one\n");
  enclave_test_project_write (fixture->project, "src/b.c", "two\n");
  enclave_test_project_write (fixture->project, "flags.txt", "-O2\n");
  fixture->changes = enclave_file_changes_new (fixture->project->root, named);
  g_signal_connect_swapped (fixture->changes, "changed", G_CALLBACK (on_changed), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_run_dispose (G_OBJECT (fixture->changes));
  g_object_unref (fixture->changes);
  g_string_free (fixture->told, TRUE);
  enclave_test_project_free (fixture->project);
}

static void
test_kinds (Fixture *fixture, gconstpointer data)
{
  assert_look ("");
  assert_look ("");
  enclave_test_project_write (fixture->project, "src/c.c", "three\n");
  enclave_test_project_write (fixture->project, "a.c", "another\n");
  enclave_test_project_remove (fixture->project, "src/b.c");
  enclave_test_project_write (fixture->project, "build/out.o", "ignored\n");
  assert_look ("~a.c -src/b.c +src/c.c ");
  assert_look ("");
}

/* A tool that sets the time back, as rsync and tar do, hides nothing. */
static void
test_time_set_back (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = enclave_test_project_path (fixture->project, "a.c");
  struct stat before;
  int descriptor;

  g_assert_cmpint (g_stat (path, &before), ==, 0);
  assert_look ("");
  enclave_test_spin (20);
  enclave_test_project_write (fixture->project, "a.c", "ONE\n");
  descriptor = g_open (path, O_WRONLY, 0);
  g_assert_cmpint (futimens (descriptor, (struct timespec[]){ before.st_atim, before.st_mtim }), ==, 0);
  close (descriptor);
  assert_look ("~a.c ");
}

/* Written anew with the same words it is the same; it is seen although it is ignored. */
static void
test_named (Fixture *fixture, gconstpointer data)
{
  assert_look ("");
  enclave_test_project_remove (fixture->project, "flags.txt");
  enclave_test_project_write (fixture->project, "flags.txt", "-O2\n");
  assert_look ("");
  enclave_test_project_write (fixture->project, "flags.txt", "-O3\n");
  enclave_test_project_write (fixture->project, "build/commands.json", "[]\n");
  assert_look ("+build/commands.json ~flags.txt ");
  enclave_test_project_write (fixture->project, "build/commands.json", "[1]\n");
  assert_look ("~build/commands.json ");
  enclave_test_project_remove (fixture->project, "build/commands.json");
  assert_look ("-build/commands.json ");
}

/* A named one that would block its reader, or is a folder. */
static void
test_odd_files (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = enclave_test_project_path (fixture->project, "flags.txt");

  assert_look ("");
  enclave_test_project_remove (fixture->project, "flags.txt");
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  enclave_test_project_make_folder (fixture->project, "build/commands.json");
  assert_look ("+build/commands.json ~flags.txt ");
}

/* What is asked while a look runs comes behind it. */
static void
test_asked_again (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = enclave_test_project_path (fixture->project, "late.c");

  assert_look ("");
  enclave_file_changes_look (fixture->changes);
  wait_for_look (fixture);
  enclave_file_changes_look (fixture->changes);
  enclave_file_changes_look (fixture->changes);
  /* not by another file that gets its name: the look that runs may see that one */
  close (g_creat (path, 0600));
  wait_for_look (fixture);
  g_assert_cmpstr (fixture->told->str, ==, "+late.c ");
}

static void
test_poll (Fixture *fixture, gconstpointer data)
{
  assert_look ("");
  enclave_file_changes_set_poll (fixture->changes, 1);
  enclave_test_project_write (fixture->project, "polled.c", "");
  while (fixture->told->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (fixture->told->str, ==, "+polled.c ");
}

/* A look that is no longer wanted says nothing. */
static void
test_dropped (Fixture *fixture, gconstpointer data)
{
  assert_look ("");
  enclave_test_project_write (fixture->project, "more.c", "");
  enclave_file_changes_look (fixture->changes);
  g_object_run_dispose (G_OBJECT (fixture->changes));
  enclave_test_spin (100);
  g_assert_cmpstr (fixture->told->str, ==, "");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/file-changes/kinds", Fixture, NULL, set_up, test_kinds, tear_down);
  g_test_add ("/file-changes/time-set-back", Fixture, NULL, set_up, test_time_set_back, tear_down);
  g_test_add ("/file-changes/named", Fixture, NULL, set_up, test_named, tear_down);
  g_test_add ("/file-changes/odd-files", Fixture, NULL, set_up, test_odd_files, tear_down);
  g_test_add ("/file-changes/asked-again", Fixture, NULL, set_up, test_asked_again, tear_down);
  g_test_add ("/file-changes/poll", Fixture, NULL, set_up, test_poll, tear_down);
  g_test_add ("/file-changes/dropped", Fixture, NULL, set_up, test_dropped, tear_down);
  return g_test_run ();
}
