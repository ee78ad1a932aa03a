/* enclave-tool-call-parser.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Finds tool calls that a model writes as text, while the text streams:
 * - `<tool_call>{"name": …, "arguments": {…}}</tool_call>` at the start of a line, also as `<tools>…</tools>`, and with
 *   `<function=NAME><parameter=NAME>…</function>` inside or alone;
 * - a fence (no language, json, tool_call) that holds such an object and is followed by nothing but other calls;
 * - a whole reply that is nothing but such objects.
 * The name must be a known tool. Prose, code of other languages and JSON that is no call are never taken for one: they
 * come out again as text. Pure. */
typedef struct _EnclaveToolCallParser EnclaveToolCallParser;

typedef struct
{
  char *name;
  char *arguments; /* JSON object as text */
} EnclaveParsedCall;

/* @is_known: (scope notified): whether a tool of this name exists. */
typedef gboolean (*EnclaveToolNameFunc) (const char *name, gpointer user_data);

EnclaveToolCallParser *enclave_tool_call_parser_new (EnclaveToolNameFunc is_known, gpointer user_data);
void enclave_tool_call_parser_free (EnclaveToolCallParser *self);
/* @text: valid UTF-8. Returns: (transfer full): what is certainly text for the reader; may be "". */
char *enclave_tool_call_parser_feed (EnclaveToolCallParser *self, const char *text);
/* The reply is whole. Returns: (transfer full): the rest of its text. */
char *enclave_tool_call_parser_finish (EnclaveToolCallParser *self);
/* After finish: (element-type EnclaveParsedCall), in order. Borrowed. */
GPtrArray *enclave_tool_call_parser_get_calls (EnclaveToolCallParser *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveToolCallParser, enclave_tool_call_parser_free)

G_END_DECLS
