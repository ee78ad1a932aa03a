/* test-file-index.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

#include "enclave-file-index.h"
#include "enclave-tree-walk.h"

#include "enclave-test-project.h"

static gboolean
note_path (const char *path, gpointer user_data)
{
  g_ptr_array_add (user_data, g_strdup (path));
  return TRUE;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(char **) a, *(char **) b);
}

static char *
walk (const char *folder, EnclaveTreeWalkFlags flags)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  g_assert_true (enclave_tree_walk (folder, flags, NULL, note_path, paths, NULL));
  g_ptr_array_sort (paths, compare);
  g_ptr_array_add (paths, NULL);
  return g_strjoinv (" ", (char **) paths->pdata);
}

static void
test_ignore_rules (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autofree char *seen = NULL;
  g_autofree char *all = NULL;

  enclave_test_project_write (project, ".gitignore", "# objects\n*.o\n/build/\nblank\\ \nnone \n!keep.o\r\n\n");
  enclave_test_project_write (project, ".git/info/exclude", "mine.txt\n");
  enclave_test_project_write (project, ".git/config", "");
  enclave_test_project_write (project, "main.c", "");
  enclave_test_project_write (project, "main.o", "");
  enclave_test_project_write (project, "keep.o", "");
  /* A blank at the end counts when it is escaped. */
  enclave_test_project_write (project, "blank ", "");
  enclave_test_project_write (project, "blank", "");
  enclave_test_project_write (project, "none", "");
  enclave_test_project_write (project, "mine.txt", "");
  enclave_test_project_write (project, ".env", "SECRET=1");
  enclave_test_project_write (project, "build/out.c", "");
  enclave_test_project_write (project, "lib/build/in.c", "");
  enclave_test_project_write (project, "lib/.ignore", "data\n");
  enclave_test_project_write (project, "lib/data/x.c", "");
  enclave_test_project_symlink (project, "main.c", "link");
  enclave_test_project_symlink (project, "..", "lib/around");

  seen = walk (project->root, ENCLAVE_TREE_WALK_DEFAULT);
  g_assert_cmpstr (seen, ==, ".env .gitignore blank keep.o lib/.ignore lib/build/in.c main.c");
  all = walk (project->root, ENCLAVE_TREE_WALK_IGNORED);
  g_assert_cmpstr (all, ==,
                   ".env .gitignore blank blank  build/out.c keep.o lib/.ignore lib/build/in.c lib/data/x.c main.c main.o mine.txt none");
}

static void
test_ends (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  enclave_test_project_write (project, "a", "");
  g_cancellable_cancel (cancellable);
  g_assert_false (enclave_tree_walk (project->root, ENCLAVE_TREE_WALK_DEFAULT, cancellable, note_path, paths, NULL));
  g_assert_cmpuint (paths->len, ==, 0);
  g_assert_true (enclave_tree_walk ("/dev/null/folder", ENCLAVE_TREE_WALK_DEFAULT, NULL, note_path, paths, NULL));
}

static void
changed_cb (EnclaveFileIndex *index, guint *n)
{
  (*n)++;
}

static void
refresh (EnclaveFileIndex *index)
{
  guint n = 0;
  gulong id = g_signal_connect (index, "changed", G_CALLBACK (changed_cb), &n);

  enclave_file_index_refresh (index);
  g_assert_true (enclave_file_index_get_loading (index));
  while (n == 0)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (index, id);
  g_assert_false (enclave_file_index_get_loading (index));
}

/* @limits: (out): of before. Those that are open stay, and there is no other. */
static void
take_descriptors (struct rlimit *limits)
{
  struct rlimit none;
  int next = dup (STDIN_FILENO);

  g_assert_cmpint (next, >=, 0);
  close (next);
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, limits), ==, 0);
  none = *limits;
  none.rlim_cur = (rlim_t) next;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &none), ==, 0);
}

/* What can't be seen is not gone. */
static void
test_no_descriptors (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autoptr (EnclaveFileIndex) index = enclave_file_index_new (project->root);
  g_autoptr (EnclaveFileIndex) late = enclave_file_index_new (project->root);
  struct rlimit before;

  enclave_test_project_write (project, "a/main.c", "");
  refresh (index);
  g_assert_null (enclave_file_index_get_problem (index));
  take_descriptors (&before);
  refresh (index);
  refresh (late);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &before), ==, 0);
  g_assert_cmpstr (enclave_file_index_get_problem (index), ==, g_strerror (EMFILE));
  g_assert_cmpuint (enclave_fuzzy_list_get_n (enclave_file_index_get_list (index)), ==, 1);
  g_assert_cmpstr (enclave_file_index_get_problem (late), ==, g_strerror (EMFILE));
  g_assert_cmpuint (enclave_fuzzy_list_get_n (enclave_file_index_get_list (late)), ==, 0);
  refresh (late);
  g_assert_null (enclave_file_index_get_problem (late));
  g_assert_cmpuint (enclave_fuzzy_list_get_n (enclave_file_index_get_list (late)), ==, 1);
}

static void
test_index (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  EnclaveFileIndex *index = enclave_file_index_new (project->root);
  g_autoptr (GArray) hits = NULL;

  enclave_test_project_write (project, "a/main.c", "");
  enclave_test_project_write (project, "b/main.c", "");
  g_assert_null (enclave_file_index_get_list (index));
  refresh (index);
  g_assert_cmpuint (enclave_fuzzy_list_get_n (enclave_file_index_get_list (index)), ==, 2);
  g_assert_cmpstr (enclave_fuzzy_list_get (enclave_file_index_get_list (index), 0), ==, "a/main.c");

  enclave_test_project_write (project, "b/new.c", "");
  enclave_file_index_note_use (index, "b/main.c");
  refresh (index);
  g_assert_cmpuint (enclave_fuzzy_list_get_n (enclave_file_index_get_list (index)), ==, 3);
  hits = enclave_fuzzy_list_search (enclave_file_index_get_list (index), "main", 5, NULL, NULL);
  g_assert_cmpuint (g_array_index (hits, EnclaveFuzzyHit, 0).index, ==, 1);
  g_assert_false (enclave_file_index_get_is_partial (index));

  /* gone while it looks */
  enclave_file_index_refresh (index);
  g_object_add_weak_pointer (G_OBJECT (index), (gpointer *) &index);
  g_object_unref (index);
  while (index != NULL)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();
  g_test_add_func ("/file-index/ignore-rules", test_ignore_rules);
  g_test_add_func ("/file-index/ends", test_ends);
  g_test_add_func ("/file-index/no-descriptors", test_no_descriptors);
  g_test_add_func ("/file-index/index", test_index);
  return g_test_run ();
}
