/* test-fault-matrix.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "enclave-flow-fixture.h"
#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-test-server.h"

/* What a server can do to the agent, row by row; each test is named by its row and holds what is to come out of it. */

#define CHAT "/v1/chat/completions"
#define CALL(name, arguments) "{\"call\":{\"name\":\"" name "\",\"id\":\"one\",\"arguments\":" arguments "}}"
#define KEY "sk-canary-9876543210"

static EnclaveTestServer *
connect_script (EnclaveFlow *flow, const char *script)
{
  EnclaveTestServer *server = enclave_test_server_new (script);

  enclave_flow_connect (flow, enclave_test_server_get_address (server));

  return server;
}

static void
assert_notice (EnclaveFlow *flow, EnclaveNoticeKind kind, const char *part)
{
  g_autofree char *text = enclave_flow_last_notice_text (flow);

  g_test_message ("%s", text);
  g_assert_cmpint (enclave_flow_last_notice (flow), ==, kind);
  g_assert_nonnull (strstr (text, part));
}

static void
assert_retry_works (EnclaveFlow *flow)
{
  g_autoptr (GError) error = NULL;

  g_string_truncate (flow->reasons, 0);
  g_assert_true (enclave_agent_service_retry (flow->service, &error));
  enclave_flow_wait_idle (flow);
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
}

/* Nobody there: said at once, and nothing is lost. */
static void
test_a01 (EnclaveFlow *flow, gconstpointer data)
{
  gint64 begun;

  enclave_flow_server_add_text (flow->server, "Back.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_go_away (flow->server);
  begun = g_get_monotonic_time ();
  enclave_flow_ask (flow, "Talk");
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 300 * 1000);
  g_assert_error (enclave_agent_service_peek_error (flow->service), ENCLAVE_INFERENCE_ERROR,
                  ENCLAVE_INFERENCE_ERROR_OFFLINE);
  assert_notice (flow, ENCLAVE_NOTICE_OFFLINE, "refused the connection");
  enclave_flow_server_come_back (flow->server);
  assert_retry_works (flow);
}

static guint
get_wait (EnclaveFlow *flow)
{
  guint wait;

  g_object_get (flow->service, "wait", &wait, NULL);

  return wait;
}

/* It takes the request, or begins to speak, and then says nothing: that is told, the turn goes on, and a stop keeps the text. */
static void
test_a02_a03 (EnclaveFlow *flow, gconstpointer data)
{
  g_autofree char *script
    = g_strdup_printf ("{\"replies\":[{\"hang\":\"%s\",\"events\":[{\"text\":\"A word\"}]}]}", (const char *) data);
  g_autoptr (EnclaveTestServer) server = connect_script (flow, script);
  gboolean speaks = strcmp (data, "body") == 0;
  gint64 begun = g_get_monotonic_time ();
  gint64 stopped;

  enclave_flow_submit (flow, "Talk");
  while (get_wait (flow) != ENCLAVE_TURN_WAIT_SILENT && g_get_monotonic_time () - begun < 100 * G_USEC_PER_SEC)
    enclave_test_spin (100);
  g_assert_cmpuint (get_wait (flow), ==, ENCLAVE_TURN_WAIT_SILENT);
  g_assert_cmpint (g_get_monotonic_time () - begun, >=, ENCLAVE_STREAM_STALL_MS * 1000);
  g_assert_true (enclave_agent_service_get_busy (flow->service));
  g_assert_cmpint (enclave_agent_service_get_state (flow->service), ==,
                   speaks ? ENCLAVE_TURN_STREAMING : ENCLAVE_TURN_READING);
  stopped = g_get_monotonic_time ();
  enclave_agent_service_stop (flow->service);
  g_assert_cmpint (g_get_monotonic_time () - stopped, <, 100 * 1000);
  g_assert_cmpuint (get_wait (flow), ==, ENCLAVE_TURN_WAIT_NONE);
  g_assert_cmpstr (flow->text->str, ==, speaks ? "A word" : "");
  g_assert_cmpuint (enclave_test_server_count_requests (server, CHAT), ==, 1);
}

/* Reset within a reply: what came is kept and marked, no tool runs, and it can be tried again. */
static void
test_a04 (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_script (
    flow, "{\"replies\":[{\"end\":\"reset\",\"events\":[{\"text\":\"I write. \"},{\"delay_ms\":50},"
          CALL ("write_file", "{\"path\":\"x\",\"content\":\"y\"}") "]},{\"events\":[{\"text\":\"Whole.\"}]}]}");

  enclave_flow_ask (flow, "Write");
  g_assert_true (g_str_has_prefix (flow->text->str, "I write."));
  g_assert_null (enclave_flow_last_call (flow, 0));
  g_assert_null (enclave_flow_change (flow, 0));
  assert_notice (flow, ENCLAVE_NOTICE_CUT_OFF, "No tool was run from it");
  g_assert_cmpuint (enclave_test_server_count_requests (server, CHAT), ==, 1);
  assert_retry_works (flow);
}

/* Killed within a reply and started again at the same address. */
static void
test_a05 (EnclaveFlow *flow, gconstpointer data)
{
  enclave_flow_server_add_text (flow->server, "I was", ENCLAVE_FLOW_END_CUT);
  enclave_flow_server_add_text (flow->server, "Here again.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Talk");
  assert_notice (flow, ENCLAVE_NOTICE_CUT_OFF, "kept");
  enclave_flow_server_go_away (flow->server);
  enclave_agent_service_retry (flow->service, NULL);
  enclave_flow_wait_idle (flow);
  g_assert_cmpint (enclave_flow_last_notice (flow), ==, ENCLAVE_NOTICE_OFFLINE);
  enclave_flow_server_come_back (flow->server);
  assert_retry_works (flow);
  g_assert_nonnull (strstr (flow->text->str, "Here again."));
}

/* The server's own words, and no request that nobody asked for: a server that is busy gets no more of them. */
static void
test_a06 (EnclaveFlow *flow, gconstpointer data)
{
  static const struct
  {
    const char *reply;
    const char *words;
  } cases[] = {
    { "{\"status\":500,\"json\":{\"error\":{\"message\":\"out of memory\"}}}", "out of memory" },
    { "{\"status\":503,\"headers\":{\"Retry-After\":\"7\"},\"json\":{\"error\":\"server busy\"}}", "wait 7 seconds" },
    { "{\"status\":429,\"headers\":{\"Retry-After\":\"1\"},\"json\":{\"error\":{\"message\":\"slowly\"}}}", "slowly" },
    { "{\"status\":503,\"headers\":{\"Retry-After\":\"-7\"},\"json\":{\"error\":\"server busy\"}}", "server busy" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *script = g_strdup_printf ("{\"replies\":[%s]}", cases[i].reply);
      g_autoptr (EnclaveTestServer) server = connect_script (flow, script);

      enclave_flow_ask (flow, "Talk");
      assert_notice (flow, ENCLAVE_NOTICE_SERVER_ERROR, cases[i].words);
      enclave_test_spin (300);
      g_assert_cmpuint (enclave_test_server_count_requests (server, CHAT), ==, 1);
    }
}

static void
on_log (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  g_string_append (user_data, message);
}

/* The key is wrong: it is asked for, and stands nowhere, not even when the server repeats it. */
static void
test_a07 (EnclaveFlow *flow, gconstpointer data)
{
  g_autofree char *script = g_strdup_printf (
    "{\"replies\":[{\"status\":%d,\"json\":{\"error\":{\"message\":\"Incorrect API key provided: " KEY "\"}}}]}",
    GPOINTER_TO_INT (data));
  g_autoptr (EnclaveTestServer) server = connect_script (flow, script);
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  g_autoptr (EnclaveInferenceClient) client = NULL;
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (JsonObject) request = NULL;
  g_autofree char *notice = NULL;
  g_autoptr (GError) error = NULL;
  GLogFunc before;

  client = enclave_inference_client_new (door, enclave_inference_client_get_endpoint (flow->client), KEY, &error);
  g_assert_no_error (error);
  enclave_agent_service_set_model (flow->service, client, flow->model);
  before = g_log_set_default_handler (on_log, log);
  enclave_flow_ask (flow, "Talk");
  g_log_set_default_handler (before, NULL);
  g_assert_error (enclave_agent_service_peek_error (flow->service), ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_KEY);
  assert_notice (flow, ENCLAVE_NOTICE_SERVER_ERROR, "wants another key");
  notice = enclave_flow_last_notice_text (flow);
  g_assert_null (strstr (notice, "canary-98"));
  g_assert_null (strstr (enclave_agent_service_get_error (flow->service), "canary-98"));
  g_assert_null (strstr (log->str, "canary-98"));
  request = enclave_test_server_dup_request (server, CHAT, 0);
  g_assert_null (strstr (enclave_json_peek_string (request, "body"), "canary-98"));
  g_assert_cmpstr (enclave_json_peek_string (request, "authorization"), ==, "Bearer " KEY);
  enclave_agent_service_set_model (flow->service, flow->client, flow->model);
}

static void
test_a08 (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_script (
    flow, "{\"replies\":[{\"status\":404,\"json\":{\"error\":\"model 'm:7b' not found\"}}]}");

  enclave_flow_ask (flow, "Talk");
  g_assert_error (enclave_agent_service_peek_error (flow->service), ENCLAVE_INFERENCE_ERROR,
                  ENCLAVE_INFERENCE_ERROR_MODEL);
  assert_notice (flow, ENCLAVE_NOTICE_SERVER_ERROR, "m:7b");
}

/* Something else answers; whoever looks for the fault finds how it began in the log. */
static void
test_a09 (EnclaveFlow *flow, gconstpointer data)
{
  static const char *const replies[] = {
    "{\"type\":\"text/html\",\"body\":\"<html><body>A router of mine</body></html>\"}",
    "{\"status\":502,\"type\":\"text/html\",\"body\":\"<html><body>A router of mine</body></html>\"}",
    "{\"body\":\"\\u0001\\u0002 a router of mine\\n\\nmore\\n\\n\",\"type\":\"text/event-stream\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      g_autofree char *script = g_strdup_printf ("{\"replies\":[%s]}", replies[i]);
      g_autoptr (EnclaveTestServer) server = connect_script (flow, script);
      g_autoptr (GString) log = g_string_new (NULL);
      GLogFunc before = g_log_set_default_handler (on_log, log);

      enclave_flow_ask (flow, "Talk");
      g_log_set_default_handler (before, NULL);
      g_assert_error (enclave_agent_service_peek_error (flow->service), ENCLAVE_INFERENCE_ERROR,
                      ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER);
      g_assert_null (enclave_flow_last_call (flow, 0));
      if (i < 2)
        g_assert_nonnull (strstr (log->str, "router of mine"));
    }
}

/* Kilobytes of memory that this process has had at most. */
static guint64
peak_memory_kb (void)
{
  g_autofree char *status = NULL;
  const char *line;

  g_file_get_contents ("/proc/self/status", &status, NULL, NULL);
  line = status != NULL ? strstr (status, "VmHWM:") : NULL;

  return line != NULL ? g_ascii_strtoull (line + strlen ("VmHWM:"), NULL, 10) : 0;
}

/* A hundred megabytes in one line. */
static void
test_a12 (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_script (
    flow, "{\"replies\":[{\"events\":[{\"raw\":\"data: {\\\"x\\\":\\\"\"},"
          "{\"flood\":{\"raw\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"count\":1600000}}]}]}");
  guint64 before = peak_memory_kb ();

  enclave_flow_ask (flow, "Talk");
  g_assert_error (enclave_agent_service_peek_error (flow->service), ENCLAVE_INFERENCE_ERROR,
                  ENCLAVE_INFERENCE_ERROR_LIMIT);
  assert_notice (flow, ENCLAVE_NOTICE_SERVER_ERROR, "larger than any reply");
  g_test_message ("%" G_GUINT64_FORMAT " kB more", peak_memory_kb () - before);
  g_assert_cmpuint (peak_memory_kb () - before, <, 40 * 1024);
  g_assert_cmpstr (enclave_test_server_wait_ended (server, CHAT, 0, 2000, NULL), ==, "disconnected");
}

/* The same words without an end, spoken or thought. */
static void
test_a14 (EnclaveFlow *flow, gconstpointer data)
{
  g_autofree char *script = g_strdup_printf (
    "{\"replies\":[{\"events\":[{\"text\":\"I begin well and say what I have found. \"},"
    "{\"flood\":{%s,\"count\":0,\"per_second\":2000}}]},{\"events\":[{\"text\":\"Better.\"}]}]}", (const char *) data);
  g_autoptr (EnclaveTestServer) server = connect_script (flow, script);

  enclave_flow_ask (flow, "Talk");
  g_assert_cmpstr (flow->reasons->str, ==, "loop ");
  assert_notice (flow, ENCLAVE_NOTICE_LOOP, "over and over");
  g_assert_cmpstr (enclave_test_server_wait_ended (server, CHAT, 0, 2000, NULL), ==, "disconnected");
  enclave_flow_ask (flow, "And now?");
  g_assert_cmpstr (flow->reasons->str, ==, "loop stop ");
}

/* Broken JSON, a tool that is none, arguments without measure: an error for the model, and an end when it goes on so. */
static void
test_a15 (EnclaveFlow *flow, gconstpointer data)
{
  g_autofree char *script = g_strdup_printf ("{\"replies\":[{\"events\":[%s]}]}", (const char *) data);
  g_autoptr (EnclaveTestServer) server = connect_script (flow, script);

  enclave_flow_ask (flow, "Do");
  g_assert_cmpstr (flow->reasons->str, ==, "loop ");
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 0)), ==, ENCLAVE_TOOL_CALL_FAILED);
  g_assert_cmpuint (enclave_test_server_count_requests (server, CHAT), ==, 3);
  g_assert_null (enclave_flow_change (flow, 0));
  g_assert_cmpuint (enclave_test_approver_get_n_requests (flow->approver), ==, 0);
}

static void
test_a15_huge (EnclaveFlow *flow, gconstpointer data)
{
  g_autofree char *much = g_strnfill (3 * 1024 * 1024, 'x');
  g_autofree char *script = g_strdup_printf (
    "{\"replies\":[{\"events\":[{\"call\":{\"name\":\"read_file\",\"id\":\"one\",\"arguments\":{\"path\":\"%s\"},\"pieces\":0}}]},"
    "{\"events\":[{\"text\":\"Sorry.\"}]}]}", much);
  g_autoptr (EnclaveTestServer) server = connect_script (flow, script);

  enclave_flow_ask (flow, "Do");
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 0)), ==, ENCLAVE_TOOL_CALL_FAILED);
  g_assert_cmpuint (strlen (enclave_tool_call_get_result (enclave_flow_last_call (flow, 0))), <, 4096);
}

/* A denied file under its other names: refused before it is opened. */
static void
test_a16 (EnclaveFlow *flow, gconstpointer data)
{
  g_autofree char *root = g_strdup (flow->project->root);
  g_autofree char *through_proc = g_strdup_printf ("/proc/self/root%s/.env", root);
  const char *const paths[] = { ".env", "src/../.env", "./src/.././.env", "link.txt", "folder/.env", "hard.txt", ".ENV",
                                through_proc, "/etc/shadow" };
  g_autofree char *link = g_build_filename (root, "link.txt", NULL);
  g_autofree char *folder = g_build_filename (root, "folder", NULL);
  g_autofree char *hard = g_build_filename (root, "hard.txt", NULL);
  g_autofree char *denied = g_build_filename (root, ".env", NULL);

  g_assert_cmpint (symlink (".env", link), ==, 0);
  g_assert_cmpint (symlink (".", folder), ==, 0);
  g_assert_cmpint (linkat (AT_FDCWD, denied, AT_FDCWD, hard, 0), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *script = g_strdup_printf (
        "{\"replies\":[{\"events\":[" CALL ("read_file", "{\"path\":\"%s\"}") "]},{\"events\":[{\"text\":\"Well.\"}]}]}",
        paths[i]);
      g_autoptr (EnclaveTestServer) server = connect_script (flow, script);
      EnclaveToolCall *call;

      enclave_flow_ask (flow, "Read");
      call = enclave_flow_last_call (flow, 0);
      g_test_message ("%s: %s", paths[i], enclave_tool_call_get_summary (call));
      /* Without a file of that name there is nothing to refuse. */
      if (strcmp (paths[i], ".ENV") == 0 && enclave_tool_call_get_state (call) == ENCLAVE_TOOL_CALL_FAILED)
        g_assert_nonnull (strstr (enclave_tool_call_get_result (call), "no such file"));
      else
        g_assert_cmpint (enclave_tool_call_get_state (call), ==, ENCLAVE_TOOL_CALL_REFUSED);
      for (guint k = 0; k < enclave_test_server_count_requests (server, CHAT); k++)
        {
          g_autoptr (JsonObject) request = enclave_test_server_dup_request (server, CHAT, k);

          g_assert_null (strstr (enclave_json_peek_string (request, "body"), ENCLAVE_FLOW_CANARY));
        }
    }
  g_assert_cmpuint (enclave_test_approver_get_n_requests (flow->approver), ==, 0);
}

/* What means something to a terminal, to a toolkit or to an eye is text; how it is drawn is /chat-markdown's. */
static void
test_a17 (EnclaveFlow *flow, gconstpointer data)
{
  static const char said[] = "\033]0;owned\007 \033[2J <b>bold</b> &amp; \u202Etxt.exe \u200B end";
  g_autoptr (EnclaveTestServer) server = connect_script (
    flow, "{\"replies\":[{\"events\":[{\"text\":\"\\u001b]0;owned\\u0007 \\u001b[2J <b>bold</b> &amp; \\u202etxt.exe \\u200b end\"}]},"
          "{\"events\":[{\"raw\":\"data: {\\\"choices\\\":[{\\\"delta\\\":{\\\"content\\\":\\\"a\\\\u0000b\\\"}}]}\\n\\n\"},"
          "{\"text\":\"c\"}]}]}");

  enclave_flow_ask (flow, "Talk");
  g_assert_cmpstr (flow->text->str, ==, said);
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  g_string_truncate (flow->text, 0);
  enclave_flow_ask (flow, "Talk");
  /* Nothing behind the zero byte is hidden from the reader and yet there. */
  g_assert_true (g_str_has_suffix (flow->text->str, "c"));
  g_assert_true (g_utf8_validate (flow->text->str, -1, NULL));
}

/* Too long for the window after all: the conversation is kept, and says so. */
static void
test_a18 (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_script (
    flow, "{\"replies\":[{\"events\":[{\"text\":\"One.\"}]},"
          "{\"status\":400,\"json\":{\"error\":{\"code\":400,\"type\":\"exceed_context_size_error\",\"message\":"
          "\"the request exceeds the available context size\",\"n_prompt_tokens\":9000,\"n_ctx\":4096}}},"
          "{\"events\":[{\"text\":\"Three.\"}]}]}");
  g_autoptr (JsonObject) request = NULL;

  enclave_flow_ask (flow, "First words");
  enclave_flow_ask (flow, "Second words");
  g_assert_error (enclave_agent_service_peek_error (flow->service), ENCLAVE_INFERENCE_ERROR,
                  ENCLAVE_INFERENCE_ERROR_WINDOW);
  g_assert_cmpint (enclave_flow_last_notice (flow), ==, ENCLAVE_NOTICE_WINDOW);
  assert_retry_works (flow);
  request = enclave_test_server_dup_request (server, CHAT, 2);
  g_assert_nonnull (strstr (enclave_json_peek_string (request, "body"), "First words"));
  g_assert_nonnull (strstr (enclave_json_peek_string (request, "body"), "Second words"));
}

/* Sent elsewhere: not followed; and an address outside of this machine is none at all. */
static void
test_a19 (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) other = enclave_test_server_new ("{\"replies\":[{\"events\":[{\"text\":\"Mine.\"}]}]}");
  g_autofree char *script = g_strdup_printf (
    "{\"replies\":[{\"status\":302,\"headers\":{\"Location\":\"%s" CHAT "\"},\"body\":\"\"}]}",
    enclave_test_server_get_address (other));
  g_autoptr (EnclaveTestServer) server = connect_script (flow, script);
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  g_autoptr (EnclaveEndpoint) endpoint = NULL;
  g_autoptr (GError) error = NULL;

  enclave_flow_ask (flow, "Talk");
  g_assert_error (enclave_agent_service_peek_error (flow->service), ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
  assert_notice (flow, ENCLAVE_NOTICE_SERVER_ERROR, "redirect");
  g_assert_cmpuint (enclave_test_server_count_requests (other, NULL), ==, 0);

  endpoint = enclave_endpoint_new ("http://203.0.113.7:11434", ENCLAVE_ENDPOINT_UNKNOWN, NULL);
  if (endpoint != NULL)
    g_assert_null (enclave_inference_client_new (door, endpoint, NULL, &error));
}

/* Compressed although nobody asked, and lengths that lie. */
static void
test_a20 (EnclaveFlow *flow, gconstpointer data)
{
  static const char *const replies[] = {
    "{\"headers\":{\"Content-Encoding\":\"gzip\"},\"body_base64\":\"H4sIAAAAAAAAA+3BMQEAAADCoPVPbQwfoAAAAAAA\",\"type\":\"text/event-stream\"}",
    "{\"raw\":\"HTTP/1.1 200 OK\\r\\nContent-Type: text/event-stream\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nffffffff\\r\\ndata: x\"}",
    "{\"raw\":\"HTTP/1.1 200 OK\\r\\nContent-Type: text/event-stream\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n-5\\r\\ndata: x\\r\\n\"}",
    "{\"raw\":\"HTTP/1.1 200 OK\\r\\nContent-Type: text/event-stream\\r\\nContent-Length: 99999999999\\r\\n\\r\\ndata: x\\n\\n\"}",
    "{\"raw\":\"HTTP/1.1 200 OK\\r\\nContent-Type: text/event-stream\\r\\nContent-Length: 5\\r\\n\\r\\ndata: {}\\n\\n\"}",
  };
  guint64 before = peak_memory_kb ();

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      g_autofree char *script = g_strdup_printf ("{\"replies\":[%s]}", replies[i]);
      g_autoptr (EnclaveTestServer) server = connect_script (flow, script);

      g_string_truncate (flow->reasons, 0);
      enclave_flow_ask (flow, "Talk");
      g_test_message ("%u: %s", i, enclave_agent_service_get_error (flow->service));
      g_assert_cmpstr (flow->reasons->str, ==, "error ");
      g_assert_cmpstr (enclave_agent_service_get_error (flow->service), !=, "");
    }
  g_assert_cmpuint (peak_memory_kb () - before, <, 20 * 1024);
}

/* The machine sleeps within a reply: nothing ends by itself, and it goes on after; a connection that has died is a cut. */
static void
test_a22 (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_script (
    flow, "{\"replies\":[{\"events\":[{\"flood\":{\"text\":\"word \",\"count\":0,\"per_second\":50}}]},"
          "{\"events\":[{\"text\":\"Whole.\"}]}]}");
  gsize before;

  enclave_flow_submit (flow, "Talk");
  enclave_flow_wait_state (flow, ENCLAVE_TURN_STREAMING);
  enclave_test_spin (200);
  enclave_test_server_send_signal (server, SIGSTOP);
  enclave_test_spin (200);
  before = flow->text->len;
  enclave_test_spin (1500);
  g_assert_cmpuint (flow->text->len, ==, before);
  g_assert_true (enclave_agent_service_get_busy (flow->service));
  enclave_test_server_send_signal (server, SIGCONT);
  enclave_test_spin (500);
  g_assert_cmpuint (flow->text->len, >, before);
  enclave_test_server_stop (server);
  enclave_flow_wait_idle (flow);
  assert_notice (flow, ENCLAVE_NOTICE_CUT_OFF, "kept");
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
    { "/fault-matrix/a01/not-running", test_a01, NULL },
    { "/fault-matrix/a02/never-answers", test_a02_a03, "head" },
    { "/fault-matrix/a03/stalls", test_a02_a03, "body" },
    { "/fault-matrix/a04/reset", test_a04, NULL },
    { "/fault-matrix/a05/killed-and-back", test_a05, NULL },
    { "/fault-matrix/a06/refusals", test_a06, NULL },
    { "/fault-matrix/a07/401", test_a07, GINT_TO_POINTER (401) },
    { "/fault-matrix/a07/403", test_a07, GINT_TO_POINTER (403) },
    { "/fault-matrix/a08/no-such-model", test_a08, NULL },
    { "/fault-matrix/a09/something-else", test_a09, NULL },
    { "/fault-matrix/a12/one-endless-line", test_a12, NULL },
    { "/fault-matrix/a14/words", test_a14, "\"text\":\"and so on \"" },
    { "/fault-matrix/a14/thoughts", test_a14, "\"json\":{\"choices\":[{\"delta\":{\"reasoning_content\":\"Wait. Let me think again about this. \"}}]}" },
    { "/fault-matrix/a15/broken-json", test_a15, CALL ("read_file", "\"{\\\"path\\\": oops\"") },
    { "/fault-matrix/a15/unknown-tool", test_a15, CALL ("fly", "{\"to\":\"moon\"}") },
    { "/fault-matrix/a15/wrong-arguments", test_a15, CALL ("write_file", "{\"file\":7}") },
    { "/fault-matrix/a15/huge", test_a15_huge, NULL },
    { "/fault-matrix/a16/denied-path", test_a16, NULL },
    { "/fault-matrix/a17/inert", test_a17, NULL },
    { "/fault-matrix/a18/overflow", test_a18, NULL },
    { "/fault-matrix/a19/elsewhere", test_a19, NULL },
    { "/fault-matrix/a20/lies", test_a20, NULL },
    { "/fault-matrix/a22/sleep", test_a22, NULL },
  };

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, EnclaveFlow, tests[i].data, enclave_flow_set_up, tests[i].function,
                enclave_flow_tear_down);

  return g_test_run ();
}
