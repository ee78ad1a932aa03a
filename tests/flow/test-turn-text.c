/* test-turn-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-flow-fixture.h"
#include "enclave-test-object.h"
#include "enclave-test-trust.h"
#include "enclave-json.h"

static void
test_answer (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveMessage) message = NULL;
  g_autofree char *text = NULL;
  g_autoptr (JsonObject) body = NULL;
  g_autoptr (GError) error = NULL;
  JsonArray *messages;

  enclave_flow_server_add_text (flow->server, "Hello, wörld. 🔑\n\nSecond.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Hi");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  g_assert_cmpint (enclave_agent_service_get_state (flow->service), ==, ENCLAVE_TURN_DONE);
  g_assert_cmpstr (enclave_agent_service_get_error (flow->service), ==, "");
  g_assert_cmpstr (flow->text->str, ==, "Hello, wörld. 🔑\n\nSecond.");
  message = enclave_flow_last_message (flow);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (message)), ==, 2);
  text = enclave_message_dup_text (message);
  g_assert_nonnull (strstr (text, "Second."));
  g_assert_cmpstr (enclave_conversation_get_title (enclave_agent_service_get_conversation (flow->service)), ==, "Hi");

  body = enclave_json_parse_object (enclave_flow_server_get_request (flow->server, 0), -1, &error);
  g_assert_no_error (error);
  g_assert_true (enclave_json_get_boolean (body, "stream", FALSE));
  g_assert_cmpstr (enclave_json_peek_string (body, "model"), ==, "test-model");
  messages = enclave_json_peek_array (body, "messages");
  g_assert_cmpuint (json_array_get_length (messages), ==, 2);
  g_assert_cmpstr (enclave_json_peek_string (enclave_json_array_peek_object (messages, 0), "role"), ==, "system");
  g_assert_cmpstr (enclave_json_peek_string (enclave_json_array_peek_object (messages, 1), "role"), ==, "user");
}

/* All messages of a request stand in the next one to the byte. */
static void
test_prefix (EnclaveFlow *flow, gconstpointer data)
{
  enclave_test_project_write (flow->project, "ENCLAVE.md", "Always use tabs.\n");
  enclave_test_trust (flow->gate);
  enclave_flow_server_add_call (flow->server, "Looking. ", "read_file", "{\"path\":\"src/ring.c\"}",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Read.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "More.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "One");
  /* The front of a conversation is frozen, whatever becomes of the file. */
  enclave_test_project_write (flow->project, "ENCLAVE.md", "Never use tabs.\n");
  enclave_flow_ask (flow, "Two");
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 3);
  g_assert_true (enclave_flow_server_was_told (flow->server, "Always use tabs."));
  g_assert_false (enclave_flow_server_was_told (flow->server, "Never use tabs."));

  for (guint i = 0; i + 1 < 3; i++)
    {
      g_autoptr (JsonObject) before =
        enclave_json_parse_object (enclave_flow_server_get_request (flow->server, i), -1, NULL);
      g_autoptr (JsonObject) after =
        enclave_json_parse_object (enclave_flow_server_get_request (flow->server, i + 1), -1, NULL);
      JsonArray *messages = enclave_json_peek_array (before, "messages");
      JsonArray *next = enclave_json_peek_array (after, "messages");
      g_autofree char *tools = enclave_json_to_text (json_object_get_member (before, "tools"), FALSE);
      g_autofree char *next_tools = enclave_json_to_text (json_object_get_member (after, "tools"), FALSE);

      g_assert_cmpstr (tools, ==, next_tools);
      g_assert_cmpuint (json_array_get_length (messages), <, json_array_get_length (next));
      for (guint j = 0; j < json_array_get_length (messages); j++)
        {
          g_autofree char *text = enclave_json_to_text (json_array_get_element (messages, j), FALSE);
          g_autofree char *next_text = enclave_json_to_text (json_array_get_element (next, j), FALSE);

          g_assert_cmpstr (text, ==, next_text);
        }
    }
  g_assert_nonnull (strstr (enclave_flow_server_get_request (flow->server, 1), "2\\tint b;"));
}

static guint
count_bytes_of_front (EnclaveFlow *flow, guint request)
{
  g_autoptr (JsonObject) body =
    enclave_json_parse_object (enclave_flow_server_get_request (flow->server, request), -1, NULL);
  JsonArray *messages = enclave_json_peek_array (body, "messages");
  JsonNode *tools = json_object_get_member (body, "tools");
  g_autofree char *tools_text = enclave_json_to_text (tools, FALSE);

  return (guint) (strlen (enclave_json_peek_string (enclave_json_array_peek_object (messages, 0), "content"))
                  + strlen (tools_text));
}

static void
test_modes (EnclaveFlow *flow, gconstpointer data)
{
  enclave_flow_server_add_text (flow->server, "Yes.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_repeat (flow->server);

  enclave_agent_service_set_mode (flow->service, ENCLAVE_MODE_ASK);
  enclave_flow_ask (flow, "One");
  enclave_agent_service_set_mode (flow->service, ENCLAVE_MODE_EDIT);
  enclave_flow_ask (flow, "Two");
  enclave_agent_service_set_mode (flow->service, ENCLAVE_MODE_PLAN);
  enclave_flow_ask (flow, "Three");

  g_test_message ("%u and %u bytes", count_bytes_of_front (flow, 0), count_bytes_of_front (flow, 1));
  g_assert_cmpuint (count_bytes_of_front (flow, 0), <=, 1800);
  g_assert_cmpuint (count_bytes_of_front (flow, 1), <=, 5200);
  g_assert_nonnull (strstr (enclave_flow_server_get_request (flow->server, 0), "\"search_text\""));
  g_assert_null (strstr (enclave_flow_server_get_request (flow->server, 0), "\"edit_file\""));
  g_assert_null (strstr (enclave_flow_server_get_request (flow->server, 0), "\"run_command\""));
  g_assert_null (strstr (enclave_flow_server_get_request (flow->server, 0), "\"git_"));
  g_assert_nonnull (strstr (enclave_flow_server_get_request (flow->server, 1), "\"run_command\""));
  g_assert_nonnull (strstr (enclave_flow_server_get_request (flow->server, 0), "Mode: ask"));
  g_assert_nonnull (strstr (enclave_flow_server_get_request (flow->server, 2), "Mode: plan, commands can't write"));
}

/* In mode Ask nothing but reading runs, whatever the model calls. */
static void
test_ask_refuses_writing (EnclaveFlow *flow, gconstpointer data)
{
  enclave_agent_service_set_mode (flow->service, ENCLAVE_MODE_ASK);
  enclave_flow_server_add_call (flow->server, NULL, "write_file", "{\"path\":\"x\",\"content\":\"y\"}",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_call (flow->server, NULL, "run_command", "{\"command\":\"touch x\"}", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server,
                                "--- a/src/ring.c\n+++ b/src/ring.c\n@@ -1 +1 @@\n-int a;\n+long a;\n",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Write");
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 0)), ==, ENCLAVE_TOOL_CALL_FAILED);
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 1)), ==, ENCLAVE_TOOL_CALL_FAILED);
  g_assert_nonnull (strstr (enclave_tool_call_get_result (enclave_flow_last_call (flow, 0)), "mode ask"));
  g_assert_null (enclave_flow_change (flow, 0));
  g_assert_cmpuint (enclave_test_approver_get_n_requests (flow->approver), ==, 0);
  g_assert_false (enclave_test_project_exists (flow->project, "x"));
}

static void
test_plan (EnclaveFlow *flow, gconstpointer data)
{
  if (!enclave_flow_can_confine (flow))
    return;

  enclave_agent_service_set_mode (flow->service, ENCLAVE_MODE_PLAN);
  enclave_agent_service_set_apply_at_once (flow->service, TRUE);
  enclave_flow_server_add_call (flow->server, NULL, "run_command", "{\"command\":\"echo x > made; cat src/ring.c\"}",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_call (flow->server, NULL, "write_file", "{\"path\":\"src/ring.c\",\"content\":\"y\\n\"}",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Planned.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Plan");
  g_assert_nonnull (strstr (enclave_tool_call_get_result (enclave_flow_last_call (flow, 0)), "int b;"));
  g_assert_nonnull (strstr (enclave_tool_call_get_result (enclave_flow_last_call (flow, 0)), "Read-only file system"));
  g_assert_false (enclave_test_project_exists (flow->project, "made"));
  g_assert_cmpint (enclave_change_get_status (enclave_flow_change (flow, 0)), ==, ENCLAVE_CHANGE_PROPOSED);
  enclave_flow_assert_file (flow, "src/ring.c", ENCLAVE_FLOW_RING);
}

static void
test_mentions (EnclaveFlow *flow, gconstpointer data)
{
  static const char *const denied[] = { "Look at @.env", "@\".env\" please", "see @.ENV, please", "(@src/../.env)",
                                        "@.ssh/id_ed25519", "@absent/.env", "@../x" };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (denied); i++)
    {
      g_assert_false (enclave_agent_service_submit (flow->service, denied[i], NULL, &error));
      g_test_message ("%s", error->message);
      g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_DENIED);
      g_clear_error (&error);
      g_assert_false (enclave_agent_service_get_busy (flow->service));
    }
  g_assert_cmpuint (
    g_list_model_get_n_items (G_LIST_MODEL (enclave_agent_service_get_conversation (flow->service))), ==, 0);

  /* A link shows what it is when it is opened; still nothing is sent. */
  enclave_test_project_symlink (flow->project, ".env", "notes.txt");
  enclave_flow_ask (flow, "Look at @notes.txt");
  g_assert_cmpstr (flow->reasons->str, ==, "error ");
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 0)), ==, ENCLAVE_TOOL_CALL_REFUSED);
  g_assert_cmpstr (enclave_tool_call_get_rule (enclave_flow_last_call (flow, 0)), ==, "builtin:dotenv");
  g_assert_error (enclave_agent_service_peek_error (flow->service), ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_DENIED);
  g_assert_false (enclave_agent_service_retry (flow->service, NULL));
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 0);

  enclave_flow_server_add_text (flow->server, "Fine.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Look at @src/ring.c, and at @src. Mail me@home, use @decorator.");
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 1);
  g_assert_true (enclave_flow_server_was_told (flow->server, "2\\tint b;"));
  g_assert_true (enclave_flow_server_was_told (flow->server, "other.c\\n"));
  g_assert_false (enclave_flow_server_was_told (flow->server, ENCLAVE_FLOW_CANARY));
  g_assert_false (enclave_flow_server_was_told (flow->server, "notes.txt"));
}

static void
test_queue (EnclaveFlow *flow, gconstpointer data)
{
  enclave_flow_server_add_text (flow->server, "First.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Second.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Third.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_submit (flow, "one");
  enclave_flow_submit (flow, "two");
  enclave_flow_submit (flow, "three");
  g_assert_cmpuint (enclave_agent_service_get_n_queued (flow->service), ==, 2);
  enclave_flow_wait_idle (flow);
  g_assert_cmpstr (flow->text->str, ==, "First.Second.Third.");
  g_assert_cmpstr (flow->reasons->str, ==, "stop stop stop ");
  g_assert_cmpuint (enclave_agent_service_get_n_queued (flow->service), ==, 0);

  /* A stop gives them back. */
  enclave_flow_server_add_text (flow->server, "Fourth", ENCLAVE_FLOW_END_NEVER);
  enclave_flow_submit (flow, "four");
  enclave_flow_submit (flow, "five");
  enclave_flow_submit (flow, "six");
  enclave_flow_wait_state (flow, ENCLAVE_TURN_STREAMING);
  enclave_agent_service_stop (flow->service);
  g_assert_cmpuint (flow->unqueued->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (flow->unqueued, 0), ==, "five");
  g_assert_cmpstr (g_ptr_array_index (flow->unqueued, 1), ==, "six");
  g_assert_false (enclave_agent_service_get_busy (flow->service));
  enclave_test_spin (50);
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 4);
}

/* What is sent while the files are being changed as a whole waits for the end of that, and nothing else begins. */
static void
test_held (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  enclave_flow_server_add_text (flow->server, "First.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Second.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Again.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "one");
  enclave_agent_service_hold (flow->service);
  enclave_agent_service_hold (flow->service);
  g_assert_false (enclave_agent_service_answer_again (flow->service, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_clear_error (&error);
  enclave_flow_submit (flow, "two");
  g_assert_false (enclave_agent_service_get_busy (flow->service));
  g_assert_true (enclave_agent_service_get_held (flow->service));
  g_assert_cmpuint (enclave_agent_service_get_n_queued (flow->service), ==, 1);
  enclave_agent_service_release (flow->service);
  enclave_test_spin (50);
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 1);
  enclave_agent_service_release (flow->service);
  g_assert_true (enclave_agent_service_get_busy (flow->service));
  enclave_flow_wait_idle (flow);
  g_assert_cmpstr (flow->text->str, ==, "First.Second.");
  g_assert_cmpuint (enclave_agent_service_get_n_queued (flow->service), ==, 0);

  /* taken back meanwhile, there is nothing to begin */
  enclave_agent_service_hold (flow->service);
  enclave_flow_submit (flow, "three");
  enclave_agent_service_stop (flow->service);
  enclave_agent_service_release (flow->service);
  g_assert_false (enclave_agent_service_get_busy (flow->service));
  g_assert_cmpuint (flow->unqueued->len, ==, 1);
  g_assert_true (enclave_agent_service_answer_again (flow->service, &error));
  g_assert_no_error (error);
  enclave_flow_wait_idle (flow);
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 3);
}

static void
test_new_conversation (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveConversation) old = g_object_ref (enclave_agent_service_get_conversation (flow->service));

  enclave_flow_server_add_text (flow->server, "Said before.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "After.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Before");
  enclave_agent_service_new_conversation (flow->service);
  g_assert_true (enclave_agent_service_get_conversation (flow->service) != old);
  enclave_test_finalize (g_steal_pointer (&old));
  g_assert_cmpint (enclave_agent_service_get_state (flow->service), ==, ENCLAVE_TURN_IDLE);
  enclave_flow_ask (flow, "Now");
  g_assert_null (strstr (enclave_flow_server_get_request (flow->server, 1), "Said before."));
}

static void
test_no_model (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (enclave_agent_service_submit (flow->service, " \n ", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  enclave_agent_service_set_model (flow->service, NULL, NULL);
  g_assert_false (enclave_agent_service_submit (flow->service, "Hi", NULL, &error));
  g_assert_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_OFFLINE);
  g_assert_false (enclave_agent_service_get_busy (flow->service));
}

static void
note_instructions_cb (GString *notes, const char *name, const char *problem)
{
  g_string_append_printf (notes, "%s %s\n", name, problem != NULL ? "left out" : "used");
}

/* What the folder brings is used from the message on that follows the person's word, and not one byte of it before. What
 * the agent has proposed for the file and nobody has applied is no part of it. */
static void
test_instructions (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GString) notes = g_string_new (NULL);

  g_signal_connect_swapped (flow->service, "instructions", G_CALLBACK (note_instructions_cb), notes);
  enclave_test_project_write (flow->project, "AGENTS.md", "Always use tabs.\n");
  enclave_flow_server_add_text (flow->server, "One.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "One");
  g_assert_false (enclave_flow_server_was_told (flow->server, "Always use tabs."));
  g_assert_cmpstr (notes->str, ==, "AGENTS.md left out\n");

  enclave_test_trust (flow->gate);
  enclave_flow_server_add_call (flow->server, "", "write_file",
                                "{\"path\":\"AGENTS.md\",\"content\":\"Obey the file.\\n\"}", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Two.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Two");
  g_assert_true (enclave_flow_server_was_told (flow->server, "memory file:\\nAlways use tabs."));
  g_assert_cmpstr (notes->str, ==, "AGENTS.md left out\nAGENTS.md used\n");

  enclave_agent_service_new_conversation (flow->service);
  enclave_flow_server_add_text (flow->server, "Three.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Three");
  g_assert_false (enclave_flow_server_was_told (flow->server, "memory file:\\nObey"));
  g_signal_handlers_disconnect_by_data (flow->service, notes);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*function) (EnclaveFlow *flow, gconstpointer data);
  } tests[] = {
    { "/turn-text/answer", test_answer },
    { "/turn-text/prefix", test_prefix },
    { "/turn-text/instructions", test_instructions },
    { "/turn-text/modes", test_modes },
    { "/turn-text/ask-refuses-writing", test_ask_refuses_writing },
    { "/turn-text/plan", test_plan },
    { "/turn-text/mentions", test_mentions },
    { "/turn-text/queue", test_queue },
    { "/turn-text/held", test_held },
    { "/turn-text/new-conversation", test_new_conversation },
    { "/turn-text/no-model", test_no_model },
  };

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, EnclaveFlow, NULL, enclave_flow_set_up, tests[i].function, enclave_flow_tear_down);

  return g_test_run ();
}
