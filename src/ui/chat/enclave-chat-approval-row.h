/* enclave-chat-approval-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-chat-approver.h"

G_BEGIN_DECLS

/* One question with its answers. Activations count only ENCLAVE_APPROVAL_ARM_MS after the row was shown, and Allow
 * only once the end of a long subject was shown. */
#define ENCLAVE_TYPE_CHAT_APPROVAL_ROW (enclave_chat_approval_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatApprovalRow, enclave_chat_approval_row, ENCLAVE, CHAT_APPROVAL_ROW, GtkWidget)

GtkWidget *enclave_chat_approval_row_new (void);
/* @question: (nullable). */
void enclave_chat_approval_row_set_question (EnclaveChatApprovalRow *self, EnclaveChatQuestion *question);
/* Puts the focus on Deny. */
gboolean enclave_chat_approval_row_focus (EnclaveChatApprovalRow *self);
/* Whether an answer counts by now. */
gboolean enclave_chat_approval_row_get_armed (EnclaveChatApprovalRow *self);

G_END_DECLS
