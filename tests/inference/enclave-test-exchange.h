/* enclave-test-exchange.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-inference-client.h"

G_BEGIN_DECLS

/* One streamed reply, read to its end or its error. */
typedef struct
{
  GPtrArray *events; /* (element-type EnclaveCompletionEvent) */
  GError *error;     /* (nullable) */
} EnclaveTestExchange;

/* A client of the server at @address. @kind: what it is taken for. A failure ends the test. */
EnclaveInferenceClient *enclave_test_client_new (const char *address, EnclaveEndpointKind kind);
/* A request with one user message. */
EnclaveChatRequest *enclave_test_request_new (guint max_tokens);

EnclaveTestExchange *enclave_test_exchange_run (EnclaveInferenceClient *client, EnclaveChatRequest *request);
void enclave_test_exchange_free (EnclaveTestExchange *self);
/* All pieces of one kind, joined. (transfer full) */
char *enclave_test_exchange_text (EnclaveTestExchange *self, EnclaveCompletionKind kind);
/* The @nth event of a kind, or NULL. Borrowed. */
EnclaveCompletionEvent *enclave_test_exchange_find (EnclaveTestExchange *self, EnclaveCompletionKind kind, guint nth);
/* Everything in it as text, to compare with another. (transfer full) */
char *enclave_test_exchange_describe (EnclaveTestExchange *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveTestExchange, enclave_test_exchange_free)

G_END_DECLS
