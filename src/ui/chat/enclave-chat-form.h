/* enclave-chat-form.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-gate.h"
#include "enclave-mcp-form.h"

G_BEGIN_DECLS

/* The values of a form, one below the other: name, what the server says of it, where it is filled in, what is wrong with it. All words of the
 * server are plain text. Nothing in it sends anything; Return in a field does not either. */
#define ENCLAVE_TYPE_CHAT_FORM (enclave_chat_form_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatForm, enclave_chat_form, ENCLAVE, CHAT_FORM, GtkWidget)

GtkWidget *enclave_chat_form_new (EnclaveMcpForm *form);
/* (transfer full): a member for each value that is given, those that were not touched as well; NULL: one does not fit, which is shown, and has
 * the focus. */
JsonObject *enclave_chat_form_read (EnclaveChatForm *self);
/* Whether a value is called like a secret, or has the form of one by the rules of @gate (nullable). */
gboolean enclave_chat_form_holds_secret (EnclaveChatForm *self, EnclaveGate *gate);
/* Whether one is called like a secret, whatever is written there. */
gboolean enclave_chat_form_asks_for_secret (EnclaveChatForm *self);
/* FALSE: there is nothing to fill in. */
gboolean enclave_chat_form_focus (EnclaveChatForm *self);

G_END_DECLS
