/* enclave-chat-pane.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-agent-service.h"
#include "enclave-chat-composer.h"
#include "enclave-chat-keeper.h"
#include "enclave-mcp-question.h"
#include "enclave-server-list.h"

G_BEGIN_DECLS

/* The conversation: messages, approvals, change bar, composer. Signals: "review" (show the review), "insert-text"
 * (string), "run-in-terminal" (string), "open-file" (string path, uint line), "show-rule" (string rule),
 * "edit-rule" (string path: of a file whose refusal the person wants to do something about),
 * "take-tour", "enter-address", "retry-servers" (look again: from a button, and every 5 s while nothing answers).
 * Action group "chat" on the pane: send, send-now, stop, retry, go-on, focus-message, new-conversation, conversations, compact, cycle-mode, apply, reject, review,
 * undo-turn, focus-approval, list-start, list-end, edit-last. Properties: "approval-waiting" (boolean),
 * "approval-subject" (string, nullable). Accessible name: Chat. */
#define ENCLAVE_TYPE_CHAT_PANE (enclave_chat_pane_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatPane, enclave_chat_pane, ENCLAVE, CHAT_PANE, GtkWidget)

GtkWidget *enclave_chat_pane_new (void);
/* @service: (nullable). Sets itself as the gate's approver. */
void enclave_chat_pane_set_service (EnclaveChatPane *self, EnclaveAgentService *service, const char *project_name);
/* @keeper: (nullable): conversations are not kept, and none can be chosen. */
void enclave_chat_pane_set_keeper (EnclaveChatPane *self, EnclaveChatKeeper *keeper);
/* For the page "No local server found" and the composer's state. */
void enclave_chat_pane_set_servers (EnclaveChatPane *self, EnclaveServerList *servers);
/* The tour: label "Practice engine: scripted replies, no model", and @text put into the composer. */
void enclave_chat_pane_set_practice (EnclaveChatPane *self, gboolean practice, const char *text);
/* Sends @text, whatever the person is writing meanwhile. FALSE: why not is shown. */
gboolean enclave_chat_pane_say (EnclaveChatPane *self, const char *text);
/* Attaches a text as a chip, through the gate. @path: (nullable): the file it stands in. @source: not translated, as the model reads
 * it. FALSE with @error: it may not be shared. */
gboolean enclave_chat_pane_attach (EnclaveChatPane *self, const char *text, const char *path, const char *source,
                                   GError **error);
/* Shows what a server asks, at the end of the conversation; the focus stays where it is. @question: (transfer full). */
void enclave_chat_pane_ask (EnclaveChatPane *self, EnclaveMcpQuestion *question);
/* What `@selection` and `@terminal` in a message stand for. */
void enclave_chat_pane_set_text_func (EnclaveChatPane *self, EnclaveChatTextFunc func, gpointer user_data);
gboolean enclave_chat_pane_focus (EnclaveChatPane *self);
/* While the review is open the change bar says "in review". */
void enclave_chat_pane_set_in_review (EnclaveChatPane *self, gboolean in_review);

G_END_DECLS
