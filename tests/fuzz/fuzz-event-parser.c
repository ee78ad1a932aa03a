/* fuzz-event-parser.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <stdint.h>
#include <string.h>

#include "enclave-event-parser.h"

#define MAX_BYTES 512

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* The events of @data with id and time, `!` at one that is too long. */
static char *
parse (EnclaveFraming framing, const char *data, gsize size, gsize step)
{
  g_autoptr (EnclaveEventParser) parser = enclave_event_parser_new (framing, MAX_BYTES);
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_event_free);
  GString *joined = g_string_new (NULL);
  const char *id;
  gboolean fed = TRUE;

  for (gsize at = 0; at < size && fed; at += step)
    {
      g_autofree char *part = g_memdup2 (data + at, MIN (step, size - at));

      fed = enclave_event_parser_feed (parser, part, MIN (step, size - at), events);
    }
  if (fed)
    enclave_event_parser_finish (parser, events);
  for (guint i = 0; i < events->len; i++)
    {
      const EnclaveEvent *event = g_ptr_array_index (events, i);

      g_assert_true (event->name != NULL && *event->name != '\0');
      g_assert_true (event->data->len <= MAX_BYTES + strlen ("{\"error\":}"));
      g_string_append_printf (joined, "[%s=%s]", event->name, event->data->str);
    }
  id = enclave_event_parser_get_last_id (parser);
  g_assert_true (enclave_event_parser_get_retry (parser) >= -1 && enclave_event_parser_get_retry (parser) <= 60000);
  g_string_append_printf (joined, "#%s~%d%s", id != NULL ? id : "", enclave_event_parser_get_retry (parser), fed ? "" : "!");
  return g_string_free (joined, FALSE);
}

/* Any bytes: the same events in whatever pieces they come, none longer than the limit. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  EnclaveFraming framing = size > 0 ? (EnclaveFraming) (data[0] % 3) : ENCLAVE_FRAMING_SSE;
  const char *bytes = size > 0 ? (const char *) data + 1 : "";
  gsize length = size > 0 ? size - 1 : 0;
  g_autofree char *whole = parse (framing, bytes, length, MAX (length, 1));
  g_autofree char *single = parse (framing, bytes, length, 1);
  g_autofree char *parts = parse (framing, bytes, length, 5);

  g_assert_cmpstr (single, ==, whole);
  g_assert_cmpstr (single, ==, parts);
  return 0;
}
