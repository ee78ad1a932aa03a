/* test-rpc-framing.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-rpc-error.h"
#include "enclave-rpc-framing.h"

static void
free_text (gpointer text)
{
  g_string_free (text, TRUE);
}

/* Fed in pieces of @step bytes. Returns: the texts, joined by `|`, and `!` with the code when it failed. */
static char *
split (EnclaveRpcFraming framing, gsize max_bytes, const char *bytes, gsize length, gsize step)
{
  g_autoptr (EnclaveRpcSplitter) splitter = enclave_rpc_splitter_new (framing, max_bytes);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (free_text);
  g_autoptr (GError) error = NULL;
  GString *joined = g_string_new (NULL);

  for (gsize at = 0; at < length && error == NULL; at += step)
    enclave_rpc_splitter_feed (splitter, bytes + at, MIN (step, length - at), texts, &error);
  for (guint i = 0; i < texts->len; i++)
    g_string_append_printf (joined, "%s%s", i > 0 ? "|" : "", ((GString *) g_ptr_array_index (texts, i))->str);
  if (error != NULL)
    g_string_append_printf (joined, "!%d", error->code);
  return g_string_free (joined, FALSE);
}

static void
check (EnclaveRpcFraming framing, gsize max_bytes, const char *bytes, const char *expected)
{
  for (gsize step = 1; step <= strlen (bytes) + 1; step++)
    {
      g_autofree char *got = split (framing, max_bytes, bytes, strlen (bytes), step);

      g_assert_cmpstr (got, ==, expected);
    }
}

static void
test_newline (void)
{
  check (ENCLAVE_RPC_FRAMING_NEWLINE, 100, "{\"a\":1}\n{\"b\":2}\r\n\n\r\n{\"c\":3}", "{\"a\":1}|{\"b\":2}");
  check (ENCLAVE_RPC_FRAMING_NEWLINE, 5, "12345\n", "12345");
  check (ENCLAVE_RPC_FRAMING_NEWLINE, 5, "1\n123456\n", "1!1");
  check (ENCLAVE_RPC_FRAMING_NEWLINE, 5, "123456", "!1");
}

static void
test_content_length (void)
{
  check (ENCLAVE_RPC_FRAMING_CONTENT_LENGTH, 100, "Content-Length: 2\r\n\r\n{}content-length:3\nX-Other: 1\n\n[1]", "{}|[1]");
  check (ENCLAVE_RPC_FRAMING_CONTENT_LENGTH, 100, "Content-Length: 0\r\n\r\nContent-Length: 1\r\n\r\n7", "|7");
  check (ENCLAVE_RPC_FRAMING_CONTENT_LENGTH, 100, "\r\n{}", "!0");
  check (ENCLAVE_RPC_FRAMING_CONTENT_LENGTH, 100, "Content-Type: x\r\n\r\n{}", "!0");
  check (ENCLAVE_RPC_FRAMING_CONTENT_LENGTH, 100, "Content-Length: 101\r\n\r\n", "!1");
  check (ENCLAVE_RPC_FRAMING_CONTENT_LENGTH, 100, "Content-Length: 99999999999999999999999\r\n\r\n", "!1");
}

/* A head that never ends is not kept. */
static void
test_endless_head (void)
{
  g_autoptr (GString) head = g_string_new (NULL);
  g_autofree char *got = NULL;

  for (guint i = 0; i < 2000; i++)
    g_string_append (head, "X: y\r\n");
  got = split (ENCLAVE_RPC_FRAMING_CONTENT_LENGTH, 1 << 20, head->str, head->len, 7);
  g_assert_cmpstr (got, ==, "!0");
}

static void
test_wrap (void)
{
  g_autoptr (GBytes) line = enclave_rpc_framing_wrap (ENCLAVE_RPC_FRAMING_NEWLINE, "{}");
  g_autoptr (GBytes) whole = enclave_rpc_framing_wrap (ENCLAVE_RPC_FRAMING_CONTENT_LENGTH, "{\"ä\":1}");

  g_assert_cmpmem (g_bytes_get_data (line, NULL), g_bytes_get_size (line), "{}\n", 3);
  g_assert_cmpmem (g_bytes_get_data (whole, NULL), g_bytes_get_size (whole), "Content-Length: 8\r\n\r\n{\"ä\":1}", 29);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rpc/framing/newline", test_newline);
  g_test_add_func ("/rpc/framing/content-length", test_content_length);
  g_test_add_func ("/rpc/framing/endless-head", test_endless_head);
  g_test_add_func ("/rpc/framing/wrap", test_wrap);
  return g_test_run ();
}
