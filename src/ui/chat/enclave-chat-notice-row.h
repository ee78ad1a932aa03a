/* enclave-chat-notice-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-chat-item.h"

G_BEGIN_DECLS

/* What Enclave itself says in the conversation, as a card. Uses the pane's actions retry and
 * enter-address. */
#define ENCLAVE_TYPE_CHAT_NOTICE_ROW (enclave_chat_notice_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatNoticeRow, enclave_chat_notice_row, ENCLAVE, CHAT_NOTICE_ROW, GtkWidget)

GtkWidget *enclave_chat_notice_row_new (void);
/* @item: (nullable). */
void enclave_chat_notice_row_set_item (EnclaveChatNoticeRow *self, EnclaveChatItem *item);

G_END_DECLS
