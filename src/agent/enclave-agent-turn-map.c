/* enclave-agent-turn-map.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-agent-service-private.h"
#include "enclave-conversation-private.h"

/* A person waits for the reply; what is not there by then is there for the next conversation. */
#define MAX_WAIT_MS 4000

typedef struct
{
  EnclaveAgentTurn *turn; /* NULL once it has gone on */
  void (*after) (EnclaveAgentTurn *self);
  guint source;
} MapWait;

/* The map is the beginning of the first message and stays there: what comes later has it as its prefix. */
static void
go_on (MapWait *wait)
{
  g_autoptr (EnclaveAgentTurn) self = g_steal_pointer (&wait->turn);
  EnclaveAgentService *service = self->service;
  g_auto (EnclaveMapPart) map = { NULL };
  g_auto (EnclaveMapPart) near = { NULL };

  g_clear_handle_id (&wait->source, g_source_remove);
  if (enclave_agent_turn_is_over (self))
    return;

  enclave_repo_map_admit (service->map, self->window, &map);
  enclave_repo_map_admit_near (service->map, self->window, (const char *const *) service->open_paths,
                               enclave_context_item_get_text (self->words), &near);
  if (map.item != NULL)
    enclave_history_set_preface (enclave_conversation_get_history (self->conversation), map.item);
  if (near.item != NULL)
    g_ptr_array_add (self->items, g_object_ref (near.item));
  if (map.item != NULL || near.item != NULL)
    enclave_agent_service_emit_map (service, map.n_tokens + near.n_tokens, map.n_definitions + near.n_definitions);
  if (!enclave_agent_turn_is_over (self))
    wait->after (self);
}

static void
on_updated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MapWait *wait = user_data;

  /* Without a new one the last one is still better than none. */
  enclave_repo_map_update_finish (ENCLAVE_REPO_MAP (source), result, NULL);
  if (wait->turn != NULL)
    go_on (wait);
  g_free (wait);
}

static gboolean
on_late (gpointer user_data)
{
  MapWait *wait = user_data;

  wait->source = 0;
  go_on (wait);

  return G_SOURCE_REMOVE;
}

void
enclave_agent_turn_add_map (EnclaveAgentTurn *self, void (*after) (EnclaveAgentTurn *self))
{
  MapWait *wait;

  if (self->words == NULL || enclave_history_get_length (enclave_conversation_get_history (self->conversation)) > 0
      || !enclave_agent_service_wants_map (self->service, self->client))
    {
      after (self);
      return;
    }

  wait = g_new0 (MapWait, 1);
  wait->turn = g_object_ref (self);
  wait->after = after;
  wait->source = g_timeout_add (MAX_WAIT_MS, on_late, wait);
  enclave_repo_map_update_async (self->service->map, NULL, on_updated, wait);
}
