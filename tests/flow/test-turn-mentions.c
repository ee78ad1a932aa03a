/* test-turn-mentions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-flow-fixture.h"
#include "enclave-repo-map.h"

/* What a message names after an `@` goes to the model through the gate, or not at all. */

#define PUSH "int first;\n\nint\nring_push (int value)\n{\n  return value + 4711;\n}\n\nint\nring_pop (void)\n{\n  return 4712;\n}\n"

/* What a row shows is kept with the conversation. */
static void
assert_not_shown (EnclaveFlow *flow, guint index, const char *value)
{
  EnclaveToolCall *call = enclave_flow_last_call (flow, index);

  g_assert_nonnull (call);
  g_assert_cmpint (enclave_tool_call_get_state (call), ==, ENCLAVE_TOOL_CALL_DONE);
  g_assert_cmpstr (enclave_tool_call_get_result (call), !=, "");
  g_assert_null (strstr (enclave_tool_call_get_result (call), value));
}

static void
test_symbol (EnclaveFlow *flow, gconstpointer data)
{
  const EnclaveToolCall *call;

  if (!enclave_flow_can_confine (flow))
    return;
  enclave_test_project_write (flow->project, "src/push.c", PUSH);
  enclave_flow_server_add_text (flow->server, "Fine.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "What does @src/push.c#ring_push do?");
  g_assert_true (enclave_flow_server_was_told (flow->server, "4\\tring_push (int value)"));
  g_assert_true (enclave_flow_server_was_told (flow->server, "4711"));
  g_assert_false (enclave_flow_server_was_told (flow->server, "4712"));
  call = enclave_flow_last_call (flow, 0);
  g_assert_nonnull (call);
  g_assert_cmpint (enclave_tool_call_get_state ((EnclaveToolCall *) call), ==, ENCLAVE_TOOL_CALL_DONE);
}

/* A value that has come into a denied file a moment before. */
static void
test_new_value (EnclaveFlow *flow, gconstpointer data)
{
  static const char fresh[] = "brand-new-9876543210";
  g_autofree char *line = g_strdup_printf ("KEY=%s\n", fresh);
  g_autofree char *code = g_strdup_printf ("int\nleak (void)\n{\n  return \"%s\";\n}\n", fresh);

  if (!enclave_flow_can_confine (flow))
    return;
  enclave_flow_server_add_text (flow->server, "Fine.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Begin");
  enclave_test_project_write (flow->project, "src/leak.c", code);
  enclave_test_project_write (flow->project, ".env.local", line);
  enclave_flow_server_add_text (flow->server, "Fine.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "See @src/leak.c#leak and @src/leak.c");
  g_assert_true (enclave_flow_server_was_told (flow->server, "leak (void)"));
  g_assert_false (enclave_flow_server_was_told (flow->server, fresh));
  assert_not_shown (flow, 0, fresh);
  assert_not_shown (flow, 1, fresh);
}

/* A name that is not there has the file attached, a file that is not there is a word. */
static void
test_unknown_symbol (EnclaveFlow *flow, gconstpointer data)
{
  enclave_test_project_write (flow->project, "src/push.c", PUSH);
  enclave_flow_server_add_text (flow->server, "Fine.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "See @src/absent.c#ring_push and @src/push.c#absent and issue @x#12");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  g_assert_true (enclave_flow_server_was_told (flow->server, "4711"));
  g_assert_true (enclave_flow_server_was_told (flow->server, "4712"));
  g_assert_null (enclave_flow_last_call (flow, 1));
}

static void
test_denied_symbol (EnclaveFlow *flow, gconstpointer data)
{
  static const char *const denied[] = { "@.env#TOKEN", "@\".env#TOKEN\"", "@./.env#a", "@.ssh/id_ed25519#a", "@../x#a" };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (denied); i++)
    {
      g_assert_false (enclave_agent_service_submit (flow->service, denied[i], NULL, &error));
      g_test_message ("%s", error->message);
      g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_DENIED);
      g_clear_error (&error);
    }

  /* A link shows what it is when it is opened. */
  enclave_test_project_symlink (flow->project, ".env", "notes.txt");
  enclave_flow_ask (flow, "Look at @notes.txt#TOKEN");
  g_assert_cmpstr (flow->reasons->str, ==, "error ");
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 0)), ==, ENCLAVE_TOOL_CALL_REFUSED);
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 0);
}

/* Staged or not; of what is denied not a byte. */
static void
test_diff (EnclaveFlow *flow, gconstpointer data)
{
  const char *const init[] = { "git", "init", "-q", NULL };
  const char *const add[] = { "git", "add", "-f", ".env", "src", NULL };
  const char *const commit[] = { "git", "-c", "user.name=a", "-c", "user.email=a@b.invalid", "commit", "-qm", "start", NULL };
  const char *const stage[] = { "git", "add", "src/other.c", NULL };

  if (!enclave_flow_can_confine (flow))
    return;
  enclave_flow_run (flow, init);
  enclave_flow_run (flow, add);
  enclave_flow_run (flow, commit);
  enclave_test_project_write (flow->project, "src/other.c", "staged words\n");
  enclave_flow_run (flow, stage);
  enclave_test_project_write (flow->project, "src/ring.c", "int changed_words; /* another-value-of-it-99 */\n");
  enclave_test_project_write (flow->project, ".env", "TOKEN=" ENCLAVE_FLOW_CANARY "\nMORE=another-value-of-it-99\n");
  enclave_flow_server_add_text (flow->server, "Fine.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Review @diff, please");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  g_assert_true (enclave_flow_server_was_told (flow->server, "+int changed_words;"));
  g_assert_true (enclave_flow_server_was_told (flow->server, "+staged words"));
  g_assert_true (enclave_flow_server_was_told (flow->server, "Left out, denied: .env"));
  g_assert_false (enclave_flow_server_was_told (flow->server, ENCLAVE_FLOW_CANARY));
  g_assert_false (enclave_flow_server_was_told (flow->server, "another-value-of-it-99"));
  assert_not_shown (flow, 0, "another-value-of-it-99");
}

/* Without a repository the rest of the message goes all the same, and the row tells. */
static void
test_no_repository (EnclaveFlow *flow, gconstpointer data)
{
  if (!enclave_flow_can_confine (flow))
    return;
  enclave_flow_server_add_text (flow->server, "Fine.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Review @diff and @src/ring.c");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 0)), ==, ENCLAVE_TOOL_CALL_FAILED);
  g_assert_true (enclave_flow_server_was_told (flow->server, "int b;"));
}

/* The window attaches these: a file of the name is another thing. What it attaches is masked as all that is admitted. */
static void
test_words_of_the_window (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;

  enclave_test_project_write (flow->project, "selection", "4713\n");
  enclave_test_project_write (flow->project, "diff", "4714\n");
  g_assert_null (enclave_gate_admit_text (flow->gate, "TOKEN=1", ".env", "Selection", &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_DENIED);
  g_clear_error (&error);
  g_ptr_array_add (items, enclave_gate_admit_text (flow->gate, "selected " ENCLAVE_FLOW_CANARY, "src/ring.c", "Selection", &error));
  g_assert_no_error (error);
  enclave_flow_server_add_text (flow->server, "Fine.", ENCLAVE_FLOW_END_WELL);
  g_assert_true (enclave_agent_service_submit (flow->service, "Explain @selection and @./diff, @terminal", items, &error));
  enclave_flow_wait_idle (flow);
  g_assert_true (enclave_flow_server_was_told (flow->server, "selected "));
  g_assert_false (enclave_flow_server_was_told (flow->server, ENCLAVE_FLOW_CANARY));
  g_assert_false (enclave_flow_server_was_told (flow->server, "4713"));
  g_assert_true (enclave_flow_server_was_told (flow->server, "4714"));
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (EnclaveFlow *flow, gconstpointer data);
  } tests[] = {
    { "/turn-mentions/symbol", test_symbol },
    { "/turn-mentions/new-value", test_new_value },
    { "/turn-mentions/unknown-symbol", test_unknown_symbol },
    { "/turn-mentions/denied-symbol", test_denied_symbol },
    { "/turn-mentions/diff", test_diff },
    { "/turn-mentions/no-repository", test_no_repository },
    { "/turn-mentions/words-of-the-window", test_words_of_the_window },
  };

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, EnclaveFlow, NULL, enclave_flow_set_up, tests[i].test, enclave_flow_tear_down);

  return g_test_run ();
}
