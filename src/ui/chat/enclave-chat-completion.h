/* enclave-chat-completion.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-agent-service.h"

G_BEGIN_DECLS

/* The list over the composer: what can be mentioned after `@`, commands after `/` at the start of the message. The focus stays in
 * the text. Signals: "command" (string), "mention" (uint: EnclaveMentionKind): something was chosen that the window attaches;
 * "template" (string `SERVER:TEMPLATE`): a resource was chosen that has to be filled in first. */
#define ENCLAVE_TYPE_CHAT_COMPLETION (enclave_chat_completion_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatCompletion, enclave_chat_completion, ENCLAVE, CHAT_COMPLETION, GObject)

/* @view: what is written in; @card: what the list stands over, as wide; @anchor: a parent of both, which the list gets as well. All must
 * outlive it or be detached from. */
EnclaveChatCompletion *enclave_chat_completion_new (GtkTextView *view, GtkWidget *card, GtkWidget *anchor);
/* Unparents its popover: before @anchor goes. */
void enclave_chat_completion_detach (EnclaveChatCompletion *self);
/* @service: (nullable): nothing is listed after `@`. */
void enclave_chat_completion_set_service (EnclaveChatCompletion *self, EnclaveAgentService *service);
gboolean enclave_chat_completion_get_shown (EnclaveChatCompletion *self);
/* Keys of the text view, first asked. Returns: TRUE when it was the list's. */
gboolean enclave_chat_completion_handle_key (EnclaveChatCompletion *self, guint keyval, GdkModifierType state);
/* What is being completed before @cursor of @text (in bytes): `@` or `/`, 0: nothing. @word: (out): without the sign.
 * @start: (out): byte offset of the sign. Pure. */
char enclave_chat_completion_find_word (const char *text, gsize cursor, char **word, gsize *start);

G_END_DECLS
