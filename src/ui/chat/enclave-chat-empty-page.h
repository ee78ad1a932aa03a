/* enclave-chat-empty-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>



G_BEGIN_DECLS

/* A conversation that has not begun. Signal "suggested" (string): text for the composer. */
#define ENCLAVE_TYPE_CHAT_EMPTY_PAGE (enclave_chat_empty_page_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatEmptyPage, enclave_chat_empty_page, ENCLAVE, CHAT_EMPTY_PAGE, GtkWidget)

GtkWidget *enclave_chat_empty_page_new (void);
/* @project: (nullable). @model: (nullable): its id. @where: (nullable): "this machine" or the name of another. */
void enclave_chat_empty_page_set_names (EnclaveChatEmptyPage *self, const char *project, const char *model,
                                        const char *where);

G_END_DECLS
