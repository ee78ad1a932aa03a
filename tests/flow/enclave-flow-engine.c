/* enclave-flow-engine.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-flow-engine.h"

#include "enclave-test-project.h"

struct _EnclaveFlowEngine
{
  GSubprocess *process;
  char *address;
  char *problem;
};

EnclaveFlowEngine *
enclave_flow_engine_new (const char *form, guint token_delay_ms)
{
  EnclaveFlowEngine *self = g_new0 (EnclaveFlowEngine, 1);
  g_autofree char *node = g_find_program_in_path ("node");
  const char *folder = g_getenv ("ENCLAVE_TOY_ENGINE");
  g_autofree char *installed = folder != NULL ? g_build_filename (folder, "installed", NULL) : NULL;
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "..", "support", "toy-engine.mjs", NULL);
  g_autofree char *model = g_test_build_filename (G_TEST_DIST, "..", "fixtures", "toy", "toy.gguf", NULL);
  g_autofree char *template = g_test_build_filename (G_TEST_DIST, "..", "fixtures", "toy", "toy-template.jinja", NULL);
  g_autofree char *delay = g_strdup_printf ("%u", token_delay_ms);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  if (node == NULL || installed == NULL || !g_file_test (installed, G_FILE_TEST_EXISTS))
    {
      self->problem = g_strdup_printf ("the toy engine is not installed in %s: sh tests/support/install-toy-engine.sh",
                                       folder != NULL ? folder : "any folder");
      return self;
    }

  self->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, node, script,
                                    folder, model, template, form, delay, NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  self->address = g_data_input_stream_read_line_finish_utf8 (lines, result, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (self->address);
  g_assert_true (g_str_has_prefix (self->address, "http://127.0.0.1:"));
  return self;
}

void
enclave_flow_engine_free (EnclaveFlowEngine *self)
{
  if (self->process != NULL)
    g_subprocess_force_exit (self->process);
  g_clear_object (&self->process);
  g_free (self->address);
  g_free (self->problem);
  g_free (self);
}

const char *
enclave_flow_engine_get_address (EnclaveFlowEngine *self)
{
  return self->address;
}

const char *
enclave_flow_engine_get_problem (EnclaveFlowEngine *self)
{
  return self->problem;
}
