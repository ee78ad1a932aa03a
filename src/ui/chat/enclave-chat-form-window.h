/* enclave-chat-form-window.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-mcp-form.h"

G_BEGIN_DECLS

/* A small form that the person has asked for: the arguments of a prompt, the names in a template. Signal: "filled" (JsonObject *): they have
 * pressed its button, and all values fit. */
#define ENCLAVE_TYPE_CHAT_FORM_WINDOW (enclave_chat_form_window_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatFormWindow, enclave_chat_form_window, ENCLAVE, CHAT_FORM_WINDOW, AdwWindow)

/* @title: of the window; @detail: clean text, "" for none; @button: what it does. (transfer none): shown, and gone when it is closed. */
EnclaveChatFormWindow *enclave_chat_form_window_present (GtkWidget *parent, const char *title, const char *detail, EnclaveMcpForm *form,
                                                         const char *button);

G_END_DECLS
