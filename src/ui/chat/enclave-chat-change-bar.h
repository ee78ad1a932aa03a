/* enclave-chat-change-bar.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-change-set.h"
#include "enclave-chat-words.h"

G_BEGIN_DECLS

/* What the agent proposes, over the composer. Its buttons are the pane's actions apply, reject, review and
 * undo-turn. */
#define ENCLAVE_TYPE_CHAT_CHANGE_BAR (enclave_chat_change_bar_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatChangeBar, enclave_chat_change_bar, ENCLAVE, CHAT_CHANGE_BAR, GtkWidget)

GtkWidget *enclave_chat_change_bar_new (void);
/* @changes: (nullable). */
void enclave_chat_change_bar_set_changes (EnclaveChatChangeBar *self, EnclaveChangeSet *changes);
void enclave_chat_change_bar_set_in_review (EnclaveChatChangeBar *self, gboolean in_review);
/* An error of applying, rejecting or undoing; stays until the changes change. @message: (nullable). */
void enclave_chat_change_bar_set_error (EnclaveChatChangeBar *self, const char *message);
EnclaveChangeBarState enclave_chat_change_bar_get_state (EnclaveChatChangeBar *self);
/* What it says: "3 files". Borrowed. */
const char *enclave_chat_change_bar_get_text (EnclaveChatChangeBar *self);

G_END_DECLS
