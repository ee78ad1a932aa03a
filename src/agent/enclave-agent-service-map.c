/* enclave-agent-service-map.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-agent-service-private.h"

/**
 * enclave_agent_service_set_use_map:
 * @use_map: whether conversations to come begin with a map of the project
 */
void
enclave_agent_service_set_use_map (EnclaveAgentService *self, gboolean use_map)
{
  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (self));

  self->use_map = use_map;
}

EnclaveRepoMap *
enclave_agent_service_get_map (EnclaveAgentService *self)
{
  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), NULL);

  return self->map;
}

/**
 * enclave_agent_service_set_open_paths:
 * @paths: (nullable): what the person has open, relative to the project
 *
 * Denied ones among them have no definitions, so nothing of them gets into a map.
 */
void
enclave_agent_service_set_open_paths (EnclaveAgentService *self, const char *const *paths)
{
  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (self));

  g_strfreev (self->open_paths);
  self->open_paths = g_strdupv ((char **) paths);
}

guint
enclave_agent_service_get_map_tokens (EnclaveAgentService *self)
{
  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), 0);

  return self->map_tokens;
}

gboolean
enclave_agent_service_wants_map (EnclaveAgentService *self, EnclaveInferenceClient *client)
{
  return self->use_map
         && enclave_endpoint_get_kind (enclave_inference_client_get_endpoint (client)) != ENCLAVE_ENDPOINT_PRACTICE;
}
