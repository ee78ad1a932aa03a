/* test-project-memory.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-flow-fixture.h"
#include "enclave-project-memory.h"
#include "enclave-test-trust.h"
#include "enclave-verification.h"

#define SECRET "ghp_x7Kq2mVb9TzLw4RjYd8NfHc3PsGe5uXaWk1B"

static EnclaveChange *
draft (EnclaveFlow *flow, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_project_memory_draft_async (flow->service, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);

  return enclave_project_memory_draft_finish (flow->service, result, error);
}

static EnclaveMemoryStatus *
look (EnclaveFlow *flow)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnclaveMemoryStatus *status;

  enclave_project_memory_look_async (flow->service, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  status = enclave_project_memory_look_finish (flow->service, result, &error);
  g_assert_no_error (error);

  return status;
}

static const char *
new_text (EnclaveChange *change)
{
  return enclave_proposal_get_new_text (enclave_change_get_proposal (change));
}

/* One call with what is known of the project, and a proposal: nothing is written. */
static void
test_draft (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveChange) change = NULL;
  const char *asked;

  enclave_test_project_write (flow->project, "README.md", "# Ring\n\nA ring buffer.\n");
  enclave_agent_service_set_verification (flow->service, "meson test -C build", FALSE, 3);
  enclave_flow_server_add_text (flow->server, "```markdown\n# Ring\n\nA ring buffer in C.  \n```\n", ENCLAVE_FLOW_END_WELL);
  change = draft (flow, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (enclave_change_get_path (change), ==, "ENCLAVE.md");
  g_assert_cmpstr (new_text (change), ==, "# Ring\n\nA ring buffer in C.\n");
  g_assert_cmpint (enclave_change_get_status (change), ==, ENCLAVE_CHANGE_PROPOSED);
  g_assert_false (enclave_test_project_exists (flow->project, "ENCLAVE.md"));
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 1);

  asked = enclave_flow_server_get_request (flow->server, 0);
  g_assert_nonnull (strstr (asked, "Map of the project"));
  g_assert_nonnull (strstr (asked, "A ring buffer."));
  g_assert_nonnull (strstr (asked, "Build and test: meson test -C build"));
  g_assert_nonnull (strstr (asked, "\"max_tokens\":700"));
  g_assert_null (strstr (asked, "\"tools\""));
  g_assert_null (strstr (asked, ENCLAVE_FLOW_CANARY));
  /* It is no part of the conversation. */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (enclave_agent_service_get_conversation (flow->service))), ==, 0);
}

static void
test_draft_of_a_file_that_is_there (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveChange) change = NULL;

  enclave_test_project_write (flow->project, "CLAUDE.md", "Use tabs.\n");
  enclave_flow_server_add_text (flow->server, "Use tabs.\nRun the tests.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_server_add_text (flow->server, "Use tabs.\nRun the tests.", ENCLAVE_FLOW_END_WELL);
  g_assert_null (draft (flow, &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_UNTRUSTED);
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 0);
  g_clear_error (&error);

  enclave_test_trust (flow->gate);
  change = draft (flow, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (enclave_change_get_path (change), ==, "CLAUDE.md");
  g_assert_cmpuint (enclave_change_get_added (change), ==, 1);
  g_assert_cmpuint (enclave_change_get_removed (change), ==, 0);
  g_assert_nonnull (strstr (enclave_flow_server_get_request (flow->server, 0), "Use tabs."));
}

static void
test_draft_is_bounded_and_clean (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) reply = g_string_new ("# Notes\nThe token is " SECRET ".\n");
  g_autoptr (EnclaveChange) change = NULL;

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (reply, "Line %u.\n", i);
  enclave_flow_server_add_text (flow->server, reply->str, ENCLAVE_FLOW_END_WELL);
  change = draft (flow, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (new_text (change), "# Notes\nLine 0.\n"));
  g_assert_cmpuint (strlen (new_text (change)), <=, 4096);
}

static void
test_draft_fails_well (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  enclave_flow_server_add_text (flow->server, "```\n```", ENCLAVE_FLOW_END_WELL);
  g_assert_null (draft (flow, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&error);

  enclave_agent_service_set_model (flow->service, NULL, NULL);
  g_assert_null (draft (flow, &error));
  g_assert_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_OFFLINE);
  g_clear_error (&error);

  enclave_agent_service_set_model (flow->service, flow->client, flow->model);
  enclave_flow_server_add_silence (flow->server);
  enclave_flow_submit (flow, "Wait");
  g_assert_null (draft (flow, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  enclave_agent_service_stop (flow->service);
}

static void
test_look (EnclaveFlow *flow, gconstpointer data)
{
  static const char *const names[] = { ".github/copilot-instructions.md", "AZMX.md", "CLAUDE.md", "AGENTS.md", "ENCLAVE.md" };
  g_autoptr (EnclaveMemoryStatus) none = look (flow);

  g_assert_null (none->file);
  /* Each is used before those that were there already. */
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (EnclaveMemoryStatus) status = NULL;

      enclave_test_project_write (flow->project, names[i], "Use tabs. The token is " SECRET "\n");
      status = look (flow);
      g_assert_cmpstr (status->file->name, ==, names[i]);
      g_assert_cmpint (status->file->state, ==, ENCLAVE_INSTRUCTIONS_NEW);
      g_assert_cmpuint (status->n_tokens, >, 10);
      g_assert_false (status->is_cut);
      g_assert_cmpstr (status->secrets[0], ==, "github-token");
    }
}

/* A small window gets the beginning, in whole lines, and is told so. */
static void
test_window_bounds_it (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *clipped = NULL;
  g_autofree char *whole = NULL;

  for (guint i = 0; i < 500; i++)
    g_string_append_printf (text, "Rule %u.\n", i);
  clipped = enclave_project_memory_clip (text->str, 8192);
  g_assert_cmpuint (strlen (clipped), <=, enclave_project_memory_get_budget (8192) + 64);
  g_assert_cmpuint (enclave_project_memory_get_budget (8192), <=, 1500);
  g_assert_true (g_str_has_suffix (clipped, ".\n(cut; read the file for the rest)\n"));
  whole = enclave_project_memory_clip ("Rule.\n", 4096);
  g_assert_cmpstr (whole, ==, "Rule.\n");
  g_assert_cmpuint (enclave_project_memory_get_budget (0), ==, enclave_project_memory_get_budget (1 << 20));
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                                            \
  g_test_add ("/project-memory/" name, EnclaveFlow, NULL, enclave_flow_set_up, function, enclave_flow_tear_down)
  ADD ("draft", test_draft);
  ADD ("draft-of-a-file-that-is-there", test_draft_of_a_file_that_is_there);
  ADD ("draft-is-bounded-and-clean", test_draft_is_bounded_and_clean);
  ADD ("draft-fails-well", test_draft_fails_well);
  ADD ("look", test_look);
  ADD ("window-bounds-it", test_window_bounds_it);
  return g_test_run ();
}
