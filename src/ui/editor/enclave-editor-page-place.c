/* enclave-editor-page-place.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the caret of a tab is, and what is shown of its text.
 */

#include "config.h"

#include "enclave-editor-page-private.h"
#include "enclave-validation-pace.h"

#define FRAMES_TO_SETTLE 4
/* Then so many more until the lines before it have their heights: before that a view is not as high as the place is far down. */
#define MAX_TRIES 300

void
enclave_editor_page_get_place (EnclaveEditorPage *self, guint *line, guint *column)
{
  GtkTextBuffer *buffer;
  GtkTextIter iter;

  g_return_if_fail (ENCLAVE_IS_EDITOR_PAGE (self));

  *line = self->wanted_line;
  *column = self->wanted_column;
  if (!enclave_document_get_loaded (self->document))
    return;

  buffer = GTK_TEXT_BUFFER (enclave_document_get_buffer (self->document));
  gtk_text_buffer_get_iter_at_mark (buffer, &iter, gtk_text_buffer_get_insert (buffer));
  *line = (guint) gtk_text_iter_get_line (&iter) + 1;
  *column = (guint) gtk_text_iter_get_line_offset (&iter) + 1;
}

static void
scroll_to (EnclaveEditorPage *self, const GtkTextIter *place, double xalign, double yalign)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
  GtkTextMark *mark = gtk_text_buffer_create_mark (buffer, NULL, place, TRUE);

  gtk_text_view_scroll_to_mark (GTK_TEXT_VIEW (self->view), mark, 0, TRUE, xalign, yalign);
  gtk_text_buffer_delete_mark (buffer, mark);
}

static void
scroll_to_caret (EnclaveEditorPage *self)
{
  GtkTextView *view = GTK_TEXT_VIEW (self->view);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GdkRectangle visible;
  GdkRectangle caret;
  GtkTextIter place;

  if (self->settle_gently)
    {
      /* measures what is there; and it would take its time on the way, in which the place moves on */
      gtk_text_view_scroll_mark_onscreen (view, gtk_text_buffer_get_insert (buffer));
      gtk_text_buffer_get_iter_at_mark (buffer, &place, gtk_text_buffer_get_insert (buffer));
      gtk_text_view_get_iter_location (view, &place, &caret);
      gtk_adjustment_clamp_page (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view)), caret.y, caret.y + caret.height);
      return;
    }
  if (self->wanted_top > 0)
    {
      gtk_text_buffer_get_iter_at_line (buffer, &place, (int) MIN (self->wanted_top - 1, (guint) G_MAXINT));
      scroll_to (self, &place, 0, 0);
      return;
    }
  gtk_text_buffer_get_iter_at_mark (buffer, &place, gtk_text_buffer_get_insert (buffer));
  gtk_text_view_get_visible_rect (view, &visible);
  gtk_text_view_get_iter_location (view, &place, &caret);
  /* Beginnings of lines are what one reads: they go out of sight only for a caret that is further right than the view is wide. */
  if (visible.width <= 1 || caret.x < visible.width)
    {
      gtk_text_iter_set_line_offset (&place, 0);
      scroll_to (self, &place, 0, 0.4);
    }
  else
    scroll_to (self, &place, 0.7, 0.4);
}

/* Also where the person went elsewhere meanwhile. */
static gboolean
has_arrived (EnclaveEditorPage *self)
{
  GtkTextView *view = GTK_TEXT_VIEW (self->view);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GdkRectangle visible;
  GdkRectangle line;
  GtkTextIter caret;

  gtk_text_buffer_get_iter_at_mark (buffer, &caret, gtk_text_buffer_get_insert (buffer));
  if (gtk_text_iter_get_line (&caret) + 1 != (int) self->wanted_line)
    return TRUE;
  if (!enclave_validation_pace_is_above_measured (view))
    return FALSE;
  if (self->wanted_top > 0)
    return ABS ((int) _enclave_editor_page_get_top (self) - (int) self->wanted_top) <= 1;
  gtk_text_view_get_visible_rect (view, &visible);
  gtk_text_view_get_iter_location (view, &caret, &line);
  return line.y >= visible.y && line.y + line.height <= visible.y + visible.height;
}

static gboolean
settle_cb (GtkWidget *view, GdkFrameClock *clock, gpointer user_data)
{
  EnclaveEditorPage *self = user_data;

  if (self->frames_to_settle > 0)
    {
      self->frames_to_settle--;
      return G_SOURCE_CONTINUE;
    }
  if (self->settle_tries == 0 || (self->settle_tries < MAX_TRIES && has_arrived (self)))
    {
      self->settle_tick = 0;
      self->wanted_top = 0;
      return G_SOURCE_REMOVE;
    }
  self->settle_tries--;
  scroll_to_caret (self);
  return G_SOURCE_CONTINUE;
}

/* The person looks elsewhere: they are not brought back. */
static void
give_up (EnclaveEditorPage *self)
{
  self->frames_to_settle = 0;
  self->settle_tries = 0;
}

static void
settle (EnclaveEditorPage *self, guint n_frames, gboolean gently)
{
  self->frames_to_settle = n_frames;
  self->settle_tries = MAX_TRIES;
  self->settle_gently = gently;
  if (self->settle_tick == 0)
    self->settle_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self->view), settle_cb, self, NULL);
}

/* The toolkit goes to where a line is at that moment. That is elsewhere once all lines before it have their heights. */
static void
caret_cb (EnclaveEditorPage *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
  GtkTextIter caret;

  if (!self->moved_by_key || !gtk_widget_is_focus (GTK_WIDGET (self->view)) || !enclave_validation_pace_is_pending ())
    return;
  gtk_text_buffer_get_iter_at_mark (buffer, &caret, gtk_text_buffer_get_insert (buffer));
  self->wanted_line = (guint) gtk_text_iter_get_line (&caret) + 1;
  self->wanted_top = 0;
  if (!has_arrived (self))
    settle (self, 0, TRUE);
}

static void
look_elsewhere (EnclaveEditorPage *self)
{
  self->moved_by_key = FALSE;
  give_up (self);
}

static gboolean
scroll_cb (EnclaveEditorPage *self)
{
  look_elsewhere (self);
  return GDK_EVENT_PROPAGATE;
}

/* Page Down and the like scroll as a wheel does; and who types is not to be taken away from what they type. */
static gboolean
key_cb (EnclaveEditorPage *self, guint keyval, guint keycode, GdkModifierType state, GtkEventControllerKey *controller)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));

  if (event == NULL || !gdk_key_event_is_modifier (event))
    {
      self->moved_by_key = TRUE;
      give_up (self);
    }
  return GDK_EVENT_PROPAGATE;
}

void
_enclave_editor_page_connect_place (EnclaveEditorPage *self)
{
  GtkWidget *scrolled = gtk_widget_get_ancestor (GTK_WIDGET (self->view), GTK_TYPE_SCROLLED_WINDOW);
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_event_controller_set_name (scroll, "place");
  gtk_event_controller_set_name (GTK_EVENT_CONTROLLER (click), "place");
  /* before the view and its bars take it */
  gtk_event_controller_set_propagation_phase (scroll, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (scrolled, scroll);
  gtk_event_controller_set_name (keys, "place");
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (scrolled, keys);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (look_elsewhere), self);
  gtk_widget_add_controller (scrolled, GTK_EVENT_CONTROLLER (click));
  g_signal_connect_object (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view)), "notify::cursor-position", G_CALLBACK (caret_cb), self,
                           G_CONNECT_SWAPPED);
}

void
_enclave_editor_page_go_to (EnclaveEditorPage *self, guint line, guint column)
{
  GtkTextBuffer *buffer;
  GtkTextIter iter;

  self->wanted_line = line;
  self->wanted_column = column;
  if (line == 0 || !enclave_document_get_loaded (self->document))
    return;

  buffer = GTK_TEXT_BUFFER (enclave_document_get_buffer (self->document));
  gtk_text_buffer_get_iter_at_line (buffer, &iter, MIN (line - 1, (guint) G_MAXINT));
  if (column > 1)
    {
      GtkTextIter end = iter;

      if (!gtk_text_iter_ends_line (&end))
        gtk_text_iter_forward_to_line_end (&end);
      gtk_text_iter_set_line_offset (&iter, MIN (column - 1, (guint) gtk_text_iter_get_line_offset (&end)));
    }

  gtk_text_buffer_place_cursor (buffer, &iter);
  self->settle_gently = FALSE;
  scroll_to_caret (self);
  /* the view of a fresh tab gets its height in the frames that follow, and with it another place of the lines */
  settle (self, FRAMES_TO_SETTLE, FALSE);
}

void
enclave_editor_page_go_to (EnclaveEditorPage *self, guint line, guint column)
{
  g_return_if_fail (ENCLAVE_IS_EDITOR_PAGE (self));

  self->wanted_top = 0;
  _enclave_editor_page_go_to (self, line, column);
}

guint
_enclave_editor_page_get_top (EnclaveEditorPage *self)
{
  GdkRectangle visible;
  GtkTextIter iter;

  if (!enclave_document_get_loaded (self->document))
    return self->wanted_top;
  gtk_text_view_get_visible_rect (GTK_TEXT_VIEW (self->view), &visible);
  gtk_text_view_get_line_at_y (GTK_TEXT_VIEW (self->view), &iter, visible.y, NULL);
  return (guint) gtk_text_iter_get_line (&iter) + 1;
}

void
_enclave_editor_page_set_top (EnclaveEditorPage *self, guint line)
{
  self->wanted_top = line;
}
