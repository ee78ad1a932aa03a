/* test-shell.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-shell.h"

typedef struct
{
  GString *output;
  gboolean exited;
  int wait_status;
} Seen;

static void
on_output (EnclaveShell *shell, GBytes *bytes, gpointer user_data)
{
  Seen *seen = user_data;
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  g_assert_cmpuint (length, <=, 65536);
  g_string_append_len (seen->output, data, (gssize) length);
  enclave_shell_continue (shell);
}

static void
on_exited (EnclaveShell *shell, int wait_status, gpointer user_data)
{
  Seen *seen = user_data;

  seen->exited = TRUE;
  seen->wait_status = wait_status;
}

static gboolean
on_late (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
wait_until (gboolean *done, GString *output, const char *text)
{
  gboolean late = FALSE;
  guint timer = g_timeout_add_seconds (15, on_late, &late);

  while (!late && !(done != NULL && *done) && !(text != NULL && strstr (output->str, text) != NULL))
    g_main_context_iteration (NULL, TRUE);
  if (!late)
    g_source_remove (timer);
  return !late;
}

static EnclaveShell *
start (const char *script, Seen *seen)
{
  const char *argv[] = { "/bin/sh", "-c", script, NULL };
  g_autoptr (GError) error = NULL;
  EnclaveShell *shell = enclave_shell_start ("/", argv, 80, 24, &error);

  g_assert_no_error (error);
  seen->output = g_string_new (NULL);
  seen->exited = FALSE;
  g_signal_connect (shell, "output", G_CALLBACK (on_output), seen);
  g_signal_connect (shell, "exited", G_CALLBACK (on_exited), seen);
  return shell;
}

static void
test_output_and_status (void)
{
  Seen seen;
  g_autoptr (EnclaveShell) shell = start ("test -t 0 && test -t 1 && stty size && pwd && exit 7", &seen);

  g_assert_true (wait_until (&seen.exited, NULL, NULL));
  g_assert_nonnull (strstr (seen.output->str, "24 80"));
  g_assert_true (WIFEXITED (seen.wait_status));
  g_assert_cmpint (WEXITSTATUS (seen.wait_status), ==, 7);
  g_string_free (seen.output, TRUE);
}

static void
test_input_and_resize (void)
{
  Seen seen;
  g_autoptr (EnclaveShell) shell = start ("read line; echo \"got <$line>\"; read again; stty size; exit 0", &seen);
  g_autoptr (GBytes) first = g_bytes_new_static ("h\303\251llo\n", 7);
  g_autoptr (GBytes) second = g_bytes_new_static ("\n", 1);

  enclave_shell_write (shell, first);
  g_assert_true (wait_until (NULL, seen.output, "got <h\303\251llo>"));
  enclave_shell_resize (shell, 120, 40);
  enclave_shell_write (shell, second);
  g_assert_true (wait_until (&seen.exited, NULL, NULL));
  g_assert_nonnull (strstr (seen.output->str, "40 120"));
  g_string_free (seen.output, TRUE);
}

static void
test_paused_until_continued (void)
{
  const char *argv[] = { "/bin/sh", "-c", "yes | head -c 3000000", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveShell) shell = enclave_shell_start (NULL, argv, 80, 24, &error);
  Seen seen = { g_string_new (NULL), FALSE, 0 };
  gboolean late = FALSE;

  /* No call of continue: one piece comes, and no more. */
  g_assert_no_error (error);
  g_signal_connect (shell, "exited", G_CALLBACK (on_exited), &seen);
  g_timeout_add (400, on_late, &late);
  while (!late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (seen.exited);

  g_signal_connect (shell, "output", G_CALLBACK (on_output), &seen);
  enclave_shell_continue (shell);
  g_assert_true (wait_until (&seen.exited, NULL, NULL));
  g_string_free (seen.output, TRUE);
}

/* What the loop has no time for is there when it is asked for, once and in order, and the end is told by the loop all the same. */
static void
test_read_now (void)
{
  Seen seen = { 0 };
  g_autoptr (EnclaveShell) shell = start ("stty -echo -onlcr; i=0; while [ $i -lt 300 ]; do echo line-$i; i=$((i+1)); done; read x; echo last", &seen);
  g_autoptr (GBytes) enter = g_bytes_new_static ("\n", 1);
  gsize at = 0;

  for (guint i = 0; i < 3000 && strstr (seen.output->str, "line-299\n") == NULL; i++)
    {
      if (!enclave_shell_read_now (shell))
        g_usleep (25000);
    }
  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *line = g_strdup_printf ("line-%u\n", i);
      const char *found = strstr (seen.output->str + at, line);

      g_assert_nonnull (found);
      at = (gsize) (found - seen.output->str);
      g_assert_null (strstr (found + 1, line));
    }
  g_assert_false (enclave_shell_read_now (shell));
  enclave_shell_write (shell, enter);
  g_assert_true (wait_until (&seen.exited, NULL, NULL));
  g_assert_nonnull (strstr (seen.output->str, "last"));
  g_assert_false (enclave_shell_read_now (shell));
  g_string_free (seen.output, TRUE);
}

static void
test_end_kills_the_tree (void)
{
  Seen seen;
  EnclaveShell *shell = start ("trap '' HUP TERM; (trap '' HUP; sleep 300) & echo \"child $!.\"; "
                               "setsid sh -c 'trap \"\" HUP; echo \"other $$.\"; sleep 300'", &seen);
  const char *child;
  const char *other;
  pid_t pids[2];
  gint64 deadline;

  g_assert_true (wait_until (NULL, seen.output, "other "));
  g_assert_true (wait_until (NULL, strstr (seen.output->str, "other ") != NULL ? seen.output : NULL, "."));
  child = strstr (seen.output->str, "child ");
  other = strstr (seen.output->str, "other ");
  g_assert_nonnull (child);
  pids[0] = (pid_t) g_ascii_strtoll (child + 6, NULL, 10);
  pids[1] = (pid_t) g_ascii_strtoll (other + 6, NULL, 10);
  g_assert_cmpint (kill (pids[0], 0), ==, 0);
  g_assert_cmpint (kill (pids[1], 0), ==, 0);

  enclave_shell_end (shell);
  deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  while ((kill (pids[0], 0) == 0 || kill (pids[1], 0) == 0) && g_get_monotonic_time () < deadline)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (10000);
      /* Orphans of this test may have this process as their nearest reaper. */
      waitpid (pids[0], NULL, WNOHANG);
    }
  g_assert_cmpint (kill (pids[0], 0), !=, 0);
  g_assert_cmpint (kill (pids[1], 0), !=, 0);
  g_object_unref (shell);
  g_string_free (seen.output, TRUE);
}

static void
test_background_child_holds_nothing (void)
{
  Seen seen;
  g_autoptr (EnclaveShell) shell = start ("sleep 60 & echo done; exit 0", &seen);
  gint64 before = g_get_monotonic_time ();

  g_assert_true (wait_until (&seen.exited, NULL, NULL));
  g_assert_cmpint (g_get_monotonic_time () - before, <, 10 * G_USEC_PER_SEC);
  g_string_free (seen.output, TRUE);
}

static void
test_missing_program (void)
{
  const char *argv[] = { "/nonexistent/shell", NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (enclave_shell_start (NULL, argv, 80, 24, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "/nonexistent/shell"));
}

static void
test_shell_falls_back (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveShell) shell = NULL;
  g_autofree char *before = g_strdup (g_getenv ("SHELL"));

  g_setenv ("SHELL", "/none", TRUE);
  shell = enclave_shell_start (NULL, NULL, 80, 24, &error);
  if (before != NULL)
    g_setenv ("SHELL", before, TRUE);
  else
    g_unsetenv ("SHELL");
  g_assert_no_error (error);
  g_assert_true (enclave_shell_get_fell_back (shell));
}

/* P9 of the fault matrix: no terminal is to be had. */
static void
test_no_terminal (void)
{
  struct rlimit before;
  struct rlimit none;
  g_autoptr (GError) error = NULL;
  EnclaveShell *shell;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &before), ==, 0);
  none = before;
  none.rlim_cur = 3;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &none), ==, 0);
  shell = enclave_shell_start ("/", NULL, 80, 24, &error);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &before), ==, 0);
  g_assert_null (shell);
  g_assert_nonnull (error);
  g_assert_true (g_str_has_prefix (error->message, "Opening a terminal"));
}

/* P4: whoever will not hear of an end is ended all the same. */
static void
test_ignores_signals (void)
{
  Seen seen;
  g_autoptr (EnclaveShell) shell = start ("trap '' HUP TERM; echo ready; while :; do sleep 1000; done", &seen);
  gint64 began;

  g_assert_true (wait_until (NULL, seen.output, "ready"));
  began = g_get_monotonic_time ();
  enclave_shell_end (shell);
  g_assert_true (wait_until (&seen.exited, NULL, NULL));
  g_assert_true (WIFSIGNALED (seen.wait_status));
  g_assert_cmpint (WTERMSIG (seen.wait_status), ==, SIGKILL);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 10 * G_USEC_PER_SEC);
  g_string_free (seen.output, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shell/output-and-status", test_output_and_status);
  g_test_add_func ("/shell/input-and-resize", test_input_and_resize);
  g_test_add_func ("/shell/paused-until-continued", test_paused_until_continued);
  g_test_add_func ("/shell/read-now", test_read_now);
  g_test_add_func ("/shell/end-kills-the-tree", test_end_kills_the_tree);
  g_test_add_func ("/shell/background-child", test_background_child_holds_nothing);
  g_test_add_func ("/shell/missing-program", test_missing_program);
  g_test_add_func ("/shell/falls-back", test_shell_falls_back);
  g_test_add_func ("/shell/ignores-signals", test_ignores_signals);
  g_test_add_func ("/shell/no-terminal", test_no_terminal);
  return g_test_run ();
}
