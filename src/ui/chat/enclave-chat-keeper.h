/* enclave-chat-keeper.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-agent-service.h"
#include "enclave-session-store.h"

G_BEGIN_DECLS

/* Keeps what the service's conversations tell, and brings kept ones back. Property "conversation-id" (string, writable): of the
 * conversation that is shown, "" while it is empty; another one that is set is opened when nothing else is to be done, unless the
 * person has begun to talk. Signal "failed" (string message). */
#define ENCLAVE_TYPE_CHAT_KEEPER (enclave_chat_keeper_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatKeeper, enclave_chat_keeper, ENCLAVE, CHAT_KEEPER, GObject)

EnclaveChatKeeper *enclave_chat_keeper_new (EnclaveAgentService *service, EnclaveSessionStore *store);
EnclaveSessionStore *enclave_chat_keeper_get_store (EnclaveChatKeeper *self);
/* Id of the conversation that is shown, kept or not. */
const char *enclave_chat_keeper_get_current (EnclaveChatKeeper *self);
/* Stops a turn that runs, and shows the one with @id instead. */
void enclave_chat_keeper_open (EnclaveChatKeeper *self, const char *id);
void enclave_chat_keeper_rename (EnclaveChatKeeper *self, const char *id, const char *title);
/* For good. When it is the one that is shown, an empty one takes its place. */
void enclave_chat_keeper_delete (EnclaveChatKeeper *self, const char *id, GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_chat_keeper_delete_finish (EnclaveChatKeeper *self, GAsyncResult *result, GError **error);
/* As Markdown, without secrets. @id: (nullable): the one that is shown. Finish: how many messages something was masked in, or -1. */
void enclave_chat_keeper_export_async (EnclaveChatKeeper *self, const char *id, GFile *file, GAsyncReadyCallback callback,
                                       gpointer user_data);
int enclave_chat_keeper_export_finish (EnclaveChatKeeper *self, GAsyncResult *result, GError **error);
/* Follows the service no more, and waits until all is kept: before the window goes. */
void enclave_chat_keeper_close (EnclaveChatKeeper *self);

G_END_DECLS
