/* enclave-chat-server-questions.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-mcp-question.h"

G_BEGIN_DECLS

/* What servers ask: a GListModel that holds the EnclaveMcpQuestion being asked, if any; further ones wait their turn, at most
 * ENCLAVE_CHAT_SERVER_QUESTIONS_MAX, others are cancelled at once. */
#define ENCLAVE_TYPE_CHAT_SERVER_QUESTIONS (enclave_chat_server_questions_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatServerQuestions, enclave_chat_server_questions, ENCLAVE, CHAT_SERVER_QUESTIONS, GObject)

#define ENCLAVE_CHAT_SERVER_QUESTIONS_MAX 8

EnclaveChatServerQuestions *enclave_chat_server_questions_new (void);
/* @question: (transfer full). */
void enclave_chat_server_questions_add (EnclaveChatServerQuestions *self, EnclaveMcpQuestion *question);
/* Borrowed; NULL when nothing is asked. */
EnclaveMcpQuestion *enclave_chat_server_questions_get_current (EnclaveChatServerQuestions *self);
/* The window goes. */
void enclave_chat_server_questions_cancel_all (EnclaveChatServerQuestions *self);

G_END_DECLS
