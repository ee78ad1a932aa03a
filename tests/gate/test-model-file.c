/* test-model-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-model-file.h"
#include "enclave-service-folder.h"
#include "enclave-service-places.h"
#include "enclave-test-project.h"

static EnclaveModelFile *
open_file (const char *path, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_model_file_open_async (path, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  return enclave_model_file_open_finish (result, error);
}

static char *
hash (EnclaveModelFile *file, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_model_file_hash_async (file, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  return enclave_model_file_hash_finish (file, result, error);
}

static void
assert_refused (const char *path, EnclaveGateError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (open_file (path, &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, (int) code);
}

static void
test_reads (void)
{
  g_autoptr (EnclaveTestProject) place = enclave_test_project_new ();
  g_autofree char *link = enclave_test_project_path (place, "link.gguf");
  g_autofree char *path = enclave_test_project_path (place, "a.gguf");
  g_autoptr (EnclaveModelFile) file = NULL;
  g_autofree char *sum = NULL;
  g_autoptr (GError) error = NULL;

  enclave_test_project_write (place, "a.gguf", "GGUFabc");
  enclave_test_project_symlink (place, "a.gguf", "link.gguf");
  file = open_file (link, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (enclave_model_file_get_path (file), ==, path);
  g_assert_cmpstr (enclave_model_file_get_name (file), ==, "a.gguf");
  g_assert_cmpuint (enclave_model_file_get_size (file), ==, 7);
  g_assert_cmpmem (g_bytes_get_data (enclave_model_file_get_head (file), NULL), 7, "GGUFabc", 7);
  sum = hash (file, &error);
  g_assert_no_error (error);
  /* As sha256sum says. */
  g_assert_cmpstr (sum, ==, "23087cd7c7b269c4552f0bd250e0f42c736ae0387c17ce3c3a49c47bfdc763b8");
  g_assert_cmpuint (enclave_model_file_get_hashed_bytes (file), ==, 7);

  /* Replaced by another meanwhile: what was opened stays what is read. */
  enclave_test_project_remove (place, "a.gguf");
  enclave_test_project_write (place, "a.gguf", "GGUFother");
  g_clear_pointer (&sum, g_free);
  sum = hash (file, NULL);
  g_assert_cmpstr (sum, ==, "23087cd7c7b269c4552f0bd250e0f42c736ae0387c17ce3c3a49c47bfdc763b8");
}

static void
test_changed (void)
{
  g_autoptr (EnclaveTestProject) place = enclave_test_project_new ();
  g_autofree char *path = enclave_test_project_path (place, "a.gguf");
  g_autoptr (EnclaveModelFile) file = NULL;
  g_autoptr (GError) error = NULL;
  FILE *stream;

  enclave_test_project_write (place, "a.gguf", "GGUFabc");
  file = open_file (path, NULL);
  stream = fopen (path, "a");
  fputs ("more", stream);
  fclose (stream);
  g_assert_null (hash (file, &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_CHANGED);
}

static void
test_refused (void)
{
  g_autoptr (EnclaveTestProject) place = enclave_test_project_new ();
  g_autofree char *fifo = enclave_test_project_path (place, "fifo.gguf");
  g_autofree char *missing = enclave_test_project_path (place, "missing.gguf");
  g_autofree char *dangling = enclave_test_project_path (place, "dangling.gguf");

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  enclave_test_project_symlink (place, "nowhere", "dangling.gguf");
  assert_refused (fifo, ENCLAVE_GATE_ERROR_NOT_REGULAR);
  assert_refused (place->root, ENCLAVE_GATE_ERROR_NOT_REGULAR);
  assert_refused ("/dev/null", ENCLAVE_GATE_ERROR_NOT_REGULAR);
  assert_refused (missing, ENCLAVE_GATE_ERROR_NOT_FOUND);
  assert_refused (dangling, ENCLAVE_GATE_ERROR_NOT_FOUND);
}

static void
test_parts (void)
{
  g_autoptr (EnclaveTestProject) place = enclave_test_project_new ();
  g_autofree char *second = enclave_test_project_path (place, "m-00002-of-00003.gguf");
  g_autofree char *first = enclave_test_project_path (place, "m-00001-of-00003.gguf");
  g_autoptr (EnclaveModelFile) file = NULL;
  g_autoptr (GError) error = NULL;

  enclave_test_project_write (place, "m-00001-of-00003.gguf", "GGUF1");
  enclave_test_project_write (place, "m-00002-of-00003.gguf", "GGUF22");
  assert_refused (second, ENCLAVE_GATE_ERROR_NOT_FOUND);
  enclave_test_project_write (place, "m-00003-of-00003.gguf", "GGUF333");
  file = open_file (second, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (enclave_model_file_get_path (file), ==, first);
  g_assert_cmpuint (enclave_model_file_get_size (file), ==, 5 + 6 + 7);
  g_assert_cmpuint (enclave_model_file_get_first_size (file), ==, 5);
  g_assert_cmpuint (g_strv_length ((char **) enclave_model_file_get_parts (file)), ==, 3);
}

static void
test_head (void)
{
  g_autoptr (EnclaveTestProject) place = enclave_test_project_new ();
  g_autofree char *path = enclave_test_project_path (place, "film.gguf");
  g_autofree char *bytes = g_malloc0 (1 << 20);
  g_autoptr (EnclaveModelFile) file = NULL;

  /* No model: nothing but its first bytes is read. */
  enclave_test_project_write_bytes (place, "film.gguf", bytes, 1 << 20);
  file = open_file (path, NULL);
  g_assert_cmpuint (g_bytes_get_size (enclave_model_file_get_head (file)), ==, 4);
}

static void
test_folder (void)
{
  g_autofree char *folder = enclave_service_folder_make ("llm", NULL);
  g_autofree char *base = g_path_get_dirname (folder);
  g_autofree char *left = g_build_filename (base, "llm-99999999-abcdef", NULL);
  g_autofree char *left_socket = g_build_filename (left, "llm.sock", NULL);
  g_autofree char *again = NULL;
  g_autofree char *key = NULL;
  g_autofree char *path = NULL;
  GStatBuf st;

  g_assert_cmpint (g_stat (folder, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0700);
  path = enclave_service_folder_make_key (folder, &key, NULL);
  g_assert_cmpuint (strlen (key), ==, 64);
  g_assert_cmpint (g_stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_mkdir (left, 0700), ==, 0);
  g_assert_true (g_file_set_contents (left_socket, "", 0, NULL));
  again = enclave_service_folder_make ("llm", NULL);
  g_assert_false (g_file_test (left, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (folder, G_FILE_TEST_IS_DIR));
  enclave_service_folder_remove (folder);
  enclave_service_folder_remove (again);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
}

static void
test_places (void)
{
  g_autoptr (EnclaveTestProject) place = enclave_test_project_new ();
  g_autofree char *program = enclave_test_project_path (place, "llama/bin/llama-server");
  g_autofree char *home_link = g_build_filename (g_get_home_dir (), "llama-server", NULL);
  g_autofree char *resolved = NULL;
  g_auto (GStrv) places = NULL;
  g_auto (GStrv) of_link = NULL;
  g_auto (GStrv) system = enclave_service_places_of_program ("/usr/bin/true");
  g_autofree char *bin = g_path_get_dirname (program);
  g_autofree char *lib = enclave_test_project_path (place, "llama/lib");

  enclave_test_project_write (place, "llama/bin/llama-server", "#!/bin/sh\n");
  enclave_test_project_make_folder (place, "llama/lib");
  g_assert_cmpint (symlink (program, home_link), ==, 0);
  places = enclave_service_places_of_program (program);
  g_assert_cmpuint (g_strv_length (places), ==, 2);
  g_assert_true (g_strv_contains ((const char *const *) places, bin));
  g_assert_true (g_strv_contains ((const char *const *) places, lib));
  /* A link in the home folder shows where it leads, and not the home folder. */
  resolved = enclave_service_places_resolve (home_link);
  g_assert_cmpstr (resolved, ==, program);
  of_link = enclave_service_places_of_program (home_link);
  g_assert_false (g_strv_contains ((const char *const *) of_link, g_get_home_dir ()));
  g_assert_cmpuint (g_strv_length (system), ==, 0);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-file/reads", test_reads);
  g_test_add_func ("/model-file/changed", test_changed);
  g_test_add_func ("/model-file/refused", test_refused);
  g_test_add_func ("/model-file/parts", test_parts);
  g_test_add_func ("/model-file/head", test_head);
  g_test_add_func ("/service-folder/private", test_folder);
  g_test_add_func ("/service-places/program", test_places);
  return g_test_run ();
}
