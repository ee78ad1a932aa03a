/* enclave-chat-form-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-gate.h"
#include "enclave-mcp-question.h"

G_BEGIN_DECLS

/* What a server wants to know, with its answers: Send, Decline, Cancel. Activations count only ENCLAVE_APPROVAL_ARM_MS after the row was shown;
 * what looks like a secret is sent only by a second activation. What was filled in stays with the question. */
#define ENCLAVE_TYPE_CHAT_FORM_ROW (enclave_chat_form_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatFormRow, enclave_chat_form_row, ENCLAVE, CHAT_FORM_ROW, GtkWidget)

/* @question: (nullable). */
void enclave_chat_form_row_set_question (EnclaveChatFormRow *self, EnclaveMcpQuestion *question);
/* Puts the focus on the first value, or on Cancel. */
gboolean enclave_chat_form_row_focus (EnclaveChatFormRow *self);

G_END_DECLS
