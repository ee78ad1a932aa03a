/* enclave-git-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-fixture.h"
#include "enclave-test-object.h"

char *
enclave_git_fixture_git (EnclaveGitFixture *self, const char *words)
{
  g_autofree char *line = g_strdup_printf ("git -C '%s' -c user.name=A -c user.email=a@b.c %s", self->project->root, words);
  g_autoptr (GError) error = NULL;
  char *output = NULL;
  int wait_status = 0;

  g_assert_true (g_spawn_command_line_sync (line, &output, NULL, &wait_status, &error));
  g_assert_no_error (error);
  g_assert_cmpint (wait_status, ==, 0);

  return output;
}

void
enclave_git_fixture_do (EnclaveGitFixture *self, const char *words)
{
  g_free (enclave_git_fixture_git (self, words));
}

void
enclave_git_fixture_set_up (EnclaveGitFixture *self)
{
  g_autoptr (GError) error = NULL;

  self->project = enclave_test_project_new ();
  enclave_git_fixture_do (self, "init --quiet -b main");
  enclave_git_fixture_do (self, "config user.name Person");
  enclave_git_fixture_do (self, "config user.email person@example.org");
  enclave_test_project_write (self->project, "a.c", "one\ntwo\nthree\n");
  enclave_test_project_write (self->project, "dir/b.c", "b\n");
  enclave_test_project_write (self->project, ".env", "TOKEN=1\n");
  enclave_git_fixture_do (self, "add -A");
  enclave_git_fixture_do (self, "commit --quiet -m first");
  self->sandbox = enclave_sandbox_new ();
  self->gate = enclave_gate_new (self->project->root, self->sandbox, &error);
  g_assert_no_error (error);
}

void
enclave_git_fixture_tear_down (EnclaveGitFixture *self)
{
  enclave_test_finalize (self->gate);
  enclave_test_finalize (self->sandbox);
  enclave_test_project_free (self->project);
}
