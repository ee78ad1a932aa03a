/* enclave-ollama-survey-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-inference-client-private.h"
#include "enclave-ollama-facts-private.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_LOCAL_SUFFIX_UNKNOWN,
  ENCLAVE_LOCAL_SUFFIX_NO,
  ENCLAVE_LOCAL_SUFFIX_YES,
} EnclaveLocalSuffix;

/* Asks Ollama's /api/show for the models of a listing that were not asked for yet, and finds out by it whether this
 * version knows the suffix `:local`, with which the server itself refuses a model that it would run elsewhere.
 * @tags: /api/tags. @facts: (element-type utf8 EnclaveOllamaFacts): by enclave_ollama_survey_key(); filled.
 * Never fails: what could not be asked is missing, and a later survey goes on. */
void enclave_ollama_survey_async (EnclaveInferenceClient *client, JsonObject *tags, GHashTable *facts,
                                  EnclaveLocalSuffix known, GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
EnclaveLocalSuffix enclave_ollama_survey_finish (EnclaveInferenceClient *client, GAsyncResult *result);
/* What identifies an entry of the listing: its name and its digest. (transfer full) */
char *enclave_ollama_survey_key (JsonObject *entry);

G_END_DECLS
