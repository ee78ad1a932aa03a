/* enclave-chat-history.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-checkpoint-list.h"

G_BEGIN_DECLS

/* "Undo History": every turn that has changed files of the project, from whatever conversation and run of the program, each
 * with Undo or Redo. */
#define ENCLAVE_TYPE_CHAT_HISTORY (enclave_chat_history_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatHistory, enclave_chat_history, ENCLAVE, CHAT_HISTORY, AdwWindow)

GtkWidget *enclave_chat_history_new (GtkWindow *parent, EnclaveChangeSet *changes, EnclaveCheckpointList *checkpoints);

G_END_DECLS
