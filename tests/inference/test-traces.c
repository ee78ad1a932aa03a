/* test-traces.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-test-exchange.h"
#include "enclave-test-project.h"
#include "enclave-test-server.h"

/* Recorded replies of a real server, given to the real client over a real connection: whole, byte by byte, in pieces
 * of 7. What they say must not depend on how they come. */

static const guint slices[] = { 0, 1, 7 };

typedef struct
{
  const char *name;
  const char *text;       /* begins so; NULL: none */
  const char *reasoning;  /* begins so; NULL: none */
  const char *call;       /* name of the first call */
  const char *arguments;  /* of it; "broken" */
  const char *end;        /* NULL: an error */
  int code;
} Expected;

static const Expected expected[] = {
  { "11-chat-stream", "", NULL, NULL, NULL, "stop", 0 },
  { "12-chat-stream-usage", "", NULL, NULL, NULL, "length", 0 },
  { "14-chat-length", "", NULL, NULL, NULL, "length", 0 },
  { "15-chat-think-stream", "I have thought about it.", "The user wants me to think.", NULL, NULL, "stop", 0 },
  { "16-chat-think-plain", "I have thought about it.", "The user wants me to think.", NULL, NULL, "stop", 0 },
  { "20-tool-auto-stream", NULL, NULL, "run_command", "{\"command\": \"meson test -C build\"}", "tool-calls", 0 },
  { "21-tool-auto-plain", NULL, NULL, "run_command", "{\"command\": \"meson test -C build\"}", "tool-calls", 0 },
  { "24-tool-cut-by-length", NULL, NULL, "read_file", "broken", "length", 0 },
  { "63-err-bad-json", NULL, NULL, NULL, NULL, NULL, ENCLAVE_INFERENCE_ERROR_SERVER },
  { "66-err-not-found", NULL, NULL, NULL, NULL, NULL, ENCLAVE_INFERENCE_ERROR_MODEL },
  { "80-err-no-key", NULL, NULL, NULL, NULL, NULL, ENCLAVE_INFERENCE_ERROR_KEY },
  { "84-err-context-stream-true", NULL, NULL, NULL, NULL, NULL, ENCLAVE_INFERENCE_ERROR_WINDOW },
  { "85-generation-hits-window", "", NULL, NULL, NULL, NULL, ENCLAVE_INFERENCE_ERROR_WINDOW },
};

static JsonArray *
load_index (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fixtures", "traces", "index.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  root = enclave_json_parse (text, -1, &error);
  g_assert_no_error (error);
  return json_array_ref (json_node_get_array (root));
}

/* Each trace once for each slicing, in order. */
static char *
build_script (JsonArray *index)
{
  g_autoptr (JsonObject) root = json_object_new ();
  JsonArray *replies = json_array_new ();

  for (guint i = 0; i < json_array_get_length (index); i++)
    for (guint k = 0; k < G_N_ELEMENTS (slices); k++)
      {
        JsonObject *trace = enclave_json_array_peek_object (index, i);
        JsonObject *reply = json_object_new ();
        const char *type = enclave_json_peek_string (trace, "type");
        g_autofree char *file = g_strconcat (enclave_json_peek_string (trace, "name"), ".txt", NULL);
        g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fixtures", "traces", file, NULL);

        json_object_set_string_member (reply, "body_file", path);
        json_object_set_int_member (reply, "status", enclave_json_get_int (trace, "status", 200));
        json_object_set_int_member (reply, "slice", slices[k]);
        if (type != NULL)
          json_object_set_string_member (reply, "type", type);
        json_array_add_object_element (replies, reply);
      }
  json_object_set_array_member (root, "replies", replies);
  return enclave_json_object_to_text (root);
}

static void
check_begin (EnclaveTestExchange *exchange, EnclaveCompletionKind kind, const char *begin)
{
  g_autofree char *text = enclave_test_exchange_text (exchange, kind);

  if (begin == NULL)
    g_assert_cmpstr (text, ==, "");
  else
    g_assert_true (text[0] != '\0' && g_str_has_prefix (text, begin));
}

static void
check_expected (EnclaveTestExchange *exchange, const Expected *row)
{
  EnclaveCompletionEvent *call = enclave_test_exchange_find (exchange, ENCLAVE_COMPLETION_TOOL_CALL, 0);
  EnclaveCompletionEvent *end = enclave_test_exchange_find (exchange, ENCLAVE_COMPLETION_END, 0);

  check_begin (exchange, ENCLAVE_COMPLETION_TEXT, row->text);
  check_begin (exchange, ENCLAVE_COMPLETION_REASONING, row->reasoning);
  g_assert_cmpstr (call != NULL ? call->name : NULL, ==, row->call);
  if (row->call != NULL)
    g_assert_cmpstr (call->arguments != NULL ? call->arguments : "broken", ==, row->arguments);
  g_assert_cmpstr (end != NULL ? end->text : NULL, ==, row->end);
  if (row->end == NULL)
    g_assert_error (exchange->error, ENCLAVE_INFERENCE_ERROR, row->code);
  else
    g_assert_no_error (exchange->error);
}

static void
test_replay (void)
{
  g_autoptr (JsonArray) index = load_index ();
  g_autofree char *script = build_script (index);
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new (script);
  g_autoptr (EnclaveInferenceClient) client
    = enclave_test_client_new (enclave_test_server_get_address (server), ENCLAVE_ENDPOINT_LLAMACPP);
  guint n_expected = 0;

  g_assert_cmpuint (json_array_get_length (index), ==, 51);
  for (guint i = 0; i < json_array_get_length (index); i++)
    {
      JsonObject *trace = enclave_json_array_peek_object (index, i);
      const char *name = enclave_json_peek_string (trace, "name");
      guint max_tokens = (guint) enclave_json_get_int (trace, "max_tokens", 0);
      g_autofree char *first = NULL;

      for (guint k = 0; k < G_N_ELEMENTS (slices); k++)
        {
          g_autoptr (EnclaveChatRequest) request = enclave_test_request_new (max_tokens);
          g_autoptr (EnclaveTestExchange) exchange = enclave_test_exchange_run (client, request);
          g_autofree char *all = enclave_test_exchange_describe (exchange);

          g_test_message ("%s, slice %u: %u events%s%s", name, slices[k], exchange->events->len,
                          exchange->error != NULL ? ", " : "", exchange->error != NULL ? exchange->error->message : "");
          if (first == NULL)
            first = g_steal_pointer (&all);
          else
            g_assert_cmpstr (all, ==, first);
          for (guint e = 0; e < G_N_ELEMENTS (expected); e++)
            if (strcmp (expected[e].name, name) == 0)
              {
                check_expected (exchange, &expected[e]);
                n_expected++;
              }
          /* Whatever comes, a reply ends in exactly one of two ways. */
          g_assert_true ((exchange->error != NULL)
                         != (enclave_test_exchange_find (exchange, ENCLAVE_COMPLETION_END, 0) != NULL));
        }
    }
  g_assert_cmpuint (n_expected, ==, G_N_ELEMENTS (expected) * G_N_ELEMENTS (slices));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();

  g_test_add_func ("/traces/replay", test_replay);

  return g_test_run ();
}
