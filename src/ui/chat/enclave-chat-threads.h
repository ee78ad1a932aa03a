/* enclave-chat-threads.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-chat-keeper.h"

G_BEGIN_DECLS

/* The kept conversations of the project: search, open, rename, export, delete. By keyboard: the arrows choose while one types,
 * Enter opens, F2 renames, Delete (with Shift, while one types) deletes after a question. Signals: "done": there is nothing more
 * to do here; "said" (string): for a note. */
#define ENCLAVE_TYPE_CHAT_THREADS (enclave_chat_threads_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatThreads, enclave_chat_threads, ENCLAVE, CHAT_THREADS, GtkWidget)

GtkWidget *enclave_chat_threads_new (EnclaveChatKeeper *keeper);
/* Lists them anew and puts the focus in the search. */
void enclave_chat_threads_refresh (EnclaveChatThreads *self);

G_END_DECLS
