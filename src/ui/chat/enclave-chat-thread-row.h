/* enclave-chat-thread-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-session.h"

G_BEGIN_DECLS

/* One kept conversation: title, when something was last said, and what a search found or how much it holds. */
#define ENCLAVE_TYPE_CHAT_THREAD_ROW (enclave_chat_thread_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatThreadRow, enclave_chat_thread_row, ENCLAVE, CHAT_THREAD_ROW, GtkWidget)

GtkWidget *enclave_chat_thread_row_new (void);
/* @current: it is the one that is shown. */
void enclave_chat_thread_row_set_session (EnclaveChatThreadRow *self, EnclaveSession *session, gboolean current);
/* All of it in one line, for assistive technologies. Borrowed. */
const char *enclave_chat_thread_row_get_words (EnclaveChatThreadRow *self);

G_END_DECLS
