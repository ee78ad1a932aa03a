/* enclave-mcp-event-parser.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  char *name;    /* "message" when the stream does not say */
  GString *data; /* maybe empty: an event may only carry an id */
} EnclaveMcpEvent;

void enclave_mcp_event_free (EnclaveMcpEvent *event);

/* An event stream as the HTML standard has it, with what resuming needs: ids and the time to wait. Pure. */
typedef struct _EnclaveMcpEventParser EnclaveMcpEventParser;

/* @max_bytes: of one event. */
EnclaveMcpEventParser *enclave_mcp_event_parser_new (gsize max_bytes);
void enclave_mcp_event_parser_free (EnclaveMcpEventParser *self);
/* @events: (element-type EnclaveMcpEvent): complete ones are appended. FALSE: one is longer than it may be. */
gboolean enclave_mcp_event_parser_feed (EnclaveMcpEventParser *self, const char *bytes, gsize length, GPtrArray *events);
/* The id to resume from: of the last event that had one; NULL. Borrowed. */
const char *enclave_mcp_event_parser_get_last_id (EnclaveMcpEventParser *self);
/* Milliseconds that the stream asks to be waited for; -1: it does not. */
gint enclave_mcp_event_parser_get_retry (EnclaveMcpEventParser *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveMcpEventParser, enclave_mcp_event_parser_free)

G_END_DECLS
