/* enclave-tool-runner.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-gate.h"
#include "enclave-tool-registry.h"

G_BEGIN_DECLS

/* Runs one tool the way the agent does: find, check, scope of the declared effects, run, wait.
 * @arguments: JSON object as text. Returns: (transfer full) (nullable). */
EnclaveToolResult *enclave_tool_runner_call (EnclaveToolRegistry *registry, EnclaveGate *gate, const char *name,
                                             const char *arguments, GError **error);
/* Lines of the audit log so far. */
guint enclave_tool_runner_count_audit_lines (EnclaveGate *gate);

G_END_DECLS
