/* test-turn-file-format.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "enclave-file-check.h"
#include "enclave-file-format.h"
#include "enclave-flow-fixture.h"

#define PRETTIER "node_modules/.bin/prettier"
#define EDIT(path, from, to) "{\"path\":\"" path "\",\"old_text\":\"" from "\",\"new_text\":\"" to "\"}"

static void
set_prettier (EnclaveFlow *flow, const char *text)
{
  g_autofree char *program = enclave_test_project_path (flow->project, PRETTIER);

  enclave_test_project_write (flow->project, PRETTIER, text);
  g_assert_cmpint (g_chmod (program, 0755), ==, 0);
}

/* A project whose formatter makes two blanks one. */
static void
begin (EnclaveFlow *flow, gboolean at_once)
{
  enclave_agent_service_set_apply_at_once (flow->service, at_once);
  enclave_agent_service_set_format_files (flow->service, TRUE);
  enclave_test_project_write (flow->project, ".prettierrc", "{}\n");
  set_prettier (flow, "#!/bin/sh\nexec sed 's/  / /g'\n");
  enclave_test_project_write (flow->project, "src/a.js", "let a;\nlet b;\n");
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

static void
assert_told (EnclaveFlow *flow, guint request, const char *words)
{
  const char *said = enclave_flow_server_get_request (flow->server, request);

  if (strstr (said, words) == NULL)
    g_error ("“%s” is not in %s", words, said);
}

/* The result says which lines are others, so that the next edit finds them; one step takes all of it back. */
static void
test_at_once (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!enclave_flow_can_confine (flow))
    return;
  begin (flow, TRUE);
  add_edit (flow, EDIT ("src/a.js", "let b;", "let  b = 1;\\nlet  c;\\nlet d;"));
  add_edit (flow, EDIT ("src/a.js", "let c;", "let  c = 2;"));
  add_done (flow);
  enclave_flow_ask (flow, "Go");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  assert_told (flow, 1, "Applied src/a.js, +3 −1. prettier has formatted src/a.js. These lines are now:\\n2: let b = 1;\\n3: let c;\\n");
  g_assert_null (strstr (enclave_flow_server_get_request (flow->server, 1), "4: let d;"));
  g_assert_cmpstr (enclave_tool_call_get_summary (enclave_flow_last_call (flow, 0)), ==, "+3 −1, formatted");
  enclave_flow_assert_file (flow, "src/a.js", "let a;\nlet b = 1;\nlet c = 2;\nlet d;\n");
  g_assert_cmpuint (enclave_test_approver_get_n_requests (flow->approver), ==, 0);
  enclave_flow_undo (flow, &error);
  g_assert_no_error (error);
  enclave_flow_assert_file (flow, "src/a.js", "let a;\nlet b;\n");
}

/* What waits for a review waits in its form, and the model works on from there. */
static void
test_reviewed (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!enclave_flow_can_confine (flow))
    return;
  begin (flow, FALSE);
  add_edit (flow, EDIT ("src/a.js", "let b;", "let  b = 1;"));
  add_edit (flow, EDIT ("src/a.js", "let b = 1;", "let  b = 2;"));
  add_done (flow);
  enclave_flow_ask (flow, "Go");
  assert_told (flow, 1, "prettier has formatted src/a.js. These lines are now:\\n2: let b = 1;\\n");
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 1)), ==, ENCLAVE_TOOL_CALL_DONE);
  enclave_flow_assert_file (flow, "src/a.js", "let a;\nlet b;\n");
  g_assert_cmpstr (enclave_proposal_get_new_text (enclave_change_get_proposal (enclave_flow_change (flow, 0))), ==, "let a;\nlet b = 2;\n");
  enclave_flow_apply (flow, &error);
  g_assert_no_error (error);
  enclave_flow_assert_file (flow, "src/a.js", "let a;\nlet b = 2;\n");
  enclave_flow_undo (flow, &error);
  g_assert_no_error (error);
  enclave_flow_assert_file (flow, "src/a.js", "let a;\nlet b;\n");
}

/* An edit in the text of a reply has no result: the next message says it, and says it once. */
static void
test_reply (EnclaveFlow *flow, gconstpointer data)
{
  if (!enclave_flow_can_confine (flow))
    return;
  begin (flow, TRUE);
  enclave_flow_server_add_text (flow->server, "src/a.js\n```js\n<<<<<<< SEARCH\nlet b;\n=======\nlet  b = 1;\n>>>>>>> REPLACE\n```\n",
                                ENCLAVE_FLOW_END_WELL);
  add_done (flow);
  add_done (flow);
  enclave_flow_ask (flow, "Go");
  enclave_flow_assert_file (flow, "src/a.js", "let a;\nlet b = 1;\n");
  enclave_flow_ask (flow, "And now?");
  assert_told (flow, 1, "prettier has formatted src/a.js. These lines are now:\\n2: let b = 1;\\n");
  enclave_flow_ask (flow, "And now?");
  g_assert_null (strstr (strstr (enclave_flow_server_get_request (flow->server, 2), "has formatted") + 1, "has formatted"));
}

/* A formatted file is checked as it was written. */
static void
test_with_check (EnclaveFlow *flow, gconstpointer data)
{
  if (!enclave_flow_can_confine (flow) || !g_file_test ("/usr/bin/node", G_FILE_TEST_EXISTS))
    return;
  begin (flow, TRUE);
  enclave_agent_service_set_check_files (flow->service, TRUE);
  add_edit (flow, EDIT ("src/a.js", "let b;", "let  b = ;"));
  add_done (flow);
  enclave_flow_ask (flow, "Go");
  assert_told (flow, 1, "2: let b = ;\\nNew errors and warnings since then; correct them:\\nsrc/a.js:2: error: SyntaxError");
  g_assert_cmpstr (enclave_tool_call_get_summary (enclave_flow_last_call (flow, 0)), ==, "+1 −1, formatted, 1 diagnostic");
}

/* A stop while it runs: nothing is proposed and nothing written. */
static void
test_stopped (EnclaveFlow *flow, gconstpointer data)
{
  if (!enclave_flow_can_confine (flow))
    return;
  begin (flow, TRUE);
  set_prettier (flow, "#!/bin/sh\nexec sleep 1000\n");
  add_edit (flow, EDIT ("src/a.js", "let b;", "let  b = 1;"));
  add_done (flow);
  enclave_flow_submit (flow, "Go");
  enclave_flow_wait_state (flow, ENCLAVE_TURN_RUNNING_TOOL);
  enclave_test_spin (1500);
  enclave_agent_service_stop (flow->service);
  enclave_flow_wait_idle (flow);
  enclave_test_spin (300);
  enclave_flow_assert_file (flow, "src/a.js", "let a;\nlet b;\n");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (enclave_agent_service_get_change_set (flow->service))), ==, 0);
}

static void
test_off (EnclaveFlow *flow, gconstpointer data)
{
  begin (flow, TRUE);
  enclave_agent_service_set_format_files (flow->service, FALSE);
  add_edit (flow, EDIT ("src/a.js", "let b;", "let  b = 1;"));
  add_done (flow);
  enclave_flow_ask (flow, "Go");
  enclave_flow_assert_file (flow, "src/a.js", "let a;\nlet  b = 1;\n");
  g_assert_cmpstr (enclave_tool_call_get_summary (enclave_flow_last_call (flow, 0)), ==, "+1 −1");
}

/* What is told is bounded, and what is too much to tell is to be read. */
static void
test_words (void)
{
  g_autofree char *gone = enclave_file_format_describe ("a.js", "prettier", "a\n\n\nb\n", "a\n\nb\n");
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) formatted = g_string_new (NULL);
  g_autofree char *much = NULL;

  g_assert_cmpstr (gone, ==, "prettier has formatted a.js. These lines are now:\n(before line 3: left out what you wrote)\n");
  for (guint i = 0; i < 1000; i++)
    {
      g_string_append_printf (text, "let  a%u;\n", i);
      g_string_append_printf (formatted, "let a%u;\n", i);
    }
  much = enclave_file_format_describe ("a.js", "prettier", text->str, formatted->str);
  g_assert_cmpstr (much, ==, "prettier has formatted a.js. Read it before you edit it again.\n");
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/turn-file-format/words", test_words);
#define ADD(name, function)                                                                                            \
  g_test_add ("/turn-file-format/" name, EnclaveFlow, NULL, enclave_flow_set_up, function, enclave_flow_tear_down)
  ADD ("at-once", test_at_once);
  ADD ("reviewed", test_reviewed);
  ADD ("reply", test_reply);
  ADD ("with-check", test_with_check);
  ADD ("stopped", test_stopped);
  ADD ("off", test_off);
  return g_test_run ();
}
