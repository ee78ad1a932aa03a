/* enclave-column-selection-input.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a rectangle looks, and the keys and the pointer that make it.
 */

#include "config.h"

#include "enclave-column-selection-private.h"

#define CARET_WIDTH 2

static int
get_letter_width (EnclaveColumnSelection *self)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self->view));
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int width = PANGO_PIXELS (pango_font_metrics_get_approximate_digit_width (metrics));

  pango_font_metrics_unref (metrics);
  return MAX (width, 1);
}

/* Where a column of a line is drawn, behind its end too. */
static void
locate (EnclaveColumnSelection *self, int line, guint column, GtkTextIter *iter, GdkRectangle *place)
{
  guint reached = enclave_column_edits_get_iter (self->buffer, line, column, _enclave_column_selection_get_tab_width (self), iter);

  gtk_text_view_get_iter_location (GTK_TEXT_VIEW (self->view), iter, place);
  if (reached < column)
    place->x += (int) (column - reached) * get_letter_width (self);
}

static void
draw_row (EnclaveColumnSelection *self, GtkSnapshot *snapshot, const EnclaveColumns *columns, int line, const GdkRGBA *color)
{
  GtkTextIter start;
  GtkTextIter end;
  GdkRectangle from;
  GdkRectangle to;

  locate (self, line, columns->start, &start, &from);
  locate (self, line, columns->end, &end, &to);
  if (columns->start == columns->end)
    {
      gtk_snapshot_append_color (snapshot, color,
                                 &GRAPHENE_RECT_INIT ((float) from.x, (float) from.y, CARET_WIDTH, (float) from.height));
      return;
    }
  /* a line that is wrapped in it: each letter where it stands */
  while (from.y != to.y && gtk_text_iter_compare (&start, &end) < 0)
    {
      gtk_snapshot_append_color (
        snapshot, color, &GRAPHENE_RECT_INIT ((float) from.x, (float) from.y, (float) ABS (from.width), (float) from.height));
      gtk_text_iter_forward_char (&start);
      gtk_text_view_get_iter_location (GTK_TEXT_VIEW (self->view), &start, &from);
    }
  if (to.x > from.x)
    gtk_snapshot_append_color (
      snapshot, color, &GRAPHENE_RECT_INIT ((float) from.x, (float) from.y, (float) (to.x - from.x), (float) from.height));
}

void
_enclave_column_selection_draw (EnclaveGhostView *view, GtkSnapshot *snapshot, gpointer user_data)
{
  EnclaveColumnSelection *self = user_data;
  EnclaveColumns columns;
  GdkRectangle visible;
  GtkTextIter first;
  GtkTextIter last;
  GdkRGBA color;

  if (!enclave_column_selection_get (self, &columns))
    return;
  if (columns.start == columns.end)
    gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (view)), &color);
  else if (gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (view)), "accent_bg_color", &color))
    color.alpha = 0.4f;
  else
    gdk_rgba_parse (&color, "rgba(53, 132, 228, 0.4)");
  gtk_text_view_get_visible_rect (GTK_TEXT_VIEW (view), &visible);
  gtk_text_view_get_line_at_y (GTK_TEXT_VIEW (view), &first, visible.y, NULL);
  gtk_text_view_get_line_at_y (GTK_TEXT_VIEW (view), &last, visible.y + visible.height, NULL);
  for (int line = MAX (columns.first_line, gtk_text_iter_get_line (&first));
       line <= MIN (columns.last_line, gtk_text_iter_get_line (&last)); line++)
    draw_row (self, snapshot, &columns, line, &color);
}

/* Home and End: as wide as the widest line. */
static void
move_to_edge (EnclaveColumnSelection *self, gboolean to_end)
{
  EnclaveColumns columns;
  guint widest = 0;

  enclave_column_selection_get (self, &columns);
  for (int line = columns.first_line; to_end && line <= columns.last_line; line++)
    {
      GtkTextIter iter;

      widest = MAX (widest, enclave_column_edits_get_iter (self->buffer, line, ENCLAVE_COLUMN_MAX, _enclave_column_selection_get_tab_width (self), &iter));
    }
  enclave_column_selection_move (self, 0, (int) MIN (widest, ENCLAVE_COLUMN_MAX) - (int) self->head.column);
}

static gboolean
move_with_key (EnclaveColumnSelection *self, guint keyval)
{
  switch (keyval)
    {
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      enclave_column_selection_move (self, -1, 0);
      return TRUE;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      enclave_column_selection_move (self, 1, 0);
      return TRUE;
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      enclave_column_selection_move (self, 0, -1);
      return TRUE;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      enclave_column_selection_move (self, 0, 1);
      return TRUE;
    default:
      return FALSE;
    }
}

static void
type_tab (EnclaveColumnSelection *self)
{
  GtkSourceView *view = GTK_SOURCE_VIEW (self->view);
  int width = gtk_source_view_get_indent_width (view);
  guint stop = width > 0 ? (guint) width : gtk_source_view_get_tab_width (view);
  g_autofree char *blanks = g_strnfill (stop - MIN (self->anchor.column, self->head.column) % stop, ' ');

  if (gtk_text_view_get_editable (GTK_TEXT_VIEW (view)))
    _enclave_column_selection_replace (self, gtk_source_view_get_insert_spaces_instead_of_tabs (view) ? blanks : "\t");
}

gboolean
_enclave_column_selection_key (EnclaveColumnSelection *self, guint keyval, guint keycode, GdkModifierType state)
{
  const GdkModifierType all = GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK;
  GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();

  if ((modifiers == all || (self->active && modifiers == GDK_SHIFT_MASK)) && move_with_key (self, keyval))
    return GDK_EVENT_STOP;
  if (!self->active)
    return GDK_EVENT_PROPAGATE;
  if (modifiers == GDK_SHIFT_MASK && (keyval == GDK_KEY_Home || keyval == GDK_KEY_End))
    move_to_edge (self, keyval == GDK_KEY_End);
  else if ((modifiers & ~GDK_SHIFT_MASK) != 0)
    return GDK_EVENT_PROPAGATE;
  else if (keyval == GDK_KEY_BackSpace || keyval == GDK_KEY_Delete || keyval == GDK_KEY_KP_Delete)
    _enclave_column_selection_delete (self, keyval == GDK_KEY_BackSpace);
  else if (keyval == GDK_KEY_Tab || keyval == GDK_KEY_KP_Tab)
    type_tab (self);
  else if (keyval == GDK_KEY_Escape)
    enclave_column_selection_end (self);
  else
    {
      static const guint ending[] = { GDK_KEY_Return, GDK_KEY_KP_Enter, GDK_KEY_Up,   GDK_KEY_Down, GDK_KEY_Left,
                                      GDK_KEY_Right,  GDK_KEY_Home,     GDK_KEY_End,  GDK_KEY_ISO_Left_Tab,
                                      GDK_KEY_Page_Up, GDK_KEY_Page_Down };

      for (gsize i = 0; i < G_N_ELEMENTS (ending); i++)
        if (keyval == ending[i])
          enclave_column_selection_end (self);
      return GDK_EVENT_PROPAGATE;
    }
  return GDK_EVENT_STOP;
}

static EnclaveCorner
get_corner_at (EnclaveColumnSelection *self, double x, double y)
{
  GtkTextView *view = GTK_TEXT_VIEW (self->view);
  GtkTextIter iter;
  GdkRectangle place;
  EnclaveCorner corner;
  int trailing = 0;
  int buffer_x;
  int buffer_y;

  gtk_text_view_window_to_buffer_coords (view, GTK_TEXT_WINDOW_WIDGET, (int) x, (int) y, &buffer_x, &buffer_y);
  gtk_text_view_get_line_at_y (view, &iter, buffer_y, NULL);
  corner.line = gtk_text_iter_get_line (&iter);
  gtk_text_view_get_iter_at_position (view, &iter, &trailing, buffer_x, buffer_y);
  if (gtk_text_iter_get_line (&iter) != corner.line)
    gtk_text_buffer_get_iter_at_line (self->buffer, &iter, corner.line);
  if (trailing > 0)
    gtk_text_iter_forward_chars (&iter, trailing);
  corner.column = enclave_column_edits_get_column (&iter, _enclave_column_selection_get_tab_width (self));
  gtk_text_view_get_iter_location (view, &iter, &place);
  if (gtk_text_iter_ends_line (&iter) && buffer_x > place.x)
    corner.column += (guint) ((buffer_x - place.x + get_letter_width (self) / 2) / get_letter_width (self));
  corner.column = MIN (corner.column, ENCLAVE_COLUMN_MAX);
  return corner;
}

void
_enclave_column_selection_drag_begin (EnclaveColumnSelection *self, double x, double y, GtkGesture *gesture)
{
  const GdkModifierType wanted = GDK_ALT_MASK | GDK_SHIFT_MASK;
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  EnclaveCorner corner;

  if ((state & gtk_accelerator_get_default_mod_mask ()) != wanted)
    {
      gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  corner = get_corner_at (self, x, y);
  _enclave_column_selection_begin_at (self, corner, corner);
}

void
_enclave_column_selection_drag_update (EnclaveColumnSelection *self, double offset_x, double offset_y, GtkGestureDrag *gesture)
{
  double x;
  double y;

  if (self->active && gtk_gesture_drag_get_start_point (gesture, &x, &y))
    _enclave_column_selection_begin_at (self, self->anchor, get_corner_at (self, x + offset_x, y + offset_y));
}
