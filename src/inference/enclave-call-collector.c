/* enclave-call-collector.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-call-collector.h"

#include <string.h>

#include "enclave-call-repair.h"
#include "enclave-json.h"

#define MAX_CALLS 64

typedef struct
{
  gint64 index;
  char *id;
  char *name;
  GString *arguments;
  gboolean announced;
} Slot;

struct _EnclaveCallCollector
{
  GPtrArray *slots;
  gsize size;
};

static void
slot_free (gpointer data)
{
  Slot *slot = data;

  g_free (slot->id);
  g_free (slot->name);
  g_string_free (slot->arguments, TRUE);
  g_free (slot);
}

EnclaveCallCollector *
enclave_call_collector_new (void)
{
  EnclaveCallCollector *self = g_new0 (EnclaveCallCollector, 1);

  self->slots = g_ptr_array_new_with_free_func (slot_free);
  return self;
}

void
enclave_call_collector_free (EnclaveCallCollector *self)
{
  g_ptr_array_unref (self->slots);
  g_free (self);
}

static gboolean
is_whole (const Slot *slot)
{
  g_autoptr (JsonObject) parsed = NULL;

  if (slot->arguments->len == 0)
    return FALSE;
  parsed = enclave_json_parse_object (slot->arguments->str, (gssize) slot->arguments->len, NULL);
  return parsed != NULL;
}

static Slot *
open_slot (EnclaveCallCollector *self, gint64 index)
{
  Slot *slot;

  if (self->slots->len >= MAX_CALLS)
    return NULL;
  slot = g_new0 (Slot, 1);
  slot->index = index;
  slot->arguments = g_string_new (NULL);
  g_ptr_array_add (self->slots, slot);
  return slot;
}

static Slot *
find_slot (EnclaveCallCollector *self, gint64 index, const char *id, const char *name)
{
  Slot *slot = NULL;

  for (guint i = self->slots->len; i-- > 0 && slot == NULL;)
    {
      Slot *candidate = g_ptr_array_index (self->slots, i);

      if (candidate->index == index)
        slot = candidate;
    }
  if (slot == NULL)
    return open_slot (self, index);
  /* Another id, another name, or a name after complete arguments is another call, whatever its index says. */
  if (id != NULL && id[0] != '\0' && slot->id != NULL && g_strcmp0 (slot->id, id) != 0)
    return open_slot (self, index);
  if (name != NULL && name[0] != '\0' && slot->name != NULL && (strcmp (slot->name, name) != 0 || is_whole (slot)))
    return open_slot (self, index);
  return slot;
}

static void
add_arguments (EnclaveCallCollector *self, Slot *slot, JsonNode *node)
{
  gsize before = slot->arguments->len;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return;
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    g_string_append (slot->arguments, json_node_get_string (node));
  else if (JSON_NODE_HOLDS_OBJECT (node))
    {
      g_autofree char *text = enclave_json_to_text (node, FALSE);

      g_string_assign (slot->arguments, text);
    }
  self->size += slot->arguments->len - MIN (before, slot->arguments->len);
}

void
enclave_call_collector_add (EnclaveCallCollector *self, JsonArray *calls, GQueue *events)
{
  g_return_if_fail (self != NULL && calls != NULL && events != NULL);

  for (guint i = 0; i < json_array_get_length (calls); i++)
    {
      JsonObject *call = enclave_json_array_peek_object (calls, i);
      JsonObject *function = call != NULL ? enclave_json_peek_object (call, "function") : NULL;
      const char *id;
      const char *name;
      Slot *slot;

      if (function == NULL)
        continue;
      id = enclave_json_peek_string (call, "id");
      name = enclave_json_peek_string (function, "name");
      slot = find_slot (self, enclave_json_get_int (call, "index", enclave_json_get_int (function, "index", 0)), id, name);
      if (slot == NULL)
        continue;
      if (slot->id == NULL && id != NULL && id[0] != '\0')
        slot->id = g_strdup (id);
      if (slot->name == NULL && name != NULL && name[0] != '\0')
        slot->name = g_strdup (name);
      add_arguments (self, slot, json_object_get_member (function, "arguments"));
      if (slot->name != NULL && !slot->announced)
        {
          EnclaveCompletionEvent *event = enclave_completion_event_new (ENCLAVE_COMPLETION_TOOL_NAME);

          event->name = g_strdup (slot->name);
          g_queue_push_tail (events, event);
          slot->announced = TRUE;
        }
    }
}

guint
enclave_call_collector_get_n_calls (EnclaveCallCollector *self)
{
  return self->slots->len;
}

gsize
enclave_call_collector_get_size (EnclaveCallCollector *self)
{
  return self->size;
}

void
enclave_call_collector_finish (EnclaveCallCollector *self, gboolean cut, GQueue *events)
{
  for (guint i = 0; i < self->slots->len; i++)
    {
      Slot *slot = g_ptr_array_index (self->slots, i);
      EnclaveCompletionEvent *event;

      if (slot->name == NULL)
        continue;
      event = enclave_completion_event_new (ENCLAVE_COMPLETION_TOOL_CALL);
      /* An id has to be unique in the whole conversation, where an invented one meets those of other replies. */
      event->id = slot->id != NULL ? g_strdup (slot->id) : g_strdup_printf ("call-%08x", g_random_int ());
      event->name = g_strdup (slot->name);
      if (!cut && slot->arguments->len == 0)
        event->arguments = g_strdup ("{}");
      else if (!cut && is_whole (slot))
        event->arguments = g_strdup (slot->arguments->str);
      else if (!cut)
        event->arguments = enclave_call_repair (slot->arguments->str, slot->arguments->len);
      g_queue_push_tail (events, event);
    }
  g_ptr_array_set_size (self->slots, 0);
}
