/* enclave-test-approver.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-approver.h"

G_BEGIN_DECLS

/* Answers from a script and remembers what it was asked. */
#define ENCLAVE_TYPE_TEST_APPROVER (enclave_test_approver_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveTestApprover, enclave_test_approver, ENCLAVE, TEST_APPROVER, GObject)

/* @fallback: the answer when the script has ended. */
EnclaveTestApprover *enclave_test_approver_new (EnclaveApprovalAnswer fallback);
/* Appends one answer to the script. */
void enclave_test_approver_add_answer (EnclaveTestApprover *self, EnclaveApprovalAnswer answer);
/* From now on questions stay open until they are cancelled. */
void enclave_test_approver_set_silent (EnclaveTestApprover *self, gboolean silent);
guint enclave_test_approver_get_n_requests (EnclaveTestApprover *self);
/* Borrowed. */
EnclaveApprovalRequest *enclave_test_approver_get_request (EnclaveTestApprover *self, guint index);

G_END_DECLS
