/* test-turn-file-check.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-file-check.h"
#include "enclave-flow-fixture.h"
#include "enclave-verification.h"

#define EDIT(path, from, to) "{\"path\":\"" path "\",\"old_text\":\"" from "\",\"new_text\":\"" to "\"}"

static void
begin (EnclaveFlow *flow, gboolean at_once)
{
  enclave_agent_service_set_apply_at_once (flow->service, at_once);
  enclave_agent_service_set_check_files (flow->service, TRUE);
}

static void
add_edit (EnclaveFlow *flow, const char *arguments)
{
  enclave_flow_server_add_call (flow->server, NULL, "edit_file", arguments, ENCLAVE_FLOW_END_WELL);
}

static void
add_done (EnclaveFlow *flow)
{
  enclave_flow_server_add_text (flow->server, "Done.", ENCLAVE_FLOW_END_WELL);
}

/* The edit breaks the file, its result says so, and the next one mends it. */
static void
test_result_has_messages (EnclaveFlow *flow, gconstpointer data)
{
  const char *request;

  if (!enclave_flow_can_confine (flow))
    return;
  begin (flow, TRUE);
  add_edit (flow, EDIT ("src/ring.c", "int b;", "int b"));
  add_edit (flow, EDIT ("src/ring.c", "int b\\n", "long b;\\n"));
  add_done (flow);
  enclave_flow_ask (flow, "Widen b");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  enclave_flow_assert_file (flow, "src/ring.c", "int a;\nlong b;\nint c;\n");
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 3);
  request = enclave_flow_server_get_request (flow->server, 1);
  g_assert_nonnull (strstr (request, "Applied src/ring.c, +1 −1. New errors and warnings since then; correct them:\\nsrc/ring.c:2: error: "));
  g_assert_cmpstr (enclave_tool_call_get_summary (enclave_flow_last_call (flow, 0)), ==, "+1 −1, 1 diagnostic");
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 0)), ==, ENCLAVE_TOOL_CALL_DONE);
  /* A right edit is told of as before. */
  g_assert_cmpstr (enclave_tool_call_get_summary (enclave_flow_last_call (flow, 1)), ==, "+1 −1");
  g_assert_cmpuint (enclave_test_approver_get_n_requests (flow->approver), ==, 0);
}

static void
test_python (EnclaveFlow *flow, gconstpointer data)
{
  if (!enclave_flow_can_confine (flow))
    return;
  begin (flow, TRUE);
  enclave_test_project_write (flow->project, "a.py", "def f():\n    return 1\n");
  add_edit (flow, EDIT ("a.py", "def f():", "def f(:"));
  add_edit (flow, EDIT ("a.py", "def f(:", "def f(x):"));
  add_done (flow);
  enclave_flow_ask (flow, "Give f an argument");
  g_assert_nonnull (strstr (enclave_flow_server_get_request (flow->server, 1), "a.py:1: error: "));
  enclave_flow_assert_file (flow, "a.py", "def f(x):\n    return 1\n");
}

/* What an edit broke is said until it is mended; what was so before is never said. */
static void
test_until_it_is_mended (EnclaveFlow *flow, gconstpointer data)
{
  if (!enclave_flow_can_confine (flow))
    return;
  begin (flow, TRUE);
  enclave_test_project_write (flow->project, "src/old.c", "int f (void) { return before; }\nint a;\n");
  add_edit (flow, EDIT ("src/old.c", "int a;", "int a = after;"));
  add_edit (flow, EDIT ("src/old.c", "int a", "\\nint a"));
  add_done (flow);
  enclave_flow_ask (flow, "Go");
  for (guint i = 0; i < 2; i++)
    {
      const char *said = enclave_tool_call_get_result (enclave_flow_last_call (flow, i));

      g_assert_nonnull (strstr (said, "'after' undeclared"));
      g_assert_null (strstr (said, "'before'"));
    }
}

/* An edit in the text of a reply has no result: what is said comes as a message, in a bounded number of rounds. */
static void
test_reply (EnclaveFlow *flow, gconstpointer data)
{
  EnclaveToolCall *row;

  if (!enclave_flow_can_confine (flow))
    return;
  begin (flow, TRUE);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *reply = g_strdup_printf ("src/ring.c\n```c\n<<<<<<< SEARCH\nint c;\n=======\nint c;\nint %uc;\n"
                                                ">>>>>>> REPLACE\n```\n", i);

      enclave_flow_server_add_text (flow->server, reply, ENCLAVE_FLOW_END_WELL);
    }
  enclave_flow_ask (flow, "Go");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  /* The first and three rounds. */
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 4);
  row = enclave_flow_last_call (flow, 0);
  g_assert_cmpstr (enclave_tool_call_get_name (row), ==, ENCLAVE_FILE_CHECK_NAME);
  g_assert_cmpstr (enclave_tool_call_get_subject (row), ==, "src/ring.c");
  g_assert_nonnull (strstr (enclave_tool_call_get_summary (row), "diagnostic"));
  g_assert_nonnull (strstr (enclave_flow_server_get_request (flow->server, 1), "src/ring.c:4: error: "));
}

/* With edits that wait, Apply is what they are checked after; nothing is sent when all is well. */
static void
test_after_apply (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!enclave_flow_can_confine (flow))
    return;
  begin (flow, FALSE);
  add_edit (flow, EDIT ("src/ring.c", "int b;", "int b"));
  add_done (flow);
  add_edit (flow, EDIT ("src/ring.c", "int b\\n", "long b;\\n"));
  add_done (flow);
  enclave_flow_ask (flow, "Widen b");
  g_assert_null (strstr (enclave_flow_server_get_request (flow->server, 1), "src/ring.c:2: error"));
  enclave_flow_apply (flow, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 3000 && g_strrstr (flow->reasons->str, "stop stop ") == NULL; i++)
    enclave_test_spin (10);
  g_assert_cmpstr (flow->reasons->str, ==, "stop stop ");
  g_assert_nonnull (strstr (enclave_flow_server_get_request (flow->server, 2), "src/ring.c:2: error: "));
  g_assert_cmpstr (enclave_tool_call_get_name (enclave_flow_last_call (flow, 0)), ==, ENCLAVE_FILE_CHECK_NAME);
  enclave_flow_apply (flow, &error);
  g_assert_no_error (error);
  enclave_test_spin (1500);
  g_assert_cmpstr (flow->reasons->str, ==, "stop stop ");
  enclave_flow_assert_file (flow, "src/ring.c", "int a;\nlong b;\nint c;\n");
}

static void
test_off (EnclaveFlow *flow, gconstpointer data)
{
  begin (flow, TRUE);
  enclave_agent_service_set_check_files (flow->service, FALSE);
  add_edit (flow, EDIT ("src/ring.c", "int b;", "int b"));
  add_done (flow);
  enclave_flow_ask (flow, "Go");
  g_assert_cmpstr (enclave_tool_call_get_summary (enclave_flow_last_call (flow, 0)), ==, "+1 −1");
}

/* The model writes what would have the compiler read a denied file to it, or one that is not the project's. */
static void
test_attack (EnclaveFlow *flow, gconstpointer data)
{
  static const char *const edits[] = {
    EDIT ("src/ring.c", "int b;", "int b\\n#include \\\"../.env\\\"\\n;"),
    EDIT ("src/ring.c", "int a;", "int a\\n#include \\\"/etc/passwd\\\"\\n;"),
  };

  if (!enclave_flow_can_confine (flow))
    return;
  begin (flow, TRUE);
  enclave_test_project_write (flow->project, ".env", "TOKEN=" ENCLAVE_FLOW_CANARY "\n");
  for (guint i = 0; i < G_N_ELEMENTS (edits); i++)
    add_edit (flow, edits[i]);
  add_done (flow);
  enclave_flow_ask (flow, "Go");
  for (guint i = 0; i < enclave_flow_server_get_n_requests (flow->server); i++)
    {
      const char *request = enclave_flow_server_get_request (flow->server, i);

      g_assert_null (strstr (request, ENCLAVE_FLOW_CANARY));
      g_assert_null (strstr (request, "root:"));
      g_assert_null (strstr (request, "'root'"));
    }
}

/* The window is closed while a compiler runs after an Apply: nobody is told. */
static void
test_closed_meanwhile (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!enclave_flow_can_confine (flow))
    return;
  begin (flow, FALSE);
  add_edit (flow, EDIT ("src/ring.c", "int b;", "int b"));
  add_done (flow);
  enclave_flow_ask (flow, "Go");
  enclave_flow_apply (flow, &error);
  g_assert_no_error (error);
  enclave_test_spin (20);
}

static void
test_is_no_tool (EnclaveFlow *flow, gconstpointer data)
{
  begin (flow, TRUE);
  enclave_flow_server_add_call (flow->server, NULL, ENCLAVE_FILE_CHECK_NAME, "{\"path\":\"src/ring.c\"}", ENCLAVE_FLOW_END_WELL);
  add_done (flow);
  enclave_flow_ask (flow, "Go");
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 0)), ==, ENCLAVE_TOOL_CALL_FAILED);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                                            \
  g_test_add ("/turn-file-check/" name, EnclaveFlow, NULL, enclave_flow_set_up, function, enclave_flow_tear_down)
  ADD ("result-has-messages", test_result_has_messages);
  ADD ("python", test_python);
  ADD ("until-it-is-mended", test_until_it_is_mended);
  ADD ("reply", test_reply);
  ADD ("after-apply", test_after_apply);
  ADD ("off", test_off);
  ADD ("attack", test_attack);
  ADD ("closed-meanwhile", test_closed_meanwhile);
  ADD ("is-no-tool", test_is_no_tool);
  return g_test_run ();
}
