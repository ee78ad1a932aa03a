/* enclave-chat-turn-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-agent-service.h"

G_BEGIN_DECLS

/* What the turn is doing: how much of the prompt was read, how fast the model writes. */
#define ENCLAVE_TYPE_CHAT_TURN_ROW (enclave_chat_turn_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatTurnRow, enclave_chat_turn_row, ENCLAVE, CHAT_TURN_ROW, GtkWidget)

GtkWidget *enclave_chat_turn_row_new (void);
/* @service: (nullable). */
void enclave_chat_turn_row_set_service (EnclaveChatTurnRow *self, EnclaveAgentService *service);

G_END_DECLS
