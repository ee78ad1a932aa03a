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

guint
enclave_agent_service_choose_window (EnclaveAgentService *self, EnclaveModelInfo *model)
{
  g_autofree char *digest = NULL;
  guint tokens;

  if (enclave_endpoint_get_kind (enclave_model_info_get_endpoint (model)) != ENCLAVE_ENDPOINT_OLLAMA)
    {
      tokens = enclave_window_plan_here (model);
      /* A server that tells nothing, or more than it holds; one that tells something else now was started anew. */
      if (self->window_measured > 0 && tokens == self->window_stated)
        tokens = self->window_measured;
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
  g_autoptr (EnclaveModelRecord) record = self->model != NULL ? enclave_model_record_load (self->model) : NULL;

  self->tools_as_text = record != NULL && strcmp (enclave_model_record_get_tool_form (record), "text") == 0;
  self->window_stated = record != NULL ? record->window_stated : 0;
  self->window_measured = record != NULL && record->window_manner != ENCLAVE_WINDOW_HOLDS ? record->window_measured : 0;
}
