/* enclave-chat-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-chat-item.h"
#include "enclave-chat-labels.h"
#include "enclave-code-highlighter.h"

G_BEGIN_DECLS

/* The widget of one row of the list, whatever the row is about; made once and used for one item after the other. */
#define ENCLAVE_TYPE_CHAT_ROW (enclave_chat_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatRow, enclave_chat_row, ENCLAVE, CHAT_ROW, GtkWidget)

/* @highlighter: (nullable): for what it shows of code. */
GtkWidget *enclave_chat_row_new (EnclaveCodeHighlighter *highlighter);
/* @item: (nullable): EnclaveChatItem, EnclaveChatQuestion, or the EnclaveAgentService for what the turn is doing. */
void enclave_chat_row_set_item (EnclaveChatRow *self, gpointer item);
/* @list_item: (nullable): what it is the child of while it shows an item; not owned. */
void enclave_chat_row_set_list_item (EnclaveChatRow *self, GtkListItem *list_item);
/* (nullable); borrowed. */
GtkListItem *enclave_chat_row_get_list_item (EnclaveChatRow *self);
/* The block of a message that it shows; NULL when it shows something else. Borrowed. */
EnclaveChatItem *enclave_chat_row_get_item (EnclaveChatRow *self);
/* Whether it has shown nothing yet: its first item is the one that costs. */
gboolean enclave_chat_row_is_new (EnclaveChatRow *self);
/* What of it can be selected together with other rows; NULL when nothing. Borrowed. */
EnclaveChatLabels *enclave_chat_row_get_labels (EnclaveChatRow *self);
/* The approval it shows, or NULL. Borrowed. */
GtkWidget *enclave_chat_row_get_approval (EnclaveChatRow *self);
/* What a screen reader says of the row before its content. */
const char *enclave_chat_row_get_title (EnclaveChatRow *self);

G_END_DECLS
