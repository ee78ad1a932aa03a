/* test-search-results.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-search-item.h"
#include "enclave-search-results.h"

typedef struct
{
  GListStore *files;
  GtkTreeListModel *rows;
  GtkSingleSelection *selection;
  guint n_changes;
} Fixture;

static GListModel *
create_lines (gpointer item, gpointer user_data)
{
  return enclave_search_item_dup_lines (item);
}

static void
changed_cb (GListModel *rows, guint position, guint removed, guint added, Fixture *fixture)
{
  fixture->n_changes++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->files = g_list_store_new (ENCLAVE_TYPE_SEARCH_ITEM);
  fixture->rows = gtk_tree_list_model_new (g_object_ref (G_LIST_MODEL (fixture->files)), FALSE, TRUE, create_lines, NULL, NULL);
  fixture->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (fixture->rows)));
  g_signal_connect (fixture->rows, "items-changed", G_CALLBACK (changed_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->selection);
  g_clear_object (&fixture->rows);
  g_clear_object (&fixture->files);
}

/* Files 0, step, 2 * step … from first on, with two lines each, the last one first. */
static void
add (Fixture *fixture, guint first, guint step, guint end)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint n = first; n < end; n += step)
    {
      EnclaveTextHits *hits = g_new0 (EnclaveTextHits, 1);

      hits->path = g_strdup_printf ("file%05u.c", n);
      hits->hits = g_array_new (FALSE, TRUE, sizeof (EnclaveTextHit));
      g_array_set_size (hits->hits, 2);
      g_ptr_array_insert (items, 0, enclave_search_item_new (hits));
    }
  enclave_search_results_add (fixture->files, fixture->rows, fixture->selection, items);
}

static void
assert_sorted (Fixture *fixture, guint n)
{
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->files)), ==, n);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (EnclaveSearchItem) item = g_list_model_get_item (G_LIST_MODEL (fixture->files), i);
      g_autofree char *path = g_strdup_printf ("file%05u.c", i);

      g_assert_cmpstr (enclave_search_item_get_path (item), ==, path);
    }
}

static void
test_many_are_one_change (Fixture *fixture, gconstpointer data)
{
  add (fixture, 0, 2, 2000);
  g_assert_cmpuint (fixture->n_changes, ==, 1);
  add (fixture, 1, 2, 2000);
  assert_sorted (fixture, 2000);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->rows)), ==, 6000);
  g_assert_cmpuint (fixture->n_changes, ==, 2);
}

static void
test_first_row_stays_first (Fixture *fixture, gconstpointer data)
{
  add (fixture, 5, 1, 10);
  add (fixture, 0, 1, 5);
  assert_sorted (fixture, 10);
  g_assert_cmpuint (gtk_single_selection_get_selected (fixture->selection), ==, 0);
}

static void
collapse (Fixture *fixture, guint file)
{
  g_autoptr (GtkTreeListRow) row = gtk_tree_list_model_get_child_row (fixture->rows, file);

  gtk_tree_list_row_set_expanded (row, FALSE);
}

/* Of file 3, the second line is selected, and file 1 is collapsed. */
static void
test_keeps_what_was_chosen (Fixture *fixture, gconstpointer data)
{
  guint step = GPOINTER_TO_UINT (data);
  guint end = 4 * step;

  add (fixture, 0, step, end);
  collapse (fixture, 1);
  gtk_single_selection_set_selected (fixture->selection, 9);
  for (guint n = 1; n < step; n++)
    add (fixture, n, step, end);
  assert_sorted (fixture, end);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->rows)), ==, 3 * end - 2);
  /* the file, less the lines that are hidden, and the second line of it */
  g_assert_cmpuint (gtk_single_selection_get_selected (fixture->selection), ==, 3 * step * 3 - 2 + 2);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add ("/search-results/many-are-one-change", Fixture, NULL, set_up, test_many_are_one_change, tear_down);
  g_test_add ("/search-results/first-row-stays-first", Fixture, NULL, set_up, test_first_row_stays_first, tear_down);
  g_test_add ("/search-results/keeps-what-was-chosen", Fixture, GUINT_TO_POINTER (2), set_up, test_keeps_what_was_chosen, tear_down);

  return g_test_run ();
}
