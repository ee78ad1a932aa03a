/* test-tour-turn.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-agent-service.h"
#include "enclave-test-approver.h"
#include "enclave-test-box.h"
#include "enclave-test-project.h"
#include "enclave-test-server.h"
#include "enclave-tour-fix.h"
#include "enclave-tour.h"

/* The tour as the user lives it: the practice engine, the real agent, its tools, the gate and the sandbox. */

typedef struct
{
  EnclaveTestProject *project;
  EnclaveTestServer *server;
  EnclaveTestApprover *approver;
  EnclaveSandbox *sandbox;
  EnclaveGate *gate;
  EnclaveInferenceClient *client;
  EnclaveAgentService *agent;
  GString *text;    /* what was said in the turn */
  GString *calls;   /* "name:state " of each call of the turn */
  char *ended;
} Fixture;

static void
on_text (EnclaveAgentService *agent, const char *text, Fixture *fixture)
{
  g_string_append (fixture->text, text);
}

static void
on_tool_result (EnclaveAgentService *agent, EnclaveToolCall *call, Fixture *fixture)
{
  static const char *const marks[] = {
    [ENCLAVE_TOOL_CALL_DONE] = "done", [ENCLAVE_TOOL_CALL_REFUSED] = "refused", [ENCLAVE_TOOL_CALL_DENIED] = "denied",
    [ENCLAVE_TOOL_CALL_FAILED] = "failed",
  };
  guint state = enclave_tool_call_get_state (call);

  g_string_append_printf (fixture->calls, "%s:%s ", enclave_tool_call_get_name (call),
                          state < G_N_ELEMENTS (marks) && marks[state] != NULL ? marks[state] : "other");
}

static void
on_turn_ended (EnclaveAgentService *agent, const char *reason, Fixture *fixture)
{
  g_free (fixture->ended);
  fixture->ended = g_strdup (reason);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveEndpoint) endpoint = NULL;
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  g_autoptr (GListModel) models = NULL;
  g_autoptr (EnclaveModelInfo) model = NULL;
  g_autoptr (GAsyncResult) finished = NULL;
  GAsyncResult *result = NULL;

  fixture->text = g_string_new (NULL);
  fixture->calls = g_string_new (NULL);
  fixture->project = enclave_test_project_new ();
  enclave_tour_write_project (fixture->project->root, &error);
  g_assert_no_error (error);
  fixture->server = enclave_test_server_new_on_socket (NULL);
  endpoint = enclave_endpoint_new (enclave_test_server_get_address (fixture->server), ENCLAVE_ENDPOINT_PRACTICE, &error);
  g_assert_no_error (error);
  fixture->client = enclave_inference_client_new (door, endpoint, NULL, &error);
  g_assert_no_error (error);
  enclave_inference_client_identify_async (fixture->client, 5000, NULL, enclave_test_result_callback, &result);
  finished = enclave_test_wait (&result);
  models = enclave_inference_client_identify_finish (fixture->client, finished, &error);
  g_assert_no_error (error);
  model = g_list_model_get_item (models, 0);

  fixture->sandbox = enclave_sandbox_new ();
  fixture->gate = enclave_gate_new (fixture->project->root, fixture->sandbox, &error);
  g_assert_no_error (error);
  fixture->approver = enclave_test_approver_new (ENCLAVE_APPROVAL_ALLOWED_ONCE);
  fixture->agent = enclave_agent_service_new (fixture->gate);
  enclave_agent_service_set_approver (fixture->agent, ENCLAVE_APPROVER (fixture->approver));
  enclave_agent_service_set_model (fixture->agent, fixture->client, model);
  enclave_agent_service_set_mode (fixture->agent, ENCLAVE_MODE_EDIT);
  g_signal_connect (fixture->agent, "text", G_CALLBACK (on_text), fixture);
  g_signal_connect (fixture->agent, "tool-result", G_CALLBACK (on_tool_result), fixture);
  g_signal_connect (fixture->agent, "turn-ended", G_CALLBACK (on_turn_ended), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (fixture->agent, fixture);
  g_clear_object (&fixture->agent);
  g_clear_object (&fixture->client);
  g_clear_object (&fixture->gate);
  g_clear_object (&fixture->sandbox);
  g_clear_object (&fixture->approver);
  enclave_test_server_free (fixture->server);
  enclave_test_project_free (fixture->project);
  g_string_free (fixture->text, TRUE);
  g_string_free (fixture->calls, TRUE);
  g_free (fixture->ended);
}

static void
say (Fixture *fixture, const char *words)
{
  g_autoptr (GError) error = NULL;
  gint64 until = g_get_monotonic_time () + 160 * G_USEC_PER_SEC;

  g_clear_pointer (&fixture->ended, g_free);
  g_string_truncate (fixture->text, 0);
  g_string_truncate (fixture->calls, 0);
  enclave_agent_service_submit (fixture->agent, words, NULL, &error);
  g_assert_no_error (error);
  while (fixture->ended == NULL && g_get_monotonic_time () < until)
    enclave_test_spin (5);
  g_test_message ("%s → %s (%s)", words, fixture->calls->str, fixture->text->str);
  g_assert_cmpstr (enclave_agent_service_get_error (fixture->agent), ==, "");
  g_assert_cmpstr (fixture->ended, ==, "stop");
}

static gboolean
is_fixed_on_disk (Fixture *fixture)
{
  g_autofree char *text = enclave_test_project_read (fixture->project, ENCLAVE_TOUR_FILE);

  return strstr (text, ENCLAVE_TOUR_FIX "\n") != NULL;
}

static void
test_all_allowed (Fixture *fixture, gconstpointer data)
{
  enclave_agent_service_set_apply_at_once (fixture->agent, TRUE);
  say (fixture, enclave_tour_first_message ());
  g_assert_cmpstr (fixture->calls->str, ==,
                   "list_directory:done read_file:done read_file:done read_file:refused run_command:done edit_file:done "
                   "run_command:done ");
  g_assert_nonnull (strstr (fixture->text->str, "Green: all tests pass."));
  g_assert_true (is_fixed_on_disk (fixture));
}

static void
test_apply_by_hand (Fixture *fixture, gconstpointer data)
{
  EnclaveChangeSet *change_set = enclave_agent_service_get_change_set (fixture->agent);
  GAsyncResult *result = NULL;
  g_autoptr (GAsyncResult) finished = NULL;
  g_autoptr (GError) error = NULL;

  say (fixture, enclave_tour_first_message ());
  g_assert_true (g_str_has_suffix (fixture->calls->str, "run_command:done edit_file:done "));
  g_assert_false (is_fixed_on_disk (fixture));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (change_set)), ==, 1);

  enclave_change_set_apply_async (change_set, NULL, NULL, enclave_test_result_callback, &result);
  finished = enclave_test_wait (&result);
  enclave_change_set_apply_finish (change_set, finished, &error);
  g_assert_no_error (error);
  g_assert_true (is_fixed_on_disk (fixture));

  say (fixture, "Run the tests");
  g_assert_cmpstr (fixture->calls->str, ==, "run_command:done ");
  g_assert_nonnull (strstr (fixture->text->str, "All tests pass"));
}

static void
test_command_denied (Fixture *fixture, gconstpointer data)
{
  enclave_test_approver_add_answer (fixture->approver, ENCLAVE_APPROVAL_DENIED);
  enclave_agent_service_set_apply_at_once (fixture->agent, TRUE);
  say (fixture, enclave_tour_first_message ());
  g_assert_true (g_str_has_suffix (fixture->calls->str, "run_command:denied edit_file:done "));
  g_assert_nonnull (strstr (fixture->text->str, "have not been run"));
}

static void
test_other_modes (Fixture *fixture, gconstpointer data)
{
  enclave_agent_service_set_mode (fixture->agent, ENCLAVE_MODE_ASK);
  say (fixture, enclave_tour_first_message ());
  g_assert_cmpstr (fixture->calls->str, ==, "list_directory:done read_file:done read_file:done read_file:refused ");

  enclave_agent_service_new_conversation (fixture->agent);
  enclave_agent_service_set_mode (fixture->agent, ENCLAVE_MODE_PLAN);
  say (fixture, enclave_tour_first_message ());
  g_assert_cmpstr (fixture->calls->str, ==,
                   "list_directory:done read_file:done read_file:done read_file:refused edit_file:done ");
  g_assert_false (is_fixed_on_disk (fixture));
  g_assert_cmpuint (enclave_test_approver_get_n_requests (fixture->approver), ==, 0);
}

static void
test_secret (Fixture *fixture, gconstpointer data)
{
  say (fixture, "Read .env");
  g_assert_cmpstr (fixture->calls->str, ==, "read_file:refused ");
  g_assert_nonnull (strstr (fixture->text->str, "It is refused"));
  g_assert_cmpuint (enclave_test_server_count_requests (fixture->server, "/v1/chat/completions"), ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (JsonObject) request = enclave_test_server_dup_request (fixture->server, "/v1/chat/completions", i);

      g_assert_null (strstr (json_object_get_string_member (request, "body"), "correct-horse"));
    }
}

int
main (int argc, char **argv)
{
  if (enclave_test_box_is_missing ())
    return 0;
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();

#define add(name, function) g_test_add ("/tour-turn/" name, Fixture, NULL, set_up, function, tear_down)
  add ("all-allowed", test_all_allowed);
  add ("apply-by-hand", test_apply_by_hand);
  add ("command-denied", test_command_denied);
  add ("other-modes", test_other_modes);
  add ("secret", test_secret);

  return g_test_run ();
}
