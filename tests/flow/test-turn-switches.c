/* test-turn-switches.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-flow-fixture.h"
#include "enclave-json.h"
#include "enclave-model-switches.h"
#include "enclave-test-server.h"

#define SCRIPT \
  "{\"listing\":\"llamacpp\",\"models\":[{\"id\":\"qwen3-8b\"}],\"replies\":[" \
  "{\"when\":{\"contains\":\"One?\"},\"events\":[{\"text\":\"Yes.\"}]}]}"
#define ROUTE "/v1/chat/completions"

static char *
dup_body (EnclaveTestServer *server, guint index)
{
  g_autoptr (JsonObject) entry = enclave_test_server_dup_request (server, ROUTE, index);

  return g_strdup (enclave_json_peek_string (entry, "body"));
}

/* The agent sends what is set; what is set later waits for the next conversation, so that no request differs from the one
 * before it in its beginning. */
static void
test_fixed (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new (SCRIPT);
  EnclaveModelSwitches switches = { ENCLAVE_THINKING_OFF, 0.25, 700 };
  g_autoptr (GError) error = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *next = NULL;
  const char *messages;

  enclave_flow_connect (flow, enclave_test_server_get_address (server));
  g_assert_true (enclave_model_switches_save (&switches, flow->model, &error));
  g_assert_no_error (error);
  enclave_flow_ask (flow, "One?");
  switches = (EnclaveModelSwitches) { ENCLAVE_THINKING_ON, 1, 300 };
  g_assert_true (enclave_model_switches_save (&switches, flow->model, &error));
  enclave_flow_ask (flow, "One? Again");
  enclave_agent_service_new_conversation (flow->service);
  enclave_flow_ask (flow, "One? Anew");

  first = dup_body (server, 0);
  second = dup_body (server, 1);
  next = dup_body (server, 2);
  g_assert_nonnull (strstr (first, "\"chat_template_kwargs\":{\"enable_thinking\":false}"));
  g_assert_nonnull (strstr (first, "\"max_tokens\":700"));
  g_assert_nonnull (strstr (first, "\"temperature\":0.25"));
  messages = g_strrstr (first, "}],");
  g_assert_nonnull (messages);
  g_assert_true (strncmp (first, second, (gsize) (messages + 1 - first)) == 0);
  g_assert_nonnull (strstr (next, "\"chat_template_kwargs\":{\"enable_thinking\":true}"));
  g_assert_nonnull (strstr (next, "\"max_tokens\":300"));
}

/* What the server read ahead begins no conversation: until somebody speaks, what is set still counts. */
static void
test_set_after_warm_up (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new (
    "{\"listing\":\"vllm\",\"models\":[{\"id\":\"Qwen/Qwen3-8B\"}],\"replies\":["
    "{\"events\":[{\"text\":\"x\"},{\"usage\":{\"prompt\":1800,\"completion\":1}}]},{\"events\":[{\"text\":\"Yes.\"}]}]}");
  const EnclaveModelSwitches switches = { ENCLAVE_THINKING_OFF, 0.25, 700 };
  g_autofree char *warm = NULL;
  g_autofree char *asked = NULL;
  guint tokens = 0;

  enclave_flow_connect (flow, enclave_test_server_get_address (server));
  enclave_agent_service_warm_up (flow->service, 10);
  for (guint i = 0; i < 3000 && enclave_agent_service_get_warm_up (flow->service, &tokens, NULL); i++)
    enclave_test_spin (10);
  g_assert_true (enclave_model_switches_save (&switches, flow->model, NULL));
  enclave_flow_ask (flow, "One?");

  warm = dup_body (server, 0);
  asked = dup_body (server, 1);
  g_assert_null (strstr (warm, "\"enable_thinking\""));
  g_assert_nonnull (strstr (asked, "\"chat_template_kwargs\":{\"enable_thinking\":false}"));
  g_assert_nonnull (strstr (asked, "\"temperature\":0.25"));
}

/* Nothing set, a family that is known. */
static void
test_default (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new (
    "{\"listing\":\"vllm\",\"models\":[{\"id\":\"Qwen/Qwen2.5-Coder-7B-Instruct\"}],\"replies\":["
    "{\"when\":{\"contains\":\"One?\"},\"events\":[{\"text\":\"Yes.\"}]}]}");
  g_autofree char *body = NULL;

  enclave_flow_connect (flow, enclave_test_server_get_address (server));
  enclave_flow_ask (flow, "One?");
  body = dup_body (server, 0);
  g_assert_null (strstr (body, "chat_template_kwargs"));
  g_assert_nonnull (strstr (body, "\"temperature\":0.2"));
}

/* Another model makes the edits; the conversation goes on with either. */
static void
test_edit_role (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) chat = enclave_test_server_new (SCRIPT);
  g_autoptr (EnclaveTestServer) edit = enclave_test_server_new (
    "{\"listing\":\"vllm\",\"models\":[{\"id\":\"coder\",\"context\":9000}],\"replies\":["
    "{\"when\":{\"contains\":\"One?\"},\"events\":[{\"text\":\"Done.\"}]}]}");
  g_autoptr (EnclaveInferenceClient) client = NULL;
  g_autoptr (EnclaveModelInfo) model = NULL;
  g_autofree char *body = NULL;
  guint window;

  enclave_flow_connect (flow, enclave_test_server_get_address (edit));
  client = g_object_ref (flow->client);
  model = g_object_ref (flow->model);
  enclave_flow_connect (flow, enclave_test_server_get_address (chat));
  enclave_agent_service_set_edit_model (flow->service, client, model);

  enclave_agent_service_set_mode (flow->service, ENCLAVE_MODE_ASK);
  enclave_flow_ask (flow, "One?");
  g_assert_cmpuint (enclave_test_server_count_requests (chat, ROUTE), ==, 1);
  g_assert_cmpuint (enclave_test_server_count_requests (edit, ROUTE), ==, 0);
  enclave_agent_service_set_mode (flow->service, ENCLAVE_MODE_EDIT);
  g_object_get (flow->service, "tokens-window", &window, NULL);
  g_assert_cmpuint (window, ==, 9000);
  enclave_flow_ask (flow, "One? Edit");
  g_assert_cmpuint (enclave_test_server_count_requests (chat, ROUTE), ==, 1);
  g_assert_cmpuint (enclave_test_server_count_requests (edit, ROUTE), ==, 1);
  body = dup_body (edit, 0);
  g_assert_nonnull (strstr (body, "\"model\":\"coder\""));
  /* All that was said before. */
  g_assert_nonnull (strstr (body, "\"content\":\"Yes.\""));
  enclave_agent_service_set_edit_model (flow->service, NULL, NULL);
  enclave_flow_ask (flow, "One? Again");
  g_assert_cmpuint (enclave_test_server_count_requests (chat, ROUTE), ==, 2);
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) \
  g_test_add ("/turn-switches/" name, EnclaveFlow, NULL, enclave_flow_set_up, function, enclave_flow_tear_down)
  ADD ("fixed", test_fixed);
  ADD ("set-after-warm-up", test_set_after_warm_up);
  ADD ("default", test_default);
  ADD ("edit-role", test_edit_role);
#undef ADD
  return g_test_run ();
}
