/* enclave-inline-review.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "enclave-hunk-colours.h"
#include "enclave-inline-block.h"
#include "enclave-inline-gutter.h"
#include "enclave-inline-review.h"

#define BLOCK_MARGIN 4
#define MIN_WIDTH 240
#define MAX_WIDTH 1200
/* More are reviewed in the page made for it: each takes a widget in the text. */
#define MAX_BLOCKS 200
#define FREE_SLOTS "enclave-inline-slots"
#define REMOVED_ALPHA .12f

/* A place where lines go or come. */
typedef struct
{
  GtkWidget *slot;    /* in the text view */
  GtkWidget *block;   /* in the slot */
  EnclaveHunkText *added; /* (nullable): nothing comes */
  GtkTextMark *mark;  /* at the line it follows */
  GtkTextTag *room;
  gboolean above;     /* before the first line of the text */
  int y;
  int height;
} Place;

struct _EnclaveInlineReview
{
  GObject parent_instance;

  EnclaveEditorPage *page; /* not owned */
  EnclaveChangeSet *change_set;
  EnclaveChange *change;
  EnclaveHunkColours *colours;
  GPtrArray *places; /* (element-type Place) */
  GtkTextTag *removed; /* (nullable) */
  GtkSourceGutterRenderer *gutter; /* (nullable) */
  guint check_source;
  guint place_source;
  int width;
};

G_DEFINE_FINAL_TYPE (EnclaveInlineReview, enclave_inline_review, G_TYPE_OBJECT)

static GtkTextView *
get_view (EnclaveInlineReview *self)
{
  return GTK_TEXT_VIEW (enclave_editor_page_get_view (self->page));
}

static GtkTextBuffer *
get_buffer (EnclaveInlineReview *self)
{
  return GTK_TEXT_BUFFER (enclave_document_get_buffer (enclave_editor_page_get_document (self->page)));
}

static void
place_free (gpointer data)
{
  Place *place = data;

  g_clear_object (&place->added);
  g_free (place);
}

/* GTK 4.8 can put a widget over a text, but not take it away again: what is no longer needed waits there, empty and hidden,
 * for the next one. */
static GPtrArray *
get_free_slots (EnclaveInlineReview *self)
{
  GPtrArray *slots = g_object_get_data (G_OBJECT (get_view (self)), FREE_SLOTS);

  if (slots == NULL)
    {
      slots = g_ptr_array_new ();
      g_object_set_data_full (G_OBJECT (get_view (self)), FREE_SLOTS, slots, (GDestroyNotify) g_ptr_array_unref);
    }

  return slots;
}

static GtkWidget *
take_slot (EnclaveInlineReview *self, GtkWidget *block)
{
  GtkTextView *view = get_view (self);
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

static void
take_tag_back (EnclaveInlineReview *self, GtkTextTag **tag)
{
  if (*tag == NULL)
    return;

  gtk_text_tag_table_remove (gtk_text_buffer_get_tag_table (get_buffer (self)), *tag);
  *tag = NULL;
}

static void
take_back (EnclaveInlineReview *self)
{
  GtkTextView *view = get_view (self);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (view));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean had_focus = FALSE;

  for (guint i = 0; i < self->places->len; i++)
    {
      Place *place = g_ptr_array_index (self->places, i);

      had_focus = had_focus || (focus != NULL && gtk_widget_is_ancestor (focus, place->block));
      take_tag_back (self, &place->room);
    }
  if (had_focus)
    gtk_widget_grab_focus (GTK_WIDGET (view));
  for (guint i = 0; i < self->places->len; i++)
    {
      Place *place = g_ptr_array_index (self->places, i);

      adw_bin_set_child (ADW_BIN (place->slot), NULL);
      gtk_widget_set_visible (place->slot, FALSE);
      g_ptr_array_add (get_free_slots (self), place->slot);
      gtk_text_buffer_delete_mark (get_buffer (self), place->mark);
    }
  g_ptr_array_set_size (self->places, 0);
  take_tag_back (self, &self->removed);
  if (self->gutter != NULL)
    gtk_source_gutter_remove (gtk_source_view_get_gutter (GTK_SOURCE_VIEW (view), GTK_TEXT_WINDOW_LEFT), self->gutter);
  self->gutter = NULL;
}

static void
go_cb (EnclaveInlineReview *self, int step)
{
  enclave_inline_review_go (self, step);
}

static void
back_cb (EnclaveInlineReview *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (get_view (self)));
}

static void
get_line_bounds (EnclaveInlineReview *self, int line, GtkTextIter *start, GtkTextIter *end)
{
  gtk_text_buffer_get_iter_at_line (get_buffer (self), start, line);
  *end = *start;
  if (!gtk_text_iter_forward_line (end))
    gtk_text_buffer_get_end_iter (get_buffer (self), end);
}

/* Room for the block, an attribute of the paragraph: it is no text. */
static void
make_room (EnclaveInlineReview *self, Place *place)
{
  GtkTextView *view = get_view (self);
  GtkTextIter start;
  GtkTextIter end;
  int room = place->height + 2 * BLOCK_MARGIN;

  if (place->room == NULL)
    {
      place->room = gtk_text_buffer_create_tag (get_buffer (self), NULL, NULL);
      gtk_text_buffer_get_iter_at_mark (get_buffer (self), &start, place->mark);
      get_line_bounds (self, gtk_text_iter_get_line (&start), &start, &end);
      gtk_text_buffer_apply_tag (get_buffer (self), place->room, &start, &end);
    }
  if (place->above)
    g_object_set (place->room, "pixels-above-lines", gtk_text_view_get_pixels_above_lines (view) + room, NULL);
  else
    g_object_set (place->room, "pixels-below-lines", gtk_text_view_get_pixels_below_lines (view) + room, NULL);
}

static void
put (EnclaveInlineReview *self, Place *place)
{
  GtkTextView *view = get_view (self);
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

  gtk_text_buffer_get_iter_at_mark (get_buffer (self), &start, place->mark);
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

static gboolean
place_cb (gpointer user_data)
{
  EnclaveInlineReview *self = user_data;
  GtkTextView *view = get_view (self);
  GdkRectangle visible;

  self->place_source = 0;
  gtk_text_view_get_visible_rect (view, &visible);
  self->width = CLAMP (visible.width - 2 * gtk_text_view_get_left_margin (view), MIN_WIDTH, MAX_WIDTH);
  for (guint i = 0; i < self->places->len; i++)
    put (self, g_ptr_array_index (self->places, i));

  return G_SOURCE_REMOVE;
}

/* Lines get their heights bit by bit, and all below them move. */
static void
queue_place (EnclaveInlineReview *self)
{
  if (self->place_source == 0 && self->places->len > 0)
    self->place_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE + 15, place_cb, self, NULL);
}

static void
add_place (EnclaveInlineReview *self, guint hunk, EnclaveHunkText *added, gboolean first, guint line)
{
  GtkTextView *view = get_view (self);
  Place *place = g_new0 (Place, 1);
  GtkTextIter start;
  GtkTextIter end;

  place->above = line == 0;
  place->y = G_MININT;
  place->added = added != NULL ? g_object_ref (added) : NULL;
  place->block = enclave_inline_block_new (self->change, hunk, added, first, gtk_source_view_get_tab_width (GTK_SOURCE_VIEW (view)));
  get_line_bounds (self, place->above ? 0 : (int) line - 1, &start, &end);
  place->mark = gtk_text_buffer_create_mark (get_buffer (self), NULL, &start, TRUE);
  g_signal_connect_object (place->block, "go", G_CALLBACK (go_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (place->block, "back", G_CALLBACK (back_cb), self, G_CONNECT_SWAPPED);
  place->slot = take_slot (self, place->block);
  g_ptr_array_add (self->places, place);
}

static void
colour (EnclaveInlineReview *self, EnclaveHunkText *added)
{
  EnclaveProposal *proposal = enclave_change_get_proposal (self->change);

  if (added != NULL)
    enclave_hunk_colours_request (self->colours, added, enclave_change_get_path (self->change),
                                  enclave_proposal_get_old_text (proposal), enclave_proposal_get_new_text (proposal));
}

static void
colour_removed (EnclaveInlineReview *self)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (get_view (self)));
  GdkRGBA ground;

  if (!gtk_style_context_lookup_color (context, "error_color", &ground))
    gdk_rgba_parse (&ground, "#c01c28");
  ground.alpha = REMOVED_ALPHA;
  g_object_set (self->removed, "paragraph-background-rgba", &ground, NULL);
}

/* The run of changed lines in @hunk from @index on; @old_line: those of the old text that stand before it. */
static guint
show_run (EnclaveInlineReview *self, guint number, const EnclaveDiffHunk *hunk, guint index, guint *old_line, gboolean first)
{
  guint end = index;
  guint n_removed = 0;
  g_autoptr (EnclaveHunkText) added = NULL;

  while (end < hunk->lines->len && ((EnclaveDiffLine *) g_ptr_array_index (hunk->lines, end))->kind == ENCLAVE_DIFF_REMOVED)
    {
      GtkTextIter start_iter;
      GtkTextIter end_iter;

      get_line_bounds (self, (int) (*old_line + n_removed), &start_iter, &end_iter);
      gtk_text_buffer_apply_tag (get_buffer (self), self->removed, &start_iter, &end_iter);
      enclave_inline_gutter_set_removed (ENCLAVE_INLINE_GUTTER (self->gutter), *old_line + n_removed);
      n_removed++;
      end++;
    }
  index = end;
  while (end < hunk->lines->len && ((EnclaveDiffLine *) g_ptr_array_index (hunk->lines, end))->kind == ENCLAVE_DIFF_ADDED)
    end++;
  *old_line += n_removed;
  if (end > index)
    {
      added = enclave_hunk_text_new (hunk, index, end - index);
      colour (self, added);
    }
  if (added != NULL || first)
    add_place (self, number, added, first, *old_line);

  return end;
}

static void
show_hunk (EnclaveInlineReview *self, guint number)
{
  const EnclaveDiffHunk *hunk = g_ptr_array_index (enclave_change_get_hunks (self->change), number);
  guint old_line = hunk->old_start - 1;
  gboolean first = TRUE;

  for (guint i = 0; i < hunk->lines->len;)
    {
      if (((EnclaveDiffLine *) g_ptr_array_index (hunk->lines, i))->kind == ENCLAVE_DIFF_CONTEXT)
        {
          old_line++;
          i++;
          continue;
        }
      i = show_run (self, number, hunk, i, &old_line, first);
      first = FALSE;
    }
}

static void
show (EnclaveInlineReview *self)
{
  GtkTextView *view = get_view (self);
  GtkSourceGutter *gutter = gtk_source_view_get_gutter (GTK_SOURCE_VIEW (view), GTK_TEXT_WINDOW_LEFT);

  self->removed = gtk_text_buffer_create_tag (get_buffer (self), NULL, NULL);
  colour_removed (self);
  self->gutter = enclave_inline_gutter_new ();
  gtk_source_gutter_insert (gutter, self->gutter, 10);
  /* the number of a line with room below it stands at its text */
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (gutter)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_SOURCE_IS_GUTTER_RENDERER (child))
      {
        gtk_source_gutter_renderer_set_yalign (GTK_SOURCE_GUTTER_RENDERER (child), 0);
        gtk_source_gutter_renderer_set_ypad (GTK_SOURCE_GUTTER_RENDERER (child),
                                             gtk_text_view_get_pixels_above_lines (view));
      }

  for (guint i = 0; i < enclave_change_get_hunks (self->change)->len && self->places->len < MAX_BLOCKS; i++)
    show_hunk (self, i);
  queue_place (self);
}

static void
note (EnclaveInlineReview *self, gboolean fits)
{
  EnclaveInfoRow *row = enclave_editor_page_get_info_row (self->page);
  EnclaveChangeStatus status = enclave_change_get_status (self->change);
  guint n_hunks = enclave_change_get_hunks (self->change)->len;
  g_autofree char *text = NULL;

  if (status == ENCLAVE_CHANGE_CONFLICT || !fits)
    {
      enclave_info_row_present (row, ENCLAVE_EDITOR_NOTE_REVIEW, "dialog-warning-symbolic",
                                _ ("The agent’s proposal is for an earlier text of this file."), NULL,
                                (const char *const[]){ "review", _ ("Review"), NULL });
      return;
    }

  text = g_strdup_printf (ngettext ("The agent proposes %u change here: +%u −%u", "The agent proposes %u changes here: +%u −%u",
                                    n_hunks),
                          n_hunks, enclave_change_get_added (self->change), enclave_change_get_removed (self->change));
  if (g_strcmp0 (text, enclave_info_row_get_text (row, ENCLAVE_EDITOR_NOTE_REVIEW)) != 0)
    enclave_info_row_present (row, ENCLAVE_EDITOR_NOTE_REVIEW, "enclave-review-symbolic", text, NULL,
                              (const char *const[]){ "review", _ ("Review"), "*apply", _ ("Apply"), NULL });
}

static gboolean
check_cb (gpointer user_data)
{
  EnclaveInlineReview *self = user_data;
  EnclaveDocument *document = enclave_editor_page_get_document (self->page);
  const char *old_text = enclave_proposal_get_old_text (enclave_change_get_proposal (self->change));
  g_autofree char *text = NULL;
  gboolean fits;

  self->check_source = 0;
  if (!enclave_change_get_ready (self->change) || !enclave_document_get_loaded (document))
    return G_SOURCE_REMOVE;

  text = enclave_document_dup_text (document);
  fits = g_strcmp0 (text, old_text != NULL ? old_text : "") == 0
         && enclave_change_get_status (self->change) == ENCLAVE_CHANGE_PROPOSED;
  if (fits && self->places->len == 0 && *text != '\0')
    show (self);
  else if (!fits && self->places->len > 0)
    take_back (self);
  note (self, fits);

  return G_SOURCE_REMOVE;
}

static void
queue_check (EnclaveInlineReview *self)
{
  if (self->check_source == 0)
    self->check_source = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, check_cb, self, NULL);
}

static void
changed_cb (EnclaveInlineReview *self)
{
  queue_check (self);
  queue_place (self);
}

/* Other hunks than those that are shown. */
static void
hunks_changed_cb (EnclaveInlineReview *self)
{
  take_back (self);
  queue_check (self);
}

static void
style_changed_cb (EnclaveInlineReview *self)
{
  for (guint i = 0; i < self->places->len; i++)
    colour (self, ((Place *) g_ptr_array_index (self->places, i))->added);
  if (self->removed != NULL)
    colour_removed (self);
}

static void
applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  /* a conflict is a status of the change, and the note says it */
  if (!enclave_change_set_apply_finish (ENCLAVE_CHANGE_SET (source), result, &error))
    g_debug ("Not applied from the editor: %s", error->message);
}

static void
response_cb (EnclaveInlineReview *self, guint key, const char *id)
{
  if (key != ENCLAVE_EDITOR_NOTE_REVIEW)
    return;

  if (g_str_equal (id, "apply"))
    enclave_change_set_apply_async (self->change_set, self->change, NULL, applied_cb, NULL);
  else
    gtk_widget_activate_action (GTK_WIDGET (self->page), "win.review", NULL);
  /* looking is not yet an answer */
  queue_check (self);
}

static void
enclave_inline_review_dispose (GObject *object)
{
  EnclaveInlineReview *self = ENCLAVE_INLINE_REVIEW (object);

  g_clear_handle_id (&self->check_source, g_source_remove);
  g_clear_handle_id (&self->place_source, g_source_remove);
  if (self->page != NULL)
    {
      take_back (self);
      enclave_info_row_withdraw (enclave_editor_page_get_info_row (self->page), ENCLAVE_EDITOR_NOTE_REVIEW);
      g_signal_handlers_disconnect_by_data (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (get_view (self))), self);
      g_signal_handlers_disconnect_by_data (gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (get_view (self))), self);
      g_signal_handlers_disconnect_by_data (get_buffer (self), self);
    }
  self->page = NULL;
  g_clear_object (&self->change);
  g_clear_object (&self->change_set);
  g_clear_object (&self->colours);

  G_OBJECT_CLASS (enclave_inline_review_parent_class)->dispose (object);
}

static void
enclave_inline_review_finalize (GObject *object)
{
  g_ptr_array_unref (ENCLAVE_INLINE_REVIEW (object)->places);

  G_OBJECT_CLASS (enclave_inline_review_parent_class)->finalize (object);
}

static void
enclave_inline_review_class_init (EnclaveInlineReviewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_inline_review_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_inline_review_finalize;
}

static void
enclave_inline_review_init (EnclaveInlineReview *self)
{
  self->places = g_ptr_array_new_with_free_func (place_free);
}

EnclaveInlineReview *
enclave_inline_review_new (EnclaveEditorPage *page, EnclaveChangeSet *change_set, EnclaveChange *change)
{
  EnclaveInlineReview *self = g_object_new (ENCLAVE_TYPE_INLINE_REVIEW, NULL);

  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PAGE (page), self);
  g_return_val_if_fail (ENCLAVE_IS_CHANGE (change), self);

  self->page = page;
  self->change_set = g_object_ref (change_set);
  self->change = g_object_ref (change);
  self->colours = enclave_hunk_colours_new (enclave_editor_page_get_style (page));
  g_signal_connect_object (change, "notify::added", G_CALLBACK (hunks_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (change, "notify::status", G_CALLBACK (queue_check), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (change, "notify::decided", G_CALLBACK (queue_place), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (enclave_editor_page_get_info_row (page), "response", G_CALLBACK (response_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (enclave_editor_page_get_style (page), "changed", G_CALLBACK (style_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (enclave_editor_page_get_document (page), "notify::busy", G_CALLBACK (queue_check), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (get_buffer (self), "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (get_view (self))), "changed",
                            G_CALLBACK (queue_place), self);
  g_signal_connect_swapped (gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (get_view (self))), "notify::page-size",
                            G_CALLBACK (queue_place), self);
  queue_check (self);

  return self;
}

EnclaveChange *
enclave_inline_review_get_change (EnclaveInlineReview *self)
{
  g_return_val_if_fail (ENCLAVE_IS_INLINE_REVIEW (self), NULL);

  return self->change;
}

guint
enclave_inline_review_get_n_shown (EnclaveInlineReview *self)
{
  guint n = 0;

  g_return_val_if_fail (ENCLAVE_IS_INLINE_REVIEW (self), 0);

  for (guint i = 0; i < self->places->len; i++)
    n += enclave_inline_block_has_head (ENCLAVE_INLINE_BLOCK (((Place *) g_ptr_array_index (self->places, i))->block));

  return n;
}

static int
get_line (EnclaveInlineReview *self, const Place *place)
{
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_mark (get_buffer (self), &iter, place->mark);
  return gtk_text_iter_get_line (&iter);
}

gboolean
enclave_inline_review_go (EnclaveInlineReview *self, int step)
{
  GtkRoot *root;
  GtkWidget *focus;
  GtkTextIter caret;
  Place *found = NULL;
  int focused = -1;

  g_return_val_if_fail (ENCLAVE_IS_INLINE_REVIEW (self), FALSE);

  root = gtk_widget_get_root (GTK_WIDGET (self->page));
  focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gtk_text_buffer_get_iter_at_mark (get_buffer (self), &caret, gtk_text_buffer_get_insert (get_buffer (self)));
  for (guint i = 0; i < self->places->len; i++)
    if (focus != NULL && gtk_widget_is_ancestor (focus, ((Place *) g_ptr_array_index (self->places, i))->block))
      focused = (int) i;

  for (guint i = 0; i < self->places->len; i++)
    {
      guint index = step > 0 ? i : self->places->len - 1 - i;
      Place *place = g_ptr_array_index (self->places, index);

      if (!enclave_inline_block_has_head (ENCLAVE_INLINE_BLOCK (place->block)))
        continue;
      if (focused >= 0 ? (step > 0 ? (int) index > focused : (int) index < focused)
                       : (step > 0 ? get_line (self, place) >= gtk_text_iter_get_line (&caret)
                                   : get_line (self, place) < gtk_text_iter_get_line (&caret)))
        {
          found = place;
          break;
        }
    }
  if (found == NULL)
    return FALSE;

  gtk_text_buffer_get_iter_at_mark (get_buffer (self), &caret, found->mark);
  gtk_text_buffer_place_cursor (get_buffer (self), &caret);
  gtk_text_view_scroll_to_iter (get_view (self), &caret, 0, TRUE, 0, .3);

  return enclave_inline_block_focus (ENCLAVE_INLINE_BLOCK (found->block));
}
