/* enclave-chat-undo-dialog.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-undo-plan.h"

G_BEGIN_DECLS

/* The response of who wants it. */
#define ENCLAVE_CHAT_UNDO_RESPONSE "undo"

/* An AdwMessageDialog that shows the conflicts of @plan and takes a decision about each; "leave it" is chosen first, because
 * it loses nothing. Destroys itself with its answer. (transfer floating) */
GtkWidget *enclave_chat_undo_dialog_new (GtkWindow *parent, EnclaveUndoPlan *plan);

G_END_DECLS
