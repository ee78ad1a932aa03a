/* test-project-tree.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-gate.h"
#include "enclave-project-tree.h"
#include "enclave-test-project.h"

static EnclaveFolderModel *
open_model (EnclaveTestProject *folder, const char *path, EnclaveGate *gate)
{
  g_autofree char *absolute = enclave_test_project_path (folder, path);
  g_autoptr (GFile) file = g_file_new_for_path (absolute);

  return enclave_folder_model_new (file, NULL, gate, TRUE);
}

static void
wait_loaded (EnclaveFolderModel *model)
{
  gboolean loading = TRUE;

  for (guint i = 0; i < 3000 && loading; i++)
    {
      g_object_get (model, "loading", &loading, NULL);
      if (loading)
        enclave_test_spin (10);
    }
  g_assert_false (loading);
}

static char *
names (EnclaveFolderModel *model)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (model)); i++)
    {
      g_autoptr (EnclaveTreeItem) item = g_list_model_get_item (G_LIST_MODEL (model), i);

      g_string_append_printf (text, "%s%s ", enclave_tree_item_get_name (item),
                              enclave_tree_item_get_is_folder (item) ? "/" : "");
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
wait_for_names (EnclaveFolderModel *model, const char *expected)
{
  g_autofree char *found = names (model);

  for (guint i = 0; i < 3000 && !g_str_equal (found, expected); i++)
    {
      enclave_test_spin (50);
      g_free (found);
      found = names (model);
    }
  g_assert_cmpstr (found, ==, expected);
}

static void
test_order (void)
{
  g_autoptr (EnclaveTestProject) folder = enclave_test_project_new ();
  g_autoptr (EnclaveFolderModel) model = NULL;

  enclave_test_project_write (folder, "file10", "");
  enclave_test_project_write (folder, "file9", "");
  enclave_test_project_write (folder, "src/main.c", "");
  enclave_test_project_write (folder, "data/x", "");
  enclave_test_project_write (folder, ".git/HEAD", "");
  enclave_test_project_write (folder, ".gitignore", "");
  model = open_model (folder, "", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 0);
  wait_loaded (model);
  wait_for_names (model, "data/ src/ .gitignore file9 file10 ");
}

typedef struct
{
  guint n_changes;
  guint n_removed;
  guint n_added;
} Changes;

static void
count_cb (Changes *changes, guint position, guint removed, guint added)
{
  changes->n_changes++;
  changes->n_removed += removed;
  changes->n_added += added;
}

static void
test_incremental (void)
{
  g_autoptr (EnclaveTestProject) folder = enclave_test_project_new ();
  g_autoptr (EnclaveFolderModel) model = NULL;
  g_autoptr (EnclaveTreeItem) before = NULL;
  g_autoptr (EnclaveTreeItem) after = NULL;
  g_autofree char *old_path = enclave_test_project_path (folder, "b");
  g_autofree char *new_path = enclave_test_project_path (folder, "x");
  Changes changes = { 0 };

  enclave_test_project_write (folder, "b", "");
  enclave_test_project_write (folder, "d", "");
  model = open_model (folder, "", NULL);
  wait_loaded (model);
  wait_for_names (model, "b d ");
  before = g_list_model_get_item (G_LIST_MODEL (model), 1);
  g_signal_connect_swapped (model, "items-changed", G_CALLBACK (count_cb), &changes);

  enclave_test_project_write (folder, "c", "");
  wait_for_names (model, "b c d ");
  g_assert_cmpuint (changes.n_added, ==, 1);
  g_assert_cmpuint (changes.n_removed, ==, 0);

  g_assert_cmpint (g_rename (old_path, new_path), ==, 0);
  wait_for_names (model, "c d x ");
  g_assert_cmpuint (changes.n_added, ==, 2);
  g_assert_cmpuint (changes.n_removed, ==, 1);

  enclave_test_project_remove (folder, "c");
  wait_for_names (model, "d x ");
  g_assert_cmpuint (changes.n_removed, ==, 2);
  after = g_list_model_get_item (G_LIST_MODEL (model), 0);
  g_assert_true (before == after);

  /* A file that becomes a folder is another row. */
  enclave_test_project_remove (folder, "x");
  enclave_test_project_make_folder (folder, "x");
  wait_for_names (model, "x/ d ");
}

/* Whatever changes between two readings, the items-changed signals lead from one list to the other. */
static void
test_random_changes (void)
{
  g_autoptr (EnclaveTestProject) folder = enclave_test_project_new ();
  g_autoptr (EnclaveFolderModel) model = open_model (folder, "", NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (23);
  gboolean there[24] = { FALSE };

  wait_loaded (model);
  for (guint round = 0; round < 12; round++)
    {
      g_autoptr (GString) expected = g_string_new (NULL);

      for (guint i = 0; i < G_N_ELEMENTS (there); i++)
        {
          g_autofree char *name = g_strdup_printf ("f%c", 'a' + (char) i);

          if (g_rand_int_range (random, 0, 3) == 0)
            {
              there[i] = !there[i];
              if (there[i])
                enclave_test_project_write (folder, name, "");
              else
                enclave_test_project_remove (folder, name);
            }
          if (there[i])
            g_string_append_printf (expected, "%s ", name);
        }
      wait_for_names (model, expected->str);
    }
}

static void
test_odd_names (void)
{
  g_autoptr (EnclaveTestProject) folder = enclave_test_project_new ();
  g_autoptr (EnclaveFolderModel) model = NULL;

  enclave_test_project_write (folder, "bad\xff\nname", "");
  enclave_test_project_write (folder, "<b>bold", "");
  enclave_test_project_write (folder, "right\xe2\x80\xaeleft", "");
  model = open_model (folder, "", NULL);
  wait_loaded (model);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (EnclaveTreeItem) item = g_list_model_get_item (G_LIST_MODEL (model), i);
      const char *name = enclave_tree_item_get_name (item);

      g_assert_true (g_utf8_validate (name, -1, NULL));
      g_assert_null (strchr (name, '\n'));
      g_assert_null (strstr (name, "\xe2\x80\xae"));
      g_assert_cmpint (g_access (g_file_peek_path (enclave_tree_item_get_file (item)), F_OK), ==, 0);
    }
}

static void
test_links (void)
{
  g_autoptr (EnclaveTestProject) folder = enclave_test_project_new ();
  g_autoptr (EnclaveFolderModel) inner = NULL;
  g_autoptr (EnclaveFolderModel) model = NULL;

  enclave_test_project_make_folder (folder, "a/deep");
  enclave_test_project_make_folder (folder, "b");
  enclave_test_project_symlink (folder, "../b", "a/other");
  enclave_test_project_symlink (folder, "..", "a/up");
  enclave_test_project_symlink (folder, ".", "a/self");
  enclave_test_project_symlink (folder, "nowhere", "a/dangling");
  enclave_test_project_symlink (folder, "../a", "b/back");
  model = open_model (folder, "a", NULL);
  wait_loaded (model);
  wait_for_names (model, "deep/ other/ dangling self up ");
  /* Two links that point at each other's folders end as well. */
  inner = open_model (folder, "a/other", NULL);
  wait_loaded (inner);
  wait_for_names (inner, "back ");
}

static void
test_denied (void)
{
  g_autoptr (EnclaveTestProject) folder = enclave_test_project_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveGate) gate = enclave_gate_new (folder->root, NULL, &error);
  g_autoptr (EnclaveFolderModel) model = NULL;
  g_autoptr (EnclaveTreeItem) dotenv = NULL;
  g_autoptr (EnclaveTreeItem) plain = NULL;

  g_assert_no_error (error);
  enclave_test_project_write (folder, ".env", "");
  enclave_test_project_write (folder, "main.c", "");
  model = open_model (folder, "", gate);
  wait_loaded (model);
  wait_for_names (model, ".env main.c ");
  dotenv = g_list_model_get_item (G_LIST_MODEL (model), 0);
  plain = g_list_model_get_item (G_LIST_MODEL (model), 1);
  g_assert_cmpstr (enclave_tree_item_get_rule (dotenv), ==, "builtin:dotenv");
  g_assert_null (enclave_tree_item_get_rule (plain));
}

static void
test_unreadable (void)
{
  g_autoptr (EnclaveTestProject) folder = enclave_test_project_new ();
  g_autoptr (EnclaveFolderModel) model = open_model (folder, "missing", NULL);
  g_autofree char *message = NULL;

  wait_loaded (model);
  g_object_get (model, "error", &message, NULL);
  g_assert_nonnull (message);
  g_assert_nonnull (strstr (message, "missing"));

  enclave_test_project_write (folder, "missing/now-here", "");
  enclave_folder_model_refresh (model);
  wait_for_names (model, "now-here ");
  g_clear_pointer (&message, g_free);
  g_object_get (model, "error", &message, NULL);
  g_assert_null (message);
}

static void
test_huge (void)
{
  g_autoptr (EnclaveTestProject) folder = enclave_test_project_new ();
  g_autoptr (EnclaveFolderModel) model = NULL;
  gint64 longest = 0;
  gboolean loading = TRUE;

  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *name = g_strdup_printf ("file-%u", i);

      enclave_test_project_write (folder, name, "");
    }
  model = open_model (folder, "", NULL);
  while (loading)
    {
      gint64 start = g_get_monotonic_time ();

      g_main_context_iteration (NULL, FALSE);
      longest = MAX (longest, g_get_monotonic_time () - start);
      g_usleep (1000);
      g_object_get (model, "loading", &loading, NULL);
    }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 10000);
  g_test_message ("longest stop of the main loop: %" G_GINT64_FORMAT " µs", longest);
  g_assert_cmpint (longest, <, 250 * 1000);
}

static EnclaveFolderModel *
open_in_project (EnclaveTestProject *folder, const char *path, gboolean show_ignored)
{
  g_autofree char *absolute = enclave_test_project_path (folder, path);
  g_autoptr (GFile) file = g_file_new_for_path (absolute);
  g_autoptr (GFile) root = g_file_new_for_path (folder->root);

  return enclave_folder_model_new (file, root, NULL, show_ignored);
}

/* The names, with `~` before one that is ignored. */
static void
wait_for_marks (EnclaveFolderModel *model, const char *expected)
{
  g_autofree char *found = NULL;

  for (guint round = 0; round < 300 && g_strcmp0 (found, expected) != 0; round++)
    {
      GString *text = g_string_new (NULL);

      for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (model)); i++)
        {
          g_autoptr (EnclaveTreeItem) item = g_list_model_get_item (G_LIST_MODEL (model), i);

          g_string_append_printf (text, "%s%s ", enclave_tree_item_get_ignored (item) ? "~" : "", enclave_tree_item_get_name (item));
        }
      g_free (found);
      found = g_string_free (text, FALSE);
      if (g_str_equal (found, expected))
        break;
      enclave_test_spin (10);
    }
  g_assert_cmpstr (found, ==, expected);
}

static void
ignore_changed_cb (guint *count)
{
  (*count)++;
}

static void
test_ignored (void)
{
  g_autoptr (EnclaveTestProject) folder = enclave_test_project_new ();
  g_autoptr (EnclaveFolderModel) top = NULL;
  g_autoptr (EnclaveFolderModel) sub = NULL;
  g_autoptr (EnclaveFolderModel) deep = NULL;
  g_autoptr (EnclaveFolderModel) inside = NULL;
  g_autoptr (EnclaveFolderModel) far_inside = NULL;
  g_autoptr (EnclaveFolderModel) without = NULL;
  guint changes = 0;

  enclave_test_project_write (folder, ".git/info/exclude", "mine\n");
  enclave_test_project_write (folder, ".gitignore", "*.o\nout/\n/sub/local\n");
  enclave_test_project_write (folder, "a.c", "");
  enclave_test_project_write (folder, "a.o", "");
  enclave_test_project_write (folder, "mine", "");
  enclave_test_project_write (folder, "out/x", "");
  enclave_test_project_write (folder, "out/.gitignore", "!x\n!deep\n");
  enclave_test_project_write (folder, "out/deep/y", "");
  enclave_test_project_write (folder, "out/deep/.gitignore", "!y\n");
  enclave_test_project_write (folder, "sub/.gitignore", "!keep.o\n");
  enclave_test_project_write (folder, "sub/keep.o", "");
  enclave_test_project_write (folder, "sub/lost.o", "");
  enclave_test_project_write (folder, "sub/local", "");
  enclave_test_project_write (folder, "sub/deep/keep.o", "");
  enclave_test_project_write (folder, "sub/deep/local", "");
  top = open_in_project (folder, "", TRUE);
  wait_for_marks (top, "~out sub .gitignore a.c ~a.o ~mine ");
  sub = open_in_project (folder, "sub", TRUE);
  wait_for_marks (sub, "deep .gitignore keep.o ~local ~lost.o ");
  deep = open_in_project (folder, "sub/deep", TRUE);
  wait_for_marks (deep, "keep.o local ");
  /* what lies in an ignored folder is ignored, whatever stands there */
  inside = open_in_project (folder, "out", TRUE);
  wait_for_marks (inside, "~deep ~.gitignore ~x ");
  far_inside = open_in_project (folder, "out/deep", TRUE);
  wait_for_marks (far_inside, "~.gitignore ~y ");

  without = open_in_project (folder, "", FALSE);
  wait_for_marks (without, "sub .gitignore a.c ");
  enclave_folder_model_set_show_ignored (without, TRUE);
  wait_for_marks (without, "~out sub .gitignore a.c ~a.o ~mine ");

  g_signal_connect_swapped (top, "ignore-changed", G_CALLBACK (ignore_changed_cb), &changes);
  enclave_test_project_write (folder, ".gitignore", "a.c\n");
  for (guint i = 0; i < 3000 && changes == 0; i++)
    enclave_test_spin (10);
  g_assert_cmpuint (changes, >, 0);
  enclave_folder_model_refresh (top);
  wait_for_marks (top, "out sub .gitignore ~a.c a.o ~mine ");
  enclave_folder_model_set_show_ignored (without, FALSE);
  wait_for_marks (without, "out sub .gitignore a.o ");
}

static void
test_dropped_early (void)
{
  g_autoptr (EnclaveTestProject) folder = enclave_test_project_new ();
  EnclaveFolderModel *model = open_model (folder, "", NULL);

  g_object_add_weak_pointer (G_OBJECT (model), (gpointer *) &model);
  g_object_unref (model);
  for (guint i = 0; i < 3000 && model != NULL; i++)
    enclave_test_spin (10);
  g_assert_null (model);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/project-tree/order", test_order);
  g_test_add_func ("/project-tree/incremental", test_incremental);
  g_test_add_func ("/project-tree/random-changes", test_random_changes);
  g_test_add_func ("/project-tree/odd-names", test_odd_names);
  g_test_add_func ("/project-tree/links", test_links);
  g_test_add_func ("/project-tree/denied", test_denied);
  g_test_add_func ("/project-tree/unreadable", test_unreadable);
  g_test_add_func ("/project-tree/huge", test_huge);
  g_test_add_func ("/project-tree/ignored", test_ignored);
  g_test_add_func ("/project-tree/dropped-early", test_dropped_early);
  return g_test_run ();
}
