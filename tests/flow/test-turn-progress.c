/* test-turn-progress.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-flow-fixture.h"
#include "enclave-json.h"
#include "enclave-test-server.h"

/* What a person is told before the first word, and the reading ahead that makes it come sooner. */

#define LLAMACPP "\"listing\":\"llamacpp\",\"models\":[{\"id\":\"m\",\"context\":32768}]"
#define OLLAMA "\"listing\":\"ollama\",\"models\":[{\"id\":\"m\",\"context\":32768}]"
#define BUSY_SLOT "{\"id\":0,\"is_processing\":true,\"n_ctx\":32768,\"next_token\":[{\"n_decoded\":12}]}"

typedef struct
{
  GString *seen;  /* "wait:percent " of each change */
  guint n_estimates;
  guint last_total;
  guint last_processed;
} Watcher;

static void
on_wait (EnclaveAgentService *service, GParamSpec *pspec, gpointer user_data)
{
  Watcher *watcher = user_data;
  guint wait;

  g_object_get (service, "wait", &wait, NULL);
  g_string_append_printf (watcher->seen, "%s ", enclave_turn_wait_to_word ((EnclaveTurnWait) wait));
}

static void
on_processed (EnclaveAgentService *service, GParamSpec *pspec, gpointer user_data)
{
  Watcher *watcher = user_data;
  guint total, processed;

  g_object_get (service, "progress-total", &total, "progress-processed", &processed, NULL);
  if (total == 0)
    return;
  watcher->n_estimates += enclave_agent_service_get_progress_estimated (service) ? 1 : 0;
  watcher->last_total = total;
  watcher->last_processed = processed;
}

static void
watch (EnclaveFlow *flow, Watcher *watcher)
{
  memset (watcher, 0, sizeof *watcher);
  watcher->seen = g_string_new (NULL);
  g_signal_connect (flow->service, "notify::wait", G_CALLBACK (on_wait), watcher);
  g_signal_connect (flow->service, "notify::progress-processed", G_CALLBACK (on_processed), watcher);
}

static void
unwatch (EnclaveFlow *flow, Watcher *watcher)
{
  g_signal_handlers_disconnect_by_data (flow->service, watcher);
  g_string_free (watcher->seen, TRUE);
}

static EnclaveTestServer *
connect_script (EnclaveFlow *flow, const char *script)
{
  EnclaveTestServer *server = enclave_test_server_new (script);

  enclave_flow_connect (flow, enclave_test_server_get_address (server));

  return server;
}

/* The state is there before submit returns: the row needs no server for its first words. */
static void
test_first_sign (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_script (flow, "{" LLAMACPP ",\"replies\":[{\"hang\":\"head\"}]}");
  gint64 begun = g_get_monotonic_time ();

  enclave_flow_submit (flow, "Talk");
  g_assert_cmpint (enclave_agent_service_get_state (flow->service), ==, ENCLAVE_TURN_PREPARING);
  enclave_flow_wait_state (flow, ENCLAVE_TURN_READING);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 200 * 1000);
  enclave_agent_service_stop (flow->service);
}

static void
test_other_request (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_script (
    flow, "{" LLAMACPP ",\"routes\":{\"/slots\":{\"json\":[" BUSY_SLOT "]}},"
          "\"replies\":[{\"head_delay_ms\":1500,\"events\":[{\"text\":\"Now.\"}]}]}");
  Watcher watcher;

  watch (flow, &watcher);
  enclave_flow_ask (flow, "Talk");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  g_assert_cmpstr (watcher.seen->str, ==, "other-request none ");
  /* One small question a second, no more. */
  g_assert_cmpuint (enclave_test_server_count_requests (server, "/slots"), <=, 4);
  g_assert_cmpuint (enclave_test_server_count_requests (server, "/v1/chat/completions"), ==, 1);
  unwatch (flow, &watcher);
}

static void
stop_cb (EnclaveAgentService *service)
{
  enclave_agent_service_stop (service);
}

/* Whoever is told of anything may stop the turn there and then. */
static void
test_stop_from_a_handler (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_script (
    flow, "{" LLAMACPP ",\"routes\":{\"/slots\":{\"json\":[" BUSY_SLOT "]}},\"replies\":[{\"head_delay_ms\":1000,\"events\":["
          "{\"progress\":{\"total\":9000,\"cache\":1,\"processed\":2}},{\"text\":\"Now.\"},{\"usage\":{\"prompt\":9000,\"completion\":2}}]}]}");

  g_signal_connect (flow->service, data, G_CALLBACK (stop_cb), NULL);
  enclave_flow_submit (flow, "Talk");
  enclave_flow_wait_idle (flow);
  g_assert_cmpstr (flow->reasons->str, ==, "stopped ");
  enclave_test_spin (100);
}

/* A slot that only reads may be ours. */
static void
test_own_slot (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_script (
    flow, "{" LLAMACPP ",\"routes\":{\"/slots\":{\"json\":[{\"id\":0,\"is_processing\":true,\"next_token\":{\"n_decoded\":0}}]}},"
          "\"replies\":[{\"head_delay_ms\":1200,\"events\":[{\"text\":\"Now.\"}]}]}");
  Watcher watcher;

  watch (flow, &watcher);
  enclave_flow_ask (flow, "Talk");
  g_assert_cmpstr (watcher.seen->str, ==, "");
  unwatch (flow, &watcher);
}

/* a08: 503 while it loads: the turn waits, and the request is sent again until it is taken. */
static void
test_loading (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_script (
    flow, "{" LLAMACPP ",\"replies\":["
          "{\"status\":503,\"json\":{\"error\":{\"code\":503,\"type\":\"unavailable_error\",\"message\":\"Loading model\"}}},"
          "{\"status\":503,\"json\":{\"error\":{\"code\":503,\"type\":\"unavailable_error\",\"message\":\"Loading model\"}}},"
          "{\"events\":[{\"text\":\"Here.\"}]}]}");
  Watcher watcher;

  watch (flow, &watcher);
  enclave_flow_ask (flow, "Talk");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  g_assert_cmpstr (flow->text->str, ==, "Here.");
  g_assert_true (g_str_has_prefix (watcher.seen->str, "loading "));
  g_assert_true (g_str_has_suffix (watcher.seen->str, "none "));
  g_assert_cmpuint (enclave_test_server_count_requests (server, "/v1/chat/completions"), ==, 3);
  unwatch (flow, &watcher);
}

static void
test_stop_while_loading (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_script (
    flow, "{" LLAMACPP ",\"replies\":[{\"status\":503,\"json\":{\"error\":{\"code\":503,\"message\":\"Loading model\"}}}]}");

  enclave_flow_submit (flow, "Talk");
  enclave_test_spin (1300);
  g_assert_true (enclave_agent_service_get_busy (flow->service));
  enclave_agent_service_stop (flow->service);
  g_assert_cmpstr (flow->reasons->str, ==, "stopped ");
  g_assert_cmpuint (enclave_test_server_count_requests (server, "/v1/chat/completions"), ==, 2);
  enclave_test_spin (1200);
  g_assert_cmpuint (enclave_test_server_count_requests (server, "/v1/chat/completions"), ==, 2);
}

/* Ollama loads within the request, and says of it nothing but that the model is not there yet. */
static void
test_loading_ollama (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_script (
    flow, "{" OLLAMA ",\"routes\":{\"/api/ps\":{\"json\":{\"models\":[]}}},"
          "\"replies\":[{\"head_delay_ms\":1500,\"events\":[{\"text\":\"Now.\"}]}]}");
  Watcher watcher;
  guint percent;

  watch (flow, &watcher);
  enclave_flow_ask (flow, "Talk");
  g_assert_cmpstr (watcher.seen->str, ==, "loading none ");

  /* The second time it is known how long that takes. */
  enclave_flow_submit (flow, "Talk");
  for (guint i = 0; i < 100; i++)
    {
      g_object_get (flow->service, "wait-percent", &percent, NULL);
      if (percent > 30)
        break;
      enclave_test_spin (20);
    }
  g_assert_cmpuint (percent, >, 30);
  g_assert_cmpuint (percent, <, 100);
  enclave_flow_wait_idle (flow);
  unwatch (flow, &watcher);
}

/* The server tells how far it is. */
static void
test_progress (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_script (
    flow, "{" LLAMACPP ",\"replies\":[{\"events\":[{\"progress\":{\"total\":8214,\"cache\":3120,\"processed\":3120}},"
          "{\"delay_ms\":100},{\"progress\":{\"total\":8214,\"cache\":3120,\"processed\":5090}},{\"delay_ms\":100},{\"text\":\"Read.\"},"
          "{\"json\":{\"choices\":[],\"usage\":{\"prompt_tokens\":8214,\"completion_tokens\":2,\"prompt_tokens_details\":{\"cached_tokens\":3120}},"
          "\"timings\":{\"predicted_per_second\":41.0,\"prompt_per_second\":900.0}}}]}]}");
  Watcher watcher;
  guint cached, read;
  double speed;

  watch (flow, &watcher);
  enclave_flow_ask (flow, "Talk");
  g_assert_cmpuint (watcher.last_total, ==, 8214);
  g_assert_cmpuint (watcher.last_processed, ==, 5090);
  g_assert_cmpuint (watcher.n_estimates, ==, 0);
  g_object_get (flow->service, "tokens-cached", &cached, "tokens-read", &read, "tokens-per-second", &speed, NULL);
  g_assert_cmpuint (read, ==, 8214);
  g_assert_cmpuint (cached, ==, 3120);
  g_assert_cmpfloat (speed, ==, 41);
  unwatch (flow, &watcher);
}

/* It does not: the last rate tells. */
static void
test_estimate (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_script (
    flow, "{\"listing\":\"vllm\",\"models\":[{\"id\":\"m\",\"context\":32768}],\"replies\":["
          "{\"head_delay_ms\":2500,\"events\":[{\"text\":\"One.\"},{\"usage\":{\"prompt\":2000,\"completion\":2}}]},"
          "{\"head_delay_ms\":1500,\"events\":[{\"text\":\"Two.\"},{\"usage\":{\"prompt\":4600,\"completion\":2}}]}]}");
  g_autofree char *much = g_strnfill (8000, 'x');
  Watcher watcher;

  watch (flow, &watcher);
  enclave_flow_ask (flow, "One");
  g_assert_cmpuint (watcher.n_estimates, ==, 0);
  enclave_flow_ask (flow, much);
  g_test_message ("%u estimates, the last %u of %u", watcher.n_estimates, watcher.last_processed, watcher.last_total);
  g_assert_cmpuint (watcher.n_estimates, >=, 3);
  g_assert_cmpuint (watcher.last_processed, >, 2000);
  g_assert_cmpuint (watcher.last_processed, <, watcher.last_total);
  unwatch (flow, &watcher);
}

/* A model that is being warmed up, and the front that the first request has then. */
static void
test_warm_up (EnclaveFlow *flow, gconstpointer data)
{
  const gboolean native = strcmp (data, "ollama") == 0;
  const char *path = native ? "/api/chat" : "/v1/chat/completions";
  g_autofree char *script = g_strdup_printf (
    "{\"listing\":\"%s\",\"models\":[{\"id\":\"m\",\"context\":32768}],\"routes\":{\"/slots\":{\"json\":[{\"id\":0,\"is_processing\":false}]}},"
    "\"replies\":[{\"head_delay_ms\":100,\"events\":[{\"text\":\"x\"},{\"usage\":{\"prompt\":1800,\"completion\":1}}]},"
    "{\"events\":[{\"text\":\"Hello.\"}]}]}", (const char *) data);
  g_autoptr (EnclaveTestServer) server = connect_script (flow, script);
  g_autoptr (JsonObject) first = NULL;
  g_autoptr (JsonObject) second = NULL;
  g_autoptr (JsonObject) body = NULL;
  const char *warm;
  const char *asked;
  gsize same = 0;
  guint tokens = 0;
  double seconds = 0;

  enclave_agent_service_warm_up (flow->service, 10);
  g_assert_true (enclave_agent_service_get_warm_up (flow->service, NULL, NULL));
  for (guint i = 0; i < 3000 && enclave_agent_service_get_warm_up (flow->service, &tokens, &seconds); i++)
    enclave_test_spin (10);
  enclave_agent_service_get_warm_up (flow->service, &tokens, &seconds);
  g_assert_cmpuint (tokens, ==, 1800);
  g_assert_cmpfloat (seconds, >, 0.1);
  g_assert_cmpint (enclave_agent_service_get_state (flow->service), ==, ENCLAVE_TURN_IDLE);
  /* Once. */
  enclave_agent_service_warm_up (flow->service, 10);
  g_assert_false (enclave_agent_service_get_warm_up (flow->service, NULL, NULL));

  enclave_flow_ask (flow, "Hello");
  g_assert_cmpuint (enclave_test_server_count_requests (server, path), ==, 2);
  first = enclave_test_server_dup_request (server, path, 0);
  second = enclave_test_server_dup_request (server, path, 1);
  warm = enclave_json_peek_string (first, "body");
  asked = enclave_json_peek_string (second, "body");
  while (warm[same] == asked[same] && warm[same] != '\0')
    same++;
  g_assert_true (g_str_has_prefix (warm + same, ".\"}]"));
  body = enclave_json_parse_object (warm, -1, NULL);
  g_assert_cmpint (native ? enclave_json_get_int (enclave_json_peek_object (body, "options"), "num_predict", 0)
                          : enclave_json_get_int (body, "max_tokens", 0), ==, 1);
  if (native)
    {
      g_autoptr (JsonObject) real = enclave_json_parse_object (asked, -1, NULL);

      g_assert_cmpint (enclave_json_get_int (enclave_json_peek_object (body, "options"), "num_ctx", 0), ==,
                       enclave_json_get_int (enclave_json_peek_object (real, "options"), "num_ctx", 1));
    }
}

static void
test_warm_up_busy (EnclaveFlow *flow, gconstpointer data)
{
  g_autofree char *script = g_strdup_printf ("{" LLAMACPP ",\"routes\":{\"/slots\":%s},\"replies\":[{\"events\":[{\"text\":\"x\"}]}]}",
                                             (const char *) data);
  g_autoptr (EnclaveTestServer) server = connect_script (flow, script);

  enclave_agent_service_warm_up (flow->service, 10);
  enclave_test_spin (400);
  g_assert_false (enclave_agent_service_get_warm_up (flow->service, NULL, NULL));
  g_assert_cmpuint (enclave_test_server_count_requests (server, "/v1/chat/completions"), ==, 0);
}

/* Whoever sends comes first: the server sees the connection closed. */
static void
test_warm_up_cancelled (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_script (
    flow, "{\"listing\":\"vllm\",\"models\":[{\"id\":\"m\",\"context\":32768}],"
          "\"replies\":[{\"hang\":\"head\"},{\"events\":[{\"text\":\"Hello.\"}]}]}");
  gint64 sent;
  gint64 ended = 0;

  enclave_agent_service_warm_up (flow->service, 1);
  for (guint i = 0; i < 3000 && enclave_test_server_count_requests (server, "/v1/chat/completions") == 0; i++)
    enclave_test_spin (10);
  sent = g_get_monotonic_time ();
  enclave_flow_ask (flow, "Hello");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  g_assert_cmpstr (enclave_test_server_wait_ended (server, "/v1/chat/completions", 0, 2000, &ended), ==, "disconnected");
  g_assert_cmpint (ended - sent, <, 200 * 1000);
  g_assert_false (enclave_agent_service_get_warm_up (flow->service, NULL, NULL));
}

/* The window goes away meanwhile. */
static void
test_warm_up_gone (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_script (
    flow, "{\"listing\":\"vllm\",\"models\":[{\"id\":\"m\",\"context\":32768}],\"replies\":[{\"hang\":\"head\"}]}");

  enclave_agent_service_warm_up (flow->service, 1);
  enclave_test_spin (GPOINTER_TO_INT (data));
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
    { "/turn-progress/first-sign", test_first_sign, NULL },
    { "/turn-progress/other-request", test_other_request, NULL },
    { "/turn-progress/own-slot", test_own_slot, NULL },
    { "/turn-progress/a08/loading", test_loading, NULL },
    { "/turn-progress/stop-while-loading", test_stop_while_loading, NULL },
    { "/turn-progress/loading-ollama", test_loading_ollama, NULL },
    { "/turn-progress/stop-from/wait", test_stop_from_a_handler, "notify::wait" },
    { "/turn-progress/stop-from/progress-total", test_stop_from_a_handler, "notify::progress-total" },
    { "/turn-progress/stop-from/tokens-used", test_stop_from_a_handler, "notify::tokens-used" },
    { "/turn-progress/stop-from/tokens-read", test_stop_from_a_handler, "notify::tokens-read" },
    { "/turn-progress/told", test_progress, NULL },
    { "/turn-progress/estimated", test_estimate, NULL },
    { "/warm-up/llamacpp", test_warm_up, "llamacpp" },
    { "/warm-up/ollama", test_warm_up, "ollama" },
    { "/warm-up/lmstudio", test_warm_up, "lmstudio" },
    { "/warm-up/vllm", test_warm_up, "vllm" },
    { "/warm-up/openai", test_warm_up, "openai" },
    { "/warm-up/busy", test_warm_up_busy, "{\"json\":[" BUSY_SLOT "]}" },
    { "/warm-up/unknown", test_warm_up_busy, "{\"status\":501,\"json\":{\"error\":{\"message\":\"disabled\"}}}" },
    { "/warm-up/cancelled", test_warm_up_cancelled, NULL },
    { "/warm-up/gone/at-once", test_warm_up_gone, GINT_TO_POINTER (0) },
    { "/warm-up/gone/later", test_warm_up_gone, GINT_TO_POINTER (150) },
  };

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, EnclaveFlow, tests[i].data, enclave_flow_set_up, tests[i].function,
                enclave_flow_tear_down);

  return g_test_run ();
}
