/* enclave-chat-mention-search.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-agent-service.h"
#include "enclave-mention.h"

G_BEGIN_DECLS

/* What @word, which a person types after an `@`, can mean in the service's project as it was last surveyed; names of files that are
 * looked for now where there is no survey yet, or not of all files. The ranking runs in another thread.
 * Finish: (transfer full) (element-type EnclaveMentionMatch); NULL only with G_IO_ERROR_CANCELLED. */
void enclave_chat_mention_search_async (EnclaveAgentService *service, const char *word, guint max, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *enclave_chat_mention_search_finish (GAsyncResult *result, GError **error);

G_END_DECLS
