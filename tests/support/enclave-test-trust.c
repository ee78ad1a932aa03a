/* enclave-test-trust.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-test-project.h"
#include "enclave-test-trust.h"

void
enclave_test_trust (EnclaveGate *gate)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) looked = NULL;
  g_autoptr (GAsyncResult) trusted = NULL;
  g_autoptr (EnclaveInstructions) instructions = NULL;
  g_autoptr (GError) error = NULL;

  enclave_gate_look_at_instructions_async (gate, NULL, enclave_test_result_callback, &slot);
  looked = enclave_test_wait (&slot);
  instructions = enclave_gate_look_at_instructions_finish (gate, looked, NULL);
  if (instructions == NULL)
    return;

  enclave_gate_trust_instructions_async (gate, instructions, NULL, enclave_test_result_callback, &slot);
  trusted = enclave_test_wait (&slot);
  g_assert_true (enclave_gate_trust_instructions_finish (gate, trusted, &error));
  g_assert_no_error (error);
}
