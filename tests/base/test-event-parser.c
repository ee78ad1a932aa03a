/* test-event-parser.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-event-parser.h"
#include "enclave-inference-error.h"
#include "enclave-limits.h"

/* The events of @bytes, fed in pieces of @slice, each in brackets. */
static char *
parse (EnclaveFraming framing, const char *bytes, gsize length, gsize slice)
{
  g_autoptr (EnclaveEventParser) parser = enclave_event_parser_new (framing);
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func (g_free);
  GString *text = g_string_new (NULL);

  for (gsize at = 0; at < length; at += slice)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (enclave_event_parser_feed (parser, bytes + at, MIN (slice, length - at), events, &error));
      g_assert_no_error (error);
    }
  enclave_event_parser_finish (parser, events);
  for (guint i = 0; i < events->len; i++)
    g_string_append_printf (text, "[%s]", (char *) g_ptr_array_index (events, i));
  return g_string_free (text, FALSE);
}

static void
check (EnclaveFraming framing, const char *bytes, const char *expected)
{
  gsize length = strlen (bytes);

  for (gsize slice = 1; slice <= length; slice++)
    {
      g_autofree char *events = parse (framing, bytes, length, slice);

      g_assert_cmpstr (events, ==, expected);
    }
}

static void
test_sse (void)
{
  check (ENCLAVE_FRAMING_SSE, "data: {\"a\":1}\n\ndata: [DONE]\n\n", "[{\"a\":1}][[DONE]]");
  check (ENCLAVE_FRAMING_SSE, "data:x\r\n\r\ndata:  y\r\n\r\n", "[x][ y]");
  check (ENCLAVE_FRAMING_SSE, "data: x\r\rdata: y\r\r", "[x][y]");
  check (ENCLAVE_FRAMING_SSE, ": ping\n\nid: 7\nevent: message\ndata: x\nretry: 3\n\n", "[x]");
  check (ENCLAVE_FRAMING_SSE, "data: a\ndata: b\n\n", "[a\nb]");
  check (ENCLAVE_FRAMING_SSE, "data\n\n", "[]");
  check (ENCLAVE_FRAMING_SSE, "\n\n\n", "");
  check (ENCLAVE_FRAMING_SSE, "\357\273\277data: x\n\n", "[x]");
  check (ENCLAVE_FRAMING_SSE, "data: h\303\251llo \342\202\254 \360\237\231\202\n\n",
         "[h\303\251llo \342\202\254 \360\237\231\202]");
}

static void
test_sse_without_its_end (void)
{
  check (ENCLAVE_FRAMING_SSE, "data: x\n", "[x]");
  check (ENCLAVE_FRAMING_SSE, "data: x", "[x]");
  check (ENCLAVE_FRAMING_SSE, "data: a\n\ndata: b", "[a][b]");
}

static void
test_sse_errors_of_servers (void)
{
  check (ENCLAVE_FRAMING_SSE, "data: x\n\nerror: {\"code\":500}\n\n", "[x][{\"error\":{\"code\":500}}]");
  check (ENCLAVE_FRAMING_SSE, "{\"error\":\"no\"}\n", "[{\"error\":\"no\"}]");
  check (ENCLAVE_FRAMING_SSE, "error: nothing\n\n", "");
}

static void
test_ndjson (void)
{
  check (ENCLAVE_FRAMING_NDJSON, "{\"a\":1}\n{\"b\":2}\r\n\n{\"c\":3}", "[{\"a\":1}][{\"b\":2}][{\"c\":3}]");
}

static void
test_zero_bytes (void)
{
  static const char bytes[] = "data: a\0b\n\ndata: c\n\n";
  g_autofree char *events = parse (ENCLAVE_FRAMING_SSE, bytes, sizeof bytes - 1, 3);

  g_assert_true (g_str_has_suffix (events, "[c]"));
}

static void
test_limit (gconstpointer data)
{
  g_autoptr (EnclaveEventParser) parser = enclave_event_parser_new ((EnclaveFraming) GPOINTER_TO_INT (data));
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *bytes = g_strnfill (65536, 'x');
  g_autoptr (GError) error = NULL;
  gsize fed = 0;

  while (enclave_event_parser_feed (parser, bytes, 65536, events, &error))
    {
      fed += 65536;
      g_assert_cmpuint (fed, <=, ENCLAVE_STREAM_MAX_LINE_BYTES);
    }
  g_assert_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_LIMIT);
}

static void
test_limit_of_one_event (void)
{
  g_autoptr (EnclaveEventParser) parser = enclave_event_parser_new (ENCLAVE_FRAMING_SSE);
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  guint n = 0;

  while (enclave_event_parser_feed (parser, "data: 0123456789012345678901234567890123456789\n", 47, events, &error))
    g_assert_cmpuint (++n, <=, ENCLAVE_STREAM_MAX_LINE_BYTES / 40);
  g_assert_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_LIMIT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/event-parser/sse", test_sse);
  g_test_add_func ("/event-parser/sse-without-its-end", test_sse_without_its_end);
  g_test_add_func ("/event-parser/sse-errors-of-servers", test_sse_errors_of_servers);
  g_test_add_func ("/event-parser/ndjson", test_ndjson);
  g_test_add_func ("/event-parser/zero-bytes", test_zero_bytes);
  g_test_add_data_func ("/event-parser/limit/sse", GINT_TO_POINTER (ENCLAVE_FRAMING_SSE), test_limit);
  g_test_add_data_func ("/event-parser/limit/ndjson", GINT_TO_POINTER (ENCLAVE_FRAMING_NDJSON), test_limit);
  g_test_add_func ("/event-parser/limit/event", test_limit_of_one_event);

  return g_test_run ();
}
