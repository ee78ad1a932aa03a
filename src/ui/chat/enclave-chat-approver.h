/* enclave-chat-approver.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-approver.h"

G_BEGIN_DECLS

/* One question that waits for the person. */
#define ENCLAVE_TYPE_CHAT_QUESTION (enclave_chat_question_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatQuestion, enclave_chat_question, ENCLAVE, CHAT_QUESTION, GObject)

EnclaveApprovalRequest *enclave_chat_question_get_request (EnclaveChatQuestion *self);
/* The first answer counts; later ones, and those after a cancellation, do nothing. */
void enclave_chat_question_answer (EnclaveChatQuestion *self, EnclaveApprovalAnswer answer);
/* "Run this command?" */
const char *enclave_chat_question_get_heading (EnclaveChatQuestion *self);
/* One line for those who look elsewhere: "run meson test", "write …". (transfer full) */
char *enclave_chat_question_dup_summary (EnclaveChatQuestion *self);

/* Asks in the conversation. A GListModel of EnclaveChatQuestion that holds the question being asked, if any; further
 * ones wait their turn. Property: "current" (EnclaveChatQuestion, nullable). */
#define ENCLAVE_TYPE_CHAT_APPROVER (enclave_chat_approver_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatApprover, enclave_chat_approver, ENCLAVE, CHAT_APPROVER, GObject)

EnclaveChatApprover *enclave_chat_approver_new (void);
/* Borrowed; NULL when nothing is asked. */
EnclaveChatQuestion *enclave_chat_approver_get_current (EnclaveChatApprover *self);
/* Answers all that waits with Denied: the window goes. */
void enclave_chat_approver_deny_all (EnclaveChatApprover *self);

G_END_DECLS
