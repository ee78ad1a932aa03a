/* enclave-chat-text-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-chat-item.h"
#include "enclave-chat-labels.h"

G_BEGIN_DECLS

/* A paragraph of a reply, or the bubble of what the person said. */
#define ENCLAVE_TYPE_CHAT_TEXT_ROW (enclave_chat_text_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatTextRow, enclave_chat_text_row, ENCLAVE, CHAT_TEXT_ROW, GtkWidget)

GtkWidget *enclave_chat_text_row_new (void);
/* @item: (nullable): nothing is shown. */
void enclave_chat_text_row_set_item (EnclaveChatTextRow *self, EnclaveChatItem *item);
/* Its text; borrowed. */
EnclaveChatLabels *enclave_chat_text_row_get_labels (EnclaveChatTextRow *self);

G_END_DECLS
