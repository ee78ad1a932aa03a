/* enclave-editor-page-split.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A second view of the same text, below the first.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-editor-page-private.h"
#include "enclave-still-caret.h"
#include "enclave-syntax-pace.h"
#include "enclave-validation-pace.h"

#define MIN_FRAMES 4
#define MAX_FRAMES 120

static GtkWidget *
make_second (EnclaveEditorPage *self)
{
  static const char *const shared[] = { "monospace",       "auto-indent",       "insert-spaces-instead-of-tabs",
                                        "tab-width",       "indent-width",      "show-line-numbers",
                                        "smart-backspace", "indent-on-tab",     "highlight-current-line",
                                        "wrap-mode",       "editable",          "show-right-margin",
                                        "left-margin",     "right-margin",      "top-margin",
                                        "bottom-margin",   "pixels-above-lines", "pixels-below-lines",
                                        "right-margin-position" };
  GtkWidget *view = g_object_new (ENCLAVE_TYPE_GHOST_VIEW, "buffer", enclave_document_get_buffer (self->document), NULL);
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkSourceSpaceDrawer *spaces = gtk_source_view_get_space_drawer (self->view);
  GtkSourceSpaceDrawer *second_spaces = gtk_source_view_get_space_drawer (GTK_SOURCE_VIEW (view));

  for (gsize i = 0; i < G_N_ELEMENTS (shared); i++)
    g_object_bind_property (self->view, shared[i], view, shared[i], G_BINDING_SYNC_CREATE);
  g_object_bind_property (spaces, "matrix", second_spaces, "matrix", G_BINDING_SYNC_CREATE);
  g_object_bind_property (spaces, "enable-matrix", second_spaces, "enable-matrix", G_BINDING_SYNC_CREATE);
  gtk_widget_add_css_class (view, ENCLAVE_TEXT_STYLE_CLASS);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Second view"), -1);
  gtk_widget_set_focusable (scrolled, FALSE);
  gtk_scrolled_window_set_overlay_scrolling (GTK_SCROLLED_WINDOW (scrolled), FALSE);
  gtk_widget_add_css_class (scrolled, "enclave-text-scroll");
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);
  enclave_syntax_pace_watch (GTK_TEXT_VIEW (view));
  enclave_validation_pace_watch (GTK_TEXT_VIEW (view));
  enclave_still_caret_watch (GTK_TEXT_VIEW (view));
  return scrolled;
}

/* A text has one caret: what is typed in a view that begins at the top would be written out of sight. The lines before the caret
 * need some frames for their heights. */
static gboolean
settle_cb (GtkWidget *view, GdkFrameClock *clock, gpointer user_data)
{
  guint *n_frames = user_data;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  GdkRectangle visible;
  GdkRectangle caret;
  GtkTextIter place;

  gtk_text_buffer_get_iter_at_mark (buffer, &place, gtk_text_buffer_get_insert (buffer));
  gtk_text_view_get_visible_rect (GTK_TEXT_VIEW (view), &visible);
  gtk_text_view_get_iter_location (GTK_TEXT_VIEW (view), &place, &caret);
  if (++*n_frames > MAX_FRAMES
      || (*n_frames > MIN_FRAMES && caret.y >= visible.y && caret.y + caret.height <= visible.y + visible.height))
    return G_SOURCE_REMOVE;
  gtk_text_view_scroll_to_mark (GTK_TEXT_VIEW (view), gtk_text_buffer_get_insert (buffer), 0.1, FALSE, 0, 0);

  return G_SOURCE_CONTINUE;
}

GtkSourceView *
_enclave_editor_page_get_second (EnclaveEditorPage *self)
{
  GtkWidget *scrolled = self->split != NULL ? gtk_paned_get_end_child (GTK_PANED (self->split)) : NULL;

  return scrolled != NULL ? GTK_SOURCE_VIEW (gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (scrolled))) : NULL;
}

gboolean
enclave_editor_page_get_split (EnclaveEditorPage *self)
{
  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PAGE (self), FALSE);

  return self->split != NULL;
}

void
enclave_editor_page_set_split (EnclaveEditorPage *self, gboolean split)
{
  g_autoptr (GtkWidget) first = NULL;

  g_return_if_fail (ENCLAVE_IS_EDITOR_PAGE (self));

  if (split == (self->split != NULL) || self->file_view != NULL)
    return;
  first = g_object_ref (gtk_widget_get_ancestor (GTK_WIDGET (self->view), GTK_TYPE_SCROLLED_WINDOW));
  if (split)
    {
      GtkWidget *second = make_second (self);
      GtkTextView *second_view = GTK_TEXT_VIEW (gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (second)));

      gtk_box_remove (self->text_box, first);
      self->split = gtk_paned_new (GTK_ORIENTATION_VERTICAL);
      gtk_widget_set_hexpand (self->split, TRUE);
      gtk_paned_set_start_child (GTK_PANED (self->split), first);
      gtk_paned_set_end_child (GTK_PANED (self->split), second);
      gtk_paned_set_shrink_start_child (GTK_PANED (self->split), FALSE);
      gtk_paned_set_shrink_end_child (GTK_PANED (self->split), FALSE);
      gtk_box_prepend (self->text_box, self->split);
      gtk_paned_set_position (GTK_PANED (self->split), gtk_widget_get_height (GTK_WIDGET (self->text_box)) / 2);
      _enclave_editor_page_update_snippets (self);
      _enclave_editor_page_update_columns (self);
      gtk_widget_add_tick_callback (GTK_WIDGET (second_view), settle_cb, g_new0 (guint, 1), g_free);
      gtk_widget_grab_focus (GTK_WIDGET (second_view));
    }
  else
    {
      if (self->second_columns != NULL)
        enclave_column_selection_drop (self->second_columns);
      g_clear_object (&self->second_columns);
      if (self->snippet_input != NULL)
        enclave_snippet_input_set_second (self->snippet_input, NULL);
      gtk_paned_set_start_child (GTK_PANED (self->split), NULL);
      gtk_box_remove (self->text_box, self->split);
      self->split = NULL;
      gtk_box_prepend (self->text_box, first);
      gtk_widget_grab_focus (GTK_WIDGET (self->view));
    }
}
