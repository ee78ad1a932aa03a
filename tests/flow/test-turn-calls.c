/* test-turn-calls.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-flow-fixture.h"
#include "enclave-json.h"
#include "enclave-model-record.h"
#include "enclave-test-server.h"

/* Calls that stand in the text of a reply, through a whole turn: which are run, and what the model is told of the others. */

#define READ "<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\": \"src/ring.c\"}}\n</tool_call>"
#define EDIT(old, new) \
  "<tool_call>\n{\"name\": \"edit_file\", \"arguments\": {\"path\": \"src/ring.c\", \"old_text\": \"" old "\", \"new_text\": \"" new "\"}}\n</tool_call>"

static void
say (EnclaveFlow *flow, const char *text)
{
  enclave_flow_server_add_text (flow->server, text, ENCLAVE_FLOW_END_WELL);
}

/* Content of the @from_end-th last message of a request, counted from 0. (transfer full) */
static char *
dup_content (EnclaveFlow *flow, guint index, guint from_end)
{
  const char *body = enclave_flow_server_get_request (flow->server, index);
  g_autoptr (JsonObject) request = enclave_json_parse_object (body, -1, NULL);
  JsonArray *messages = enclave_json_peek_array (request, "messages");

  return g_strdup (enclave_json_peek_string (
    enclave_json_array_peek_object (messages, json_array_get_length (messages) - 1 - from_end), "content"));
}

static gboolean
holds_form (EnclaveFlow *flow, guint index)
{
  const char *body = enclave_flow_server_get_request (flow->server, index);
  g_autoptr (JsonObject) request = enclave_json_parse_object (body, -1, NULL);

  return json_object_has_member (request, "response_format");
}

/* The model reads that it made the call, or the result would be one of nothing. */
static void
test_in_thought (EnclaveFlow *flow, gconstpointer data)
{
  g_autofree char *said = NULL;
  g_autofree char *result = NULL;

  say (flow, "<think>I have to read it.\n\n" READ "\n</think>\n");
  say (flow, "Read.");
  enclave_flow_ask (flow, "What is in it?");

  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 2);
  g_assert_cmpstr (enclave_tool_call_get_name (enclave_flow_last_call (flow, 0)), ==, "read_file");
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 0)), ==, ENCLAVE_TOOL_CALL_DONE);
  said = dup_content (flow, 1, 1);
  result = dup_content (flow, 1, 0);
  g_assert_nonnull (strstr (said, "<tool_call>\n{\"name\": \"read_file\""));
  g_assert_true (g_str_has_prefix (result, "Result of read_file:"));
  g_assert_nonnull (strstr (result, "int a;"));
}

/* A draft is not run, and an answer ends the turn. */
static void
test_draft (EnclaveFlow *flow, gconstpointer data)
{
  say (flow, "<think>Should I\n" READ "\n</think>\nThree variables.");
  enclave_flow_ask (flow, "What is in it?");

  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 1);
  g_assert_null (enclave_flow_last_call (flow, 0));
}

/* What a model makes up of a result is neither shown nor sent again. */
static void
test_made_up (EnclaveFlow *flow, gconstpointer data)
{
  g_autofree char *said = NULL;

  say (flow, READ "\n<tool_response>\nint invented;\n</tool_response>\nIt holds invented.");
  say (flow, "Read.");
  enclave_flow_ask (flow, "What is in it?");

  said = dup_content (flow, 1, 1);
  g_assert_cmpstr (said, ==, READ "\n");
  g_assert_false (enclave_flow_server_was_told (flow->server, "invented"));
  g_assert_null (strstr (flow->text->str, "invented"));
}

static void
set_record (EnclaveFlow *flow, EnclaveCheckVerdict schema)
{
  g_autoptr (EnclaveModelRecord) record = enclave_model_record_new (flow->model);
  g_autoptr (GError) error = NULL;

  record->items[ENCLAVE_CHECK_NATIVE_TOOLS].verdict = ENCLAVE_CHECK_NO;
  record->items[ENCLAVE_CHECK_TEXT_TOOLS].verdict = ENCLAVE_CHECK_YES;
  record->items[ENCLAVE_CHECK_SCHEMA].verdict = schema;
  enclave_model_record_save (record, flow->model, &error);
  g_assert_no_error (error);
  enclave_agent_service_set_model (flow->service, NULL, NULL);
  enclave_agent_service_set_model (flow->service, flow->client, flow->model);
}

/* Told what was wrong and, where the server can, held to the form of a call: once. */
static void
test_unreadable (EnclaveFlow *flow, gconstpointer data)
{
  gboolean schema = GPOINTER_TO_INT (data);
  g_autofree char *error = NULL;

  set_record (flow, schema ? ENCLAVE_CHECK_YES : ENCLAVE_CHECK_NO);
  say (flow, "<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\": }}\n</tool_call>");
  say (flow, "{\"name\": \"read_file\", \"arguments\": {\"path\": \"src/ring.c\"}}");
  say (flow, "Read.");
  enclave_flow_ask (flow, "What is in it?");

  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 3);
  error = dup_content (flow, 1, 0);
  g_assert_nonnull (strstr (error, "can't be read as JSON"));
  g_assert_nonnull (strstr (error, "{\"path\": string, \"start_line\"?: integer, \"line_count\"?: integer}"));
  g_assert_cmpuint (strlen (error), <, 300);
  g_assert_false (holds_form (flow, 0));
  g_assert_cmpint (holds_form (flow, 1), ==, schema);
  g_assert_false (holds_form (flow, 2));
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 0)), ==, ENCLAVE_TOOL_CALL_FAILED);
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 1)), ==, ENCLAVE_TOOL_CALL_DONE);
}

static JsonObject *
dup_body (EnclaveTestServer *server, guint nth)
{
  g_autoptr (JsonObject) request = enclave_test_server_dup_request (server, "/v1/chat/completions", nth);

  g_assert_nonnull (request);

  return enclave_json_parse_object (enclave_json_peek_string (request, "body"), -1, NULL);
}

/* What is begun as a call can't be broken where the server is llama.cpp and holds a reply to a form; what it refuses is not sent again. */
static void
test_grammar (EnclaveFlow *flow, gconstpointer data)
{
  static const char *const scripts[] = {
    "{\"listing\":\"llamacpp\",\"replies\":[{\"events\":[{\"text\":\"Yes.\"}]}]}",
    "{\"listing\":\"llamacpp\",\"replies\":[{\"when\":{\"contains\":\"root ::=\"},\"status\":400,"
    "\"json\":{\"error\":{\"message\":\"failed to parse grammar\"}}},{\"events\":[{\"text\":\"Yes.\"}]}]}",
    "{\"listing\":\"vllm\",\"replies\":[{\"events\":[{\"text\":\"Yes.\"}]}]}",
  };
  guint kind = GPOINTER_TO_UINT (data);
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new (scripts[kind]);

  enclave_flow_connect (flow, enclave_test_server_get_address (server));
  set_record (flow, ENCLAVE_CHECK_YES);
  enclave_flow_ask (flow, "Read it");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  enclave_flow_ask (flow, "Again");
  g_assert_cmpuint (enclave_test_server_count_requests (server, "/v1/chat/completions"), ==, kind == 1 ? 3 : 2);
  for (guint i = 0; i < (kind == 1 ? 3 : 2); i++)
    {
      g_autoptr (JsonObject) body = dup_body (server, i);
      const char *grammar = enclave_json_peek_string (body, "grammar");

      g_assert_cmpint (grammar != NULL, ==, kind == 0 || (kind == 1 && i == 0));
      g_assert_false (json_object_has_member (body, "tools"));
      g_assert_false (json_object_has_member (body, "response_format"));
      if (grammar != NULL)
        g_assert_nonnull (strstr (grammar, "\"\\\"read_file\\\"\""));
    }
  enclave_agent_service_set_model (flow->service, NULL, NULL);
}

static void
test_unknown (EnclaveFlow *flow, gconstpointer data)
{
  g_autofree char *error = NULL;

  say (flow, "<tool_call>\n{\"name\": \"grep\", \"arguments\": {\"pattern\": \"int\"}}\n</tool_call>");
  say (flow, "Sorry.");
  enclave_flow_ask (flow, "Search");

  error = dup_content (flow, 1, 0);
  g_assert_nonnull (strstr (error, "the nearest is search_text"));
}

/* A path that is not there: the names that are nearly it, in one line. */
static void
test_near_path (EnclaveFlow *flow, gconstpointer data)
{
  g_autofree char *error = NULL;
  g_autofree char *none = NULL;

  say (flow, "<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\": \"lib/ring.cpp\"}}\n</tool_call>");
  say (flow, "<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\": \"lib/wheel.c\"}}\n</tool_call>");
  say (flow, "Sorry.");
  enclave_flow_ask (flow, "Read");

  error = dup_content (flow, 1, 0);
  g_assert_nonnull (strstr (error, "Near to it: src/ring.c\n"));
  none = dup_content (flow, 2, 0);
  g_assert_nonnull (strstr (none, "there is no such file"));
  g_assert_null (strstr (none, "Near to it"));
}

/* The same call with the same result: told at the second, ended at the third, whatever order its arguments are in. */
static void
test_circle (EnclaveFlow *flow, gconstpointer data)
{
  g_autofree char *second = NULL;

  say (flow, "<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\": \"src/ring.c\", \"start_line\": 1}}\n</tool_call>");
  say (flow, "<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"start_line\": 1,   \"path\": \"src/ring.c\"}}\n</tool_call>");
  enclave_flow_server_repeat (flow->server);
  enclave_flow_ask (flow, "What is in it?");

  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 3);
  g_assert_cmpstr (flow->reasons->str, ==, "loop ");
  g_assert_cmpint (enclave_flow_last_notice (flow), ==, ENCLAVE_NOTICE_LOOP);
  second = dup_content (flow, 2, 0);
  g_assert_nonnull (strstr (second, "This call gave the same result before"));
}

/* What is the same again after an edit is no circle; the same edit again is. */
static void
test_no_circle (EnclaveFlow *flow, gconstpointer data)
{
  say (flow, READ);
  say (flow, READ);
  say (flow, EDIT ("int a;", "int aa;"));
  say (flow, READ);
  say (flow, EDIT ("int b;", "int bb;"));
  say (flow, READ);
  say (flow, READ);
  say (flow, "Done.");
  enclave_flow_ask (flow, "Work");

  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 8);
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);

#define ADD(path, data, test) g_test_add ("/turn-calls/" path, EnclaveFlow, data, enclave_flow_set_up, test, enclave_flow_tear_down)
  ADD ("in-thought", NULL, test_in_thought);
  ADD ("draft", NULL, test_draft);
  ADD ("made-up", NULL, test_made_up);
  ADD ("unreadable/schema", GINT_TO_POINTER (TRUE), test_unreadable);
  ADD ("grammar", GUINT_TO_POINTER (0), test_grammar);
  ADD ("grammar/refused", GUINT_TO_POINTER (1), test_grammar);
  ADD ("grammar/elsewhere", GUINT_TO_POINTER (2), test_grammar);
  ADD ("unreadable/no-schema", GINT_TO_POINTER (FALSE), test_unreadable);
  ADD ("unknown", NULL, test_unknown);
  ADD ("near-path", NULL, test_near_path);
  ADD ("circle", NULL, test_circle);
  ADD ("no-circle", NULL, test_no_circle);

  return g_test_run ();
}
