/* test-path-look.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>

#include "enclave-path-answer.h"
#include "enclave-test-project.h"

#define DEAD "/dead"

static gint answers; /* (atomic) whether what is on the dead disk is told */
static gint n_asked; /* (atomic) */
static gboolean done;
static char *found;

static gboolean
is_there (const char *path)
{
  g_atomic_int_inc (&n_asked);
  while (g_str_equal (path, DEAD) && !g_atomic_int_get (&answers))
    g_usleep (5000);

  return !g_str_equal (path, "/none");
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  found = enclave_path_look_finish (result);
  done = TRUE;
}

static void
look (const char *const *paths, guint limit_ms)
{
  g_clear_pointer (&found, g_free);
  done = FALSE;
  g_atomic_int_set (&n_asked, 0);
  enclave_path_look_async (paths, is_there, limit_ms, looked_cb, NULL);
}

static void
wait_done (void)
{
  for (guint i = 0; !done && i < 400; i++)
    enclave_test_spin (25);
  g_assert_true (done);
}

static void
test_first (void)
{
  look ((const char *const[]){ "/none", "/one", "/two", NULL }, 0);
  g_assert_false (done);
  wait_done ();
  g_assert_cmpstr (found, ==, "/one");
  g_assert_cmpint (g_atomic_int_get (&n_asked), ==, 2);

  look ((const char *const[]){ "/none", NULL }, 100);
  wait_done ();
  g_assert_null (found);

  look ((const char *const[]){ NULL }, 0);
  wait_done ();
  g_assert_null (found);
}

static void
test_waits (void)
{
  g_atomic_int_set (&answers, FALSE);
  look ((const char *const[]){ DEAD, "/one", NULL }, 0);
  enclave_test_spin (300);
  g_assert_false (done);
  g_atomic_int_set (&answers, TRUE);
  wait_done ();
  g_assert_cmpstr (found, ==, DEAD);
}

static void
test_limit (void)
{
  g_atomic_int_set (&answers, FALSE);
  look ((const char *const[]){ DEAD, "/one", NULL }, 100);
  wait_done ();
  g_assert_cmpstr (found, ==, "/one");
  /* the answer that comes after all is nobody's */
  g_atomic_int_set (&answers, TRUE);
  enclave_test_spin (100);
  g_assert_cmpstr (found, ==, "/one");
}

static void
test_kinds (void)
{
  g_autofree char *folder = g_dir_make_tmp ("enclave-look-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "file", NULL);

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  g_assert_true (enclave_path_is_folder (folder) && !enclave_path_is_file (folder)
                 && !enclave_path_is_program (folder));
  g_assert_true (!enclave_path_is_folder (file) && enclave_path_is_file (file)
                 && !enclave_path_is_program (file));
  g_assert_cmpint (g_chmod (file, 0700), ==, 0);
  g_assert_true (enclave_path_is_program (file));
  g_unlink (file);
  g_assert_false (enclave_path_is_file (file));
  g_rmdir (folder);
}

static guint n_changes;

static void
changed_cb (gpointer user_data)
{
  n_changes++;
}

/* While one path is looked at, others that are typed meanwhile wait; and nobody is told after the end. */
static void
test_answer (void)
{
  EnclavePathAnswer *answer = enclave_path_answer_new (is_there, changed_cb, NULL);

  g_atomic_int_set (&answers, FALSE);
  g_atomic_int_set (&n_asked, 0);
  n_changes = 0;
  g_assert_cmpint (enclave_path_answer_ask (answer, DEAD), ==, ENCLAVE_PATH_UNKNOWN);
  g_assert_cmpint (enclave_path_answer_ask (answer, "/none"), ==, ENCLAVE_PATH_UNKNOWN);
  g_assert_cmpint (enclave_path_answer_ask (answer, "/one"), ==, ENCLAVE_PATH_UNKNOWN);
  enclave_test_spin (200);
  g_assert_cmpuint (n_changes, ==, 0);
  g_assert_cmpint (g_atomic_int_get (&n_asked), ==, 1);

  g_atomic_int_set (&answers, TRUE);
  for (guint i = 0; n_changes == 0 && i < 400; i++)
    enclave_test_spin (25);
  g_assert_cmpint (enclave_path_answer_ask (answer, "/one"), ==, ENCLAVE_PATH_UNKNOWN);
  for (guint i = 0; n_changes == 1 && i < 400; i++)
    enclave_test_spin (25);
  g_assert_cmpint (enclave_path_answer_ask (answer, "/one"), ==, ENCLAVE_PATH_RIGHT);
  g_assert_cmpint (enclave_path_answer_ask (answer, "/none"), ==, ENCLAVE_PATH_UNKNOWN);
  for (guint i = 0; n_changes == 2 && i < 400; i++)
    enclave_test_spin (25);
  g_assert_cmpint (enclave_path_answer_ask (answer, "/none"), ==, ENCLAVE_PATH_WRONG);
  g_assert_cmpint (g_atomic_int_get (&n_asked), ==, 3);

  enclave_path_answer_forget (answer);
  g_assert_cmpint (enclave_path_answer_ask (answer, "/none"), ==, ENCLAVE_PATH_UNKNOWN);
  enclave_path_answer_free (answer);
  enclave_test_spin (200);
  g_assert_cmpuint (n_changes, ==, 3);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/path-look/answer", test_answer);
  g_test_add_func ("/path-look/first", test_first);
  g_test_add_func ("/path-look/waits", test_waits);
  g_test_add_func ("/path-look/limit", test_limit);
  g_test_add_func ("/path-look/kinds", test_kinds);

  return g_test_run ();
}
