/* enclave-event-parser.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_FRAMING_SSE,       /* text/event-stream, as the HTML standard has it */
  ENCLAVE_FRAMING_SSE_MODEL, /* the same of a model server: a line `error: {…}` (older llama.cpp) is the data {"error":…}, and an object
                              * without a frame is one as well */
  ENCLAVE_FRAMING_NDJSON,    /* one JSON object a line */
} EnclaveFraming;

typedef struct
{
  char *name;    /* "message" when the stream does not say */
  GString *data; /* maybe empty: an event may only carry an id; NULL once somebody has taken it */
} EnclaveEvent;

void enclave_event_free (EnclaveEvent *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveEvent, enclave_event_free)

/* Bytes in any slicing -> events, with what resuming a stream needs: ids and the time to wait. Pure: no input, no output, no JSON. */
typedef struct _EnclaveEventParser EnclaveEventParser;

/* @max_bytes: of one line, and of one event with the line that is being read. */
EnclaveEventParser *enclave_event_parser_new (EnclaveFraming framing, gsize max_bytes);
void enclave_event_parser_free (EnclaveEventParser *self);
/* @events: (element-type EnclaveEvent): complete ones are appended. FALSE: one is longer than it may be; nothing is to be fed any more. */
gboolean enclave_event_parser_feed (EnclaveEventParser *self, const char *bytes, gsize length, GPtrArray *events);
/* At the end of a stream that may leave out its last line: an event whose closing line did not come. */
void enclave_event_parser_finish (EnclaveEventParser *self, GPtrArray *events);
/* The id to resume from: of the last event that had one; NULL. Borrowed. */
const char *enclave_event_parser_get_last_id (const EnclaveEventParser *self);
/* Milliseconds that the stream asks to be waited for, at most a minute; -1: it does not. */
gint enclave_event_parser_get_retry (const EnclaveEventParser *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveEventParser, enclave_event_parser_free)

G_END_DECLS
