/* enclave-gate-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-audit-log.h"
#include "enclave-gate.h"
#include "enclave-path-resolver.h"
#include "enclave-text-admission.h"

G_BEGIN_DECLS

/* Stays the gate's; O_PATH | O_DIRECTORY. */
int enclave_gate_get_root_fd (EnclaveGate *self);

EnclavePathResolver *enclave_gate_get_resolver (EnclaveGate *self);

/* All (nullable) (transfer none). */
EnclaveApprover *enclave_gate_get_approver (EnclaveGate *self);
EnclaveTerminalHost *enclave_gate_get_terminal_host (EnclaveGate *self);
EnclaveBufferOverlay *enclave_gate_get_buffer_overlay (EnclaveGate *self);
EnclaveBufferOverlay *enclave_gate_get_pending_overlay (EnclaveGate *self);

/* Writes one audit line. A log that can't be written stops nothing: its state is kept, see
 * enclave_gate_get_audit_problem(). @path, @rule: (nullable). */
void enclave_gate_audit (EnclaveGate *self, const char *actor, const char *tool, const char *path,
                         const char *rule, EnclaveAuditDecision decision);
/* The line that belongs to @error, when it is a refusal (anything but a failure of input or output). */
void enclave_gate_audit_error (EnclaveGate *self, const char *actor, const char *tool, const char *path,
                               const GError *error);

EnclaveTextAdmission *enclave_gate_get_admission (EnclaveGate *self);
/* Writes the lines for what was masked in a text from @path (nullable), one a rule. */
void enclave_gate_audit_masks (EnclaveGate *self, const char *actor, const char *tool, const char *path,
                               const EnclaveMaskedText *masked);

/* Commands allowed for the conversation, by exact argv and the level of the sandbox: at another level it is asked again. */
gboolean enclave_gate_has_grant (EnclaveGate *self, const char *const *argv);
void enclave_gate_add_grant (EnclaveGate *self, const char *const *argv);
/* (nullable): the command line that was last allowed in this conversation, as it was shown. */
const char *enclave_gate_get_last_command (EnclaveGate *self);
void enclave_gate_set_last_command (EnclaveGate *self, const char *shown);

G_END_DECLS
