/* enclave-tool-call-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-tool-call.h"

G_BEGIN_DECLS

/* TRUE once it has a final state. */
gboolean enclave_tool_call_is_over (EnclaveToolCall *self);
void enclave_tool_call_set_state (EnclaveToolCall *self, EnclaveToolCallState state);
/* How far it is, in place of a summary, while it runs. */
void enclave_tool_call_set_progress (EnclaveToolCall *self, const char *words);
/* @scope: (nullable): of the tool; kept where it has withheld secrets. Before the call is finished. */
void enclave_tool_call_set_withheld (EnclaveToolCall *self, EnclaveToolScope *scope);
/* @state: a final one. @summary, @rule: (nullable). @result: what the model gets. */
void enclave_tool_call_finish (EnclaveToolCall *self, EnclaveToolCallState state, const char *summary,
                               const char *rule, const char *result);
/* As it was in an earlier run; it took @duration_us. The result can't be sent with its secrets any more. */
void enclave_tool_call_restore (EnclaveToolCall *self, EnclaveToolCallState state, const char *summary, const char *rule,
                                const char *result, gint64 duration_us);

G_END_DECLS
