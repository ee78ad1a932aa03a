/* enclave-agent-request.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-chat-request.h"
#include "enclave-model-info.h"

G_BEGIN_DECLS

/* A request with the fixed front that all requests of a conversation share, and nothing behind it.
 * @tools: as the registry gives them. @tools_as_text: told in words, for a server that does not understand calls.
 * @window: tokens; 0: not known. (transfer full) */
EnclaveChatRequest *enclave_agent_request_new (EnclaveModelInfo *model, const char *front, JsonArray *tools,
                                               gboolean tools_as_text, guint window);

G_END_DECLS
