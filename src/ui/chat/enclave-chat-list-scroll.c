/* enclave-chat-list-scroll.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-chat-approval-row.h"
#include "enclave-chat-form-row.h"
#include "enclave-chat-list-private.h"
#include "enclave-chat-row.h"

/* Nearer than this the person counts as being at the end. */
#define END_DISTANCE 24
/* Frames in which the row of a question may appear. */
#define FOCUS_PATIENCE 30

static GtkAdjustment *
get_adjustment (EnclaveChatList *self)
{
  return gtk_scrolled_window_get_vadjustment (self->window);
}

static double
get_end (EnclaveChatList *self)
{
  GtkAdjustment *adjustment = get_adjustment (self);

  return MAX (gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment), 0);
}

static void
update_down (EnclaveChatList *self)
{
  guint n_items = g_list_model_get_n_items (self->model);
  guint n_new = n_items > self->n_seen ? n_items - self->n_seen : 0;
  g_autofree char *count = g_strdup_printf ("%u", n_new);
  gboolean is_wanted = !self->pinned && get_end (self) > END_DISTANCE;

  if (self->pinned)
    self->n_seen = n_items;
  gtk_label_set_label (self->down_count, count);
  gtk_widget_set_visible (GTK_WIDGET (self->down_count), n_new > 0);
  gtk_revealer_set_reveal_child (self->down_revealer, is_wanted);
  gtk_widget_set_can_target (GTK_WIDGET (self->down_revealer), is_wanted);
}

static void
try_focus (EnclaveChatList *self)
{
  GtkWidget *approval = self->question_row != NULL
                          ? enclave_chat_row_get_approval (ENCLAVE_CHAT_ROW (self->question_row))
                          : NULL;

  if (approval != NULL && gtk_widget_get_mapped (approval)
      && (ENCLAVE_IS_CHAT_FORM_ROW (approval) ? enclave_chat_form_row_focus (ENCLAVE_CHAT_FORM_ROW (approval))
                                              : enclave_chat_approval_row_focus (ENCLAVE_CHAT_APPROVAL_ROW (approval))))
    self->focus_frames = 0;
  else
    self->focus_frames--;
}

/* The widget of the list for the last row. (nullable): there is none. */
static GtkWidget *
find_last (EnclaveChatList *self)
{
  guint n_items = g_list_model_get_n_items (self->model);

  for (GtkWidget *child = gtk_widget_get_last_child (GTK_WIDGET (self->view)); child != NULL; child = gtk_widget_get_prev_sibling (child))
    {
      GtkWidget *row = gtk_widget_get_first_child (child);
      GtkListItem *item = row != NULL && ENCLAVE_IS_CHAT_ROW (row) ? enclave_chat_row_get_list_item (ENCLAVE_CHAT_ROW (row)) : NULL;

      if (item != NULL)
        return gtk_list_item_get_position (item) + 1 == n_items ? child : NULL;
    }

  return NULL;
}

/* 0 while there is no widget for it. */
static int
get_last_height (EnclaveChatList *self)
{
  GtkWidget *last = find_last (self);

  return last != NULL ? gtk_widget_get_height (last) : 0;
}

/* Where the list stands when it stands at its end. A form that does not fit is shown from its beginning, which says who asks. */
static double
get_rest (EnclaveChatList *self)
{
  GtkWidget *last = find_last (self);
  GtkWidget *question = last != NULL ? enclave_chat_row_get_approval (ENCLAVE_CHAT_ROW (gtk_widget_get_first_child (last))) : NULL;
  int more = question != NULL && ENCLAVE_IS_CHAT_FORM_ROW (question)
               ? gtk_widget_get_height (last) - gtk_widget_get_height (GTK_WIDGET (self->view))
               : 0;

  return MAX (get_end (self) - MAX (more, 0), 0);
}

/* A list that was told to show the end of its last row keeps it in sight while that row grows. One that was only scrolled there keeps the
 * row's beginning where it is, unless that can't be seen. */
void
enclave_chat_list_hold_end (EnclaveChatList *self)
{
  int height = get_last_height (self);

  self->scrolls = TRUE;
  if (height == 0 || height > gtk_widget_get_height (GTK_WIDGET (self->view)))
    gtk_adjustment_set_value (get_adjustment (self), get_rest (self));
  else
    gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", g_list_model_get_n_items (self->model) - 1);
  self->scrolls = FALSE;
}

gboolean
enclave_chat_list_is_behind (EnclaveChatList *self)
{
  return self->pinned && gtk_adjustment_get_value (get_adjustment (self)) < get_rest (self) - 0.5;
}

/* The list learns its heights while it is laid out, so the end is looked for again until it stays. */
static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  EnclaveChatList *self = ENCLAVE_CHAT_LIST (widget);

  enclave_chat_list_show_waiting (self);
  if (enclave_chat_list_is_behind (self))
    enclave_chat_list_hold_end (self);
  if (self->focus_frames > 0)
    try_focus (self);
  update_down (self);
  if (self->focus_frames > 0 || self->waiting->len > 0)
    return G_SOURCE_CONTINUE;

  self->tick = 0;

  return G_SOURCE_REMOVE;
}

void
enclave_chat_list_queue_tick (EnclaveChatList *self)
{
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

static void
size_changed_cb (EnclaveChatList *self)
{
  enclave_chat_list_queue_tick (self);
}

/* A value that moves while the height stays is the person's doing. */
static void
value_changed_cb (EnclaveChatList *self)
{
  GtkAdjustment *adjustment = get_adjustment (self);
  double value = gtk_adjustment_get_value (adjustment);
  double upper = gtk_adjustment_get_upper (adjustment);

  if (!self->scrolls)
    {
      if (value >= get_end (self) - (value < self->last_value ? 1 : END_DISTANCE))
        self->pinned = TRUE;
      else if (upper == self->last_upper && value < self->last_value - 1)
        self->pinned = FALSE;
    }
  self->last_value = value;
  self->last_upper = upper;
  enclave_chat_list_queue_tick (self);
}

static gboolean
scroll_cb (EnclaveChatList *self, double dx, double dy)
{
  if (dy < 0 && get_end (self) > END_DISTANCE)
    {
      self->pinned = FALSE;
      enclave_chat_list_queue_tick (self);
    }

  return GDK_EVENT_PROPAGATE;
}

void
enclave_chat_list_watch_scrolling (EnclaveChatList *self)
{
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);

  g_signal_connect_object (get_adjustment (self), "changed", G_CALLBACK (size_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (get_adjustment (self), "value-changed", G_CALLBACK (value_changed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_event_controller_set_propagation_phase (scroll, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
}

void
enclave_chat_list_scroll_to_start (EnclaveChatList *self)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_LIST (self));

  self->pinned = get_end (self) <= END_DISTANCE;
  gtk_adjustment_set_value (get_adjustment (self), 0);
  enclave_chat_list_queue_tick (self);
}

void
enclave_chat_list_scroll_to_end (EnclaveChatList *self)
{
  guint n_items;

  g_return_if_fail (ENCLAVE_IS_CHAT_LIST (self));

  n_items = g_list_model_get_n_items (self->model);
  self->pinned = TRUE;
  if (n_items > 0)
    {
      self->scrolls = TRUE;
      gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", n_items - 1);
      self->scrolls = FALSE;
    }
  enclave_chat_list_queue_tick (self);
}

void
enclave_chat_list_focus_question (EnclaveChatList *self)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_LIST (self));

  enclave_chat_list_scroll_to_end (self);
  self->focus_frames = FOCUS_PATIENCE;
  enclave_chat_list_queue_tick (self);
}

gboolean
enclave_chat_list_get_pinned (EnclaveChatList *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_LIST (self), FALSE);

  return self->pinned;
}
