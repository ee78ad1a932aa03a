/* enclave-change-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-change-fixture.h"
#include "enclave-test-object.h"

void
enclave_change_fixture_set_up (EnclaveChangeFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->project = enclave_test_project_new ();
  self->approver = enclave_test_approver_new (ENCLAVE_APPROVAL_ALLOWED_ONCE);
  self->gate = enclave_gate_new (self->project->root, NULL, &error);
  g_assert_no_error (error);
  enclave_gate_set_approver (self->gate, ENCLAVE_APPROVER (self->approver));
  self->scope = enclave_gate_open_scope (self->gate, "agent", "test", ENCLAVE_EFFECT_WRITE | ENCLAVE_EFFECT_READ);
  self->set = enclave_change_set_new (self->gate);
  enclave_gate_set_pending_overlay (self->gate, ENCLAVE_BUFFER_OVERLAY (self->set));
  enclave_change_set_begin_turn (self->set);
}

void
enclave_change_fixture_tear_down (EnclaveChangeFixture *self, gconstpointer data)
{
  enclave_test_finalize (self->set);
  enclave_test_finalize (self->scope);
  enclave_test_finalize (self->gate);
  enclave_test_finalize (self->approver);
  enclave_test_project_free (self->project);
}

EnclaveChange *
enclave_change_fixture_propose (EnclaveChangeFixture *self, const char *path, const char *new_text, const EnclaveChangeOrigin *origin)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveProposal) proposal = NULL;

  enclave_tool_scope_prepare_write_async (self->scope, path, NULL, new_text, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  proposal = enclave_tool_scope_prepare_write_finish (self->scope, result, &error);
  g_assert_no_error (error);

  return enclave_change_set_add_from (self->set, proposal, origin);
}

gboolean
enclave_change_fixture_apply (EnclaveChangeFixture *self, EnclaveChange *change, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_change_set_apply_async (self->set, change, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);

  return enclave_change_set_apply_finish (self->set, result, error);
}
