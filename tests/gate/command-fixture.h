/* command-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-command-door.h"
#include "enclave-test-project.h"

G_BEGIN_DECLS

#define CANARY "canary-0123456789"

/* A project with a secret, and a gate on it that runs commands. */
typedef struct
{
  EnclaveTestProject *project;
  EnclaveSandbox *sandbox;
  EnclaveGate *gate;
} CommandFixture;

void command_fixture_set_up (CommandFixture *fixture, gconstpointer data);
void command_fixture_tear_down (CommandFixture *fixture, gconstpointer data);
/* A gate on the fixture's present project. */
void command_fixture_open_gate (CommandFixture *fixture);
EnclaveCommandResult *command_fixture_run (CommandFixture *fixture, EnclaveCommandOptions *options, GCancellable *cancellable,
                                           GError **error);
/* @line: for bash. @status: (out) (optional): as a shell says it (128 + signal). Returns: (transfer full): the output */
char *command_fixture_shell (CommandFixture *fixture, const char *line, int *status);
/* @wanted: (nullable): must be part of the output. */
void command_fixture_assert (CommandFixture *fixture, const char *line, int wanted_status, const char *wanted);

G_END_DECLS
