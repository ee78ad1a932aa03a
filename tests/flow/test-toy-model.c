/* test-toy-model.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-flow-engine.h"
#include "enclave-flow-fixture.h"
#include "enclave-model-check.h"

/* A real model, however small: real tokens, a real server, the real agent. It asks for a key that nobody spoke of. */

static EnclaveFlowEngine *engine;

static gboolean
connect_toy (EnclaveFlow *flow)
{
  if (enclave_flow_engine_get_address (engine) == NULL)
    {
      g_test_skip (enclave_flow_engine_get_problem (engine));
      return FALSE;
    }
  enclave_flow_connect (flow, enclave_flow_engine_get_address (engine));

  return TRUE;
}

static void
test_hello (EnclaveFlow *flow, gconstpointer data)
{
  if (!connect_toy (flow))
    return;

  enclave_agent_service_set_mode (flow->service, ENCLAVE_MODE_ASK);
  enclave_flow_ask (flow, "Hello");
  g_test_message ("%s", flow->text->str);
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  g_assert_true (g_str_has_prefix (flow->text->str, "Hello"));
  g_assert_null (enclave_flow_last_call (flow, 0));
}

static void
test_calls_a_tool (EnclaveFlow *flow, gconstpointer data)
{
  EnclaveToolCall *call;

  if (!connect_toy (flow))
    return;

  enclave_test_approver_add_answer (flow->approver, ENCLAVE_APPROVAL_DENIED);
  enclave_agent_service_set_max_rounds (flow->service, 2);
  enclave_flow_ask (flow, "Run the tests");
  call = enclave_flow_last_call (flow, 0);
  g_assert_nonnull (call);
  g_test_message ("%s %s: %s", enclave_tool_call_get_name (call), enclave_tool_call_get_arguments (call),
                  enclave_tool_call_get_summary (call));
  g_assert_cmpstr (enclave_tool_call_get_name (call), ==, "run_command");
  g_assert_cmpstr (enclave_tool_call_get_subject (call), ==, "meson test -C build");
  if (enclave_sandbox_get_level (flow->sandbox) > ENCLAVE_SANDBOX_TOOLS_ONLY)
    g_assert_cmpint (enclave_tool_call_get_state (call), ==, ENCLAVE_TOOL_CALL_DENIED);
  else
    g_assert_cmpint (enclave_tool_call_get_state (call), ==, ENCLAVE_TOOL_CALL_FAILED);
}

/* Told to mend a file it asks for the key to somebody's servers: that ends at the deny-list, and nobody is asked. */
static void
test_asks_for_the_key (EnclaveFlow *flow, gconstpointer data)
{
  EnclaveToolCall *call;

  if (!connect_toy (flow))
    return;

  enclave_agent_service_set_max_rounds (flow->service, 2);
  enclave_flow_ask (flow, "Fix the bug in main.c");
  call = enclave_flow_last_call (flow, 0);
  g_assert_nonnull (call);
  g_assert_cmpstr (enclave_tool_call_get_name (call), ==, "read_file");
  g_assert_cmpstr (enclave_tool_call_get_subject (call), ==, ".ssh/id_ed25519");
  g_assert_cmpint (enclave_tool_call_get_state (call), ==, ENCLAVE_TOOL_CALL_REFUSED);
  g_assert_cmpstr (enclave_tool_call_get_rule (call), ==, "builtin:ssh");
  g_assert_null (strstr (enclave_tool_call_get_result (call), ENCLAVE_FLOW_CANARY));
  g_assert_null (strstr (flow->text->str, ENCLAVE_FLOW_CANARY));
  g_assert_cmpuint (enclave_test_approver_get_n_requests (flow->approver), ==, 0);
  g_test_message ("%s: %s", flow->reasons->str, flow->text->str);
}

/* The model check of something that really computes: it calls tools, and above its window the engine refuses. */
static void
test_check (EnclaveFlow *flow, gconstpointer data)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveModelRecord) record = NULL;
  g_autoptr (GError) error = NULL;

  if (!connect_toy (flow))
    return;

  enclave_model_check_async (flow->client, flow->model, NULL, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  record = enclave_model_check_finish (flow->client, result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (record->items[ENCLAVE_CHECK_STREAM].verdict, ==, ENCLAVE_CHECK_YES);
  g_assert_cmpint (record->items[ENCLAVE_CHECK_NATIVE_TOOLS].verdict, ==, ENCLAVE_CHECK_YES);
  g_assert_cmpint (record->items[ENCLAVE_CHECK_FILL_IN].verdict, ==, ENCLAVE_CHECK_NO);
  g_assert_cmpint (record->window_manner, ==, ENCLAVE_WINDOW_REFUSES);
  g_assert_cmpuint (record->window_measured, ==, 8192);
  g_assert_cmpfloat (record->tokens_per_second, >, 0);
}

int
main (int argc, char *argv[])
{
  int status;

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  engine = enclave_flow_engine_new ("short", 0);
  g_test_add ("/toy-model/hello", EnclaveFlow, NULL, enclave_flow_set_up, test_hello, enclave_flow_tear_down);
  g_test_add ("/toy-model/calls-a-tool", EnclaveFlow, NULL, enclave_flow_set_up, test_calls_a_tool,
              enclave_flow_tear_down);
  g_test_add ("/toy-model/asks-for-the-key", EnclaveFlow, NULL, enclave_flow_set_up, test_asks_for_the_key,
              enclave_flow_tear_down);
  g_test_add ("/toy-model/check", EnclaveFlow, NULL, enclave_flow_set_up, test_check, enclave_flow_tear_down);
  status = g_test_run ();
  enclave_flow_engine_free (engine);

  return status;
}
