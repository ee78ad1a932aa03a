/* test-conversation.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-flow-fixture.h"

static EnclaveMessage *
get_message (EnclaveFlow *flow, guint position)
{
  g_autoptr (EnclaveMessage) message =
    g_list_model_get_item (G_LIST_MODEL (enclave_agent_service_get_conversation (flow->service)), position);

  /* The conversation keeps it. */
  g_assert_nonnull (message);

  return message;
}

/* Everything that is kept elsewhere is kept under these. */
static void
test_ids (EnclaveFlow *flow, gconstpointer data)
{
  g_autofree char *first = g_strdup (enclave_conversation_get_id (enclave_agent_service_get_conversation (flow->service)));
  g_autofree char *turn = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_uuid_string_is_valid (first));
  g_assert_cmpstr (enclave_agent_service_get_turn_id (flow->service), ==, "");
  enclave_flow_server_add_text (flow->server, "One.", ENCLAVE_FLOW_END_CUT);
  enclave_flow_server_add_text (flow->server, "One.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Two.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "One");
  turn = g_strdup (enclave_agent_service_get_turn_id (flow->service));
  g_assert_true (g_uuid_string_is_valid (turn));
  g_assert_cmpstr (enclave_message_get_turn (get_message (flow, 0)), ==, turn);
  g_assert_cmpstr (enclave_message_get_turn (get_message (flow, 1)), ==, turn);
  g_assert_cmpint (enclave_message_get_time (get_message (flow, 0)), >, 1700000000);

  g_assert_true (enclave_agent_service_retry (flow->service, &error));
  enclave_flow_wait_idle (flow);
  g_assert_cmpstr (enclave_message_get_turn (get_message (flow, 2)), !=, turn);
  g_assert_cmpstr (enclave_message_get_turn (get_message (flow, 2)), ==,
                   enclave_agent_service_get_turn_id (flow->service));
  enclave_flow_ask (flow, "Two");
  g_assert_cmpstr (enclave_message_get_turn (get_message (flow, 3)), !=,
                   enclave_message_get_turn (get_message (flow, 2)));
  g_assert_cmpstr (enclave_conversation_get_id (enclave_agent_service_get_conversation (flow->service)), ==, first);

  enclave_agent_service_new_conversation (flow->service);
  g_assert_cmpstr (enclave_conversation_get_id (enclave_agent_service_get_conversation (flow->service)), !=, first);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*function) (EnclaveFlow *flow, gconstpointer data);
  } tests[] = {
    { "/conversation/ids", test_ids },
  };

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, EnclaveFlow, NULL, enclave_flow_set_up, tests[i].function, enclave_flow_tear_down);

  return g_test_run ();
}
