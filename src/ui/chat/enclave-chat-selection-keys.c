/* enclave-chat-selection-keys.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-chat-selection-private.h"

/* The two ends of what @label has selected, in bytes; the caret is at @head. */
static void
read_label (GtkLabel *label, gsize *anchor, gsize *head)
{
  const char *text = gtk_label_get_text (label);
  int first;
  int last;
  int first_after;
  int last_after;

  if (gtk_label_get_selection_bounds (label, &first, &last))
    {
      /* The toolkit does not tell at which end the caret is, but moves it. */
      g_signal_emit_by_name (label, "move-cursor", GTK_MOVEMENT_LOGICAL_POSITIONS, -1, TRUE);
      gtk_label_get_selection_bounds (label, &first_after, &last_after);
      if (last_after == last)
        {
          int swapped = first;

          first = last;
          last = swapped;
        }
      gtk_label_select_region (label, first, last);
    }
  *anchor = (gsize) (g_utf8_offset_to_pointer (text, first) - text);
  *head = (gsize) (g_utf8_offset_to_pointer (text, last) - text);
}

/* The place a step away from byte @index of @label, in the same label. Returns: FALSE when there is none that way. */
static gboolean
step_in_label (GtkLabel *label, guint key, gboolean by_word, gsize *index)
{
  PangoLayout *layout = gtk_label_get_layout (label);
  const char *text = gtk_label_get_text (label);
  gsize length = strlen (text);
  int line;
  int x;
  int trailing;
  int found;

  switch (key)
    {
    case GDK_KEY_Left:
      if (*index == 0)
        return FALSE;
      do
        *index = (gsize) (g_utf8_prev_char (text + *index) - text);
      while (by_word && *index > 0 && !(g_unichar_isalnum (g_utf8_get_char (text + *index))
                                        && !g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (text + *index)))));
      return TRUE;
    case GDK_KEY_Right:
      if (*index >= length)
        return FALSE;
      do
        *index = (gsize) (g_utf8_next_char (text + *index) - text);
      while (by_word && *index < length && !(!g_unichar_isalnum (g_utf8_get_char (text + *index))
                                             && g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (text + *index)))));
      return TRUE;
    case GDK_KEY_Home:
    case GDK_KEY_End:
      *index = key == GDK_KEY_Home ? 0 : length;
      return TRUE;
    default:
      pango_layout_index_to_line_x (layout, (int) *index, FALSE, &line, &x);
      line += key == GDK_KEY_Up ? -1 : 1;
      if (line < 0 || line >= pango_layout_get_line_count (layout))
        return FALSE;
      pango_layout_line_x_to_index (pango_layout_get_line_readonly (layout, line), x, &found, &trailing);
      *index = (gsize) (g_utf8_offset_to_pointer (text + found, trailing) - text);
      return TRUE;
    }
}

/* The label before or after @label, in this row or another one. Returns: FALSE when there is none. */
static gboolean
find_neighbour (EnclaveChatSelection *self, EnclaveChatLabels *labels, GtkLabel *label, gboolean is_forward,
                EnclaveChatLabels **found_labels, GtkLabel **found)
{
  EnclaveChatLabels *before = NULL;
  EnclaveChatRow *row = NULL;
  gboolean is_behind = FALSE;

  for (guint i = 0; i < enclave_chat_labels_get_n_labels (labels); i++)
    if (enclave_chat_labels_get_label (labels, i) == label && (is_forward ? i + 1 < enclave_chat_labels_get_n_labels (labels) : i > 0))
      {
        *found_labels = labels;
        *found = enclave_chat_labels_get_label (labels, is_forward ? i + 1 : i - 1);
        return TRUE;
      }
  while ((row = enclave_chat_selection_next_row (self, row)) != NULL)
    {
      EnclaveChatLabels *other = enclave_chat_row_get_labels (row);

      if (other == NULL || enclave_chat_labels_get_n_labels (other) == 0)
        continue;
      if (other == labels)
        {
          is_behind = TRUE;
          if (!is_forward)
            break;
          continue;
        }
      before = other;
      if (is_behind)
        break;
    }
  if (before == NULL || (is_forward && !is_behind) || before == labels)
    return FALSE;
  *found_labels = before;
  *found = enclave_chat_labels_get_label (before, is_forward ? 0 : enclave_chat_labels_get_n_labels (before) - 1);

  return TRUE;
}

/* So that the end that moves can be seen. */
static void
scroll_to (EnclaveChatSelection *self, GtkLabel *label, gsize index)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view));
  PangoRectangle place;
  int left;
  int top;
  double x;
  double y;
  double height;

  gtk_label_get_layout_offsets (label, &left, &top);
  pango_layout_index_to_pos (gtk_label_get_layout (label), (int) index, &place);
  gtk_widget_translate_coordinates (GTK_WIDGET (label), GTK_WIDGET (self->view), 0, top + PANGO_PIXELS (place.y), &x, &y);
  height = PANGO_PIXELS (place.height);
  if (y < 0)
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + y);
  else if (y + height > gtk_widget_get_height (GTK_WIDGET (self->view)))
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + y + height
                                            - gtk_widget_get_height (GTK_WIDGET (self->view)));
}

/* Shift with an arrow. Returns: whether it was more than the label can do by itself. */
static gboolean
extend (EnclaveChatSelection *self, GtkLabel *focus, guint key, gboolean by_word)
{
  gboolean is_forward = key == GDK_KEY_Down || key == GDK_KEY_Right || key == GDK_KEY_End;
  gboolean is_own = self->active;
  EnclaveChatRow *row = is_own ? enclave_chat_selection_find_row (self, self->head.item) : NULL;
  EnclaveChatLabels *labels = is_own ? (row != NULL ? enclave_chat_row_get_labels (row) : NULL)
                                     : enclave_chat_selection_labels_around (GTK_WIDGET (focus));
  EnclaveChatItem *item = labels != NULL ? enclave_chat_selection_item_around (GTK_WIDGET (labels)) : NULL;
  GtkLabel *label;
  gsize anchor = 0;
  gsize head;
  gsize before;

  if (item == NULL)
    return FALSE;
  if (is_own)
    {
      label = enclave_chat_labels_find_place (labels, self->head.place, &head);
      if (label == NULL)
        return FALSE;
    }
  else
    {
      label = focus;
      read_label (label, &anchor, &head);
    }
  before = head;
  if (!step_in_label (label, key, by_word, &head))
    {
      EnclaveChatLabels *next_labels;
      GtkLabel *next;

      if (!find_neighbour (self, labels, label, is_forward, &next_labels, &next))
        return is_own;
      if (!is_own)
        enclave_chat_selection_take_over (self, label, item, enclave_chat_labels_get_place_in (labels, label, anchor));
      labels = next_labels;
      label = next;
      head = is_forward ? 0 : strlen (gtk_label_get_text (label));
      /* Down from the last line means that the first one of the next block is selected as well. */
      if (key == GDK_KEY_Down || key == GDK_KEY_Up)
        step_in_label (label, key, FALSE, &head);
      if ((key == GDK_KEY_Down && head == 0) || (key == GDK_KEY_Up && head == strlen (gtk_label_get_text (label))))
        head = is_forward ? strlen (gtk_label_get_text (label)) : 0;
    }
  else if (!is_own)
    {
      const char *text = gtk_label_get_text (label);

      /* Left, right and the ends are what a label does itself. */
      if (key != GDK_KEY_Up && key != GDK_KEY_Down)
        return FALSE;
      gtk_label_select_region (label, (int) g_utf8_strlen (text, (gssize) anchor), (int) g_utf8_strlen (text, (gssize) head));
      scroll_to (self, label, head);
      return head != before;
    }
  enclave_chat_selection_move (self, enclave_chat_selection_item_around (GTK_WIDGET (labels)),
                               enclave_chat_labels_get_place_in (labels, label, head));
  enclave_chat_selection_publish (self);
  if (label != focus)
    enclave_chat_selection_focus (self, label);
  scroll_to (self, label, head);

  return TRUE;
}

/* Nothing is selected any more, and the caret is where the end was. */
static void
leave (EnclaveChatSelection *self)
{
  EnclaveChatRow *row = enclave_chat_selection_find_row (self, self->head.item);
  EnclaveChatLabels *labels = row != NULL ? enclave_chat_row_get_labels (row) : NULL;
  gsize index = 0;
  GtkLabel *label = labels != NULL ? enclave_chat_labels_find_place (labels, self->head.place, &index) : NULL;

  enclave_chat_selection_clear (self);
  if (label != NULL)
    {
      int at = (int) g_utf8_strlen (gtk_label_get_text (label), (gssize) index);

      gtk_label_select_region (label, at, at);
    }
}

static gboolean
is_all_selected (GtkLabel *label)
{
  const char *text = gtk_label_get_text (label);
  int first;
  int last;

  return *text == '\0' || (gtk_label_get_selection_bounds (label, &first, &last) && first == 0 && last == g_utf8_strlen (text, -1));
}

gboolean
enclave_chat_selection_press_key (EnclaveChatSelection *self, guint key, guint code, GdkModifierType state)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self->view));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean has_control = (state & GDK_CONTROL_MASK) != 0;
  gboolean has_shift = (state & GDK_SHIFT_MASK) != 0;

  if (focus == NULL || !GTK_IS_LABEL (focus) || enclave_chat_selection_labels_around (focus) == NULL)
    return GDK_EVENT_PROPAGATE;
  if ((state & GDK_ALT_MASK) != 0)
    return GDK_EVENT_PROPAGATE;
  if (self->active
      && ((has_control && !has_shift && (gdk_keyval_to_lower (key) == GDK_KEY_c || key == GDK_KEY_Insert)) || key == GDK_KEY_Copy))
    {
      enclave_chat_selection_copy (self);
      return GDK_EVENT_STOP;
    }
  if (has_control && !has_shift && gdk_keyval_to_lower (key) == GDK_KEY_a && (self->active || is_all_selected (GTK_LABEL (focus))))
    return enclave_chat_selection_select_message (self) ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
  switch (key)
    {
    case GDK_KEY_Up:
    case GDK_KEY_Down:
    case GDK_KEY_Left:
    case GDK_KEY_Right:
    case GDK_KEY_Home:
    case GDK_KEY_End:
      if (has_shift && extend (self, GTK_LABEL (focus), key, has_control))
        return GDK_EVENT_STOP;
      if (!has_shift)
        enclave_chat_selection_clear (self);
      return GDK_EVENT_PROPAGATE;
    case GDK_KEY_Escape:
      if (!self->active)
        return GDK_EVENT_PROPAGATE;
      leave (self);
      return GDK_EVENT_STOP;
    case GDK_KEY_Menu:
    case GDK_KEY_F10:
      if (!self->active || (key == GDK_KEY_F10 && !has_shift))
        return GDK_EVENT_PROPAGATE;
      enclave_chat_selection_show_menu (self, gtk_widget_get_width (GTK_WIDGET (self->view)) / 2.0,
                                        gtk_widget_get_height (GTK_WIDGET (self->view)) / 2.0);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}
