/* enclave-agent-service-state.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the service tells of itself.
 */

#include "config.h"

#include "enclave-agent-service-private.h"

EnclaveConversation *
enclave_agent_service_get_conversation (EnclaveAgentService *self)
{
  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), NULL);

  return self->conversation;
}

const char *
enclave_agent_service_get_turn_id (EnclaveAgentService *self)
{
  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), NULL);

  return self->turn_id;
}

EnclaveChangeSet *
enclave_agent_service_get_change_set (EnclaveAgentService *self)
{
  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), NULL);

  return self->change_set;
}

EnclaveToolRegistry *
enclave_agent_service_get_registry (EnclaveAgentService *self)
{
  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), NULL);

  return self->registry;
}

EnclaveGate *
enclave_agent_service_get_gate (EnclaveAgentService *self)
{
  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), NULL);

  return self->gate;
}

gboolean
enclave_agent_service_get_busy (EnclaveAgentService *self)
{
  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), FALSE);

  return self->turn != NULL;
}

EnclaveTurnState
enclave_agent_service_get_state (EnclaveAgentService *self)
{
  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), ENCLAVE_TURN_IDLE);

  return self->state;
}

EnclaveMode
enclave_agent_service_get_mode (EnclaveAgentService *self)
{
  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), ENCLAVE_MODE_ASK);

  return self->mode;
}

const char *
enclave_agent_service_get_error (EnclaveAgentService *self)
{
  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), NULL);

  return self->error != NULL ? self->error->message : "";
}

const GError *
enclave_agent_service_peek_error (EnclaveAgentService *self)
{
  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), NULL);

  return self->error;
}

guint
enclave_agent_service_get_n_queued (EnclaveAgentService *self)
{
  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), 0);

  return self->queue.length;
}
