/* enclave-editor-pane-overlay.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The editor as the place of unsaved text, and as the place where text is put.
 */

#include "config.h"

#include "enclave-editor-pane-private.h"

static EnclaveEditorPage *
find_by_path (EnclaveEditorPane *self, const char *path)
{
  g_autoptr (GPtrArray) pages = enclave_editor_pane_list_pages (self);

  for (guint i = 0; i < pages->len; i++)
    {
      EnclaveEditorPage *page = g_ptr_array_index (pages, i);

      if (g_strcmp0 (enclave_document_get_true_path (enclave_editor_page_get_document (page)), path) == 0)
        return page;
    }

  return NULL;
}

static char *
dup_text (EnclaveBufferOverlay *overlay, const char *path)
{
  EnclaveEditorPage *page = find_by_path (ENCLAVE_EDITOR_PANE (overlay), path);
  EnclaveDocument *document;

  if (page == NULL)
    return NULL;

  document = enclave_editor_page_get_document (page);
  if (!enclave_document_get_loaded (document) || !enclave_document_get_modified (document))
    return NULL;

  return enclave_document_dup_text (document);
}

static gboolean
replace_text (EnclaveBufferOverlay *overlay, const char *path, const char *text)
{
  EnclaveEditorPage *page = find_by_path (ENCLAVE_EDITOR_PANE (overlay), path);
  EnclaveDocument *document;

  if (page == NULL)
    return FALSE;

  document = enclave_editor_page_get_document (page);
  if (!enclave_document_apply_text (document, text))
    return FALSE;

  /* when the disk has the text already, the buffer is no longer modified */
  enclave_document_check_disk (document);

  return TRUE;
}

static char **
dup_paths (EnclaveBufferOverlay *overlay)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (overlay);
  g_autoptr (GPtrArray) pages = enclave_editor_pane_list_pages (self);
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  for (guint i = 0; i < pages->len; i++)
    {
      EnclaveDocument *document = enclave_editor_page_get_document (g_ptr_array_index (pages, i));
      const char *path = enclave_document_get_true_path (document);

      if (path != NULL && enclave_document_get_loaded (document) && enclave_document_get_modified (document))
        g_ptr_array_add (paths, g_strdup (path));
    }
  g_ptr_array_add (paths, NULL);

  return (char **) g_ptr_array_free (g_steal_pointer (&paths), FALSE);
}

void
_enclave_editor_pane_overlay_init (EnclaveBufferOverlayInterface *iface)
{
  iface->dup_text = dup_text;
  iface->replace_text = replace_text;
  iface->dup_paths = dup_paths;
}

EnclaveEditorPage *
_enclave_editor_pane_find_by_file (EnclaveEditorPane *self, GFile *file)
{
  for (int i = 0; i < adw_tab_view_get_n_pages (self->tab_view); i++)
    {
      EnclaveEditorPage *page = _enclave_editor_pane_get_page (self, i);
      GFile *other = page != NULL ? enclave_document_get_file (enclave_editor_page_get_document (page)) : NULL;

      if (other != NULL && g_file_equal (other, file))
        return page;
    }

  return NULL;
}

EnclaveEditorPage *
enclave_editor_pane_find_page (EnclaveEditorPane *self, GFile *file)
{
  g_autoptr (GPtrArray) panes = NULL;
  EnclaveEditorPage *page = NULL;

  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PANE (self) && G_IS_FILE (file), NULL);

  panes = _enclave_editor_pane_list_relatives (self);
  for (guint i = 0; page == NULL && i < panes->len; i++)
    page = _enclave_editor_pane_find_by_file (g_ptr_array_index (panes, i), file);
  return page;
}

/* One file is one text: where its tab went to another window, that one comes. */
static gboolean
open_beside (EnclaveEditorPane *self, GFile *file, guint line, guint column)
{
  EnclaveEditorPage *page = enclave_editor_pane_find_page (self, file);
  GtkWidget *pane = page != NULL ? gtk_widget_get_ancestor (GTK_WIDGET (page), ENCLAVE_TYPE_EDITOR_PANE) : NULL;
  GtkRoot *root = pane != NULL ? gtk_widget_get_root (pane) : NULL;
  AdwTabView *view;

  if (pane == NULL || pane == GTK_WIDGET (self))
    return FALSE;
  view = ENCLAVE_EDITOR_PANE (pane)->tab_view;
  adw_tab_view_set_selected_page (view, adw_tab_view_get_page (view, GTK_WIDGET (page)));
  enclave_editor_page_go_to (page, line, column);
  enclave_editor_page_focus (page);
  if (GTK_IS_WINDOW (root))
    gtk_window_present (GTK_WINDOW (root));
  return TRUE;
}

void
enclave_editor_pane_open (EnclaveEditorPane *self, GFile *file, guint line, guint column)
{
  EnclaveEditorPage *page;

  g_return_if_fail (ENCLAVE_IS_EDITOR_PANE (self));
  g_return_if_fail (G_IS_FILE (file));

  if (open_beside (self, file, line, column))
    return;
  _enclave_editor_pane_leave (self);
  page = _enclave_editor_pane_find_by_file (self, file);
  if (page != NULL)
    {
      adw_tab_view_set_selected_page (self->tab_view, adw_tab_view_get_page (self->tab_view, GTK_WIDGET (page)));
      /* who asks for it again means the file, not why it could not be read */
      if (enclave_editor_page_get_failed (page))
        enclave_editor_page_load (page, line, column);
      else
        enclave_editor_page_go_to (page, line, column);
    }
  else
    {
      g_autoptr (EnclaveDocument) document = enclave_document_new (file, NULL);

      page = _enclave_editor_pane_add (self, document);
      enclave_editor_page_load (page, line, column);
    }

  enclave_editor_page_focus (page);
}

gboolean
enclave_editor_pane_get_place (EnclaveEditorPane *self, GFile **file, guint *line, guint *column)
{
  EnclaveDocument *document;
  GtkTextBuffer *buffer;
  GtkTextIter caret;

  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PANE (self), FALSE);

  document = self->active != NULL ? enclave_editor_page_get_document (self->active) : NULL;
  if (document == NULL || enclave_document_get_file (document) == NULL || !enclave_document_get_loaded (document))
    return FALSE;
  buffer = GTK_TEXT_BUFFER (enclave_document_get_buffer (document));
  gtk_text_buffer_get_iter_at_mark (buffer, &caret, gtk_text_buffer_get_insert (buffer));
  *file = enclave_document_get_file (document);
  *line = (guint) gtk_text_iter_get_line (&caret) + 1;
  *column = (guint) gtk_text_iter_get_line_offset (&caret) + 1;
  return TRUE;
}

GtkSourceView *
enclave_editor_pane_get_view (EnclaveEditorPane *self)
{
  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PANE (self), NULL);

  return self->active != NULL ? enclave_editor_page_get_view (self->active) : NULL;
}

GPtrArray *
enclave_editor_pane_list_files (EnclaveEditorPane *self)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PANE (self), files);

  for (int i = 0; i < adw_tab_view_get_n_pages (self->tab_view); i++)
    {
      EnclaveEditorPage *page = _enclave_editor_pane_get_page (self, i);
      GFile *file = page != NULL ? enclave_document_get_file (enclave_editor_page_get_document (page)) : NULL;

      if (file != NULL)
        g_ptr_array_insert (files, page == self->active ? 0 : -1, g_object_ref (file));
    }

  return files;
}

void
enclave_editor_pane_show_page (EnclaveEditorPane *self, GtkWidget *page, const char *title, const char *icon_name)
{
  g_return_if_fail (ENCLAVE_IS_EDITOR_PANE (self));
  g_return_if_fail (GTK_IS_WIDGET (page) && title != NULL && icon_name != NULL);

  if (gtk_widget_get_parent (page) == NULL)
    {
      g_autoptr (GIcon) icon = g_themed_icon_new (icon_name);
      AdwTabPage *added;

      _enclave_editor_pane_note_home (self, page);
      /* closing it goes back to the text that it was called from */
      added = adw_tab_view_add_page (self->tab_view, page, adw_tab_view_get_selected_page (self->tab_view));

      adw_tab_page_set_title (added, title);
      adw_tab_page_set_icon (added, icon);
    }
  adw_tab_view_set_selected_page (self->tab_view, adw_tab_view_get_page (self->tab_view, page));
  gtk_widget_grab_focus (page);
}

gboolean
enclave_editor_pane_focus (EnclaveEditorPane *self)
{
  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PANE (self), FALSE);

  if (self->active == NULL)
    {
      AdwTabPage *tab_page = adw_tab_view_get_selected_page (self->tab_view);

      return gtk_widget_grab_focus (tab_page != NULL ? adw_tab_page_get_child (tab_page) : self->empty_page);
    }
  return enclave_editor_page_focus (self->active);
}

gboolean
enclave_editor_pane_insert_text (EnclaveEditorPane *self, const char *text)
{
  GtkTextBuffer *buffer;
  GtkTextView *view;
  GtkTextIter caret;
  gboolean at_line_start;

  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PANE (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  if (self->active == NULL || !g_utf8_validate (text, -1, NULL)
      || !enclave_document_get_loaded (enclave_editor_page_get_document (self->active)))
    return FALSE;

  view = GTK_TEXT_VIEW (enclave_editor_page_get_view (self->active));
  if (!gtk_text_view_get_editable (view))
    return FALSE;

  buffer = gtk_text_view_get_buffer (view);
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete_selection (buffer, TRUE, TRUE);
  gtk_text_buffer_get_iter_at_mark (buffer, &caret, gtk_text_buffer_get_insert (buffer));
  at_line_start = gtk_text_iter_starts_line (&caret);
  gtk_text_buffer_insert_at_cursor (buffer, text, -1);
  /* what begins a line is whole lines: it must not run into the line that stood there */
  if (at_line_start && !g_str_has_suffix (text, "\n"))
    gtk_text_buffer_insert_at_cursor (buffer, "\n", 1);
  gtk_text_buffer_end_user_action (buffer);
  gtk_text_view_scroll_mark_onscreen (view, gtk_text_buffer_get_insert (buffer));

  return TRUE;
}

char *
enclave_editor_pane_dup_selection (EnclaveEditorPane *self, GFile **file, guint *first_line, guint *last_line)
{
  GtkTextBuffer *buffer;
  EnclaveDocument *document;
  GtkTextIter start;
  GtkTextIter end;

  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PANE (self), NULL);

  if (file != NULL)
    *file = NULL;
  if (first_line != NULL)
    *first_line = 0;
  if (last_line != NULL)
    *last_line = 0;

  if (self->active == NULL)
    return NULL;

  document = enclave_editor_page_get_document (self->active);
  buffer = GTK_TEXT_BUFFER (enclave_document_get_buffer (document));
  if (!gtk_text_buffer_get_selection_bounds (buffer, &start, &end))
    return NULL;

  if (file != NULL && enclave_document_get_file (document) != NULL)
    *file = g_object_ref (enclave_document_get_file (document));
  if (first_line != NULL)
    *first_line = gtk_text_iter_get_line (&start) + 1;
  if (last_line != NULL)
    /* a selection that ends before the first letter of a line has nothing of it */
    *last_line = gtk_text_iter_get_line (&end) + (gtk_text_iter_starts_line (&end) ? 0 : 1);

  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}
