/* enclave-inline-review-places.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The widgets of a review in an editor, and the room that the text leaves for them.
 */

#include "config.h"

#include <adwaita.h>

#include "enclave-ghost-view.h"
#include "enclave-inline-block.h"
#include "enclave-inline-gutter.h"
#include "enclave-inline-review-private.h"

#define BLOCK_MARGIN 4
#define MIN_WIDTH 240
#define MAX_WIDTH 1200
#define FREE_SLOTS "enclave-inline-slots"

void
_enclave_inline_review_place_free (gpointer data)
{
  EnclaveInlinePlace *place = data;

  g_clear_object (&place->added);
  g_free (place);
}

/* GTK 4.8 can put a widget over a text, but not take it away again: what is no longer needed waits there, empty and hidden,
 * for the next one. */
static GPtrArray *
get_free_slots (EnclaveInlineReview *self)
{
  GObject *view = G_OBJECT (_enclave_inline_review_get_view (self));
  GPtrArray *slots = g_object_get_data (view, FREE_SLOTS);

  if (slots == NULL)
    {
      slots = g_ptr_array_new ();
      g_object_set_data_full (view, FREE_SLOTS, slots, (GDestroyNotify) g_ptr_array_unref);
    }

  return slots;
}

static GtkWidget *
take_slot (EnclaveInlineReview *self, GtkWidget *block)
{
  GtkTextView *view = _enclave_inline_review_get_view (self);
  GPtrArray *slots = get_free_slots (self);
  GtkWidget *slot;

  if (slots->len > 0)
    {
      slot = g_ptr_array_steal_index_fast (slots, slots->len - 1);
    }
  else
    {
      slot = adw_bin_new ();
      gtk_text_view_add_overlay (view, slot, gtk_text_view_get_left_margin (view), 0);
    }
  adw_bin_set_child (ADW_BIN (slot), block);
  gtk_widget_set_visible (slot, TRUE);

  return slot;
}

void
_enclave_inline_review_take_tag_back (EnclaveInlineReview *self, GtkTextTag **tag)
{
  if (*tag == NULL)
    return;

  gtk_text_tag_table_remove (gtk_text_buffer_get_tag_table (_enclave_inline_review_get_buffer (self)), *tag);
  *tag = NULL;
}

void
_enclave_inline_review_take_places_back (EnclaveInlineReview *self)
{
  GtkTextView *view = _enclave_inline_review_get_view (self);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (view));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean had_focus = FALSE;

  for (guint i = 0; i < self->places->len; i++)
    {
      EnclaveInlinePlace *place = g_ptr_array_index (self->places, i);

      had_focus = had_focus || (focus != NULL && gtk_widget_is_ancestor (focus, place->block));
      _enclave_inline_review_take_tag_back (self, &place->room);
    }
  if (had_focus)
    gtk_widget_grab_focus (GTK_WIDGET (view));
  for (guint i = 0; i < self->places->len; i++)
    {
      EnclaveInlinePlace *place = g_ptr_array_index (self->places, i);

      adw_bin_set_child (ADW_BIN (place->slot), NULL);
      gtk_widget_set_visible (place->slot, FALSE);
      g_ptr_array_add (get_free_slots (self), place->slot);
      gtk_text_buffer_delete_mark (_enclave_inline_review_get_buffer (self), place->mark);
    }
  g_ptr_array_set_size (self->places, 0);
}

static void
go_cb (EnclaveInlineReview *self, int step)
{
  enclave_inline_review_go (self, step);
}

static void
back_cb (EnclaveInlineReview *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (_enclave_inline_review_get_view (self)));
}

void
_enclave_inline_review_get_line_bounds (EnclaveInlineReview *self, int line, GtkTextIter *start, GtkTextIter *end)
{
  gtk_text_buffer_get_iter_at_line (_enclave_inline_review_get_buffer (self), start, line);
  *end = *start;
  if (!gtk_text_iter_forward_line (end))
    gtk_text_buffer_get_end_iter (_enclave_inline_review_get_buffer (self), end);
}

/* Room for the block, an attribute of the paragraph: it is no text. */
static void
make_room (EnclaveInlineReview *self, EnclaveInlinePlace *place)
{
  GtkTextView *view = _enclave_inline_review_get_view (self);
  GtkTextIter start;
  GtkTextIter end;
  int room = place->height + 2 * BLOCK_MARGIN;

  if (place->room == NULL)
    {
      place->room = gtk_text_buffer_create_tag (_enclave_inline_review_get_buffer (self), NULL, NULL);
      gtk_text_buffer_get_iter_at_mark (_enclave_inline_review_get_buffer (self), &start, place->mark);
      _enclave_inline_review_get_line_bounds (self, gtk_text_iter_get_line (&start), &start, &end);
      gtk_text_buffer_apply_tag (_enclave_inline_review_get_buffer (self), place->room, &start, &end);
    }
  if (place->above)
    g_object_set (place->room, "pixels-above-lines", gtk_text_view_get_pixels_above_lines (view) + room, NULL);
  else
    g_object_set (place->room, "pixels-below-lines", gtk_text_view_get_pixels_below_lines (view) + room, NULL);
}

static void
put (EnclaveInlineReview *self, EnclaveInlinePlace *place)
{
  GtkTextView *view = _enclave_inline_review_get_view (self);
  EnclaveInlineBlock *block = ENCLAVE_INLINE_BLOCK (place->block);
  GtkTextIter start;
  int height;
  int y;
  int line_y;
  int line_height;

  gtk_widget_set_size_request (place->block, self->width, -1);
  gtk_widget_measure (place->block, GTK_ORIENTATION_VERTICAL, self->width, &height, NULL, NULL, NULL);
  if (height != place->height)
    {
      place->height = height;
      make_room (self, place);
    }

  gtk_text_buffer_get_iter_at_mark (_enclave_inline_review_get_buffer (self), &start, place->mark);
  gtk_text_view_get_line_yrange (view, &start, &line_y, &line_height);
  y = place->above ? line_y + BLOCK_MARGIN : line_y + line_height - height - BLOCK_MARGIN;
  if (y != place->y)
    gtk_text_view_move_overlay (view, place->slot, gtk_text_view_get_left_margin (view), y);
  place->y = y;
  if (!place->above)
    enclave_inline_gutter_set_added (ENCLAVE_INLINE_GUTTER (self->gutter), (guint) gtk_text_iter_get_line (&start),
                                     enclave_inline_block_get_n_added (block),
                                     enclave_inline_block_get_line_height (block), BLOCK_MARGIN, height + 2 * BLOCK_MARGIN);
}

/* GTK 4.8 takes note of what is scrolled only when the view is laid out, and lays out what lies over its text only when that is asked
 * to as well. */
static void
lay_out (EnclaveInlineReview *self)
{
  const EnclaveInlinePlace *place = g_ptr_array_index (self->places, 0);

  gtk_widget_queue_allocate (GTK_WIDGET (_enclave_inline_review_get_view (self)));
  gtk_widget_queue_allocate (gtk_widget_get_parent (place->slot));
  self->scrolled = FALSE;
}

static gboolean
place_cb (gpointer user_data)
{
  EnclaveInlineReview *self = user_data;
  GtkTextView *view = _enclave_inline_review_get_view (self);
  GdkRectangle visible;

  self->place_source = 0;
  gtk_text_view_get_visible_rect (view, &visible);
  self->width = CLAMP (visible.width - 2 * gtk_text_view_get_left_margin (view), MIN_WIDTH, MAX_WIDTH);
  for (guint i = 0; i < self->places->len; i++)
    put (self, g_ptr_array_index (self->places, i));
  if (self->scrolled && self->places->len > 0)
    lay_out (self);

  return G_SOURCE_REMOVE;
}

/* Lines get their heights bit by bit, and all below them move. */
void
_enclave_inline_review_queue_place (EnclaveInlineReview *self)
{
  if (self->place_source == 0 && self->places->len > 0)
    self->place_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE + 15, place_cb, self, NULL);
}

void
_enclave_inline_review_follow_scroll (EnclaveInlineReview *self)
{
  if (self->places->len == 0)
    return;

  /* A view that is being laid out can't be asked to do it again. */
  self->scrolled = TRUE;
  if (enclave_ghost_view_get_in_layout (ENCLAVE_GHOST_VIEW (_enclave_inline_review_get_view (self))))
    _enclave_inline_review_queue_place (self);
  else
    lay_out (self);
}

void
_enclave_inline_review_add_place (EnclaveInlineReview *self, guint hunk, EnclaveHunkText *added, gboolean first, guint line)
{
  GtkTextView *view = _enclave_inline_review_get_view (self);
  EnclaveInlinePlace *place = g_new0 (EnclaveInlinePlace, 1);
  GtkTextIter start;
  GtkTextIter end;

  place->above = line == 0;
  place->y = G_MININT;
  place->added = added != NULL ? g_object_ref (added) : NULL;
  place->block = enclave_inline_block_new (self->change, hunk, added, first, gtk_source_view_get_tab_width (GTK_SOURCE_VIEW (view)));
  _enclave_inline_review_get_line_bounds (self, place->above ? 0 : (int) line - 1, &start, &end);
  place->mark = gtk_text_buffer_create_mark (_enclave_inline_review_get_buffer (self), NULL, &start, TRUE);
  g_signal_connect_object (place->block, "go", G_CALLBACK (go_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (place->block, "back", G_CALLBACK (back_cb), self, G_CONNECT_SWAPPED);
  place->slot = take_slot (self, place->block);
  g_ptr_array_add (self->places, place);
}
