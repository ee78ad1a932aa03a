/* enclave-agent-service-model.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-agent-service-private.h"
#include "enclave-limits.h"
#include "enclave-window-plan.h"
#include "enclave-json.h"

/* What follows from the model that was chosen. */

EnclaveModelInfo *
enclave_agent_service_peek_model (EnclaveAgentService *self, EnclaveMode mode, EnclaveInferenceClient **client)
{
  gboolean edits = mode == ENCLAVE_MODE_EDIT && self->edit_model != NULL;

  if (client != NULL)
    *client = edits ? self->edit_client : self->client;
  return edits ? self->edit_model : self->model;
}

EnclaveModelProfile
enclave_agent_service_get_profile (EnclaveAgentService *self, EnclaveModelInfo *model)
{
  EnclaveModelProfile profile;

  if (model == self->model)
    return self->profile;
  enclave_model_profile_load (model, &profile);

  return profile;
}

JsonArray *
enclave_agent_service_choose_tools (EnclaveAgentService *self, EnclaveModelInfo *model, EnclaveMode mode)
{
  EnclaveEffects effects = enclave_mode_get_effects (mode);
  gboolean few = enclave_agent_service_get_profile (self, model).few_tools;
  JsonArray *functions;
  guint window;
  JsonArray *tools;

  if (self->toolbox == NULL || (effects & ENCLAVE_EFFECT_EXTERNAL) == 0)
    return enclave_tool_registry_to_schema (self->registry, effects, few);
  window = enclave_agent_service_choose_window (self, model);
  enclave_mcp_toolbox_sync (self->toolbox, self->registry, window > 0 ? window : ENCLAVE_MCP_UNKNOWN_WINDOW_TOKENS);
  tools = enclave_tool_registry_to_schema (self->registry, effects & ~ENCLAVE_EFFECT_EXTERNAL, few);
  functions = enclave_mcp_toolbox_get_functions (self->toolbox);
  for (guint i = 0; functions != NULL && i < json_array_get_length (functions); i++)
    {
      JsonObject *function = json_array_get_object_element (functions, i);
      const char *name = enclave_json_peek_string (enclave_json_peek_object (function, "function"), "name");

      if (name == NULL || !g_hash_table_contains (self->refused_tools, name))
        json_array_add_object_element (tools, json_object_ref (function));
    }

  return tools;
}

EnclaveMcpToolbox *
enclave_agent_service_get_toolbox (EnclaveAgentService *self)
{
  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), NULL);

  return self->toolbox;
}

/**
 * enclave_agent_service_set_toolbox:
 * @toolbox: (nullable): tools of MCP servers
 *
 * What a conversation has begun with it keeps, so that the server does not read all of it anew; the next one has them.
 */
void
enclave_agent_service_set_toolbox (EnclaveAgentService *self, EnclaveMcpToolbox *toolbox)
{
  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (self));

  g_set_object (&self->toolbox, toolbox);
}

guint
enclave_agent_service_predict_tokens (EnclaveAgentService *self, EnclaveModelInfo *model, EnclaveMode mode, guint estimate)
{
  gboolean same = self->counted_model != NULL && strcmp (self->counted_model, enclave_model_info_get_id (model)) == 0;

  /* What the server has counted is as it is; only what came since is reckoned. */
  if (same && self->last_prompt_tokens > 0 && self->last_mode == mode && estimate >= self->last_estimate)
    return self->last_prompt_tokens + (guint) ((estimate - self->last_estimate) * self->token_ratio);

  /* Another conversation has other words. */
  return (guint) (estimate * (same ? (1 + self->token_ratio) / 2 : 1));
}

gboolean
enclave_agent_service_has_counted (EnclaveAgentService *self, EnclaveModelInfo *model, EnclaveMode mode)
{
  return self->last_prompt_tokens > 0 && self->last_mode == mode && self->counted_model != NULL
         && strcmp (self->counted_model, enclave_model_info_get_id (model)) == 0;
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
  EnclaveModelProfile profile = enclave_agent_service_get_profile (self, model);
  guint tokens;

  if (enclave_endpoint_get_kind (enclave_model_info_get_endpoint (model)) != ENCLAVE_ENDPOINT_OLLAMA)
    {
      tokens = enclave_window_plan_here (model);
      /* A server that tells nothing, or more than it holds; one that tells something else now was started anew. */
      if (profile.window_measured > 0 && tokens == profile.window_stated)
        tokens = profile.window_measured;
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
  enclave_model_profile_load (self->model, &self->profile);
}
