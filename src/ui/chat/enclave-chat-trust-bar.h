/* enclave-chat-trust-bar.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-gate.h"

G_BEGIN_DECLS

/* What the folder brings for the agent and is not trusted: says so, shows it, and takes the person's word. Trust counts only
 * once the end of exactly this text was shown. Hidden when there is nothing to say; "Not now" hides it until the file is
 * another one. Property: "text" (string, nullable): what it says now. Signal "used-changed" (string name, nullable; uint
 * bytes): what is trusted and therefore used. */
#define ENCLAVE_TYPE_CHAT_TRUST_BAR (enclave_chat_trust_bar_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatTrustBar, enclave_chat_trust_bar, ENCLAVE, CHAT_TRUST_BAR, GtkWidget)

GtkWidget *enclave_chat_trust_bar_new (void);
/* @gate: (nullable). */
void enclave_chat_trust_bar_set_gate (EnclaveChatTrustBar *self, EnclaveGate *gate);
/* Looks again; the file may have changed. */
void enclave_chat_trust_bar_refresh (EnclaveChatTrustBar *self);
/* Borrowed; NULL while it is hidden. */
const char *enclave_chat_trust_bar_get_text (EnclaveChatTrustBar *self);

G_END_DECLS
