/* test-toy-latency.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-flow-engine.h"
#include "enclave-flow-fixture.h"
#include "enclave-server-load.h"
#include "enclave-whole-reply.h"

/* What makes a local model feel fast or slow, with a real one: what it has read is not read again, a stop frees its only place,
 * and the front of a conversation is read before it begins. */

#define ROUNDS 5
/* A conversation of about this many tokens, for this model. */
#define FRONT_TOKENS 4000

static gboolean
connect_engine (EnclaveFlow *flow, EnclaveFlowEngine *engine)
{
  if (enclave_flow_engine_get_address (engine) == NULL)
    {
      g_test_skip (enclave_flow_engine_get_problem (engine));
      return FALSE;
    }
  enclave_flow_connect (flow, enclave_flow_engine_get_address (engine));

  return TRUE;
}

static EnclaveWholeReply *
ask (EnclaveFlow *flow, EnclaveChatRequest *request)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnclaveWholeReply *reply;

  enclave_whole_reply_async (flow->client, request, 60000, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  reply = enclave_whole_reply_finish (flow->client, result, &error);
  g_assert_no_error (error);
  return reply;
}

static EnclaveChatRequest *
new_request (const char *front)
{
  EnclaveChatRequest *request = enclave_chat_request_new ("toy");
  g_autoptr (GString) system = g_string_new (front);

  for (guint i = 0; system->len < FRONT_TOKENS * 5 / 2; i++)
    g_string_append_printf (system, "Line %u of the rules says to be short. ", i);
  enclave_chat_request_add_message (request, "system", system->str);
  enclave_chat_request_add_message (request, "user", "Hello");
  enclave_chat_request_set_max_tokens (request, 4);
  return request;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const gint64 *first = a;
  const gint64 *second = b;

  return (*first > *second) - (*first < *second);
}

static gint64
median (gint64 *values, guint n)
{
  qsort (values, n, sizeof *values, compare);

  return values[n / 2];
}

/* Time to the first token: a turn appended, at most a tenth of a front that has changed. */
static void
test_prefix_reuse (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveFlowEngine) engine = enclave_flow_engine_new ("whole", 0);
  g_autoptr (EnclaveChatRequest) request = NULL;
  gint64 appended[ROUNDS];
  gint64 changed[ROUNDS];
  guint tokens = 0;

  if (!connect_engine (flow, engine))
    return;

  request = new_request ("");
  {
    g_autoptr (EnclaveWholeReply) cold = ask (flow, request);

    tokens = cold->prompt_tokens;
    g_test_message ("cold: %.0f ms for %u tokens", cold->first_us / 1e3, tokens);
  }
  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autoptr (EnclaveWholeReply) reply = NULL;

      enclave_chat_request_add_message (request, "assistant", "Hello there.");
      enclave_chat_request_add_message (request, "user", "And now?");
      reply = ask (flow, request);
      appended[i] = reply->first_us;
      g_assert_cmpuint (reply->cached_tokens, >=, tokens - 8);
      tokens = reply->prompt_tokens;
    }
  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autofree char *front = g_strdup_printf ("%u o'clock. ", i);
      g_autoptr (EnclaveChatRequest) other = new_request (front);
      g_autoptr (EnclaveWholeReply) reply = ask (flow, other);

      changed[i] = reply->first_us;
      g_assert_cmpuint (reply->cached_tokens, <, 20);
    }
  g_test_message ("first token after %.1f ms with a turn appended, %.1f ms with another front (medians of %d): %.0f times",
                  median (appended, ROUNDS) / 1e3, median (changed, ROUNDS) / 1e3, ROUNDS,
                  (double) median (changed, ROUNDS) / median (appended, ROUNDS));
  /* Sorted by now. What else a machine does only adds, so the least of each tells. */
  g_assert_cmpint (appended[0] * 10, <=, changed[0]);
}

/* The first message of a conversation: with the front read ahead, all but its end is in the server's memory. */
static void
test_warm_up (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveFlowEngine) engine = enclave_flow_engine_new ("whole", 0);
  guint tokens = 0, read, cached;
  double seconds = 0;

  if (!connect_engine (flow, engine))
    return;

  enclave_agent_service_set_max_rounds (flow->service, 1);
  enclave_agent_service_warm_up (flow->service, 1);
  for (guint i = 0; i < 3000 && enclave_agent_service_get_warm_up (flow->service, &tokens, &seconds); i++)
    enclave_test_spin (10);
  enclave_agent_service_get_warm_up (flow->service, &tokens, &seconds);
  g_assert_cmpuint (tokens, >, 500);
  enclave_flow_ask (flow, "Hello");
  g_object_get (flow->service, "tokens-read", &read, "tokens-cached", &cached, NULL);
  g_test_message ("read ahead: %u tokens in %.2f s; of the first request's %u tokens %u were there", tokens, seconds, read,
                  cached);
  g_assert_cmpuint (read, >, 500);
  g_assert_cmpuint (cached * 10, >=, read * 9);
}

static EnclaveServerLoad
get_load (EnclaveFlow *flow)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_server_load_async (flow->client, "toy", NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);

  return enclave_server_load_finish (flow->client, result);
}

static void
test_stop_frees_the_slot (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveFlowEngine) engine = enclave_flow_engine_new ("short", 30);
  gint64 stopped;

  if (!connect_engine (flow, engine))
    return;

  enclave_agent_service_set_mode (flow->service, ENCLAVE_MODE_ASK);
  enclave_flow_submit (flow, "Count to sixty");
  enclave_flow_wait_state (flow, ENCLAVE_TURN_STREAMING);
  g_assert_cmpint (get_load (flow), ==, ENCLAVE_SERVER_LOAD_BUSY);
  stopped = g_get_monotonic_time ();
  enclave_agent_service_stop (flow->service);
  g_assert_cmpint (g_get_monotonic_time () - stopped, <, 100 * 1000);
  while (get_load (flow) != ENCLAVE_SERVER_LOAD_FREE && g_get_monotonic_time () - stopped < 30 * G_USEC_PER_SEC)
    enclave_test_spin (2);
  g_test_message ("the slot was free %.0f ms after the stop", (g_get_monotonic_time () - stopped) / 1e3);
  g_assert_cmpint (g_get_monotonic_time () - stopped, <, 1000 * 1000);
  /* And somebody else has it. */
  enclave_flow_ask (flow, "Hello");
  g_assert_cmpstr (flow->reasons->str, ==, "stopped stop ");
}

static void
on_wait (EnclaveAgentService *service, GParamSpec *pspec, gpointer user_data)
{
  guint wait;

  g_object_get (service, "wait", &wait, NULL);
  g_string_append_printf (user_data, "%s ", enclave_turn_wait_to_word ((EnclaveTurnWait) wait));
}

/* Somebody else has the only slot: no byte comes, and the person is told why. */
static void
test_other_request (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveFlowEngine) engine = enclave_flow_engine_new ("short", 40);
  g_autoptr (EnclaveChatRequest) request = NULL;
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;

  if (!connect_engine (flow, engine))
    return;

  request = enclave_chat_request_new ("toy");
  enclave_chat_request_add_message (request, "user", "Count to sixty");
  enclave_whole_reply_async (flow->client, request, 60000, NULL, enclave_test_result_callback, &slot);
  while (get_load (flow) != ENCLAVE_SERVER_LOAD_BUSY && slot == NULL)
    enclave_test_spin (5);
  g_assert_null (slot);

  g_signal_connect (flow->service, "notify::wait", G_CALLBACK (on_wait), seen);
  enclave_agent_service_set_mode (flow->service, ENCLAVE_MODE_ASK);
  enclave_flow_ask (flow, "Hello");
  g_signal_handlers_disconnect_by_data (flow->service, seen);
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  g_assert_cmpstr (seen->str, ==, "other-request none ");
  result = enclave_test_wait (&slot);
  enclave_whole_reply_free (enclave_whole_reply_finish (flow->client, result, NULL));
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*function) (EnclaveFlow *flow, gconstpointer data);
  } tests[] = {
    { "/toy-latency/prefix-reuse", test_prefix_reuse },
    { "/toy-latency/warm-up", test_warm_up },
    { "/toy-latency/stop-frees-the-slot", test_stop_frees_the_slot },
    { "/toy-latency/other-request", test_other_request },
  };

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, EnclaveFlow, NULL, enclave_flow_set_up, tests[i].function, enclave_flow_tear_down);

  return g_test_run ();
}
