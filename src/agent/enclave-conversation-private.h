/* enclave-conversation-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-conversation.h"

#include "enclave-history.h"
#include "enclave-message-private.h"

G_BEGIN_DECLS

/* A message of the user, to be shown. What is sent goes to the history. @turn: id of the turn that it begins. */
void enclave_conversation_add_user (EnclaveConversation *self, const char *turn, EnclaveContextItem *words);
/* The first line of @text, shortened to what a title may have; "" when it is blank. (transfer full) */
char *enclave_conversation_shorten_title (const char *text);
/* An empty message of the assistant at the end. Borrowed. */
EnclaveMessage *enclave_conversation_add_assistant (EnclaveConversation *self, const char *turn);
/* Borrowed. */
EnclaveHistory *enclave_conversation_get_history (EnclaveConversation *self);
/* The fixed front of each request in this conversation, by mode: made once, then kept to the byte. */
const char *enclave_conversation_get_front (EnclaveConversation *self, guint mode);
void enclave_conversation_set_front (EnclaveConversation *self, guint mode, const char *text);
/* The same of the tools: those that come or go later wait for the next conversation, because a change of the list would make the
 * server read all of it again. (nullable) Borrowed. */
JsonArray *enclave_conversation_get_tools (EnclaveConversation *self, guint mode);
void enclave_conversation_set_tools (EnclaveConversation *self, guint mode, JsonArray *tools);
/* What they are made of is no longer so: each is made anew with the next request of its mode. */
void enclave_conversation_forget_fronts (EnclaveConversation *self);

G_END_DECLS
