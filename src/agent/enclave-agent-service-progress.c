/* enclave-agent-service-progress.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-agent-service-private.h"

/* What a person is told while a reply is on its way. */

static void
set_count (EnclaveAgentService *self, guint *count, guint value, const char *name)
{
  if (*count == value)
    return;
  *count = value;
  g_object_notify (G_OBJECT (self), name);
}

void
enclave_agent_service_set_progress (EnclaveAgentService *self, guint total, guint cached, guint processed,
                                    gboolean estimated)
{
  g_object_freeze_notify (G_OBJECT (self));
  self->progress_estimated = estimated;
  set_count (self, &self->progress_total, total, "progress-total");
  set_count (self, &self->progress_cached, cached, "progress-cached");
  set_count (self, &self->progress_processed, processed, "progress-processed");
  g_object_thaw_notify (G_OBJECT (self));
}

void
enclave_agent_service_set_tokens_used (EnclaveAgentService *self, guint tokens)
{
  set_count (self, &self->tokens_used, tokens, "tokens-used");
}

gboolean
enclave_agent_service_get_progress_estimated (EnclaveAgentService *self)
{
  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), FALSE);

  return self->progress_estimated;
}

void
enclave_agent_service_set_wait (EnclaveAgentService *self, EnclaveTurnWait wait, guint percent)
{
  g_object_freeze_notify (G_OBJECT (self));
  set_count (self, &self->wait, wait, "wait");
  set_count (self, &self->wait_percent, percent, "wait-percent");
  g_object_thaw_notify (G_OBJECT (self));
}

void
enclave_agent_service_set_speed (EnclaveAgentService *self, double tokens_per_second)
{
  if (tokens_per_second <= 0 || tokens_per_second == self->tokens_per_second)
    return;
  self->tokens_per_second = tokens_per_second;
  g_object_notify (G_OBJECT (self), "tokens-per-second");
}

void
enclave_agent_service_set_usage (EnclaveAgentService *self, const EnclaveCompletionEvent *usage)
{
  g_object_freeze_notify (G_OBJECT (self));
  set_count (self, &self->tokens_used, usage->prompt_tokens + usage->completion_tokens, "tokens-used");
  set_count (self, &self->tokens_read, usage->prompt_tokens, "tokens-read");
  set_count (self, &self->tokens_cached, usage->cached, "tokens-cached");
  enclave_agent_service_set_speed (self, usage->tokens_per_second);
  g_object_thaw_notify (G_OBJECT (self));
  enclave_agent_service_emit_usage (self, usage->prompt_tokens, usage->completion_tokens);
}

void
enclave_agent_service_forget_usage (EnclaveAgentService *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  set_count (self, &self->tokens_read, 0, "tokens-read");
  set_count (self, &self->tokens_cached, 0, "tokens-cached");
  g_object_thaw_notify (G_OBJECT (self));
}

const char *
enclave_turn_wait_to_word (EnclaveTurnWait wait)
{
  switch (wait)
    {
    case ENCLAVE_TURN_WAIT_OTHER_REQUEST:
      return "other-request";
    case ENCLAVE_TURN_WAIT_LOADING:
      return "loading";
    case ENCLAVE_TURN_WAIT_SILENT:
      return "silent";
    case ENCLAVE_TURN_WAIT_NONE:
    default:
      return "none";
    }
}
