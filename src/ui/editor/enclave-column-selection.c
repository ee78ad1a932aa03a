/* enclave-column-selection.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The text view has one caret, and it stays the only one: it is in one corner, and what it does is done in the other lines as well.
 */

#include "config.h"

#include "enclave-column-selection-private.h"
#include "enclave-document-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static guint began_signal;

G_DEFINE_FINAL_TYPE (EnclaveColumnSelection, enclave_column_selection, G_TYPE_OBJECT)

guint
_enclave_column_selection_get_tab_width (EnclaveColumnSelection *self)
{
  return gtk_source_view_get_tab_width (GTK_SOURCE_VIEW (self->view));
}

gboolean
enclave_column_selection_get (EnclaveColumnSelection *self, EnclaveColumns *columns)
{
  g_return_val_if_fail (ENCLAVE_IS_COLUMN_SELECTION (self), FALSE);

  columns->first_line = MIN (self->anchor.line, self->head.line);
  columns->last_line = MAX (self->anchor.line, self->head.line);
  columns->start = MIN (self->anchor.column, self->head.column);
  columns->end = MAX (self->anchor.column, self->head.column);
  return self->active;
}

static void
announce (EnclaveColumnSelection *self)
{
  g_autofree char *words = NULL;
  EnclaveColumns columns;

  if (enclave_column_selection_get (self, &columns))
    /* Translators: a rectangle of the text is selected: its first and last line, and how many columns it has. */
    words = g_strdup_printf (_("Columns selected: lines %d to %d, %u wide"), columns.first_line + 1, columns.last_line + 1,
                             columns.end - columns.start);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words != NULL ? words : "", -1);
}

/* The caret goes where the head is. */
static void
update (EnclaveColumnSelection *self)
{
  GtkTextIter iter;

  self->changing = TRUE;
  enclave_column_edits_get_iter (self->buffer, self->head.line, self->head.column, _enclave_column_selection_get_tab_width (self), &iter);
  gtk_text_buffer_place_cursor (self->buffer, &iter);
  self->changing = FALSE;
  gtk_text_view_scroll_mark_onscreen (GTK_TEXT_VIEW (self->view), gtk_text_buffer_get_insert (self->buffer));
  gtk_widget_queue_draw (GTK_WIDGET (self->view));
  announce (self);
}

static void
set_column (EnclaveColumnSelection *self, guint column)
{
  self->anchor.column = self->head.column = MIN (column, ENCLAVE_COLUMN_MAX);
  update (self);
}

static void
replace (EnclaveColumnSelection *self, const char *const *lines, gboolean repeat)
{
  EnclaveColumns columns;
  guint width = 0;

  enclave_column_selection_get (self, &columns);
  for (guint i = 0; lines[i] != NULL; i++)
    width = MAX (width, enclave_column_edits_measure (lines[i], columns.start, _enclave_column_selection_get_tab_width (self)));
  gtk_text_buffer_begin_user_action (self->buffer);
  self->changing = TRUE;
  enclave_column_edits_replace (self->buffer, &columns, _enclave_column_selection_get_tab_width (self), lines, repeat);
  self->changing = FALSE;
  set_column (self, columns.start + width);
  gtk_text_buffer_end_user_action (self->buffer);
}

void
_enclave_column_selection_replace (EnclaveColumnSelection *self, const char *text)
{
  const char *lines[] = { text, NULL };

  replace (self, lines, TRUE);
}

void
_enclave_column_selection_delete (EnclaveColumnSelection *self, gboolean before)
{
  EnclaveColumns columns;
  guint width;

  if (!gtk_text_view_get_editable (GTK_TEXT_VIEW (self->view)))
    return;
  enclave_column_selection_get (self, &columns);
  if (columns.start < columns.end)
    {
      _enclave_column_selection_replace (self, "");
      return;
    }
  if (before && columns.start == 0)
    return;
  gtk_text_buffer_begin_user_action (self->buffer);
  self->changing = TRUE;
  width = enclave_column_edits_delete_letter (self->buffer, &columns, _enclave_column_selection_get_tab_width (self), before);
  self->changing = FALSE;
  /* behind the ends of all lines there is nothing but the way back */
  set_column (self, before ? columns.start - MIN (MAX (width, 1), columns.start) : columns.start);
  gtk_text_buffer_end_user_action (self->buffer);
}

gboolean
enclave_column_selection_end (EnclaveColumnSelection *self)
{
  g_return_val_if_fail (ENCLAVE_IS_COLUMN_SELECTION (self), FALSE);

  if (!self->active)
    return FALSE;
  self->active = FALSE;
  g_clear_pointer (&self->series, enclave_text_series_finish);
  enclave_ghost_view_set_underlay (self->view, NULL, NULL);
  announce (self);
  return TRUE;
}

static gboolean
is_changing (EnclaveColumnSelection *self)
{
  return self->changing || (self->series != NULL && enclave_text_series_is_joining (self->series));
}

/* What comes to the caret comes into each line. */
static void
insert_text_cb (GtkTextBuffer *buffer, GtkTextIter *iter, const char *text, int length, EnclaveColumnSelection *self)
{
  g_autofree char *typed = NULL;
  GtkTextIter caret;

  if (!self->active || is_changing (self))
    return;
  typed = length < 0 ? g_strdup (text) : g_strndup (text, (gsize) length);
  gtk_text_buffer_get_iter_at_mark (buffer, &caret, gtk_text_buffer_get_insert (buffer));
  if (!gtk_text_iter_equal (&caret, iter) || strpbrk (typed, "\r\n") != NULL || !gtk_widget_has_focus (GTK_WIDGET (self->view)))
    {
      enclave_column_selection_end (self);
      return;
    }
  g_signal_stop_emission_by_name (buffer, "insert-text");
  _enclave_column_selection_replace (self, typed);
  gtk_text_buffer_get_iter_at_mark (buffer, iter, gtk_text_buffer_get_insert (buffer));
}

static void
changed_by_others_cb (EnclaveColumnSelection *self)
{
  if (!is_changing (self))
    enclave_column_selection_end (self);
}

static void
mark_set_cb (GtkTextBuffer *buffer, const GtkTextIter *iter, GtkTextMark *mark, EnclaveColumnSelection *self)
{
  if (mark == gtk_text_buffer_get_insert (buffer) || mark == gtk_text_buffer_get_selection_bound (buffer))
    changed_by_others_cb (self);
}

void
_enclave_column_selection_begin_at (EnclaveColumnSelection *self, EnclaveCorner anchor, EnclaveCorner head)
{
  if (!self->active)
    {
      g_signal_emit (self, began_signal, 0);
      enclave_ghost_view_set_underlay (self->view, _enclave_column_selection_draw, self);
      self->series = enclave_text_series_new (self->buffer);
    }
  self->active = TRUE;
  self->anchor = anchor;
  self->head = head;
  self->head.line = CLAMP (head.line, anchor.line - ENCLAVE_COLUMN_MAX_LINES + 1, anchor.line + ENCLAVE_COLUMN_MAX_LINES - 1);
  update (self);
}

static EnclaveCorner
get_corner (EnclaveColumnSelection *self, GtkTextMark *mark)
{
  GtkTextIter iter;
  EnclaveCorner corner;

  gtk_text_buffer_get_iter_at_mark (self->buffer, &iter, mark);
  corner.line = gtk_text_iter_get_line (&iter);
  corner.column = MIN (enclave_column_edits_get_column (&iter, _enclave_column_selection_get_tab_width (self)), ENCLAVE_COLUMN_MAX);
  return corner;
}

void
enclave_column_selection_begin (EnclaveColumnSelection *self)
{
  g_return_if_fail (ENCLAVE_IS_COLUMN_SELECTION (self));

  if (self->view != NULL)
    _enclave_column_selection_begin_at (self, get_corner (self, gtk_text_buffer_get_selection_bound (self->buffer)),
              get_corner (self, gtk_text_buffer_get_insert (self->buffer)));
}

void
enclave_column_selection_move (EnclaveColumnSelection *self, int lines, int columns)
{
  EnclaveCorner head;

  g_return_if_fail (ENCLAVE_IS_COLUMN_SELECTION (self));

  if (!self->active)
    enclave_column_selection_begin (self);
  head.line = CLAMP (self->head.line + lines, 0, gtk_text_buffer_get_line_count (self->buffer) - 1);
  head.column = (guint) CLAMP ((int) self->head.column + columns, 0, ENCLAVE_COLUMN_MAX);
  _enclave_column_selection_begin_at (self, self->anchor, head);
}

gboolean
enclave_column_selection_paste (EnclaveColumnSelection *self, const char *text)
{
  g_autofree char *plain = NULL;
  g_auto (GStrv) lines = NULL;
  EnclaveColumns columns;
  guint n;

  g_return_val_if_fail (ENCLAVE_IS_COLUMN_SELECTION (self), FALSE);

  if (!enclave_column_selection_get (self, &columns) || !gtk_text_view_get_editable (GTK_TEXT_VIEW (self->view)))
    return TRUE;
  plain = _enclave_document_convert_line_ends (text, strlen (text), ENCLAVE_LINE_ENDS_LF);
  /* what was copied as whole lines ends with one more */
  if (g_str_has_suffix (plain, "\n"))
    plain[strlen (plain) - 1] = '\0';
  lines = g_strsplit (plain, "\n", ENCLAVE_COLUMN_MAX_LINES + 1);
  n = g_strv_length (lines);
  if (n > ENCLAVE_COLUMN_MAX_LINES)
    {
      enclave_column_selection_end (self);
      return FALSE;
    }
  if (n == 0)
    return TRUE;
  gtk_text_buffer_begin_user_action (self->buffer);
  self->changing = TRUE;
  while (gtk_text_buffer_get_line_count (self->buffer) < columns.first_line + (int) n)
    {
      GtkTextIter end;

      gtk_text_buffer_get_end_iter (self->buffer, &end);
      gtk_text_buffer_insert (self->buffer, &end, "\n", 1);
    }
  self->changing = FALSE;
  if (columns.last_line - columns.first_line + 1 < (int) n)
    {
      self->anchor.line = columns.first_line;
      self->head.line = columns.first_line + (int) n - 1;
    }
  replace (self, (const char *const *) lines, n == 1);
  gtk_text_buffer_end_user_action (self->buffer);
  return TRUE;
}

static void
pasted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveColumnSelection) self = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);

  if (text != NULL && self->view != NULL && !enclave_column_selection_paste (self, text))
    g_signal_emit_by_name (self->view, "paste-clipboard");
}

static void
paste_cb (EnclaveColumnSelection *self)
{
  if (!self->active)
    return;
  g_signal_stop_emission_by_name (self->view, "paste-clipboard");
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (self->view)), NULL, pasted_cb, g_object_ref (self));
}

static gboolean
copy (EnclaveColumnSelection *self)
{
  g_autofree char *text = NULL;
  EnclaveColumns columns;

  if (!enclave_column_selection_get (self, &columns))
    return FALSE;
  if (columns.start == columns.end)
    return TRUE;
  text = enclave_column_edits_dup_text (self->buffer, &columns, _enclave_column_selection_get_tab_width (self));
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self->view)), text);
  return TRUE;
}

static void
copy_cb (EnclaveColumnSelection *self)
{
  if (copy (self))
    g_signal_stop_emission_by_name (self->view, "copy-clipboard");
}

static void
cut_cb (EnclaveColumnSelection *self)
{
  if (!copy (self))
    return;
  g_signal_stop_emission_by_name (self->view, "cut-clipboard");
  if (self->anchor.column != self->head.column)
    _enclave_column_selection_delete (self, FALSE);
}

void
enclave_column_selection_drop (EnclaveColumnSelection *self)
{
  EnclaveGhostView *view;

  g_return_if_fail (ENCLAVE_IS_COLUMN_SELECTION (self));

  if (self->view == NULL)
    return;
  enclave_column_selection_end (self);
  view = g_steal_pointer (&self->view);
  g_signal_handlers_disconnect_by_data (self->buffer, self);
  g_signal_handlers_disconnect_by_data (view, self);
  gtk_widget_remove_controller (GTK_WIDGET (view), self->keys);
  gtk_widget_remove_controller (GTK_WIDGET (view), self->drag);
  g_object_unref (view);
}

static void
enclave_column_selection_dispose (GObject *object)
{
  EnclaveColumnSelection *self = ENCLAVE_COLUMN_SELECTION (object);

  enclave_column_selection_drop (self);
  g_clear_object (&self->buffer);
  G_OBJECT_CLASS (enclave_column_selection_parent_class)->dispose (object);
}

static void
enclave_column_selection_class_init (EnclaveColumnSelectionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_column_selection_dispose;
  began_signal = g_signal_new ("began", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enclave_column_selection_init (EnclaveColumnSelection *self)
{
}

EnclaveColumnSelection *
enclave_column_selection_new (EnclaveGhostView *view)
{
  EnclaveColumnSelection *self;

  g_return_val_if_fail (ENCLAVE_IS_GHOST_VIEW (view), NULL);

  self = g_object_new (ENCLAVE_TYPE_COLUMN_SELECTION, NULL);
  self->view = g_object_ref (view);
  self->buffer = g_object_ref (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)));
  self->keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (self->keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (self->keys, "key-pressed", G_CALLBACK (_enclave_column_selection_key), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (view), self->keys);
  self->drag = GTK_EVENT_CONTROLLER (gtk_gesture_drag_new ());
  gtk_event_controller_set_propagation_phase (self->drag, GTK_PHASE_CAPTURE);
  g_signal_connect_object (self->drag, "drag-begin", G_CALLBACK (_enclave_column_selection_drag_begin), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->drag, "drag-update", G_CALLBACK (_enclave_column_selection_drag_update), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (view), self->drag);
  g_signal_connect_object (view, "paste-clipboard", G_CALLBACK (paste_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "copy-clipboard", G_CALLBACK (copy_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "cut-clipboard", G_CALLBACK (cut_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->buffer, "insert-text", G_CALLBACK (insert_text_cb), self, 0);
  g_signal_connect_object (self->buffer, "delete-range", G_CALLBACK (changed_by_others_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->buffer, "mark-set", G_CALLBACK (mark_set_cb), self, 0);
  g_signal_connect_object (self->buffer, "undo", G_CALLBACK (changed_by_others_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->buffer, "redo", G_CALLBACK (changed_by_others_cb), self, G_CONNECT_SWAPPED);
  return self;
}
