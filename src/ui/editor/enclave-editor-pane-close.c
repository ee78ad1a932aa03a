/* enclave-editor-pane-close.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Closing tabs, one or all.
 */

#include "config.h"

#include "enclave-editor-page-private.h"
#include "enclave-editor-pane-private.h"

#define MAX_CLOSED 20

typedef struct
{
  GCancellable *cancellable;
  guint waiting;
  gboolean refused;
} Query;

static void
query_free (gpointer data)
{
  Query *query = data;

  g_clear_object (&query->cancellable);
  g_free (query);
}

void
_enclave_closed_tab_free (EnclaveClosedTab *closed)
{
  g_object_unref (closed->file);
  g_free (closed);
}

static void
remember (EnclaveEditorPane *self, EnclaveEditorPage *page)
{
  GFile *file = enclave_document_get_file (enclave_editor_page_get_document (page));
  EnclaveClosedTab *closed;

  if (file == NULL)
    return;
  closed = g_new0 (EnclaveClosedTab, 1);
  closed->file = g_object_ref (file);
  enclave_editor_page_get_place (page, &closed->line, &closed->column);
  closed->top = _enclave_editor_page_get_top (page);
  g_queue_push_head (&self->closed, closed);
  while (g_queue_get_length (&self->closed) > MAX_CLOSED)
    _enclave_closed_tab_free (g_queue_pop_tail (&self->closed));
}

void
_enclave_editor_pane_reopen (EnclaveEditorPane *self)
{
  EnclaveClosedTab *closed = g_queue_pop_head (&self->closed);
  EnclaveEditorPage *page;

  if (closed == NULL)
    return;
  /* one that is open again has a place of its own */
  page = _enclave_editor_pane_find_by_file (self, closed->file);
  enclave_editor_pane_open (self, closed->file, page == NULL ? closed->line : 0, page == NULL ? closed->column : 0);
  if (page == NULL && (page = _enclave_editor_pane_find_by_file (self, closed->file)) != NULL)
    _enclave_editor_page_set_top (page, closed->top);
  _enclave_closed_tab_free (closed);
}

static void
may_close_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AdwTabPage) tab_page = user_data;
  EnclaveEditorPage *page = ENCLAVE_EDITOR_PAGE (source);
  GtkWidget *pane = gtk_widget_get_ancestor (GTK_WIDGET (page), ENCLAVE_TYPE_EDITOR_PANE);
  gboolean may = enclave_editor_page_query_close_finish (page, result, NULL);
  EnclaveEditorPane *self;

  if (pane == NULL)
    return;

  self = ENCLAVE_EDITOR_PANE (pane);
  if (may)
    remember (self, page);

  adw_tab_view_close_page_finish (self->tab_view, tab_page, may);
  if (!may)
    enclave_editor_page_focus (page);
}

gboolean
_enclave_editor_pane_close_page (EnclaveEditorPane *self, AdwTabPage *tab_page)
{
  GtkWidget *child = adw_tab_page_get_child (tab_page);
  EnclaveEditorPage *page;

  if (!ENCLAVE_IS_EDITOR_PAGE (child))
    {
      adw_tab_view_close_page_finish (self->tab_view, tab_page, TRUE);
      return GDK_EVENT_STOP;
    }
  page = ENCLAVE_EDITOR_PAGE (child);
  if (page->is_moved)
    {
      adw_tab_view_close_page_finish (self->tab_view, tab_page, TRUE);
      return GDK_EVENT_STOP;
    }
  if (enclave_document_get_modified (enclave_editor_page_get_document (page)))
    adw_tab_view_set_selected_page (self->tab_view, tab_page);
  enclave_editor_page_query_close_async (page, NULL, may_close_cb, g_object_ref (tab_page));

  return GDK_EVENT_STOP;
}

void
enclave_editor_pane_drop_page (EnclaveEditorPane *self, EnclaveEditorPage *page)
{
  GtkWidget *pane;

  g_return_if_fail (ENCLAVE_IS_EDITOR_PANE (self));
  g_return_if_fail (ENCLAVE_IS_EDITOR_PAGE (page));

  /* its tab may have gone to another window */
  pane = gtk_widget_get_ancestor (GTK_WIDGET (page), ENCLAVE_TYPE_EDITOR_PANE);
  enclave_document_drop_draft (enclave_editor_page_get_document (page));
  page->is_dropped = TRUE;
  if (pane != NULL)
    self = ENCLAVE_EDITOR_PANE (pane);
  adw_tab_view_close_page (self->tab_view, adw_tab_view_get_page (self->tab_view, GTK_WIDGET (page)));
}

static void
one_answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveEditorPane *self = g_task_get_source_object (task);
  Query *query = g_task_get_task_data (task);
  EnclaveEditorPage *page = ENCLAVE_EDITOR_PAGE (source);
  gboolean may = enclave_editor_page_query_close_finish (page, result, NULL);

  query->waiting--;
  if (!may && !query->refused)
    {
      query->refused = TRUE;
      /* one Cancel keeps the window: the other questions are void */
      g_cancellable_cancel (query->cancellable);
    }

  if (query->waiting == 0)
    {
      g_task_return_boolean (task, !query->refused);
      return;
    }

  if (query->refused)
    return;

  /* on to the next tab that still asks */
  for (int i = 0; i < adw_tab_view_get_n_pages (self->tab_view); i++)
    {
      EnclaveEditorPage *other = _enclave_editor_pane_get_page (self, i);

      if (other != NULL
          && enclave_info_row_is_presented (enclave_editor_page_get_info_row (other), ENCLAVE_EDITOR_NOTE_CLOSE))
        {
          adw_tab_view_set_selected_page (self->tab_view, adw_tab_view_get_nth_page (self->tab_view, i));
          enclave_info_row_focus (enclave_editor_page_get_info_row (other));
          break;
        }
    }
}

void
enclave_editor_pane_query_close_async (EnclaveEditorPane *self, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GPtrArray) modified = NULL;
  Query *query;

  g_return_if_fail (ENCLAVE_IS_EDITOR_PANE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_editor_pane_query_close_async);

  query = g_new0 (Query, 1);
  query->cancellable = g_cancellable_new ();
  g_task_set_task_data (task, query, query_free);

  modified = g_ptr_array_new ();
  for (int i = adw_tab_view_get_n_pages (self->tab_view) - 1; i >= 0; i--)
    {
      EnclaveEditorPage *page = _enclave_editor_pane_get_page (self, i);

      if (page != NULL && enclave_document_get_modified (enclave_editor_page_get_document (page)))
        g_ptr_array_add (modified, page);
    }

  if (modified->len == 0)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  /* the first one is asked last, so that its question has the focus */
  query->waiting = modified->len;
  for (guint i = 0; i < modified->len; i++)
    {
      EnclaveEditorPage *page = g_ptr_array_index (modified, i);

      if (i + 1 == modified->len)
        adw_tab_view_set_selected_page (self->tab_view, adw_tab_view_get_page (self->tab_view, GTK_WIDGET (page)));
      enclave_editor_page_query_close_async (page, query->cancellable, one_answered_cb, g_object_ref (task));
    }
}

gboolean
enclave_editor_pane_query_close_finish (EnclaveEditorPane *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
enclave_editor_pane_hold_saves (EnclaveEditorPane *self, const char *reason)
{
  g_autoptr (GPtrArray) pages = NULL;

  g_return_if_fail (ENCLAVE_IS_EDITOR_PANE (self));

  pages = g_steal_pointer (&self->holding);
  g_free (self->hold_reason);
  self->hold_reason = g_strdup (reason);
  if (reason != NULL)
    {
      g_autoptr (GPtrArray) open = enclave_editor_pane_list_pages (self);

      self->holding = g_ptr_array_new_with_free_func (g_object_unref);
      for (guint i = 0; i < open->len; i++)
        g_ptr_array_add (self->holding, g_object_ref (g_ptr_array_index (open, i)));
    }
  for (guint i = 0; pages != NULL && i < pages->len; i++)
    enclave_editor_page_hold_saves (g_ptr_array_index (pages, i), NULL);
  for (guint i = 0; self->holding != NULL && i < self->holding->len; i++)
    enclave_editor_page_hold_saves (g_ptr_array_index (self->holding, i), reason);
}
