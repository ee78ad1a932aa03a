/* test-model-check.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "enclave-fill-request.h"
#include "enclave-flow-fixture.h"
#include "enclave-json.h"
#include "enclave-model-check.h"
#include "enclave-state-dir.h"
#include "enclave-test-server.h"

/* The model check against servers of all kinds that can and can't, and what the agent makes of its result. */

#define STREAMS "{\"when\":{\"contains\":\"Count to sixty\"},\"events\":[{\"text\":\"one \"},{\"text\":\"two \"}," \
                "{\"usage\":{\"prompt\":12,\"completion\":30}}]}"
#define CALLS "{\"when\":{\"contains\":\"\\\"tools\\\":[\"},\"events\":[{\"call\":{\"name\":\"read_file\",\"id\":\"one\"," \
              "\"arguments\":{\"path\":\"README.md\"}}}]}"
#define PROSE "{\"when\":{\"contains\":\"\\\"tools\\\":[\"},\"events\":[{\"text\":\"I would read README.md.\"}]}"
#define OTHER_CALL "{\"when\":{\"contains\":\"\\\"tools\\\":[\"},\"events\":[{\"call\":{\"name\":\"read_file\",\"id\":\"one\"," \
                   "\"arguments\":\"{\"}}],\"finish\":\"tool_calls\"}"
#define WRITES "{\"when\":{\"contains\":\"To call a tool\"},\"events\":[{\"text\":\"<tool_call>\\n{\\\"name\\\": " \
               "\\\"read_file\\\", \\\"arguments\\\": {\\\"path\\\": \\\"README.md\\\"}}\\n</tool_call>\"}]}"
#define WRITES_NOT "{\"when\":{\"contains\":\"To call a tool\"},\"events\":[{\"text\":\"No.\"}]}"
#define SCHEMA "{\"when\":{\"contains\":\"2 plus 3\"},\"events\":[{\"text\":\"{\\\"answer\\\": 5}\"}]}"
#define SCHEMA_NOT "{\"when\":{\"contains\":\"2 plus 3\"},\"events\":[{\"text\":\"It is 5.\"}]}"
#define REFUSES(number) "{\"when\":{\"contains\":\"Say yes.\"},\"status\":400,\"json\":{\"error\":{\"message\":\"This model's " \
                        "maximum context length is " number " tokens. However, you requested 99999 tokens\"}}}"
#define READS(number) "{\"when\":{\"contains\":\"Say yes.\"},\"events\":[{\"text\":\"Yes\"},{\"usage\":{\"prompt\":" number \
                      ",\"completion\":1}}]}"
#define FILLS(path, member) "\"" path "\":{\"json\":{" member ",\"tokens_evaluated\":90,\"prompt_eval_count\":90}}"
#define ALL_GOOD STREAMS "," CALLS "," WRITES "," SCHEMA

static EnclaveModelRecord *
check (EnclaveInferenceClient *client, EnclaveModelInfo *model, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_model_check_async (client, model, NULL, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  return enclave_model_check_finish (client, result, error);
}

/* Connects the flow to a server of @script, and checks its model. */
static EnclaveModelRecord *
check_script (EnclaveFlow *flow, EnclaveTestServer **server, const char *script)
{
  g_autoptr (GError) error = NULL;
  EnclaveModelRecord *record;

  *server = enclave_test_server_new (script);
  enclave_flow_connect (flow, enclave_test_server_get_address (*server));
  record = check (flow->client, flow->model, &error);
  g_assert_no_error (error);
  return record;
}

static void
test_kinds (EnclaveFlow *flow, gconstpointer data)
{
  static const struct
  {
    const char *shape;
    const char *route;
  } kinds[] = {
    { "llamacpp", FILLS ("/infill", "\"content\":\"a + b\"") },
    { "ollama", FILLS ("/api/generate", "\"response\":\"a + b\"") },
    { "lmstudio", FILLS ("/v1/completions", "\"choices\":[{\"text\":\"a + b\"}]") },
    { "vllm", FILLS ("/v1/completions", "\"choices\":[{\"text\":\"a + b\"}]") },
    { "openai", FILLS ("/v1/completions", "\"choices\":[{\"text\":\"a + b\"}]") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *script = g_strdup_printf ("{\"listing\":\"%s\",\"routes\":{%s},\"replies\":[" ALL_GOOD "," REFUSES (
                                                   "30000") "]}",
                                                 kinds[i].shape, kinds[i].route);
      g_autoptr (EnclaveTestServer) server = NULL;
      g_autoptr (EnclaveModelRecord) record = check_script (flow, &server, script);

      g_test_message ("%s", kinds[i].shape);
      for (guint k = 0; k < ENCLAVE_CHECK_N_ITEMS; k++)
        {
          g_test_message ("%s: %s", enclave_check_item_to_word (k), record->items[k].detail);
          g_assert_cmpint (record->items[k].verdict, ==, ENCLAVE_CHECK_YES);
        }
      g_assert_cmpint (record->window_manner, ==, ENCLAVE_WINDOW_REFUSES);
      /* With a window that nobody told, what is tried first is already refused. */
      if (strcmp (kinds[i].shape, "openai") != 0)
        g_assert_cmpuint (record->window_measured, ==, 30000);
      g_assert_cmpstr (enclave_model_record_get_tool_form (record), ==, "native");
    }
}

static void
test_cannot (EnclaveFlow *flow, gconstpointer data)
{
  static const struct
  {
    const char *replies;
    const char *routes;
    EnclaveCheckVerdict native;
    EnclaveCheckVerdict text;
    EnclaveCheckVerdict schema;
    EnclaveCheckVerdict fill_in;
    const char *form;
  } cases[] = {
    { STREAMS "," PROSE "," WRITES "," SCHEMA_NOT, FILLS ("/infill", "\"content\":\"<|fim_middle|>a\""),
      ENCLAVE_CHECK_NO, ENCLAVE_CHECK_YES, ENCLAVE_CHECK_NO, ENCLAVE_CHECK_NO, "text" },
    { STREAMS "," OTHER_CALL "," WRITES_NOT "," SCHEMA, "\"/infill\":{\"status\":501,\"json\":{\"error\":\"no\"}}",
      ENCLAVE_CHECK_NO, ENCLAVE_CHECK_NO, ENCLAVE_CHECK_YES, ENCLAVE_CHECK_NO, "none" },
    /* The suffix is taken and left out. */
    { ALL_GOOD, "\"/infill\":{\"json\":{\"content\":\"a + b\",\"timings\":{\"prompt_n\":3,\"cache_n\":0}}}",
      ENCLAVE_CHECK_YES, ENCLAVE_CHECK_YES, ENCLAVE_CHECK_YES, ENCLAVE_CHECK_NO, "native" },
    /* An instruct model. */
    { ALL_GOOD, FILLS ("/infill", "\"content\":\"```c\\nint\""), ENCLAVE_CHECK_YES, ENCLAVE_CHECK_YES,
      ENCLAVE_CHECK_YES, ENCLAVE_CHECK_NO, "native" },
    /* A server that does not know tools says so. */
    { STREAMS ",{\"when\":{\"contains\":\"\\\"tools\\\":[\"},\"status\":400,\"json\":{\"error\":\"no tools\"}},"
      WRITES "," SCHEMA, FILLS ("/infill", "\"content\":\"a + b\""), ENCLAVE_CHECK_NO, ENCLAVE_CHECK_YES,
      ENCLAVE_CHECK_YES, ENCLAVE_CHECK_YES, "text" },
    /* One that thinks to the end of the limit: nothing is known, and nothing is taken away. */
    { STREAMS ",{\"when\":{\"contains\":\"\\\"tools\\\":[\"},\"events\":[{\"reasoning\":\"Hm\"}],\"finish\":\"length\"},"
      WRITES "," SCHEMA, FILLS ("/infill", "\"content\":\"a + b\""), ENCLAVE_CHECK_UNKNOWN, ENCLAVE_CHECK_YES,
      ENCLAVE_CHECK_YES, ENCLAVE_CHECK_YES, "native" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *script
        = g_strdup_printf ("{\"listing\":\"llamacpp\",\"routes\":{%s},\"replies\":[%s," REFUSES ("32768") "]}",
                           cases[i].routes, cases[i].replies);
      g_autoptr (EnclaveTestServer) server = NULL;
      g_autoptr (EnclaveModelRecord) record = check_script (flow, &server, script);

      g_test_message ("case %u", i);
      g_assert_cmpint (record->items[ENCLAVE_CHECK_NATIVE_TOOLS].verdict, ==, cases[i].native);
      g_assert_cmpint (record->items[ENCLAVE_CHECK_TEXT_TOOLS].verdict, ==, cases[i].text);
      g_assert_cmpint (record->items[ENCLAVE_CHECK_SCHEMA].verdict, ==, cases[i].schema);
      g_assert_cmpint (record->items[ENCLAVE_CHECK_FILL_IN].verdict, ==, cases[i].fill_in);
      g_assert_cmpstr (enclave_model_record_get_tool_form (record), ==, cases[i].form);
    }
}

static void
test_window (EnclaveFlow *flow, gconstpointer data)
{
  static const struct
  {
    const char *listing;
    const char *reply;
    EnclaveWindowManner manner;
    guint stated;
    guint measured;
  } cases[] = {
    { "llamacpp", REFUSES ("8192"), ENCLAVE_WINDOW_REFUSES, 32768, 8192 },
    { "vllm", "{\"when\":{\"contains\":\"Say yes.\"},\"status\":500,\"json\":{\"error\":\"internal\"}}",
      ENCLAVE_WINDOW_REFUSES, 32768, 32768 },
    { "lmstudio", READS ("4096"), ENCLAVE_WINDOW_CUTS, 32768, 4096 },
    { "llamacpp", READS ("40000"), ENCLAVE_WINDOW_HOLDS, 32768, 40000 },
    { "openai", READS ("2000"), ENCLAVE_WINDOW_CUTS, 0, 2000 },
    /* Doubled until it is enough. */
    { "openai", READS ("40000"), ENCLAVE_WINDOW_HOLDS, 0, 40000 },
    /* No count, no verdict. */
    { "llamacpp", "{\"when\":{\"contains\":\"Say yes.\"},\"events\":[{\"text\":\"Yes\"}]}", ENCLAVE_WINDOW_UNKNOWN,
      32768, 0 },
    { "llamacpp", "{\"when\":{\"contains\":\"Say yes.\"},\"status\":503,\"json\":{\"error\":\"busy\"}}",
      ENCLAVE_WINDOW_UNKNOWN, 32768, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *script = g_strdup_printf ("{\"listing\":\"%s\",\"replies\":[" ALL_GOOD ",%s]}", cases[i].listing,
                                                 cases[i].reply);
      g_autoptr (EnclaveTestServer) server = NULL;
      g_autoptr (EnclaveModelRecord) record = check_script (flow, &server, script);

      g_test_message ("case %u", i);
      g_assert_cmpint (record->window_manner, ==, cases[i].manner);
      g_assert_cmpuint (record->window_stated, ==, cases[i].stated);
      g_assert_cmpuint (record->window_measured, ==, cases[i].measured);
    }
}

/* A server that does not even answer a plain question has no record; a remote model is not asked anything. */
static void
test_failures (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server
    = enclave_test_server_new ("{\"replies\":[{\"status\":500,\"json\":{\"error\":\"broken\"}}]}");
  g_autoptr (EnclaveTestServer) remote = enclave_test_server_new (
    "{\"listing\":\"ollama\",\"models\":[{\"id\":\"m:cloud\"}],\"replies\":[" ALL_GOOD "]}");
  g_autoptr (GError) error = NULL;

  enclave_flow_connect (flow, enclave_test_server_get_address (server));
  g_assert_null (check (flow->client, flow->model, &error));
  g_assert_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_SERVER);
  g_clear_error (&error);
  enclave_flow_connect (flow, enclave_test_server_get_address (remote));
  g_assert_null (check (flow->client, flow->model, &error));
  g_assert_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL);
  g_assert_cmpuint (enclave_test_server_count_requests (remote, "/api/chat"), ==, 0);
  g_assert_cmpuint (enclave_test_server_count_requests (remote, "/api/generate"), ==, 0);
}

static char *
record_path (EnclaveModelInfo *model)
{
  g_autofree char *digest = enclave_model_info_dup_digest (model);
  g_autofree char *folder = enclave_state_dir_path ("models");

  return g_strconcat (folder, "/", digest, ".json", NULL);
}

/* Kept for the model, for the user alone; then the agent speaks to it as it can be spoken to. */
static void
test_the_agent_uses_it (EnclaveFlow *flow, gconstpointer data)
{
  static const char script[]
    = "{\"listing\":\"vllm\",\"replies\":[" STREAMS "," PROSE "," SCHEMA "," READS ("9000") ","
      "{\"when\":{\"contains\":\"What is in the ring?\"},\"events\":[{\"text\":\"<tool_call>\\n{\\\"name\\\": "
      "\\\"read_file\\\", \\\"arguments\\\": {\\\"path\\\": \\\"src/ring.c\\\"}}\\n</tool_call>\"}]},"
      "{\"when\":{\"contains\":\"int b;\"},\"events\":[{\"text\":\"Three.\"}]}," WRITES "]}";
  g_autoptr (EnclaveTestServer) server = NULL;
  g_autoptr (EnclaveModelRecord) record = check_script (flow, &server, script);
  g_autoptr (EnclaveModelRecord) loaded = NULL;
  g_autoptr (JsonObject) entry = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = record_path (flow->model);
  guint n = enclave_test_server_count_requests (server, "/v1/chat/completions");
  guint window;
  const char *body;
  GStatBuf st;

  g_assert_cmpstr (enclave_model_record_get_tool_form (record), ==, "text");
  g_assert_null (enclave_model_record_load (flow->model));
  g_assert_true (enclave_model_record_save (record, flow->model, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  loaded = enclave_model_record_load (flow->model);
  g_assert_nonnull (loaded);
  g_assert_cmpstr (enclave_model_record_get_tool_form (loaded), ==, "text");
  g_assert_cmpint (loaded->window_manner, ==, ENCLAVE_WINDOW_CUTS);

  enclave_agent_service_set_model (flow->service, flow->client, flow->model);
  g_object_get (flow->service, "tokens-window", &window, NULL);
  g_assert_cmpuint (window, ==, 9000);
  enclave_flow_ask (flow, "What is in the ring?");
  g_assert_cmpstr (flow->reasons->str, ==, "stop ");
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 0)), ==, ENCLAVE_TOOL_CALL_DONE);
  entry = enclave_test_server_dup_request (server, "/v1/chat/completions", n);
  body = enclave_json_peek_string (entry, "body");
  g_assert_null (strstr (body, "\"tools\":"));
  g_assert_nonnull (strstr (body, "To call a tool"));
  g_assert_nonnull (strstr (body, "- read_file {path: string"));

  /* What is no record is none. */
  g_assert_true (g_file_set_contents (path, "{\"format\":1,\"native_tools\":[", -1, NULL));
  g_assert_null (enclave_model_record_load (flow->model));
  g_assert_true (g_file_set_contents (path, "{\"format\":99}", -1, NULL));
  g_assert_null (enclave_model_record_load (flow->model));
  g_unlink (path);
}

static void
save (EnclaveFlow *flow, const EnclaveModelRecord *record)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (enclave_model_record_save (record, flow->model, &error));
  g_assert_no_error (error);
}

/* Completion is refused to a model that could not, with the reason, and open to one that could, whatever its name. */
static void
test_completion_uses_it (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) can = NULL;
  g_autoptr (EnclaveTestServer) can_not = NULL;
  g_autoptr (EnclaveModelRecord) good = check_script (
    flow, &can,
    "{\"listing\":\"openai\",\"models\":[{\"id\":\"house-model\"}],\"routes\":{" FILLS (
      "/v1/completions", "\"choices\":[{\"text\":\"a + b\"}]") "},\"replies\":[" ALL_GOOD "]}");
  g_autoptr (EnclaveModelRecord) bad = NULL;
  g_autoptr (EnclaveFillRequest) request = enclave_fill_request_new ("int a", "b;");
  g_autoptr (GBytes) body = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  EnclaveFillRoute route;
  int other_route;

  g_assert_false (
    enclave_fill_request_choose_route (ENCLAVE_ENDPOINT_OPENAI, flow->model, &route, &other_route, &error));
  g_assert_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_MODEL);
  save (flow, good);
  g_clear_error (&error);
  g_assert_true (
    enclave_fill_request_choose_route (ENCLAVE_ENDPOINT_OPENAI, flow->model, &route, &other_route, &error));
  g_assert_no_error (error);
  g_assert_cmpint (route, ==, ENCLAVE_FILL_V1_SUFFIX);
  body = enclave_fill_request_to_body (request, flow->model, route);
  text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_assert_nonnull (strstr (text, "\"prompt\":\"int a\",\"suffix\":\"b;\""));

  bad = check_script (flow, &can_not,
                      "{\"listing\":\"llamacpp\",\"models\":[{\"id\":\"any-coder\"}],\"routes\":{\"/infill\":"
                      "{\"status\":501,\"json\":{\"error\":{\"message\":\"no FIM tokens\"}}}},\"replies\":[" ALL_GOOD
                      "]}");
  g_assert_true (
    enclave_fill_request_choose_route (ENCLAVE_ENDPOINT_LLAMACPP, flow->model, &route, &other_route, &error));
  save (flow, bad);
  g_assert_false (
    enclave_fill_request_choose_route (ENCLAVE_ENDPOINT_LLAMACPP, flow->model, &route, &other_route, &error));
  g_assert_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_MODEL);
  g_assert_nonnull (strstr (error->message, "no FIM tokens"));
}

/* The check asks as completion would: by the family's marks where no server writes them, and by them too where a server's
 * own way is not there. */
static void
test_fills_by_template (EnclaveFlow *flow, gconstpointer data)
{
  static const char *const scripts[] = {
    "{\"listing\":\"vllm\",\"models\":[{\"id\":\"Qwen/Qwen2.5-Coder-7B\"}],\"routes\":{" FILLS (
      "/v1/completions", "\"choices\":[{\"text\":\"a + b\"}]") "},\"replies\":[" ALL_GOOD "]}",
    "{\"listing\":\"llamacpp\",\"models\":[{\"id\":\"qwen2.5-coder-7b\"}],\"routes\":{\"/infill\":{\"status\":501,"
    "\"json\":{}}," FILLS ("/v1/completions", "\"choices\":[{\"text\":\"a + b\"}]") "},\"replies\":[" ALL_GOOD "]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_autoptr (EnclaveTestServer) server = NULL;
      g_autoptr (EnclaveModelRecord) record = check_script (flow, &server, scripts[i]);
      g_autoptr (JsonObject) entry = enclave_test_server_dup_request (server, "/v1/completions", 0);

      g_assert_cmpint (record->items[ENCLAVE_CHECK_FILL_IN].verdict, ==, ENCLAVE_CHECK_YES);
      g_assert_nonnull (strstr (enclave_json_peek_string (entry, "body"), "<|fim_suffix|>"));
      g_assert_null (strstr (enclave_json_peek_string (entry, "body"), "\"suffix\":"));
    }
}

/* A busy server has said nothing of the model. */
static void
test_fill_in_passes (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = NULL;
  g_autoptr (EnclaveModelRecord) record
    = check_script (flow, &server, "{\"listing\":\"llamacpp\",\"routes\":{\"/infill\":{\"status\":503,\"json\":"
                                   "{\"error\":\"busy\"}}},\"replies\":[" ALL_GOOD "]}");

  g_assert_cmpint (record->items[ENCLAVE_CHECK_FILL_IN].verdict, ==, ENCLAVE_CHECK_UNKNOWN);
}

/* Another file under the same name is another model, and one is told so. */
static void
test_changed (EnclaveFlow *flow, gconstpointer data)
{
  static const char *const scripts[] = {
    "{\"listing\":\"lmstudio\",\"routes\":{\"/api/v1/models\":{\"json\":{\"models\":[{\"key\":\"twice\",\"type\":\"llm\","
    "\"size_bytes\":1000,\"max_context_length\":8192,\"loaded_instances\":[{\"config\":{\"context_length\":8192}}]}]}}},"
    "\"replies\":[" ALL_GOOD "," REFUSES ("8192") "]}",
    "{\"listing\":\"lmstudio\",\"routes\":{\"/api/v1/models\":{\"json\":{\"models\":[{\"key\":\"twice\",\"type\":\"llm\","
    "\"size_bytes\":2000,\"max_context_length\":8192,\"loaded_instances\":[{\"config\":{\"context_length\":8192}}]}]}}},"
    "\"replies\":[" ALL_GOOD "," REFUSES ("8192") "]}",
  };
  g_autoptr (EnclaveTestServer) first = NULL;
  g_autoptr (EnclaveTestServer) second = enclave_test_server_new (scripts[1]);
  g_autoptr (EnclaveModelRecord) record = check_script (flow, &first, scripts[0]);
  g_autoptr (EnclaveModelRecord) previous = NULL;
  g_autoptr (EnclaveModelRecord) now = NULL;

  g_assert_null (enclave_model_record_load_previous (flow->model));
  save (flow, record);
  g_assert_null (enclave_model_record_load_previous (flow->model));
  enclave_flow_connect (flow, enclave_test_server_get_address (second));
  g_assert_null (enclave_model_record_load (flow->model));
  previous = enclave_model_record_load_previous (flow->model);
  g_assert_nonnull (previous);
  g_assert_cmpint (previous->checked_at, ==, record->checked_at);
  now = check (flow->client, flow->model, NULL);
  save (flow, now);
  g_assert_null (enclave_model_record_load_previous (flow->model));
}

typedef struct
{
  GAsyncResult *result; /* first: what enclave_test_result_callback() writes to */
  GCancellable *cancellable;
  EnclaveTestServer *server;
  guint n_steps;
  guint end_at;
} Steps;

static void
on_step (EnclaveCheckItem item, const EnclaveModelRecord *so_far, gpointer user_data)
{
  Steps *steps = user_data;

  g_assert_cmpint (item, ==, steps->n_steps);
  for (guint i = 0; i < item && i < ENCLAVE_CHECK_N_ITEMS; i++)
    g_assert_cmpint (so_far->items[i].verdict, ==, ENCLAVE_CHECK_YES);
  if (++steps->n_steps < steps->end_at)
    return;
  if (steps->cancellable != NULL)
    g_cancellable_cancel (steps->cancellable);
  g_clear_pointer (&steps->server, enclave_test_server_free);
}

/* Stopped, and a server that goes away in the middle: an error and no record. */
static void
test_ends_early (EnclaveFlow *flow, gconstpointer data)
{
  for (guint i = 0; i < 2; i++)
    {
      Steps steps = { .end_at = 3 };
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (EnclaveModelRecord) record = NULL;
      g_autoptr (GError) error = NULL;

      steps.server = enclave_test_server_new ("{\"listing\":\"llamacpp\",\"replies\":[" ALL_GOOD "]}");
      steps.cancellable = i == 0 ? cancellable : NULL;
      enclave_flow_connect (flow, enclave_test_server_get_address (steps.server));
      enclave_model_check_async (flow->client, flow->model, cancellable, on_step, enclave_test_result_callback, &steps);
      result = enclave_test_wait (&steps.result);
      record = enclave_model_check_finish (flow->client, result, &error);
      g_assert_null (record);
      g_assert_cmpuint (steps.n_steps, ==, 3);
      if (i == 0)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      else
        g_assert_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_OFFLINE);
      g_clear_pointer (&steps.server, enclave_test_server_free);
    }
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) \
  g_test_add ("/model-check/" name, EnclaveFlow, NULL, enclave_flow_set_up, function, enclave_flow_tear_down)
  ADD ("kinds", test_kinds);
  ADD ("cannot", test_cannot);
  ADD ("window", test_window);
  ADD ("failures", test_failures);
  ADD ("the-agent-uses-it", test_the_agent_uses_it);
  ADD ("completion-uses-it", test_completion_uses_it);
  ADD ("fills-by-template", test_fills_by_template);
  ADD ("fill-in-passes", test_fill_in_passes);
  ADD ("changed", test_changed);
  ADD ("ends-early", test_ends_early);
#undef ADD
  return g_test_run ();
}
