/* test-path-resolver.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "enclave-path-resolver.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"
#include "enclave-utf8.h"

#define SECRET "TOKEN=canary-0123456789\n"

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
  EnclaveTestProject *project = enclave_test_project_new ();

  enclave_test_project_write (project, ".env", SECRET);
  enclave_test_project_write (project, "src/main.c", "int main (void) { return 0; }\n");
  enclave_test_project_write (project, ".ssh/id_ed25519", SECRET);
  enclave_test_project_symlink (project, ".env", "notes.txt");
  enclave_test_project_symlink (project, "../.env", "src/notes.txt");
  enclave_test_project_symlink (project, "notes.txt", "twice.txt");
  enclave_test_project_symlink (project, ".ssh", "keys");
  enclave_test_project_symlink (project, "src", "code");
  enclave_test_project_symlink (project, "/etc/passwd", "passwd");
  enclave_test_project_symlink (project, "/", "everything");
  enclave_test_project_symlink (project, "/proc/self/root/etc/passwd", "magic");
  enclave_test_project_symlink (project, "../..", "up");
  enclave_test_project_symlink (project, "loop", "loop");
  enclave_test_project_symlink (project, "nowhere", "dangling");
  enclave_test_project_hard_link (project, ".env", "hard.txt");
  enclave_test_project_hard_link (project, ".ssh/id_ed25519", "src/hard-key.txt");
  {
    g_autofree char *absolute = enclave_test_project_path (project, ".env");
    g_autofree char *fifo = enclave_test_project_path (project, "pipe");

    enclave_test_project_symlink (project, absolute, "absolute.txt");
    g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  }

  policy = enclave_policy_load (project->root, &error);
  g_assert_no_error (error);
  fixture->project = project;
  fixture->resolver = enclave_path_resolver_new (project->root, policy, &error);
  g_assert_no_error (error);
  enclave_path_resolver_set_portable (fixture->resolver, GPOINTER_TO_INT (data));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_test_finalize (fixture->resolver);
  enclave_test_project_free (fixture->project);
}

static void
assert_refused (Fixture *fixture, EnclaveEffects effects, const char *path, int code, const char *rule)
{
  g_auto(EnclaveResolvedPath) resolved = ENCLAVE_RESOLVED_PATH_INIT;
  g_autoptr(GError) error = NULL;
  g_autofree char *shown = enclave_utf8_display_name (path);

  g_test_message ("%.80s", shown);
  g_assert_false (enclave_path_resolver_open (fixture->resolver, effects, path, ENCLAVE_RESOLVE_REGULAR, &resolved,
                                              &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, code);
  g_assert_null (strstr (error->message, "canary"));
  if (rule != NULL)
    g_assert_cmpstr (enclave_gate_error_get_rule (error), ==, rule);
}

static void
test_denied (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *path;
    const char *rule;
  } cases[] = {
    { ".env", "builtin:dotenv" },
    { "./.env", "builtin:dotenv" },
    { ".//.env", "builtin:dotenv" },
    { "src/../.env", "builtin:dotenv" },
    { ".ENV", "builtin:dotenv" },
    { ".env/", "builtin:dotenv" },
    { ".env/.", "builtin:dotenv" },
    { "absent/.env", "builtin:dotenv" },
    { "absent/.env.production", "builtin:dotenv" },
    { "notes.txt", "builtin:dotenv" },
    { "src/notes.txt", "builtin:dotenv" },
    { "code/notes.txt", "builtin:dotenv" },
    { "twice.txt", "builtin:dotenv" },
    { "absolute.txt", "builtin:dotenv" },
    { "keys/id_ed25519", "builtin:private-key" },
    { ".ssh/id_ed25519", "builtin:ssh" },
    { ".ssh/absent", "builtin:ssh" },
    { ".ssh", "builtin:ssh" },
    { "hard.txt", "builtin:dotenv" },
    { "src/hard-key.txt", "builtin:ssh" },
    { "code/hard-key.txt", "builtin:ssh" },
    { "/etc/shadow", "builtin:system-secrets" },
    { "/proc/self/environ", "builtin:process-memory" },
    { "/dev/zero", "builtin:device" },
    { ".enclave/policy", "builtin:policy" },
  };
  static const char *const aliases[] = {
    "/proc/self/root%s/.env",       "/proc/self/cwd/.env", "%s/.env",
    "/proc/1/task/1/root%s/.env",   "%s/src/../.env",      "../../../../../../../../..%s/.env",
    "everything/proc/self/root%s/.env",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      assert_refused (fixture, ENCLAVE_EFFECT_READ, cases[i].path, ENCLAVE_GATE_ERROR_DENIED, cases[i].rule);
      assert_refused (fixture, ENCLAVE_EFFECT_WRITE, cases[i].path, ENCLAVE_GATE_ERROR_DENIED, cases[i].rule);
    }
  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    {
      g_auto(GStrv) parts = g_strsplit (aliases[i], "%s", 2);
      g_autofree char *path = g_strjoinv (fixture->project->root, parts);

      assert_refused (fixture, ENCLAVE_EFFECT_READ, path, ENCLAVE_GATE_ERROR_DENIED, "builtin:dotenv");
    }
}

static void
test_outside (Fixture *fixture, gconstpointer data)
{
  static const char *const paths[] = {
    "..",       "../x",      "../../etc/passwd", "/etc/passwd", "passwd",         "everything/etc/passwd",
    "up/etc",   "src/../..", "/",                "/usr/bin/sh", "/usr/include/..", "/usr/include/../bin/sh",
  };
  g_autofree char *sibling = g_strconcat (fixture->project->root, "-sibling/file", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      assert_refused (fixture, ENCLAVE_EFFECT_READ, paths[i], ENCLAVE_GATE_ERROR_OUTSIDE_ROOT, "builtin:outside-project");
      assert_refused (fixture, ENCLAVE_EFFECT_WRITE, paths[i], ENCLAVE_GATE_ERROR_OUTSIDE_ROOT, "builtin:outside-project");
    }
  assert_refused (fixture, ENCLAVE_EFFECT_READ, sibling, ENCLAVE_GATE_ERROR_OUTSIDE_ROOT, "builtin:outside-project");
  assert_refused (fixture, ENCLAVE_EFFECT_WRITE, "/usr/include/stdio.h", ENCLAVE_GATE_ERROR_OUTSIDE_ROOT, NULL);
}

static void
test_odd_strings (Fixture *fixture, gconstpointer data)
{
  static const char *const invalid[] = { "", "a\nb", "a\rb", "a\tb", "\033[31m", "a\x7f", "file:///etc/passwd", "FILE:x", "a\302\205b" };
  g_autofree char *long_path = g_strnfill (PATH_MAX, 'a');
  g_autofree char *long_name = g_strnfill (300, 'a');
  g_autofree char *deep = NULL;
  g_autoptr(GString) many = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (invalid); i++)
    assert_refused (fixture, ENCLAVE_EFFECT_READ, invalid[i], ENCLAVE_GATE_ERROR_INVALID_PATH, NULL);
  assert_refused (fixture, ENCLAVE_EFFECT_READ, long_path, ENCLAVE_GATE_ERROR_INVALID_PATH, NULL);
  assert_refused (fixture, ENCLAVE_EFFECT_READ, long_name, ENCLAVE_GATE_ERROR_INVALID_PATH, NULL);
  assert_refused (fixture, ENCLAVE_EFFECT_READ, "loop", ENCLAVE_GATE_ERROR_INVALID_PATH, NULL);
  assert_refused (fixture, ENCLAVE_EFFECT_READ, "absent", ENCLAVE_GATE_ERROR_NOT_FOUND, NULL);
  assert_refused (fixture, ENCLAVE_EFFECT_READ, "dangling", ENCLAVE_GATE_ERROR_NOT_FOUND, NULL);
  assert_refused (fixture, ENCLAVE_EFFECT_READ, "src/main.c/", ENCLAVE_GATE_ERROR_NOT_FOUND, NULL);
  assert_refused (fixture, ENCLAVE_EFFECT_READ, "src/main.c/x", ENCLAVE_GATE_ERROR_NOT_FOUND, NULL);
  assert_refused (fixture, ENCLAVE_EFFECT_READ, "src", ENCLAVE_GATE_ERROR_NOT_REGULAR, NULL);
  assert_refused (fixture, ENCLAVE_EFFECT_READ, "pipe", ENCLAVE_GATE_ERROR_NOT_REGULAR, NULL);
  assert_refused (fixture, ENCLAVE_EFFECT_READ, "\377\376", ENCLAVE_GATE_ERROR_NOT_FOUND, NULL);
  assert_refused (fixture, ENCLAVE_EFFECT_READ, "~/.bashrc", ENCLAVE_GATE_ERROR_NOT_FOUND, NULL);
  assert_refused (fixture, ENCLAVE_EFFECT_READ, "%2e%2e/x", ENCLAVE_GATE_ERROR_NOT_FOUND, NULL);
  for (guint i = 0; i < 1000; i++)
    g_string_append (many, "../");
  assert_refused (fixture, ENCLAVE_EFFECT_READ, many->str, ENCLAVE_GATE_ERROR_OUTSIDE_ROOT, NULL);
}

static void
test_allowed (Fixture *fixture, gconstpointer data)
{
  static const char *const paths[] = { "src/main.c", "./src//main.c", "code/main.c", "src/../src/main.c", "code/../src/main.c" };
  g_autofree char *absolute = enclave_test_project_path (fixture->project, "src/main.c");

  for (guint i = 0; i <= G_N_ELEMENTS (paths); i++)
    {
      const char *path = i < G_N_ELEMENTS (paths) ? paths[i] : absolute;
      g_auto(EnclaveResolvedPath) resolved = ENCLAVE_RESOLVED_PATH_INIT;
      g_autoptr(GError) error = NULL;
      char buffer[8] = "";
      int fd;

      enclave_path_resolver_open (fixture->resolver, ENCLAVE_EFFECT_READ, path, ENCLAVE_RESOLVE_REGULAR, &resolved, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (resolved.path, ==, "src/main.c");
      g_assert_cmpstr (resolved.true_path, ==, absolute);
      fd = enclave_path_resolver_reopen (fixture->resolver, &resolved, &error);
      g_assert_no_error (error);
      g_assert_cmpint (read (fd, buffer, 3), ==, 3);
      g_assert_cmpstr (buffer, ==, "int");
      close (fd);
    }
  {
    g_auto(EnclaveResolvedPath) resolved = ENCLAVE_RESOLVED_PATH_INIT;
    g_autoptr(GError) error = NULL;

    enclave_path_resolver_open (fixture->resolver, ENCLAVE_EFFECT_READ, "/usr/include/stdio.h", ENCLAVE_RESOLVE_REGULAR,
                                &resolved, &error);
    g_assert_no_error (error);
  }
}

static void
test_missing (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *path;
    const char *result; /* NULL: refused */
    int code;
  } cases[] = {
    { "new.c", "new.c", 0 },
    { "src/deep/er/new.c", "src/deep/er/new.c", 0 },
    { "code/new.c", "src/new.c", 0 },
    { "src/../new.c", "new.c", 0 },
    { "absent/../new.c", "new.c", 0 },
    { "keys/new", NULL, ENCLAVE_GATE_ERROR_DENIED },
    { "dangling", NULL, ENCLAVE_GATE_ERROR_INVALID_PATH },
    { "dangling/new.c", NULL, ENCLAVE_GATE_ERROR_INVALID_PATH },
    { "everything/tmp/new.c", NULL, ENCLAVE_GATE_ERROR_OUTSIDE_ROOT },
    { "../new.c", NULL, ENCLAVE_GATE_ERROR_OUTSIDE_ROOT },
    { "new/", NULL, ENCLAVE_GATE_ERROR_NOT_FOUND },
    { "src/main.c/new.c", NULL, ENCLAVE_GATE_ERROR_NOT_FOUND },
    { "new.key", NULL, ENCLAVE_GATE_ERROR_DENIED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto(EnclaveResolvedPath) resolved = ENCLAVE_RESOLVED_PATH_INIT;
      g_autoptr(GError) error = NULL;

      g_test_message ("%s", cases[i].path);
      enclave_path_resolver_open (fixture->resolver, ENCLAVE_EFFECT_WRITE, cases[i].path, ENCLAVE_RESOLVE_ALLOW_MISSING,
                                  &resolved, &error);
      if (cases[i].result == NULL)
        {
          g_assert_error (error, ENCLAVE_GATE_ERROR, cases[i].code);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpint (resolved.fd, ==, -1);
      g_assert_cmpstr (resolved.path, ==, cases[i].result);
    }
}

static void
test_parent (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GPtrArray) created = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GError) error = NULL;
  g_autofree char *path = enclave_test_project_path (fixture->project, "a/b/new.c");
  g_autofree char *linked = enclave_test_project_path (fixture->project, "code/new.c");
  g_autofree char *name = NULL;
  int fd;

  g_assert_cmpint (enclave_path_resolver_open_parent (fixture->resolver, path, NULL, &name, &error), ==, -1);
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  fd = enclave_path_resolver_open_parent (fixture->resolver, path, created, &name, &error);
  g_assert_no_error (error);
  close (fd);
  g_assert_cmpstr (name, ==, "new.c");
  g_assert_cmpuint (created->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (created, 1), ==, "a/b");
  g_clear_pointer (&name, g_free);
  g_assert_cmpint (enclave_path_resolver_open_parent (fixture->resolver, linked, created, &name, &error), ==, -1);
  g_assert_nonnull (error);
}

/* A link that changes between a good file and a denied one: what is opened is never the denied one. */
static gpointer
swap_thread (gpointer data)
{
  EnclaveTestProject *project = data;
  g_autofree char *one = enclave_test_project_path (project, "swap");
  g_autofree char *two = enclave_test_project_path (project, "swap-other");
  gint64 end = g_get_monotonic_time () + G_USEC_PER_SEC * 8 / 10;

  while (g_get_monotonic_time () < end)
    syscall (SYS_renameat2, AT_FDCWD, one, AT_FDCWD, two, 2 /* RENAME_EXCHANGE */);

  return NULL;
}

static void
test_race (Fixture *fixture, gconstpointer data)
{
  gint64 end;
  guint n_good = 0, n_refused = 0;
  GThread *thread;

  enclave_test_project_write (fixture->project, "swap", "good\n");
  enclave_test_project_symlink (fixture->project, ".env", "swap-other");
  thread = g_thread_new ("swap", swap_thread, fixture->project);
  end = g_get_monotonic_time () + G_USEC_PER_SEC * 7 / 10;
  while (g_get_monotonic_time () < end)
    {
      g_auto(EnclaveResolvedPath) resolved = ENCLAVE_RESOLVED_PATH_INIT;
      char buffer[64] = "";
      int fd;

      if (!enclave_path_resolver_open (fixture->resolver, ENCLAVE_EFFECT_READ, "swap", ENCLAVE_RESOLVE_REGULAR, &resolved,
                                       NULL))
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
  g_thread_join (thread);
  g_test_message ("%u good, %u refused", n_good, n_refused);
  g_assert_cmpuint (n_good, >, 0);
  g_assert_cmpuint (n_refused, >, 0);
}

/* A link to a denied file that is made after the inodes were looked at. */
static void
test_late_hard_link (Fixture *fixture, gconstpointer data)
{
  assert_refused (fixture, ENCLAVE_EFFECT_READ, "hard.txt", ENCLAVE_GATE_ERROR_DENIED, "builtin:dotenv");
  enclave_test_project_write (fixture->project, "deep/prod.env", SECRET);
  enclave_test_project_hard_link (fixture->project, "deep/prod.env", "late.txt");
  assert_refused (fixture, ENCLAVE_EFFECT_READ, "late.txt", ENCLAVE_GATE_ERROR_DENIED, "builtin:dotenv");
  enclave_test_project_hard_link (fixture->project, "src/main.c", "fine.c");
  {
    g_auto(EnclaveResolvedPath) resolved = ENCLAVE_RESOLVED_PATH_INIT;

    g_assert_true (enclave_path_resolver_open (fixture->resolver, ENCLAVE_EFFECT_READ, "fine.c", ENCLAVE_RESOLVE_REGULAR,
                                               &resolved, NULL));
  }
}

static void
test_home_link (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (g_get_home_dir (), ".ssh", NULL);
  g_autofree char *key = g_build_filename (folder, "mine", NULL);
  g_autofree char *alias = enclave_test_project_path (fixture->project, "innocent.txt");

  g_mkdir_with_parents (folder, 0700);
  g_assert_true (g_file_set_contents (key, SECRET, -1, NULL));
  g_assert_cmpint (link (key, alias), ==, 0);
  assert_refused (fixture, ENCLAVE_EFFECT_READ, "innocent.txt", ENCLAVE_GATE_ERROR_DENIED, "builtin:ssh");
}

static void
test_roots (void)
{
  g_autoptr(EnclavePolicy) policy = enclave_policy_load (NULL, NULL);
  g_autoptr(EnclavePathResolver) resolver = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_null (enclave_path_resolver_new ("/nonexistent/folder", policy, &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (enclave_path_resolver_new ("/etc/passwd", policy, &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_REGULAR);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    void (*function) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "denied", test_denied },   { "outside", test_outside },
    { "odd-strings", test_odd_strings }, { "allowed", test_allowed },
    { "missing", test_missing }, { "parent", test_parent },
    { "race", test_race },       { "late-hard-link", test_late_hard_link },
    { "home-link", test_home_link },
  };

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);

  for (guint portable = 0; portable < 2; portable++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
        {
          g_autofree char *path = g_strdup_printf ("/path-resolver/%s/%s", portable ? "portable" : "kernel", tests[i].name);

          g_test_add (path, Fixture, GUINT_TO_POINTER (portable), set_up, tests[i].function, tear_down);
        }
    }
  g_test_add_func ("/path-resolver/roots", test_roots);

  return g_test_run ();
}
