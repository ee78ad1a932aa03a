/* test-session-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-session-store.h"
#include "enclave-state-dir.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"

#define FIRST "11111111-1111-4111-8111-111111111111"
#define SECOND "22222222-2222-4222-8222-222222222222"
#define HEAD(id) "{\"type\":\"conversation\",\"version\":1,\"id\":\"" id "\",\"time\":1}"
#define TITLE(title) "{\"type\":\"title\",\"title\":\"" title "\"}"
#define SAID(text) \
  "{\"type\":\"turn\",\"messages\":[{\"position\":0,\"role\":\"user\",\"turn\":\"t\",\"blocks\":[{\"kind\":\"text\",\"text\":\"" text "\"}]}]}"

static GPtrArray *
load (EnclaveSessionStore *store, const char *id, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_session_store_load_async (store, id, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);

  return enclave_session_store_load_finish (store, result, error);
}

static void
assert_lines (EnclaveSessionStore *store, const char *id, const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) lines = load (store, id, &error);
  g_autofree char *all = NULL;

  g_assert_no_error (error);
  g_ptr_array_add (lines, NULL);
  all = g_strjoinv ("\n", (char **) lines->pdata);
  g_assert_cmpstr (all, ==, wanted);
}

/* Titles, the newest first; what was found after a colon. */
static char *
dup_list (EnclaveSessionStore *store, const char *words)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GListModel) list = NULL;
  g_autoptr (GError) error = NULL;
  GString *text = g_string_new (NULL);

  enclave_session_store_list_async (store, words, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  list = enclave_session_store_list_finish (store, result, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (EnclaveSession) session = g_list_model_get_item (list, i);

      g_string_append_printf (text, "%s%s%s;", enclave_session_get_title (session),
                              *enclave_session_get_excerpt (session) != '\0' ? ":" : "",
                              enclave_session_get_excerpt (session));
    }

  return g_string_free (text, FALSE);
}

static void
assert_list (EnclaveSessionStore *store, const char *words, const char *wanted)
{
  g_autofree char *found = dup_list (store, words);

  g_assert_cmpstr (found, ==, wanted);
}

/* The file of @id; there is one project only. (transfer full) */
static char *
find_file (const char *id)
{
  g_autofree char *folder = enclave_state_dir_path ("conversations");
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    if (strstr (name, id) != NULL)
      return g_build_filename (folder, name, NULL);

  return NULL;
}

static void
remove_all (EnclaveSessionStore *store)
{
  static const char *const ids[] = { FIRST, SECOND };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      GAsyncResult *slot = NULL;
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      enclave_session_store_delete_async (store, ids[i], NULL, enclave_test_result_callback, &slot);
      result = enclave_test_wait (&slot);
      g_assert_true (enclave_session_store_delete_finish (store, result, &error));
    }
}

static void
finish (EnclaveSessionStore *store)
{
  remove_all (store);
  for (guint i = 0; i < 3000 && G_OBJECT (store)->ref_count > 1; i++)
    enclave_test_spin (10);
  enclave_test_finalize (store);
}

static void
test_keep (void)
{
  EnclaveSessionStore *store = enclave_session_store_new ("/home/someone/secret-project");
  EnclaveSessionStore *other = enclave_session_store_new ("/home/someone/other");
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  struct stat st;

  assert_list (store, NULL, "");
  enclave_session_store_append (store, FIRST, HEAD (FIRST));
  enclave_session_store_append (store, FIRST, TITLE ("One"));
  enclave_session_store_append (store, SECOND, HEAD (SECOND));
  enclave_session_store_append (store, FIRST, SAID ("Hello"));
  assert_lines (store, FIRST, HEAD (FIRST) "\n" TITLE ("One") "\n" SAID ("Hello"));
  assert_lines (store, SECOND, HEAD (SECOND));
  path = find_file (FIRST);
  g_assert_cmpint (g_stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  g_assert_null (strstr (path, "secret-project"));

  /* Whoever opens another project sees none of it. */
  assert_list (other, NULL, "");
  g_assert_null (load (other, FIRST, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);

  remove_all (store);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  assert_list (store, NULL, "");
  finish (store);
  finish (other);
}

static void
set_time (const char *path, glong ns)
{
  const struct timespec times[] = { { 2000, ns }, { 2000, ns } };

  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

/* Two that were begun in one second are still one after the other. */
static void
test_order (void)
{
  EnclaveSessionStore *store = enclave_session_store_new ("/p");
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  enclave_session_store_append (store, FIRST, HEAD (FIRST));
  enclave_session_store_append (store, FIRST, TITLE ("One"));
  enclave_session_store_append (store, FIRST, SAID ("One"));
  enclave_session_store_append (store, SECOND, HEAD (SECOND));
  enclave_session_store_append (store, SECOND, TITLE ("Two"));
  enclave_session_store_append (store, SECOND, SAID ("Two"));
  enclave_session_store_flush (store);
  first = find_file (FIRST);
  second = find_file (SECOND);
  set_time (first, 5000000);
  set_time (second, 9000000);
  assert_list (store, NULL, "Two;One;");
  set_time (first, 13000000);
  assert_list (store, NULL, "One;Two;");
  finish (store);
}

static void
test_list (void)
{
  EnclaveSessionStore *store = enclave_session_store_new ("/p");
  g_autofree char *path = NULL;
  const struct timespec old[] = { { 1000, 0 }, { 1000, 0 } };

  enclave_session_store_append (store, FIRST, HEAD (FIRST));
  enclave_session_store_append (store, FIRST, TITLE ("Ring buffer"));
  enclave_session_store_append (store, FIRST, SAID ("Why does the Überlauf of ring.c \\\"hang\\\"?\\nLook."));
  enclave_session_store_append (store, FIRST, TITLE ("Overflow"));
  enclave_session_store_append (store, SECOND, HEAD (SECOND));
  enclave_session_store_append (store, SECOND, TITLE ("Parser"));
  enclave_session_store_append (store, SECOND, SAID ("The parser"));
  enclave_session_store_flush (store);
  path = find_file (FIRST);
  g_assert_cmpint (utimensat (AT_FDCWD, path, old, 0), ==, 0);

  assert_list (store, NULL, "Parser;Overflow;");
  assert_list (store, "  ", "Parser;Overflow;");
  assert_list (store, "PARSER", "Parser;");
  assert_list (store, "überlauf", "Overflow:Why does the Überlauf of ring.c \"hang\"? Look.;");
  assert_list (store, "\"hang\" RING.C", "Overflow:Why does the Überlauf of ring.c \"hang\"? Look.;");
  assert_list (store, "ring parser", "");
  assert_list (store, "blocks", "");
  finish (store);
}

/* A run that ended in the middle of a line costs that line. */
static void
test_torn (void)
{
  EnclaveSessionStore *store = enclave_session_store_new ("/p");
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  gsize length;

  enclave_session_store_append (store, FIRST, HEAD (FIRST));
  enclave_session_store_append (store, FIRST, TITLE ("One"));
  enclave_session_store_flush (store);
  path = find_file (FIRST);
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_assert_true (g_file_set_contents (path, text, (gssize) length - 4, NULL));
  assert_lines (store, FIRST, HEAD (FIRST));
  enclave_session_store_append (store, FIRST, TITLE ("Two"));
  assert_lines (store, FIRST, HEAD (FIRST) "\n{\"type\":\"title\",\"title\":\"On\n" TITLE ("Two"));
  assert_list (store, NULL, "Two;");
  finish (store);
}

/* What can't be kept is told, keeps nothing half, and is kept as soon as it can be. */
static void
test_full (void)
{
  EnclaveSessionStore *store = enclave_session_store_new ("/p");
  g_autofree char *large = g_strnfill (8192, 'x');
  g_autofree char *line = g_strdup_printf ("{\"type\":\"title\",\"title\":\"%s\"}", large);
  g_autofree char *wanted = g_strdup_printf (HEAD (FIRST) "\n%s\n" TITLE ("Two"), line);
  struct rlimit before;
  struct rlimit small = { 4096, RLIM_INFINITY };

  enclave_session_store_append (store, FIRST, HEAD (FIRST));
  assert_lines (store, FIRST, HEAD (FIRST));
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small.rlim_max = before.rlim_max;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  enclave_session_store_append (store, FIRST, line);
  for (guint i = 0; i < 3000 && enclave_session_store_get_problem (store) == NULL; i++)
    enclave_test_spin (10);
  g_assert_nonnull (enclave_session_store_get_problem (store));
  assert_lines (store, FIRST, HEAD (FIRST));

  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  enclave_session_store_append (store, FIRST, TITLE ("Two"));
  assert_lines (store, FIRST, wanted);
  g_assert_null (enclave_session_store_get_problem (store));
  finish (store);
}

/* What is deleted while the disk is full does not come back when there is room. */
static void
test_full_and_deleted (void)
{
  EnclaveSessionStore *store = enclave_session_store_new ("/p");
  g_autofree char *large = g_strnfill (8192, 'x');
  g_autofree char *line = g_strdup_printf ("{\"type\":\"title\",\"title\":\"%s\"}", large);
  g_autofree char *path = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  struct rlimit before;
  struct rlimit small = { 4096, RLIM_INFINITY };

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small.rlim_max = before.rlim_max;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  enclave_session_store_append (store, FIRST, HEAD (FIRST));
  assert_lines (store, FIRST, HEAD (FIRST));
  enclave_session_store_append (store, FIRST, line);
  for (guint i = 0; i < 3000 && enclave_session_store_get_problem (store) == NULL; i++)
    enclave_test_spin (10);
  g_assert_nonnull (enclave_session_store_get_problem (store));

  enclave_session_store_delete_async (store, FIRST, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  g_assert_true (enclave_session_store_delete_finish (store, result, &error));
  g_assert_null (enclave_session_store_get_problem (store));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  enclave_session_store_append (store, SECOND, HEAD (SECOND));
  assert_lines (store, SECOND, HEAD (SECOND));
  path = find_file (FIRST);
  g_assert_null (path);
  g_clear_object (&result);
  finish (store);
}

/* The program that ends right after it was asked to delete has deleted. */
static void
test_delete_and_end (void)
{
  EnclaveSessionStore *store = enclave_session_store_new ("/p");
  g_autofree char *path = NULL;
  g_autofree char *kept = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;

  enclave_session_store_append (store, FIRST, HEAD (FIRST));
  enclave_session_store_flush (store);
  enclave_session_store_append (store, SECOND, HEAD (SECOND));
  enclave_session_store_delete_async (store, FIRST, NULL, enclave_test_result_callback, &slot);
  enclave_session_store_flush (store);
  path = find_file (FIRST);
  g_assert_null (path);
  kept = find_file (SECOND);
  g_assert_nonnull (kept);
  result = enclave_test_wait (&slot);
  g_assert_true (enclave_session_store_delete_finish (store, result, &error));
  g_clear_object (&result);
  finish (store);
}

static void
test_links (void)
{
  EnclaveSessionStore *store = enclave_session_store_new ("/p");
  g_autofree char *path = NULL;
  g_autofree char *target = g_build_filename (g_get_tmp_dir (), "enclave-test-target", NULL);
  g_autofree char *text = NULL;

  enclave_session_store_append (store, FIRST, HEAD (FIRST));
  enclave_session_store_flush (store);
  path = find_file (FIRST);
  g_assert_cmpint (g_rename (path, target), ==, 0);
  g_assert_cmpint (symlink (target, path), ==, 0);
  enclave_session_store_append (store, FIRST, TITLE ("Elsewhere"));
  for (guint i = 0; i < 3000 && enclave_session_store_get_problem (store) == NULL; i++)
    enclave_test_spin (10);
  g_assert_nonnull (enclave_session_store_get_problem (store));
  g_assert_true (g_file_get_contents (target, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, HEAD (FIRST) "\n");
  assert_list (store, NULL, "");
  enclave_session_store_flush (store);
  g_unlink (target);
  finish (store);
}

/* Many and long ones: a list is made in a moment. */
static void
test_many (void)
{
  EnclaveSessionStore *store = enclave_session_store_new ("/many");
  g_autofree char *folder = enclave_state_dir_ensure ("conversations", NULL);
  g_autofree char *said = g_strnfill (100 * 1024, 'y');
  g_autofree char *text = NULL;
  g_autofree char *list = NULL;
  g_autofree char *name = NULL;
  gint64 started;
  double listed_ms;
  double searched_ms;

  enclave_session_store_append (store, FIRST, HEAD (FIRST));
  enclave_session_store_flush (store);
  name = find_file (FIRST);
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *id = g_uuid_string_random ();
      g_autofree char *path = g_strndup (name, strlen (name) - strlen (FIRST ".jsonl"));
      g_autofree char *file = g_strconcat (path, id, ".jsonl", NULL);

      g_free (text);
      text = g_strdup_printf ("{\"type\":\"conversation\",\"id\":\"%s\"}\n" TITLE ("T") "\n" SAID ("%s needle%u") "\n", id, said, i);
      g_assert_true (g_file_set_contents (file, text, -1, NULL));
    }
  started = g_get_monotonic_time ();
  list = dup_list (store, NULL);
  listed_ms = (double) (g_get_monotonic_time () - started) / 1000;
  g_assert_cmpuint (strlen (list), ==, 200 * 2 + 1);
  started = g_get_monotonic_time ();
  g_free (list);
  list = dup_list (store, "needle77");
  searched_ms = (double) (g_get_monotonic_time () - started) / 1000;
  g_assert_true (g_str_has_prefix (list, "T:…"));
  g_test_message ("200 conversations of 100 KiB: listed in %.0f ms, searched in %.0f ms", listed_ms, searched_ms);
  g_assert_cmpfloat (listed_ms, <, 3000);
  g_assert_cmpfloat (searched_ms, <, 6000);
  finish (store);
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-store/keep", test_keep);
  g_test_add_func ("/session-store/list", test_list);
  g_test_add_func ("/session-store/order", test_order);
  g_test_add_func ("/session-store/torn", test_torn);
  g_test_add_func ("/session-store/full", test_full);
  g_test_add_func ("/session-store/full-and-deleted", test_full_and_deleted);
  g_test_add_func ("/session-store/delete-and-end", test_delete_and_end);
  g_test_add_func ("/session-store/links", test_links);
  g_test_add_func ("/session-store/many", test_many);

  return g_test_run ();
}
