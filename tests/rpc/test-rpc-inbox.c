/* test-rpc-inbox.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-rpc-error.h"
#include "enclave-rpc-inbox.h"

typedef struct
{
  GString *told;
  gboolean over;
} Told;

static void
on_message (EnclaveRpcInbox *inbox, EnclaveRpcMessage *message, Told *told)
{
  g_string_append_printf (told->told, "%s%" G_GINT64_FORMAT " ", message->bytes > 100000 ? "L" : "", enclave_rpc_message_get_id (message));
}

static void
on_skipped (EnclaveRpcInbox *inbox, const char *text, Told *told)
{
  g_string_append_printf (told->told, "(%s) ", text);
}

static void
on_failed (EnclaveRpcInbox *inbox, const GError *error, Told *told)
{
  g_string_append_printf (told->told, "!%d", error->code);
  told->over = TRUE;
}

static void
on_ended (EnclaveRpcInbox *inbox, Told *told)
{
  g_string_append (told->told, ".");
  told->over = TRUE;
}

static EnclaveRpcInbox *
new_inbox (gsize max_bytes, Told *told)
{
  EnclaveRpcInbox *inbox = enclave_rpc_inbox_new (ENCLAVE_RPC_FRAMING_NEWLINE, max_bytes);

  told->told = g_string_new (NULL);
  told->over = FALSE;
  g_signal_connect (inbox, "message", G_CALLBACK (on_message), told);
  g_signal_connect (inbox, "skipped", G_CALLBACK (on_skipped), told);
  g_signal_connect (inbox, "failed", G_CALLBACK (on_failed), told);
  g_signal_connect (inbox, "ended", G_CALLBACK (on_ended), told);
  return inbox;
}

static void
feed (EnclaveRpcInbox *inbox, const char *text)
{
  enclave_rpc_inbox_feed (inbox, text, strlen (text));
}

static void
feed_large (EnclaveRpcInbox *inbox, guint id, gsize length)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *head = g_strdup_printf ("{\"jsonrpc\":\"2.0\",\"id\":%u,\"result\":\"", id);

  g_string_append (text, head);
  while (text->len < length)
    g_string_append (text, "long ");
  g_string_append (text, "\"}\n");
  enclave_rpc_inbox_feed (inbox, text->str, text->len);
}

static void
check (EnclaveRpcInbox *inbox, Told *told, const char *expected)
{
  gpointer left = inbox;

  while (!told->over)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (told->told->str, ==, expected);
  g_string_free (told->told, TRUE);
  /* A worker lets go of it only after it has told; and it may still be reading, and tell then. */
  g_object_add_weak_pointer (G_OBJECT (inbox), &left);
  g_object_unref (inbox);
  for (guint i = 0; i < 3000 && g_atomic_pointer_get (&left) != NULL; i++)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (10000);
  g_assert_null (g_atomic_pointer_get (&left));
}

/* What is read on a worker does not come after what follows it. */
static void
test_order (void)
{
  Told told;
  EnclaveRpcInbox *inbox = new_inbox (10 * 1024 * 1024, &told);

  feed (inbox, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":1}\nhello\n");
  feed_large (inbox, 2, 4 * 1024 * 1024);
  feed (inbox, "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":1}\n");
  feed_large (inbox, 4, 200 * 1024);
  for (guint i = 0; i < 40; i++)
    feed (inbox, "{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":1}\n");
  enclave_rpc_inbox_push (inbox, g_string_new ("{\"jsonrpc\":\"2.0\",\"id\":6,\"result\":1}"));
  enclave_rpc_inbox_end (inbox);
  check (inbox, &told, "1 (hello) L2 3 L4 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 6 .");
}

static void
test_limit (void)
{
  Told told;
  EnclaveRpcInbox *inbox = new_inbox (1000, &told);

  feed_large (inbox, 1, 2000);
  feed (inbox, "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":1}\n");
  check (inbox, &told, "!1");
}

/* Let go while a worker reads for it. */
static void
test_dropped (void)
{
  Told told;
  EnclaveRpcInbox *inbox = new_inbox (10 * 1024 * 1024, &told);
  gint64 until = g_get_monotonic_time () + 200 * 1000;

  feed_large (inbox, 1, 4 * 1024 * 1024);
  g_main_context_iteration (NULL, TRUE);
  enclave_rpc_inbox_stop (inbox);
  while (g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, FALSE);
  told.over = TRUE;
  check (inbox, &told, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rpc/inbox/order", test_order);
  g_test_add_func ("/rpc/inbox/limit", test_limit);
  g_test_add_func ("/rpc/inbox/dropped", test_dropped);
  return g_test_run ();
}
