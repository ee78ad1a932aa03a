/* enclave-completion-stream.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-completion-event.h"

G_BEGIN_DECLS

/* The pull side of one streamed reply. */
#define ENCLAVE_TYPE_COMPLETION_STREAM (enclave_completion_stream_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveCompletionStream, enclave_completion_stream, ENCLAVE, COMPLETION_STREAM, GObject)

/* One call at a time. Result: (transfer full) (nullable): NULL after END. Errors: ENCLAVE_INFERENCE_ERROR or
 * G_IO_ERROR_CANCELLED; after one the stream is closed. Events that came before a cut are given first. */
void enclave_completion_stream_next_async (EnclaveCompletionStream *self, GCancellable *cancellable,
                                           GAsyncReadyCallback callback, gpointer user_data);
EnclaveCompletionEvent *enclave_completion_stream_next_finish (EnclaveCompletionStream *self, GAsyncResult *result,
                                                               GError **error);
/* Closes the connection at once, so that the server stops generating. Idempotent. */
void enclave_completion_stream_close (EnclaveCompletionStream *self);

/* An event that has already come, without waiting; NULL when there is none, or when the next one is the end or an error. A server
 * that sends thousands a second is read so, some at a time. (transfer full) (nullable) */
EnclaveCompletionEvent *enclave_completion_stream_pop (EnclaveCompletionStream *self);

G_END_DECLS
