/* enclave-file-check.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-agent-service.h"

G_BEGIN_DECLS

/* What a compiler says of a file that was just written in mode Edit goes back to the model: in the result of the call that wrote it,
 * else, after an edit in the text of a reply or an Apply of the person, as a message, in the rounds of enclave-verification.h. Only
 * what was not so before the agent's first edit of the file is said. What runs is the gate's: enclave_tool_scope_check_async(). */

/* The name of its row among the calls of a turn. It is no tool: a model can't call it. */
#define ENCLAVE_FILE_CHECK_NAME "check"

/* Off unless it is set. */
void enclave_agent_service_set_check_files (EnclaveAgentService *self, gboolean check_files);

G_END_DECLS
