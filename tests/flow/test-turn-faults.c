/* test-turn-faults.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-flow-fixture.h"
#include "enclave-test-server.h"

/* The agent against servers that misbehave on the wire: the practice engine with a fault script. */

#define CHAT "/v1/chat/completions"
#define CALL(name, arguments) "{\"call\":{\"name\":\"" name "\",\"id\":\"one\",\"arguments\":" arguments "}}"

static EnclaveTestServer *
connect_script (EnclaveFlow *flow, const char *script)
{
  EnclaveTestServer *server = enclave_test_server_new (script);

  enclave_flow_connect (flow, enclave_test_server_get_address (server));

  return server;
}

/* Each byte a read of its own, also in the middle of a character and of a call. */
static void
test_sliced (EnclaveFlow *flow, gconstpointer data)
{
  g_autofree char *script = g_strdup_printf (
    "{\"replies\":[{\"slice\":%d,\"events\":[{\"text\":\"Caf\xc3\xa9 \xf0\x9f\x94\x91. \"},"
    CALL ("read_file", "{\"path\":\"src/ring.c\"}") "]},"
    "{\"slice\":%d,\"events\":[{\"text\":\"Three lines \xe2\x80\xa6\"}]}]}",
    GPOINTER_TO_INT (data), GPOINTER_TO_INT (data));
  g_autoptr (EnclaveTestServer) server = connect_script (flow, script);

  enclave_flow_ask (flow, "Look");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  g_assert_cmpstr (flow->text->str, ==, "Caf\xc3\xa9 \xf0\x9f\x94\x91. Three lines \xe2\x80\xa6");
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 0)), ==, ENCLAVE_TOOL_CALL_DONE);
  g_assert_cmpuint (enclave_test_server_count_requests (server, CHAT), ==, 2);
}

/* Reset and cut in the middle of a call: no tool runs, the text stays, the turn can be tried again. */
static void
test_broken_off (EnclaveFlow *flow, gconstpointer data)
{
  g_autofree char *script = g_strdup_printf (
    "{\"replies\":[{\"end\":\"%s\",\"events\":[{\"text\":\"I write. \"},"
    CALL ("write_file", "{\"path\":\"x\",\"content\":\"y\"}") "]},{\"events\":[{\"text\":\"Better.\"}]}]}",
    (const char *) data);
  g_autoptr (EnclaveTestServer) server = connect_script (flow, script);
  g_autoptr (GError) error = NULL;

  enclave_flow_ask (flow, "Write");
  g_assert_cmpstr (flow->reasons->str, ==, "error ");
  g_assert_cmpint (enclave_flow_last_notice (flow), ==, ENCLAVE_NOTICE_CUT_OFF);
  g_assert_true (g_str_has_prefix (flow->text->str, "I write."));
  g_assert_null (enclave_flow_last_call (flow, 0));
  g_assert_null (enclave_flow_change (flow, 0));
  g_assert_true (enclave_agent_service_retry (flow->service, &error));
  enclave_flow_wait_idle (flow);
  g_assert_cmpstr (flow->reasons->str, ==, "error stop ");
}

/* A stop closes the connection: the server may go on with somebody else. */
static void
test_stop_frees_the_server (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_script (
    flow, "{\"replies\":[{\"events\":[{\"flood\":{\"text\":\"word \",\"count\":0,\"per_second\":200}}]}]}");
  gint64 stopped;
  gint64 ended = 0;

  enclave_flow_submit (flow, "Talk");
  enclave_flow_wait_state (flow, ENCLAVE_TURN_STREAMING);
  enclave_test_spin (200);
  stopped = g_get_monotonic_time ();
  enclave_agent_service_stop (flow->service);
  g_assert_cmpint (g_get_monotonic_time () - stopped, <, 100 * 1000);
  g_assert_nonnull (enclave_test_server_wait_ended (server, CHAT, 0, 2000, &ended));
  g_assert_cmpint (ended - stopped, <, 1000 * 1000);
  g_assert_true (g_str_has_prefix (flow->text->str, "word word "));
}

/* Much faster than anybody reads: the loop stays free, and a stop works at once. */
static void
test_flood (EnclaveFlow *flow, gconstpointer data)
{
  g_autofree char *script = g_strdup_printf (
    "{\"replies\":[{\"events\":[{\"flood\":{\"text\":\"%s\",\"count\":0,\"per_second\":0}}]}]}", (const char *) data);
  g_autoptr (EnclaveTestServer) server = connect_script (flow, script);
  gint64 longest = 0;
  gint64 end;

  enclave_flow_submit (flow, "Talk");
  end = g_get_monotonic_time () + 1500 * 1000;
  while (g_get_monotonic_time () < end && enclave_agent_service_get_busy (flow->service))
    {
      gint64 before = g_get_monotonic_time ();

      g_main_context_iteration (NULL, FALSE);
      longest = MAX (longest, g_get_monotonic_time () - before);
    }
  g_test_message ("longest step %d ms, %" G_GSIZE_FORMAT " bytes", (int) (longest / 1000), flow->text->len);
  g_assert_cmpint (longest, <, 500 * 1000);
  end = g_get_monotonic_time ();
  enclave_agent_service_stop (flow->service);
  g_assert_cmpint (g_get_monotonic_time () - end, <, 100 * 1000);
}

/* Silence after the head, and no head at all. */
static void
test_hang (EnclaveFlow *flow, gconstpointer data)
{
  g_autofree char *script =
    g_strdup_printf ("{\"replies\":[{\"hang\":\"%s\",\"events\":[{\"text\":\"A word\"}]}]}", (const char *) data);
  g_autoptr (EnclaveTestServer) server = connect_script (flow, script);
  gint64 start;

  enclave_flow_submit (flow, "Talk");
  enclave_test_spin (200);
  g_assert_true (enclave_agent_service_get_busy (flow->service));
  start = g_get_monotonic_time ();
  enclave_agent_service_stop (flow->service);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 100 * 1000);
  g_assert_cmpstr (flow->reasons->str, ==, "stopped ");
}

/* The server is killed while it speaks. */
static void
test_killed (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_script (
    flow, "{\"replies\":[{\"events\":[{\"flood\":{\"text\":\"word \",\"count\":0,\"per_second\":100}}]}]}");
  g_autofree char *notice = NULL;

  enclave_flow_submit (flow, "Talk");
  enclave_flow_wait_state (flow, ENCLAVE_TURN_STREAMING);
  enclave_test_server_stop (server);
  enclave_flow_wait_idle (flow);
  g_assert_cmpstr (flow->reasons->str, ==, "error ");
  g_assert_cmpint (enclave_flow_last_notice (flow), ==, ENCLAVE_NOTICE_CUT_OFF);
  enclave_agent_service_retry (flow->service, NULL);
  enclave_flow_wait_idle (flow);
  g_assert_cmpint (enclave_flow_last_notice (flow), ==, ENCLAVE_NOTICE_OFFLINE);
  notice = enclave_flow_last_notice_text (flow);
  g_assert_nonnull (strstr (notice, "127.0.0.1:"));
}

/* Calls without ids, several at once, one the model may not make: each has its result in the next request. */
static void
test_calls_without_ids (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_script (
    flow, "{\"replies\":[{\"events\":["
          "{\"call\":{\"name\":\"read_file\",\"arguments\":{\"path\":\"src/ring.c\"},\"pieces\":0}},"
          "{\"call\":{\"name\":\"read_file\",\"arguments\":{\"path\":\".env\"},\"pieces\":0}},"
          "{\"call\":{\"name\":\"list_directory\",\"arguments\":{},\"pieces\":0}}]},"
          "{\"events\":[{\"text\":\"All.\"}]}]}");
  g_autoptr (JsonObject) request = NULL;

  enclave_flow_ask (flow, "Look");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 0)), ==, ENCLAVE_TOOL_CALL_DONE);
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 1)), ==, ENCLAVE_TOOL_CALL_REFUSED);
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 2)), ==, ENCLAVE_TOOL_CALL_DONE);
  g_assert_cmpstr (enclave_tool_call_get_id (enclave_flow_last_call (flow, 0)), !=,
                   enclave_tool_call_get_id (enclave_flow_last_call (flow, 1)));
  request = enclave_test_server_dup_request (server, CHAT, 1);
  g_assert_nonnull (request);
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
    { "/turn-faults/one-byte", test_sliced, GINT_TO_POINTER (1) },
    { "/turn-faults/seven-bytes", test_sliced, GINT_TO_POINTER (7) },
    { "/turn-faults/cut", test_broken_off, "cut" },
    { "/turn-faults/reset", test_broken_off, "reset" },
    { "/turn-faults/stop-frees-the-server", test_stop_frees_the_server, NULL },
    { "/turn-faults/flood/words", test_flood, "word " },
    { "/turn-faults/flood/lines", test_flood, "- line\\n\\n" },
    { "/turn-faults/flood/blanks", test_flood, "      " },
    { "/turn-faults/flood/fences", test_flood, "```\\n" },
    { "/turn-faults/hang/head", test_hang, "head" },
    { "/turn-faults/hang/body", test_hang, "body" },
    { "/turn-faults/killed", test_killed, NULL },
    { "/turn-faults/calls-without-ids", test_calls_without_ids, NULL },
  };

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, EnclaveFlow, tests[i].data, enclave_flow_set_up, tests[i].function,
                enclave_flow_tear_down);

  return g_test_run ();
}
