/* test-turn-context.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-context-budget.h"
#include "enclave-flow-fixture.h"
#include "enclave-json.h"
#include "enclave-test-server.h"

/* What a person is told of the window before anything is sent: how full it will be, of what, and what was cut. */

static guint
sum (const EnclaveContextReport *report)
{
  guint all = 0;

  for (guint i = 0; i < ENCLAVE_CONTEXT_N_KINDS; i++)
    all += report->tokens[i];

  return all;
}

/* Nobody has pressed Send: what would be masked then is not told to be counted. */
static void
test_not_counted (EnclaveFlow *flow, gconstpointer data)
{
  static const char *const drafts[] = { "Is " ENCLAVE_FLOW_CANARY " right?", "Is ghp_w7Kd02mQzR4tYb91LxVnC83sPeHj56GaUf0T right?",
                                        "Is brand-new-9876543210 right?" };
  g_autoptr (EnclaveTestServer) server =
    enclave_test_server_new ("{\"listing\":\"vllm\",\"routes\":{\"/tokenize\":{\"json\":{\"count\":1234}}}}");

  enclave_flow_connect (flow, enclave_test_server_get_address (server));
  enclave_test_project_write (flow->project, ".env.local", "KEY=brand-new-9876543210\n");
  for (guint i = 0; i < G_N_ELEMENTS (drafts); i++)
    {
      g_autoptr (EnclaveContextReport) report = enclave_flow_count (flow, drafts[i], NULL);

      g_assert_nonnull (report);
      g_assert_false (report->counted);
      g_assert_cmpuint (report->total, >, 0);
    }
  g_assert_null (enclave_test_server_dup_request (server, "/tokenize", 0));
}

/* A server that can count is asked, and its word is what is told. */
static void
test_counted (EnclaveFlow *flow, gconstpointer data)
{
  gboolean vllm = GPOINTER_TO_INT (data);
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new (
    vllm ? "{\"listing\":\"vllm\",\"routes\":{\"/tokenize\":{\"json\":{\"count\":1234}}}}"
         : "{\"listing\":\"llamacpp\",\"routes\":{\"/apply-template\":{\"json\":{\"prompt\":\"the prompt\"}},"
           "\"/tokenize\":{\"json\":{\"tokens\":[1,2,3,4,5,6,7,8,9]}}}}");
  g_autoptr (EnclaveContextReport) report = NULL;
  g_autoptr (JsonObject) question = NULL;

  enclave_flow_connect (flow, enclave_test_server_get_address (server));
  report = enclave_flow_count (flow, "What is a ring?", NULL);
  g_assert_nonnull (report);
  g_assert_true (report->counted);
  g_assert_cmpuint (report->total, ==, vllm ? 1234 : 9);
  g_assert_cmpuint (sum (report), ==, report->total);
  question = enclave_test_server_dup_request (server, vllm ? "/tokenize" : "/apply-template", 0);
  g_assert_nonnull (strstr (enclave_json_peek_string (question, "body"), "What is a ring?"));
  g_assert_nonnull (strstr (enclave_json_peek_string (question, "body"), "\"tools\""));
  g_assert_null (strstr (enclave_json_peek_string (question, "body"), "\"stream\""));
  if (!vllm)
    {
      g_autoptr (JsonObject) tokenize = enclave_test_server_dup_request (server, "/tokenize", 0);

      g_assert_nonnull (strstr (enclave_json_peek_string (tokenize, "body"), "the prompt"));
    }
  g_assert_cmpuint (enclave_test_server_count_requests (server, "/v1/chat/completions"), ==, 0);
}

/* One that can't is not asked, and the draft is part of what is reckoned. */
static void
test_reckoned (EnclaveFlow *flow, gconstpointer data)
{
  g_autofree char *words = g_strnfill (4000, 'x');
  g_autoptr (EnclaveContextReport) empty = enclave_flow_count (flow, "", NULL);
  g_autoptr (EnclaveContextReport) report = enclave_flow_count (flow, words, NULL);

  g_assert_false (report->counted);
  g_assert_cmpuint (sum (report), ==, report->total);
  g_assert_cmpuint (report->total, >, empty->total + 500);
  g_assert_cmpuint (report->tokens[ENCLAVE_CONTEXT_CONVERSATION], >, empty->tokens[ENCLAVE_CONTEXT_CONVERSATION] + 500);
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 0);
}

/* What is larger than its share of the window is cut at a line, the model is told how to go on, the person that it was cut. */
static void
test_cut (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (EnclaveContextReport) report = NULL;
  const char *request;
  const char *left_out;

  for (guint i = 1; i <= 1500; i++)
    g_string_append_printf (text, "line %u of a file that is long\n", i);
  enclave_test_project_write (flow->project, "src/long.c", text->str);
  enclave_flow_server_add_call (flow->server, NULL, "read_file", "{\"path\":\"src/long.c\"}", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Long.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Read src/long.c");

  request = enclave_flow_server_get_request (flow->server, 1);
  g_assert_nonnull (strstr (request, "(Cut: the window is full. Go on with start_line "));
  report = enclave_agent_service_report_context (flow->service, NULL);
  g_assert_cmpuint (report->left_out->len, ==, 1);
  left_out = g_ptr_array_index (report->left_out, 0);
  g_test_message ("cut: %s", left_out);
  g_assert_true (g_str_has_prefix (left_out, "src/long.c: "));
  g_assert_cmpuint (report->tokens[ENCLAVE_CONTEXT_FILES], >, report->tokens[ENCLAVE_CONTEXT_CONVERSATION]);
  enclave_agent_service_new_conversation (flow->service);
  g_clear_pointer (&report, enclave_context_report_free);
  report = enclave_agent_service_report_context (flow->service, NULL);
  g_assert_cmpuint (report->left_out->len, ==, 0);
  g_assert_cmpuint (report->tokens[ENCLAVE_CONTEXT_FILES], ==, 0);
}

/* The shares of a window never add up to more than it. */
static void
test_plan (void)
{
  guint before = 0;

  for (guint window = 4096; window <= 131072; window += 512)
    {
      EnclaveContextPlan plan;

      enclave_context_budget_plan (window, &plan);
      g_assert_cmpuint (plan.front + plan.memory + plan.map + plan.reads + plan.history + plan.reply, <=, window);
      g_assert_cmpuint (plan.reads, >=, before);
      before = plan.reads;
    }
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);

#define ADD(path, data, test) g_test_add ("/turn-context/" path, EnclaveFlow, data, enclave_flow_set_up, test, enclave_flow_tear_down)
  ADD ("counted/llamacpp", GINT_TO_POINTER (FALSE), test_counted);
  ADD ("counted/vllm", GINT_TO_POINTER (TRUE), test_counted);
  ADD ("not-counted", NULL, test_not_counted);
  ADD ("reckoned", NULL, test_reckoned);
  ADD ("cut", NULL, test_cut);
  g_test_add_func ("/turn-context/plan", test_plan);

  return g_test_run ();
}
