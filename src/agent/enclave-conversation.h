/* enclave-conversation.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-gate.h"
#include "enclave-message.h"

G_BEGIN_DECLS

/* GListModel of EnclaveMessage. Takes text only as EnclaveContextItem (agent-private adders). Properties: "title".
 * Signal "record" (string): a line of JSON to be kept, after all those before it. */
#define ENCLAVE_TYPE_CONVERSATION (enclave_conversation_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveConversation, enclave_conversation, ENCLAVE, CONVERSATION, GObject)

EnclaveConversation *enclave_conversation_new (void);
/* Random, and the same for as long as the conversation is kept anywhere: what belongs to it is found by it, also in the next run. */
const char *enclave_conversation_get_id (EnclaveConversation *self);
/* As it was given, else from the first words of the first message; "" while empty. At most 60 characters. */
const char *enclave_conversation_get_title (EnclaveConversation *self);
/* @title: its first line is taken; nothing changes when that is empty. Recorded. */
void enclave_conversation_set_title (EnclaveConversation *self, const char *title);
/* The line that gives @title to a conversation that is not restored. (transfer full) */
char *enclave_conversation_format_title (const char *title);
/* From all lines that "record" has told, also of a run that ended in the middle of one: damaged lines are left out. Its texts pass
 * @gate again, by what denied files hold now. Results of tools can't be sent with their secrets any more.
 * @lines: (element-type utf8): not changed until it is done. Finish: (transfer full): NULL with G_IO_ERROR when there is no beginning,
 * or when it was cancelled. */
void enclave_conversation_restore_async (GPtrArray *lines, EnclaveGate *gate, GCancellable *cancellable, GAsyncReadyCallback callback,
                                         gpointer user_data);
EnclaveConversation *enclave_conversation_restore_finish (EnclaveGate *gate, GAsyncResult *result, GError **error);
/* A new conversation with all that stood before @message, which is one of the user in @self. (transfer full) */
EnclaveConversation *enclave_conversation_new_branch (EnclaveConversation *self, EnclaveMessage *message);
/* As enclave_conversation_new_branch(), with @message as its last, to be answered anew as it was sent, with what was attached to it.
 * Returns: (transfer full) (nullable): NULL when @message was never sent. */
EnclaveConversation *enclave_conversation_new_branch_with (EnclaveConversation *self, EnclaveMessage *message);
/* Id of the conversation that it is a branch of, or NULL. */
const char *enclave_conversation_get_origin (EnclaveConversation *self);

G_END_DECLS
