/* enclave-chat-plan-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-chat-item.h"

G_BEGIN_DECLS

/* A plan of the model as a list of its steps: what is done, what is worked on while the turn runs, what is open. Nobody ticks a step
 * by hand: it is the model's word about its work, and what the person wants is said in a message. A plan that another one has followed
 * is folded to its heading. */
#define ENCLAVE_TYPE_CHAT_PLAN_ROW (enclave_chat_plan_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatPlanRow, enclave_chat_plan_row, ENCLAVE, CHAT_PLAN_ROW, GtkWidget)

GtkWidget *enclave_chat_plan_row_new (void);
/* @item: (nullable). */
void enclave_chat_plan_row_set_item (EnclaveChatPlanRow *self, EnclaveChatItem *item);

G_END_DECLS
