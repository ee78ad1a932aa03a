/* test-turn-stop.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-flow-fixture.h"
#include "enclave-test-object.h"

/* From the click to idle. */
#define STOP_MAX_US (100 * 1000)

static void
assert_stops (EnclaveFlow *flow)
{
  gint64 start = g_get_monotonic_time ();

  enclave_agent_service_stop (flow->service);
  g_assert_false (enclave_agent_service_get_busy (flow->service));
  g_assert_cmpint (g_get_monotonic_time () - start, <, STOP_MAX_US);
  g_assert_cmpint (enclave_agent_service_get_state (flow->service), ==, ENCLAVE_TURN_STOPPED);
  g_assert_cmpstr (flow->reasons->str, ==, "stopped ");
  g_assert_cmpint (enclave_flow_last_notice (flow), ==, ENCLAVE_NOTICE_STOPPED);
  /* A second click, and whatever comes in late, change nothing. */
  enclave_agent_service_stop (flow->service);
  enclave_test_spin (60);
  g_assert_cmpstr (flow->reasons->str, ==, "stopped ");
}

/* The next message is answered, and the server gets a valid conversation. */
static void
assert_goes_on (EnclaveFlow *flow, const char *kept)
{
  guint n = enclave_flow_server_get_n_requests (flow->server);

  enclave_flow_server_add_text (flow->server, "Here again.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Go on");
  g_assert_cmpstr (flow->reasons->str, ==, "stopped stop ");
  g_assert_true (g_str_has_suffix (flow->text->str, "Here again."));
  if (kept != NULL)
    g_assert_nonnull (strstr (enclave_flow_server_get_request (flow->server, n), kept));
}

static void
test_preparing (EnclaveFlow *flow, gconstpointer data)
{
  enclave_flow_submit (flow, "Hi");
  g_assert_cmpint (enclave_agent_service_get_state (flow->service), ==, ENCLAVE_TURN_PREPARING);
  assert_stops (flow);
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 0);
  assert_goes_on (flow, NULL);
}

static void
test_reading (EnclaveFlow *flow, gconstpointer data)
{
  enclave_flow_server_add_silence (flow->server);
  enclave_flow_submit (flow, "Hi");
  enclave_flow_wait_state (flow, ENCLAVE_TURN_READING);
  enclave_test_spin (100);
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 1);
  assert_stops (flow);
  assert_goes_on (flow, "(No reply came.)");
}

static void
test_streaming (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveMessage) message = NULL;
  g_autofree char *text = NULL;

  enclave_flow_server_add_text (flow->server, "Once upon a time", ENCLAVE_FLOW_END_NEVER);
  enclave_flow_submit (flow, "Tell");
  enclave_flow_wait_state (flow, ENCLAVE_TURN_STREAMING);
  enclave_test_spin (50);
  assert_stops (flow);
  message = enclave_flow_last_message (flow);
  text = enclave_message_dup_text (message);
  g_assert_cmpstr (text, ==, "Once upon a time");
  assert_goes_on (flow, "Once upon a time");
}

static void
test_streaming_a_call (EnclaveFlow *flow, gconstpointer data)
{
  enclave_flow_server_add_call (flow->server, "Now. ", "write_file", "{\"path\":\"x\",\"content\":\"y\"}",
                                ENCLAVE_FLOW_END_NEVER);
  enclave_flow_submit (flow, "Write");
  enclave_flow_wait_state (flow, ENCLAVE_TURN_STREAMING);
  enclave_test_spin (50);
  assert_stops (flow);
  g_assert_null (enclave_flow_last_call (flow, 0));
  g_assert_null (enclave_flow_change (flow, 0));
  assert_goes_on (flow, "Now. ");
}

static void
test_waiting (EnclaveFlow *flow, gconstpointer data)
{
  EnclaveToolCall *call;

  if (!enclave_flow_can_confine (flow))
    return;

  enclave_test_approver_set_silent (flow->approver, TRUE);
  enclave_flow_server_add_call (flow->server, NULL, "run_command", "{\"command\":\"touch ran\"}",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_submit (flow, "Run");
  enclave_flow_wait_state (flow, ENCLAVE_TURN_WAITING);
  {
    g_autoptr (EnclaveMessage) message = enclave_flow_last_message (flow);
    g_autoptr (EnclaveMessageBlock) block = g_list_model_get_item (G_LIST_MODEL (message), 0);

    g_assert_cmpint (enclave_tool_call_get_state (enclave_message_block_get_tool_call (block)), ==,
                     ENCLAVE_TOOL_CALL_AWAITING_APPROVAL);
  }
  assert_stops (flow);
  call = enclave_flow_last_call (flow, 0);
  g_assert_cmpint (enclave_tool_call_get_state (call), ==, ENCLAVE_TOOL_CALL_STOPPED);
  g_assert_false (enclave_test_project_exists (flow->project, "ran"));
  enclave_test_approver_set_silent (flow->approver, FALSE);
  assert_goes_on (flow, "Stopped by the user.");
}

static void
test_running_tool (EnclaveFlow *flow, gconstpointer data)
{
  if (!enclave_flow_can_confine (flow))
    return;

  enclave_flow_server_add_call (flow->server, NULL, "run_command",
                                "{\"command\":\"touch began; sleep 20; touch ended\"}", ENCLAVE_FLOW_END_WELL);
  enclave_flow_submit (flow, "Run");
  enclave_flow_wait_state (flow, ENCLAVE_TURN_RUNNING_TOOL);
  for (guint i = 0; i < 3000 && !enclave_test_project_exists (flow->project, "began"); i++)
    enclave_test_spin (10);
  g_assert_true (enclave_test_project_exists (flow->project, "began"));
  assert_stops (flow);
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 0)), ==, ENCLAVE_TOOL_CALL_STOPPED);
  assert_goes_on (flow, "Stopped by the user.");
}

/* Stopped by somebody who listens, in the middle of whatever the turn is doing. */
static void
test_from_a_handler (EnclaveFlow *flow, gconstpointer data)
{
  flow->stop_in = (EnclaveTurnState) GPOINTER_TO_INT (data);
  enclave_flow_server_add_call (flow->server, "Text. ", "read_file", "{\"path\":\"src/ring.c\"}",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "End.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_submit (flow, "Go");
  enclave_flow_wait_idle (flow);
  g_assert_cmpstr (flow->reasons->str, ==, "stopped ");
  g_assert_cmpint (enclave_agent_service_get_state (flow->service), ==, ENCLAVE_TURN_STOPPED);
  enclave_test_spin (60);
  g_assert_cmpstr (flow->reasons->str, ==, "stopped ");
}

static void
stop_on_text (EnclaveAgentService *service, const char *text, gpointer user_data)
{
  enclave_agent_service_stop (service);
}

static void
stop_on_call (EnclaveAgentService *service, EnclaveToolCall *call, gpointer user_data)
{
  enclave_agent_service_stop (service);
}

static void
stop_on_busy (EnclaveAgentService *service, GParamSpec *pspec, gpointer user_data)
{
  enclave_agent_service_stop (service);
}

static void
test_from_a_signal (EnclaveFlow *flow, gconstpointer data)
{
  const char *signal = data;
  GCallback callback = g_str_equal (signal, "text")           ? G_CALLBACK (stop_on_text)
                       : g_str_equal (signal, "notify::busy") ? G_CALLBACK (stop_on_busy)
                                                              : G_CALLBACK (stop_on_call);

  g_signal_connect (flow->service, signal, callback, NULL);
  /* Held back until the end, so that the last words come when the reply is closed. */
  enclave_flow_server_add_call (flow->server, g_str_equal (signal, "text") ? "```" : NULL, "edit_file",
                                "{\"path\":\"src/ring.c\",\"old_text\":\"int b;\",\"new_text\":\"long b;\"}",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "End.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_submit (flow, "Go");
  enclave_flow_wait_idle (flow);
  g_assert_cmpstr (flow->reasons->str, ==, "stopped ");
  enclave_test_spin (60);
  g_assert_cmpstr (flow->reasons->str, ==, "stopped ");
}

/* The window is closed in the middle of a turn. */
static void
test_service_gone (EnclaveFlow *flow, gconstpointer data)
{
  enclave_flow_server_add_text (flow->server, "Once upon a time", ENCLAVE_FLOW_END_NEVER);
  enclave_flow_submit (flow, "Tell");
  enclave_flow_wait_state (flow, GPOINTER_TO_INT (data));
  enclave_test_finalize (flow->service);
  enclave_test_spin (60);
  flow->service = enclave_agent_service_new (flow->gate);
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
    { "/turn-stop/preparing", test_preparing, NULL },
    { "/turn-stop/reading", test_reading, NULL },
    { "/turn-stop/streaming", test_streaming, NULL },
    { "/turn-stop/streaming-a-call", test_streaming_a_call, NULL },
    { "/turn-stop/waiting", test_waiting, NULL },
    { "/turn-stop/running-tool", test_running_tool, NULL },
    { "/turn-stop/handler/preparing", test_from_a_handler, GINT_TO_POINTER (ENCLAVE_TURN_PREPARING) },
    { "/turn-stop/handler/reading", test_from_a_handler, GINT_TO_POINTER (ENCLAVE_TURN_READING) },
    { "/turn-stop/handler/streaming", test_from_a_handler, GINT_TO_POINTER (ENCLAVE_TURN_STREAMING) },
    { "/turn-stop/handler/deciding", test_from_a_handler, GINT_TO_POINTER (ENCLAVE_TURN_DECIDING) },
    { "/turn-stop/handler/running-tool", test_from_a_handler, GINT_TO_POINTER (ENCLAVE_TURN_RUNNING_TOOL) },
    { "/turn-stop/signal/text", test_from_a_signal, "text" },
    { "/turn-stop/signal/tokens-used", test_from_a_signal, "notify::tokens-used" },
    { "/turn-stop/signal/busy", test_from_a_signal, "notify::busy" },
    { "/turn-stop/signal/tool-call", test_from_a_signal, "tool-call" },
    { "/turn-stop/signal/tool-result", test_from_a_signal, "tool-result" },
    { "/turn-stop/signal/change", test_from_a_signal, "change" },
    { "/turn-stop/service-gone/preparing", test_service_gone, GINT_TO_POINTER (ENCLAVE_TURN_PREPARING) },
    { "/turn-stop/service-gone/reading", test_service_gone, GINT_TO_POINTER (ENCLAVE_TURN_READING) },
    { "/turn-stop/service-gone/streaming", test_service_gone, GINT_TO_POINTER (ENCLAVE_TURN_STREAMING) },
  };

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, EnclaveFlow, tests[i].data, enclave_flow_set_up, tests[i].function,
                enclave_flow_tear_down);

  return g_test_run ();
}
