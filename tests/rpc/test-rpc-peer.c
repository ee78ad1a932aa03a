/* test-rpc-peer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-json.h"
#include "enclave-rpc-error.h"
#include "enclave-rpc-peer.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"

typedef struct
{
  EnclaveRpcPeer *peer;
  GPtrArray *sent; /* of char */
  GString *given_up;
} Fixture;

static void
on_send (JsonObject *message, gint64 id, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_ptr_array_add (fixture->sent, enclave_json_object_to_text (message));
}

static void
on_given_up (EnclaveRpcPeer *peer, gint64 id, gboolean timed_out, Fixture *fixture)
{
  g_string_append_printf (fixture->given_up, "%d%s", (int) id, timed_out ? "t" : "c");
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->sent = g_ptr_array_new_with_free_func (g_free);
  fixture->given_up = g_string_new (NULL);
  fixture->peer = enclave_rpc_peer_new (on_send, fixture);
  g_signal_connect (fixture->peer, "given-up", G_CALLBACK (on_given_up), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_ptr_array_unref (fixture->sent);
  g_string_free (fixture->given_up, TRUE);
  enclave_test_finalize (fixture->peer);
}

static void
receive (Fixture *fixture, const char *text)
{
  g_autoptr (GString) copy = g_string_new (text);
  g_autoptr (GPtrArray) messages = enclave_rpc_message_parse (copy, NULL);

  enclave_rpc_peer_receive (fixture->peer, g_ptr_array_index (messages, 0));
}

static void
ask (Fixture *fixture, guint timeout_ms, GCancellable *cancellable, GAsyncResult **result)
{
  enclave_rpc_peer_request_async (fixture->peer, "tools/list", NULL, timeout_ms, NULL, cancellable, enclave_test_result_callback,
                                  result);
}

/* Returns: the result as text, or the error's code after `!`. */
static char *
finish (Fixture *fixture, GAsyncResult **result)
{
  g_autoptr (GAsyncResult) got = enclave_test_wait (result);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = enclave_rpc_peer_request_finish (fixture->peer, got, &error);

  return node != NULL ? enclave_json_to_text (node, FALSE) : g_strdup_printf ("!%d", error->code);
}

static void
test_answers (Fixture *fixture, gconstpointer data)
{
  GAsyncResult *first = NULL, *second = NULL, *third = NULL;
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  g_autofree char *three = NULL;

  ask (fixture, 0, NULL, &first);
  ask (fixture, 0, NULL, &second);
  ask (fixture, 0, NULL, &third);
  g_assert_cmpstr (g_ptr_array_index (fixture->sent, 1), ==, "{\"jsonrpc\":\"2.0\",\"method\":\"tools/list\",\"id\":2}");
  receive (fixture, "{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":{\"code\":-32601,\"message\":\"no\"}}");
  receive (fixture, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"a\":1}}");
  /* A second time, an unknown one, one that is no number, one of nobody. */
  receive (fixture, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"a\":2}}");
  receive (fixture, "{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":{}}");
  receive (fixture, "{\"jsonrpc\":\"2.0\",\"id\":\"2\",\"result\":{}}");
  receive (fixture, "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":1,\"message\":\"\"}}");
  receive (fixture, "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":[]}");
  one = finish (fixture, &first);
  two = finish (fixture, &second);
  three = finish (fixture, &third);
  g_assert_cmpstr (one, ==, "{\"a\":1}");
  g_assert_cmpstr (two, ==, "[]");
  g_assert_cmpstr (three, ==, "!4");
  g_assert_cmpuint (enclave_rpc_peer_get_n_stray (fixture->peer), ==, 4);
  g_assert_cmpuint (enclave_rpc_peer_get_n_waiting (fixture->peer), ==, 0);
}

static void
test_given_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *first = NULL, *second = NULL, *third = NULL;
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  g_autofree char *three = NULL;

  ask (fixture, 20, NULL, &first);
  ask (fixture, 0, cancellable, &second);
  ask (fixture, 20, NULL, &third);
  for (guint i = 0; i < 5; i++)
    {
      enclave_test_spin (10);
      enclave_rpc_peer_extend (fixture->peer, 3, 2000);
    }
  one = finish (fixture, &first);
  g_assert_cmpstr (one, ==, "!2");
  g_cancellable_cancel (cancellable);
  two = finish (fixture, &second);
  g_assert_cmpstr (two, ==, "!19");
  g_assert_cmpstr (fixture->given_up->str, ==, "1t2c");
  receive (fixture, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
  receive (fixture, "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{}}");
  three = finish (fixture, &third);
  g_assert_cmpstr (three, ==, "{}");
  /* One that is cancelled already is not sent. */
  ask (fixture, 0, cancellable, &first);
  g_free (one);
  one = finish (fixture, &first);
  g_assert_cmpstr (one, ==, "!19");
  g_assert_cmpuint (fixture->sent->len, ==, 3);
}

static void
test_closed (Fixture *fixture, gconstpointer data)
{
  GAsyncResult *first = NULL, *second = NULL;
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;

  ask (fixture, 0, NULL, &first);
  enclave_rpc_peer_close (fixture->peer, NULL);
  one = finish (fixture, &first);
  g_assert_cmpstr (one, ==, "!3");
  ask (fixture, 0, NULL, &second);
  two = finish (fixture, &second);
  g_assert_cmpstr (two, ==, "!3");
  enclave_rpc_peer_notify (fixture->peer, "n", NULL);
  g_assert_cmpuint (fixture->sent->len, ==, 1);
}

static void
test_requests (Fixture *fixture, gconstpointer data)
{
  receive (fixture, "{\"jsonrpc\":\"2.0\",\"id\":\"s-1\",\"method\":\"sampling/createMessage\"}");
  g_assert_cmpstr (g_ptr_array_index (fixture->sent, 0), ==,
                   "{\"jsonrpc\":\"2.0\",\"id\":\"s-1\",\"error\":{\"code\":-32601,\"message\":\"Method not found\"}}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/rpc/peer/answers", Fixture, NULL, set_up, test_answers, tear_down);
  g_test_add ("/rpc/peer/given-up", Fixture, NULL, set_up, test_given_up, tear_down);
  g_test_add ("/rpc/peer/closed", Fixture, NULL, set_up, test_closed, tear_down);
  g_test_add ("/rpc/peer/requests", Fixture, NULL, set_up, test_requests, tear_down);
  return g_test_run ();
}
