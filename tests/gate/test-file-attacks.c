/* test-file-attacks.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-file-door.h"
#include "enclave-path-resolver.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"

#define SECRET "TOKEN=canary-0123456789\n"
#define RACE_TRIES 50000
#define RACE_MAX_US (5 * G_USEC_PER_SEC)

typedef struct
{
  EnclaveTestProject *project;
  EnclavePathResolver *resolver;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnclavePolicy) policy = NULL;
  g_autoptr(GError) error = NULL;

  fixture->project = enclave_test_project_new ();
  enclave_test_project_write (fixture->project, ".env", SECRET);
  enclave_test_project_write (fixture->project, ".ssh/file", SECRET);
  enclave_test_project_write (fixture->project, "folder/file", "good\n");
  enclave_test_project_symlink (fixture->project, ".ssh", "other");
  policy = enclave_policy_load (fixture->project->root, &error);
  g_assert_no_error (error);
  fixture->resolver = enclave_path_resolver_new (fixture->project->root, policy, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_test_finalize (fixture->resolver);
  enclave_test_project_free (fixture->project);
}

typedef struct
{
  char *one;
  char *two;
  gint end;
} Swap;

static gpointer
swap_thread (gpointer data)
{
  Swap *swap = data;

  while (!g_atomic_int_get (&swap->end))
    syscall (SYS_renameat2, AT_FDCWD, swap->one, AT_FDCWD, swap->two, 2 /* RENAME_EXCHANGE */);

  return NULL;
}

/* A folder and a link to a denied folder change places all the time. */
static void
test_folder_race (Fixture *fixture, gconstpointer data)
{
  g_autofree char *one = enclave_test_project_path (fixture->project, "folder");
  g_autofree char *two = enclave_test_project_path (fixture->project, "other");
  Swap swap = { one, two, FALSE };
  guint n_good = 0, n_refused = 0;
  gint64 max_us = data != NULL ? G_USEC_PER_SEC : RACE_MAX_US;
  gint64 begin;
  GThread *thread;

  enclave_path_resolver_set_portable (fixture->resolver, GPOINTER_TO_INT (data));
  thread = g_thread_new ("swap", swap_thread, &swap);
  begin = g_get_monotonic_time ();
  while (n_good + n_refused < RACE_TRIES && g_get_monotonic_time () - begin < max_us)
    {
      g_auto(EnclaveResolvedPath) resolved = ENCLAVE_RESOLVED_PATH_INIT;
      char buffer[64] = "";
      int fd;

      if (!enclave_path_resolver_open (fixture->resolver, ENCLAVE_EFFECT_READ, "folder/file", ENCLAVE_RESOLVE_REGULAR,
                                       &resolved, NULL))
        {
          n_refused++;
          continue;
        }
      fd = enclave_path_resolver_reopen (fixture->resolver, &resolved, NULL);
      g_assert_cmpint (fd, >=, 0);
      g_assert_cmpint (read (fd, buffer, sizeof buffer - 1), >, 0);
      close (fd);
      g_assert_cmpstr (buffer, ==, "good\n");
      n_good++;
    }
  g_atomic_int_set (&swap.end, TRUE);
  g_thread_join (thread);
  g_test_message ("%u good, %u refused in %" G_GINT64_FORMAT " ms", n_good, n_refused,
                  (g_get_monotonic_time () - begin) / 1000);
  g_assert_cmpuint (n_good, >, 0);
  g_assert_cmpuint (n_refused, >, 0);
}

/* The same for writing: nothing lands in the denied folder. */
static void
test_parent_race (Fixture *fixture, gconstpointer data)
{
  g_autofree char *one = enclave_test_project_path (fixture->project, "folder");
  g_autofree char *two = enclave_test_project_path (fixture->project, "other");
  g_autofree char *path = enclave_test_project_path (fixture->project, "folder/new");
  Swap swap = { one, two, FALSE };
  gint64 begin = g_get_monotonic_time ();
  guint n_good = 0;
  GThread *thread = g_thread_new ("swap", swap_thread, &swap);

  while (g_get_monotonic_time () - begin < G_USEC_PER_SEC / 2)
    {
      g_autofree char *name = NULL;
      int fd = enclave_path_resolver_open_parent (fixture->resolver, path, NULL, &name, NULL);

      if (fd < 0)
        continue;
      close (openat (fd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
      close (fd);
      n_good++;
    }
  g_atomic_int_set (&swap.end, TRUE);
  g_thread_join (thread);
  g_assert_cmpuint (n_good, >, 0);
  g_assert_false (enclave_test_project_exists (fixture->project, ".ssh/new"));
}

/* Runs in a process of its own, which may do to its mounts what it likes. Returns: its exit status. */
static int
run_bound (Fixture *fixture)
{
  g_autofree char *env = enclave_test_project_path (fixture->project, ".env");
  g_autofree char *plain = enclave_test_project_path (fixture->project, "plain");
  g_autofree char *ssh = enclave_test_project_path (fixture->project, ".ssh");
  g_autofree char *folder = enclave_test_project_path (fixture->project, "bound");
  g_autofree char *clean = enclave_test_project_path (fixture->project, "folder");
  static const char *const denied[] = { "plain", "bound/file" };
  g_autoptr(EnclavePathResolver) resolver = NULL;

  if (unshare (geteuid () == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0
      || mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 || mount (env, plain, NULL, MS_BIND, NULL) != 0
      || mount (ssh, folder, NULL, MS_BIND, NULL) != 0)
    return 77;

  /* A descriptor from before belongs to the mounts from before. */
  resolver = enclave_path_resolver_new (fixture->project->root, enclave_path_resolver_get_policy (fixture->resolver), NULL);
  for (guint i = 0; i < G_N_ELEMENTS (denied); i++)
    {
      g_auto(EnclaveResolvedPath) resolved = ENCLAVE_RESOLVED_PATH_INIT;

      if (enclave_path_resolver_open (resolver, ENCLAVE_EFFECT_READ, denied[i], ENCLAVE_RESOLVE_REGULAR, &resolved, NULL))
        return 1;
    }

  /* A folder that is a mount of its own stays usable. */
  if (mount (clean, folder, NULL, MS_BIND, NULL) != 0)
    return 77;
  {
    g_auto(EnclaveResolvedPath) resolved = ENCLAVE_RESOLVED_PATH_INIT;

    return enclave_path_resolver_open (resolver, ENCLAVE_EFFECT_READ, "bound/file", ENCLAVE_RESOLVE_REGULAR, &resolved,
                                       NULL)
             ? 0
             : 2;
  }
}

static void
test_bind_mount (Fixture *fixture, gconstpointer data)
{
  pid_t pid;
  int status;

  enclave_test_project_write (fixture->project, "plain", "nothing\n");
  enclave_test_project_make_folder (fixture->project, "bound");
  pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    _exit (run_bound (fixture));
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  if (WEXITSTATUS (status) == 77)
    g_test_skip ("this machine lets nobody mount");
  else
    g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

static void
test_sparse_giant (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = enclave_test_project_path (fixture->project, "giant.txt");
  g_autoptr(EnclaveFileContent) content = NULL;
  g_autoptr(GError) error = NULL;
  gint64 begin = g_get_monotonic_time ();

  enclave_test_project_write (fixture->project, "giant.txt", "");
  g_assert_cmpint (truncate (path, (off_t) 1 << 40), ==, 0);
  content = enclave_file_door_read (fixture->resolver, ENCLAVE_EFFECT_READ, "giant.txt", &error);
  g_assert_no_error (error);
  g_assert_null (content->text);
  g_assert_error (content->text_error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_TOO_LARGE);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, G_USEC_PER_SEC);
}

/* A second name of a hook is a way to the hook. */
static void
test_linked_hook (Fixture *fixture, gconstpointer data)
{
  static const EnclaveEffects effects[] = { ENCLAVE_EFFECT_READ, ENCLAVE_EFFECT_WRITE };

  enclave_test_project_write (fixture->project, ".git/hooks/pre-commit", "#!/bin/sh\n");
  enclave_test_project_hard_link (fixture->project, ".git/hooks/pre-commit", "notes.txt");
  enclave_test_project_write (fixture->project, "one.txt", "good\n");
  enclave_test_project_hard_link (fixture->project, "one.txt", "two.txt");
  for (guint i = 0; i < G_N_ELEMENTS (effects); i++)
    {
      g_auto(EnclaveResolvedPath) hook = ENCLAVE_RESOLVED_PATH_INIT;
      g_auto(EnclaveResolvedPath) plain = ENCLAVE_RESOLVED_PATH_INIT;
      g_autoptr(GError) error = NULL;

      enclave_path_resolver_open (fixture->resolver, effects[i], "notes.txt", ENCLAVE_RESOLVE_REGULAR, &hook, &error);
      g_assert_no_error (error);
      g_assert_cmpint (hook.decision.verdict, ==, i == 0 ? ENCLAVE_VERDICT_ALLOW : ENCLAVE_VERDICT_ASK);
      g_assert_cmpstr (hook.decision.rule, ==, i == 0 ? NULL : "builtin:git-hooks");
      enclave_path_resolver_open (fixture->resolver, effects[i], "two.txt", ENCLAVE_RESOLVE_REGULAR, &plain, &error);
      g_assert_no_error (error);
      g_assert_cmpint (plain.decision.verdict, ==, ENCLAVE_VERDICT_ALLOW);
    }
}

static void
write_raw (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_strconcat (fixture->project->root, "/", name, NULL);
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, "good\n", 5), ==, 5);
  close (fd);
}

/* Names that are odd and allowed can be read; listed they are one line each; odd and denied ones can't. */
static void
test_odd_names (Fixture *fixture, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (255, 'n');
  const char *const allowed[] = { longest, "bidi-\342\200\256txt.c", "bad-\377\376.c", " blank ", "dots...", "-rf" };
  static const char *const denied[] = { ".env/", ".env/.", "./.env", "folder/../.env", ".//.env", ".env//", "folder/./../.env" };
  g_autofree char *newline = g_strconcat (fixture->project->root, "/new\nline.c", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (allowed); i++)
    {
      g_autoptr(EnclaveFileContent) content = NULL;
      g_autoptr(GError) error = NULL;

      write_raw (fixture, allowed[i]);
      content = enclave_file_door_read (fixture->resolver, ENCLAVE_EFFECT_READ, allowed[i], &error);
      g_assert_no_error (error);
      g_assert_cmpstr (content->text, ==, "good\n");
    }
  for (guint i = 0; i < G_N_ELEMENTS (denied); i++)
    {
      g_autoptr(EnclaveFileContent) content = NULL;
      g_autoptr(GError) error = NULL;

      content = enclave_file_door_read (fixture->resolver, ENCLAVE_EFFECT_READ, denied[i], &error);
      g_assert_null (content);
      g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_DENIED);
      g_assert_cmpstr (enclave_gate_error_get_rule (error), ==, "builtin:dotenv");
    }

  write_raw (fixture, "new\nline.c");
  {
    g_autoptr(EnclaveFileContent) content = NULL;
    g_autoptr(GError) error = NULL;

    content = enclave_file_door_read (fixture->resolver, ENCLAVE_EFFECT_READ, newline, &error);
    g_assert_null (content);
    g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_INVALID_PATH);
  }
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/file-attacks/folder-race", Fixture, NULL, set_up, test_folder_race, tear_down);
  g_test_add ("/file-attacks/folder-race-portable", Fixture, GINT_TO_POINTER (TRUE), set_up, test_folder_race, tear_down);
  g_test_add ("/file-attacks/parent-race", Fixture, NULL, set_up, test_parent_race, tear_down);
  g_test_add ("/file-attacks/bind-mount", Fixture, NULL, set_up, test_bind_mount, tear_down);
  g_test_add ("/file-attacks/sparse-giant", Fixture, NULL, set_up, test_sparse_giant, tear_down);
  g_test_add ("/file-attacks/linked-hook", Fixture, NULL, set_up, test_linked_hook, tear_down);
  g_test_add ("/file-attacks/odd-names", Fixture, NULL, set_up, test_odd_names, tear_down);

  return g_test_run ();
}
