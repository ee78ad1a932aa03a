/* enclave-search-results.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-search-results.h"

#include <string.h>

#include "enclave-search-item.h"

/* So many changes are made one by one: the view keeps its place then. */
#define FEW_PLACES 3
#define NO_LINE G_MAXUINT

typedef struct
{
  EnclaveSearchItem *file; /* (nullable): none, or the first row, which goes with no file */
  guint line;              /* of the file, or NO_LINE */
} Selected;

static int
compare_items (gconstpointer a, gconstpointer b)
{
  return strcmp (enclave_search_item_get_path (*(EnclaveSearchItem *const *) a), enclave_search_item_get_path (*(EnclaveSearchItem *const *) b));
}

static guint
find_position (GListStore *files, const char *path)
{
  guint low = 0;
  guint high = g_list_model_get_n_items (G_LIST_MODEL (files));

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      g_autoptr (EnclaveSearchItem) item = g_list_model_get_item (G_LIST_MODEL (files), middle);

      if (strcmp (enclave_search_item_get_path (item), path) < 0)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

static Selected
get_selected (GtkSingleSelection *selection)
{
  GtkTreeListRow *row = gtk_single_selection_get_selected_item (selection);
  g_autoptr (GtkTreeListRow) parent = NULL;
  Selected selected = { NULL, NO_LINE };

  if (row == NULL || gtk_single_selection_get_selected (selection) == 0)
    return selected;
  parent = gtk_tree_list_row_get_parent (row);
  if (parent != NULL)
    selected.line = gtk_tree_list_row_get_position (row) - gtk_tree_list_row_get_position (parent) - 1;
  selected.file = gtk_tree_list_row_get_item (parent != NULL ? parent : row);

  return selected;
}

static void
select_again (GListStore *files, GtkTreeListModel *rows, GtkSingleSelection *selection, Selected *selected)
{
  guint position = 0;

  if (selected->file != NULL)
    {
      g_autoptr (GtkTreeListRow) row = gtk_tree_list_model_get_child_row (
        rows, find_position (files, enclave_search_item_get_path (selected->file)));

      position = gtk_tree_list_row_get_position (row) + (selected->line != NO_LINE ? selected->line + 1 : 0);
    }
  gtk_single_selection_set_selected (selection, position);
  g_clear_object (&selected->file);
}

static void
splice_places (GListStore *files, GPtrArray *items, const guint *places)
{
  /* from the end: places before are as they were */
  for (guint end = items->len; end > 0;)
    {
      guint start = end - 1;

      while (start > 0 && places[start - 1] == places[end - 1])
        start--;
      g_list_store_splice (files, places[start], 0, items->pdata + start, end - start);
      end = start;
    }
}

static void
splice_range (GListStore *files, GtkTreeListModel *rows, GPtrArray *items, const guint *places)
{
  guint first = places[0];
  guint last = places[items->len - 1];
  g_autoptr (GPtrArray) merged = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GArray) collapsed = g_array_new (FALSE, FALSE, sizeof (guint));
  guint next = 0;

  for (guint i = first; i <= last; i++)
    {
      g_autoptr (GtkTreeListRow) row = NULL;

      for (; next < items->len && places[next] == i; next++)
        g_ptr_array_add (merged, g_object_ref (g_ptr_array_index (items, next)));
      if (i == last)
        break;
      row = gtk_tree_list_model_get_child_row (rows, i);
      if (!gtk_tree_list_row_get_expanded (row))
        {
          guint position = first + merged->len;

          g_array_append_val (collapsed, position);
        }
      g_ptr_array_add (merged, gtk_tree_list_row_get_item (row));
    }
  g_list_store_splice (files, first, last - first, merged->pdata, merged->len);
  for (guint i = 0; i < collapsed->len; i++)
    {
      g_autoptr (GtkTreeListRow) row = gtk_tree_list_model_get_child_row (rows, g_array_index (collapsed, guint, i));

      gtk_tree_list_row_set_expanded (row, FALSE);
    }
}

void
enclave_search_results_add (GListStore *files, GtkTreeListModel *rows, GtkSingleSelection *selection, GPtrArray *items)
{
  g_autofree guint *places = g_new (guint, items->len);
  Selected selected = get_selected (selection);
  guint n_places = 0;

  g_ptr_array_sort (items, compare_items);
  for (guint i = 0; i < items->len; i++)
    {
      places[i] = find_position (files, enclave_search_item_get_path (g_ptr_array_index (items, i)));
      n_places += i == 0 || places[i] != places[i - 1];
    }
  if (n_places > FEW_PLACES)
    splice_range (files, rows, items, places);
  else
    splice_places (files, items, places);
  select_again (files, rows, selection, &selected);
}
