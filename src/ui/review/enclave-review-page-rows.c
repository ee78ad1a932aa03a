/* enclave-review-page-rows.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The list of the review: its rows, what of them is near enough to be made, and where the focus goes.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-accessible.h"
#include "enclave-review-page-private.h"

/* A row that is not bound after so many looks is not coming. */
#define FOCUS_MAX_LOOKS 20

#define MAX_LOOKS_IN_FRAME 2
/* Of the page. */
#define TITLE_MIN_WIDTH 640
#define COLOURED_WITH "enclave-coloured-with"

guint
_enclave_review_page_get_tab_width (EnclaveReviewPage *self)
{
  return self->settings != NULL ? MAX (g_settings_get_uint (self->settings, "tab-width"), 1) : 8;
}

EnclaveReviewRow *
_enclave_review_page_find_row (EnclaveReviewPage *self, EnclaveReviewItem *item)
{
  for (guint i = 0; item != NULL && i < self->rows->len; i++)
    if (enclave_review_row_get_item (g_ptr_array_index (self->rows, i)) == item)
      return g_ptr_array_index (self->rows, i);

  return NULL;
}

static gboolean
rebuild_cb (gpointer user_data)
{
  EnclaveReviewPage *self = user_data;

  self->rebuild_source = 0;
  _enclave_review_page_rebuild (self);
  return G_SOURCE_REMOVE;
}

void
_enclave_review_page_queue_rebuild (EnclaveReviewPage *self)
{
  if (self->rebuild_source == 0)
    self->rebuild_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, rebuild_cb, self, NULL);
}

static void
forget_changes (EnclaveReviewPage *self)
{
  for (guint i = 0; i < self->changes->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->changes, i), self);
  g_ptr_array_set_size (self->changes, 0);
}

static void go_to (EnclaveReviewPage *self, guint position, gboolean has_focus);

static gboolean
is_same (EnclaveReviewItem *a, EnclaveReviewItem *b)
{
  return enclave_review_item_get_change (a) == enclave_review_item_get_change (b)
         && enclave_review_item_is_file (a) == enclave_review_item_is_file (b)
         && enclave_review_item_get_first_line (a) == enclave_review_item_get_first_line (b)
         && (enclave_review_item_is_file (a) || enclave_review_item_get_hunk (a) == enclave_review_item_get_hunk (b));
}

static void
append_rows (EnclaveReviewPage *self, EnclaveChange *change, GPtrArray *rows)
{
  g_autoptr (GPtrArray) items = enclave_review_item_list (change);

  if (g_hash_table_contains (self->folded, change) && items->len > 1)
    g_ptr_array_set_size (items, 1);
  for (guint i = 0; i < items->len; i++)
    g_ptr_array_add (rows, g_object_ref (g_ptr_array_index (items, i)));
}

/* A window sends keys to the widget that has the focus also when that was taken out of it, and they are lost. */
static void
splice (EnclaveReviewPage *self, guint position, guint n_removed, GPtrArray *rows)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus;

  g_list_store_splice (self->items, position, n_removed, rows->pdata, rows->len);
  focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  if (focus != NULL && (gtk_widget_get_root (focus) != root || !gtk_widget_get_mapped (focus)))
    gtk_root_set_focus (root, NULL);
}

/* Puts other rows in place of those of @change, which stands in the list; the rest stays where it is. */
static void
replace_rows (EnclaveReviewPage *self, EnclaveChange *change)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (EnclaveReviewItem) selected = NULL;
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  guint first = GTK_INVALID_LIST_POSITION;
  guint n = 0;
  gboolean had_focus;

  g_set_object (&selected, _enclave_review_page_get_current (self));
  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (EnclaveReviewItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      if (enclave_review_item_get_change (item) != change)
        continue;
      first = MIN (first, i);
      n++;
    }
  if (first == GTK_INVALID_LIST_POSITION)
    return;

  append_rows (self, change, rows);
  had_focus = gtk_widget_get_focus_child (GTK_WIDGET (self)) != NULL;
  splice (self, first, n, rows);
  if (selected == NULL || enclave_review_item_get_change (selected) != change)
    return;

  for (guint i = rows->len; i > 0; i--)
    if (i == 1 || is_same (g_ptr_array_index (rows, i - 1), selected))
      {
        go_to (self, first + i - 1, had_focus);
        return;
      }
}

static void
hunks_changed_cb (EnclaveReviewPage *self, GParamSpec *pspec, EnclaveChange *change)
{
  /* The text that was being changed is no longer that of the hunk. */
  if (self->edited != NULL && enclave_review_item_get_change (self->edited) == change)
    _enclave_review_page_end_edit (self, FALSE);
  replace_rows (self, change);
  _enclave_review_page_update_head (self);
}

static gboolean
is_gone (gpointer change, gpointer value, gpointer user_data)
{
  EnclaveReviewPage *self = user_data;

  return !g_ptr_array_find (self->changes, change, NULL);
}

void
_enclave_review_page_rebuild (EnclaveReviewPage *self)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (EnclaveReviewItem) selected = NULL;
  gboolean found = FALSE;
  guint position = 0;

  g_clear_handle_id (&self->rebuild_source, g_source_remove);
  _enclave_review_page_end_edit (self, FALSE);
  g_set_object (&selected, _enclave_review_page_get_current (self));
  forget_changes (self);
  for (guint i = 0; self->change_set != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (self->change_set)); i++)
    {
      EnclaveChange *change = g_list_model_get_item (G_LIST_MODEL (self->change_set), i);

      g_ptr_array_add (self->changes, change);
      g_signal_connect_swapped (change, "notify::decided", G_CALLBACK (_enclave_review_page_update_head), self);
      g_signal_connect_swapped (change, "notify::status", G_CALLBACK (_enclave_review_page_update_head), self);
      g_signal_connect_object (change, "notify::added", G_CALLBACK (hunks_changed_cb), self, G_CONNECT_SWAPPED);
      append_rows (self, change, all);
    }
  /* a change that is made later may get the address of one that is gone */
  g_hash_table_foreach_remove (self->folded, is_gone, self);

  for (guint i = 0; i < all->len && !found; i++)
    {
      EnclaveReviewItem *item = g_ptr_array_index (all, i);

      found = selected != NULL ? is_same (item, selected) : !enclave_review_item_is_file (item);
      if (found)
        position = i;
    }

  splice (self, 0, g_list_model_get_n_items (G_LIST_MODEL (self->items)), all);
  if (all->len > 0)
    gtk_single_selection_set_selected (self->selection, position);
  _enclave_review_page_update_head (self);
}

void
_enclave_review_page_fold (EnclaveReviewPage *self, EnclaveChange *change)
{
  if (!g_hash_table_remove (self->folded, change))
    g_hash_table_add (self->folded, change);
  if (self->edited != NULL && enclave_review_item_get_change (self->edited) == change)
    _enclave_review_page_end_edit (self, FALSE);
  replace_rows (self, change);
}

/* Who has gone elsewhere since stays there. */
static gboolean
may_take_focus (EnclaveReviewPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return gtk_widget_get_mapped (GTK_WIDGET (self)) && (focus == NULL || gtk_widget_is_ancestor (focus, GTK_WIDGET (self)));
}

static gboolean
focus_cb (gpointer user_data)
{
  EnclaveReviewPage *self = user_data;
  GtkWidget *row = ENCLAVE_IS_REVIEW_ITEM (self->focus_item)
                     ? (GtkWidget *) _enclave_review_page_find_row (self, ENCLAVE_REVIEW_ITEM (self->focus_item))
                     : _enclave_review_page_find_missed_row (self, self->focus_item);
  gboolean may_take = may_take_focus (self);

  self->focus_looks++;
  if (row == NULL && may_take && self->focus_looks < FOCUS_MAX_LOOKS)
    return G_SOURCE_CONTINUE;

  if (row != NULL && may_take)
    gtk_widget_grab_focus (gtk_widget_get_parent (row));
  g_clear_object (&self->focus_item);
  self->focus_source = 0;
  return G_SOURCE_REMOVE;
}

static void
go_to (EnclaveReviewPage *self, guint position, gboolean has_focus)
{
  gtk_single_selection_set_selected (self->selection, position);
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
  if (!has_focus)
    return;

  /* the row may have to be made first, in the next frame */
  g_clear_object (&self->focus_item);
  self->focus_item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  self->focus_looks = 0;
  if (self->focus_source == 0)
    self->focus_source = g_timeout_add (10, focus_cb, self);
}

void
_enclave_review_page_go_to (EnclaveReviewPage *self, guint position)
{
  go_to (self, position, gtk_widget_get_focus_child (GTK_WIDGET (self)) != NULL);
}

static void
match_again_cb (EnclaveReviewRow *row)
{
  GtkWidget *page = gtk_widget_get_ancestor (GTK_WIDGET (row), ENCLAVE_TYPE_REVIEW_PAGE);
  EnclaveReviewItem *item = enclave_review_row_get_item (row);

  if (page != NULL && item != NULL)
    _enclave_review_page_match_again (ENCLAVE_REVIEW_PAGE (page), enclave_review_item_get_change (item));
}

static void
open_file_cb (EnclaveReviewRow *row)
{
  GtkWidget *page = gtk_widget_get_ancestor (GTK_WIDGET (row), ENCLAVE_TYPE_REVIEW_PAGE);
  EnclaveReviewItem *item = enclave_review_row_get_item (row);

  if (page != NULL && item != NULL)
    _enclave_review_page_open_file (ENCLAVE_REVIEW_PAGE (page), enclave_review_item_get_change (item));
}

static void
discard_cb (EnclaveReviewRow *row)
{
  GtkWidget *page = gtk_widget_get_ancestor (GTK_WIDGET (row), ENCLAVE_TYPE_REVIEW_PAGE);
  EnclaveReviewItem *item = enclave_review_row_get_item (row);

  if (page != NULL && item != NULL)
    enclave_change_set_reject (ENCLAVE_REVIEW_PAGE (page)->change_set, enclave_review_item_get_change (item));
}

static void
make_head (EnclaveReviewPage *self, EnclaveReviewRow *row)
{
  EnclaveReviewHead *head = enclave_review_row_come_near (row);

  if (head != NULL)
    {
      g_signal_connect_swapped (head, "match-again", G_CALLBACK (match_again_cb), row);
      g_signal_connect_swapped (head, "open-file", G_CALLBACK (open_file_cb), row);
      g_signal_connect_swapped (head, "discard", G_CALLBACK (discard_cb), row);
    }
  head = enclave_review_row_get_head (row);
  if (head != NULL)
    enclave_review_head_set_open (head, !g_hash_table_contains (self->folded, enclave_review_item_get_change (
                                                                                   enclave_review_row_get_item (row))));
}

static void
ask_for_details (EnclaveReviewPage *self, EnclaveReviewItem *item)
{
  EnclaveHunkText *text = enclave_review_item_is_file (item) ? NULL : enclave_review_item_get_text (item);
  EnclaveProposal *proposal = enclave_change_get_proposal (enclave_review_item_get_change (item));

  if (text == NULL || GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (text), COLOURED_WITH)) == self->style_number)
    return;

  g_object_set_data (G_OBJECT (text), COLOURED_WITH, GUINT_TO_POINTER (self->style_number));
  enclave_hunk_text_find_words (text);
  enclave_hunk_colours_request (self->colours, text, enclave_proposal_get_path (proposal),
                                enclave_proposal_get_old_text (proposal), enclave_proposal_get_new_text (proposal));
}

static gboolean
look_again_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  EnclaveReviewPage *self = ENCLAVE_REVIEW_PAGE (widget);

  self->look_tick = 0;
  gtk_widget_queue_allocate (GTK_WIDGET (self->list));
  return G_SOURCE_REMOVE;
}

/* After every layout of the window, before it draws: the rows stand where they will be seen. What is not within a height of
 * the list to either side costs nothing but its place. */
void
_enclave_review_page_look_round (EnclaveReviewPage *self)
{
  GtkWidget *list = GTK_WIDGET (self->list);
  int height = gtk_widget_get_height (list);

  if (!gtk_widget_get_mapped (list) || height <= 0)
    return;

  for (guint i = 0; i < self->rows->len; i++)
    {
      EnclaveReviewRow *row = g_ptr_array_index (self->rows, i);
      EnclaveHunkView *view = enclave_review_row_get_view (row);
      graphene_rect_t bounds;

      if (!gtk_widget_compute_bounds (GTK_WIDGET (row), list, &bounds) || bounds.origin.y > (float) (2 * height)
          || bounds.origin.y + bounds.size.height < (float) -height)
        continue;

      make_head (self, row);
      ask_for_details (self, enclave_review_row_get_item (row));
      if (gtk_widget_compute_bounds (GTK_WIDGET (view), list, &bounds))
        enclave_hunk_view_set_visible_range (view, (int) -bounds.origin.y, (int) ((float) height - bounds.origin.y));
    }
}

static void
layout_cb (EnclaveReviewPage *self)
{
  /* the numbers say more than the name */
  gtk_widget_set_visible (self->title, gtk_widget_get_width (GTK_WIDGET (self)) >= TITLE_MIN_WIDTH);

  /* Heads that are made change the layout, which is done again in the same frame. GDK gives up after four times. */
  if (self->frame != gdk_frame_clock_get_frame_counter (self->clock))
    self->looks_in_frame = 0;
  self->frame = gdk_frame_clock_get_frame_counter (self->clock);
  if (++self->looks_in_frame > MAX_LOOKS_IN_FRAME)
    {
      if (self->look_tick == 0)
        self->look_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), look_again_cb, NULL, NULL);
      return;
    }
  _enclave_review_page_look_round (self);
}

static void
realize_cb (EnclaveReviewPage *self)
{
  self->clock = g_object_ref (gtk_widget_get_frame_clock (GTK_WIDGET (self)));
  self->clock_handler = g_signal_connect_data (self->clock, "layout", G_CALLBACK (layout_cb), self, NULL,
                                               G_CONNECT_AFTER | G_CONNECT_SWAPPED);
}

static void
unrealize_cb (EnclaveReviewPage *self)
{
  if (self->clock != NULL)
    g_clear_signal_handler (&self->clock_handler, self->clock);
  g_clear_object (&self->clock);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, EnclaveReviewPage *self)
{
  gtk_list_item_set_child (list_item, enclave_review_row_new ());
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, EnclaveReviewPage *self)
{
  EnclaveReviewRow *row;
  EnclaveReviewItem *item;
  EnclaveHunkView *view;
  g_autofree char *place = NULL;

  if (_enclave_review_page_bind_missed (self, list_item))
    return;
  row = ENCLAVE_REVIEW_ROW (gtk_list_item_get_child (list_item));
  item = gtk_list_item_get_item (list_item);
  view = enclave_review_row_get_view (row);
  place = enclave_review_item_dup_place (item);
  enclave_hunk_view_set_side_by_side (view, gtk_toggle_button_get_active (self->sides));
  enclave_hunk_view_set_tab_width (view, _enclave_review_page_get_tab_width (self));
  enclave_review_row_set_item (row, item);
  if (item == self->edited)
    enclave_review_row_set_editor (row, self->editor);
  enclave_accessible_set_row_label (GTK_WIDGET (row), place);
  g_ptr_array_add (self->rows, row);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, EnclaveReviewPage *self)
{
  EnclaveReviewRow *row;

  if (_enclave_review_page_unbind_missed (self, list_item))
    return;
  row = ENCLAVE_REVIEW_ROW (gtk_list_item_get_child (list_item));
  g_ptr_array_remove_fast (self->rows, row);
  enclave_review_row_set_item (row, NULL);
}

static void
activate_cb (EnclaveReviewPage *self, guint position)
{
  g_autoptr (EnclaveReviewItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), position);

  if (item != NULL && enclave_review_item_is_file (item))
    _enclave_review_page_fold (self, enclave_review_item_get_change (item));
}

static void
sides_toggled_cb (EnclaveReviewPage *self)
{
  gboolean side_by_side = gtk_toggle_button_get_active (self->sides);

  for (guint i = 0; i < self->rows->len; i++)
    enclave_hunk_view_set_side_by_side (enclave_review_row_get_view (g_ptr_array_index (self->rows, i)), side_by_side);
  if (self->settings != NULL && g_settings_get_boolean (self->settings, "review-side-by-side") != side_by_side)
    g_settings_set_boolean (self->settings, "review-side-by-side", side_by_side);
}

void
_enclave_review_page_install_rows (EnclaveReviewPage *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  self->models = g_list_store_new (G_TYPE_LIST_MODEL);
  g_list_store_append (self->models, self->items);
  self->selection = gtk_single_selection_new (
    G_LIST_MODEL (gtk_flatten_list_model_new (g_object_ref (G_LIST_MODEL (self->models)))));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), self);
  gtk_list_view_set_factory (self->list, factory);
  g_object_unref (factory);
  g_signal_connect_swapped (self->list, "activate", G_CALLBACK (activate_cb), self);

  if (self->settings != NULL && g_settings_get_boolean (self->settings, "review-side-by-side"))
    gtk_toggle_button_set_active (self->sides, TRUE);
  g_signal_connect_swapped (self->sides, "toggled", G_CALLBACK (sides_toggled_cb), self);
  g_signal_connect (self, "realize", G_CALLBACK (realize_cb), NULL);
  g_signal_connect (self, "unrealize", G_CALLBACK (unrealize_cb), NULL);
}

void
_enclave_review_page_drop_rows (EnclaveReviewPage *self)
{
  unrealize_cb (self);
  g_clear_handle_id (&self->rebuild_source, g_source_remove);
  g_clear_handle_id (&self->focus_source, g_source_remove);
  g_clear_object (&self->focus_item);
  if (self->editor != NULL)
    g_signal_handlers_disconnect_by_data (self->editor, self);
  g_clear_object (&self->edited);
  g_clear_object (&self->editor);
  forget_changes (self);
}
