/* test-file-operation.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "enclave-file-operation.h"
#include "enclave-test-project.h"

typedef struct
{
  EnclaveTestProject *project;
  GFile *root;
  GAsyncResult *result;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->project = enclave_test_project_new ();
  fixture->root = g_file_new_for_path (fixture->project->root);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->root);
  enclave_test_project_free (fixture->project);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ((Fixture *) data)->result = g_object_ref (result);
}

static gboolean
finish (Fixture *fixture, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GFile) file = NULL;

  while (fixture->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  result = g_steal_pointer (&fixture->result);
  file = enclave_file_operation_finish (result, error);
  return file != NULL;
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (255, 'x');
  g_autofree char *longer = g_strnfill (256, 'x');
  static const char *const bad[] = { "", ".", "..", "a/b", "/", "a\nb", "\x1b[31m", "a\x7f" };

  g_assert_true (enclave_file_operation_check_name ("a b.c", NULL));
  g_assert_true (enclave_file_operation_check_name ("日本 é", NULL));
  g_assert_true (enclave_file_operation_check_name ("-rf", NULL));
  g_assert_true (enclave_file_operation_check_name (longest, NULL));
  g_assert_false (enclave_file_operation_check_name (longer, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (enclave_file_operation_check_name (bad[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME);
    }
}

static void
test_make (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  enclave_file_operation_make_async (fixture->root, "new.c", FALSE, NULL, done_cb, fixture);
  g_assert_true (finish (fixture, NULL));
  text = enclave_test_project_read (fixture->project, "new.c");
  g_assert_cmpstr (text, ==, "");
  enclave_file_operation_make_async (fixture->root, "folder", TRUE, NULL, done_cb, fixture);
  g_assert_true (finish (fixture, NULL));
  enclave_test_project_write (fixture->project, "there", "text");
  for (guint i = 0; i < 2; i++)
    {
      enclave_file_operation_make_async (fixture->root, "there", i == 1, NULL, done_cb, fixture);
      g_assert_false (finish (fixture, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
      g_clear_error (&error);
    }
  g_free (text);
  text = enclave_test_project_read (fixture->project, "there");
  g_assert_cmpstr (text, ==, "text");
}

static void
test_move (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = g_file_get_child (fixture->root, "a");
  g_autoptr (GFile) folder = g_file_get_child (fixture->root, "folder");
  g_autofree char *text = NULL;
  g_autofree char *link = g_build_filename (fixture->project->root, "link", NULL);

  enclave_test_project_write (fixture->project, "a", "a");
  enclave_test_project_write (fixture->project, "b", "b");
  enclave_test_project_write (fixture->project, "folder/c", "c");
  enclave_file_operation_move_async (file, fixture->root, "b", NULL, done_cb, fixture);
  g_assert_false (finish (fixture, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_nonnull (strstr (error->message, "b"));
  g_clear_error (&error);
  text = enclave_test_project_read (fixture->project, "b");
  g_assert_cmpstr (text, ==, "b");

  enclave_file_operation_move_async (file, folder, "a", NULL, done_cb, fixture);
  g_assert_true (finish (fixture, NULL));
  g_free (text);
  text = enclave_test_project_read (fixture->project, "folder/a");
  g_assert_cmpstr (text, ==, "a");

  enclave_file_operation_move_async (folder, folder, "inside", NULL, done_cb, fixture);
  g_assert_false (finish (fixture, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_RECURSE);
  g_clear_error (&error);

  /* Of a link the link moves. */
  g_assert_cmpint (symlink ("folder/a", link), ==, 0);
  {
    g_autoptr (GFile) linked = g_file_new_for_path (link);
    g_autofree char *target = NULL;
    g_autofree char *moved = g_build_filename (fixture->project->root, "link-2", NULL);

    enclave_file_operation_move_async (linked, fixture->root, "link-2", NULL, done_cb, fixture);
    g_assert_true (finish (fixture, NULL));
    target = g_file_read_link (moved, NULL);
    g_assert_cmpstr (target, ==, "folder/a");
    g_unlink (moved);
  }
}

/* It is in the trash, with the place it came from; what can't go there stays where it is. */
static void
test_trash (Fixture *fixture, gconstpointer data)
{
  g_autofree char *trash = g_build_filename (g_get_user_data_dir (), "Trash", NULL);
  g_autofree char *trashed = g_build_filename (trash, "files", "a", NULL);
  g_autofree char *note = g_build_filename (trash, "info", "a.trashinfo", NULL);
  g_autofree char *aside = g_strconcat (trash, ".aside", NULL);
  g_autofree char *text = NULL;
  g_autofree char *told = NULL;
  g_autofree char *kept = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = g_file_get_child (fixture->root, "a");

  enclave_test_project_write (fixture->project, "a", "text of a");
  enclave_file_operation_trash_async (file, NULL, done_cb, fixture);
  g_assert_true (finish (fixture, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_query_exists (file, NULL));
  g_assert_true (g_file_get_contents (trashed, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "text of a");
  g_assert_true (g_file_get_contents (note, &told, NULL, NULL));
  g_assert_nonnull (strstr (told, g_file_peek_path (file)));

  g_assert_cmpint (g_rename (trash, aside), ==, 0);
  g_assert_true (g_file_set_contents (trash, "no folder", -1, NULL));
  enclave_test_project_write (fixture->project, "a", "text of a");
  enclave_file_operation_trash_async (file, NULL, done_cb, fixture);
  g_assert_false (finish (fixture, &error));
  g_assert_nonnull (error);
  kept = enclave_test_project_read (fixture->project, "a");
  g_assert_cmpstr (kept, ==, "text of a");
  g_unlink (trash);
}

/* The one that went last comes back, whole; not over what is there, and not when the trash was emptied. */
static void
test_restore (Fixture *fixture, gconstpointer data)
{
  g_autofree char *trash = g_build_filename (g_get_user_data_dir (), "Trash", NULL);
  g_autofree char *notes = g_build_filename (trash, "info", NULL);
  g_autofree char *again = NULL;
  g_autofree char *there = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = g_file_get_child (fixture->root, "50 % of ä");
  g_autoptr (GFile) folder = g_file_get_child (fixture->root, "folder");
  g_autoptr (GDir) dir = NULL;

  for (guint i = 0; i < 2; i++)
    {
      enclave_test_project_write (fixture->project, "50 % of ä", i == 0 ? "older" : "newer");
      enclave_file_operation_trash_async (file, NULL, done_cb, fixture);
      g_assert_true (finish (fixture, &error));
      g_assert_no_error (error);
      /* the clock of the file system is coarse */
      g_usleep (20 * 1000);
    }
  enclave_test_project_write (fixture->project, "50 % of ä", "in its place");
  enclave_file_operation_restore_async (file, NULL, done_cb, fixture);
  g_assert_false (finish (fixture, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  there = enclave_test_project_read (fixture->project, "50 % of ä");
  g_assert_cmpstr (there, ==, "in its place");

  g_assert_cmpint (g_unlink (g_file_peek_path (file)), ==, 0);
  enclave_file_operation_restore_async (file, NULL, done_cb, fixture);
  g_assert_true (finish (fixture, &error));
  g_assert_no_error (error);
  again = enclave_test_project_read (fixture->project, "50 % of ä");
  g_assert_cmpstr (again, ==, "newer");

  enclave_test_project_write (fixture->project, "folder/inside", "text");
  enclave_file_operation_trash_async (folder, NULL, done_cb, fixture);
  g_assert_true (finish (fixture, NULL));
  enclave_file_operation_restore_async (folder, NULL, done_cb, fixture);
  g_assert_true (finish (fixture, NULL));
  g_clear_pointer (&again, g_free);
  again = enclave_test_project_read (fixture->project, "folder/inside");
  g_assert_cmpstr (again, ==, "text");

  dir = g_dir_open (notes, 0, NULL);
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *note = g_build_filename (notes, name, NULL);

      /* one of them is of "older" */
      g_assert_cmpint (g_unlink (note), ==, 0);
    }
  g_assert_cmpint (g_unlink (g_file_peek_path (file)), ==, 0);
  enclave_file_operation_restore_async (file, NULL, done_cb, fixture);
  g_assert_false (finish (fixture, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

#define ADD(name, func) g_test_add ("/file-operation/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);

  ADD ("names", test_names);
  ADD ("make", test_make);
  ADD ("move", test_move);
  ADD ("restore", test_restore);
  ADD ("trash", test_trash);

  return g_test_run ();
}
