/* enclave-chat-selection-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-chat-item.h"
#include "enclave-chat-labels.h"
#include "enclave-chat-row.h"
#include "enclave-chat-selection.h"

typedef struct
{
  EnclaveChatItem *item; /* (nullable) */
  gsize place;           /* in its text, as the labels count */
} EnclaveChatPlace;

struct _EnclaveChatSelection
{
  GObject parent_instance;

  GtkListView *view; /* (nullable): not owned */
  GtkWidget *popover; /* (nullable): child of @view */
  gboolean active;
  EnclaveChatPlace anchor;
  EnclaveChatPlace head;
  char *anchor_text; /* what its row showed behind and before @anchor, for when it is scrolled away */
  gsize anchor_start;
  GdkContentProvider *provider; /* (nullable): in the primary clipboard */
  gulong primary_handler;

  GtkLabel *pressed;       /* (nullable): label in which a drag began; not owned, forgotten at the release */
  EnclaveChatPlace pressed_place;
  double pointer_x;        /* of the drag, in @view */
  double pointer_y;
  guint scroll_tick;
};

/* The rows that are there, in their order; NULL behind the last one. @row: NULL for the first. */
EnclaveChatRow *enclave_chat_selection_next_row (EnclaveChatSelection *self, EnclaveChatRow *row);
/* The one that shows @item. (nullable) */
EnclaveChatRow *enclave_chat_selection_find_row (EnclaveChatSelection *self, EnclaveChatItem *item);
void enclave_chat_place_set (EnclaveChatPlace *self, EnclaveChatItem *item, gsize place);
/* Begins anew. */
void enclave_chat_selection_begin (EnclaveChatSelection *self, EnclaveChatItem *item, gsize place);
/* Ends at another place now. */
void enclave_chat_selection_move (EnclaveChatSelection *self, EnclaveChatItem *item, gsize place);
/* What was selected is left in the clipboard of the middle button. */
void enclave_chat_selection_publish (EnclaveChatSelection *self);
/* Adds what listens to the pointer and to the keys to the view. */
void enclave_chat_selection_listen (EnclaveChatSelection *self);
void enclave_chat_selection_stop_listening (EnclaveChatSelection *self);

/* The labels that @widget is in or is one of, and the item that they show; NULL outside a text of a row. */
EnclaveChatLabels *enclave_chat_selection_labels_around (GtkWidget *widget);
EnclaveChatItem *enclave_chat_selection_item_around (GtkWidget *widget);
/* What @label itself has selected is the beginning of what is selected over several. It gives it up as soon as that is published: taken
 * from it before, news of the clipboard would come back late and end what has begun here. */
void enclave_chat_selection_take_over (EnclaveChatSelection *self, GtkLabel *label, EnclaveChatItem *item, gsize place);
/* Gives the focus to @label, and lets what is selected be. */
void enclave_chat_selection_focus (EnclaveChatSelection *self, GtkLabel *label);
/* At a point in the view. */
void enclave_chat_selection_show_menu (EnclaveChatSelection *self, double x, double y);
/* Returns: whether that was all that there was to do about it. */
gboolean enclave_chat_selection_press_key (EnclaveChatSelection *self, guint key, guint code, GdkModifierType state);
