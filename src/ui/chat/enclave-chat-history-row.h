/* enclave-chat-history-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-checkpoint-turn.h"

G_BEGIN_DECLS

/* One turn of the history. Signal "activated" (gboolean redo): its button. */
#define ENCLAVE_TYPE_CHAT_HISTORY_ROW (enclave_chat_history_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatHistoryRow, enclave_chat_history_row, ENCLAVE, CHAT_HISTORY_ROW, GtkWidget)

GtkWidget *enclave_chat_history_row_new (void);
/* @turn: (nullable). */
void enclave_chat_history_row_set_turn (EnclaveChatHistoryRow *self, EnclaveCheckpointTurn *turn);
EnclaveCheckpointTurn *enclave_chat_history_row_get_turn (EnclaveChatHistoryRow *self);
/* What the row says: title, time and files. Borrowed. */
const char *enclave_chat_history_row_get_words (EnclaveChatHistoryRow *self);

G_END_DECLS
