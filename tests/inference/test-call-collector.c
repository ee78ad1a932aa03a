/* test-call-collector.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-call-collector.h"
#include "enclave-json.h"

static void
free_event (gpointer event)
{
  enclave_completion_event_free (event);
}

/* The calls of chunks, each the JSON of a `tool_calls` array, as "name(arguments)#id" joined by spaces. */
static char *
collect (const char *const *chunks, gboolean cut)
{
  g_autoptr (EnclaveCallCollector) collector = enclave_call_collector_new ();
  GQueue events = G_QUEUE_INIT;
  GString *text = g_string_new (NULL);

  for (guint i = 0; chunks[i] != NULL; i++)
    {
      g_autoptr (JsonNode) node = enclave_json_parse (chunks[i], -1, NULL);

      g_assert_nonnull (node);
      enclave_call_collector_add (collector, json_node_get_array (node), &events);
    }
  enclave_call_collector_finish (collector, cut, &events);
  for (GList *link = events.head; link != NULL; link = link->next)
    {
      EnclaveCompletionEvent *event = link->data;

      if (event->kind != ENCLAVE_COMPLETION_TOOL_CALL)
        continue;
      g_assert_nonnull (event->id);
      g_string_append_printf (text, "%s%s(%s)#%s", text->len > 0 ? " " : "", event->name,
                              event->arguments != NULL ? event->arguments : "broken",
                              g_str_has_prefix (event->id, "call-") ? "invented" : event->id);
    }
  g_queue_clear_full (&events, free_event);
  return g_string_free (text, FALSE);
}

#define check(expected, ...) \
  G_STMT_START \
    { \
      g_autofree char *calls = collect ((const char *const[]) { __VA_ARGS__, NULL }, FALSE); \
      g_assert_cmpstr (calls, ==, expected); \
    } \
  G_STMT_END

static void
test_fragments (void)
{
  check ("a({\"x\":1})#i",
         "[{\"index\":0,\"id\":\"i\",\"function\":{\"name\":\"a\",\"arguments\":\"\"}}]",
         "[{\"index\":0,\"function\":{\"arguments\":\"{\\\"x\\\"\"}}]", "[{\"index\":0,\"function\":{\"arguments\":\":1}\"}}]");
  check ("a({})#i b({})#j",
         "[{\"index\":0,\"id\":\"i\",\"function\":{\"name\":\"a\",\"arguments\":\"{\"}},"
         "{\"index\":1,\"id\":\"j\",\"function\":{\"name\":\"b\",\"arguments\":\"{\"}}]",
         "[{\"index\":1,\"function\":{\"arguments\":\"}\"}}]", "[{\"index\":0,\"function\":{\"arguments\":\"}\"}}]");
  /* The id comes again with each piece on some servers. */
  check ("a({\"x\":1})#i", "[{\"index\":0,\"id\":\"i\",\"function\":{\"name\":\"a\",\"arguments\":\"{\\\"x\\\"\"}}]",
         "[{\"index\":0,\"id\":\"i\",\"function\":{\"arguments\":\":1}\"}}]");
}

static void
test_whole_calls_with_one_index (void)
{
  check ("a({\"x\":1})#i b({\"y\":2})#j",
         "[{\"index\":0,\"id\":\"i\",\"function\":{\"name\":\"a\",\"arguments\":\"{\\\"x\\\":1}\"}}]",
         "[{\"index\":0,\"id\":\"j\",\"function\":{\"name\":\"b\",\"arguments\":\"{\\\"y\\\":2}\"}}]");
  check ("a({\"x\":1})#invented a({\"x\":2})#invented", "[{\"function\":{\"name\":\"a\",\"arguments\":{\"x\":1}}}]",
         "[{\"function\":{\"name\":\"a\",\"arguments\":{\"x\":2}}}]");
  check ("a({\"x\":1})#invented a({\"x\":2})#invented",
         "[{\"function\":{\"name\":\"a\",\"arguments\":{\"x\":1}}},{\"function\":{\"name\":\"a\",\"arguments\":{\"x\":2}}}]");
}

static void
test_arguments_of_any_form (void)
{
  check ("a({})#i", "[{\"id\":\"i\",\"function\":{\"name\":\"a\"}}]");
  check ("a({})#i", "[{\"id\":\"i\",\"function\":{\"name\":\"a\",\"arguments\":null}}]");
  check ("a({})#i", "[{\"id\":\"i\",\"function\":{\"name\":\"a\",\"arguments\":{}}}]");
  check ("a(broken)#i", "[{\"id\":\"i\",\"function\":{\"name\":\"a\",\"arguments\":\"{\"}}]");
  check ("a(broken)#i", "[{\"id\":\"i\",\"function\":{\"name\":\"a\",\"arguments\":\"[1]\"}}]");
  check ("a(broken)#i", "[{\"id\":\"i\",\"function\":{\"name\":\"a\",\"arguments\":\"   \"}}]");
}

/* Two calls without arguments, each whole in a chunk of its own with an index that is always 0. */
static void
test_calls_without_arguments (void)
{
  check ("a({})#invented b({})#invented", "[{\"index\":0,\"function\":{\"name\":\"a\",\"arguments\":{}}}]",
         "[{\"index\":0,\"function\":{\"name\":\"b\",\"arguments\":{}}}]");
  check ("a({})#invented b({})#invented", "[{\"index\":0,\"function\":{\"name\":\"a\"}}]",
         "[{\"index\":0,\"function\":{\"name\":\"b\"}}]");
}

static void
test_nonsense (void)
{
  check ("", "[null,1,\"x\",[],{},{\"function\":null},{\"function\":{}}]");
  check ("", "[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]");
  check ("a({})#i", "[{\"index\":-99999999999,\"id\":\"i\",\"function\":{\"name\":\"a\",\"arguments\":\"{}\"}}]");
}

static void
test_cut (void)
{
  g_autofree char *calls = collect (
    (const char *const[]) { "[{\"id\":\"i\",\"function\":{\"name\":\"a\",\"arguments\":\"{\\\"x\\\":1}\"}}]", NULL }, TRUE);

  g_assert_cmpstr (calls, ==, "a(broken)#i");
}

static void
test_too_many (void)
{
  g_autoptr (EnclaveCallCollector) collector = enclave_call_collector_new ();
  GQueue events = G_QUEUE_INIT;

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *chunk = g_strdup_printf ("[{\"index\":%u,\"id\":\"i%u\",\"function\":{\"name\":\"a\"}}]", i, i);
      g_autoptr (JsonNode) node = enclave_json_parse (chunk, -1, NULL);

      enclave_call_collector_add (collector, json_node_get_array (node), &events);
    }
  g_assert_cmpuint (enclave_call_collector_get_n_calls (collector), <=, 64);
  g_queue_clear_full (&events, free_event);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/call-collector/fragments", test_fragments);
  g_test_add_func ("/call-collector/whole-calls-with-one-index", test_whole_calls_with_one_index);
  g_test_add_func ("/call-collector/arguments-of-any-form", test_arguments_of_any_form);
  g_test_add_func ("/call-collector/calls-without-arguments", test_calls_without_arguments);
  g_test_add_func ("/call-collector/nonsense", test_nonsense);
  g_test_add_func ("/call-collector/cut", test_cut);
  g_test_add_func ("/call-collector/too-many", test_too_many);

  return g_test_run ();
}
