/* enclave-chat-servers-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-server-list.h"

G_BEGIN_DECLS

/* "No local server found": what was looked for, and what can be done. Its buttons are the pane's actions take-tour,
 * enter-address and retry-servers. */
#define ENCLAVE_TYPE_CHAT_SERVERS_PAGE (enclave_chat_servers_page_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatServersPage, enclave_chat_servers_page, ENCLAVE, CHAT_SERVERS_PAGE, GtkWidget)

GtkWidget *enclave_chat_servers_page_new (void);
/* @servers: (nullable). */
void enclave_chat_servers_page_set_servers (EnclaveChatServersPage *self, EnclaveServerList *servers);

G_END_DECLS
