/* enclave-agent-service-draft.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a turn would add to the words of a draft, read before it is sent: what it mentions, and where a conversation begins with it the
 * front and the map. Nothing of it is sent from here.
 */

#include "config.h"

#include "enclave-agent-service-private.h"
#include "enclave-conversation-private.h"
#include "enclave-mention.h"
#include "enclave-mention-reader.h"

/* While somebody types, what was read a moment ago is as good as new. A diff starts programs, the map looks at all files. */
#define FILE_AGE_US (2 * G_USEC_PER_SEC)
#define SLOW_AGE_US (10 * G_USEC_PER_SEC)

typedef struct
{
  GPtrArray *items; /* (element-type EnclaveContextItem) */
  gint64 read_us;   /* monotonic */
} Mentioned;

struct _EnclaveDraftContext
{
  GHashTable *mentions;     /* (element-type utf8 Mentioned) */
  char *front;              /* (nullable) */
  EnclaveMode front_mode;
  gint64 front_us;
  EnclaveContextItem *map;  /* (nullable) */
  gint64 map_us;
  EnclaveContextItem *near; /* (nullable): of the words that were read last */
};

static void
mentioned_free (gpointer data)
{
  Mentioned *mentioned = data;

  g_ptr_array_unref (mentioned->items);
  g_free (mentioned);
}

void
enclave_agent_service_forget_draft (EnclaveAgentService *self)
{
  EnclaveDraftContext *context = g_steal_pointer (&self->draft_context);

  if (context == NULL)
    return;
  g_hash_table_unref (context->mentions);
  g_free (context->front);
  g_clear_object (&context->map);
  g_clear_object (&context->near);
  g_free (context);
}

static EnclaveDraftContext *
get_context (EnclaveAgentService *self)
{
  if (self->draft_context == NULL)
    {
      self->draft_context = g_new0 (EnclaveDraftContext, 1);
      self->draft_context->mentions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, mentioned_free);
    }

  return self->draft_context;
}

static gboolean
is_new (gint64 read_us, gint64 age_us)
{
  return read_us > 0 && g_get_monotonic_time () - read_us < age_us;
}

static gboolean
begins_conversation (EnclaveAgentService *self)
{
  return enclave_history_get_length (enclave_conversation_get_history (self->conversation)) == 0;
}

const char *
enclave_agent_service_peek_draft_front (EnclaveAgentService *self)
{
  const char *front = self->fronts_stale ? NULL : enclave_conversation_get_front (self->conversation, self->mode);
  EnclaveDraftContext *context = self->draft_context;

  if (front != NULL)
    return front;

  return context != NULL && context->front_mode == self->mode ? context->front : NULL;
}

EnclaveContextItem *
enclave_agent_service_peek_draft_map (EnclaveAgentService *self)
{
  return self->draft_context != NULL && begins_conversation (self) ? self->draft_context->map : NULL;
}

void
enclave_agent_service_add_draft_items (EnclaveAgentService *self, const char *words, GPtrArray *items)
{
  g_autoptr (GPtrArray) mentions = enclave_mention_list (words);
  EnclaveDraftContext *context = self->draft_context;

  if (context == NULL)
    return;
  for (guint i = 0; i < mentions->len; i++)
    {
      const Mentioned *mentioned = g_hash_table_lookup (context->mentions, g_ptr_array_index (mentions, i));

      for (guint j = 0; mentioned != NULL && j < mentioned->items->len; j++)
        g_ptr_array_add (items, g_object_ref (g_ptr_array_index (mentioned->items, j)));
    }
  if (begins_conversation (self) && context->near != NULL)
    g_ptr_array_add (items, g_object_ref (context->near));
}

/* One draft that is being read. */
typedef struct
{
  EnclaveDraft *draft;
  EnclaveMentionReader *reader;
  GPtrArray *mentions; /* (element-type utf8) */
  guint next;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->draft);
  g_object_unref (reading->reader);
  g_ptr_array_unref (reading->mentions);
  g_free (reading);
}

static void
drop_others (EnclaveDraftContext *context, GPtrArray *mentions)
{
  GHashTableIter iter;
  gpointer mention;

  g_hash_table_iter_init (&iter, context->mentions);
  while (g_hash_table_iter_next (&iter, &mention, NULL))
    if (!g_ptr_array_find_with_equal_func (mentions, mention, g_str_equal, NULL))
      g_hash_table_iter_remove (&iter);
}

static guint
get_window (EnclaveAgentService *self)
{
  return enclave_agent_service_choose_window (self, enclave_agent_service_peek_model (self, self->mode, NULL));
}

static void
finish (GTask *task)
{
  EnclaveAgentService *self = g_task_get_source_object (task);
  EnclaveDraftContext *context = get_context (self);
  Reading *reading = g_task_get_task_data (task);
  g_auto (EnclaveMapPart) near = { NULL };

  drop_others (context, reading->mentions);
  if (context->map_us > 0 && begins_conversation (self))
    enclave_repo_map_admit_near (self->map, get_window (self), (const char *const *) self->open_paths,
                                 enclave_draft_get_words (reading->draft), &near);
  g_set_object (&context->near, near.item);
  g_task_return_boolean (task, TRUE);
}

/* Whether there is no more to do. */
static gboolean
is_over (GTask *task)
{
  EnclaveAgentService *self = g_task_get_source_object (task);

  if (g_task_return_error_if_cancelled (task))
    return TRUE;
  /* A turn reads for itself, and without a model there is nothing to reckon. */
  if (self->turn != NULL || enclave_agent_service_peek_model (self, self->mode, NULL) == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return TRUE;
    }

  return FALSE;
}

static void
mapped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveAgentService *self = g_task_get_source_object (task);
  g_auto (EnclaveMapPart) map = { NULL };

  enclave_repo_map_update_finish (ENCLAVE_REPO_MAP (source), result, NULL);
  if (is_over (task))
    return;
  enclave_repo_map_admit (self->map, get_window (self), &map);
  g_set_object (&get_context (self)->map, map.item);
  get_context (self)->map_us = g_get_monotonic_time ();
  finish (task);
}

static void
read_map (GTask *task)
{
  EnclaveAgentService *self = g_task_get_source_object (task);
  EnclaveInferenceClient *client = NULL;

  enclave_agent_service_peek_model (self, self->mode, &client);
  if (!begins_conversation (self) || !enclave_agent_service_wants_map (self, client)
      || is_new (get_context (self)->map_us, SLOW_AGE_US))
    finish (task);
  else
    enclave_repo_map_update_async (self->map, g_task_get_cancellable (task), mapped_cb, g_object_ref (task));
}

static void read_mention (GTask *task);

static void
mention_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveAgentService *self = g_task_get_source_object (task);
  Reading *reading = g_task_get_task_data (task);
  g_autoptr (GPtrArray) parts = enclave_mention_reader_read_finish (ENCLAVE_MENTION_READER (source), result, NULL);
  Mentioned *mentioned;

  if (is_over (task))
    return;
  mentioned = g_new0 (Mentioned, 1);
  mentioned->items = g_ptr_array_new_with_free_func (g_object_unref);
  mentioned->read_us = g_get_monotonic_time ();
  for (guint i = 0; parts != NULL && i < parts->len; i++)
    {
      EnclaveMentionPart *part = g_ptr_array_index (parts, i);

      if (part->item != NULL)
        g_ptr_array_add (mentioned->items, g_object_ref (part->item));
    }
  g_hash_table_insert (get_context (self)->mentions, g_strdup (g_ptr_array_index (reading->mentions, reading->next)), mentioned);
  reading->next++;
  read_mention (task);
}

static void
read_mention (GTask *task)
{
  EnclaveAgentService *self = g_task_get_source_object (task);
  Reading *reading = g_task_get_task_data (task);

  for (; reading->next < reading->mentions->len; reading->next++)
    {
      const char *mention = g_ptr_array_index (reading->mentions, reading->next);
      gint64 age_us = enclave_mention_get_kind (mention) == ENCLAVE_MENTION_DIFF ? SLOW_AGE_US : FILE_AGE_US;
      const Mentioned *known = g_hash_table_lookup (get_context (self)->mentions, mention);

      if (known == NULL || !is_new (known->read_us, age_us))
        {
          enclave_mention_reader_read_async (reading->reader, mention, g_task_get_cancellable (task), mention_cb,
                                             g_object_ref (task));
          return;
        }
    }
  read_map (task);
}

static void
memory_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveAgentService *self = g_task_get_source_object (task);
  g_autoptr (EnclaveContextItem) memory =
    enclave_tool_scope_read_instructions_finish (ENCLAVE_TOOL_SCOPE (source), result, NULL);
  EnclaveDraftContext *context;

  if (is_over (task))
    return;
  context = get_context (self);
  g_free (context->front);
  context->front =
    enclave_agent_service_build_front (self, enclave_agent_service_peek_model (self, self->mode, NULL), self->mode, memory, NULL);
  context->front_mode = self->mode;
  context->front_us = g_get_monotonic_time ();
  read_mention (task);
}

static void
read_front (GTask *task)
{
  EnclaveAgentService *self = g_task_get_source_object (task);
  EnclaveDraftContext *context = get_context (self);
  gboolean has_front = !self->fronts_stale && enclave_conversation_get_front (self->conversation, self->mode) != NULL;
  g_autoptr (EnclaveToolScope) scope = NULL;

  if (has_front || (context->front_mode == self->mode && is_new (context->front_us, SLOW_AGE_US)))
    {
      read_mention (task);
      return;
    }
  scope = enclave_gate_open_scope (self->gate, "user", "count", ENCLAVE_EFFECT_READ);
  enclave_tool_scope_set_counting (scope);
  enclave_tool_scope_read_instructions_async (scope, g_task_get_cancellable (task), memory_cb, g_object_ref (task));
}

void
enclave_agent_service_read_draft_async (EnclaveAgentService *self, EnclaveDraft *draft, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Reading *reading;

  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (self));
  g_return_if_fail (ENCLAVE_IS_DRAFT (draft));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_agent_service_read_draft_async);
  reading = g_new0 (Reading, 1);
  reading->draft = g_object_ref (draft);
  reading->reader = enclave_mention_reader_new (self->gate, self->registry, self->map, TRUE);
  enclave_mention_reader_set_toolbox (reading->reader, self->toolbox);
  reading->mentions = enclave_mention_list (enclave_draft_get_words (draft));
  g_task_set_task_data (task, reading, reading_free);
  if (!is_over (task))
    read_front (task);
}

gboolean
enclave_agent_service_read_draft_finish (EnclaveAgentService *self, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), NULL);
}

void
enclave_agent_service_watch_draft (EnclaveAgentService *self)
{
  /* What may be read is another thing now. */
  g_signal_connect_swapped (self->gate, "policy-changed", G_CALLBACK (enclave_agent_service_forget_draft), self);
}
