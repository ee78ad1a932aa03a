/* test-turn-tools.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-flow-fixture.h"
#include "enclave-json.h"

#define EDIT "{\"path\":\"src/ring.c\",\"old_text\":\"int b;\",\"new_text\":\"long b;\"}"
#define EDITED "int a;\nlong b;\nint c;\n"

static void
test_read (EnclaveFlow *flow, gconstpointer data)
{
  EnclaveToolCall *call;

  enclave_flow_server_add_call (flow->server, "I look. ", "read_file", "{\"path\":\"src/ring.c\"}",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "It has three lines.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "What is in the ring?");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  g_assert_cmpstr (flow->text->str, ==, "I look. It has three lines.");
  call = enclave_flow_last_call (flow, 0);
  g_assert_cmpint (enclave_tool_call_get_state (call), ==, ENCLAVE_TOOL_CALL_DONE);
  g_assert_cmpstr (enclave_tool_call_get_summary (call), ==, "lines 1–3");
  g_assert_cmpstr (enclave_tool_call_get_subject (call), ==, "src/ring.c");
  g_assert_cmpint (enclave_tool_call_get_ended (call), >=, enclave_tool_call_get_started (call));
  g_assert_nonnull (strstr (enclave_flow_server_get_request (flow->server, 1), "1\\tint a;"));
  g_assert_nonnull (strstr (enclave_flow_server_get_request (flow->server, 1), "\"tool_call_id\":\"call-1\""));
}

static void
test_denied_file (EnclaveFlow *flow, gconstpointer data)
{
  static const char *const paths[] = { ".env", "notes.txt", "src/../.ENV", "/proc/self/cwd/.env", ".ssh/id_ed25519" };

  enclave_test_project_symlink (flow->project, ".env", "notes.txt");
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *arguments = g_strdup_printf ("{\"path\":\"%s\"}", paths[i]);

      enclave_flow_server_add_call (flow->server, NULL, "read_file", arguments, ENCLAVE_FLOW_END_WELL);
    }
  enclave_flow_server_add_text (flow->server, "Then without it.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Read the secrets");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      EnclaveToolCall *call = enclave_flow_last_call (flow, i);

      g_assert_cmpint (enclave_tool_call_get_state (call), ==, ENCLAVE_TOOL_CALL_REFUSED);
      g_assert_nonnull (enclave_tool_call_get_rule (call));
      g_assert_true (g_str_has_prefix (enclave_tool_call_get_summary (call), "rule builtin:"));
    }
  g_assert_cmpstr (flow->text->str, ==, "Then without it.");
  g_assert_false (enclave_flow_server_was_told (flow->server, ENCLAVE_FLOW_CANARY));
  g_assert_true (enclave_flow_server_was_told (flow->server, "denied by rule builtin:dotenv"));
  /* Nobody is asked about what is denied. */
  g_assert_cmpuint (enclave_test_approver_get_n_requests (flow->approver), ==, 0);
}

static void
test_edit (EnclaveFlow *flow, gconstpointer data)
{
  EnclaveChangeSet *set = enclave_agent_service_get_change_set (flow->service);
  g_autoptr (GError) error = NULL;

  enclave_flow_server_add_call (flow->server, NULL, "edit_file", EDIT, ENCLAVE_FLOW_END_WELL);
  /* The model sees its own proposal, the disk does not. */
  enclave_flow_server_add_call (flow->server, NULL, "read_file", "{\"path\":\"src/ring.c\"}", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_call (flow->server, NULL, "write_file", "{\"path\":\"new/file.c\",\"content\":\"x\\n\"}",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Proposed.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Widen b");
  g_assert_nonnull (strstr (enclave_tool_call_get_result (enclave_flow_last_call (flow, 1)), "long b;"));
  g_assert_cmpuint (enclave_change_set_get_n_proposed (set), ==, 2);
  g_assert_cmpuint (enclave_change_set_get_added (set), ==, 2);
  g_assert_cmpuint (enclave_change_set_get_removed (set), ==, 1);
  enclave_flow_assert_file (flow, "src/ring.c", ENCLAVE_FLOW_RING);
  g_assert_false (enclave_test_project_exists (flow->project, "new"));
  g_assert_cmpuint (enclave_test_approver_get_n_requests (flow->approver), ==, 0);

  enclave_flow_apply (flow, &error);
  g_assert_no_error (error);
  enclave_flow_assert_file (flow, "src/ring.c", EDITED);
  enclave_flow_assert_file (flow, "new/file.c", "x\n");
  g_assert_cmpuint (enclave_change_set_get_n_applied (set), ==, 2);
  g_assert_true (enclave_change_set_get_can_undo (set));

  enclave_flow_undo (flow, &error);
  g_assert_no_error (error);
  enclave_flow_assert_file (flow, "src/ring.c", ENCLAVE_FLOW_RING);
  g_assert_false (enclave_test_project_exists (flow->project, "new/file.c"));
  g_assert_false (enclave_change_set_get_can_undo (set));
  g_assert_cmpint (enclave_change_get_status (enclave_flow_change (flow, 0)), ==, ENCLAVE_CHANGE_UNDONE);

  /* The next message says what became of them. */
  enclave_flow_server_add_text (flow->server, "Noted.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "And now?");
  g_assert_nonnull (strstr (enclave_flow_server_get_request (flow->server, 4), "Undone: src/ring.c, new/file.c."));
}

/* An edit that leads back to what is on disk leaves nothing to review, whatever tool makes it; writing what is there already is none. */
static void
test_edit_back (EnclaveFlow *flow, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *arguments;
  } back[] = {
    { "edit_file", "{\"path\":\"src/ring.c\",\"old_text\":\"long b;\",\"new_text\":\"int b;\"}" },
    { "write_file", "{\"path\":\"src/ring.c\",\"content\":\"int a;\\nint b;\\nint c;\\n\"}" },
    { "apply_patch", "{\"patch\":\"--- a/src/ring.c\\n+++ b/src/ring.c\\n@@ -1,3 +1,3 @@\\n int a;\\n-long b;\\n+int b;\\n int c;\\n\"}" },
  };
  EnclaveChangeSet *set = enclave_agent_service_get_change_set (flow->service);

  for (guint i = 0; i < G_N_ELEMENTS (back); i++)
    {
      enclave_flow_server_add_call (flow->server, NULL, "read_file", "{\"path\":\"src/ring.c\"}", ENCLAVE_FLOW_END_WELL);
      enclave_flow_server_add_call (flow->server, NULL, "edit_file", EDIT, ENCLAVE_FLOW_END_WELL);
      enclave_flow_server_add_call (flow->server, NULL, back[i].name, back[i].arguments, ENCLAVE_FLOW_END_WELL);
      enclave_flow_server_add_text (flow->server, "As it was.", ENCLAVE_FLOW_END_WELL);
      enclave_flow_ask (flow, "Widen b, or rather not");
      g_assert_cmpstr (enclave_tool_call_get_result (enclave_flow_last_call (flow, 2)), ==,
                       "Took back what was proposed for src/ring.c: it is again as it is on disk.");
      g_assert_cmpstr (enclave_tool_call_get_summary (enclave_flow_last_call (flow, 2)), ==, "taken back");
      g_assert_cmpuint (enclave_change_set_get_n_proposed (set), ==, 0);
      g_assert_cmpint (enclave_change_get_status (enclave_flow_change (flow, 0)), ==, ENCLAVE_CHANGE_UNDONE);
      g_assert_null (enclave_flow_change (flow, 1));
    }

  enclave_flow_server_add_call (flow->server, NULL, "write_file", "{\"path\":\"new/file.c\",\"content\":\"int x;\\n\"}",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_call (flow->server, NULL, "apply_patch",
                                "{\"patch\":\"--- a/new/file.c\\n+++ /dev/null\\n@@ -1 +0,0 @@\\n-int x;\\n\"}",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "No file.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "A new file, or rather not");
  g_assert_cmpstr (enclave_tool_call_get_result (enclave_flow_last_call (flow, 1)), ==,
                   "Took back what was proposed for new/file.c: it is again as it is on disk.");
  g_assert_cmpuint (enclave_change_set_get_n_proposed (set), ==, 0);
  g_assert_cmpint (enclave_change_get_status (enclave_flow_change (flow, 0)), ==, ENCLAVE_CHANGE_UNDONE);

  enclave_flow_server_add_call (flow->server, NULL, back[1].name, back[1].arguments, ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "It is.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Is it so?");
  g_assert_cmpstr (enclave_tool_call_get_result (enclave_flow_last_call (flow, 0)), ==,
                   "src/ring.c is that way already. Nothing was proposed.");
  g_assert_null (enclave_flow_change (flow, 0));
}

static void
test_apply_at_once (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  enclave_agent_service_set_apply_at_once (flow->service, TRUE);
  enclave_flow_server_add_call (flow->server, NULL, "edit_file", EDIT, ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_call (flow->server, NULL, "edit_file",
                                "{\"path\":\"src/ring.c\",\"old_text\":\"long b;\",\"new_text\":\"char b;\"}",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Done.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Widen b");
  enclave_flow_assert_file (flow, "src/ring.c", "int a;\nchar b;\nint c;\n");
  g_assert_true (enclave_flow_server_was_told (flow->server, "Applied src/ring.c"));
  g_assert_false (enclave_flow_server_was_told (flow->server, "It is not on disk"));
  /* One row a file, one undo a turn. */
  g_assert_null (enclave_flow_change (flow, 1));
  enclave_flow_undo (flow, &error);
  g_assert_no_error (error);
  enclave_flow_assert_file (flow, "src/ring.c", ENCLAVE_FLOW_RING);
}

/* All files of a patch or none, also with standing approval; a protected file is asked about all the same. */
static void
test_apply_at_once_all_or_none (EnclaveFlow *flow, gconstpointer data)
{
  static const char patch[] =
    "{\"patch\":\"--- a/src/ring.c\\n+++ b/src/ring.c\\n@@ -1,3 +1,3 @@\\n int a;\\n-int b;\\n+long b;\\n int c;\\n"
    "--- /dev/null\\n+++ b/.github/workflows/ci.yml\\n@@ -0,0 +1 @@\\n+on: push\\n\"}";

  enclave_agent_service_set_apply_at_once (flow->service, TRUE);
  enclave_test_approver_add_answer (flow->approver, ENCLAVE_APPROVAL_DENIED);
  enclave_test_approver_add_answer (flow->approver, ENCLAVE_APPROVAL_ALLOWED_ONCE);
  enclave_flow_server_add_call (flow->server, NULL, "apply_patch", patch, ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Not done.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Patch");
  enclave_flow_assert_file (flow, "src/ring.c", ENCLAVE_FLOW_RING);
  g_assert_false (enclave_test_project_exists (flow->project, ".github"));
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 0)), ==, ENCLAVE_TOOL_CALL_DENIED);
  g_assert_cmpuint (enclave_test_approver_get_n_requests (flow->approver), ==, 1);

  enclave_change_set_reject (enclave_agent_service_get_change_set (flow->service), NULL);
  enclave_flow_server_add_call (flow->server, NULL, "apply_patch", patch, ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Done.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Patch again");
  enclave_flow_assert_file (flow, "src/ring.c", EDITED);
  enclave_flow_assert_file (flow, ".github/workflows/ci.yml", "on: push\n");
}

static void
test_command (EnclaveFlow *flow, gconstpointer data)
{
  if (!enclave_flow_can_confine (flow))
    return;

  enclave_test_approver_add_answer (flow->approver, ENCLAVE_APPROVAL_ALLOWED_ONCE);
  enclave_test_approver_add_answer (flow->approver, ENCLAVE_APPROVAL_DENIED);
  enclave_flow_server_add_call (flow->server, NULL, "run_command",
                                "{\"command\":\"echo made > made; cat .env; exit 4\"}",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_call (flow->server, NULL, "run_command", "{\"command\":\"echo again > again\"}",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Ran.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Run it");
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 0)), ==, ENCLAVE_TOOL_CALL_DONE);
  g_assert_cmpstr (enclave_tool_call_get_summary (enclave_flow_last_call (flow, 0)), ==, "exit 4");
  enclave_flow_assert_file (flow, "made", "made\n");
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 1)), ==, ENCLAVE_TOOL_CALL_DENIED);
  g_assert_false (enclave_test_project_exists (flow->project, "again"));
  g_assert_false (enclave_flow_server_was_told (flow->server, ENCLAVE_FLOW_CANARY));
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");

  /* Nobody there. */
  enclave_agent_service_set_approver (flow->service, NULL);
  enclave_flow_server_add_call (flow->server, NULL, "run_command", "{\"command\":\"echo again > again\"}",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Can't.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Run it again");
  g_assert_cmpstr (flow->reasons->str, ==, "stop needs-approval ");
  g_assert_false (enclave_test_project_exists (flow->project, "again"));
}

static void
test_round_limit (EnclaveFlow *flow, gconstpointer data)
{
  enclave_agent_service_set_max_rounds (flow->service, 3);
  enclave_flow_server_add_call (flow->server, NULL, "read_file", "{\"path\":\"src/ring.c\"}", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_call (flow->server, NULL, "list_directory", "{}", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_call (flow->server, NULL, "list_directory", "{\"path\":\"src\"}", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Go");
  g_assert_cmpstr (flow->reasons->str, ==, "rounds ");
  g_assert_cmpint (enclave_flow_last_notice (flow), ==, ENCLAVE_NOTICE_ROUNDS);
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 3);
  /* The conversation can go on. */
  enclave_flow_server_add_text (flow->server, "On.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Go on");
  g_assert_cmpstr (flow->text->str, ==, "On.");
}

static void
test_loop (EnclaveFlow *flow, gconstpointer data)
{
  enclave_flow_server_add_call (flow->server, NULL, "read_file", "{\"path\":\"src/ring.c\"}", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_repeat (flow->server);
  enclave_flow_ask (flow, "Go");
  g_assert_cmpstr (flow->reasons->str, ==, "loop ");
  g_assert_cmpint (enclave_flow_last_notice (flow), ==, ENCLAVE_NOTICE_LOOP);
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 3);
  g_assert_nonnull (strstr (enclave_flow_server_get_request (flow->server, 2), "gave the same result before"));
}

/* Calls as text, in the shapes of small models. */
static void
test_call_as_text (EnclaveFlow *flow, gconstpointer data)
{
  static const char call[] =
    "<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\": \"src/ring.c\"}}\n</tool_call>";
  static const char two[] = "```json\n{\"name\":\"list_directory\",\"arguments\":{}}\n```\n"
                            "```json\n{\"name\":\"read_file\",\"arguments\":{\"path\":\".env\"}}\n```\n";
  g_autoptr (JsonObject) body = NULL;
  JsonArray *messages;
  guint n;

  enclave_flow_server_add_text (flow->server, call, ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, two, ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "So it is.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Look");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  g_assert_cmpstr (flow->text->str, ==, "So it is.");
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 0)), ==, ENCLAVE_TOOL_CALL_DONE);
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 1)), ==, ENCLAVE_TOOL_CALL_DONE);
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 2)), ==, ENCLAVE_TOOL_CALL_REFUSED);

  /* The results are told in words, one message a round: roles alternate. */
  body = enclave_json_parse_object (enclave_flow_server_get_request (flow->server, 2), -1, NULL);
  messages = enclave_json_peek_array (body, "messages");
  n = json_array_get_length (messages);
  g_assert_cmpuint (n, ==, 6);
  for (guint i = 0; i < n; i++)
    {
      JsonObject *message = enclave_json_array_peek_object (messages, i);

      g_assert_cmpstr (enclave_json_peek_string (message, "role"), ==,
                       i == 0 ? "system" : i % 2 == 1 ? "user" : "assistant");
      g_assert_false (json_object_has_member (message, "tool_calls"));
    }
  g_assert_nonnull (strstr (enclave_json_peek_string (enclave_json_array_peek_object (messages, 3), "content"),
                            "Result of read_file:\n```\n1\tint a;"));
  g_assert_nonnull (strstr (enclave_json_peek_string (enclave_json_array_peek_object (messages, 5), "content"),
                            "Result of read_file:\n```\nError: Reading .env: denied by rule builtin:dotenv"));
}

/* A reply with a diff or search/replace becomes a change set; a fenced file waits for its Apply. */
static void
test_edits_in_reply (EnclaveFlow *flow, gconstpointer data)
{
  static const char diff[] = "Like this:\n\n"
                             "```diff\n--- a/src/ring.c\n+++ b/src/ring.c\n@@ -1,3 +1,3 @@\n int a;\n-int b;\n"
                             "+long b;\n int c;\n```\n\nDone.";
  static const char fenced[] = "src/fresh.c\n```c\nint fresh;\n```\n";
  EnclaveChangeSet *set = enclave_agent_service_get_change_set (flow->service);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  enclave_flow_server_add_text (flow->server, diff, ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Widen b");
  g_assert_cmpuint (enclave_change_set_get_n_proposed (set), ==, 1);
  enclave_flow_assert_file (flow, "src/ring.c", ENCLAVE_FLOW_RING);
  enclave_flow_apply (flow, &error);
  g_assert_no_error (error);
  enclave_flow_assert_file (flow, "src/ring.c", EDITED);

  /* One that would change a secret proposes nothing. */
  enclave_flow_server_add_text (flow->server,
                                ".env\n<<<<<<< SEARCH\n"
                                "TOKEN=" ENCLAVE_FLOW_CANARY "\n=======\nTOKEN=x\n>>>>>>> REPLACE\n",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Change the token");
  g_assert_cmpstr (flow->reasons->str, ==, "stop stop ");
  g_assert_cmpuint (enclave_change_set_get_n_proposed (set), ==, 0);

  enclave_flow_server_add_text (flow->server, fenced, ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "A file");
  g_assert_cmpuint (enclave_change_set_get_n_proposed (set), ==, 0);
  enclave_change_set_add_reply_async (set, fenced, NULL, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  g_assert_cmpint (enclave_change_set_add_reply_finish (set, result, &error), ==, 1);
  g_assert_no_error (error);
  enclave_flow_apply (flow, &error);
  g_assert_no_error (error);
  enclave_flow_assert_file (flow, "src/fresh.c", "int fresh;\n");
}

/* Arguments that are none, a tool that is none: the model is told, and what goes back is valid JSON. */
static void
test_broken_calls (EnclaveFlow *flow, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *arguments;
  } calls[] = {
    { "read_file", "{" },
    { "read_file", "" },
    { "list_directory", "[1,2]" },
    { "read_file", "{\"path\":7}" },
    { "readfile", "{\"path\":\"src/ring.c\"}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    enclave_flow_server_add_call (flow->server, NULL, calls[i].name, calls[i].arguments, ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Sorry.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Go");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  for (guint i = 0; i < enclave_flow_server_get_n_requests (flow->server); i++)
    {
      g_autoptr (JsonObject) body =
        enclave_json_parse_object (enclave_flow_server_get_request (flow->server, i), -1, NULL);
      JsonArray *messages = enclave_json_peek_array (body, "messages");

      for (guint j = 0; j < json_array_get_length (messages); j++)
        {
          JsonArray *list = enclave_json_peek_array (enclave_json_array_peek_object (messages, j), "tool_calls");

          for (guint k = 0; list != NULL && k < json_array_get_length (list); k++)
            {
              JsonObject *function = enclave_json_peek_object (enclave_json_array_peek_object (list, k), "function");
              g_autoptr (JsonObject) arguments =
                enclave_json_parse_object (enclave_json_peek_string (function, "arguments"), -1, NULL);

              g_assert_nonnull (arguments);
              g_assert_cmpstr (enclave_json_peek_string (function, "name"), !=, "");
            }
        }
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
    { "/turn-tools/read", test_read },
    { "/turn-tools/denied-file", test_denied_file },
    { "/turn-tools/edit", test_edit },
    { "/turn-tools/edit-back", test_edit_back },
    { "/turn-tools/apply-at-once", test_apply_at_once },
    { "/turn-tools/apply-at-once-all-or-none", test_apply_at_once_all_or_none },
    { "/turn-tools/command", test_command },
    { "/turn-tools/round-limit", test_round_limit },
    { "/turn-tools/loop", test_loop },
    { "/turn-tools/call-as-text", test_call_as_text },
    { "/turn-tools/edits-in-reply", test_edits_in_reply },
    { "/turn-tools/broken-calls", test_broken_calls },
  };

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, EnclaveFlow, NULL, enclave_flow_set_up, tests[i].function, enclave_flow_tear_down);

  return g_test_run ();
}
