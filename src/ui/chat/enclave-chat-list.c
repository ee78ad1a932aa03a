/* enclave-chat-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-accessible.h"
#include "enclave-chat-list-private.h"
#include "enclave-chat-row.h"
#include "enclave-chat-undo.h"
#include "enclave-mcp-question.h"
#include "enclave-settings.h"

/* A conversation that is opened has many rows at once, and the toolkit asks for all of the last two hundred. Those near the end are shown at
 * once, others as far as there is time within a frame. */
#define SHOWN_AT_ONCE 24
#define SHOW_US 6000

G_DEFINE_FINAL_TYPE (EnclaveChatList, enclave_chat_list, GTK_TYPE_WIDGET)

static void
show_row (EnclaveChatList *self, GtkWidget *row)
{
  gpointer object = gtk_list_item_get_item (enclave_chat_row_get_list_item (ENCLAVE_CHAT_ROW (row)));

  enclave_chat_row_set_item (ENCLAVE_CHAT_ROW (row), object);
  if (enclave_chat_selection_get_active (self->selection))
    enclave_chat_selection_update (self->selection);
  enclave_accessible_set_row_label (row, enclave_chat_row_get_title (ENCLAVE_CHAT_ROW (row)));
  if (ENCLAVE_IS_CHAT_QUESTION (object) || (ENCLAVE_IS_MCP_QUESTION (object) && self->question_row == NULL))
    self->question_row = row;
}

void
enclave_chat_list_show_waiting (EnclaveChatList *self)
{
  gint64 begun_us = g_get_monotonic_time ();

  self->showing_since_us = 0;
  while (self->waiting->len > 0 && g_get_monotonic_time () - begun_us < SHOW_US)
    show_row (self, g_ptr_array_steal_index (self->waiting, self->waiting->len - 1));
}

static void
down_cb (EnclaveChatList *self)
{
  enclave_chat_list_scroll_to_end (self);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, EnclaveChatList *self)
{
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_selectable (item, FALSE);
  gtk_list_item_set_child (item, enclave_chat_row_new (self->highlighter));
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, EnclaveChatList *self)
{
  GtkWidget *row = gtk_list_item_get_child (item);
  gint64 now_us = g_get_monotonic_time ();

  enclave_chat_row_set_list_item (ENCLAVE_CHAT_ROW (row), item);
  if (self->showing_since_us == 0)
    self->showing_since_us = now_us;
  if (enclave_chat_row_is_new (ENCLAVE_CHAT_ROW (row)) && now_us - self->showing_since_us > SHOW_US
      && gtk_list_item_get_position (item) + SHOWN_AT_ONCE < g_list_model_get_n_items (self->model))
    g_ptr_array_add (self->waiting, row);
  else
    show_row (self, row);
  enclave_chat_list_queue_tick (self);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, EnclaveChatList *self)
{
  GtkWidget *row = gtk_list_item_get_child (item);

  if (self->question_row == row)
    self->question_row = NULL;
  g_ptr_array_remove (self->waiting, row);
  enclave_chat_row_set_item (ENCLAVE_CHAT_ROW (row), NULL);
  enclave_chat_row_set_list_item (ENCLAVE_CHAT_ROW (row), NULL);
}

/* The history is read when there is a turn, not before. */
static void
update_undo (EnclaveChatList *self)
{
  if (self->messages == NULL || g_list_model_get_n_items (G_LIST_MODEL (self->messages)) == 0)
    return;
  if (self->checkpoints == NULL && self->service != NULL)
    {
      self->checkpoints = enclave_checkpoint_list_new (enclave_agent_service_get_change_set (self->service));
      g_signal_connect_swapped (self->checkpoints, "items-changed", G_CALLBACK (update_undo), self);
    }
  if (self->checkpoints != NULL)
    enclave_chat_undo_mark_items (G_LIST_MODEL (self->messages), enclave_conversation_get_id (self->conversation),
                                  self->checkpoints);
}

static gpointer
map_message (gpointer item, gpointer user_data)
{
  g_autoptr (EnclaveMessage) message = item;

  return enclave_chat_message_items_new (message);
}

static void
update_marks (EnclaveChatList *self)
{
  gboolean busy = self->service != NULL && enclave_agent_service_get_busy (self->service);
  guint n = self->messages != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->messages)) : 0;
  g_autoptr (EnclaveChatItem) current = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (EnclaveChatMessageItems) items = g_list_model_get_item (G_LIST_MODEL (self->messages), i);
      guint n_items = g_list_model_get_n_items (G_LIST_MODEL (items));

      enclave_chat_message_items_set_finished (items, !busy || i + 1 < n);
      if (i + 1 == n && n_items > 0 && !busy)
        current = g_list_model_get_item (G_LIST_MODEL (items), n_items - 1);
    }

  if (self->current == current)
    return;
  if (self->current != NULL)
    enclave_chat_item_set_current (self->current, FALSE);
  g_set_object (&self->current, current);
  if (current != NULL)
    enclave_chat_item_set_current (current, TRUE);
}

static void
update_turn (EnclaveChatList *self)
{
  EnclaveTurnState state = self->service != NULL ? enclave_agent_service_get_state (self->service)
                                                 : ENCLAVE_TURN_IDLE;
  gboolean is_told_here = state == ENCLAVE_TURN_PREPARING || state == ENCLAVE_TURN_READING
                          || state == ENCLAVE_TURN_STREAMING || state == ENCLAVE_TURN_DECIDING
                          || state == ENCLAVE_TURN_DONE; /* what it took */
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->turn));

  /* Of tools and questions their own rows tell. */
  if (n > 0 && !is_told_here)
    g_list_store_remove_all (self->turn);
  else if (n == 0 && is_told_here)
    g_list_store_append (self->turn, self->service);
}

static void
busy_changed_cb (EnclaveChatList *self)
{
  update_turn (self);
  update_marks (self);
}

/* Rows are added at the end; where some are taken away, the plan may have been among them. */
static void
update_plan (EnclaveChatList *self, guint position, guint removed, guint added)
{
  guint first = removed > 0 ? 0 : position;
  g_autoptr (EnclaveChatItem) newest = NULL;

  for (guint i = removed > 0 ? g_list_model_get_n_items (self->model) : position + added; i > first && newest == NULL; i--)
    {
      g_autoptr (GObject) item = g_list_model_get_item (self->model, i - 1);

      if (ENCLAVE_IS_CHAT_ITEM (item) && enclave_chat_item_get_kind (ENCLAVE_CHAT_ITEM (item)) == ENCLAVE_CHAT_ITEM_PLAN)
        newest = ENCLAVE_CHAT_ITEM (g_steal_pointer (&item));
    }
  if (newest == self->plan || (newest == NULL && removed == 0))
    return;
  if (self->plan != NULL)
    enclave_chat_item_set_newest (self->plan, FALSE);
  g_set_object (&self->plan, newest);
  if (newest != NULL)
    enclave_chat_item_set_newest (newest, TRUE);
}

static void
items_changed_cb (EnclaveChatList *self, guint position, guint removed, guint added)
{
  update_marks (self);
  /* Blocks that follow each other faster than that are colour nobody would see, and the stream has the time. */
  if (added > 0)
    enclave_code_highlighter_wait (self->highlighter);
  update_plan (self, position, removed, added);
  if (added > 0 && self->checkpoints == NULL)
    update_undo (self);
  enclave_chat_list_queue_tick (self);
}

static void
conversation_changed_cb (EnclaveChatList *self)
{
  EnclaveConversation *conversation = self->service != NULL ? enclave_agent_service_get_conversation (self->service)
                                                            : NULL;
  g_autoptr (GtkFlattenListModel) flat = NULL;
  GListModel *model = NULL;

  if (self->conversation == conversation && self->messages != NULL)
    return;

  enclave_chat_selection_clear (self->selection);
  g_set_object (&self->conversation, conversation);
  g_clear_object (&self->messages);
  if (conversation != NULL)
    self->messages = gtk_map_list_model_new (G_LIST_MODEL (g_object_ref (conversation)), map_message, NULL, NULL);
  flat = gtk_flatten_list_model_new (self->messages != NULL ? G_LIST_MODEL (g_object_ref (self->messages)) : NULL);
  model = G_LIST_MODEL (flat);
  g_list_store_splice (self->parts, 0, g_list_model_get_n_items (G_LIST_MODEL (self->parts)) > 0 ? 1 : 0,
                       (gpointer *) &model, 1);
  self->pinned = TRUE;
  self->n_seen = 0;
  update_marks (self);
  update_undo (self);
  enclave_chat_list_queue_tick (self);
}

static void
forget_service (EnclaveChatList *self)
{
  if (self->service != NULL)
    g_signal_handlers_disconnect_by_data (self->service, self);
  g_clear_object (&self->service);
  if (self->checkpoints != NULL)
    g_signal_handlers_disconnect_by_data (self->checkpoints, self);
  g_clear_object (&self->checkpoints);
}

/* What is said is scrolled: its height, which takes all rows to be found, is nobody's concern. */
static void
enclave_chat_list_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                           int *minimum_baseline, int *natural_baseline)
{
  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = *natural = 0;
  else
    gtk_widget_measure (ENCLAVE_CHAT_LIST (widget)->overlay, orientation, -1, minimum, natural, NULL, NULL);
}

static void
enclave_chat_list_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  EnclaveChatList *self = ENCLAVE_CHAT_LIST (widget);
  const GtkAllocation place = { 0, 0, width, height };

  gtk_widget_size_allocate (self->overlay, &place, baseline);
  /* The heights are known now: in the next frame all would be drawn a second time. */
  if (enclave_chat_list_is_behind (self))
    {
      enclave_chat_list_hold_end (self);
      gtk_widget_size_allocate (self->overlay, &place, baseline);
    }
}

static void
enclave_chat_list_dispose (GObject *object)
{
  EnclaveChatList *self = ENCLAVE_CHAT_LIST (object);

  forget_service (self);
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  if (self->selection != NULL)
    enclave_chat_selection_detach (self->selection);
  g_clear_object (&self->selection);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_CHAT_LIST);
  g_clear_object (&self->current);
  g_clear_object (&self->plan);
  g_clear_object (&self->conversation);
  g_clear_object (&self->messages);
  g_clear_object (&self->model);
  g_clear_object (&self->parts);
  g_clear_object (&self->turn);
  g_clear_object (&self->highlighter);

  G_OBJECT_CLASS (enclave_chat_list_parent_class)->dispose (object);
}

static void
enclave_chat_list_finalize (GObject *object)
{
  g_ptr_array_unref (ENCLAVE_CHAT_LIST (object)->waiting);

  G_OBJECT_CLASS (enclave_chat_list_parent_class)->finalize (object);
}

static void
enclave_chat_list_class_init (EnclaveChatListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_chat_list_dispose;
  object_class->finalize = enclave_chat_list_finalize;

  widget_class->measure = enclave_chat_list_measure;
  widget_class->size_allocate = enclave_chat_list_size_allocate;

  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/chat/enclave-chat-list.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatList, overlay);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatList, window);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatList, view);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatList, down_revealer);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatList, down_count);
  gtk_widget_class_bind_template_callback (widget_class, down_cb);
}

static void
enclave_chat_list_init (EnclaveChatList *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkNoSelection) selection = NULL;
  g_autoptr (GSettings) settings = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->waiting = g_ptr_array_new ();
  self->pinned = TRUE;
  settings = enclave_settings_new ("dev.enclave.Enclave", NULL, NULL);
  self->highlighter = enclave_code_highlighter_new (settings);
  self->parts = g_list_store_new (G_TYPE_LIST_MODEL);
  self->turn = g_list_store_new (ENCLAVE_TYPE_AGENT_SERVICE);
  self->model = G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (g_object_ref (self->parts))));
  g_signal_connect_object (self->model, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);

  self->selection = enclave_chat_selection_new (self->view);
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, 0);
  selection = gtk_no_selection_new (g_object_ref (self->model));
  gtk_list_view_set_factory (self->view, factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (selection));

  enclave_chat_list_watch_scrolling (self);
}

void
enclave_chat_list_set_service (EnclaveChatList *self, EnclaveAgentService *service, EnclaveChatApprover *approver)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_LIST (self));
  g_return_if_fail (service == NULL || ENCLAVE_IS_AGENT_SERVICE (service));
  g_return_if_fail (ENCLAVE_IS_CHAT_APPROVER (approver));

  forget_service (self);
  g_list_store_remove_all (self->turn);
  if (service != NULL)
    {
      self->service = g_object_ref (service);
      g_signal_connect_swapped (service, "notify::conversation", G_CALLBACK (conversation_changed_cb), self);
      g_signal_connect_swapped (service, "notify::busy", G_CALLBACK (busy_changed_cb), self);
      g_signal_connect_swapped (service, "notify::state", G_CALLBACK (update_turn), self);
    }
  conversation_changed_cb (self);
  if (g_list_model_get_n_items (G_LIST_MODEL (self->parts)) == 1)
    {
      g_list_store_append (self->parts, self->turn);
      g_list_store_append (self->parts, approver);
    }
  busy_changed_cb (self);
}

void
enclave_chat_list_set_questions (EnclaveChatList *self, GListModel *questions)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_LIST (self) && G_IS_LIST_MODEL (questions));

  g_list_store_append (self->parts, questions);
}

EnclaveMessageBlock *
enclave_chat_list_dup_last_block (EnclaveChatList *self)
{
  guint n;

  g_return_val_if_fail (ENCLAVE_IS_CHAT_LIST (self), NULL);

  n = self->conversation != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->conversation)) : 0;
  while (n > 0)
    {
      g_autoptr (GListModel) message = g_list_model_get_item (G_LIST_MODEL (self->conversation), --n);
      guint n_blocks = g_list_model_get_n_items (message);

      if (n_blocks > 0)
        return g_list_model_get_item (message, n_blocks - 1);
    }

  return NULL;
}
