/* enclave-git-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-gate.h"
#include "enclave-test-project.h"

G_BEGIN_DECLS

/* A project that is a repository on branch main, with the gate in front of it. */
typedef struct
{
  EnclaveTestProject *project;
  EnclaveSandbox *sandbox;
  EnclaveGate *gate;
} EnclaveGitFixture;

/* One commit, "first", with a.c ("one", "two", "three"), dir/b.c and a denied .env. */
void enclave_git_fixture_set_up (EnclaveGitFixture *self);
void enclave_git_fixture_tear_down (EnclaveGitFixture *self);
/* As the person's own git, outside of the box; it has to do it. Returns: (transfer full): what it says. */
char *enclave_git_fixture_git (EnclaveGitFixture *self, const char *words);
void enclave_git_fixture_do (EnclaveGitFixture *self, const char *words);

G_END_DECLS
