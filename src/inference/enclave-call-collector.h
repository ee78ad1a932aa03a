/* enclave-call-collector.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-completion-event.h"

G_BEGIN_DECLS

/* Puts tool calls together that arrive in pieces. Servers differ: fragments by index, whole calls with an index that is always 0 or
 * missing, arguments as text, object or null, ids or none. */
typedef struct _EnclaveCallCollector EnclaveCallCollector;

EnclaveCallCollector *enclave_call_collector_new (void);
void enclave_call_collector_free (EnclaveCallCollector *self);
/* @calls: `tool_calls` of one chunk. A call that begins is put into @events as TOOL_NAME. */
void enclave_call_collector_add (EnclaveCallCollector *self, JsonArray *calls, GQueue *events);
guint enclave_call_collector_get_n_calls (EnclaveCallCollector *self);
/* Bytes of arguments held. */
gsize enclave_call_collector_get_size (EnclaveCallCollector *self);
/* Puts the calls into @events as TOOL_CALL, in order. @cut: the reply was cut, so none has arguments to run with. */
void enclave_call_collector_finish (EnclaveCallCollector *self, gboolean cut, GQueue *events);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveCallCollector, enclave_call_collector_free)

G_END_DECLS
