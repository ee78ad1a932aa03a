/* enclave-editor-pane-move.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tabs that go to another window: by an action, or dragged there. What moves is the document with its history of edits, its draft and
 * what is known of its file; the page around it belongs to the window, and is made anew.
 */

#include "config.h"

#include "enclave-editor-page-private.h"
#include "enclave-editor-pane-private.h"
#include "enclave-tab-drops.h"

#define HOME "enclave-editor-pane-home"
/* A page that loads, saves or asks is taken when it has done so. */
#define SETTLE_MS 30

static void
weak_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

void
_enclave_editor_pane_note_home (EnclaveEditorPane *self, GtkWidget *page)
{
  GWeakRef *home = g_new0 (GWeakRef, 1);

  g_weak_ref_init (home, self);
  g_object_set_data_full (G_OBJECT (page), HOME, home, weak_free);
}

/* (transfer full) (nullable) */
static EnclaveEditorPane *
dup_home (GtkWidget *page)
{
  GWeakRef *home = g_object_get_data (G_OBJECT (page), HOME);

  return home != NULL ? g_weak_ref_get (home) : NULL;
}

void
enclave_editor_pane_set_window_func (EnclaveEditorPane *self, EnclaveEditorPaneWindowFunc func, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_EDITOR_PANE (self));

  self->window_func = func;
  self->window_data = user_data;
}

void
enclave_editor_pane_set_origin (EnclaveEditorPane *self, EnclaveEditorPane *origin)
{
  g_return_if_fail (ENCLAVE_IS_EDITOR_PANE (self) && ENCLAVE_IS_EDITOR_PANE (origin));
  g_return_if_fail (self->origin == NULL && self->beside == NULL);

  if (origin->origin != NULL)
    origin = origin->origin;
  if (origin->beside == NULL)
    origin->beside = g_ptr_array_new ();
  g_ptr_array_add (origin->beside, self);
  self->origin = origin;
}

void
_enclave_editor_pane_leave_relatives (EnclaveEditorPane *self)
{
  if (self->origin != NULL)
    g_ptr_array_remove (self->origin->beside, self);
  self->origin = NULL;
  for (guint i = 0; self->beside != NULL && i < self->beside->len; i++)
    ENCLAVE_EDITOR_PANE (g_ptr_array_index (self->beside, i))->origin = NULL;
  g_clear_pointer (&self->beside, g_ptr_array_unref);
}

GPtrArray *
_enclave_editor_pane_list_relatives (EnclaveEditorPane *self)
{
  EnclaveEditorPane *origin = self->origin != NULL ? self->origin : self;
  GPtrArray *panes = g_ptr_array_new ();

  g_ptr_array_add (panes, self);
  if (origin != self)
    g_ptr_array_add (panes, origin);
  for (guint i = 0; origin->beside != NULL && i < origin->beside->len; i++)
    if (g_ptr_array_index (origin->beside, i) != self)
      g_ptr_array_add (panes, g_ptr_array_index (origin->beside, i));
  return panes;
}

/* The document of @page, in a page of this pane where @page was. */
static void
take (EnclaveEditorPane *self, EnclaveEditorPage *page)
{
  g_autoptr (EnclaveDocument) document = g_object_ref (enclave_editor_page_get_document (page));
  AdwTabPage *tab_page = adw_tab_view_get_page (self->tab_view, GTK_WIDGET (page));
  int position = adw_tab_view_get_page_position (self->tab_view, tab_page);
  guint top = _enclave_editor_page_get_top (page);
  gboolean is_foreign = page->is_foreign;
  gboolean editable = page->editable;
  EnclaveEditorPage *taken;
  guint line = 0;
  guint column = 0;

  enclave_editor_page_get_place (page, &line, &column);
  _enclave_editor_page_end_places (page);
  _enclave_editor_page_leave_snippet (page);
  page->is_moved = TRUE;
  /* First: what it has put into the text goes with it. */
  adw_tab_view_close_page (self->tab_view, tab_page);

  taken = _enclave_editor_pane_append (self, document);
  tab_page = adw_tab_view_get_page (self->tab_view, GTK_WIDGET (taken));
  adw_tab_view_reorder_page (self->tab_view, tab_page, position);
  if (is_foreign)
    enclave_editor_page_set_foreign (taken);
  else if (!editable)
    enclave_editor_page_set_editable (taken, FALSE);
  adw_tab_view_set_selected_page (self->tab_view, tab_page);
  if (enclave_document_get_loaded (document))
    {
      enclave_editor_page_go_to (taken, line, column);
      _enclave_editor_page_look_for_drafts (taken);
    }
  else
    enclave_editor_page_load (taken, line, column);
  _enclave_editor_page_set_top (taken, top);
  enclave_editor_page_focus (taken);
}

static gboolean
arrived_cb (gpointer user_data)
{
  GtkWidget *page = user_data;
  GtkWidget *ancestor = gtk_widget_get_ancestor (page, ENCLAVE_TYPE_EDITOR_PANE);
  g_autoptr (EnclaveEditorPane) home = dup_home (page);
  EnclaveEditorPane *self;

  if (ancestor == NULL || ancestor == (GtkWidget *) home)
    return G_SOURCE_REMOVE;
  self = ENCLAVE_EDITOR_PANE (ancestor);
  if (ENCLAVE_IS_EDITOR_PAGE (page))
    {
      EnclaveEditorPage *moved = ENCLAVE_EDITOR_PAGE (page);

      if (enclave_document_get_busy (moved->document) || moved->close_task != NULL || moved->overwrite_task != NULL)
        return G_SOURCE_CONTINUE;
      take (self, moved);
    }
  else if (home != NULL && home->tab_view != NULL)
    {
      GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

      /* A search, a history: of its window. What was made for it is not needed. */
      adw_tab_view_transfer_page (self->tab_view, adw_tab_view_get_page (self->tab_view, page), home->tab_view, 0);
      if (adw_tab_view_get_n_pages (self->tab_view) == 0 && self->origin != NULL && GTK_IS_WINDOW (root))
        gtk_window_close (GTK_WINDOW (root));
    }
  return G_SOURCE_REMOVE;
}

static void
attached_cb (AdwTabView *view, AdwTabPage *tab_page, int position, EnclaveEditorPane *self)
{
  GtkWidget *page = adw_tab_page_get_child (tab_page);
  g_autoptr (EnclaveEditorPane) home = dup_home (page);

  /* Not before the tab bar is done with it, too. */
  if (home != self)
    g_timeout_add_full (G_PRIORITY_DEFAULT, SETTLE_MS, arrived_cb, g_object_ref (page), g_object_unref);
}

/* A tab was dropped outside of all windows; which one is not told. */
static AdwTabView *
create_window_cb (AdwTabView *view, EnclaveEditorPane *self)
{
  EnclaveEditorPane *pane = self->window_func != NULL ? self->window_func (self->window_data) : NULL;

  return pane != NULL ? pane->tab_view : NULL;
}

static void
move_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);
  AdwTabView *other = self->active != NULL ? create_window_cb (self->tab_view, self) : NULL;

  if (other != NULL)
    adw_tab_view_transfer_page (self->tab_view, adw_tab_view_get_page (self->tab_view, GTK_WIDGET (self->active)), other, 0);
}

void
_enclave_editor_pane_add_moves (EnclaveEditorPane *self)
{
  static const GActionEntry entries[] = { { "move-to-window", move_cb } };

  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect (self->tab_view, "page-attached", G_CALLBACK (attached_cb), self);
  enclave_tab_drops_watch (self->tab_view);
  g_signal_connect (self->tab_view, "create-window", G_CALLBACK (create_window_cb), self);
}
