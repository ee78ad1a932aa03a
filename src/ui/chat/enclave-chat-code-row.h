/* enclave-chat-code-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-chat-item.h"
#include "enclave-chat-labels.h"
#include "enclave-code-highlighter.h"

G_BEGIN_DECLS

/* A code block: what it is, what can be done with it once it is closed, and its text in one label; long ones are
 * folded. Uses the pane's actions insert-text, run-in-terminal and apply-block. */
#define ENCLAVE_TYPE_CHAT_CODE_ROW (enclave_chat_code_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatCodeRow, enclave_chat_code_row, ENCLAVE, CHAT_CODE_ROW, GtkWidget)

GtkWidget *enclave_chat_code_row_new (void);
/* @highlighter: (nullable): gives a closed block its colours. */
void enclave_chat_code_row_set_highlighter (EnclaveChatCodeRow *self, EnclaveCodeHighlighter *highlighter);
/* @item: (nullable). */
void enclave_chat_code_row_set_item (EnclaveChatCodeRow *self, EnclaveChatItem *item);
/* Its text; borrowed. */
EnclaveChatLabels *enclave_chat_code_row_get_labels (EnclaveChatCodeRow *self);

G_END_DECLS
