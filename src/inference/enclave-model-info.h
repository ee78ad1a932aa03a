/* enclave-model-info.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-endpoint.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_MODEL_TOOLS = 1 << 0,
  ENCLAVE_MODEL_INSERT = 1 << 1,
  ENCLAVE_MODEL_THINKING = 1 << 2,
  ENCLAVE_MODEL_VISION = 1 << 3,
  ENCLAVE_MODEL_CHAT = 1 << 4,
} EnclaveModelAbilities;

/* What a server says of one model. Immutable but for its parser. Properties (read-only): "id", "remote". */
#define ENCLAVE_TYPE_MODEL_INFO (enclave_model_info_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveModelInfo, enclave_model_info, ENCLAVE, MODEL_INFO, GObject)

const char *enclave_model_info_get_id (EnclaveModelInfo *self);
/* For people: the id, or, where a server names a model by its place on disk (llama.cpp and vLLM do, unless they are told a name), the
 * last part of that without ".gguf". */
const char *enclave_model_info_get_name (EnclaveModelInfo *self);
/* The same for an id. (transfer full) */
char *enclave_model_id_dup_name (const char *id);
EnclaveEndpoint *enclave_model_info_get_endpoint (EnclaveModelInfo *self);
/* "" when the server does not say. */
const char *enclave_model_info_get_family (EnclaveModelInfo *self);
const char *enclave_model_info_get_parameters (EnclaveModelInfo *self);
const char *enclave_model_info_get_quantization (EnclaveModelInfo *self);
/* 0 when the server does not say. */
guint64 enclave_model_info_get_size_bytes (EnclaveModelInfo *self);
guint enclave_model_info_get_context_max (EnclaveModelInfo *self);
guint enclave_model_info_get_context_loaded (EnclaveModelInfo *self);
/* What whoever packed the model has set (num_ctx of a Modelfile). */
guint enclave_model_info_get_context_set (EnclaveModelInfo *self);
/* Of the key-value cache, at 16 bits. */
guint64 enclave_model_info_get_kv_bytes_per_token (EnclaveModelInfo *self);
/* Requests that the server works on at a time, each with a cache of its own (llama.cpp); 0 when it does not say. */
guint enclave_model_info_get_n_slots (EnclaveModelInfo *self);
/* What identifies the model's bytes and the kind of server that runs them: the server's digest where it tells one, else
 * one of all that it says of the model. 64 hexadecimal digits. (transfer full) */
char *enclave_model_info_dup_digest (EnclaveModelInfo *self);
EnclaveModelAbilities enclave_model_info_get_abilities (EnclaveModelInfo *self);
/* TRUE when the server would send the text elsewhere: listed, never chosen. */
gboolean enclave_model_info_get_remote (EnclaveModelInfo *self);
/* Where it would go ("ollama.com"); NULL when local. */
const char *enclave_model_info_get_remote_host (EnclaveModelInfo *self);

G_END_DECLS
