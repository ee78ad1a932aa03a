/* enclave-ollama-facts-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-model-info.h"

G_BEGIN_DECLS

/* What Ollama's /api/show says of one model; 0 for what it does not say. */
typedef struct
{
  guint context_max;          /* tokens the model was trained for */
  guint context_set;          /* num_ctx of its Modelfile */
  guint64 kv_bytes_per_token; /* of the key-value cache at 16 bits; an upper bound for models that keep less */
  EnclaveModelAbilities abilities;
  char *remote_host;          /* NULL when it runs where it is asked */
} EnclaveOllamaFacts;

/* @id: as listed. Returns: (transfer full). */
EnclaveOllamaFacts *enclave_ollama_facts_read (JsonObject *show, const char *id);
void enclave_ollama_facts_free (EnclaveOllamaFacts *facts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveOllamaFacts, enclave_ollama_facts_free)

G_END_DECLS
