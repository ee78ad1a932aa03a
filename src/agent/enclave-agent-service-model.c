/* enclave-agent-service-model.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-agent-service-private.h"
#include "enclave-model-record.h"
#include "enclave-window-plan.h"

/* What follows from the model that was chosen. */

/* @measured: (out): 0 when nothing smaller than what is stated was found. */
static gboolean
read_record (EnclaveModelInfo *model, guint *stated, guint *measured)
{
  g_autoptr (EnclaveModelRecord) record = model != NULL ? enclave_model_record_load (model) : NULL;

  *stated = record != NULL ? record->window_stated : 0;
  *measured = record != NULL && record->window_manner != ENCLAVE_WINDOW_HOLDS ? record->window_measured : 0;
  return record != NULL && strcmp (enclave_model_record_get_tool_form (record), "text") == 0;
}

EnclaveModelInfo *
enclave_agent_service_peek_model (EnclaveAgentService *self, EnclaveMode mode, EnclaveInferenceClient **client)
{
  gboolean edits = mode == ENCLAVE_MODE_EDIT && self->edit_model != NULL;

  if (client != NULL)
    *client = edits ? self->edit_client : self->client;
  return edits ? self->edit_model : self->model;
}

gboolean
enclave_agent_service_calls_as_text (EnclaveAgentService *self, EnclaveModelInfo *model)
{
  guint stated;
  guint measured;

  return model == self->model ? self->tools_as_text : read_record (model, &stated, &measured);
}

double
enclave_agent_service_get_token_ratio (EnclaveAgentService *self, EnclaveModelInfo *model)
{
  return self->counted_model == NULL || strcmp (self->counted_model, enclave_model_info_get_id (model)) == 0
           ? self->token_ratio
           : 1;
}

void
enclave_agent_service_set_edit_model (EnclaveAgentService *self, EnclaveInferenceClient *client, EnclaveModelInfo *model)
{
  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (self));
  g_return_if_fail ((client == NULL) == (model == NULL));
  g_return_if_fail (model == NULL || !enclave_model_info_get_remote (model));

  g_set_object (&self->edit_client, client);
  g_set_object (&self->edit_model, model);
  enclave_agent_service_update_window (self);
}

guint
enclave_agent_service_choose_window (EnclaveAgentService *self, EnclaveModelInfo *model)
{
  g_autofree char *digest = NULL;
  guint stated = self->window_stated;
  guint measured = self->window_measured;
  guint tokens;

  if (model != self->model)
    read_record (model, &stated, &measured);

  if (enclave_endpoint_get_kind (enclave_model_info_get_endpoint (model)) != ENCLAVE_ENDPOINT_OLLAMA)
    {
      tokens = enclave_window_plan_here (model);
      /* A server that tells nothing, or more than it holds; one that tells something else now was started anew. */
      if (measured > 0 && tokens == stated)
        tokens = measured;
      return tokens;
    }

  digest = enclave_model_info_dup_digest (model);
  tokens = GPOINTER_TO_UINT (g_hash_table_lookup (self->windows, digest));
  if (tokens == 0)
    {
      tokens = enclave_window_plan_here (model);
      g_hash_table_insert (self->windows, g_steal_pointer (&digest), GUINT_TO_POINTER (tokens));
    }

  return tokens;
}

const EnclaveModelSwitches *
enclave_agent_service_choose_switches (EnclaveAgentService *self, EnclaveModelInfo *model)
{
  g_autofree char *digest = enclave_model_info_dup_digest (model);
  EnclaveModelSwitches *switches = g_hash_table_lookup (self->switches, digest);

  if (switches == NULL)
    {
      switches = g_new0 (EnclaveModelSwitches, 1);
      enclave_model_switches_load (model, switches);
      g_hash_table_insert (self->switches, g_steal_pointer (&digest), switches);
    }
  return switches;
}

void
enclave_agent_service_take_record (EnclaveAgentService *self)
{
  self->tools_as_text = read_record (self->model, &self->window_stated, &self->window_measured);
}
