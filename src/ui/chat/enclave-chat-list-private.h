/* enclave-chat-list-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-chat-item.h"
#include "enclave-chat-list.h"
#include "enclave-chat-selection.h"
#include "enclave-checkpoint-list.h"
#include "enclave-code-highlighter.h"

struct _EnclaveChatList
{
  GtkWidget parent_instance;

  GtkWidget *overlay;
  GtkScrolledWindow *window;
  GtkListView *view;
  GtkRevealer *down_revealer;
  GtkLabel *down_count;

  EnclaveAgentService *service;
  EnclaveConversation *conversation;
  EnclaveCodeHighlighter *highlighter;
  EnclaveChatSelection *selection;
  GtkMapListModel *messages; /* of EnclaveChatMessageItems */
  GListStore *parts;         /* of GListModel: messages, turn, question */
  GListStore *turn;          /* of EnclaveAgentService: there while it reads or writes */
  EnclaveChatItem *current;
  EnclaveChatItem *plan; /* (nullable): the newest */
  EnclaveCheckpointList *checkpoints; /* (nullable): of the project; there from the first message on */
  GListModel *model;
  GtkWidget *question_row; /* EnclaveChatRow that shows a question; not owned */

  GPtrArray *waiting; /* (element-type EnclaveChatRow): that show nothing yet, the first one first; not owned */
  gint64 showing_since_us; /* when the first row was shown since the last frame; 0: none was */

  gboolean pinned;
  gboolean scrolls; /* within our own change of the value */
  double last_value;
  double last_upper;
  guint n_seen;
  guint tick;
  guint focus_frames; /* left to put the focus on a question; 0: not wanted */
};

/* Looks for the end, and for what waits, with the next frame. */
void enclave_chat_list_queue_tick (EnclaveChatList *self);
/* Shows rows that wait, as far as there is time. */
void enclave_chat_list_show_waiting (EnclaveChatList *self);
/* Whether the end should be in sight and is not. */
gboolean enclave_chat_list_is_behind (EnclaveChatList *self);
/* Brings it into sight. */
void enclave_chat_list_hold_end (EnclaveChatList *self);
/* Listens to what moves the list. */
void enclave_chat_list_watch_scrolling (EnclaveChatList *self);
