/* test-remote.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-test-exchange.h"
#include "enclave-test-project.h"
#include "enclave-test-server.h"

/* Nothing leaves by way of a server on this machine. */

typedef struct
{
  EnclaveTestServer *server;
  EnclaveInferenceClient *client;
  GListModel *models;
} Setting;

static void
look_again (Setting *setting)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_object (&setting->models);
  enclave_inference_client_identify_async (setting->client, 5000, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  setting->models = enclave_inference_client_identify_finish (setting->client, result, &error);
  g_assert_no_error (error);
}

static void
set_up (Setting *setting, const char *script)
{
  setting->models = NULL;
  setting->server = enclave_test_server_new (script);
  setting->client
    = enclave_test_client_new (enclave_test_server_get_address (setting->server), ENCLAVE_ENDPOINT_UNKNOWN);
  look_again (setting);
}

static void
tear_down (Setting *setting)
{
  g_clear_object (&setting->models);
  g_clear_object (&setting->client);
  g_clear_pointer (&setting->server, enclave_test_server_free);
}

static gboolean
is_remote (Setting *setting, guint index)
{
  g_autoptr (EnclaveModelInfo) model = g_list_model_get_item (setting->models, index);

  return enclave_model_info_get_remote (model);
}

/* What /api/chat was asked for: the model's name on the wire. (transfer full) */
static char *
chat_with (Setting *setting, const char *name, GError **error)
{
  g_autoptr (EnclaveChatRequest) request = enclave_chat_request_new (name);
  g_autoptr (EnclaveTestExchange) exchange = NULL;
  guint n = enclave_test_server_count_requests (setting->server, "/api/chat");
  g_autoptr (JsonObject) entry = NULL;
  g_autoptr (JsonObject) body = NULL;

  enclave_chat_request_add_message (request, "user", "secret");
  exchange = enclave_test_exchange_run (setting->client, request);
  if (exchange->error != NULL)
    {
      g_propagate_error (error, g_error_copy (exchange->error));
      return NULL;
    }
  entry = enclave_test_server_dup_request (setting->server, "/api/chat", n);
  body = enclave_json_parse_object (enclave_json_peek_string (entry, "body"), -1, NULL);
  return g_strdup (enclave_json_peek_string (body, "model"));
}

#define SHOW_KNOWS \
  "\"/api/show\":[{\"when\":{\"contains\":\"alias:7b:local\"},\"status\":404,\"json\":{\"error\":\"not found\"}}," \
  "{\"when\":{\"contains\":\":local\"},\"json\":{\"capabilities\":[\"completion\"]}}," \
  "{\"json\":{\"capabilities\":[\"completion\"]}}]"
#define SHOW_DOES_NOT_KNOW \
  "\"/api/show\":[{\"when\":{\"contains\":\":local\"},\"status\":404,\"json\":{\"error\":\"not found\"}}," \
  "{\"when\":{\"contains\":\"alias:7b\"},\"json\":{\"remote_host\":\"https://elsewhere.example:443\"}}," \
  "{\"json\":{\"capabilities\":[\"completion\"]}}]"
#define MODELS "\"models\":[{\"id\":\"alias:7b\"},{\"id\":\"here:7b\"},{\"id\":\"x:cloud\"}]"
#define REPLIES "\"replies\":[{\"events\":[{\"text\":\"yes\"}]}]"

/* A version that knows the suffix gets it with each request, and finds the alias that the list shows as local. */
static void
test_suffix_known (void)
{
  Setting setting;
  g_autoptr (GError) error = NULL;
  g_autofree char *wire = NULL;
  guint n;

  set_up (&setting, "{\"listing\":\"ollama\"," MODELS ",\"routes\":{" SHOW_KNOWS "}," REPLIES "}");
  /* The first one was refused before it was known that the version knows. */
  g_assert_true (enclave_inference_client_get_enforces_local (setting.client));
  g_assert_true (is_remote (&setting, 0));
  g_assert_false (is_remote (&setting, 1));
  g_assert_true (is_remote (&setting, 2));
  wire = chat_with (&setting, "here:7b", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (wire, ==, "here:7b:local");
  g_assert_null (chat_with (&setting, "alias:7b", &error));
  g_assert_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL);

  /* Decided once: another look and another turn ask nothing more. */
  n = enclave_test_server_count_requests (setting.server, "/api/show");
  look_again (&setting);
  g_clear_error (&error);
  g_clear_pointer (&wire, g_free);
  wire = chat_with (&setting, "here:7b", &error);
  g_assert_cmpstr (wire, ==, "here:7b:local");
  g_assert_cmpuint (enclave_test_server_count_requests (setting.server, "/api/show"), ==, n);
  tear_down (&setting);
}

static void
test_suffix_unknown (void)
{
  Setting setting;
  g_autoptr (GError) error = NULL;
  g_autofree char *wire = NULL;

  set_up (&setting, "{\"listing\":\"ollama\"," MODELS ",\"routes\":{" SHOW_DOES_NOT_KNOW "}," REPLIES "}");
  g_assert_false (enclave_inference_client_get_enforces_local (setting.client));
  g_assert_true (is_remote (&setting, 0));
  g_assert_false (is_remote (&setting, 1));
  wire = chat_with (&setting, "here:7b", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (wire, ==, "here:7b");
  g_assert_null (chat_with (&setting, "alias:7b", &error));
  g_assert_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL);
  tear_down (&setting);
}

/* The names alone, on servers of any kind, in any spelling. */
static void
test_names (void)
{
  static const char *const names[] = { "big:cloud", "big:120b-cloud", "Big:120B-CLOUD", "big:cloud:local" };
  Setting setting;

  set_up (&setting, "{\"listing\":\"openai\"," REPLIES "}");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (chat_with (&setting, names[i], &error));
      g_assert_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL);
    }
  g_assert_cmpuint (enclave_test_server_count_requests (setting.server, "/v1/chat/completions"), ==, 0);
  tear_down (&setting);
}

static void
test_warnings (void)
{
  static const struct
  {
    const char *script;
    EnclaveServerWarnings warnings;
  } cases[] = {
    { "{\"listing\":\"llamacpp\"}", 0 },
    { "{\"listing\":\"llamacpp\",\"routes\":{\"/tools\":{\"json\":[{\"tool\":\"exec_shell_command\"}]}}}",
      ENCLAVE_SERVER_RUNS_TOOLS },
    { "{\"listing\":\"llamacpp\",\"routes\":{\"/tools\":{\"json\":[]}}}", 0 },
    { "{\"listing\":\"llamacpp\",\"routes\":{\"/tools\":{\"type\":\"text/html\",\"body\":\"<html>\"}}}", 0 },
    { "{\"listing\":\"ollama\"}", 0 },
    { "{\"listing\":\"ollama\",\"routes\":{\"/api/status\":{\"json\":{\"cloud\":{\"disabled\":false}}}}}",
      ENCLAVE_SERVER_HAS_CLOUD },
    { "{\"listing\":\"openai\"}", 0 },
    { "{\"listing\":\"openai\",\"routes\":{\"/v1/models\":{\"json\":{\"data\":[{\"id\":\"gpt\",\"owned_by\":\"openai\"}]}}}}",
      ENCLAVE_SERVER_PASSES_ON },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Setting setting;

      g_test_message ("%s", cases[i].script);
      set_up (&setting, cases[i].script);
      g_assert_cmpint (enclave_inference_client_get_warnings (setting.client), ==, cases[i].warnings);
      tear_down (&setting);
    }
}

/* Whatever kind of server: these routes and no others, none of which lets the server run tools. */
static void
test_routes (void)
{
  static const char *const shapes[] = { "ollama", "llamacpp", "lmstudio", "lmstudio-v0", "vllm", "openai" };
  static const struct
  {
    const char *method;
    const char *path;
  } allowed[] = {
    { "GET", "/api/version" }, { "GET", "/api/tags" },      { "GET", "/api/ps" },        { "GET", "/api/status" },
    { "GET", "/v1/models" },   { "GET", "/props" },         { "GET", "/slots" },         { "GET", "/tools" },
    { "GET", "/api/v1/models" }, { "GET", "/api/v0/models" }, { "POST", "/api/show" },   { "POST", "/api/chat" },
    { "POST", "/v1/chat/completions" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autofree char *script = g_strdup_printf ("{\"listing\":\"%s\"," REPLIES "}", shapes[i]);
      g_autoptr (EnclaveChatRequest) request = enclave_test_request_new (0);
      g_autoptr (EnclaveTestExchange) exchange = NULL;
      Setting setting;
      guint n;

      set_up (&setting, script);
      exchange = enclave_test_exchange_run (setting.client, request);
      g_assert_no_error (exchange->error);
      n = enclave_test_server_count_requests (setting.server, NULL);
      for (guint k = 0; k < n; k++)
        {
          g_autoptr (JsonObject) entry = enclave_test_server_dup_request (setting.server, NULL, k);
          gboolean found = FALSE;

          for (guint m = 0; m < G_N_ELEMENTS (allowed); m++)
            found |= g_strcmp0 (enclave_json_peek_string (entry, "path"), allowed[m].path) == 0
                     && g_strcmp0 (enclave_json_peek_string (entry, "method"), allowed[m].method) == 0;
          g_test_message ("%s %s", enclave_json_peek_string (entry, "method"), enclave_json_peek_string (entry, "path"));
          g_assert_true (found);
        }
      tear_down (&setting);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();
  g_test_add_func ("/remote/suffix-known", test_suffix_known);
  g_test_add_func ("/remote/suffix-unknown", test_suffix_unknown);
  g_test_add_func ("/remote/names", test_names);
  g_test_add_func ("/remote/warnings", test_warnings);
  g_test_add_func ("/remote/routes", test_routes);
  return g_test_run ();
}
