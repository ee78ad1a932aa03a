/* test-turn-missed.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-flow-fixture.h"

/* Edits that have no place in their files are kept for the person to see. */

static EnclaveChangeSet *
get_changes (EnclaveFlow *flow)
{
  return enclave_agent_service_get_change_set (flow->service);
}

/* The only one. (transfer full) */
static EnclaveMissedEdit *
dup_missed (EnclaveFlow *flow)
{
  GListModel *missed = enclave_change_set_get_missed (get_changes (flow));

  g_assert_cmpuint (g_list_model_get_n_items (missed), ==, 1);

  return g_list_model_get_item (missed, 0);
}

static void
on_missed (EnclaveChangeSet *changes, GParamSpec *pspec, gpointer user_data)
{
  guint *n = user_data;

  *n = MAX (*n, g_list_model_get_n_items (enclave_change_set_get_missed (changes)));
}

static void
test_call (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveMissedEdit) edit = NULL;
  g_autofree char *text = NULL;
  g_autofree char *request = NULL;

  enclave_flow_server_add_call (flow->server, NULL, "edit_file",
                                "{\"path\":\"src/ring.c\",\"old_text\":\"int a;\\nint q;\\nint c;\\n\",\"new_text\":\"int z;\\n\"}",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "I can't.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Change it");
  edit = dup_missed (flow);
  g_assert_cmpstr (enclave_missed_edit_get_path (edit), ==, "src/ring.c");
  g_assert_cmpstr (enclave_missed_edit_get_searched (edit), ==, "int a;\nint q;\nint c;\n");
  g_assert_cmpstr (enclave_missed_edit_get_found (edit), ==, "    1| int a;\n    2| int b;\n    3| int c;");
  g_assert_null (enclave_missed_edit_dup_blocks (edit));
  text = enclave_missed_edit_dup_text (edit);
  g_assert_nonnull (strstr (text, "    2| int b;"));
  request = enclave_missed_edit_dup_request (edit);
  g_assert_nonnull (strstr (request, "@src/ring.c "));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (get_changes (flow))), ==, 0);

  /* The next message is about something else. */
  enclave_flow_server_add_text (flow->server, "Fine.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Never mind");
  g_assert_cmpuint (g_list_model_get_n_items (enclave_change_set_get_missed (get_changes (flow))), ==, 0);
}

/* A model that mends it itself leaves nothing to see. */
static void
test_mended (EnclaveFlow *flow, gconstpointer data)
{
  guint most = 0;

  g_signal_connect (get_changes (flow), "notify::n-missed", G_CALLBACK (on_missed), &most);
  enclave_flow_server_add_call (flow->server, NULL, "edit_file",
                                "{\"path\":\"src/ring.c\",\"old_text\":\"int q;\\n\",\"new_text\":\"int z;\\n\"}",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_call (flow->server, NULL, "edit_file",
                                "{\"path\":\"./src/ring.c\",\"old_text\":\"int b;\\n\",\"new_text\":\"int z;\\n\"}",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Done.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Change it");
  g_assert_cmpuint (most, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (enclave_change_set_get_missed (get_changes (flow))), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (get_changes (flow))), ==, 1);
  g_signal_handlers_disconnect_by_data (get_changes (flow), &most);
}

#define BLOCK(old, new) "src/ring.c\n<<<<<<< SEARCH\n" old "=======\n" new ">>>>>>> REPLACE\n\n"

/* Of a reply what fits is proposed, and the rest is told beside it; with standing approval it is all or nothing. */
static void
test_reply (EnclaveFlow *flow, gconstpointer data)
{
  gboolean at_once = GPOINTER_TO_INT (data);
  g_autoptr (EnclaveMissedEdit) edit = NULL;
  g_autofree char *blocks = NULL;

  enclave_agent_service_set_apply_at_once (flow->service, at_once);
  enclave_flow_server_add_text (flow->server,
                                "Here:\n\n" BLOCK ("int a;\n", "int aa;\n") BLOCK ("int q;\n", "int z;\n") BLOCK ("int c;\n", "int cc;\n"),
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "I can't.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Change it");
  edit = dup_missed (flow);
  g_assert_cmpstr (enclave_missed_edit_get_path (edit), ==, "src/ring.c");
  g_assert_cmpstr (enclave_missed_edit_get_searched (edit), ==, "int q;\n");
  blocks = enclave_missed_edit_dup_blocks (edit);
  g_assert_cmpstr (blocks, ==, at_once ? "Block 2 of 3. No block was taken." : "Block 2 of 3. Blocks 1, 3 were taken.");
  if (at_once)
    {
      enclave_flow_assert_file (flow, "src/ring.c", ENCLAVE_FLOW_RING);
      return;
    }
  g_assert_cmpstr (enclave_proposal_get_new_text (enclave_change_get_proposal (enclave_flow_change (flow, 0))), ==,
                   "int aa;\nint b;\nint cc;\n");
}

/* The row of edits of a reply that went back. */
static void
assert_row (EnclaveFlow *flow, const char *path)
{
  EnclaveToolCall *row = enclave_flow_last_call (flow, 0);
  g_autofree char *arguments = g_strdup_printf ("\"%s\"", path);

  g_assert_cmpstr (enclave_tool_call_get_name (row), ==, "edits");
  g_assert_cmpint (enclave_tool_call_get_state (row), ==, ENCLAVE_TOOL_CALL_FAILED);
  g_assert_nonnull (strstr (enclave_tool_call_get_arguments (row), arguments));
}

/* An edit in the text of a reply goes back like a call that has failed, with the real lines; the second time with another form. */
static void
test_reply_again (EnclaveFlow *flow, gconstpointer data)
{
  const char *request;

  enclave_flow_server_add_text (flow->server, "Here:\n\n" BLOCK ("int a;\n", "int aa;\n") BLOCK ("int b;\nint q;\n", "int z;\n"),
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "So:\n\n" BLOCK ("int b;\nint r;\n", "int z;\n"), ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "src/ring.c\n```c\nint aa;\nint z;\n```\n", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Change it");
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 3);

  request = enclave_flow_server_get_request (flow->server, 1);
  g_assert_nonnull (strstr (request, "Edits in your reply could not be made"));
  g_assert_nonnull (strstr (request, "    2| int b;"));
  g_assert_nonnull (strstr (request, "The other blocks were taken"));
  g_assert_null (strstr (request, "whole file, all lines"));
  request = enclave_flow_server_get_request (flow->server, 2);
  g_assert_nonnull (strstr (request, "whole file, all lines of it, in a fence"));

  /* The file was asked for as a whole, so that it is meant as an edit, and nothing is missed any more. */
  g_assert_cmpuint (g_list_model_get_n_items (enclave_change_set_get_missed (get_changes (flow))), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (get_changes (flow))), ==, 1);
  g_assert_cmpstr (enclave_proposal_get_new_text (enclave_change_get_proposal (enclave_flow_change (flow, 0))), ==,
                   "int aa;\nint z;\n");
}

/* Not for ever; what is still missed is there for the person. */
static void
test_reply_bounded (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveMissedEdit) edit = NULL;

  enclave_flow_server_add_text (flow->server, "Here:\n\n" BLOCK ("int b;\nint q;\n", "int z;\n"), ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_repeat (flow->server);
  enclave_flow_ask (flow, "Change it");
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 4);
  assert_row (flow, "src/ring.c");
  edit = dup_missed (flow);
  g_assert_cmpstr (enclave_missed_edit_get_searched (edit), ==, "int b;\nint q;\n");
}

/* A block without its end. */
static void
test_reply_unreadable (EnclaveFlow *flow, gconstpointer data)
{
  enclave_flow_server_add_text (flow->server, "Here:\n\nsrc/ring.c\n<<<<<<< SEARCH\nint a;\n=======\nint aa;\n",
                                ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "I can't.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Change it");
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 2);
  g_assert_nonnull (strstr (enclave_flow_server_get_request (flow->server, 1), "Edits in your reply could not be made"));
}

/* Calls: a short file is to be written whole, of a long one fewer lines are to be replaced. */
static void
test_other_form (EnclaveFlow *flow, gconstpointer data)
{
  gboolean is_long = GPOINTER_TO_INT (data);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < (is_long ? 200 : 5); i++)
    g_string_append_printf (text, "int line_%u;\n", i);
  enclave_test_project_write (flow->project, "src/other.c", text->str);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *arguments = g_strdup_printf ("{\"path\":\"./src/other.c\",\"old_text\":\"int q%u;\\n\",\"new_text\":\"\"}", i);

      enclave_flow_server_add_call (flow->server, NULL, "edit_file", arguments, ENCLAVE_FLOW_END_WELL);
    }
  enclave_flow_server_add_text (flow->server, "I can't.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Change it");
  g_assert_null (strstr (enclave_flow_server_get_request (flow->server, 1), "several times"));
  g_assert_nonnull (strstr (enclave_flow_server_get_request (flow->server, 2),
                            is_long ? "call edit_file with an old_text of five lines" : "Write the whole file with write_file."));
}

static void
test_ambiguous (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveMissedEdit) edit = NULL;

  enclave_test_project_write (flow->project, "src/twice.c", "same;\nother;\nsame;\n");
  enclave_flow_server_add_call (flow->server, NULL, "edit_file",
                                "{\"path\":\"src/twice.c\",\"old_text\":\"same;\\n\",\"new_text\":\"new;\\n\"}", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "I can't.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Change it");
  edit = dup_missed (flow);
  g_assert_cmpstr (enclave_missed_edit_get_reason (edit), ==, "The old lines stand at several places, line 1, 3");
  g_assert_cmpstr (enclave_missed_edit_get_found (edit), ==, "    1| same;\n    3| same;");
  enclave_change_set_drop_missed (get_changes (flow), edit);
  g_assert_cmpuint (g_list_model_get_n_items (enclave_change_set_get_missed (get_changes (flow))), ==, 0);
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);

#define ADD(path, data, test) g_test_add ("/turn-missed/" path, EnclaveFlow, data, enclave_flow_set_up, test, enclave_flow_tear_down)
  ADD ("call", NULL, test_call);
  ADD ("mended", NULL, test_mended);
  ADD ("reply", GINT_TO_POINTER (FALSE), test_reply);
  ADD ("reply-at-once", GINT_TO_POINTER (TRUE), test_reply);
  ADD ("reply-again", NULL, test_reply_again);
  ADD ("reply-bounded", NULL, test_reply_bounded);
  ADD ("reply-unreadable", NULL, test_reply_unreadable);
  ADD ("other-form-short", GINT_TO_POINTER (FALSE), test_other_form);
  ADD ("other-form-long", GINT_TO_POINTER (TRUE), test_other_form);
  ADD ("ambiguous", NULL, test_ambiguous);

  return g_test_run ();
}
