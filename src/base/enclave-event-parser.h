/* enclave-event-parser.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_FRAMING_SSE,    /* text/event-stream, as the HTML standard has it */
  ENCLAVE_FRAMING_NDJSON, /* one JSON object a line */
} EnclaveFraming;

/* Bytes in any slicing -> the data of each event. Pure: no input, no output, no JSON. Comments, ids and event names are skipped; a
 * line `error: {…}` (older llama.cpp) is given as the data {"error":…}. */
typedef struct _EnclaveEventParser EnclaveEventParser;

EnclaveEventParser *enclave_event_parser_new (EnclaveFraming framing);
void enclave_event_parser_free (EnclaveEventParser *self);
/* @events: (element-type utf8-or-any-bytes): data of complete events is appended, NUL-terminated, the caller's.
 * Errors: ENCLAVE_INFERENCE_ERROR_LIMIT for a line or event above ENCLAVE_STREAM_MAX_LINE_BYTES. */
gboolean enclave_event_parser_feed (EnclaveEventParser *self, const char *bytes, gsize length, GPtrArray *events,
                                    GError **error);
/* At the end of the stream: an event whose closing line did not come. */
void enclave_event_parser_finish (EnclaveEventParser *self, GPtrArray *events);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveEventParser, enclave_event_parser_free)

G_END_DECLS
