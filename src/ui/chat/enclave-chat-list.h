/* enclave-chat-list.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-agent-service.h"
#include "enclave-chat-approver.h"

G_BEGIN_DECLS

/* The messages, what the turn is doing, and the question that waits. Stays at the end while the person is there. */
#define ENCLAVE_TYPE_CHAT_LIST (enclave_chat_list_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatList, enclave_chat_list, ENCLAVE, CHAT_LIST, GtkWidget)

/* @service: (nullable). */
void enclave_chat_list_set_service (EnclaveChatList *self, EnclaveAgentService *service, EnclaveChatApprover *approver);
/* What servers ask, behind everything else. @questions: of EnclaveMcpQuestion. After the first enclave_chat_list_set_service(). */
void enclave_chat_list_set_questions (EnclaveChatList *self, GListModel *questions);
void enclave_chat_list_scroll_to_start (EnclaveChatList *self);
/* And stays there. */
void enclave_chat_list_scroll_to_end (EnclaveChatList *self);
/* Puts the focus on Deny of the question that waits, at the latest when its row is there. */
void enclave_chat_list_focus_question (EnclaveChatList *self);
/* The last block of the conversation; NULL while it is empty. (transfer full) */
EnclaveMessageBlock *enclave_chat_list_dup_last_block (EnclaveChatList *self);
/* Whether the person is at the end. */
gboolean enclave_chat_list_get_pinned (EnclaveChatList *self);

G_END_DECLS
