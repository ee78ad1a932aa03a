/* test-files-pane.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <time.h>

#include "enclave-file-row.h"
#include "enclave-files-pane-private.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"

typedef struct
{
  EnclaveTestProject *folder;
  EnclaveGate *gate;
  GtkWidget *window;
  EnclaveFilesPane *pane;
  GFile *opened;
} Fixture;

static void
open_file_cb (Fixture *fixture, GFile *file)
{
  g_set_object (&fixture->opened, file);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = enclave_test_project_new ();
  fixture->gate = enclave_gate_new (fixture->folder->root, NULL, NULL);
  g_assert_nonnull (fixture->gate);
  fixture->window = gtk_window_new ();
  fixture->pane = ENCLAVE_FILES_PANE (enclave_files_pane_new ());
  g_signal_connect_swapped (fixture->pane, "open-file", G_CALLBACK (open_file_cb), fixture);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 212, 500);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->pane));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gpointer pane = fixture->pane;

  g_object_add_weak_pointer (G_OBJECT (pane), &pane);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  for (guint i = 0; i < 3000 && pane != NULL; i++)
    enclave_test_spin (10);
  g_assert_null (pane);
  g_clear_object (&fixture->opened);
  g_clear_object (&fixture->gate);
  enclave_test_project_free (fixture->folder);
}

static void
show_project (Fixture *fixture)
{
  g_autoptr (GFile) root = g_file_new_for_path (fixture->folder->root);
  g_autoptr (EnclaveProject) project = enclave_project_new (root, NULL);

  enclave_files_pane_set_project (fixture->pane, project, fixture->gate);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

/* What is drawn: the text of every visible label of the rows, with `!` after one that has a lock. */
static void
collect (GtkWidget *widget, GString *text)
{
  if (!gtk_widget_get_mapped (widget))
    return;
  if (GTK_IS_LABEL (widget) && gtk_widget_get_ancestor (widget, GTK_TYPE_TREE_EXPANDER) != NULL)
    g_string_append_printf (text, "%s ", gtk_label_get_text (GTK_LABEL (widget)));
  if (GTK_IS_IMAGE (widget)
      && g_strcmp0 (gtk_image_get_icon_name (GTK_IMAGE (widget)), "changes-prevent-symbolic") == 0)
    g_string_append (text, "! ");
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    collect (child, text);
}

static void
wait_for_rows (Fixture *fixture, const char *expected)
{
  g_autofree char *found = NULL;

  for (guint i = 0; i < 100; i++)
    {
      GString *text = g_string_new (NULL);

      collect (enclave_test_find_type (GTK_WIDGET (fixture->pane), GTK_TYPE_LIST_VIEW), text);
      g_free (found);
      found = g_string_free (text, FALSE);
      if (g_str_equal (found, expected))
        break;
      enclave_test_spin (50);
    }
  g_assert_cmpstr (found, ==, expected);
}

static gboolean
is_dim (GtkWidget *widget, gpointer name)
{
  GtkWidget *row = GTK_IS_LABEL (widget) ? gtk_widget_get_ancestor (widget, ENCLAVE_TYPE_FILE_ROW) : NULL;

  return row != NULL && gtk_widget_has_css_class (row, "ignored") && strcmp (gtk_label_get_text (GTK_LABEL (widget)), name) == 0;
}

static void
select_path (Fixture *fixture, const char *path)
{
  g_autofree char *absolute = enclave_test_project_path (fixture->folder, path);
  g_autoptr (GFile) file = g_file_new_for_path (absolute);

  enclave_files_pane_select_file (fixture->pane, file);
}

static void
test_follows (Fixture *fixture, gconstpointer data)
{
  g_autofree char *from = enclave_test_project_path (fixture->folder, "src/main.c");
  g_autofree char *to = enclave_test_project_path (fixture->folder, "src/zebra.c");

  enclave_test_project_write (fixture->folder, "src/main.c", "");
  enclave_test_project_write (fixture->folder, ".env", "");
  enclave_test_project_write (fixture->folder, "README.md", "");
  show_project (fixture);
  wait_for_rows (fixture, "src .env ! README.md ");
  select_path (fixture, "src/main.c");
  wait_for_rows (fixture, "src main.c .env ! README.md ");

  /* What was opened stays open while rows come and go. */
  enclave_test_project_write (fixture->folder, "zzz", "");
  enclave_test_project_write (fixture->folder, "src/new.c", "");
  wait_for_rows (fixture, "src main.c new.c .env ! README.md zzz ");
  g_assert_cmpint (g_rename (from, to), ==, 0);
  wait_for_rows (fixture, "src new.c zebra.c .env ! README.md zzz ");
  enclave_test_project_remove (fixture->folder, "README.md");
  wait_for_rows (fixture, "src new.c zebra.c .env ! zzz ");
}

/* A package manager's folder: nothing of it is read before it is opened, and opening it stops nothing. */
static void
test_ignored (Fixture *fixture, gconstpointer data)
{
  enum { N_FILES = 100000 };
  g_autofree char *folder = enclave_test_project_path (fixture->folder, "node_modules");
  GtkWidget *list;
  GListModel *rows;
  gint64 longest = 0;
  guint n = 0;

  enclave_test_project_write (fixture->folder, ".gitignore", "node_modules/\n.env\n");
  enclave_test_project_write (fixture->folder, ".env", "");
  enclave_test_project_write (fixture->folder, "main.c", "");
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  for (guint i = 0; i < N_FILES; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%u", folder, i);
      int fd = g_open (path, O_CREAT | O_WRONLY, 0600);

      g_assert_cmpint (fd, >=, 0);
      g_close (fd, NULL);
    }
  show_project (fixture);
  wait_for_rows (fixture, "node_modules .env ! .gitignore main.c ");
  g_assert_true (enclave_test_find_widget (GTK_WIDGET (fixture->pane), is_dim, (gpointer) "node_modules") != NULL);
  g_assert_true (enclave_test_find_widget (GTK_WIDGET (fixture->pane), is_dim, (gpointer) "main.c") == NULL);

  gtk_widget_activate_action (GTK_WIDGET (fixture->pane), "files.show-ignored", NULL);
  wait_for_rows (fixture, ".gitignore main.c ");
  enclave_test_project_write (fixture->folder, ".gitignore", "main.c\n");
  wait_for_rows (fixture, "node_modules .env ! .gitignore ");
  gtk_widget_activate_action (GTK_WIDGET (fixture->pane), "files.show-ignored", NULL);
  wait_for_rows (fixture, "node_modules .env ! .gitignore main.c ");
  enclave_test_project_write (fixture->folder, ".gitignore", "node_modules/\n");
  enclave_test_spin (300);

  list = enclave_test_find_type (GTK_WIDGET (fixture->pane), GTK_TYPE_LIST_VIEW);
  rows = G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list)));
  {
    g_autoptr (GtkTreeListRow) row = g_list_model_get_item (rows, 0);
    gint64 until = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;

    gtk_tree_list_row_set_expanded (row, TRUE);
    while (n < N_FILES + 4 && g_get_monotonic_time () < until)
      {
        clock_t before = clock ();

        g_main_context_iteration (NULL, FALSE);
        longest = MAX (longest, (gint64) (clock () - before) * 1000 / CLOCKS_PER_SEC);
        n = g_list_model_get_n_items (rows);
      }
  }
  g_assert_cmpuint (n, ==, N_FILES + 4);
  g_test_message ("longest stop: %d ms of processor time", (int) longest);
  g_assert_cmpint (longest, <, 160);
}

static void
test_select_and_open (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = enclave_test_project_path (fixture->folder, "a/b/c/deep.c");
  g_autoptr (GFile) file = g_file_new_for_path (path);

  enclave_test_project_write (fixture->folder, "a/b/c/deep.c", "");
  show_project (fixture);
  enclave_files_pane_select_file (fixture->pane, file);
  wait_for_rows (fixture, "a b c deep.c ");
  enclave_test_spin (100);
  g_assert_null (fixture->opened);
  gtk_widget_activate_action (GTK_WIDGET (fixture->pane), "files.open", NULL);
  g_assert_nonnull (fixture->opened);
  g_assert_true (g_file_equal (fixture->opened, file));
  gtk_widget_activate_action (GTK_WIDGET (fixture->pane), "files.collapse", NULL);
  wait_for_rows (fixture, "a ");
}

static void
test_notes (Fixture *fixture, gconstpointer data)
{
  show_project (fixture);
  wait_for_rows (fixture, "This folder is empty ");
  enclave_test_project_write (fixture->folder, "file", "");
  wait_for_rows (fixture, "file ");
  enclave_files_pane_set_project (fixture->pane, NULL, NULL);
  wait_for_rows (fixture, "");
}

static void
test_marks (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) kinds = g_hash_table_new (g_str_hash, g_str_equal);

  enclave_test_project_write (fixture->folder, "a", "");
  enclave_test_project_write (fixture->folder, "b", "");
  show_project (fixture);
  wait_for_rows (fixture, "a b ");
  g_hash_table_insert (kinds, (gpointer) "a", GINT_TO_POINTER (ENCLAVE_GIT_NEW));
  g_hash_table_insert (kinds, (gpointer) "b", GINT_TO_POINTER (ENCLAVE_GIT_CHANGED));
  enclave_files_pane_set_git_kinds (fixture->pane, kinds);
  wait_for_rows (fixture, "a N b M ");
  g_hash_table_insert (kinds, (gpointer) "a", GINT_TO_POINTER (ENCLAVE_GIT_IN_CONFLICT));
  g_hash_table_remove (kinds, "b");
  enclave_files_pane_set_git_kinds (fixture->pane, kinds);
  wait_for_rows (fixture, "a ! b ");
  enclave_files_pane_set_git_kinds (fixture->pane, NULL);
  wait_for_rows (fixture, "a b ");
}

static void
test_odd_names (Fixture *fixture, gconstpointer data)
{
  GString *text = g_string_new (NULL);

  enclave_test_project_write (fixture->folder, "bad\xff\nname", "");
  enclave_test_project_write (fixture->folder, "<b>&amp;", "");
  show_project (fixture);
  for (guint i = 0; i < 3000 && strstr (text->str, "name") == NULL; i++)
    {
      enclave_test_spin (20);
      g_string_truncate (text, 0);
      collect (enclave_test_find_type (GTK_WIDGET (fixture->pane), GTK_TYPE_LIST_VIEW), text);
    }
  g_assert_nonnull (strstr (text->str, "<b>&amp; "));
  g_assert_true (g_utf8_validate (text->str, -1, NULL));
  g_string_free (text, TRUE);
}

static void
test_huge (Fixture *fixture, gconstpointer data)
{
  GtkListView *list = GTK_LIST_VIEW (enclave_test_find_type (GTK_WIDGET (fixture->pane), GTK_TYPE_LIST_VIEW));
  guint n_items = 0;
  gint64 start;

  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *name = g_strdup_printf ("file-%u", i);

      enclave_test_project_write (fixture->folder, name, "");
    }
  start = g_get_monotonic_time ();
  show_project (fixture);
  while (n_items < 10000 && g_get_monotonic_time () - start < 60 * G_USEC_PER_SEC)
    {
      g_main_context_iteration (NULL, FALSE);
      n_items = g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (list)));
    }
  g_assert_cmpuint (n_items, ==, 10000);
  g_test_message ("shown after %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - start) / 1000);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
}

static gboolean
count_cb (gpointer row, gpointer data)
{
  ++*(guint *) data;
  return FALSE;
}

/* A large tree is gone through once for what is typed, also for the first letter. */
static void
test_filter_once (Fixture *fixture, gconstpointer data)
{
  const char *const typed[] = { "f", "fi", "", "x" };
  guint n_asked = 0;

  enclave_test_project_write (fixture->folder, "file", "");
  enclave_test_project_write (fixture->folder, "other", "");
  show_project (fixture);
  wait_for_rows (fixture, "file other ");
  gtk_custom_filter_set_filter_func (GTK_CUSTOM_FILTER (fixture->pane->filter), count_cb, &n_asked, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (typed); i++)
    {
      n_asked = 0;
      gtk_editable_set_text (fixture->pane->search_entry, typed[i]);
      for (guint k = 0; k < 100 && *typed[i] != '\0' && n_asked == 0; k++)
        enclave_test_spin (50);
      wait_for_rows (fixture, *typed[i] != '\0' ? "" : "file other ");
      g_assert_cmpuint (n_asked, ==, *typed[i] != '\0' ? 2 : 0);
    }
}

static void
moved_cb (GFile **files, GFile *from, GFile *to)
{
  files[0] = g_object_ref (from);
  files[1] = g_object_ref (to);
}

/* Who has asked for something else meanwhile is told of the move all the same, and of the right one. */
static void
test_moved (Fixture *fixture, gconstpointer data)
{
  g_autofree char *from_path = g_build_filename (fixture->folder->root, "folder", "inner.txt", NULL);
  g_autofree char *to_path = g_build_filename (fixture->folder->root, "inner.txt", NULL);
  g_autoptr (GFile) from = g_file_new_for_path (from_path);
  g_autoptr (GFile) to = g_file_new_for_path (to_path);
  GFile *files[2] = { NULL, NULL };

  enclave_test_project_write (fixture->folder, "folder/inner.txt", "text\n");
  show_project (fixture);
  g_signal_connect_swapped (fixture->pane, "file-moved", G_CALLBACK (moved_cb), files);
  g_assert_true (enclave_files_pane_move (fixture->pane, from, NULL));
  gtk_widget_activate_action (GTK_WIDGET (fixture->pane), "files.dismiss", NULL);
  gtk_widget_activate_action (GTK_WIDGET (fixture->pane), "files.new-file", NULL);
  for (guint i = 0; i < 1000 && files[1] == NULL; i++)
    enclave_test_spin (10);
  g_assert_nonnull (files[1]);
  g_assert_true (g_file_equal (files[0], from));
  g_assert_true (g_file_equal (files[1], to));
  g_assert_true (g_file_test (to_path, G_FILE_TEST_EXISTS));
  g_assert_null (fixture->opened);
  g_object_unref (files[0]);
  g_object_unref (files[1]);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
#define ADD(name, function) g_test_add ("/files-pane/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("follows", test_follows);
  ADD ("select-and-open", test_select_and_open);
  ADD ("notes", test_notes);
  ADD ("marks", test_marks);
  ADD ("odd-names", test_odd_names);
  ADD ("filter-once", test_filter_once);
  ADD ("moved", test_moved);
  ADD ("huge", test_huge);
  ADD ("ignored", test_ignored);
  return g_test_run ();
}
