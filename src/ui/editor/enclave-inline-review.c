/* enclave-inline-review.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "enclave-inline-block.h"
#include "enclave-inline-gutter.h"
#include "enclave-inline-review-private.h"

/* More are reviewed in the page made for it: each takes a widget in the text. */
#define MAX_BLOCKS 200
#define REMOVED_ALPHA .12f

G_DEFINE_FINAL_TYPE (EnclaveInlineReview, enclave_inline_review, G_TYPE_OBJECT)

GtkTextView *
_enclave_inline_review_get_view (EnclaveInlineReview *self)
{
  return GTK_TEXT_VIEW (enclave_editor_page_get_view (self->page));
}

GtkTextBuffer *
_enclave_inline_review_get_buffer (EnclaveInlineReview *self)
{
  return GTK_TEXT_BUFFER (enclave_document_get_buffer (enclave_editor_page_get_document (self->page)));
}

static void
take_back (EnclaveInlineReview *self)
{
  GtkSourceView *view = GTK_SOURCE_VIEW (_enclave_inline_review_get_view (self));

  _enclave_inline_review_take_places_back (self);
  _enclave_inline_review_take_tag_back (self, &self->removed);
  if (self->gutter != NULL)
    gtk_source_gutter_remove (gtk_source_view_get_gutter (view, GTK_TEXT_WINDOW_LEFT), self->gutter);
  self->gutter = NULL;
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
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (_enclave_inline_review_get_view (self)));
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

  while (end < hunk->n_lines && hunk->lines[end].kind == ENCLAVE_DIFF_REMOVED)
    {
      GtkTextIter start_iter;
      GtkTextIter end_iter;

      _enclave_inline_review_get_line_bounds (self, (int) (*old_line + n_removed), &start_iter, &end_iter);
      gtk_text_buffer_apply_tag (_enclave_inline_review_get_buffer (self), self->removed, &start_iter, &end_iter);
      enclave_inline_gutter_set_removed (ENCLAVE_INLINE_GUTTER (self->gutter), *old_line + n_removed);
      n_removed++;
      end++;
    }
  index = end;
  while (end < hunk->n_lines && hunk->lines[end].kind == ENCLAVE_DIFF_ADDED)
    end++;
  *old_line += n_removed;
  if (end > index)
    {
      added = enclave_hunk_text_new (hunk, index, end - index);
      colour (self, added);
    }
  if (added != NULL || first)
    _enclave_inline_review_add_place (self, number, added, first, *old_line);

  return end;
}

static void
show_hunk (EnclaveInlineReview *self, guint number)
{
  const EnclaveDiffHunk *hunk = g_ptr_array_index (enclave_change_get_hunks (self->change), number);
  guint old_line = hunk->old_start - 1;
  gboolean first = TRUE;

  for (guint i = 0; i < hunk->n_lines;)
    {
      if (hunk->lines[i].kind == ENCLAVE_DIFF_CONTEXT)
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
  GtkTextView *view = _enclave_inline_review_get_view (self);
  GtkSourceGutter *gutter = gtk_source_view_get_gutter (GTK_SOURCE_VIEW (view), GTK_TEXT_WINDOW_LEFT);

  self->removed = gtk_text_buffer_create_tag (_enclave_inline_review_get_buffer (self), NULL, NULL);
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
  _enclave_inline_review_queue_place (self);
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
  _enclave_inline_review_queue_place (self);
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
    colour (self, ((EnclaveInlinePlace *) g_ptr_array_index (self->places, i))->added);
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
      g_signal_handlers_disconnect_by_data (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (_enclave_inline_review_get_view (self))), self);
      g_signal_handlers_disconnect_by_data (gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (_enclave_inline_review_get_view (self))), self);
      g_signal_handlers_disconnect_by_data (_enclave_inline_review_get_buffer (self), self);
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
  self->places = g_ptr_array_new_with_free_func (_enclave_inline_review_place_free);
}

EnclaveInlineReview *
enclave_inline_review_new (EnclaveEditorPage *page, EnclaveChangeSet *change_set, EnclaveChange *change)
{
  EnclaveInlineReview *self = g_object_new (ENCLAVE_TYPE_INLINE_REVIEW, NULL);
  GtkAdjustment *vadjustment;
  GtkAdjustment *hadjustment;

  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PAGE (page), self);
  g_return_val_if_fail (ENCLAVE_IS_CHANGE (change), self);

  self->page = page;
  self->change_set = g_object_ref (change_set);
  self->change = g_object_ref (change);
  self->colours = enclave_hunk_colours_new (enclave_editor_page_get_style (page));
  vadjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (_enclave_inline_review_get_view (self)));
  hadjustment = gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (_enclave_inline_review_get_view (self)));
  g_signal_connect_object (change, "notify::added", G_CALLBACK (hunks_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (change, "notify::status", G_CALLBACK (queue_check), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (change, "notify::decided", G_CALLBACK (_enclave_inline_review_queue_place), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (enclave_editor_page_get_info_row (page), "response", G_CALLBACK (response_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (enclave_editor_page_get_style (page), "changed", G_CALLBACK (style_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (enclave_editor_page_get_document (page), "notify::busy", G_CALLBACK (queue_check), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (_enclave_inline_review_get_buffer (self), "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (vadjustment, "changed", G_CALLBACK (_enclave_inline_review_queue_place), self);
  g_signal_connect_swapped (hadjustment, "notify::page-size", G_CALLBACK (_enclave_inline_review_queue_place), self);
  g_signal_connect_swapped (vadjustment, "value-changed", G_CALLBACK (_enclave_inline_review_follow_scroll), self);
  g_signal_connect_swapped (hadjustment, "value-changed", G_CALLBACK (_enclave_inline_review_follow_scroll), self);
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
    n += enclave_inline_block_has_head (ENCLAVE_INLINE_BLOCK (((EnclaveInlinePlace *) g_ptr_array_index (self->places, i))->block));

  return n;
}

static int
get_line (EnclaveInlineReview *self, const EnclaveInlinePlace *place)
{
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_mark (_enclave_inline_review_get_buffer (self), &iter, place->mark);
  return gtk_text_iter_get_line (&iter);
}

gboolean
enclave_inline_review_go (EnclaveInlineReview *self, int step)
{
  GtkTextBuffer *buffer;
  GtkRoot *root;
  GtkWidget *focus;
  GtkTextIter caret;
  EnclaveInlinePlace *found = NULL;
  int focused = -1;

  g_return_val_if_fail (ENCLAVE_IS_INLINE_REVIEW (self), FALSE);

  root = gtk_widget_get_root (GTK_WIDGET (self->page));
  focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  buffer = _enclave_inline_review_get_buffer (self);
  gtk_text_buffer_get_iter_at_mark (buffer, &caret, gtk_text_buffer_get_insert (buffer));
  for (guint i = 0; i < self->places->len; i++)
    if (focus != NULL && gtk_widget_is_ancestor (focus, ((EnclaveInlinePlace *) g_ptr_array_index (self->places, i))->block))
      focused = (int) i;

  for (guint i = 0; i < self->places->len; i++)
    {
      guint index = step > 0 ? i : self->places->len - 1 - i;
      EnclaveInlinePlace *place = g_ptr_array_index (self->places, index);

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

  gtk_text_buffer_get_iter_at_mark (buffer, &caret, found->mark);
  gtk_text_buffer_place_cursor (buffer, &caret);
  gtk_text_view_scroll_to_iter (_enclave_inline_review_get_view (self), &caret, 0, TRUE, 0, .3);

  return enclave_inline_block_focus (ENCLAVE_INLINE_BLOCK (found->block));
}
