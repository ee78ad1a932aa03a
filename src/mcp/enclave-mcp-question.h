/* enclave-mcp-question.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-mcp-form.h"

G_BEGIN_DECLS

/* What a server asks the person during a call: bound to that server and call, and over when the call is, the server goes, or takes it back.
 * Answered once; one that is dropped was cancelled. Signal: "over": it is answered, or nobody wants the answer any more. */
#define ENCLAVE_TYPE_MCP_QUESTION (enclave_mcp_question_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMcpQuestion, enclave_mcp_question, ENCLAVE, MCP_QUESTION, GObject)

/* Somebody who can be asked. @question: (transfer full). */
typedef void (*EnclaveMcpAsk) (EnclaveMcpQuestion *question, gpointer user_data);

/* @server: as it is configured. @call: (nullable): the tool, prompt or resource that it asks for. @answer: (transfer full): as EnclaveMcpElicit
 * has it. (transfer full) */
EnclaveMcpQuestion *enclave_mcp_question_new (const char *server, const char *call, EnclaveMcpForm *form, GTask *answer);
/* Clean, one line. Borrowed. */
const char *enclave_mcp_question_get_server (EnclaveMcpQuestion *self);
/* (nullable): clean, one line. Borrowed. */
const char *enclave_mcp_question_get_call (EnclaveMcpQuestion *self);
EnclaveMcpForm *enclave_mcp_question_get_form (EnclaveMcpQuestion *self);
gboolean enclave_mcp_question_is_over (EnclaveMcpQuestion *self);

/* @content: (transfer none): a member for each value that is given. */
void enclave_mcp_question_accept (EnclaveMcpQuestion *self, JsonObject *content);
/* The person has said no. */
void enclave_mcp_question_decline (EnclaveMcpQuestion *self);
/* The person has said nothing. */
void enclave_mcp_question_cancel (EnclaveMcpQuestion *self);

G_END_DECLS
