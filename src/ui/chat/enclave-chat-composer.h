/* enclave-chat-composer.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-agent-service.h"
#include "enclave-context-item.h"
#include "enclave-mention.h"

G_BEGIN_DECLS

/* Where the person writes: text, attachments, mode, how full the window is, Send or Stop. Signals: "submit" (string
 * text, GPtrArray of EnclaveContextItem as pointer; TRUE when it was taken, else the text stays), "command" (string:
 * name of a command or `SERVER:PROMPT`, chosen from the `/` list or written; nullable string: what is written behind it), "template" (string
 * `SERVER:TEMPLATE`, chosen from the `@` list), "edit-last". Uses the pane's action stop. */
#define ENCLAVE_TYPE_CHAT_COMPOSER (enclave_chat_composer_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatComposer, enclave_chat_composer, ENCLAVE, CHAT_COMPOSER, GtkWidget)

/* What a word of a message stands for at this moment. @kind: SELECTION or TERMINAL. @path: (out) (nullable), @source: (out), as for
 * enclave_chat_composer_attach(). (transfer full) (nullable): NULL: there is nothing. */
typedef char *(*EnclaveChatTextFunc) (EnclaveMentionKind kind, char **path, char **source, gpointer user_data);

GtkWidget *enclave_chat_composer_new (void);
void enclave_chat_composer_set_text_func (EnclaveChatComposer *self, EnclaveChatTextFunc func, gpointer user_data);
/* @service: (nullable). */
void enclave_chat_composer_set_service (EnclaveChatComposer *self, EnclaveAgentService *service);
/* (transfer full) */
char *enclave_chat_composer_dup_text (EnclaveChatComposer *self);
void enclave_chat_composer_set_text (EnclaveChatComposer *self, const char *text);
/* On a line of its own after what is there; never replaces what the person wrote. */
void enclave_chat_composer_add_text (EnclaveChatComposer *self, const char *text);
/* Where the person writes, with a blank around it. */
void enclave_chat_composer_insert (EnclaveChatComposer *self, const char *text);
/* @path: (nullable): the file that @text stands in. @source: for people. FALSE with @error: it may not be shared, or there is
 * no project. */
gboolean enclave_chat_composer_attach (EnclaveChatComposer *self, const char *text, const char *path, const char *source,
                                       GError **error);
/* A file that a person drags or pastes here: its name as an `@` mention, judged when it is sent; a denied one is said and not
 * taken. */
gboolean enclave_chat_composer_mention (EnclaveChatComposer *self, GFile *file);
guint enclave_chat_composer_get_n_attached (EnclaveChatComposer *self);
/* The file of instructions that is trusted, and so part of every message: shown as a chip whose removal takes the trust back.
 * @name: (nullable): none. */
void enclave_chat_composer_set_instructions (EnclaveChatComposer *self, const char *name, guint n_bytes);
/* The message that what is written here replaces, in a branch: shown as a chip whose removal takes that back. (nullable) */
void enclave_chat_composer_set_edited (EnclaveChatComposer *self, EnclaveMessage *message);
EnclaveMessage *enclave_chat_composer_get_edited (EnclaveChatComposer *self);
/* While the review is open the placeholder asks what to change. */
void enclave_chat_composer_set_in_review (EnclaveChatComposer *self, gboolean in_review);
/* Shown until the text is edited. @message: (nullable). */
void enclave_chat_composer_set_error (EnclaveChatComposer *self, const char *message);
/* What goes on beside the conversation. @words: (nullable): nothing. */
void enclave_chat_composer_set_note (EnclaveChatComposer *self, const char *words);
/* Borrowed; "" when there is none. */
const char *enclave_chat_composer_get_error (EnclaveChatComposer *self);
void enclave_chat_composer_send (EnclaveChatComposer *self);
/* With the secrets in it. */
void enclave_chat_composer_send_as_it_is (EnclaveChatComposer *self);
/* Whether "submit" is to be sent so; TRUE within that signal only. */
gboolean enclave_chat_composer_get_as_it_is (EnclaveChatComposer *self);
gboolean enclave_chat_composer_focus (EnclaveChatComposer *self);

G_END_DECLS
