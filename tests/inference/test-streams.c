/* test-streams.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-test-exchange.h"
#include "enclave-test-project.h"
#include "enclave-test-server.h"

/* What each kind of server sends, in one table: every shape byte by byte, in pieces of seven bytes and whole. */

#define E(json) "data: " json "\n\n"
#define DELTA(json) E ("{\"choices\":[{\"index\":0,\"delta\":" json ",\"finish_reason\":null}]}")
#define TEXT(text) DELTA ("{\"content\":\"" text "\"}")
#define FINISH(reason) E ("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" reason "\"}]}")
#define DONE E ("[DONE]")
#define CALL(json) DELTA ("{\"tool_calls\":[" json "]}")
#define LINE(json) json "\n"
#define SAYS(json) LINE ("{\"model\":\"m\",\"message\":{\"role\":\"assistant\"," json "},\"done\":false}")
#define OVER(reason) \
  LINE ("{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"" reason \
        "\",\"prompt_eval_count\":10,\"eval_count\":4,\"eval_duration\":2000000000,\"prompt_eval_duration\":1000000000}")

enum
{
  OLLAMA = 1 << 0,
  LLAMACPP = 1 << 1,
  LMSTUDIO = 1 << 2,
  VLLM = 1 << 3,
  OPENAI = 1 << 4,
  V1 = LLAMACPP | LMSTUDIO | VLLM | OPENAI,
};

static const struct
{
  guint flag;
  EnclaveEndpointKind kind;
} kinds[] = {
  { OLLAMA, ENCLAVE_ENDPOINT_OLLAMA },     { LLAMACPP, ENCLAVE_ENDPOINT_LLAMACPP }, { LMSTUDIO, ENCLAVE_ENDPOINT_LMSTUDIO },
  { VLLM, ENCLAVE_ENDPOINT_VLLM },         { OPENAI, ENCLAVE_ENDPOINT_OPENAI },
};

typedef struct
{
  const char *name;
  guint kinds;
  const char *body;
  const char *text;
  const char *reasoning;
  const char *calls; /* "name arguments;…", arguments "broken" when they may not be run */
  const char *end;   /* NULL: an error */
  int code;
  guint max_tokens;
} Shape;

static const Shape shapes[] = {
  /* Framing. */
  { "plain", V1, DELTA ("{\"role\":\"assistant\",\"content\":null}") TEXT ("a") TEXT ("b") FINISH ("stop") DONE, "ab", "", "", "stop", 0, 0 },
  { "plain", OLLAMA, SAYS ("\"content\":\"a\"") SAYS ("\"content\":\"b\"") OVER ("stop"), "ab", "", "", "stop", 0, 0 },
  { "carriage-returns", V1, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\r\n\r\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\r\n\r\ndata: [DONE]\r\n\r\n", "a", "", "", "stop", 0, 0 },
  { "carriage-returns", OLLAMA, "{\"message\":{\"content\":\"a\"},\"done\":false}\r\n{\"done\":true}\r\n", "a", "", "", "stop", 0, 0 },
  { "carriage-returns-alone", V1, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\r\rdata: [DONE]\r\r", "a", "", "", "stop", 0, 0 },
  { "comments", V1, ": ping\n\n" TEXT ("a") ":\n\n" TEXT ("b") ": OPENROUTER PROCESSING\n\n" FINISH ("stop") DONE, "ab", "", "", "stop", 0, 0 },
  { "no-space", V1, "data:{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\ndata:[DONE]\n\n", "a", "", "", "stop", 0, 0 },
  { "other-fields", V1, "id: 1\nevent: message\nretry: 10\n" TEXT ("a") FINISH ("stop") DONE, "a", "", "", "stop", 0, 0 },
  { "two-data-lines", V1, "data: {\"choices\":\ndata: [{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\n" DONE, "a", "", "", "stop", 0, 0 },
  { "byte-order-mark", V1, "\357\273\277" TEXT ("a") FINISH ("stop") DONE, "a", "", "", "stop", 0, 0 },
  { "characters", V1, TEXT ("\303\251\342\202\254\360\237\224\221") FINISH ("stop") DONE, "\303\251\342\202\254\360\237\224\221", "", "", "stop", 0, 0 },
  { "characters", OLLAMA, SAYS ("\"content\":\"\303\251\342\202\254\\ud83d\\udd11\"") OVER ("stop"), "\303\251\342\202\254\360\237\224\221", "", "", "stop", 0, 0 },
  { "null-content", V1, DELTA ("{\"content\":null}") DELTA ("{\"content\":\"\"}") DELTA ("{}") TEXT ("a") FINISH ("stop") DONE, "a", "", "", "stop", 0, 0 },
  { "blank-lines", OLLAMA, "\n\n" SAYS ("\"content\":\"a\"") "\n" OVER ("stop") "\n", "a", "", "", "stop", 0, 0 },

  /* Ends. */
  { "no-done", V1, TEXT ("a") FINISH ("stop"), "a", "", "", "stop", 0, 0 },
  { "no-last-line-end", V1, TEXT ("a") "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}", "a", "", "", "stop", 0, 0 },
  { "no-last-line-end", OLLAMA, SAYS ("\"content\":\"a\"") "{\"done\":true,\"done_reason\":\"stop\"}", "a", "", "", "stop", 0, 0 },
  { "no-finish-but-done", V1, TEXT ("a") DONE, "a", "", "", "stop", 0, 0 },
  { "neither-finish-nor-done", V1, TEXT ("a"), "a", "", "", NULL, ENCLAVE_INFERENCE_ERROR_CUT_OFF, 0 },
  { "neither-finish-nor-done", OLLAMA, SAYS ("\"content\":\"a\""), "a", "", "", NULL, ENCLAVE_INFERENCE_ERROR_CUT_OFF, 0 },
  { "after-done", V1, TEXT ("a") FINISH ("stop") DONE TEXT ("b"), "a", "", "", "stop", 0, 0 },
  { "after-done", OLLAMA, SAYS ("\"content\":\"a\"") OVER ("stop") SAYS ("\"content\":\"b\""), "a", "", "", "stop", 0, 0 },
  { "length", V1, TEXT ("a") FINISH ("length") DONE, "a", "", "", "length", 0, 0 },
  { "length", OLLAMA, SAYS ("\"content\":\"a\"") OVER ("length"), "a", "", "", "length", 0, 0 },
  { "stop-that-was-length", V1, TEXT ("a") FINISH ("stop") E ("{\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4}}") DONE, "a", "", "", "length", 0, 4 },
  { "stop-that-was-length", OLLAMA, SAYS ("\"content\":\"a\"") OVER ("stop"), "a", "", "", "length", 0, 4 },
  { "nothing", V1, "", "", "", "", NULL, ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER, 0 },
  { "nothing", OLLAMA, "", "", "", "", NULL, ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER, 0 },

  /* Usage. */
  { "usage-without-choices", V1, TEXT ("a") FINISH ("stop") E ("{\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":4,\"prompt_tokens_details\":{\"cached_tokens\":7}}}") DONE, "a", "", "", "stop", 0, 0 },
  { "usage-null", V1, E ("{\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":null}") FINISH ("stop") DONE, "a", "", "", "stop", 0, 0 },
  { "timings", LLAMACPP, TEXT ("a") E ("{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"timings\":{\"cache_n\":7,\"prompt_n\":3,\"predicted_n\":4,\"predicted_per_second\":2.0,\"prompt_per_second\":3.0}}") DONE, "a", "", "", "stop", 0, 0 },
  { "stats", LMSTUDIO, TEXT ("a") E ("{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":4},\"stats\":{\"tokens_per_second\":2.0}}") DONE, "a", "", "", "stop", 0, 0 },
  { "progress", LLAMACPP, E ("{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}],\"prompt_progress\":{\"total\":10,\"cache\":2,\"processed\":6,\"time_ms\":1}}") TEXT ("a") FINISH ("stop") DONE, "a", "", "", "stop", 0, 0 },

  /* Thoughts under all names. */
  { "reasoning-content", V1, DELTA ("{\"reasoning_content\":\"hm\",\"content\":null}") TEXT ("a") FINISH ("stop") DONE, "a", "hm", "", "stop", 0, 0 },
  { "reasoning", V1, DELTA ("{\"reasoning\":\"hm\",\"content\":\"\"}") TEXT ("a") FINISH ("stop") DONE, "a", "hm", "", "stop", 0, 0 },
  { "both-names", V1, DELTA ("{\"reasoning\":\"hm\",\"reasoning_content\":\"hm\"}") TEXT ("a") FINISH ("stop") DONE, "a", "hm", "", "stop", 0, 0 },
  { "thinking", OLLAMA, SAYS ("\"content\":\"\",\"thinking\":\"hm\"") SAYS ("\"content\":\"a\"") OVER ("stop"), "a", "hm", "", "stop", 0, 0 },
  { "think-tags", V1, TEXT ("<thi") TEXT ("nk>hm</th") TEXT ("ink>\\n\\na") FINISH ("stop") DONE, "a", "hm", "", "stop", 0, 0 },
  { "think-tags", OLLAMA, SAYS ("\"content\":\"<thi\"") SAYS ("\"content\":\"nk>hm</think>a\"") OVER ("stop"), "a", "hm", "", "stop", 0, 0 },
  { "think-tag-closed-only", V1, TEXT ("hm") TEXT (".\\n</th") TEXT ("ink>\\n") TEXT ("\\na") FINISH ("stop") DONE, "a", "hm.\n", "", "stop", 0, 0 },
  { "think-tag-closed-only", OLLAMA, SAYS ("\"content\":\"hm.\\n</think>\"") SAYS ("\"content\":\"\\n\\na\"") OVER ("stop"), "a", "hm.\n", "", "stop", 0, 0 },
  { "think-tag-mentioned", V1, TEXT ("It is `</think>`.\\n") FINISH ("stop") DONE, "It is `</think>`.\n", "", "", "stop", 0, 0 },
  { "cut-within-a-thought", V1, TEXT ("<think>hm") FINISH ("length") DONE, "", "hm", "", "length", 0, 0 },

  /* Calls. */
  { "call-in-fragments", V1, CALL ("{\"index\":0,\"id\":\"x\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}") CALL ("{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\":\"}}") CALL ("{\"index\":0,\"function\":{\"arguments\":\"1}\"}}") FINISH ("tool_calls") DONE, "", "", "f {\"a\":1};", "tool-calls", 0, 0 },
  { "call-whole", V1, CALL ("{\"index\":0,\"id\":\"x\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}") FINISH ("tool_calls") DONE, "", "", "f {\"a\":1};", "tool-calls", 0, 0 },
  { "calls-all-index-0", V1, CALL ("{\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}") CALL ("{\"index\":0,\"id\":\"y\",\"function\":{\"name\":\"g\",\"arguments\":\"{\\\"a\\\":2}\"}}") FINISH ("tool_calls") DONE, "", "", "f {};g {\"a\":2};", "tool-calls", 0, 0 },
  { "calls-without-index-and-id", V1, CALL ("{\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}") CALL ("{\"function\":{\"name\":\"g\",\"arguments\":\"{\\\"a\\\":2}\"}}") FINISH ("stop") DONE, "", "", "f {};g {\"a\":2};", "tool-calls", 0, 0 },
  { "calls-in-turns", V1, CALL ("{\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\"\"}}") CALL ("{\"index\":1,\"id\":\"y\",\"function\":{\"name\":\"g\",\"arguments\":\"{\\\"b\\\"\"}}") CALL ("{\"index\":0,\"function\":{\"arguments\":\":1}\"}},{\"index\":1,\"function\":{\"arguments\":\":2}\"}}") FINISH ("tool_calls") DONE, "", "", "f {\"a\":1};g {\"b\":2};", "tool-calls", 0, 0 },
  { "call-arguments-object", V1, CALL ("{\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1}}}") FINISH ("tool_calls") DONE, "", "", "f {\"a\":1};", "tool-calls", 0, 0 },
  { "call-arguments-null", V1, CALL ("{\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"f\",\"arguments\":null}}") FINISH ("tool_calls") DONE, "", "", "f {};", "tool-calls", 0, 0 },
  { "call-but-stop", V1, CALL ("{\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}") FINISH ("stop") DONE, "", "", "f {};", "tool-calls", 0, 0 },
  { "call-cut-by-length", V1, CALL ("{\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}") FINISH ("length") DONE, "", "", "f broken;", "length", 0, 0 },
  { "call-cut-but-tool-calls", V1, CALL ("{\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}") FINISH ("tool_calls") E ("{\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4}}") DONE, "", "", "f broken;", "length", 0, 4 },
  { "call-cut-by-the-connection", V1, CALL ("{\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}"), "", "", "", NULL, ENCLAVE_INFERENCE_ERROR_CUT_OFF, 0 },
  { "call", OLLAMA, SAYS ("\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1}}}]") OVER ("stop"), "", "", "f {\"a\":1};", "tool-calls", 0, 0 },
  { "calls-in-two-lines", OLLAMA, SAYS ("\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{}}}]") SAYS ("\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"g\",\"arguments\":{\"a\":2}}}]") OVER ("stop"), "", "", "f {};g {\"a\":2};", "tool-calls", 0, 0 },
  { "call-with-index-within", OLLAMA, SAYS ("\"content\":\"\",\"tool_calls\":[{\"id\":\"x\",\"function\":{\"index\":0,\"name\":\"f\",\"arguments\":{}}},{\"id\":\"y\",\"function\":{\"index\":1,\"name\":\"g\",\"arguments\":{}}}]") OVER ("stop"), "", "", "f {};g {};", "tool-calls", 0, 0 },
  { "call-cut-by-length", OLLAMA, SAYS ("\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1}}}]") OVER ("length"), "", "", "f broken;", "length", 0, 0 },
  { "call-cut-by-the-connection", OLLAMA, SAYS ("\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1}}}]"), "", "", "", NULL, ENCLAVE_INFERENCE_ERROR_CUT_OFF, 0 },

  /* Errors within a reply. */
  { "error-object", V1, TEXT ("a") E ("{\"error\":{\"message\":\"out of memory\",\"code\":500}}"), "a", "", "", NULL, ENCLAVE_INFERENCE_ERROR_SERVER, 0 },
  { "error-text", V1 | OLLAMA, LINE ("{\"error\":\"out of memory\"}"), "", "", "", NULL, ENCLAVE_INFERENCE_ERROR_SERVER, 0 },
  { "error-line", OLLAMA, SAYS ("\"content\":\"a\"") LINE ("{\"error\":\"out of memory\"}"), "a", "", "", NULL, ENCLAVE_INFERENCE_ERROR_SERVER, 0 },
  { "error-field", LLAMACPP, TEXT ("a") "error: {\"code\":500,\"message\":\"out of memory\",\"type\":\"server_error\"}\n\n", "a", "", "", NULL, ENCLAVE_INFERENCE_ERROR_SERVER, 0 },
  { "error-of-vllm", VLLM, TEXT ("a") E ("{\"object\":\"error\",\"message\":\"out of memory\",\"code\":400}") DONE, "a", "", "", NULL, ENCLAVE_INFERENCE_ERROR_SERVER, 0 },
  { "error-after-a-call", V1, CALL ("{\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}") E ("{\"error\":{\"message\":\"out of memory\"}}") DONE, "", "", "", NULL, ENCLAVE_INFERENCE_ERROR_SERVER, 0 },
  { "error-window", V1, TEXT ("a") E ("{\"error\":{\"code\":400,\"message\":\"the request exceeds the available context size\",\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":9000,\"n_ctx\":8192}}"), "a", "", "", NULL, ENCLAVE_INFERENCE_ERROR_WINDOW, 0 },
  { "error-null", V1, E ("{\"error\":null,\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}") DONE, "a", "", "", "stop", 0, 0 },
  { "passed-on", OLLAMA, SAYS ("\"content\":\"a\"") LINE ("{\"remote_host\":\"https://ollama.com\",\"message\":{\"content\":\"b\"},\"done\":false}") OVER ("stop"), "a", "", "", NULL, ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL, 0 },
};

/* Each shape for @kind, sliced in each way, in order. */
static char *
build_script (guint flag, const guint *slices, guint n_slices)
{
  g_autoptr (JsonObject) root = json_object_new ();
  JsonArray *replies = json_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    for (guint k = 0; k < n_slices && (shapes[i].kinds & flag) != 0; k++)
      {
        JsonObject *reply = json_object_new ();

        json_object_set_string_member (reply, "body", shapes[i].body);
        json_object_set_string_member (reply, "type", flag == OLLAMA ? "application/x-ndjson" : "text/event-stream");
        json_object_set_int_member (reply, "slice", slices[k]);
        json_array_add_object_element (replies, reply);
      }
  json_object_set_array_member (root, "replies", replies);
  return enclave_json_object_to_text (root);
}

/* As a reader sees it: what turns out to be a thought is one. */
static void
check (const Shape *shape, EnclaveTestExchange *exchange)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) reasoning = g_string_new (NULL);
  g_autoptr (GString) calls = g_string_new (NULL);
  EnclaveCompletionEvent *end = enclave_test_exchange_find (exchange, ENCLAVE_COMPLETION_END, 0);
  EnclaveCompletionEvent *usage = enclave_test_exchange_find (exchange, ENCLAVE_COMPLETION_USAGE, 0);

  for (guint i = 0; i < exchange->events->len; i++)
    {
      EnclaveCompletionEvent *event = g_ptr_array_index (exchange->events, i);

      if (event->kind == ENCLAVE_COMPLETION_TEXT)
        g_string_append (text, event->text);
      else if (event->kind == ENCLAVE_COMPLETION_REASONING)
        g_string_append (reasoning, event->text);
      else if (event->kind == ENCLAVE_COMPLETION_TOOL_CALL)
        g_string_append_printf (calls, "%s %s;", event->name, event->arguments != NULL ? event->arguments : "broken");
      else if (event->kind == ENCLAVE_COMPLETION_WAS_REASONING)
        {
          g_string_append (reasoning, text->str);
          g_string_truncate (text, 0);
        }
    }
  g_assert_cmpstr (text->str, ==, shape->text);
  g_assert_cmpstr (reasoning->str, ==, shape->reasoning);
  g_assert_cmpstr (calls->str, ==, shape->calls);
  g_assert_cmpstr (end != NULL ? end->text : NULL, ==, shape->end);
  if (shape->end == NULL)
    g_assert_error (exchange->error, ENCLAVE_INFERENCE_ERROR, shape->code);
  else
    g_assert_no_error (exchange->error);
  if (strcmp (shape->name, "timings") == 0 || strcmp (shape->name, "stats") == 0)
    g_assert_cmpfloat (usage->tokens_per_second, ==, 2);
  if (strcmp (shape->name, "timings") == 0 || strcmp (shape->name, "usage-without-choices") == 0)
    g_assert_cmpuint (usage->cached, ==, 7);
  if (strcmp (shape->name, "progress") == 0)
    g_assert_cmpuint (enclave_test_exchange_find (exchange, ENCLAVE_COMPLETION_PROGRESS, 0)->processed, ==, 6);
  if (usage != NULL && shape->max_tokens == 0)
    g_assert_cmpuint (usage->prompt_tokens * 100 + usage->completion_tokens, ==, 1004);
}

static void
test_shapes (gconstpointer data)
{
  static const guint slices[] = { 1, 7, 0 };
  guint index = GPOINTER_TO_UINT (data);
  g_autofree char *script = build_script (kinds[index].flag, slices, G_N_ELEMENTS (slices));
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new (script);
  g_autoptr (EnclaveInferenceClient) client
    = enclave_test_client_new (enclave_test_server_get_address (server), kinds[index].kind);
  guint n_shapes = 0;

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      if ((shapes[i].kinds & kinds[index].flag) == 0)
        continue;
      n_shapes++;
      for (guint k = 0; k < G_N_ELEMENTS (slices); k++)
        {
          g_autoptr (EnclaveChatRequest) request = enclave_test_request_new (shapes[i].max_tokens);
          g_autoptr (EnclaveTestExchange) exchange = enclave_test_exchange_run (client, request);

          g_test_message ("%s, slices of %u", shapes[i].name, slices[k]);
          check (&shapes[i], exchange);
        }
    }
  g_test_message ("%u shapes", n_shapes);
  g_assert_cmpuint (n_shapes, >=, 18);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path = g_strconcat ("/streams/a10/a11/", enclave_endpoint_kind_to_word (kinds[i].kind), NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_shapes);
    }

  return g_test_run ();
}
