/* enclave-chat-left-out.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-message-block.h"

G_BEGIN_DECLS

/* A window over that of @widget with the detail of @block: what a compaction has left out. */
void enclave_chat_left_out_show (GtkWidget *widget, EnclaveMessageBlock *block);

G_END_DECLS
