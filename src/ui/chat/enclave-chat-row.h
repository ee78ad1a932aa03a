/* enclave-chat-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-code-highlighter.h"

G_BEGIN_DECLS

/* The widget of one row of the list, whatever the row is about; made once and used for one item after the other. */
#define ENCLAVE_TYPE_CHAT_ROW (enclave_chat_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatRow, enclave_chat_row, ENCLAVE, CHAT_ROW, GtkWidget)

/* @highlighter: (nullable): for what it shows of code. */
GtkWidget *enclave_chat_row_new (EnclaveCodeHighlighter *highlighter);
/* @item: (nullable): EnclaveChatItem, EnclaveChatQuestion, or the EnclaveAgentService for what the turn is doing. */
void enclave_chat_row_set_item (EnclaveChatRow *self, gpointer item);
/* The approval it shows, or NULL. Borrowed. */
GtkWidget *enclave_chat_row_get_approval (EnclaveChatRow *self);
/* What a screen reader says of the row before its content. */
const char *enclave_chat_row_get_title (EnclaveChatRow *self);

G_END_DECLS
