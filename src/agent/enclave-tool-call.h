/* enclave-tool-call.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-context-item.h"
#include "enclave-tool-scope.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_TOOL_CALL_PROPOSED,
  ENCLAVE_TOOL_CALL_AWAITING_APPROVAL,
  ENCLAVE_TOOL_CALL_RUNNING,
  ENCLAVE_TOOL_CALL_DONE,
  ENCLAVE_TOOL_CALL_REFUSED,  /* by a rule */
  ENCLAVE_TOOL_CALL_DENIED,   /* by the person */
  ENCLAVE_TOOL_CALL_FAILED,
  ENCLAVE_TOOL_CALL_STOPPED,
} EnclaveToolCallState;

#define ENCLAVE_TYPE_TOOL_CALL_STATE (enclave_tool_call_state_get_type ())
GType enclave_tool_call_state_get_type (void);

/* One call of the model and what became of it. Properties: "state", "summary". */
#define ENCLAVE_TYPE_TOOL_CALL (enclave_tool_call_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveToolCall, enclave_tool_call, ENCLAVE, TOOL_CALL, GObject)

EnclaveToolCall *enclave_tool_call_new (const char *id, const char *name, const char *arguments);
const char *enclave_tool_call_get_id (EnclaveToolCall *self);
const char *enclave_tool_call_get_name (EnclaveToolCall *self);
/* JSON text as the model wrote it. */
const char *enclave_tool_call_get_arguments (EnclaveToolCall *self);
/* What it is about: the path, the pattern, the command. "" when it has none. */
const char *enclave_tool_call_get_subject (EnclaveToolCall *self);
EnclaveToolCallState enclave_tool_call_get_state (EnclaveToolCall *self);
/* "lines 1–96", "7 matches in 3 files", "exit 1", "rule builtin:dotenv", or the error in a few words. */
const char *enclave_tool_call_get_summary (EnclaveToolCall *self);
/* The rule that refused it, or NULL. */
const char *enclave_tool_call_get_rule (EnclaveToolCall *self);
/* What the model got: the tool's text or the error. "" while it runs. */
const char *enclave_tool_call_get_result (EnclaveToolCall *self);
/* (nullable): where secrets were masked in the result: for enclave_agent_service_submit_withheld(). Borrowed. */
EnclaveToolScope *enclave_tool_call_get_withheld (EnclaveToolCall *self);
/* Monotonic time in µs; 0 when not begun or not ended. */
gint64 enclave_tool_call_get_started (EnclaveToolCall *self);
gint64 enclave_tool_call_get_ended (EnclaveToolCall *self);

G_END_DECLS
