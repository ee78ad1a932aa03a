/* test-model-import.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "enclave-model-import.h"
#include "enclave-test-exchange.h"
#include "enclave-test-project.h"

#define TOY_SHA256 "a58cde5b80eaaa284717d62c007c173d9dab9b85390542de5881221baf7eb05c"

typedef struct
{
  EnclaveTestProject *place;
  GSubprocess *ollama;
  EnclaveInferenceClient *client;
  EnclaveModelFile *model;
} Fixture;

static EnclaveModelFile *
open_model (const char *path)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnclaveModelFile *model;

  enclave_model_file_open_async (path, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  model = enclave_model_file_open_finish (result, &error);
  g_assert_no_error (error);
  return model;
}

static GListModel *
identify (Fixture *fixture)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GListModel *models;

  enclave_inference_client_identify_async (fixture->client, 5000, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  models = enclave_inference_client_identify_finish (fixture->client, result, &error);
  g_assert_no_error (error);
  return models;
}

/* @mode: (nullable): what the fake program is told. */
static void
set_up (Fixture *fixture, const char *mode)
{
  g_autofree char *source = g_test_build_filename (G_TEST_DIST, "support", "fake-ollama.py", NULL);
  g_autofree char *toy = g_test_build_filename (G_TEST_DIST, "fixtures", "toy", "toy.gguf", NULL);
  g_autofree char *program = NULL;
  g_autofree char *text = NULL;
  g_autofree char *address = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autoptr (GListModel) models = NULL;

  fixture->place = enclave_test_project_new ();
  g_assert_true (g_file_get_contents (source, &text, NULL, NULL));
  enclave_test_project_write (fixture->place, "ollama", text);
  if (mode != NULL)
    enclave_test_project_write (fixture->place, "ollama.json", mode);
  program = enclave_test_project_path (fixture->place, "ollama");
  fixture->ollama = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL,
                                      "/usr/bin/python3", program, "serve", "0", NULL);
  g_assert_nonnull (fixture->ollama);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (fixture->ollama));
  line = g_data_input_stream_read_line (output, NULL, NULL, NULL);
  address = g_strconcat ("http://127.0.0.1:", line, NULL);
  fixture->client = enclave_test_client_new (address, ENCLAVE_ENDPOINT_UNKNOWN);
  models = identify (fixture);
  g_assert_cmpuint (g_list_model_get_n_items (models), ==, 0);
  fixture->model = open_model (toy);
}

static void
tear_down (Fixture *fixture)
{
  g_subprocess_force_exit (fixture->ollama);
  g_subprocess_wait (fixture->ollama, NULL, NULL);
  g_clear_object (&fixture->ollama);
  g_clear_object (&fixture->client);
  g_clear_object (&fixture->model);
  enclave_test_project_free (fixture->place);
}

static void
stage_cb (EnclaveModelImport *import, GParamSpec *pspec, GString *stages)
{
  static const char *const words[] = { "waiting", "hashing", "sending", "creating", "done" };

  g_string_append_printf (stages, "%s ", words[enclave_model_import_get_stage (import)]);
}

static void
run (Fixture *fixture, const char *name, const char *expected, const char *wanted_stages, GError **error)
{
  g_autoptr (EnclaveModelImport) import = enclave_model_import_new (fixture->client, fixture->model, name, expected);
  g_autoptr (GString) stages = g_string_new (NULL);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  g_signal_connect (import, "notify::stage", G_CALLBACK (stage_cb), stages);
  enclave_model_import_run_async (import, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  enclave_model_import_run_finish (import, result, error);
  g_assert_cmpstr (stages->str, ==, wanted_stages);
}

static void
test_imports (void)
{
  Fixture fixture;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) models = NULL;
  g_autoptr (EnclaveModelInfo) info = NULL;
  g_autofree char *stored = NULL;
  g_autofree char *path = NULL;
  gsize length;

  set_up (&fixture, NULL);
  run (&fixture, "toy", NULL, "hashing sending creating done ", &error);
  g_assert_no_error (error);
  models = identify (&fixture);
  g_assert_cmpuint (g_list_model_get_n_items (models), ==, 1);
  info = g_list_model_get_item (models, 0);
  g_assert_cmpstr (enclave_model_info_get_id (info), ==, "toy:latest");
  path = enclave_test_project_path (fixture.place, "models/blobs/sha256-" TOY_SHA256);
  g_assert_true (g_file_get_contents (path, &stored, &length, NULL));
  g_assert_cmpuint (length, ==, enclave_model_file_get_size (fixture.model));
  /* The server has the bytes: they are not sent again. */
  run (&fixture, "toy:second", TOY_SHA256 "  toy.gguf", "hashing creating done ", &error);
  g_assert_no_error (error);
  tear_down (&fixture);
}

static void
test_refusals (void)
{
  static const char *const names[] = { "", "a b", "../up", "a:cloud", "a:7b-cloud", "a:local", "a:", ":b", "-a", "ü" };
  Fixture fixture;

  set_up (&fixture, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;

      run (&fixture, names[i], NULL, "", &error);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
  {
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) other = NULL;
    g_autofree char *blobs = enclave_test_project_path (fixture.place, "models/blobs");

    run (&fixture, "toy", "1234", "", &error);
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    run (&fixture, "toy", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "hashing ", &other);
    g_assert_error (other, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    g_assert_nonnull (strstr (other->message, TOY_SHA256));
    /* Nothing was sent. */
    g_assert_false (g_file_test (blobs, G_FILE_TEST_EXISTS));
  }
  tear_down (&fixture);
}

static void
test_server_refuses (void)
{
  static const struct
  {
    const char *mode;
    const char *stages;
    const char *words;
  } cases[] = {
    { "{\"create\":{\"status\":400,\"error\":\"unsupported architecture\"}}", "hashing sending creating ", "unsupported architecture" },
    { "{\"blob_status\":500}", "hashing sending ", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Fixture fixture;
      g_autoptr (GError) error = NULL;

      set_up (&fixture, cases[i].mode);
      run (&fixture, "toy", NULL, cases[i].stages, &error);
      g_assert_nonnull (error);
      if (cases[i].words != NULL)
        g_assert_nonnull (strstr (error->message, cases[i].words));
      tear_down (&fixture);
    }
}

static void
test_cancel (void)
{
  Fixture fixture;
  g_autoptr (EnclaveModelImport) import = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *blob = NULL;

  set_up (&fixture, "{\"slow_s\":1}");
  import = enclave_model_import_new (fixture.client, fixture.model, "toy", NULL);
  enclave_model_import_run_async (import, cancellable, enclave_test_result_callback, &slot);
  for (guint i = 0; i < 3000 && enclave_model_import_get_stage (import) != ENCLAVE_MODEL_IMPORT_SENDING; i++)
    enclave_test_spin (10);
  enclave_test_spin (300);
  g_assert_cmpfloat (enclave_model_import_get_fraction (import), >, 0);
  g_cancellable_cancel (cancellable);
  result = enclave_test_wait (&slot);
  g_assert_false (enclave_model_import_run_finish (import, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  enclave_test_spin (1500);
  blob = enclave_test_project_path (fixture.place, "models/blobs/sha256-" TOY_SHA256);
  g_assert_false (g_file_test (blob, G_FILE_TEST_EXISTS));
  tear_down (&fixture);
}

static void
test_names (void)
{
  static const char *const pairs[][2] = { { "Qwen2.5-Coder-7B-Instruct-Q4_K_M.gguf", "qwen2.5-coder-7b-instruct-q4_k_m" },
                                          { "my model (new).GGUF", "my-model-new" },
                                          { "...", "model" },
                                          { "ünïcode.gguf", "n-code" } };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *name = enclave_model_import_suggest_name (pairs[i][0]);

      g_assert_cmpstr (name, ==, pairs[i][1]);
      g_assert_true (enclave_model_import_check_name (name, NULL));
    }
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-import/imports", test_imports);
  g_test_add_func ("/model-import/refusals", test_refusals);
  g_test_add_func ("/model-import/server-refuses", test_server_refuses);
  g_test_add_func ("/model-import/cancel", test_cancel);
  g_test_add_func ("/model-import/names", test_names);
  return g_test_run ();
}
