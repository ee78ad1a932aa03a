/* test-login-path.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "enclave-login-path.h"
#include "enclave-test-project.h"

#define OWN "/own/bin:/usr/bin"

typedef struct
{
  EnclaveTestProject *folder;
  char *shell;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = enclave_test_project_new ();
  fixture->shell = enclave_test_project_path (fixture->folder, "shell");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_test_project_free (fixture->folder);
  g_free (fixture->shell);
}

/* A login shell that runs @before, and then what it is given. */
static EnclaveLoginPath *
read_path (Fixture *fixture, const char *before, guint timeout_ms)
{
  g_autofree char *text = g_strdup_printf ("#!/bin/sh\n%s\nwhile [ \"$1\" != -c ]; do shift; done\neval \"$2\"\n", before);

  enclave_test_project_write (fixture->folder, "shell", text);
  g_assert_cmpint (g_chmod (fixture->shell, 0755), ==, 0);
  return enclave_login_path_read (fixture->shell, OWN, timeout_ms);
}

static void
test_told (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveLoginPath) path
    = read_path (fixture, "echo Welcome; echo PATH=/lie; PATH=/tools/bin:relative:/usr/bin:.:/tools/bin; export PATH", 20000);

  g_assert_cmpstr (path->problem, ==, NULL);
  g_assert_cmpstr (path->path, ==, "/tools/bin:/usr/bin");
  g_assert_cmpstr (path->shell, ==, fixture->shell);
}

/* The machine's own shells, a case each: which of them are not here is seen. */
static const char *const shells[] = { "/bin/sh", "/bin/bash", "/bin/zsh", "/usr/bin/fish", "/bin/tcsh" };

static void
test_real (Fixture *fixture, gconstpointer data)
{
  const char *shell = data;
  g_autoptr (EnclaveLoginPath) path = NULL;

  if (!g_file_test (shell, G_FILE_TEST_IS_EXECUTABLE))
    {
      g_test_skip ("not installed");
      return;
    }
  path = enclave_login_path_read (shell, OWN, 20000);
  g_assert_cmpstr (path->problem, ==, NULL);
  g_assert_true (g_path_is_absolute (path->path));
}

/* Files of a shell that do anything. Whatever comes, it ends in time, and the PATH of this process counts. */
static void
test_hostile (Fixture *fixture, gconstpointer data)
{
  static const char *const files[] = {
    "exit 3",
    "kill -9 $$",
    "printf 'no line end'; exit 0",
    "head -c 1000000 /dev/zero",
    "yes",
    "exec >&-",
    "PATH=; export PATH",
    "PATH=\"$(printf '/a\\377b')\"; export PATH",
    "PATH=\"$(printf '/a\\n/b')\"; export PATH",
    "kill -STOP 0",
    "sleep 1000",
    "sleep 1000 & exec sleep 1000",
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      gint64 began = g_get_monotonic_time ();
      g_autoptr (EnclaveLoginPath) path = read_path (fixture, files[i], 1500);

      g_assert_cmpint (g_get_monotonic_time () - began, <, 10 * G_USEC_PER_SEC);
      if (path->problem == NULL)
        g_error ("“%s” was taken for a PATH: %s", files[i], path->path);
      g_assert_cmpstr (path->path, ==, OWN);
    }
}

static void
test_none (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveLoginPath) path = enclave_login_path_read ("/no/such/shell", NULL, 1000);

  g_assert_nonnull (strstr (path->problem, "/no/such/shell"));
  g_assert_true (g_path_is_absolute (path->path));
}

/* What it has started ends with it. */
static void
test_ends (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = enclave_test_project_path (fixture->folder, "pid");
  g_autofree char *before = g_strdup_printf ("sleep 1000 & echo $! >%s", file);
  g_autoptr (EnclaveLoginPath) path = read_path (fixture, before, 20000);
  g_autofree char *text = NULL;
  int pid;

  g_assert_cmpstr (path->problem, ==, NULL);
  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  pid = (int) g_ascii_strtoll (text, NULL, 10);
  g_assert_cmpint (pid, >, 1);
  for (guint i = 0; kill (pid, 0) == 0; i++)
    {
      g_autofree char *status_name = g_strdup_printf ("/proc/%d/stat", pid);
      g_autofree char *status = NULL;

      /* Whoever is the parent of all may be slow to take it. */
      if (g_file_get_contents (status_name, &status, NULL, NULL) && strstr (status, ") Z") != NULL)
        break;
      g_assert_cmpuint (i, <, 500);
      g_usleep (10000);
    }
}

static void
on_asked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  const EnclaveLoginPath **found = user_data;

  *found = enclave_login_path_ask_finish (result, NULL);
}

/* Asked once: a second answer is the same one, though the shell would say something else by now. */
static void
test_once (Fixture *fixture, gconstpointer data)
{
  const EnclaveLoginPath *found[3] = { NULL };

  enclave_login_path_free (read_path (fixture, "PATH=/once:/usr/bin; export PATH; echo x >>${0%/*}/starts", 20000));
  enclave_test_project_write (fixture->folder, "starts", "");
  g_setenv ("SHELL", fixture->shell, TRUE);
  g_assert_null (enclave_login_path_peek ());
  enclave_login_path_ask_async (NULL, on_asked, &found[0]);
  enclave_login_path_ask_async (NULL, on_asked, &found[1]);
  while (found[0] == NULL || found[1] == NULL)
    g_main_context_iteration (NULL, TRUE);
  enclave_login_path_ask_async (NULL, on_asked, &found[2]);
  while (found[2] == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (found[0]->path, ==, "/once:/usr/bin");
  g_assert_true (found[0] == found[1] && found[1] == found[2]);
  g_assert_true (enclave_login_path_peek () == found[0]);
  {
    g_autofree char *starts = enclave_test_project_path (fixture->folder, "starts");
    g_autofree char *text = NULL;
    g_auto (GStrv) environment = enclave_login_path_dup_environment (found[0]);

    g_assert_true (g_file_get_contents (starts, &text, NULL, NULL));
    g_assert_cmpstr (text, ==, "x\n");
    g_assert_cmpstr (g_environ_getenv (environment, "PATH"), ==, "/once:/usr/bin");
  }
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/login-path/told", test_told);
  for (guint i = 0; i < G_N_ELEMENTS (shells); i++)
    {
      g_autofree char *name = g_strconcat ("/login-path/real", shells[i], NULL);

      g_test_add (name, Fixture, shells[i], set_up, test_real, tear_down);
    }
  ADD ("/login-path/hostile", test_hostile);
  ADD ("/login-path/none", test_none);
  ADD ("/login-path/ends", test_ends);
  ADD ("/login-path/once", test_once);

  return g_test_run ();
}
