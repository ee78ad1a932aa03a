/* test-server-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-server-list.h"
#include "enclave-test-project.h"
#include "enclave-test-server.h"

/* The well-known ports of the machine are nobody's business in a test. */
static EnclaveServerList *
list_new (void)
{
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  EnclaveServerList *list = enclave_server_list_new (door);

  enclave_server_list_set_discover (list, FALSE);
  return list;
}

static EnclaveServer *
add (EnclaveServerList *list, EnclaveTestServer *server, const char *key)
{
  g_autoptr (GError) error = NULL;
  EnclaveServer *added = enclave_server_list_add (list, enclave_test_server_get_address (server), key, &error);

  g_assert_no_error (error);
  return added;
}

static gboolean
is_busy (EnclaveServerList *list)
{
  gboolean busy;

  g_object_get (list, "busy", &busy, NULL);
  return busy;
}

static void
refresh (EnclaveServerList *list)
{
  g_autoptr (GAsyncResult) finished = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  enclave_server_list_refresh_async (list, NULL, enclave_test_result_callback, &result);
  g_assert_cmpint (is_busy (list), ==, g_list_model_get_n_items (G_LIST_MODEL (list)) > 0);
  finished = enclave_test_wait (&result);
  g_assert_true (enclave_server_list_refresh_finish (list, finished, &error));
  g_assert_no_error (error);
  g_assert_false (is_busy (list));
}

static void
test_states (void)
{
  static const struct
  {
    const char *script;
    EnclaveServerState state;
  } cases[] = {
    { "{\"listing\":\"ollama\"}", ENCLAVE_SERVER_READY },
    { "{\"listing\":\"none\"}", ENCLAVE_SERVER_NOT_A_SERVER },
    { "{\"routes\":{\"/v1/models\":{\"type\":\"text/html\",\"body\":\"<html></html>\"}}}", ENCLAVE_SERVER_NOT_A_SERVER },
    { "{\"routes\":{\"/v1/models\":{\"status\":401,\"json\":{\"error\":\"key\"}}}}", ENCLAVE_SERVER_FAILED },
    { "{\"routes\":{\"/v1/models\":{\"status\":503,\"json\":{\"error\":{\"message\":\"Loading model\"}}}}}",
      ENCLAVE_SERVER_LOADING },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (EnclaveTestServer) server = enclave_test_server_new (cases[i].script);
      g_autoptr (EnclaveServerList) list = list_new ();
      EnclaveServer *entry = add (list, server, NULL);

      g_assert_cmpint (enclave_server_get_state (entry), ==, ENCLAVE_SERVER_CHECKING);
      refresh (list);
      g_assert_cmpint (enclave_server_get_state (entry), ==, cases[i].state);
      g_assert_cmpint (enclave_server_get_message (entry)[0] == '\0', ==, cases[i].state == ENCLAVE_SERVER_READY);

      enclave_test_server_stop (server);
      refresh (list);
      g_assert_cmpint (enclave_server_get_state (entry), ==, ENCLAVE_SERVER_NO_ANSWER);
      g_assert_cmpuint (g_list_model_get_n_items (enclave_server_get_models (entry)), ==, 0);
    }
}

static void
test_finds_a_local_model (void)
{
  g_autoptr (EnclaveTestServer) remote = enclave_test_server_new (
    "{\"listing\":\"ollama\",\"models\":[{\"id\":\"there\",\"remote_host\":\"https://ollama.com\"},{\"id\":\"x:cloud\"}]}");
  g_autoptr (EnclaveTestServer) local = enclave_test_server_new (
    "{\"listing\":\"vllm\",\"models\":[{\"id\":\"one\"},{\"id\":\"two\"}]}");
  g_autoptr (EnclaveServerList) list = list_new ();
  EnclaveServer *server = NULL;
  EnclaveModelInfo *model = NULL;
  EnclaveServer *second;

  add (list, remote, NULL);
  second = add (list, local, NULL);
  g_assert_false (enclave_server_list_find_model (list, NULL, &server, &model));
  refresh (list);
  g_assert_true (enclave_server_list_find_model (list, NULL, &server, &model));
  g_assert_true (server == second);
  g_assert_cmpstr (enclave_model_info_get_id (model), ==, "one");
  g_assert_true (enclave_server_list_find_model (list, "two", &server, &model));
  g_assert_cmpstr (enclave_model_info_get_id (model), ==, "two");
  /* Named or not, a model that leaves the machine is not chosen. */
  g_assert_false (enclave_server_list_find_model (list, "there", &server, &model));
  g_assert_false (enclave_server_list_find_model (list, "three", &server, &model));
  enclave_server_list_remove (list, second);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1);
  g_assert_false (enclave_server_list_find_model (list, NULL, &server, &model));
}

static void
test_key (void)
{
  g_autoptr (EnclaveTestServer) with = enclave_test_server_new ("{\"listing\":\"vllm\"}");
  g_autoptr (EnclaveTestServer) without = enclave_test_server_new ("{\"listing\":\"vllm\"}");
  g_autoptr (EnclaveServerList) list = list_new ();
  g_autoptr (JsonObject) first = NULL;
  g_autoptr (JsonObject) second = NULL;

  add (list, with, "the-key");
  add (list, without, NULL);
  refresh (list);
  first = enclave_test_server_dup_request (with, "/v1/models", 0);
  second = enclave_test_server_dup_request (without, "/v1/models", 0);
  g_assert_cmpstr (json_object_get_string_member (first, "authorization"), ==, "Bearer the-key");
  g_assert_cmpstr (json_object_get_string_member (second, "authorization"), ==, "");
}

static void
test_refused_addresses (void)
{
  static const char *const addresses[] = { "192.168.7.4:11434", "http://10.0.0.1", "example.org:80", "ftp://127.0.0.1", "" };
  g_autoptr (EnclaveServerList) list = list_new ();

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (enclave_server_list_add (list, addresses[i], NULL, &error));
      g_assert_nonnull (error);
    }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
  refresh (list);
}

/* The list is busy until the last of its refreshes has ended. */
static void
test_refreshes_overlap (void)
{
  g_autoptr (EnclaveTestServer) slow
    = enclave_test_server_new ("{\"listing\":\"vllm\",\"routes\":{\"/api/version\":{\"status\":404,\"head_delay_ms\":300,"
                               "\"json\":{}}}}");
  g_autoptr (EnclaveServerList) list = list_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *first_result = NULL;
  GAsyncResult *second_result = NULL;
  EnclaveServer *entry = add (list, slow, NULL);

  enclave_server_list_refresh_async (list, cancellable, enclave_test_result_callback, &first_result);
  enclave_server_list_refresh_async (list, NULL, enclave_test_result_callback, &second_result);
  g_cancellable_cancel (cancellable);
  first = enclave_test_wait (&first_result);
  g_assert_false (enclave_server_list_refresh_finish (list, first, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (is_busy (list));
  second = enclave_test_wait (&second_result);
  g_assert_true (enclave_server_list_refresh_finish (list, second, NULL));
  g_assert_false (is_busy (list));
  g_assert_cmpint (enclave_server_get_state (entry), ==, ENCLAVE_SERVER_READY);
}

/* An administrator's list: in any spelling, and nothing beside it. */
static void
test_fixed (void)
{
  static const char *const fixed[] = { "localhost:1/v1", "unix:/run/one.sock", NULL };
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  g_autoptr (EnclaveServerList) list = enclave_server_list_new (door);
  g_autoptr (GError) error = NULL;

  enclave_server_list_set_fixed (list, fixed);
  g_assert_nonnull (enclave_server_list_add (list, "http://127.0.0.1:1", NULL, &error));
  g_assert_nonnull (enclave_server_list_add (list, "unix:/run/one.sock", NULL, &error));
  g_assert_no_error (error);
  g_assert_null (enclave_server_list_add (list, "http://127.0.0.1:2", NULL, &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
  g_clear_error (&error);
  g_assert_null (enclave_server_list_check_address (list, "unix:/run/two.sock", &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();

  g_test_add_func ("/server-list/states", test_states);
  g_test_add_func ("/server-list/finds-a-local-model", test_finds_a_local_model);
  g_test_add_func ("/server-list/key", test_key);
  g_test_add_func ("/server-list/refused-addresses", test_refused_addresses);
  g_test_add_func ("/server-list/fixed", test_fixed);
  g_test_add_func ("/server-list/refreshes-overlap", test_refreshes_overlap);

  return g_test_run ();
}
