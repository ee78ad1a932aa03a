/* enclave-conversation-export.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-conversation.h"

G_BEGIN_DECLS

/* @self as Markdown for people: messages with their times, tool calls as one line each, no thoughts and no results of tools. All of
 * it passes @gate as what is sent to a model does: secrets and values of denied files are masked, also those that were sent as
 * they are. @n_masked: (out) (optional): messages that something was masked in. (transfer full) */
char *enclave_conversation_export (EnclaveConversation *self, EnclaveGate *gate, guint *n_masked);

G_END_DECLS
