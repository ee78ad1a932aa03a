/* test-conversation.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-conversation-export.h"
#include "enclave-flow-fixture.h"
#include "enclave-json.h"

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

static void
on_record (GPtrArray *lines, const char *line)
{
  g_assert_null (strchr (line, '\n'));
  g_ptr_array_add (lines, g_strdup (line));
}

static GPtrArray *
follow (EnclaveFlow *flow)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);

  g_signal_connect_data (enclave_agent_service_get_conversation (flow->service), "record", G_CALLBACK (on_record),
                         g_ptr_array_ref (lines), (GClosureNotify) (void (*) (void)) g_ptr_array_unref, G_CONNECT_SWAPPED);

  return lines;
}

/* All that a person sees of a conversation. */
static char *
describe (EnclaveConversation *conversation)
{
  GString *text = g_string_new (enclave_conversation_get_title (conversation));

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (conversation)); i++)
    {
      g_autoptr (EnclaveMessage) message = g_list_model_get_item (G_LIST_MODEL (conversation), i);

      g_string_append_printf (text, "\n%d %s", enclave_message_get_role (message), enclave_message_get_turn (message));
      for (guint j = 0; j < g_list_model_get_n_items (G_LIST_MODEL (message)); j++)
        {
          g_autoptr (EnclaveMessageBlock) block = g_list_model_get_item (G_LIST_MODEL (message), j);
          EnclaveToolCall *call = enclave_message_block_get_tool_call (block);

          g_assert_false (enclave_message_block_get_open (block));
          g_string_append_printf (text, "\n  %d %d |%s|%s|%s|%s|", enclave_message_block_get_kind (block),
                                  enclave_message_block_get_notice (block), enclave_message_block_get_title (block),
                                  enclave_message_block_get_text (block), enclave_message_block_get_language (block),
                                  enclave_message_block_get_path (block) != NULL ? enclave_message_block_get_path (block) : "-");
          if (call != NULL)
            g_string_append_printf (text, "%s %s %s %d %s %s", enclave_tool_call_get_name (call),
                                    enclave_tool_call_get_arguments (call), enclave_tool_call_get_subject (call),
                                    enclave_tool_call_get_state (call), enclave_tool_call_get_summary (call),
                                    enclave_tool_call_get_result (call));
        }
    }

  return g_string_free (text, FALSE);
}

static EnclaveConversation *
restore (EnclaveFlow *flow, GPtrArray *lines)
{
  g_autoptr (GError) error = NULL;
  EnclaveConversation *conversation = enclave_flow_restore (flow, lines, &error);

  g_assert_no_error (error);

  return conversation;
}

/* The messages of the last request, as text. */
static char *
dup_last_request (EnclaveFlow *flow)
{
  guint n = enclave_flow_server_get_n_requests (flow->server);
  g_autoptr (JsonObject) body = enclave_json_parse_object (enclave_flow_server_get_request (flow->server, n - 1), -1, NULL);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);

  json_node_set_array (node, enclave_json_peek_array (body, "messages"));

  return enclave_json_to_text (node, FALSE);
}

static void
talk (EnclaveFlow *flow)
{
  enclave_flow_server_add_call (flow->server, "I look.\n\n```c src/x.c\nint \"x\";\n```\n", "read_file",
                                "{\"path\":\"src/ring.c\"}", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_call (flow->server, "", "read_file", "{\"path\":\".env\"}", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Wörld.\n\n- one\n- two", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Half", ENCLAVE_FLOW_END_CUT);
  enclave_flow_server_add_text (flow->server, "Whole.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Read @src/other.c\nand more");
  enclave_flow_ask (flow, "Second");
  g_assert_true (enclave_agent_service_retry (flow->service, NULL));
  enclave_flow_wait_idle (flow);
}

/* After a restart the person sees the same, and the model is sent the same. */
static void
test_restore (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GPtrArray) lines = follow (flow);
  g_autoptr (EnclaveConversation) restored = NULL;
  g_autoptr (EnclaveConversation) again = NULL;
  g_autoptr (GPtrArray) more = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *request = NULL;
  g_autofree char *later_request = NULL;

  talk (flow);
  enclave_conversation_set_title (enclave_agent_service_get_conversation (flow->service), "A better title\nnot this");
  before = describe (enclave_agent_service_get_conversation (flow->service));
  restored = restore (flow, lines);
  after = describe (restored);
  g_assert_cmpstr (after, ==, before);
  g_assert_true (g_str_has_prefix (after, "A better title\n"));
  g_assert_null (strstr (after, ENCLAVE_FLOW_CANARY));

  enclave_flow_server_add_text (flow->server, "Third.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_repeat (flow->server);
  enclave_flow_ask (flow, "Go on");
  request = dup_last_request (flow);
  enclave_agent_service_set_conversation (flow->service, restored);
  more = follow (flow);
  enclave_flow_ask (flow, "Go on");
  later_request = dup_last_request (flow);
  g_assert_cmpstr (later_request, ==, request);

  /* What is added to it is added to the same file. */
  for (guint i = 0; i < more->len; i++)
    g_ptr_array_add (lines, g_strdup (g_ptr_array_index (more, i)));
  again = enclave_flow_restore (flow, lines, NULL);
  g_clear_pointer (&after, g_free);
  after = describe (again);
  g_assert_nonnull (strstr (after, "Third."));
}

/* Wherever Enclave was ended, there is a conversation to go on with. */
static void
test_restore_any_end (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GPtrArray) lines = follow (flow);
  guint n_interrupted = 0;

  talk (flow);
  g_assert_cmpuint (lines->len, >=, 8);
  for (guint n = 1; n <= lines->len; n++)
    {
      g_autoptr (GPtrArray) part = g_ptr_array_new ();
      g_autoptr (EnclaveConversation) restored = NULL;
      g_autofree char *words = NULL;

      for (guint i = 0; i < n; i++)
        g_ptr_array_add (part, g_ptr_array_index (lines, i));
      /* half a line, as a crash leaves it */
      g_ptr_array_add (part, (gpointer) "{\"type\":\"turn\",\"mess");
      restored = restore (flow, part);
      words = describe (restored);
      n_interrupted += strstr (words, "Enclave ended during this turn") != NULL ? 1 : 0;
      g_assert_cmpstr (enclave_conversation_get_id (restored), ==,
                       enclave_conversation_get_id (enclave_agent_service_get_conversation (flow->service)));

      enclave_agent_service_set_conversation (flow->service, restored);
      enclave_flow_server_add_text (flow->server, "On.", ENCLAVE_FLOW_END_WELL);
      enclave_flow_ask (flow, "Go on");
      g_assert_cmpint (enclave_agent_service_get_state (flow->service), ==, ENCLAVE_TURN_DONE);
    }
  g_assert_cmpuint (n_interrupted, >=, 3);
}

static void
assert_damage (EnclaveFlow *flow, const char *line)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();
  g_autoptr (EnclaveConversation) restored = NULL;
  g_autofree char *words = NULL;

  g_ptr_array_add (lines, (gpointer) "{\"type\":\"conversation\",\"id\":\"11111111-1111-4111-8111-111111111111\"}");
  g_ptr_array_add (lines, (gpointer) line);
  restored = restore (flow, lines);
  words = describe (restored);
  g_assert_cmpuint (strlen (words), <, 2000);
}

/* The file may hold anything. */
static void
test_damage (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (enclave_flow_restore (flow, nothing, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  assert_damage (flow, "");
  assert_damage (flow, "[]");
  assert_damage (flow, "{\"type\":\"turn\"}");
  assert_damage (flow, "{\"type\":\"turn\",\"messages\":[1,null,{},{\"position\":99999,\"turn\":\"t\"}],\"history\":{}}");
  assert_damage (flow, "{\"type\":\"turn\",\"state\":\"running\",\"messages\":[{\"position\":0,\"turn\":\"t\",\"from\":-7,\"mark\":-9,"
                       "\"blocks\":[{},{\"kind\":\"call\"},{\"kind\":\"call\",\"name\":\"x\",\"state\":\"running\",\"microseconds\":-5},"
                       "{\"kind\":\"notice\",\"notice\":\"what\"},{\"kind\":\"text\"},7]}],\"mark\":-1,\"history\":[{},{\"kind\":\"result\",\"text\":\"x\"},"
                       "{\"kind\":\"call\",\"text\":\"x\",\"id\":\"\"},{\"kind\":\"user\",\"text\":\"x\"}]}");
}

/* What a rule denies by now, or what is a secret, is not sent because it once was said. */
static void
test_restore_denied (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();
  g_autoptr (EnclaveConversation) restored = NULL;

  g_ptr_array_add (lines, (gpointer) "{\"type\":\"conversation\",\"id\":\"11111111-1111-4111-8111-111111111111\"}");
  g_ptr_array_add (lines, (gpointer) "{\"type\":\"turn\",\"state\":\"done\",\"messages\":[{\"position\":0,\"role\":\"user\",\"turn\":\"t\","
                                     "\"blocks\":[{\"kind\":\"text\",\"text\":\"Look\"}]}],\"mark\":0,\"history\":["
                                     "{\"kind\":\"user\",\"text\":\"Look, AKIAIOSFODNN7REALKEY\"},"
                                     "{\"kind\":\"assistant\",\"text\":\"\"},"
                                     "{\"kind\":\"call\",\"id\":\"c\",\"name\":\"read_file\",\"text\":\"{\\\"path\\\":\\\".env\\\"}\"},"
                                     "{\"kind\":\"result\",\"id\":\"c\",\"name\":\"read_file\",\"text\":\"PORT=8080\"}]}");
  restored = restore (flow, lines);
  enclave_agent_service_set_conversation (flow->service, restored);
  enclave_flow_server_add_text (flow->server, "Yes.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Go on");
  g_assert_true (enclave_flow_server_was_told (flow->server, "Look, "));
  g_assert_false (enclave_flow_server_was_told (flow->server, "AKIAIOSFODNN7REALKEY"));
  g_assert_false (enclave_flow_server_was_told (flow->server, "PORT=8080"));
  g_assert_true (enclave_flow_server_was_told (flow->server, "builtin:"));
}

/* A value that has come into a denied file since the conversation was kept is in nothing that is sent of it after a restart. */
static void
test_restore_later_value (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveConversation) restored = NULL;
  g_autoptr (GPtrArray) lines = follow (flow);
  g_autofree char *request = NULL;

  enclave_flow_server_add_text (flow->server, "Good.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Later we use abracadabra-4711.");
  enclave_test_project_write (flow->project, ".env", "TOKEN=" ENCLAVE_FLOW_CANARY "\nLATER=abracadabra-4711\n");
  restored = restore (flow, lines);

  enclave_agent_service_set_conversation (flow->service, restored);
  enclave_flow_server_add_text (flow->server, "Yes.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Is it set?");
  request = dup_last_request (flow);
  g_assert_nonnull (strstr (request, "Later we use "));
  g_assert_null (strstr (request, "abracadabra-4711"));
}

static char *
export (EnclaveFlow *flow, guint *n_masked)
{
  EnclaveConversation *conversation = enclave_agent_service_get_conversation (flow->service);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *text;

  enclave_conversation_export_async (conversation, flow->gate, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  text = enclave_conversation_export_finish (conversation, result, n_masked, &error);
  g_assert_no_error (error);

  return text;
}

/* What is given to others has no secret in it, also where the person had sent one. */
static void
test_export (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  guint n_masked;

  enclave_flow_server_add_call (flow->server, "I look for abracadabra-4711.\n\n```c\nint x;\n```\n", "read_file",
                                "{\"path\":\"src/ring.c\"}", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_call (flow->server, "", "read_file", "{\"path\":\".env\"}", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "The value is " ENCLAVE_FLOW_CANARY ".", ENCLAVE_FLOW_END_WELL);
  g_assert_true (enclave_agent_service_submit_as_it_is (flow->service, "# Use AKIAIOSFODNN7REALKEY", NULL, &error));
  enclave_flow_wait_idle (flow);
  g_assert_true (enclave_flow_server_was_told (flow->server, "AKIAIOSFODNN7REALKEY"));

  text = export (flow, &n_masked);
  g_assert_cmpuint (n_masked, ==, 3);
  g_assert_true (g_str_has_prefix (text, "# # Use "));
  g_assert_null (strstr (text, "AKIAIOSFODNN7REALKEY"));
  g_assert_null (strstr (text, ENCLAVE_FLOW_CANARY));
  g_assert_nonnull (strstr (text, "\n## You, 2"));
  g_assert_nonnull (strstr (text, "\n## Agent, 2"));
  g_assert_nonnull (strstr (text, "\n```c\nint x;\n```\n"));
  g_assert_nonnull (strstr (text, "\n- `read_file src/ring.c`: "));
  g_assert_nonnull (strstr (text, "\n- `read_file .env`: refused, rule builtin:"));
  /* the file itself is not told */
  g_assert_null (strstr (text, "int b;"));

  /* A value that has come into a denied file meanwhile is masked as well. */
  g_assert_nonnull (strstr (text, "I look for abracadabra-4711."));
  g_free (text);
  enclave_test_project_write (flow->project, ".env", "TOKEN=" ENCLAVE_FLOW_CANARY "\nLATER=abracadabra-4711\n");
  text = export (flow, &n_masked);
  g_assert_nonnull (strstr (text, "I look for "));
  g_assert_null (strstr (text, "abracadabra-4711"));
}

static void
test_branch (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (EnclaveConversation) before = g_object_ref (enclave_agent_service_get_conversation (flow->service));
  g_autoptr (EnclaveConversation) branch = NULL;
  g_autoptr (EnclaveConversation) restored = NULL;
  g_autofree char *words = NULL;
  g_autofree char *restored_words = NULL;
  g_autofree char *request = NULL;
  guint n_before;

  talk (flow);
  n_before = g_list_model_get_n_items (G_LIST_MODEL (before));
  branch = enclave_conversation_new_branch (before, get_message (flow, 2));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (branch)), ==, 2);
  g_assert_cmpstr (enclave_conversation_get_id (branch), !=, enclave_conversation_get_id (before));
  g_assert_cmpstr (enclave_conversation_get_origin (branch), ==, enclave_conversation_get_id (before));

  enclave_agent_service_set_conversation (flow->service, branch);
  lines = follow (flow);
  enclave_flow_server_add_text (flow->server, "Other.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Another second");
  request = dup_last_request (flow);
  g_assert_nonnull (strstr (request, "Wörld."));
  g_assert_null (strstr (request, "Whole."));
  g_assert_null (strstr (request, "Second"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (before)), ==, n_before);

  /* A branch is kept as a whole. */
  words = describe (branch);
  restored = restore (flow, lines);
  restored_words = describe (restored);
  g_assert_cmpstr (restored_words, ==, words);
  g_assert_cmpstr (enclave_conversation_get_origin (restored), ==, enclave_conversation_get_id (before));
}

/* The same question with all that was attached to it; what was said stays. */
static void
test_answer_again (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveConversation) before = g_object_ref (enclave_agent_service_get_conversation (flow->service));
  g_autoptr (GError) error = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  g_assert_false (enclave_agent_service_answer_again (flow->service, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_clear_error (&error);
  enclave_flow_server_add_text (flow->server, "One.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Two.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Better.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "First");
  enclave_flow_ask (flow, "Look at @src/other.c");
  first = dup_last_request (flow);
  g_assert_true (enclave_agent_service_answer_again (flow->service, &error));
  g_assert_no_error (error);
  enclave_flow_wait_idle (flow);
  second = dup_last_request (flow);
  g_assert_cmpstr (second, ==, first);
  g_assert_cmpstr (enclave_conversation_get_id (enclave_agent_service_get_conversation (flow->service)), !=,
                   enclave_conversation_get_id (before));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (before)), ==, 4);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (enclave_agent_service_get_conversation (flow->service))), ==, 4);
  {
    g_autofree char *text = enclave_message_dup_text (get_message (flow, 3));

    g_assert_cmpstr (text, ==, "Better.");
  }
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
    { "/conversation/restore", test_restore },
    { "/conversation/restore-any-end", test_restore_any_end },
    { "/conversation/restore-denied", test_restore_denied },
    { "/conversation/restore-later-value", test_restore_later_value },
    { "/conversation/damage", test_damage },
    { "/conversation/export", test_export },
    { "/conversation/branch", test_branch },
    { "/conversation/answer-again", test_answer_again },
  };

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, EnclaveFlow, NULL, enclave_flow_set_up, tests[i].function, enclave_flow_tear_down);

  return g_test_run ();
}
