/* test-completion-engine.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-completion-engine.h"
#include "enclave-completion-models.h"
#include "enclave-json.h"
#include "enclave-test-project.h"
#include "enclave-test-server.h"

#define PATH "/v1/completions"
#define CANARY "canary-0123456789-value"

typedef struct
{
  EnclaveTestProject *project;
  EnclaveTestServer *server;
  EnclaveServerList *servers;
  EnclaveGate *gate;
  EnclaveCompletionEngine *engine;
} Fixture;

static void
set_up_server (Fixture *fixture, const char *model, const char *reply)
{
  g_autofree char *script = g_strdup_printf (
    "{\"listing\":\"openai\",\"models\":[{\"id\":\"chatty-instruct\"},{\"id\":\"%s\"}],\"routes\":{\"" PATH "\":%s}}", model, reply);
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  g_autoptr (EnclaveServer) server = NULL;
  g_autoptr (EnclaveModelInfo) found = NULL;
  g_autoptr (GAsyncResult) done = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  fixture->server = enclave_test_server_new (script);
  fixture->servers = enclave_server_list_new (door);
  enclave_server_list_set_discover (fixture->servers, FALSE);
  enclave_server_list_add (fixture->servers, enclave_test_server_get_address (fixture->server), NULL, &error);
  g_assert_no_error (error);
  enclave_server_list_refresh_async (fixture->servers, NULL, enclave_test_result_callback, &result);
  done = enclave_test_wait (&result);
  g_assert_true (enclave_server_list_refresh_finish (fixture->servers, done, &error));
  /* The first that can, not the first. */
  g_assert_true (enclave_completion_model_find (fixture->servers, NULL, &server, &found, &error));
  g_assert_cmpstr (enclave_model_info_get_id (found), ==, model);
  enclave_completion_engine_set_model (fixture->engine, enclave_server_get_client (server), found);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->project = enclave_test_project_new ();
  enclave_test_project_write (fixture->project, ".env", "KEY=" CANARY "\n");
  enclave_test_project_write (fixture->project, "a.c", "x");
  fixture->gate = enclave_gate_new (fixture->project->root, NULL, &error);
  g_assert_no_error (error);
  fixture->engine = enclave_completion_engine_new (fixture->gate);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->engine);
  g_clear_object (&fixture->gate);
  g_clear_object (&fixture->servers);
  g_clear_pointer (&fixture->server, enclave_test_server_free);
  g_clear_pointer (&fixture->project, enclave_test_project_free);
}

/* @text: `^` marks the caret. */
static EnclaveCompletionPlace *
place_in (const char *text, const char *path)
{
  g_auto (GStrv) sides = g_strsplit (text, "^", 2);
  g_autofree char *whole = g_strconcat (sides[0], sides[1], NULL);

  return enclave_completion_place_new (whole, strlen (sides[0]), path);
}

static char *
suggest (Fixture *fixture, EnclaveCompletionPlace *place, GError **error)
{
  g_autoptr (GAsyncResult) done = NULL;
  GAsyncResult *result = NULL;

  enclave_completion_engine_suggest_async (fixture->engine, place, NULL, enclave_test_result_callback, &result);
  done = enclave_test_wait (&result);
  return enclave_completion_engine_suggest_finish (fixture->engine, done, NULL, error);
}

static char *
recall (Fixture *fixture, const char *text, const char *path)
{
  g_autoptr (EnclaveCompletionPlace) place = place_in (text, path);

  return enclave_completion_engine_recall (fixture->engine, place);
}

#define REPLY(text) "{\"json\":{\"choices\":[{\"text\":\"" text "\",\"finish_reason\":\"stop\"}]}}"

static void
test_recall (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *nothing = NULL;
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;
  g_autofree char *along = NULL;
  g_autofree char *other = NULL;
  g_autofree char *forgotten = NULL;

  set_up_server (fixture, "starcoder2", REPLY ("value = 1;\\n}"));
  nothing = recall (fixture, "{\n  int ^\n}\n", "a.c");
  g_assert_null (nothing);
  text = suggest (fixture, place_in ("{\n  int ^\n}\n", "a.c"), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "value = 1;");
  again = recall (fixture, "{\n  int ^\n}\n", "a.c");
  g_assert_cmpstr (again, ==, "value = 1;");
  along = recall (fixture, "{\n  int val^\n}\n", "a.c");
  g_assert_cmpstr (along, ==, "ue = 1;");
  other = recall (fixture, "{\n  int ^\n}\n", "b.c");
  g_assert_null (other);
  g_assert_true (enclave_gate_reload_policy (fixture->gate, &error));
  forgotten = recall (fixture, "{\n  int ^\n}\n", "a.c");
  g_assert_null (forgotten);
}

/* Of a denied file beside it, nothing; of an allowed one, what stands where the person was. */
static void
test_files_beside (Fixture *fixture, gconstpointer data)
{
  EnclaveCompletionPlace *place = place_in ("int ^\n", "a.c");
  g_autoptr (JsonObject) entry = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  const char *body;

  set_up_server (fixture, "starcoder2", REPLY ("x;"));
  enclave_completion_place_add_file (place, "KEY=" CANARY "\n", 0, ".env");
  enclave_completion_place_add_file (place, "int other;\nchar *k = \"" CANARY "\";\n", 4, "sub/b.c");
  enclave_completion_place_add_file (place, "int third;\n", 0, "c.c");
  text = suggest (fixture, place, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "x;");
  entry = enclave_test_server_dup_request (fixture->server, PATH, 0);
  body = enclave_json_peek_string (entry, "body");
  g_assert_nonnull (strstr (body, "b.c"));
  g_assert_nonnull (strstr (body, "int other;"));
  g_assert_null (strstr (body, CANARY));
  g_assert_null (strstr (body, "KEY="));
  g_assert_null (strstr (body, ".env\\n"));
  /* More than two are passed over. */
  g_assert_null (strstr (body, "int third;"));
}

static void
test_denied_asks_nothing (Fixture *fixture, gconstpointer data)
{
  static const char *const paths[] = { ".env", "sub/.env", "../out.c" };

  set_up_server (fixture, "starcoder2", REPLY ("x;"));
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = suggest (fixture, place_in ("int ^\n", paths[i]), &error);

      g_assert_null (text);
      g_assert_true (error->domain == ENCLAVE_GATE_ERROR);
    }
  g_assert_cmpuint (enclave_test_server_count_requests (fixture->server, PATH), ==, 0);
}

static void
test_mask_is_no_suggestion (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  set_up_server (fixture, "starcoder2", REPLY ("k = \\\"[value of a denied file masked: builtin:dotenv]\\\";"));
  text = suggest (fixture, place_in ("^\n", "a.c"), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "");
}

static void
test_without_model (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = suggest (fixture, place_in ("^", "a.c"), &error);

  g_assert_null (text);
  g_assert_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_MODEL);
}

static void
test_find (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveServer) server = NULL;
  g_autoptr (EnclaveModelInfo) model = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  set_up_server (fixture, "starcoder2", REPLY ("x;"));
  text = g_strconcat (enclave_test_server_get_address (fixture->server), " starcoder2", NULL);
  g_assert_true (enclave_completion_model_find (fixture->servers, text, &server, &model, &error));
  g_assert_false (enclave_completion_model_find (fixture->servers, "chatty-instruct", &server, &model, &error));
  g_assert_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_MODEL);
  g_assert_nonnull (strstr (error->message, "chatty-instruct"));
  g_clear_error (&error);
  g_assert_false (enclave_completion_model_find (fixture->servers, "http://127.0.0.1:1 starcoder2", &server, &model, &error));
  g_assert_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_MODEL);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/completion-engine/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("recall", test_recall);
  ADD ("files-beside", test_files_beside);
  ADD ("denied-asks-nothing", test_denied_asks_nothing);
  ADD ("mask-is-no-suggestion", test_mask_is_no_suggestion);
  ADD ("without-model", test_without_model);
  ADD ("find", test_find);
  return g_test_run ();
}
