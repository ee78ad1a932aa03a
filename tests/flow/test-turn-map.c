/* test-turn-map.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-flow-fixture.h"
#include "enclave-json.h"
#include "enclave-test-server.h"

#define SERVER                                                                                                         \
  "{\"listing\":\"openai\",\"models\":[{\"id\":\"m\",\"context\":32768}],\"replies\":[{\"events\":[{\"text\":\"Yes.\"}]}," \
  "{\"events\":[{\"text\":\"Yes.\"}]},{\"events\":[{\"text\":\"Yes.\"}]},{\"events\":[{\"text\":\"Yes.\"}]}]}"
#define ROUTE "/v1/chat/completions"

static EnclaveTestServer *
connect_server (EnclaveFlow *flow)
{
  EnclaveTestServer *server = enclave_test_server_new (SERVER);

  enclave_test_project_write (flow->project, "src/push.c", "int\nring_push (int value)\n{\n  return value;\n}\n");
  enclave_test_project_write (flow->project, "src/main.c", "int\nmain (void)\n{\n  return ring_push (1);\n}\n");
  /* A value of a denied file in a line that is in the map. */
  enclave_test_project_write (flow->project, "src/leak.c", "int\nleak_it (void) /* " ENCLAVE_FLOW_CANARY " */\n{\n  return 1;\n}\n");
  enclave_flow_connect (flow, enclave_test_server_get_address (server));
  enclave_agent_service_set_use_map (flow->service, TRUE);

  return server;
}

/* The text of message @index of request @number. (transfer full) */
static char *
dup_message (EnclaveTestServer *server, guint number, guint index)
{
  g_autoptr (JsonObject) request = enclave_test_server_dup_request (server, ROUTE, number);
  g_autoptr (JsonObject) body = enclave_json_parse_object (enclave_json_peek_string (request, "body"), -1, NULL);
  JsonObject *message = enclave_json_array_peek_object (enclave_json_peek_array (body, "messages"), index);

  return g_strdup (enclave_json_peek_string (message, "content"));
}

static void
on_map (EnclaveAgentService *service, guint tokens, guint definitions, gpointer user_data)
{
  guint *told = user_data;

  told[0]++;
  told[1] = tokens;
  told[2] = definitions;
}

static void
test_first_message_has_it (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_server (flow);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  guint told[3] = { 0 };

  if (!enclave_flow_can_confine (flow))
    return;
  g_signal_connect (flow->service, "map", G_CALLBACK (on_map), told);
  enclave_flow_ask (flow, "What is there?");
  enclave_flow_ask (flow, "And?");
  g_assert_cmpuint (told[0], ==, 1);
  g_assert_cmpuint (told[1], ==, enclave_agent_service_get_map_tokens (flow->service));
  g_assert_cmpuint (told[2], ==, 3);

  first = dup_message (server, 0, 1);
  g_assert_true (g_str_has_prefix (first, "Map of the project"));
  g_assert_nonnull (strstr (first, "src/push.c\n  ring_push (int value)\n"));
  g_assert_nonnull (strstr (first, "Denied, by name only: .env"));
  g_assert_nonnull (strstr (first, "\n\nWhat is there?"));
  g_assert_nonnull (strstr (first, "leak_it (void)"));
  g_assert_null (strstr (first, ENCLAVE_FLOW_CANARY));
  second = dup_message (server, 1, 3);
  g_assert_true (g_str_has_prefix (second, "And?"));

  enclave_agent_service_new_conversation (flow->service);
  g_assert_cmpuint (enclave_agent_service_get_map_tokens (flow->service), ==, 0);
}

#define FRESH "brand-new-9876543210"

static void
on_map_written (EnclaveAgentService *service, guint tokens, guint definitions, gpointer user_data)
{
  enclave_test_project_write (user_data, ".env.local", "KEY=" FRESH "\n");
}

/* A value that comes into a denied file when the map is made and not yet sent. */
static void
test_new_value (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_server (flow);
  g_autofree char *first = NULL;

  if (!enclave_flow_can_confine (flow))
    return;
  enclave_test_project_write (flow->project, "src/fresh.c", "int\nfresh_it (void) /* " FRESH " */\n{\n  return 1;\n}\n");
  g_signal_connect (flow->service, "map", G_CALLBACK (on_map_written), flow->project);
  enclave_flow_ask (flow, "What is there?");
  first = dup_message (server, 0, 1);
  g_assert_nonnull (strstr (first, "fresh_it (void)"));
  g_assert_null (strstr (first, FRESH));
}

/* What is open or mentioned stands behind the words, so that the map before them stays as it is. */
static void
test_near_part (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_server (flow);
  const char *const open_paths[] = { "src/main.c", ".env", NULL };
  g_autofree char *plain = NULL;
  g_autofree char *open = NULL;
  g_autofree char *named = NULL;

  if (!enclave_flow_can_confine (flow))
    return;
  enclave_flow_ask (flow, "Well?");
  enclave_agent_service_new_conversation (flow->service);
  enclave_agent_service_set_open_paths (flow->service, open_paths);
  enclave_flow_ask (flow, "Well?");
  enclave_agent_service_new_conversation (flow->service);
  enclave_agent_service_set_open_paths (flow->service, NULL);
  enclave_flow_ask (flow, "Where is ring_push?");

  plain = dup_message (server, 0, 1);
  open = dup_message (server, 1, 1);
  named = dup_message (server, 2, 1);
  g_assert_null (strstr (plain, "near what is open"));
  g_assert_nonnull (strstr (open, "```\nsrc/main.c\n  2: main (void)\nsrc/push.c\n  2: ring_push (int value)\n```"));
  g_assert_nonnull (strstr (named, "```\nsrc/push.c\n  2: ring_push (int value)\n```"));
  g_assert_cmpint (strstr (plain, "Well?") - plain, ==, strstr (open, "Well?") - open);
  g_assert_cmpint (strncmp (plain, open, (gsize) (strstr (plain, "Well?") - plain)), ==, 0);
}

/* A file that is new or has changed since is in the map of the next conversation. */
static void
test_next_conversation_is_up_to_date (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_server (flow);
  g_autofree char *text = NULL;

  if (!enclave_flow_can_confine (flow))
    return;
  enclave_flow_ask (flow, "Well?");
  enclave_test_project_write (flow->project, "src/pull.c", "int\nring_pull (void)\n{\n  return 0;\n}\n");
  enclave_agent_service_new_conversation (flow->service);
  enclave_flow_ask (flow, "Well?");
  text = dup_message (server, 1, 1);
  g_assert_nonnull (strstr (text, "src/pull.c\n  ring_pull (void)"));
}

/* What is read ahead is what the first message begins with. */
static void
test_warm_up_reads_it (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_server (flow);
  g_autoptr (JsonObject) warm = NULL;
  g_autoptr (JsonObject) asked = NULL;
  const char *warm_body;
  const char *asked_body;
  gsize same = 0;

  enclave_agent_service_warm_up (flow->service, 1);
  for (guint i = 0; i < 3000 && enclave_agent_service_get_warm_up (flow->service, NULL, NULL); i++)
    enclave_test_spin (10);
  enclave_flow_ask (flow, "Well?");
  warm = enclave_test_server_dup_request (server, ROUTE, 0);
  asked = enclave_test_server_dup_request (server, ROUTE, 1);
  warm_body = enclave_json_peek_string (warm, "body");
  asked_body = enclave_json_peek_string (asked, "body");
  while (warm_body[same] == asked_body[same] && warm_body[same] != '\0')
    same++;
  g_assert_true (g_str_has_prefix (warm_body + same, ".\"}]"));
  g_assert_true (g_str_has_prefix (asked_body + same, "Well?"));
  g_assert_nonnull (strstr (warm_body, "Map of the project"));
}

static void
test_off (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_server (flow);
  g_autofree char *text = NULL;

  enclave_agent_service_set_use_map (flow->service, FALSE);
  enclave_flow_ask (flow, "Where is ring_push?");
  text = dup_message (server, 0, 1);
  g_assert_true (g_str_has_prefix (text, "Where is ring_push?"));
  g_assert_null (strstr (text, "ring_push (int"));
}

/* Stopped while the project is looked at: nothing is sent, and the next message has the map. */
static void
test_stop_meanwhile (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = connect_server (flow);
  g_autofree char *text = NULL;

  flow->stop_in = ENCLAVE_TURN_PREPARING;
  enclave_flow_ask (flow, "Not this");
  g_assert_cmpuint (enclave_test_server_count_requests (server, ROUTE), ==, 0);
  enclave_flow_submit (flow, "Nor this");
  enclave_agent_service_stop (flow->service);
  enclave_flow_ask (flow, "Well?");
  g_assert_cmpuint (enclave_test_server_count_requests (server, ROUTE), ==, 1);
  text = dup_message (server, 0, 1);
  g_assert_true (g_str_has_prefix (text, "Map of the project"));
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/turn-map/" name, EnclaveFlow, NULL, enclave_flow_set_up, function, enclave_flow_tear_down)
  ADD ("first-message-has-it", test_first_message_has_it);
  ADD ("new-value", test_new_value);
  ADD ("near-part", test_near_part);
  ADD ("next-conversation-is-up-to-date", test_next_conversation_is_up_to_date);
  ADD ("warm-up-reads-it", test_warm_up_reads_it);
  ADD ("off", test_off);
  ADD ("stop-meanwhile", test_stop_meanwhile);
  return g_test_run ();
}
