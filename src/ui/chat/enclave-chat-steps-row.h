/* enclave-chat-steps-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-chat-item.h"

G_BEGIN_DECLS

/* The card of tool calls and thinking. When its turn is over, what went well folds into one line. */
#define ENCLAVE_TYPE_CHAT_STEPS_ROW (enclave_chat_steps_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatStepsRow, enclave_chat_steps_row, ENCLAVE, CHAT_STEPS_ROW, GtkWidget)

GtkWidget *enclave_chat_steps_row_new (void);
/* @item: (nullable). */
void enclave_chat_steps_row_set_item (EnclaveChatStepsRow *self, EnclaveChatItem *item);

G_END_DECLS
