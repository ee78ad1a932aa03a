/* test-event-parser.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-event-parser.h"
#include "enclave-limits.h"

/* The events of @bytes, fed in pieces of @slice, each in brackets. */
static char *
parse (EnclaveFraming framing, const char *bytes, gsize length, gsize slice)
{
  g_autoptr (EnclaveEventParser) parser = enclave_event_parser_new (framing, ENCLAVE_STREAM_MAX_LINE_BYTES);
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_event_free);
  GString *text = g_string_new (NULL);

  for (gsize at = 0; at < length; at += slice)
    g_assert_true (enclave_event_parser_feed (parser, bytes + at, MIN (slice, length - at), events));
  enclave_event_parser_finish (parser, events);
  for (guint i = 0; i < events->len; i++)
    g_string_append_printf (text, "[%s]", ((EnclaveEvent *) g_ptr_array_index (events, i))->data->str);
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
  check (ENCLAVE_FRAMING_SSE_MODEL, "data: {\"a\":1}\n\ndata: [DONE]\n\n", "[{\"a\":1}][[DONE]]");
  check (ENCLAVE_FRAMING_SSE_MODEL, "data:x\r\n\r\ndata:  y\r\n\r\n", "[x][ y]");
  check (ENCLAVE_FRAMING_SSE_MODEL, "data: x\r\rdata: y\r\r", "[x][y]");
  check (ENCLAVE_FRAMING_SSE_MODEL, ": ping\n\nid: 7\nevent: message\ndata: x\nretry: 3\n\n", "[x]");
  check (ENCLAVE_FRAMING_SSE_MODEL, "data: a\ndata: b\n\n", "[a\nb]");
  check (ENCLAVE_FRAMING_SSE_MODEL, "data\n\n", "[]");
  check (ENCLAVE_FRAMING_SSE_MODEL, "\n\n\n", "");
  check (ENCLAVE_FRAMING_SSE_MODEL, "\357\273\277data: x\n\n", "[x]");
  check (ENCLAVE_FRAMING_SSE_MODEL, "data: h\303\251llo \342\202\254 \360\237\231\202\n\n",
         "[h\303\251llo \342\202\254 \360\237\231\202]");
}

static void
test_sse_without_its_end (void)
{
  check (ENCLAVE_FRAMING_SSE_MODEL, "data: x\n", "[x]");
  check (ENCLAVE_FRAMING_SSE_MODEL, "data: x", "[x]");
  check (ENCLAVE_FRAMING_SSE_MODEL, "data: a\n\ndata: b", "[a][b]");
}

static void
test_sse_errors_of_servers (void)
{
  check (ENCLAVE_FRAMING_SSE_MODEL, "data: x\n\nerror: {\"code\":500}\n\n", "[x][{\"error\":{\"code\":500}}]");
  check (ENCLAVE_FRAMING_SSE_MODEL, "{\"error\":\"no\"}\n", "[{\"error\":\"no\"}]");
  check (ENCLAVE_FRAMING_SSE_MODEL, "error: nothing\n\n", "");
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
  g_autofree char *events = parse (ENCLAVE_FRAMING_SSE_MODEL, bytes, sizeof bytes - 1, 3);

  g_assert_true (g_str_has_suffix (events, "[c]"));
}

static void
test_limit (gconstpointer data)
{
  g_autoptr (EnclaveEventParser) parser = enclave_event_parser_new ((EnclaveFraming) GPOINTER_TO_INT (data), ENCLAVE_STREAM_MAX_LINE_BYTES);
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_event_free);
  g_autofree char *bytes = g_strnfill (65536, 'x');
  gsize fed = 0;

  while (enclave_event_parser_feed (parser, bytes, 65536, events))
    {
      fed += 65536;
      g_assert_cmpuint (fed, <=, ENCLAVE_STREAM_MAX_LINE_BYTES);
    }
}

static void
test_limit_of_one_event (void)
{
  g_autoptr (EnclaveEventParser) parser = enclave_event_parser_new (ENCLAVE_FRAMING_SSE_MODEL, ENCLAVE_STREAM_MAX_LINE_BYTES);
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_event_free);
  guint n = 0;

  while (enclave_event_parser_feed (parser, "data: 0123456789012345678901234567890123456789\n", 47, events))
    g_assert_cmpuint (++n, <=, ENCLAVE_STREAM_MAX_LINE_BYTES / 40);
}

/* Fed in pieces of @step bytes. Returns: `name=data` of each event, joined by `|`, then `#` with the last id and `~` with the time. */
static char *
parse_whole (const char *bytes, gsize step)
{
  g_autoptr (EnclaveEventParser) parser = enclave_event_parser_new (ENCLAVE_FRAMING_SSE, 1000);
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_event_free);
  GString *joined = g_string_new (NULL);
  gsize length = strlen (bytes);

  for (gsize at = 0; at < length; at += step)
    if (!enclave_event_parser_feed (parser, bytes + at, MIN (step, length - at), events))
      {
        g_string_append (joined, "!");
        break;
      }
  for (guint i = 0; i < events->len; i++)
    {
      EnclaveEvent *event = g_ptr_array_index (events, i);

      g_string_append_printf (joined, "%s%s=%s", i > 0 ? "|" : "", event->name, event->data->str);
    }
  if (enclave_event_parser_get_last_id (parser) != NULL)
    g_string_append_printf (joined, "#%s", enclave_event_parser_get_last_id (parser));
  if (enclave_event_parser_get_retry (parser) >= 0)
    g_string_append_printf (joined, "~%d", enclave_event_parser_get_retry (parser));
  return g_string_free (joined, FALSE);
}

static void
check_events (const char *bytes, const char *expected)
{
  for (gsize step = 1; step <= strlen (bytes); step++)
    {
      g_autofree char *got = parse_whole (bytes, step);

      g_assert_cmpstr (got, ==, expected);
    }
}

static void
test_events_with_names (void)
{
  check_events ("data: a\n\n", "message=a");
  check_events ("\xef\xbb\xbf" "data:a\r\rdata: b\r\n\r\ndata:  c\n\n", "message=a|message=b|message= c");
  check_events (": keep\n\nevent: endpoint\ndata: /m\n\nid: 7\nretry: 500\ndata:\n\n", "endpoint=/m|message=#7~500");
  check_events ("id: 7\nretry: 500\n\ndata: x\ndata: y\n\n", "message=x\ny#7~500");
  check_events ("retry: soon\nretry: -5\nunknown: 1\ndata\n\n", "message=");
  check_events ("retry: 99999999999\n\n", "~60000");
  check_events ("data: cut", "");
}

static void
test_short_limit (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *got = NULL;

  for (guint i = 0; i < 300; i++)
    g_string_append (text, "data: x\n");
  for (guint i = 0; i < 1000; i++)
    g_string_append_c (text, 'y');
  got = parse_whole (text->str, 64);
  g_assert_cmpstr (got, ==, "!");
}

/* A server of tools may have fields of any name, and text that is no field. */
static void
test_errors_only_of_models (void)
{
  check (ENCLAVE_FRAMING_SSE, "data: x\n\nerror: {\"code\":500}\n\n{\"a\":1}\n\n", "[x]");
}

/* What was taken out of an event is not freed with it. */
static void
test_taken_data (void)
{
  g_autoptr (EnclaveEventParser) parser = enclave_event_parser_new (ENCLAVE_FRAMING_SSE, 100);
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_event_free);
  g_autoptr (GString) taken = NULL;

  g_assert_true (enclave_event_parser_feed (parser, "data: x\n\n", 9, events));
  taken = g_steal_pointer (&((EnclaveEvent *) g_ptr_array_index (events, 0))->data);
  g_ptr_array_set_size (events, 0);
  g_assert_cmpstr (taken->str, ==, "x");
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
  g_test_add_data_func ("/event-parser/limit/sse", GINT_TO_POINTER (ENCLAVE_FRAMING_SSE_MODEL), test_limit);
  g_test_add_data_func ("/event-parser/limit/ndjson", GINT_TO_POINTER (ENCLAVE_FRAMING_NDJSON), test_limit);
  g_test_add_func ("/event-parser/limit/event", test_limit_of_one_event);

  g_test_add_func ("/event-parser/taken-data", test_taken_data);
  g_test_add_func ("/event-parser/names", test_events_with_names);
  g_test_add_func ("/event-parser/limit/short", test_short_limit);
  g_test_add_func ("/event-parser/errors-only-of-models", test_errors_only_of_models);

  return g_test_run ();
}
