/* enclave-conversation.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-message.h"

G_BEGIN_DECLS

/* GListModel of EnclaveMessage. Takes text only as EnclaveContextItem (agent-private adders). Properties: "title". */
#define ENCLAVE_TYPE_CONVERSATION (enclave_conversation_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveConversation, enclave_conversation, ENCLAVE, CONVERSATION, GObject)

EnclaveConversation *enclave_conversation_new (void);
/* Random, and the same for as long as the conversation is kept anywhere: what belongs to it is found by it, also in the next run. */
const char *enclave_conversation_get_id (EnclaveConversation *self);
/* From the first words of the first message; "" while empty. */
const char *enclave_conversation_get_title (EnclaveConversation *self);

G_END_DECLS
