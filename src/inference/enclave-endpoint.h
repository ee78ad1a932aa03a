/* enclave-endpoint.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_ENDPOINT_UNKNOWN,
  ENCLAVE_ENDPOINT_OLLAMA,
  ENCLAVE_ENDPOINT_LLAMACPP,
  ENCLAVE_ENDPOINT_LMSTUDIO,
  ENCLAVE_ENDPOINT_VLLM,
  ENCLAVE_ENDPOINT_OPENAI,   /* any other server that speaks /v1 */
  ENCLAVE_ENDPOINT_PRACTICE, /* the tour's scripted engine */
} EnclaveEndpointKind;

/* "ollama", "llamacpp", "lmstudio", "vllm", "openai", "practice", "unknown". */
const char *enclave_endpoint_kind_to_word (EnclaveEndpointKind kind);
/* "Ollama", "llama.cpp", "LM Studio", "vLLM", "OpenAI-compatible server", "Practice engine". */
const char *enclave_endpoint_kind_to_name (EnclaveEndpointKind kind);

/* Where a server is. Immutable. */
#define ENCLAVE_TYPE_ENDPOINT (enclave_endpoint_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveEndpoint, enclave_endpoint, ENCLAVE, ENDPOINT, GObject)

/* @address: as a person types it: with or without scheme, `/v1`, `/api`, a trailing slash; `unix:/path`; behind https, `#sha256=FINGERPRINT`
 * of the certificate. `localhost` becomes 127.0.0.1. Errors: G_IO_ERROR_INVALID_ARGUMENT, what is wrong with it. */
EnclaveEndpoint *enclave_endpoint_new (const char *address, EnclaveEndpointKind expected, GError **error);
EnclaveEndpointKind enclave_endpoint_get_kind (EnclaveEndpoint *self);
/* The same address with the kind that was found out. (transfer full) */
EnclaveEndpoint *enclave_endpoint_with_kind (EnclaveEndpoint *self, EnclaveEndpointKind kind);
/* Base without path: "http://127.0.0.1:11434" or "unix:/run/…/sock". Borrowed. */
const char *enclave_endpoint_get_uri (EnclaveEndpoint *self);
/* "127.0.0.1:11434": for people. Borrowed. */
const char *enclave_endpoint_get_address (EnclaveEndpoint *self);
gboolean enclave_endpoint_get_is_local (EnclaveEndpoint *self);

G_END_DECLS
