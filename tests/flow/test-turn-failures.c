/* test-turn-failures.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-flow-fixture.h"

static void
assert_failed (EnclaveFlow *flow, EnclaveNoticeKind notice)
{
  g_autofree char *text = enclave_flow_last_notice_text (flow);

  g_test_message ("%s", text);
  g_assert_true (g_str_has_suffix (flow->reasons->str, "error "));
  g_assert_cmpint (enclave_agent_service_get_state (flow->service), ==, ENCLAVE_TURN_FAILED);
  g_assert_cmpint (enclave_flow_last_notice (flow), ==, notice);
  g_assert_cmpstr (enclave_agent_service_get_error (flow->service), !=, "");
  g_assert_nonnull (enclave_agent_service_peek_error (flow->service));
  /* Short, and no page of somebody else's. */
  g_assert_cmpuint (strlen (text), <, 400);
  g_assert_null (strchr (text, '<'));
  g_assert_true (g_utf8_validate (text, -1, NULL));
}

static void
retry (EnclaveFlow *flow)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (enclave_agent_service_retry (flow->service, &error));
  g_assert_no_error (error);
  enclave_flow_wait_idle (flow);
}

/* A stream that is cut, in text and in a call: what came is kept, no tool runs. */
static void
test_cut (EnclaveFlow *flow, gconstpointer data)
{
  EnclaveFlowEnd end = (EnclaveFlowEnd) GPOINTER_TO_INT (data);
  g_autoptr (EnclaveMessage) message = NULL;
  g_autofree char *text = NULL;

  enclave_flow_server_add_call (flow->server, "I write. ", "write_file", "{\"path\":\"x\",\"content\":\"y\"}", end);
  enclave_flow_ask (flow, "Write");
  assert_failed (flow, ENCLAVE_NOTICE_CUT_OFF);
  g_assert_error (enclave_agent_service_peek_error (flow->service), ENCLAVE_INFERENCE_ERROR,
                  ENCLAVE_INFERENCE_ERROR_CUT_OFF);
  message = enclave_flow_last_message (flow);
  text = enclave_message_dup_text (message);
  g_assert_true (g_str_has_prefix (text, "I write."));
  g_assert_null (enclave_flow_last_call (flow, 0));
  g_assert_null (enclave_flow_change (flow, 0));

  enclave_flow_server_add_text (flow->server, "Written.", ENCLAVE_FLOW_END_WELL);
  retry (flow);
  g_assert_true (g_str_has_suffix (flow->reasons->str, "stop "));
  /* The same request once more, without the half reply. */
  g_assert_cmpstr (enclave_flow_server_get_request (flow->server, 0), ==,
                   enclave_flow_server_get_request (flow->server, 1));
}

static void
test_length (EnclaveFlow *flow, gconstpointer data)
{
  enclave_flow_server_add_call (flow->server, "I write. ", "write_file", "{\"path\":\"x\",\"content\":\"y\"}",
                                ENCLAVE_FLOW_END_LENGTH);
  enclave_flow_ask (flow, "Write");
  g_assert_cmpstr (flow->reasons->str, ==, "length ");
  g_assert_cmpint (enclave_flow_last_notice (flow), ==, ENCLAVE_NOTICE_LENGTH);
  g_assert_null (enclave_flow_last_call (flow, 0));
  g_assert_null (enclave_flow_change (flow, 0));
  enclave_flow_server_add_text (flow->server, "On.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Go on");
  g_assert_cmpstr (flow->reasons->str, ==, "length stop ");
}

static void
test_offline (EnclaveFlow *flow, gconstpointer data)
{
  enclave_flow_server_add_text (flow->server, "Hello.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Hi");
  enclave_flow_server_go_away (flow->server);
  enclave_flow_ask (flow, "Still there?");
  assert_failed (flow, ENCLAVE_NOTICE_OFFLINE);
  g_assert_error (enclave_agent_service_peek_error (flow->service), ENCLAVE_INFERENCE_ERROR,
                  ENCLAVE_INFERENCE_ERROR_OFFLINE);
  retry (flow);
  assert_failed (flow, ENCLAVE_NOTICE_OFFLINE);

  enclave_flow_server_come_back (flow->server);
  enclave_flow_server_add_text (flow->server, "Back.", ENCLAVE_FLOW_END_WELL);
  retry (flow);
  g_assert_true (g_str_has_suffix (flow->reasons->str, "stop "));
  g_assert_true (g_str_has_suffix (flow->text->str, "Back."));
  g_assert_nonnull (strstr (enclave_flow_server_get_request (flow->server, 1), "Still there?"));
  g_assert_cmpstr (enclave_agent_service_get_error (flow->service), ==, "");
  g_assert_false (enclave_agent_service_retry (flow->service, NULL));
}

/* Dies in the second round: what the tool has done is kept, and the retry goes on from there. */
static void
test_dies_after_a_tool (EnclaveFlow *flow, gconstpointer data)
{
  enclave_flow_server_add_call (flow->server, NULL, "edit_file",
                                "{\"path\":\"src/ring.c\",\"old_text\":\"int b;\",\"new_text\":\"long b;\"}",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Half a ", ENCLAVE_FLOW_END_CUT);
  enclave_flow_ask (flow, "Edit");
  assert_failed (flow, ENCLAVE_NOTICE_CUT_OFF);
  g_assert_nonnull (enclave_flow_change (flow, 0));
  enclave_flow_server_add_text (flow->server, "A whole.", ENCLAVE_FLOW_END_WELL);
  retry (flow);
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 3);
  g_assert_cmpstr (enclave_flow_server_get_request (flow->server, 1), ==,
                   enclave_flow_server_get_request (flow->server, 2));
  g_assert_cmpuint (
    enclave_change_set_get_n_proposed (enclave_agent_service_get_change_set (flow->service)), ==, 1);
}

static void
test_statuses (EnclaveFlow *flow, gconstpointer data)
{
  static const struct
  {
    guint status;
    const char *type;
    const char *body;
    EnclaveNoticeKind notice;
    EnclaveInferenceError code;
  } cases[] = {
    { 500, "application/json", "{\"error\":{\"message\":\"out of memory\",\"type\":\"server_error\",\"code\":500}}",
      ENCLAVE_NOTICE_SERVER_ERROR, ENCLAVE_INFERENCE_ERROR_SERVER },
    { 500, "text/plain", "", ENCLAVE_NOTICE_SERVER_ERROR, ENCLAVE_INFERENCE_ERROR_SERVER },
    { 401, "application/json", "{\"error\":{\"message\":\"Invalid API Key\",\"type\":\"authentication_error\"}}",
      ENCLAVE_NOTICE_SERVER_ERROR, ENCLAVE_INFERENCE_ERROR_KEY },
    { 404, "application/json", "{\"error\":\"model 'test-model' not found\"}", ENCLAVE_NOTICE_SERVER_ERROR,
      ENCLAVE_INFERENCE_ERROR_MODEL },
    { 400, "application/json",
      "{\"error\":{\"code\":400,\"type\":\"exceed_context_size_error\",\"message\":\"the request exceeds the available "
      "context size\",\"n_prompt_tokens\":9000,\"n_ctx\":4096}}",
      ENCLAVE_NOTICE_WINDOW, ENCLAVE_INFERENCE_ERROR_WINDOW },
    { 503, "application/json", "{\"error\":\"server busy, please try again\"}", ENCLAVE_NOTICE_SERVER_ERROR,
      ENCLAVE_INFERENCE_ERROR_BUSY },
    { 500, "application/json", "{\"error\":\"error loading model: unable to allocate\"}", ENCLAVE_NOTICE_SERVER_ERROR,
      ENCLAVE_INFERENCE_ERROR_SERVER },
    { 429, "application/json", "{\"error\":{\"message\":\"too many requests\"}}", ENCLAVE_NOTICE_SERVER_ERROR,
      ENCLAVE_INFERENCE_ERROR_BUSY },
    { 200, "text/html", "<html><body><h1>It works!</h1></body></html>", ENCLAVE_NOTICE_SERVER_ERROR,
      ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER },
  };
  g_autofree char *huge = g_strnfill (3000000, 'e');

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      enclave_flow_server_add_status (flow->server, cases[i].status, cases[i].type, cases[i].body);
      enclave_flow_ask (flow, "Hi");
      assert_failed (flow, cases[i].notice);
      g_assert_error (enclave_agent_service_peek_error (flow->service), ENCLAVE_INFERENCE_ERROR, (int) cases[i].code);
    }

  enclave_flow_server_add_status (flow->server, 500, "text/plain", huge);
  enclave_flow_ask (flow, "Hi");
  g_assert_cmpuint (strlen (enclave_agent_service_get_error (flow->service)), <, 4096);

  /* A failed question is not lost for the model, and roles alternate. */
  enclave_flow_server_add_text (flow->server, "Hello.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "And now?");
  g_assert_true (g_str_has_suffix (flow->reasons->str, "stop "));
}

static void
test_garbage (EnclaveFlow *flow, gconstpointer data)
{
  static const char *const bodies[] = {
    "data: not json\n\n",
    "data: {\"choices\":7}\n\ndata: [DONE]\n\n",
    "data: {\"error\":{\"message\":\"slot lost\"}}\n\n",
    "data: {\"choices\":[{\"delta\":{\"content\":\"\377\376\"}}]}\n\n",
    "\n\n\n",
    "data: [DONE]\n\n",
    "data: {\"choices\":[{\"delta\":{\"content\":\"\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      enclave_flow_server_add_status (flow->server, 200, "text/event-stream", bodies[i]);
      enclave_flow_ask (flow, "Hi");
      g_test_message ("%u: %s%s", i, flow->reasons->str, enclave_agent_service_get_error (flow->service));
      g_assert_true (g_str_has_suffix (flow->reasons->str, "error "));
      g_assert_cmpstr (enclave_agent_service_get_error (flow->service), !=, "");
    }
  g_assert_null (enclave_flow_last_call (flow, 0));
}

/* The model gets the nearest lines, the person a short word. */
static void
test_no_match (EnclaveFlow *flow, gconstpointer data)
{
  enclave_flow_server_add_call (flow->server, NULL, "edit_file",
                                "{\"path\":\"src/ring.c\",\"old_text\":\"int nowhere;\",\"new_text\":\"long b;\"}",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Well.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Edit");
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 0)), ==, ENCLAVE_TOOL_CALL_FAILED);
  g_assert_cmpstr (enclave_tool_call_get_summary (enclave_flow_last_call (flow, 0)), ==, "no match");
  g_assert_nonnull (strstr (enclave_tool_call_get_result (enclave_flow_last_call (flow, 0)), "int b;"));
}

/* A file that changed after the proposal is a conflict, and nothing is lost. */
static void
test_conflicts (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  EnclaveChange *change;

  enclave_flow_server_add_call (flow->server, NULL, "edit_file",
                                "{\"path\":\"src/ring.c\",\"old_text\":\"int b;\",\"new_text\":\"long b;\"}",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_call (flow->server, NULL, "write_file", "{\"path\":\"src/other.c\",\"content\":\"mine\\n\"}",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Proposed.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Edit");
  enclave_test_project_write (flow->project, "src/other.c", "theirs\n");
  enclave_flow_apply (flow, &error);
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_CHANGED);
  g_clear_error (&error);
  /* All or none. */
  enclave_flow_assert_file (flow, "src/ring.c", ENCLAVE_FLOW_RING);
  enclave_flow_assert_file (flow, "src/other.c", "theirs\n");
  change = enclave_flow_change (flow, 1);
  g_assert_cmpint (enclave_change_get_status (change), ==, ENCLAVE_CHANGE_CONFLICT);
  g_assert_cmpstr (enclave_change_get_message (change), !=, "");
  g_assert_cmpint (enclave_change_get_status (enclave_flow_change (flow, 0)), ==, ENCLAVE_CHANGE_PROPOSED);
  /* The rest can be applied, but not undone over somebody else's work. */
  enclave_flow_apply (flow, &error);
  g_assert_no_error (error);
  enclave_test_project_write (flow->project, "src/ring.c", "theirs too\n");
  enclave_flow_undo (flow, &error);
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_CHANGED);
  g_test_message ("%s", error->message);
  enclave_flow_assert_file (flow, "src/ring.c", "theirs too\n");
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*function) (EnclaveFlow *flow, gconstpointer data);
    gconstpointer data;
  } tests[] = {
    { "/turn-failures/cut", test_cut, GINT_TO_POINTER (ENCLAVE_FLOW_END_CUT) },
    { "/turn-failures/short", test_cut, GINT_TO_POINTER (ENCLAVE_FLOW_END_SHORT) },
    { "/turn-failures/length", test_length, NULL },
    { "/turn-failures/offline", test_offline, NULL },
    { "/turn-failures/dies-after-a-tool", test_dies_after_a_tool, NULL },
    { "/turn-failures/statuses", test_statuses, NULL },
    { "/turn-failures/garbage", test_garbage, NULL },
    { "/turn-failures/no-match", test_no_match, NULL },
    { "/turn-failures/conflicts", test_conflicts, NULL },
  };

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, EnclaveFlow, tests[i].data, enclave_flow_set_up, tests[i].function,
                enclave_flow_tear_down);

  return g_test_run ();
}
