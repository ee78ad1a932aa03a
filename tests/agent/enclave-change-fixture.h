/* enclave-change-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-change-set.h"
#include "enclave-test-approver.h"
#include "enclave-test-project.h"

G_BEGIN_DECLS

/* A set of changes in an empty project, in its first turn, with an agent that may propose some. */
typedef struct
{
  EnclaveTestProject *project;
  EnclaveTestApprover *approver; /* allows everything once */
  EnclaveGate *gate;
  EnclaveToolScope *scope;
  EnclaveChangeSet *set;
} EnclaveChangeFixture;

/* For g_test_add(). */
void enclave_change_fixture_set_up (EnclaveChangeFixture *self, gconstpointer data);
/* Every object must be gone after this. */
void enclave_change_fixture_tear_down (EnclaveChangeFixture *self, gconstpointer data);
/* @new_text for the file @path, whatever it holds now. Borrowed. */
EnclaveChange *enclave_change_fixture_propose (EnclaveChangeFixture *self, const char *path, const char *new_text,
                                               const EnclaveChangeOrigin *origin);
/* @change: (nullable): all that are proposed. */
gboolean enclave_change_fixture_apply (EnclaveChangeFixture *self, EnclaveChange *change, GError **error);

G_END_DECLS
