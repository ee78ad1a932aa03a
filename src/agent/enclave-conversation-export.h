/* enclave-conversation-export.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-conversation.h"

G_BEGIN_DECLS

/* @self as Markdown for people: messages with their times, tool calls as one line each, no thoughts and no results of tools. All of
 * it passes @gate as what is sent to a model does, by what denied files hold now: secrets and values of denied files are masked, also
 * those that were sent as they are. Finish: (transfer full): NULL only when it was cancelled; @n_masked: (out) (optional): messages
 * that something was masked in. */
void enclave_conversation_export_async (EnclaveConversation *self, EnclaveGate *gate, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
char *enclave_conversation_export_finish (EnclaveConversation *self, GAsyncResult *result, guint *n_masked, GError **error);

G_END_DECLS
