/* enclave-chat-selection.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What is selected over several blocks of a conversation. Within one label the toolkit's own selection serves, with all that a screen
 * reader asks of it; as soon as a drag, or Shift with an arrow, leaves that label, this takes over what was selected and goes on with
 * it. Steps, notices and questions are passed over. */
#define ENCLAVE_TYPE_CHAT_SELECTION (enclave_chat_selection_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatSelection, enclave_chat_selection, ENCLAVE, CHAT_SELECTION, GObject)

/* @view: borrowed; shows EnclaveChatRows. It outlives this, or enclave_chat_selection_detach() is called. */
EnclaveChatSelection *enclave_chat_selection_new (GtkListView *view);
void enclave_chat_selection_detach (EnclaveChatSelection *self);

gboolean enclave_chat_selection_get_active (EnclaveChatSelection *self);
/* Nothing is selected over several blocks any more. */
void enclave_chat_selection_clear (EnclaveChatSelection *self);
/* The whole reply, or message, that the focus is in. Returns: whether there is one. */
gboolean enclave_chat_selection_select_message (EnclaveChatSelection *self);
/* As it is shown, blocks with a blank line between them; a block of code that is selected whole is all of its text, folded or cut as
 * it may be. (transfer full): "" when nothing is. */
char *enclave_chat_selection_dup_text (EnclaveChatSelection *self);
/* To the clipboard. */
void enclave_chat_selection_copy (EnclaveChatSelection *self);
/* Marks in all rows that are there what is selected of them; to be called when one has been given another item. */
void enclave_chat_selection_update (EnclaveChatSelection *self);

G_END_DECLS
