/* test-turn-verification.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-flow-fixture.h"
#include "enclave-verification.h"

#define EDIT(from, to) "{\"path\":\"src/ring.c\",\"old_text\":\"" from "\",\"new_text\":\"" to "\"}"
/* Right once the ring has a long. */
#define COMMAND "grep -q long src/ring.c || { echo no long in the ring; exit 3; }"

static void
begin (EnclaveFlow *flow, const char *command, gboolean at_once)
{
  enclave_agent_service_set_apply_at_once (flow->service, at_once);
  enclave_agent_service_set_verification (flow->service, command, TRUE, 3);
}

static void
edit (EnclaveFlow *flow, const char *arguments)
{
  enclave_flow_server_add_call (flow->server, NULL, "edit_file", arguments, ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Done.", ENCLAVE_FLOW_END_WELL);
}

/* The @index-th verification row of the last message; NULL when there are fewer. */
static EnclaveToolCall *
row (EnclaveFlow *flow, guint index)
{
  EnclaveToolCall *call;

  for (guint i = 0, n = 0; (call = enclave_flow_last_call (flow, i)) != NULL; i++)
    if (strcmp (enclave_tool_call_get_name (call), ENCLAVE_VERIFICATION_NAME) == 0 && n++ == index)
      return call;

  return NULL;
}

static void
test_passes (EnclaveFlow *flow, gconstpointer data)
{
  if (!enclave_flow_can_confine (flow))
    return;
  begin (flow, COMMAND, TRUE);
  edit (flow, EDIT ("int b;", "long b;"));
  enclave_flow_ask (flow, "Widen b");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  g_assert_cmpint (enclave_tool_call_get_state (row (flow, 0)), ==, ENCLAVE_TOOL_CALL_DONE);
  g_assert_cmpstr (enclave_tool_call_get_summary (row (flow, 0)), ==, "passed");
  g_assert_cmpstr (enclave_tool_call_get_subject (row (flow, 0)), ==, COMMAND);
  g_assert_null (row (flow, 1));
  /* The person is asked as about each command, and nothing is sent again. */
  g_assert_cmpuint (enclave_test_approver_get_n_requests (flow->approver), ==, 1);
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 2);
}

static void
test_failure_goes_back (EnclaveFlow *flow, gconstpointer data)
{
  const char *last;

  if (!enclave_flow_can_confine (flow))
    return;
  begin (flow, COMMAND, TRUE);
  edit (flow, EDIT ("int b;", "short b;"));
  edit (flow, EDIT ("short b;", "long b;"));
  enclave_flow_ask (flow, "Widen b");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  g_assert_cmpint (enclave_tool_call_get_state (row (flow, 0)), ==, ENCLAVE_TOOL_CALL_FAILED);
  g_assert_cmpstr (enclave_tool_call_get_summary (row (flow, 0)), ==, "failed, 1 of 3 rounds");
  g_assert_true (g_str_has_prefix (enclave_tool_call_get_result (row (flow, 0)), "The model reads about "));
  g_assert_cmpint (enclave_tool_call_get_state (row (flow, 1)), ==, ENCLAVE_TOOL_CALL_DONE);
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 4);
  last = enclave_flow_server_get_request (flow->server, 2);
  g_assert_nonnull (strstr (last, "failed: exit 3. Round 1 of 3."));
  g_assert_nonnull (strstr (last, "no long in the ring"));
  enclave_flow_assert_file (flow, "src/ring.c", "int a;\nlong b;\nint c;\n");
}

/* After the last round the turn ends and says so; the next message of the person has all of them again. */
static void
test_rounds_are_bounded (EnclaveFlow *flow, gconstpointer data)
{
  if (!enclave_flow_can_confine (flow))
    return;
  begin (flow, "false", TRUE);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *arguments = g_strdup_printf (EDIT ("int a;", "int a;\\nint a%u;"), i);

      edit (flow, arguments);
    }
  enclave_flow_ask (flow, "Go");
  g_assert_cmpstr (flow->reasons->str, ==, "verification ");
  g_assert_cmpstr (enclave_tool_call_get_summary (row (flow, 2)), ==, "failed, 3 of 3 rounds");
  g_assert_null (row (flow, 3));
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 6);

  g_string_truncate (flow->reasons, 0);
  enclave_agent_service_set_verification (flow->service, "true", TRUE, 3);
  enclave_flow_ask (flow, "Once more");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  g_assert_cmpstr (enclave_tool_call_get_summary (row (flow, 0)), ==, "passed");
}

static void
test_nothing_written_nothing_run (EnclaveFlow *flow, gconstpointer data)
{
  begin (flow, "false", TRUE);
  enclave_flow_server_add_text (flow->server, "Nothing to do.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Well?");
  g_assert_null (row (flow, 0));

  /* An edit that waits is not on the disk, which is what a command sees. */
  begin (flow, "false", FALSE);
  edit (flow, EDIT ("int b;", "long b;"));
  enclave_flow_ask (flow, "Widen b");
  g_assert_null (row (flow, 0));

  /* Off, or in a mode that writes nothing. */
  enclave_agent_service_set_verification (flow->service, "false", FALSE, 3);
  enclave_agent_service_set_apply_at_once (flow->service, TRUE);
  edit (flow, EDIT ("int c;", "long c;"));
  enclave_flow_ask (flow, "Widen c");
  g_assert_null (row (flow, 0));
  g_assert_cmpuint (enclave_test_approver_get_n_requests (flow->approver), ==, 0);
  g_assert_cmpstr (flow->reasons->str, ==, "stop stop stop ");
}

/* With edits that wait, Apply is what they are verified after. */
static void
test_after_apply (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!enclave_flow_can_confine (flow))
    return;
  begin (flow, COMMAND, FALSE);
  edit (flow, EDIT ("int b;", "short b;"));
  edit (flow, EDIT ("short b;", "long b;"));
  enclave_flow_ask (flow, "Widen b");
  enclave_flow_apply (flow, &error);
  g_assert_no_error (error);
  enclave_flow_wait_idle (flow);
  for (guint i = 0; i < 3000 && g_strrstr (flow->reasons->str, "stop stop ") == NULL; i++)
    enclave_test_spin (10);
  g_assert_cmpstr (flow->reasons->str, ==, "stop stop ");
  g_assert_cmpstr (enclave_tool_call_get_summary (row (flow, 0)), ==, "failed, 1 of 3 rounds");
  g_assert_true (g_str_has_prefix (enclave_tool_call_get_result (row (flow, 0)), "The model reads about "));
  /* The correction waits for the person like the edit before. */
  enclave_flow_assert_file (flow, "src/ring.c", "int a;\nshort b;\nint c;\n");
  enclave_flow_apply (flow, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 3000 && g_strrstr (flow->reasons->str, "stop stop stop ") == NULL; i++)
    enclave_test_spin (10);
  g_assert_cmpstr (enclave_tool_call_get_summary (row (flow, 0)), ==, "passed");
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 4);
}

static void
test_denied_by_the_person (EnclaveFlow *flow, gconstpointer data)
{
  if (!enclave_flow_can_confine (flow))
    return;
  begin (flow, "touch proof", TRUE);
  enclave_test_approver_add_answer (flow->approver, ENCLAVE_APPROVAL_DENIED);
  edit (flow, EDIT ("int b;", "long b;"));
  enclave_flow_ask (flow, "Widen b");
  g_assert_cmpint (enclave_tool_call_get_state (row (flow, 0)), ==, ENCLAVE_TOOL_CALL_DENIED);
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  g_assert_false (enclave_test_project_exists (flow->project, "proof"));
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 2);
}

static void
test_stop_while_it_runs (EnclaveFlow *flow, gconstpointer data)
{
  if (!enclave_flow_can_confine (flow))
    return;
  begin (flow, "sleep 30", TRUE);
  edit (flow, EDIT ("int b;", "long b;"));
  enclave_flow_submit (flow, "Widen b");
  for (guint i = 0; i < 1000 && enclave_test_approver_get_n_requests (flow->approver) == 0; i++)
    enclave_test_spin (10);
  enclave_test_spin (100);
  enclave_agent_service_stop (flow->service);
  enclave_flow_wait_idle (flow);
  g_assert_cmpstr (flow->reasons->str, ==, "stopped ");
  g_assert_cmpint (enclave_tool_call_get_state (row (flow, 0)), ==, ENCLAVE_TOOL_CALL_STOPPED);
}

/* A model can't have it run by its name. */
static void
test_is_no_tool (EnclaveFlow *flow, gconstpointer data)
{
  begin (flow, "touch proof", TRUE);
  enclave_flow_server_add_call (flow->server, NULL, ENCLAVE_VERIFICATION_NAME, "{\"command\":\"touch proof\"}", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "So not.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Go");
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 0)), ==, ENCLAVE_TOOL_CALL_FAILED);
  g_assert_cmpuint (enclave_test_approver_get_n_requests (flow->approver), ==, 0);
}

static void
test_clip (void)
{
  g_autoptr (GString) output = g_string_new (NULL);
  g_autofree char *line = g_strnfill (20000, 'x');
  g_autofree char *whole = NULL;
  g_autofree char *clipped = NULL;
  g_autofree char *long_line = NULL;

  for (guint i = 0; i < 2000; i++)
    g_string_append_printf (output, "line %u of many é\n", i);
  clipped = enclave_verification_clip (output->str, 8192);
  g_assert_cmpuint (strlen (clipped), <=, 8192 / 8 * 3 + 64);
  g_assert_true (g_str_has_prefix (clipped, "line 0 of"));
  g_assert_true (g_str_has_suffix (clipped, "line 1999 of many é\n"));
  g_assert_nonnull (strstr (clipped, "\n[… "));
  g_assert_true (g_utf8_validate (clipped, -1, NULL));

  whole = enclave_verification_clip ("short\n", 8192);
  g_assert_cmpstr (whole, ==, "short\n");
  long_line = enclave_verification_clip (line, 4096);
  g_assert_cmpuint (strlen (long_line), >, 1000);
  g_assert_cmpuint (strlen (long_line), <, 1700);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                                            \
  g_test_add ("/turn-verification/" name, EnclaveFlow, NULL, enclave_flow_set_up, function, enclave_flow_tear_down)
  ADD ("passes", test_passes);
  ADD ("failure-goes-back", test_failure_goes_back);
  ADD ("rounds-are-bounded", test_rounds_are_bounded);
  ADD ("nothing-written-nothing-run", test_nothing_written_nothing_run);
  ADD ("after-apply", test_after_apply);
  ADD ("denied-by-the-person", test_denied_by_the_person);
  ADD ("stop-while-it-runs", test_stop_while_it_runs);
  ADD ("is-no-tool", test_is_no_tool);
  g_test_add_func ("/turn-verification/clip", test_clip);
  return g_test_run ();
}
