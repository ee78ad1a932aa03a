/* enclave-chat-item.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-chat-item.h"

#include "enclave-plan.h"

struct _EnclaveChatItem
{
  GObject parent_instance;

  EnclaveChatItemKind kind;
  EnclaveMessage *message;
  EnclaveMessageBlock *block;
  GListStore *steps;
  gboolean finished;
  gboolean current;
  gboolean newest;
  EnclaveChatUndoState undo_state;
  guint n_changed;
};

struct _EnclaveChatMessageItems
{
  GObject parent_instance;

  EnclaveMessage *message;
  GPtrArray *items;
  guint n_blocks; /* of the message that @items show */
  gboolean finished;
};

enum
{
  PROP_0,
  PROP_FINISHED,
  PROP_CURRENT,
  PROP_UNDO_STATE,
  PROP_NEWEST,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

typedef struct
{
  gint64 started;
  gint64 ended;
} BlockTimes;

G_DEFINE_FINAL_TYPE (EnclaveChatItem, enclave_chat_item, G_TYPE_OBJECT)

static GType
enclave_chat_message_items_get_item_type (GListModel *model)
{
  return ENCLAVE_TYPE_CHAT_ITEM;
}

static guint
enclave_chat_message_items_get_n_items (GListModel *model)
{
  return ENCLAVE_CHAT_MESSAGE_ITEMS (model)->items->len;
}

static gpointer
enclave_chat_message_items_get_item (GListModel *model, guint position)
{
  EnclaveChatMessageItems *self = ENCLAVE_CHAT_MESSAGE_ITEMS (model);

  return position < self->items->len ? g_object_ref (g_ptr_array_index (self->items, position)) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = enclave_chat_message_items_get_item_type;
  iface->get_n_items = enclave_chat_message_items_get_n_items;
  iface->get_item = enclave_chat_message_items_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveChatMessageItems, enclave_chat_message_items, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static void
enclave_chat_item_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EnclaveChatItem *self = ENCLAVE_CHAT_ITEM (object);

  switch (prop_id)
    {
    case PROP_FINISHED:
      g_value_set_boolean (value, self->finished);
      break;
    case PROP_CURRENT:
      g_value_set_boolean (value, self->current);
      break;
    case PROP_UNDO_STATE:
      g_value_set_uint (value, self->undo_state);
      break;
    case PROP_NEWEST:
      g_value_set_boolean (value, self->newest);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_chat_item_dispose (GObject *object)
{
  EnclaveChatItem *self = ENCLAVE_CHAT_ITEM (object);

  g_clear_object (&self->message);
  g_clear_object (&self->block);
  g_clear_object (&self->steps);

  G_OBJECT_CLASS (enclave_chat_item_parent_class)->dispose (object);
}

static void
enclave_chat_item_class_init (EnclaveChatItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = enclave_chat_item_dispose;
  object_class->get_property = enclave_chat_item_get_property;

  properties[PROP_FINISHED] = g_param_spec_boolean ("finished", NULL, NULL, FALSE, flags);
  properties[PROP_CURRENT] = g_param_spec_boolean ("current", NULL, NULL, FALSE, flags);
  properties[PROP_UNDO_STATE] = g_param_spec_uint ("undo-state", NULL, NULL, 0, ENCLAVE_CHAT_UNDO_CAN_REDO, 0, flags);
  properties[PROP_NEWEST] = g_param_spec_boolean ("newest", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enclave_chat_item_init (EnclaveChatItem *self)
{
}

EnclaveChatItemKind
enclave_chat_item_get_kind (EnclaveChatItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_ITEM (self), ENCLAVE_CHAT_ITEM_TEXT);

  return self->kind;
}

EnclaveMessageBlock *
enclave_chat_item_get_block (EnclaveChatItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_ITEM (self), NULL);

  return self->block;
}

GListModel *
enclave_chat_item_get_steps (EnclaveChatItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_ITEM (self), NULL);

  return G_LIST_MODEL (self->steps);
}

EnclaveMessage *
enclave_chat_item_get_message (EnclaveChatItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_ITEM (self), NULL);

  return self->message;
}

gboolean
enclave_chat_item_get_finished (EnclaveChatItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_ITEM (self), FALSE);

  return self->finished;
}

static void
set_finished (EnclaveChatItem *self, gboolean finished)
{
  if (self->finished == finished)
    return;

  self->finished = finished;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FINISHED]);
}

gboolean
enclave_chat_item_get_current (EnclaveChatItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_ITEM (self), FALSE);

  return self->current;
}

void
enclave_chat_item_set_current (EnclaveChatItem *self, gboolean current)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_ITEM (self));

  if (self->current == current)
    return;

  self->current = current;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CURRENT]);
}

gboolean
enclave_chat_item_get_newest (EnclaveChatItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_ITEM (self), FALSE);

  return self->newest;
}

void
enclave_chat_item_set_newest (EnclaveChatItem *self, gboolean newest)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_ITEM (self));

  if (self->newest == newest)
    return;

  self->newest = newest;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NEWEST]);
}

const char *
enclave_chat_item_get_turn (EnclaveChatItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_ITEM (self), NULL);

  return self->kind == ENCLAVE_CHAT_ITEM_USER ? enclave_message_get_turn (self->message) : "";
}

EnclaveChatUndoState
enclave_chat_item_get_undo_state (EnclaveChatItem *self, guint *n_files)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_ITEM (self), ENCLAVE_CHAT_UNDO_NONE);

  if (n_files != NULL)
    *n_files = self->n_changed;

  return self->undo_state;
}

void
enclave_chat_item_set_undo_state (EnclaveChatItem *self, EnclaveChatUndoState state, guint n_files)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_ITEM (self));

  if (self->undo_state == state && self->n_changed == n_files)
    return;

  self->undo_state = state;
  self->n_changed = n_files;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNDO_STATE]);
}

static BlockTimes *
peek_times (EnclaveMessageBlock *block)
{
  return g_object_get_data (G_OBJECT (block), "enclave-chat-times");
}

static void
block_closed_cb (EnclaveMessageBlock *block)
{
  BlockTimes *times = peek_times (block);

  if (times != NULL && times->ended == 0 && !enclave_message_block_get_open (block))
    times->ended = g_get_monotonic_time ();
}

static void
watch_times (EnclaveMessageBlock *block)
{
  BlockTimes *times;

  if (peek_times (block) != NULL || !enclave_message_block_get_open (block))
    return;

  times = g_new0 (BlockTimes, 1);
  times->started = g_get_monotonic_time ();
  g_object_set_data_full (G_OBJECT (block), "enclave-chat-times", times, g_free);
  g_signal_connect (block, "notify::open", G_CALLBACK (block_closed_cb), NULL);
}

void
enclave_chat_item_get_times (EnclaveMessageBlock *block, gint64 *started, gint64 *ended)
{
  BlockTimes *times;

  g_return_if_fail (ENCLAVE_IS_MESSAGE_BLOCK (block));
  g_return_if_fail (started != NULL && ended != NULL);

  times = peek_times (block);
  *started = times != NULL ? times->started : 0;
  *ended = times != NULL ? times->ended : 0;
}

static EnclaveChatItemKind
kind_of_block (EnclaveMessage *message, EnclaveMessageBlock *block)
{
  switch (enclave_message_block_get_kind (block))
    {
    case ENCLAVE_BLOCK_CODE:
      return ENCLAVE_CHAT_ITEM_CODE;
    case ENCLAVE_BLOCK_REASONING:
    case ENCLAVE_BLOCK_TOOL_CALL:
      return ENCLAVE_CHAT_ITEM_STEPS;
    case ENCLAVE_BLOCK_NOTICE:
      return ENCLAVE_CHAT_ITEM_NOTICE;
    case ENCLAVE_BLOCK_PARAGRAPH:
    default:
      if (enclave_message_get_role (message) == ENCLAVE_ROLE_USER)
        return ENCLAVE_CHAT_ITEM_USER;
      return enclave_plan_begins (enclave_message_block_get_text (block)) == ENCLAVE_PLAN_YES ? ENCLAVE_CHAT_ITEM_PLAN
                                                                                              : ENCLAVE_CHAT_ITEM_TEXT;
    }
}

static EnclaveChatItem *
new_item (EnclaveChatMessageItems *self, EnclaveChatItemKind kind, EnclaveMessageBlock *block)
{
  EnclaveChatItem *item = g_object_new (ENCLAVE_TYPE_CHAT_ITEM, NULL);

  item->kind = kind;
  item->message = g_object_ref (self->message);
  item->block = g_object_ref (block);
  item->finished = self->finished;

  return item;
}

/* The first bytes of a text decide whether it is a plan. */
static void
began_cb (EnclaveChatMessageItems *self, guint offset, const char *text, EnclaveMessageBlock *block)
{
  EnclavePlanVerdict verdict = enclave_plan_begins (enclave_message_block_get_text (block));

  if (verdict == ENCLAVE_PLAN_UNDECIDED)
    return;
  g_signal_handlers_disconnect_by_func (block, began_cb, self);
  if (verdict == ENCLAVE_PLAN_NO)
    return;
  for (guint i = self->items->len; i > 0; i--)
    if (((EnclaveChatItem *) g_ptr_array_index (self->items, i - 1))->block == block)
      {
        g_object_unref (g_ptr_array_index (self->items, i - 1));
        g_ptr_array_index (self->items, i - 1) = new_item (self, ENCLAVE_CHAT_ITEM_PLAN, block);
        g_list_model_items_changed (G_LIST_MODEL (self), i - 1, 1, 1);
        return;
      }
}

static void
add_block (EnclaveChatMessageItems *self, EnclaveMessageBlock *block)
{
  EnclaveChatItemKind kind = kind_of_block (self->message, block);
  EnclaveChatItem *last = self->items->len > 0 ? g_ptr_array_index (self->items, self->items->len - 1) : NULL;
  EnclaveChatItem *item;

  watch_times (block);
  if (kind == ENCLAVE_CHAT_ITEM_STEPS && last != NULL && last->kind == kind)
    {
      g_list_store_append (last->steps, block);
      return;
    }

  item = new_item (self, kind, block);
  if (kind == ENCLAVE_CHAT_ITEM_TEXT && enclave_message_block_get_open (block)
      && enclave_plan_begins (enclave_message_block_get_text (block)) == ENCLAVE_PLAN_UNDECIDED)
    g_signal_connect_object (block, "appended", G_CALLBACK (began_cb), self, G_CONNECT_SWAPPED);
  if (kind == ENCLAVE_CHAT_ITEM_STEPS)
    {
      item->steps = g_list_store_new (ENCLAVE_TYPE_MESSAGE_BLOCK);
      g_list_store_append (item->steps, block);
    }
  g_ptr_array_add (self->items, item);
}

static void
blocks_changed_cb (EnclaveChatMessageItems *self, guint position, guint removed, guint added)
{
  guint n_before = self->items->len;
  guint first = n_before;

  /* Messages grow at their end; anything else is shown anew. */
  if (removed > 0 || position != self->n_blocks)
    {
      g_ptr_array_set_size (self->items, 0);
      self->n_blocks = 0;
      first = 0;
    }
  for (; self->n_blocks < g_list_model_get_n_items (G_LIST_MODEL (self->message)); self->n_blocks++)
    {
      g_autoptr (EnclaveMessageBlock) block = g_list_model_get_item (G_LIST_MODEL (self->message), self->n_blocks);

      add_block (self, block);
    }

  if (first != n_before || self->items->len != first)
    g_list_model_items_changed (G_LIST_MODEL (self), first, n_before - first, self->items->len - first);
}

static void
enclave_chat_message_items_finalize (GObject *object)
{
  EnclaveChatMessageItems *self = ENCLAVE_CHAT_MESSAGE_ITEMS (object);

  g_clear_object (&self->message);
  g_ptr_array_unref (self->items);

  G_OBJECT_CLASS (enclave_chat_message_items_parent_class)->finalize (object);
}

static void
enclave_chat_message_items_class_init (EnclaveChatMessageItemsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_chat_message_items_finalize;
}

static void
enclave_chat_message_items_init (EnclaveChatMessageItems *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

EnclaveChatMessageItems *
enclave_chat_message_items_new (EnclaveMessage *message)
{
  EnclaveChatMessageItems *self;

  g_return_val_if_fail (ENCLAVE_IS_MESSAGE (message), NULL);

  self = g_object_new (ENCLAVE_TYPE_CHAT_MESSAGE_ITEMS, NULL);
  self->message = g_object_ref (message);
  g_signal_connect_object (message, "items-changed", G_CALLBACK (blocks_changed_cb), self, G_CONNECT_SWAPPED);
  blocks_changed_cb (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (message)));

  return self;
}

EnclaveMessage *
enclave_chat_message_items_get_message (EnclaveChatMessageItems *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_MESSAGE_ITEMS (self), NULL);

  return self->message;
}

void
enclave_chat_message_items_set_finished (EnclaveChatMessageItems *self, gboolean finished)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_MESSAGE_ITEMS (self));

  self->finished = finished;
  for (guint i = 0; i < self->items->len; i++)
    set_finished (g_ptr_array_index (self->items, i), finished);
}
