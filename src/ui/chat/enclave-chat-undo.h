/* enclave-chat-undo.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-checkpoint-list.h"

G_BEGIN_DECLS

/* Takes back what the turn @turn of @conversation has written, or does it again (@redo); both NULL: the last turn of @changes
 * that has written something. Files that were changed since at the same place are shown in a dialog over @parent, with what to
 * do about each. Finish: FALSE with @error; G_IO_ERROR_CANCELLED when the person does not want it after all. */
void enclave_chat_undo_async (GtkWidget *parent, EnclaveChangeSet *changes, const char *conversation, const char *turn,
                              gboolean redo, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_chat_undo_finish (GtkWidget *parent, GAsyncResult *result, GError **error);

/* What can be done about the turns of @conversation, for the items of its messages (GListModel of EnclaveChatMessageItems). */
void enclave_chat_undo_mark_items (GListModel *messages, const char *conversation, EnclaveCheckpointList *checkpoints);

G_END_DECLS
