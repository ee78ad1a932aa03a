/* test-chat-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-chat-reader.h"
#include "enclave-inference-error.h"
#include "enclave-limits.h"

static void
free_event (gpointer event)
{
  enclave_completion_event_free (event);
}

/* What a reply of these events says, in short. */
static char *
read_all (guint max_tokens, const char *const *data)
{
  g_autoptr (EnclaveChatReader) reader = enclave_chat_reader_new (max_tokens);
  g_autoptr (GError) error = NULL;
  GQueue events = G_QUEUE_INIT;
  GString *text = g_string_new (NULL);

  for (guint i = 0; data[i] != NULL && error == NULL; i++)
    enclave_chat_reader_read (reader, data[i], &events, &error);
  if (error == NULL)
    enclave_chat_reader_finish (reader, &events, &error);
  for (GList *link = events.head; link != NULL; link = link->next)
    {
      EnclaveCompletionEvent *event = link->data;

      switch (event->kind)
        {
        case ENCLAVE_COMPLETION_TEXT:
          g_string_append_printf (text, "'%s' ", event->text);
          break;
        case ENCLAVE_COMPLETION_REASONING:
          g_string_append_printf (text, "~%s~ ", event->text);
          break;
        case ENCLAVE_COMPLETION_TOOL_CALL:
          g_string_append_printf (text, "%s(%s) ", event->name, event->arguments != NULL ? event->arguments : "broken");
          break;
        case ENCLAVE_COMPLETION_TOOL_NAME:
          g_string_append_printf (text, "%s… ", event->name);
          break;
        case ENCLAVE_COMPLETION_PROGRESS:
          g_string_append_printf (text, "%u+%u/%u ", event->cached, event->processed, event->total);
          break;
        case ENCLAVE_COMPLETION_USAGE:
          g_string_append_printf (text, "usage %u %u ", event->prompt_tokens, event->completion_tokens);
          break;
        case ENCLAVE_COMPLETION_END:
          g_string_append_printf (text, "end %s", event->text);
          break;
        default:
          g_assert_not_reached ();
        }
    }
  if (error != NULL)
    {
      g_assert_cmpint (error->domain, ==, ENCLAVE_INFERENCE_ERROR);
      g_string_append_printf (text, "error %s", enclave_inference_error_to_word ((EnclaveInferenceError) error->code));
    }
  g_queue_clear_full (&events, free_event);
  return g_string_free (text, FALSE);
}

#define check(max_tokens, expected, ...) \
  G_STMT_START \
    { \
      g_autofree char *said = read_all (max_tokens, (const char *const[]) { __VA_ARGS__, NULL }); \
      g_assert_cmpstr (said, ==, expected); \
    } \
  G_STMT_END

#define DELTA(inner) "{\"choices\":[{\"delta\":{" inner "}}]}"
#define STOP "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}"

static void
test_v1 (void)
{
  check (0, "'a' 'b' usage 3 2 end stop", DELTA ("\"role\":\"assistant\",\"content\":null"), DELTA ("\"content\":\"a\""),
         DELTA ("\"content\":\"b\""), STOP, "{\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}",
         "[DONE]");
  check (0, "~x~ ~y~ 'z' end stop", DELTA ("\"reasoning_content\":\"x\""), DELTA ("\"reasoning\":\"y\""),
         DELTA ("\"content\":\"z\""), STOP);
  check (0, "~x~ 'y' end stop", DELTA ("\"content\":\"<th\""), DELTA ("\"content\":\"ink>x</think>y\""), STOP);
  check (0, "2+5/9 'a' end stop", "{\"choices\":[],\"prompt_progress\":{\"total\":9,\"cache\":2,\"processed\":5}}",
         DELTA ("\"content\":\"a\""), STOP);
  check (0, "'whole' end stop", "{\"choices\":[{\"message\":{\"content\":\"whole\"},\"finish_reason\":\"stop\"}]}");
}

static void
test_native (void)
{
  check (0, "~t~ 'a' usage 7 2 end stop", "{\"message\":{\"thinking\":\"t\"},\"done\":false}",
         "{\"message\":{\"content\":\"a\"},\"done\":false}",
         "{\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":7,\"eval_count\":2,"
         "\"eval_duration\":1000000}");
  check (0, "f… f({\"p\":1}) end tool-calls",
         "{\"message\":{\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{\"p\":1}}}]},\"done\":false}",
         "{\"message\":{},\"done\":true,\"done_reason\":\"stop\"}");
}

#define CALL "\"tool_calls\":[{\"index\":0,\"id\":\"i\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]"

static void
test_calls (void)
{
  check (0, "f… f({}) end tool-calls", DELTA (CALL), STOP);
  check (0, "f… f({}) end tool-calls", DELTA (CALL), "[DONE]");
  /* A server's finish_reason is no proof: the length asked for is. */
  check (0, "f… f(broken) end length", DELTA (CALL), "{\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}");
  check (8, "f… f(broken) usage 3 8 end length", DELTA (CALL),
         "{\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}],\"usage\":{\"prompt_tokens\":3,"
         "\"completion_tokens\":8}}");
}

static void
test_cut_off (void)
{
  check (0, "'a' error cut-off", DELTA ("\"content\":\"a\""));
  check (0, "f… error cut-off", DELTA (CALL));
  check (0, "'<think' error cut-off", DELTA ("\"content\":\"<think\""));
  check (0, "'a' error cut-off", "{\"message\":{\"content\":\"a\"},\"done\":false}");
}

static void
test_errors (void)
{
  check (0, "'a' error server", DELTA ("\"content\":\"a\""), "{\"error\":{\"message\":\"broke\"}}");
  check (0, "error server", "{\"error\":\"broke\"}");
  check (0, "error window", "{\"error\":{\"type\":\"exceed_context_size_error\",\"message\":\"x\"}}");
  check (0, "error window", "{\"error\":\"the prompt is longer than the context length of 4096\"}");
  check (0, "error loading", "{\"error\":{\"message\":\"Loading model\"}}");
  check (0, "'a' end stop", DELTA ("\"content\":\"a\",\"error\":null"), "{\"error\":null,\"choices\":[]}", STOP);
}

static void
test_remote_host (void)
{
  check (0, "error remote-model",
         "{\"remote_host\":\"https://ollama.com:443\",\"message\":{\"content\":\"a\"},\"done\":false}");
  check (0, "'a' error remote-model", "{\"message\":{\"content\":\"a\"}}", "{\"remote_model\":\"big\",\"message\":{}}");
  check (0, "'a' end stop", "{\"remote_host\":\"\",\"message\":{\"content\":\"a\"}}", "{\"done\":true}");
}

static void
test_broken_events (void)
{
  check (0, "'a' 'b' end stop", DELTA ("\"content\":\"a\""), "{\"choices\":", DELTA ("\"content\":\"b\""), STOP);
  check (0, "'a' end stop", DELTA ("\"content\":\"a\""), "[1,2]", "{\"choices\":[null]}", "{\"choices\":{}}",
         "{\"choices\":[{\"delta\":7}]}", DELTA ("\"content\":7"), STOP);
  check (0, "error not-a-server", "x", "x", "x", "x", "x", "x", "x", "x");
  check (0, "error not-a-server", "<html>");
  check (0, "'a' error server", DELTA ("\"content\":\"a\""), "{\"object\":\"error\",\"message\":\"out of memory\"}");
  check (0, "~x~ 'a' end stop", DELTA ("\"reasoning_text\":\"x\""), DELTA ("\"content\":\"a\""), STOP);
  check (0, "error not-a-server", "{}");
  check (0, "error not-a-server", "[DONE]");
}

/* What the server tells beside the words: how much it had in its cache, how fast it was. */
static void
test_counts (void)
{
  static const struct
  {
    const char *event;
    guint prompt, cached;
    double reads, writes;
  } cases[] = {
    { "{\"choices\":[],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":5,\"prompt_tokens_details\":"
      "{\"cached_tokens\":60}}}",
      100, 60, 0, 0 },
    { "{\"choices\":[{\"finish_reason\":\"stop\"}],\"timings\":{\"prompt_n\":40,\"cache_n\":60,\"predicted_n\":5,"
      "\"prompt_per_second\":200.5,\"predicted_per_second\":20.5}}",
      100, 60, 200.5, 20.5 },
    { "{\"message\":{},\"done\":true,\"prompt_eval_count\":100,\"prompt_eval_cached_count\":60,"
      "\"prompt_eval_duration\":2000000000,\"eval_count\":5,\"eval_duration\":1000000000}",
      100, 60, 20, 5 },
    { "{\"choices\":[],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":5},\"stats\":{\"tokens_per_second\":7.5}}",
      100, 0, 0, 7.5 },
    /* More in the cache than there is. */
    { "{\"choices\":[],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":5,\"prompt_tokens_details\":"
      "{\"cached_tokens\":6000}}}",
      100, 100, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (EnclaveChatReader) reader = enclave_chat_reader_new (0);
      GQueue events = G_QUEUE_INIT;
      const EnclaveCompletionEvent *usage = NULL;

      g_assert_true (enclave_chat_reader_read (reader, cases[i].event, &events, NULL));
      enclave_chat_reader_read (reader, "[DONE]", &events, NULL);
      g_assert_true (enclave_chat_reader_finish (reader, &events, NULL));
      for (GList *l = events.head; l != NULL; l = l->next)
        if (((EnclaveCompletionEvent *) l->data)->kind == ENCLAVE_COMPLETION_USAGE)
          usage = l->data;
      g_assert_nonnull (usage);
      g_assert_cmpuint (usage->prompt_tokens, ==, cases[i].prompt);
      g_assert_cmpuint (usage->cached, ==, cases[i].cached);
      g_assert_cmpfloat (usage->prompt_tokens_per_second, ==, cases[i].reads);
      g_assert_cmpfloat (usage->tokens_per_second, ==, cases[i].writes);
      g_queue_clear_full (&events, free_event);
    }
}

static void
test_hostile_numbers (void)
{
  check (0, "'a' usage 0 0 end stop", DELTA ("\"content\":\"a\""),
         "{\"choices\":[{\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":-5,\"completion_tokens\":-9}}");
  check (0, "'a' usage 2147483647 1 end stop", DELTA ("\"content\":\"a\""),
         "{\"choices\":[{\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":9223372036854775807,"
         "\"completion_tokens\":1}}");
}

static void
test_endless_reply (void)
{
  g_autoptr (EnclaveChatReader) reader = enclave_chat_reader_new (0);
  g_autofree char *text = g_strnfill (100000, 'x');
  g_autofree char *event = g_strdup_printf ("{\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}", text);
  g_autoptr (GError) error = NULL;
  GQueue events = G_QUEUE_INIT;
  guint n = 0;

  while (enclave_chat_reader_read (reader, event, &events, &error))
    {
      g_queue_clear_full (&events, free_event);
      g_assert_cmpuint (++n, <=, ENCLAVE_STREAM_MAX_REPLY_BYTES / 100000);
    }
  g_assert_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_LIMIT);
  g_queue_clear_full (&events, free_event);
}

static void
check_body (guint status, const char *body, EnclaveInferenceError code, const char *part)
{
  g_autoptr (GError) error = enclave_chat_reader_error_from_body (status, body);

  g_assert_error (error, ENCLAVE_INFERENCE_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, part));
  g_assert_cmpuint (strlen (error->message), <, 5 * ENCLAVE_ERROR_BODY_MAX_BYTES);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
test_error_bodies (void)
{
  g_autofree char *long_text = g_strnfill (100000, 'x');

  check_body (500, "{\"error\":{\"message\":\"broke\"}}", ENCLAVE_INFERENCE_ERROR_SERVER, "broke");
  check_body (400, "{\"error\":\"plain\"}", ENCLAVE_INFERENCE_ERROR_SERVER, "plain");
  check_body (422, "{\"detail\":\"no tools here\"}", ENCLAVE_INFERENCE_ERROR_SERVER, "no tools here");
  check_body (400, "{\"object\":\"error\",\"message\":\"old vLLM\",\"code\":400}", ENCLAVE_INFERENCE_ERROR_SERVER,
              "old vLLM");
  check_body (400, "{\"message\":\"other\"}", ENCLAVE_INFERENCE_ERROR_SERVER, "other");
  check_body (500, "no JSON at all", ENCLAVE_INFERENCE_ERROR_SERVER, "no JSON at all");
  check_body (502, " <html><body>Bad gateway", ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER, "web page");
  check_body (401, "{\"error\":{\"message\":\"Invalid API Key\"}}", ENCLAVE_INFERENCE_ERROR_KEY, "Invalid API Key");
  check_body (404, "{\"error\":\"model 'x' not found\"}", ENCLAVE_INFERENCE_ERROR_MODEL, "'x'");
  check_body (503, "{\"error\":{\"message\":\"Loading model\"}}", ENCLAVE_INFERENCE_ERROR_LOADING, "Loading");
  check_body (503, "server busy", ENCLAVE_INFERENCE_ERROR_BUSY, "busy");
  check_body (400, "{\"error\":{\"type\":\"exceed_context_size_error\",\"message\":\"m\"}}", ENCLAVE_INFERENCE_ERROR_WINDOW,
              "m");
  check_body (500, NULL, ENCLAVE_INFERENCE_ERROR_SERVER, "500");
  check_body (500, long_text, ENCLAVE_INFERENCE_ERROR_SERVER, "xxx");
  check_body (500, "a\033[2Jb\377c", ENCLAVE_INFERENCE_ERROR_SERVER, "a");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat-reader/v1", test_v1);
  g_test_add_func ("/chat-reader/native", test_native);
  g_test_add_func ("/chat-reader/calls", test_calls);
  g_test_add_func ("/chat-reader/cut-off", test_cut_off);
  g_test_add_func ("/chat-reader/errors", test_errors);
  g_test_add_func ("/chat-reader/remote-host", test_remote_host);
  g_test_add_func ("/chat-reader/broken-events", test_broken_events);
  g_test_add_func ("/chat-reader/counts", test_counts);
  g_test_add_func ("/chat-reader/hostile-numbers", test_hostile_numbers);
  g_test_add_func ("/chat-reader/endless-reply", test_endless_reply);
  g_test_add_func ("/chat-reader/error-bodies", test_error_bodies);

  return g_test_run ();
}
