/* enclave-chat-selection-input.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "enclave-chat-selection-private.h"

/* Of the view, per frame and pixel that the pointer is outside. */
#define SCROLL_SPEED 0.3
#define SCROLL_MAX 40.0

EnclaveChatLabels *
enclave_chat_selection_labels_around (GtkWidget *widget)
{
  return widget != NULL ? (EnclaveChatLabels *) gtk_widget_get_ancestor (widget, ENCLAVE_TYPE_CHAT_LABELS) : NULL;
}

EnclaveChatItem *
enclave_chat_selection_item_around (GtkWidget *widget)
{
  GtkWidget *row = gtk_widget_get_ancestor (widget, ENCLAVE_TYPE_CHAT_ROW);

  return row != NULL ? enclave_chat_row_get_item (ENCLAVE_CHAT_ROW (row)) : NULL;
}

/* The text nearest to the height of a point in the view. (nullable) */
static EnclaveChatLabels *
find_nearest (EnclaveChatSelection *self, double y)
{
  EnclaveChatLabels *nearest = NULL;
  EnclaveChatRow *row = NULL;
  double least = G_MAXDOUBLE;

  while ((row = enclave_chat_selection_next_row (self, row)) != NULL)
    {
      EnclaveChatLabels *labels = enclave_chat_row_get_labels (row);
      double top;
      double distance;

      if (labels == NULL || !gtk_widget_get_mapped (GTK_WIDGET (labels))
          || !gtk_widget_translate_coordinates (GTK_WIDGET (labels), GTK_WIDGET (self->view), 0, 0, NULL, &top))
        continue;
      distance = y < top ? top - y : MAX (y - top - gtk_widget_get_height (GTK_WIDGET (labels)), 0);
      if (distance < least)
        {
          least = distance;
          nearest = labels;
        }
    }

  return nearest;
}

void
enclave_chat_selection_take_over (EnclaveChatSelection *self, GtkLabel *label, EnclaveChatItem *item, gsize place)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (label));

  /* A press on a link that became a drag follows the link no more. */
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_GESTURE (controller))
        gtk_event_controller_reset (controller);
    }
  enclave_chat_selection_begin (self, item, place);
}

/* Returns: whether the drag is none of the label any more. */
static gboolean
drag (EnclaveChatSelection *self)
{
  EnclaveChatLabels *labels = find_nearest (self, self->pointer_y);
  EnclaveChatItem *item = labels != NULL ? enclave_chat_selection_item_around (GTK_WIDGET (labels)) : NULL;
  GtkLabel *label;
  double x;
  double y;
  gsize place;
  gboolean is_new = FALSE;

  if (item == NULL)
    return self->active;
  gtk_widget_translate_coordinates (GTK_WIDGET (self->view), GTK_WIDGET (labels), self->pointer_x, self->pointer_y, &x, &y);
  place = enclave_chat_labels_get_place_at (labels, x, y, &label);
  if (!self->active)
    {
      if (label == self->pressed)
        return FALSE;
      enclave_chat_selection_take_over (self, self->pressed, self->pressed_place.item, self->pressed_place.place);
      is_new = TRUE;
    }
  enclave_chat_selection_move (self, item, place);
  if (is_new)
    enclave_chat_selection_publish (self);

  return TRUE;
}

/* While the pointer is held above or below what can be seen. */
static gboolean
scroll_cb (GtkWidget *view, GdkFrameClock *clock, gpointer user_data)
{
  EnclaveChatSelection *self = user_data;
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view));
  double height = gtk_widget_get_height (view);
  double outside = self->pointer_y < 0 ? self->pointer_y : MAX (self->pointer_y - height, 0);

  if (self->pressed == NULL)
    {
      self->scroll_tick = 0;
      return G_SOURCE_REMOVE;
    }
  if (outside != 0 && drag (self))
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + CLAMP (outside * SCROLL_SPEED, -SCROLL_MAX, SCROLL_MAX));

  return G_SOURCE_CONTINUE;
}

void
enclave_chat_selection_focus (EnclaveChatSelection *self, GtkLabel *label)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (label));

  /* A label that grabs the focus selects all of itself, which would end what is selected here. */
  if (root != NULL)
    gtk_root_set_focus (root, GTK_WIDGET (label));
}

/* A label that is scrolled out of sight hears no keys. */
static void
keep_focus (EnclaveChatSelection *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self->view));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  EnclaveChatRow *row = enclave_chat_selection_find_row (self, self->head.item);
  EnclaveChatLabels *labels = row != NULL ? enclave_chat_row_get_labels (row) : NULL;
  GtkLabel *label;
  gsize index;

  if (labels == NULL
      || (focus != NULL && gtk_widget_get_mapped (focus) && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->view))))
    return;
  label = enclave_chat_labels_find_place (labels, self->head.place, &index);
  if (label != NULL)
    enclave_chat_selection_focus (self, label);
}

static void
forget_press (EnclaveChatSelection *self)
{
  g_clear_weak_pointer (&self->pressed);
  enclave_chat_place_set (&self->pressed_place, NULL, 0);
  if (self->scroll_tick != 0 && self->view != NULL)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self->view), self->scroll_tick);
  self->scroll_tick = 0;
}

/* Returns: whether @place is in what @label itself has selected: from there it is dragged elsewhere as a whole. */
static gboolean
is_selected_in (GtkLabel *label, gsize index)
{
  int first;
  int last;
  glong at = g_utf8_strlen (gtk_label_get_text (label), (gssize) index);

  return gtk_label_get_selection_bounds (label, &first, &last) && at >= first && at <= last;
}

static gboolean
press (EnclaveChatSelection *self, gboolean extends)
{
  GtkWidget *picked = gtk_widget_pick (GTK_WIDGET (self->view), self->pointer_x, self->pointer_y, GTK_PICK_DEFAULT);
  EnclaveChatLabels *labels = enclave_chat_selection_labels_around (picked);
  EnclaveChatItem *item = labels != NULL ? enclave_chat_selection_item_around (GTK_WIDGET (labels)) : NULL;
  GtkLabel *label = NULL;
  double x;
  double y;
  gsize place;
  gsize index;

  forget_press (self);
  if (item == NULL)
    {
      if (!extends)
        enclave_chat_selection_clear (self);
      return GDK_EVENT_PROPAGATE;
    }
  gtk_widget_translate_coordinates (GTK_WIDGET (self->view), GTK_WIDGET (labels), self->pointer_x, self->pointer_y, &x, &y);
  place = enclave_chat_labels_get_place_at (labels, x, y, &label);
  if (extends && self->active)
    {
      enclave_chat_selection_move (self, item, place);
      enclave_chat_selection_publish (self);
      return GDK_EVENT_STOP;
    }
  enclave_chat_selection_clear (self);
  if (label == NULL || enclave_chat_labels_find_place (labels, place, &index) == NULL || is_selected_in (label, index))
    return GDK_EVENT_PROPAGATE;
  g_set_weak_pointer (&self->pressed, label);
  enclave_chat_place_set (&self->pressed_place, item, place);
  self->scroll_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self->view), scroll_cb, self, NULL);

  return GDK_EVENT_PROPAGATE;
}

void
enclave_chat_selection_show_menu (EnclaveChatSelection *self, double x, double y)
{
  GdkRectangle point = { (int) x, (int) y, 1, 1 };

  if (self->popover == NULL)
    {
      g_autoptr (GMenu) menu = g_menu_new ();

      g_menu_append (menu, _("_Copy"), "selection.copy");
      g_menu_append (menu, _("Select Whole _Message"), "selection.select-message");
      self->popover = gtk_popover_menu_new_from_model (G_MENU_MODEL (menu));
      gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
      gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
      gtk_widget_set_parent (self->popover, GTK_WIDGET (self->view));
    }
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &point);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static void
read_pointer (EnclaveChatSelection *self, GdkEvent *event)
{
  GtkNative *native = gtk_widget_get_native (GTK_WIDGET (self->view));
  double x;
  double y;
  double left;
  double top;

  gdk_event_get_position (event, &x, &y);
  gtk_native_get_surface_transform (native, &left, &top);
  gtk_widget_translate_coordinates (GTK_WIDGET (native), GTK_WIDGET (self->view), x - left, y - top, &self->pointer_x, &self->pointer_y);
}

static gboolean
event_cb (EnclaveChatSelection *self, GdkEvent *event)
{
  GdkEventType type = gdk_event_get_event_type (event);

  if (type != GDK_BUTTON_PRESS && type != GDK_BUTTON_RELEASE && type != GDK_MOTION_NOTIFY)
    return GDK_EVENT_PROPAGATE;
  if (type == GDK_MOTION_NOTIFY && self->pressed == NULL)
    return GDK_EVENT_PROPAGATE;
  read_pointer (self, event);
  if (type == GDK_MOTION_NOTIFY)
    return drag (self) ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
  if (type == GDK_BUTTON_RELEASE)
    {
      if (self->active && self->pressed != NULL)
        {
          enclave_chat_selection_publish (self);
          keep_focus (self);
        }
      forget_press (self);
      return GDK_EVENT_PROPAGATE;
    }
  if (gdk_button_event_get_button (event) == GDK_BUTTON_PRIMARY)
    return press (self, (gdk_event_get_modifier_state (event) & GDK_SHIFT_MASK) != 0);
  if (gdk_event_triggers_context_menu (event) && self->active)
    {
      enclave_chat_selection_show_menu (self, self->pointer_x, self->pointer_y);
      return GDK_EVENT_STOP;
    }

  return GDK_EVENT_PROPAGATE;
}

static void
copy_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  enclave_chat_selection_copy (user_data);
}

static void
select_message_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  enclave_chat_selection_select_message (user_data);
}

void
enclave_chat_selection_listen (EnclaveChatSelection *self)
{
  static const GActionEntry entries[] = {
    { .name = "copy", .activate = copy_cb },
    { .name = "select-message", .activate = select_message_cb },
  };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  GtkEventController *pointer = gtk_event_controller_legacy_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self->view), "selection", G_ACTION_GROUP (actions));
  /* Before the labels: each of them keeps a press for itself. */
  gtk_event_controller_set_propagation_phase (pointer, GTK_PHASE_CAPTURE);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (pointer, "event", G_CALLBACK (event_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (enclave_chat_selection_press_key), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->view), pointer);
  gtk_widget_add_controller (GTK_WIDGET (self->view), keys);
}

void
enclave_chat_selection_stop_listening (EnclaveChatSelection *self)
{
  forget_press (self);
  gtk_widget_insert_action_group (GTK_WIDGET (self->view), "selection", NULL);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
}
