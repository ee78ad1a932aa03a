/* enclave-conversation.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-conversation-private.h"
#include "enclave-message-block-private.h"

#define TITLE_MAX_CHARS 60

enum
{
  PROP_0,
  PROP_TITLE,
  N_PROPS
};

enum
{
  RECORD,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static GType
enclave_conversation_get_item_type (GListModel *model)
{
  return ENCLAVE_TYPE_MESSAGE;
}

static guint
enclave_conversation_get_n_items (GListModel *model)
{
  return ENCLAVE_CONVERSATION (model)->messages->len;
}

static gpointer
enclave_conversation_get_item (GListModel *model, guint position)
{
  EnclaveConversation *self = ENCLAVE_CONVERSATION (model);

  return position < self->messages->len ? g_object_ref (g_ptr_array_index (self->messages, position)) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = enclave_conversation_get_item_type;
  iface->get_n_items = enclave_conversation_get_n_items;
  iface->get_item = enclave_conversation_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveConversation, enclave_conversation, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static void
enclave_conversation_finalize (GObject *object)
{
  EnclaveConversation *self = ENCLAVE_CONVERSATION (object);

  g_ptr_array_unref (self->messages);
  enclave_history_free (self->history);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->origin, g_free);
  g_clear_pointer (&self->title, g_free);
  for (guint i = 0; i < ENCLAVE_CONVERSATION_N_FRONTS; i++)
    {
      g_clear_pointer (&self->fronts[i], g_free);
      g_clear_pointer (&self->tools[i], json_array_unref);
    }

  G_OBJECT_CLASS (enclave_conversation_parent_class)->finalize (object);
}

static void
enclave_conversation_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EnclaveConversation *self = ENCLAVE_CONVERSATION (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_conversation_class_init (EnclaveConversationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = enclave_conversation_finalize;
  object_class->get_property = enclave_conversation_get_property;

  properties[PROP_TITLE] =
    g_param_spec_string ("title", NULL, NULL, "",
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * EnclaveConversation::record:
   * @line: one JSON object without a line end
   *
   * Something that is to be kept: all lines of a conversation, in order, are what enclave_conversation_restore_async() takes.
   */
  signals[RECORD] = g_signal_new ("record", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
enclave_conversation_init (EnclaveConversation *self)
{
  self->messages = g_ptr_array_new_with_free_func (g_object_unref);
  self->history = enclave_history_new ();
  self->id = g_uuid_string_random ();
  self->title = g_strdup ("");
}

/**
 * enclave_conversation_new:
 *
 * Returns: (transfer full): an empty conversation
 */
EnclaveConversation *
enclave_conversation_new (void)
{
  return g_object_new (ENCLAVE_TYPE_CONVERSATION, NULL);
}

const char *
enclave_conversation_get_id (EnclaveConversation *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CONVERSATION (self), NULL);

  return self->id;
}

const char *
enclave_conversation_get_title (EnclaveConversation *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CONVERSATION (self), NULL);

  return self->title;
}

char *
enclave_conversation_shorten_title (const char *text)
{
  g_autofree char *line = g_strndup (text, strcspn (text, "\r\n"));
  g_autofree char *start = NULL;

  g_strstrip (line);
  if (g_utf8_strlen (line, -1) <= TITLE_MAX_CHARS)
    return g_steal_pointer (&line);
  start = g_utf8_substring (line, 0, TITLE_MAX_CHARS - 1);

  return g_strconcat (g_strchomp (start), "…", NULL);
}

void
enclave_conversation_emit_record (EnclaveConversation *self, const char *line)
{
  g_signal_emit (self, signals[RECORD], 0, line);
}

void
enclave_conversation_show_title (EnclaveConversation *self, const char *text)
{
  g_autofree char *title = enclave_conversation_shorten_title (text);

  if (*title == '\0' || strcmp (title, self->title) == 0)
    return;

  g_free (self->title);
  self->title = g_steal_pointer (&title);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

void
enclave_conversation_add_message (EnclaveConversation *self, EnclaveMessage *message)
{
  g_ptr_array_add (self->messages, g_object_ref (message));
  g_list_model_items_changed (G_LIST_MODEL (self), self->messages->len - 1, 0, 1);
}

void
enclave_conversation_add_user (EnclaveConversation *self, const char *turn, EnclaveContextItem *words)
{
  g_autoptr (EnclaveMessageBlock) block = NULL;
  g_autoptr (EnclaveMessage) message = NULL;
  const char *text;

  g_return_if_fail (ENCLAVE_IS_CONVERSATION (self));
  g_return_if_fail (ENCLAVE_IS_CONTEXT_ITEM (words));

  text = enclave_context_item_get_text (words);
  block = enclave_message_block_new (ENCLAVE_BLOCK_PARAGRAPH, text);
  message = enclave_message_new (ENCLAVE_ROLE_USER, turn, g_get_real_time () / G_USEC_PER_SEC);
  enclave_message_add_block (message, block);
  enclave_message_set_mark (message, enclave_history_get_length (self->history));
  enclave_conversation_add_message (self, message);
  if (*self->title == '\0')
    enclave_conversation_show_title (self, text);
}

static EnclaveMessage *
peek_last_of_user (EnclaveConversation *self)
{
  for (guint i = self->messages->len; i > 0; i--)
    {
      EnclaveMessage *message = g_ptr_array_index (self->messages, i - 1);

      if (enclave_message_get_role (message) == ENCLAVE_ROLE_USER)
        return message;
    }

  return NULL;
}

void
enclave_conversation_change_user (EnclaveConversation *self, EnclaveContextItem *words)
{
  EnclaveMessage *message = peek_last_of_user (self);
  g_autofree char *before = NULL;
  g_autofree char *title = NULL;
  g_autoptr (EnclaveMessageBlock) block = NULL;

  g_return_if_fail (message != NULL);

  before = enclave_message_dup_text (message);
  title = enclave_conversation_shorten_title (before);
  block = enclave_message_block_new (ENCLAVE_BLOCK_PARAGRAPH, enclave_context_item_get_text (words));
  enclave_message_truncate (message, 0);
  enclave_message_add_block (message, block);
  if (strcmp (self->title, title) == 0)
    enclave_conversation_show_title (self, enclave_context_item_get_text (words));
}

EnclaveMessage *
enclave_conversation_add_assistant (EnclaveConversation *self, const char *turn)
{
  g_autoptr (EnclaveMessage) message = NULL;

  g_return_val_if_fail (ENCLAVE_IS_CONVERSATION (self), NULL);

  message = enclave_message_new (ENCLAVE_ROLE_ASSISTANT, turn, g_get_real_time () / G_USEC_PER_SEC);
  enclave_conversation_add_message (self, message);

  /* The conversation keeps it. */
  return message;
}

void
enclave_conversation_add_notice (EnclaveConversation *self, EnclaveMessageBlock *notice)
{
  EnclaveMessage *last;

  g_return_if_fail (ENCLAVE_IS_CONVERSATION (self) && self->messages->len > 0);

  last = g_ptr_array_index (self->messages, self->messages->len - 1);
  /* What is told of a message is told again from this block on. */
  if (self->n_recorded == self->messages->len)
    {
      self->n_recorded--;
      self->n_blocks_recorded = g_list_model_get_n_items (G_LIST_MODEL (last));
    }
  enclave_message_add_block (last, notice);
}

EnclaveHistory *
enclave_conversation_get_history (EnclaveConversation *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CONVERSATION (self), NULL);

  return self->history;
}

const char *
enclave_conversation_get_front (EnclaveConversation *self, guint mode)
{
  g_return_val_if_fail (ENCLAVE_IS_CONVERSATION (self), NULL);
  g_return_val_if_fail (mode < ENCLAVE_CONVERSATION_N_FRONTS, NULL);

  return self->fronts[mode];
}

void
enclave_conversation_set_front (EnclaveConversation *self, guint mode, const char *text)
{
  g_return_if_fail (ENCLAVE_IS_CONVERSATION (self));
  g_return_if_fail (mode < ENCLAVE_CONVERSATION_N_FRONTS);

  g_free (self->fronts[mode]);
  self->fronts[mode] = g_strdup (text);
}

JsonArray *
enclave_conversation_get_tools (EnclaveConversation *self, guint mode)
{
  g_return_val_if_fail (ENCLAVE_IS_CONVERSATION (self), NULL);
  g_return_val_if_fail (mode < ENCLAVE_CONVERSATION_N_FRONTS, NULL);

  return self->tools[mode];
}

void
enclave_conversation_set_tools (EnclaveConversation *self, guint mode, JsonArray *tools)
{
  g_return_if_fail (ENCLAVE_IS_CONVERSATION (self));
  g_return_if_fail (mode < ENCLAVE_CONVERSATION_N_FRONTS && tools != NULL);

  g_clear_pointer (&self->tools[mode], json_array_unref);
  self->tools[mode] = json_array_ref (tools);
}

void
enclave_conversation_forget_fronts (EnclaveConversation *self)
{
  g_return_if_fail (ENCLAVE_IS_CONVERSATION (self));

  for (guint i = 0; i < ENCLAVE_CONVERSATION_N_FRONTS; i++)
    g_clear_pointer (&self->fronts[i], g_free);
}
