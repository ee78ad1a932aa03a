/* enclave-model-info-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-model-info.h"
#include "enclave-ollama-facts-private.h"

G_BEGIN_DECLS

/* The lists of the four kinds of servers, as models; entries that are no objects or have no name are left out.
 * All return (transfer full): GListStore of EnclaveModelInfo. */

/* Ollama: /api/tags, and (nullable) /api/ps for what is loaded. @facts: (nullable): see enclave_ollama_survey_key(). */
GListStore *enclave_model_info_list_from_ollama (EnclaveEndpoint *endpoint, JsonObject *tags, JsonObject *ps,
                                                 GHashTable *facts);
/* /v1/models of llama.cpp, vLLM and others. @loaded_window: of llama.cpp's /props, 0 when unknown. */
GListStore *enclave_model_info_list_from_v1 (EnclaveEndpoint *endpoint, JsonObject *models, guint loaded_window);
/* LM Studio: /api/v1/models (`models`) or /api/v0/models (`data`). */
GListStore *enclave_model_info_list_from_lmstudio (EnclaveEndpoint *endpoint, JsonObject *models);

/* Says of all in @models how many slots their server has. */
void enclave_model_info_list_set_slots (GListStore *models, guint n_slots);
/* @array: (nullable): words of a server. */
EnclaveModelAbilities enclave_model_abilities_read (JsonArray *array);
/* Where the model @id really runs, by the members of @entry and by its name alone. (transfer full) (nullable): NULL: here. */
char *enclave_model_find_remote (JsonObject *entry, const char *id);

G_END_DECLS
