/* test-command-service.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* A program that stays, in the box of a command: what it sees, also of what comes later, and how it ends. */

#include "config.h"

#include <string.h>
#include <sys/wait.h>

#include "command-fixture.h"
#include "enclave-limits.h"
#include "enclave-test-box.h"

#define END "@@end@@"

static const char *const shell[] = { "/bin/sh", NULL };

static EnclaveServiceProcess *
start (CommandFixture *fixture, const EnclavePipedServiceOptions *options, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_command_door_start_service_async (fixture->gate, options, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  return enclave_command_door_start_service_finish (fixture->gate, result, error);
}

static EnclaveServiceProcess *
start_shell (CommandFixture *fixture, gboolean read_only)
{
  const EnclavePipedServiceOptions options = { .argv = shell, .actor = "test", .with_workspace = TRUE, .read_only = read_only };
  g_autoptr (GError) error = NULL;
  EnclaveServiceProcess *process = start (fixture, &options, &error);

  g_assert_no_error (error);
  return process;
}

/* What a shell that stays says to one more line. (transfer full) */
static char *
say (EnclaveServiceProcess *process, const char *line)
{
  g_autofree char *whole = g_strconcat (line, "\necho '" END "'\n", NULL);
  g_autoptr (GString) answer = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_output_stream_write_all (enclave_service_process_get_input (process), whole, strlen (whole), NULL, NULL, &error));
  while (strstr (answer->str, END) == NULL)
    {
      GAsyncResult *slot = NULL;
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GBytes) bytes = NULL;

      g_input_stream_read_bytes_async (enclave_service_process_get_output (process), 4096, 0, NULL, enclave_test_result_callback, &slot);
      result = enclave_test_wait (&slot);
      bytes = g_input_stream_read_bytes_finish (enclave_service_process_get_output (process), result, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (g_bytes_get_size (bytes), >, 0);
      g_string_append_len (answer, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
    }
  g_string_truncate (answer, (gsize) (strstr (answer->str, END) - answer->str));
  return g_string_free (g_steal_pointer (&answer), FALSE);
}

static void
assert_says (EnclaveServiceProcess *process, const char *line, const char *expected)
{
  g_autofree char *answer = say (process, line);

  g_assert_cmpstr (answer, ==, expected);
}

static void
on_exited (EnclaveServiceProcess *process, int wait_status, gboolean *exited)
{
  *exited = TRUE;
}

/* Returns: how long it took, in milliseconds. */
static gint64
wait_for_end (EnclaveServiceProcess *process)
{
  gint64 before = g_get_monotonic_time ();
  gboolean exited = FALSE;
  gulong handler = g_signal_connect (process, "exited", G_CALLBACK (on_exited), &exited);

  while (!exited && enclave_service_process_is_running (process))
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (process, handler);
  return (g_get_monotonic_time () - before) / 1000;
}

/* Denied files stay denied, and so do those that come to be while it runs. */
static void
test_denied (CommandFixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveServiceProcess) process = start_shell (fixture, FALSE);

  assert_says (process, "cat src/a.txt", "plain\n");
  assert_says (process, "cat .env 2>/dev/null", "");
  enclave_test_project_write (fixture->project, "src/.env", CANARY);
  enclave_test_project_symlink (fixture->project, ".env", "later-link");
  enclave_test_project_hard_link (fixture->project, ".env", "later-hard");
  enclave_test_project_write (fixture->project, "later.txt", "later\n");
  assert_says (process, "cat later.txt", "later\n");
  assert_says (process, "cat .env src/.env later-link later-hard 2>/dev/null", "");
  assert_says (process, "ln .env mine 2>/dev/null; cat mine 2>/dev/null", "");
  assert_says (process, "mv .env x 2>/dev/null; cat x 2>/dev/null; grep -rl canary . 2>/dev/null", "");
  assert_says (process, "cp src/a.txt made.txt && cat made.txt", "plain\n");
  g_assert_true (enclave_test_project_exists (fixture->project, "made.txt"));
  assert_says (process, "echo new > .env.local 2>/dev/null; ls .env.local 2>/dev/null", "");
}

static void
test_read_only (CommandFixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveServiceProcess) process = start_shell (fixture, TRUE);

  assert_says (process, "(echo x > made.txt) 2>/dev/null; rm -f src/a.txt 2>/dev/null; cat src/a.txt", "plain\n");
  g_assert_false (enclave_test_project_exists (fixture->project, "made.txt"));
}

static void
test_nothing_but_what_was_granted (CommandFixture *fixture, gconstpointer data)
{
  const char *environment[] = { "OWN=1", "PATH=/usr/bin:/bin", "NOT A NAME", NULL };
  const char *unset[] = { "TERM", NULL };
  const EnclavePipedServiceOptions options = { .argv = shell, .actor = "test", .environment = environment, .unset = unset };
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveServiceProcess) process = NULL;
  g_autofree char *line = g_strdup_printf ("ls -d %s/src 2>/dev/null; ls %s/.ssh %s 2>/dev/null", fixture->project->root, g_get_home_dir (),
                                           g_get_home_dir ());

  g_setenv ("API_KEY", CANARY, TRUE);
  process = start (fixture, &options, &error);
  g_unsetenv ("API_KEY");
  g_assert_no_error (error);
  assert_says (process, line, "");
  assert_says (process, "pwd; echo $OWN $PATH [$TERM]", "/tmp/home\n1 /usr/bin:/bin []\n");
  assert_says (process, "env | grep -c '^PATH='; env | grep -ci key", "1\n0\n");
  assert_says (process, "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '", "lo\n");
}

static void
assert_refused (CommandFixture *fixture, const EnclavePipedServiceOptions *options, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (start (fixture, options, &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, code);
}

static void
test_refused (CommandFixture *fixture, gconstpointer data)
{
  g_autofree char *keys = g_build_filename (g_get_home_dir (), ".ssh", NULL);
  g_autofree char *above = g_path_get_dirname (fixture->project->root);
  const char *places[] = { keys, g_get_home_dir (), "/", above };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      const char *readable[] = { places[i], NULL };
      const EnclavePipedServiceOptions options = { .argv = shell, .actor = "test", .readable = readable };

      assert_refused (fixture, &options, ENCLAVE_GATE_ERROR_DENIED);
    }
  {
    const EnclavePipedServiceOptions elsewhere = { .argv = shell, .actor = "test", .with_workspace = TRUE, .folder = "/etc" };
    const EnclavePipedServiceOptions above_it = { .argv = shell, .actor = "test", .with_workspace = TRUE, .folder = ".." };

    assert_refused (fixture, &elsewhere, ENCLAVE_GATE_ERROR_NOT_FOUND);
    assert_refused (fixture, &above_it, ENCLAVE_GATE_ERROR_NOT_FOUND);
  }
}

/* What lies in a folder that is shown as it is, and is denied by its name. */
static void
test_places (CommandFixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveTestProject) place = enclave_test_project_new ();
  g_autofree char *line = g_strdup_printf ("cd %s; cat deep/plain.txt; cat deep/.env other 2>/dev/null; grep -rl canary . 2>/dev/null", place->root);
  const char *readable[] = { place->root, NULL };
  const EnclavePipedServiceOptions options = { .argv = shell, .actor = "test", .readable = readable };
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveServiceProcess) process = NULL;

  enclave_test_project_write (place, "deep/plain.txt", "plain\n");
  enclave_test_project_write (place, "deep/.env", CANARY);
  enclave_test_project_hard_link (place, "deep/.env", "other");
  process = start (fixture, &options, &error);
  g_assert_no_error (error);
  assert_says (process, line, "plain\n");
}

static void
test_folder (CommandFixture *fixture, gconstpointer data)
{
  const EnclavePipedServiceOptions options = { .argv = shell, .actor = "test", .with_workspace = TRUE, .folder = "src" };
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveServiceProcess) process = start (fixture, &options, &error);

  g_assert_no_error (error);
  assert_says (process, "cat a.txt", "plain\n");
}

static void
on_output (EnclaveServiceProcess *process, const char *text, GString *all)
{
  g_string_append (all, text);
}

static void
test_ends (CommandFixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveServiceProcess) process = start_shell (fixture, FALSE);
  g_autoptr (GString) words = g_string_new (NULL);

  g_signal_connect (process, "output", G_CALLBACK (on_output), words);
  assert_says (process, "echo to-errors >&2", "");
  enclave_service_process_end (process);
  g_assert_cmpint (wait_for_end (process), <, ENCLAVE_PROCESS_KILL_DELAY_MS);
  g_assert_true (WIFEXITED (enclave_service_process_get_status (process)));
  g_assert_cmpstr (words->str, ==, "to-errors\n");
}

/* One that neither reads nor minds is killed with all that it has started. */
static void
test_stubborn (CommandFixture *fixture, gconstpointer data)
{
  const char *argv[] = { "/bin/sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done", NULL };
  const EnclavePipedServiceOptions options = { .argv = argv, .actor = "test", .with_workspace = TRUE };
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveServiceProcess) process = start (fixture, &options, &error);
  gint64 took;

  g_assert_no_error (error);
  enclave_test_spin (300);
  enclave_service_process_end (process);
  took = wait_for_end (process);
  g_assert_cmpint (took, >=, 2 * ENCLAVE_PROCESS_KILL_DELAY_MS - 200);
  g_assert_cmpint (took, <, 2 * ENCLAVE_PROCESS_KILL_DELAY_MS + 3000);
}

/* SIGTERM reaches the program, which is not the first of its box. */
static void
test_told_to_end (CommandFixture *fixture, gconstpointer data)
{
  const char *argv[] = { "/bin/sh", "-c", "trap 'echo told > told.txt; exit 7' TERM; while :; do sleep 0.1; done", NULL };
  const EnclavePipedServiceOptions options = { .argv = argv, .actor = "test", .with_workspace = TRUE };
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveServiceProcess) process = start (fixture, &options, &error);
  g_autofree char *told = NULL;

  g_assert_no_error (error);
  enclave_test_spin (300);
  enclave_service_process_end (process);
  g_assert_cmpint (wait_for_end (process), <, 2 * ENCLAVE_PROCESS_KILL_DELAY_MS);
  told = enclave_test_project_read (fixture->project, "told.txt");
  g_assert_cmpstr (told, ==, "told\n");
  g_assert_cmpint (WEXITSTATUS (enclave_service_process_get_status (process)), ==, 7);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  if (enclave_test_box_is_missing ())
    return 0;
#define ADD(name, function) \
  g_test_add ("/command-service/" name, CommandFixture, NULL, command_fixture_set_up, function, command_fixture_tear_down)
  ADD ("denied", test_denied);
  ADD ("read-only", test_read_only);
  ADD ("granted", test_nothing_but_what_was_granted);
  ADD ("refused", test_refused);
  ADD ("folder", test_folder);
  ADD ("places", test_places);
  ADD ("ends", test_ends);
  ADD ("told-to-end", test_told_to_end);
  ADD ("stubborn", test_stubborn);
  return g_test_run ();
}
