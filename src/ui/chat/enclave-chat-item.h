/* enclave-chat-item.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-message.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_CHAT_ITEM_USER,
  ENCLAVE_CHAT_ITEM_TEXT,
  ENCLAVE_CHAT_ITEM_PLAN, /* a task list in a reply */
  ENCLAVE_CHAT_ITEM_CODE,
  ENCLAVE_CHAT_ITEM_STEPS, /* tool calls and reasoning that follow each other: one card */
  ENCLAVE_CHAT_ITEM_NOTICE,
} EnclaveChatItemKind;

/* What can be done about the files that the turn of a USER item has changed. */
typedef enum
{
  ENCLAVE_CHAT_UNDO_NONE, /* it has changed none, or it is not kept */
  ENCLAVE_CHAT_UNDO_CAN_UNDO,
  ENCLAVE_CHAT_UNDO_CAN_REDO, /* they were taken back */
} EnclaveChatUndoState;

/* One row of the list. Properties: "finished" (its turn is over), "current" (nothing came after it, and nothing
 * runs), "undo-state" (EnclaveChatUndoState), "newest" (of the plans of the conversation the last one). */
#define ENCLAVE_TYPE_CHAT_ITEM (enclave_chat_item_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatItem, enclave_chat_item, ENCLAVE, CHAT_ITEM, GObject)

EnclaveChatItemKind enclave_chat_item_get_kind (EnclaveChatItem *self);
/* Borrowed; of STEPS the first. */
EnclaveMessageBlock *enclave_chat_item_get_block (EnclaveChatItem *self);
/* STEPS: GListModel of EnclaveMessageBlock, else NULL. Borrowed. */
GListModel *enclave_chat_item_get_steps (EnclaveChatItem *self);
/* Borrowed. */
EnclaveMessage *enclave_chat_item_get_message (EnclaveChatItem *self);
gboolean enclave_chat_item_get_finished (EnclaveChatItem *self);
gboolean enclave_chat_item_get_current (EnclaveChatItem *self);
void enclave_chat_item_set_current (EnclaveChatItem *self, gboolean current);
gboolean enclave_chat_item_get_newest (EnclaveChatItem *self);
void enclave_chat_item_set_newest (EnclaveChatItem *self, gboolean newest);

/* USER: the turn that it has begun; "" before. Borrowed. */
const char *enclave_chat_item_get_turn (EnclaveChatItem *self);
/* @n_files: (out) (optional): those that the turn has changed. */
EnclaveChatUndoState enclave_chat_item_get_undo_state (EnclaveChatItem *self, guint *n_files);
void enclave_chat_item_set_undo_state (EnclaveChatItem *self, EnclaveChatUndoState state, guint n_files);

/* Monotonic time in µs at which @block was first seen and at which it was closed (0: still open): how long the model
 * thought. */
void enclave_chat_item_get_times (EnclaveMessageBlock *block, gint64 *started, gint64 *ended);

/* The rows of one message: GListModel of EnclaveChatItem, with steps gathered. A text that turns out to be a plan becomes another row
 * as soon as that is seen. */
#define ENCLAVE_TYPE_CHAT_MESSAGE_ITEMS (enclave_chat_message_items_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatMessageItems, enclave_chat_message_items, ENCLAVE, CHAT_MESSAGE_ITEMS, GObject)

EnclaveChatMessageItems *enclave_chat_message_items_new (EnclaveMessage *message);
/* Borrowed. */
EnclaveMessage *enclave_chat_message_items_get_message (EnclaveChatMessageItems *self);
void enclave_chat_message_items_set_finished (EnclaveChatMessageItems *self, gboolean finished);

G_END_DECLS
