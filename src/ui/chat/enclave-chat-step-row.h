/* enclave-chat-step-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-message-block.h"

G_BEGIN_DECLS

/* One tool call or the thinking of the model: a line that opens on what came of it. Uses the pane's actions
 * open-file, run-in-terminal, show-rule and edit-rule. */
#define ENCLAVE_TYPE_CHAT_STEP_ROW (enclave_chat_step_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatStepRow, enclave_chat_step_row, ENCLAVE, CHAT_STEP_ROW, GtkWidget)

GtkWidget *enclave_chat_step_row_new (EnclaveMessageBlock *block);
EnclaveMessageBlock *enclave_chat_step_row_get_block (EnclaveChatStepRow *self);

G_END_DECLS
