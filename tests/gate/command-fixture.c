/* command-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "command-fixture.h"
#include "enclave-test-object.h"

#include <string.h>
#include <sys/wait.h>

void
command_fixture_open_gate (CommandFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->gate = enclave_gate_new (fixture->project->root, fixture->sandbox, &error);
  g_assert_no_error (error);
}

void
command_fixture_set_up (CommandFixture *fixture, gconstpointer data)
{
  fixture->project = enclave_test_project_new ();
  enclave_test_project_write (fixture->project, ".env", "TOKEN=" CANARY "\n");
  enclave_test_project_write (fixture->project, "src/a.txt", "plain\n");
  fixture->sandbox = enclave_sandbox_new ();
  command_fixture_open_gate (fixture);
}

void
command_fixture_tear_down (CommandFixture *fixture, gconstpointer data)
{
  enclave_test_finalize (fixture->gate);
  enclave_test_finalize (fixture->sandbox);
  enclave_test_project_free (fixture->project);
}

EnclaveCommandResult *
command_fixture_run (CommandFixture *fixture, EnclaveCommandOptions *options, GCancellable *cancellable, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_command_door_run_async (fixture->gate, options, cancellable, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  return enclave_command_door_run_finish (fixture->gate, result, error);
}

/* Returns: the output; @status: as the shell says it (128 + signal). */
char *
command_fixture_shell (CommandFixture *fixture, const char *line, int *status)
{
  const char *argv[] = { "/bin/bash", "-c", line, NULL };
  EnclaveCommandOptions options = { .argv = argv, .shown = line, .timeout_s = 25, .input_fd = -1 };
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveCommandResult) result = command_fixture_run (fixture, &options, NULL, &error);
  gsize length;
  const char *bytes;

  g_assert_no_error (error);
  if (result->timed_out)
    g_error ("%s: took too long", line);
  bytes = g_bytes_get_data (result->output, &length);
  if (status != NULL)
    *status = WIFEXITED (result->wait_status) ? WEXITSTATUS (result->wait_status) : 128 + WTERMSIG (result->wait_status);
  return g_strndup (bytes != NULL ? bytes : "", length);
}

void
command_fixture_assert (CommandFixture *fixture, const char *line, int wanted_status, const char *wanted)
{
  int status = -1;
  g_autofree char *output = command_fixture_shell (fixture, line, &status);

  if (status != wanted_status || (wanted != NULL && strstr (output, wanted) == NULL))
    g_error ("%s: status %d instead of %d, output: %s", line, status, wanted_status, output);
}
