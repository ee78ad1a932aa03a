/* enclave-completion-stream-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-completion-stream.h"
#include "enclave-event-parser.h"

G_BEGIN_DECLS

/* @body: the reply's, taken over; closed with the stream. */
EnclaveCompletionStream *enclave_completion_stream_new (GInputStream *body, EnclaveFraming framing, guint max_tokens);

G_END_DECLS
