/* enclave-flow-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-flow-fixture.h"
#include "enclave-test-object.h"

/* Against a hang only: a real model on a busy machine may take long. */
#define WAIT_SECONDS 100

static void
on_text (EnclaveAgentService *service, const char *text, gpointer user_data)
{
  EnclaveFlow *flow = user_data;

  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_string_append (flow->text, text);
}

static void
on_turn_ended (EnclaveAgentService *service, const char *reason, gpointer user_data)
{
  EnclaveFlow *flow = user_data;

  g_string_append_printf (flow->reasons, "%s ", reason);
}

static void
on_unqueued (EnclaveAgentService *service, const char *text, gpointer user_data)
{
  EnclaveFlow *flow = user_data;

  g_ptr_array_add (flow->unqueued, g_strdup (text));
}

static void
on_state (EnclaveAgentService *service, GParamSpec *pspec, gpointer user_data)
{
  EnclaveFlow *flow = user_data;

  if (flow->stop_in != ENCLAVE_TURN_IDLE && enclave_agent_service_get_state (service) == flow->stop_in)
    {
      flow->stop_in = ENCLAVE_TURN_IDLE;
      enclave_agent_service_stop (service);
    }
}

void
enclave_flow_connect (EnclaveFlow *flow, const char *address)
{
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  g_autoptr (EnclaveEndpoint) endpoint = NULL;
  g_autoptr (GListModel) models = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  endpoint = enclave_endpoint_new (address, ENCLAVE_ENDPOINT_UNKNOWN, &error);
  g_assert_no_error (error);
  g_clear_object (&flow->client);
  g_clear_object (&flow->model);
  flow->client = enclave_inference_client_new (door, endpoint, NULL, &error);
  g_assert_no_error (error);
  enclave_inference_client_identify_async (flow->client, 5000, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  models = enclave_inference_client_identify_finish (flow->client, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (models), ==, 1);
  flow->model = g_list_model_get_item (models, 0);
  enclave_agent_service_set_model (flow->service, flow->client, flow->model);
}

void
enclave_flow_set_up (EnclaveFlow *flow, gconstpointer data)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  flow->project = enclave_test_project_new ();
  enclave_test_project_write (flow->project, "src/ring.c", ENCLAVE_FLOW_RING);
  enclave_test_project_write (flow->project, "src/other.c", "other\n");
  enclave_test_project_write (flow->project, ".env", "TOKEN=" ENCLAVE_FLOW_CANARY "\n");
  enclave_test_project_write (flow->project, ".ssh/id_ed25519", ENCLAVE_FLOW_CANARY "\n");

  flow->sandbox = enclave_sandbox_new ();
  enclave_sandbox_probe_async (flow->sandbox, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  enclave_sandbox_probe_finish (flow->sandbox, result, NULL);
  flow->gate = enclave_gate_new (flow->project->root, flow->sandbox, &error);
  g_assert_no_error (error);

  flow->approver = enclave_test_approver_new (ENCLAVE_APPROVAL_ALLOWED_ONCE);
  flow->service = enclave_agent_service_new (flow->gate);
  enclave_agent_service_set_approver (flow->service, ENCLAVE_APPROVER (flow->approver));
  flow->text = g_string_new (NULL);
  flow->reasons = g_string_new (NULL);
  flow->unqueued = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (flow->service, "text", G_CALLBACK (on_text), flow);
  g_signal_connect (flow->service, "turn-ended", G_CALLBACK (on_turn_ended), flow);
  g_signal_connect (flow->service, "unqueued", G_CALLBACK (on_unqueued), flow);
  g_signal_connect (flow->service, "notify::state", G_CALLBACK (on_state), flow);

  flow->server = enclave_flow_server_new ();
  enclave_flow_connect (flow, enclave_flow_server_get_address (flow->server));
}

void
enclave_flow_tear_down (EnclaveFlow *flow, gconstpointer data)
{
  /* What a stopped turn had begun ends a moment later and holds the turn until then. */
  for (guint i = 0; i < 3000 && G_OBJECT (flow->service)->ref_count > 1; i++)
    enclave_test_spin (10);
  enclave_test_finalize (flow->service);
  for (guint i = 0; i < 3000 && (G_OBJECT (flow->client)->ref_count > 1 || G_OBJECT (flow->gate)->ref_count > 1); i++)
    enclave_test_spin (10);
  enclave_test_finalize (flow->client);
  g_clear_object (&flow->model);
  enclave_test_finalize (flow->gate);
  enclave_test_finalize (flow->sandbox);
  enclave_test_finalize (flow->approver);
  enclave_flow_server_free (flow->server);
  g_string_free (flow->text, TRUE);
  g_string_free (flow->reasons, TRUE);
  g_ptr_array_unref (flow->unqueued);
  enclave_test_project_free (flow->project);
}

gboolean
enclave_flow_can_confine (EnclaveFlow *flow)
{
  if (enclave_sandbox_get_level (flow->sandbox) > ENCLAVE_SANDBOX_TOOLS_ONLY)
    return TRUE;
  g_test_skip (enclave_sandbox_get_reason (flow->sandbox));

  return FALSE;
}

void
enclave_flow_submit (EnclaveFlow *flow, const char *text)
{
  g_autoptr (GError) error = NULL;
  gboolean taken = enclave_agent_service_submit (flow->service, text, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (taken);
}

static gboolean
on_late (gpointer data)
{
  *(gboolean *) data = TRUE;

  return G_SOURCE_REMOVE;
}

void
enclave_flow_wait_idle (EnclaveFlow *flow)
{
  gboolean late = FALSE;
  guint timeout = g_timeout_add_seconds (WAIT_SECONDS, on_late, &late);

  while (enclave_agent_service_get_busy (flow->service) && !late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (late);
  g_source_remove (timeout);
}

void
enclave_flow_wait_state (EnclaveFlow *flow, EnclaveTurnState state)
{
  gboolean late = FALSE;
  guint timeout = g_timeout_add_seconds (WAIT_SECONDS, on_late, &late);

  while (enclave_agent_service_get_state (flow->service) != state && !late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (late);
  g_source_remove (timeout);
}

void
enclave_flow_ask (EnclaveFlow *flow, const char *text)
{
  enclave_flow_submit (flow, text);
  enclave_flow_wait_idle (flow);
}

EnclaveMessage *
enclave_flow_last_message (EnclaveFlow *flow)
{
  GListModel *messages = G_LIST_MODEL (enclave_agent_service_get_conversation (flow->service));
  guint n = g_list_model_get_n_items (messages);

  g_assert_cmpuint (n, >, 0);

  return g_list_model_get_item (messages, n - 1);
}

static EnclaveMessageBlock *
find_block (EnclaveFlow *flow, EnclaveBlockKind kind, guint index)
{
  g_autoptr (EnclaveMessage) message = enclave_flow_last_message (flow);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (message)); i++)
    {
      g_autoptr (EnclaveMessageBlock) block = g_list_model_get_item (G_LIST_MODEL (message), i);

      g_assert_false (enclave_message_block_get_open (block));
      if (enclave_message_block_get_kind (block) == kind && index-- == 0)
        return block;
    }

  return NULL;
}

EnclaveToolCall *
enclave_flow_last_call (EnclaveFlow *flow, guint index)
{
  EnclaveMessageBlock *block = find_block (flow, ENCLAVE_BLOCK_TOOL_CALL, index);

  return block != NULL ? enclave_message_block_get_tool_call (block) : NULL;
}

EnclaveNoticeKind
enclave_flow_last_notice (EnclaveFlow *flow)
{
  EnclaveMessageBlock *block = find_block (flow, ENCLAVE_BLOCK_NOTICE, 0);

  return block != NULL ? enclave_message_block_get_notice (block) : ENCLAVE_NOTICE_NONE;
}

char *
enclave_flow_last_notice_text (EnclaveFlow *flow)
{
  EnclaveMessageBlock *block = find_block (flow, ENCLAVE_BLOCK_NOTICE, 0);

  return block != NULL ? g_strconcat (enclave_message_block_get_title (block), ": ",
                                      enclave_message_block_get_text (block), NULL)
                       : NULL;
}

EnclaveChange *
enclave_flow_change (EnclaveFlow *flow, guint index)
{
  g_autoptr (EnclaveChange) change =
    g_list_model_get_item (G_LIST_MODEL (enclave_agent_service_get_change_set (flow->service)), index);

  /* The set keeps it. */
  return change;
}

EnclaveConversation *
enclave_flow_restore (EnclaveFlow *flow, GPtrArray *lines, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_conversation_restore_async (lines, flow->gate, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);

  return enclave_conversation_restore_finish (flow->gate, result, error);
}

void
enclave_flow_apply (EnclaveFlow *flow, GError **error)
{
  EnclaveChangeSet *set = enclave_agent_service_get_change_set (flow->service);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_change_set_apply_async (set, NULL, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  enclave_change_set_apply_finish (set, result, error);
}

void
enclave_flow_undo (EnclaveFlow *flow, GError **error)
{
  EnclaveChangeSet *set = enclave_agent_service_get_change_set (flow->service);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_change_set_undo_async (set, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  enclave_change_set_undo_finish (set, result, error);
}

void
enclave_flow_assert_file (EnclaveFlow *flow, const char *path, const char *text)
{
  g_autofree char *found = enclave_test_project_read (flow->project, path);

  g_assert_cmpstr (found, ==, text);
}

EnclaveDraft *
enclave_flow_look (EnclaveFlow *flow, const char *words, GPtrArray *attachments)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnclaveDraft *draft;

  enclave_draft_look_async (flow->gate, words, attachments, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  draft = enclave_draft_look_finish (flow->gate, result, &error);
  g_assert_no_error (error);

  return draft;
}

EnclaveContextReport *
enclave_flow_count (EnclaveFlow *flow, const char *words, GPtrArray *attachments)
{
  g_autoptr (EnclaveDraft) draft = enclave_flow_look (flow, words, attachments);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_agent_service_count_context_async (flow->service, draft, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);

  return enclave_agent_service_count_context_finish (flow->service, result);
}

void
enclave_flow_run (EnclaveFlow *flow, const char *const *argv)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_cwd (launcher, flow->project->root);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (process, NULL, &error));
}
