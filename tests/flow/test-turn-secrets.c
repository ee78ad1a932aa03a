/* test-turn-secrets.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-flow-fixture.h"

/* A hostile model that asks for the same value over every route it has. No request may hold it. */

typedef struct
{
  const char *tool;
  const char *arguments;
} Try;

static const Try reading[] = {
  { "read_file", "{\"path\":\".env\"}" },
  { "read_file", "{\"path\":\"copy.txt\"}" },
  { "read_file", "{\"path\":\"hard.txt\"}" },
  { "read_file", "{\"path\":\"notes.txt\"}" },
  { "read_file", "{\"path\":\"copy.txt\",\"start_line\":2,\"line_count\":1}" },
  { "read_file", "{\"path\":\"names/canary-0123456789.txt\"}" },
  { "search_text", "{\"pattern\":\"canary\"}" },
  { "search_text", "{\"pattern\":\"c.n.ry-[0-9]+\",\"is_regex\":true}" },
  { "search_text", "{\"pattern\":\"before\"}" },
  { "find_files", "{\"pattern\":\"*\"}" },
  { "find_files", "{\"pattern\":\"canary\"}" },
  { "list_directory", "{\"path\":\"names\"}" },
  { "edit_file", "{\"path\":\"copy.txt\",\"old_text\":\"before canary-\",\"new_text\":\"x\"}" },
  { "edit_file", "{\"path\":\"copy.txt\",\"old_text\":\"first\\nbefore\\nlast\",\"new_text\":\"x\"}" },
  { "write_file", "{\"path\":\"copy.txt\",\"content\":\"x\"}" },
  { "apply_patch", "{\"patch\":\"--- a/copy.txt\\n+++ b/copy.txt\\n@@ -1,3 +1,2 @@\\n first\\n-before\\n last\\n\"}" },
  { "git_diff", "{}" },
  { "git_log", "{}" },
  { "git_status", "{}" },
};

static const char *const commands[] = {
  "cat copy.txt", "grep -r . .", "ls -R", "cat .git/config", "git show HEAD:.env", "git cat-file -p HEAD:.env", "git --no-pager log -p --all",
  "git --no-pager diff HEAD", "git --no-pager stash list", "git archive HEAD | tar xO", "git show HEAD:.env > new.txt; cat new.txt", "git grep canary HEAD",
  "git rev-list --objects --all | cut -d' ' -f1 | git cat-file --batch", "git show HEAD:.env >&2; exit 3", "git show HEAD:.env | tr 'a' 'a'",
  "printf '\\033[31m'; git show HEAD:.env", "git show HEAD:.env | head -c 23", "for i in 1 2 3; do git show HEAD:.env; done",
  "yes \"$(git show HEAD:.env)\" | head -c 200000",
};

static void
run (EnclaveFlow *flow, const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  int status = 1;

  g_spawn_sync (flow->project->root, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
                NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

static void
add_routes (EnclaveFlow *flow)
{
  const char *const init[] = { "git", "init", "-q", NULL };
  const char *const add[] = { "git", "add", "-f", ".env", "src", NULL };
  const char *const commit[] = { "git", "-c", "user.name=a", "-c", "user.email=a@b.invalid", "commit", "-qm", "start", NULL };

  run (flow, init);
  run (flow, add);
  run (flow, commit);
  enclave_test_spin (30);
  enclave_test_project_write (flow->project, "copy.txt", "first\nbefore " ENCLAVE_FLOW_CANARY "\nlast\n");
  enclave_test_project_write (flow->project, "names/" ENCLAVE_FLOW_CANARY ".txt", "x\n");
  enclave_test_project_symlink (flow->project, ".env", "notes.txt");
  enclave_test_project_hard_link (flow->project, ".env", "hard.txt");
}

/* What the model itself has written is no leak: its own words are taken out of the request first. */
static void
assert_not_told (EnclaveFlow *flow, guint n_requests)
{
  for (guint i = 0; i < n_requests; i++)
    {
      g_autoptr (GString) request = g_string_new (enclave_flow_server_get_request (flow->server, i));

      g_string_replace (request, "names/" ENCLAVE_FLOW_CANARY ".txt\\\"}", "", 0);
      if (strstr (request->str, ENCLAVE_FLOW_CANARY) != NULL)
        g_error ("Request %u holds the value: %s", i, strstr (request->str, ENCLAVE_FLOW_CANARY) - MIN (300, strstr (request->str, ENCLAVE_FLOW_CANARY) - request->str));
    }
}

static void
test_reading (EnclaveFlow *flow, gconstpointer data)
{
  add_routes (flow);
  for (guint i = 0; i < G_N_ELEMENTS (reading); i++)
    enclave_flow_server_add_call (flow->server, NULL, reading[i].tool, reading[i].arguments, ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Nothing.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Find it");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, G_N_ELEMENTS (reading) + 1);
  assert_not_told (flow, G_N_ELEMENTS (reading) + 1);
  g_assert_true (enclave_flow_server_was_told (flow->server, "[value of a denied file masked: builtin:dotenv]"));
}

static void
test_commands (EnclaveFlow *flow, gconstpointer data)
{
  if (!enclave_flow_can_confine (flow))
    {
      g_test_skip ("commands can't be confined here");
      return;
    }

  add_routes (flow);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *escaped = g_strescape (commands[i], NULL);
      g_autofree char *arguments = g_strdup_printf ("{\"command\":\"%s\"}", escaped);
      g_autoptr (GString) json = g_string_new (arguments);

      /* g_strescape() writes octal where JSON has none. */
      g_string_replace (json, "\\033", "\\u001b", 0);
      enclave_flow_server_add_call (flow->server, NULL, "run_command", json->str, ENCLAVE_FLOW_END_WELL);
    }
  enclave_flow_server_add_text (flow->server, "Nothing.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Find it");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, G_N_ELEMENTS (commands) + 1);
  assert_not_told (flow, G_N_ELEMENTS (commands) + 1);
}

static void
test_words_of_the_user (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  add_routes (flow);
  enclave_flow_server_add_text (flow->server, "Yes.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Is " ENCLAVE_FLOW_CANARY " right? See @copy.txt");
  assert_not_told (flow, 1);

  enclave_flow_server_add_text (flow->server, "Yes.", ENCLAVE_FLOW_END_WELL);
  g_assert_true (enclave_agent_service_submit_as_it_is (flow->service,
                                                        "Is ghp_w7Kd02mQzR4tYb91LxVnC83sPeHj56GaUf0T or " ENCLAVE_FLOW_CANARY " right?",
                                                        NULL, &error));
  g_assert_no_error (error);
  enclave_flow_wait_idle (flow);
  assert_not_told (flow, 2);
  g_assert_true (enclave_flow_server_was_told (flow->server, "ghp_w7Kd02mQzR4tYb91LxVnC83sPeHj56GaUf0T"));
}

/* What is written is admitted at once. What denied files hold may not be known by then, or may have changed a moment before. */
static void
test_value_that_is_new (EnclaveFlow *flow, gconstpointer data)
{
  static const char fresh[] = "brand-new-9876543210";
  g_autoptr (EnclaveContextItem) selection = NULL;
  g_autoptr (EnclaveMessage) message = NULL;
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *line = g_strdup_printf ("KEY=%s\n", fresh);
  g_autofree char *words = g_strdup_printf ("Is %s right?", fresh);

  enclave_flow_server_add_text (flow->server, "Yes.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Begin");

  selection = enclave_gate_admit_text (flow->gate, line, NULL, "terminal", &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (enclave_context_item_get_text (selection), fresh));
  g_ptr_array_add (items, selection);
  enclave_test_project_write (flow->project, ".env.local", line);
  enclave_flow_server_add_text (flow->server, "Yes.", ENCLAVE_FLOW_END_WELL);
  g_assert_true (enclave_agent_service_submit (flow->service, words, items, &error));
  g_assert_no_error (error);
  enclave_flow_wait_idle (flow);
  g_assert_null (strstr (enclave_flow_server_get_request (flow->server, 1), fresh));
  g_assert_true (enclave_flow_server_was_told (flow->server, "[value of a denied file masked: builtin:dotenv]"));

  /* What is shown is what is kept of the conversation. */
  message = g_list_model_get_item (G_LIST_MODEL (enclave_agent_service_get_conversation (flow->service)), 2);
  text = enclave_message_dup_text (message);
  g_assert_cmpstr (text, ==, "Is [value of a denied file masked: builtin:dotenv] right?");
}

#define TOKEN "ghp_w7Kd02mQzR4tYb91LxVnC83sPeHj56GaUf0T"

static guint
count_tokens (const char *request)
{
  guint n = 0;

  for (const char *at = request; (at = strstr (at, TOKEN)) != NULL; at++)
    n++;
  return n;
}

static void
send_withheld_of_last (EnclaveFlow *flow)
{
  g_autoptr (EnclaveMessage) message = enclave_flow_last_message (flow);
  g_autoptr (EnclaveMessageBlock) block = g_list_model_get_item (G_LIST_MODEL (message), 0);
  EnclaveToolCall *call = enclave_message_block_get_tool_call (block);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (enclave_tool_call_get_withheld (call));
  enclave_flow_server_add_text (flow->server, "Yes.", ENCLAVE_FLOW_END_WELL);
  g_assert_true (enclave_agent_service_submit_withheld (flow->service, call, &error));
  g_assert_no_error (error);
  enclave_flow_wait_idle (flow);
}

/* What was masked as a secret in a result goes out by a click on that result only, and never with a value of a denied file. */
static void
test_withheld (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  add_routes (flow);
  enclave_test_project_write (flow->project, "keys.txt", TOKEN "\nor " ENCLAVE_FLOW_CANARY "\n");
  enclave_flow_server_add_text (flow->server, "Yes.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "See @keys.txt");
  g_assert_cmpuint (count_tokens (enclave_flow_server_get_request (flow->server, 0)), ==, 0);
  g_assert_true (enclave_flow_server_was_told (flow->server, "[secret masked: github-token]"));
  send_withheld_of_last (flow);
  g_assert_cmpuint (count_tokens (enclave_flow_server_get_request (flow->server, 1)), ==, 1);

  /* The words as they are: what a file holds was not shown to the user. */
  enclave_flow_server_add_text (flow->server, "Yes.", ENCLAVE_FLOW_END_WELL);
  g_assert_true (enclave_agent_service_submit_as_it_is (flow->service, "And @keys.txt again", NULL, &error));
  g_assert_no_error (error);
  enclave_flow_wait_idle (flow);
  g_assert_cmpuint (count_tokens (enclave_flow_server_get_request (flow->server, 2)), ==, 1);

  enclave_flow_server_add_call (flow->server, NULL, "read_file", "{\"path\":\"keys.txt\"}", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Yes.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Read it");
  g_assert_cmpuint (count_tokens (enclave_flow_server_get_request (flow->server, 4)), ==, 1);
  send_withheld_of_last (flow);
  g_assert_cmpuint (count_tokens (enclave_flow_server_get_request (flow->server, 5)), ==, 2);
  assert_not_told (flow, 6);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();

#define ADD(path, function) \
  g_test_add (path, EnclaveFlow, NULL, enclave_flow_set_up, function, enclave_flow_tear_down)
  ADD ("/flow/turn-secrets/reading", test_reading);
  ADD ("/flow/turn-secrets/commands", test_commands);
  ADD ("/flow/turn-secrets/words-of-the-user", test_words_of_the_user);
  ADD ("/flow/turn-secrets/new-value", test_value_that_is_new);
  ADD ("/flow/turn-secrets/withheld", test_withheld);

  return g_test_run ();
}
